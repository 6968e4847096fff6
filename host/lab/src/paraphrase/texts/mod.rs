//! The texts of the figure: test triples, chains, and backgrounds of unrelated pairs.
//!
//! All of them were written, or are made, for this program. A background is a fixed sequence: the first `n` of its pairs are
//! the same whatever number is asked for, and no cue and no target of it stands twice.

mod words;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use slotless_core::rng::Key;

use super::purpose;
use words::{CUES, FIELDS, PAPERS, PEOPLE, TARGETS, TIMES};

/// The most pairs of a background.
pub const MAX_PAIRS: u32 = 20_000;

/// Statements of a chain: one more than it has hops.
pub const STATEMENTS: usize = 13;

/// Further cues of a triple that are stored when cues are augmented.
pub const AUGMENTS: usize = 3;

static TRIPLES: &str = include_str!("../../../data/exp07/triples.tsv");
static CHAINS: &str = include_str!("../../../data/exp07/chains.tsv");

/// A cue and the target that is stored with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    /// What is asked with.
    pub cue: String,
    /// What is to be recalled.
    pub target: String,
}

/// A test pair, with other words for its cue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Triple {
    /// What is stored.
    pub cue: &'static str,
    /// What is to be recalled: a fact that does not repeat the cue.
    pub target: &'static str,
    /// What is asked with; never stored.
    pub paraphrase: &'static str,
    /// Stored as further cues of the target when cues are augmented.
    pub augments: [&'static str; AUGMENTS],
}

/// The test triples of `host/lab/data/exp07/triples.tsv`, in the order of the file.
///
/// # Panics
/// Never: the file is part of the program, and tested.
#[must_use]
pub fn triples() -> Vec<Triple> {
    let lines = TRIPLES.lines().skip(1);
    lines
        .map(|line| {
            let mut fields = line.split('\t');
            let mut next = || fields.next().expect("six columns");
            Triple {
                cue: next(),
                target: next(),
                paraphrase: next(),
                augments: [next(), next(), next()],
            }
        })
        .collect()
}

/// The chains of `host/lab/data/exp07/chains.tsv`: each statement is the cue of the next.
///
/// # Panics
/// Never: the file is part of the program, and tested.
#[must_use]
pub fn chains() -> Vec<[&'static str; STATEMENTS]> {
    let lines = CHAINS.lines().skip(1);
    lines
        .map(|line| {
            let statements: Vec<&str> = line.split('\t').collect();
            statements.try_into().expect("thirteen columns")
        })
        .collect()
}

/// What the unrelated pairs are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Background {
    /// One sentence with a number and one of twenty topics: all alike, as in exp07.
    Templated,
    /// Sentences of many forms from sixteen fields.
    Varied,
    /// No texts: vectors with the mean and the spread of those of the triples and chains.
    Synthetic,
}

impl Background {
    /// Its name in files and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Templated => "templated",
            Self::Varied => "varied",
            Self::Synthetic => "synthetic",
        }
    }

    /// The first `count` pairs, at most [`MAX_PAIRS`]; none where it has no texts.
    #[must_use]
    pub fn pairs(self, count: u32) -> Vec<Pair> {
        let count = count.min(MAX_PAIRS);
        match self {
            Self::Templated => (1..=count).map(templated).collect(),
            Self::Varied => varied(count),
            Self::Synthetic => Vec::new(),
        }
    }
}

const TOPICS: [&str; 20] = [
    "harvest",
    "plumbing",
    "astronomy",
    "tailoring",
    "bookkeeping",
    "sailing",
    "glass blowing",
    "chess",
    "road works",
    "beekeeping",
    "typography",
    "geology",
    "catering",
    "forestry",
    "radio",
    "pottery",
    "archery",
    "irrigation",
    "folk dance",
    "clock making",
];

fn templated(number: u32) -> Pair {
    let topic = TOPICS[number as usize % TOPICS.len()];
    Pair {
        cue: format!("Job number {number}, which has to do with {topic}"),
        target: format!("Remark {number} on file, item {}", number % 10),
    }
}

/// Draws for the places of one sentence.
struct Draw {
    key: Key,
    next: u32,
}

impl Draw {
    fn below(&mut self, count: usize) -> usize {
        self.next += 1;
        // The high half of a product: even to within one part in 2^32 / count.
        ((u64::from(self.key.at(self.next)) * count as u64) >> 32) as usize
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// Puts words into the braces of a form.
fn filled(form: &str, field: &words::Field, draw: &mut Draw) -> String {
    let mut text = String::new();
    let mut rest = form;
    let mut person = "";
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').expect("braces in pairs");
        text += before;
        let start = text.is_empty();
        let number;
        let word = match name {
            "thing" => draw.of(field.things),
            "trouble" => draw.of(field.troubles),
            "task" => draw.of(field.tasks),
            "place" => draw.of(field.places),
            "cause" => draw.of(field.causes),
            "remedy" => draw.of(field.remedies),
            "time" => draw.of(&TIMES),
            "paper" => draw.of(&PAPERS),
            "person" | "other" => {
                let first = draw.below(PEOPLE.len());
                let next = PEOPLE[(first + 1) % PEOPLE.len()];
                // Nobody agrees with himself.
                person = if PEOPLE[first] == person {
                    next
                } else {
                    PEOPLE[first]
                };
                person
            }
            _ => {
                number = (2 + draw.below(298)).to_string();
                &number
            }
        };
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if start => text.extend(first.to_uppercase().chain(letters)),
            _ => text += word,
        }
        rest = after;
    }
    text + rest
}

