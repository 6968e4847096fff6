//! `bench`: a table of times, and the same as a file. No test looks at a time.

use std::collections::BTreeSet;

use super::common::Place;
use slotless_kernels::cpu::Isa;

#[test]
fn a_table_and_a_file() {
    let place = Place::new();
    let ran = place.ok("bench mhn --quick --isa portable --csv out/bench.csv");
    assert!(
        ran.out.contains("portable: AND and popcount take"),
        "{}",
        ran.out
    );
    place.table("out/bench.csv");
    let file = String::from_utf8(place.read("out/bench.csv")).unwrap();
    let mut rows = file.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    assert_eq!(
        header[..6],
        [
            "network",
            "weights",
            "operation",
            "backend",
            "min_us",
            "median_us"
        ]
    );
    let mut cases = BTreeSet::new();
    for row in rows {
        assert_eq!(row.len(), header.len());
        let [least, median] = [4, 5].map(|cell| row[cell].parse::<f64>().unwrap());
        assert!(0.0 < least && least <= median, "{row:?}");
        // 100 of 1,000 active inputs of 100 units, and one winner's 1,000 weights.
        let touched = header.iter().position(|name| *name == "weights_touched");
        assert_eq!(row[touched.unwrap()], "11000");
        cases.insert(row[..4].join("/"));
    }
    let networks = ["u16", "u8"].into_iter().flat_map(|weights| {
        ["learn", "recall", "recall_many"].map(|step| format!("mhn/{weights}/{step}/portable"))
    });
    // Not the transformers that have this name in theirs.
    assert!(cases.into_iter().eq(networks));
}

#[test]
fn a_part_of_names_is_all_that_have_it() {
    let place = Place::new();
    place.ok("bench f_mhn --quick --isa portable --csv out/bench.csv");
    let file = String::from_utf8(place.read("out/bench.csv")).unwrap();
    let names = file
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap());
    assert!(names.eq(["tf_mhn", "tf_mhn_proj"]), "{file}");
}

#[test]
fn passes_over_hopfield_networks_stand_beside_a_copy() {
    let place = Place::new();
    for (name, steps) in [
        ("hop_1000", &["fields", "flip", "recall"][..]),
        ("modern_1000", &["similarities", "step"]),
    ] {
        place.ok(&format!(
            "bench {name} --quick --isa portable --csv out/bench.csv"
        ));
        let file = String::from_utf8(place.read("out/bench.csv")).unwrap();
        let mut rows = file.lines().map(|line| line.split(',').collect::<Vec<_>>());
        let header = rows.next().unwrap();
        let column = |name| header.iter().position(|one| *one == name).unwrap();
        let mut found = Vec::new();
        for row in rows {
            let number = |name| row[column(name)].parse::<f64>().unwrap();
            // Rows of 1,000 are filled up: bytes to 1,024, numbers of single precision to 1,008.
            let bytes = if name == "hop_1000" {
                1_024_000
            } else {
                403_200
            };
            assert_eq!(row[column("network_bytes")], bytes.to_string());
            assert!(number("copy_bytes_per_second") > 0.0);
            if row[2] == "fields" || row[2] == "similarities" {
                let share = number("bytes_moved") / (number("min_us") * 1e-6);
                let share = share / number("copy_bytes_per_second");
                assert!((share / number("share_of_copy") - 1.0).abs() < 0.01);
            }
            found.push(row[2].to_owned());
        }
        assert_eq!(found, steps);
    }
}

#[test]
fn memories_in_a_folder() {
    let place = Place::new();
    // Others than are taken unasked.
    let sets: Vec<Isa> = Isa::available().collect();
    let isa = match sets[..] {
        [_, .., asked, _] => asked,
        _ => Isa::best(),
    };
    let name = isa.name();
    place.ok(&format!(
        "bench recall_1000 --quick --isa {name} --csv out/bench.csv"
    ));
    let file = String::from_utf8(place.read("out/bench.csv")).unwrap();
    let steps = file
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(2).unwrap());
    assert!(
        steps.eq(["add", "open", "ask_vector", "ask_words", "ask"]),
        "{file}"
    );
    let mut backends = file
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(3).unwrap());
    assert!(backends.all(|backend| backend == name), "{file}");
}

#[test]
fn layouts_side_by_side() {
    let place = Place::new();
    let ran = place.ok("bench --layouts 256x256 --quick --isa portable --csv out/layouts.csv");
    // Two widths, three cues; at last how many choices are off.
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 1 + 6 + 1, "{}", ran.out);
    assert!(
        lines[7].contains(" of 6 choices take more than 10% longer"),
        "{}",
        lines[7]
    );
    place.table("out/layouts.csv");
    let file = String::from_utf8(place.read("out/layouts.csv")).unwrap();
    let mut rows = file.lines().map(|row| row.split(',').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let of = |name| header.iter().position(|column| *column == name).unwrap();
    let rows: Vec<_> = rows.collect();
    // All but the planes, which take a network whose units see every input.
    let layouts = ["lists", "blocks", "tiles"];
    assert!(
        rows.iter()
            .map(|row| row[of("layout")])
            .eq(layouts.repeat(6))
    );
    assert_eq!(
        rows.iter()
            .filter(|row| row[of("is_chosen")] == "1")
            .count(),
        6
    );
    assert!(
        rows.iter()
            .all(|row| row[of("recall_us")].parse::<f64>().unwrap() > 0.0)
    );
}

