//! Calls of the system that fail, at the first, the second, and every further one: the folder opens, what was acknowledged is there, and
//! nothing is half there. For memories of sentences, and for runs.

#![cfg(target_os = "linux")]

mod calls;

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use slotless_recall::{Item, Store};

use super::common::{Place, Ran};

const ALL: &str = "write,fsync,folder,ftruncate,flock,rename,mmap";
const EIO: &str = "5";
const EINVAL: &str = "22";
const ENOSPC: &str = "28";
const ENOLCK: &str = "37";
const ENOSYS: &str = "38";

/// The library of `preload.rs`, compiled once; none where there is no compiler, or one that is for another C library.
fn library() -> Option<PathBuf> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    let compile = || {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        // Another run of the tests may have it loaded.
        let path = folder.join("faults.so");
        let own = folder.join(format!("faults-{}.so", std::process::id()));
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let compiled = Command::new(rustc)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["--edition", "2024", "--crate-type", "cdylib", "-O", "-o"])
            .arg(&own)
            .arg("tests/cli/faults/preload.rs")
            .output();
        match compiled {
            Ok(output) if output.status.success() => {
                std::fs::rename(own, &path).unwrap();
                Some(path)
            }
            other => {
                eprintln!("skipped: no library that makes calls fail: {other:?}");
                None
            }
        }
    };
    LIBRARY.get_or_init(compile).clone()
}

impl Place {
    /// Runs a command of which calls fail, and says whether one did.
    fn faulty(&self, arguments: &str, library: &PathBuf, set: &[(&str, &str)]) -> (Ran, bool) {
        let mark = self.path("mark");
        let _ = std::fs::remove_file(&mark);
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let mut command = self.command(&arguments);
        command.env("LD_PRELOAD", library).env("FAULT_MARK", &mark);
        command.envs(set.iter().copied());
        (command.output().unwrap().into(), mark.exists())
    }

    fn copied(&self, from: &str, to: &str) {
        let _ = std::fs::remove_dir_all(self.path(to));
        std::fs::create_dir(self.path(to)).unwrap();
        for name in self.names(from) {
            std::fs::copy(
                self.path(&format!("{from}/{name}")),
                self.path(&format!("{to}/{name}")),
            )
            .unwrap();
        }
    }

