//! `recall`: a memory in a folder, as a user meets it.

mod bad_input;
mod commands;
mod kill;
mod learned;
mod places;
mod serve;

use serde_json::Value;
use slotless_recall::vectors::Vectors;

use super::common::Place;

/// Four directions and some between them: what a text means, by its first letter.
fn meaning(text: &str) -> [f32; 4] {
    match text.as_bytes()[0] {
        b'a' => [1.0, 0.0, 0.0, 0.0],
        b'b' => [0.0, 1.0, 0.0, 0.0],
        b'c' => [0.0, 0.0, 1.0, 0.0],
        b'd' => [0.0, 0.0, 0.0, 1.0],
        b'A' => [0.9, 0.3, 0.1, 0.0],
        b'B' => [0.2, 1.9, 0.1, 0.1],
        _ => [-1.0, -1.0, -1.0, -1.0],
    }
}

impl Place {
    /// Writes the vectors of texts.
    pub fn vectors(&self, name: &str, texts: &[&str]) {
        let numbers: Vec<f32> = texts.iter().flat_map(|text| meaning(text)).collect();
        Vectors::new(numbers, 4)
            .unwrap()
            .write(&self.path(name))
            .unwrap();
    }
}

const SMALL: &str = "--words 16";

/// a -> b, b -> c, c -> d, in a folder `m`.
fn example() -> Place {
    let place = Place::new();
    place.write(
        "pairs.tsv",
        "a\tb one\nb one\tc two\tB too\nc two\td three\r\n",
    );
    place.vectors("pairs.npy", &["a", "b", "b", "c", "B", "c", "d"]);
    let ran = place.ok(&format!(
        "recall add --tsv pairs.tsv --vectors pairs.npy --memory m --batch 2 {SMALL}"
    ));
    assert_eq!(
        ran.out.lines().collect::<Vec<_>>()[..2],
        ["stored 1 to 2", "stored 3"]
    );
    assert!(ran.out.contains("m: 3 items, 4 cues"), "{}", ran.out);
    place
}

#[test]
fn a_session() {
    let place = example();
    assert_eq!(place.names("m"), ["lock", "log", "memory.toml"]);
    place.vectors("q.npy", &["A"]);
    let ask = |more: &str| {
        place
            .ok(&format!(
                "recall ask Anything else --vectors q.npy -m m {more}"
            ))
            .out
    };
    assert_eq!(ask(""), "0.943  b one  (1: a)\n");
    let top = ask("--top 3 -v");
    let lines: Vec<&str> = top.lines().collect();
    assert_eq!(lines.len(), 3, "{top}");
    assert!(
        lines[0].starts_with("0.943  b one  (1: a; words 0.00; rank 0.94, share "),
        "{top}"
    );
    assert!(lines[1].contains("c two  (2: B too; words "), "{top}");
    let far = ask("--threshold 0.95");
    assert_eq!(
        far,
        "nothing stored is close (below 0.95: 0.943  b one  (1: a))\n"
    );
    // The same as lines and as objects.
    let columns = ask("--format tsv");
    let rows: Vec<Vec<&str>> = columns
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(rows[0][..4], ["question", "rank", "close", "score"]);
    assert_eq!(
        rows[1][..7],
        ["Anything else", "1", "yes", "0.9435", "1", "b one", "a"]
    );
    let object: Value = serde_json::from_str(&ask("--format json --top 2")).unwrap();
    assert_eq!(object["question"], "Anything else");
    assert_eq!(object["best"]["target"], "b one");
    assert_eq!(object["others"][0]["id"], 2);
    let object: Value = serde_json::from_str(&ask("--format json --threshold 1")).unwrap();
    assert!(object["best"].is_null() && object["others"][0]["id"] == 1);
    // Away from everything.
    place.vectors("away.npy", &["?"]);
    let away = place.ok("recall ask away --vectors away.npy -m m").out;
    assert!(away.starts_with("nothing stored is close ("), "{away}");
}

