//! Every backend against plain loops, and against the core.

use proptest::prelude::*;
use slotless_core::real;
use slotless_core::rng::{Key, Purpose};

use super::super::{Block, Isa, Kernel};
use super::{Chunk, Floats, LANES, exp, flat, flat_mut, sum16};

/// What every operation of a backend gives, as bits.
#[derive(Debug, PartialEq, Eq)]
struct Answers {
    lanes: Vec<[u32; LANES]>,
    numbers: [u32; 3],
    equal: u16,
}

#[derive(Clone, Debug)]
struct Questions {
    a: [f32; LANES],
    b: [f32; LANES],
    terms: Vec<Chunk>,
    seed: u64,
    first: u32,
    stride: u32,
}

fn bits(values: [f32; LANES]) -> [u32; LANES] {
    values.map(f32::to_bits)
}

impl Kernel for &Questions {
    type Output = Answers;

    #[inline(always)]
    fn run<B: Block>(self) -> Answers {
        let (a, b) = (
            B::Floats::load(&Chunk(self.a)),
            B::Floats::load(&Chunk(self.b)),
        );
        let drawn = B::Floats::draws(
            Key::new(self.seed, Purpose(3)).words(),
            self.first,
            self.stride,
        );
        let terms = &self.terms;
        let all = [
            a,
            B::Floats::splat(self.b[3]),
            a.add(b),
            a.sub(b),
            a.mul(b),
            a.div(b),
            a.larger(b),
            a.zero_where_below(b, 0.25),
            exp(a),
            sum16!(B::Floats, terms.len(), |at| B::Floats::load(&terms[at])),
            a.products(&std::array::from_fn(|at| {
                terms.get(at).copied().unwrap_or(Chunk(self.b))
            })),
            B::Floats::low_halves(drawn, 0.25),
            B::Floats::high_halves(drawn, 2.0),
        ];
        let mut out = vec![Chunk::ZERO; all.len()];
        for (out, lanes) in out.iter_mut().zip(all) {
            lanes.store(out);
        }
        Answers {
            lanes: out.iter().map(|chunk| bits(chunk.0)).collect(),
            numbers: [a.sum(), a.largest(), b.sum()].map(f32::to_bits),
            equal: a.equal(b),
        }
    }
}

/// The same in plain words.
fn expected(of: &Questions) -> Answers {
    let zip =
        |f: &dyn Fn(f32, f32) -> f32| bits(std::array::from_fn(|lane| f(of.a[lane], of.b[lane])));
    let key = Key::new(of.seed, Purpose(3));
    let drawn: [u32; LANES] = std::array::from_fn(|lane| {
        key.at(of.first.wrapping_add(of.stride.wrapping_mul(lane as u32)))
    });
    let half = |half: u32, scale: f32| ((half & 0xffff) as f32 + 0.5) / 65_536.0 * scale;
    let sums = std::array::from_fn(|lane| {
        real::sum(&of.terms.iter().map(|term| term.0[lane]).collect::<Vec<_>>())
    });
    let equal = (0..LANES).filter(|&lane| of.a[lane] == of.b[lane]);
    Answers {
        lanes: vec![
            bits(of.a),
            bits([of.b[3]; LANES]),
            zip(&|a, b| a + b),
            zip(&|a, b| a - b),
            zip(&|a, b| a * b),
            zip(&|a, b| a / b),
            zip(&|a, b| if a > b { a } else { b }),
            zip(&|a, b| if b < 0.25 { 0.0 } else { a }),
            bits(of.a.map(real::exp)),
            bits(sums),
            bits(std::array::from_fn(|at| {
                let with = of.terms.get(at).map_or(of.b, |term| term.0);
                real::sum(
                    &with
                        .iter()
                        .zip(of.a)
                        .map(|(with, a)| with * a)
                        .collect::<Vec<_>>(),
                )
            })),
            bits(drawn.map(|word| half(word, 0.25))),
            bits(drawn.map(|word| half(word >> 16, 2.0))),
        ],
        numbers: [
            real::sum(&of.a),
            of.a.into_iter().fold(f32::NEG_INFINITY, f32::max),
            real::sum(&of.b),
        ]
        .map(f32::to_bits),
        equal: equal.fold(0, |mask, lane| mask | 1 << lane),
    }
}

/// PowerPC's vector unit, for which the compiler takes arrays apart, counts subnormal numbers as zero unless told otherwise.
const SUBNORMAL: f32 = if cfg!(target_arch = "powerpc64") {
    0.0
} else {
    1e-40
};

/// Drawn from a seed, not number by number by proptest, for which Miri has no time.
fn questions(seed: u64, terms: usize) -> Questions {
    let draws = Key::new(seed, Purpose(4));
    let mut number = 0;
    let mut draw = || {
        number += 1;
        draws.at(number)
    };
    let mut value = || {
        let among =
            |from: f32, to: f32, draw: u32| from + (to - from) * (draw as f32 / u32::MAX as f32);
        let edges = [0.0, 0.25, -87.0, -87.1, SUBNORMAL, -1e30];
        match draw() % 13 {
            0..8 => among(-90.0, 88.0, draw()),
            8..12 => among(-1.0, 1.0, draw()),
            _ => edges[draw() as usize % edges.len()],
        }
    };
    let mut lanes = || std::array::from_fn(|_| value());
    let (a, mut b) = (lanes(), lanes());
    b[5] = a[5];
    let terms = (0..terms).map(|_| Chunk(lanes())).collect();
    Questions {
        a,
        b,
        terms,
        seed: seed.rotate_left(32),
        first: draw(),
        stride: draw(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 256 }))]

    #[test]
    fn every_backend_gives_the_plain_answers(seed in any::<u64>(), terms in 0..if cfg!(miri) { 40usize } else { 70 }) {
        let questions = questions(seed, terms);
        for isa in Isa::available() {
            prop_assert_eq!(isa.run(&questions), expected(&questions), "{}, {:?}", isa, questions);
        }
    }
}

#[test]
fn a_sum_of_nothing_but_negative_zeros_is_zero() {
    struct Negative;
    impl Kernel for Negative {
        type Output = u32;
        #[inline(always)]
        fn run<B: Block>(self) -> u32 {
            let sum = sum16!(B::Floats, 20, |_at| B::Floats::splat(-0.0));
            let mut chunk = Chunk::ZERO;
            sum.store(&mut chunk);
            chunk.0[0].to_bits()
        }
    }
    for isa in Isa::available() {
        assert_eq!(isa.run(Negative), 0, "{isa}");
        assert_eq!(real::sum(&[-0.0; 20]).to_bits(), 0);
    }
}

#[test]
fn chunks_are_their_numbers_in_a_row() {
    let mut chunks = [Chunk([1.0; LANES]), Chunk([2.0; LANES])];
    flat_mut(&mut chunks)[17] = 3.0;
    assert_eq!(chunks[1].0[1], 3.0);
    assert_eq!(flat(&chunks)[15..19], [1.0, 2.0, 3.0, 2.0]);
    assert!(flat(&[]).is_empty());
}
