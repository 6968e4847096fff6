//! What must hold on the device: the host's bits, and errors instead of faults. One run of the machine for each test.
//!
//! `cargo on-target` runs them on the micro:bit in QEMU, `../scripts/check.sh qemu` on each core.

#![no_std]
#![no_main]

use slotless_core::bits::{self, BitsError};
use slotless_core::kwinner::{KWinner, NetworkError, Params, ParamsError, Random};
use slotless_core::selftest::{self, Digest, long};
use slotless_core::snapshot::{self, Snapshot};
use slotless_core::weight::{Rounding, U8, U16};
use slotless_firmware::{error, info};
use static_cell::ConstStaticCell;

/// The largest network and scratch of these tests; the buffers hold every other.
const LARGEST: Params<U16> = match long::params(Rounding::Nearest) {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

static WORDS: ConstStaticCell<[u32; LARGEST.words()]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; LARGEST.scratch_words()]> = ConstStaticCell::new([0; _]);

const GOLDEN: &str = include_str!("../../tests/vectors/kwinner.txt");
const GOLDEN_HETERO: &str = include_str!("../../tests/vectors/hetero.txt");
const GOLDEN_500: &str = include_str!("../../tests/vectors/kwinner-500.txt");

/// The vectors of one file, in its order, against those that are found.
struct Golden<L> {
    lines: L,
    found: u32,
    wrong: u32,
}

fn golden(file: &str) -> Golden<impl Iterator<Item = (&str, u64)>> {
    let vectors = file.lines().filter(|line| !line.starts_with('#'));
    let lines = vectors.map(|line| {
        let (name, value) = line.split_once(" = 0x").expect("name = 0x...");
        (name, u64::from_str_radix(value, 16).expect("hex digits"))
    });
    Golden {
        lines,
        found: 0,
        wrong: 0,
    }
}

impl<'a, L: Iterator<Item = (&'a str, u64)>> Golden<L> {
    fn compare(&mut self, name: &str, value: u64) {
        self.found += 1;
        let recorded = self.lines.next();
        if recorded != Some((name, value)) {
            let (line, recorded) = recorded.unwrap_or(("nothing", 0));
            error!(
                "{=str} is {=u64:#018x}, recorded is {=str} {=u64:#018x}",
                name, value, line, recorded
            );
            self.wrong += 1;
        }
    }

    /// All of them, no more, and not none.
    fn check(mut self, at_least: u32) {
        assert_eq!(self.wrong, 0, "vectors differ");
        assert_eq!(self.lines.next(), None, "recorded, but not found");
        assert!(self.found >= at_least, "only {} vectors", self.found);
    }
}

fn small() -> Params<U8> {
    let builder = Params::<U8>::builder(40, 10).fan_in(7).winners(3).active(5);
    builder.rate(20_000).build().expect("in range")
}

/// Logs an error as a program would, and passes it on.
fn logged<T, E: defmt::Format>(result: Result<T, E>) -> Option<E> {
    result.err().inspect(|error| error!("{}", error))
}

fn digest(words: &[u32]) -> Digest {
    words.iter().fold(Digest::new(), |mut digest, &word| {
        digest.word(word);
        digest
    })
}

#[embedded_test::tests]
mod tests {
    use super::*;

    #[test]
    fn the_golden_vectors_are_those_of_the_host() {
        let mut golden = golden(GOLDEN);
        let compare = |name: &str, value| golden.compare(name, value);
        selftest::vectors(WORDS.take(), SCRATCH.take(), compare).unwrap();
        golden.check(20);
    }

    #[test]
    fn real_numbers_and_the_fast_weights_are_those_of_the_host() {
        let mut golden = golden(GOLDEN_HETERO);
        let compare = |name: &str, value| golden.compare(name, value);
        selftest::hetero::vectors(WORDS.take(), SCRATCH.take(), compare).unwrap();
        golden.check(12);
    }

    #[test]
    fn after_500_patterns_weights_and_recalls_are_those_of_the_host() {
        let mut golden = golden(GOLDEN_500);
        let compare = |name: &str, value| {
            info!("{=str} {=u64:#018x}", name, value);
            golden.compare(name, value);
        };
        long::vectors(WORDS.take(), SCRATCH.take(), compare).unwrap();
        golden.check(2);
    }

    #[test]
    fn a_k_too_large_is_named() {
        let k = core::hint::black_box(11);
        let built = Params::<U8>::builder(40, 10).winners(k).build();
        let (winners, hidden) = (11, 10);
        assert_eq!(
            logged(built),
            Some(ParamsError::Winners { winners, hidden })
        );
    }

    #[test]
    fn a_network_too_large_for_the_address_space_is_refused() {
        let built = Params::<U8>::builder(1 << 20, 1 << 20)
            .fan_in(1 << 10)
            .build();
        assert_eq!(logged(built), Some(ParamsError::TooLarge));
    }