#[test]
fn a_chain_goes_to_its_end() {
    let place = example();
    place.vectors("q.npy", &["a"]);
    let chain = |more: &str| {
        place
            .ok(&format!("recall chain a --vectors q.npy -m m {more}"))
            .out
    };
    let whole = chain("--hops 9");
    let lines: Vec<&str> = whole.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "  1  1.000  b one  (1: a)",
            "  2  1.000  c two  (2: b one)",
            "  3  1.000  d three  (3: c two)"
        ]
    );
    assert!(
        lines[3].starts_with("  4  nothing stored is close ("),
        "{whole}"
    );
    assert_eq!(lines.len(), 4);
    assert_eq!(chain("--hops 2").lines().count(), 2);
    let objects = chain("--hops 2 --format json");
    let second: Value = serde_json::from_str(objects.lines().nth(1).unwrap()).unwrap();
    assert_eq!(
        (&second["hop"], &second["question"]),
        (&2.into(), &"b one".into())
    );
}

#[test]
fn many_questions_from_standard_input() {
    let place = example();
    place.vectors("q.npy", &["c", "A", "?"]);
    let by_rows = place.ok("recall ask --vectors q.npy -m m --top 2").out;
    let mut child = place.command(&[
        "recall",
        "ask",
        "-",
        "--vectors",
        "q.npy",
        "-m",
        "m",
        "--top",
        "2",
    ]);
    // Nothing is answered where there is a vector more or less than there are questions.
    for questions in ["row 1\nrow 2\n", "row 1\nrow 2\nrow 3\nrow 4\n"] {
        place.write("questions", questions);
        child.stdin(std::fs::File::open(place.path("questions")).unwrap());
        let ran = child.output().unwrap();
        let line = String::from_utf8(ran.stderr).unwrap();
        assert_eq!((ran.status.code(), &ran.stdout[..]), (Some(2), &[][..]));
        assert!(line.contains("q.npy: 3 rows, expected "), "{line}");
    }
    place.write("questions", "row 1\nrow 2\n row 3 \n");
    child.stdin(std::fs::File::open(place.path("questions")).unwrap());
    let by_lines = String::from_utf8(child.output().unwrap().stdout).unwrap();
    assert_eq!(by_lines, by_rows);
    assert!(
        by_lines.starts_with("> row 1\n1.000  d three  (3: c two)\n"),
        "{by_lines}"
    );
    assert_eq!(by_lines.matches("nothing stored is close").count(), 1);
}

#[test]
fn further_cues_forgetting_and_compaction() {
    let place = example();
    place.vectors("d.npy", &["d"]);
    let ask = || place.ok("recall ask d --vectors d.npy -m m").out;
    assert!(ask().starts_with("nothing stored is close ("));
    let ran = place.ok("recall add --id 3 --cue d-day --vectors d.npy -m m");
    assert_eq!(ran.out, "stored a cue of 3\n");
    assert_eq!(ask(), "1.000  d three  (3: d-day)\n");
    let ran = place.ok("recall forget --cue d-day -m m");
    assert_eq!(ran.out, "forgot 3: c two / d-day -> d three\n");
    assert!(ask().starts_with("nothing stored is close ("));
    let has = |needle: &[u8]| {
        place
            .read("m/log")
            .windows(needle.len())
            .any(|part| part == needle)
    };
    assert!(has(b"d-day"));
    let ran = place.ok("recall compact -m m");
    assert!(
        ran.out.starts_with("m: 2 items, the log has "),
        "{}",
        ran.out
    );
    assert!(!has(b"d-day") && has(b"c two"));
    assert!(ask().starts_with("nothing stored is close ("));
    // Its number is not used again.
    place.vectors("pair.npy", &["d", "a"]);
    let ran = place.ok("recall add --cue d --target again --vectors pair.npy -m m");
    assert!(ran.out.starts_with("stored 4\n"), "{}", ran.out);
    let stats: Value =
        serde_json::from_str(&place.ok("recall stats -m m --format json").out).unwrap();
    for (name, value) in [
        ("items", 3),
        ("cues", 4),
        ("next_id", 5),
        ("inputs", 4),
        ("words", 16),
    ] {
        assert_eq!(stats[name], value, "{name}");
    }
    assert_eq!(stats["log_bytes"], place.read("m/log").len());
    assert!(
        place
            .ok("recall stats -m m")
            .out
            .contains("words               units of 16 bits")
    );
}

