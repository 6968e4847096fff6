//! What must hold of Hopfield networks on the device. A program of its own: with the others it would not fit the micro:bit.

#![no_std]
#![no_main]

use fixed::types::I16F16;
use slotless_core::hopfield::classical::{Classical, NetworkError, Params};
use slotless_core::hopfield::modern::{Memories, MemoriesError, Modern, ModernError, Table};
use slotless_core::hopfield::{Descend, Ended, Recall, modern};
use slotless_firmware::error;
use static_cell::ConstStaticCell;

/// The largest network of these tests; the buffers hold every other.
const LARGEST: Params = match Params::builder(64, 127).build() {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

static WORDS: ConstStaticCell<[u32; LARGEST.words()]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; LARGEST.scratch_words()]> = ConstStaticCell::new([0; _]);

/// Logs an error as a program would, and passes it on.
fn logged<T, E: defmt::Format>(result: Result<T, E>) -> Option<E> {
    result.err().inspect(|error| error!("{}", error))
}

#[embedded_test::tests]
mod tests {
    use super::*;

    #[test]
    fn a_classical_network_recalls_what_it_stored_and_its_energy_never_rises() {
        let params = Params::builder(64, 2).build().unwrap();
        let (words, scratch) = (WORDS.take(), SCRATCH.take());
        let words = &mut words[..params.words()];
        let mut network = Classical::new(params, words).unwrap();
        let memories = [0xff00_ff00, 0x0f0f_0f0f, 0xcccc_3333, 0xaaaa_5555];
        network.store(&memories[..2]).unwrap();
        network.store(&memories[2..]).unwrap();
        let cue = [memories[2] ^ 0x1111_1111, memories[3]];
        let mut descent = network.start(&cue, scratch).unwrap();
        let mut energy = descent.energy();
        for unit in 0..64 {
            let flipped = descent.update(unit);
            assert_eq!(flipped, descent.energy() < energy);
            assert!(flipped || descent.energy() == energy);
            energy = descent.energy();
        }
        let state = [descent.state()[0], descent.state()[1]];
        assert_eq!(network.energy(&state), Ok(energy));
        let recall = Recall::sweeps().memories(&memories);
        let recalled = network.recall(&cue, &recall, scratch).unwrap();
        assert_eq!(recalled.state, &memories[2..]);
        assert_eq!(recalled.run.ended, Ended::Stored { memory: 1 });
    }

    #[test]
    fn a_classical_network_refuses_what_would_saturate_it_and_a_scratch_too_short() {
        let params = Params::builder(64, 127).build().unwrap();
        let (words, scratch) = (WORDS.take(), SCRATCH.take());
        let words = &mut words[..params.words()];
        let mut network = Classical::new(params, words).unwrap();
        for _ in 0..127 {
            network.store(&[7, 0]).unwrap();
        }
        let (stored, largest) = (127, 127);
        let refused = logged(network.store(&[7, 0]));
        let saturated = NetworkError::Saturated { stored, largest };
        assert_eq!(refused, Some(saturated));
        assert_eq!((network.stored(), network.weight(0, 1)), (127, 127));
        let expected = params.scratch_words();
        let got = expected - 1;
        let refused = logged(network.start(&[7, 0], &mut scratch[..got]));
        let short = NetworkError::Scratch { got, expected };
        assert_eq!(refused, Some(short));
    }

    #[test]
    fn a_modern_network_recalls_from_half_a_memory_in_each_kind_of_number() {
        let signs = [0xff00_ff00u32, 0x0f0f_0f0f, 0x3333_cccc];
        let sign = |memory: usize, unit: usize| signs[memory] >> unit & 1 == 1;
        let scratch = SCRATCH.take();

        let (mut fixed, mut single) = ([[I16F16::NEG_ONE; 32]; 3], [[-1.0f32; 32]; 3]);
        for (memory, unit) in (0..3).flat_map(|memory| (0..32).map(move |unit| (memory, unit))) {
            if sign(memory, unit) {
                fixed[memory][unit] = I16F16::ONE;
                single[memory][unit] = 1.0;
            }
        }
        let (mut half_fixed, mut half_single) = (fixed[1], single[1]);
        half_fixed[..16].fill(I16F16::ZERO);
        half_single[..16].fill(0.0);

        let memories = Memories::rows(fixed.as_flattened(), 32).unwrap();
        let network = Modern::new(memories, I16F16::ONE).unwrap();
        let table = network.with_exponential::<Table>();
        let recall = modern::Recall::new();
        let recalled = network.recall(&half_fixed, &recall, scratch).unwrap();
        assert_eq!(recalled.state, &fixed[1]);
        let recalled = table.recall(&half_fixed, &recall, scratch).unwrap();
        assert_eq!(recalled.state, &fixed[1]);

        let memories = Memories::rows(single.as_flattened(), 32).unwrap();
        let network = Modern::new(memories, 1.0).unwrap();
        let recall = modern::Recall::new();
        let recalled = network.recall(&half_single, &recall, scratch).unwrap();
        let near = |(a, b): (&f32, &f32)| (a - b).abs() < 1e-5;
        assert!(recalled.state.iter().zip(&single[1]).all(near));
    }

    #[test]
    fn a_modern_network_refuses_numbers_that_are_not_finite() {
        let (memory, unit) = (1, 2);
        for wrong in [f32::NAN, f32::INFINITY] {
            let numbers = [1.0, 2.0, 3.0, 4.0, 5.0, wrong];
            let built = Memories::rows(&numbers, 3);
            let expected = MemoriesError::NotFinite { memory, unit };
            assert_eq!(logged(built), Some(expected));
        }
        let memories = Memories::rows(&[1.0f32, 2.0], 2).unwrap();
        for beta in [0.0, -1.0, f32::NAN, f32::INFINITY] {
            let built = Modern::new(memories, beta);
            assert_eq!(logged(built), Some(ModernError::Beta));
        }
    }
}
