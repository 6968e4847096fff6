//! Vectors of 8 bits a number that may be added to, and those nearest to a question.
//!
//! A vector is a scale times whole numbers of -127 to 127. Its product with a question is a whole number times both scales, so that
//! every set of instructions gives the same bits; of vectors of length 1 it is within about a hundredth, as a rule within two
//! thousandths, of the cosine. Where there are very many, a code of one bit a number, whether it is above the mean of the first
//! ones, says which are looked at.

use super::super::simd::{BYTES, Block, Isa, Kernel};
use super::kernels::{Chosen, Products};
use super::{Line, WHOLE};

/// Vectors that the means of the codes are taken of.
const SAMPLE: usize = 4096;

/// Vectors whose codes are compared together.
const TOGETHER: usize = 8;

/// So many distances are looked at together.
const SELECTED: usize = 16;

/// Vectors in 8 bits a number.
#[derive(Clone, Debug)]
pub struct Quantised {
    width: usize,
    /// Lines of a vector.
    stride: usize,
    lines: Vec<Line>,
    scales: Vec<f32>,
    isa: Isa,
}

/// Codes of one bit a number, see [`Quantised::codes`].
#[derive(Clone, Debug)]
pub struct Codes {
    /// Lines of a code.
    stride: usize,
    lines: Vec<Line>,
    means: Vec<f32>,
}

/// A question in whole steps.
#[derive(Clone, Debug)]
pub struct Asked {
    numbers: Vec<[u8; BYTES]>,
    step: f32,
}

/// A number that is none of a quantised vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotQuantised;

impl Quantised {
    /// None yet, of `width` numbers each.
    ///
    /// # Panics
    /// If they have no numbers or more than 65,536.
    #[must_use]
    pub fn new(width: usize, isa: Isa) -> Self {
        assert!(
            (1..=65_536).contains(&width),
            "vectors of 1 to 65,536 numbers"
        );
        Self {
            width,
            stride: width.div_ceil(BYTES),
            lines: Vec::new(),
            scales: Vec::new(),
            isa,
        }
    }

    /// Compares with these instructions from here on. What is found is the same with each.
    pub fn set_isa(&mut self, isa: Isa) {
        self.isa = isa;
    }