    #[test]
    fn cues_of_a_wrong_length_are_refused_and_change_nothing() {
        let (words, scratch) = (WORDS.take(), SCRATCH.take());
        let mut network = KWinner::new(small(), &mut words[..small().words()]).unwrap();
        network.learn(&[0b10111, 1], scratch).unwrap();
        let before = digest(network.words());
        for cue in [&[][..], &[1], &[1, 0, 0]] {
            let wrong = NetworkError::Cue(BitsError::Length {
                got: cue.len(),
                expected: 2,
            });
            assert_eq!(logged(network.recall(cue, scratch)), Some(wrong));
            assert_eq!(logged(network.learn(cue, scratch)), Some(wrong));
        }
        assert_eq!(digest(network.words()), before);
        // It goes on working.
        let recalled = network.recall(&[0b10111, 1], scratch).unwrap();
        assert_eq!(bits::count(recalled.pattern), 5);
    }

    #[test]
    fn the_pattern_of_a_dead_sensor_is_refused_and_changes_nothing() {
        let (words, scratch) = (WORDS.take(), SCRATCH.take());
        let mut network = KWinner::new(small(), &mut words[..small().words()]).unwrap();
        network.learn(&[0b10111, 1], scratch).unwrap();
        let before = digest(network.words());
        for _ in 0..3 {
            let refused = logged(network.learn(&[0, 0], scratch));
            assert_eq!(refused, Some(NetworkError::Empty));
        }
        assert_eq!(digest(network.words()), before);
    }

    #[test]
    fn bits_beyond_the_last_unit_are_refused() {
        let (words, scratch) = (WORDS.take(), SCRATCH.take());
        let mut network = KWinner::new(small(), &mut words[..small().words()]).unwrap();
        let refused = logged(network.learn(&[0, 1 << 8], scratch));
        assert_eq!(
            refused,
            Some(NetworkError::Cue(BitsError::Beyond { bits: 40 }))
        );
        assert_eq!(network.learned(), 0);
    }

    #[test]
    fn a_scratch_one_word_short_is_refused_and_the_exact_one_does() {
        let (words, scratch) = (WORDS.take(), SCRATCH.take());
        let expected = small().scratch_words();
        let mut network = KWinner::new(small(), &mut words[..small().words()]).unwrap();
        let got = expected - 1;
        let refused = logged(network.learn(&[7, 0], &mut scratch[..got]));
        assert_eq!(refused, Some(NetworkError::Scratch { got, expected }));
        assert_eq!(network.learned(), 0);
        network.learn(&[7, 0], &mut scratch[..expected]).unwrap();
        assert_eq!(network.learned(), 1);
    }

    #[test]
    fn a_buffer_of_a_wrong_length_is_refused() {
        let words = WORDS.take();
        let expected = small().words();
        for got in [0, expected - 1, expected + 1] {
            let refused = logged(KWinner::new(small(), &mut words[..got]));
            assert_eq!(refused, Some(NetworkError::Buffer { got, expected }));
            let refused = logged(KWinner::open(small(), &words[..got]));
            assert_eq!(refused, Some(NetworkError::Buffer { got, expected }));
        }
    }

    #[test]
    fn a_buffer_of_anything_is_recalled_from_without_a_fault() {
        let (words, scratch) = (WORDS.take(), SCRATCH.take());
        // All masks full, where 7 of 40 bits are allowed.
        words.fill(u32::MAX);
        let network = KWinner::open(small(), &words[..small().words()]).unwrap();
        let recalled = network.recall(&[u32::MAX, 0xff], scratch).unwrap();
        assert_eq!(
            (bits::count(recalled.pattern), recalled.winners.len()),
            (5, 3)
        );
    }

    #[test]
    fn a_corrupt_snapshot_is_an_error_and_safe() {
        let (words, scratch) = (WORDS.take(), SCRATCH.take());
        let (memory, file) = words.split_at_mut(small().words());
        let mut network = KWinner::new(small(), memory).unwrap();
        network.learn(&[0b10111, 1], scratch).unwrap();
        let file = &mut file[..snapshot::kwinner::words_for(&small())];
        snapshot::kwinner::encode(&network, file).unwrap();
        assert!(Snapshot::from_words(file).is_ok());
        for place in 0..file.len() {
            file[place] ^= 1 << (place % 32);
            let error = Snapshot::from_words(file).map(drop).unwrap_err();
            if place % 16 == 0 {
                error!("{}", error);
            }
            // Unverified, what is changed behind the header opens, and recalls something.
            if let Ok(snapshot) = Snapshot::from_words_unverified(file)
                && let Ok(network) = snapshot.kwinner::<U8, Random>()
            {
                network.recall(&[0b10111, 1], scratch).unwrap();
            }
            file[place] ^= 1 << (place % 32);
        }
        assert!(Snapshot::from_words(&file[1..]).is_err());
        assert!(Snapshot::from_words(&file[..file.len() - 1]).is_err());
    }

    #[test]
    #[should_panic]
    fn a_panic_is_an_end_with_an_exit_code() {
        let at = core::hint::black_box(3);
        info!("{=u32}", [1, 2, 3][at]);
    }
}
