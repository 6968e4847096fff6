//! The golden vectors, from the core: those that the file records, in its order.

use slotless_core::hetero::{Allocation, NetworkError as HeteroError};
use slotless_core::hopfield::classical::{NetworkError as ClassicalError, Width as ClassicalWidth};
use slotless_core::kwinner::NetworkError;
use slotless_core::selftest::{
    self, attractor, classical, encode, hetero, long, modern, recency, recogniser, ring, words,
};
use slotless_core::weight::{U8, U16, Width};
use slotless_tests::vectors;

#[test]
fn the_core_gives_the_recorded_vectors() {
    let recorded = vectors::kwinner();
    // 16-bit weights take the most room.
    let params = selftest::params::<U16>(Default::default(), Default::default()).unwrap();
    assert_eq!(U16::BITS, 16);
    let mut words = vec![0; params.words()];
    let mut scratch = vec![0; params.scratch_words()];
    let mut found = Vec::new();
    selftest::vectors(&mut words, &mut scratch, |name, value| {
        assert!(found.iter().all(|(other, _)| other != name), "{name} twice");
        found.push((name.to_owned(), value));
    })
    .unwrap();
    assert!(found.len() >= 20, "{} vectors", found.len());
    assert_eq!(found, recorded);
}

#[test]
fn the_long_run_gives_the_recorded_digests() {
    let params = long::params::<U16>(Default::default()).unwrap();
    let mut words = vec![0; params.words()];
    let mut scratch = vec![0; params.scratch_words()];
    let mut found = Vec::new();
    long::vectors(&mut words, &mut scratch, |name, value| {
        found.push((name.to_owned(), value));
    })
    .unwrap();
    assert_eq!(found.len(), 4);
    assert_eq!(found, vectors::kwinner_500());
    let (got, expected) = (0, long::params::<U8>(Default::default()).unwrap().words());
    let short = long::vectors(&mut [], &mut scratch, |_, _| {});
    assert_eq!(short, Err(NetworkError::Buffer { got, expected }));
}

#[test]
fn real_numbers_and_fast_weights_give_the_recorded_vectors() {
    let params = hetero::builder::<f32>(3, Allocation::Item).build().unwrap();
    let mut words = vec![0; params.words()];
    let mut scratch = vec![0; params.scratch_words()];
    let mut found = Vec::new();
    hetero::vectors(&mut words, &mut scratch, |name, value| {
        assert!(found.iter().all(|(other, _)| other != name), "{name} twice");
        found.push((name.to_owned(), value));
    })
    .unwrap();
    assert_eq!(found.len(), 12);
    assert_eq!(found, vectors::hetero());
    let by_key = hetero::builder::<f32>(1, Allocation::Key).build().unwrap();
    let (got, expected) = (0, by_key.words());
    let short = hetero::vectors(&mut [], &mut scratch, |_, _| {});
    assert_eq!(short, Err(HeteroError::Buffer { got, expected }));
}

#[test]
fn the_classical_network_gives_the_recorded_digests() {
    let params = classical::params(ClassicalWidth::I32).unwrap();
    let mut words = vec![0; params.words()];
    let mut scratch = vec![0; params.scratch_words()];
    let mut found = Vec::new();
    classical::vectors(&mut words, &mut scratch, |name, value| {
        found.push((name.to_owned(), value));
    })
    .unwrap();
    assert_eq!(found.len(), 3);
    assert_eq!(found, vectors::classical());
    let narrow = classical::params(ClassicalWidth::I8).unwrap();
    let (got, expected) = (0, narrow.words());
    let short = classical::vectors(&mut [], &mut scratch, |_, _| {});
    assert_eq!(short, Err(ClassicalError::Buffer { got, expected }));
}

#[test]
fn modern_networks_and_dense_memories_give_the_recorded_digests() {
    let mut found = Vec::new();
    modern::vectors(|name, value| found.push((name.to_owned(), value)));
    assert_eq!(found.len(), 6);
    assert_eq!(found, vectors::modern());
}

#[test]
fn attractor_memories_give_the_recorded_digests() {
    let mut found = Vec::new();
    attractor::vectors(|name, value| {
        assert!(found.iter().all(|(other, _)| other != name), "{name} twice");
        found.push((name.to_owned(), value));
    });
    assert_eq!(found.len(), 24);
    assert_eq!(found, vectors::attractor());
}

#[test]
fn recency_levels_give_the_recorded_digests() {
    let mut found = Vec::new();
    recency::vectors(|name, value| {
        assert!(found.iter().all(|(other, _)| other != name), "{name} twice");
        found.push((name.to_owned(), value));
    });
    assert_eq!(found.len(), 9);
    assert_eq!(found, vectors::recency());
}

#[test]
fn slots_give_the_recorded_digests() {
    let mut found = Vec::new();
    ring::vectors(|name, value| {
        assert!(found.iter().all(|(other, _)| other != name), "{name} twice");
        found.push((name.to_owned(), value));
    });
    assert_eq!(found.len(), 7);
    assert_eq!(found, vectors::ring());
}

#[test]
fn encoders_give_the_recorded_digests() {
    let mut found = Vec::new();
    encode::vectors(|name, value| {
        assert!(found.iter().all(|(other, _)| other != name), "{name} twice");
        found.push((name.to_owned(), value));
    });
    assert_eq!(found.len(), 8);
    assert_eq!(found, vectors::encode());
}

#[test]
fn recognisers_give_the_recorded_digests() {
    let mut found = Vec::new();
    recogniser::vectors(|name, value| {
        assert!(found.iter().all(|(other, _)| other != name), "{name} twice");
        found.push((name.to_owned(), value));
    });
    assert_eq!(found.len(), 11);
    assert_eq!(found, vectors::recogniser());
}

#[test]
fn words_give_the_recorded_digests() {
    let mut found = Vec::new();
    words::vectors(|name, value| {
        assert!(found.iter().all(|(other, _)| other != name), "{name} twice");
        found.push((name.to_owned(), value));
    });
    assert_eq!(found.len(), 9);
    assert_eq!(found, vectors::words());
}