#[test]
fn lines_of_json_and_vectors_alone() {
    let place = Place::new();
    place.write(
        "pairs.jsonl",
        "{\"cue\": \"a\", \"target\": \"tab\\tand\\nline\", \"paraphrases\": [\"b\"]}\n{\"target\": \"c\", \"cue\": \"d\"}\n",
    );
    place.vectors("pairs.npy", &["a", "b", "b", "d", "c"]);
    place.ok("recall add --jsonl pairs.jsonl --vectors pairs.npy -m m --words 0 --no-sync");
    place.vectors("q.npy", &["a"]);
    let ask = |more: &str| {
        place
            .ok(&format!("recall ask a --vectors q.npy -m m {more}"))
            .out
    };
    assert_eq!(ask(""), "1.000  tab and line  (1: a)\n");
    assert!(ask("--format tsv").contains("\ttab\\tand\\nline\ta\t"));
    assert!(
        place
            .ok("recall stats -m m")
            .out
            .contains("words               none")
    );
    place.refused(
        "recall ask a --words-only -m m",
        &["the question has no vector, and this memory compares vectors alone"],
    );
}

/// No encoder and no vectors: words are all there is.
#[test]
fn a_memory_of_words_alone() {
    let place = Place::new();
    place.write(
        "turns.jsonl",
        "{\"cue\": \"I moved to Oslo\", \"target\": \"Ann lives in Oslo\", \"speaker\": \"Ann\", \"session\": \"1\"}\n\
         {\"cue\": \"I have moved, too\", \"target\": \"Ben moved\", \"speaker\": \"Ben\", \"session\": \"1\"}\n\
         {\"cue\": \"my cats are called Miso and Tofu\", \"target\": \"two cats\", \"speaker\": \"Ann\", \"session\": \"2\"}\n",
    );
    let ran = place.ok("recall add --jsonl turns.jsonl --words-only -m m");
    assert!(ran.out.contains("m: 3 items, 3 cues"), "{}", ran.out);
    let ask = |more: &str| place.ok(&format!("recall ask {more} -m m")).out;
    assert_eq!(
        ask("what is the cat called"),
        "0.946  two cats  (3: my cats are called Miso and Tofu)\n"
    );
    // Both moved: the question says who is meant.
    assert!(ask("has Ben moved").contains("Ben moved  (2: "));
    assert!(ask("has Ann moved").contains("Ann lives in Oslo  (1: "));
    assert!(
        ask("who plays chess").starts_with("nothing stored is close (no stored cue has a word in")
    );
    assert!(ask("moved --where speaker=Ben").contains("(2: "));
    let chain = place
        .ok("recall chain moving --hops 2 --threshold 0.1 -m m")
        .out;
    assert_eq!(chain.lines().count(), 2, "{chain}");
    let stats = place.ok("recall stats -m m").out;
    assert!(stats.contains("vectors             none"), "{stats}");
    // It takes no vectors, and gives none.
    place.vectors("two.npy", &["a", "b"]);
    for command in ["add --cue a --target b", "ask a", "update 1 --cue x"] {
        place.refused(
            &format!("recall {command} --vectors two.npy -m m"),
            &["two.npy: this memory compares words alone and takes no vectors"],
        );
    }
    place.refused("recall export --vectors out.npy -m m", &["has no vectors"]);
    let exported = place.ok("recall export -m m").out;
    place.write("again.jsonl", &exported);
    place.ok("recall add --jsonl again.jsonl --words-only -m again");
    assert_eq!(place.ok("recall export -m again").out, exported);
    place.ok("recall update 3 --cue kittens -m m");
    place.refused(
        "recall add --cue a --target b --words-only --words 0 -m new",
        &["neither vectors nor words"],
    );
    assert!(!place.path("new").exists());
}

