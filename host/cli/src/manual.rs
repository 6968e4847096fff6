//! `slotless completions` and `slotless man`: what a shell and a reader want to know of all commands.

use std::path::PathBuf;

use clap::{Args, Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::{Cli, Failure, say, say_lines};
use slotless_files::Folder;

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  slotless completions bash > ~/.local/share/bash-completion/completions/slotless
  slotless completions zsh > ~/.zfunc/_slotless         with ~/.zfunc in fpath
  slotless completions fish > ~/.config/fish/completions/slotless.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  slotless man | man -l -
  slotless man --out ~/.local/share/man/man1            a page for each command";

#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(super) struct CompletionsArgs {
    /// Which shell
    shell: Shell,
}

#[derive(Debug, Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(super) struct ManArgs {
    /// Write a page for each command into this folder, in place of the first page to standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Completions of a shell, to standard output.
pub(super) fn completions(args: &CompletionsArgs) {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "slotless", &mut script);
    say_lines(String::from_utf8_lossy(&script).trim_end());
}

pub(super) fn man(args: &ManArgs) -> Result<(), Failure> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(out) = &args.out else {
        say_lines(page(command)?.trim_end());
        return Ok(());
    };
    let mut folder = Folder::create(out)?;
    let mut pages = Vec::new();
    collect(&command, &mut pages);
    for page_of in pages {
        let name = page_of.get_name().to_owned();
        let written = folder.write(&format!("{name}.1"), page(page_of)?.as_bytes());
        written.map_err(|error| Failure::Failed(error.to_string()))?;
    }
    for file in folder.entries() {
        say(&folder.path().join(&file.name).display().to_string());
    }
    Ok(())
}

/// A command and all below it, each under its whole name: `slotless-memory-run`.
fn collect(command: &Command, pages: &mut Vec<Command>) {
    let name = command.get_display_name().unwrap_or(command.get_name());
    pages.push(command.clone().name(name.to_owned()));
    for below in command.get_subcommands() {
        collect(below, pages);
    }
}

fn page(command: Command) -> Result<String, Failure> {
    let mut page = Vec::new();
    let rendered = Man::new(command).render(&mut page);
    rendered.map_err(|error| Failure::Failed(error.to_string()))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}
