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
    // Lures are rows 2, 3, 4, 5 by what is in them, the ring has 5, 0, 1, 2: whoever is found answers. Age 1 is the last.
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
            "--order is for --data correlated, for --similarity and for --patterns",
        ),
        (
            "--data correlated --b 2 --order file",
            "--order file is for --patterns and for --similarity",
        ),
        (
            "--patterns rows.csv --order category",
            "--order category is for --data correlated",
        ),
        ("--patterns rows.csv --lures none.csv", "none.csv"),
    ] {
        place.refused(&format!("memory run {flags} {small} --out no"), &[needle]);
    }
    for flags in ["--cues rows.csv", "--target 4"] {
        place.refused(
            &format!("snapshot save n.slot --patterns rows.csv {flags} --n-h 9 --k 2 --f 1"),
            &["changes nothing of a snapshot"],
        );
    }
    place.refused(
        "snapshot save n.slot --patterns rows.csv --lures lures.csv --n-h 9 --k 2 --f 1",
        &["--lures changes nothing of a snapshot"],
    );
}

/// Cues of one's own, parts that are asked for, and what answers are: slots that hold all rows recall each by its own cue.
#[test]
fn own_cues_and_parts() {
    let place = Place::new();
    // Row i has units 2 i and 2 i + 1, and i of the last eight; its cue is the first of them.
    let rows = |last: bool| -> String {
        let row = |row: usize| -> String {
            let cells = (0..24).map(|unit| {
                let cue = unit == 2 * row;
                u8::from(cue || last && (unit == 2 * row + 1 || unit == 16 + row)).to_string()
            });
            cells.collect::<Vec<_>>().join(",") + "\n"
        };
        (0..8).map(row).collect()
    };
    place.write("rows.csv", rows(true));
    place.write("cues.csv", rows(false));
    let small = "--memory ring --n-h 8 --burn-in 2 --learned 3 --cue 1 --trials 3 --threads 1";
    let run = format!("memory run --patterns rows.csv --cues cues.csv --intrusions {small}");
    place.ok(&format!("{run} --out out"));
    for row in place.table("out/run.csv") {
        assert_eq!(row["accuracy"], "1");
        let told = ["recalled", "intrusions", "spurious"].map(|of| row[of].as_str());
        assert_eq!(told, ["1", "0", "0"]);
    }
    let cued = place.array::<u32>("out/run.npz", "ring_file_ones_cued_real");
    assert!(cued.iter().all(|&ones| ones == 1));
    // The spec names both files, and gives the same; kept trials are found under other names of the files, not with other cues.
    let spec = place.ok(&format!("{run} --print-spec")).out;
    assert!(
        spec.contains("[data.cues]") && spec.contains("cues.csv"),
        "{spec}"
    );
    place.write("spec.toml", spec.replace("cues.csv", "also.csv"));
    place.write("also.csv", rows(false));
    let again = place.ok("memory run --spec spec.toml --threads 1 --out out");
    assert!(!again.err.contains("to compute"), "{}", again.err);
    let other = place.run(&format!(
        "{} --out out",
        run.replace("--cues cues.csv ", "")
    ));
    assert_eq!(other.code, Some(2), "{}", other.err);
    // The last eight units are asked for.
    place.ok(&format!(
        "memory run --patterns rows.csv --target 8 {small} --out part"
    ));
    assert!(
        place
            .table("part/run.csv")
            .iter()
            .all(|row| row["accuracy"] == "1")
    );
    let ones = |name: &str| place.array::<u32>("part/run.npz", &format!("ring_file_{name}_real"));
    assert!(ones("ones").iter().all(|&ones| ones == 1));
    assert!(ones("ones_cued").iter().all(|&ones| ones == 2));
    place.ok("plot part");
    place.ok("plot out --quantity outcomes");
    place.refused(
        "plot part --quantity outcomes",
        &["allowed where intrusions were counted"],
    );
    for (flags, needle) in [
        ("--cues cues.csv", "--cues is for --patterns"),
        ("--patterns rows.csv --cues none.csv", "none.csv"),
        (
            "--patterns rows.csv --lure-cues cues.csv",
            "allowed none without lures and cues",
        ),
        (
            "--patterns rows.csv --target 24",
            "target is 24, allowed 1..=23",
        ),
        (
            "--patterns rows.csv --target 8 --content",
            "counted is content",
        ),
        (
            "--patterns rows.csv --chain",
            "cueing is chain, allowed own",
        ),
        (
            "--patterns rows.csv --recall-steps 0",
            "recall_steps is 0, allowed 1 to 1000",
        ),
        (
            "--patterns rows.csv --length 3",
            "--length is for --data sequence",
        ),
    ] {
        place.refused(&format!("memory run {flags} {small} --out no"), &[needle]);
    }
}

