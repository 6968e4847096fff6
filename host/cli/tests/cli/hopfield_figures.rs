//! `reproduce`: the figures of Hopfield networks, in small.

use ndarray::Array2;
use slotless::figures::Group;
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
    assert!(
        !manifest
            .listed::<slotless::hopfield::Condition>()
            .unwrap()
            .is_empty()
    );
    manifest
}

#[test]
fn the_group_has_its_figures() {
    let names: Vec<&str> = Group::Hopfield
        .figures()
        .map(|figure| figure.name)
        .collect();
    let all = ["capacity", "modern", "beta", "energy", "time", "equal-bits"];
    assert_eq!(names, all.map(|name| format!("hopfield-{name}")));
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
    assert_eq!(
        rows.len(),
        manifest
            .listed::<slotless::hopfield::Condition>()
            .unwrap()
            .len()
    );
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
fn the_modern_network_in_small() {
    let place = Place::new();
    quick(&place, "hopfield-modern", &["hopfield-modern_capacity.csv"]);
    let rows = place.table("hopfield-modern/hopfield-modern_capacity.csv");
    let half = |beta: &str, units: &str| {
        let found = rows
            .iter()
            .find(|row| row["beta"] == beta && row["units"] == units);
        found.unwrap()["memories_of_half"].parse::<f64>().unwrap()
    };
    // Far beyond 0.138 N, and more with more units and a larger beta.
    assert!(half("0.5", "32") > 50.0 * 0.138 * 32.0);
    assert!(half("0.25", "48") > half("0.25", "32") && half("0.5", "32") > half("0.25", "32"));
    let name = "hopfield-beta";
    quick(&place, name, &[]);
    let rows = place.table(&format!("{name}/{name}.csv"));
    let number = |row: usize, column: &str| rows[row][column].parse::<f64>().unwrap();
    for (row, of) in rows.iter().enumerate() {
        let memories = number(row, "memories");
        // At both ends: the mean of all, one of them.
        match &*of["beta"] {
            "0.003162" => assert!(number(row, "effective") > 0.99 * memories),
            "10" => assert!(number(row, "effective") < 1.5 && number(row, "overlap") > 0.9),
            _ => {}
        }
    }
}

#[test]
fn energies_in_small() {
    let place = Place::new();
    let manifest = quick(&place, "hopfield-energy", &[]);
    assert_eq!(manifest.checks.len(), 2);
    assert!(manifest.checks.iter().all(|check| check.pass));
    let energies: Array2<i64> = place.array(
        "hopfield-energy/hopfield-energy.npz",
        "classical_energy_n_200_k_10_noise_30_random_order_energy",
    );
    assert_eq!(energies.nrows(), 3);
    for run in energies.rows() {
        assert!(run.iter().is_sorted_by(|a, b| a >= b) && run[0] > run[run.len() - 1]);
    }
}

#[test]
fn equal_bits_in_small() {
    let place = Place::new();
    let name = "hopfield-equal-bits";
    let own = ["hopfield-equal-bits.md", "hopfield-equal-bits_summary.csv"];
    let manifest = quick(&place, name, &own);
    let rows = place.table(&format!("{name}/{name}_summary.csv"));
    assert_eq!(
        rows.len(),
        manifest
            .listed::<slotless::hopfield::Condition>()
            .unwrap()
            .len()
    );
    let most = rows
        .iter()
        .map(|row| row["storage_bytes"].parse::<u32>().unwrap());
    let (most, least) = (most.clone().max().unwrap(), most.min().unwrap());
    assert!(f64::from(least) > 0.88 * f64::from(most), "{least} {most}");
    let text = String::from_utf8(place.read(&format!("{name}/{name}.md"))).unwrap();
    for row in &rows {
        assert!(text.contains(&format!("| {} | {} |", row["memory"], row["ones"])));
        assert!(row["microseconds_per_recall"].parse::<f64>().unwrap() > 0.0);
    }
    // The classical network is no match for sparse patterns; the dense one keeps all of 256 balanced ones.
    let recalled = |memory: &str, ones: &str| {
        let found = rows
            .iter()
            .find(|row| row["memory"] == memory && row["ones"] == ones);
        found.unwrap()["patterns_recalled"].parse::<u32>().unwrap()
    };
    assert!(recalled("classical Hopfield", "256") > 20);
    assert_eq!(recalled("dense, degree 3", "256"), 256);
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
    // Nothing to compute again.
    assert_eq!(place.ok(&format!("{one} --out one")).err, "");
    let more = place.ok(&one.replace("--trials 2", "--trials 3 --out one"));
    assert!(more.err.contains(" kept from before"), "{}", more.err);
    // Trials of another seed are not mixed in.
    let other = place.run("reproduce hopfield-time --quick --seed 8 --trials 2 --out one");
    assert_eq!(other.code, Some(2), "{}", other.err);
}
