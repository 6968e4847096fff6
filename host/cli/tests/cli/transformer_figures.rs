//! `reproduce`: the figures of the transformers, in small.

use std::collections::BTreeMap;

use slotless::figures::Group;
use slotless::run::manifest::Manifest;

use super::common::Place;

/// Runs one figure with `--quick`, and finds these tables and texts beside what every such figure leaves.
fn quick(place: &Place, name: &str, trials: u32, own: &[&str]) -> Manifest {
    place.ok(&format!(
        "reproduce {name} --quick --trials {trials} --out {name}"
    ));
    let mut names: Vec<String> = [".csv", ".npz", ".png", ".svg", "_statistics.csv"]
        .iter()
        .map(|end| format!("{name}{end}"))
        .chain([".trials", "manifest.json"].map(str::to_owned))
        .chain(own.iter().map(|&name| name.to_owned()))
        .collect();
    names.sort();
    assert_eq!(place.names(name), names);
    let manifest = place.manifest(name);
    assert_eq!((manifest.figure.as_str(), manifest.trials), (name, trials));
    assert!(
        !manifest
            .listed::<slotless::transformer::Condition>()
            .unwrap()
            .is_empty()
    );
    manifest
}

#[test]
fn the_group_has_the_figures_of_the_paper() {
    let names: Vec<&str> = Group::Transformer
        .figures()
        .map(|figure| figure.name)
        .collect();
    assert_eq!(
        names,
        [
            "fig7", "s9", "s10", "s11", "s12", "s13", "tables", "theorem7"
        ]
    );
}

#[test]
fn losses_in_small() {
    let place = Place::new();
    let manifest = quick(&place, "s11", 2, &[]);
    assert_eq!(
        manifest
            .listed::<slotless::transformer::Condition>()
            .unwrap()
            .len(),
        7
    );
    assert!(
        manifest
            .report
            .iter()
            .any(|line| line.starts_with("QK + projections: ending loss"))
    );
}

#[test]
fn single_runs_in_small() {
    let place = Place::new();
    for name in ["s9", "s10"] {
        quick(&place, name, 1, &[&format!("{name}_matrices.csv")]);
        let entries = place.table(&format!("{name}/{name}_matrices.csv"));
        // 2 x 8, 4 x 8 and 8 x 8.
        assert_eq!(entries.len(), 16 + 32 + 64);
        let value = |matrix: &str, row: &str, column: &str| -> f64 {
            let found = entries.iter().find(|cell| {
                (&*cell["matrix"], &*cell["row"], &*cell["column"]) == (matrix, row, column)
            });
            found.unwrap()["value"].parse().unwrap()
        };
        // Letters stand where they belong: W_V knows the case, and products of keys are symmetric.
        assert!(value("W_V", "lower", "b") > value("W_V", "upper", "b"));
        assert!(value("W_V", "upper", "C") > value("W_V", "lower", "C"));
        assert!(value("W_Q^T W_K", "A/a", "a") > value("W_Q^T W_K", "A/a", "B"));
        let (one, other) = (value("W_K^T W_K", "a", "D"), value("W_K^T W_K", "D", "a"));
        assert!((one - other).abs() < 1e-9, "{one} {other}");
    }
}

#[test]
fn stages_in_small() {
    let place = Place::new();
    for name in ["s12", "s13"] {
        let own = ["half_way", "structure"].map(|table| format!("{name}_{table}.csv"));
        let manifest = quick(&place, name, 2, &own.each_ref().map(String::as_str));
        // Every 50 of 1,500 iterations, and the last.
        assert_eq!(place.table(&format!("{name}/{}", own[1])).len(), 2 * 31);
        let order = "trials in which case comes before query-key: 2 of 2";
        assert!(
            manifest.report.iter().any(|line| line.starts_with(order)),
            "{:?}",
            manifest.report
        );
    }
}

#[test]
fn tables_in_small() {
    let place = Place::new();
    let own = ["table_s1.csv", "table_s2.csv", "table_s3.csv", "tables.md"];
    let manifest = quick(&place, "tables", 3, &own);
    for table in &own[..3] {
        assert_eq!(place.table(&format!("tables/{table}")).len(), 7 * 4);
    }
    // The statistics of every trial, and the table made of them, agree.
    let statistics = place.table("tables/tables_statistics.csv");
    let trials = statistics.iter().filter(|row| row["model"] == "QK");
    let sum: f64 = trials
        .map(|row| row["s2_diagonal_mean"].parse::<f64>().unwrap())
        .sum();
    let table = place.table("tables/table_s2.csv");
    let cell = table
        .iter()
        .find(|row| row["model"] == "QK" && row["statistic"] == "diagonal_mean")
        .unwrap();
    assert!((cell["mean"].parse::<f64>().unwrap() - sum / 3.0).abs() < 1e-9);
    // Tables of 5,000 batches say nothing of 1,500.
    assert!(
        table
            .iter()
            .all(|row| row["published"].is_empty() && row["independent_z"].is_empty())
    );
    let text = String::from_utf8(place.read("tables/tables.md")).unwrap();
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("| QK + projections |"))
            .count(),
        4,
        "three tables and W_V: {text}"
    );
    let said = manifest.report.iter().filter(|line| {
        line.starts_with("not compared with the published tables")
            && line.ends_with("these are of 1500 of 64")
    });
    assert_eq!(said.count(), 1, "{:?}", manifest.report);
    assert!(manifest.checks.is_empty(), "{:?}", manifest.checks);
}

#[test]
fn theorem_7_in_small() {
    let place = Place::new();
    quick(&place, "theorem7", 1, &["theorem7_distance.csv"]);
    let rows = place.table("theorem7/theorem7_distance.csv");
    let number = |row: &BTreeMap<String, String>, column: &str| row[column].parse::<f64>().unwrap();
    // Under uniform attention the start survives along the directions without gradient where C = L.
    let offsets: Vec<f64> = rows
        .iter()
        .filter(|row| {
            row["kind"] == "uniform attention" && row["letters"] == "4" && row["rate_v"] == "0.001"
        })
        .map(|row| number(row, "offsets"))
        .collect();
    assert!(offsets.len() > 5 && offsets[0] > 0.0);
    assert!(
        offsets
            .iter()
            .all(|other| (other - offsets[0]).abs() < 1e-5),
        "{offsets:?}"
    );
    // W_V comes closer to the case columns.
    for letters in ["4", "8"] {
        let of: Vec<f64> = rows
            .iter()
            .filter(|row| {
                row["kind"] == "baseline" && row["letters"] == letters && row["n"] == "1000"
            })
            .map(|row| number(row, "distance_without_offsets"))
            .collect();
        assert!(of[of.len() - 1] < 0.15 * of[0], "{of:?}");
    }
}

#[test]
fn winners_and_contexts_in_small() {
    let place = Place::new();
    let manifest = quick(
        &place,
        "kwinner-attention",
        1,
        &["kwinner-attention_ending.csv"],
    );
    let rows = place.table("kwinner-attention/kwinner-attention_ending.csv");
    assert_eq!(
        rows.len(),
        manifest
            .listed::<slotless::transformer::Condition>()
            .unwrap()
            .len()
    );
    for row in &rows {
        let accuracy: f64 = row["accuracy"].parse().unwrap();
        assert!((0.3..=1.0).contains(&accuracy), "{row:?}");
    }
}
