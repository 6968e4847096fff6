//! Words of the cues in RAM: the units of each, and of each unit the cues that have it.
//!
//! Scores are those of [`slotless_core::words::Lists`] with a tenth of the length, in integers; lists by unit make a question read what
//! shares a word with it, and no more.

use std::collections::HashMap;

use slotless_core::words::{Length, Scale, Units, inverse_document_frequency};

/// A tenth of the length, in 1/256: it decides between equals.
const TENTH: u32 = 26;

/// Words of cues, by their pairs.
#[derive(Debug)]
pub(super) struct Lexicon {
    units: Units,
    /// Where the units of each pair end.
    ends: Vec<usize>,
    /// Units of all pairs, ascending for each.
    all: Vec<u32>,
    /// Of each unit the pairs that have it, ascending, forgotten ones among them, and how many are not.
    lists: HashMap<u32, (Vec<u32>, u32)>,
    /// Pairs that are not forgotten, and their units.
    live: u32,
    entries: u32,
}

/// What a question's words come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Scores {
    /// Pairs that share a word, in ascending order, and their scores.
    pub of: Vec<(u32, u32)>,
    /// What a cue of all its words and no other would score; words that name a speaker are not asked of it.
    pub most: u32,
}

impl Lexicon {
    pub fn new(units: Units) -> Self {
        Self {
            units,
            ends: Vec::new(),
            all: Vec::new(),
            lists: HashMap::new(),
            live: 0,
            entries: 0,
        }
    }

    /// The units of a text, each once, ascending.
    pub fn of(&self, text: &str) -> Vec<u32> {
        distinct(self.units.words(text).map(|word| word.unit))
    }

    /// Adds the units of the next pair, each once, ascending.
    pub fn push(&mut self, units: &[u32]) {
        let pair = self.ends.len() as u32;
        for &unit in units {
            let (list, live) = self.lists.entry(unit).or_default();
            list.push(pair);
            *live += 1;
        }
        self.all.extend_from_slice(units);
        self.ends.push(self.all.len());
        self.live += 1;
        self.entries = self.entries.saturating_add(units.len() as u32);
    }

    /// A pair's units.
    pub fn get(&self, pair: u32) -> &[u32] {
        let pair = pair as usize;
        let start = pair.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start..self.ends[pair]]
    }

    /// Counts a pair no more. Its units stay where they are; whoever asks leaves it out.
    pub fn forget(&mut self, pair: u32) {
        let start = (pair as usize)
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        for unit in &self.all[start..self.ends[pair as usize]] {
            if let Some((_, live)) = self.lists.get_mut(unit) {
                *live -= 1;
            }
        }
        self.live -= 1;
        let units = (self.ends[pair as usize] - start) as u32;
        self.entries = self.entries.saturating_sub(units);
    }

    /// The units of a question: those of its words but for function words of English, unless it has no others.
    pub fn question(&self, text: &str) -> Vec<u32> {
        let has_others = self.units.words(text).any(|word| !word.is_stop);
        let words = self.units.words(text);
        let words = words.filter(|word| !(has_others && word.is_stop));
        distinct(words.map(|word| word.unit))
    }

    /// Scores of all pairs that share a unit with a question's, forgotten ones among them. `names` says of units whether they name a speaker.
    pub fn scores(&self, question: &[u32], names: impl Fn(u32) -> bool) -> Scores {
        let scale = Scale::new(
            Length::new(TENTH).unwrap_or(Length::NONE),
            self.live,
            self.entries,
        );
        let mut sums: Vec<u32> = vec![0; self.ends.len()];
        let (mut all, mut count) = (0u32, 0);
        let names_all = question.iter().all(|&unit| names(unit));
        for unit in question {
            let with = self.lists.get(unit);
            let live = with.map_or(0, |(_, live)| *live);
            let weight = inverse_document_frequency(self.live, live);
            if names_all || !names(*unit) {
                all = all.saturating_add(weight);
                count += 1;
            }
            for &pair in with.map_or(&[][..], |(list, _)| list) {
                let sum = &mut sums[pair as usize];
                // 0 is of no word: what all have counts nothing, and yet is shared.
                *sum = sum.saturating_add(weight).max(1);
            }
        }
        // Which these are, without a branch: of very many cues it would go wrong as often as not.
        let mut shared: Vec<u32> = vec![0; sums.len()];
        let mut known = 0;
        for (pair, &sum) in (0..).zip(&sums) {
            shared[known] = pair;
            known += usize::from(sum > 0);
        }
        let score = |&pair: &u32| {
            let units = self.get(pair).len() as u32;
            (pair, scale.score(sums[pair as usize], units).max(1))
        };
        Scores {
            of: shared[..known].iter().map(score).collect(),
            most: scale.score(all, count),
        }
    }

    /// Only the words of some pairs, in the order in which they come, none of which is forgotten.
    pub fn only(&self, pairs: &[u32]) -> Self {
        let mut some = Self::new(self.units);
        pairs.iter().for_each(|&pair| some.push(self.get(pair)));
        some
    }

    /// Bytes in RAM, about.
    pub fn bytes(&self) -> usize {
        let lists = self
            .lists
            .values()
            .map(|(list, _)| list.capacity() * size_of::<u32>());
        self.ends.capacity() * size_of::<usize>()
            + self.all.capacity() * size_of::<u32>()
            + self.lists.capacity() * size_of::<(u32, (Vec<u32>, u32))>()
            + lists.sum::<usize>()
    }
}

