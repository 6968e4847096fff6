//! `reproduce exp07`: small codes, the vectors that come with the program, and vectors of a folder.

use ndarray::{Array2, ArrayD};
use ndarray_npy::write_npy;
use slotless::paraphrase::{files, texts};

use super::common::Place;

/// Seconds: short codes, one background of twenty pairs.
const TINY: &str = "reproduce exp07 --units 128 --active 2 --pairs 0,20 --trials 1";

/// Columns of made vectors.
const DIM: usize = 24;

/// A folder of vectors that a hash of the text draws, for twenty background pairs.
fn vectors(place: &Place, folder: &str) {
    std::fs::create_dir_all(place.path(folder)).unwrap();
    for (name, texts) in files::all(20) {
        let number = |(row, column): (usize, usize)| {
            let text = texts[row].as_bytes();
            let seed = text.iter().fold(column as u64 + 1, |state, &byte| {
                (state ^ u64::from(byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            });
            ((seed >> 40) as f32) / (1 << 24) as f32 - 0.5
        };
        let array = Array2::from_shape_fn((texts.len(), DIM), number);
        write_npy(place.path(&format!("{folder}/{name}")), &array).unwrap();
    }
}

#[test]
fn the_programs_own_vectors_in_small() {
    let place = Place::new();
    let ran = place.ok(&format!("{TINY} --out out"));
    assert!(
        ran.out.starts_with("exp07: neither --model nor --vectors"),
        "{}",
        ran.out
    );
    assert!(
        ran.out
            .contains("paraphrase recall in %, synthetic background, codes of 2")
    );
    let names = [
        ".trials",
        "exp07.csv",
        "exp07.npz",
        "exp07.png",
        "exp07.svg",
        "exp07_similarity.csv",
        "manifest.json",
    ];
    assert_eq!(place.names("out"), names);
    // Threads change nothing, and kept trials are used.
    place.ok(&format!("{TINY} --threads 1 --out one"));
    for file in [
        "exp07.csv",
        "exp07.svg",
        "exp07.png",
        "exp07_similarity.csv",
    ] {
        assert!(
            place.read(&format!("out/{file}")) == place.read(&format!("one/{file}")),
            "{file}"
        );
    }
    assert_eq!(place.ok(&format!("{TINY} --out out")).err, "");
    let more = place.ok(&TINY.replace("--trials 1", "--trials 2 --out out"));
    assert!(more.err.contains(" kept from before"), "{}", more.err);
    let manifest = place.manifest("out");
    assert_eq!((manifest.figure.as_str(), manifest.trials), ("exp07", 2));
    // Codes of 2, of 8 and of 32.
    assert_eq!(
        manifest
            .listed::<slotless::paraphrase::Condition>()
            .unwrap()
            .len(),
        3
    );
    let identical = manifest
        .checks
        .iter()
        .filter(|check| check.name.contains("inhibition"));
    assert!(identical.clone().count() == 3 && identical.clone().all(|check| check.value >= 0.0));
    // The table is that of the raw data.
    let slug = manifest
        .listed::<slotless::paraphrase::Condition>()
        .unwrap()[0]
        .slug();
    let cues: ArrayD<u32> = place
        .npz("out/exp07.npz")
        .by_name(&format!("{slug}_cues"))
        .unwrap();
    let triples = texts::triples().len();
    let rows = place.table("out/exp07.csv");
    let own = rows
        .iter()
        .filter(|row| row["active"] == "2" && row["varied"] == "cue");
    let mut compared = 0;
    for row in own.filter(|row| row["measure"] == "right_among_all") {
        let size = usize::from(row["pairs"] == "20");
        let method = slotless::paraphrase::methods()
            .iter()
            .position(|method| method.name == row["method"]);
        let cue = slotless::paraphrase::CUES
            .iter()
            .position(|cue| *cue == row["value"]);
        let at = |trial| cues[[trial, size, method.unwrap(), cue.unwrap(), 2]];
        let mean = f64::from(at(0) + at(1)) / (2 * triples) as f64;
        assert!(
            (row["mean"].parse::<f64>().unwrap() - mean).abs() < 1e-12,
            "{row:?}"
        );
        compared += 1;
    }
    assert_eq!(compared, 2 * 28 * 4);
    let other = place.run(&format!("{TINY} --seed 2 --out out"));
    assert_eq!(other.code, Some(2), "{}", other.err);
}

#[test]
fn vectors_of_a_folder() {
    let place = Place::new();
    vectors(&place, "vectors");
    let one = format!("{TINY} --vectors vectors");
    let ran = place.ok(&format!("{one} --out out"));
    assert!(!ran.out.contains("neither"), "{}", ran.out);
    let manifest = place.manifest("out");
    let names: Vec<&str> = manifest
        .listed::<slotless::paraphrase::Condition>()
        .unwrap()
        .iter()
        .map(|one| one.background.name())
        .collect();
    assert_eq!(names, ["varied", "templated", "varied", "varied"]);
    // The same vectors elsewhere are the same run; others are not.
    vectors(&place, "moved");
    let moved = one.replace("--vectors vectors", "--vectors moved");
    assert_eq!(place.ok(&format!("{moved} --out out")).err, "");
    let path = place.path("moved/chains.npy");
    let mut chains: Array2<f32> = ndarray_npy::read_npy(&path).unwrap();
    chains[[3, 4]] += 0.25;
    write_npy(&path, &chains).unwrap();
    let other = place.run(&format!("{moved} --out out"));
    assert_eq!(other.code, Some(2), "{}", other.err);
    assert!(other.err.contains("holds trials of"), "{}", other.err);
}

#[test]
fn bad_input_is_one_line() {
    let place = Place::new();
    vectors(&place, "vectors");
    let with = |what: &str| format!("{TINY} {what} --out out");
    let refused = |needles: &[&str]| place.refused(&with("--vectors vectors"), needles);
    let change = |file: &str, array: &Array2<f32>| {
        write_npy(place.path(&format!("vectors/{file}")), array).unwrap();
    };
    let read = |file: &str| -> Array2<f32> {
        ndarray_npy::read_npy(place.path(&format!("vectors/{file}"))).unwrap()
    };
    // Another dimension, a number that is none, a row without direction, too few rows, a file that is not there.
    for (file, wrong, needles) in [
        (
            "varied-targets.npy",
            Array2::from_elem((20, DIM + 1), 0.5),
            ["varied-targets.npy", "expected 24"],
        ),
        (
            "chains.npy",
            Array2::from_elem((51, DIM), 0.5),
            ["chains.npy", "51 rows, expected 52"],
        ),
        (
            "templated-cues.npy",
            Array2::from_elem((19, DIM), 0.5),
            ["19 rows", "allowed from 20"],
        ),
        (
            "templated-targets.npy",
            Array2::from_elem((21, DIM), 0.5),
            ["21 rows", "as many as cues"],
        ),
        (
            "varied-cues.npy",
            Array2::zeros((20, DIM)),
            ["row 1", "all zeros"],
        ),
    ] {
        let good = read(file);
        change(file, &wrong);
        refused(&needles);
        change(file, &good);
    }
    let mut triples = read("triples.npy");
    triples[[4, 2]] = f32::NAN;
    change("triples.npy", &triples);
    refused(&["triples.npy", "row 5, column 3 is NaN"]);
    std::fs::remove_file(place.path("vectors/triples.npy")).unwrap();
    refused(&["triples.npy"]);
    place.refused(&with("--vectors nowhere"), &["nowhere"]);
    place.refused(
        "reproduce exp07 --pairs 20001 --out out",
        &["pairs is 20001", "up to 20000"],
    );
    place.refused("reproduce exp07 --pairs 5,4 --out out", &["ascending"]);
    place.refused(
        "reproduce exp07 --units 512 --active 513 --out out",
        &["active is 513, allowed 1 to 512"],
    );
    place.refused(&with("--vectors a --model b"), &["cannot be used with"]);
    place.refused(
        "reproduce fig4 --vectors vectors --out out",
        &["--vectors is for exp07"],
    );
    place.refused(
        "reproduce fig4 --pairs 3 --out out",
        &["--pairs is for exp07"],
    );
}
