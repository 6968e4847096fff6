//! Damage to what a memory stores, after it has learned and before it is tested: bits flipped, graded cells moved.
//!
//! Each bit is flipped with one probability, each graded cell moves by one, up or down at even odds and clipped at the ends,
//! with another, all independently; cells move first. What is damaged is what stands for patterns: weights, levels, codes,
//! slots. Numbers of patterns learned before them, where codes begin and end, and wiring are left alone.
//!
//! From one that is hit to the next it is a geometric number, `floor(ln u / ln(1 - p))` of u uniform above 0 to 1.

use std::iter::Peekable;

use rand_core::Rng;
use slotless_core::bits::WORD_BITS;
use slotless_core::rng::{self, Pcg32};

use crate::purpose::memory as purpose;

/// What is done to storage, and what it is drawn from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Damage {
    /// Probability that a bit is flipped.
    pub flipped: f64,
    /// Probability that a graded cell moves.
    pub jitter: f64,
    /// Seed of the draws.
    pub seed: u64,
    /// Whose memory it is.
    pub trial: u32,
}

/// Which way a cell moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    Up,
    Down,
}

impl Move {
    /// A number of 0 to `most` moved by one; at the end it stays.
    pub fn of(self, number: u32, most: u32) -> u32 {
        match self {
            Self::Up => number.saturating_add(1).min(most),
            Self::Down => number.saturating_sub(1),
        }
    }
}

impl Damage {
    /// The numbers of so many bits that are flipped, ascending: a memory has to ask for all of its bits at once.
    pub fn flips(&self, bits: u64) -> Hits {
        let draws = rng::stream(self.seed, purpose::FLIPPED, self.trial, 0);
        Hits::new(draws, self.flipped, bits)
    }

    /// The numbers of so many cells that move, ascending, and which way: all of a memory's cells at once.
    pub fn moves(&self, cells: u64) -> impl Iterator<Item = (u64, Move)> + use<> {
        let draws = |number| rng::stream(self.seed, purpose::MOVED, self.trial, number);
        let mut ways = draws(1);
        Hits::new(draws(0), self.jitter, cells).map(move |cell| {
            let way = match ways.next_u32() % 2 {
                0 => Move::Down,
                _ => Move::Up,
            };
            (cell, way)
        })
    }

    /// Flips bits of parts of some words: of each row of `words` words all but the first `head`.
    pub fn flip_rows(&self, rows: &mut [u32], words: usize, head: usize) {
        let own = (words - head) as u64 * u64::from(WORD_BITS);
        for bit in self.flips((rows.len() / words) as u64 * own) {
            let start = (bit / own) as usize * words + head;
            flip(&mut rows[start..], bit % own);
        }
    }

    /// Changes weights that are asked for one after the other, so many of `bits` bits.
    pub fn weights(&self, count: u64, bits: u32) -> Weights<impl Iterator<Item = (u64, Move)>> {
        Weights {
            moves: self.moves(count).peekable(),
            flips: self.flips(count * u64::from(bits)).peekable(),
            bits,
            number: 0,
        }
    }
}

/// Inverts a bit of words.
pub(crate) fn flip(words: &mut [u32], bit: u64) {
    words[(bit / u64::from(WORD_BITS)) as usize] ^= 1 << (bit % u64::from(WORD_BITS));
}

/// Weights of whole numbers from 0, one after the other.
#[derive(Debug)]
pub(crate) struct Weights<M: Iterator<Item = (u64, Move)>> {
    moves: Peekable<M>,
    flips: Peekable<Hits>,
    bits: u32,
    number: u64,
}

impl<M: Iterator<Item = (u64, Move)>> Weights<M> {
    /// What the next weight becomes.
    pub fn change(&mut self, mut weight: u32) -> u32 {
        let (number, bits) = (self.number, u64::from(self.bits));
        self.number += 1;
        if let Some((_, way)) = self.moves.next_if(|&(cell, _)| cell == number) {
            weight = way.of(weight, (1 << bits) - 1);
        }
        while let Some(bit) = self.flips.next_if(|&bit| bit / bits == number) {
            weight ^= 1 << (bit % bits);
        }
        weight
    }
}

