//! What is saved and loaded without a cut, what that writes, and how evenly pages wear.

use slotless_core::bits;
use slotless_core::kwinner::{KWinner, Params};
use slotless_core::recogniser::{Grow, GrowParams};
use slotless_core::rng::{self, Purpose};
use slotless_core::snapshot::{self, SnapshotOf};
use slotless_core::weight::U8;
use slotless_store::{Identity, Store, Written};

use crate::flash::{Draws, Flash};

type Nrf52 = Flash<1, 4, 4096>;

fn own(words: u32) -> Identity {
    Identity::new(256, words, [0; 12])
}

#[test]
fn a_network_is_the_same_after_each_pattern() {
    let params = Params::<U8>::builder(256, 64)
        .fan_in(32)
        .winners(8)
        .active(32)
        .rate(32_768);
    let params = params.structured().build().unwrap();
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut flash = Nrf52::new(4);
    let mut loaded = vec![1; params.words()];
    let mut pattern = [0; 8];
    for number in 0..150 {
        bits::sample(
            256,
            32,
            &mut rng::stream(1, Purpose(256), 0, number),
            &mut pattern,
        )
        .unwrap();
        network.learn(&pattern, &mut scratch).unwrap();
        let mut store = Store::mount(&mut flash, 0..16_384, &params).unwrap();
        let saved = store.save(network.words()).unwrap();
        assert_eq!(saved.sequence(), number + 1);
        assert_eq!(store.sequence(), Some(saved.sequence()));
        let restored = store.load(&mut loaded).unwrap().unwrap();
        assert_eq!(
            (restored.sequence(), restored.lost()),
            (saved.sequence(), 0)
        );
        assert_eq!(loaded, network.words(), "{number}");
    }
}

/// As a state whose parameters the program knows, and as a snapshot, which carries them.
#[test]
fn a_recogniser_is_the_same_after_each_sample() {
    const PARAMS: GrowParams = match GrowParams::new(12, 9) {
        Ok(params) => params.seed(7),
        Err(_) => panic!("sizes out of range"),
    };
    const SNAPSHOT: usize = snapshot::grow::words_for(&PARAMS);
    let of_snapshots = own(SNAPSHOT as u32);
    let mut grow = Grow::new(PARAMS, vec![0; PARAMS.words()]).unwrap();
    let (mut flash, mut other) = (Nrf52::new(4), Nrf52::new(4));
    let (mut state, mut file) = ([1; PARAMS.words()], [1; SNAPSHOT]);
    let mut draws = rng::stream(1, Purpose(256), 0, 0);
    for number in 0..60 {
        let label = (number % 4) as u8;
        let sample: [u8; 12] = core::array::from_fn(|feature| {
            let noise = rng::below(&mut draws, 60) as u8;
            (feature as u8).wrapping_mul(31 * (label + 1)) / 2 + noise
        });
        grow.learn(&sample, label).unwrap();
        let mut store = Store::mount(&mut flash, 0..16_384, &PARAMS).unwrap();
        store.save(grow.words()).unwrap();
        assert_eq!(store.load(&mut state).unwrap().unwrap().lost(), 0);
        assert_eq!(state, grow.words());
        snapshot::grow::encode(&grow, &mut file).unwrap();
        let mut store = Store::mount(&mut other, 0..16_384, of_snapshots).unwrap();
        store.save(&file).unwrap();
        file.fill(1);
        assert_eq!(store.load(&mut file).unwrap().unwrap().lost(), 0);
        let opened = SnapshotOf::<GrowParams>::from_words(&file).unwrap();
        let loaded = opened.grow().unwrap();
        assert_eq!((loaded.params(), loaded.words()), (&PARAMS, grow.words()));
    }
}

#[test]
fn nothing_is_written_where_nothing_has_changed() {
    let mut flash = Nrf52::new(2);
    let mut store = Store::mount(&mut flash, 0..8192, own(100)).unwrap();
    assert_eq!(store.sequence(), None);
    let mut words = [5; 100];
    assert_eq!(store.load(&mut words).unwrap(), None);
    assert_eq!(words, [5; 100]);
    assert_eq!(store.save(&words).unwrap().written(), Written::Whole);
    let again = store.save(&words).unwrap();
    assert_eq!(
        (again.written(), again.sequence(), again.bytes()),
        (Written::Nothing, 1, 0)
    );
    words[3] = 6;
    let changed = store.save(&words).unwrap();
    // Header, two numbers, a length and a byte, in whole words.
    assert_eq!(
        (changed.written(), changed.bytes()),
        (Written::Increment, 24)
    );
    words[3] = 5;
    assert_eq!(store.save(&words).unwrap().written(), Written::Increment);
    let written = store.into_flash().written;
    assert_eq!(written, 480 + 24 + 24);
}

