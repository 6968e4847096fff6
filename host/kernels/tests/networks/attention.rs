//! Every set of instructions against the core, bit for bit.

use proptest::prelude::*;
use slotless_core::attention::{Attention, AttentionError, Mask, Unseeing};
use slotless_core::bits as packed;
use slotless_core::hopfield::modern::{Memories, MemoriesError, ModernError};

use slotless_kernels::attention::{Head, Keys, Scratch, Seen, Values};
use slotless_kernels::cpu::Isa;

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// What query q of Q sees of K keys, as the core's masks have it.
fn seen<'a>(mask: Mask<'a>, query: usize, queries: usize, keys: usize) -> Seen<'a> {
    match mask {
        Mask::None => Seen::First(u32::MAX),
        Mask::Causal => Seen::First(query as u32 + 1),
        Mask::CausalAtEnd => Seen::First((query + keys + 1).saturating_sub(queries) as u32),
        Mask::Allowed(words) => {
            let row = packed::words_for(keys as u32);
            Seen::Allowed(&words[query * row..][..row])
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 100 }))]

    #[test]
    fn attends_as_the_core_does_bit_for_bit(
        // Vectors that fill no register, pairs without a second, more keys than one block.
        (units, width, keys, values, queries, words) in
            (1usize..40, 1usize..70, 1usize..70, prop_oneof![1usize..6, 1usize..40]).prop_flat_map(|(n, d, k, q)| (
                Just(n),
                Just(d),
                prop::collection::vec(-2f32..2.0, n * k),
                prop::collection::vec(-2f32..2.0, d * k),
                prop::collection::vec(-2f32..2.0, n * q),
                prop::collection::vec(any::<u32>(), 2 * q * k.div_ceil(32)),
            )),
        beta in prop::sample::select(vec![1e-3f32, 0.125, 1.0, 30.0, 1e6, 1e38]),
    ) {
        let (count, number) = (keys.len() / units, queries.len() / units);
        let core_keys = Memories::rows(&keys, units as u32).unwrap();
        let core_values = Memories::rows(&values, width as u32).unwrap();
        let core = Attention::new(core_keys, core_values, beta).unwrap();
        let core = core.with_unseeing(Unseeing::Zeros);
        // All, some, few, and here and there none.
        let row = packed::words_for(count as u32);
        let tail = u32::MAX >> (32 * row - count);
        let (one, other) = words.split_at(number * row);
        let mut masks = [one.to_vec(), vec![u32::MAX; number * row], one.to_vec()];
        for (word, other) in masks[2].iter_mut().zip(other) {
            *word &= other & other.rotate_left(7) & other.rotate_left(19);
        }
        for mask in &mut masks {
            mask.chunks_exact_mut(row).for_each(|row| *row.last_mut().unwrap() &= tail);
        }
        let allowed = masks.iter().map(|mask| Mask::Allowed(mask));
        for mask in [Mask::None, Mask::Causal, Mask::CausalAtEnd].into_iter().chain(allowed) {
            let mut shares = vec![9.0; number * count];
            let mut out = vec![9.0; number * width];
            core.attend(&queries, mask, &mut shares, &mut out).unwrap();
            let seen: Vec<_> = (0..number).map(|query| seen(mask, query, number, count)).collect();
            for isa in Isa::available() {
                let keys = Keys::with(units as u32, &keys, isa).unwrap();
                let values = Values::new(width as u32, &values).unwrap();
                let head = Head::new(&keys, &values, beta).unwrap();
                let (mut own, mut room) = (vec![9.0; out.len()], vec![9.0; shares.len()]);
                let mut scratch = Scratch::default();
                for _ in 0..2 {
                    head.attend(&queries, &seen, &mut scratch, Some(&mut room), &mut own).unwrap();
                    prop_assert_eq!(bits(&room), bits(&shares), "{} {:?}", isa, mask);
                    prop_assert_eq!(bits(&own), bits(&out), "{} {:?}", isa, mask);
                }
                own.fill(9.0);
                head.attend(&queries, &seen, &mut scratch, None, &mut own).unwrap();
                prop_assert_eq!(bits(&own), bits(&out), "{} {:?}", isa, mask);
            }
        }
    }
}

