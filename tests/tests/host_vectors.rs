//! The golden digests from the host's layout of the network: the fixed run of the core's self-test, on other code.

use slotless_core::bits;
use slotless_core::kwinner::Assignment;
use slotless_core::rng::{self, Purpose};
use slotless_core::selftest::{self, Digest};
use slotless_core::weight::{Rounding, U1, U4, U8, U16};
use slotless_kernels::cpu::{AnyParams, Isa, Layout, Network};
use slotless_tests::vectors;

/// A pattern of the fixed run of the self-test, or a cue of half its ones, written out again from its description.
fn pattern_and_cue(number: u32) -> (Vec<u32>, Vec<u32>) {
    let stream = |which| rng::stream(1, Purpose(256), which, number);
    let (mut pattern, mut cue) = (vec![0; 7], vec![0; 7]);
    bits::sample(200, 20, &mut stream(0), &mut pattern).unwrap();
    bits::cue(&pattern, 10, &mut stream(1), &mut cue).unwrap();
    (pattern, cue)
}

/// The fixed run of the self-test on the host's network: the digest of the vectors.
fn host_digest(params: AnyParams, isa: Isa, layout: Option<Layout>) -> u64 {
    let mut network = Network::with(params, isa, layout);
    let mut digest = Digest::new();
    for number in 0..selftest::PATTERNS {
        digest.word(network.learn(&pattern_and_cue(number).0).unwrap() as u32);
    }
    let mut recalled = vec![0; 7];
    for number in (selftest::PATTERNS - selftest::RECALLS..selftest::PATTERNS).rev() {
        let score = network.recall(&pattern_and_cue(number).1, 20, &mut recalled);
        network.winners().iter().for_each(|&unit| digest.word(unit));
        recalled.iter().for_each(|&word| digest.word(word));
        digest.word(score as u32);
    }
    network.export().iter().for_each(|&word| digest.word(word));
    digest.value()
}

#[test]
fn the_host_gives_the_golden_digests() {
    use Assignment::{Competitive, RandomK};
    use Rounding::{Nearest, Stochastic};
    macro_rules! params {
        ($width:ident, $rounding:expr, $assignment:expr) => {
            AnyParams::$width(selftest::params::<$width>($rounding, $assignment).unwrap())
        };
    }
    let vectors = vectors::kwinner();
    for (name, params) in [
        ("u8-nearest", params!(U8, Nearest, Competitive)),
        ("u8-stochastic", params!(U8, Stochastic, Competitive)),
        ("u16-nearest", params!(U16, Nearest, Competitive)),
        ("u4-stochastic", params!(U4, Stochastic, Competitive)),
        ("u1-stochastic", params!(U1, Stochastic, Competitive)),
        ("u8-nearest-random-k", params!(U8, Nearest, RandomK)),
    ] {
        let expected = vectors.iter().find(|(vector, _)| vector == name).unwrap().1;
        for isa in Isa::available() {
            for layout in [None, Some(Layout::Lists), Some(Layout::Tiles)] {
                let found = host_digest(params, isa, layout);
                assert_eq!(
                    found, expected,
                    "{name}, {isa}, {layout:?}: {found:#018x}, expected {expected:#018x}"
                );
            }
        }
    }
}
