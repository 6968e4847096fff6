//! Questions and what a memory answers.
//!
//! Two stages. The index gives the stored cues whose codes share most units with that of the question, which has more active
//! units than they have ([`Ask::active`]): no vector is read for it. Then the vectors of these few are read from the log, and
//! the modern Hopfield network over them gives each a share of the question, `softmax(beta cosine)`, in one step. An item's
//! share is that of all its cues.
//!
//! Where cues have a direction in common, another first stage finds the few: see [`Search`]. So it does where more cues than are
//! asked for hold nearly all of their units in the question's code, as those of one of several subjects may: their vectors decide.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::Serialize;
use slotless_core::real::{self, Real};

use super::StoreError;
use super::common::Search;
use super::metadata::Filter;
use super::nearest::coded;
use super::nearest::{READ, only};
use super::store::Store;
use super::table::{Near, largest};
use super::unit::unit;

/// How a memory is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct Ask {
    top: usize,
    threshold: f32,
    nearest: usize,
    active: Option<u32>,
    beta: f32,
}

impl Default for Ask {
    fn default() -> Self {
        Self::new()
    }
}

impl Ask {
    /// [`Ask::top`] unless set: the answer and no runner-up.
    pub const TOP: usize = 1;
    /// [`Ask::threshold`] unless set, a cosine.
    pub const THRESHOLD: f32 = 0.45;
    /// [`Ask::nearest`] unless set, in cues.
    pub const NEAREST: usize = 200;
    /// [`Ask::beta`] unless set.
    pub const BETA: f32 = 32.0;

    /// A question with the settings above, and a tenth of all units active.
    ///
    /// Measured with all-MiniLM-L6-v2 and the 60 triples of exp07 among 20,000 unrelated pairs, by 240 questions that say their
    /// cues in other words; in brackets with the templated background instead of the varied one. The nearest vector of all is
    /// right for 155 (222). So are 155 (220) of the answers from the 200 cues that share most of 1,638 units with the question, 154
    /// (216) from 50 of them; but 144 (202) from the 200 that share most of 50 units. Further steps of settling only lost some,
    /// and temperatures made no difference, where each target has one cue. At a threshold of 0.45 144 (170) are answered rightly
    /// and 61 (8) wrongly, and 46 (8) of 303 questions about nothing stored get an answer; at 0.4 154 (192), 76 (10) and 167 (24);
    /// at 0.5 125 (134), 41 (4) and 0 (2).
    pub const fn new() -> Self {
        Self {
            top: Self::TOP,
            threshold: Self::THRESHOLD,
            nearest: Self::NEAREST,
            active: None,
            beta: Self::BETA,
        }
    }

    /// How many items are wanted, with the answer, 1 to 1,000.
    pub const fn top(mut self, top: usize) -> Self {
        self.top = top;
        self
    }

    /// The least cosine of a question and a stored cue that is an answer, -1 to 1.
    pub const fn threshold(mut self, threshold: f32) -> Self {
        self.threshold = threshold;
        self
    }

    /// How many cues take part in the second stage, 1 to 10,000; never fewer than [`Ask::top`].
    pub const fn nearest(mut self, nearest: usize) -> Self {
        self.nearest = nearest;
        self
    }

    /// Active units of the question's code, 1 to all units; a tenth of all unless this is set, and then no fewer than stored
    /// codes have. A stored cue that is like the question has most of its few units among these many.
    pub const fn active(mut self, active: u32) -> Self {
        self.active = Some(active);
        self
    }

    /// Inverse temperature of the second stage, above 0: a small one lets many cues of an item outweigh a single one that
    /// is nearer.
    pub const fn beta(mut self, beta: f32) -> Self {
        self.beta = beta;
        self
    }

    /// Refuses settings out of range, as [`Store::ask`] does.
    ///
    /// # Errors
    /// [`StoreError::Ask`].
    pub fn check(&self) -> Result<(), StoreError> {
        let refused = |what, value: String, allowed: &'static str| {
            Err(StoreError::Ask {
                what,
                value,
                allowed: allowed.into(),
            })
        };
        if !(1..=1000).contains(&self.top) {
            return refused("top", self.top.to_string(), "1 to 1000");
        }
        if !(-1.0..=1.0).contains(&self.threshold) {
            return refused("threshold", self.threshold.to_string(), "-1 to 1");
        }
        if !(1..=10_000).contains(&self.nearest) {
            return refused("nearest", self.nearest.to_string(), "1 to 10000");
        }
        if !(self.beta > 0.0 && self.beta <= 1e6) {
            return refused("beta", self.beta.to_string(), "above 0, up to 1000000");
        }
        Ok(())
    }
}

