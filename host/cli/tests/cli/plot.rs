//! `plot` redraws from raw data, adds its own files and changes nothing else.

use std::fs;

use super::common::{Place, TINY};

/// A folder with a run of two networks on random data.
fn with_run() -> Place {
    let place = Place::new();
    place.ok(&format!("{TINY} --matched"));
    place
}

#[test]
fn writes_its_three_files_and_changes_nothing_else() {
    let place = with_run();
    let mut everything = place.everything();
    for (arguments, name) in [
        ("", "plot_accuracy"),
        (
            "--quantity rd --log-y --fit-ages 20 --theory --max-age 30",
            "plot_rd",
        ),
        (
            "--quantity auc --ylim -0.5,1 --legend right --network 1-winner",
            "plot_auc",
        ),
        (
            "--quantity accuracy --legend none --baseline both --no-advantage --name mine",
            "mine",
        ),
    ] {
        let ran = place.ok(&format!("plot out {arguments}"));
        assert_eq!(ran.err, "");
        let after = place.everything();
        let added: Vec<String> = after
            .keys()
            .filter(|path| !everything.contains_key(*path))
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(
            added,
            ["csv", "png", "svg"].map(|extension| format!("{name}.{extension}")),
            "{arguments}"
        );
        assert!(
            everything
                .iter()
                .all(|(path, bytes)| after.get(path) == Some(bytes)),
            "{arguments}: a file changed"
        );
        assert!(
            added.iter().all(|name| ran.out.contains(name)),
            "{}",
            ran.out
        );
        everything = after;
    }
    // Drawn again, the same bytes; and the curves are the run's.
    place.ok("plot out");
    assert!(place.everything() == everything);
    assert_eq!(
        place.read("out/plot_accuracy.csv"),
        place.read("out/run.csv")
    );
    let rows = place.table("out/plot_auc.csv");
    assert!(
        rows.len() == 2 * 40
            && rows
                .iter()
                .all(|row| row["network"] == "matched 1-winner MHN")
    );
}

#[test]
fn arguments_out_of_range() {
    let place = with_run();
    for (arguments, needles) in [
        ("--max-age 0", ["--max-age is 0", "1..=40"]),
        ("--max-age 41", ["--max-age is 41", "1..=40"]),
        ("--max-age -1", ["-1", "--max-age"]),
        ("--ylim 1", ["--ylim is 1,", "LOW,HIGH"]),
        ("--ylim 1,0.5", ["--ylim is 1,0.5", "LOW below HIGH"]),
        ("--ylim 0,nan", ["--ylim is 0,NaN", "LOW below HIGH"]),
        ("--ylim 0,1,2", ["--ylim is 0,1,2", "LOW,HIGH"]),
        ("--ylim -1e308,1e308", ["--ylim is -1e308,1e308", "1e300"]),
        ("--ylim 0,inf", ["--ylim is 0,inf", "LOW below HIGH"]),
        ("--ylim 1,1", ["--ylim is 1,1", "LOW below HIGH"]),
        (
            "--log-y --ylim -1e-300,1",
            ["--ylim begins at -1e-300", "above 0"],
        ),
        ("--ylim low,high", ["'low'", "expected a number"]),
        ("--log-y --ylim 0,1", ["--ylim begins at 0", "above 0"]),
        ("--quantity rd --fit-ages 2", ["--fit-ages is 2", "3..=40"]),
        (
            "--quantity rd --fit-ages 41",
            ["--fit-ages is 41", "3..=40"],
        ),
        ("--fit-ages 20", ["--fit-ages", "--quantity rd"]),
        (
            "--theory --quantity auc",
            ["--quantity is auc", "allowed accuracy or rd"],
        ),
        (
            "--baseline unstructured",
            ["--baseline unstructured", "structured data"],
        ),
        ("--quantity speed", ["'speed'", "dprime"]),
        (
            "--network k=9",
            ["\"k=9\"", "K-winner MHN; matched 1-winner MHN"],
        ),
        ("--name run", ["--name is run", "run.svg"]),
        ("--name a/b", ["\"a/b\"", "without a folder"]),
        ("--name ..", ["\"..\"", "without a folder"]),
    ] {
        place.refused(&format!("plot out {arguments}"), &needles);
    }
    place.refused_with(&["plot", "out", "--name", ""], &["--name"]);
    place.refused("plot", &["DIR"]);
    place.refused("plot nowhere", &["nowhere", "manifest.json"]);
}

