//! Some queries at a time, in pairs: products, shares, and the mean of the values.

use slotless_core::bits;

use super::super::rows::softmax;
use super::super::simd::{Block, Chunk, Floats, Kernel, LANES, flat, flat_mut, sum16};
use super::{Head, Scratch, Seen};

/// Vectors of a value whose sums run side by side, for both queries: with four partial sums each they fit the registers of
/// AVX-512.
const SIDE_BY_SIDE: usize = 2;

/// Queries that read keys and values together; even.
pub(super) const TILE: usize = 16;

/// Vectors of keys that stay in the first-level cache meanwhile.
const NEAR: usize = 256;

/// The partial sums that are added first, by their distance from the lowest of them.
const QUARTER: [usize; 4] = [0, 8, 4, 12];

/// All queries of a call.
pub(super) struct Attend<'a> {
    pub head: &'a Head<'a>,
    pub queries: &'a [f32],
    pub seen: &'a [Seen<'a>],
    pub scratch: &'a mut Scratch,
    pub shares: Option<&'a mut [f32]>,
    pub out: &'a mut [f32],
}

impl Kernel for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Self {
            head,
            queries,
            seen,
            scratch,
            mut shares,
            out,
        } = self;
        let (units, count) = (head.keys.units, head.keys.count);
        let width = head.values.units();
        let tiles = queries.chunks(TILE * units).zip(seen.chunks(TILE));
        for (tile, (queries, seen)) in tiles.enumerate() {
            let Scratch {
                shares: rooms,
                packed,
            } = &mut *scratch;
            let stride = count.div_ceil(LANES);
            let mut used = [0; TILE];
            for (used, seen) in used.iter_mut().zip(seen) {
                *used = last_used(*seen, count);
            }
            products::<B::Floats>(head, queries, &used, rooms);
            for (place, seen) in seen.iter().enumerate() {
                let room = flat_mut(&mut rooms[place * stride..][..stride]);
                // Of a pair both go as far as the one that sees more.
                let keys = used[place].max(used[place ^ 1]);
                masked_softmax::<B::Floats>(head.beta, *seen, used[place], keys, room, packed);
                if let Some(shares) = &mut shares {
                    let row = &mut shares[(TILE * tile + place) * count..][..count];
                    row[..keys].copy_from_slice(&room[..keys]);
                    row[keys..].fill(0.0);
                }
            }
            if !seen.len().is_multiple_of(2) {
                // One without another goes with nothing.
                let last = seen.len();
                rooms[last * stride..][..stride].fill(Chunk::ZERO);
            }
            let out = &mut out[TILE * tile * width..][..seen.len() * width];
            means::<B::Floats>(head, rooms, &used, out);
        }
    }
}

/// Products of the keys with the queries of a tile: some keys, which stay in the first-level cache, with all of them.
#[inline(always)]
fn products<F: Floats>(
    head: &Head<'_>,
    queries: &[f32],
    used: &[usize; TILE],
    rooms: &mut [Chunk],
) {
    let (units, stride) = (head.keys.units, head.keys.count.div_ceil(LANES));
    let together = (NEAR / units).max(1);
    let mut from = 0;
    while from < stride {
        for (pair, queries) in queries.chunks(2 * units).enumerate() {
            let (first, second) = queries.split_at(units);
            let second = if second.is_empty() { first } else { second };
            let needed = used[2 * pair].max(used[2 * pair + 1]).div_ceil(LANES);
            let to = (from + together).min(needed);
            for block in from..to {
                let turned = &head.keys.turned[block * units..][..units];
                let sums = sum16!(Two<F>, units, |i| Two::products(
                    &turned[i], first[i], second[i]
                ));
                sums.0.store(&mut rooms[2 * pair * stride + block]);
                sums.1.store(&mut rooms[(2 * pair + 1) * stride + block]);
            }
        }
        from += together;
    }
}

/// Keys up to the last that a query sees.
#[inline(always)]
fn last_used(seen: Seen<'_>, count: usize) -> usize {
    match seen {
        Seen::First(first) => count.min(first as usize),
        Seen::Allowed(words) => match words.iter().rposition(|&word| word != 0) {
            Some(at) => 32 * at + 32 - words[at].leading_zeros() as usize,
            None => 0,
        },
    }
}

/// Shares of the keys that a query sees, as if the others were not there; 0 of those, up to `keys`.
#[inline(always)]
fn masked_softmax<F: Floats>(
    beta: f32,
    seen: Seen<'_>,
    used: usize,
    keys: usize,
    z: &mut [f32],
    packed: &mut [f32],
) {
    match seen {
        Seen::Allowed(words) if bits::count(words) as usize != used => {
            // The partial sums of shares are those of the keys that are seen, one after the other.
            let mut count = 0;
            for key in bits::ones(words) {
                packed[count] = z[key as usize];
                count += 1;
            }
            let packed = &mut packed[..count];
            softmax::<F>(beta, packed);
            z[..used].fill(0.0);
            for (key, &share) in bits::ones(words).zip(packed.iter()) {
                z[key as usize] = share;
            }
        }
        _ => softmax::<F>(beta, &mut z[..used]),
    }
    z[used..keys].fill(0.0);
}

