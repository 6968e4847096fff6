//! Fixed runs of words and lists: exact integers, the same on every machine.

use super::Digest;
use crate::rng::{self, Purpose};
use crate::words::{Found, Length, Lists, Sizes, Units, WordsError};

const SEED: u64 = 0x0123_4567_89ab_cdef;
const ITEMS: u32 = 200;
const BITS: u32 = 10;

/// Texts whose words are hashed: every rule of the stem, numbers, apostrophes, scripts with and without spaces.
const TEXTS: [&str; 8] = [
    "The cats' hobbies: running, falling, painted, hiking & hiked; she agreed quickly. String, glass, buses!",
    "Ann's flight BA2490 left at 10:45 on 3 March 2026, and she doesn't know why.",
    "studies studied study studying STUDY; movies movie; family families; eies aies ties needed",
    "Überraschung: \u{c7}a va, na\u{ef}ve fa\u{e7}ade, stra\u{df}e, \u{130}stanbul, cafe\u{301} \u{2019}n \u{2013} x_y",
    "\u{39f}\u{394}\u{39f}\u{3a3} \u{3bf}\u{3b4}\u{3cc}\u{3c2}. \u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}, \u{43c}\u{438}\u{440}!",
    "\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}\u{964} \u{5e9}\u{5c1}\u{5b8}\u{5dc}\u{5d5}\u{5b9}\u{5dd} \u{627}\u{644}\u{633}\u{651}\u{644}\u{627}\u{645} \u{d55c}\u{ad6d}\u{c5b4}",
    "\u{6771}\u{4eac}\u{306b}\u{884c}\u{304d}\u{307e}\u{3059}2026\u{5e74}. \u{e01}\u{e23}\u{e38}\u{e07}\u{e40}\u{e17}\u{e1e} \u{732b}",
    "abcdefghijklmnopqrstuvwxyzabcdefings abcdefghijklmnopqrstuvwxyzabcdefgings",
];

/// Hands over every known answer of `tests/vectors/words.txt` of the repository, in its order, as name and value.
///
/// `words-1` to `words-8`: of each of eight texts, hashed with seed 0x0123456789abcdef to 2^14 units, a [`Digest`] takes in start and
/// end of each word, its hash, low half first, its unit, and 1 for a stop word, else 0. `lists`: 200 items of `1 + i % 23` draws
/// of `below(w + 1)`, w being `below(1023)`, from the stream (1, 256, 6, i), each number once, in lists of 10 bits; 60 questions of 8 such draws from
/// the streams (1, 256, 7, q); of each, with shares of the length of 0 and 192, the five best items: number, score, shared units.
/// Then the buffer.
pub fn vectors(mut vector: impl FnMut(&str, u64)) {
    const NAMES: [&str; 8] = [
        "words-1", "words-2", "words-3", "words-4", "words-5", "words-6", "words-7", "words-8",
    ];
    for (name, text) in NAMES.into_iter().zip(TEXTS) {
        // 14 bits are in range; were they not, the missing vector would show it.
        if let Ok(units) = Units::seeded(14, SEED) {
            vector(name, words(units, text).value());
        }
    }
    if let Ok(digest) = lists() {
        vector("lists", digest.value());
    }
}

fn words(units: Units, text: &str) -> Digest {
    let mut digest = Digest::new();
    for word in units.words(text) {
        let (low, high) = (word.hash as u32, (word.hash >> 32) as u32);
        let (start, end) = (word.start as u32, word.end as u32);
        for number in [start, end, low, high, word.unit, word.is_stop.into()] {
            digest.word(number);
        }
    }
    digest
}

/// So many draws, each once and ascending.
fn drawn(purpose: u32, number: u32, count: usize, room: &mut [u32; 32]) -> &[u32] {
    let mut draws = rng::stream(1, Purpose(256), purpose, number);
    let mut used = 0usize;
    for _ in 0..count {
        let most = rng::below(&mut draws, 1023);
        let unit = rng::below(&mut draws, most.saturating_add(1));
        let known = room.get(..used).unwrap_or(&[]);
        let Err(place) = known.binary_search(&unit) else {
            continue;
        };
        used = used.saturating_add(1);
        let mut moved = unit;
        for one in room.get_mut(place..used).unwrap_or(&mut []) {
            core::mem::swap(one, &mut moved);
        }
    }
    room.get(..used).unwrap_or(&[])
}

fn lists() -> Result<Digest, WordsError> {
    const SIZES: Result<Sizes, WordsError> = Sizes::new(BITS, ITEMS, 2400);
    const WORDS: usize = 2 + ITEMS as usize + 1200;
    let mut lists = Lists::new(SIZES?, [0; WORDS])?;
    let mut room = [0; 32];
    for item in 0..ITEMS {
        let count = 1 + item as usize % 23;
        lists.add(drawn(6, item, count, &mut room))?;
    }
    let mut digest = Digest::new();
    for number in 0..60 {
        let question = drawn(7, number, 8, &mut room);
        for share in [0, 192] {
            let mut found = [Found::NONE; 5];
            let length = Length::new(share)?;
            for one in lists.best(question, length, &mut [0; 8], &mut found)? {
                digest.word(one.item);
                digest.word(one.score);
                digest.word(one.shared);
            }
        }
    }
    lists.buffer().iter().for_each(|&word| digest.word(word));
    Ok(digest)
}
