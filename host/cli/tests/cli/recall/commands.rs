//! `list`, `export`, `update` and `verify`, and what stored text may do to a terminal.

use serde_json::Value;

use super::super::common::Place;
use super::{SMALL, example};

fn objects(out: &str) -> Vec<Value> {
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_list_has_items_with_their_times() {
    let place = example();
    let text = place.ok("recall list -m m").out;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines[0].starts_with("1  20") && lines[0].ends_with("Z  a -> b one"),
        "{text}"
    );
    assert!(lines[1].ends_with("Z  b one / B too -> c two"), "{text}");
    let some = objects(
        &place
            .ok("recall list -m m --first 2 --limit 1 --format json")
            .out,
    );
    assert_eq!(some.len(), 1);
    assert_eq!(
        (&some[0]["id"], &some[0]["cues"][1]),
        (&2.into(), &"B too".into())
    );
    assert!(some[0]["added"].as_str().unwrap().ends_with('Z') && some[0]["updated"].is_null());
    let columns = place.ok("recall list -m m --format tsv").out;
    let rows: Vec<Vec<&str>> = columns
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(rows[0], ["id", "added", "updated", "target", "cues"]);
    assert_eq!(
        (rows[2][0], &rows[2][2..]),
        ("2", &["-", "c two", "b one", "B too"][..])
    );
}

#[test]
fn an_item_is_updated() {
    let place = example();
    place.vectors("one.npy", &["d"]);
    place.vectors("three.npy", &["d", "A", "c"]);
    let ran = place.ok("recall update 2 --target d-new --vectors one.npy -m m");
    assert_eq!(ran.out, "updated 2\n");
    let list = || objects(&place.ok("recall list -m m --format json").out);
    let now = list();
    assert_eq!(
        (&now[1]["id"], &now[1]["target"]),
        (&2.into(), &"d-new".into())
    );
    assert_eq!(now[1]["cues"], serde_json::json!(["b one", "B too"]));
    assert!(now[1]["updated"].as_str().unwrap() >= now[1]["added"].as_str().unwrap());
    // Rows are of cue, target, further cues.
    place.ok("recall update 2 --target A --cue d-cue --cue c-cue --vectors three.npy -m m");
    assert_eq!(list()[1]["cues"], serde_json::json!(["d-cue", "c-cue"]));
    assert_eq!(
        place.ok("recall ask x --vectors one.npy -m m").out,
        "1.000  A  (2: d-cue)\n"
    );
    let chain = place
        .ok("recall chain x --hops 2 --vectors one.npy -m m")
        .out;
    assert!(chain.ends_with("  2  0.943  b one  (1: a)\n"), "{chain}");
    place.ok("recall verify -m m");
}

/// Lines of JSON without their times.
fn untimed(lines: &str) -> Vec<serde_json::Value> {
    let mut objects = objects(lines);
    for object in &mut objects {
        let object = object.as_object_mut().unwrap();
        object.remove("added");
        object.remove("updated");
    }
    objects
}

#[test]
fn times_come_back_or_are_refused() {
    let place = Place::new();
    place.vectors("v.npy", &["a", "b"]);
    let line = |added: &str| {
        format!(
            "{{\"cue\": \"a\", \"target\": \"b\", \"added\": \"{added}\", \"updated\": \"2024-02-29T12:34:56Z\"}}\n"
        )
    };
    place.write("old.jsonl", line("2020-01-02T03:04:05.006Z"));
    let add = format!("recall add --vectors v.npy {SMALL} -m");
    place.ok(&format!("{add} m --jsonl old.jsonl"));
    let out = place.ok("recall export --vectors out.npy -m m").out;
    let found = &objects(&out)[0];
    assert_eq!(found["added"], "2020-01-02T03:04:05.006Z");
    assert_eq!(found["updated"], "2024-02-29T12:34:56Z");
    place.write("bad.jsonl", line("yesterday\\u001b"));
    place.refused(
        &format!("{add} n --jsonl bad.jsonl"),
        &[
            "line 1",
            "\"yesterday\\u001b\" is no time",
            "2026-11-28T16:22:02Z",
        ],
    );
}

