//! A small run, and everything it leaves.

use std::collections::BTreeSet;
use std::io::Cursor;

use sha2::{Digest, Sha256};
use slotless::memory::curves::COLUMNS;
use slotless::memory::{Data, Network, Protocol};

use super::common::{Place, SLUG, TINY};

#[test]
fn leaves_pictures_curves_raw_data_and_a_manifest() {
    let place = Place::new();
    let ran = place.ok(TINY);
    assert_eq!(
        ran.err,
        "memory run: 8 trials to compute, 0 kept from before\n"
    );
    for line in [
        "fan-in m = 12",
        "rate = 19661/65536",
        "cue 1 keeps 6 of 6",
        "cue 0.5 keeps 3 of 6",
        "out/run.svg",
        "out/run.npz",
    ] {
        assert!(ran.out.contains(line), "{line}: {}", ran.out);
    }
    let names = [
        ".trials",
        "manifest.json",
        "run.csv",
        "run.npz",
        "run.png",
        "run.svg",
    ];
    assert_eq!(place.names("out"), names);
    arrays(&place);
    curves(&place);
    pictures(&place);
    manifest(&place);
}

const SMALL: &str = "--n-i 60 --s 6 --burn-in 40 --learned 20 --trials 4 --threads 2";

/// What is written of another memory: its own parameters alone, content, and counts by class.
#[test]
fn other_memories() {
    let place = Place::new();
    let line = format!(
        "memory run --memory recency --n-h 8 --recency-levels 3 --content {SMALL} --out out"
    );
    let ran = place.ok(&line);
    // 8 rows of 60 cells and 3 levels, in whole words, and a counter.
    let params = slotless_core::recency::Params::builder(60, 8)
        .active(6)
        .levels(3);
    let storage = 32 * params.build().unwrap().words();
    assert!(
        ran.out.contains(&format!(
            "recency: memory recency, {storage} bits of storage"
        )),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains(&format!("bits in {storage} of storage")),
        "{}",
        ran.out
    );
    let mut reader = csv::Reader::from_reader(Cursor::new(place.read("out/run.csv")));
    let header = reader.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|of| of == name).unwrap();
    let mut rows = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let content: f64 = row[column("content_bits")].parse().unwrap();
        let by_units: f64 = row[column("content_bits_by_units")].parse().unwrap();
        assert!(content >= by_units && content < 30.0);
        if &row[column("cue")] == "1" {
            assert!(
                content.abs() < 0.1,
                "a whole cue leaves no ones to be told of"
            );
        }
        assert_eq!(row[column("storage_bits")], storage.to_string());
        rows += 1;
    }
    assert_eq!(rows, 2 * 20);
    let classes = place.array::<u32>("out/run.npz", "recency_random_cue50_real_classes");
    assert_eq!(classes.dim(), (4, 20 * 3 * 2));
    // Drawn again from the arrays, counts and all.
    place.ok("plot out --quantity auc --name again");
    let manifest = String::from_utf8(place.read("out/manifest.json")).unwrap();
    assert!(
        manifest.contains("\"memory\": \"recency\"") && !manifest.contains("\"eps\""),
        "{manifest}"
    );

    let line =
        format!("memory sweep --memory kwinner,ring,coded-ring --n-h 20 --k 5 {SMALL} --out grid");
    place.ok(&line);
    let table = String::from_utf8(place.read("grid/sweep_summary.csv")).unwrap();
    let mut lines = table.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|of| *of == name).unwrap();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 6);
    assert!(
        rows.iter()
            .any(|row| row[column("memory")] == "ring" && row[column("k")].is_empty())
    );
    assert!(
        rows.iter()
            .any(|row| row[column("memory")] == "kwinner" && row[column("k")] == "5")
    );
}