/// The means of the values under the shares of a tile's queries: some columns of the values, which stay in the second-level
/// cache, for all of them.
#[inline(always)]
fn means<F: Floats>(head: &Head<'_>, rooms: &[Chunk], used: &[usize; TILE], out: &mut [f32]) {
    let rows = &head.values.rows;
    let (stride, width) = (rows.stride(), rows.width());
    let room = head.keys.count.div_ceil(LANES);
    let mut at = 0;
    while at < stride {
        let from = at * LANES;
        let length = (SIDE_BY_SIDE.min(stride - at) * LANES).min(width - from);
        for (pair, out) in out.chunks_mut(2 * width).enumerate() {
            let place = Place {
                rows: rows.chunks(),
                stride,
                at,
                keys: used[2 * pair].max(used[2 * pair + 1]),
            };
            let shares = [
                flat(&rooms[2 * pair * room..][..room]),
                flat(&rooms[(2 * pair + 1) * room..][..room]),
            ];
            let mut chunks = [[Chunk::ZERO; SIDE_BY_SIDE]; 2];
            if at + SIDE_BY_SIDE <= stride {
                let sums = mean::<F, SIDE_BY_SIDE>(place, shares);
                for (chunks, sums) in chunks.iter_mut().zip(sums) {
                    for (chunk, sum) in chunks.iter_mut().zip(sums) {
                        sum.store(chunk);
                    }
                }
            } else {
                let sums = mean::<F, 1>(place, shares);
                for (chunks, [sum]) in chunks.iter_mut().zip(sums) {
                    sum.store(&mut chunks[0]);
                }
            }
            for (out, chunks) in out.chunks_mut(width).zip(&chunks) {
                out[from..][..length].copy_from_slice(&flat(chunks)[..length]);
            }
        }
        at += SIDE_BY_SIDE;
    }
}

/// Vectors of all values.
#[derive(Clone, Copy)]
struct Place<'a> {
    rows: &'a [Chunk],
    stride: usize,
    /// The first of the vectors in a row.
    at: usize,
    /// Keys that count.
    keys: usize,
}

/// `C` vectors of the means: key k is added to partial sum `k % 16`, and these are added by halves.
#[inline(always)]
fn mean<F: Floats, const C: usize>(place: Place<'_>, shares: [&[f32]; 2]) -> [[F; C]; 2] {
    let Place {
        rows,
        stride,
        at,
        keys,
    } = place;
    let zero = F::splat(0.0);
    let mut quarters = [[[zero; C]; 2]; 4];
    for (first, quarter) in quarters.iter_mut().enumerate() {
        let mut sums = [[[zero; C]; 2]; 4];
        let mut base = first;
        while base < keys {
            for (sums, distance) in sums.iter_mut().zip(QUARTER) {
                let key = base + distance;
                if key < keys {
                    let row = &rows[key * stride + at..][..C];
                    for (sums, shares) in sums.iter_mut().zip(shares) {
                        let share = F::splat(shares[key]);
                        for (sum, numbers) in sums.iter_mut().zip(row) {
                            *sum = sum.add(F::load(numbers).mul(share));
                        }
                    }
                }
            }
            base += LANES;
        }
        let [a, b, c, d] = sums;
        for (query, quarter) in quarter.iter_mut().enumerate() {
            for (column, quarter) in quarter.iter_mut().enumerate() {
                let of = |sums: [[F; C]; 2]| sums[query][column];
                *quarter = of(a).add(of(b)).add(of(c).add(of(d)));
            }
        }
    }
    let [a, b, c, d] = quarters;
    let mut out = [[zero; C]; 2];
    for (query, out) in out.iter_mut().enumerate() {
        for (column, out) in out.iter_mut().enumerate() {
            let of = |sums: [[F; C]; 2]| sums[query][column];
            *out = of(a).add(of(c)).add(of(b).add(of(d)));
        }
    }
    out
}

/// 16 numbers for each of two queries.
#[derive(Clone, Copy)]
struct Two<F>(F, F);

impl<F: Floats> Two<F> {
    const LOOPS: bool = F::LOOPS;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self(F::splat(value), F::splat(value))
    }

    #[inline(always)]
    fn products(numbers: &Chunk, first: f32, second: f32) -> Self {
        let numbers = F::load(numbers);
        Self(numbers.mul(F::splat(first)), numbers.mul(F::splat(second)))
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0.add(other.0), self.1.add(other.1))
    }
}
