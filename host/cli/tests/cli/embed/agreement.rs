//! all-MiniLM-L6-v2 against vectors that another program has made with it; the folder is in SLOTLESS_MODEL.

use std::path::{Path, PathBuf};

use slotless_recall::encoder::{Empty, Encoder};
use slotless_recall::vectors::Vectors;

use super::super::common::Place;

const SENTENCES: &str = include_str!("../../data/minilm/sentences.txt");

/// The real model, or one line that says why the test ends here.
fn model(test: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("SLOTLESS_MODEL").filter(|folder| !folder.is_empty());
    if folder.is_none() {
        println!(
            "SKIPPED {test}: SLOTLESS_MODEL names no model (scripts/fetch-minilm.sh fetches it)"
        );
    }
    folder.map(PathBuf::from)
}

fn reference() -> Vectors {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/minilm");
    Vectors::read(&folder.join("vectors.npy")).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        let products = a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b));
        products.sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn vectors_agree_with_the_reference() {
    let Some(model) = model("agreement with the reference") else {
        return;
    };
    let place = Place::new();
    place.write("sentences.txt", SENTENCES);
    let model = model.to_str().unwrap();
    let mut arguments = vec!["embed", "sentences.txt", "--model", model, "--out", "v.npy"];
    // Line 15 is empty.
    place.refused_with(&arguments, &["line 15 is empty"]);
    arguments.extend(["--empty", "encode"]);
    let ran = place.run_with(&arguments);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let (found, expected) = (Vectors::read(&place.path("v.npy")).unwrap(), reference());
    assert_eq!((found.len(), found.dim()), (16, 384));
    let rows = found.rows().zip(expected.rows());
    let cosines: Vec<f64> = rows
        .map(|(found, expected)| cosine(found, expected))
        .collect();
    let worst = cosines.iter().copied().fold(1.0, f64::min);
    let values = found.values().iter().zip(expected.values());
    let difference = values.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    println!(
        "worst cosine 1 - {:e}, largest difference {difference:e}",
        1.0 - worst
    );
    for (number, cosine) in cosines.iter().enumerate() {
        assert!(*cosine >= 0.9999, "line {}: {cosine}", number + 1);
    }
}

/// As with the small model, whose matrices are too small for every path of the products.
#[test]
fn other_texts_and_threads_change_nothing() {
    let Some(model) = model("other texts and threads with the real model") else {
        return;
    };
    let encoder = Encoder::open(&model).unwrap().with_empty(Empty::Encode);
    let long = SENTENCES.replace('\n', " ").repeat(3);
    let halves = SENTENCES.lines().map(|line| {
        let middle = line.char_indices().nth(line.chars().count() / 2);
        &line[..middle.map_or(0, |(at, _)| at)]
    });
    // One that is cut, too.
    let texts: Vec<&str> = SENTENCES.lines().chain(halves).chain([&*long]).collect();
    let expected = encoder.encode(&texts).unwrap();
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let found = pool.build().unwrap().install(|| encoder.encode(&texts));
        assert!(found.unwrap() == expected, "{threads} threads");
    }
    for (text, expected) in texts.iter().zip(expected.rows()) {
        assert_eq!(encoder.encode(&[text]).unwrap().row(0), expected, "{text}");
    }
}
