//! Patterns of given similarities: a matrix in, patterns out that overlap as it says.

use std::collections::HashMap;
use std::f64::consts::{PI, TAU};
use std::path::Path;

use rand_core::Rng;
use sha2::{Digest, Sha256};
use slotless_core::{bits, rng};
use slotless_files::hex;

use super::Patterns;
use super::file::{FileError, PatternFiles, read_matrix};
use crate::error::short;
use crate::normal;
use crate::purpose::memory as purpose;

/// Rows of a similarity matrix at most: a trial takes half their square times n_i products.
pub const MAX_ROWS: usize = 4_096;
/// What numbers of a matrix may be off by, which were computed in single precision or added up in another order.
const TOLERANCE: f64 = 1e-5;
/// How far correlations may be brought nearer to none, where no normal numbers have them as they are: to this share of them.
const LEAST_SHARE: f64 = 0.1;
/// Halvings of the interval that the share is in.
const SHARES: usize = 14;
/// What a pivot of the factorization may be below 0 by rounding alone, and is 0 then.
const ROUNDING: f64 = 1e-9;
/// A pivot that is 0 but for rounding: the root of that.
const PIVOT: f64 = 3e-5;
/// Intervals of Simpson's rule.
const INTERVALS: usize = 64;
/// Halvings of the interval that a correlation is in.
const HALVINGS: usize = 44;

/// Pairwise similarities of patterns: entry (i, j) is the share of pattern i's ones that pattern j has, too.
#[derive(Clone, Debug, PartialEq)]
pub struct SimilarityMatrix {
    rows: usize,
    cells: Vec<f64>,
}

impl SimilarityMatrix {
    /// Reads one from a `.npy`, an `.npz` of one array, or CSV: square, symmetric, with numbers from 0 to 1 and a diagonal of 1.
    ///
    /// # Errors
    /// One line: the file, the row and column, what stands there and what is allowed.
    pub fn read(path: &Path) -> Result<Self, String> {
        let (cells, rows) = read_matrix(path).map_err(|error: FileError| {
            let line = error.to_string();
            line.replacen("pattern file", "similarity file", 1)
        })?;
        Self::checked(cells, rows)
            .map_err(|why| format!("similarity file {}: {why}", path.display()))
    }

    /// The matrix that `files` holds under this name, or that of a file.
    ///
    /// # Errors
    /// As [`SimilarityMatrix::read`].
    pub fn of(path: &Path, files: &PatternFiles) -> Result<Self, String> {
        let Some(cells) = files.matrix(path) else {
            return Self::read(path);
        };
        let matrix = Self::new(cells.to_vec());
        matrix.map_err(|why| format!("similarity file {}: {why}", path.display()))
    }

    /// Checks the cells of a matrix, row by row: square, symmetric, with numbers from 0 to 1 and a diagonal of 1.
    ///
    /// # Errors
    /// The row and column, what stands there and what is allowed; another number of cells.
    pub fn new(cells: Vec<f64>) -> Result<Self, String> {
        let (count, rows) = (cells.len(), cells.len().isqrt());
        if rows == 0 || rows * rows != count {
            return Err(format!("{count} numbers, expected as many rows as columns"));
        }
        Self::checked(cells, rows)
    }

    /// Checks the cells of a matrix of so many rows.
    fn checked(cells: Vec<f64>, rows: usize) -> Result<Self, String> {
        if rows > MAX_ROWS {
            return Err(format!("{rows} rows, allowed up to {MAX_ROWS}"));
        }
        let mut cells = cells;
        for row in 0..rows {
            for column in 0..=row {
                let [cell, other] = [cells[row * rows + column], cells[column * rows + row]];
                let wrong = |[row, column]: [usize; 2], cell: f64, allowed: &str| {
                    let cell = short(cell.to_string());
                    let (row, column) = (row + 1, column + 1);
                    Err(format!(
                        "row {row}, column {column} is {cell}, allowed {allowed}"
                    ))
                };
                // What was computed is 0 or 1, or the same as another number, but for rounding.
                let near = |cell: f64, other: f64| (cell - other).abs() <= TOLERANCE;
                for (place, cell) in [([row, column], cell), ([column, row], other)] {
                    if !(-TOLERANCE..=1.0 + TOLERANCE).contains(&cell) {
                        return wrong(place, cell, "0 to 1");
                    }
                }
                if row == column && !near(cell, 1.0) {
                    return wrong([row, column], cell, "1 on the diagonal");
                }
                if !near(cell, other) {
                    let allowed = format!(
                        "{}, as in row {}, column {}",
                        short(other.to_string()),
                        column + 1,
                        row + 1
                    );
                    return wrong([row, column], cell, &allowed);
                }
                let mean = match row == column {
                    true => 1.0,
                    false => ((cell + other) / 2.0).clamp(0.0, 1.0),
                };
                cells[row * rows + column] = mean;
                cells[column * rows + row] = mean;
            }
        }
        Ok(Self { rows, cells })
    }