    /// Vectors of these numbers.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// Bytes in RAM.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.lines.capacity() * size_of::<Line>() + self.scales.capacity() * size_of::<f32>()
    }

    /// Makes room for so many more.
    pub fn reserve(&mut self, more: usize) {
        self.lines.reserve(more * self.stride);
        self.scales.reserve(more);
    }

    /// Adds a vector of finite numbers.
    ///
    /// # Panics
    /// If it has another width.
    pub fn push(&mut self, vector: &[f32]) {
        assert_eq!(vector.len(), self.width, "a vector as wide as the others");
        let scale = scale_of(vector);
        self.scales.push(scale);
        let mut rest = whole_numbers(vector, scale);
        for _ in 0..self.stride {
            let mut line = Line([0; BYTES]);
            for (place, number) in line.0.iter_mut().zip(rest.by_ref()) {
                *place = number;
            }
            self.lines.push(line);
        }
    }

    /// Adds a vector as [`Quantised::get`] gave it.
    ///
    /// # Errors
    /// [`NotQuantised`] for a scale that is not finite or below 0, another width, or a number of -128.
    pub fn push_parts(&mut self, scale: f32, numbers: &[u8]) -> Result<(), NotQuantised> {
        let is_right = scale.is_finite() && scale >= 0.0 && !numbers.contains(&0x80);
        if numbers.len() != self.width || !is_right {
            return Err(NotQuantised);
        }
        self.scales.push(scale);
        for chunk in numbers.chunks(BYTES) {
            let mut line = Line([0; BYTES]);
            for (place, &number) in line.0.iter_mut().zip(chunk) {
                *place = number.cast_signed();
            }
            self.lines.push(line);
        }
        Ok(())
    }

    /// Scale and whole numbers of a vector.
    ///
    /// # Panics
    /// If there is no such one.
    pub fn get(&self, at: usize) -> (f32, impl Iterator<Item = i8>) {
        let lines = &self.lines[at * self.stride..][..self.stride];
        let numbers = lines.iter().flat_map(|line| line.0);
        (self.scales[at], numbers.take(self.width))
    }

    /// Whether a vector is this one in 8 bits.
    ///
    /// # Panics
    /// If there is no such one.
    #[must_use]
    pub fn holds(&self, at: usize, vector: &[f32]) -> bool {
        let (scale, numbers) = self.get(at);
        vector.len() == self.width
            && scale_of(vector).to_bits() == scale.to_bits()
            && whole_numbers(vector, scale).eq(numbers)
    }

    /// Only those of some places, in the order in which they come.
    #[must_use]
    pub fn only(&self, places: &[u32]) -> Self {
        let mut some = Self::new(self.width, self.isa);
        some.reserve(places.len());
        for &at in places {
            let at = at as usize;
            some.lines
                .extend_from_slice(&self.lines[at * self.stride..][..self.stride]);
            some.scales.push(self.scales[at]);
        }
        some
    }

    /// A question in whole steps; none for one that is zero, not finite, or so short that no step is left.
    ///
    /// # Panics
    /// If it has another width.
    #[must_use]
    pub fn ask(&self, question: &[f32]) -> Option<Asked> {
        assert_eq!(question.len(), self.width, "a question as wide as vectors");
        let most = question
            .iter()
            .fold(0.0f64, |most, &number| most.max(f64::from(number.abs())));
        // No sum of products leaves 32 bits.
        let steps = (i32::MAX / 127 / self.width as i32).min(i32::from(i16::MAX));
        let step = most / f64::from(steps);
        if !question.iter().all(|number| number.is_finite()) || step < f64::from(f32::MIN_POSITIVE)
        {
            return None;
        }
        let mut numbers = vec![[0; BYTES]; 2 * self.stride];
        let places = numbers.as_flattened_mut().as_chunks_mut::<2>().0;
        for (place, &number) in places.iter_mut().zip(question) {
            let whole = (f64::from(number) / step + WHOLE) - WHOLE;
            *place = (whole as i16).to_le_bytes();
        }
        Some(Asked {
            numbers,
            step: step as f32,
        })
    }

    /// Products of all vectors with a question, about, in their order: `products` becomes as long as there are vectors. Cost: a byte is
    /// read for each number.
    pub fn products(&self, asked: &Asked, products: &mut Vec<f32>) {
        let mut whole = vec![0; self.len()];
        self.isa.run(Products {
            lines: &self.lines,
            numbers: [&asked.numbers],
            products: [&mut whole],
        });
        products.clear();
        let scaled = whole.iter().zip(&self.scales);
        products.extend(scaled.map(|(&whole, scale)| whole as f32 * (scale * asked.step)));
    }

    /// As [`Quantised::products`], of the vectors at some places.
    ///
    /// # Panics
    /// If there is no vector at one of them.
    pub fn products_of(&self, asked: &Asked, places: &[u32], products: &mut Vec<f32>) {
        let mut whole = vec![0; places.len()];
        self.isa.run(Chosen {
            lines: &self.lines,
            stride: self.stride,
            numbers: &asked.numbers,
            rows: places,
            products: &mut whole,
        });
        products.clear();
        let scaled = whole.iter().zip(places);
        products.extend(
            scaled.map(|(&whole, &at)| whole as f32 * (self.scales[at as usize] * asked.step)),
        );
    }

    /// Codes of all vectors.
    #[must_use]
    pub fn codes(&self) -> Codes {
        let mut means = vec![0.0f64; self.width];
        let sample = self.len().min(SAMPLE);
        for at in 0..sample {
            let (scale, numbers) = self.get(at);
            for (mean, number) in means.iter_mut().zip(numbers) {
                *mean += f64::from(scale) * f64::from(number);
            }
        }
        let mut codes = Codes {
            stride: self.width.div_ceil(8 * BYTES),
            lines: Vec::new(),
            means: means
                .iter()
                .map(|sum| (sum / sample.max(1) as f64) as f32)
                .collect(),
        };
        codes.follow(self);
        codes
    }

    /// The `count` vectors whose codes differ least from a question's, ascending; of equal ones the last, which were added last. `room`, which
    /// may be kept from question to question, becomes as long as there are vectors. Cost: their codes are read.
    ///
    /// # Panics
    /// If the question has another width.
    #[must_use]
    pub fn near(
        &self,
        codes: &Codes,
        question: &[f32],
        count: usize,
        room: &mut Vec<u32>,
    ) -> Vec<u32> {
        assert_eq!(question.len(), self.width, "a question as wide as vectors");
        let mut asked = vec![Line([0; BYTES]); codes.stride];
        set(&mut asked, question, &codes.means);
        let all = codes.lines.len() / codes.stride;
        let distances = room;
        distances.resize(all.next_multiple_of(TOGETHER), 0);
        self.isa.run(Distances {
            lines: &codes.lines,
            asked: &asked,
            distances,
        });
        distances.truncate(all);
        // Side by side: most distances are much alike, and a count has to be written before it is counted on.
        let mut counts = vec![[0u32; 4]; self.width + 1];
        let (fours, rest) = distances.as_chunks::<4>();
        for four in fours {
            for (at, &one) in four.iter().enumerate() {
                counts[one as usize][at] += 1;
            }
        }
        for &one in rest {
            counts[one as usize][0] += 1;
        }
        let having = counts.iter().map(|own| own.iter().sum::<u32>() as usize);
        let having: Vec<usize> = having.collect();
        let (mut last, mut below) = (0, 0);
        while last < self.width && below + having[last] < count {
            below += having[last];
            last += 1;
        }
        let mut of_the_last = count.saturating_sub(below);
        let mut found = Vec::with_capacity(count.min(all));
        for (group, own) in distances.chunks(SELECTED).enumerate().rev() {
            // Most groups have none.
            if !own
                .iter()
                .fold(false, |any, &one| any | (one as usize <= last))
            {
                continue;
            }
            for (at, &distance) in own.iter().enumerate().rev() {
                let at = (group * SELECTED + at) as u32;
                if (distance as usize) < last {
                    found.push(at);
                } else if distance as usize == last && of_the_last > 0 {
                    of_the_last -= 1;
                    found.push(at);
                }
            }
        }
        found.reverse();
        found
    }
}

