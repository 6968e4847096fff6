//! Patterns from files.

use ndarray::Array2;
use ndarray_npy::{WritableElement, write_npy};

use super::common::{Draws, Place, csv_of};

const RUN: &str =
    "memory run --n-h 80 --f .2 --k 5 --burn-in 60 --learned 40 --trials 6 --patterns";

/// 170 rows of 60 cells with 4 to 8 ones.
fn rows() -> Vec<Vec<u8>> {
    let mut draws = Draws(8);
    (0..170)
        .map(|_| {
            let ones = 4 + draws.below(5);
            draws.row(60, ones)
        })
        .collect()
}

fn npy<T: WritableElement>(place: &Place, name: &str, cell: impl Fn(u8) -> T) {
    let rows = rows();
    let array = Array2::from_shape_fn((rows.len(), 60), |(row, column)| cell(rows[row][column]));
    write_npy(place.path(name), &array).unwrap();
}

#[test]
fn every_format_reads_equally() {
    let place = Place::new();
    npy(&place, "bool.npy", |cell| cell == 1);
    npy(&place, "u8.npy", |cell| cell);
    npy(&place, "i8.npy", |cell| cell as i8);
    npy(&place, "u16.npy", u16::from);
    npy(&place, "i16.npy", i16::from);
    npy(&place, "u32.npy", u32::from);
    npy(&place, "i32.npy", i32::from);
    npy(&place, "u64.npy", u64::from);
    npy(&place, "i64.npy", i64::from);
    npy(&place, "f32.npy", f32::from);
    npy(&place, "f64.npy", f64::from);
    let turned = Array2::from_shape_fn((60, 170), |(column, row)| rows()[row][column]);
    write_npy(place.path("columns.npy"), &turned.t()).unwrap();
    let csv = csv_of(&rows());
    place.write("plain.csv", &csv);
    place.write("spaces.txt", csv.replace(',', " "));
    place.write(
        "windows.csv",
        format!(
            "# a comment\r\n\r\n{}",
            csv.replace(',', "; ").replace('\n', "\r\n")
        ),
    );
    let digits: String = csv
        .chars()
        .map(|c| {
            if c.is_ascii_digit() {
                format!("{c}.0")
            } else {
                c.to_string()
            }
        })
        .collect();
    place.write("floats.csv", digits);

    let read = |name: &str| {
        slotless::patterns::read_patterns(&place.path(name), Default::default()).unwrap()
    };
    let expected = read("plain.csv");
    assert_eq!((expected.len(), expected.visible()), (170, 60));
    for (row, cells) in rows().iter().enumerate() {
        let ones: Vec<u32> = slotless_core::bits::ones(expected.get(row)).collect();
        let wanted: Vec<u32> = (0..60)
            .filter(|&column| cells[column as usize] == 1)
            .collect();
        assert_eq!(ones, wanted, "row {row}");
        assert_eq!(expected.ones()[row], wanted.len() as u32);
    }
    for name in place.names(".") {
        assert!(read(&name) == expected, "{name}");
    }
    // The command takes any, and what comes of it depends on the rows alone.
    let mut signs = csv.replace('0', "-1");
    signs.insert_str(0, "# spins\n");
    place.write("signs.csv", signs);
    for (name, more) in [
        ("u8.npy", ""),
        ("plain.csv", ""),
        ("bool.npy", ""),
        ("f64.npy", ""),
        ("signs.csv", "--levels -1,1"),
    ] {
        place.ok(&format!("{RUN} {name} {more} --out by-{name}"));
        let found = place.read(&format!("by-{name}/run.npz"));
        assert!(found == place.read("by-u8.npy/run.npz"), "{name}");
    }
    // Trials of the same rows are kept ones, whatever file they come from.
    place.ok(&format!("{RUN} signs.csv --levels -1,1 --out by-u8.npy"));
    place.refused(
        &format!("{RUN} signs.csv --out no"),
        &["row 2, column 1", "--levels -1,1"],
    );
    place.refused(
        "memory run --levels 0,255 --out no",
        &["--levels is for --patterns"],
    );
}

