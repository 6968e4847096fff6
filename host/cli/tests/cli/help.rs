//! Help: of every command, with examples that parse.

use super::common::{Draws, Place, csv_of};

/// Every command there is, each below the one that lists it in its help; the first is the program itself.
fn commands(place: &Place) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut next = 0;
    while let Some(command) = found.get(next).cloned() {
        let help = place.ok(&format!("{command} --help")).out;
        let listed = help
            .split_once("\nCommands:\n")
            .map_or("", |(_, list)| list);
        // Up to the empty line; descriptions that are wrapped stand further in.
        for line in listed.lines().take_while(|line| !line.is_empty()) {
            let name = line
                .strip_prefix("  ")
                .filter(|line| !line.starts_with(' '));
            let name = name.and_then(|line| line.split_whitespace().next());
            match name {
                Some("help") | None => {}
                Some(name) => found.push(format!("{command} {name}").trim().to_owned()),
            }
        }
        next += 1;
    }
    found
}

#[test]
fn every_command_has_help_with_examples() {
    let place = Place::new();
    let commands = commands(&place);
    for known in [
        "",
        "memory sweep",
        "recall ask",
        "recall forget",
        "snapshot save",
    ] {
        assert!(
            commands.iter().any(|one| one == known),
            "{known:?} in {commands:?}"
        );
    }
    for command in &commands {
        let ran = place.ok(&format!("{command} --help"));
        assert_eq!(ran.err, "", "{command}");
        assert!(
            ran.out.contains("Examples:\n  slotless "),
            "{command}: {}",
            ran.out
        );
        assert!(
            ran.out.contains(&format!("Usage: slotless {command}")),
            "{command}: {}",
            ran.out
        );
    }
    let version = place.ok("--version").out;
    assert_eq!(
        version.trim(),
        format!("slotless {}", env!("CARGO_PKG_VERSION"))
    );
    assert!(place.everything().is_empty());
}

#[test]
fn a_command_left_out_shows_the_commands() {
    let place = Place::new();
    for command in [
        "",
        "memory",
        "transformer",
        "hopfield",
        "recall",
        "snapshot",
    ] {
        let ran = place.run(command);
        assert_eq!(ran.code, Some(2), "{command}");
        assert!(ran.err.contains("Commands:"), "{command}: {}", ran.err);
    }
}

/// Every example of a memory run, with `--print-spec`, is a spec that could be run.
#[test]
fn examples_of_memory_runs_are_specs() {
    let place = Place::new();
    let mut draws = Draws(3);
    let rows: Vec<Vec<u8>> = (0..3).map(|_| draws.row(60, 6)).collect();
    place.write("rows.csv", csv_of(&rows));
    let spec = place.ok("memory run --print-spec").out;
    place.write("spec.toml", spec);
    let mut examples = 0;
    for command in commands(&place) {
        let help = place.ok(&format!("{command} --help")).out;
        for line in help
            .lines()
            .filter_map(|line| line.strip_prefix("  slotless memory "))
        {
            // What follows two spaces is said of the example; a pipe is for a shell.
            let line = line.split("  ").next().unwrap();
            if line.contains('>') || line.contains('<') {
                continue;
            }
            let line = line.replace("rows.npy", "rows.csv");
            let spec = place.ok(&format!("memory {line} --print-spec")).out;
            assert!(spec.contains("[[network]]"), "{line}: {spec}");
            examples += 1;
        }
    }
    assert!(examples >= 8, "{examples}");
    assert_eq!(place.names("."), ["rows.csv", "spec.toml"]);
}

/// Every example of a training, with `--print-spec`, is a spec that could be run.
#[test]
fn examples_of_trainings_are_specs() {
    let place = Place::new();
    let spec = place.ok("transformer train --print-spec").out;
    place.write("spec.toml", spec);
    let mut examples = 0;
    for command in commands(&place) {
        let help = place.ok(&format!("{command} --help")).out;
        for line in help
            .lines()
            .filter_map(|line| line.strip_prefix("  slotless transformer "))
        {
            // What follows two spaces is said of the example; a pipe is for a shell; weights are not there.
            let line = line.split("  ").next().unwrap();
            if line.contains('>') || line.starts_with("eval") {
                continue;
            }
            let spec = place.ok(&format!("transformer {line} --print-spec")).out;
            assert!(spec.contains("[[model]]"), "{line}: {spec}");
            examples += 1;
        }
    }
    assert!(examples >= 10, "{examples}");
    assert_eq!(place.names("."), ["spec.toml"]);
}

/// The commands that the page in `web/` shows, which a test in a browser holds to this list: those that take a spec have one, and
/// all others parse to their end.
#[test]
fn commands_of_the_page_parse() {
    let place = Place::new();
    let commands = include_str!("../../../../web/tests/commands.txt");
    assert!(commands.lines().count() >= 4, "{commands}");
    for line in commands.lines() {
        let line = line.strip_prefix("slotless ").expect(line);
        if line.starts_with("memory ") || line.starts_with("transformer ") {
            place.ok(&format!("{line} --print-spec"));
        }
        // Help comes last, so what stands before it has been understood.
        let ran = place.ok(&format!("{line} --help"));
        assert!(ran.out.contains("Usage: slotless"), "{line}: {}", ran.out);
    }
    // It would not be so of a flag or a figure that there is not.
    place.refused(
        "hopfield recall --networks classical --help",
        &["--networks"],
    );
    place.refused("reproduce fig99 --help", &["fig99"]);
    assert!(place.everything().is_empty());
}
