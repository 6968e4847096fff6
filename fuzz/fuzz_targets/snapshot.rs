//! Any bytes as a snapshot: what opens recalls, learns and is written again, and nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slotless_core::bits;
use slotless_core::kwinner::{Random, Seeded, Structured, WiringKind};
use slotless_core::recency::{self, RecencyError};
use slotless_core::recogniser::{GrowParams, MeansParams, Outcome, RingParams};
use slotless_core::ring::{CodedParams, RingError, SketchesParams, SlotsParams};
use slotless_core::snapshot::{self, Kind, Model, Snapshot, SnapshotError, SnapshotOf};
use slotless_core::weight::{U1, U2, U4, U8, U16, Width};

fuzz_target!(|bytes: &[u8]| {
    let words: Vec<u32> = bytes
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect();
    in_place(bytes, &words);
    let mut words = words;
    match Snapshot::from_words_unverified(&words) {
        Ok(snapshot) => exercise(&snapshot),
        Err(error) => drop(error.to_string()),
    }
    // Few changes keep the CRC right; whatever else stands there has to be found wrong, or safe, without its help.
    match Snapshot::from_words(&words).map(drop) {
        Ok(()) => {}
        Err(SnapshotError::Crc { got, expected }) => {
            let last = words.last_mut().expect("what opens is not empty");
            assert_eq!(*last, expected);
            *last = got;
            exercise(&Snapshot::from_words(&words).expect("the right CRC"));
        }
        Err(error) => assert_eq!(
            Snapshot::from_words_unverified(&words).map(drop),
            Err(error)
        ),
    }
});

/// Opening the bytes where they lie agrees with opening their words, but for alignment.
fn in_place(bytes: &[u8], words: &[u32]) {
    let mut room = vec![0; words.len()];
    let copied = Snapshot::copy(bytes, &mut room).map(|snapshot| snapshot.crc());
    match Snapshot::open(bytes).map(|snapshot| snapshot.crc()) {
        Err(SnapshotError::Misaligned { past }) => {
            assert_eq!(past, bytes.as_ptr().addr() % 4);
            assert!(Snapshot::open_unverified(bytes).is_err());
        }
        opened => assert_eq!(opened, copied),
    }
    if bytes.len().is_multiple_of(4) && words.len() >= 8 {
        assert_eq!(
            copied,
            Snapshot::from_words(words).map(|snapshot| snapshot.crc())
        );
    }
}

fn exercise(snapshot: &Snapshot<'_>) {
    let of = snapshot.kind();
    alone::<snapshot::kwinner::Settings>(snapshot, of == Kind::KWinner);
    alone::<recency::Params>(snapshot, of == Kind::Recency);
    alone::<SlotsParams>(snapshot, of == Kind::Slots);
    alone::<CodedParams>(snapshot, of == Kind::Coded);
    alone::<SketchesParams>(snapshot, of == Kind::Sketches);
    alone::<GrowParams>(snapshot, of == Kind::Grow);
    alone::<RingParams>(snapshot, of == Kind::Samples);
    alone::<MeansParams>(snapshot, of == Kind::Means);
    match snapshot.kind() {
        Kind::KWinner => kwinner(snapshot),
        Kind::Recency => recency(snapshot),
        Kind::Slots => slots(snapshot),
        Kind::Coded => coded(snapshot),
        Kind::Sketches => sketches(snapshot),
        Kind::Grow => grow(snapshot),
        Kind::Samples => samples(snapshot),
        Kind::Means => means(snapshot),
        kind => panic!("{kind} opened"),
    }
}

/// What opens as any kind opens as its own alone, and as no other.
fn alone<M: Model>(snapshot: &Snapshot<'_>, own: bool) {
    match SnapshotOf::<M>::from_words_unverified(snapshot.words()) {
        Ok(one) => assert!(own && one.state() == snapshot.state()),
        Err(error) => assert!(!own && matches!(error, SnapshotError::OtherKind { .. })),
    }
}

fn kwinner(snapshot: &Snapshot<'_>) {
    let settings = snapshot.kwinner_settings().expect("its own kind");
    match settings.wiring {
        WiringKind::Random => width::<Random>(snapshot, settings.bits),
        WiringKind::Structured => width::<Structured>(snapshot, settings.bits),
    }
}

fn width<G: Seeded>(snapshot: &Snapshot<'_>, bits: u32) {
    match bits {
        1 => network::<U1, G>(snapshot),
        2 => network::<U2, G>(snapshot),
        4 => network::<U4, G>(snapshot),
        8 => network::<U8, G>(snapshot),
        16 => network::<U16, G>(snapshot),
        bits => panic!("{bits} bits opened"),
    }
}

