//! Ways to rank the items of a haystack by a question.

use std::collections::HashMap;

use rayon::prelude::*;
use slotless_core::words::{Found, Length, Lists, MAX_QUESTION, Sizes, Units, WordsError};
use slotless_recall::Signs;
use slotless_recall::vectors::Vectors;

use super::stored::Memory;
use super::{Haystack, Question, RetrievalError};

/// A way to rank items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// BM25 with k1 1.2 and b .75 over the words of [`slotless_core::words`], by their whole hashes.
    Bm25,
    /// Lists of the core: inverse document frequencies of the units in common, a tenth of the length.
    Words,
    /// Cosine of the vectors, exact.
    Cosine,
    /// Cosine and twice the score by words, over the largest of the question.
    Fusion,
    /// Reciprocal rank fusion of the two rankings: the sum of `1 / (60 + rank)`.
    Rrf,
    /// The memory of sentences in a folder, or parts of what it goes by.
    Recall(Parts),
}

/// What the memory of sentences goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Parts {
    /// Vectors, words, speakers and neighbours: what there is.
    All,
    /// All but vectors.
    Words,
    /// Vectors and words.
    Plain,
    /// Vectors, words and speakers.
    Speaker,
    /// Vectors, words and neighbours.
    Neighbours,
}

/// How much words count beside a cosine, where those that are found best have 1.
pub const FUSION: f64 = 2.0;

const K1: f64 = 1.2;
const B: f64 = 0.75;
/// Of reciprocal rank fusion.
const RANKS: f64 = 60.0;
/// A tenth of the length of a cue, which decides ties.
const TENTH: u32 = 26;

impl Method {
    /// All there are.
    pub const ALL: [Self; 10] = [
        Self::Bm25,
        Self::Words,
        Self::Cosine,
        Self::Fusion,
        Self::Rrf,
        Self::Recall(Parts::Words),
        Self::Recall(Parts::Plain),
        Self::Recall(Parts::Speaker),
        Self::Recall(Parts::Neighbours),
        Self::Recall(Parts::All),
    ];

    /// As it is named.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bm25 => "bm25",
            Self::Words => "words",
            Self::Cosine => "cosine",
            Self::Fusion => "fusion",
            Self::Rrf => "rrf",
            Self::Recall(Parts::All) => "recall",
            Self::Recall(Parts::Words) => "recall-words",
            Self::Recall(Parts::Plain) => "recall-plain",
            Self::Recall(Parts::Speaker) => "recall-speaker",
            Self::Recall(Parts::Neighbours) => "recall-neighbours",
        }
    }

    /// Whether it takes vectors of cues and questions.
    #[must_use]
    pub const fn takes_vectors(self) -> bool {
        !matches!(self, Self::Bm25 | Self::Words | Self::Recall(Parts::Words))
    }
}

/// Vectors of texts.
#[derive(Debug)]
pub struct Encoded<'a> {
    vectors: Vectors,
    rows: HashMap<&'a str, usize>,
}

impl<'a> Encoded<'a> {
    /// Of texts, each once, a row each, in their order; rows have length 1.
    ///
    /// # Panics
    /// For another number of rows.
    #[must_use]
    pub fn new(texts: &[&'a str], vectors: Vectors) -> Self {
        assert_eq!(texts.len(), vectors.len(), "a vector for each text");
        let rows = texts.iter().enumerate().map(|(row, &text)| (text, row));
        Self {
            vectors,
            rows: rows.collect(),
        }
    }

    /// Numbers of a vector.
    pub(super) fn dim(&self) -> usize {
        self.vectors.dim()
    }

    pub(super) fn of(&self, text: &str) -> Option<&[f32]> {
        self.rows.get(text).map(|&row| self.vectors.row(row))
    }
}

/// What a method makes of a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Items, the best first; by words alone those that share none are not among them.
    pub ranking: Vec<usize>,
    /// Score of the first; 0 without one.
    pub best: f64,
    /// Of the memory of sentences what the answer looks like.
    pub signs: Option<Signs>,
    /// How likely it is that there is an answer, 0 to 1, by what was learned from the other haystacks ([`judge`](super::judge)).
    pub judged: Option<f64>,
}