fn varied(count: u32) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::with_capacity(count as usize);
    let mut seen = HashSet::new();
    for number in 0..count {
        let pair = (0..).map(|attempt| {
            let key = Key::new(0, purpose::WORDS).derive(number).derive(attempt);
            let mut draw = Draw { key, next: 0 };
            let field = &FIELDS[draw.below(FIELDS.len())];
            let (cue, target) = (draw.of(&CUES), draw.of(&TARGETS));
            Pair {
                cue: filled(cue, field, &mut draw),
                target: filled(target, field, &mut draw),
            }
        });
        let fresh = |pair: &Pair| !seen.contains(&pair.cue) && !seen.contains(&pair.target);
        let pair = pair
            .into_iter()
            .find(fresh)
            .expect("more sentences than pairs");
        seen.insert(pair.cue.clone());
        seen.insert(pair.target.clone());
        pairs.push(pair);
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_of(text: &str) -> HashSet<String> {
        const SMALL: [&str; 33] = [
            "a", "an", "the", "in", "of", "to", "is", "it", "its", "and", "for", "on", "at", "by",
            "with", "from", "our", "my", "i", "do", "does", "how", "what", "which", "where",
            "when", "why", "who", "we", "s", "as", "not", "no",
        ];
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        let words = words.map(str::to_lowercase).filter(|word| !word.is_empty());
        words
            .filter(|word| !SMALL.contains(&word.as_str()))
            .collect()
    }

    #[test]
    fn triples_are_whole_distinct_and_say_it_in_other_words() {
        let triples = triples();
        assert!(triples.len() >= 48, "{}", triples.len());
        let mut seen = HashSet::new();
        let mut apart = 0;
        for triple in &triples {
            let asked = [triple.cue, triple.paraphrase];
            for text in asked.iter().chain(&triple.augments).chain([&triple.target]) {
                assert!(text.len() > 10 && text.trim() == *text, "{text:?}");
                assert!(seen.insert(*text), "{text:?} twice");
            }
            let cue = words_of(triple.cue);
            let shared = cue.intersection(&words_of(triple.target)).count();
            assert_eq!(shared, 0, "{:?} tells of {:?}", triple.cue, triple.target);
            let shared = cue.intersection(&words_of(triple.paraphrase)).count();
            apart += usize::from(3 * shared <= cue.len());
        }
        assert!(2 * apart > triples.len(), "{apart}");
        for statement in chains().as_flattened() {
            assert!(seen.insert(*statement), "{statement:?} twice");
        }
        assert!(chains().len() >= 4);
    }

    #[test]
    fn every_list_is_without_doubles() {
        let distinct = |list: &[&str]| {
            let set: HashSet<&str> = list.iter().copied().collect();
            assert_eq!(set.len(), list.len(), "{list:?}");
            assert!(list.len() > 6, "{list:?}");
        };
        for field in &FIELDS {
            let lists = [
                field.things,
                field.troubles,
                field.tasks,
                field.places,
                field.causes,
                field.remedies,
            ];
            lists.into_iter().for_each(distinct);
        }
        [&PEOPLE[..], &TIMES, &PAPERS, &CUES, &TARGETS, &TOPICS]
            .into_iter()
            .for_each(distinct);
    }

    #[test]
    fn backgrounds_are_distinct_fixed_and_strangers_to_the_triples() {
        let mut known: HashSet<String> = HashSet::new();
        for triple in triples() {
            let asked = [triple.cue, triple.target, triple.paraphrase];
            known.extend(asked.into_iter().chain(triple.augments).map(str::to_owned));
        }
        known.extend(chains().as_flattened().iter().map(|&text| text.to_owned()));
        for kind in [Background::Templated, Background::Varied] {
            let all = kind.pairs(MAX_PAIRS);
            assert_eq!(all.len(), 20_000);
            let mut seen = known.clone();
            for pair in &all {
                for text in [&pair.cue, &pair.target] {
                    assert!(seen.insert(text.clone()), "{text:?} twice");
                    assert!(!text.contains(['{', '}']), "{text:?}");
                    let first = text.chars().next().unwrap();
                    assert!(first.is_uppercase(), "{text:?}");
                    assert!(text.len() < 200, "{text:?}");
                }
            }
            for count in [0, 1, 100, 5000] {
                assert_eq!(kind.pairs(count), all[..count as usize], "{count}");
            }
            assert_eq!(kind.pairs(MAX_PAIRS + 1).len(), all.len());
        }
        assert!(Background::Synthetic.pairs(5).is_empty());
    }

    #[test]
    fn varied_texts_stay_what_they_are() {
        // Vectors that were kept are of these texts.
        let pairs = Background::Varied.pairs(MAX_PAIRS);
        for (number, cue, target) in [
            (
                0,
                "The timetable in the music room was marked wrongly.",
                "During the night shift Elif decided: sit in groups of five.",
            ),
            (
                19_999,
                "Remind me to vaccinate the herd near the irrigation pump at the weekend.",
                "It turned out that the rams broke through in the night, wrote Katja after lunch.",
            ),
        ] {
            assert_eq!((&*pairs[number].cue, &*pairs[number].target), (cue, target));
        }
        let first = &Background::Templated.pairs(1)[0];
        assert_eq!(first.cue, "Job number 1, which has to do with plumbing");
        assert_eq!(first.target, "Remark 1 on file, item 1");
    }
}