#[test]
fn what_is_exported_comes_back_bit_for_bit() {
    let place = example();
    place.ok("recall forget --id 1 -m m");
    for (name, flag) in [("out.jsonl", "--jsonl"), ("out.tsv", "--tsv")] {
        let format = &flag[2..];
        let ran = place.ok(&format!(
            "recall export --out {name} --format {format} -m m"
        ));
        assert_eq!(ran.out, format!("2 items: {name}, out.npy\n"));
        place.ok(&format!(
            "recall add {flag} {name} --vectors out.npy --unit-vectors -m {format} {SMALL}"
        ));
        let to = place
            .ok(&format!(
                "recall export --out - --vectors again.npy -m {format}"
            ))
            .out;
        let first = place.ok("recall export --vectors third.npy -m m").out;
        // Columns have no times.
        match flag {
            "--jsonl" => assert_eq!(to, first),
            _ => assert_eq!(untimed(&to), untimed(&first)),
        }
        assert!(objects(&first).iter().all(|item| item["added"].is_string()));
        assert_eq!(place.read("again.npy"), place.read("out.npy"));
    }
    // Whatever characters there are.
    let texts = "{\"cue\": \"a\\ttab\\\\ \\u001b[2J\", \"target\": \"line\\nend\\r\", \"paraphrases\": [\"b\\u202e\\u0085\"]}\n";
    place.write("odd.jsonl", texts);
    place.vectors("odd.npy", &["a", "b", "c"]);
    place.ok(&format!(
        "recall add --jsonl odd.jsonl --vectors odd.npy -m odd {SMALL}"
    ));
    let out = place.ok("recall export --vectors odd-out.npy -m odd").out;
    assert!(!out.contains(['\u{1b}', '\u{202e}', '\u{85}']), "{out}");
    assert_eq!(untimed(&out), objects(texts));
    place.refused(
        "recall export --format tsv --out odd.tsv -m odd",
        &["item 1", "--format jsonl"],
    );
    place.refused("recall export -m m", &["no encoder", "--vectors"]);
    place.ok("recall forget --id 1 -m odd");
    place.refused(
        "recall export --out none.jsonl -m odd",
        &["nothing is stored"],
    );
}

#[test]
fn stored_text_acts_on_no_terminal() {
    let place = Place::new();
    let texts = [
        "cue\u{1b}]0;title\u{7}\u{1b}[2J",
        "tar\u{202e}get\u{9b}31m\u{2066}",
    ];
    place.vectors("two.npy", &["a", "b"]);
    place.vectors("one.npy", &["a"]);
    place.write("pair.tsv", format!("{}\t{}\n", texts[0], texts[1]));
    place.ok(&format!(
        "recall add --tsv pair.tsv --vectors two.npy -m m {SMALL}"
    ));
    let acts = |c: char| c.is_control() && c != '\n' && c != '\t' || "\u{202e}\u{2066}".contains(c);
    for command in [
        "ask x --vectors one.npy --format text",
        "ask x --vectors one.npy --format tsv",
        "ask x --vectors one.npy --format json",
        "ask x --vectors one.npy --threshold 1 --top 2",
        "chain x --vectors one.npy",
        "list",
        "list --format tsv",
        "list --format json",
        "export --vectors v.npy",
        "forget --id 1",
    ] {
        let ran = place.ok(&format!("recall {command} -m m"));
        assert!(!ran.out.contains(acts), "{command}: {:?}", ran.out);
        assert!(
            ran.out.contains("\\u001b[2J") && ran.out.contains("\\u202eget"),
            "{command}: {}",
            ran.out
        );
    }
    // Nor does the question, or what is wrong.
    for arguments in [
        vec!["recall", "forget", "--cue", texts[0], "-m", "m"],
        vec![
            "recall",
            "ask",
            texts[1],
            "--vectors",
            "one.npy",
            "-m",
            "m",
            "--format",
            "tsv",
        ],
    ] {
        let ran = place.run_with(&arguments);
        assert!(
            !ran.out.contains(acts) && !ran.err.contains(acts),
            "{ran:?}"
        );
    }
    place.write("bad.jsonl", "{\"\\u001b[2J\": 1}\n");
    let ran = place.run("recall add --jsonl bad.jsonl --vectors two.npy -m m");
    assert!(!ran.err.contains(acts), "{ran:?}");
}