impl Codes {
    /// Adds codes of vectors that were added since.
    pub fn follow(&mut self, vectors: &Quantised) {
        let coded = self.lines.len() / self.stride;
        self.lines
            .resize(vectors.len() * self.stride, Line([0; BYTES]));
        let mut row = Vec::with_capacity(vectors.width);
        for (at, code) in
            (coded..).zip(self.lines[coded * self.stride..].chunks_exact_mut(self.stride))
        {
            let (scale, numbers) = vectors.get(at);
            row.clear();
            row.extend(numbers.map(|number| f32::from(number) * scale));
            set(code, &row, &self.means);
        }
    }

    /// Bytes in RAM.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.lines.capacity() * size_of::<Line>() + size_of_val(&*self.means)
    }
}

/// Sets the bits of the numbers that are above their means.
fn set(code: &mut [Line], numbers: &[f32], means: &[f32]) {
    let bytes = code.iter_mut().flat_map(|line| &mut line.0);
    for (byte, (numbers, means)) in bytes.zip(numbers.chunks(8).zip(means.chunks(8))) {
        // Without a branch, which would go wrong as often as not.
        let bits = numbers.iter().zip(means).enumerate();
        let set = bits.fold(0u8, |set, (at, (number, mean))| {
            set | u8::from(number > mean) << at
        });
        *byte = set.cast_signed();
    }
}

fn scale_of(vector: &[f32]) -> f32 {
    let most = vector.iter().map(|number| number.abs());
    most.fold(0.0, f32::max) / 127.0
}

fn whole_numbers(vector: &[f32], scale: f32) -> impl Iterator<Item = i8> {
    let each = if scale > 0.0 {
        1.0 / f64::from(scale)
    } else {
        0.0
    };
    vector.iter().map(move |&number| {
        let whole = (f64::from(number) * each + WHOLE) - WHOLE;
        whole.clamp(-127.0, 127.0) as i8
    })
}

