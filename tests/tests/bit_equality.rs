//! The host's network equals the core's bit for bit at the paper's sizes: 200 patterns, winners, recalls, scores, state.

use slotless::backend::cpu::{AnyParams, Network};
use slotless::patterns::random;
use slotless_core::bits;
use slotless_core::kwinner::{KWinner, Params};
use slotless_core::rng::{Purpose, stream};
use slotless_core::weight::{Rounding, U4, U8, U16, Width};

const PATTERNS: usize = 200;

fn same<W: Width>(params: Params<W>, any: AnyParams) {
    let mut core = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut host = Network::new(any);
    assert_eq!(host.export(), core.words());
    let data = random(
        5,
        Purpose(400),
        0,
        params.visible(),
        params.active(),
        PATTERNS,
    );
    for pattern in data.iter() {
        assert_eq!(
            host.learn(pattern),
            core.learn(pattern, &mut scratch).unwrap().score()
        );
    }
    assert_eq!(host.export(), core.words());
    let (mut cue, mut recalled) = (
        vec![0; params.pattern_words()],
        vec![0; params.pattern_words()],
    );
    for (number, pattern) in (0..).zip(data.iter()) {
        bits::cue(
            pattern,
            params.active() / 2,
            &mut stream(5, Purpose(401), 0, number),
            &mut cue,
        )
        .unwrap();
        let expected = core.recall(&cue, &mut scratch).unwrap();
        let score = host.recall(&cue, params.active(), &mut recalled);
        assert_eq!(host.winners(), expected.winners);
        assert_eq!(
            (score, recalled.as_slice()),
            (expected.matched.score(), expected.pattern)
        );
    }
}

macro_rules! sizes {
    ($width:ident, $rounding:expr) => {
        for (hidden, fan_in, winners, rate) in [
            (2000, 50, 50, 19_661),
            (1000, 100, 50, 19_661),
            (100, 1000, 1, 65_536),
        ] {
            let params = Params::<$width>::builder(1000, hidden)
                .fan_in(fan_in)
                .winners(winners)
                .active(100)
                .rate(rate)
                .rounding($rounding)
                .seed(9)
                .build()
                .unwrap();
            same(params, AnyParams::$width(params));
        }
    };
}

#[test]
fn sixteen_bits_nearest() {
    sizes!(U16, Rounding::Nearest);
}

#[test]
fn eight_bits_nearest() {
    sizes!(U8, Rounding::Nearest);
}

#[test]
fn eight_bits_stochastic() {
    sizes!(U8, Rounding::Stochastic);
}

#[test]
fn four_bits_stochastic() {
    sizes!(U4, Rounding::Stochastic);
}
