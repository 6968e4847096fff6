//! What is refused, with what is allowed, and that nothing changes then.

use slotless_core::recogniser::{Grow, GrowParams, RecogniserError};

#[test]
fn every_size_out_of_range_is_named_with_what_is_allowed() {
    let grow = |d, items| GrowParams::new(d, items).map(drop);
    let within = |d, words| GrowParams::within(d, words).map(drop);
    for (built, text) in [
        (grow(0, 1), "d is 0, allowed 1..=1024"),
        (grow(1025, 1), "d is 1025, allowed 1..=1024"),
        (grow(1, 0), "items are 0, allowed 1..=65535"),
        (grow(1, 65_536), "items are 65536, allowed 1..=65535"),
        (within(0, 1), "d is 0, allowed 1..=1024"),
        (
            within(64, 12),
            "words are 12, needed at least 13 (one item)",
        ),
    ] {
        assert_eq!(built.unwrap_err().to_string(), text);
    }
    assert!(grow(1024, 65_535).is_ok() && within(64, 13).is_ok());
}

#[test]
fn what_is_refused_leaves_the_state_as_it_was() {
    let params = GrowParams::new(5, 3).unwrap();
    let expected = params.words();
    let short = Grow::new(params, vec![0; expected - 1]).unwrap_err();
    assert_eq!(short, RecogniserError::Buffer { got: 7, expected });
    let mut grow = Grow::new(params, vec![0; expected]).unwrap();
    grow.learn(&[1, 2, 3, 4, 5], 1).unwrap();
    let before = grow.words().to_vec();
    for (refused, text) in [
        (
            grow.learn(&[0; 4], 1).map(drop),
            "sample of 4 features, expected 5 (d)",
        ),
        (
            grow.learn(&[0; 6], 1).map(drop),
            "sample of 6 features, expected 5 (d)",
        ),
        (
            grow.learn(&[0; 5], 16).map(drop),
            "label is 16, allowed 0..=15",
        ),
        (
            grow.recognise(&[]).map(drop),
            "sample of 0 features, expected 5 (d)",
        ),
    ] {
        assert_eq!(refused.unwrap_err().to_string(), text);
    }
    assert_eq!(grow.words(), before);
}
