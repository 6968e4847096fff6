//! Random projections of real vectors to codes, from tables: those of [`slotless_core::attractor`], bit for bit.

use std::sync::Arc;

use rayon::prelude::*;
use slotless_core::attractor::{
    AttractorError, Gaussian, Params, Sign, Sparse, integer_winners, quantize, winners,
    winners_among,
};
use slotless_core::real;

use super::vectors::Vectors;
use slotless_kernels::cpu::Isa;
use slotless_kernels::planes::{self, Found, Planes};

/// Which projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Independent standard normal numbers: [`Gaussian`]. Its table takes 2 bytes per number, of units times inputs, and decides
    /// nearly all units of a code; the few that are left are projected by numbers made anew.
    Gaussian,
    /// Sums and differences of `taps` inputs in integers of 16 bits: [`Sparse`]. Its table takes 4 bytes a tap, of units
    /// times taps.
    Sparse {
        /// Inputs that a unit sees, 1 to all.
        taps: u32,
    },
}

/// Active units of a question's code, where stored codes have `active` of `units`: a tenth of all, and no fewer than those. A
/// stored code that is like the question has most of its units among these, and not only among its few most driven ones.
#[must_use]
pub fn wide(units: u32, active: u32) -> u32 {
    (units / 10).max(active)
}

/// Vectors that are projected together, so that they read the table once.
const TOGETHER: usize = 32;

/// A projection of vectors of this many numbers to codes, with its table, which copies share.
#[derive(Clone, Debug)]
pub struct Projector {
    params: Params,
    inputs: u32,
    table: Arc<Table>,
}

#[derive(Debug)]
enum Table {
    Gaussian(Gaussian, Planes),
    /// For each unit and tap the input, with `inputs` added where it is subtracted.
    Sparse(Vec<u32>),
}

/// Room for what drives the units.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    drives: Vec<f32>,
    row: Vec<f32>,
    largest: planes::Scratch,
    sums: Vec<i32>,
    numbers: Vec<i16>,
    signed: Vec<i32>,
    words: Vec<u32>,
}

impl Projector {
    /// Makes the table: for a Gaussian projection of 384 numbers to 16,384 units 12.6 MB.
    ///
    /// # Errors
    /// Those of [`Gaussian::new`] and [`Sparse::new`].
    pub fn new(kind: Kind, inputs: u32, params: Params) -> Result<Self, AttractorError> {
        Self::with(kind, inputs, params, Isa::best())
    }

    /// [`Projector::new`] with these instructions; codes are the same with each.
    ///
    /// # Errors
    /// As [`Projector::new`].
    pub fn with(kind: Kind, inputs: u32, params: Params, isa: Isa) -> Result<Self, AttractorError> {
        let table = match kind {
            Kind::Gaussian => {
                let projection = Gaussian::new(inputs, params)?;
                let (width, count) = (inputs as usize, params.units() as usize);
                let planes = Planes::new(width, count, isa, |rows| {
                    let units = (0..params.units()).into_par_iter();
                    let made = || vec![0.0; width];
                    units
                        .zip(rows)
                        .try_for_each_init(made, |numbers, (unit, row)| {
                            projection.row(unit, numbers)?;
                            row.write(numbers);
                            Ok::<(), AttractorError>(())
                        })
                })?;
                Table::Gaussian(projection, planes)
            }
            Kind::Sparse { taps } => {
                let projection = Sparse::new(inputs, taps, params)?;
                let units = 0..params.units();
                let taps = units.flat_map(|unit| (0..taps).map(move |tap| (unit, tap)));
                let places = taps.map(|(unit, tap)| {
                    let tap = projection.tap(unit, tap);
                    match tap.sign {
                        Sign::Plus => tap.input,
                        Sign::Minus => tap.input + inputs,
                    }
                });
                Table::Sparse(places.collect())
            }
        };
        Ok(Self {
            params,
            inputs,
            table: Arc::new(table),
        })
    }