    /// Rows: how many patterns there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// SHA-256, in hexadecimal, of how many rows there are (64 bits, little-endian) and of the numbers, row by row, as doubles.
    #[must_use]
    pub fn sha256(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update((self.rows as u64).to_le_bytes());
        for cell in &self.cells {
            // 0 and -0 are one number.
            hasher.update((cell + 0.0).to_bits().to_le_bytes());
        }
        hex(&hasher.finalize())
    }

    /// What makes patterns of `visible` units and `active` ones with these similarities.
    ///
    /// # Errors
    /// The end of a sentence, where no patterns have them.
    pub(crate) fn source(&self, visible: u32, active: u32) -> Result<Similar, String> {
        let share = f64::from(active) / f64::from(visible);
        let mut known: HashMap<u64, f64> = HashMap::new();
        let mut correlations = self.cells.clone();
        for cell in &mut correlations {
            *cell = *known
                .entry(cell.to_bits())
                .or_insert_with(|| correlation(*cell, share));
        }
        let (factor, kept) = nearest(&correlations, self.rows).map_err(|row| {
            format!(
                "row {row} contradicts those before it, even with {LEAST_SHARE} of the correlations that they ask for: similar to some and \
                 unlike others that these are similar to, or further below chance, s / n_i = {}, than so many patterns can be",
                short(share.to_string())
            )
        })?;
        Ok(Similar {
            rows: self.rows,
            factor,
            kept,
            visible,
            active,
        })
    }
}

/// Patterns of given similarities, ready to be drawn: normal numbers, correlated from pattern to pattern and independent from
/// unit to unit, of which each pattern has its s largest as ones.
///
/// This is the dichotomized Gaussian (Emrich and Piedmonte, American Statistician 45, 1991; Macke et al., Neural Computation
/// 21, 2009), with the s largest in place of a threshold, so that every pattern has s ones.
#[derive(Clone, Debug)]
pub(crate) struct Similar {
    rows: usize,
    /// Lower triangle of the Cholesky factor of the correlations.
    factor: Vec<f64>,
    /// The share of the correlations that it is of: 1 where normal numbers have them as they are.
    kept: f64,
    visible: u32,
    active: u32,
}

impl Similar {
    /// The share of the correlations that patterns have: 1, or less where no normal numbers have them as they are.
    pub fn kept(&self) -> f64 {
        self.kept
    }

    /// The patterns of a trial, in the order of the matrix.
    pub fn patterns(&self, seed: u64, trial: u32) -> Patterns {
        let (rows, units) = (self.rows, self.visible as usize);
        // The values of a pattern, unit by unit, one pattern after the other.
        let mut values = vec![0.0; rows * units];
        let mut draws = vec![0.0; rows];
        for unit in 0..self.visible {
            let mut rng = rng::stream(seed, purpose::NORMALS, trial, unit);
            for pair in draws.chunks_mut(2) {
                let two = normals(&mut rng);
                pair.iter_mut().zip(two).for_each(|(draw, one)| *draw = one);
            }
            for row in 0..rows {
                let factor = &self.factor[row * rows..=row * rows + row];
                let sum: f64 = factor.iter().zip(&draws).map(|(a, b)| a * b).sum();
                values[row * units + unit as usize] = sum;
            }
        }
        let mut patterns = Patterns::with_capacity(self.visible, rows);
        let mut order: Vec<u32> = Vec::new();
        for values in values.chunks_exact(units) {
            order.clear();
            order.extend(0..self.visible);
            let active = self.active as usize;
            let mut pattern = vec![0; bits::words_for(self.visible)];
            if active < units {
                order.select_nth_unstable_by(active, |&a, &b| {
                    let [one, other] = [a, b].map(|unit| values[unit as usize]);
                    other.total_cmp(&one).then(a.cmp(&b))
                });
            }
            order[..active]
                .iter()
                .for_each(|&unit| bits::set(&mut pattern, unit));
            patterns.push(&pattern);
        }
        patterns
    }
}

