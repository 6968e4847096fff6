//! Some queries at a time: products, shares, and the mean of the values.

use slotless_core::bits;

use super::super::rows::softmax;
use super::super::simd::{Block, Chunk, Floats, Kernel, LANES, flat, flat_mut};
use super::grid::{self, Columns, Numbers, Size, Terms, together};
use super::{Head, Scratch, Seen};

/// The most queries that read keys and values together, and the fewest that do where there are as many.
const TILE: [usize; 2] = [16, 64];

/// Vectors of shares that a tile has room for, where it has not the fewest queries: 4 MiB.
const ROOM: usize = 1 << 16;

/// Numbers of a key up to which several vectors of keys stay in the second-level cache together.
const NEAR: usize = 4096;

/// Values whose products are added before those of the next, in whole multiples of 16.
const DEEP: usize = 512;

/// Vectors of values that stay in the second-level cache where they lie.
const CLOSE: usize = 4096;

/// Queries for which it is worth copying some columns of the values side by side.
const MANY: usize = 8;

/// Queries of a tile.
pub(super) fn tile(queries: usize, keys: usize) -> usize {
    let [least, most] = TILE;
    let whole = ROOM / keys.div_ceil(LANES) / least * least;
    whole.clamp(least, most).min(queries)
}

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
        match B::Floats::SIDE {
            4 => attend::<B::Floats, 4>(self),
            _ => attend::<B::Floats, 2>(self),
        }
    }
}

#[inline(always)]
fn attend<F: Floats, const W: usize>(call: Attend<'_>) {
    let Attend {
        head,
        queries,
        seen,
        scratch,
        mut shares,
        out,
    } = call;
    let (units, count) = (head.keys.units, head.keys.count);
    let (stride, width) = (count.div_ceil(LANES), head.values.units());
    let size = tile(seen.len(), count).max(1);
    scratch.shares.resize(size * stride, Chunk::ZERO);
    scratch.packed.resize(count, 0.0);
    let tiles = queries.chunks(size * units).zip(seen.chunks(size));
    for (tile, (queries, seen)) in tiles.enumerate() {
        let mut used = [0; TILE[1]];
        let used = &mut used[..seen.len()];
        for (used, seen) in used.iter_mut().zip(seen) {
            *used = last_used(*seen, count);
        }
        products::<F, W>(head, queries, used, scratch);
        let mut place = 0;
        while place < seen.len() {
            // Of queries that go together all go as far as the one that sees most.
            let rows = together::<W>(seen.len() - place);
            let keys = most(&used[place..][..rows]);
            for place in place..place + rows {
                let room = flat_mut(&mut scratch.shares[place * stride..][..stride]);
                let packed = &mut scratch.packed;
                masked_softmax::<F>(head.beta, seen[place], used[place], keys, room, packed);
                if let Some(shares) = &mut shares {
                    let row = &mut shares[(size * tile + place) * count..][..count];
                    row[..keys].copy_from_slice(&room[..keys]);
                    row[keys..].fill(0.0);
                }
            }
            place += rows;
        }
        let out = &mut out[size * tile * width..][..seen.len() * width];
        means::<F, W>(head, used, scratch, out);
    }
}

#[inline(always)]
fn most(used: &[usize]) -> usize {
    let mut most = 0;
    for &used in used {
        most = most.max(used);
    }
    most
}

/// Products of the keys with the queries of a tile: some vectors of keys, which stay in a near cache, with all of them.
#[inline(always)]
fn products<F: Floats, const W: usize>(
    head: &Head<'_>,
    queries: &[f32],
    used: &[usize],
    scratch: &mut Scratch,
) {
    let (units, stride) = (head.keys.units, head.keys.count.div_ceil(LANES));
    let Scratch {
        shares: rooms,
        sums,
        ..
    } = scratch;
    sums.resize(sums.len().max(LANES * W * W), Chunk::ZERO);
    let begin = turned(units);
    let mut block = 0;
    while block < stride {
        let columns = if units <= NEAR {
            together::<W>(stride - block)
        } else {
            1
        };
        let mut query = 0;
        while query < used.len() {
            let rows = together::<W>(used.len() - query);
            let numbers = Numbers {
                all: queries,
                first: query * units,
                pitch: units,
                terms: units,
            };
            // Behind the last key that one of them sees they go no further.
            let needed = most(&used[query..][..rows]).div_ceil(LANES);
            let end = needed.min(block + columns);
            let mut at = block;
            while at < end {
                let columns = if end - at < columns { 1 } else { columns };
                let keys = Columns {
                    chunks: &head.keys.turned[at * units..],
                    begin,
                    step: 1,
                    apart: units,
                };
                let size = Size { rows, columns };
                let sums = &mut sums[..size.sums()];
                grid::add::<F, W>(keys, numbers, size, Terms::First, sums);
                for row in 0..rows {
                    let room = &mut rooms[(query + row) * stride + at..][..columns];
                    for (column, room) in room.iter_mut().enumerate() {
                        grid::total::<F>(sums, size, row, column).store(room);
                    }
                }
                at += columns;
            }
            query += rows;
        }
        block += columns;
    }
}