#[test]
fn damaged_text_is_not_believed() {
    let place = Place::new();
    let lines = (0..60).map(|pair| format!("cue {pair}\ttarget {pair}\n"));
    place.write("pairs.tsv", lines.collect::<String>());
    place.vectors(
        "v.npy",
        &(0..120)
            .map(|at| ["a", "b", "c", "d"][at % 4])
            .collect::<Vec<_>>(),
    );
    place.vectors("q.npy", &["c"]);
    place.ok(&format!(
        "recall add --tsv pairs.tsv --vectors v.npy -m m {SMALL}"
    ));
    // With a snapshot, by which the log need not be read.
    place.ok("recall compact -m m");
    let sound = place.ok("recall verify -m m").out;
    assert!(sound.starts_with("m: sound, 60 records in "), "{sound}");
    let log = place.read("m/log");
    let at = log
        .windows(9)
        .position(|part| part == b"target 7\0" || part == b"target 7c")
        .unwrap_or_else(|| log.windows(8).position(|part| part == b"target 7").unwrap());
    let mut damaged = log.clone();
    damaged[at + 1] = b'A';
    place.write("m/log", &damaged);
    for command in [
        "ask x --vectors q.npy --top 60",
        "forget --id 8",
        "update 8 --cue x --vectors q.npy",
        "export --out e.jsonl",
        "compact",
    ] {
        place.refused(
            &format!("recall {command} -m m"),
            &["m/log: damaged at byte "],
        );
    }
    // Others are still there.
    assert_eq!(
        place.ok("recall list --limit 7 -m m").out.lines().count(),
        7
    );
    let ran = place.run("recall verify -m m");
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.out.starts_with("m/log: damaged from byte ")
            && ran.out.ends_with("checksum is wrong (item 8)\n"),
        "{}",
        ran.out
    );
    assert!(
        ran.err.contains("damaged in one place; 59 records"),
        "{}",
        ran.err
    );
    let ran = place.run("recall verify --json -m m");
    let found: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        (&found["sound"], &found["problems"][0]["items"]),
        (&false.into(), &serde_json::json!([8]))
    );
    // A snapshot that is damaged is said to be.
    place.write("m/log", &log);
    let mut snapshot = place.read("m/snapshot");
    let middle = snapshot.len() / 2;
    snapshot[middle] ^= 1;
    place.write("m/snapshot", &snapshot);
    let ran = place.ok("recall ask x --vectors q.npy -m m");
    assert!(
        ran.err.contains("snapshot is left aside") && ran.err.contains("checksum"),
        "{}",
        ran.err
    );
    assert_eq!(place.run("recall verify -m m").code, Some(2));
    place.ok("recall compact -m m");
    let found: Value = serde_json::from_str(&place.ok("recall verify --json -m m").out).unwrap();
    assert_eq!(found["sound"], true);
}

#[cfg(unix)]
#[test]
fn a_private_memory_is_private_and_a_shared_one_shared() {
    use std::os::unix::fs::PermissionsExt;

    for (umask, file, folder) in [("077", 0o600, 0o700), ("002", 0o664, 0o775)] {
        let place = Place::new();
        place.vectors("two.npy", &["a", "b"]);
        let slotless = env!("CARGO_BIN_EXE_slotless");
        let add =
            format!("'{slotless}' recall add --cue a --target b --vectors two.npy -m m {SMALL}");
        let script = format!("umask {umask}; {add} && {add} && '{slotless}' recall compact -m m");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &script]).current_dir(place.path("."));
        assert!(shell.output().unwrap().status.success());
        let mode = |name: &str| {
            std::fs::metadata(place.path(name))
                .unwrap()
                .permissions()
                .mode()
                & 0o777
        };
        for name in ["m/log", "m/lock", "m/memory.toml", "m/snapshot"] {
            assert_eq!(mode(name), file, "{name}");
        }
        assert_eq!(mode("m"), folder);
    }
}

/// The memory's own files are what is exported, and texts and vectors are two files.
#[test]
fn an_export_replaces_nothing_of_its_memory() {
    let place = example();
    for name in ["log", "snapshot", "memory.toml", "lock"] {
        if !place.path("m").join(name).exists() {
            continue;
        }
        place.refused(
            &format!("recall export -m m --out m/{name} --vectors v.npy"),
            &["read here"],
        );
        place.refused(
            &format!("recall export -m m --out x.jsonl --vectors m/../m/{name}"),
            &["read here"],
        );
    }
    std::fs::create_dir(place.path("sub")).unwrap();
    let alike = &["texts and vectors alike"];
    place.refused("recall export -m m --out x --vectors sub/../x", alike);
    place.refused("recall export -m m --out - --vectors -", alike);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("x.jsonl", place.path("l.jsonl")).unwrap();
        place.refused("recall export -m m --out x.jsonl --vectors l.jsonl", alike);
        let made = std::process::Command::new("mkfifo")
            .arg(place.path("fifo"))
            .status();
        assert!(made.unwrap().success());
        place.refused("recall export -m m --out fifo", &["--vectors FILE.npy"]);
    }
    place.ok("recall verify -m m");
}

