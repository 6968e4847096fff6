//! The fixed runs of the self-test, by the naive memory.

use crate::naive::pairs::{self, Pairs};
use crate::naive::plain::{self, Plain, Recalled};
use crate::naive::recency::{self as oracle, Recency, Sizes};
use crate::naive::{self, Pcg};
use slotless_core::selftest::{Digest, recency};

fn pattern(number: u64) -> Vec<bool> {
    let mut own = Pcg::stream(1, 256, 0, number).sample(200, 20);
    if number % 5 == 4 {
        let before = Pcg::stream(1, 256, 0, number - 1).sample(200, 20);
        let kept = Pcg::stream(1, 256, 6, number).cue(&before, 16);
        own.iter_mut()
            .zip(kept)
            .for_each(|(own, kept)| *own |= kept);
    }
    own
}

fn digest(levels: u64, cap: Option<u64>) -> u64 {
    let sizes = Sizes {
        n: 200,
        rows: 7,
        levels,
        cap: cap.unwrap_or(oracle::usual_cap(200, levels, 20)),
        s: 20,
        miss: 96,
    };
    let mut memory = Recency::new(sizes);
    for number in 0..200 {
        assert!(memory.learn(&pattern(number)));
    }
    let mut digest = Digest::new();
    for number in (140..200).rev() {
        let cue = Pcg::stream(1, 256, 1, number).cue(&pattern(number), 10);
        let recalled = memory.recall(&cue);
        for part in [recalled.pattern, recalled.members, recalled.unknown] {
            naive::words(&part)
                .iter()
                .for_each(|&word| digest.word(word));
        }
        let best = recalled.found.unwrap();
        digest.word(best.score as u32);
        digest.word(200 - best.event as u32);
        digest.word(best.event as u32 % 7);
        // 200 events: the last of row r is that of 193 to 199 which goes there.
        let newest = (193..200).find(|event| event % 7 == best.event % 7);
        digest.word((newest.unwrap() / 7 - best.event / 7) as u32);
        if let Some(next) = memory.find(&cue, Some(best.event)) {
            digest.word(next.score as u32);
            digest.word(200 - next.event as u32);
        }
    }
    memory.words().iter().for_each(|&word| digest.word(word));
    digest.value()
}

#[test]
fn the_digest_of_recency_levels_is_that_of_the_naive_memory() {
    let mut found = Vec::new();
    recency::vectors(|name, value| found.push((name.to_owned(), value)));
    let cases = [
        (1, None),
        (3, None),
        (5, None),
        (5, Some(70)),
        (8, None),
        (11, None),
    ];
    assert_eq!(found.len(), cases.len() + 3);
    // Miri has time for one.
    let cases = cases
        .into_iter()
        .zip(found)
        .take(if cfg!(miri) { 1 } else { 6 });
    for ((levels, cap), (name, value)) in cases {
        assert_eq!(digest(levels, cap), value, "{name}");
    }
}

const SEED: u64 = 0x0123_4567_89ab_cdef;

/// The digest over cues of what is recalled, and over the state.
fn plain_digest(levels: u64, state: &[u32], recall: impl Fn(&[bool]) -> Recalled) -> u64 {
    let mut digest = Digest::new();
    for number in (140..200).rev() {
        let cue = Pcg::stream(1, 256, 1, number).cue(&pattern(number), 10);
        let recalled = recall(&cue);
        for part in [recalled.pattern, recalled.members, recalled.unknown] {
            naive::words(&part)
                .iter()
                .for_each(|&word| digest.word(word));
        }
        digest.word(recalled.score as u32);
        digest.word(recalled.next.unwrap() as u32);
        for (row, weight) in recalled.winners {
            digest.word(row as u32);
            digest.word((levels - weight) as u32);
        }
    }
    state.iter().for_each(|&word| digest.word(word));
    digest.value()
}

fn plain_form(parts: u64, levels: u64, draws: u64) -> u64 {
    let mut memory = Plain::new(plain::Sizes {
        n: 200,
        rows: 12,
        levels,
        s: 20,
        parts,
        draws,
        miss: 96,
        seed: SEED,
    });
    (0..200).for_each(|number| assert!(memory.learn(&pattern(number))));
    plain_digest(levels, &memory.words(), |cue| memory.recall(cue))
}

fn in_pairs() -> u64 {
    let mut memory = Pairs::new(pairs::Sizes {
        n: 200,
        rows: 9,
        levels: 20,
        s: 20,
        rested: 4,
        miss: 96,
        seed: SEED,
    });
    (0..200).for_each(|number| assert!(memory.learn(&pattern(number))));
    plain_digest(20, &memory.plain.words(), |cue| memory.recall(cue))
}

#[test]
#[cfg_attr(miri, ignore)]
fn the_digests_of_the_plain_forms_are_those_of_the_naive_ones() {
    let mut found = Vec::new();
    recency::vectors(|name, value| found.push((name.to_owned(), value)));
    let expected = [
        ("plain-9", plain_form(1, 9, 10)),
        ("plain-7-parts-2", plain_form(2, 7, 3)),
        ("pairs-20", in_pairs()),
    ];
    assert_eq!(
        found[6..],
        expected.map(|(name, value)| (name.to_owned(), value))
    );
}
