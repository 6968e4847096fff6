//! Fixed runs of the modern Hopfield network, of attention and of the dense memory: the same bits on every machine.

use fixed::types::{I16F16, I48F16};

use super::{DATA, Digest};
use crate::attention::{Attention, Mask};
use crate::bits;
use crate::hopfield;
use crate::hopfield::dense::{Dense, Separation};
use crate::hopfield::modern::{Ended, Exact, Exponential, Memories, Modern, Recall, Table};
use crate::real::Real;
use crate::rng::{self, Key};

/// Memories of the fixed runs.
pub const MEMORIES: usize = 9;

const UNITS: usize = 20;
const NUMBERS: usize = MEMORIES * UNITS;
const SCRATCH: usize = 2 * (UNITS + MEMORIES);

const BITS: u32 = 75;
const WORDS: usize = bits::words_for(BITS);
const DENSE_SCRATCH: usize = MEMORIES + BITS as usize + WORDS;

/// Hands over every known answer of `tests/vectors/modern.txt` of the repository, in its order, as name and value.
///
/// The modern network has 9 memories of 20 numbers, at beta 2. A number is `u / 32768 - 1`, `u` the low 16 bits of a draw:
/// number t of memory p is that of draw t of the key of (1, 256, p). Cue p is memory p with its first 10 numbers from the key
/// of (1, 256, 100 + p). For memories as rows and then as columns, for p from 0 to 8, a [`Digest`] takes in each state of the
/// recall by the usual rules, its shares and its energy (an I48F16's halves, low first); then the steps, and 0 where the state
/// ended it, 1 the shares, 2 the steps. At last come the shares and the output of attention with a causal mask, the
/// memories as columns for keys, as rows for values, and cues 0 to 2 for queries.
///
/// The dense memory has 9 memories of 75 bits, p being 37 of them from the stream (1, 256, 4, p); cue p is that and noise,
/// 20 of 75 bits from the stream (1, 256, 5, p), by exclusive or. A [`Digest`] takes in, for p from 0 to 8, what sweeps in run
/// p come to: the state, the energy's four words (low first), updates and flips.
pub fn vectors(mut vector: impl FnMut(&str, u64)) {
    let single = |u: u32| u as f32 / 32_768.0 - 1.0;
    let single_bits = |energy: f32| u64::from(energy.to_bits());
    let fixed = |u: u32| I16F16::from_bits(2 * u as i32 - 65_536);
    let fixed_bits = |energy: I48F16| energy.to_bits() as u64;
    for (name, digest) in [
        ("modern-f32", modern::<f32, Exact>(single, single_bits)),
        ("modern-i16f16", modern::<I16F16, Exact>(fixed, fixed_bits)),
        (
            "modern-i16f16-table",
            modern::<I16F16, Table>(fixed, fixed_bits),
        ),
        ("dense-power-2", dense(Separation::Power(2))),
        ("dense-rectified-3", dense(Separation::Rectified(3))),
        // Beyond 64 bits.
        ("dense-power-18", dense(Separation::Power(18))),
    ] {
        // All sizes are in range; were they not, the missing vector would show it.
        if let Some(digest) = digest {
            vector(name, digest.value());
        }
    }
}

fn draws<R: Real>(of: u32, number: impl Fn(u32) -> R) -> impl Iterator<Item = R> {
    let key = Key::new(1, DATA).derive(of);
    (0..UNITS as u32).map(move |place| number(key.at(place) & 0xffff))
}

fn cue<R: Real>(memories: &[R], cue: usize, number: impl Fn(u32) -> R) -> [R; UNITS] {
    let mut numbers = [R::ZERO; UNITS];
    let memory = memories.chunks_exact(UNITS).nth(cue).unwrap_or(&[]);
    let fresh = draws(100 + cue as u32, number).take(UNITS / 2);
    let all = fresh.chain(memory.iter().copied().skip(UNITS / 2));
    for (slot, number) in numbers.iter_mut().zip(all) {
        *slot = number;
    }
    numbers
}