/// Accuracy is the overlap divided by the ones of that very row.
#[test]
fn rows_differ_in_their_ones() {
    let place = Place::new();
    place.write("rows.csv", csv_of(&rows()));
    place.ok(&format!("{RUN} rows.csv --out out"));
    let manifest = place.manifest("out");
    let network = &manifest.listed::<slotless::memory::Condition>().unwrap()[0].network;
    // n_i is that of the rows; s the largest number of ones.
    assert_eq!((network.n_i, network.s), (60, 8));

    let array =
        |name: &str| place.array::<u32>("out/run.npz", &format!("k_winner_mhn_file_{name}"));
    let table = place.table("out/run.csv");
    let mut counts = [0; 9];
    for (kind, column) in [("real", "accuracy"), ("pseudo", "baseline_accuracy")] {
        let ones = array(&format!("ones_{kind}"));
        assert_eq!(ones.dim(), (6, 40));
        ones.iter().for_each(|&ones| counts[ones as usize] += 1);
        for (cue, rows) in ["cue100", "cue50"].into_iter().zip(table.chunks(40)) {
            let overlaps = array(&format!("{cue}_{kind}_overlap"));
            assert!(
                overlaps
                    .iter()
                    .zip(&ones)
                    .all(|(overlap, ones)| overlap <= ones)
            );
            for (age, row) in rows.iter().enumerate() {
                let shares = overlaps.column(age).into_iter().zip(ones.column(age));
                let mean = shares
                    .map(|(&overlap, &ones)| f64::from(overlap) / f64::from(ones))
                    .sum::<f64>()
                    / 6.0;
                let found: f64 = row[column].parse().unwrap();
                assert!(
                    (found - mean).abs() < 1e-12,
                    "{column}, {cue}, age {}: {found}, expected {mean}",
                    age + 1
                );
            }
        }
    }
    // 4 to 8 ones are about equally frequent: 96 of 480 each.
    assert!(counts[..4].iter().all(|&count| count == 0), "{counts:?}");
    assert!(counts[4..].iter().all(|&count| count > 30), "{counts:?}");
}

/// Learned and pseudo-patterns of a trial are different rows, in another order every trial.
#[test]
fn rows_are_drawn_without_replacement() {
    let place = Place::new();
    // Row r has the bits of r + 1: every row differs, and its ones tell little; so give each its own number of ones.
    let rows: Vec<Vec<u8>> = (1..=60)
        .map(|ones| (0..60).map(|column| u8::from(column < ones)).collect())
        .collect();
    place.write("rows.csv", csv_of(&rows));
    place.ok("memory run --n-h 20 --f .5 --k 2 --burn-in 20 --learned 20 --trials 5 --patterns rows.csv --out out");
    let ones =
        |kind: &str| place.array::<u32>("out/run.npz", &format!("k_winner_mhn_file_ones_{kind}"));
    let (real, pseudo) = (ones("real"), ones("pseudo"));
    for trial in 0..5 {
        let used: std::collections::BTreeSet<u32> = real
            .row(trial)
            .iter()
            .chain(pseudo.row(trial))
            .copied()
            .collect();
        assert_eq!(used.len(), 40, "trial {trial}");
        assert!((0..trial).all(|other| real.row(other) != real.row(trial)));
    }
}

/// Rows in their order, and lures of another file: what is tested of them does not depend on the trial.
#[test]
fn own_order_and_own_lures() {
    let place = Place::new();
    let one_of = |numbers: std::ops::Range<usize>| -> String {
        let row = |number: usize| -> String {
            let cells = (0..12).map(|unit| u8::from(unit % 6 == number % 6).to_string());
            cells.collect::<Vec<_>>().join(",") + "\n"
        };
        numbers.map(row).collect()
    };
    place.write("rows.csv", one_of(0..9));
    place.write("lures.csv", one_of(20..24));
    let small = "--memory ring --n-h 4 --burn-in 5 --learned 4 --cue 1 --trials 3 --threads 1";
    let run = format!("memory run --patterns rows.csv --lures lures.csv --order file {small}");
    place.ok(&format!("{run} --out out"));
    // The last four rows are in the ring.
    let overlaps = place.array::<u32>("out/run.npz", "ring_file_cue100_real_overlap");
    assert!(overlaps.iter().all(|&overlap| overlap == 2), "{overlaps:?}");
    let lures = place.array::<u32>("out/run.npz", "ring_file_cue100_pseudo_overlap");
    // Lures are rows 2, 3, 4, 5 by what is in them, the ring has 5, 0, 1, 2: whoever is found answers.
    assert!(lures.rows().into_iter().all(|row| row == lures.row(0)));
    let svg = String::from_utf8(place.read("out/run.svg")).unwrap();
    assert!(svg.len() > 1000);
    let spec = place.ok(&format!("{run} --print-spec")).out;
    assert!(
        spec.contains("order = \"file\"") && spec.contains("lures.csv"),
        "{spec}"
    );
    place.write("spec.toml", spec);
    place.ok("memory run --spec spec.toml --threads 1 --out again");
    assert!(place.read("out/run.npz") == place.read("again/run.npz"));
    for (flags, needle) in [
        ("--lures lures.csv", "--lures is for --patterns"),
        (
            "--order file",
            "--order is for --data correlated and for --patterns",
        ),
        (
            "--data correlated --b 2 --order file",
            "--order file is for --patterns",
        ),
        (
            "--patterns rows.csv --order category",
            "--order category is for --data correlated",
        ),
        ("--patterns rows.csv --lures none.csv", "none.csv"),
    ] {
        place.refused(&format!("memory run {flags} {small} --out no"), &[needle]);
    }
    place.refused(
        "snapshot save n.slot --patterns rows.csv --lures lures.csv --n-h 9 --k 2 --f 1",
        &["--lures changes nothing of a snapshot"],
    );
}
