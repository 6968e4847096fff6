//! `transformer train`, `sweep` and `eval`: what they leave, and that it is the same however it came about.

use std::collections::BTreeMap;

use ndarray::Array2;
use serde_json::Value;

use super::common::{Place, Ran};

/// A training of milliseconds.
const TINY: &str = "transformer train -L 2 --winner-by projections -N 5 --n-h 4 --batch 8 --batches 30 --trials 3 --final-window 10";

/// Name of its only condition in its files.
const SLUG: &str = "qk_projections";

fn train(place: &Place, more: &str, out: &str) -> Ran {
    place.ok(&format!("{TINY} {more} --out {out}"))
}

fn matrix(place: &Place, file: &str, name: &str) -> Array2<f32> {
    place.array::<f32>(file, name)
}

#[test]
fn a_training_leaves_curves_statistics_weights_and_a_picture() {
    let place = Place::new();
    let ran = train(&place, "", "out");
    assert!(
        ran.out.starts_with("train: 3 trials, seed 1, "),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("over the last 10 iterations"),
        "{}",
        ran.out
    );
    let names = [
        ".trials",
        "manifest.json",
        "train.csv",
        "train.npz",
        "train.png",
        "train.svg",
        "train_statistics.csv",
        "weights",
    ];
    assert_eq!(place.names("out"), names);
    let files: Vec<String> = (0..3)
        .flat_map(|trial| {
            ["npz", "safetensors"].map(|format| format!("{SLUG}_trial{trial}.{format}"))
        })
        .collect();
    assert_eq!(place.names("out/weights"), files);

    let manifest = place.manifest("out");
    assert_eq!((manifest.figure.as_str(), manifest.trials), ("train", 3));
    let [condition] = &manifest
        .listed::<slotless::transformer::Condition>()
        .unwrap()[..]
    else {
        panic!("one condition")
    };
    assert_eq!((condition.model.letters, condition.model.context), (2, 2));
    let listed = manifest.files.iter().map(|file| file.name.as_str());
    assert_eq!(
        listed.filter(|name| name.starts_with("weights/")).count(),
        6
    );

    // The table's curves are those of the raw data.
    let accuracy = matrix(&place, "out/train.npz", &format!("{SLUG}_accuracy"));
    let loss = matrix(&place, "out/train.npz", &format!("{SLUG}_loss"));
    assert_eq!((accuracy.dim(), loss.dim()), ((3, 30), (3, 30)));
    let table = place.table("out/train.csv");
    assert_eq!(table.len(), 30);
    for (at, row) in table.iter().enumerate() {
        assert_eq!(row["iteration"], (at + 1).to_string());
        for (name, curve) in [("accuracy", &accuracy), ("loss", &loss)] {
            let mut values: Vec<f32> = curve.column(at).to_vec();
            values.sort_by(f32::total_cmp);
            let number = |column: &str| row[&format!("{name}_{column}")].parse::<f64>().unwrap();
            assert_eq!(number("median"), f64::from(values[1]));
            let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / 3.0;
            assert!((number("mean") - mean).abs() < 1e-12);
        }
    }
    // So are the endings, over the window that was asked for.
    let statistics = place.table("out/train_statistics.csv");
    assert_eq!(statistics.len(), 3);
    for (trial, row) in statistics.iter().enumerate() {
        let last = accuracy
            .row(trial)
            .iter()
            .skip(20)
            .copied()
            .map(f64::from)
            .sum::<f64>();
        assert!((row["accuracy"].parse::<f64>().unwrap() - last / 10.0).abs() < 1e-12);
        assert_eq!(row["diverged_at"], "");
    }
}

