//! What the answer to a question looks like, from what takes part in it.

use super::calibrate::Signs;
use super::score::{Prepared, Ranked, Scored};
use super::table::Table;

/// The best of some items: of those whose speaker is named, and of the others.
#[derive(Clone, Copy, Debug)]
struct Best {
    of: [Option<f32>; 2],
}

impl Best {
    const NONE: Self = Self { of: [None; 2] };

    fn take(&mut self, is_named: bool, value: f32) {
        let best = &mut self.of[usize::from(is_named)];
        *best = Some(best.map_or(value, |best| best.max(value)));
    }

    fn largest(&self) -> f64 {
        let [others, named] = self.of;
        let both = others.into_iter().chain(named);
        both.reduce(f32::max).map_or(0.0, f64::from)
    }

    /// By how much those that are named lead, where there are some of both.
    fn lead(&self) -> Option<f64> {
        let [others, named] = self.of;
        Some(f64::from(named?) - f64::from(others?))
    }
}

/// The mean of the five largest, of as many as there are.
fn five(values: &mut [f32]) -> f64 {
    let count = values.len().min(5);
    if count == 0 {
        return 0.0;
    }
    if values.len() > count {
        values.select_nth_unstable_by(count, |a, b| b.total_cmp(a));
    }
    values[..count].sort_unstable_by(f32::total_cmp);
    let sum: f64 = values[..count].iter().map(|&one| f64::from(one)).sum();
    sum / count as f64
}

impl Signs {
    /// Of what takes part in the answer to a question.
    pub(super) fn of(prepared: &Prepared<'_>, table: &Table, ranked: &Ranked) -> Self {
        // Of each item the coverage, the cosine and the score, without what it gains beside its cues.
        let of = |one: &Scored| {
            let score = prepared.score(one.cosine, one.words);
            [prepared.coverage(one.words), one.cosine, score]
        };
        let items: Vec<[f32; 3]> = ranked.scored.iter().map(of).collect();
        let mut best = [Best::NONE; 3];
        for (one, values) in ranked.scored.iter().zip(&items) {
            let is_named = prepared.is_named(table, one.item);
            for (best, &value) in best.iter_mut().zip(values) {
                best.take(is_named, value);
            }
        }
        // The first and the second, of equal ones the newer first.
        let mut order: Vec<usize> = (0..items.len()).collect();
        let rank = |&at: &usize| {
            let one = &ranked.scored[at];
            (one.score, table.item(one.item).id)
        };
        let by_rank = |a: &usize, b: &usize| {
            let (a, b) = (rank(a), rank(b));
            b.0.total_cmp(&a.0).then(b.1.cmp(&a.1))
        };
        if order.len() > 2 {
            order.select_nth_unstable_by(1, by_rank);
            order.truncate(2);
        }
        order.sort_unstable_by(by_rank);
        let of_first = |which: usize| {
            let first = order.first().map(|&at| items[at][which]);
            first.map_or(0.0, f64::from)
        };
        let ahead = match order[..] {
            [first, second, ..] => {
                f64::from(ranked.scored[first].score) - f64::from(ranked.scored[second].score)
            }
            _ => 0.0,
        };
        let mean_of = |which: usize| {
            let mut values: Vec<f32> = items.iter().map(|item| item[which]).collect();
            five(&mut values)
        };
        let [coverage, cosine, score] = best;
        Self {
            numbers: [
                coverage.largest(),
                of_first(0),
                mean_of(0),
                ahead,
                coverage.lead().unwrap_or(0.0),
                score.lead().unwrap_or(0.0),
                cosine.largest(),
                of_first(1),
                mean_of(1),
                cosine.lead().unwrap_or(0.0),
            ],
            has_vector: prepared.vector.is_some(),
        }
    }
}
