//! Bits change in flash: no state that was never saved is loaded, and what is lost is counted.

use slotless_store::{Identity, Store};

use crate::flash::Flash;

const WORDS: usize = 30;
const RANGE: core::ops::Range<u32> = 0..4096;
/// Bytes of the whole state's record: header, identity, state.
const WHOLE: usize = 16 + 64 + 4 * WORDS;

type Chip = Flash<1, 4, 1024>;

fn identity() -> Identity {
    Identity::new(256, WORDS as u32, [1; 12])
}

/// Five saves: all of the state, then four increments; and the states, the empty one first. Where each record ends.
fn saved() -> (Chip, Vec<[u32; WORDS]>, Vec<usize>) {
    let mut flash = Chip::new(4);
    flash.bytes.fill(0);
    let mut states = vec![[0; WORDS]];
    let mut ends = vec![0];
    let mut state = [0; WORDS];
    for save in 0..5 {
        state[3 * save] = 0x0102_0304;
        state[29] += 1;
        let mut store = Store::mount(&mut flash, RANGE, identity()).unwrap();
        let saved = store.save(&state).unwrap();
        ends.push(ends[save] + saved.bytes() as usize);
        states.push(state);
    }
    (flash, states, ends)
}

#[test]
fn every_flipped_bit_loses_its_record_and_those_after_it() {
    let (flash, states, ends) = saved();
    assert_eq!(ends[1], WHOLE);
    for bit in 0..8 * ends[5] {
        let mut flash = flash.clone();
        flash.bytes[bit / 8] ^= 1 << (bit % 8);
        let record = ends.iter().filter(|&&end| end <= bit / 8).count() - 1;
        let mut words = [9; WORDS];
        let mut store = Store::mount(&mut flash, RANGE, identity()).unwrap();
        let restored = store.load(&mut words).unwrap();
        let Some(restored) = restored else {
            assert!(record == 0 && words == [9; WORDS], "bit {bit}");
            continue;
        };
        assert_eq!(words, states[restored.sequence() as usize], "bit {bit}");
        if restored.sequence() == 5 {
            // What fills the last write of a record is no part of it.
            assert!(
                restored.lost() == 0 && flash.bytes[bit / 8].count_ones() == 7,
                "bit {bit}"
            );
        } else {
            assert_eq!(restored.sequence() as usize, record, "bit {bit}");
            assert!(
                (1..=5 - record as u32).contains(&restored.lost()),
                "bit {bit}"
            );
        }
    }
}

#[test]
fn what_follows_a_damaged_record_is_counted() {
    let (mut flash, states, ends) = saved();
    flash.bytes[ends[2] + 20] ^= 1;
    let mut words = [0; WORDS];
    let mut store = Store::mount(&mut flash, RANGE, identity()).unwrap();
    let restored = store.load(&mut words).unwrap().unwrap();
    assert_eq!((restored.sequence(), restored.lost()), (2, 3));
    assert_eq!(words, states[2]);
    // The next save is apart from what is damaged, and nothing is lost any more.
    words[7] = 77;
    assert_eq!(store.save(&words).unwrap().sequence(), 3);
    let mut again = [0; WORDS];
    let mut store = Store::mount(&mut flash, RANGE, identity()).unwrap();
    let restored = store.load(&mut again).unwrap().unwrap();
    assert_eq!((restored.sequence(), restored.lost()), (3, 0));
    assert_eq!(again, words);
}

/// The log before the last one is still there, as long as its pages are.
#[test]
fn a_damaged_whole_state_gives_way_to_the_log_before() {
    let mut flash = Chip::new(4);
    let (mut words, mut last) = ([0; WORDS], [0; WORDS]);
    let begun = |flash: &Chip, sequence: u32| {
        let head = [*b"SL\x01\x01", sequence.to_le_bytes()].concat();
        (0..4).find(|page| flash.bytes[page * 1024..].starts_with(&head))
    };
    let page = loop {
        words[1 + last[0] as usize % 29] += 1;
        words[0] += 1;
        let mut store = Store::mount(&mut flash, RANGE, identity()).unwrap();
        let saved = store.save(&words).unwrap();
        if let Some(page) = begun(&flash, saved.sequence()).filter(|_| saved.sequence() > 1) {
            break page;
        }
        last = words;
    };
    flash.bytes[page * 1024 + 40] ^= 0x10;
    let mut store = Store::mount(&mut flash, RANGE, identity()).unwrap();
    let mut loaded = [0; WORDS];
    let restored = store.load(&mut loaded).unwrap().unwrap();
    assert_eq!((restored.sequence(), restored.lost()), (last[0], 1));
    assert_eq!(loaded, last);
    // And so does the next save, in its place.
    assert_eq!(store.save(&words).unwrap().sequence(), last[0] + 1);
    assert_eq!(begun(&flash, last[0] + 1), Some(page));
}

/// Two logs that begin with the same number, as after the newer of two was damaged and saving went on from the older: the one that is
/// whole counts, wherever it lies.
#[test]
fn of_two_whole_states_of_one_number_the_sound_one_is_loaded() {
    let (flash, states, _) = saved();
    for page in 1..4 {
        for (sound, damaged) in [(0, page), (page, 0)] {
            let mut flash = flash.clone();
            let first: Vec<u8> = flash.bytes[..1024].to_vec();
            flash.bytes[page * 1024..][..1024].copy_from_slice(&first);
            flash.bytes[damaged * 1024 + 30] ^= 1;
            let mut words = [0; WORDS];
            let mut store = Store::mount(&mut flash, RANGE, identity()).unwrap();
            let restored = store
                .load(&mut words)
                .unwrap()
                .map(|restored| restored.sequence());
            assert_eq!((restored, words), (Some(5), states[5]), "sound in {sound}");
        }
    }
}
