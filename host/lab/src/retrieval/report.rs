//! Shares of questions, by category, with intervals.

use slotless_core::rng;

use super::measure::{auc, rank, recall, refused};
use super::{Answer, Loaded, Method};
use crate::purpose;

/// How intervals are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How often haystacks are drawn with replacement, 1 to 100,000.
    pub draws: u32,
    /// Seed of the draws.
    pub seed: u64,
}

/// A number with the 95 % interval that drawing haystacks with replacement gives; none for a single haystack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The number.
    pub value: f64,
    /// Where the interval starts and ends.
    pub ends: Option<[f64; 2]>,
}

/// Shares of the questions of a category.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// How items were ranked.
    pub method: Method,
    /// Which questions; `all` are those with an answer.
    pub category: String,
    /// How many.
    pub questions: usize,
    /// hit@1, hit@5, hit@10, recall@10, mean reciprocal rank.
    pub shares: [Interval; 5],
    /// Area under the ROC curve of the best score, questions with an answer against those without; of all alone.
    pub auc: Option<Interval>,
    /// Questions without an answer below the threshold that refuses a tenth of those with one; of all alone.
    pub refused: Option<Interval>,
    /// The same two of how likely an answer is judged ([`judge`](super::judge)).
    pub judged: [Option<Interval>; 2],
}

/// What questions came to, one method at a time.
#[derive(Debug)]
pub struct Report<'a> {
    loaded: &'a Loaded,
    plan: Plan,
    /// How often each haystack is in each draw.
    draws: Vec<Vec<u32>>,
}

/// A share of answered questions that `Row::refused` refuses.
const REFUSED: f64 = 0.1;

impl<'a> Report<'a> {
    /// Of what was loaded.
    #[must_use]
    pub fn new(loaded: &'a Loaded, plan: Plan) -> Self {
        let count = loaded.haystacks.len();
        let draw = |number| {
            let mut stream = rng::stream(plan.seed, purpose::retrieval::DRAWS, 0, number);
            let mut times = vec![0; count];
            for _ in 0..count {
                times[rng::below(&mut stream, count as u32) as usize] += 1;
            }
            times
        };
        let draws = (0..plan.draws).map(draw).collect();
        Self {
            loaded,
            plan,
            draws,
        }
    }

    /// How intervals are made.
    #[must_use]
    pub const fn plan(&self) -> Plan {
        self.plan
    }

    /// The number of each draw's haystacks, each as often as it was drawn, and its interval.
    fn interval(&self, of: impl Fn(&[u32]) -> Option<f64>) -> Option<Interval> {
        let haystacks = self.loaded.haystacks.len();
        let value = of(&vec![1; haystacks])?;
        let mut drawn: Vec<f64> = match haystacks {
            0 | 1 => Vec::new(),
            _ => self.draws.iter().filter_map(|times| of(times)).collect(),
        };
        drawn.sort_by(f64::total_cmp);
        let quantile = |share: f64| {
            let last = drawn.len().checked_sub(1)?;
            Some(drawn[(share * last as f64).round() as usize])
        };
        let ends = quantile(0.025).zip(quantile(0.975)).map(<[f64; 2]>::from);
        Some(Interval { value, ends })
    }

    /// The mean over questions of what each came to, with the interval that drawing haystacks gives: for each haystack sums, and
    /// how many.
    #[must_use]
    pub fn mean(&self, sums: &[(f64, u32)]) -> Option<Interval> {
        self.interval(|times| {
            let mut whole = (0.0, 0.0);
            for (&(sum, count), &times) in sums.iter().zip(times) {
                whole.0 += f64::from(times) * sum;
                whole.1 += f64::from(times) * f64::from(count);
            }
            (whole.1 > 0.0).then(|| whole.0 / whole.1)
        })
    }

    /// The rows of a method: `all` first, then the categories in the order of their names. `answers` has those of each haystack.
    #[must_use]
    pub fn rows(&self, method: Method, answers: &[Vec<&Answer>]) -> Vec<Row> {
        let questions = self.loaded.haystacks.iter().flat_map(|one| &one.questions);
        let answerable = questions.filter(|question| question.is_answerable());
        let mut categories: Vec<&str> = answerable.map(|one| &one.category[..]).collect();
        categories.sort_unstable();
        categories.dedup();
        let mut rows: Vec<Row> = self.row(method, None, answers).into_iter().collect();
        for category in categories {
            rows.extend(self.row(method, Some(category), answers));
        }
        rows
    }

    fn row(&self, method: Method, category: Option<&str>, answers: &[Vec<&Answer>]) -> Option<Row> {
        let mut sums = vec![[0.0; 5]; answers.len()];
        let mut counts = vec![0; answers.len()];
        // Best scores of questions with an answer and without one.
        let mut scores = vec![[Vec::new(), Vec::new()]; answers.len()];
        let mut judged = scores.clone();
        for (place, (haystack, answers)) in self.loaded.haystacks.iter().zip(answers).enumerate() {
            for (question, answer) in haystack.questions.iter().zip(answers) {
                let is_answerable = question.is_answerable();
                scores[place][usize::from(!is_answerable)].push(answer.best);
                judged[place][usize::from(!is_answerable)].extend(answer.judged);
                let is_asked = category.is_none_or(|one| one == question.category);
                if !is_answerable || !is_asked {
                    continue;
                }
                counts[place] += 1;
                let of = measures(answer, &question.evidence);
                for (sum, one) in sums[place].iter_mut().zip(of) {
                    *sum += one;
                }
            }
        }
        let share = |which: usize| {
            let sums: Vec<(f64, u32)> = sums
                .iter()
                .map(|of| of[which])
                .zip(counts.iter().copied())
                .collect();
            self.mean(&sums)
        };
        let over = |scores: &[[Vec<f64>; 2]], of: &dyn OfScores| {
            self.interval(|times| {
                let [high, low] = [0, 1].map(|which| {
                    let each = scores.iter().zip(times);
                    let each = each
                        .flat_map(|(of, &times)| std::iter::repeat_n(&of[which], times as usize));
                    each.flatten().copied().collect::<Vec<f64>>()
                });
                of(&high, &low)
            })
        };
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(share);
        let is_all = category.is_none();
        let below: &dyn OfScores = &|high: &[f64], low: &[f64]| refused(high, low, REFUSED);
        Some(Row {
            method,
            category: category.unwrap_or("all").to_owned(),
            questions: counts.iter().sum::<u32>() as usize,
            shares: [a?, b?, c?, d?, e?],
            auc: is_all.then(|| over(&scores, &auc)).flatten(),
            refused: is_all.then(|| over(&scores, below)).flatten(),
            judged: [&auc as &dyn OfScores, below]
                .map(|of| is_all.then(|| over(&judged, of)).flatten()),
        })
    }
}

/// A number of the best scores of questions with an answer and of those without one.
trait OfScores: Fn(&[f64], &[f64]) -> Option<f64> {}

impl<F: Fn(&[f64], &[f64]) -> Option<f64>> OfScores for F {}

/// hit@1, hit@5, hit@10, recall@10 and reciprocal rank of an answer.
pub(super) fn measures(answer: &Answer, evidence: &[usize]) -> [f64; 5] {
    let rank = rank(&answer.ranking, evidence);
    let hit = |k| f64::from(rank.is_some_and(|rank| rank <= k));
    let reciprocal = rank.map_or(0.0, |rank| 1.0 / rank as f64);
    [
        hit(1),
        hit(5),
        hit(10),
        recall(&answer.ranking, evidence, 10),
        reciprocal,
    ]
}
