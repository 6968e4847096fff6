//! The classical network: every weight in a full row of its unit, fields kept up to date.
//!
//! The core keeps the lower triangle, half the memory; its update of a field walks down a column. Here a row lies in one
//! piece, so that a pass over all fields and the change that a flip makes run at the memory's bandwidth. States, fields,
//! energies and flips are integers and equal the core's.
//!
//! * **Weights** are made of packed memories without a multiplication: `W_ij = K - 2 |{k : s_ki != s_kj}|` for i != j, a
//!   count of ones over the columns of the K memories.
//! * **Fields** `f_i = sum_j W_ij s_j - b_i` of a start take one pass over W. A flip of unit i changes field j by `2 W_ij s_i`,
//!   s_i the new value, and the energy `-1/2 s W s + b s` by `-2 |f_i|`. Thresholds b are 0 unless told otherwise.

use slotless_core::bits;
use slotless_core::hopfield::Descend;

use super::super::simd::{Block, Isa, Kernel};

/// Units whose weights are made together; rows are filled up to a multiple of it.
const TILE: usize = 64;

/// Words that are compared between two questions whether to go on: some tens of milliseconds.
const BAND: usize = 1 << 26;

/// A weight as it is stored.
trait Weight: Copy + Default {
    /// The weight of this value, which fits.
    fn of(value: i32) -> Self;
    /// Its value.
    fn value(self) -> i32;
}

macro_rules! weight {
    ($($type:ty),*) => {$(
        impl Weight for $type {
            #[inline(always)]
            fn of(value: i32) -> Self {
                value as Self
            }

            #[inline(always)]
            fn value(self) -> i32 {
                i32::from(self)
            }
        }
    )*};
}

weight!(i8, i16, i32);

/// Rows of weights, `stride` each; those behind the last unit are zero.
#[derive(Clone, Debug)]
enum Rows {
    I8(Vec<i8>),
    I16(Vec<i16>),
    I32(Vec<i32>),
}

/// `$body` with `$rows` as the vector of weights, whatever their width.
macro_rules! each_width {
    ($of:expr, $rows:ident => $body:expr) => {
        match $of {
            Rows::I8($rows) => $body,
            Rows::I16($rows) => $body,
            Rows::I32($rows) => $body,
        }
    };
}

/// A network that stores K memories of N units.
#[derive(Clone, Debug)]
pub struct Network {
    units: u32,
    memories: u32,
    stride: usize,
    rows: Rows,
    /// One a unit, or none at all.
    thresholds: Vec<i32>,
    isa: Isa,
}

impl Network {
    /// Stores these memories: packed, [`bits::words_for`]`(units)` words each, with the best instructions there are.
    ///
    /// Takes N^2 bytes for up to 127 memories, twice that for up to 32,767, else four times.
    ///
    /// # Panics
    /// As [`Network::with`].
    #[must_use]
    pub fn new(units: u32, memories: &[u32]) -> Self {
        Self::with(units, memories, Isa::best())
    }

    /// [`Network::new`] with these instructions.
    ///
    /// # Panics
    /// If there is no unit, no memory, a part of one, or if `N K` is 2^31 or more: a field might not fit.
    #[must_use]
    pub fn with(units: u32, memories: &[u32], isa: Isa) -> Self {
        let network = Self::by_bands(units, memories, isa, BAND, || true);
        network.expect("nobody says that it should not go on")
    }

    /// [`Network::new`], which ends without a network once `go_on`, which is asked every some tens of milliseconds, says so.
    ///
    /// # Panics
    /// As [`Network::with`].
    #[must_use]
    pub fn new_while(units: u32, memories: &[u32], go_on: impl FnMut() -> bool) -> Option<Self> {
        Self::by_bands(units, memories, Isa::best(), BAND, go_on)
    }

    fn by_bands(
        units: u32,
        memories: &[u32],
        isa: Isa,
        words_together: usize,
        mut go_on: impl FnMut() -> bool,
    ) -> Option<Self> {
        let words = bits::words_for(units);
        assert!(
            words > 0 && !memories.is_empty() && memories.len().is_multiple_of(words),
            "whole memories of at least one unit"
        );
        let count = memories.len() / words;
        assert!(
            u64::from(units) * (count as u64) < 1 << 31,
            "fields that fit 32 bits"
        );
        let stride = (units as usize).next_multiple_of(TILE);
        let columns = Columns::of(units, memories);
        let length = stride * units as usize;
        let rows = if count <= i8::MAX as usize {
            Rows::I8(vec![0; length])
        } else if count <= i16::MAX as usize {
            Rows::I16(vec![0; length])
        } else {
            Rows::I32(vec![0; length])
        };
        let mut network = Self {
            units,
            memories: count as u32,
            stride,
            rows,
            thresholds: Vec::new(),
            isa,
        };
        // A tile of columns is read once a band, which so has as many rows at least.
        let band = (words_together / (stride * columns.words)).max(TILE);
        each_width!(&mut network.rows, rows => {
            for (number, rows) in rows.chunks_mut(band * stride).enumerate() {
                if !go_on() {
                    return None;
                }
                isa.run(Build {
                    columns: &columns,
                    units: units as usize,
                    first: number * band,
                    stride,
                    rows,
                });
            }
        });
        Some(network)
    }