/// Every memory has its own theory, in both quantities; what has none is refused in a line, and nothing is written.
#[test]
fn theory_is_drawn_where_there_is_one() {
    let place = with_run();
    let text = |name: &str| String::from_utf8(place.read(name)).unwrap();
    for (arguments, file) in [("", "plot_accuracy"), ("--quantity rd", "plot_rd")] {
        place.ok(&format!("plot out --theory {arguments}"));
        let picture = text(&format!("out/{file}.svg"));
        assert!(picture.contains("K-winner MHN, theory") && picture.contains("Theorem 1"));
    }
    place.ok("plot out --theory --network 1-winner --name one");
    assert!(!text("out/one.svg").contains("K-winner MHN, theory"));
    let other = "memory run --n-i 60 --s 6 --burn-in 60 --learned 40 --trials 4";
    place.ok(&format!("{other} --memory recency --n-h 10 --out levels"));
    place.ok("plot levels --theory");
    let picture = text("levels/plot_accuracy.svg");
    assert!(picture.contains("recency levels, theory"));
    place.ok(&format!("{other} --memory ring --n-h 10 --out ring"));
    place.ok(&format!(
        "{other} --n-h 80 --f .2 --k 5 --data tree --b 2 --cue 0,1 --out tree"
    ));
    place.ok(&format!(
        "{other} --n-h 80 --f .2 --k 5 --cue 0,1 --out nothing"
    ));
    for (folder, needles) in [
        (
            "ring",
            ["--theory: there is no theory of", "memory is ring"],
        ),
        (
            "tree",
            ["--theory: there is no theory of", "unstructured patterns"],
        ),
        ("nothing", ["--theory: cue level must be above 0", "got 0"]),
    ] {
        let before = place.everything();
        place.refused(&format!("plot {folder} --theory"), &needles);
        assert!(place.everything() == before);
    }
}

/// What is not drawn is said, in the picture and in what is printed.
#[test]
fn points_that_are_left_out_are_counted() {
    let place = with_run();
    let ran = place.ok("plot out --ylim 5,6");
    assert!(
        ran.err.contains("warning: --ylim 5,6 leaves all points"),
        "{}",
        ran.err
    );
    let count = "Not drawn in A: 160 points beyond the axis.";
    assert!(ran.out.contains(count), "{}", ran.out);
    let picture = String::from_utf8(place.read("out/plot_accuracy.svg")).unwrap();
    assert!(picture.contains("160 points beyond"), "{picture}");
    let ran = place.ok("plot out --ylim 0,1");
    assert_eq!(ran.err, "");
    assert!(!ran.out.contains("Not drawn"), "{}", ran.out);
    // On a logarithmic axis: as many as the table has at 0 and below.
    let ran = place.ok("plot out --quantity rd --log-y --name log");
    let rows = place.table("out/log.csv");
    for (panel, cue) in [("A", "1"), ("B", "0.5")] {
        let own = rows.iter().filter(|row| row["cue"] == cue);
        let none = own.filter(|row| row["raw_difference"].parse::<f64>().unwrap() <= 0.0);
        let none = none.count();
        assert!(none > 1, "the test has nothing to count");
        let line =
            format!("Not drawn in {panel}: {none} points of 0 or below on a logarithmic axis.");
        assert!(ran.out.contains(&line), "{line} not in {}", ran.out);
    }
}

/// Differences of overlaps are whole numbers: no residue of rounding is left of those that cancel.
#[test]
fn raw_differences_are_exact() {
    let place = Place::new();
    // Of 400 patterns the memory holds the last few dozens.
    place.ok(&TINY.replace("--learned 40", "--learned 400"));
    let rows = place.table("out/run.csv");
    let mut zeros = 0;
    for row in &rows {
        let difference: f64 = row["raw_difference"].parse().unwrap();
        // 8 trials of 6 ones.
        let whole = difference * 48.0;
        assert!((whole - whole.round()).abs() < 1e-9, "{row:?}");
        assert_eq!(difference, whole.round() / 48.0, "{row:?}");
        zeros += usize::from(difference == 0.0);
    }
    assert!(zeros > 5, "the test has nothing that cancels");
}