    /// The same projection with other numbers of active units: codes of more units have those of fewer among them.
    ///
    /// # Errors
    /// [`AttractorError::Active`] for none or more than the units.
    pub fn with_active(&self, active: u32) -> Result<Self, AttractorError> {
        let params = Params::builder(self.params.units(), active).seed(self.params.seed());
        Ok(Self {
            params: params.build()?,
            ..self.clone()
        })
    }

    /// Sizes of the codes.
    #[must_use]
    pub fn params(&self) -> Params {
        self.params
    }

    /// The same projection for questions, see [`wide`].
    #[must_use]
    pub fn for_questions(&self) -> Self {
        let wide = self.with_active(wide(self.params.units(), self.params.active()));
        wide.expect("from 1 to all units")
    }

    /// Numbers of a vector.
    #[must_use]
    pub fn inputs(&self) -> u32 {
        self.inputs
    }

    /// Bytes of the table.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match &*self.table {
            Table::Gaussian(_, planes) => planes.bytes(),
            Table::Sparse(taps) => size_of_val(taps.as_slice()),
        }
    }

    /// The code of a vector, k words.
    ///
    /// # Errors
    /// [`AttractorError::Numbers`] for a vector of another length, [`AttractorError::NotFinite`] and
    /// [`AttractorError::Room`].
    pub fn encode(
        &self,
        vector: &[f32],
        scratch: &mut Scratch,
        code: &mut [u32],
    ) -> Result<(), AttractorError> {
        self.encode_many(vector, scratch, code)
    }

    /// What drives each unit by a vector, as integers that are in proportion: for a Gaussian projection the largest is 2^20, and
    /// they are as exact as its table, to about a 30,000th of that.
    ///
    /// # Errors
    /// As [`Projector::encode`].
    pub fn drives(&self, vector: &[f32]) -> Result<Vec<i32>, AttractorError> {
        self.check_length(vector.len())?;
        if let Some(place) = vector.iter().position(|number| !number.is_finite()) {
            let place = place as u32;
            return Err(AttractorError::NotFinite { place });
        }
        match &*self.table {
            Table::Gaussian(_, planes) => {
                let mut drives = vec![0.0; self.params.units() as usize];
                // Of a vector that is too long or short for the table, or zero, its direction.
                if !planes.products(vector, &mut drives) {
                    let most = vector
                        .iter()
                        .fold(0.0f64, |most, &number| most.max(f64::from(number).abs()));
                    let unit: Vec<f32> = vector
                        .iter()
                        .map(|&number| (f64::from(number) / most) as f32)
                        .collect();
                    if most == 0.0 || !planes.products(&unit, &mut drives) {
                        return Ok(vec![0; drives.len()]);
                    }
                }
                let largest = drives
                    .iter()
                    .fold(0.0f64, |most, drive| most.max(drive.abs()));
                // A conversion makes 0 of what is no number.
                let scale = f64::from(1 << 20) / largest;
                Ok(drives.iter().map(|drive| (drive * scale) as i32).collect())
            }
            Table::Sparse(taps) => {
                let mut numbers = vec![0; vector.len()];
                quantize(vector, &mut numbers)?;
                let units = self.params.units() as usize;
                Ok(sums_of(taps, units, &numbers, &mut Vec::new()).collect())
            }
        }
    }

    /// The codes of all vectors, k words each, on all threads of the current pool.
    ///
    /// # Errors
    /// [`AttractorError::Numbers`] for vectors of another length.
    pub fn encode_all(&self, vectors: &Vectors) -> Result<Vec<u32>, AttractorError> {
        self.check_length(vectors.dim())?;
        let active = self.params.active() as usize;
        let mut codes = vec![0; vectors.len() * active];
        let batches = vectors.values().par_chunks(TOGETHER * vectors.dim());
        codes
            .par_chunks_mut(TOGETHER * active)
            .zip(batches)
            .try_for_each_init(Scratch::default, |scratch, (codes, vectors)| {
                self.encode_many(vectors, scratch, codes)
            })?;
        Ok(codes)
    }

    fn check_length(&self, got: usize) -> Result<(), AttractorError> {
        let expected = self.inputs as usize;
        if got != expected {
            return Err(AttractorError::Numbers { got, expected });
        }
        Ok(())
    }

    /// The codes of vectors that lie one after the other.
    fn encode_many(
        &self,
        vectors: &[f32],
        scratch: &mut Scratch,
        codes: &mut [u32],
    ) -> Result<(), AttractorError> {
        let (inputs, units) = (self.inputs as usize, self.params.units() as usize);
        let active = self.params.active() as usize;
        let count = codes.len() / active;
        if count == 0 || !codes.len().is_multiple_of(active) {
            let (got, expected) = (codes.len(), active);
            return Err(AttractorError::Room { got, expected });
        }
        if vectors.len() != count * inputs {
            let (got, expected) = (vectors.len() / count, inputs);
            return Err(AttractorError::Numbers { got, expected });
        }
        if let Some(place) = vectors.iter().position(|number| !number.is_finite()) {
            let place = (place % inputs) as u32;
            return Err(AttractorError::NotFinite { place });
        }
        scratch.words.resize(self.params.encode_words(), 0);
        let codes = codes.chunks_exact_mut(active);
        match &*self.table {
            Table::Gaussian(projection, planes) => {
                let Scratch {
                    drives,
                    row,
                    largest,
                    words,
                    ..
                } = scratch;
                let gaussian = Gaussian::new(self.inputs, self.params)?;
                let mut codes = codes;
                row.resize(inputs, 0.0);
                planes.largest(vectors, active, largest, |number, found| {
                    let vector = &vectors[number * inputs..][..inputs];
                    let code = codes.next().unwrap_or_default();
                    let Some(Found { sure, open }) = found else {
                        if vector.iter().any(|&number| number != 0.0) {
                            return gaussian.encode(vector, words, code);
                        }
                        // Nothing drives a unit; ties are all there is.
                        drives.clear();
                        drives.resize(units, 0.0);
                        return winners(&self.params, vector, drives, words, code);
                    };
                    drives.clear();
                    for &unit in open {
                        projection.row(unit, row)?;
                        drives.push(real::dot(row, vector));
                    }
                    let (first, rest) = code.split_at_mut(sure.len());
                    first.copy_from_slice(sure);
                    if !open.is_empty() {
                        winners_among(&self.params, vector, open, drives, words, rest)?;
                        code.sort_unstable();
                    }
                    Ok(())
                })?;
            }
            Table::Sparse(taps) => {
                scratch.numbers.resize(inputs, 0);
                for (code, vector) in codes.zip(vectors.chunks(inputs)) {
                    quantize(vector, &mut scratch.numbers)?;
                    let Scratch {
                        numbers,
                        sums,
                        signed,
                        words,
                        ..
                    } = scratch;
                    sums.clear();
                    sums.extend(sums_of(taps, units, numbers, signed));
                    integer_winners(&self.params, numbers, sums, words, code)?;
                }
            }
        }
        Ok(())
    }
}

/// The sums of the numbers that units see.
fn sums_of<'a>(
    taps: &'a [u32],
    units: usize,
    numbers: &[i16],
    signed: &'a mut Vec<i32>,
) -> impl Iterator<Item = i32> + 'a {
    let numbers = numbers.iter().map(|&number| i32::from(number));
    signed.clear();
    signed.extend(numbers.clone());
    signed.extend(numbers.map(|number| -number));
    let of_unit = taps.chunks_exact(taps.len() / units);
    of_unit.map(|taps| taps.iter().map(|&tap| signed[tap as usize]).sum())
}

#[cfg(test)]
mod tests;
