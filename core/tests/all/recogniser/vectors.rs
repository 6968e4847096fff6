//! The fixed runs of the self-test, by the naive recognisers.

use slotless_core::selftest::{Digest, recogniser};

use crate::naive::recogniser::{self as oracle, Grow, Means, Recognised, Ring, Rule, State, code};
use crate::naive::snapshot::written;
use crate::naive::{self, Key};

const SEED: u64 = 0x0123_4567_89ab_cdef;

fn sample(p: u64) -> (Vec<u8>, u64) {
    let draw = |purpose, index, j| Key::of(1, purpose).derive(index).at(j);
    let feature = |j| {
        let value = (draw(256, p % 5, j) % 256 + draw(257, p, j) % 128) as i64 - 64;
        value.clamp(0, 255) as u8
    };
    ((0..20).map(feature).collect(), p % 5)
}

/// The digest of a run of a naive recogniser.
fn run<R>(
    recogniser: &mut R,
    recognise: impl Fn(&R, &[u8]) -> Option<Recognised>,
    learn: impl Fn(&mut R, &[u8], u64),
    threshold: impl Fn(&R) -> u64,
    outcome: impl Fn(&R, &[u8], u64) -> u32,
) -> Digest {
    let mut digest = Digest::new();
    for p in 0..300 {
        let (x, y) = sample(p);
        digest.word(outcome(recogniser, &x, y));
        learn(recogniser, &x, y);
    }
    for (x, _) in (300..360).map(sample) {
        let Some((label, distance, other, score)) = recognise(recogniser, &x) else {
            continue;
        };
        digest.word(label as u32);
        digest.word(distance as u32);
        if let Some((label, distance)) = other {
            digest.word(label as u32);
            digest.word(distance as u32);
        }
        digest.word(score as u32);
        digest.word((score > oracle::level(threshold(recogniser))).into());
    }
    digest
}

/// Of label and distance of all items.
fn outcome(items: &[(u64, u64)], y: u64) -> u32 {
    let least = |own: bool| {
        let of = items.iter().filter(|one| (one.0 == y) == own);
        of.map(|one| one.1).min()
    };
    match (least(true), least(false)) {
        (None, _) => 0,
        (Some(own), Some(other)) if own >= other => 2,
        _ => 1,
    }
}

/// The digest with the state, and that of a snapshot of it.
fn with(mut digest: Digest, state: &[u32], saved: Option<Saved<'_>>) -> [u64; 2] {
    state.iter().for_each(|&word| digest.word(word));
    let mut alone = Digest::new();
    if let Some((kind, block, sections)) = saved {
        let file = written(kind, block, sections, state);
        file.iter().for_each(|&word| alone.word(word));
    }
    [digest.value(), alone.value()]
}

/// Kind, block and sections.
type Saved<'a> = (u32, &'a [u32], &'a [(u32, usize)]);

const LOW: u32 = SEED as u32;
const HIGH: u32 = (SEED >> 32) as u32;

fn grow(fading: u64) -> [u64; 2] {
    let state = State(vec![0; 3 + 24 * 3 + 12]);
    let mut grow = Grow {
        d: 20,
        items: 24,
        seed: SEED,
        fading,
        state,
    };
    let of = |grow: &Grow, x: &[u8], y| outcome(&grow.pairs(x), y);
    let digest = run(&mut grow, Grow::recognise, Grow::learn, Grow::threshold, of);
    let block = [20, 24, fading as u32, LOW, HIGH];
    let sections = [(9, 3), (10, 72), (11, 12)];
    with(digest, &grow.state.0, Some((6, &block, &sections)))
}

fn rings(bits: Option<u64>, rule: Rule) -> [u64; 2] {
    let row = if bits.is_some() { 2 } else { 3 };
    let words = vec![0; 4 + 24 * row + 6];
    let mut ring = Ring::read(&words, row, 24, bits, rule);
    let of = |ring: &Ring, x: &[u8], y| outcome(&ring.distances(x), y);
    let digest = run(
        &mut ring,
        Ring::recognise,
        Ring::learn,
        |ring| ring.threshold,
        of,
    );
    let mut state = vec![24, 300, 0, ring.threshold as u32];
    for (item, _) in &ring.kept {
        state.extend(naive::words(item));
    }
    let byte = |(place, one): (usize, &(Vec<bool>, u64))| (one.1 as u32) << (8 * place);
    let labels = ring.kept.chunks(4);
    state.extend(labels.map(|four| four.iter().enumerate().map(byte).sum::<u32>()));
    // Of the reservoir of nibbles.
    let block = [20, 24, 0, 1, LOW, HIGH];
    let sections = [(9, 4), (10, 24 * row), (11, 6)];
    with(digest, &state, Some((7, &block, &sections)))
}