/// Where the numbers i of turned keys with `i % 16` 0, 1, ... begin.
#[inline(always)]
pub(super) fn turned(units: usize) -> [usize; LANES] {
    let mut begin = [0; LANES];
    for (lane, begin) in begin.iter_mut().enumerate() {
        *begin = lane * (units / LANES) + lane.min(units % LANES);
    }
    begin
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

/// The means of the values under the shares of a tile's queries: some columns of some values, which stay in a near cache, for all
/// of them.
#[inline(always)]
fn means<F: Floats, const W: usize>(
    head: &Head<'_>,
    used: &[usize],
    scratch: &mut Scratch,
    out: &mut [f32],
) {
    let rows_of = &head.values.rows;
    let (stride, width) = (rows_of.stride(), rows_of.width());
    let room = head.keys.count.div_ceil(LANES);
    let all = most(used);
    let Scratch {
        shares: rooms,
        sums,
        near,
        ..
    } = scratch;
    // Sums of all queries are kept from some values to the next.
    let kept = Size {
        rows: W,
        columns: W,
    }
    .sums();
    let groups = if all > DEEP {
        used.len().div_ceil(W)
    } else {
        1
    };
    sums.resize(sums.len().max(groups * kept), Chunk::ZERO);
    let copied = used.len() >= MANY && all * stride > CLOSE;
    if copied {
        near.resize(near.len().max(DEEP * W), Chunk::ZERO);
    }
    let mut at = 0;
    while at < stride {
        let columns = together::<W>(stride - at);
        let mut from = 0;
        loop {
            let length = DEEP.min(all - from);
            let values = if copied {
                copy(
                    &rows_of.chunks()[from * stride + at..],
                    stride,
                    columns,
                    near,
                    length,
                )
            } else {
                in_place(&rows_of.chunks()[from * stride..], stride, at)
            };
            let (terms, last) = match from {
                0 => (Terms::First, all <= DEEP),
                from => (Terms::More, from + length == all),
            };
            let mut query = 0;
            while query < used.len() {
                let rows = together::<W>(used.len() - query);
                let size = Size { rows, columns };
                let place = if all > DEEP {
                    query / W * kept + query % W * LANES * W
                } else {
                    0
                };
                let sums = &mut sums[place..][..size.sums()];
                let mut numbers = Numbers {
                    all: flat(rooms),
                    first: query * room * LANES + from,
                    pitch: room * LANES,
                    terms: most(&used[query..][..rows])
                        .saturating_sub(from)
                        .min(length),
                };
                if all > DEEP && zeros(numbers, rows) {
                    // Products of 0 with finite numbers change no sum.
                    numbers.terms = 0;
                }
                if terms == Terms::First || numbers.terms > 0 {
                    grid::add::<F, W>(values, numbers, size, terms, sums);
                }
                if last {
                    let start = at * LANES;
                    let length = (columns * LANES).min(width - start);
                    let rows = out[query * width..][..rows * width].chunks_exact_mut(width);
                    for (row, out) in rows.enumerate() {
                        let out = out[start..][..length].chunks_mut(LANES);
                        for (column, out) in out.enumerate() {
                            let mut chunk = Chunk::ZERO;
                            grid::total::<F>(sums, size, row, column).store(&mut chunk);
                            match out.first_chunk_mut::<LANES>() {
                                Some(out) => *out = chunk.0,
                                None => out.copy_from_slice(&chunk.0[..out.len()]),
                            }
                        }
                    }
                }
                query += rows;
            }
            from += length;
            if last {
                break;
            }
        }
        at += columns;
    }
}

/// Whether all numbers are 0.
#[inline(always)]
fn zeros(numbers: Numbers<'_>, rows: usize) -> bool {
    let mut any = 0;
    for row in 0..rows {
        let row = &numbers.all[numbers.first + row * numbers.pitch..][..numbers.terms];
        for number in row {
            any |= number.to_bits();
        }
    }
    any == 0
}

/// Columns of the values where they lie, a row after the other.
#[inline(always)]
fn in_place(chunks: &[Chunk], stride: usize, at: usize) -> Columns<'_> {
    let mut begin = [0; LANES];
    for (lane, begin) in begin.iter_mut().enumerate() {
        *begin = lane * stride + at;
    }
    Columns {
        chunks,
        begin,
        step: LANES * stride,
        apart: 1,
    }
}

/// Columns of as many values, copied: the terms of a partial sum lie one after the other.
#[inline(always)]
fn copy<'a>(
    rows: &[Chunk],
    stride: usize,
    columns: usize,
    near: &'a mut [Chunk],
    length: usize,
) -> Columns<'a> {
    let of_lane = length.div_ceil(LANES);
    let apart = LANES * of_lane;
    for (value, row) in rows.chunks(stride).take(length).enumerate() {
        let at = value % LANES * of_lane + value / LANES;
        for (column, chunk) in row[..columns].iter().enumerate() {
            near[column * apart + at] = *chunk;
        }
    }
    let mut begin = [0; LANES];
    for (lane, begin) in begin.iter_mut().enumerate() {
        *begin = lane * of_lane;
    }
    Columns {
        chunks: near,
        begin,
        step: 1,
        apart,
    }
}