/// What is said of weights, computed here from the arrays of the file.
#[test]
fn statistics_are_those_of_the_weights() {
    let place = Place::new();
    train(&place, "", "out");
    let rows = place.table("out/train_statistics.csv");
    for (trial, row) in rows.iter().enumerate() {
        let file = format!("out/weights/{SLUG}_trial{trial}.npz");
        let [q, k, v] = ["W_Q", "W_K", "W_V"].map(|name| matrix(&place, &file, name));
        assert_eq!((q.dim(), k.dim(), v.dim()), ((5, 6), (5, 6), (2, 6)));
        let product = |a: &Array2<f32>, i: usize, j: usize| -> f64 {
            let places = a.column(i).into_iter().zip(k.column(j));
            places.map(|(&a, &k)| f64::from(a) * f64::from(k)).sum()
        };
        for (table, a, from, to) in [("s1", &k, 2, 0), ("s2", &q, 4, 0), ("s3", &q, 4, 2)] {
            let at = |i: usize, j: usize| product(a, from + i, to + j);
            let on = [at(0, 0), at(1, 1)];
            let off = [at(0, 1), at(1, 0)];
            for (name, [x, y]) in [("diagonal", on), ("off", off)] {
                let mean: f64 = row[&format!("{table}_{name}_mean")].parse().unwrap();
                let range: f64 = row[&format!("{table}_{name}_range")].parse().unwrap();
                assert!((mean - (x + y) / 2.0).abs() < 1e-9, "{table} {name}");
                assert!((range - (x - y).abs()).abs() < 1e-9, "{table} {name}");
            }
        }
        let value = |case: usize, token: usize| f64::from(v[(case, token)]);
        let contrast: f64 = (0..4)
            .map(|token| value(token / 2, token) - value(1 - token / 2, token))
            .sum();
        let said: f64 = row["value_contrast"].parse().unwrap();
        assert!((said - contrast / 4.0).abs() < 1e-9);
    }
}

/// Both formats hold the same: the `.safetensors` file is read here by its description.
#[test]
fn both_formats_hold_the_same() {
    let place = Place::new();
    train(&place, "", "out");
    let stem = format!("out/weights/{SLUG}_trial1");
    let bytes = place.read(&format!("{stem}.safetensors"));
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header: Value = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    for name in ["W_Q", "W_K", "W_V"] {
        let expected = matrix(&place, &format!("{stem}.npz"), name);
        assert_eq!(header[name]["dtype"], "F32");
        let shape = serde_json::json!([expected.nrows(), expected.ncols()]);
        assert_eq!(header[name]["shape"], shape);
        let offset = |at: usize| header[name]["data_offsets"][at].as_u64().unwrap() as usize;
        let data = &bytes[8 + length..][offset(0)..offset(1)];
        let values: Vec<f32> = data
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
            .collect();
        assert_eq!(values, expected.iter().copied().collect::<Vec<_>>());
    }
    let condition = header["__metadata__"]["condition"].as_str().unwrap();
    let condition: slotless::transformer::Condition = serde_json::from_str(condition).unwrap();
    assert_eq!(
        place
            .manifest("out")
            .listed::<slotless::transformer::Condition>()
            .unwrap(),
        [condition]
    );
    let said = |format: &str| {
        let ran = place.ok(&format!(
            "transformer eval --json --weights {stem}.{format}"
        ));
        let mut value: Value = serde_json::from_str(&ran.out).unwrap();
        value[0].as_object_mut().unwrap().remove("file");
        value
    };
    assert_eq!(said("npz"), said("safetensors"));
}

/// A checkpoint is the end of a shorter training; what is frozen stays as it starts.
#[test]
fn checkpoints_are_shorter_trainings() {
    let place = Place::new();
    train(&place, "--checkpoints 0,12 --freeze q", "long");
    let short = TINY.replace("--batches 30", "--batches 12");
    place.ok(&format!("{short} --freeze q --out short"));
    for trial in 0..3 {
        let stem = format!("weights/{SLUG}_trial{trial}");
        for name in ["W_Q", "W_K", "W_V"] {
            let at = |file: &str| matrix(&place, &format!("{file}.npz"), name);
            let start = at(&format!("long/{stem}_iteration0"));
            let middle = at(&format!("long/{stem}_iteration12"));
            assert_eq!(middle, at(&format!("short/{stem}")), "{name}");
            let end = at(&format!("long/{stem}"));
            assert_eq!(start == end, name == "W_Q", "{name}");
        }
    }
}