fn distinct(units: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut units: Vec<u32> = units.collect();
    units.sort_unstable();
    units.dedup();
    units
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use slotless_core::words::{Found, Lists, MAX_QUESTION, Sizes};

    use super::*;

    const WORDS: [&str; 12] = [
        "Oslo",
        "painting",
        "painted",
        "the",
        "did",
        "cat",
        "cats",
        "Ann",
        "moved",
        "7",
        "猫が好き",
        "Straße",
    ];

    fn text(words: &[usize]) -> String {
        let words: Vec<&str> = words.iter().map(|&word| WORDS[word]).collect();
        words.join(" ")
    }

    proptest! {
        /// What is left after some are forgotten scores as the lists of the core that never had these.
        #[test]
        fn scores_are_those_of_the_core(
            cues in prop::collection::vec((prop::collection::vec(0usize..12, 0..6), any::<bool>()), 1..20),
            question in prop::collection::vec(0usize..12, 0..8),
        ) {
            let units = Units::new(14).unwrap();
            let mut lexicon = Lexicon::new(units);
            let sizes = Sizes::new(14, 20, 400).unwrap();
            let mut lists = Lists::new(sizes, vec![0; sizes.words()]).unwrap();
            let mut places = Vec::new();
            for (pair, (words, is_kept)) in (0..).zip(&cues) {
                let own = lexicon.of(&text(words));
                lexicon.push(&own);
                if *is_kept {
                    lists.add(&own).unwrap();
                    places.push(pair);
                }
            }
            for (pair, _) in (0..).zip(&cues).filter(|(_, (_, is_kept))| !is_kept) {
                lexicon.forget(pair);
            }
            let asked = lexicon.question(&text(&question));
            let mut room = vec![0; MAX_QUESTION];
            prop_assert_eq!(&asked[..], units.question(&text(&question), &mut room).unwrap());
            let mut found = vec![Found::NONE; 20];
            let length = Length::new(TENTH).unwrap();
            let found = lists.best(&asked, length, &mut [0; 20], &mut found).unwrap();
            let mut expected: Vec<(u32, u32)> = found.iter().map(|one| (places[one.item as usize], one.score.max(1))).collect();
            expected.sort_unstable();
            let mut scores = lexicon.scores(&asked, |_| false);
            scores.of.retain(|(pair, _)| places.contains(pair));
            prop_assert_eq!(&scores.of, &expected);
            let only = lexicon.only(&places);
            let of: Vec<u32> = only.scores(&asked, |_| false).of.iter().map(|one| one.1).collect();
            prop_assert_eq!(of, expected.iter().map(|one| one.1).collect::<Vec<u32>>());
            prop_assert!(scores.of.iter().all(|one| one.1 <= scores.most.max(1) || asked.len() > 1));
        }
    }

    #[test]
    fn a_long_text_is_no_longer_than_its_words() {
        let mut lexicon = Lexicon::new(Units::new(32).unwrap());
        let long: String = (0..50_000).map(|word| format!("w{word} ")).collect();
        let units = lexicon.of(&long);
        lexicon.push(&units);
        assert_eq!(lexicon.get(0).len(), 50_000);
        lexicon.forget(0);
        assert_eq!((lexicon.live, lexicon.entries), (0, 0));
        assert_eq!(
            lexicon.scores(&lexicon.question("w7"), |_| false).of.len(),
            1
        );
    }
}
