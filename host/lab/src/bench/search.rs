//! Searches of binary rows by overlap: the most similar of many stored patterns.

use std::hint::black_box;
use std::time::{Duration, Instant};

use slotless_core::bits;

use super::Timing;
use crate::patterns::random;
use crate::purpose::bench as purpose;
use slotless_kernels::cpu::{self, Isa, nearest};

/// A search: rows of packed bits, a tenth of them ones, and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Search {
    /// Name in tables.
    pub name: &'static str,
    /// Bits of a row.
    pub bits: u32,
    /// Rows.
    pub rows: usize,
}

/// The searches that other programs are timed with as well.
pub const SEARCHES: [Search; 2] = [
    Search {
        name: "search_100k_1024",
        bits: 1_024,
        rows: 100_000,
    },
    Search {
        name: "search_1m_256",
        bits: 256,
        rows: 1_000_000,
    },
];

/// What it costs to keep the rows for searching.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Keeping {
    /// Seconds.
    pub seconds: f64,
    /// Bytes of what is kept.
    pub bytes: usize,
}

/// Queries of a batch.
pub const BATCH: usize = 100;

impl Search {
    /// Bytes of the rows.
    #[must_use]
    pub fn bytes(&self) -> usize {
        4 * self.rows * bits::words_for(self.bits)
    }

    /// What [`Search::time`] times.
    pub const TIMED: [&'static str; 4] = ["single", "batch", "single rows", "batch rows"];

    /// Seconds of one query, by itself and in a batch of [`BATCH`], by the rows' columns and by the rows as they are; and of
    /// keeping the rows.
    ///
    /// # Panics
    /// If a query's own row is not found: a query is a row.
    #[must_use]
    pub fn time(&self, isa: Isa, budget: Duration) -> ([Timing; 4], Keeping) {
        let stored = random(
            20_260,
            purpose::MEMORIES,
            0,
            self.bits,
            self.bits / 10,
            self.rows,
        );
        let words = bits::words_for(self.bits);
        let step = self.rows / BATCH;
        let queries: Vec<u32> = (0..BATCH)
            .flat_map(|query| stored.get(query * step).to_vec())
            .collect();
        let start = Instant::now();
        let kept = cpu::Search::new(isa, words, stored.words());
        let keeping = Keeping {
            seconds: start.elapsed().as_secs_f64(),
            bytes: kept.bytes(),
        };
        let own = (0..BATCH).map(|query| ((query * step) as u32, self.bits / 10));
        let own: Vec<(u32, u32)> = own.collect();
        assert_eq!(
            kept.nearest(&queries),
            own,
            "a row is the nearest to itself"
        );
        assert_eq!(nearest(isa, words, &queries, stored.words()), own);
        let time = |together: usize, ask: &dyn Fn(&[u32])| {
            let mut rounds = Vec::new();
            let mut next = 0;
            let start = Instant::now();
            while rounds.len() < 3 || start.elapsed() < budget {
                let queries = &queries[next * words..][..together * words];
                let one = Instant::now();
                ask(black_box(queries));
                rounds.push(one.elapsed().as_secs_f64() / together as f64);
                next = (next + together) % BATCH;
            }
            Timing::of(rounds)
        };
        let by_columns = |queries: &[u32]| drop(black_box(kept.nearest(queries)));
        let by_rows =
            |queries: &[u32]| drop(black_box(nearest(isa, words, queries, stored.words())));
        let timings = [
            time(1, &by_columns),
            time(BATCH, &by_columns),
            time(1, &by_rows),
            time(BATCH, &by_rows),
        ];
        (timings, keeping)
    }
}
