//! Words, their hashes, and lists of them, written from the contract's text.

use super::Key;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Letter,
    Unspaced,
    Other,
}

fn kind(c: char) -> Kind {
    let c = u32::from(c);
    let unspaced = [
        (0xe01, 0xe3a),
        (0xe40, 0xe4e),
        (0xe50, 0xe59),
        (0xe81, 0xedf),
        (0x1000, 0x1049),
        (0x1050, 0x109f),
        (0x1780, 0x17d3),
        (0x17d7, 0x17d7),
        (0x17dc, 0x17e9),
        (0x3005, 0x3007),
        (0x3041, 0x309f),
        (0x30a1, 0x30fa),
        (0x30fc, 0x30ff),
        (0x3400, 0x4dbf),
        (0x4e00, 0x9fff),
        (0xf900, 0xfaff),
        (0xff66, 0xff9f),
        (0x20000, 0x3ffff),
    ];
    let marks = [
        (0x300, 0x36f),
        (0x591, 0x5bd),
        (0x5bf, 0x5bf),
        (0x5c1, 0x5c2),
        (0x5c4, 0x5c5),
        (0x610, 0x61a),
        (0x64b, 0x65f),
        (0x900, 0x963),
        (0x966, 0x96f),
        (0x971, 0xddf),
        (0x200c, 0x200d),
        (0xfe20, 0xfe2f),
    ];
    let is_in = |ranges: &[(u32, u32)]| ranges.iter().any(|&(a, b)| a <= c && c <= b);
    if is_in(&unspaced) {
        Kind::Unspaced
    } else if is_in(&marks) || char::from_u32(c).unwrap().is_alphanumeric() {
        Kind::Letter
    } else {
        Kind::Other
    }
}

/// Start and end of each word in bytes, and the word.
pub fn words(text: &str) -> Vec<(usize, usize, String)> {
    let all: Vec<(usize, char)> = text.char_indices().collect();
    let end = |place: usize| all.get(place).map_or(text.len(), |one| one.0);
    let mut found = Vec::new();
    let mut place = 0;
    while place < all.len() {
        let of = kind(all[place].1);
        let run = all[place..].iter().take_while(|one| kind(one.1) == of);
        let after = place + run.count();
        let mut word = |from: usize, to: usize| {
            let (from, to) = (end(from), end(to));
            found.push((from, to, text[from..to].to_owned()));
        };
        match of {
            Kind::Letter => word(place, after),
            Kind::Unspaced if after == place + 1 => word(place, after),
            Kind::Unspaced => (place..after - 1).for_each(|first| word(first, first + 2)),
            Kind::Other => {}
        }
        place = after;
    }
    found
}

fn is_vowel(c: char) -> bool {
    "aeiouy".contains(c)
}

pub fn stem(word: &str) -> String {
    let mut word = word.to_owned();
    let cut = |word: &mut String, by: usize| word.truncate(word.len() - by);
    let length = word.len();
    if word.ends_with("eies") || word.ends_with("aies") {
        cut(&mut word, 1);
    } else if word.ends_with("ies") && length >= 5 {
        cut(&mut word, 2);
    } else if word.ends_with("us") || word.ends_with("ss") {
    } else if word.ends_with('s') && length >= 4 {
        cut(&mut word, 1);
    }
    if !word.ends_with("eed") {
        for (ending, least) in [("ing", 2), ("ed", 2), ("ly", 3)] {
            let Some(rest) = word.strip_suffix(ending) else {
                continue;
            };
            if rest.len() >= least && rest.contains(is_vowel) {
                let mut rest = rest.to_owned();
                let mut last = rest.chars().rev();
                let (a, b) = (last.next().unwrap(), last.next().unwrap());
                if a == b && a.is_ascii_lowercase() && !is_vowel(a) && !"lsz".contains(a) {
                    rest.pop();
                }
                word = rest;
            }
            break;
        }
    }
    let before = word.chars().rev().nth(1);
    if word.len() >= 4 && word.ends_with('e') {
        word.pop();
    } else if word.len() >= 4 && word.ends_with('y') && !is_vowel(before.unwrap()) {
        word.pop();
        word.push('i');
    }
    word
}

/// Lower case and stem of a word.
pub fn folded(word: &str) -> String {
    let lower: String = word.chars().flat_map(char::to_lowercase).collect();
    let lower = lower.replace('\u{3c2}', "\u{3c3}");
    match word.is_ascii() && word.len() <= 32 {
        true => stem(&lower),
        false => lower,
    }
}

pub fn hash(folded: &str, seed: u64) -> u64 {
    let mut words: Vec<u32> = folded
        .as_bytes()
        .chunks(4)
        .map(|four| {
            let place = |(place, byte): (usize, &u8)| u32::from(*byte) << (8 * place);
            four.iter().enumerate().map(place).sum()
        })
        .collect();
    words.push(folded.len() as u32);
    let half = |number| Key::of(seed, 22).derive(number).digest(&words);
    (half(1) << 32) + half(0)
}

fn log2(x: u64) -> u64 {
    let mut whole = 31;
    let mut r = x;
    while r < 1 << 31 {
        r *= 2;
        whole -= 1;
    }
    let mut part = 0;
    for _ in 0..16 {
        r = ((u128::from(r) * u128::from(r)) >> 31) as u64;
        part *= 2;
        if r >= 1 << 32 {
            part += 1;
            r /= 2;
        }
    }
    whole * 65_536 + part
}

/// Number, score and shared units of every item that is found, the best first.
pub fn best(items: &[Vec<u32>], question: &[u32], b: u64) -> Vec<(u32, u32, u32)> {
    let all = items.len() as u128;
    let total: u128 = items.iter().map(|item| item.len() as u128).sum();
    let with = |unit: u32| items.iter().filter(|item| item.contains(&unit)).count() as u64;
    let weight = |unit| log2(2 * (items.len() as u64 + 1)) - log2(2 * with(unit) + 1);
    let mut found = Vec::new();
    for (number, item) in items.iter().enumerate().rev() {
        let shared: Vec<u32> = question
            .iter()
            .copied()
            .filter(|unit| item.contains(unit))
            .collect();
        if shared.is_empty() {
            continue;
        }
        let mut score: u128 = shared.iter().map(|&unit| u128::from(weight(unit))).sum();
        if b > 0 {
            let relative = (item.len() as u128 * ((all << 32) / total)) >> 16;
            let parts = u128::from(256 - b) * 65_536 + u128::from(b) * relative;
            score = score * 144_128 / (65_536 + ((307 * parts) >> 16));
        }
        found.push((number as u32, score as u32, shared.len() as u32));
    }
    // The sort is stable: later items stay before those of the same score.
    found.sort_by_key(|one| std::cmp::Reverse(one.1));
    found
}