#[test]
fn refuses_what_the_core_refuses() {
    let long = f32::MAX.sqrt();
    assert!(matches!(
        Keys::new(2, &[0.0, f32::NAN]),
        Err(MemoriesError::NotFinite { memory: 0, unit: 1 })
    ));
    assert!(matches!(
        Values::new(2, &[0.0, 1.0, long, 0.0]),
        Err(MemoriesError::TooLong { memory: 1 })
    ));
    assert!(Keys::new(0, &[1.0]).is_err() && Keys::new(2, &[1.0]).is_err());
    let keys = Keys::new(1, &[1.0, 2.0]).unwrap();
    let values = Values::new(1, &[1.0, 2.0]).unwrap();
    for beta in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        assert!(Head::new(&keys, &values, beta).is_err());
    }
    let one = Values::new(1, &[1.0]).unwrap();
    assert!(Head::new(&keys, &one, 1.0).is_err());
    let head = Head::new(&keys, &values, 1.0).unwrap();
    let mut scratch = Scratch::default();
    let mut out = [9.0; 2];
    let mut call = |queries: &[f32], mask: &[u32], out: &mut [f32]| {
        let seen = vec![Seen::Allowed(mask); queries.len()];
        head.attend(queries, &seen, &mut scratch, None, out)
    };
    let refused = |query, error| Err(AttentionError::Query { query, error });
    let infinite = ModernError::NotFinite { unit: 0 };
    assert_eq!(
        call(&[1.0, f32::INFINITY], &[3], &mut out),
        refused(1, infinite)
    );
    assert_eq!(
        call(&[long, 1.0], &[3], &mut out),
        refused(0, ModernError::TooLong)
    );
    assert!(call(&[1.0, 1.0], &[4], &mut out).is_err());
    assert!(call(&[1.0, 1.0], &[], &mut out).is_err());
    assert!(call(&[1.0, 1.0], &[3], &mut out[..1]).is_err());
    assert_eq!(out, [9.0; 2]);
    assert_eq!(call(&[], &[3], &mut []), Ok(()));
}

/// More keys than are added before the next values, more queries than a tile has, and shares that are 0 for whole stretches.
#[test]
fn attends_to_many_keys_as_the_core_does_bit_for_bit() {
    let (units, width, count, number) = (5u32, 70u32, 1100usize, 70usize);
    let mut word = 1u32;
    let mut draw = |length: usize| -> Vec<f32> {
        let numbers = (0..length).map(|_| {
            word = word.wrapping_mul(0x915f_77f5).wrapping_add(1);
            (word >> 8) as f32 / (1 << 23) as f32 - 1.0
        });
        numbers.collect()
    };
    let keys = draw(units as usize * count);
    let values = draw(width as usize * count);
    let queries = draw(units as usize * number);
    for (beta, mask) in [
        (0.5, Mask::None),
        (200.0, Mask::None),
        (200.0, Mask::CausalAtEnd),
        (2.0, Mask::Causal),
    ] {
        let core_keys = Memories::rows(&keys, units).unwrap();
        let core_values = Memories::rows(&values, width).unwrap();
        let core = Attention::new(core_keys, core_values, beta).unwrap();
        let mut shares = vec![9.0; number * count];
        let mut out = vec![9.0; number * width as usize];
        core.attend(&queries, mask, &mut shares, &mut out).unwrap();
        let zeros = shares.iter().filter(|&&share| share == 0.0).count();
        assert!((zeros > 0) == (beta > 100.0 || mask == Mask::Causal));
        let seen: Vec<_> = (0..number)
            .map(|query| seen(mask, query, number, count))
            .collect();
        for isa in Isa::available() {
            let keys = Keys::with(units, &keys, isa).unwrap();
            let values = Values::new(width, &values).unwrap();
            let head = Head::new(&keys, &values, beta).unwrap();
            // All together, and few, for which nothing is copied.
            for few in [number, 3] {
                let (mut own, mut room) = (vec![9.0; out.len()], vec![9.0; shares.len()]);
                let mut scratch = Scratch::default();
                for from in (0..number).step_by(few) {
                    let to = (from + few).min(number);
                    let of = |each: usize| from * each..to * each;
                    let (room, own) = (&mut room[of(count)], &mut own[of(width as usize)]);
                    let (queries, seen) = (&queries[of(units as usize)], &seen[from..to]);
                    head.attend(queries, seen, &mut scratch, Some(room), own)
                        .unwrap();
                }
                assert_eq!(bits(&room), bits(&shares), "{isa} {mask:?} {few}");
                assert_eq!(bits(&own), bits(&out), "{isa} {mask:?} {few}");
            }
        }
    }
}