fn means() -> [u64; 2] {
    let classes = vec![(0, vec![0; 20]); 5];
    let mut means = Means {
        window: 16,
        classes,
        threshold: 0,
    };
    let of = |means: &Means, x: &[u8], y| outcome(&means.distances(x), y);
    let digest = run(
        &mut means,
        Means::recognise,
        Means::learn,
        |means| means.threshold,
        of,
    );
    // Six counts in three words: there is no sixth class.
    let counts = means.classes.iter().map(|class| class.0).chain([0]);
    let halves = counts.chain(means.classes.iter().flat_map(|class| class.1.clone()));
    let halves: Vec<i64> = halves.collect();
    let mut state = vec![means.threshold as u32];
    state.extend(
        halves
            .chunks(2)
            .map(|pair| (pair[0] | pair[1] << 16) as u32),
    );
    with(digest, &state, Some((8, &[20, 5, 16], &[(9, 4), (10, 50)])))
}

/// A ring of 12 patterns of 100 units for features and 20 for labels; its threshold, and the labels known.
struct Slots {
    kept: Vec<Vec<bool>>,
    learned: usize,
    threshold: u64,
    known: [bool; 5],
}

impl Slots {
    fn pattern(x: &[u8], label: Option<u64>) -> Vec<bool> {
        let mut pattern = code(x, Some(5));
        pattern.truncate(100);
        pattern.extend((0..20).map(|unit| label == Some(unit / 4)));
        pattern
    }

    /// Ones of each label in what is recalled, and the score.
    fn recalled(&self, x: &[u8]) -> (Vec<u64>, u64) {
        let cue = Self::pattern(x, None);
        let overlap = |one: &[bool]| one.iter().zip(&cue).filter(|(a, b)| **a && **b).count();
        // The newest first, of equal ones the first.
        let ages = (1..=self.learned.min(12)).map(|age| (self.learned - age) % 12);
        let mut best: Option<usize> = None;
        for slot in ages {
            if best.is_none_or(|best| overlap(&self.kept[slot]) > overlap(&self.kept[best])) {
                best = Some(slot);
            }
        }
        let Some(best) = best else {
            return (vec![0; 5], 65_536);
        };
        let ones = cue.iter().filter(|one| **one).count();
        let share = (overlap(&self.kept[best]) * 65_536).checked_div(ones);
        let back = self.kept[best][100..]
            .chunks(4)
            .map(|units| units.iter().filter(|one| **one).count() as u64);
        (back.collect(), 65_536 - share.unwrap_or(0) as u64)
    }

    fn recognise(&self, x: &[u8]) -> Option<Recognised> {
        let (back, score) = self.recalled(x);
        let most = *back.iter().max()?;
        let label = back
            .iter()
            .position(|&one| one == most)
            .filter(|_| most > 0)?;
        let others = (0..5).filter(|&one| one != label && (self.known[one] || back[one] > 0));
        let other = others
            .map(|one| (one as u64, 4 - back[one]))
            .min_by_key(|one| one.1);
        Some((label as u64, 4 - most, other, score))
    }

    fn learn(&mut self, x: &[u8], y: u64) {
        if self.known[y as usize] {
            let score = self.recognise(x).map_or(65_536, |found| found.3);
            self.threshold = oracle::threshold(&[(0, score)], 0, self.threshold, 1);
        }
        self.known[y as usize] = true;
        let slot = self.learned % 12;
        self.kept[slot] = Self::pattern(x, Some(y));
        self.learned += 1;
    }
}

fn labelled() -> [u64; 2] {
    let kept = vec![vec![false; 120]; 12];
    let mut slots = Slots {
        kept,
        learned: 0,
        threshold: 0,
        known: [false; 5],
    };
    let of = |slots: &Slots, x: &[u8], y: u64| match slots.recognise(x) {
        _ if !slots.known[y as usize] => 0,
        Some(found) if found.0 == y => 1,
        _ => 2,
    };
    let digest = run(
        &mut slots,
        Slots::recognise,
        Slots::learn,
        |slots| slots.threshold,
        of,
    );
    let mut state = vec![300, 0];
    slots
        .kept
        .iter()
        .for_each(|x| state.extend(naive::words(x)));
    with(digest, &state, None)
}

#[test]
fn the_digests_are_those_of_the_naive_recognisers() {
    let mut found = Vec::new();
    recogniser::vectors(|name, value| found.push((name.to_owned(), value)));
    let ([grow, grow_saved], [means, means_saved]) = (grow(0), means());
    let [reservoir, ring_saved] = rings(None, Rule::Reservoir(SEED));
    let expected = [
        ("grow", grow),
        ("grow-fading", self::grow(4)[0]),
        ("ring-fifo", rings(None, Rule::Fifo)[0]),
        ("ring-reservoir", reservoir),
        ("ring-balanced", rings(None, Rule::Balanced)[0]),
        ("ring-thermometer", rings(Some(3), Rule::Balanced)[0]),
        ("means", means),
        ("labelled-slots", labelled()[0]),
        ("grow-snapshot", grow_saved),
        ("ring-snapshot", ring_saved),
        ("means-snapshot", means_saved),
    ];
    assert_eq!(
        found,
        expected.map(|(name, value)| (name.to_owned(), value))
    );
}
