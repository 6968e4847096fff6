//! Real numbers, and a fixed run of the hetero-associative network: the same bits on every machine, in `f32` with or
//! without a floating-point unit, and in fixed point.

use fixed::types::I16F16;

use super::{DATA, Digest};
use crate::hetero::{Allocation, Hetero, NetworkError, Params, ParamsBuilder, ParamsError};
use crate::real::{self, Real};
use crate::rng::Key;

/// Triples loaded in the fixed run.
pub const TRIPLES: u32 = 40;

const KEYS: usize = 20;
const VALUES: usize = 5;
const ITEMS: usize = 33;
const NUMBERS: usize = KEYS + VALUES + ITEMS;
const SEED: u64 = 0x0123_4567_89ab_cdef;

/// The longest vector of the primitives' vectors.
const LONGEST: usize = 40;

/// The parameters of the fixed run: keys of 20 numbers, values of 5, items of 33, 20 hidden units.
pub const fn builder<R: Real>(winners: u32, allocation: Allocation<R>) -> ParamsBuilder<R> {
    Params::builder(KEYS as u32, VALUES as u32, ITEMS as u32, 20)
        .winners(winners)
        .allocation(allocation)
}

/// Projections of the first 10 entries, of strength 1.
const fn projected<R: Real>() -> Allocation<R> {
    Allocation::Projected {
        units: 10,
        strength: R::ONE,
    }
}

/// Runs the fixed run in the caller's buffers and folds winners, recalls and the final state into one number.
///
/// The network starts from the key of (seed 0x0123456789abcdef, purpose 256). Triple `p` is 58 numbers, key, value and
/// item end to end: number `t` is uniform in [0, 1), from the low 16 bits of draw `t` of the key of (1, 256, p). A
/// [`Digest`] takes in, for triple 0 to 39, the winners that load it; then, recalled at beta 4 from the key of triple
/// `floor(p / 2)`, the bits of activities, item and value. At last it takes in the whole state.
///
/// # Errors
/// [`NetworkError`] unless `words` is exactly [`Params::words`] long and `scratch` at least [`Params::scratch_words`],
/// and the parameters have the sizes of [`builder`].
pub fn digest<R: Real>(
    params: Params<R>,
    words: &mut [u32],
    scratch: &mut [u32],
) -> Result<u64, NetworkError> {
    let mut digest = Digest::new();
    let mut network = Hetero::new(params, words, Key::new(SEED, DATA))?;
    let two = R::ONE.plus(R::ONE);
    for number in 0..TRIPLES {
        let (triple, cue) = (triple::<R>(number), triple::<R>(number / 2));
        let (key, rest) = triple.split_at_checked(KEYS).unwrap_or_default();
        let (value, item) = rest.split_at_checked(VALUES).unwrap_or_default();
        let winners = network.load(key, value, item, scratch)?;
        winners.iter().for_each(|&unit| digest.word(unit));
        let query = cue.get(..KEYS).unwrap_or(&[]);
        let recalled = network.recall(query, two.times(two), scratch)?;
        for numbers in [recalled.hidden, recalled.item, recalled.value] {
            take(&mut digest, numbers);
        }
    }
    network.words().iter().for_each(|&word| digest.word(word));
    Ok(digest.value())
}

fn triple<R: Real>(number: u32) -> [R; NUMBERS] {
    let key = Key::new(1, DATA).derive(number);
    let mut numbers = [R::ZERO; NUMBERS];
    for (number, place) in numbers.iter_mut().zip(0..) {
        *number = R::unit(key.at(place));
    }
    numbers
}

/// Takes the bits of numbers in.
fn take<R: Real>(digest: &mut Digest, numbers: &[R]) {
    let words: &[u32] = bytemuck::try_cast_slice(numbers).unwrap_or(&[]);
    words.iter().for_each(|&word| digest.word(word));
}