/// By age, counted from when the command runs.
#[test]
fn what_is_old_expires() {
    let place = Place::new();
    place.ok("recall add --cue old --target then --time 2001-02-03 --words-only -m m");
    place.ok("recall add --cue new --target now --words-only -m m");
    let list = |more: &str| place.ok(&format!("recall list {more} -m m")).out;
    let (old, both) = (list("--older-than 30d"), list("--older-than 0m"));
    assert!(old.contains("then") && !old.contains("now"), "{old}");
    assert!(both.contains("then") && both.contains("now"), "{both}");
    for age in ["20y", "1000w", "8000d", "200000h", "9999999m"] {
        assert_eq!(list(&format!("--older-than {age}")), old, "{age}");
    }
    assert!(!list("--older-than 50y").contains("then"));
    for wrong in [
        "90",
        "d",
        "",
        "1.5d",
        "+",
        "2é",
        "9000y",
        "99999999999999999y",
    ] {
        let command = ["recall", "list", "-m", "m", "--older-than", wrong];
        place.refused_with(
            &command,
            &["--older-than", "a whole number and m, h, d, w or y"],
        );
    }
    place.refused(
        "recall list --older-than 1d --before 2026 -m m",
        &["--older-than", "--before"],
    );
    place.refused(
        "recall list --older-than 9000d --after 2026 -m m",
        &["--after 2026", "--older-than, which is 20"],
    );
    place.ok("recall forget --older-than 30d -m m");
    assert!(list("").contains("now") && !list("").contains("then"));
}

/// Rows for cues alone, or for targets, too; `chain` needs the targets'.
#[test]
fn targets_need_no_vectors() {
    let place = Place::new();
    place.write("pairs.tsv", "a\tb one\tA too\nb one\tc two\n");
    place.vectors("cues.npy", &["a", "A", "b"]);
    place.ok("recall add --tsv pairs.tsv --vectors cues.npy -m m");
    place.vectors("q.npy", &["b"]);
    assert_eq!(
        place.ok("recall ask x --vectors q.npy -m m").out,
        "1.000  c two  (2: b one)\n"
    );
    place.ok("recall export --out out.jsonl -m m");
    let rows = Vectors::read(&place.path("out.npy")).unwrap();
    assert_eq!(rows.len(), 3);
    // By the words of the target, where there is no vector of it.
    place.vectors("q.npy", &["a"]);
    let chain = place
        .ok("recall chain a --vectors q.npy --threshold 0 -m m")
        .out;
    assert!(chain.contains("  2  "), "{chain}");
    place.vectors("four.npy", &["a", "b", "b", "c"]);
    place.refused(
        "recall add --tsv pairs.tsv --vectors four.npy -m m",
        &["four.npy: 4 rows, expected 5", "or 3 without the targets"],
    );
    place.refused(
        "recall add --cue a --target b --words-only -m m",
        &["--words-only, but this memory has vectors of 4 numbers"],
    );
    place.ok("recall update 2 --target new -m m --vectors q.npy");
    let listed = place.ok("recall list -m m").out;
    assert!(listed.contains("b one -> new"), "{listed}");
}

#[test]
fn a_torn_record_is_told_of_and_then_gone() {
    let place = example();
    let whole = place.read("m/log");
    place.write("m/log", &whole[..whole.len() - 5]);
    let ran = place.ok("recall stats -m m");
    assert!(
        ran.err.starts_with("slotless: warning: the last ") && ran.err.contains("from byte"),
        "{}",
        ran.err
    );
    assert!(ran.out.contains("items               2"), "{}", ran.out);
    place.vectors("pair.npy", &["c", "d"]);
    let ran = place.ok("recall add --cue c --target again --vectors pair.npy -m m");
    assert!(ran.err.contains("is kept in m/log.torn-1"), "{}", ran.err);
    // What nobody knows to have been acknowledged or not is kept.
    let kept = place.read("m/log.torn-1");
    assert!(kept.starts_with(b"rec1") && whole.windows(kept.len()).any(|part| part == kept));
    let ran = place.ok("recall compact -m m");
    assert!(ran.err.contains("log.torn-1 still holds"), "{}", ran.err);
    let ran = place.ok("recall stats -m m");
    assert_eq!(ran.err, "");
    assert!(ran.out.contains("items               3"), "{}", ran.out);
}
