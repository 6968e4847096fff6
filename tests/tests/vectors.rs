//! The golden vectors, from the core and from the host's layout of the network.

use std::collections::BTreeMap;

use slotless_core::selftest;
use slotless_core::weight::{U16, Width};

/// `name = 0x...` lines; `#` starts a comment.
fn recorded() -> BTreeMap<String, u64> {
    include_str!("../vectors/kwinner.txt")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (name, value) = line.split_once('=').expect("name = value");
            let digits = value.trim().strip_prefix("0x").expect("hexadecimal");
            (
                name.trim().to_owned(),
                u64::from_str_radix(digits, 16).expect("hexadecimal"),
            )
        })
        .collect()
}

#[test]
fn the_core_gives_the_recorded_vectors() {
    let recorded = recorded();
    // 16-bit weights take the most room.
    let params = selftest::params::<U16>(Default::default(), Default::default()).unwrap();
    assert_eq!(U16::BITS, 16);
    let mut words = vec![0; params.words()];
    let mut scratch = vec![0; params.scratch_words()];
    let mut found = BTreeMap::new();
    selftest::vectors(&mut words, &mut scratch, |name, value| {
        assert!(
            found.insert(name.to_owned(), value).is_none(),
            "{name} twice"
        );
    })
    .unwrap();
    assert!(found.len() >= 20, "{} vectors", found.len());
    assert_eq!(found, recorded);
}
