//! What is refused, in one line with exit code 2, and leaves the folder as it was.

use super::example;
use slotless_recall::vectors::Vectors;

#[test]
fn pairs_that_cannot_be_read() {
    let place = example();
    let good = "--vectors pairs.npy -m m";
    for (text, needles) in [
        ("a\tb\nc\n", &["line 2", "one column"][..]),
        ("a\tb\n\nc\td\n", &["line 2", "one column"]),
        ("a\t\n", &["line 1", "the target is empty"]),
        (" \tb\n", &["line 1", "the cue is empty"]),
        ("a\tb\t \n", &["line 1", "a paraphrase is empty"]),
        ("", &["bad.tsv is empty"]),
    ] {
        place.write("bad.tsv", text);
        place.refused(&format!("recall add --tsv bad.tsv {good}"), needles);
    }
    place.write("bad.tsv", b"a\tb\nc\xff\td\n");
    place.refused(
        &format!("recall add --tsv bad.tsv {good}"),
        &["line 2", "UTF-8"],
    );
    for (text, needles) in [
        (
            "{\"cue\": \"a\", \"target\": \"b\"}\n{\"cue\": \"a\"}\n",
            &["line 2", "target"][..],
        ),
        (
            "{\"cue\": \"a\", \"target\": \"b\"\n",
            &["line 1", "expected"],
        ),
        (
            "{\"cue\": \"a\", \"target\": \"b\", \"x\": 1}\n",
            &["line 1", "`x`"],
        ),
        ("[]\n", &["line 1: a list, expected {\"cue\""]),
        (
            "{\"cue\": \"a\", \"target\": \"b\"}\n [\"a\", \"b\"]\n",
            &["line 2: a list, expected {\"cue\""],
        ),
        ("[\"a\", \"b\", [\"c\"], null, null]\n", &["line 1: a list"]),
    ] {
        place.write("bad.jsonl", text);
        place.refused(&format!("recall add --jsonl bad.jsonl {good}"), needles);
    }
    for time in [
        "10000-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "2016-12-31T23:59:60Z",
        "2026-11-28T16:22:02+01:00",
        "2026-11-28",
        "",
    ] {
        for key in ["added", "updated"] {
            place.write(
                "bad.jsonl",
                format!("{{\"cue\": \"a\", \"target\": \"b\", \"{key}\": \"{time}\"}}\n"),
            );
            place.refused(
                &format!("recall add --jsonl bad.jsonl {good}"),
                &["line 1", &format!("\"{time}\""), "in UTC", "before 10000"],
            );
        }
    }
    // Standard input is empty in these tests.
    place.refused(
        &format!("recall add --tsv - {good}"),
        &["standard input is empty"],
    );
    place.refused(
        &format!("recall ask - {good}"),
        &["standard input is empty"],
    );
    place.refused(&format!("recall add --tsv none.tsv {good}"), &["none.tsv"]);
    place.refused(
        &format!("recall add --tsv m {good}"),
        &["m: a folder, expected a regular file"],
    );
    if cfg!(unix) {
        place.refused(
            &format!("recall add --tsv /dev/zero {good}"),
            &["/dev/zero: a device, expected a regular file"],
        );
        let mut endless =
            place.command(&["recall", "ask", "-", "--vectors", "pairs.npy", "-m", "m"]);
        endless.stdin(std::fs::File::open("/dev/zero").unwrap());
        let ran = endless.output().unwrap();
        let line = String::from_utf8(ran.stderr).unwrap();
        assert_eq!(ran.status.code(), Some(2), "{line}");
        assert!(line.contains("line 1: longer than 1048576 bytes"), "{line}");
    }
    place.refused(&format!("recall add {good}"), &["no pairs", "--tsv"]);
    place.refused(&format!("recall add --cue a {good}"), &["no --target"]);
    place.refused_with(
        &[
            "recall",
            "add",
            "--cue",
            " ",
            "--target",
            "b",
            "--vectors",
            "pairs.npy",
            "-m",
            "m",
        ],
        &["the cue is empty"],
    );
    place.refused_with(
        &["recall", "ask", " ", "--vectors", "pairs.npy", "-m", "m"],
        &["the question is empty"],
    );
    place.refused(
        "recall chain --vectors pairs.npy -m m",
        &["the question is empty"],
    );
}

