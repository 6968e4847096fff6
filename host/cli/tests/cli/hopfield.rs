//! `slotless hopfield recall`: pictures in, pictures recalled.

use ndarray::{Array2, Array3};
use ndarray_npy::write_npy;

use super::common::{Draws, Place};

const FILES: [&str; 5] = [
    "manifest.json",
    "recall.csv",
    "recall.npz",
    "strip.png",
    "strip.svg",
];

fn arrays(place: &Place, name: &str) -> Array3<f32> {
    place.npz("out/recall.npz").by_name(name).unwrap()
}

/// What the report and the table say, against the arrays.
#[test]
fn the_modern_network_recalls_ten_digits_from_half_of_them() {
    let place = Place::new();
    let ran = place.ok("hopfield recall --out out");
    assert_eq!(place.names("out"), FILES);
    assert!(ran.out.contains("10 of 10 came back"), "{}", ran.out);
    assert!(ran.out.contains("out/strip.png"), "{}", ran.out);
    let [originals, cues, recalled] =
        ["originals", "cues", "recalled"].map(|name| arrays(&place, name));
    assert_eq!(originals.dim(), (10, 8, 8));
    let rows = place.table("out/recall.csv");
    assert_eq!(rows.len(), 10);
    for (number, row) in rows.iter().enumerate() {
        assert_eq!(row["name"], format!("digit {number}"));
        assert_eq!(
            (row["verdict"].as_str(), row["network"].as_str()),
            ("right", "modern")
        );
        assert_eq!(row["nearest_memory"], number.to_string());
        let picture = |of: &Array3<f32>| -> Vec<f64> {
            let of = of.index_axis(ndarray::Axis(0), number);
            of.iter().map(|&value| value.into()).collect()
        };
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let [stored, cue, found] = [&originals, &cues, &recalled].map(picture);
        // The lower half is erased, the upper is not.
        assert_eq!(cue[..32], stored[..32]);
        assert!(cue[32..].iter().all(|&value| value == 0.0));
        let cosine = |a: &[f64], b: &[f64]| dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
        for (column, other) in [("overlap_before", &cue), ("overlap_after", &found)] {
            let said: f64 = row[column].parse().unwrap();
            assert!(
                (said - cosine(&stored, other)).abs() < 1e-6,
                "{number}, {column}"
            );
        }
        assert!(
            stored.iter().zip(&found).all(|(a, b)| (a - b).abs() < 0.05),
            "{number}"
        );
        let energy = |column: &str| row[column].parse::<f64>().unwrap();
        assert!(energy("energy_after") < energy("energy_before"));
    }
    let svg = String::from_utf8(place.read("out/strip.svg")).unwrap();
    for text in ["A modern Hopfield network", "9: digit 9", "right", "energy"] {
        assert!(svg.contains(text), "{text}");
    }
    let manifest = place.manifest("out");
    assert_eq!(
        (manifest.figure.as_str(), manifest.seed),
        ("hopfield-recall", 1)
    );
    assert_eq!(
        manifest.listed::<slotless::images::recall::Spec>().unwrap()[0].memories,
        10
    );
    assert_eq!(manifest.files.len(), 4);
}

/// The energy that the table has is that of the Hebbian weights, which are made here anew.
#[test]
fn the_classical_network_recalls_a_few_and_its_energies_are_hebbs() {
    let place = Place::new();
    let flags = "--network classical --memories 3 --corrupt noise:0.1 --out out";
    let ran = place.ok(&format!("hopfield recall {flags}"));
    assert!(ran.out.contains("3 of 3 came back"), "{}", ran.out);
    let signs = |name: &str| arrays(&place, name).mapv(|value| value as i64);
    let rows_of = |of: Array3<i64>| of.into_shape_with_order((3, 64)).unwrap();
    let [originals, cues, recalled] =
        ["originals", "cues", "recalled"].map(|name| rows_of(signs(name)));
    assert!(originals.iter().all(|value| value.abs() == 1));
    let energy = |state: ndarray::ArrayView1<'_, i64>| {
        // -1/2 sum over i and j != i of sum_k s_i xi_i xi_j s_j
        let overlaps = originals
            .outer_iter()
            .map(|memory| memory.dot(&state).pow(2) - 64);
        -overlaps.sum::<i64>() / 2
    };
    let energies: Array2<f64> = place.array("out/recall.npz", "energies");
    for number in 0..3 {
        let ends = [cues.row(number), recalled.row(number)].map(energy);
        assert_eq!(
            energies.row(number).to_vec(),
            ends.map(|energy| energy as f64)
        );
        let path: Array2<f64> = place.array("out/recall.npz", &format!("path_{number}"));
        assert_eq!(
            (path[[0, 1]], path[[path.nrows() - 1, 1]]),
            (ends[0] as f64, ends[1] as f64)
        );
        for rows in path.outer_iter().collect::<Vec<_>>().windows(2) {
            assert!(
                rows[1][0] >= rows[0][0] && rows[1][1] <= rows[0][1],
                "{path}"
            );
        }
    }
}