#[test]
fn what_other_memories_do_not_have_is_refused() {
    let place = Place::new();
    for (flags, needle) in [
        ("--memory ring --k 20", "k is no parameter of memory ring"),
        (
            "--memory ring --recency-levels 3",
            "recency_levels is no parameter of memory ring",
        ),
        (
            "--recency-levels 3",
            "recency_levels is no parameter of memory kwinner",
        ),
        (
            "--memory willshaw --n-h 20",
            "n_h is no parameter of memory willshaw",
        ),
        ("--memory recency --n-h 0", "rows are 0, allowed from 1"),
        (
            "--memory recency --n-h 9 --cap 5",
            "set cells of a row are 5, allowed 6..=60 (s to n)",
        ),
        (
            "--memory recency --n-h 9 --recency-levels 255",
            "recency_levels is 255, allowed 1 to 254",
        ),
        (
            "--memory ring --n-h 9 --preprocess 50,.5,5",
            "preprocess is 50,0.5,5, allowed none but for memory kwinner",
        ),
        (
            "--memory ring --n-h 9 --matched",
            "memory is ring, allowed kwinner for the matched network",
        ),
        ("--memory slots", "slots"),
        (
            "--memory own --n-h 9",
            "memory is own, allowed any other: a rule of one's own is run by a program that has it",
        ),
        (
            "--memory ring --n-h 9 --jitter 0.1",
            "jitter is 0.1, allowed 0 with memory ring (no graded cells)",
        ),
        (
            "--weights float --flipped 0.1",
            "flipped is 0.1, allowed 0 with weights float (no bits of a width)",
        ),
        ("--flipped -0.1", "flipped is -0.1, allowed 0 to 1"),
        (
            "--added 9.2",
            "added is 9.2, allowed from 0, and so much that floor(added 6) is up to 54",
        ),
        (
            "--memory hopfield --weights u1",
            "weights is u1, allowed u2, u4, u8, u16 with memory hopfield",
        ),
    ] {
        place.refused(&format!("memory run {flags} {SMALL} --out out"), &[needle]);
    }
    place.refused(
        "snapshot save x.slot --memory ring --n-h 9",
        &["memory is ring, allowed kwinner for a snapshot"],
    );
    assert!(!place.path("out").exists());
}

/// Wrong units and damage are in the spec that is printed, taken from one, and said in the manifest; none are written without.
#[test]
fn wrong_cues_and_damage_are_part_of_a_spec() {
    let place = Place::new();
    let line =
        format!("memory run --memory hopfield {SMALL} --added 0.5 --flipped 0.01 --jitter 0.1");
    let spec = place.ok(&format!("{line} --print-spec")).out;
    for needle in [
        "added = 0.5",
        "flipped = 0.01",
        "jitter = 0.1",
        "weights = \"u4\"",
    ] {
        assert!(spec.contains(needle), "{needle}: {spec}");
    }
    place.write("spec.toml", spec);
    place.ok("memory run --spec spec.toml --out out");
    place.ok(&format!("{line} --out same"));
    assert!(place.read("out/run.npz") == place.read("same/run.npz"));
    let manifest = String::from_utf8(place.read("out/manifest.json")).unwrap();
    for needle in [
        "3 wrong units in each cue",
        "bits flipped with probability 0.01",
    ] {
        assert!(manifest.contains(needle), "{needle}");
    }
    let spec = place.ok(&format!("memory run {SMALL} --print-spec")).out;
    assert!(!spec.contains("added") && !spec.contains("flipped") && !spec.contains("jitter"));
}

