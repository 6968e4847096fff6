//! Sums of products that both kinds of attention and the update take.

use super::super::simd::{Block, Chunk, Floats, Kernel, LANES};
use super::scratch::Scratch;
use super::weights::Weights;
use super::{Attention, Settings};

/// Sum of the products of two vectors.
#[inline(always)]
pub(super) fn dot<F: Floats>(a: &[Chunk], b: &[Chunk]) -> f32 {
    let mut sum = F::splat(0.0);
    for (a, b) in a.iter().zip(b) {
        sum = sum.add(F::load(a).mul(F::load(b)));
    }
    sum.sum()
}

/// `sum_blocks!(F, blocks, |block, r| term)`: the sum of the terms (numbers of `F`) of 16 places `r` in each block, in the shape of
/// `sum16!`. A macro, since a closure might not be inlined.
macro_rules! sum_blocks {
    ($F:ty, $blocks:expr, |$block:pat_param, $r:ident| $term:expr) => {{
        // Four partial sums at a time: few enough for the registers, and without a dependence between them.
        macro_rules! quarter {
            ($q:expr) => {{
                let mut sums = [<$F>::splat(0.0); 4];
                for $block in $blocks {
                    for (sum, of) in sums.iter_mut().zip([0, 8, 4, 12]) {
                        let $r: usize = $q + of;
                        *sum = sum.add($term);
                    }
                }
                (sums[0].add(sums[1])).add(sums[2].add(sums[3]))
            }};
        }
        if <$F>::LOOPS {
            let mut quarters = [<$F>::splat(0.0); 4];
            for (r, quarter) in quarters.iter_mut().enumerate() {
                *quarter = quarter!(r);
            }
            let [first, second, third, fourth] = quarters;
            first.add(third).add(second.add(fourth))
        } else {
            let even = quarter!(0).add(quarter!(2));
            let odd = quarter!(1).add(quarter!(3));
            even.add(odd)
        }
    }};
}
pub(super) use sum_blocks;

/// Sum of vectors, each times its number; as many of both, in whole chunks. The shape is that of `sum16!`.
#[inline(always)]
pub(super) fn weighted<F: Floats>(vectors: &[Chunk], numbers: &[f32]) -> F {
    let (vectors, numbers) = (
        vectors.as_chunks::<LANES>().0,
        numbers.as_chunks::<LANES>().0,
    );
    sum_blocks!(F, vectors.iter().zip(numbers), |(vectors, numbers), r| {
        F::load(&vectors[r]).mul(F::splat(numbers[r]))
    })
}

/// Sum of products, lane by lane; as many of both, in whole chunks. The shape is that of `sum16!`.
#[inline(always)]
pub(super) fn lanewise<F: Floats>(a: &[Chunk], b: &[Chunk]) -> F {
    let (a, b) = (a.as_chunks::<LANES>().0, b.as_chunks::<LANES>().0);
    sum_blocks!(F, a.iter().zip(b), |(a, b), r| {
        F::load(&a[r]).mul(F::load(&b[r]))
    })
}

/// What all sequences of a batch share.
pub(super) struct Tables<'a> {
    pub settings: &'a Settings,
    pub weights: &'a Weights,
    pub scratch: &'a mut Scratch,
}

impl Kernel for Tables<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        matches::<B::Floats>(self.settings, self.weights, self.scratch);
        if matches!(self.settings.attention, Attention::Memory(_)) {
            gram::<B::Floats>(self.settings, self.weights, self.scratch);
        }
    }
}

/// Products of all keys of letters' tokens with each other.
#[inline(always)]
fn gram<F: Floats>(settings: &Settings, weights: &Weights, scratch: &mut Scratch) {
    let (key, pairs) = (scratch.key, 2 * settings.sizes.letters as usize);
    let keys = &weights.columns[1];
    for a in 0..pairs {
        for b in 0..=a {
            let [a_column, b_column] = [a, b].map(|token| &keys[token * key..][..key]);
            let product = dot::<F>(a_column, b_column);
            scratch.gram[a * pairs + b] = product;
            scratch.gram[b * pairs + a] = product;
        }
    }
}

/// Products of all queries and all keys.
#[inline(always)]
fn matches<F: Floats>(settings: &Settings, weights: &Weights, scratch: &mut Scratch) {
    let (letters, key) = (settings.sizes.letters as usize, scratch.key);
    let [queries, keys] = &weights.columns;
    for (letter, query) in queries.chunks_exact(key).skip(2 * letters).enumerate() {
        let row = &mut scratch.matches[letter * 2 * letters..][..2 * letters];
        for (out, column) in row.iter_mut().zip(keys.chunks_exact(key)) {
            *out = dot::<F>(query, column);
        }
    }
}