/// Hands over every known answer of `tests/vectors/hetero.txt` of the repository, in its order, as name and value: real
/// numbers first, then the digest of the fixed run for both kinds of number and each allocation.
///
/// Real numbers come from draws `w_t`, t = 0 to 79, of the key of (0x0123456789abcdef, 256), and digests take in their
/// bits. `f32`: the exponential of -90 to 90 in steps of 1/16. Terms are `(u - 1/2) / 2^(w_t >> 28)` with `u` uniform in
/// [0, 1) from the low 16 bits of `w_t`, factors the 40 `u` after these 40: for n = 0 to 40, the sum of n terms; their dot
/// product with factors; and the shares of 20 times the first 40 of n terms and all factors. `I16F16`: for s in 0, 6, 10,
/// 14, numbers are the raw `w_t` of 32 signed bits `>> s`. Sums and products: for n = 0 to 40 the sum of the squares of n
/// numbers, and of their products in turned order; then for t = 0 to 38, product and sum of numbers t and t + 1. Shares:
/// those of all 40.
///
/// # Errors
/// [`NetworkError`] for buffers shorter than [`Params::words`] and [`Params::scratch_words`] of `builder(3,
/// Allocation::Item)`. They may be longer.
pub fn vectors(
    words: &mut [u32],
    scratch: &mut [u32],
    mut vector: impl FnMut(&str, u64),
) -> Result<(), NetworkError> {
    single(&mut vector);
    fixed_point(&mut vector);
    let mut cases = Cases {
        words,
        scratch,
        vector,
    };
    cases.case("f32-key-1", builder::<f32>(1, Allocation::Key).build())?;
    cases.case("f32-projected-2", builder::<f32>(2, projected()).build())?;
    cases.case("f32-item-3", builder::<f32>(3, Allocation::Item).build())?;
    let by_key = builder::<I16F16>(1, Allocation::Key);
    cases.case("i16f16-key-1", by_key.build())?;
    let by_projection = builder::<I16F16>(2, projected());
    cases.case("i16f16-projected-2", by_projection.build())?;
    let by_item = builder::<I16F16>(3, Allocation::Item);
    cases.case("i16f16-item-3", by_item.build())
}

struct Cases<'a, F> {
    words: &'a mut [u32],
    scratch: &'a mut [u32],
    vector: F,
}

impl<F: FnMut(&str, u64)> Cases<'_, F> {
    fn case<R: Real>(
        &mut self,
        name: &str,
        params: Result<Params<R>, ParamsError>,
    ) -> Result<(), NetworkError> {
        // These parameters are in range; were they not, the missing vector would show it.
        let Ok(params) = params else {
            return Ok(());
        };
        let (got, expected) = (self.words.len(), params.words());
        let short = NetworkError::Buffer { got, expected };
        let words = self.words.get_mut(..expected).ok_or(short)?;
        let digest = digest(params, words, self.scratch)?;
        (self.vector)(name, digest);
        Ok(())
    }
}

fn single(vector: &mut impl FnMut(&str, u64)) {
    let key = Key::new(SEED, DATA);
    // In (-1/2, 1/2), and as far apart as 24 bits let them be.
    let terms: [f32; LONGEST] = core::array::from_fn(|place| {
        let word = key.at(place as u32);
        (f32::unit(word) - 0.5) / (1u32 << (word >> 28)) as f32
    });
    let factors: [f32; LONGEST] =
        core::array::from_fn(|place| f32::unit(key.at((LONGEST + place) as u32)));
    let mut digest = Digest::new();
    for sixteenth in -1440..=1440i16 {
        take(&mut digest, &[real::exp(f32::from(sixteenth) / 16.0)]);
    }
    vector("f32-exp-from-minus-90-to-90", digest.value());
    let (mut sums, mut dots, mut shares) = (Digest::new(), Digest::new(), Digest::new());
    for length in 0..=LONGEST {
        let terms = terms.get(..length).unwrap_or(&[]);
        take(&mut sums, &[real::sum(terms)]);
        take(&mut dots, &[real::dot(terms, &factors)]);
        let mut all = terms.iter().chain(&factors);
        let mut z: [f32; LONGEST] =
            core::array::from_fn(|_| all.next().map_or(0.0, |term| 20.0 * term));
        f32::softmax_in_place(&mut z);
        take(&mut shares, &z);
    }
    vector("f32-sums-of-0-to-40", sums.value());
    vector("f32-dots-of-0-to-40", dots.value());
    vector("f32-shares-of-40", shares.value());
}

fn fixed_point(vector: &mut impl FnMut(&str, u64)) {
    let key = Key::new(SEED, DATA);
    // Any bits: most sums of their products saturate, and those of every other scale do not.
    let numbers = |scale: u32| -> [I16F16; LONGEST] {
        core::array::from_fn(|place| I16F16::from_bits(key.at(place as u32) as i32 >> (scale & 31)))
    };
    let (mut dots, mut shares) = (Digest::new(), Digest::new());
    for scale in [0, 6, 10, 14] {
        let numbers = numbers(scale);
        for length in 0..=LONGEST {
            let part = numbers.get(..length).unwrap_or(&[]);
            let turned = part.iter().copied().zip(part.iter().rev().copied());
            let sums = [I16F16::dot(part, &numbers), I16F16::sum_of_products(turned)];
            take(&mut dots, &sums);
        }
        for pair in numbers.windows(2) {
            if let [a, b] = *pair {
                take(&mut dots, &[a.times(b), a.plus(b)]);
            }
        }
        let mut z = numbers;
        I16F16::softmax_in_place(&mut z);
        take(&mut shares, &z);
    }
    vector("i16f16-sums-and-products", dots.value());
    vector("i16f16-shares-of-40", shares.value());
}
