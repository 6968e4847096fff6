use proptest::prelude::*;
use slotless_core::words::{Units, Word};

use super::units;
use crate::naive::words as oracle;

fn of(text: &str) -> Vec<&str> {
    units(14).words(text).map(|word| word.of(text)).collect()
}

#[test]
fn words_are_runs_of_letters_and_numbers() {
    assert_eq!(
        of("Ann's flight BA2490: 10:45!"),
        ["Ann", "s", "flight", "BA2490", "10", "45"]
    );
    assert_eq!(
        of("don\u{2019}t x_y re-do"),
        ["don", "t", "x", "y", "re", "do"]
    );
    assert_eq!(
        of("caf\u{e9} cafe\u{301} na\u{ef}ve \u{416}\u{443}\u{43a}"),
        [
            "caf\u{e9}",
            "cafe\u{301}",
            "na\u{ef}ve",
            "\u{416}\u{443}\u{43a}"
        ]
    );
    // A word of Hindi with a virama in it; the danda ends the sentence.
    let hindi = "\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}";
    assert_eq!(of(&format!("{hindi}\u{964}")), [hindi]);
    for nothing in ["", " ", "?!", "\u{1f600} \u{2026}"] {
        assert!(of(nothing).is_empty(), "{nothing:?}");
    }
}

#[test]
fn scripts_without_spaces_become_pairs() {
    assert_eq!(
        of("\u{6771}\u{4eac}\u{90fd}"),
        ["\u{6771}\u{4eac}", "\u{4eac}\u{90fd}"]
    );
    assert_eq!(of("\u{732b} \u{72ac}"), ["\u{732b}", "\u{72ac}"]);
    assert_eq!(
        of("\u{732b}\u{3001}\u{72ac}\u{3068}Tokyo2026\u{5e74}x"),
        ["\u{732b}", "\u{72ac}\u{3068}", "Tokyo2026", "\u{5e74}", "x"]
    );
    assert_eq!(
        of("\u{e01}\u{e38}\u{e07}"),
        ["\u{e01}\u{e38}", "\u{e38}\u{e07}"]
    );
    // Korean has spaces.
    assert_eq!(
        of("\u{d55c}\u{ad6d}\u{c5b4} \u{b9d0}"),
        ["\u{d55c}\u{ad6d}\u{c5b4}", "\u{b9d0}"]
    );
}

#[test]
fn forms_of_a_word_have_its_hash_and_other_words_have_others() {
    let hash = |text: &str| {
        let words: Vec<Word> = units(20).words(text).collect();
        assert_eq!(words.len(), 1, "{text}");
        words[0].hash
    };
    for (one, other) in [
        ("Paint", "PAINTINGS"),
        ("\u{c9}t\u{e9}", "\u{e9}t\u{e9}"),
        (
            "\u{39f}\u{394}\u{39f}\u{3a3}",
            "\u{3bf}\u{3b4}\u{3bf}\u{3c2}",
        ),
    ] {
        assert_eq!(hash(one), hash(other), "{one}");
    }
    // Zeros that fill up a word of the digest are no bytes of it; a word of 33 bytes has no stem.
    let long = "a".repeat(31);
    let all = [
        "a", "aa", "aaa", "aaaa", "\u{4e00}", "ann", "anna", "2026", "2027", &long,
    ];
    for (place, one) in all.iter().enumerate() {
        assert!(
            all[..place].iter().all(|other| hash(one) != hash(other)),
            "{one}"
        );
    }
    assert_eq!(hash(&format!("{long}s")), hash(&long));
    assert_ne!(hash(&format!("{long}as")), hash(&format!("{long}a")));
    let seeded = Units::seeded(20, 1).unwrap();
    assert_ne!(seeded.words("ann").next().unwrap().hash, hash("ann"));
}

#[test]
fn a_question_is_its_words_without_function_words() {
    let all = units(24);
    let unit = |word: &str| all.words(word).next().unwrap().unit;
    let mut room = [0; 16];
    let mut expected = [unit("ann"), unit("move")];
    expected.sort_unstable();
    assert_eq!(
        all.question("Where did Ann move, and why? Ann!", &mut room)
            .unwrap(),
        expected
    );
    // Nothing else is in it.
    assert_eq!(all.question("Who is this?", &mut room).unwrap().len(), 3);
    assert!(all.question("?", &mut room).unwrap().is_empty());
    assert_eq!(
        all.distinct("the cat, the cats", &mut room).unwrap().len(),
        2
    );
}

#[test]
fn units_are_the_highest_bits_and_seldom_collide() {
    let text: String = (0..2_000).map(|number| format!("w{number} ")).collect();
    for bits in [8, 14, 16, 18, 32] {
        let units = units(bits);
        let all: Vec<u32> = units.words(&text).map(|word| word.unit).collect();
        assert!(
            units
                .words(&text)
                .all(|word| u64::from(word.unit) == word.hash >> (64 - bits))
        );
        assert!(all.iter().all(|&unit| units.has(unit)));
        let mut distinct = all.clone();
        distinct.sort_unstable();
        distinct.dedup();
        // The mean of a random function's image, and five of its standard deviations, each below the root of the mean's loss.
        let n = 2f64.powi(bits as i32);
        let mean = n * (1.0 - (1.0 - 1.0 / n).powi(2_000));
        let off = (distinct.len() as f64 - mean).abs();
        assert!(
            off <= 5.0 * (2_000.0 - mean).min(mean).sqrt() + 1.0,
            "{bits}: {} {mean}",
            distinct.len()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn words_are_those_of_the_naive_splitter(text in "([a-zA-Z0-9' .\u{e9}\u{130}\u{1e9e}\u{3a3}\u{3c2}\u{300}\u{928}\u{94d}\u{6771}\u{4eac}\u{e01}\u{d55c}\u{1f600}]|ings?|eed|ies|ly |\\PC){0,40}", seed: u64) {
        let units = Units::seeded(18, seed).unwrap();
        let found: Vec<Word> = units.words(&text).collect();
        let expected = oracle::words(&text);
        prop_assert_eq!(found.len(), expected.len());
        for (word, (start, end, raw)) in found.iter().zip(expected) {
            prop_assert_eq!((word.start, word.end, word.of(&text)), (start, end, &raw[..]));
            prop_assert_eq!(word.hash, oracle::hash(&oracle::folded(&raw), seed));
            prop_assert_eq!(u64::from(word.unit), word.hash >> 46);
        }
    }

    #[test]
    fn stems_are_those_of_the_naive_stemmer(word in "[a-z]{0,6}(s|es|ies|ing|ed|ly|e|y|us|ss|eed|ings|eies)?") {
        let hash = units(18).words(&word).next().map(|word| word.hash);
        let expected = (!word.is_empty()).then(|| oracle::hash(&oracle::stem(&word), 0));
        prop_assert_eq!(hash, expected);
    }
}
