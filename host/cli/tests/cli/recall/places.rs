//! Folders and files that are there and cannot be used: what is said of them is true, and one line.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};

use super::super::common::{Place, Ran};
use super::{SMALL, example};

/// Every command, with what it needs.
const COMMANDS: [&str; 10] = [
    "add --cue a --target b --vectors two.npy",
    "ask a --vectors q.npy",
    "chain a --vectors q.npy",
    "stats",
    "list",
    "export --out texts.jsonl",
    "update 1 --target x --vectors q.npy",
    "verify",
    "forget --id 1",
    "compact",
];

fn place() -> Place {
    let place = example();
    place.vectors("two.npy", &["a", "b"]);
    place.vectors("q.npy", &["a"]);
    place
}

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Runs a command as somebody who is not allowed everything; the program lies where they may look.
fn as_nobody(place: &Place, program: &Path, line: &str) -> Ran {
    let mut command = std::process::Command::new(program);
    command
        .args(line.split_whitespace())
        .current_dir(place.path(""));
    // Of whoever is not root the modes are enough.
    if fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
        command.uid(65534).gid(65534);
    }
    command.output().unwrap().into()
}

fn program(place: &Place) -> PathBuf {
    let program = place.path("slotless");
    fs::copy(env!("CARGO_BIN_EXE_slotless"), &program).unwrap();
    program
}

#[test]
#[cfg(target_os = "linux")]
fn what_may_not_be_entered_or_read_is_not_said_to_be_missing() {
    let place = place();
    let program = program(&place);
    mode(&place.path(""), 0o755);
    fs::create_dir(place.path("outer")).unwrap();
    fs::rename(place.path("m"), place.path("outer/m")).unwrap();
    let log = place.read("outer/m/log");
    let denied = "Permission denied (os error 13)\n";
    let refused = |command: &str, line: &str| {
        let ran = as_nobody(&place, &program, &format!("recall {command} -m outer/m"));
        let seen = format!("{command}: {ran:?}");
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{seen}");
        assert_eq!(ran.err, format!("slotless: {line}: {denied}"), "{seen}");
    };
    // The folder, the one that it lies in, its files.
    for (folder, below) in [("outer/m", 0o700), ("outer", 0o600)] {
        mode(&place.path(folder), below);
        for command in COMMANDS {
            refused(command, "outer/m/memory.toml");
        }
        mode(&place.path(folder), 0o755);
    }
    for name in ["memory.toml", "log"] {
        let path = place.path(&format!("outer/m/{name}"));
        mode(&path, 0o600);
        for command in COMMANDS {
            // Where there is more to read than the first.
            let of = match command.split(' ').next() {
                Some("add" | "forget" | "compact") if name == "log" => continue,
                _ => format!("outer/m/{name}"),
            };
            refused(command, &of);
        }
        mode(&path, 0o644);
    }
    // One to be read is read; one that may not be written is not.
    let ran = as_nobody(&place, &program, "recall list -m outer/m");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    refused("forget --id 1", "outer/m/lock");
    // Nor where its files may be and its folder not; what is named is the file, and none of another name.
    for name in ["lock", "log"] {
        mode(&place.path(&format!("outer/m/{name}")), 0o666);
    }
    refused("compact", "outer/m/log");
    // Nor is a new one made where that is not allowed.
    let ran = as_nobody(
        &place,
        &program,
        &format!("recall {} -m outer/new {SMALL}", COMMANDS[0]),
    );
    assert_eq!(ran.err, format!("slotless: outer/new: {denied}"));
    assert_eq!(ran.code, Some(2));
    mode(&place.path("outer"), 0o600);
    let ran = as_nobody(&place, &program, "recall export -m outer/m --out outer/x");
    assert_eq!(ran.code, Some(2));
    mode(&place.path("outer"), 0o755);
    assert_eq!(place.read("outer/m/log"), log);
    assert_eq!(place.names("outer"), ["m"]);
}

#[test]
fn links_that_lead_nowhere_are_told() {
    let place = place();
    symlink("nowhere", place.path("link")).unwrap();
    symlink("circle", place.path("circle")).unwrap();
    for command in COMMANDS {
        place.refused(
            &format!("recall {command} -m link"),
            &[
                "slotless: link: ",
                "a link that leads nowhere, expected a folder",
            ],
        );
        place.refused(
            &format!("recall {command} -m circle"),
            &["slotless: circle"],
        );
    }
    let add = format!("recall {} {SMALL}", COMMANDS[0]);
    for folder in ["link/below", "link/further/below"] {
        place.refused(
            &format!("{add} -m {folder}"),
            &["slotless: link: a link that leads nowhere, expected a folder"],
        );
    }
    place.refused(
        &format!("{add} -m q.npy/below"),
        &["q.npy: a file, expected a folder"],
    );
    // To a folder that is there it leads.
    fs::create_dir(place.path("nowhere")).unwrap();
    place.ok(&format!("{add} -m link"));
    assert!(place.path("nowhere/log").exists() && place.path("link").is_symlink());
    // Files of a memory.
    for name in ["memory.toml", "log"] {
        let path = place.path(&format!("m/{name}"));
        fs::rename(&path, place.path("away")).unwrap();
        symlink("none", &path).unwrap();
        for command in COMMANDS {
            place.refused(
                &format!("recall {command} -m m"),
                &[&format!("{name} is a link that leads nowhere")],
            );
        }
        fs::remove_file(&path).unwrap();
        fs::rename(place.path("away"), &path).unwrap();
    }
    let long = "x".repeat(300);
    for command in COMMANDS {
        place.refused(
            &format!("recall {command} -m {long}"),
            &["File name too long"],
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_memory_that_is_a_fifo_is_none() {
    let place = place();
    let made = std::process::Command::new("mkfifo")
        .arg(place.path("fifo"))
        .status();
    assert!(made.unwrap().success());
    for command in COMMANDS {
        place.refused(
            &format!("recall {command} -m fifo"),
            &["slotless: fifo: ", "a fifo, expected a folder"],
        );
    }
}
