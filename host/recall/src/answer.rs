//! What a memory answers.
//!
//! Two stages. In RAM every cue gets a score ([`Ask`]): the cosine of the question's vector and the cue's, which is there in 8 bits a
//! number, and what the words count that both have. Then the vectors of the best items' cues are read from the log and compared in full, and
//! the modern Hopfield network over them gives each a share of the question, `softmax(beta score)`, in one step. An item's share is that of
//! all its cues.

use serde::Serialize;
use slotless_core::real::{self, Real};

use super::StoreError;
use super::ask::{Ask, Question};
use super::calibrate::Signs;
use super::metadata::Filter;
use super::score::{Cue, Prepared, Scored};
use super::store::Store;

/// An item that was recalled.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// Its number.
    pub id: u64,
    /// What it recalls.
    pub target: String,
    /// The one of its cues that is nearest to the question.
    pub cue: String,
    /// How close that is, which decides whether anything is: the cosine of the question's vector and the cue's, 1 for the same. Where
    /// words alone are compared, the share of the question's words that the item's cues have, by what they count.
    pub score: f32,
    /// The share of the question's words that the item's cues have, by their inverse document frequencies; none where words are not
    /// compared.
    pub words: Option<f32>,
    /// By what items are ranked before shares are made: see [`Ask`].
    pub rank: f32,
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
    /// How likely it is that the answer is in the memory, 0 to 1, by its [`Calibration`](super::Calibration); none without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<f32>,
}

/// A step of a chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hop {
    /// Its number, from 1.
    pub hop: u32,
    /// What the target before it recalls.
    pub answer: Answer,
}

/// An item that takes part.
struct Candidate {
    scored: Scored,
    /// Its best cue, with the cosine in full.
    best: Cue,
    rank: f32,
    share: f32,
}

impl Store {
    /// Asks for the item whose cue is most like a question.
    ///
    /// Cost: a byte is read from RAM for each number of each cue's vector, and of more than 131,072 cues a bit of each and a byte of a few
    /// thousand; a word is read for each word that a cue shares, and of more than that many cues a few thousand are looked at by their
    /// words; the records of [`Ask::nearest`] items are read from the disk.
    ///
    /// # Errors
    /// [`StoreError`] for a vector of another length, that is not finite or zero, for settings out of range, and for a question without
    /// anything that this memory compares.
    pub fn ask(&self, question: &Question<'_>, ask: &Ask) -> Result<Answer, StoreError> {
        self.ask_among(question, ask, &Filter::new())
    }

    /// As [`Store::ask`], among the items that a filter takes.
    ///
    /// # Errors
    /// As [`Store::ask`].
    pub fn ask_among(
        &self,
        question: &Question<'_>,
        ask: &Ask,
        filter: &Filter,
    ) -> Result<Answer, StoreError> {
        if filter.is_all() {
            return self.ask_where(question, ask, &|_| true);
        }
        let matching = self.table.matching(filter);
        self.ask_where(question, ask, &|item| matching.takes(item))
    }

    /// What the answer to a question looks like: what a calibration is made of.
    ///
    /// # Errors
    /// As [`Store::ask`].
    pub fn signs(&self, question: &Question<'_>, ask: &Ask) -> Result<Signs, StoreError> {
        self.signs_where(question, ask, &|_| true)
    }

    /// As [`Store::signs`], among the items that `takes` takes, by their places in the table.
    pub(super) fn signs_where(
        &self,
        question: &Question<'_>,
        ask: &Ask,
        takes: &impl Fn(u32) -> bool,
    ) -> Result<Signs, StoreError> {
        ask.check()?;
        let mut prepared = self.prepare(question, takes)?;
        let ranked = self.rank(&mut prepared, ask, takes);
        Ok(Signs::of(&prepared, &self.table, &ranked))
    }

    /// Asks among the items that `takes` takes, by their places in the table.
    fn ask_where(
        &self,
        question: &Question<'_>,
        ask: &Ask,
        takes: &impl Fn(u32) -> bool,
    ) -> Result<Answer, StoreError> {
        ask.check()?;
        let mut prepared = self.prepare(question, takes)?;
        let ranked = self.rank(&mut prepared, ask, takes);
        let calibration = self.calibration().filter(|_| prepared.has_words);
        let model = calibration.and_then(|one| one.model(prepared.vector.is_some()));
        let judged = model.map(|model| model.judge(&Signs::of(&prepared, &self.table, &ranked)));
        let best = self.best(ranked, ask.nearest.max(ask.top));
        let candidates = self.candidates(&prepared, ask, best)?;
        let found = candidates.iter().take(ask.top);
        let found = found.map(|one| self.found(&prepared, one));
        let mut found = found.collect::<Result<Vec<Found>, _>>()?;
        let is_close = found
            .first()
            .is_some_and(|best| match (ask.threshold, judged) {
                (Some(threshold), _) => best.score >= threshold,
                (None, Some(judged)) => judged.is_answered,
                (None, None) => best.score >= Ask::THRESHOLD,
            });
        let best = is_close.then(|| found.remove(0));
        Ok(Answer {
            best,
            others: found,
            known: judged.map(|one| one.known),
        })
    }

