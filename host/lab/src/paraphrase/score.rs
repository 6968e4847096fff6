//! Whether what was recalled is the right target.

/// What came of one recall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The right target shares more units with it than any other candidate.
    Right,
    /// The right target shares most units with it, and so does another. Counted as wrong.
    Tied,
    /// Another target shares more, or none any.
    Wrong,
}

/// What came of one recall, by which targets are candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// Among the targets of the test pairs, as exp07 does it.
    pub among_tests: Outcome,
    /// Among these and those of the background.
    pub among_all: Outcome,
    /// Units that the right target's code shares with what was recalled.
    pub overlap: u32,
}

impl Outcome {
    fn of(own: u32, best_other: u32) -> Self {
        match own.cmp(&best_other) {
            _ if own == 0 => Self::Wrong,
            std::cmp::Ordering::Greater => Self::Right,
            std::cmp::Ordering::Equal => Self::Tied,
            std::cmp::Ordering::Less => Self::Wrong,
        }
    }
}

/// Target codes that compete: those of the tests, and those of the background so far.
#[derive(Debug)]
pub(super) struct Candidates {
    tests: Lists,
    background: Lists,
}

impl Candidates {
    pub fn new<'a>(units: u32, tests: impl Iterator<Item = &'a [u32]>) -> Self {
        let mut candidates = Self {
            tests: Lists::new(units),
            background: Lists::new(units),
        };
        tests.for_each(|code| candidates.tests.push(code));
        candidates
    }

    /// Adds the target of a background pair.
    pub fn push(&mut self, code: &[u32]) {
        self.background.push(code);
    }

    /// Scores what was recalled for test pair `own`.
    pub fn score(&mut self, code: &[u32], own: usize) -> Score {
        let background = self.background.count(code).iter().copied().max();
        let tests = self.tests.count(code);
        let overlap = tests[own];
        let others = tests.iter().enumerate().filter(|&(place, _)| place != own);
        let best = others.map(|(_, &overlap)| overlap).max().unwrap_or(0);
        Score {
            among_tests: Outcome::of(overlap, best),
            among_all: Outcome::of(overlap, best.max(background.unwrap_or(0))),
            overlap,
        }
    }
}

/// Codes by their units.
#[derive(Debug)]
struct Lists {
    with_unit: Vec<Vec<u32>>,
    counts: Vec<u32>,
}

impl Lists {
    fn new(units: u32) -> Self {
        Self {
            with_unit: vec![Vec::new(); units as usize],
            counts: Vec::new(),
        }
    }

    fn push(&mut self, code: &[u32]) {
        let number = self.counts.len() as u32;
        for &unit in code {
            self.with_unit[unit as usize].push(number);
        }
        self.counts.push(0);
    }

    /// Units that each shares with a code.
    fn count(&mut self, code: &[u32]) -> &[u32] {
        self.counts.fill(0);
        for &unit in code {
            for &number in &self.with_unit[unit as usize] {
                self.counts[number as usize] += 1;
            }
        }
        &self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_by_the_most_shared_units() {
        let tests: [&[u32]; 2] = [&[1, 2, 3, 4], &[3, 4, 5, 6]];
        let mut candidates = Candidates::new(10, tests.into_iter());
        let score = |candidates: &mut Candidates, code: &[u32], own| {
            let score = candidates.score(code, own);
            (score.among_tests, score.among_all, score.overlap)
        };
        use Outcome::{Right, Tied, Wrong};
        assert_eq!(score(&mut candidates, &[1, 3, 4, 9], 0), (Right, Right, 3));
        assert_eq!(score(&mut candidates, &[1, 3, 4, 9], 1), (Wrong, Wrong, 2));
        assert_eq!(score(&mut candidates, &[3, 4, 7, 8], 1), (Tied, Tied, 2));
        // Nothing recalled, or nothing shared, is wrong though all are equal.
        assert_eq!(score(&mut candidates, &[], 1), (Wrong, Wrong, 0));
        assert_eq!(score(&mut candidates, &[0, 9], 1), (Wrong, Wrong, 0));
        candidates.push(&[1, 3, 7, 9]);
        candidates.push(&[0, 7, 8, 9]);
        assert_eq!(score(&mut candidates, &[1, 3, 4, 9], 0), (Right, Tied, 3));
        assert_eq!(score(&mut candidates, &[3, 4, 7, 8], 1), (Tied, Tied, 2));
        assert_eq!(score(&mut candidates, &[1, 3, 7, 9], 0), (Right, Wrong, 2));
    }
}
