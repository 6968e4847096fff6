//! Every command that is shown somewhere is one that the program takes: in its help, in the README and in docs/.

use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;

use super::Cli;

/// The words of a line of shell, up to a comment, a pipe or a redirection; two blanks begin a remark, as in the help.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for (at, letter) in line.char_indices() {
        match (quote, letter) {
            (Some(open), _) if letter == open => quote = None,
            (Some(_), _) => word.get_or_insert_default().push(letter),
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, '#' | '|' | '<' | '>' | '&' | ';') if word.is_none() => break,
            (None, ' ') if line[at..].starts_with("  ") => break,
            (None, _) if letter.is_whitespace() => words.extend(word.take()),
            (None, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// The commands of a text, each with the line that it stands in.
fn commands(text: &str) -> Vec<(String, Vec<String>)> {
    let beginnings = ["slotless ", "cargo run --release -- "];
    let mut found = Vec::new();
    let joined = text.replace("\\\n", " ");
    for line in joined.lines() {
        // A command may get another's output.
        for part in line.split('|') {
            let part = part.trim().trim_start_matches("$ ");
            if let Some(rest) = beginnings.iter().find_map(|begin| part.strip_prefix(begin)) {
                found.push((line.trim().to_owned(), words(rest)));
            }
        }
    }
    found
}

/// The lines of a page that stand in blocks of shell.
fn shell(page: &str) -> String {
    let blocks = page.split("```sh\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap_or_default())
        .collect()
}

fn refused(commands: Vec<(String, Vec<String>)>) -> Vec<String> {
    let parse = |(line, words): (String, Vec<String>)| {
        let words = ["slotless".to_owned()].into_iter().chain(words);
        let error = Cli::command().try_get_matches_from(words).err()?;
        let is_help = matches!(
            error.kind(),
            clap::error::ErrorKind::DisplayHelp | clap::error::ErrorKind::DisplayVersion
        );
        (!is_help).then(|| format!("{line}\n{error}"))
    };
    commands.into_iter().filter_map(parse).collect()
}

#[test]
fn examples_of_the_help() {
    fn helps(command: &clap::Command, into: &mut String) {
        for help in [command.get_after_help(), command.get_after_long_help()] {
            into.extend(help.map(|help| format!("{help}\n")));
        }
        command
            .get_subcommands()
            .for_each(|inner| helps(inner, into));
    }
    let mut text = String::new();
    helps(&Cli::command(), &mut text);
    let found = commands(&text);
    assert!(found.len() > 50, "{} examples", found.len());
    let refused = refused(found);
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn commands_of_the_pages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let entries = fs::read_dir(root.join("docs")).unwrap();
    let pages = entries.map(|entry| entry.unwrap().path());
    let pages = pages.chain([root.join("README.md")]);
    let pages: Vec<PathBuf> = pages
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    let text: String = pages
        .iter()
        .map(|page| shell(&fs::read_to_string(page).unwrap()) + "\n")
        .collect();
    let found = commands(&text);
    assert!(found.len() > 30, "{} commands", found.len());
    let refused = refused(found);
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn what_is_not_taken_is_found() {
    let lines = "slotless plot runs --quantity rd # why\ncat x | slotless recall ask - \"a  b\" 'c' < d\nslotless recal ask\n";
    let found = commands(lines);
    let words: Vec<&[String]> = found.iter().map(|(_, words)| &words[..]).collect();
    assert_eq!(
        words,
        [
            &["plot", "runs", "--quantity", "rd"][..],
            &["recall", "ask", "-", "a  b", "c"],
            &["recal", "ask"]
        ]
    );
    assert_eq!(refused(found).len(), 1);
}
