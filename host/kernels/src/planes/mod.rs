//! Which rows of a matrix have the largest products with a vector, from rows in two planes of 8 bits.
//!
//! A row is a scale times whole numbers of -127 to 127 (the first plane), and a 254th of that scale times others (the second),
//! and what is left. The products of whole numbers are exact; what they leave out is bounded by the lengths of what is left of
//! rows and vector (Cauchy and Schwarz). So most rows are surely among the largest or surely not by the first plane, a quarter of
//! the bytes of `f32`; of the others most by the second; only a few are left whose order the product of
//! [`slotless_core::real::dot`] itself must decide, bit for bit.

mod kernels;
mod quantised;

pub use quantised::{Asked, Codes, NotQuantised, Quantised};

use slotless_core::rng::{Key, Purpose};

use super::cpu::Selector;
use super::simd::{BYTES, Isa, WORDS};
use kernels::{Bounds, Chosen, Parted, Products, SIDE_BY_SIDE};

/// Steps of the second plane in one of the first.
const FINER: i32 = 254;
/// Vectors that share what is read of these rows.
const SHARE: usize = 2;
/// Lines of rows that stay in the second-level cache while many vectors go over them: 128 KiB.
const BLOCK: usize = 2048;
/// Numbers from 2^52 on are whole: what is added to this is rounded.
const WHOLE: f64 = (3u64 << 51) as f64;
/// Rounding of single precision, relative.
const UNIT: f64 = 1.0 / (1u64 << 24) as f64;

/// 64 whole numbers at the start of a cache line.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
struct Line([i8; BYTES]);

/// What is known of a row beside its planes.
#[derive(Clone, Copy, Debug, Default)]
struct About {
    /// The step of its first plane.
    scale: f32,
    /// Its length, and those of what the first plane leaves of it, and both; none too small.
    lengths: [f64; 3],
}

/// A row that is to be written.
#[derive(Debug)]
pub struct RowMut<'a> {
    first: &'a mut [Line],
    second: &'a mut [Line],
    about: &'a mut About,
    width: usize,
}

impl RowMut<'_> {
    /// Keeps these numbers, which are finite.
    ///
    /// # Panics
    /// If they are not as many as rows are wide.
    pub fn write(self, numbers: &[f32]) {
        assert_eq!(
            numbers.len(),
            self.width,
            "as many numbers as rows are wide"
        );
        let most = numbers
            .iter()
            .fold(0.0f32, |most, number| most.max(number.abs()));
        // Of a row of zeros, or nearly, nothing is left out that the lengths do not say.
        let scale = most / 127.0;
        let step = f64::from(scale);
        let finer = step / f64::from(FINER);
        // Any whole number near would do: what is left is measured.
        let whole = |steps: f64| ((steps + WHOLE) - WHOLE).clamp(-127.0, 127.0);
        let [each, each_finer] =
            [step, finer].map(|step| if step > 0.0 { 1.0 / step } else { 0.0 });
        let mut squares = [0.0; 3];
        let lines = self.first.iter_mut().zip(self.second);
        for ((first, second), numbers) in lines.zip(numbers.chunks(BYTES)) {
            for (place, &number) in numbers.iter().enumerate() {
                let number = f64::from(number);
                let coarse = whole(number * each);
                let rest = number - coarse * step;
                let fine = whole(rest * each_finer);
                let last = rest - fine * finer;
                (first.0[place], second.0[place]) = (coarse as i8, fine as i8);
                for (square, of) in squares.iter_mut().zip([number, rest, last]) {
                    *square += of * of;
                }
            }
        }
        *self.about = About {
            scale,
            // Above what rounding may have taken.
            lengths: squares.map(|square| square.sqrt() * (1.0 + 1e-9)),
        };
    }
}

/// A matrix whose rows are in two planes.
#[derive(Clone, Debug)]
pub struct Planes {
    width: usize,
    /// Lines of a row in a plane.
    stride: usize,
    first: Vec<Line>,
    second: Vec<Line>,
    scales: Vec<f32>,
    /// The length of what each plane leaves of each row; none too small.
    left: [Vec<f32>; 2],
    /// The largest of each length there is: of a row, and of what the planes leave of one.
    lengths: [f64; 3],
    isa: Isa,
}

/// Room for [`Planes::largest`].
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    questions: Vec<Question>,
    /// The questions' vectors in steps, as whole numbers of 16 bits.
    numbers: Vec<[u8; BYTES]>,
    products: Vec<i32>,
    /// Of each row what its product is at least and at most, as keys.
    bounds: [Vec<u32>; 2],
    selector: Option<Selector>,
    found: Found,
    /// Of each open row the product with the second plane, and what its product is at least and at most.
    fine: Vec<i32>,
    between: Vec<[f64; 2]>,
    sorted: Vec<f64>,
}

