//! The encoder as a library, over a small model of random weights.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;
use slotless_recall::encoder::{Empty, Encoder, EncoderError};
use slotless_recall::vectors::Vectors;

use super::tiny::{self, HIDDEN, POSITIONS, Tiny};

/// 200 texts, the same length several times, in no order of length.
fn texts() -> Vec<String> {
    tiny::words(200)
        .iter()
        .map(|words| tiny::text(words))
        .collect()
}

fn bits(vectors: &Vectors) -> Vec<u32> {
    vectors
        .values()
        .iter()
        .map(|value| value.to_bits())
        .collect()
}

#[test]
fn agrees_with_a_naive_model() {
    let (_place, encoder) = tiny::opened();
    let encoder = encoder.with_empty(Empty::Encode);
    assert_eq!((encoder.dim(), encoder.max_tokens()), (HIDDEN, POSITIONS));
    let vectors = encoder.encode(&texts()).unwrap();
    let model = Tiny::new();
    let mut worst = 0.0f64;
    for (words, row) in tiny::words(200).iter().zip(vectors.rows()) {
        for (found, expected) in row.iter().zip(model.naive(&tiny::tokens(words))) {
            worst = worst.max((f64::from(*found) - expected).abs());
        }
    }
    println!("largest difference from the naive model {worst:e}");
    assert!(worst < 2e-6, "{worst}");
}

/// Alone, in another order, among other texts.
#[test]
fn a_vector_depends_on_its_text_alone() {
    let (_place, encoder) = tiny::opened();
    let encoder = encoder.with_empty(Empty::Encode);
    let texts = texts();
    let expected = encoder.encode(&texts).unwrap();
    let turned: Vec<&String> = texts.iter().rev().collect();
    let found = encoder.encode(&turned).unwrap();
    for (found, expected) in found.rows().rev().zip(expected.rows()) {
        assert_eq!(found, expected);
    }
    for (text, expected) in texts.iter().zip(expected.rows()) {
        assert_eq!(encoder.encode(&[text]).unwrap().row(0), expected, "{text}");
    }
}

#[test]
fn threads_change_nothing() {
    let (_place, encoder) = tiny::opened();
    let encoder = encoder.with_empty(Empty::Encode);
    let texts = texts();
    let expected = encoder.encode(&texts).unwrap();
    for threads in [1, 2, 3, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        let found = pool.build().unwrap().install(|| encoder.encode(&texts));
        assert_eq!(bits(&found.unwrap()), bits(&expected), "{threads} threads");
    }
}

/// What the tokenizer's file says of padding and truncation is not heeded.
#[test]
fn nothing_is_padded_and_texts_are_cut_where_the_model_says() {
    let (place, encoder) = tiny::opened();
    let mut plain = tiny::tokenizer();
    plain["truncation"] = json!(null);
    plain["padding"] = json!(null);
    Tiny::new().write(&place, "plain");
    place.write("plain/tokenizer.json", plain.to_string());
    let unpadded = Encoder::open(&place.path("plain")).unwrap();
    let long: Vec<usize> = (0..40).collect();
    let lines = [&long[..], &long[..22], &long[..5], &long[..6], &long[..23]];
    let lines = lines.map(tiny::text);
    let encode = |encoder: &Encoder| {
        let never = AtomicBool::new(false);
        encoder.encode_watched(&lines, &never, &|_| ()).unwrap()
    };
    let expected = encode(&unpadded);
    assert_eq!(encode(&encoder), expected);
    // 24 positions: 22 words between two marks.
    assert_eq!(expected.cut, [0, 4]);
    let row = |row| expected.vectors.row(row);
    assert_eq!((row(0), row(4)), (row(1), row(1)));
    assert_ne!(row(2), row(3));

    // The file that says where to cut; it cannot ask for more positions than there are.
    for (most, cut, seen) in [(8, vec![0, 1, 4], 6), (1000, vec![0, 4], 22)] {
        let limits = json!({"max_seq_length": most, "do_lower_case": false});
        place.write("tiny/sentence_bert_config.json", limits.to_string());
        let encoder = Encoder::open(&place.path("tiny")).unwrap();
        assert_eq!(encoder.max_tokens(), seen + 2);
        let found = encode(&encoder);
        assert_eq!(found.cut, cut);
        let expected = unpadded.encode(&[tiny::text(&long[..seen])]).unwrap();
        assert_eq!(found.vectors.row(0), expected.row(0));
    }
}

#[test]
fn empty_texts_are_refused_unless_they_are_wanted() {
    let (_place, encoder) = tiny::opened();
    let none: [&str; 0] = [];
    let error = encoder.encode(&none).unwrap_err();
    assert!(matches!(error, EncoderError::NoText), "{error}");
    let texts = ["w1", "w2", " \t\u{a0}", ""];
    let error = encoder.encode(&texts).unwrap_err();
    assert_eq!(error.to_string(), "line 3 is empty, expected a text");
    let encoder = encoder.with_empty(Empty::Encode);
    let vectors = encoder.encode(&texts).unwrap();
    assert_eq!(vectors.row(2), vectors.row(3));
    assert_ne!(vectors.row(1), vectors.row(2));
}

#[test]
fn it_can_be_watched_and_stopped() {
    let (_place, encoder) = tiny::opened();
    let encoder = encoder.with_empty(Empty::Encode);
    let texts = texts();
    let (stop, done) = (AtomicBool::new(false), AtomicUsize::new(0));
    let count = |more| {
        done.fetch_add(more, Ordering::Relaxed);
    };
    encoder.encode_watched(&texts, &stop, &count).unwrap();
    assert_eq!(done.load(Ordering::Relaxed), texts.len());

    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    done.store(0, Ordering::Relaxed);
    let count = |more| {
        done.fetch_add(more, Ordering::Relaxed);
        stop.store(true, Ordering::Relaxed);
    };
    let error = pool.install(|| encoder.encode_watched(&texts, &stop, &count));
    assert!(matches!(error, Err(EncoderError::Stopped)));
    assert!((1..texts.len()).contains(&done.load(Ordering::Relaxed)));
}
