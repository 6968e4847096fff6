//! Where output goes: through links, into fifos and standard output, and what happens where nothing can be written.
//! Exit code 1 and one line, or quiet where the reader has gone.

#![cfg(unix)]

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};

use super::common::{Place, Ran, TINY};

const SAVE: &str = "--n-i 60 --n-h 80 --s 6 --f .2 --k 5 --learned 4";

fn fifo(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn is_fifo(path: &Path) -> bool {
    fs::symlink_metadata(path).unwrap().file_type().is_fifo()
}

/// What somebody reads from a fifo.
fn reader(path: &Path) -> JoinHandle<Vec<u8>> {
    let path = path.to_owned();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
        bytes
    })
}

/// A memory and a snapshot to read from.
fn place() -> Place {
    let place = Place::new();
    place.ok(&format!("snapshot save net.slot {SAVE}"));
    place
}

/// Commands that make one file, with OUT where it goes.
const MAKERS: [&str; 3] = [
    "snapshot save OUT --n-i 60 --n-h 80 --s 6 --f .2 --k 5 --learned 4",
    "snapshot export net.slot --format bin --out OUT",
    "snapshot export net.slot --format rust --out OUT",
];

/// A folder that holds a run of one command is refused by every other: nothing of it is replaced, and nothing put beside it.
#[test]
fn a_run_s_folder_is_its_own() {
    let place = Place::new();
    let commands = [
        (
            "memory",
            "memory run --n-i 16 --n-h 16 --s 4 --k 2 --f 1 --learned 3 --burn-in 0 --trials 2",
        ),
        (
            "sweep",
            "memory sweep --n-i 16 --n-h 16,17 --s 4 --k 2 --f 1 --learned 3 --burn-in 0 --trials 2",
        ),
        ("train", "transformer train -L 2 --batches 2 --trials 1"),
        (
            "grid",
            "transformer sweep -L 2 --n-h 8,9 --batches 2 --trials 1",
        ),
        ("pictures", "hopfield recall --memories 2"),
    ];
    for (folder, command) in commands {
        place.ok(&format!("{command} --out {folder}"));
    }
    let figure = ("figure", "reproduce s4");
    place.ok(&format!("{} --out {}", figure.1, figure.0));
    let is_kept = || fs::metadata(place.path("memory/.trials")).is_ok();
    assert!(is_kept());
    for kept in [true, false] {
        for (folder, _) in commands {
            for (other, command) in commands.iter().chain([&figure]) {
                if *other != folder {
                    place.refused(
                        &format!("{command} --out {folder}"),
                        &[folder, "another --out"],
                    );
                }
            }
        }
        for (_, command) in commands {
            place.refused(
                &format!("{command} --out figure"),
                &["figure/", "another --out"],
            );
        }
        // Figures share.
        place.ok("reproduce hopfield-energy --quick --trials 1 --threads 1 --out figure");
        // Its own it goes on with.
        for (folder, command) in commands {
            place.ok(&format!("{command} --out {folder}"));
        }
        if kept {
            for folder in ["memory", "sweep", "train", "grid"] {
                fs::remove_dir_all(place.path(&format!("{folder}/.trials"))).unwrap();
            }
        }
    }
    // A figure's own folder below.
    fs::create_dir(place.path("all")).unwrap();
    place.ok(&format!("{} --out all/s4", commands[0].1));
    place.refused(
        "reproduce s4 s5 --quick --out all",
        &["all/s4/manifest.json", "another --out"],
    );
}

/// What is refused is bad input, before anything is computed: exit code 2, whatever part of the output cannot be.
#[cfg(unix)]
#[test]
fn folders_that_cannot_be_are_refused_first() {
    let place = Place::new();
    place.write("file", "");
    std::os::unix::fs::symlink("nowhere", place.path("link")).unwrap();
    fs::create_dir(place.path("figures")).unwrap();
    place.write("figures/s4", "");
    fs::create_dir(place.path("out")).unwrap();
    std::os::unix::fs::symlink("nowhere", place.path("out/weights")).unwrap();
    for (line, needles) in [
        (
            "memory run --trials 1 --out file",
            ["file: a file, expected a folder", ""],
        ),
        (
            "hopfield recall --out link",
            ["link: a link that leads nowhere", "expected a folder"],
        ),
        (
            "transformer train --out link/a",
            ["link: a link that leads nowhere", "expected a folder"],
        ),
        (
            "reproduce s4 s5 --quick --out figures",
            ["figures/s4: a file, expected a folder", ""],
        ),
        (
            "transformer train --batches 1 --trials 1 --out out",
            [
                "out/weights: a link that leads nowhere",
                "expected a folder",
            ],
        ),
        ("man --out link", ["link: a link that leads nowhere", ""]),
    ] {
        place.refused(line, &needles);
    }
}

