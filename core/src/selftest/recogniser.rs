//! Fixed runs of recognisers: exact integers, the same on every machine.

use super::Digest;
use crate::recogniser::{
    Code, Grow, GrowParams, Labelled, LabelledParams, Means, MeansParams, Recogniser, Replacement,
    Ring, RingParams, Units, Verdict,
};
use crate::ring::{self, Slots, SlotsParams};
use crate::rng::{Key, Purpose};
use crate::snapshot::{self, Parts, SnapshotError};

const FEATURES: u32 = 20;
const CLASSES: u32 = 5;
const ITEMS: u32 = 24;
const LEARNED: u32 = 300;
const ASKED: u32 = 60;
const SEED: u64 = 0x0123_4567_89ab_cdef;
/// Words of the largest state.
const ROOM: usize = 100;

/// Hands over every known answer of `tests/vectors/recogniser.txt` of the repository, in its order, as name and value.
///
/// Sample p has the label c = p % 5 and 20 features: feature j is the low byte of draw j of the key (1, 256, c), plus draw j of
/// the key (1, 257, p) modulo 128, less 64, from 0 up to 255. Samples 0 to 299 are learned by: 24 items that grow, without fading and by 4 points; rings of 24
/// items of nibbles in turn, as a reservoir and balanced; a balanced one of thermometer codes of 3 bits; means of 5 classes
/// with a window of 16; and labels of 4 units each over 12 slots in turn, 5 thermometer bits a feature. Seeds are
/// 0x0123456789abcdef. A [`Digest`] takes in the outcome of each, 0 for new, 1 for right, 2 for wrong; then of samples 300 to 359,
/// where something is recognised, label, distance, the runner-up's label and distance if there is one, the score, and the
/// verdict, 0 for known, 1 for unknown, 2 for none. At last it takes in the state; of labels over slots that of the slots. Then those
/// of the snapshots of what grows, without fading, of the reservoir and of the means, word by word.
pub fn vectors(mut vector: impl FnMut(&str, u64)) {
    // All sizes are in range; were they not, the missing vector would show it.
    let mut take = |name, digest: Option<Digest>| {
        if let Some(digest) = digest {
            vector(name, digest.value());
        }
    };
    take("grow", grow(0));
    take("grow-fading", grow(4));
    let seed = SEED;
    let thermometer = Code::Thermometer { bits: 3 };
    for (name, code, replacement) in [
        ("ring-fifo", Code::Nibbles, Replacement::Fifo),
        (
            "ring-reservoir",
            Code::Nibbles,
            Replacement::Reservoir { seed },
        ),
        ("ring-balanced", Code::Nibbles, Replacement::Balanced),
        ("ring-thermometer", thermometer, Replacement::Balanced),
    ] {
        take(name, rings(code, replacement));
    }
    take("means", means());
    take("labelled-slots", labelled());
    take("grow-snapshot", grow_saved());
    take("ring-snapshot", ring_saved());
    take("means-snapshot", means_saved());
}

/// The samples of the fixed run.
fn sample(number: u32) -> ([u8; FEATURES as usize], u8) {
    let label = number % CLASSES;
    let centre = Key::new(1, Purpose(256)).derive(label);
    let around = Key::new(1, Purpose(257)).derive(number);
    let sample = core::array::from_fn(|feature| {
        let feature = feature as u32;
        let value = (centre.at(feature) & 0xff) + around.at(feature) % 128;
        value.saturating_sub(64).min(255) as u8
    });
    (sample, label as u8)
}

/// The digest of a run, without the state.
fn run<R: Recogniser>(recogniser: &mut R) -> Option<Digest> {
    let mut digest = Digest::new();
    for number in 0..LEARNED {
        let (sample, label) = sample(number);
        digest.word(recogniser.learn(&sample, label).ok()? as u32);
    }
    for number in LEARNED..LEARNED + ASKED {
        let (sample, _) = sample(number);
        let Some(found) = recogniser.recognise(&sample).ok()? else {
            continue;
        };
        digest.word(found.label().into());
        digest.word(found.distance());
        if let Some(other) = found.runner_up() {
            digest.word(other.label.into());
            digest.word(other.distance);
        }
        digest.word(found.score());
        digest.word(match found.verdict() {
            Verdict::Known => 0,
            Verdict::Unknown => 1,
            Verdict::Uncalibrated => 2,
        });
    }
    Some(digest)
}

fn with(mut digest: Digest, state: &[u32]) -> Digest {
    state.iter().for_each(|&word| digest.word(word));
    digest
}

/// The digest of a snapshot.
fn saved(parts: Result<Parts<'_>, SnapshotError>) -> Option<Digest> {
    let mut digest = Digest::new();
    parts.ok()?.words().for_each(|word| digest.word(word));
    Some(digest)
}

fn new_grow(fading: u32, words: &mut [u32; ROOM]) -> Option<Grow<&mut [u32]>> {
    let params = GrowParams::new(FEATURES, ITEMS).ok()?.seed(SEED);
    let params = params.fading(fading).ok()?;
    Grow::new(params, words.get_mut(..params.words())?).ok()
}

fn grow(fading: u32) -> Option<Digest> {
    let mut words = [0; ROOM];
    let mut grow = new_grow(fading, &mut words)?;
    Some(with(run(&mut grow)?, grow.words()))
}

fn grow_saved() -> Option<Digest> {
    let mut words = [0; ROOM];
    let mut grow = new_grow(0, &mut words)?;
    run(&mut grow)?;
    saved(snapshot::grow::parts(&grow))
}

fn new_ring(
    code: Code,
    replacement: Replacement,
    words: &mut [u32; ROOM],
) -> Option<Ring<&mut [u32]>> {
    let params = RingParams::new(FEATURES, ITEMS, code, replacement).ok()?;
    Ring::new(params, words.get_mut(..params.words())?).ok()
}

fn rings(code: Code, replacement: Replacement) -> Option<Digest> {
    let mut words = [0; ROOM];
    let mut ring = new_ring(code, replacement, &mut words)?;
    Some(with(run(&mut ring)?, ring.words()))
}

fn ring_saved() -> Option<Digest> {
    let mut words = [0; ROOM];
    let replacement = Replacement::Reservoir { seed: SEED };
    let mut ring = new_ring(Code::Nibbles, replacement, &mut words)?;
    run(&mut ring)?;
    saved(snapshot::samples::parts(&ring))
}

fn new_means(words: &mut [u32; ROOM]) -> Option<Means<&mut [u32]>> {
    let params = MeansParams::new(FEATURES, CLASSES, 16).ok()?;
    Means::new(params, words.get_mut(..params.words())?).ok()
}

fn means() -> Option<Digest> {
    let mut words = [0; ROOM];
    let mut means = new_means(&mut words)?;
    Some(with(run(&mut means)?, means.words()))
}

fn means_saved() -> Option<Digest> {
    let mut words = [0; ROOM];
    let mut means = new_means(&mut words)?;
    run(&mut means)?;
    saved(snapshot::means::parts(&means))
}

fn labelled() -> Option<Digest> {
    let units = Units::Thermometer { bits: 5 };
    let params = LabelledParams::new(FEATURES, units, CLASSES, 4).ok()?;
    let slots = SlotsParams::new(params.units(), 12, ring::Replacement::Fifo).ok()?;
    let mut words = [0; ROOM];
    let slots = Slots::new(slots, words.get_mut(..slots.words())?).ok()?;
    let mut labelled = Labelled::new(slots, params, [0; 4]).ok()?;
    let digest = run(&mut labelled)?;
    Some(with(digest, labelled.memory().words()))
}