/// Numbers of places that are hit, each with the same probability, ascending.
#[derive(Clone, Debug)]
pub(crate) struct Hits {
    draws: Pcg32,
    /// `ln(1 - p)`.
    kept: f64,
    at: u64,
    places: u64,
}

impl Hits {
    /// Of `places` places each with probability `rate`, 0 to 1.
    pub fn new(draws: Pcg32, rate: f64, places: u64) -> Self {
        Self {
            draws,
            kept: libm::log1p(-rate),
            at: if rate > 0.0 { 0 } else { places },
            places,
        }
    }
}

impl Iterator for Hits {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.at >= self.places {
            return None;
        }
        // Uniform above 0 to 1, of 32 bits.
        let drawn = (f64::from(self.draws.next_u32()) + 1.0) / 4_294_967_296.0;
        let skipped = (libm::log(drawn) / self.kept).floor();
        if skipped >= (self.places - self.at) as f64 {
            self.at = self.places;
            return None;
        }
        let hit = self.at + skipped as u64;
        self.at = hit + 1;
        Some(hit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damage(flipped: f64, jitter: f64) -> Damage {
        Damage {
            flipped,
            jitter,
            seed: 5,
            trial: 3,
        }
    }

    /// As many as the binomial distribution has, within 5 sigma, and evenly spread; none and all at the ends.
    #[test]
    fn as_many_are_hit_as_are_to_be() {
        let places = 200_000u64;
        for rate in [0.0, 1e-4, 0.01, 0.3, 0.9, 1.0] {
            let hits: Vec<u64> = damage(rate, 0.0).flips(places).collect();
            assert!(hits.is_sorted_by(|a, b| a < b));
            assert!(hits.last().is_none_or(|&last| last < places));
            let halves = hits.iter().filter(|&&hit| hit < places / 2).count();
            for (found, of) in [(hits.len(), places), (halves, places / 2)] {
                let (mean, of) = (rate * of as f64, of as f64);
                let sigma = libm::sqrt(of * rate * (1.0 - rate));
                let far = (found as f64 - mean).abs();
                assert!(far <= 5.0 * sigma, "{rate}: {found} of {of}");
            }
            let moves: Vec<(u64, Move)> = damage(0.0, rate).moves(places).collect();
            let up = moves.iter().filter(|(_, way)| *way == Move::Up).count() as f64;
            let sigma = libm::sqrt(moves.len() as f64 / 4.0);
            assert!((up - moves.len() as f64 / 2.0).abs() <= 5.0 * sigma, "{up}");
        }
    }

    /// By hand: the bits and cells that are hit, found beforehand, and no others.
    #[test]
    fn weights_change_where_they_are_hit() {
        let damage = damage(0.05, 0.2);
        let (mut flips, mut moves) = (vec![0u32; 100], vec![None; 100]);
        damage
            .flips(400)
            .for_each(|bit| flips[bit as usize / 4] ^= 1 << (bit % 4));
        damage
            .moves(100)
            .for_each(|(cell, way)| moves[cell as usize] = Some(way));
        assert!(moves.iter().flatten().count() > 5 && flips.iter().any(|&bits| bits != 0));
        let mut weights = damage.weights(100, 4);
        for (number, (flip, way)) in flips.into_iter().zip(moves).enumerate() {
            let old = number as u32 % 16;
            let moved = match way {
                Some(Move::Up) => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15],
                Some(Move::Down) => [0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
                None => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
            };
            assert_eq!(weights.change(old), moved[old as usize] ^ flip, "{number}");
        }
    }

    #[test]
    fn heads_of_rows_stay() {
        let mut rows = vec![0u32; 12];
        damage(1.0, 0.0).flip_rows(&mut rows, 4, 1);
        assert_eq!(rows, [0, !0, !0, !0, 0, !0, !0, !0, 0, !0, !0, !0]);
    }
}
