//! Text to words.

use core::iter::FusedIterator;
use core::ops::RangeInclusive;

use super::units::{Hashed, Units};

/// A word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Word {
    /// The byte of the text with which it starts.
    pub start: usize,
    /// The byte behind it.
    pub end: usize,
    /// Its hash: the same for every form of the word that has its stem.
    pub hash: u64,
    /// Its unit, below `2^b`: the highest bits of the hash.
    pub unit: u32,
    /// Whether it is a function word of English, such as `what` or `the`.
    pub is_stop: bool,
}

impl Word {
    /// The word as it stands in its text; empty in a text that is not its own.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// The words of a text, in its order: [`Units::words`]. Cost: linear in the text, four multiplications for each four bytes of its
/// words; characters beyond ASCII are looked up in tables.
#[derive(Clone, Debug)]
pub struct Words<'a> {
    units: Units,
    text: &'a str,
    /// Where what is not gone through begins.
    at: usize,
    /// Whether the character there is the second of a pair already.
    is_paired: bool,
}

impl<'a> Words<'a> {
    pub(super) const fn new(units: Units, text: &'a str) -> Self {
        Self {
            units,
            text,
            at: 0,
            is_paired: false,
        }
    }

    /// The word from here up to a byte.
    fn word(&self, end: usize) -> Option<Word> {
        let text = self.text.get(self.at..end)?;
        let Hashed { hash, is_stop } = self.units.hash(text);
        Some(Word {
            start: self.at,
            end,
            hash,
            unit: self.units.unit(hash),
            is_stop,
        })
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        loop {
            let rest = self.text.get(self.at..)?;
            let mut characters = rest.chars();
            let first = characters.next()?;
            let next = self.at.saturating_add(first.len_utf8());
            match Kind::of(first) {
                Kind::Other => (self.at, self.is_paired) = (next, false),
                Kind::Letter => {
                    let mut end = next;
                    for character in characters.take_while(|&one| Kind::of(one) == Kind::Letter) {
                        end = end.saturating_add(character.len_utf8());
                    }
                    let word = self.word(end);
                    (self.at, self.is_paired) = (end, false);
                    return word;
                }
                Kind::Unspaced => {
                    let second = characters
                        .next()
                        .filter(|&one| Kind::of(one) == Kind::Unspaced);
                    let was_paired = core::mem::replace(&mut self.is_paired, second.is_some());
                    let word = match second {
                        Some(second) => self.word(next.saturating_add(second.len_utf8())),
                        None if was_paired => None,
                        None => self.word(next),
                    };
                    self.at = next;
                    if word.is_some() {
                        return word;
                    }
                }
            }
        }
    }
}

impl FusedIterator for Words<'_> {}

/// What a character is in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Of a word that ends where no letter follows.
    Letter,
    /// Of a script whose words have no spaces between them.
    Unspaced,
    /// Between words.
    Other,
}

/// Han, Hiragana and Katakana, Thai, Lao, Burmese and Khmer.
const UNSPACED: [RangeInclusive<char>; 18] = [
    '\u{e01}'..='\u{e3a}',
    '\u{e40}'..='\u{e4e}',
    '\u{e50}'..='\u{e59}',
    '\u{e81}'..='\u{edf}',
    '\u{1000}'..='\u{1049}',
    '\u{1050}'..='\u{109f}',
    '\u{1780}'..='\u{17d3}',
    '\u{17d7}'..='\u{17d7}',
    '\u{17dc}'..='\u{17e9}',
    '\u{3005}'..='\u{3007}',
    '\u{3041}'..='\u{309f}',
    '\u{30a1}'..='\u{30fa}',
    '\u{30fc}'..='\u{30ff}',
    '\u{3400}'..='\u{4dbf}',
    '\u{4e00}'..='\u{9fff}',
    '\u{f900}'..='\u{faff}',
    '\u{ff66}'..='\u{ff9f}',
    '\u{20000}'..='\u{3ffff}',
];

/// Accents and signs that are written over, under or between letters and are none: without them words of Hebrew, Arabic, Hindi
/// and others, and letters with an accent of their own, would fall apart.
const MARKS: [RangeInclusive<char>; 12] = [
    '\u{300}'..='\u{36f}',
    '\u{591}'..='\u{5bd}',
    '\u{5bf}'..='\u{5bf}',
    '\u{5c1}'..='\u{5c2}',
    '\u{5c4}'..='\u{5c5}',
    '\u{610}'..='\u{61a}',
    '\u{64b}'..='\u{65f}',
    // Indic scripts up to the dandas, which end sentences, and behind them.
    '\u{900}'..='\u{963}',
    '\u{966}'..='\u{96f}',
    '\u{971}'..='\u{ddf}',
    '\u{200c}'..='\u{200d}',
    '\u{fe20}'..='\u{fe2f}',
];

impl Kind {
    fn of(character: char) -> Self {
        if character.is_ascii() {
            return match character.is_ascii_alphanumeric() {
                true => Self::Letter,
                false => Self::Other,
            };
        }
        let is_in =
            |ranges: &[RangeInclusive<char>]| ranges.iter().any(|range| range.contains(&character));
        if character >= '\u{e01}' && is_in(&UNSPACED) {
            Self::Unspaced
        } else if is_in(&MARKS) || character.is_alphanumeric() {
            Self::Letter
        } else {
            Self::Other
        }
    }
}