/// An item that was recalled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// Its number.
    pub id: u64,
    /// What it recalls.
    pub target: String,
    /// The one of its cues that is nearest to the question.
    pub cue: String,
    /// Cosine of the question's vector and that cue's: 1 for the same.
    pub score: f32,
    /// Units that their codes share, up to the number of active ones.
    pub overlap: u32,
    /// Share of the item among the cues that took part, 0 to 1.
    pub share: f32,
}

/// What a memory answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// The item recalled; none where nothing stored is close.
    pub best: Option<Found>,
    /// The next ones, by their share, close or not. Where nothing is close, the first of them is the closest.
    pub others: Vec<Found>,
}

/// A step of a chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hop {
    /// Its number, from 1.
    pub hop: u32,
    /// What the target before it recalls.
    pub answer: Answer,
}

/// Whether all cues take part in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cues {
    All,
    Some,
}

/// An item that takes part.
struct Candidate {
    /// Place of the item in the table.
    item: u32,
    /// Its best pair, and that one's cosine and overlap.
    pair: u32,
    score: f32,
    overlap: u32,
    share: f32,
}

impl Store {
    /// Asks for the item whose cue is most like a question.
    ///
    /// # Errors
    /// [`StoreError`] for a vector of another length, that is not finite or zero, and for settings out of range.
    pub fn ask(&self, vector: &[f32], ask: &Ask) -> Result<Answer, StoreError> {
        self.ask_among(vector, ask, &Filter::new())
    }

    /// As [`Store::ask`], among the items that a filter takes. Cost: looking at every item's times and tags, and where no more than 1,024 cues
    /// are left, reading their vectors.
    ///
    /// # Errors
    /// As [`Store::ask`].
    pub fn ask_among(
        &self,
        vector: &[f32],
        ask: &Ask,
        filter: &Filter,
    ) -> Result<Answer, StoreError> {
        if filter.is_all() {
            return self.ask_where(vector, ask, |_| true, Cues::All);
        }
        let matching = self.table.matching(filter);
        self.ask_where(vector, ask, |item| matching.takes(item), Cues::Some)
    }

    /// Asks among the items that `takes` takes, by their places in the table.
    fn ask_where(
        &self,
        vector: &[f32],
        ask: &Ask,
        takes: impl Fn(u32) -> bool,
        cues: Cues,
    ) -> Result<Answer, StoreError> {
        ask.check()?;
        let question = unit("the question", vector, self.settings().inputs)?;
        let count = ask.nearest.max(ask.top);
        let common = self.common()?;
        let pairs = || {
            let pairs = self.table.pairs().filter(|(_, row)| takes(row.item));
            pairs.map(|(pair, _)| pair)
        };
        let are_few = cues == Cues::Some && pairs().nth(READ).is_none();
        let near = match (common.search(), ask.active) {
            // Whoever says how many units are active wants codes compared.
            (_, Some(_)) => {
                let code = self.question_code(&question, ask)?;
                self.nearest_by_code(&code, pairs(), count)?
            }
            (Search::Vectors, None) => self.nearest_of(&question, pairs(), count)?,
            _ if are_few => self.nearest_of(&question, pairs(), count)?,
            (Search::Drives, None) => self.nearest_by_own(&question, &common, pairs(), count)?,
            (Search::Codes, None) => self.nearest_of_subject(&question, pairs, count)?,
        };
        self.answer(&question, &near, ask)
    }

    fn nearest_by_code(
        &self,
        code: &[u32],
        pairs: impl Iterator<Item = u32>,
        count: usize,
    ) -> Result<Vec<Near>, StoreError> {
        let overlaps = self.table.overlaps(code);
        let overlaps = overlaps.map_err(|error| StoreError::Setting(error.to_string()))?;
        Ok(largest(&only(&overlaps, pairs), code.len(), count))
    }

    /// The code of a question of length 1, ascending units.
    ///
    /// # Errors
    /// [`StoreError`] for a vector of another length, and for settings out of range.
    pub fn question_code(&self, question: &[f32], ask: &Ask) -> Result<Vec<u32>, StoreError> {
        let projector = self.projector()?;
        let projector = match ask.active {
            None => projector.for_questions(),
            Some(active) => projector.with_active(active).map_err(|_| StoreError::Ask {
                what: "active",
                value: active.to_string(),
                allowed: format!("1 to {}", self.settings().units).into(),
            })?,
        };
        coded(&projector, question)
    }