/// What [`Planes::largest`] found of a vector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Rows that are among the largest whatever decides between equal products, ascending.
    pub sure: Vec<u32>,
    /// Rows of which the rest are, ascending; no others are.
    pub open: Vec<u32>,
}

/// What is known of a vector in steps.
#[derive(Clone, Copy, Debug)]
struct Question {
    /// Its step, its length and that of what the steps leave of it.
    step: f64,
    length: f64,
    left: f64,
}

impl Planes {
    /// A matrix of `count` rows of `width` numbers that `fill` writes, each once; those that it does not are zeros.
    ///
    /// # Errors
    /// Those of `fill`.
    ///
    /// # Panics
    /// If rows have no numbers or more than 65,536, or there is no row.
    pub fn new<E>(
        width: usize,
        count: usize,
        isa: Isa,
        fill: impl FnOnce(Vec<RowMut<'_>>) -> Result<(), E>,
    ) -> Result<Self, E> {
        assert!(
            (1..=65_536).contains(&width) && count > 0,
            "rows of 1 to 65,536 numbers"
        );
        let stride = width.div_ceil(BYTES);
        let lines = || vec![Line([0; BYTES]); count * stride];
        let (mut first, mut second) = (lines(), lines());
        let mut about = vec![About::default(); count];
        let planes = first
            .chunks_exact_mut(stride)
            .zip(second.chunks_exact_mut(stride));
        let rows = planes
            .zip(&mut about)
            .map(|((first, second), about)| RowMut {
                first,
                second,
                about,
                width,
            });
        fill(rows.collect())?;
        let largest = |at: usize| {
            let of = about.iter().map(|row| row.lengths[at]);
            of.fold(0.0, f64::max)
        };
        Ok(Self {
            width,
            stride,
            scales: about.iter().map(|row| row.scale).collect(),
            left: [1, 2].map(|at| {
                let of = about.iter().map(|row| row.lengths[at] as f32);
                of.map(f32::next_up).collect()
            }),
            lengths: [0, 1, 2].map(largest),
            first,
            second,
            isa,
        })
    }

    /// How many rows there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.scales.len()
    }

