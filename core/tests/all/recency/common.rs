//! A memory beside the naive one, and patterns for both.

use crate::naive::recency::{self as oracle, Sizes};
use crate::naive::{self, Pcg, unpack};
use slotless_core::recency::{Match, Params, Recalled, Recency};

pub fn params(sizes: Sizes) -> Params {
    Params::builder(sizes.n as u32, sizes.rows as u32)
        .levels(sizes.levels as u32)
        .active(sizes.s as u32)
        .cap(sizes.cap as u32)
        .miss(sizes.miss as u32)
        .build()
        .unwrap()
}

/// Both memories, equal at each step.
pub struct Both {
    pub memory: Recency<Vec<u32>>,
    pub naive: oracle::Recency,
    scratch: Vec<u32>,
}

impl Both {
    /// Starts after this many events of which nothing is left.
    pub fn after(sizes: Sizes, events: u64) -> Self {
        let params = params(sizes);
        let mut words = vec![0; params.words()];
        (words[0], words[1]) = (events as u32, (events >> 32) as u32);
        let mut naive = oracle::Recency::new(sizes);
        naive.events = events;
        Self {
            memory: Recency::open(params, words).unwrap(),
            naive,
            // What scratch holds makes no difference.
            scratch: vec![0xdead_beef; params.scratch_words()],
        }
    }

    pub fn new(sizes: Sizes) -> Self {
        Self::after(sizes, 0)
    }

    /// Learns in both; whether it was taken.
    pub fn learn(&mut self, pattern: &[bool]) -> bool {
        let event = self.naive.events;
        let taken = self.naive.learn(pattern);
        let learned = self.memory.learn(&naive::words(pattern), &mut self.scratch);
        assert_eq!(learned.is_ok(), taken, "{learned:?}");
        if taken {
            assert_eq!(learned, Ok(event));
        }
        assert_eq!(self.memory.learned(), self.naive.events);
        taken
    }

    /// The state as the text has it.
    pub fn check_state(&self) {
        assert_eq!(self.memory.words(), self.naive.words());
        for (row, cells) in (0..).zip(&self.naive.rows) {
            let set = cells.iter().zip(0u32..);
            let set = set.filter_map(|(event, cell)| Some((cell, (*event)?)));
            // The newest event of a row is at level 0.
            let newest = cells.iter().flatten().max().copied().unwrap_or(0);
            let level = |event: u64| (newest - event) / self.naive.sizes.rows;
            let levels = set.map(|(cell, event)| (cell, level(event) as u32));
            assert!(self.memory.levels(row).eq(levels), "row {row}");
        }
        assert_eq!(
            self.memory.levels(self.naive.rows.len() as u32).next(),
            None
        );
    }

    /// Recalls from both, with the runner-up.
    pub fn recall(&mut self, cue: &[bool]) {
        let n = cue.len();
        let expected = self.naive.recall(cue);
        let words = naive::words(cue);
        let found = self.memory.find(&words, &mut self.scratch).unwrap();
        let recalled = self.memory.recall(&words, &mut self.scratch).unwrap();
        assert_eq!(recalled.matched, found);
        self.naive.check(found, expected.found.as_ref());
        check_units(&recalled, &expected, n);
        let Some(found) = found else { return };
        let next = self
            .memory
            .runner_up(&words, found.age(), &mut self.scratch)
            .unwrap();
        let best = expected.found.map(|best| best.event);
        let expected = self.naive.find(cue, best);
        self.naive.check(next, expected.as_ref());
    }
}

fn check_units(recalled: &Recalled<'_>, expected: &oracle::Recalled, n: usize) {
    use slotless_core::recency::Unit::{Member, NonMember, Unknown};
    assert_eq!(unpack(recalled.pattern, n), expected.pattern);
    assert_eq!(unpack(recalled.members, n), expected.members);
    assert_eq!(unpack(recalled.unknown, n), expected.unknown);
    for unit in 0..n {
        let known = match (expected.members[unit], expected.unknown[unit]) {
            (true, _) => Member,
            (_, true) => Unknown,
            _ => NonMember,
        };
        assert_eq!(recalled.unit(unit as u32), known);
    }
}

impl oracle::Recency {
    /// What was found against what is to be found.
    pub fn check(&self, found: Option<Match>, expected: Option<&oracle::Found>) {
        let found = found.map(|found| {
            let event = self.events - found.age();
            let rows = self.sizes.rows;
            assert_eq!(u64::from(found.row()), event % rows);
            let newest = (self.events - rows.min(self.events)..self.events)
                .find(|other| other % rows == event % rows)
                .unwrap();
            assert_eq!(u64::from(found.level()), newest / rows - event / rows);
            oracle::Found {
                score: found.score().into(),
                event,
            }
        });
        assert_eq!(found.as_ref(), expected);
    }
}

/// This many ones, some of them those of another pattern.
pub fn near(draws: &mut Pcg, of: &[bool], kept: u64, fresh: u64) -> Vec<bool> {
    let mut pattern = draws.cue(of, kept);
    let n = of.len() as u64;
    for (unit, more) in draws.sample(n, fresh.min(n)).into_iter().enumerate() {
        pattern[unit] |= more;
    }
    pattern
}