/// Answers of all questions of a haystack, in their order, by each method, in theirs. The units of [`Method::Words`] and of what is
/// made of it have `bits` bits. Cost: each question by each method goes through all cues.
///
/// # Errors
/// [`RetrievalError::Words`] for bits out of range, and for more cues or words than lists take; [`RetrievalError::Store`] where a memory
/// cannot be made in the folder for temporary files.
///
/// # Panics
/// For a method that takes vectors without `encoded` of all texts.
pub fn answers(
    haystack: &Haystack,
    methods: &[Method],
    bits: u32,
    encoded: Option<&Encoded<'_>>,
) -> Result<Vec<Vec<Answer>>, RetrievalError> {
    let units = Units::new(bits)?;
    let terms = Terms::new(haystack, units);
    let lists = lists(haystack, units)?;
    let is_stored = |one: &Method| matches!(one, Method::Recall(_));
    let memory = match methods.iter().any(is_stored) {
        true => Some(Memory::new(haystack, encoded)?),
        false => None,
    };
    let of = |question: &Question| -> Result<Vec<Answer>, RetrievalError> {
        let by_words = by_words(&lists, haystack, units, question)?;
        let cosines = || cosines(haystack, question, encoded);
        let of_scores = |scores: Vec<f64>| {
            let ranking = ranked(&scores);
            let best = ranking.first().map_or(0.0, |&item| scores[item]);
            Answer {
                ranking,
                best,
                signs: None,
                judged: None,
            }
        };
        let each = methods.iter().map(|method| {
            Ok(of_scores(match method {
                Method::Bm25 => terms.scores(question, haystack),
                Method::Words => by_words.clone(),
                Method::Cosine => cosines(),
                Method::Fusion => fused(&cosines(), &by_words),
                Method::Rrf => {
                    reciprocal([&ranked(&cosines()), &ranked(&by_words)], haystack.items())
                }
                Method::Recall(parts) => {
                    let memory = memory.as_ref().expect("made for such a method");
                    return Ok(memory.answer(question, encoded, *parts)?);
                }
            }))
        });
        each.collect()
    };
    haystack.questions.par_iter().map(of).collect()
}

/// Items with a score, the highest first, of equal ones the newest.
fn ranked(scores: &[f64]) -> Vec<usize> {
    let mut items: Vec<usize> = (0..scores.len()).collect();
    items.retain(|&item| scores[item] > f64::NEG_INFINITY);
    items.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(b.cmp(&a)));
    items
}

/// The highest score of each item's cues; minus infinity for those that are not found.
fn of_items(haystack: &Haystack, cues: impl Iterator<Item = (usize, f64)>) -> Vec<f64> {
    let mut scores = vec![f64::NEG_INFINITY; haystack.items()];
    for (cue, score) in cues {
        let item = haystack.cues[cue].0;
        scores[item] = scores[item].max(score);
    }
    scores
}

fn lists(haystack: &Haystack, units: Units) -> Result<Lists<Vec<u32>>, WordsError> {
    let mut all = Vec::with_capacity(haystack.cues.len());
    for (_, text) in &haystack.cues {
        let mut room = vec![0; units.words(text).count()];
        all.push(units.distinct(text, &mut room)?.to_vec());
    }
    let entries = all.iter().map(Vec::len).sum::<usize>().max(1);
    let [cues, entries] =
        [all.len().max(1), entries].map(|one| u32::try_from(one).unwrap_or(u32::MAX));
    let sizes = Sizes::new(units.bits(), cues, entries)?;
    let mut lists = Lists::new(sizes, vec![0; sizes.words()])?;
    for one in &all {
        lists.add(one)?;
    }
    Ok(lists)
}