/// Bytes of all kinds of runs, at all edges of what is compared at once.
#[test]
fn any_change_is_found_again() {
    for words in [1, 2, 31, 32, 33, 64, 97_usize] {
        let mut flash = Flash::<2, 2, 4096>::new(3);
        let mut store = Store::mount(&mut flash, 0..12_288, own(words as u32)).unwrap();
        let mut draws = Draws(words as u64);
        let mut state = vec![0; words];
        let mut loaded = vec![0; words];
        let (mut increments, mut wholes) = (0, 0);
        for _ in 0..400 {
            for _ in 0..draws.next() % 4 {
                let from = draws.next() as usize % words;
                let length = draws.next() as usize % 8;
                for word in state.iter_mut().skip(from).take(length) {
                    *word ^= draws.next() as u32 & draws.next() as u32;
                }
            }
            match store.save(&state).unwrap().written() {
                Written::Nothing => {}
                Written::Increment => increments += 1,
                Written::Whole => wholes += 1,
            }
            assert!(store.load(&mut loaded).unwrap().is_some());
            assert_eq!(loaded, state);
        }
        assert!(
            wholes > 2 && (increments > 50 || words < 31),
            "{words}: {increments}, {wholes}"
        );
    }
}

/// Pages are used in turn, whatever is saved; in the middle of a page, too, all of a state is written.
#[test]
fn pages_wear_evenly_over_1000_saves() {
    for pages in [2, 3, 5, 8] {
        let mut flash = Flash::<4, 8, 2048>::new(pages);
        let range = 0..2048 * pages as u32;
        let mut draws = Draws(pages as u64);
        let mut state = [0; 200];
        let mut wholes = 0;
        for save in 0..1000 {
            for _ in 0..1 + draws.next() % 20 {
                state[draws.next() as usize % 200] = draws.next() as u32;
            }
            let mut store = Store::mount(&mut flash, range.clone(), own(200)).unwrap();
            let written = store.save(&state).unwrap().written();
            wholes += u32::from(written == Written::Whole);
            let least = flash.erases.iter().min().unwrap();
            let most = flash.erases.iter().max().unwrap();
            assert!(
                most - least <= 1,
                "{pages} pages, save {save}: {:?}",
                flash.erases
            );
        }
        let erases: u32 = flash.erases.iter().sum();
        assert!(
            wholes < 1000 && erases >= wholes && erases > 20,
            "{wholes} {erases}"
        );
    }
}

/// With small changes in a long range, all of a state is written now and then, without a page of its own.
#[test]
fn after_64_increments_a_state_is_written_whole_where_the_log_ends() {
    let mut flash = Nrf52::new(4);
    let mut store = Store::mount(&mut flash, 0..16_384, own(50)).unwrap();
    let mut state = [0; 50];
    let mut loaded = [0; 50];
    for save in 0..300 {
        state[save % 50] += 1;
        let written = store.save(&state).unwrap().written();
        assert_eq!(written == Written::Whole, save % 65 == 0, "{save}");
        assert!(store.load(&mut loaded).unwrap().is_some());
        assert_eq!(loaded, state);
    }
    assert_eq!(store.into_flash().erases, [1, 1, 0, 0]);
}

/// A store leaves what is before and behind its range alone, and lies anywhere in it.
#[test]
fn only_the_range_is_touched() {
    let mut flash = Flash::<1, 4, 256>::new(9);
    let before = flash.bytes.clone();
    let mut state = [0; 20];
    for save in 0..200 {
        state[save % 20] += 1;
        let mut store = Store::mount(&mut flash, 512..1536, own(20)).unwrap();
        let _ = store.save(&state).unwrap();
    }
    assert_eq!(flash.bytes[..512], before[..512]);
    assert_eq!(flash.bytes[1536..], before[1536..]);
    assert!(flash.erases[2..6].iter().all(|&erases| erases > 3));
}
