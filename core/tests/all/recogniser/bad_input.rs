//! What is refused, with what is allowed, and that nothing changes then.

use slotless_core::recogniser::{
    Code, Grow, GrowParams, Means, MeansParams, RecogniserError, Replacement, Ring, RingParams,
};

#[test]
fn every_size_out_of_range_is_named_with_what_is_allowed() {
    let grow = |d, items| GrowParams::new(d, items).map(drop);
    let within = |d, words| GrowParams::within(d, words).map(drop);
    let means = |d, labels, window| MeansParams::new(d, labels, window).map(drop);
    let ring = |d, items, bits| {
        let code = Code::Thermometer { bits };
        RingParams::new(d, items, code, Replacement::Fifo).map(drop)
    };
    let least = RingParams::within(8, 5, Code::Nibbles, Replacement::Fifo).map(drop);
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
        (
            GrowParams::new(1, 1).unwrap().fading(16).map(drop),
            "fading is 16 points, allowed 0..=15",
        ),
        (means(0, 1, 1), "d is 0, allowed 1..=1024"),
        (means(1, 0, 1), "labels are 0, allowed 1..=16"),
        (means(1, 17, 1), "labels are 17, allowed 1..=16"),
        (means(1, 1, 0), "window is 0, allowed 1..=256"),
        (means(1, 1, 257), "window is 257, allowed 1..=256"),
        (ring(1025, 1, 1), "d is 1025, allowed 1..=1024"),
        (ring(1, 0, 1), "items are 0, allowed 1..=65535"),
        (ring(1, 1, 0), "bits of a feature are 0, allowed 1..=16"),
        (ring(1, 1, 17), "bits of a feature are 17, allowed 1..=16"),
        (least, "words are 5, needed at least 6 (one item)"),
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

#[test]
fn so_it_is_with_rings_and_means() {
    let params = RingParams::new(2, 3, Code::Nibbles, Replacement::Fifo).unwrap();
    assert!(Ring::open(params, [0; 7]).is_err());
    let mut ring = Ring::new(params, [0; 8]).unwrap();
    ring.learn(&[1, 2], 0).unwrap();
    let before = ring.words().to_vec();
    assert!(ring.learn(&[1], 0).is_err() && ring.learn(&[1, 2], 16).is_err());
    assert!(ring.recognise(&[1, 2, 3]).is_err());
    assert_eq!(ring.into_words().as_slice(), before);
    let params = MeansParams::new(2, 3, 9).unwrap();
    assert!(Means::open(params, [0; 7]).is_err());
    let mut means = Means::new(params, [0; 6]).unwrap();
    means.learn(&[1, 2], 2).unwrap();
    let before = means.words().to_vec();
    let error = means.learn(&[1, 2], 3).unwrap_err();
    assert_eq!(error.to_string(), "label is 3, allowed 0..=2");
    assert!(means.learn(&[1], 0).is_err() && means.recognise(&[]).is_err());
    assert_eq!(means.into_words().as_slice(), before);
}