#[test]
fn too_many_digits_are_too_many_for_hebb_and_not_for_a_higher_power() {
    let place = Place::new();
    let came_back = |flags: &str| {
        let out = place
            .ok(&format!("hopfield recall --show 1 --out out {flags}"))
            .out;
        let line = out.lines().find(|line| line.contains("came back")).unwrap();
        line.split_whitespace()
            .next()
            .unwrap()
            .parse::<u32>()
            .unwrap()
    };
    let classical = came_back("--network classical --corrupt noise:0.1");
    assert!(classical <= 2, "{classical}");
    let verdicts = place.table("out/recall.csv");
    assert!(verdicts.iter().any(|row| row["verdict"] == "mixture"));
    // The square is Hebb's rule but for a constant.
    let square = came_back("--network dense --degree 2 --corrupt noise:0.1");
    assert!(square <= 2, "{square}");
    let dense = came_back("--network dense --corrupt noise:0.1");
    assert!(dense >= 8, "{dense}");
    // With so small a beta every picture comes to the mean of all.
    assert_eq!(came_back("--beta 0.01"), 0);
    let rows = place.table("out/recall.csv");
    assert!(
        rows.iter()
            .all(|row| row["recalled"] == "mean of about 10.0 memories"),
        "{rows:?}"
    );
}

/// As many ones as were stored, whatever the cue; random winners of a network without wiring take the nearest memory.
#[test]
fn the_k_winner_network_recalls_patterns_of_as_many_ones() {
    let place = Place::new();
    let flags = "--network kwinner --threshold ones:20 --memories 5 --show 1 --out out";
    place.ok(&format!("hopfield recall {flags}"));
    let recalled = arrays(&place, "recalled");
    assert_eq!(recalled.dim(), (5, 8, 8));
    for picture in recalled.outer_iter() {
        assert_eq!(picture.iter().filter(|&&value| value == 1.0).count(), 20);
        assert_eq!(picture.iter().filter(|&&value| value == -1.0).count(), 44);
    }
    let rows = place.table("out/recall.csv");
    assert!(
        rows.iter()
            .all(|row| row["energy_before"].is_empty() && row["steps"] == "1")
    );
}

#[test]
fn the_same_again_and_on_any_number_of_threads() {
    let place = Place::new();
    for flags in [
        "--corrupt noise:0.4 --memories 60 --show 2",
        "--network dense --corrupt noise:0.2 --memories 20 --show 2 --order random",
    ] {
        place.ok(&format!("hopfield recall {flags} --threads 1 --out one"));
        place.ok(&format!("hopfield recall {flags} --threads 3 --out three"));
        for file in &FILES[1..] {
            let same = place.read(&format!("one/{file}")) == place.read(&format!("three/{file}"));
            assert!(same, "{flags}: {file}");
        }
        place.ok(&format!("hopfield recall {flags} --seed 2 --out other"));
        assert!(place.read("one/recall.csv") != place.read("other/recall.csv"));
    }
}

/// Pictures of one's own: an array and a folder of the same pictures are the same.
#[test]
fn arrays_and_folders_of_pictures() {
    let place = Place::new();
    let mut draws = Draws(3);
    let values: Vec<u8> = (0..3 * 6 * 10)
        .map(|at| {
            if at < 2 {
                255 * at as u8
            } else {
                draws.below(256) as u8
            }
        })
        .collect();
    std::fs::create_dir(place.path("photos")).unwrap();
    for (number, pixels) in values.chunks(60).enumerate() {
        let file = std::fs::File::create(place.path(&format!("photos/{number}.png"))).unwrap();
        let mut encoder = png::Encoder::new(file, 10, 6);
        encoder.set_color(png::ColorType::Grayscale);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(pixels).unwrap();
    }
    let array = Array3::from_shape_vec((3, 6, 10), values).unwrap();
    write_npy(place.path("photos.npy"), &array).unwrap();
    let flags = "--corrupt mask:2,1,5,3 --network classical --threshold 0.5";
    for (images, out) in [("photos", "out"), ("photos.npy", "npy")] {
        let ran = place.ok(&format!(
            "hopfield recall --images {images} {flags} --out {out}"
        ));
        assert!(
            ran.out.contains("N = 60 units, K = 3 memories"),
            "{}",
            ran.out
        );
    }
    for file in &FILES[1..] {
        assert!(
            place.read(&format!("out/{file}")) == place.read(&format!("npy/{file}")),
            "{file}"
        );
    }
    let cues = arrays(&place, "cues");
    assert_eq!(cues.dim(), (3, 6, 10));
    for ((_, row, column), &value) in cues.indexed_iter() {
        if (1..4).contains(&row) && (2..7).contains(&column) {
            assert_eq!(value, -1.0);
        }
    }
}