    /// The same network with a threshold for each unit, which it takes off the unit's field; no numbers for no thresholds.
    ///
    /// # Panics
    /// If there are others than N, or `N K` and the largest of them together are 2^31 or more: a field might not fit.
    #[must_use]
    pub fn with_thresholds(mut self, thresholds: &[i32]) -> Self {
        let largest = thresholds.iter().map(|&b| u64::from(b.unsigned_abs()));
        let weights = u64::from(self.units) * u64::from(self.memories);
        assert!(
            (thresholds.is_empty() || thresholds.len() == self.units as usize)
                && weights + largest.max().unwrap_or(0) < 1 << 31,
            "a threshold for each unit, and fields that fit 32 bits"
        );
        self.thresholds = thresholds.to_vec();
        self
    }

    /// The threshold of a unit; 0 where there are none.
    #[must_use]
    pub fn threshold(&self, unit: u32) -> i32 {
        self.thresholds.get(unit as usize).copied().unwrap_or(0)
    }

    /// Number of units, N.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.units
    }

    /// Number of memories stored, K.
    #[must_use]
    pub fn memories(&self) -> u32 {
        self.memories
    }

    /// The instructions used.
    #[must_use]
    pub fn isa(&self) -> Isa {
        self.isa
    }

    /// Bytes of the weights.
    #[must_use]
    pub fn bytes(&self) -> usize {
        each_width!(&self.rows, rows => size_of_val(rows.as_slice()))
    }

    /// The weight between two units; 0 on the diagonal.
    ///
    /// # Panics
    /// If there is no such unit.
    #[must_use]
    pub fn weight(&self, i: u32, j: u32) -> i32 {
        assert!(i < self.units && j < self.units, "units there are");
        let at = i as usize * self.stride + j as usize;
        each_width!(&self.rows, rows => rows[at].value())
    }

    /// The fields of a state: `fields[i] = sum_j W_ij s_j - b_i`. One pass over the weights.
    ///
    /// # Panics
    /// If the state has not [`bits::words_for`]`(N)` words, or the fields are not N.
    pub fn fields(&self, state: &[u32], fields: &mut [i32]) {
        let units = self.units as usize;
        assert!(
            state.len() == bits::words_for(self.units) && fields.len() == units,
            "a state and fields of all units"
        );
        let signs: Vec<i16> = (0..self.stride as u32)
            .map(|unit| if bits::get(state, unit) { 1 } else { -1 })
            .collect();
        let (signs, isa) = (&signs, self.isa);
        each_width!(&self.rows, rows => isa.run(Fields { rows, signs, fields: &mut *fields }));
        for (field, threshold) in fields.iter_mut().zip(&self.thresholds) {
            *field -= threshold;
        }
    }

    /// A descent from this state.
    ///
    /// # Panics
    /// As [`Network::fields`].
    #[must_use]
    pub fn start(&self, state: &[u32]) -> Descent<'_> {
        let mut descent = Descent {
            network: self,
            state: Vec::new(),
            fields: vec![0; self.stride],
            energy: 0,
        };
        descent.restart(state);
        descent
    }
}

/// A state of a network on its way down.
#[derive(Clone, Debug)]
pub struct Descent<'a> {
    network: &'a Network,
    state: Vec<u32>,
    /// A field each unit, filled up to whole tiles.
    fields: Vec<i32>,
    energy: i64,
}

impl Descent<'_> {
    /// Starts again from this state.
    ///
    /// # Panics
    /// As [`Network::fields`].
    pub fn restart(&mut self, state: &[u32]) {
        let units = self.network.units as usize;
        let fields = &mut self.fields[..units];
        self.network.fields(state, fields);
        self.state.clear();
        self.state.extend_from_slice(state);
        let terms = (0..).zip(fields.iter()).map(|(unit, &field)| {
            // The threshold was taken off once in the field, and counts whole.
            let term = i64::from(field) - i64::from(self.network.threshold(unit));
            if bits::get(state, unit) { term } else { -term }
        });
        // Each pair of units counts twice in the sum, so that it is even.
        self.energy = -terms.sum::<i64>() / 2;
    }

    /// The field of a unit.
    ///
    /// # Panics
    /// If there is no such unit.
    #[must_use]
    pub fn field(&self, unit: u32) -> i32 {
        assert!(unit < self.network.units, "a unit there is");
        self.fields[unit as usize]
    }

    /// Whether no update would flip a unit.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        (0..self.network.units).all(|unit| !self.flips(unit))
    }

    #[inline]
    fn flips(&self, unit: u32) -> bool {
        let field = self.fields[unit as usize];
        if bits::get(&self.state, unit) {
            field < 0
        } else {
            field > 0
        }
    }

    /// Flips a unit, whatever its field.
    ///
    /// # Panics
    /// If there is no such unit.
    pub fn flip(&mut self, unit: u32) {
        let network = self.network;
        let field = i64::from(self.field(unit));
        let (word, bit) = ((unit / 32) as usize, 1 << (unit % 32));
        self.state[word] ^= bit;
        let up = self.state[word] & bit != 0;
        self.energy += if up { -2 * field } else { 2 * field };
        let from = unit as usize * network.stride;
        let (fields, stride) = (&mut self.fields[..], network.stride);
        each_width!(&network.rows, rows => {
            let row = &rows[from..from + stride];
            network.isa.run(Flip { row, fields, up });
        });
    }
}