#[test]
fn vectors_that_do_not_fit() {
    let place = example();
    let write = |name: &str, numbers: &[f32], dim: usize| {
        Vectors::new(numbers.to_vec(), dim)
            .unwrap()
            .write(&place.path(name))
            .unwrap();
    };
    write("five.npy", &[1.0; 10], 5);
    write("zero.npy", &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], 4);
    write("three.npy", &[1.0; 12], 4);
    // A not-a-number in place of a number.
    let mut bytes = place.read("zero.npy");
    let end = bytes.len();
    bytes[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    place.write("nan.npy", &bytes);
    place.write("text.npy", "no array");
    let add = "recall add --cue a --target b -m m --vectors";
    place.refused(
        &format!("{add} five.npy"),
        &["five.npy", "5 numbers", "takes 4"],
    );
    place.refused(&format!("{add} zero.npy"), &["zero.npy", "row 2"]);
    place.refused(
        &format!("{add} nan.npy"),
        &["nan.npy", "row 2, column 4 is NaN"],
    );
    place.refused(
        &format!("{add} three.npy"),
        &["three.npy", "3 rows, expected 2"],
    );
    place.refused(&format!("{add} text.npy"), &["text.npy"]);
    place.refused(&format!("{add} none.npy"), &["none.npy"]);
    place.refused(
        "recall ask a -m m --vectors five.npy",
        &["5 numbers", "takes 4"],
    );
    place.refused(
        "recall ask a -m m --vectors three.npy",
        &["3 rows, expected 1"],
    );
    place.refused(
        "recall add --cue a --target b -m fresh --vectors three.npy",
        &["3 rows, expected 2"],
    );
    assert!(!place.path("fresh").exists());
}

#[test]
fn settings_that_cannot_be() {
    let place = example();
    place.vectors("two.npy", &["a", "b"]);
    let add = |more: &str| format!("recall add --cue a --target b --vectors two.npy {more}");
    for (more, needles) in [
        ("--words 18", &["words is 18", "made with 16"][..]),
        ("--words 0", &["words is 0", "made with 16"]),
    ] {
        place.refused(&add(&format!("-m m {more}")), needles);
    }
    for (more, needles) in [
        ("--words 7", &["'7'", "allowed: 0, and 8 to 32"][..]),
        ("--words 33", &["'33'", "allowed: 0, and 8 to 32"]),
        ("--units 8", &["--units"]),
        ("--batch 0", &["0"]),
    ] {
        place.refused(&add(&format!("-m fresh {more}")), needles);
    }
    place.vectors("q.npy", &["a"]);
    for (more, needle) in [
        ("--threshold 1.5", "threshold is 1.5, allowed -1 to 1"),
        ("--threshold nan", "threshold is NaN"),
        ("--nearest 0", "nearest is 0"),
        ("--beta 0", "beta is 0"),
        (
            "--beta 1e-300",
            "'1e-300' for '--beta <X>': allowed 1e-45 to 1000000\n",
        ),
        ("--by-words=-1", "words is -1, allowed 0 to 100"),
        ("--speaker 101", "speaker is 101, allowed 0 to 100"),
        ("--neighbours 2", "neighbours is 2, allowed 0 to 1"),
        ("--top 0", "top is 0"),
    ] {
        place.refused(
            &format!("recall ask a --vectors q.npy -m m {more}"),
            &[needle],
        );
    }
    place.refused("recall chain a --vectors q.npy -m m --hops 0", &["0"]);
    // No header either.
    for command in ["ask", "chain"] {
        place.refused(
            &format!("recall {command} a --vectors q.npy -m m --format tsv --nearest 0"),
            &["nearest is 0"],
        );
    }
}

#[test]
fn folders_that_are_no_memory() {
    let place = example();
    place.vectors("two.npy", &["a", "b"]);
    place.vectors("q.npy", &["a"]);
    std::fs::create_dir(place.path("other")).unwrap();
    place.write("other/letter.txt", "");
    for command in [
        "ask a --vectors q.npy",
        "chain a --vectors q.npy",
        "stats",
        "forget --id 1",
        "compact",
        "list",
        "export",
        "verify",
        "update 1 --target x --vectors q.npy",
    ] {
        place.refused(
            &format!("recall {command} -m none"),
            &["none", "no such folder"],
        );
        place.refused(
            &format!("recall {command} -m other"),
            &["other", "no file memory.toml"],
        );
        place.refused(
            &format!("recall {command} -m q.npy"),
            &["q.npy", "a file, expected a folder"],
        );
    }
    place.refused(
        "recall add --cue a --target b --vectors two.npy -m other",
        &["letter.txt", "empty folder"],
    );
    // Other versions, and what is damaged.
    let toml = String::from_utf8(place.read("m/memory.toml")).unwrap();
    let log = place.read("m/log");
    for (from, to, needles) in [
        (
            "format = 4",
            "format = 5",
            &["memory.toml", "format is 5", "reads 1 to 4"][..],
        ),
        (
            "results_version = 1",
            "results_version = 7",
            &["memory.toml", "results_version is 7"],
        ),
        ("words = 16", "words = 17", &["memory.toml", "words"]),
        (
            "words = 16",
            "wards = 16",
            &[
                "memory.toml: line 6: there is no key wards, allowed ",
                "words",
            ],
        ),
        (
            "words = 16",
            "words = 16\nsecret = 1",
            &["memory.toml: line 7: there is no key secret, allowed "],
        ),
        (
            "inputs = 4",
            "inputs = 70000",
            &["memory.toml: line 5: inputs is 70000, allowed a whole number from 0 to 65536"],
        ),
        ("words = 16", "words =", &["memory.toml: line 6: "]),
    ] {
        place.write("m/memory.toml", toml.replace(from, to));
        for command in [
            "ask a --vectors q.npy",
            "add --cue a --target b --vectors two.npy",
            "compact",
        ] {
            place.refused(&format!("recall {command} -m m"), needles);
        }
    }
    place.write("m/memory.toml", &toml);
    let mut damaged = log.clone();
    damaged[100] ^= 1;
    place.write("m/log", &damaged);
    for command in [
        "ask a --vectors q.npy",
        "add --cue a --target b --vectors two.npy",
        "stats",
        "forget --id 1",
        "compact",
    ] {
        place.refused(
            &format!("recall {command} -m m"),
            &["m/log: damaged at byte 72", "more behind it"],
        );
    }
    std::fs::remove_file(place.path("m/log")).unwrap();
    place.refused("recall stats -m m", &["no file log"]);
}

