//! The host's network equals the core's bit for bit at the paper's sizes, with every set of instructions that this machine
//! has and in every layout: 200 patterns, winners, recalls, scores, state.

use slotless::patterns::random;
use slotless_core::bits;
use slotless_core::kwinner::{KWinner, Params};
use slotless_core::rng::{Purpose, stream};
use slotless_core::weight::{Rounding, U1, U2, U4, U8, U16, Width};
use slotless_kernels::cpu::{AnyParams, Isa, Layout, Network};

const PATTERNS: usize = 200;

/// Core and host over one run: the core's answers first, then those of every set of instructions with every layout.
fn same<W: Width>(params: Params<W>, any: AnyParams) {
    let mut core = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let fresh = core.words().to_vec();
    let data = random(
        5,
        Purpose(400),
        0,
        params.visible(),
        params.active(),
        PATTERNS,
    );
    let mut scores = Vec::new();
    for pattern in data.iter() {
        scores.push(core.learn(pattern, &mut scratch).unwrap().score());
    }
    let mut cues = Vec::new();
    let mut recalls = Vec::new();
    for (number, pattern) in (0..).zip(data.iter()) {
        let mut cue = vec![0; params.pattern_words()];
        bits::cue(
            pattern,
            params.active() / 2,
            &mut stream(5, Purpose(401), 0, number),
            &mut cue,
        )
        .unwrap();
        let recalled = core.recall(&cue, &mut scratch).unwrap();
        recalls.push((
            recalled.winners.to_vec(),
            recalled.pattern.to_vec(),
            recalled.matched.score(),
        ));
        cues.extend(cue);
    }
    for isa in Isa::available() {
        let layouts = Layout::ALL
            .into_iter()
            .filter(|layout| layout.takes(&params));
        for layout in layouts.map(Some).chain([None]) {
            let mut host = Network::with(any, isa, layout);
            let name = (isa, host.layout());
            assert!(host.export() == fresh, "{name:?}: another fresh network");
            let learned: Vec<u64> = data
                .iter()
                .map(|pattern| host.learn(pattern).unwrap())
                .collect();
            assert_eq!(learned, scores, "{name:?}");
            assert!(host.export() == core.words(), "{name:?}: other weights");
            let words = params.pattern_words();
            let mut pattern = vec![0; words];
            for (cue, expected) in cues.chunks(words).zip(&recalls) {
                let score = host.recall(cue, params.active(), &mut pattern);
                let found = (host.winners().to_vec(), pattern.clone(), score);
                assert_eq!(&found, expected, "{name:?}");
            }
            let (mut rows, mut many) = (vec![0; cues.len()], vec![0; PATTERNS]);
            let active = vec![params.active(); PATTERNS];
            host.recall_many(&cues, &active, &mut rows, &mut many);
            for ((row, score), expected) in rows.chunks(words).zip(many).zip(&recalls) {
                assert_eq!((row, score), (&expected.1[..], expected.2), "{name:?}");
            }
        }
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

#[test]
fn two_bits_and_one_bit_stochastic() {
    sizes!(U2, Rounding::Stochastic);
    sizes!(U1, Rounding::Stochastic);
}
