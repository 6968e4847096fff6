//! `reproduce`: the figures of Hopfield networks, in small.

use ndarray::Array2;
use slotless::figures::catalogue::Group;
use slotless::run::manifest::Manifest;

use super::common::Place;

/// Runs one figure with `--quick`, and finds these tables beside what every such figure leaves.
fn quick(place: &Place, name: &str, own: &[&str]) -> Manifest {
    place.ok(&format!("reproduce {name} --quick --trials 1 --out {name}"));
    let mut names: Vec<String> = [".csv", ".npz", ".png", ".svg"]
        .iter()
        .map(|end| format!("{name}{end}"))
        .chain([".trials", "manifest.json"].map(str::to_owned))
        .chain(own.iter().map(|&name| name.to_owned()))
        .collect();
    names.sort();
    assert_eq!(place.names(name), names);
    let manifest = place.manifest(name);
    assert_eq!((manifest.figure.as_str(), manifest.trials), (name, 1));
    assert!(!manifest.hopfield.is_empty());
    manifest
}

#[test]
fn the_group_has_its_figures() {
    let names: Vec<&str> = Group::Hopfield.figures().map(|figure| figure.name).collect();
    assert_eq!(names, ["hopfield-capacity", "hopfield-time"]);
}

#[test]
fn capacity_in_small() {
    let place = Place::new();
    let name = "hopfield-capacity";
    quick(&place, name, &["hopfield-capacity_midpoints.csv"]);
    let rows = place.table(&format!("{name}/{name}.csv"));
    let number = |row: usize, column: &str| rows[row][column].parse::<f64>().unwrap();
    for (row, of) in rows.iter().enumerate() {
        // The table is that of the raw data.
        let (units, memories) = (&of["units"], &of["memories"]);
        let array = format!("classical_n_{units}_k_{memories}_memory_sweeps_wrong");
        let wrong: Array2<u64> = place.array(&format!("{name}/{name}.npz"), &array);
        assert_eq!(number(row, "patterns"), wrong.len() as f64);
        let units = number(row, "units");
        let kept = wrong.iter().filter(|&&wrong| 20.0 * (wrong as f64) < units);
        let share = kept.count() as f64 / wrong.len() as f64;
        assert!((number(row, "kept") - share).abs() < 1e-9);
        let mean = wrong.iter().sum::<u64>() as f64 / wrong.len() as f64 / units;
        assert!((number(row, "wrong_bits") - mean).abs() < 1e-9);
        // All are kept well below the capacity, and hardly any of a larger network far above it.
        if number(row, "load") < 0.06 {
            assert_eq!(share, 1.0);
        }
        if units == 1000.0 && number(row, "load") > 0.24 {
            assert!(share < 0.1, "{share}");
        }
    }
}

#[test]
fn times_in_small() {
    let place = Place::new();
    let manifest = quick(&place, "hopfield-time", &[]);
    let rows = place.table("hopfield-time/hopfield-time.csv");
    assert_eq!(rows.len(), manifest.hopfield.len());
    for row in &rows {
        let number = |column: &str| row[column].parse::<f64>().unwrap();
        assert!(number("flips") <= number("last_flip"));
        assert!(number("last_flip") <= number("updates"));
        if row["order"] == "sweeps" {
            assert_eq!(number("ended_early"), 0.0);
        }
    }
}

#[test]
fn threads_change_nothing_and_kept_trials_are_used() {
    let place = Place::new();
    let one = "reproduce hopfield-time --quick --seed 9 --trials 2";
    place.ok(&format!("{one} --threads 1 --out one"));
    place.ok(&format!("{one} --threads 3 --out three"));
    for file in ["csv", "svg", "png"] {
        let file = format!("hopfield-time.{file}");
        let read = |folder: &str| place.read(&format!("{folder}/{file}"));
        assert!(read("one") == read("three"), "{file}");
    }
    let again = place.ok(&format!("{one} --out one"));
    assert!(again.err.contains("0 trials to compute"), "{}", again.err);
    // Trials of another seed are not mixed in.
    let other = place.run("reproduce hopfield-time --quick --seed 8 --trials 2 --out one");
    assert_eq!(other.code, Some(2), "{}", other.err);
}
