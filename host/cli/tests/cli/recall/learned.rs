//! Keys and history, cues of items that are there, and a memory that is calibrated.

use serde_json::Value;

use super::super::common::Place;

fn objects(out: &str) -> Vec<Value> {
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn what_has_a_key_takes_its_place_and_is_remembered() {
    let place = Place::new();
    place.write(
        "pairs.jsonl",
        concat!(
            r#"{"cue": "deploy", "target": "by-hand", "key": "deploy", "speaker": "Ann"}"#,
            "\n",
            r#"{"cue": "tests", "target": "need-postgres"}"#,
            "\n",
        ),
    );
    place.ok("recall add -m m --words-only --jsonl pairs.jsonl");
    let ran = place.ok("recall add -m m --words-only --key deploy --cue ship --target by-Actions");
    assert!(
        ran.out
            .starts_with("stored 1 anew, of the key deploy\nm: 2 items"),
        "{}",
        ran.out
    );
    let ran = place.ok("recall add -m m --words-only --key deploy --tag namespace=work --cue ship --target elsewhere");
    assert!(ran.out.starts_with("stored 3\n"), "{}", ran.out);
    let versions = objects(
        &place
            .ok("recall history -m m --key deploy --format json")
            .out,
    );
    assert_eq!(versions.len(), 2);
    assert_eq!(
        (&versions[0]["id"], &versions[0]["target"]),
        (&1.into(), &"by-hand".into())
    );
    assert_eq!(
        (&versions[0]["tags"]["speaker"], &versions[1]["cues"][0]),
        (&"Ann".into(), &"ship".into())
    );
    assert_eq!(versions[1]["tags"].get("speaker"), None);
    assert!(
        versions
            .iter()
            .all(|one| one["since"].as_str().unwrap().ends_with('Z'))
    );
    let text = place.ok("recall history -m m 1").out;
    assert!(
        text.lines()
            .next()
            .unwrap()
            .ends_with("Z  by-hand  (deploy)  [key=deploy, speaker=Ann]"),
        "{text}"
    );
    let columns = place.ok("recall history -m m 1 --format tsv").out;
    assert!(
        columns.starts_with("id\tsince\ttarget\tcues\n1\t20"),
        "{columns}"
    );
    // Kept when it is asked for, and gone when not.
    place.ok("recall compact -m m --keep-history");
    assert_eq!(place.ok("recall history -m m 1").out, text);
    place.ok("recall compact -m m");
    assert_eq!(
        place.ok("recall history -m m 1").out,
        text.lines().nth(1).unwrap().to_owned() + "\n"
    );
    // What is written out has its key.
    place.ok("recall export -m m --out all.jsonl");
    place.ok("recall add -m other --words-only --jsonl all.jsonl");
    let ran = place.ok("recall add -m other --words-only --jsonl all.jsonl");
    assert!(
        ran.out
            .contains("stored 1 anew, of the key deploy\nstored 3 anew, of the key deploy\n"),
        "{}",
        ran.out
    );
    for (wrong, needles) in [
        ("history -m m", &["ID"][..]),
        ("history -m m 9", &["no item 9"]),
        (
            "history -m m --key ship",
            &["no item without a namespace has the key \"ship\""],
        ),
        (
            "history -m m --key deploy --namespace home",
            &["namespace \"home\"", "deploy"],
        ),
        ("history -m m 1 --namespace home", &["ID", "--namespace"]),
        ("add -m m --words-only --key deploy", &["--cue"]),
        (
            "add -m m --words-only --key deploy --id 1 --cue x",
            &["--key", "--id"],
        ),
    ] {
        place.refused(&format!("recall {wrong}"), needles);
    }
}

#[test]
fn cues_of_items_come_as_lines() {
    let place = Place::new();
    place.ok("recall add -m m --words-only --cue turn --target one");
    place.ok("recall add -m m --words-only --cue other --target two");
    place.write(
        "facts.jsonl",
        concat!(
            r#"{"id": 1, "cues": ["Ann paints lighthouses", "Ann's hobby"]}"#,
            "\n",
            r#"{"id": 2, "cues": ["Bo moved"]}"#,
            "\n",
            r#"{"cue": "new", "target": "three"}"#,
            "\n",
        ),
    );
    let ran = place.ok("recall add -m m --words-only --jsonl facts.jsonl");
    assert!(
        ran.out
            .starts_with("stored 3 cues of 2 items\nstored 3\nm: 3 items, 6 cues"),
        "{}",
        ran.out
    );
    let asked = place.ok("recall ask -m m lighthouses").out;
    assert!(
        asked.contains("one  (1: Ann paints lighthouses)"),
        "{asked}"
    );
    let before = place.ok("recall list -m m --format json").out;
    for (line, needles) in [
        (r#"{"id": 9, "cues": ["x"]}"#, &["no item 9"][..]),
        (r#"{"id": 1, "cues": []}"#, &["line 2", "empty"]),
        (
            r#"{"id": 1, "cues": ["x"], "speaker": "y"}"#,
            &["line 2", "speaker", "\"id\": 7"],
        ),
        (r#"{"id": 1.5, "cues": ["x"]}"#, &["line 2", "1.5"]),
    ] {
        let good = r#"{"id": 1, "cues": ["good"]}"#;
        place.write("bad.jsonl", format!("{good}\n{line}\n"));
        place.refused("recall add -m m --words-only --jsonl bad.jsonl", needles);
        assert_eq!(place.ok("recall list -m m --format json").out, before);
    }
}

/// Questions in the words of what is stored, and in others.
fn calibrated() -> Place {
    let place = Place::new();
    let (mut pairs, mut asked) = (String::new(), String::new());
    for number in 0..30 {
        let words: Vec<String> = (0..8).map(|at| format!("w{}", number * 3 + at)).collect();
        let text = words.join(" ");
        pairs += &format!("{{\"cue\": \"{text}\", \"target\": \"t{number}\"}}\n");
        asked += &format!(
            "{{\"question\": \"{}\", \"answerable\": true}}\n",
            words[1..5].join(" ")
        );
        asked += &format!(
            "{{\"question\": \"w{} about nothing said\", \"answerable\": false}}\n",
            number * 3
        );
    }
    place.write("pairs.jsonl", pairs);
    place.write("asked.jsonl", asked);
    place.ok("recall add -m m --words-only --jsonl pairs.jsonl");
    place
}

fn asked(place: &Place, question: &str, flags: &[&str]) -> String {
    let ran = place.run_with(&[&["recall", "ask", "-m", "m", question], flags].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    ran.out
}

#[test]
fn a_memory_is_calibrated() {
    let place = calibrated();
    let plain = objects(&place.ok("recall ask -m m w4 --format json").out);
    assert!(plain[0].get("known").is_none() && !plain[0]["best"].is_null());
    let tried = place
        .ok("recall calibrate -m m --questions asked.jsonl --dry-run")
        .out;
    assert!(tried.ends_with("nothing is kept\n"), "{tried}");
    assert_eq!(
        place.ok("recall ask -m m w4 --format json").out,
        place.ok("recall ask -m m w4 --format json").out
    );
    let made = place
        .ok("recall calibrate -m m --questions asked.jsonl")
        .out;
    assert!(tried.starts_with(&made), "{made}");
    assert!(
        made.starts_with("30 questions with an answer, 30 without\nby words: refused below 0."),
        "{made}"
    );
    let numbers = objects(
        &place
            .ok("recall calibrate -m m --questions asked.jsonl --format json")
            .out,
    );
    assert!(
        numbers[0]["words"]["auc"].as_f64().unwrap() > 0.9,
        "{numbers:?}"
    );
    let known = |question: &str| objects(&asked(&place, question, &["--format", "json"])).remove(0);
    let (good, bad) = (known("w4 w5 w6"), known("w4 about nothing said"));
    assert!(
        good["known"].as_f64().unwrap() > 0.5 && !good["best"].is_null(),
        "{good}"
    );
    assert!(
        bad["known"].as_f64().unwrap() < 0.5 && bad["best"].is_null(),
        "{bad}"
    );
    let none = asked(&place, "w4 about nothing said", &[]);
    assert!(none.contains("% likely to be answered: "), "{none}");
    let forced = asked(&place, "w4 about nothing said", &["--threshold", "0.1"]);
    assert!(!forced.contains("nothing stored is close"), "{forced}");
    let stats = place.ok("recall stats -m m").out;
    assert!(
        stats.contains("calibrated by       60 questions\n"),
        "{stats}"
    );
    // A file that is none is said to be, and a threshold decides.
    std::fs::write(place.path("m/calibration"), "{").unwrap();
    let ran = place.run("recall ask -m m w4");
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.err.contains("calibration is left aside") && ran.out.contains("t"),
        "{}",
        ran.err
    );
    assert_eq!(
        place.ok("recall calibrate -m m --remove").out,
        "removed: a threshold decides again\n"
    );
    assert_eq!(
        place.ok("recall calibrate -m m --remove").out,
        "there is no calibration\n"
    );
    let own = place.ok("recall calibrate -m m").out;
    assert!(
        own.contains("30 parts of what is stored with an answer, 30 without"),
        "{own}"
    );
    assert!(own.contains("real questions are in other words"), "{own}");
}

#[test]
fn calibrations_that_cannot_be() {
    let place = calibrated();
    for (text, needles) in [
        ("", &["bad.jsonl is empty"][..]),
        ("{\"question\": \"a\"}\n", &["line 1", "answerable"]),
        (
            "{\"question\": \" \", \"answerable\": true}\n",
            &["line 1: the question is empty"],
        ),
        (
            "{\"question\": \"a\", \"answerable\": 1}\n",
            &["line 1", "boolean"],
        ),
        ("[\"a\", true]\n", &["line 1: a list"]),
        (
            "{\"question\": \"a\", \"answerable\": true}\n",
            &["1 questions with an answer and 0 without one"],
        ),
    ] {
        place.write("bad.jsonl", text);
        place.refused("recall calibrate -m m --questions bad.jsonl", needles);
    }
    for (wrong, needles) in [
        ("--refuse 0.7", &["0.7", "0 to 0.5"][..]),
        ("--refuse -1", &["-1", "0 to 0.5"]),
        ("--questions nowhere.jsonl", &["nowhere.jsonl"]),
        ("--vectors x.npy", &["--questions"]),
        ("--remove --refuse 0.2", &["--remove"]),
    ] {
        place.refused(&format!("recall calibrate -m m {wrong}"), needles);
    }
    assert!(!place.path("m/calibration").exists());
}

#[test]
fn a_day_stands_in_front_of_cues() {
    let place = Place::new();
    place.ok("recall add -m m --words-only --date-in-cues --time 2023-05-08T13:56 --cue moved --paraphrase left --target one");
    let list = objects(&place.ok("recall list -m m --format json").out);
    assert_eq!(
        list[0]["cues"],
        serde_json::json!(["[8 May 2023] moved", "[8 May 2023] left"])
    );
    assert!(place.ok("recall ask -m m may").out.contains("one"));
    place.refused(
        "recall add -m m --words-only --date-in-cues --cue moved --target one",
        &["\"moved\" has no time", "--time"],
    );
}
