//! Words of the cues in RAM: the units of each, and of each unit the cues that have it.
//!
//! Scores are those of [`slotless_core::words::Lists`] with a tenth of the length, in integers; lists by unit make a question read what
//! shares a word with it, and no more.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::RangeInclusive;

use slotless_core::words::{Length, Scale, Units, inverse_document_frequency};

use super::lent::{Lent, Lists};

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
#[derive(Debug)]
pub(super) struct Scores<'a> {
    /// Of each pair what the words count that it shares, 0 where it shares none.
    sums: Lent<'a>,
    scale: Scale,
    /// The question's units, and what each counts.
    units: Vec<(u32, u32)>,
    /// What a cue of all its words and no other would score; words that name a speaker are not asked of it.
    pub most: u32,
}

impl<'a> Scores<'a> {
    /// Of no words.
    pub fn none(lists: &'a Lists) -> Self {
        Self {
            sums: lists.lend(0, 0),
            scale: Scale::new(Length::NONE, 0, 0),
            units: Vec::new(),
            most: 0,
        }
    }
}

/// Into so many classes sums are counted, to find the largest of them.
const CLASSES: usize = 1024;

/// So many sums are looked at together.
const GROUP: usize = 16;

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

    /// What a question's units come to for all pairs, forgotten ones among them. `names` says of units whether they name a speaker.
    pub fn scores<'a>(
        &self,
        question: &[u32],
        names: impl Fn(u32) -> bool,
        lists: &'a Lists,
    ) -> Scores<'a> {
        let scale = Scale::new(
            Length::new(TENTH).unwrap_or(Length::NONE),
            self.live,
            self.entries,
        );
        let mut sums = lists.lend(self.ends.len(), 0);
        let (mut all, mut count) = (0u32, 0);
        let mut units = Vec::with_capacity(question.len());
        let names_all = question.iter().all(|&unit| names(unit));
        for unit in question {
            let with = self.lists.get(unit);
            let live = with.map_or(0, |(_, live)| *live);
            let weight = inverse_document_frequency(self.live, live);
            units.push((*unit, weight));
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
        Scores {
            sums,
            most: scale.score(all, count),
            units,
            scale,
        }
    }

    /// What a pair scores, 0 where it shares no word.
    pub fn score(&self, scores: &Scores<'_>, pair: u32) -> u32 {
        match scores.sums.get(pair as usize) {
            None | Some(0) => 0,
            Some(&sum) => scores.scale.score(sum, self.get(pair).len() as u32).max(1),
        }
    }

    /// What a cue of all words of some pairs, each of which shares one, would score: one as long as these together.
    pub fn score_together(&self, scores: &Scores<'_>, pairs: &[u32]) -> u32 {
        let own = || pairs.iter().map(|&pair| self.get(pair));
        let length = own().map(<[u32]>::len).sum::<usize>();
        let asked = &scores.units;
        // Whichever are fewer are looked for among the others.
        let mut shared: Vec<(u32, u32)> = if asked.len() <= length {
            let has = |one: &&(u32, u32)| own().any(|units| units.binary_search(&one.0).is_ok());
            asked.iter().filter(has).copied().collect()
        } else {
            let found = own().flatten().filter_map(|unit| {
                let at = asked.binary_search_by_key(unit, |one| one.0).ok()?;
                Some(asked[at])
            });
            found.collect()
        };
        shared.sort_unstable();
        shared.dedup();
        let weights = shared.iter().map(|one| one.1);
        let sum = weights.fold(0u32, |sum, weight| sum.saturating_add(weight).max(1));
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        scores.scale.score(sum, length).max(1)
    }

    /// Pairs that share a word, in ascending order, with their scores, forgotten ones among them.
    pub fn shared(&self, scores: &Scores<'_>) -> impl Iterator<Item = (u32, u32)> {
        let shared = (0..).zip(&*scores.sums).filter(|(_, sum)| **sum > 0);
        shared.map(|(pair, _)| (pair, self.score(scores, pair)))
    }

    /// The `count` pairs that score most of those that `takes` takes, of equal ones the last, which were added last; in no order.
    ///
    /// No pair scores more by its sum than one of a single word: so those of the largest sums are scored, and more of them until the
    /// rest can win no place.
    pub fn best(
        &self,
        scores: &Scores<'_>,
        count: usize,
        takes: impl Fn(u32) -> bool,
    ) -> Vec<(u32, u32)> {
        let mut best = Vec::new();
        // No sum is above that of all words.
        let all = scores.units.iter();
        let all = all.fold(1u32, |all, one| all.saturating_add(one.1));
        let shift = (u32::BITS - all.leading_zeros()).saturating_sub(CLASSES.ilog2());
        // Side by side: most sums are of one class, and a count has to be written before it is counted on. Those of no word are in the first.
        let mut classes = vec![[0u32; 4]; CLASSES];
        let (fours, rest) = scores.sums.as_chunks::<4>();
        for four in fours {
            for (at, sum) in four.iter().enumerate() {
                classes[(sum >> shift) as usize][at] += 1;
            }
        }
        for sum in rest {
            classes[(sum >> shift) as usize][0] += 1;
        }
        let mut wanted = 2 * count as u64;
        // The class from which on sums are scored.
        let mut from = CLASSES;
        loop {
            let mut found = 0;
            let above = (from as u64) << shift;
            from = (0..CLASSES)
                .rev()
                .find(|&class| {
                    found += classes[class]
                        .iter()
                        .map(|&one| u64::from(one))
                        .sum::<u64>();
                    found >= wanted
                })
                .unwrap_or(0);
            let least = ((from as u64) << shift).max(1);
            // Of what was not scored yet, which may be nothing; both ends fit, since sums do.
            let range = least as u32..=(above.max(1) - 1).min(u64::from(u32::MAX)) as u32;
            within(&scores.sums, &range, |pair| {
                if takes(pair) {
                    best.push((pair, self.score(scores, pair)));
                }
            });
            if best.len() > count {
                let order = |&(pair, score): &(u32, u32)| (Reverse(score), Reverse(pair));
                best.select_nth_unstable_by_key(count - 1, order);
                best.truncate(count);
            }
            let rest = (least as u32).saturating_sub(1);
            let most_of_rest = scores.scale.score(rest, 1).max(1);
            let last = best.get(count - 1).map(|one| one.1);
            if from == 0 || last.is_some_and(|last| last > most_of_rest) {
                return best;
            }
            wanted *= 4;
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

/// Calls for the place of each number that is in a range, ascending; groups without one are passed over at once.
fn within(numbers: &[u32], range: &RangeInclusive<u32>, mut call: impl FnMut(u32)) {
    let Some(span) = range.end().checked_sub(*range.start()) else {
        return;
    };
    let least = *range.start();
    let is_in = |number: u32| number.wrapping_sub(least) <= span;
    for (first, group) in (0..).step_by(GROUP).zip(numbers.chunks(GROUP)) {
        let any = group.iter().fold(false, |any, &number| any | is_in(number));
        if any {
            let own = (first..).zip(group).filter(|(_, number)| is_in(**number));
            own.for_each(|(place, _)| call(place));
        }
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
    use slotless_core::rng::{Key, Purpose};
    use slotless_core::words::{Found, Lists, MAX_QUESTION, Sizes};

    use super::super::lent::Lists as Rooms;
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
            let rooms = Rooms::default();
            let scores = lexicon.scores(&asked, |_| false, &rooms);
            let takes = |pair: &u32| places.contains(pair);
            let shared: Vec<(u32, u32)> = lexicon.shared(&scores).filter(|one| takes(&one.0)).collect();
            prop_assert_eq!(&shared, &expected);
            let only = lexicon.only(&places);
            let of: Vec<u32> = only.shared(&only.scores(&asked, |_| false, &rooms)).map(|one| one.1).collect();
            prop_assert_eq!(of, expected.iter().map(|one| one.1).collect::<Vec<u32>>());
            prop_assert!(shared.iter().all(|one| one.1 <= scores.most.max(1) || asked.len() > 1));
            // Those that score most are the first ones of all in that order.
            expected.sort_by_key(|one| Reverse((one.1, one.0)));
            for count in [1, 2, 5, 20] {
                let mut best = lexicon.best(&scores, count, |pair| takes(&pair));
                best.sort_by_key(|one| Reverse((one.1, one.0)));
                prop_assert_eq!(&best[..], &expected[..count.min(expected.len())]);
            }
        }
    }

    /// Words of several cues are counted once, whether these or the question have more.
    #[test]
    fn cues_score_together_as_one_of_all_their_words() {
        let rooms = Rooms::default();
        let mut lexicon = Lexicon::new(Units::new(32).unwrap());
        for text in ["oslo painting", "oslo moved there", "cat", "dog"] {
            let units = lexicon.of(text);
            lexicon.push(&units);
        }
        for more in [
            String::new(),
            (0..30).map(|word| format!("w{word} ")).collect(),
        ] {
            let question = lexicon.question(&format!("oslo moved painting cat {more}"));
            let scores = lexicon.scores(&question, |_| false, &rooms);
            let counts = |word: &str| {
                let unit = lexicon.of(word)[0];
                scores.units.iter().find(|one| one.0 == unit).unwrap().1
            };
            let sum = counts("oslo") + counts("moved") + counts("painting");
            let expected = scores.scale.score(sum, 5);
            assert_eq!(lexicon.score_together(&scores, &[0, 1]), expected);
            assert_eq!(
                lexicon.score_together(&scores, &[2]),
                lexicon.score(&scores, 2)
            );
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
        let rooms = Rooms::default();
        let scores = lexicon.scores(&lexicon.question("w7"), |_| false, &rooms);
        assert_eq!(lexicon.shared(&scores).count(), 1);
    }

    /// Of long cues and short ones, common words and rare ones, so many that the best are looked for among few.
    #[test]
    fn the_best_of_many_are_the_best_of_all() {
        let mut lexicon = Lexicon::new(Units::new(20).unwrap());
        let key = Key::new(3, Purpose(901));
        let mut draws = (0..).map(|at| key.at(at));
        let mut draw = |below: u32| draws.next().map_or(0, |drawn| drawn % below);
        for pair in 0..3000 {
            let length = if pair % 7 == 0 { 40 } else { 1 + draw(6) };
            // Of every two numbers below a power of two one is above the next one: rare words are as many as common ones.
            let units = (0..length).map(|_| {
                let bits = 1 + draw(10);
                draw(1 << bits)
            });
            let units = distinct(units);
            lexicon.push(&units);
        }
        let rooms = Rooms::default();
        for question in [
            &[0][..],
            &[1, 2],
            &[0, 1, 300, 900],
            &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
            &[5000],
        ] {
            let scores = lexicon.scores(question, |_| false, &rooms);
            for takes in [
                (|_| true) as fn(u32) -> bool,
                |pair| pair % 5 == 2,
                |_| false,
            ] {
                let mut all: Vec<(u32, u32)> =
                    lexicon.shared(&scores).filter(|one| takes(one.0)).collect();
                all.sort_by_key(|one| Reverse((one.1, one.0)));
                for count in [1, 3, 50, 400, 5000] {
                    let mut best = lexicon.best(&scores, count, takes);
                    best.sort_by_key(|one| Reverse((one.1, one.0)));
                    assert_eq!(
                        best[..],
                        all[..count.min(all.len())],
                        "{question:?}, {count}"
                    );
                }
            }
        }
    }
}