#[test]
fn a_model_learns_the_task() {
    let place = Place::new();
    let ran = place.ok(
        "transformer train -L 2 --winner-by projections --batch 32 --batches 1500 --final-window 100 --trials 2 --out out",
    );
    assert!(
        ran.out.contains("QK + projections: accuracy 1.000"),
        "{}",
        ran.out
    );
    let weights = format!("out/weights/{SLUG}_trial0.npz");
    let ran = place.ok(&format!("transformer eval --weights {weights}"));
    assert!(ran.out.contains("accuracy 1.0000"), "{}", ran.out);
    assert!(ran.out.contains("over all 16 sequences"), "{}", ran.out);
    // Another seed starts the modules from other weights, which changes the loss a little.
    let loss = |seed: u32| {
        let line = format!("transformer eval --json --seed {seed} --weights {weights} {weights}");
        let value: Value = serde_json::from_str(&place.ok(&line).out).unwrap();
        assert_eq!(value[0], value[1]);
        assert_eq!(value[0]["accuracy"], 1.0);
        value[0]["loss"].as_f64().unwrap()
    };
    assert_eq!(loss(1), loss(1));
    assert_ne!(loss(1), loss(2));
}

#[test]
fn many_letters_are_evaluated_by_samples() {
    let place = Place::new();
    place.ok("transformer train -L 8 -C 8 --batch 4 --batches 2 --trials 1 --out out");
    let eval = "transformer eval --weights out/weights/qk_trial0.npz";
    let ran = place.ok(&format!("{eval} --batches 5 --batch 7"));
    assert!(ran.out.contains("over random 35 sequences"), "{}", ran.out);
}

#[test]
fn threads_change_nothing_and_the_seed_changes_everything() {
    let place = Place::new();
    train(&place, "--threads 1 --checkpoints 3", "one");
    train(&place, "--threads 2 --checkpoints 3", "two");
    train(&place, "--seed 2 --checkpoints 3", "other");
    let files = |out: &str| -> BTreeMap<String, Vec<u8>> {
        let top = place
            .names(out)
            .into_iter()
            .filter(|name| name.starts_with("train"));
        let weights = place.names(&format!("{out}/weights"));
        let weights = weights.into_iter().map(|name| format!("weights/{name}"));
        top.chain(weights)
            .map(|name| (name.clone(), place.read(&format!("{out}/{name}"))))
            .collect()
    };
    let (one, other) = (files("one"), files("other"));
    assert_eq!(one.len(), 5 + 12);
    assert!(one == files("two"));
    for (name, bytes) in &one {
        assert_ne!(bytes, &other[name], "{name}");
    }
}

#[test]
fn flags_and_their_spec_are_one() {
    let place = Place::new();
    let line = format!("{TINY} --rate 0.01 --rate-v 0.02 --values-by output --checkpoints 4");
    let spec = place.ok(&format!("{line} --print-spec")).out;
    assert!(
        spec.contains("rate_q = 0.01") && spec.contains("rate_v = 0.02"),
        "{spec}"
    );
    assert!(place.everything().is_empty());
    place.write("spec.toml", spec);
    place.ok(&format!("{line} --out flags"));
    place.ok("transformer train --spec spec.toml --out spec");
    for file in [
        "train.npz",
        "train.csv",
        &format!("weights/{SLUG}_trial2.npz"),
    ] {
        let read = |out: &str| place.read(&format!("{out}/{file}"));
        assert!(read("flags") == read("spec"), "{file}");
    }
}

#[test]
fn a_sweep_has_a_row_a_condition() {
    let place = Place::new();
    place.ok("transformer sweep -L 2 --model mhn,qk --n-h 4,6 --batch 4 --batches 6 --trials 2 --out out");
    let rows = place.table("out/sweep_summary.csv");
    let found: Vec<_> = rows
        .iter()
        .map(|row| [&row["model"], &row["rule"], &row["n_h"], &row["trials"]].map(String::as_str))
        .collect();
    let expected = [
        ["model = mhn, n_h = 4", "mhn", "4", "2"],
        ["model = mhn, n_h = 6", "mhn", "6", "2"],
        ["model = qk, n_h = 4", "qk", "4", "2"],
        ["model = qk, n_h = 6", "qk", "6", "2"],
    ];
    assert_eq!(found, expected);
    // Means of the trials' own numbers.
    let trials = place.table("out/sweep_statistics.csv");
    for row in &rows {
        let own = trials
            .iter()
            .filter(|trial| trial["condition"] == row["condition"]);
        for column in ["accuracy", "loss", "s2_off_range", "value_contrast"] {
            let values: Vec<f64> = own.clone().map(|t| t[column].parse().unwrap()).collect();
            let [x, y] = values[..] else {
                panic!("two trials")
            };
            let mean: f64 = row[column].parse().unwrap();
            let deviation: f64 = row[&format!("{column}_sd")].parse().unwrap();
            assert!((mean - (x + y) / 2.0).abs() < 1e-12);
            assert!((deviation - (x - y).abs() / 2.0_f64.sqrt()).abs() < 1e-9);
        }
        assert_eq!(row["reached_99_at"], "");
    }
    assert_eq!(place.names("out/weights").len(), 4 * 2 * 2);
}