/// Patterns that are made, by the command: each kind once, and sequences as chains; the same whatever the threads.
#[test]
fn patterns_are_made() {
    let place = Place::new();
    let matrix = |odd: &str| -> String {
        let row = |a: usize| {
            let cells = (0..12).map(|b: usize| match (a.min(b), a.max(b)) {
                (a, b) if a == b => "1",
                (3, 6) => odd,
                (a, b) if a % 3 == b % 3 => "0.9",
                _ => "0.1",
            });
            cells.collect::<Vec<_>>().join(",") + "\n"
        };
        (0..12).map(row).collect()
    };
    place.write("similar.csv", matrix("0.9"));
    let sizes = "--n-i 200 --s 20 --n-h 60 --f .2 --k 5 --trials 4";
    let size = &format!("{sizes} --burn-in 4 --learned 4");
    for (number, data) in [
        "drift --b 2 --context 0.5",
        "pairs --lists 2 --context 0.2 --intrusions",
        "sequence --length 2 --chain",
        "similarity --similarity similar.csv --order file",
        "correlated --b 2 --categories 3 --power 1",
    ]
    .iter()
    .enumerate()
    {
        let run = format!("memory run --data {data} {size}");
        place.ok(&format!("{run} --threads 1 --out one{number}"));
        place.ok(&format!(
            "{run} --threads 2 --recall-steps 2 --out steps{number}"
        ));
        place.ok(&format!("{run} --threads 2 --out two{number}"));
        let npz = |folder: &str| place.read(&format!("{folder}{number}/run.npz"));
        assert!(npz("one") == npz("two"), "{data}");
        assert!(npz("one") != npz("steps"), "{data}");
        let png = place.read(&format!("one{number}/run.png"));
        assert!(png.starts_with(b"\x89PNG"));
    }
    place.ok("snapshot save s.slot --data similarity --similarity similar.csv --n-i 200 --s 20 --n-h 60 --f .2 --k 5");
    // What no patterns have is met as far as it can be, and that is said.
    place.write("odd.csv", matrix("0"));
    let odd = place.ok(&format!("memory run --similarity odd.csv {size} --out odd"));
    assert!(odd.err.contains("of what they ask for"), "{}", odd.err);
    place.write("odd.csv", matrix("0").replacen("0.1", "1.5", 1));
    place.refused(
        &format!("memory run --similarity similar.csv {sizes} --burn-in 4 --learned 5 --out no"),
        &["has 12 rows, expected at least 14"],
    );
    for (flags, needle) in [
        (
            "--data similarity",
            "--data similarity needs --similarity FILE",
        ),
        (
            "--similarity odd.csv",
            "odd.csv: row 1, column 2 is 1.5, allowed 0 to 1",
        ),
        ("--similarity none.csv", "none.csv"),
        ("--data drift", "--data drift needs --b"),
        (
            "--data pairs --b 2",
            "--b is for --data tree, correlated or drift",
        ),
        (
            "--data pairs --lists 3",
            "lists is 3, allowed from 1, divisors of 4",
        ),
        (
            "--data sequence --length 3",
            "burn_in is 4, allowed multiples of 3",
        ),
        (
            "--data random --context 0.5",
            "--context is for --data drift or pairs",
        ),
        (
            "--data correlated --b 2 --categories 2 --power -1",
            "power is -1, allowed 0 to 10",
        ),
    ] {
        place.refused(&format!("memory run {flags} {size} --out no"), &[needle]);
    }
}