/// A text that is too long is found before the batches before it are stored.
#[test]
fn nothing_is_stored_of_an_input_that_is_refused() {
    let place = Place::new();
    let texts: Vec<&str> = ["a", "b"].into_iter().cycle().take(602).collect();
    place.vectors("v.npy", &texts);
    let line = |cue: &str| format!("{{\"cue\": \"{cue}\", \"target\": \"t\"}}\n");
    let long = "x".repeat((1 << 20) + 1);
    place.write("long.jsonl", line("c").repeat(300) + &line(&long));
    place.refused(
        &format!("recall add --jsonl long.jsonl --vectors v.npy -m new {SMALL}"),
        &["line 301", "the cue has 1048577 bytes", "allowed 1048576"],
    );
    // Vectors, too, are looked at before the first batch: those of these texts have length 1, but for the last.
    let mut numbers = vec![[1.0f32, 0.0, 0.0]; 602];
    numbers[601] = [3.0, 4.0, 0.0];
    ndarray_npy::write_npy(place.path("long.npy"), &ndarray::Array2::from(numbers)).unwrap();
    place.write("short.jsonl", line("c").repeat(301));
    place.refused(
        &format!("recall add --jsonl short.jsonl --vectors long.npy --unit-vectors -m new {SMALL}"),
        &["long.npy", "row 602 has length 5", "must have 1"],
    );
}

/// A question ends where a line of `add` would end, and a mark of UTF-8 is no part of it.
#[test]
fn questions_are_read_as_texts_are_stored() {
    let place = example();
    place.vectors("two.npy", &["a", "b"]);
    let expected = place.asked("a\nb\n");
    for text in ["a\rb\r", "a\r\nb\r\n", "a\nb", "\u{feff}a\nb\n", "a\rb\n"] {
        assert_eq!(place.asked(text), expected, "{text:?}");
    }
}

impl Place {
    /// What `ask -` says of two questions in its input.
    fn asked(&self, text: &str) -> String {
        self.write("questions.txt", text);
        let command = "recall ask - --vectors two.npy --format json -m m";
        let arguments: Vec<&str> = command.split(' ').collect();
        let mut command = self.command(&arguments);
        command.stdin(std::fs::File::open(self.path("questions.txt")).unwrap());
        let out = command.output().unwrap();
        assert!(out.status.success(), "{text:?}: {out:?}");
        String::from_utf8(out.stdout).unwrap()
    }
}

#[cfg(unix)]
#[test]
fn a_snapshot_that_is_a_fifo_is_not_written_to() {
    let place = example();
    place.ok("recall compact -m m");
    std::fs::remove_file(place.path("m/snapshot")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(place.path("m/snapshot"))
        .status();
    assert!(made.unwrap().success());
    let ran = place.run("recall compact -m m");
    assert!(ran.err.contains("a fifo"), "{ran:?}");
    let ran = place.run("recall verify -m m");
    assert_eq!(ran.code, Some(2), "{ran:?}");
}

#[test]
fn an_item_that_is_named_twice_is_forgotten_once() {
    let place = example();
    let ran = place.ok("recall forget --id 3 --id 1 --id 3 --id 1 -m m");
    assert_eq!(
        ran.out,
        "forgot 3: c two -> d three\nforgot 1: a -> b one\n"
    );
    assert!(place.ok("recall list -m m").out.starts_with("2  "));
}

#[test]
fn vectors_go_to_standard_output_and_nothing_else_does() {
    let place = example();
    let ran = place.ok("recall export -m m --out x.jsonl --vectors v.npy");
    assert_eq!(ran.out, "3 items: x.jsonl, v.npy\n");
    let export = ["recall", "export", "-m", "m", "--out", "y.jsonl"];
    let output = place
        .command(&[&export[..], &["--vectors", "-"]].concat())
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(output.stdout == place.read("v.npy"));
    assert_eq!(output.stderr, b"3 items: y.jsonl, standard output\n");
    // What a memory would take for its own is not written, there or not.
    for name in ["log", "snapshot"] {
        place.refused(
            &format!("recall export -m m --out z --vectors m/{name}"),
            &[&format!("m/{name}: it is read here")],
        );
    }
}