#[test]
fn links_are_followed_and_fifos_written_to() {
    let place = place();
    for command in MAKERS {
        place.ok(&command.replace("OUT", "plain"));
        let expected = place.read("plain");
        // A link, and one to nothing as yet.
        place.write("real", "old");
        symlink("real", place.path("link")).unwrap();
        symlink("made", place.path("dangling")).unwrap();
        for (link, real) in [("link", "real"), ("dangling", "made")] {
            place.ok(&command.replace("OUT", link));
            assert_eq!(place.read(real), expected, "{command}");
            assert!(fs::symlink_metadata(place.path(link)).unwrap().is_symlink());
        }
        fifo(&place.path("fifo"));
        let read = reader(&place.path("fifo"));
        place.ok(&command.replace("OUT", "fifo"));
        assert_eq!(read.join().unwrap(), expected, "{command}");
        assert!(is_fifo(&place.path("fifo")));
        // Standard output, by two names, and what is said of it elsewhere.
        for name in ["-", "/dev/stdout"] {
            let ran = place
                .command(&words(&command.replace("OUT", name)))
                .output()
                .unwrap();
            assert!(ran.status.success());
            assert_eq!(ran.stdout, expected, "{command}");
            let said = String::from_utf8(ran.stderr).unwrap();
            let bytes = expected.len();
            assert!(
                said.ends_with(&format!("standard output: {bytes} bytes\n")),
                "{said}"
            );
        }
        for name in ["plain", "real", "made", "link", "dangling", "fifo"] {
            fs::remove_file(place.path(name)).unwrap();
        }
        assert!(!place.path("-").exists());
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

#[test]
fn a_table_of_timings_goes_to_standard_output() {
    let place = Place::new();
    let ran = place.ok("bench mhn --quick --csv -");
    let (out, err) = (&ran.out, &ran.err);
    assert!(
        out.starts_with("network,") && out.lines().count() > 1,
        "{out}"
    );
    assert!(out.lines().all(|line| line.contains(',')), "{out}");
    assert!(err.contains("least us"), "{err}");
}

#[test]
fn the_files_of_a_run_are_written_through_links() {
    let place = Place::new();
    let name = format!("{}.svg", "accuracy");
    place.ok(TINY);
    let expected = place.read("out/manifest.json").len();
    assert!(expected > 0);
    let svg = fs::read_dir(place.path("out"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .find(|file| file.ends_with(".svg"))
        .unwrap_or(name);
    let expected = place.read(&format!("out/{svg}"));
    fs::rename(
        place.path(&format!("out/{svg}")),
        place.path("elsewhere.svg"),
    )
    .unwrap();
    place.write("elsewhere.svg", "old");
    symlink("../elsewhere.svg", place.path(&format!("out/{svg}"))).unwrap();
    place.ok(TINY);
    assert_eq!(place.read("elsewhere.svg"), expected);
    assert!(
        fs::symlink_metadata(place.path(&format!("out/{svg}")))
            .unwrap()
            .is_symlink()
    );
}

#[test]
fn modes_are_those_of_the_umask_and_kept() {
    let place = place();
    let under = |umask: &str, arguments: &str| {
        let program = env!("CARGO_BIN_EXE_slotless");
        let line = format!("umask {umask}; exec '{program}' {arguments}");
        let mut command = Command::new("sh");
        command.args(["-c", &line]).current_dir(place.path(""));
        assert!(command.output().unwrap().status.success(), "{line}");
    };
    let mode = |name: &str| fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o777;
    let save = |name: &str| format!("snapshot save {name} {SAVE}");
    under("077", &save("private"));
    under("002", &save("shared"));
    assert_eq!((mode("private"), mode("shared")), (0o600, 0o664));
    under("022", &save("private"));
    under("077", &save("shared"));
    assert_eq!((mode("private"), mode("shared")), (0o600, 0o664));
    under("077", TINY);
    for entry in fs::read_dir(place.path("out")).unwrap() {
        let path = entry.unwrap().path();
        let open = fs::metadata(&path).unwrap().permissions().mode() & 0o077;
        assert_eq!(open, 0, "{}", path.display());
    }
}

/// Every kind of printing: a report, JSON, a table, help.
const PRINTERS: [&str; 7] = [
    "memory run --n-i 60 --n-h 80 --s 6 --f .2 --k 5 --print-spec",
    "snapshot info net.slot",
    "snapshot info net.slot --json",
    "snapshot verify net.slot",
    "devices",
    "--help",
    "memory run --help",
];

/// Runs a command with an end of standard output or standard error.
fn with(place: &Place, line: &str, out: Stdio, err: Stdio) -> Ran {
    let mut command = place.command(&words(line));
    command
        .stdout(out)
        .stderr(err)
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap()
        .into()
}

fn full() -> Stdio {
    File::options()
        .write(true)
        .open("/dev/full")
        .unwrap()
        .into()
}

/// The end of a pipe that nobody reads.
fn closed() -> Stdio {
    let (read, write) = std::io::pipe().unwrap();
    drop(read);
    write.into()
}

#[test]
#[cfg(target_os = "linux")]
fn what_standard_output_refuses_is_said_and_a_reader_that_has_gone_is_not() {
    let place = place();
    for line in PRINTERS {
        let ran = with(&place, line, full(), Stdio::piped());
        assert_eq!(ran.code, Some(1), "{line}");
        let said = "slotless: standard output: No space left on device (os error 28)\n";
        assert_eq!(ran.err, said, "{line}");
        let ran = with(&place, line, closed(), Stdio::piped());
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{line}");
    }
    let ran = with(
        &place,
        "snapshot export net.slot --format bin --out -",
        full(),
        Stdio::piped(),
    );
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.starts_with("slotless: -: No space left"),
        "{}",
        ran.err
    );
    let ran = with(
        &place,
        "snapshot export net.slot --format bin --out -",
        closed(),
        Stdio::piped(),
    );
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    // Its files are there all the same.
    let ran = with(&place, TINY, full(), Stdio::piped());
    assert_eq!(ran.code, Some(1));
    assert!(place.path("out/manifest.json").exists());
}

#[test]
#[cfg(target_os = "linux")]
fn a_standard_error_that_nobody_reads_changes_nothing() {
    let place = place();
    for err in [full, closed] {
        assert_eq!(
            with(&place, "memory run --n-i 0", Stdio::piped(), err()).code,
            Some(2)
        );
        assert_eq!(
            with(&place, "memory walk", Stdio::piped(), err()).code,
            Some(2)
        );
        let ran = with(&place, TINY, Stdio::piped(), err());
        assert_eq!(ran.code, Some(0));
        assert!(ran.out.contains("out/run.csv"));
        fs::remove_dir_all(place.path("out")).unwrap();
        // Both at once.
        assert_eq!(with(&place, "devices", full(), err()).code, Some(1));
    }
}

#[test]
fn a_place_that_cannot_be_written_is_bad_input_and_nothing_is_computed() {
    let place = place();
    place.write("file", "");
    fs::create_dir(place.path("folder")).unwrap();
    place.write("fixed", "");
    fs::set_permissions(place.path("fixed"), fs::Permissions::from_mode(0o444)).unwrap();
    for command in MAKERS {
        for (out, why) in [
            ("folder", "folder: a folder, expected a file"),
            ("folder/", "folder/: a folder, expected a file"),
            ("fixed", "fixed: read-only, and so not replaced"),
            ("file/below", "file"),
        ] {
            place.refused(&command.replace("OUT", out), &[why]);
        }
    }
}

#[test]
fn what_an_error_quotes_does_not_act_on_a_terminal() {
    let place = Place::new();
    for argument in ["a\u{1b}]0;title\u{7}b", "a\u{202e}b\u{9b}2J"] {
        for arguments in [
            &["snapshot", "info", argument][..],
            &["memory", argument],
            &["plot", argument],
        ] {
            let ran = place.run_with(arguments);
            assert_eq!(ran.code, Some(2));
            let line = ran.err.strip_suffix('\n').unwrap();
            assert!(
                !line.contains(|c: char| c.is_control() || c == '\u{202e}'),
                "{line:?}"
            );
            // The parser of arguments takes such sequences out.
            let seen = ["a\\u001b]0;title\\u0007b", "a\\u202eb\\u009b2J"];
            let is_seen = seen.iter().any(|seen| line.contains(seen));
            assert!(is_seen || arguments[0] == "memory", "{line}");
        }
    }
}

/// Reports name files, whose names are anybody's.
#[test]
fn what_a_report_quotes_does_not_act_on_a_terminal() {
    let place = Place::new();
    let name = "a\u{1b}[2J\u{202e}b\nc";
    let tiny: Vec<&str> = TINY.split_whitespace().collect();
    let tiny = [&tiny[..tiny.len() - 1], &[name]].concat();
    let snapshot = format!("{name}.slot");
    let save = format!("snapshot save OUT {SAVE}");
    let save: Vec<&str> = save
        .split_whitespace()
        .map(|word| if word == "OUT" { &snapshot } else { word })
        .collect();
    for arguments in [
        &tiny[..],
        &["plot", name],
        &save,
        &["snapshot", "verify", &snapshot],
        &[
            "snapshot",
            "export",
            &snapshot,
            "--format",
            "c",
            "--out",
            "a\u{1b}.h",
        ],
        &["man", "--out", "a\u{1b}man"],
    ] {
        let ran = place.run_with(arguments);
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.err);
        for text in [&ran.out, &ran.err] {
            assert!(
                !text.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'),
                "{text:?}"
            );
        }
        assert!(ran.out.contains("a\\u001b"), "{}", ran.out);
        // A name is of one line.
        assert!(
            ran.out.lines().all(|line| !line.starts_with('c')),
            "{}",
            ran.out
        );
    }
}

/// A file that is read is not replaced, whatever it is called.
#[test]
fn what_is_read_is_not_replaced() {
    let place = place();
    let rows = "1,1,0,0\n0,1,1,0\n";
    place.write("rows.csv", rows);
    symlink("rows.csv", place.path("link")).unwrap();
    fs::create_dir(place.path("sub")).unwrap();
    let why = &["read here", "another file"];
    let small = "--n-h 16 --k 2 --f 1";
    for out in ["rows.csv", "./rows.csv", "link", "sub/../rows.csv"] {
        place.refused(
            &format!("snapshot save {out} --patterns rows.csv {small}"),
            why,
        );
    }
    let spec = "trials = 1\n[[network]]\nn_i = 8\nn_h = 8\ns = 2\nk = 2\nf = 1\neps = 1\n";
    place.write("spec.toml", spec);
    place.refused("snapshot save spec.toml --spec spec.toml", why);
    for format in ["c", "rust", "bin"] {
        place.refused(
            &format!("snapshot export net.slot --format {format} --out net.slot"),
            why,
        );
    }
    // Beside it a run may lie, but not on it.
    fs::create_dir(place.path("run")).unwrap();
    place.write("run/run.csv", rows);
    let run = format!(
        "memory run --patterns run/run.csv {small} --burn-in 0 --learned 1 --trials 2 --out run"
    );
    place.refused(&run, &["run.csv", "read here"]);
    assert_eq!(place.read("run/run.csv"), rows.as_bytes());
    assert_eq!(place.names("run"), ["run.csv"]);
    fs::rename(place.path("run/run.csv"), place.path("run/rows.csv")).unwrap();
    place.ok(&run.replace("run/run.csv", "run/rows.csv"));
}

#[test]
fn folders_that_cannot_be_made_say_why() {
    let place = Place::new();
    symlink("nowhere", place.path("dangling")).unwrap();
    symlink("circle", place.path("circle")).unwrap();
    let run = |out: &str| TINY.replace("--out out", &format!("--out {out}"));
    for out in ["dangling", "circle", "dangling/below"] {
        place.refused(&run(out), &["leads nowhere", "expected a folder"]);
        place.refused(&format!("man --out {out}"), &["leads nowhere"]);
    }
    for command in [&run("-"), "man --out -"] {
        place.refused(command, &["expected its path"]);
    }
}

/// Whatever has no room is exit code 1, and nothing of it is left.
#[test]
fn a_file_that_may_not_grow_is_a_line() {
    let place = place();
    let before = place.everything();
    for command in [
        "snapshot save big.slot --n-i 600 --n-h 800 --s 6 --f .2 --k 5 --learned 4",
        "man --out man",
    ] {
        let limited = format!(
            "ulimit -f 1; exec {} {command}",
            env!("CARGO_BIN_EXE_slotless")
        );
        let ran = Command::new("sh")
            .args(["-c", &limited])
            .current_dir(place.path(""))
            .output();
        let ran = Ran::from(ran.unwrap());
        assert_eq!(ran.code, Some(1), "{command}: {}", ran.err);
        assert!(
            ran.err.contains("too large") || ran.err.contains("File"),
            "{}",
            ran.err
        );
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
        let names = place.names(".");
        assert!(
            !names.iter().any(|name| name.starts_with(".slotless")),
            "{names:?}"
        );
    }
    let after = place.everything();
    assert!(
        before
            .iter()
            .all(|(path, bytes)| after.get(path) == Some(bytes))
    );
}