/// In how many bits codes differ from a question's, for whole groups of them; what is left is done one by one.
struct Distances<'a> {
    lines: &'a [Line],
    asked: &'a [Line],
    distances: &'a mut [u32],
}

impl Kernel for Distances<'_> {
    type Output = ();

    #[inline(always)]
    fn run<B: Block>(self) {
        let stride = self.asked.len();
        let groups = self.lines.chunks(TOGETHER * stride);
        let to = self.distances.as_chunks_mut::<TOGETHER>().0;
        for (lines, distances) in groups.zip(to) {
            let mut sums = [B::zero(); TOGETHER];
            for (code, sum) in lines.chunks_exact(stride).zip(&mut sums) {
                for (line, asked) in code.iter().zip(self.asked) {
                    let differ = load::<B>(line).xor(load::<B>(asked));
                    *sum = sum.add_groups(differ.count_groups());
                }
            }
            *distances = B::sums(sums);
        }
    }
}

#[inline(always)]
fn load<B: Block>(line: &Line) -> B {
    let mut bytes = [0; BYTES];
    for (byte, number) in bytes.iter_mut().zip(line.0) {
        *byte = number.cast_unsigned();
    }
    B::load(&bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use slotless_core::rng::{Key, Purpose};

    use super::*;

    /// Numbers of -1 to 1.
    fn numbers(seed: u64, count: usize) -> Vec<f32> {
        let key = Key::new(seed, Purpose(900));
        let draw = |at: u32| f64::from(key.at(at)) / f64::from(1u32 << 31) - 1.0;
        (0..count as u32).map(|at| draw(at) as f32).collect()
    }

    fn quantised(width: usize, rows: &[f32], isa: Isa) -> Quantised {
        let mut made = Quantised::new(width, isa);
        rows.chunks_exact(width).for_each(|row| made.push(row));
        made
    }

    proptest! {
        /// Against plain sums of the numbers that were given, and the same bits with each set of instructions.
        #[test]
        fn products_are_near_those_of_the_numbers(
            width in 1usize..300, count in 0usize..40, seed in any::<u64>(),
        ) {
            let rows = numbers(seed, width * count);
            let question = numbers(seed ^ 1, width);
            let mut first: Option<Vec<u32>> = None;
            for isa in Isa::available() {
                let made = quantised(width, &rows, isa);
                let asked = made.ask(&question).unwrap();
                let mut products = Vec::new();
                made.products(&asked, &mut products);
                prop_assert_eq!(products.len(), count);
                let bits: Vec<u32> = products.iter().map(|one| one.to_bits()).collect();
                prop_assert_eq!(first.get_or_insert_with(|| bits.clone()), &bits);
                for (row, product) in rows.chunks_exact(width).zip(&products) {
                    let exact: f64 = row.iter().zip(&question).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
                    // Half a step of each number of the row, and of the question.
                    let left = (0.5 / 127.0 + 1e-4) * width as f64;
                    prop_assert!((f64::from(*product) - exact).abs() <= left, "{} {}", product, exact);
                }
                let places: Vec<u32> = (0..count as u32).rev().step_by(3).collect();
                let mut some = Vec::new();
                made.products_of(&asked, &places, &mut some);
                let expected: Vec<f32> = places.iter().map(|&at| products[at as usize]).collect();
                prop_assert_eq!(some, expected);
            }
        }

        /// What is nearest by code, against a sort by bits that are counted one by one.
        #[test]
        fn near_ones_are_a_sort_of_all(
            width in 1usize..1100, count in 1usize..60, wanted in 0usize..70, seed in any::<u64>(),
        ) {
            let rows = numbers(seed, width * count);
            let question = numbers(seed ^ 1, width);
            let mut room = vec![7; 3];
            for isa in Isa::available() {
                let made = quantised(width, &rows, isa);
                let codes = made.codes();
                let stored = |at: usize| -> Vec<f32> {
                    let (scale, numbers) = made.get(at);
                    numbers.map(|number| f32::from(number) * scale).collect()
                };
                let mut means = vec![0.0f64; width];
                for at in 0..count {
                    let row = stored(at);
                    // As they are summed: whole numbers times a scale, in double precision.
                    let scale = f64::from(made.get(at).0);
                    for ((mean, number), _) in means.iter_mut().zip(made.get(at).1).zip(row) {
                        *mean += scale * f64::from(number);
                    }
                }
                let is_above = |number: f32, at: usize| number > (means[at] / count as f64) as f32;
                let mut order: Vec<(usize, u32)> = (0..count).map(|at| {
                    let row = stored(at);
                    let differ = (0..width).filter(|&i| is_above(row[i], i) != is_above(question[i], i));
                    (differ.count(), at as u32)
                }).collect();
                order.sort_unstable_by_key(|&(differ, at)| (differ, std::cmp::Reverse(at)));
                let mut expected: Vec<u32> = order.iter().take(wanted).map(|one| one.1).collect();
                expected.sort_unstable();
                prop_assert_eq!(made.near(&codes, &question, wanted, &mut room), expected);
            }
        }
    }

    #[test]
    fn what_is_kept_is_what_was_given() {
        let rows = numbers(3, 5 * 70);
        let made = quantised(70, &rows, Isa::best());
        let mut again = Quantised::new(70, Isa::best());
        for at in 0..5 {
            let (scale, numbers) = made.get(at);
            let bytes: Vec<u8> = numbers.map(i8::cast_unsigned).collect();
            again.push_parts(scale, &bytes).unwrap();
            assert!(again.holds(at, &rows[70 * at..][..70]));
            assert!(!again.holds(at, &rows[70 * ((at + 1) % 5)..][..70]));
        }
        assert_eq!((again.len(), again.width()), (5, 70));
        for (scale, bytes) in [
            (1.0, vec![0x80; 70]),
            (1.0, vec![1; 69]),
            (f32::NAN, vec![1; 70]),
            (-1.0, vec![1; 70]),
        ] {
            assert_eq!(again.push_parts(scale, &bytes), Err(NotQuantised));
        }
        assert_eq!(again.len(), 5);
        let some = made.only(&[3, 1]);
        assert!(some.holds(0, &rows[210..280]) && some.holds(1, &rows[70..140]) && some.len() == 2);
        // Codes that follow are those that are made at once, with the means of the first.
        let mut codes = made.only(&[0, 1, 2, 3]).codes();
        codes.means.clone_from(&made.codes().means);
        codes.lines.clear();
        codes.follow(&made.only(&[0, 1]));
        codes.follow(&made);
        let whole = made.codes();
        assert!(
            codes
                .lines
                .iter()
                .zip(&whole.lines)
                .all(|(a, b)| a.0 == b.0)
                && codes.lines.len() == 5
        );
    }

    #[test]
    fn zeros_are_a_vector_and_no_question() {
        let mut made = quantised(3, &[0.0; 3], Isa::best());
        made.push(&[f32::MIN_POSITIVE / 4.0, 0.0, 0.0]);
        assert!(made.ask(&[0.0; 3]).is_none() && made.ask(&[f32::NAN, 1.0, 1.0]).is_none());
        assert!(made.ask(&[f32::MIN_POSITIVE, 0.0, 0.0]).is_none());
        let asked = made.ask(&[1.0, -1.0, 1.0]).unwrap();
        let mut products = vec![9.0; 7];
        made.products(&asked, &mut products);
        assert_eq!(products.len(), 2);
        assert_eq!(products[0], 0.0);
        let whole = Quantised::new(65_536, Isa::best());
        assert!(whole.is_empty() && whole.ask(&[1.0; 65_536]).is_some());
    }

    /// No sum leaves 32 bits where all numbers are as large as they can be.
    #[test]
    fn the_largest_sums() {
        for width in [1, 384, 65_536] {
            let row = vec![1.0; width];
            let made = quantised(width, &row, Isa::best());
            let asked = made.ask(&row).unwrap();
            let mut products = Vec::new();
            made.products(&asked, &mut products);
            let error = f64::from(products[0]) / width as f64 - 1.0;
            assert!(error.abs() < 1e-5, "{width}: {error}");
        }
    }
}