fn network<W: Width, G: Seeded>(snapshot: &Snapshot<'_>) {
    let flash = snapshot.kwinner::<W, G>().expect("its own width");
    let params = *flash.params();
    if params.scratch_words() > 1 << 16 {
        // Structured wiring keeps nothing for a visible unit, so a few words can stand for billions of them.
        return;
    }
    let mut scratch = vec![!0; params.scratch_words()];
    let cue = cue(snapshot, params.visible());
    let recalled = flash
        .recall(&cue, &mut scratch)
        .expect("buffers of the right sizes");
    assert_eq!(bits::count(recalled.pattern), params.active());
    assert!(recalled.winners.is_sorted_by(|a, b| a < b));

    let mut ram = vec![0; params.words()];
    let mut network = snapshot
        .thaw_kwinner::<W, G>(&mut ram)
        .expect("a buffer of the right size");
    network
        .learn(&cue, &mut scratch)
        .expect("buffers of the right sizes");
    assert_eq!(network.learned(), snapshot.learned().wrapping_add(1));
    let mut file = vec![0; snapshot::kwinner::words_for(&params)];
    let written =
        snapshot::kwinner::encode(&network, &mut file).expect("a buffer of the right size");
    written.verify().expect("the CRC just made");
    assert_eq!(written.state(), network.words());
}

/// A cue from the snapshot itself: any bits, and one at least, so that it can be learned.
fn cue(snapshot: &Snapshot<'_>, visible: u32) -> Vec<u32> {
    let words = snapshot.words().iter().rev().cycle().copied();
    let mut cue: Vec<u32> = words.take(bits::words_for(visible)).collect();
    bits::set(&mut cue, 0);
    let used = visible % 32;
    if let (Some(last), 1..) = (cue.last_mut(), used) {
        *last &= (1 << used) - 1;
    }
    cue
}

fn recency(snapshot: &Snapshot<'_>) {
    let flash = snapshot.recency().expect("its own kind");
    let params = *flash.params();
    let mut scratch = vec![!0; params.scratch_words()];
    let mut cue = cue(snapshot, params.visible());
    let found = flash
        .find(&cue, &mut scratch)
        .expect("buffers of the right sizes");
    let recalled = flash
        .recall(&cue, &mut scratch)
        .expect("buffers of the right sizes");
    assert_eq!(recalled.matched, found);
    assert!(bits::count(recalled.pattern) <= params.active());
    assert_eq!(bits::overlap(recalled.members, recalled.unknown), 0);
    if let Some(found) = found {
        assert!(found.level() < params.levels() && found.row() < params.rows());
        assert!(found.score() <= found.most());
        let next = flash
            .runner_up(&cue, found.age(), &mut scratch)
            .expect("buffers of the right sizes");
        assert!(next.is_none_or(|next| next.score() <= found.score() && next.age() != found.age()));
    }

    let mut ram = vec![0; params.words()];
    let mut memory = snapshot
        .thaw_recency(&mut ram)
        .expect("a buffer of the right size");
    while bits::count(&cue) > params.cap() {
        let last = cue.iter_mut().rev().find(|word| **word != 0);
        let last = last.expect("a cue with ones");
        *last &= *last - 1;
    }
    match memory.learn(&cue, &mut scratch) {
        Ok(event) => assert_eq!((event, memory.learned()), (snapshot.learned(), event + 1)),
        Err(error) => assert_eq!((error, memory.learned()), (RecencyError::End, u64::MAX)),
    }
    let mut file = vec![0; snapshot::recency::words_for(&params)];
    let written =
        snapshot::recency::encode(&memory, &mut file).expect("a buffer of the right size");
    written.verify().expect("the CRC just made");
    assert_eq!(written.state(), memory.words());
}

/// Whether a pattern was learned, which only the last number refuses, and a code that the ring has no room for.
fn learned<T>(result: Result<T, RingError>) -> bool {
    match result {
        Ok(_) => true,
        Err(RingError::End | RingError::Code { .. }) => false,
        Err(error) => panic!("{error}"),
    }
}

fn slots(snapshot: &Snapshot<'_>) {
    let flash = snapshot.slots().expect("its own kind");
    let params = *flash.params();
    let cue = cue(snapshot, params.visible());
    let recalled = flash.recall(&cue).expect("a cue of the right size");
    if let Some(best) = recalled.found.best {
        assert_eq!(bits::overlap(recalled.pattern, &cue), best.overlap());
        assert_eq!(flash.pattern(best.slot()), recalled.pattern);
    }
    let mut ram = vec![0; params.words()];
    let mut memory = snapshot
        .thaw_slots(&mut ram)
        .expect("a buffer of the right size");
    let taken = learned(memory.learn_as(&cue, params.classes() - 1));
    assert_eq!(memory.learned() - snapshot.learned(), u64::from(taken));
    let mut file = vec![0; snapshot::slots::words_for(&params)];
    let written = snapshot::slots::encode(&memory, &mut file).expect("a buffer of the right size");
    written.verify().expect("the CRC just made");
    assert_eq!(written.state(), memory.words());
}