    fn stored(&self, folder: &str) -> Vec<Item> {
        let store =
            Store::open(&self.path(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
        let items = store.items(0).map(|full| Item {
            // Of two runs these differ.
            added: None,
            updated: None,
            ..full.unwrap().item
        });
        items.collect()
    }
}

/// Six items of which one was forgotten; another pair so long that a snapshot is due when it is added.
fn memory() -> Place {
    let place = Place::new();
    let lines = (0..6).map(|pair| format!("cue {pair}\ttarget {pair}\n"));
    place.write("pairs.tsv", lines.collect::<String>());
    place.vectors(
        "v.npy",
        &["a", "b", "c", "d", "a", "b", "c", "d", "a", "b", "c", "d"],
    );
    place.ok("recall add --tsv pairs.tsv --vectors v.npy -m m");
    place.ok("recall forget --id 2 -m m");
    place.write(
        "more.tsv",
        format!("new\tone\nnewer\t{}\n", "long ".repeat(20_000)),
    );
    place.vectors("four.npy", &["a", "b", "c", "d"]);
    place.vectors("two.npy", &["a", "b"]);
    place
}

const COMMANDS: [&str; 4] = [
    "add --tsv more.tsv --vectors four.npy",
    "forget --id 1 --id 4",
    "update 3 --target new --cue newer --vectors two.npy",
    "compact",
];

fn each_call_fails(command: &str) {
    let Some(library) = library() else { return };
    let place = memory();
    let before = place.stored("m");
    place.copied("m", "done");
    let printed = place.ok(&format!("recall {command} -m done")).out;
    let after = place.stored("done");
    let mut failed = 0;
    for (stays, errno) in [("", EIO), ("yes", EIO), ("", ENOSPC)] {
        for at in 1.. {
            place.copied("m", "try");
            let at = at.to_string();
            let set = [
                ("FAULT_AT", at.as_str()),
                ("FAULT_STAYS", stays),
                ("FAULT_CALLS", ALL),
                ("FAULT_ERRNO", errno),
            ];
            let (ran, was_hit) = place.faulty(&format!("recall {command} -m try"), &library, &set);
            let seen = format!(
                "{command}, call {at}, {stays:?}: {:?} {}",
                ran.code, ran.err
            );
            if !was_hit {
                assert_eq!(ran.code, Some(0), "{seen}");
                break;
            }
            let now = place.stored("try");
            match ran.code {
                // What was printed is there.
                Some(0) => assert!(now == after, "{seen}"),
                Some(1 | 2) => {
                    failed += 1;
                    assert!(now == before || now == after, "{seen}");
                    assert!(ran.err.contains("slotless: try"), "{seen}");
                    assert!(
                        ran.out.is_empty() || printed.starts_with(&ran.out) && now == after,
                        "{seen}"
                    );
                }
                _ => panic!("{seen}"),
            }
            // The next writer finds its way.
            let done = now == after;
            let again = place.run(&format!("recall {command} -m try"));
            let is_done = done && command.starts_with("forget");
            assert_eq!(
                again.code,
                Some(if is_done { 2 } else { 0 }),
                "{seen}: {}",
                again.err
            );
            if !done {
                assert!(place.stored("try") == after, "{seen}");
            }
            let verified = Store::verify(&place.path("try")).unwrap();
            assert!(is_done || verified.is_sound(), "{seen}: {verified:?}");
        }
    }
    assert!(failed > 4, "only {failed} calls failed");
}

#[test]
fn every_call_of_add_fails_in_its_turn() {
    each_call_fails(COMMANDS[0]);
}

#[test]
fn every_call_of_forget_fails_in_its_turn() {
    each_call_fails(COMMANDS[1]);
}

#[test]
fn every_call_of_update_fails_in_its_turn() {
    each_call_fails(COMMANDS[2]);
}

#[test]
fn every_call_of_compact_fails_in_its_turn() {
    each_call_fails(COMMANDS[3]);
}

#[test]
fn file_systems_that_refuse_some_of_it_do() {
    let Some(library) = library() else { return };
    let place = memory();
    let run = |command: &str, folder: &str, calls: &str, errno: &str| {
        let set = [
            ("FAULT_AT", "1"),
            ("FAULT_STAYS", "yes"),
            ("FAULT_CALLS", calls),
            ("FAULT_ERRNO", errno),
        ];
        let (ran, was_hit) = place.faulty(&format!("recall {command} -m {folder}"), &library, &set);
        assert!(was_hit || calls == "flock", "{command}");
        ran
    };
    // No waiting for a folder.
    let ran = run(COMMANDS[0], "fresh", "folder", EINVAL);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    // No locks: it is said what is missing, and what to do.
    for errno in [ENOSYS, ENOLCK] {
        for command in COMMANDS {
            let ran = run(command, "m", "flock", errno);
            assert_eq!(ran.code, Some(2), "{}", ran.err);
            assert!(
                ran.err.contains("m/lock: no lock can be had") && ran.err.contains("--no-lock"),
                "{}",
                ran.err
            );
            assert_eq!(ran.err.matches('\n').count(), 1);
        }
        let ran = run("list", "m", "flock", errno);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }
    for command in COMMANDS {
        let ran = run(&format!("{command} --no-lock"), "m", "flock", ENOSYS);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
    }
    // A full disk is named with the file.
    let ran = run(COMMANDS[0], "m", "write", ENOSPC);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("m/log: No space left on device"),
        "{}",
        ran.err
    );
}

/// Two trials, and every kind of file.
const RUN: &str = "memory run --n-i 30 --n-h 20 --s 4 --f .5 --k 3 --burn-in 10 --learned 10 --trials 2 --threads 1 --out out";

/// Files of a run but the manifest, which has its time in it.
fn files(place: &Place) -> Vec<(String, Vec<u8>)> {
    let names = place.names("out").into_iter();
    let names = names.filter(|name| name != "manifest.json" && name != ".trials");
    names
        .map(|name| (name.clone(), place.read(&format!("out/{name}"))))
        .collect()
}

#[test]
fn every_call_of_a_run_fails_in_its_turn() {
    let Some(library) = library() else { return };
    let whole = Place::new();
    whole.ok(RUN);
    let whole = files(&whole);
    let mut failed = 0;
    for at in 1.. {
        let place = Place::new();
        // One call alone, or a disk that is full from then on.
        let (stays, errno) = [("", EIO), ("yes", ENOSPC)][at % 2];
        let at = at.to_string();
        let set = [
            ("FAULT_AT", at.as_str()),
            ("FAULT_STAYS", stays),
            ("FAULT_CALLS", ALL),
            ("FAULT_ERRNO", errno),
        ];
        let (ran, was_hit) = place.faulty(RUN, &library, &set);
        let seen = format!("call {at}, {stays:?}: {:?} {}", ran.code, ran.err);
        if !was_hit {
            assert_eq!(ran.code, Some(0), "{seen}");
            break;
        }
        if ran.code != Some(0) {
            failed += 1;
            assert!(matches!(ran.code, Some(1 | 2)), "{seen}");
            let last = ran.err.lines().last().unwrap_or_default();
            assert!(last.starts_with("slotless: out"), "{seen}");
        }
        // What is there is whole, and the manifest is not there before all that it lists.
        if place.path("out").exists() {
            let left = files(&place);
            assert!(left.iter().all(|file| whole.contains(file)), "{seen}");
            assert!(
                !place.path("out/manifest.json").exists() || left == whole,
                "{seen}"
            );
        }
        // The same command finishes what is left.
        place.ok(RUN);
        assert!(files(&place) == whole, "{seen}");
        assert!(place.path("out/manifest.json").exists());
    }
    assert!(failed > 4, "only {failed} calls failed");
}
