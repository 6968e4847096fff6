//! The golden vectors, from the core: those that the file records, in its order.

use slotless_core::selftest;
use slotless_core::weight::{U16, Width};
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