fn coded(snapshot: &Snapshot<'_>) {
    let flash = snapshot.coded().expect("its own kind");
    let params = *flash.params();
    let cue = cue(snapshot, params.visible());
    let mut scratch = vec![!0; params.scratch_words()];
    let recalled = flash
        .recall(&cue, &mut scratch)
        .expect("buffers of the right sizes");
    if let Some(best) = recalled.found.best {
        assert_eq!(bits::overlap(recalled.pattern, &cue), best.overlap());
    }
    let mut ram = vec![0; params.words()];
    let mut memory = snapshot
        .thaw_coded(&mut ram)
        .expect("a buffer of the right size");
    let taken = learned(memory.learn(&cue));
    assert_eq!(memory.learned() - snapshot.learned(), u64::from(taken));
    let mut file = vec![0; snapshot::coded::words_for(&params)];
    let written = snapshot::coded::encode(&memory, &mut file).expect("a buffer of the right size");
    written.verify().expect("the CRC just made");
    assert_eq!(written.state(), memory.words());
}

fn sketches(snapshot: &Snapshot<'_>) {
    let flash = snapshot.sketches().expect("its own kind");
    let params = *flash.params();
    let cue = cue(snapshot, params.visible());
    let found = flash.find(&cue).expect("a cue of the right size");
    assert!(found.best.is_none_or(|best| best.overlap() <= best.most()));
    let mut ram = vec![0; params.words()];
    let mut memory = snapshot
        .thaw_sketches(&mut ram)
        .expect("a buffer of the right size");
    let taken = learned(memory.learn(&cue));
    assert_eq!(memory.learned() - snapshot.learned(), u64::from(taken));
    let mut file = vec![0; snapshot::sketches::words_for(&params)];
    let written =
        snapshot::sketches::encode(&memory, &mut file).expect("a buffer of the right size");
    written.verify().expect("the CRC just made");
    assert_eq!(written.state(), memory.words());
}

/// A sample from the snapshot itself, and a label.
fn sample(snapshot: &Snapshot<'_>, features: u32) -> (Vec<u8>, u8) {
    let words = snapshot.words().iter().rev().cycle();
    let bytes = words.flat_map(|word| word.to_le_bytes());
    let sample: Vec<u8> = bytes.take(features as usize).collect();
    let label = sample[0] & 15;
    (sample, label)
}

fn grow(snapshot: &Snapshot<'_>) {
    let flash = snapshot.grow().expect("its own kind");
    let params = *flash.params();
    let (sample, label) = sample(snapshot, params.features());
    let found = flash
        .recognise(&sample)
        .expect("a sample of the right size");
    let mut ram = vec![0; params.words()];
    let mut grow = snapshot
        .thaw_grow(&mut ram)
        .expect("a buffer of the right size");
    let outcome = grow
        .learn(&sample, label)
        .expect("a sample of the right size");
    assert_eq!(outcome == Outcome::New, flash.items_of(label) == 0);
    assert!(found.is_some() || outcome == Outcome::New);
    let mut file = vec![0; snapshot::grow::words_for(&params)];
    let written = snapshot::grow::encode(&grow, &mut file).expect("a buffer of the right size");
    written.verify().expect("the CRC just made");
    assert_eq!(written.state(), grow.words());
}

fn samples(snapshot: &Snapshot<'_>) {
    let flash = snapshot.samples().expect("its own kind");
    let params = *flash.params();
    let (sample, label) = sample(snapshot, params.features());
    let found = flash
        .recognise(&sample)
        .expect("a sample of the right size");
    let mut ram = vec![0; params.words()];
    let mut ring = snapshot
        .thaw_samples(&mut ram)
        .expect("a buffer of the right size");
    let outcome = ring
        .learn(&sample, label)
        .expect("a sample of the right size");
    assert_eq!(outcome == Outcome::New, flash.items_of(label) == 0);
    assert!(found.is_some() || outcome == Outcome::New);
    assert_eq!(ring.learned(), snapshot.learned().saturating_add(1));
    let mut file = vec![0; snapshot::samples::words_for(&params)];
    let written = snapshot::samples::encode(&ring, &mut file).expect("a buffer of the right size");
    written.verify().expect("the CRC just made");
    assert_eq!(written.state(), ring.words());
}

fn means(snapshot: &Snapshot<'_>) {
    let flash = snapshot.means().expect("its own kind");
    let params = *flash.params();
    let (sample, label) = sample(snapshot, params.features());
    let label = label % params.labels() as u8;
    let found = flash
        .recognise(&sample)
        .expect("a sample of the right size");
    let mut ram = vec![0; params.words()];
    let mut means = snapshot
        .thaw_means(&mut ram)
        .expect("a buffer of the right size");
    let outcome = means
        .learn(&sample, label)
        .expect("a sample of the right size");
    assert_eq!(outcome == Outcome::New, flash.samples_of(label) == 0);
    assert!(found.is_some() || outcome == Outcome::New);
    let mut file = vec![0; snapshot::means::words_for(&params)];
    let written = snapshot::means::encode(&means, &mut file).expect("a buffer of the right size");
    written.verify().expect("the CRC just made");
    assert_eq!(written.state(), means.words());
}
