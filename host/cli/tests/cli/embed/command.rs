//! The command with a small model: lines in any form, bad flags, threads.

use std::io::Write;
use std::process::Stdio;

use slotless_recall::encoder::{Empty, Encoder};
use slotless_recall::vectors::Vectors;

use super::super::common::{Place, Ran};
use super::tiny::{self, Tiny};

/// A place with a model and 60 lines.
fn place() -> Place {
    let place = Place::new();
    Tiny::new().write(&place, "tiny");
    let words = tiny::words(60);
    let lines = words.iter().map(|words| tiny::text(words) + "\n");
    place.write("lines.txt", lines.collect::<String>());
    place
}

fn from_standard_input(place: &Place, arguments: &[&str], text: &[u8]) -> Ran {
    let mut child = place
        .command(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    child.wait_with_output().unwrap().into()
}

#[test]
fn lines_become_rows() {
    let place = place();
    let flags = "--model tiny --empty encode";
    let ran = place.ok(&format!("embed lines.txt {flags} --out v.npy"));
    assert!(
        ran.out.starts_with("embed: 60 lines, 32 numbers each"),
        "{}",
        ran.out
    );
    assert_eq!(ran.err, "");
    assert_eq!(place.names("."), ["lines.txt", "tiny", "v.npy"]);
    let encoder = Encoder::open(&place.path("tiny")).unwrap();
    let lines: Vec<String> = tiny::words(60)
        .iter()
        .map(|words| tiny::text(words))
        .collect();
    let expected = encoder.with_empty(Empty::Encode).encode(&lines).unwrap();
    assert_eq!(Vectors::read(&place.path("v.npy")).unwrap(), expected);

    // The same lines with other ends, without the last one, with a mark in front, from standard input.
    let text = String::from_utf8(place.read("lines.txt")).unwrap();
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    place.write("windows.txt", windows.trim_end_matches('\n'));
    place.ok(&format!("embed windows.txt {flags} --out w.npy"));
    assert!(place.read("w.npy") == place.read("v.npy"));
    for dash in [&["embed", "-"][..], &["embed"]] {
        let more = ["--model", "tiny", "--empty", "encode", "--out", "piped.npy"];
        let ran = from_standard_input(&place, &[dash, &more].concat(), text.as_bytes());
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert!(place.read("piped.npy") == place.read("v.npy"));
        std::fs::remove_file(place.path("piped.npy")).unwrap();
    }
    // The model from the environment.
    let arguments = ["embed", "lines.txt", "--empty", "encode", "--out", "e.npy"];
    let mut command = place.command(&arguments);
    let ran: Ran = command
        .env("SLOTLESS_MODEL", "tiny")
        .output()
        .unwrap()
        .into();
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(place.read("e.npy") == place.read("v.npy"));
}

/// The products of matrices are divided among as many threads as RAYON_NUM_THREADS says.
#[test]
fn threads_change_nothing() {
    let place = place();
    let mut files = Vec::new();
    for (threads, inner) in [("1", "1"), ("2", "1"), ("3", "5"), ("0", "2"), ("1", "16")] {
        let arguments = "embed lines.txt --model tiny --empty encode --out v.npy --threads";
        let arguments: Vec<&str> = arguments.split(' ').chain([threads]).collect();
        let mut command = place.command(&arguments);
        let ran: Ran = command
            .env("RAYON_NUM_THREADS", inner)
            .output()
            .unwrap()
            .into();
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        files.push(place.read("v.npy"));
    }
    assert!(files.iter().all(|file| *file == files[0]));
}

#[test]
fn cut_lines_are_told() {
    let place = Place::new();
    Tiny::new().write(&place, "tiny");
    let long = "w1 ".repeat(23);
    place.write("lines.txt", format!("w1\n{long}\nw2\n{long}\n"));
    let ran = place.ok("embed lines.txt --model tiny --out v.npy");
    assert_eq!(
        ran.err,
        "cut after 24 tokens: 2 of 4 lines, the first is line 2\n"
    );
}

#[test]
fn bad_input_is_one_line() {
    let place = place();
    place.write("gap.txt", "w1\nw2\n \t \nw3\n");
    place.write("empty.txt", "");
    place.write("blank.txt", "\n");
    place.write("latin.txt", b"w1\ncaf\xe9\n");
    place.write("old.npy", "what was there");
    std::fs::create_dir(place.path("folder.npy")).unwrap();
    for (flags, needles) in [
        (
            "gap.txt --out v.npy",
            vec!["line 3 is empty", "--empty encode"],
        ),
        ("gap.txt --out old.npy", vec!["line 3 is empty"]),
        ("blank.txt --out v.npy", vec!["line 1 is empty"]),
        ("empty.txt --out v.npy", vec!["empty.txt has no line"]),
        (
            "empty.txt --empty encode --out v.npy",
            vec!["empty.txt has no line"],
        ),
        ("- --out v.npy", vec!["standard input has no line"]),
        (
            "latin.txt --out v.npy",
            vec!["latin.txt: line 2 is not UTF-8"],
        ),
        (
            "missing.txt --out v.npy",
            vec!["missing.txt", "No such file"],
        ),
        ("tiny --out v.npy", vec!["tiny: "]),
        (
            "lines.txt --out v.txt",
            vec!["--out is v.txt", "ends in .npy"],
        ),
        (
            "lines.txt --out folder.npy",
            vec!["--out is folder.npy", "a file"],
        ),
        (
            "lines.txt --out no/v.npy",
            vec!["no/v.npy", "there is no folder no"],
        ),
        (
            "lines.txt --out v.npy --empty skip",
            vec!["skip", "refuse, encode"],
        ),
        ("lines.txt --out v.npy --threads -1", vec!["-1"]),
    ] {
        place.refused(&format!("embed --model tiny {flags}"), &needles);
    }
    place.ok("embed --model tiny blank.txt --empty encode --out v.npy");
}