/// Where counts are equal, d' and what is derived of it is 0 and no residue of rounding: in the table of a run, in that of `plot`, and
/// so in the picture. Residues of numbers of this size are below 1e-14, and other values far above.
#[test]
fn what_is_derived_of_equal_counts_is_zero() {
    let place = Place::new();
    place.ok(
        "memory run --n-i 100 --n-h 100 --s 7 --k 3 --f .5 --burn-in 10 --learned 300 --trials 30 --threads 1 --seed 2 --out out",
    );
    let ran = place.ok("plot out --quantity dprime --log-y");
    let rows = place.table("out/plot_dprime.csv");
    assert!(rows == place.table("out/run.csv"));
    let mut zeros = std::collections::BTreeMap::new();
    for row in &rows {
        for (column, cell) in row {
            if let Ok(value) = cell.parse::<f64>()
                && value.abs() < 1e-9
            {
                assert_eq!(value, 0.0, "{column}: {row:?}");
                *zeros.entry(column.as_str()).or_insert(0) += 1;
            }
        }
    }
    for column in [
        "raw_difference",
        "dprime",
        "dprime_se",
        "dprime_classical",
        "dprime_all_trials",
    ] {
        assert!(
            zeros.get(column).is_some_and(|&count| count > 0),
            "{column} in {zeros:?}"
        );
    }
    // As many as the table has at 0 and below are left out of the picture.
    for (panel, cue) in [("A", "1"), ("B", "0.5")] {
        let own = rows.iter().filter(|row| row["cue"] == cue);
        let none = own.filter(|row| row["dprime"].parse::<f64>().is_ok_and(|value| value <= 0.0));
        let line = format!("Not drawn in {panel}: {} points of 0", none.count());
        assert!(ran.out.contains(&line), "{line} not in {}", ran.out);
    }
}

#[test]
fn structured_data_has_a_second_baseline() {
    let place = Place::new();
    place.ok(&format!("{TINY} --data tree --b 2"));
    place.ok("plot out --baseline unstructured --quantity accuracy");
    place.ok("plot out --baseline both");
    let rows = place.table("out/plot_accuracy.csv");
    assert_eq!(
        rows.iter()
            .filter(|row| row["baseline"] == "unstructured")
            .count(),
        2 * 40
    );
}

#[test]
fn damaged_folders() {
    let place = with_run();
    let (manifest, npz) = (place.read("out/manifest.json"), place.read("out/run.npz"));
    let text = String::from_utf8(manifest.clone()).unwrap();

    place.write("out/run.npz", &npz[..npz.len() / 2]);
    place.refused("plot out", &["out/run.npz"]);
    let mut flipped = npz.clone();
    let middle = flipped.len() / 3;
    flipped[middle] ^= 0x55;
    place.write("out/run.npz", flipped);
    place.refused("plot out", &["out/run.npz"]);
    place.write("out/run.npz", "");
    place.refused("plot out", &["out/run.npz"]);
    fs::remove_file(place.path("out/run.npz")).unwrap();
    place.refused("plot out", &["out/run.npz", "No such file"]);
    place.write("out/run.npz", npz);

    for (damaged, needle) in [
        (text[..text.len() / 2].to_owned(), "line"),
        (
            text.replace("\"learned\": 40", "\"learned\": 41"),
            "expected (8, 41)",
        ),
        (
            text.replace("matched 1-winner MHN", "somebody else"),
            "somebody_else",
        ),
        (
            text.replace("\"kind\": \"random\"", "\"kind\": \"random\", \"b\": 3"),
            "`b`",
        ),
    ] {
        assert_ne!(damaged, text);
        place.write("out/manifest.json", damaged);
        place.refused("plot out", &["out/", needle]);
    }
    // A name that leads out of the folder, of the figure or of a file.
    fs::copy(place.path("out/run.npz"), place.path("run.npz")).unwrap();
    for (from, to) in [
        ("\"figure\": \"run\"", "\"figure\": \"../run\""),
        ("\"figure\": \"run\"", "\"figure\": \"/tmp/run\""),
        ("\"figure\": \"run\"", "\"figure\": \"sub/run\""),
        ("\"figure\": \"run\"", "\"figure\": \"\""),
        ("\"name\": \"run.csv\"", "\"name\": \"../run.csv\""),
        ("\"name\": \"run.csv\"", "\"name\": \"a/../../run.csv\""),
    ] {
        let damaged = text.replace(from, to);
        assert_ne!(damaged, text);
        place.write("out/manifest.json", damaged);
        place.refused(
            "plot out",
            &["out/manifest.json", "allowed a name within the folder"],
        );
    }
    place.write("out/manifest.json", "{\"figure\":".repeat(100_000));
    place.refused("plot out", &["out/manifest.json", "recursion limit"]);
    place.write("out/manifest.json", manifest);
    place.ok("plot out");
}

#[test]
fn figures_without_raw_data() {
    let place = Place::new();
    place.ok("reproduce s4 --out out");
    place.ok("plot out");
    assert!(place.read("out/plot_s4.svg") == place.read("out/s4.svg"));
    place.refused(
        "plot out --log-y",
        &["--log-y is for runs of memories", "s4"],
    );
    // What was timed is not timed again.
    place.ok("reproduce s5 --quick --out trees");
    place.refused(
        "plot trees",
        &["keeps nothing to draw s5 of", "reproduce s5"],
    );
}