/// Two independent standard normal numbers (Box and Muller, 1958).
fn normals(rng: &mut impl Rng) -> [f64; 2] {
    let [first, second] =
        [rng.next_u32(), rng.next_u32()].map(|word| (f64::from(word) + 0.5) / 4_294_967_296.0);
    let size = libm::sqrt(-2.0 * libm::log(first));
    [
        size * libm::cos(TAU * second),
        size * libm::sin(TAU * second),
    ]
}

/// The share of the ones of one of two units with a share `a` of ones each that the other has, too, where their normal numbers
/// have the correlation `sin(theta)`, given as `u = tan(theta / 2)`, -1 to 1.
///
/// `P(both) = a^2 + 1 / (2 pi)` times the integral of `exp(-t^2 / (1 + sin(x)))` from 0 to theta (Plackett, Biometrika 41, 1954),
/// with t the threshold. By `v = tan(x / 2)`, `1 + sin(x) = (1 + v)^2 / (1 + v^2)` and `dx = 2 dv / (1 + v^2)`.
fn shared(u: f64, a: f64, threshold: f64) -> f64 {
    let at = |v: f64| {
        let square = 1.0 + v * v;
        let sum = (1.0 + v) * (1.0 + v);
        if sum == 0.0 {
            return 0.0;
        }
        libm::exp(-threshold * threshold * square / sum) * 2.0 / square
    };
    let width = u / INTERVALS as f64;
    let mut sum = at(0.0) + at(u);
    for place in 1..INTERVALS {
        let weight = if place % 2 == 1 { 4.0 } else { 2.0 };
        sum += weight * at(width * place as f64);
    }
    a + sum * width / 3.0 / (2.0 * PI) / a
}

/// The correlation of normal numbers whose largest overlap as `similarity` says, where a share of the units are ones.
fn correlation(similarity: f64, share: f64) -> f64 {
    if similarity >= 1.0 {
        return 1.0;
    }
    let threshold = normal::quantile(1.0 - share).unwrap_or(0.0);
    let (mut low, mut high) = (-1.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if shared(middle, share, threshold) < similarity {
            low = middle;
        } else {
            high = middle;
        }
    }
    let u = (low + high) / 2.0;
    // sin(theta)
    2.0 * u / (1.0 + u * u)
}

/// The Cholesky factor of correlations, or of the largest share of them that has one, and that share: similarities that were
/// measured are of patterns, and need not be of normal numbers.
fn nearest(correlations: &[f64], rows: usize) -> Result<(Vec<f64>, f64), usize> {
    let of = |share: f64| {
        let mut factor = correlations.to_vec();
        for (place, cell) in factor.iter_mut().enumerate() {
            if place / rows != place % rows {
                *cell *= share;
            }
        }
        factorize(&mut factor, rows).map(|()| factor)
    };
    if let Ok(factor) = of(1.0) {
        return Ok((factor, 1.0));
    }
    let (mut low, mut high) = (LEAST_SHARE, 1.0);
    let mut best = (of(low)?, low);
    for _ in 0..SHARES {
        let middle = (low + high) / 2.0;
        match of(middle) {
            Ok(factor) => {
                best = (factor, middle);
                low = middle;
            }
            Err(_) => high = middle,
        }
    }
    Ok(best)
}

