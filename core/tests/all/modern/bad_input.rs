//! What is refused, with its text.

use slotless_core::fixed::types::I16F16;
use slotless_core::hopfield::modern::{
    Layout, Memories, MemoriesError as M, Modern, ModernError as E, Recall,
};

#[test]
fn memories_out_of_range_are_named() {
    let numbers = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0];
    for made in [Memories::<f32>::rows, Memories::columns] {
        assert_eq!(made(&numbers, 0), Err(M::NoUnits));
        assert_eq!(made(&[], 3), Err(M::NoMemories));
        for units in [4, 5, 7, u32::MAX] {
            assert_eq!(made(&numbers, units), Err(M::Length { got: 6, units }));
        }
    }
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut numbers = numbers;
        numbers[4] = bad;
        let error = M::NotFinite { memory: 1, unit: 1 };
        assert_eq!(Memories::rows(&numbers, 3), Err(error));
        let error = M::NotFinite { memory: 0, unit: 2 };
        assert_eq!(Memories::columns(&numbers, 3), Err(error));
    }
    // 2^63 squared is 2^126 and just too long, as is what overflows.
    for long in [2f32.powi(63), 1e30, f32::MAX] {
        let mut numbers = numbers;
        numbers[5] = long;
        assert_eq!(Memories::rows(&numbers, 3), Err(M::TooLong { memory: 1 }));
        assert_eq!(
            Memories::columns(&numbers, 3),
            Err(M::TooLong { memory: 1 })
        );
        assert_eq!(
            Memories::columns(&numbers, 2),
            Err(M::TooLong { memory: 2 })
        );
    }
    assert!(Memories::rows(&[2f32.powi(63).next_down()], 1).is_ok());
    let long = [I16F16::from_num(181.0), I16F16::from_num(181.03)];
    assert_eq!(Memories::rows(&long, 1), Err(M::TooLong { memory: 1 }));
    assert!(Memories::rows(&long[..1], 1).is_ok());

    let memories = Memories::columns(&numbers, 3).unwrap();
    assert_eq!((memories.count(), memories.units()), (2, 3));
    assert_eq!(
        (memories.layout(), memories.numbers()),
        (Layout::Columns, &numbers[..])
    );
    assert_eq!(memories.largest_square(), 4.0 + 16.0 + 36.0);
    assert!(memories.memory(1).eq([2.0, 4.0, 6.0]));
    assert!(memories.memory(2).next().is_none() && memories.memory(u32::MAX).next().is_none());
    let memories = Memories::rows(&numbers, 3).unwrap();
    assert!(memories.memory(1).eq([4.0, 5.0, 6.0]));
    assert!(memories.memory(2).next().is_none() && memories.memory(u32::MAX).next().is_none());

    for (error, text) in [
        (M::NoMemories, "K is 0, allowed from 1"),
        (
            M::Length { got: 6, units: 4 },
            "memories of 6 numbers, expected a multiple of 4 (N), at most 4294967295 of them",
        ),
        (
            M::NotFinite { memory: 1, unit: 2 },
            "memory 1, unit 2: not a finite number",
        ),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn states_settings_and_buffers_out_of_range_are_named() {
    let numbers = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0];
    let memories = Memories::rows(&numbers, 3).unwrap();
    for beta in [0.0, -0.0, -1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert_eq!(Modern::new(memories, beta).unwrap_err(), E::Beta);
    }
    let fixed = [I16F16::ONE];
    let fixed = Memories::rows(&fixed, 1).unwrap();
    for beta in [0, -1, i32::MIN] {
        assert_eq!(
            Modern::new(fixed, I16F16::from_bits(beta)).unwrap_err(),
            E::Beta
        );
    }
    let network = Modern::new(memories, 1.0).unwrap();
    assert_eq!((network.beta(), network.memories()), (1.0, &memories));
    let expected = network.scratch_words();
    assert_eq!(expected, 10);
    let mut scratch = vec![0; expected];
    let recall = Recall::new();

    let states: [(&[f32], E); 7] = [
        (
            &[],
            E::State {
                got: 0,
                expected: 3,
            },
        ),
        (
            &[1.0; 2],
            E::State {
                got: 2,
                expected: 3,
            },
        ),
        (
            &[1.0; 4],
            E::State {
                got: 4,
                expected: 3,
            },
        ),
        (&[1.0, f32::NAN, 1.0], E::NotFinite { unit: 1 }),
        (&[1.0, 1.0, f32::INFINITY], E::NotFinite { unit: 2 }),
        (&[9.3e18, 0.0, 0.0], E::TooLong),
        (&[f32::MAX; 3], E::TooLong),
    ];
    for (state, error) in states {
        let (mut shares, mut next) = ([0.0; 2], [0.0; 3]);
        assert_eq!(network.similarities(state, &mut shares), Err(error));
        assert_eq!(network.step(state, &mut shares, &mut next), Err(error));
        assert_eq!(network.energy(state, &mut scratch), Err(error));
        assert_eq!(network.lse(state, &mut scratch), Err(error));
        assert_eq!(network.recall(state, &recall, &mut scratch), Err(error));
        let told = network.recall_with(state, &recall, &mut scratch, |_| panic!("told"));
        assert_eq!(told, Err(error));
        assert_eq!((shares, next), ([0.0; 2], [0.0; 3]));
    }
    let state = [1.0; 3];
    for got in [0, 1, 3] {
        let error = E::Shares { got, expected: 2 };
        assert_eq!(
            network.similarities(&state, &mut vec![0.0; got]),
            Err(error)
        );
        assert_eq!(
            network.step(&state, &mut vec![0.0; got], &mut [0.0; 3]),
            Err(error)
        );
        let error = E::Next {
            got: got + 1,
            expected: 3,
        };
        let mut next = vec![0.0; got + 1];
        assert_eq!(network.step(&state, &mut [0.0; 2], &mut next), Err(error));
    }
    for got in 0..expected {
        let short = E::Scratch { got, expected };
        assert_eq!(
            network.recall(&state, &recall, &mut scratch[..got]),
            Err(short)
        );
        let energy = network.energy(&state, &mut scratch[..got]);
        if got < 2 {
            assert_eq!(energy, Err(E::Scratch { got, expected: 2 }));
        } else {
            assert!(energy.is_ok());
        }
    }
    for bad in [-1e-9, f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let recall = Recall::new().state_tolerance(Some(bad));
        assert_eq!(
            network.recall(&state, &recall, &mut scratch),
            Err(E::StateTolerance)
        );
        let recall = Recall::new().shares_tolerance(Some(bad));
        assert_eq!(
            network.recall(&state, &recall, &mut scratch),
            Err(E::SharesTolerance)
        );
    }
    let recall = Recall::new().max_steps(Some(0));
    assert_eq!(
        network.recall(&state, &recall, &mut scratch),
        Err(E::NoSteps)
    );
    let recall = Recall::new()
        .state_tolerance(None)
        .shares_tolerance(None)
        .max_steps(None);
    assert_eq!(
        network.recall(&state, &recall, &mut scratch),
        Err(E::Endless)
    );
    // One rule is enough, and a tolerance of 0 is one.
    let recall = Recall::new().shares_tolerance(None).max_steps(None);
    assert!(network.recall(&state, &recall, &mut scratch).is_ok());
    let recall = recall.state_tolerance(Some(0.0));
    assert!(network.recall(&state, &recall, &mut scratch).is_ok());
    assert_eq!(
        E::NotFinite { unit: 1 }.to_string(),
        "state, unit 1: not a finite number"
    );
    assert_eq!(
        E::State {
            got: 2,
            expected: 3
        }
        .to_string(),
        "state of 2 numbers, expected 3"
    );
}