fn modern<R: Real, E: Exponential<R>>(
    number: impl Fn(u32) -> R + Copy,
    energy_bits: impl Fn(R::Energy) -> u64,
) -> Option<Digest> {
    let (mut rows, mut columns) = ([R::ZERO; NUMBERS], [R::ZERO; NUMBERS]);
    for (row, memory) in rows.chunks_exact_mut(UNITS).zip(0..) {
        let columns = columns.iter_mut().skip(memory).step_by(MEMORIES);
        for ((slot, column), number) in row
            .iter_mut()
            .zip(columns)
            .zip(draws(memory as u32, number))
        {
            (*slot, *column) = (number, number);
        }
    }
    let units = UNITS as u32;
    let layouts = [
        Memories::rows(&rows, units).ok()?,
        Memories::columns(&columns, units).ok()?,
    ];
    let beta = R::ONE.plus(R::ONE);
    let mut scratch = [0; SCRATCH];
    let mut digest = Digest::new();
    for memories in layouts {
        let network = Modern::new(memories, beta).ok()?.with_exponential::<E>();
        for place in 0..MEMORIES {
            let cue = cue(&rows, place, number);
            let told = |step: &hopfield::modern::Step<'_, R, E>| {
                take(&mut digest, step.state);
                take(&mut digest, step.shares);
                let energy = energy_bits(step.energy());
                digest.word(energy as u32);
                digest.word((energy >> 32) as u32);
            };
            let recalled = network.recall_with(&cue, &Recall::new(), &mut scratch, told);
            let recalled = recalled.ok()?;
            digest.word(recalled.steps);
            digest.word(match recalled.ended {
                Ended::State => 0,
                Ended::Shares => 1,
                Ended::Steps => 2,
            });
        }
    }
    let [values, keys] = layouts;
    let head = Attention::new(keys, values, beta).ok()?;
    let head = head.with_exponential::<E>();
    let queries: [[R; UNITS]; 3] = core::array::from_fn(|place| cue(&rows, place, number));
    let (mut shares, mut out) = ([R::ZERO; 3 * MEMORIES], [R::ZERO; 3 * UNITS]);
    head.attend(queries.as_flattened(), Mask::Causal, &mut shares, &mut out)
        .ok()?;
    take(&mut digest, &shares);
    take(&mut digest, &out);
    Some(digest)
}

/// Takes the bits of numbers in.
fn take<R: Real>(digest: &mut Digest, numbers: &[R]) {
    let words: &[u32] = bytemuck::try_cast_slice(numbers).unwrap_or(&[]);
    words.iter().for_each(|&word| digest.word(word));
}

fn dense(separation: Separation) -> Option<Digest> {
    let mut memories = [[0; WORDS]; MEMORIES];
    for (memory, number) in memories.iter_mut().zip(0..) {
        *memory = sample(BITS / 2, 4, number)?;
    }
    let network = Dense::new(memories.as_flattened(), BITS, separation).ok()?;
    let mut scratch = [0; DENSE_SCRATCH];
    let mut digest = Digest::new();
    for (memory, number) in memories.iter().zip(0..) {
        let mut cue = sample(20, 5, number)?;
        for (word, memory) in cue.iter_mut().zip(memory) {
            *word ^= memory;
        }
        let recall = hopfield::Recall::sweeps().run(number);
        let recalled = network.recall(&cue, &recall, &mut scratch).ok()?;
        recalled.state.iter().for_each(|&word| digest.word(word));
        for place in 0..4 {
            digest.word((recalled.energy >> (32 * place)) as u32);
        }
        digest.word(recalled.run.updates as u32);
        digest.word(recalled.run.flips as u32);
    }
    Some(digest)
}

/// `ones` of 75 bits, from a stream of the run's own.
fn sample(ones: u32, kind: u32, number: u32) -> Option<[u32; WORDS]> {
    let mut out = [0; WORDS];
    let mut draws = rng::stream(1, DATA, kind, number);
    bits::sample(BITS, ones, &mut draws, &mut out).ok()?;
    Some(out)
}