fn arrays(place: &Place) {
    let found: BTreeSet<String> = place
        .npz("out/run.npz")
        .names()
        .unwrap()
        .into_iter()
        .collect();
    let mut expected = BTreeSet::from([format!("{SLUG}_similarity"), "dictionary".to_owned()]);
    for cue in ["cue100", "cue50"] {
        for kind in ["real", "pseudo"] {
            let stem = format!("{SLUG}_{cue}_{kind}");
            let overlaps = place.array::<u32>("out/run.npz", &format!("{stem}_overlap"));
            assert_eq!(overlaps.dim(), (8, 40));
            assert!(overlaps.iter().all(|&overlap| overlap <= 6));
            assert!(overlaps.iter().any(|&overlap| overlap > 0));
            let scores = place.array::<u64>("out/run.npz", &format!("{stem}_score"));
            assert_eq!(scores.dim(), (8, 40));
            // k F min(m, ones of the cue)
            let ones = if cue == "cue100" { 6 } else { 3 };
            assert!(
                scores
                    .iter()
                    .all(|&score| 0 < score && score <= 5 * 65535 * ones)
            );
            expected.extend([format!("{stem}_overlap"), format!("{stem}_score")]);
        }
    }
    assert_eq!(found, expected);
    let similarity = place.array::<f64>("out/run.npz", &format!("{SLUG}_similarity"));
    assert_eq!(similarity.dim(), (8, 2));
    // Two patterns of 6 of 60 share 0.6 of 6 on average; 40 of them, so the mean over 780 pairs is close to 0.1.
    assert!(
        similarity
            .iter()
            .all(|&value| (0.05..0.15).contains(&value)),
        "{similarity}"
    );
}

fn curves(place: &Place) {
    let text = String::from_utf8(place.read("out/run.csv")).unwrap();
    assert_eq!(text.lines().next().unwrap(), COLUMNS.join(","));
    let rows = place.table("out/run.csv");
    assert_eq!(rows.len(), 2 * 40);
    for (cue, (level, rows)) in ["cue100", "cue50"]
        .into_iter()
        .zip(["1", "0.5"].into_iter().zip(rows.chunks(40)))
    {
        let overlaps =
            |kind: &str| place.array::<u32>("out/run.npz", &format!("{SLUG}_{cue}_{kind}_overlap"));
        let (real, pseudo) = (overlaps("real"), overlaps("pseudo"));
        for (age, row) in rows.iter().enumerate() {
            assert_eq!(
                (row["cue"].as_str(), row["age"].as_str()),
                (level, (age + 1).to_string().as_str())
            );
            assert_eq!(
                (
                    row["condition"].as_str(),
                    row["network"].as_str(),
                    row["baseline"].as_str()
                ),
                (SLUG, "K-winner MHN", "pseudo")
            );
            assert_eq!(
                (
                    row["trials"].as_str(),
                    row["samples"].as_str(),
                    row["trials_a_sample"].as_str()
                ),
                ("8", "2", "4")
            );
            let number = |column: &str| row[column].parse::<f64>().unwrap();
            for (column, array) in [("accuracy", &real), ("baseline_accuracy", &pseudo)] {
                let shares: Vec<f64> = array
                    .column(age)
                    .iter()
                    .map(|&overlap| f64::from(overlap) / 6.0)
                    .collect();
                let mean = shares.iter().sum::<f64>() / 8.0;
                assert!(
                    (number(column) - mean).abs() < 1e-12,
                    "{column} at age {}",
                    age + 1
                );
                let variance = shares
                    .iter()
                    .map(|share| (share - mean).powi(2))
                    .sum::<f64>()
                    / 8.0;
                let error = number(&format!("{column}_se"));
                assert!(
                    (error - (variance / 8.0).sqrt()).abs() < 1e-12,
                    "{column}_se at age {}: {error}",
                    age + 1
                );
            }
            let difference = number("accuracy") - number("baseline_accuracy");
            assert!((number("raw_difference") - difference).abs() < 1e-12);
            assert!((0.0..=1.0).contains(&number("auc")));
        }
    }
}