#[test]
fn bad_input_is_one_line() {
    let place = Place::new();
    std::fs::create_dir(place.path("empty")).unwrap();
    place.write("notes.txt", "no picture");
    let mut array = Array3::<f64>::zeros((2, 3, 4));
    array[[1, 0, 2]] = f64::NAN;
    write_npy(place.path("nan.npy"), &array).unwrap();
    array[[1, 0, 2]] = 1.0;
    write_npy(place.path("dark.npy"), &array).unwrap();
    write_npy(place.path("rows.npy"), &Array2::<u8>::eye(7)).unwrap();
    for (flags, needles) in [
        ("--images missing", vec!["pictures missing", "No such file"]),
        ("--images empty", vec!["pictures empty", "no .png in it"]),
        (
            "--images notes.txt",
            vec![
                "notes.txt",
                "expected a folder of PNGs, a .npy or .npz array",
            ],
        ),
        (
            "--images nan.npy",
            vec!["picture 1 has NaN at row 1, column 3", "allowed finite"],
        ),
        ("--images rows.npy", vec!["7 cells are no square pictures"]),
        (
            "--images dark.npy --network classical",
            vec!["no pixel of 0 lies above it"],
        ),
        ("--memories 0", vec!["memories is 0", "allowed 1 to 1797"]),
        (
            "--memories 1798",
            vec!["memories is 1798", "allowed 1 to 1797"],
        ),
        (
            "--corrupt third",
            vec!["corruption is \"third\"", "allowed half"],
        ),
        ("--corrupt noise:2", vec!["noise is \"2\"", "from 0 to 1"]),
        (
            "--corrupt mask:0,0,9,1",
            vec!["mask:0,0,9,1 reaches beyond pictures of 8 x 8"],
        ),
        ("--network quantum", vec!["quantum", "classical", "modern"]),
        ("--beta 0", vec!["beta is 0", "above 0"]),
        (
            "--beta 1e-300",
            vec!["1e-300", "allowed 1e-45 to 3.4028235e38"],
        ),
        (
            "--beta 1e300",
            vec!["1e300", "allowed 1e-45 to 3.4028235e38"],
        ),
        ("--beta -1", vec!["beta is -1", "above 0"]),
        ("--beta nan", vec!["beta is NaN", "above 0"]),
        ("--beta inf", vec!["beta is inf", "above 0"]),
        ("--steps 0", vec!["steps is 0", "from 1"]),
        (
            "--network classical --steps 0",
            vec!["steps is 0", "from 1"],
        ),
        (
            "--network classical --beta 2",
            vec!["--beta is for --network modern, not classical"],
        ),
        (
            "--degree 3",
            vec!["--degree is for --network dense, not modern"],
        ),
        ("--network dense --degree 0", vec!["degree n is 0"]),
        (
            "--network dense --degree 21",
            vec!["degree 21", "below 2^125"],
        ),
        (
            "--network classical --tolerance 32",
            vec!["tolerance is 32", "up to 31"],
        ),
        (
            "--network classical --threshold 2",
            vec!["threshold is \"2\"", "allowed mean"],
        ),
        (
            "--network classical --threshold ones:36",
            vec!["ones:36", "digit 0 has only 35"],
        ),
        (
            "--network kwinner --threshold mean",
            vec!["threshold is mean", "ones:N"],
        ),
        ("--network kwinner --f 0", vec!["f is 0", "above 0 to 1"]),
        (
            "--network kwinner --f 1.5",
            vec!["f is 1.5", "above 0 to 1"],
        ),
        (
            "--network kwinner --n-h 9000000",
            vec!["n_h is 9000000", "of 8 x 8"],
        ),
        (
            "--network kwinner --eps 0",
            vec!["eps is 0", "above 0 to 1"],
        ),
        ("--network kwinner --k 4001", vec!["k is 4001"]),
        ("--show 0", vec!["show is 0", "allowed 1 to 24"]),
        ("--show 25", vec!["show is 25", "allowed 1 to 24"]),
    ] {
        place.refused(&format!("hopfield recall --out out {flags}"), &needles);
    }
}

/// Where the pictures are, a strip would be one of them the next time, or take one's place.
#[test]
fn pictures_are_not_written_among_pictures() {
    let place = Place::new();
    place.ok("hopfield recall --memories 2 --out first");
    std::fs::create_dir(place.path("pictures")).unwrap();
    std::fs::copy(
        place.path("first/strip.png"),
        place.path("pictures/strip.png"),
    )
    .unwrap();
    for out in ["pictures", "./pictures", "first/../pictures"] {
        place.refused(
            &format!("hopfield recall --images pictures --out {out}"),
            &["where the pictures are"],
        );
    }
}