    /// Bytes of the planes and of what stands beside them: two a number, in whole lines of 64, and twelve a row.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let numbers = size_of_val(&*self.scales) + 2 * size_of_val(&*self.left[0]);
        size_of_val(&*self.first) + size_of_val(&*self.second) + numbers
    }

    /// Adds a vector to others in whole steps, so many that no sum of products leaves 32 bits; none where it is so long or
    /// short that single precision may round otherwise than is reckoned with here.
    fn ask(&self, vector: &[f32], numbers: &mut Vec<[u8; BYTES]>) -> Option<Question> {
        let most = vector
            .iter()
            .fold(0.0f64, |most, &number| most.max(f64::from(number.abs())));
        let steps = (i32::MAX / 127 / self.width as i32).min(i32::from(i16::MAX));
        let step = most / f64::from(steps);
        let fits = (1e-15..1e15).contains(&most)
            && (1e-15..1e15).contains(&self.lengths[0])
            && vector.iter().all(|number| number.is_finite());
        if !fits {
            return None;
        }
        let first = numbers.len();
        numbers.resize(first + 2 * self.stride, [0; BYTES]);
        let (mut length, mut left) = (0.0, 0.0);
        let places = numbers[first..].as_flattened_mut().as_chunks_mut::<2>().0;
        for (place, &number) in places.iter_mut().zip(vector) {
            let number = f64::from(number);
            let whole = (number / step + WHOLE) - WHOLE;
            let rest = number - whole * step;
            length += number * number;
            left += rest * rest;
            *place = (whole as i16).to_le_bytes();
        }
        let [length, left] = [length, left].map(|square: f64| square.sqrt() * (1.0 + 1e-9));
        Some(Question { step, length, left })
    }

    /// In steps of the vector, how far the product of any row in single precision may be from one of a plane, or of both, beside
    /// what the planes leave of that row.
    fn error(&self, question: &Question, planes: usize) -> f64 {
        let (longest, left) = (self.lengths[0], self.lengths[planes]);
        // 16 partial sums, four halvings, the product itself.
        let additions = self.width.div_ceil(16) as f64 + 8.0;
        let of_rounding = 1.01 * additions * UNIT * longest * question.length;
        ((longest + left) * question.left + of_rounding) * (1.0 + 1e-6) / question.step
    }

    /// The `count` rows whose products with each of the vectors, which lie one after the other, are the largest in single precision
    /// ([`slotless_core::real::dot`]), as far as the planes tell: `each` gets the number of a vector and what was found of it.
    /// `None` where the vector is zero or so long or short that sums may leave single precision. Vectors share what is read
    /// of the first plane.
    ///
    /// # Errors
    /// Those of `each`, with which it ends.
    ///
    /// # Panics
    /// If vectors are not as wide as rows are, or `count` is not 1 to all rows.
    pub fn largest<E>(
        &self,
        vectors: &[f32],
        count: usize,
        scratch: &mut Scratch,
        mut each: impl FnMut(usize, Option<&Found>) -> Result<(), E>,
    ) -> Result<(), E> {
        let all = self.count();
        assert!((1..=all).contains(&count), "from one to all rows");
        assert!(vectors.len().is_multiple_of(self.width), "whole vectors");
        let Scratch {
            questions,
            numbers,
            products,
            ..
        } = scratch;
        questions.clear();
        numbers.clear();
        let mut places = Vec::with_capacity(vectors.len() / self.width);
        for vector in vectors.chunks_exact(self.width) {
            let question = self.ask(vector, numbers);
            places.push(question.map(|question| {
                questions.push(question);
                questions.len() - 1
            }));
        }
        products.resize(questions.len() * all, 0);
        self.products_of(&self.first, numbers, products);
        for (number, (vector, place)) in vectors.chunks_exact(self.width).zip(places).enumerate() {
            match place {
                Some(place) => {
                    self.part(vector, place, count, scratch);
                    each(number, Some(&scratch.found))?;
                }
                None => each(number, None)?,
            }
        }
        Ok(())
    }

    /// The products of a plane's rows with questions' numbers, all rows for each, by blocks of rows that stay in the cache.
    fn products_of(&self, plane: &[Line], numbers: &[[u8; BYTES]], products: &mut [i32]) {
        let (all, stride) = (self.count(), self.stride);
        let together = (BLOCK / stride).next_multiple_of(SIDE_BY_SIDE);
        for (block, lines) in plane.chunks(together * stride).enumerate() {
            let part = block * together..block * together + lines.len() / stride;
            let questions = numbers.chunks(SHARE * 2 * stride);
            for (numbers, products) in questions.zip(products.chunks_mut(SHARE * all)) {
                if numbers.len() == SHARE * 2 * stride {
                    let (first, second) = products.split_at_mut(all);
                    self.isa.run(Products {
                        lines,
                        numbers: [&numbers[..2 * stride], &numbers[2 * stride..]],
                        products: [&mut first[part.clone()], &mut second[part.clone()]],
                    });
                } else {
                    self.isa.run(Products {
                        lines,
                        numbers: [numbers],
                        products: [&mut products[part.clone()]],
                    });
                }
            }
        }
    }

    /// Finds the largest for a question from its products with the first plane.
    fn part(&self, vector: &[f32], place: usize, count: usize, scratch: &mut Scratch) {
        let all = self.count();
        let Scratch {
            questions,
            numbers,
            products,
            bounds,
            selector,
            found: Found { sure, open },
            fine,
            between,
            sorted,
        } = scratch;
        let question = &questions[place];
        let numbers = &numbers[place * 2 * self.stride..][..2 * self.stride];
        let products = &products[place * all..][..all];
        let steps = question.length / question.step * (1.0 + 1e-6);
        // In whole chunks, whose last keys are of no row, and below those of all numbers.
        for keys in &mut *bounds {
            keys.truncate(all);
            keys.resize(all.next_multiple_of(WORDS), 0);
        }
        let (most, left) = (self.lengths[0] + self.lengths[1], self.lengths[1]);
        // The bounds themselves are rounded to single precision.
        let error = self.error(question, 1);
        let largest = most * (steps + question.left / question.step) + left * steps + error;
        let error = error + 8.0 * UNIT * largest;
        let [lower, upper] = bounds;
        self.isa.run(Bounds {
            products,
            scales: &self.scales,
            left: &self.left[0],
            steps: (steps as f32).next_up(),
            error: (error as f32).next_up(),
            lower,
            upper,
        });
        // As many rows are at least what the last of the largest lower bounds is: what is at most less is not among them. And
        // what is at least more than the last of the largest upper bounds is: no other that may be as large is missing there.
        let selector = selector.get_or_insert_with(|| Selector::new(self.isa));
        let mut last = |keys: &[u32]| {
            let found = selector.top_k(&keys[..all], count as u32, || Key::new(0, Purpose(0)));
            let found = found.iter().map(|&row| keys[row as usize]);
            found.fold(u32::MAX, u32::min)
        };
        let (below, above) = (last(lower), last(upper));
        sure.clear();
        open.clear();
        self.isa.run(Parted {
            lower,
            upper,
            below,
            above,
            sure,
            open,
        });
        fine.clear();
        fine.resize(open.len(), 0);
        self.isa.run(Chosen {
            lines: &self.second,
            stride: self.stride,
            numbers,
            rows: open,
            products: fine,
        });
        // By both planes, and then, of the few that are left, with the vector itself.
        let error = self.error(question, 2);
        between.clear();
        between.extend(open.iter().zip(&*fine).map(|(&row, &fine)| {
            let row = row as usize;
            let product = self.refined(row, products[row], fine);
            let error = error + f64::from(self.left[1][row]) * steps;
            [product - error, product + error]
        }));
        settle(count, sure, open, between, sorted);
        if !open.is_empty() {
            let exact = Question {
                left: 0.0,
                ..*question
            };
            let error = self.error(&exact, 2);
            between.clear();
            between.extend(open.iter().map(|&row| {
                let row = row as usize;
                let product = self.product(row, vector) / question.step;
                let error = error + f64::from(self.left[1][row]) * steps;
                [product - error, product + error]
            }));
            settle(count, sure, open, between, sorted);
        }
        sure.sort_unstable();
    }

    /// The product of a row of both planes with a vector, in double precision.
    fn product(&self, row: usize, vector: &[f32]) -> f64 {
        let of = |plane: &[Line]| {
            let lines = &plane[row * self.stride..][..self.stride];
            let mut sum = 0.0;
            for (line, numbers) in lines.iter().zip(vector.chunks(BYTES)) {
                for (&whole, &number) in line.0.iter().zip(numbers) {
                    sum += f64::from(whole) * f64::from(number);
                }
            }
            sum
        };
        f64::from(self.scales[row]) * (of(&self.first) + of(&self.second) / f64::from(FINER))
    }

    /// The product of a row in steps of the vector, from those of its planes.
    fn refined(&self, row: usize, coarse: i32, fine: i32) -> f64 {
        let both = f64::from(FINER) * f64::from(coarse) + f64::from(fine);
        f64::from(self.scales[row]) * both / f64::from(FINER)
    }

    /// The product of each row with a vector as both planes have it, in proportion: the same with each set of instructions, and
    /// within about a 30,000th of the row's and the vector's length. False, and nothing is written, where
    /// [`Planes::largest`] finds nothing.
    ///
    /// # Panics
    /// If the vector is not as wide as rows are, or there is not room for a number per row.
    #[must_use]
    pub fn products(&self, vector: &[f32], out: &mut [f64]) -> bool {
        assert_eq!(vector.len(), self.width, "a vector as wide as rows are");
        assert_eq!(out.len(), self.count(), "room for all products");
        let mut numbers = Vec::new();
        if self.ask(vector, &mut numbers).is_none() {
            return false;
        }
        let all = [&self.first, &self.second].map(|plane| {
            let mut products = vec![0; out.len()];
            self.products_of(plane, &numbers, &mut products);
            products
        });
        for (row, out) in out.iter_mut().enumerate() {
            *out = self.refined(row, all[0][row], all[1][row]);
        }
        true
    }
}

/// Moves those of `open` that are among the `count` largest whatever their products are within their bounds to `sure`, and leaves
/// out those that cannot be.
fn settle(
    count: usize,
    sure: &mut Vec<u32>,
    open: &mut Vec<u32>,
    between: &[[f64; 2]],
    sorted: &mut Vec<f64>,
) {
    let wanted = count - sure.len();
    let mut last = |bound: usize| {
        sorted.clear();
        sorted.extend(between.iter().map(|bounds| bounds[bound]));
        let place = sorted.len() - wanted;
        *sorted.select_nth_unstable_by(place, f64::total_cmp).1
    };
    let (below, above) = (last(0), last(1));
    let mut kept = 0;
    for at in 0..open.len() {
        let (row, [lower, upper]) = (open[at], between[at]);
        if lower > above {
            sure.push(row);
        } else if upper >= below {
            open[kept] = row;
            kept += 1;
        }
    }
    open.truncate(kept);
    if open.len() == count - sure.len() {
        sure.append(open);
    }
}

#[cfg(test)]
mod tests;