fn pictures(place: &Place) {
    let bytes = place.read("out/run.png");
    let mut reader = png::Decoder::new(Cursor::new(&bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert!(info.width >= 400 && info.height >= 300, "{info:?}");
    let shades: BTreeSet<u8> = pixels.iter().copied().collect();
    assert!(shades.len() > 10, "an empty picture");

    let svg = String::from_utf8(place.read("out/run.svg")).unwrap();
    let elements = check_xml(&svg);
    assert!(elements.contains("svg"));
    assert!(elements.contains("text") || elements.contains("path"));
    assert!(
        svg.contains("aria-label=\"K-winner MHN\""),
        "words are paths with labels"
    );
}

fn manifest(place: &Place) {
    let manifest = place.manifest("out");
    assert_eq!(manifest.program, "slotless");
    assert_eq!(manifest.version, env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest.results_version, slotless_core::RESULTS_VERSION);
    assert!(!manifest.revision.is_empty());
    assert_eq!(
        (manifest.figure.as_str(), manifest.device.as_str()),
        ("run", "cpu")
    );
    assert_eq!(
        (manifest.seed, manifest.trials, manifest.samples),
        (1, 8, [2, 4])
    );
    assert!(manifest.threads >= 1 && manifest.wall_seconds > 0.0);
    let listed = manifest.listed::<slotless::memory::Condition>().unwrap();
    let [condition] = listed.as_slice() else {
        panic!("{listed:?}");
    };
    assert_eq!(
        condition.network,
        Network {
            name: "K-winner MHN".to_owned(),
            n_i: 60,
            n_h: 80,
            s: 6,
            f: 0.2,
            k: 5,
            eps: 0.3,
            ..Network::default()
        }
    );
    assert_eq!(condition.data, Data::Random);
    let protocol = Protocol {
        burn_in: 60,
        learned: 40,
        cues: vec![1.0, 0.5],
        ..Protocol::default()
    };
    assert_eq!(condition.protocol, protocol);
    assert!(manifest.resolved[0].contains("fan-in m = 12"));

    let names: Vec<&str> = manifest
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(names, ["run.svg", "run.png", "run.csv", "run.npz"]);
    for file in &manifest.files {
        let bytes = place.read(&format!("out/{}", file.name));
        assert_eq!(file.bytes, bytes.len() as u64, "{}", file.name);
        let hash: String = Sha256::digest(&bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(file.sha256, hash, "{}", file.name);
    }
}

/// Flags reach the network, the data and the protocol.
#[test]
fn flags_are_what_is_run() {
    let place = Place::new();
    let line = "memory run --name mine --n-i 64 --n-h 50 --s 8 --f .5 --k 3 --eps .25 --weights u8 --rounding stochastic \
                --assignment random-k --preprocess 90,.2,9 --data correlated --b 2 --categories 4 --prototypes fresh \
                --order category --burn-in 20 --learned 12 --cue .75 --trials 3 --seed 9 --threads 2 --out deep/er/out";
    place.ok(line);
    let manifest = place.manifest("deep/er/out");
    assert_eq!(
        (manifest.seed, manifest.trials, manifest.samples),
        (9, 3, [1, 3])
    );
    assert_eq!(manifest.threads, 2);
    let json = serde_json::to_value(&manifest.listed::<slotless::memory::Condition>().unwrap()[0])
        .unwrap();
    let expected = serde_json::json!({
        "network": {
            "name": "mine", "n_i": 64, "n_h": 50, "s": 8, "f": 0.5, "k": 3, "eps": 0.25, "weights": "u8",
            "rounding": "stochastic", "assignment": "random-k", "preprocess": {"n": 90, "f": 0.2, "k": 9}
        },
        "data": {"kind": "correlated", "b": 2, "categories": 4, "prototypes": "fresh", "order": "category"},
        "protocol": {"burn_in": 20, "learned": 12, "cues": [0.75]}
    });
    assert_eq!(json, expected);
    // Structured data has a second baseline.
    let overlaps = place.array::<u32>(
        "deep/er/out/run.npz",
        "mine_correlated2_cue75_unstructured_overlap",
    );
    assert_eq!(overlaps.dim(), (3, 12));
    assert_eq!(place.table("deep/er/out/run.csv").len(), 2 * 12);
}

/// Sizes at the edge of what is allowed still give every file.
#[test]
fn the_smallest_runs_end_well() {
    let place = Place::new();
    let files = [
        ".trials",
        "manifest.json",
        "run.csv",
        "run.npz",
        "run.png",
        "run.svg",
    ];
    for (number, arguments) in [
        "--n-i 1 --n-h 1 --s 1 --f 1 --k 1 --eps 1 --burn-in 0 --learned 1 --trials 1",
        "--n-i 20 --n-h 9 --s 20 --f 1 --k 9 --eps 1 --burn-in 0 --learned 2 --trials 2",
        "--n-i 30 --n-h 9 --s 5 --f .5 --k 2 --cue 0,1 --burn-in 3 --learned 2 --trials 3",
        "--n-i 30 --n-h 9 --s 5 --f .5 --k 2 --data tree --b 5 --burn-in 0 --learned 1 --trials 1",
        // The 1-winner network of Theorem 1 with too little for its check, and with nothing to forget.
        "--n-i 30 --n-h 9 --s 5 --f 1 --k 1 --eps 1 --burn-in 0 --learned 300 --trials 1",
        "--n-i 10 --n-h 9 --s 10 --f 1 --k 1 --eps 1 --burn-in 0 --learned 300 --trials 2",
        // More threads than anyone has.
        "--n-i 30 --n-h 9 --s 5 --f .5 --k 2 --burn-in 3 --learned 2 --trials 3 --threads 4000000000",
    ]
    .into_iter()
    .enumerate()
    {
        place.ok(&format!("memory run {arguments} --out out{number}"));
        assert_eq!(place.names(&format!("out{number}")), files, "{arguments}");
    }
}

/// Output that cannot be written is no fault of the input: exit code 1, one line, and the trials are kept.
#[test]
fn output_that_cannot_be_written() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("out/run.csv")).unwrap();
    let ran = place.run(TINY);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let last = ran.err.lines().last().unwrap();
    assert!(last.starts_with("slotless: out/run.csv: "), "{last}");
    std::fs::remove_dir(place.path("out/run.csv")).unwrap();
    assert_eq!(place.ok(TINY).err, "");
}

/// Narrow weights that stall get one line of warning, before the run and in the manifest.
#[test]
fn narrow_weights_are_warned_of() {
    let place = Place::new();
    let ran = place.ok(&format!("{TINY} --weights u8 --eps 0.03"));
    let warnings: Vec<&str> = ran
        .err
        .lines()
        .filter(|line| line.starts_with("slotless: warning: "))
        .collect();
    assert_eq!(warnings.len(), 1, "{}", ran.err);
    assert!(
        warnings[0].contains("8-bit") && warnings[0].contains("0.03"),
        "{}",
        ran.err
    );
    assert!(
        place
            .manifest("out")
            .resolved
            .iter()
            .any(|line| warnings[0].ends_with(line))
    );
}

/// Checks that a text is well-formed XML as far as tags, attributes and entities go; gives the names of its elements.
fn check_xml(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = text;
    let entities = |text: &str| {
        for part in text.split('&').skip(1) {
            let end = part.find(';').expect("an entity without end");
            let entity = &part[..end];
            assert!(
                ["amp", "lt", "gt", "quot", "apos"].contains(&entity) || entity.starts_with('#'),
                "&{entity};"
            );
        }
    };
    while let Some(start) = rest.find('<') {
        entities(&rest[..start]);
        assert!(
            !open.is_empty() || rest[..start].trim().is_empty(),
            "text outside the root"
        );
        rest = &rest[start..];
        let special = [
            ("<!--", "-->"),
            ("<![CDATA[", "]]>"),
            ("<?", "?>"),
            ("<!", ">"),
        ];
        if let Some((_, end)) = special.iter().find(|(begin, _)| rest.starts_with(begin)) {
            let end = rest.find(end).expect("no end") + end.len();
            rest = &rest[end..];
            continue;
        }
        // The end of the tag, outside quotes.
        let mut quote = None;
        let end = rest
            .char_indices()
            .find(|&(_, c)| {
                match (quote, c) {
                    (None, '"' | '\'') => quote = Some(c),
                    (Some(begun), c) if begun == c => quote = None,
                    (None, '>') => return true,
                    _ => {}
                }
                false
            })
            .expect("a tag without end")
            .0;
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name.trim()), "a closing tag");
            continue;
        }
        let (body, empty) = tag
            .strip_suffix('/')
            .map_or((tag, false), |body| (body, true));
        let name = body.split_whitespace().next().expect("a tag without name");
        assert!(!open.is_empty() || names.is_empty(), "a second root");
        let mut attributes = body[name.len()..].trim_start();
        let mut seen = BTreeSet::new();
        while !attributes.is_empty() {
            let (key, value) = attributes
                .split_once('=')
                .expect("an attribute without value");
            assert!(seen.insert(key.trim()), "{key} twice in {name}");
            let quote = value
                .chars()
                .next()
                .filter(|c| "\"'".contains(*c))
                .expect("a value without quotes");
            let length = value[1..].find(quote).expect("a value without end");
            entities(&value[1..=length]);
            assert!(!value[1..=length].contains('<'), "< in {key} of {name}");
            attributes = value[length + 2..].trim_start();
        }
        names.insert(name.to_owned());
        if !empty {
            open.push(name.to_owned());
        }
    }
    assert!(
        open.is_empty() && rest.trim().is_empty(),
        "{open:?} still open"
    );
    names
}