    /// Asks on with each answer's target as the next question, `hops` times at most, and stops where nothing is close. An item that
    /// was an answer is left out from then on, so that a chain does not run in a circle. A target is asked with by its words, if the first
    /// question was, and by its vector: the one that it was stored with, or else what `encode` makes of its text.
    ///
    /// # Errors
    /// As [`Store::ask`]; those of `encode`.
    pub fn chain<E: From<StoreError>>(
        &self,
        question: &Question<'_>,
        hops: u32,
        ask: &Ask,
        mut encode: impl FnMut(&str) -> Result<Option<Vec<f32>>, E>,
        mut each: impl FnMut(Hop),
    ) -> Result<(), E> {
        let by_words = question.text.is_some();
        // A target is no question, of which a calibration could tell whether it is answered.
        let ask = &ask.threshold(ask.threshold.unwrap_or(Ask::THRESHOLD));
        let mut text = question.text.map(str::to_owned);
        let mut vector = question.vector.map(<[f32]>::to_vec);
        let mut visited = Vec::new();
        for hop in 1..=hops {
            let question = Question {
                text: text.as_deref().filter(|_| by_words),
                vector: vector.as_deref(),
            };
            let answer = self.ask_where(&question, ask, &|item| !visited.contains(&item))?;
            let next = answer.best.as_ref().map(|best| best.id);
            each(Hop { hop, answer });
            let Some((item, _)) = next.and_then(|id| self.table.find(id)) else {
                break;
            };
            if hop == hops {
                break;
            }
            visited.push(item);
            let mut reader = self.reader();
            let (entries, entry) = reader.target(item)?;
            let target = entries.text(entry);
            vector = match entries.vector(entry) {
                Some(vector) => Some(vector.collect()),
                None => encode(target)?,
            };
            text = Some(target.to_owned());
        }
        Ok(())
    }

    /// Items that take part, by their share, of equal ones by their rank, then the newer one: what was said last holds.
    fn candidates(
        &self,
        prepared: &Prepared<'_>,
        ask: &Ask,
        mut best: Vec<(Scored, Vec<Cue>)>,
    ) -> Result<Vec<Candidate>, StoreError> {
        if let Some(question) = prepared.vector.as_deref() {
            let mut cues: Vec<&mut Cue> = best.iter_mut().flat_map(|(_, own)| own).collect();
            // In the order in which they lie in the log, so that a record with many of them is read and checked once.
            cues.sort_by_key(|cue| self.table.pair(cue.pair).cue.payload);
            let mut reader = self.reader();
            for cue in cues {
                cue.cosine = real::dot(question, reader.cue_vector(cue.pair)?);
            }
        }
        let rank =
            |scored: &Scored, cue: &Cue| prepared.score(cue.cosine, scored.words) + scored.gain;
        let each = best
            .iter()
            .flat_map(|(scored, own)| own.iter().map(|cue| rank(scored, cue)));
        let mut shares: Vec<f32> = each.map(|rank| ask.beta * rank).collect();
        f32::softmax_in_place(&mut shares);
        let mut shares = shares.into_iter();
        let mut candidates = Vec::with_capacity(best.len());
        for (scored, own) in best {
            let share = shares.by_ref().take(own.len()).sum();
            let ranked = own.into_iter().map(|cue| (rank(&scored, &cue), cue));
            // Of equal ones that of more words, and of these the first.
            let order = |one: &(f32, Cue)| (one.0, one.1.words);
            let best = ranked.reduce(|best, one| match order(&one) > order(&best) {
                true => one,
                false => best,
            });
            let Some((rank, best)) = best else { continue };
            candidates.push(Candidate {
                scored,
                best,
                rank,
                share,
            });
        }
        candidates.sort_by(|a, b| {
            let by_share = b.share.total_cmp(&a.share);
            let by_rank = || b.rank.total_cmp(&a.rank);
            let id = |one: &Candidate| self.table.item(one.scored.item).id;
            by_share.then_with(by_rank).then(id(b).cmp(&id(a)))
        });
        Ok(candidates)
    }

    fn found(&self, prepared: &Prepared<'_>, one: &Candidate) -> Result<Found, StoreError> {
        let mut reader = self.reader();
        let words = prepared.coverage(one.scored.words);
        let score = match prepared.vector {
            Some(_) => one.best.cosine,
            None => words,
        };
        Ok(Found {
            id: self.table.item(one.scored.item).id,
            target: reader.target_text(one.scored.item)?,
            cue: reader.cue_text(one.best.pair)?,
            score,
            words: self.settings().words.map(|_| words),
            rank: one.rank,
            share: one.share,
        })
    }
}