/// One condition of two diverges: everything that was measured is there, and one line says so.
#[test]
fn divergence_keeps_what_was_measured() {
    let place = Place::new();
    let line =
        "transformer sweep -L 2 --rate 0.001,1e12 --batch 4 --batches 20 --trials 2 --out out";
    let ran = place.run(line);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let last = ran.err.lines().last().unwrap();
    for needle in [
        "rate = 1000000000000, trial 0 diverged at iteration",
        "out",
        "smaller --rate",
        "2 of 4",
    ] {
        assert!(last.contains(needle), "{needle:?} not in {last}");
    }
    let (good, bad) = ("rate_0_001", "rate_1000000000000");
    let loss = |slug: &str| matrix(&place, "out/sweep.npz", &format!("{slug}_loss"));
    assert!(loss(good).iter().all(|value| value.is_finite()));
    let rows = place.table("out/sweep_statistics.csv");
    for trial in 0..2 {
        let row = rows
            .iter()
            .filter(|row| row["condition"] == bad)
            .nth(trial)
            .unwrap();
        let at: usize = row["diverged_at"].parse().unwrap();
        assert!(at > 1, "{row:?}");
        let loss = loss(bad).row(trial).to_vec();
        assert!(loss[..at - 1].iter().all(|value| value.is_finite()));
        assert!(loss[at - 1..].iter().all(|value| value.is_nan()));
        assert_eq!(
            (row["accuracy"].as_str(), row["value_contrast"].as_str()),
            ("", "")
        );
    }
    let weights = place.names("out/weights");
    assert_eq!(weights.len(), 4, "{weights:?}");
    assert!(weights.iter().all(|name| name.starts_with(good)));
    assert_eq!(place.table("out/sweep_summary.csv")[1]["diverged"], "2");
    // The same again: nothing is computed, and it is said again.
    let again = place.run(line);
    assert_eq!(
        (again.code, again.err.lines().count()),
        (Some(1), 1),
        "{}",
        again.err
    );
}

/// The last step of a training may lead to numbers that are none, which no loss has told of: no file has them.
#[test]
fn weights_that_are_no_numbers_have_no_file() {
    let place = Place::new();
    let ran = place.ok("transformer train -L 2 --rate 1e38 --batches 1 --trials 1 --out out");
    let last = ran.err.lines().last().unwrap();
    assert!(
        last.contains("warning: QK, trial 0: weights after 1 iterations"),
        "{last}"
    );
    assert!(!place.path("out/weights").exists());
    assert_eq!(
        place.table("out/train_statistics.csv")[0]["diverged_at"],
        ""
    );
}

#[test]
fn more_trials_continue_a_run_and_another_run_is_refused() {
    let place = Place::new();
    let out = format!("{TINY} --out out");
    place.ok(&out.replace("--trials 3", "--trials 1"));
    let ran = place.ok(&out);
    assert_eq!(
        ran.err,
        "transformer train: 2 trials to compute, 1 kept from before\n"
    );
    train(&place, "", "fresh");
    for file in [
        "train.npz",
        "train.csv",
        "train_statistics.csv",
        "train.svg",
    ] {
        let read = |out: &str| place.read(&format!("{out}/{file}"));
        assert!(read("out") == read("fresh"), "{file}");
    }
    for other in ["--seed 2", "--beta 2", "--checkpoints 3", "--freeze v"] {
        place.refused(
            &format!("{out} {other}"),
            &[".rec", "seed 1", "another --out"],
        );
    }
    place.refused(
        "memory run --n-i 60 --n-h 80 --s 6 --f .2 --k 5 --burn-in 60 --learned 40 --trials 8 --out out",
        &["holds trials of seed 1"],
    );
    // A name is no other run.
    place.ok(&format!("{out} --name mine"));
    assert!(
        place
            .names("out/weights")
            .contains(&"mine_trial2.npz".to_owned())
    );
    place.ok("plot out");
    assert!(place.read("out/plot_train.svg") == place.read("out/train.svg"));
}