/// Float weights run like any other: kept, resumed, whatever the threads, behind a fixed layer, in a grid.
#[test]
fn float_weights() {
    let place = Place::new();
    let float = format!("{TINY} --weights float");
    let ran = place.ok(&float);
    let line = "K-winner MHN: fan-in m = 12, rate = 0.3, cue 1 keeps 6 of 6";
    assert!(ran.out.contains(line), "{}", ran.out);
    let condition = place
        .manifest("out")
        .listed::<slotless::memory::Condition>()
        .unwrap()
        .remove(0);
    let json = serde_json::to_value(&condition.network).unwrap();
    assert_eq!(
        (&json["weights"], &json["rounding"]),
        (&"float".into(), &"nearest".into())
    );
    let overlaps = |folder: &str| {
        let name = format!("{SLUG}_cue100_real_overlap");
        place.array::<u32>(&format!("{folder}/run.npz"), &name)
    };
    let found = overlaps("out");
    assert_eq!(found.dim(), (8, 40));
    // The newest pattern comes back better than the oldest: 6 ones each.
    let sum = |age: usize| found.column(age).sum();
    assert!(sum(0) >= 36 && sum(0) > sum(39), "{} {}", sum(0), sum(39));
    let scores = place.array::<u64>("out/run.npz", &format!("{SLUG}_cue100_real_score"));
    assert!(
        scores
            .iter()
            .all(|&score| score > 0 && score <= condition.max_score(1.0, 6))
    );
    // Nothing is computed again, and one thread gives what several gave.
    assert_eq!(place.ok(&float).err, "");
    assert_eq!(overlaps("out"), found);
    place.ok(&float.replace("--out out", "--threads 1 --out one"));
    assert_eq!(overlaps("one"), found);
    // A rate below the smallest of fixed point is one of floats.
    let slow = float.replace("--out out", "--eps 1e-9 --out slow");
    place.ok(&slow);
    let others = "--preprocess 90,.2,9 --matched --data tree --b 2 --trials 2 --out others";
    place.ok(&float.replace("--trials 8 --out out", others));
    assert_eq!(
        place
            .manifest("others")
            .listed::<slotless::memory::Condition>()
            .unwrap()
            .len(),
        2
    );
    let grid = TINY
        .replace(" run ", " sweep ")
        .replace("--out out", "--weights u8,float --out grid");
    place.ok(&grid);
    let rows = place.table("grid/sweep_summary.csv");
    let weights: Vec<&str> = rows.iter().map(|row| row["weights"].as_str()).collect();
    assert_eq!(weights, ["u8", "u8", "float", "float"]);
}