#[test]
fn items_that_are_not_there() {
    let place = example();
    place.refused("recall forget --id 9 -m m", &["no item 9", "from 1 to 3"]);
    place.refused("recall forget --id 1 --id 9 -m m", &["no item 9"]);
    place.refused("recall forget --cue nothing -m m", &["\"nothing\""]);
    place.refused("recall forget -m m", &["--id N", "--cue TEXT"]);
    place.refused("recall update 1 -m m", &["--target TEXT", "--cue TEXT"]);
    place.refused("recall update one --target x -m m", &["one"]);
    place.vectors("q.npy", &["a"]);
    place.refused(
        "recall add --id 9 --cue a --vectors q.npy -m m",
        &["no item 9"],
    );
    place.refused(
        "recall update 9 --target a --vectors q.npy -m m",
        &["no item 9"],
    );
    place.refused(
        "recall update 1 --target a --cue b --vectors q.npy -m m",
        &["q.npy: 1 rows, expected 2"],
    );
}

#[test]
fn a_second_writer_waits_its_turn() {
    let place = example();
    place.vectors("two.npy", &["a", "b"]);
    place.vectors("q.npy", &["a"]);
    let writer = slotless_recall::Writer::open(&place.path("m")).unwrap();
    for command in [
        "add --cue a --target b --vectors two.npy",
        "forget --id 1",
        "compact",
    ] {
        place.refused(
            &format!("recall {command} -m m"),
            &["m/lock", "another process is writing"],
        );
    }
    // Whoever asks need not.
    place.ok("recall ask a --vectors q.npy -m m");
    // Nor does one that takes none, which is a promise of whoever says so.
    let mut waiting = place.command(&["recall", "forget", "--id", "2", "-m", "m", "--wait", "600"]);
    let mut waiting = waiting.stdout(std::process::Stdio::null()).spawn().unwrap();
    drop(writer);
    assert!(waiting.wait().unwrap().success());
    place.ok("recall forget --id 1 -m m --no-lock");
    place.refused("recall compact -m m --no-lock --wait 3", &["--no-lock"]);
}

#[test]
fn an_encoder_that_is_not_there() {
    let place = example();
    for variable in [None, Some("")] {
        let mut command = place.command(&["recall", "ask", "a", "-m", "m"]);
        match variable {
            None => command.env_remove("SLOTLESS_MODEL"),
            Some(value) => command.env("SLOTLESS_MODEL", value),
        };
        let without = command.output().unwrap();
        assert_eq!(without.status.code(), Some(2));
        let line = String::from_utf8(without.stderr).unwrap();
        assert!(
            ["--model DIR", "--vectors", "--words-only"]
                .iter()
                .all(|flag| line.contains(flag)),
            "{line}"
        );
    }
    let needle = if cfg!(feature = "embed") {
        "nowhere"
    } else {
        "without the sentence encoder"
    };
    place.refused("recall ask a -m m --model nowhere", &[needle]);
    place.refused(
        "recall add --cue a --target b -m fresh --model nowhere",
        &[needle],
    );
}

/// A variable that is empty is named: the flag that clap speaks of was not given.
#[test]
fn an_empty_variable_is_named() {
    let place = example();
    let mut command = place.command(&["recall", "stats"]);
    let ran = command.env("SLOTLESS_MEMORY", "").output().unwrap();
    let line = String::from_utf8(ran.stderr).unwrap();
    assert_eq!((ran.status.code(), line.lines().count()), (Some(2), 1));
    assert!(
        line.contains("SLOTLESS_MEMORY is empty, expected a folder"),
        "{line}"
    );
    place.refused_with(&["recall", "stats", "-m", ""], &["none was supplied\n"]);
}
