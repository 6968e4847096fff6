//! What is refused, with its text.

use slotless_core::bits::BitsError;
use slotless_core::hopfield::dense::{Dense, DenseError as E, Separation};
use slotless_core::hopfield::{Recall, RecallError};

const CUBE: Separation = Separation::Power(3);

#[test]
fn networks_out_of_range_are_named() {
    let words = [1, 2, 3, 4, 5, 6];
    assert_eq!(Dense::new(&words, 0, CUBE), Err(E::Units { units: 0 }));
    let units = (1 << 30) + 1;
    assert_eq!(Dense::new(&words, units, CUBE), Err(E::Units { units }));
    let error = E::Memories(RecallError::NoMemories);
    assert_eq!(Dense::new(&[], 40, CUBE), Err(error));
    let error = E::Memories(RecallError::Memories { got: 6, words: 4 });
    assert_eq!(Dense::new(&words, 128, CUBE), Err(error));
    let beyond = BitsError::Beyond { bits: 34 };
    let error = RecallError::Memory {
        memory: 1,
        error: beyond,
    };
    assert_eq!(Dense::new(&words, 34, CUBE), Err(E::Memories(error)));
    for separation in [Separation::Power(0), Separation::Rectified(0)] {
        assert_eq!(Dense::new(&words, 35, separation), Err(E::Degree));
    }
    // 32^24 = 2^120, times 31 memories below 2^125, times 32 not.
    let words = [7; 32];
    assert!(Dense::new(&words[..31], 32, Separation::Power(24)).is_ok());
    for (count, degree) in [(32, 24), (1, 25), (1, 26), (1, u32::MAX)] {
        let error = E::Overflow {
            count,
            units: 32,
            degree,
        };
        let words = &words[..count as usize];
        assert_eq!(
            Dense::new(words, 32, Separation::Rectified(degree)),
            Err(error)
        );
    }
    let error = E::Overflow {
        count: 1,
        units: 32,
        degree: 25,
    };
    assert_eq!(
        error.to_string(),
        "1 memories of 32 units at degree 25: K N^n must be below 2^125"
    );
    assert_eq!(E::Degree.to_string(), "the degree n is 0, allowed from 1");
}

/// At the largest degree that is allowed energies are still exact.
#[test]
fn the_largest_energies_fit() {
    let words = [u32::MAX; 31];
    let network = Dense::new(&words, 32, Separation::Power(24)).unwrap();
    assert_eq!(network.energy(&[u32::MAX]), Ok(-31 << 120));
    assert_eq!(network.energy(&[0]), Ok(-31 << 120));
    assert_eq!(network.energy(&[0xffff]), Ok(0));
    let mut scratch = vec![0; network.scratch_words()];
    let recalled = network.recall(&[0x7fff_ffff], &Recall::sweeps(), &mut scratch);
    assert_eq!(recalled.unwrap().energy, -31 << 120);
    assert_eq!((network.units(), network.count()), (32, 31));
    assert_eq!(
        (network.memories(), network.separation()),
        (&words[..], Separation::Power(24))
    );
}

#[test]
fn states_scratch_and_rules_are_named() {
    let words = [1, 2, 3, 4];
    let network = Dense::new(&words, 40, CUBE).unwrap();
    let expected = network.scratch_words();
    assert_eq!(expected, 2 + 40 + 2);
    let mut scratch = vec![0; expected];
    let length = BitsError::Length {
        got: 1,
        expected: 2,
    };
    let beyond = BitsError::Beyond { bits: 40 };
    for (state, error) in [(&[1][..], length), (&[1, 1 << 8], beyond)] {
        let error = E::State(error);
        assert_eq!(network.energy(state), Err(error));
        assert_eq!(network.start(state, &mut scratch).unwrap_err(), error);
        assert_eq!(
            network.recall(state, &Recall::sweeps(), &mut scratch),
            Err(error)
        );
    }
    for got in 0..expected {
        let error = E::Scratch { got, expected };
        let found = network.recall(&[1, 1], &Recall::sweeps(), &mut scratch[..got]);
        assert_eq!(found, Err(error));
        assert_eq!(
            network.start(&[1, 1], &mut scratch[..got]).unwrap_err(),
            error
        );
    }
    let endless = Recall::new().patience(None).max_updates(None);
    let found = network.recall(&[1, 1], &endless, &mut scratch);
    assert_eq!(found, Err(E::Recall(RecallError::Endless)));
}