#[test]
fn what_cannot_be_timed_is_refused() {
    let place = Place::new();
    place.refused("bench --layouts 300x300", &["'300x300'", "1000x2000x50"]);
    place.refused("bench --layouts --large", &["--layouts", "--large"]);
    place.refused("bench --isa mmx", &["'mmx'", "portable"]);
    place.refused("bench nothing", &["'nothing'", "kw_f005", "search_1m_256"]);
    place.write("file", "");
    place.refused("bench mhn --csv file/bench.csv", &["file"]);
}

#[test]
fn the_scaling_study_in_small() {
    let place = Place::new();
    let ran = place.ok("reproduce scaling --quick --out out");
    assert_eq!(
        place.names("out"),
        ["manifest.json", "scaling.csv", "scaling.png", "scaling.svg"]
    );
    assert!(ran.out.contains("time grows as the power"), "{}", ran.out);
    place.manifest("out");
    let table = String::from_utf8(place.read("out/scaling.csv")).unwrap();
    // Five sizes of seven to ten values with three timings each, and five numbers of trials on one thread or more.
    let lines = |axis: &str| table.lines().filter(|line| line.starts_with(axis)).count();
    for (axis, values) in [("n_h,", 10), ("m,", 9), ("k,", 7), ("s,", 7), ("n_i,", 7)] {
        assert_eq!(lines(axis), 3 * values, "{axis}");
    }
    assert_eq!(lines("trials on 1 threads,"), 5);
}

/// A conversation in LoCoMo's format: what is asked, and of which turn.
const CONVERSATION: &str = r#"[{"sample_id": "a", "conversation": {"session_1": [
    {"speaker": "Ann", "dia_id": "D1:1", "text": "We moved to Oslo"},
    {"speaker": "Ben", "dia_id": "D1:2", "text": "My cat is called Miso"}]},
  "qa": [{"question": "Who moved?", "evidence": ["D1:1"], "category": 4},
         {"question": "What is the cat called?", "evidence": ["D1:2", "D"], "category": 1},
         {"question": "Where is the train?", "evidence": [], "category": 5}]}]"#;

const HAYSTACK: &str = r#"[{"question_id": "q", "question_type": "single-session-user", "question": "Where is my bicycle?",
  "haystack_session_ids": ["answer_1", "s"], "haystack_sessions": [
   [{"role": "user", "content": "My bicycle is in the shed", "has_answer": true}], [{"role": "user", "content": "Hello"}]]}]"#;

#[test]
fn retrieval_is_measured_on_both_formats() {
    let place = Place::new();
    place.write("locomo.json", CONVERSATION);
    place.write("long.json", HAYSTACK);
    let ran = place.ok("bench retrieval --locomo locomo.json --out out");
    assert!(
        ran.out.starts_with(
            "1 haystacks, 2 turns, 2 cues; 2 questions with an answer, 1 without; 1 ids of evidence are of no turn\n"
        ),
        "{}",
        ran.out
    );
    let rows = place.table("out/retrieval.csv");
    assert_eq!(rows.len(), 9);
    for row in &rows {
        assert_eq!((&row["hit_1"][..], &row["hit_1_low"][..]), ("1.00000", ""));
    }
    assert_eq!(
        (
            &rows[0]["method"][..],
            &rows[0]["auc"][..],
            &rows[0]["refused"][..]
        ),
        ("bm25", "1.00000", "1.00000")
    );
    assert_eq!(place.table("out/questions.csv").len(), 9);
    // Vectors that are kept, a row for each text: two turns and three questions.
    place.vectors("kept.npy", &["a", "b", "B", "A", "d"]);
    let kept = "bench retrieval --locomo locomo.json --vectors kept.npy";
    let ran = place.ok(&format!("{kept} --method recall,cosine --out kept"));
    assert!(ran.out.contains("\nrecall "), "{}", ran.out);
    assert_eq!(place.table("kept/questions.csv").len(), 6);
    place.vectors("kept.npy", &["a", "b"]);
    place.refused(kept, &["kept.npy: 2 rows, expected 5"]);
    let ran = place.ok("bench retrieval --longmemeval long.json --method words --out long");
    assert!(ran.out.contains("recall_all"), "{}", ran.out);
    assert_eq!(place.table("long/longmemeval.csv").len(), 12);

    place.write(
        "bad.json",
        CONVERSATION.replace("\"category\": 1", "\"category\": 9"),
    );
    place.refused(
        "bench retrieval --locomo bad.json --out none",
        &["conversation 1, question 2", "'category' is 9", "1..=5"],
    );
    assert!(!place.path("none").exists());
    place.refused(
        "bench retrieval --locomo locomo.json --method best",
        &["'best'", "bm25", "rrf"],
    );
    place.refused(
        "bench retrieval --locomo locomo.json --bits 40",
        &["40", "8 to 32"],
    );
    place.refused("bench retrieval", &["--locomo"]);
    place.refused("bench retrieval --locomo locomo.json --method cosine", &[]);
    place.refused("bench retrieval --locomo none.json", &["none.json"]);
}
