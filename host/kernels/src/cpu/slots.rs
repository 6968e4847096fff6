//! Which pattern of the core's slots has the largest overlap, for many cues at a time.

use slotless_core::bits;
use slotless_core::ring::{Replacement, RingError, Slots};

use super::super::simd::Isa;
use super::popcount::{Equals, nearest_of};

/// For each of some packed cues, one after the other, the slot whose pattern has the largest overlap and that overlap, as
/// [`Slots::find`] has them: of equal ones the newest of a ring, else the lowest slot. None in an empty memory.
///
/// One pass over the patterns for all cues together, a piece that fits the first-level cache at a time.
///
/// ```
/// use slotless_core::ring::{Replacement, Slots, SlotsParams};
/// use slotless_kernels::cpu::{Isa, best_slots};
/// let params = SlotsParams::new(8, 4, Replacement::Fifo)?;
/// let mut ring = Slots::new(params, vec![0; params.words()])?;
/// ring.learn(&[0b0111])?;
/// ring.learn(&[0b1110])?;
/// assert_eq!(best_slots(Isa::best(), &ring, &[0b0001, 0b0110])?, [Some((0, 1)), Some((1, 2))]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`RingError::Cue`] for a cue that is no vector of n bits.
///
/// # Panics
/// If the cues are not whole ones.
pub fn best_slots<S: AsRef<[u32]>>(
    isa: Isa,
    memory: &Slots<S>,
    cues: &[u32],
) -> Result<Vec<Option<(u32, u32)>>, RingError> {
    let params = memory.params();
    let (words, slots) = (params.pattern_words(), params.slots());
    assert!(
        cues.len().is_multiple_of(words),
        "whole cues of {words} words"
    );
    for cue in cues.chunks_exact(words) {
        bits::check(cue, params.visible()).map_err(RingError::Cue)?;
    }
    let (count, learned) = (cues.len() / words, memory.learned());
    let taken = learned.min(u64::from(slots)) as usize;
    if taken == 0 {
        return Ok(vec![None; count]);
    }
    // Behind the number learned, and before the classes.
    let first = params.words() - params.class_words() - slots as usize * words;
    let rows = &memory.words()[first..][..taken * words];
    let find = |rows, equals| nearest_of(isa, words, cues, rows, equals);
    if params.replacement() != Replacement::Fifo {
        let found = find(rows, Equals::First);
        return Ok(found.into_iter().map(Some).collect());
    }
    // The newest are those up to the slot of the last pattern, each newer than the one before it; so are those behind it.
    let newer = ((learned - 1) % u64::from(slots)) as usize + 1;
    let (new, old) = rows.split_at(newer * words);
    let each = find(new, Equals::Last)
        .into_iter()
        .zip(find(old, Equals::Last));
    let best = each.map(|(new, (slot, overlap))| match overlap > new.1 {
        true => Some((newer as u32 + slot, overlap)),
        false => Some(new),
    });
    Ok(best.collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use slotless_core::ring::{Replacement, Slots, SlotsParams};

    use super::{Isa, best_slots};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 100 }))]

        #[test]
        fn finds_what_the_core_does(
            // Sparse: many have equal overlaps. More than a piece of narrow patterns.
            (visible, slots, learned) in prop_oneof![
                (1u32..70, 1u32..40, 0usize..60),
                (500u32..600, 1u32..20, 0usize..30),
                (1u32..33, 4090u32..4110, 4000usize..4200),
            ],
            replacement in prop::sample::select(vec![
                Replacement::Fifo,
                Replacement::Reservoir { seed: 5 },
                Replacement::Balanced { classes: 3, seed: 5 },
            ]),
            draws in prop::collection::vec(any::<u32>(), 64),
        ) {
            let words = visible.div_ceil(32) as usize;
            let tail = u32::MAX >> (32 * words as u32 - visible);
            let pattern = |number: usize| -> Vec<u32> {
                let mut pattern: Vec<u32> = (0..words).map(|word| {
                    let at = number * words + word;
                    let [a, b] = [at, at / 3 + 7].map(|at| draws[at % 64].rotate_left((at / 64) as u32));
                    a & b
                }).collect();
                pattern[words - 1] &= tail;
                if pattern.iter().all(|&word| word == 0) {
                    // None is learned that has no ones.
                    pattern[0] = 1;
                }
                pattern
            };
            let params = SlotsParams::new(visible, slots, replacement).unwrap();
            let mut memory = Slots::new(params, vec![0; params.words()]).unwrap();
            for number in 0..learned {
                memory.learn_as(&pattern(number), number as u32 % params.classes()).unwrap();
            }
            let mut cues: Vec<u32> = (0..5).flat_map(|number| pattern(3 * number + 1)).collect();
            cues.resize(6 * words, 0);
            let core: Vec<_> = cues.chunks_exact(words).map(|cue| {
                memory.find(cue).unwrap().best.map(|best| (best.slot(), best.overlap()))
            }).collect();
            for isa in Isa::available() {
                prop_assert_eq!(&best_slots(isa, &memory, &cues).unwrap(), &core, "{}", isa);
            }
            if visible % 32 != 0 {
                let wrong = vec![u32::MAX; words];
                prop_assert!(best_slots(Isa::best(), &memory, &wrong).is_err());
            }
        }
    }
}
