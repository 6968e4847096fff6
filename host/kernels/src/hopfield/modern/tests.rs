//! Every set of instructions against the core, bit for bit.

use proptest::prelude::*;
use slotless_core::hopfield::modern::{Memories, Modern, Recall};

use super::{Isa, Keys, Network, Scratch};

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else if cfg!(target_endian = "big") { 40 } else { 200 }))]

    #[test]
    fn steps_are_the_cores_bit_for_bit(
        // More than the chunks that are summed together, and rows that fill no group.
        (units, memories, state) in (1usize..300, 1usize..40).prop_flat_map(|(n, k)| (
            Just(n),
            prop::collection::vec(-2f32..2.0, n * k),
            prop::collection::vec(-2f32..2.0, n),
        )),
        beta in prop::sample::select(vec![1e-3f32, 0.05, 1.0, 30.0, 1e6]),
    ) {
        let count = memories.len() / units;
        let core = Memories::rows(&memories, units as u32).unwrap();
        let core = Modern::new(core, beta).unwrap();
        let (mut z, mut p, mut next) = (vec![0.0; count], vec![0.0; count], vec![0.0; units]);
        core.similarities(&state, &mut z).unwrap();
        core.step(&state, &mut p, &mut next).unwrap();
        for isa in Isa::available() {
            let network = Network::with(units as u32, &memories, beta, isa);
            prop_assert_eq!(network.memories(), count);
            let mut own = [vec![9.0; count], vec![9.0; count], vec![9.0; units]];
            let [similarities, shares, state_next] = &mut own;
            network.similarities(&state, similarities);
            network.step(&state, shares, state_next);
            prop_assert_eq!(bits(similarities), bits(&z), "{}", isa);
            prop_assert_eq!(bits(shares), bits(&p), "{}", isa);
            prop_assert_eq!(bits(state_next), bits(&next), "{}", isa);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 1 } else { 30 }))]

    #[test]
    fn recalls_and_energies_are_the_cores_bit_for_bit(
        (units, memories, cues) in (1usize..40, 1usize..40).prop_flat_map(|(n, k)| (
            Just(n),
            prop::collection::vec(-2f32..2.0, n * k),
            prop::collection::vec(-2f32..2.0, 3 * n),
        )),
        beta in prop::sample::select(vec![1e-3f32, 0.05, 1.0, 30.0, 1e6]),
    ) {
        let count = memories.len() / units;
        let core = Memories::rows(&memories, units as u32).unwrap();
        let core = Modern::new(core, beta).unwrap();
        let mut words = vec![0; core.scratch_words()];
        let rules = [
            Recall::new().max_steps(Some(60)),
            Recall::new().max_steps(Some(1)),
            Recall::new().state_tolerance(None).max_steps(Some(50)),
            Recall::new().shares_tolerance(None).state_tolerance(Some(0.1)).max_steps(Some(60)),
        ];
        for isa in Isa::available() {
            let network = Network::with(units as u32, &memories, beta, isa);
            let mut scratch = Scratch::default();
            for (cue, rules) in cues.chunks_exact(units).cycle().zip(rules) {
                let expected = core.recall(cue, &rules, &mut words).unwrap();
                let own = network.recall(cue, &rules, &mut scratch, || true).unwrap();
                prop_assert_eq!(bits(own.state), bits(expected.state), "{}", isa);
                prop_assert_eq!(bits(own.shares), bits(expected.shares), "{}", isa);
                prop_assert_eq!((own.steps, own.ended), (expected.steps, expected.ended));
                let mut room = vec![9.0; count];
                let energy = network.energy(cue, &mut room);
                prop_assert_eq!(energy.to_bits(), core.energy(cue, &mut words).unwrap().to_bits());
            }
            let keys = Keys::with(units as u32, &memories, isa).unwrap();
            // More than go together, and most of them again and again.
            let many: Vec<f32> = cues.iter().copied().cycle().take(70 * units).collect();
            for rules in rules {
                let found = network.recall_many(&keys, &many, &rules, || true).unwrap();
                for (number, cue) in many.chunks_exact(units).enumerate() {
                    let own = network.recall(cue, &rules, &mut scratch, || true).unwrap();
                    prop_assert_eq!(bits(own.state), bits(&found.states[number * units..][..units]));
                    prop_assert_eq!(bits(own.shares), bits(&found.shares[number * count..][..count]));
                    prop_assert_eq!((own.steps, own.ended), (found.steps[number], found.ended[number]));
                }
            }
            prop_assert_eq!(network.recall_many(&keys, &many, &rules[0], || false), None);
            let mut left = 2;
            let stopped = network.recall(&cues[..units], &Recall::new().state_tolerance(None)
                .shares_tolerance(None), &mut scratch, || { left -= 1; left >= 0 });
            prop_assert!(stopped.is_none() && left == -1);
        }
    }
}