/// The Cholesky factor of a matrix in its lower triangle, in its place; or the first row, from 1, that contradicts those before.
fn factorize(cells: &mut [f64], rows: usize) -> Result<(), usize> {
    for row in 0..rows {
        for column in 0..=row {
            let (above, own) = cells.split_at(row * rows);
            let own = &own[..row];
            let other = if column == row {
                own
            } else {
                &above[column * rows..column * rows + column]
            };
            let sum: f64 = own.iter().zip(other).take(column).map(|(a, b)| a * b).sum();
            let left = cells[row * rows + column] - sum;
            cells[row * rows + column] = if column == row {
                if left < -ROUNDING {
                    return Err(row + 1);
                }
                libm::sqrt(left.max(0.0))
            } else {
                let pivot = cells[column * rows + column];
                // A pattern that follows from those before has nothing of its own to share.
                if pivot > PIVOT {
                    left / pivot
                } else if libm::fabs(left) > 10.0 * PIVOT {
                    return Err(row + 1);
                } else {
                    0.0
                }
            };
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: usize, cell: impl Fn(usize, usize) -> f64) -> SimilarityMatrix {
        let cells = (0..rows * rows)
            .map(|at| cell(at / rows, at % rows))
            .collect();
        SimilarityMatrix::checked(cells, rows).unwrap()
    }

    /// Known values: independent units share `a`, opposite ones nothing, equal ones all; at a = 1/2 the orthant probability
    /// `1/4 + asin(rho) / (2 pi)` (Sheppard, 1899).
    #[test]
    fn shares_are_those_of_two_normal_numbers() {
        for a in [0.05, 0.1, 0.3] {
            let t = normal::quantile(1.0 - a).unwrap();
            assert!((shared(0.0, a, t) - a).abs() < 1e-12);
            assert!((shared(1.0, a, t) - 1.0).abs() < 1e-6, "{a}");
            assert!(shared(-1.0, a, t).abs() < 1e-6, "{a}");
        }
        for rho in [-0.9_f64, -0.3, 0.2, 0.7] {
            let u = (rho.asin() / 2.0).tan();
            let expected = 2.0 * (0.25 + rho.asin() / TAU);
            assert!((shared(u, 0.5, 0.0) - expected).abs() < 1e-9);
            assert!((correlation(expected, 0.5) - rho).abs() < 1e-8);
        }
    }

    #[test]
    fn patterns_overlap_as_the_matrix_says() {
        // Two groups, alike within and hardly between; and one pattern twice.
        let given = |a: usize, b: usize| match (a, b) {
            (a, b) if a == b => 1.0,
            (6, 7) | (7, 6) => 1.0,
            (a, b) if a % 2 == b % 2 && a < 6 && b < 6 => 0.6,
            _ => 0.1,
        };
        let matrix = matrix(8, given);
        let source = matrix.source(1000, 100).unwrap();
        let trials = 40;
        let mut sums = ndarray::Array2::<f64>::zeros((8, 8));
        for trial in 0..trials {
            let patterns = source.patterns(3, trial);
            assert!(patterns.ones().iter().all(|&ones| ones == 100));
            sums += &patterns.similarity();
        }
        for ((a, b), sum) in sums.indexed_iter() {
            let (mean, expected) = (sum / f64::from(trials), given(a, b));
            // A trial's overlap has a deviation of about 4 of 100; what s in place of a threshold changes is of the order 1 / n_i.
            assert!(
                (mean - expected).abs() < 0.025,
                "{a} {b}: {mean}, expected {expected}"
            );
        }
        assert_eq!(sums[(6, 7)], f64::from(trials));
        assert_ne!(source.patterns(3, 0), source.patterns(3, 1));
        assert_eq!(source.patterns(3, 1), source.patterns(3, 1));
    }

    /// Overlaps of patterns that there are, some below chance: a share of what they ask for, as large as can be had, and patterns
    /// that are the more alike the more alike those are.
    #[test]
    fn measured_similarities_are_met_as_far_as_they_can_be() {
        let of = crate::patterns::random(5, rng::Purpose(900), 0, 200, 20, 40);
        let similarity = of.similarity();
        let measured = matrix(40, |a, b| similarity[(a, b)]);
        let source = measured.source(200, 20).unwrap();
        let kept = source.kept();
        assert!((LEAST_SHARE..1.0).contains(&kept), "{kept}");
        let trials = 60;
        let mut sums = ndarray::Array2::<f64>::zeros((40, 40));
        for trial in 0..trials {
            sums += &source.patterns(3, trial).similarity();
        }
        // The slope of what comes out over what was asked for.
        let pairs = (0..40).flat_map(|a| (0..a).map(move |b| (a, b)));
        let (mut both, mut one) = (0.0, 0.0);
        for at in pairs {
            let asked = similarity[at] - 0.1;
            both += asked * (sums[at] / f64::from(trials) - 0.1);
            one += asked * asked;
        }
        let slope = both / one;
        assert!(slope > 0.8 * kept && slope < 1.1, "{slope} of {kept}");
        // What was rounded is taken: single precision, and a diagonal that is 1 but for the last digit.
        let rounded = |a: usize, b: usize| f64::from(similarity[(a, b)] as f32) - 1e-16 * a as f64;
        assert!(matrix(40, rounded).source(200, 20).is_ok());
    }

    #[test]
    fn what_no_patterns_have_is_refused() {
        // 1 is 2 and 2 is 3, but 1 shares nothing with 3.
        let given = |a: usize, b: usize| if a.abs_diff(b) == 2 { 0.0 } else { 1.0 };
        let kept = matrix(3, given).source(100, 10).unwrap().kept();
        assert!((kept - 0.5).abs() < 0.001, "{kept}");
        // Patterns without a one in common: of 9, correlations of -1/8 are the least; of 20 they would be below a tenth of -1.
        let apart = |rows| matrix(rows, |a, b| f64::from(u8::from(a == b))).source(100, 10);
        let kept = apart(9).unwrap().kept();
        assert!((kept - 0.125).abs() < 0.001, "{kept}");
        let why = apart(20).unwrap_err();
        assert!(why.contains("contradicts those before it"), "{why}");
        assert!(why.contains("chance, s / n_i = 0.1"), "{why}");
        let refused = |cells: [f64; 4]| SimilarityMatrix::checked(cells.to_vec(), 2).unwrap_err();
        assert_eq!(
            refused([1.0, 0.2, 0.3, 1.0]),
            "row 2, column 1 is 0.3, allowed 0.2, as in row 1, column 2"
        );
        assert_eq!(
            refused([1.0, 1.2, 1.2, 1.0]),
            "row 2, column 1 is 1.2, allowed 0 to 1"
        );
        assert_eq!(
            refused([1.0, 0.2, 0.2, 0.9]),
            "row 2, column 2 is 0.9, allowed 1 on the diagonal"
        );
        assert!(refused([f64::NAN, 0.2, 0.2, 1.0]).starts_with("row 1, column 1 is NaN"));
        let many = SimilarityMatrix::checked(Vec::new(), MAX_ROWS + 1).unwrap_err();
        assert_eq!(many, "4097 rows, allowed up to 4096");
    }

    #[test]
    fn a_matrix_in_memory_stands_for_a_file() {
        let (mut files, name) = (PatternFiles::default(), Path::new("no such file"));
        assert!(SimilarityMatrix::of(name, &files).is_err());
        for share in [0.5, 0.25] {
            let cells = vec![1.0, share, share, 1.0];
            files.hold_matrix(name, cells.clone());
            let found = SimilarityMatrix::of(name, &files).unwrap();
            assert_eq!(found, SimilarityMatrix::new(cells).unwrap());
        }
        files.hold_matrix(name, vec![1.0, 0.5, 0.25, 1.0]);
        let said = SimilarityMatrix::of(name, &files).unwrap_err();
        let line = "similarity file no such file: row 2, column 1 is 0.25, allowed 0.5";
        assert!(said.starts_with(line), "{said}");
        for cells in [vec![1.0; 3], Vec::new()] {
            let said = SimilarityMatrix::new(cells).unwrap_err();
            assert!(
                said.ends_with("numbers, expected as many rows as columns"),
                "{said}"
            );
        }
    }
}