fn by_words(
    lists: &Lists<Vec<u32>>,
    haystack: &Haystack,
    units: Units,
    question: &Question,
) -> Result<Vec<f64>, WordsError> {
    let mut room = vec![0; units.words(&question.text).count()];
    let asked = units.question(&question.text, &mut room)?;
    let asked = &asked[..asked.len().min(MAX_QUESTION)];
    let mut found = vec![Found::NONE; haystack.cues.len()];
    let mut scratch = vec![0; asked.len()];
    let found = lists.best(asked, Length::new(TENTH)?, &mut scratch, &mut found)?;
    let scores = found
        .iter()
        .map(|one| (one.item as usize, f64::from(one.score) / 65_536.0));
    Ok(of_items(haystack, scores))
}

fn cosines(haystack: &Haystack, question: &Question, encoded: Option<&Encoded<'_>>) -> Vec<f64> {
    let encoded = encoded.expect("vectors for a method that takes them");
    let of = |text: &str| encoded.of(text).expect("a vector of every text");
    let asked = of(&question.text);
    let cues = haystack.cues.iter().enumerate().map(|(cue, (_, text))| {
        let pairs = of(text).iter().zip(asked);
        let products = pairs.map(|(&a, &b)| f64::from(a) * f64::from(b));
        (cue, products.sum())
    });
    of_items(haystack, cues)
}

fn fused(cosines: &[f64], by_words: &[f64]) -> Vec<f64> {
    let most = by_words.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let both = cosines.iter().zip(by_words);
    let words = |score: f64| {
        if score > 0.0 {
            FUSION * score / most
        } else {
            0.0
        }
    };
    both.map(|(cosine, &score)| cosine + words(score)).collect()
}

fn reciprocal(rankings: [&[usize]; 2], items: usize) -> Vec<f64> {
    let mut scores = vec![f64::NEG_INFINITY; items];
    for ranking in rankings {
        for (rank, &item) in (1..).zip(ranking) {
            scores[item] = scores[item].max(0.0) + 1.0 / (RANKS + f64::from(rank));
        }
    }
    scores
}

/// Words of cues by their hashes: how often each stands in which cue.
struct Terms {
    units: Units,
    postings: HashMap<u64, Vec<(usize, f64)>>,
    lengths: Vec<f64>,
    mean: f64,
}

impl Terms {
    fn new(haystack: &Haystack, units: Units) -> Self {
        let mut postings: HashMap<u64, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = Vec::with_capacity(haystack.cues.len());
        for (cue, (_, text)) in haystack.cues.iter().enumerate() {
            let mut length = 0.0;
            for word in units.words(text) {
                length += 1.0;
                let of = postings.entry(word.hash).or_default();
                match of.last_mut() {
                    Some((last, count)) if *last == cue => *count += 1.0,
                    _ => of.push((cue, 1.0)),
                }
            }
            lengths.push(length);
        }
        let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
        Self {
            units,
            postings,
            lengths,
            mean,
        }
    }

    fn scores(&self, question: &Question, haystack: &Haystack) -> Vec<f64> {
        let words: Vec<_> = self.units.words(&question.text).collect();
        let has_others = words.iter().any(|word| !word.is_stop);
        let asked = words.iter().filter(|word| !(has_others && word.is_stop));
        let mut hashes: Vec<u64> = asked.map(|word| word.hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let all = self.lengths.len() as f64;
        let mut scores = vec![f64::NEG_INFINITY; self.lengths.len()];
        for of in hashes.iter().filter_map(|hash| self.postings.get(hash)) {
            let with = of.len() as f64;
            let weight = libm::log((all + 1.0) / (with + 0.5));
            for &(cue, count) in of {
                let length = 1.0 - B + B * self.lengths[cue] / self.mean;
                let score = weight * count * (K1 + 1.0) / (count + K1 * length);
                scores[cue] = scores[cue].max(0.0) + score;
            }
        }
        of_items(haystack, scores.into_iter().enumerate())
    }
}