    /// [`Store::ask`] with the question's code, from [`Store::question_code`].
    ///
    /// # Errors
    /// As [`Store::ask`]; [`StoreError::Ask`] for a code that is not one of ascending units.
    pub fn ask_coded(&self, vector: &[f32], code: &[u32], ask: &Ask) -> Result<Answer, StoreError> {
        ask.check()?;
        let units = self.settings().units;
        if !code.is_sorted_by(|a, b| a < b) || code.last().is_some_and(|&last| last >= units) {
            return Err(StoreError::Ask {
                what: "code",
                value: format!("{} numbers", code.len()),
                allowed: format!("ascending units below {units}").into(),
            });
        }
        let question = unit("the question", vector, self.settings().inputs)?;
        let pairs = self.table.pairs().map(|(pair, _)| pair);
        let near = self.nearest_by_code(code, pairs, ask.nearest.max(ask.top))?;
        self.answer(&question, &near, ask)
    }

    fn answer(&self, question: &[f32], near: &[Near], ask: &Ask) -> Result<Answer, StoreError> {
        let candidates = self.candidates(question, near, ask)?;
        let found = candidates.iter().take(ask.top).map(|one| self.found(one));
        let mut found = found.collect::<Result<Vec<Found>, _>>()?;
        let is_close = found
            .first()
            .is_some_and(|best| best.score >= ask.threshold);
        let best = is_close.then(|| found.remove(0));
        Ok(Answer {
            best,
            others: found,
        })
    }

    /// Asks on with each answer's target as the next question, `hops` times at most, and stops where nothing is close. An item that
    /// was an answer is left out from then on, so that a chain does not run in a circle.
    ///
    /// # Errors
    /// As [`Store::ask`].
    pub fn chain(
        &self,
        vector: &[f32],
        hops: u32,
        ask: &Ask,
        mut each: impl FnMut(Hop),
    ) -> Result<(), StoreError> {
        let mut vector = vector.to_vec();
        let mut visited = Vec::new();
        for hop in 1..=hops {
            let cues = if visited.is_empty() {
                Cues::All
            } else {
                Cues::Some
            };
            let answer = self.ask_where(&vector, ask, |item| !visited.contains(&item), cues)?;
            let next = answer.best.as_ref().map(|best| best.id);
            each(Hop { hop, answer });
            let Some((item, _)) = next.and_then(|id| self.table.find(id)) else {
                break;
            };
            visited.push(item);
            let mut reader = self.reader();
            let (entries, entry) = reader.target(item)?;
            vector = entries.vector(entry).collect();
        }
        Ok(())
    }

    /// Items that take part, by their share, of equal ones by their score, then the newer one: what was said last holds.
    fn candidates(
        &self,
        question: &[f32],
        near: &[Near],
        ask: &Ask,
    ) -> Result<Vec<Candidate>, StoreError> {
        if near.is_empty() {
            return Ok(Vec::new());
        }
        // In the order in which they lie in the log, so that a record with many of them is read and checked once.
        let mut order: Vec<usize> = (0..near.len()).collect();
        order.sort_by_key(|&at| self.table.pair(near[at].pair).cue.payload);
        let mut scores = vec![0.0; near.len()];
        let (mut reader, mut vector) = (self.reader(), Vec::new());
        for at in order {
            let (entries, entry) = reader.cue(near[at].pair)?;
            vector.clear();
            vector.extend(entries.vector(entry));
            scores[at] = real::dot(question, &vector);
        }
        let mut shares: Vec<f32> = scores.iter().map(|score| ask.beta * score).collect();
        f32::softmax_in_place(&mut shares);
        let mut candidates: Vec<Candidate> = Vec::new();
        // Where each item is among them: ten thousand neighbours may be of as many items.
        let mut places = HashMap::with_capacity(near.len());
        for ((near, &score), &share) in near.iter().zip(&scores).zip(&shares) {
            let item = self.table.pair(near.pair).item;
            match places.entry(item) {
                Entry::Vacant(place) => {
                    place.insert(candidates.len());
                    candidates.push(Candidate {
                        item,
                        pair: near.pair,
                        score,
                        overlap: near.overlap,
                        share,
                    });
                }
                Entry::Occupied(place) => {
                    let one = &mut candidates[*place.get()];
                    one.share += share;
                    if score > one.score {
                        (one.pair, one.score, one.overlap) = (near.pair, score, near.overlap);
                    }
                }
            }
        }
        candidates.sort_by(|a, b| {
            let by_share = b.share.total_cmp(&a.share);
            let by_score = || b.score.total_cmp(&a.score);
            let id = |one: &Candidate| self.table.item(one.item).id;
            by_share.then_with(by_score).then(id(b).cmp(&id(a)))
        });
        Ok(candidates)
    }

    fn found(&self, one: &Candidate) -> Result<Found, StoreError> {
        let mut reader = self.reader();
        Ok(Found {
            id: self.table.item(one.item).id,
            target: reader.target_text(one.item)?,
            cue: reader.cue_text(one.pair)?,
            score: one.score,
            overlap: one.overlap,
            share: one.share,
        })
    }
}
