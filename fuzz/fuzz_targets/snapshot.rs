//! Any bytes as a snapshot: what opens recalls, learns and is written again, and nothing panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slotless_core::bits;
use slotless_core::kwinner::{Random, Seeded, Structured, WiringKind};
use slotless_core::recency::RecencyError;
use slotless_core::ring::RingError;
use slotless_core::snapshot::{self, Kind, Snapshot, SnapshotError};
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
    match snapshot.kind() {
        Kind::KWinner => kwinner(snapshot),
        Kind::Recency => recency(snapshot),
        Kind::Slots => slots(snapshot),
        Kind::Coded => coded(snapshot),
        Kind::Sketches => sketches(snapshot),
        kind => panic!("{kind} opened"),
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