impl Descend for Descent<'_> {
    type Energy = i64;

    fn units(&self) -> u32 {
        self.network.units
    }

    fn state(&self) -> &[u32] {
        &self.state
    }

    fn energy(&self) -> i64 {
        self.energy
    }

    #[inline]
    fn update(&mut self, unit: u32) -> bool {
        let flips = unit < self.network.units && self.flips(unit);
        if flips {
            self.flip(unit);
        }
        flips
    }
}

/// The bits of each unit over all memories, transposed: for each tile of units, word by word, those of its units.
struct Columns {
    /// Tiles of `words` arrays.
    tiles: Vec<[u32; TILE]>,
    words: usize,
    memories: i32,
}

impl Columns {
    fn of(units: u32, memories: &[u32]) -> Self {
        let row = bits::words_for(units);
        let count = memories.len() / row;
        let words = count.div_ceil(32);
        let tiles = (units as usize).div_ceil(TILE);
        let mut columns = vec![[0; TILE]; tiles * words];
        for (k, memory) in memories.chunks_exact(row).enumerate() {
            for (at, &word) in memory.iter().enumerate() {
                let tile = &mut columns[at * 32 / TILE * words + k / 32];
                let half = &mut tile[at * 32 % TILE..][..32];
                for (bit, out) in half.iter_mut().enumerate() {
                    *out |= (word >> bit & 1) << (k % 32);
                }
            }
        }
        Self {
            tiles: columns,
            words,
            memories: count as i32,
        }
    }
}

/// Makes the weights of some rows, the first of which is that of unit `first`.
struct Build<'a, W> {
    columns: &'a Columns,
    units: usize,
    first: usize,
    stride: usize,
    rows: &'a mut [W],
}

impl<W: Weight> Kernel for Build<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let Columns {
            tiles,
            words,
            memories,
        } = self.columns;
        let (first, stride) = (self.first, self.stride);
        for (place, tile) in tiles.chunks_exact(*words).enumerate() {
            let from = place * TILE;
            // Units behind the last have no weights.
            let used = TILE.min(self.units - from);
            for (i, row) in (first..).zip(self.rows.chunks_exact_mut(stride)) {
                let own = tiles.chunks_exact(*words).nth(i / TILE).unwrap_or(tile);
                let mut differ = [0u32; TILE];
                for (own, words) in own.iter().zip(tile) {
                    let own = own[i % TILE];
                    for (sum, word) in differ.iter_mut().zip(words) {
                        *sum += (word ^ own).count_ones();
                    }
                }
                let out = row[from..].iter_mut().take(used);
                for (out, &differ) in out.zip(&differ) {
                    *out = W::of(memories - 2 * differ as i32);
                }
            }
        }
        for (i, row) in (first..).zip(self.rows.chunks_exact_mut(stride)) {
            row[i] = W::default();
        }
    }
}

/// All fields of a state.
struct Fields<'a, W> {
    rows: &'a [W],
    signs: &'a [i16],
    fields: &'a mut [i32],
}

impl<W: Weight> Kernel for Fields<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let rows = self.rows.chunks_exact(self.signs.len());
        for (field, row) in self.fields.iter_mut().zip(rows) {
            let products = row.iter().zip(self.signs);
            *field = products.fold(0, |sum: i32, (weight, &sign)| {
                sum.wrapping_add(weight.value().wrapping_mul(i32::from(sign)))
            });
        }
    }
}

/// What the flip of a unit changes.
struct Flip<'a, W> {
    row: &'a [W],
    fields: &'a mut [i32],
    up: bool,
}

impl<W: Weight> Kernel for Flip<'_, W> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let pairs = self.fields.iter_mut().zip(self.row);
        if self.up {
            for (field, weight) in pairs {
                *field = field.wrapping_add(weight.value() << 1);
            }
        } else {
            for (field, weight) in pairs {
                *field = field.wrapping_sub(weight.value() << 1);
            }
        }
    }
}

#[cfg(test)]
mod tests;