/// A manifest that was edited is held against the arrays, and its conditions are those of a run that could be.
#[test]
fn a_manifest_that_lies_is_refused() {
    let place = Place::new();
    place.ok(TINY);
    let manifest = String::from_utf8(place.read("out/manifest.json")).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    for samples in [[2, 6], [4_294_967_295u32, 5], [2, 0], [0, 5]] {
        value["samples"] = samples.to_vec().into();
        place.write("out/manifest.json", value.to_string());
        place.refused("plot out --name other", &["manifest.json", "samples is ["]);
    }
    let mut value: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    value["conditions"][0]["network"]["s"] = 0.into();
    place.write("out/manifest.json", value.to_string());
    place.refused("plot out --name other", &["manifest.json"]);
}

/// Whatever was run, a manifest that says something else is noticed; so are arrays that are not the run's.
#[test]
fn a_manifest_that_was_edited_is_noticed() {
    let place = Place::new();
    place.ok(TINY);
    let manifest = String::from_utf8(place.read("out/manifest.json")).unwrap();
    let value: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let edited = |edit: &dyn Fn(&mut serde_json::Value)| {
        let mut value = value.clone();
        edit(&mut value);
        place.write("out/manifest.json", value.to_string());
    };
    let trials = "trials is 7, expected 8, which are in run.npz";
    edited(&|value| value["trials"] = 7.into());
    place.refused("plot out --name other", &["out/manifest.json: ", trials]);
    for (name, new) in [("s", 7), ("n_i", 61), ("n_h", 81), ("k", 6)] {
        edited(&|value| value["conditions"][0]["network"][name] = new.into());
        place.refused(
            "plot out --name other",
            &["out/manifest.json: what was run is not what"],
        );
    }
    edited(&|value| value["conditions"][0]["network"]["s"] = 3.into());
    place.refused(
        "plot out --name other",
        &["out/run.npz", "ones are recalled of a pattern that has 3"],
    );
    for (key, new) in [("seed", 2), ("results_version", 0), ("results_version", 2)] {
        edited(&|value| value[key] = new.into());
        place.refused(
            "plot out --name other",
            &["out/manifest.json: what was run is not what"],
        );
    }
    // Written anew by another program, with other spaces and its keys in another order, it is the same.
    edited(&|_| ());
    place.ok("plot out --name other");
    // One from before the hash was written: of a later version of the results it is noticed even so.
    edited(&|value| {
        value.as_object_mut().unwrap().remove("ran_sha256");
    });
    place.ok("plot out --name other");
    edited(&|value| {
        value.as_object_mut().unwrap().remove("ran_sha256");
        value["results_version"] = 99.into();
    });
    place.refused(
        "plot out --name other",
        &["results_version is 99, allowed up to "],
    );
    // Arrays of another run of the same sizes.
    place.write("out/manifest.json", &manifest);
    place.ok(&format!(
        "{} --seed 2",
        TINY.replace("--out out", "--out two")
    ));
    place.write("out/run.npz", place.read("two/run.npz"));
    place.refused(
        "plot out --name other",
        &["out/run.npz: not the file that manifest.json lists"],
    );
}

/// More than a picture has room for is in the tables, and a line says that it is not drawn.
#[test]
fn what_is_too_much_for_a_picture_is_in_the_tables() {
    let place = Place::new();
    let small = "--n-i 16 --n-h 16 --s 4 --k 2 --f 1 --learned 3 --burn-in 0 --trials 2";
    let cues: Vec<String> = (1..=100)
        .map(|cue| format!("{:.2}", f64::from(cue) / 100.0))
        .collect();
    let ran = place.ok(&format!(
        "memory run {small} --cue {} --out cues",
        cues.join(",")
    ));
    assert!(
        ran.out
            .contains("run is not drawn, all numbers are in the other files"),
        "{}",
        ran.out
    );
    let names = place.names("cues");
    assert!(names.contains(&"run.csv".to_owned()) && names.contains(&"manifest.json".to_owned()));
    assert!(
        !names.iter().any(|name| name.ends_with(".svg")),
        "{names:?}"
    );
    place.refused("plot cues", &["is not drawn"]);
    let rates: Vec<String> = (1..=150)
        .map(|rate| format!("{:.3}", f64::from(rate) / 1000.0))
        .collect();
    place.ok(&format!(
        "memory sweep {small} --eps {} --out rates",
        rates.join(",")
    ));
    assert_eq!(place.table("rates/sweep_summary.csv").len(), 2 * 150);
}
