//! Structured wiring against a naive reading of its definition, and its network against a randomly wired one that is
//! given the same masks.

use proptest::prelude::*;
use slotless_core::bits;
use slotless_core::kwinner::{Assignment, KWinner, Lent, Params, ParamsError, Structured, Wiring};
use slotless_core::rng::{self, Key, Purpose};
use slotless_core::structured::nearest;
use slotless_core::weight::{Rounding, U1, U2, U4, U8, U16, Width};

#[derive(Clone, Copy, Debug)]
struct Sizes {
    visible: u32,
    hidden: u32,
    fan_in: u32,
}

fn structured<W: Width>(sizes: Sizes, seed: u64) -> Result<Params<W, Structured>, ParamsError> {
    Params::<W>::builder(sizes.visible, sizes.hidden)
        .fan_in(sizes.fan_in)
        .seed(seed)
        .structured()
        .build()
}

/// The visible units of a hidden one, from the module's definition alone.
fn naive_fan_in(sizes: Sizes, seed: u64, multiplier: u32, unit: u32) -> Vec<u32> {
    let Sizes {
        visible,
        hidden,
        fan_in,
    } = sizes;
    let n = u128::from(hidden);
    let drawn = Key::new(seed, Purpose::WIRING).at(0);
    let turn = (u128::from(drawn) * n) >> 32;
    let (mut first, mut place) = (0, u128::from(unit));
    let mut units = Vec::new();
    for block in 0..fan_in {
        let size = visible / fan_in + u32::from(block < visible % fan_in);
        units.push(first + (place * u128::from(size) / n) as u32);
        first += size;
        place = (place * u128::from(multiplier) + turn) % n;
    }
    units
}

fn sizes() -> impl Strategy<Value = Sizes> {
    // Powers of two, that of 256 for which there is a loop of its own, small rings, and some that need 64 bits.
    let hidden = prop_oneof![
        (0u32..11).prop_map(|bits| 1 << bits),
        Just(256u32),
        1u32..600,
        3_000u32..4_000
    ];
    (1u32..200, hidden).prop_flat_map(|(visible, hidden)| {
        (1..=visible).prop_map(move |fan_in| Sizes {
            visible,
            hidden,
            fan_in,
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else if cfg!(target_endian = "big") { 20 } else { 80 }))]

    #[test]
    fn the_wiring_is_its_definition(sizes in sizes(), seed: u64) {
        let Ok(params) = structured::<U8>(sizes, seed) else { return Ok(()) };
        let wiring = params.wiring();
        let mut degree = vec![0; sizes.visible as usize];
        for unit in 0..sizes.hidden {
            let expected = naive_fan_in(sizes, seed, wiring.multiplier(), unit);
            let mut got = Vec::new();
            wiring.slots(unit, |slot| {
                assert_eq!(slot.index as usize, got.len());
                got.push(slot.visible);
            });
            prop_assert_eq!(&got, &expected);
            let mut mask = vec![u32::MAX; params.pattern_words()];
            wiring.mask(unit, &mut mask);
            prop_assert!(bits::ones(&mask).eq(expected.iter().copied()));
            for (slot, &visible) in (0..).zip(&expected) {
                prop_assert_eq!(wiring.slot(unit, visible), Some(slot));
                degree[visible as usize] += 1;
            }
            let other = (unit * 7 + 3) % (sizes.visible + 2);
            prop_assert_eq!(wiring.slot(unit, other).is_some(), expected.contains(&other));
        }
        // Every visible unit of a block has as many hidden ones as its neighbours, or one more or less.
        let (size, longer) = (sizes.visible / sizes.fan_in, sizes.visible % sizes.fan_in);
        let cut = (longer * (size + 1)) as usize;
        for (part, size) in [(&degree[..cut], size + 1), (&degree[cut..], size)] {
            prop_assert!(part.iter().all(|&units| units == sizes.hidden / size || units == sizes.hidden.div_ceil(size)));
        }
        let mut none = 0;
        wiring.slots(sizes.hidden, |_| none += 1);
        prop_assert_eq!((none, wiring.slot(sizes.hidden, 0)), (0, None));
    }

    #[test]
    fn a_network_is_the_randomly_wired_one_with_its_masks(
        sizes in sizes(),
        (winners, active, rate) in (1u32..40, 1u32..200, 1u32..=65_536),
        stochastic: bool,
        random_k: bool,
        width in 0..5,
        seed: u64,
    ) {
        let run = Run {
            sizes: Sizes { hidden: sizes.hidden.min(700), ..sizes },
            winners,
            active,
            rate,
            rounding: if stochastic { Rounding::Stochastic } else { Rounding::Nearest },
            assignment: if random_k { Assignment::RandomK } else { Assignment::Competitive },
            seed,
        };
        match width {
            0 => run.check::<U1>()?,
            1 => run.check::<U2>()?,
            2 => run.check::<U4>()?,
            3 => run.check::<U8>()?,
            _ => run.check::<U16>()?,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Run {
    sizes: Sizes,
    winners: u32,
    active: u32,
    rate: u32,
    rounding: Rounding,
    assignment: Assignment,
    seed: u64,
}

impl Run {
    fn check<W: Width>(self) -> Result<(), TestCaseError> {
        let Sizes {
            visible, hidden, ..
        } = self.sizes;
        let builder = Params::<W>::builder(visible, hidden)
            .fan_in(self.sizes.fan_in)
            .winners(self.winners.min(hidden))
            .active(self.active.min(visible))
            .rate(self.rate)
            .rounding(self.rounding)
            .assignment(self.assignment)
            .seed(self.seed);
        let random = builder.build().unwrap();
        let params = match builder.structured().build() {
            Ok(params) => params,
            Err(ParamsError::Structured { .. }) => return Ok(()),
            Err(error) => panic!("{error}"),
        };
        // The wide buffers hold rubbish before: nothing of it may remain.
        let mut ours = KWinner::new(params, vec![0xdead_beef; params.words()]).unwrap();
        let mut words = KWinner::new(random, vec![0; random.words()])
            .unwrap()
            .into_words();
        // Nor does random wiring have any where all see all.
        let masks = if visible == params.fan_in() {
            Vec::new()
        } else {
            masks(&params)
        };
        words[2..2 + masks.len()].copy_from_slice(&masks);
        let mut theirs = KWinner::open(random, words).unwrap();
        let lent = random.lend_masks(&masks).unwrap();
        let mut lent = KWinner::new(lent, vec![0; lent.words()]).unwrap();
        same(&ours, &theirs)?;

        let mut scratch = vec![0; params.scratch_words()];
        for number in 0..12 {
            let mut stream = rng::stream(self.seed, Purpose(300), 0, number);
            let mut pattern = vec![0; params.pattern_words()];
            let ones = rng::below(&mut stream, visible + 1);
            bits::sample(visible, ones, &mut stream, &mut pattern).unwrap();
            let expected = theirs.learn(&pattern, &mut scratch);
            prop_assert_eq!(expected.is_ok(), ones > 0);
            prop_assert_eq!(ours.learn(&pattern, &mut scratch), expected);
            prop_assert_eq!(lent.learn(&pattern, &mut scratch), expected);

            let mut cue = pattern.clone();
            bits::cue(&pattern, ones / 2, &mut stream, &mut cue).unwrap();
            let mut potentials = [vec![0; hidden as usize], vec![1; hidden as usize]];
            theirs.potentials(&cue, &mut potentials[0]).unwrap();
            ours.potentials(&cue, &mut potentials[1]).unwrap();
            prop_assert_eq!(&potentials[0], &potentials[1]);
            let mut spare = vec![0; params.scratch_words()];
            let expected = theirs.recall(&cue, &mut spare).unwrap();
            prop_assert_eq!(ours.recall(&cue, &mut scratch).unwrap(), expected);
            prop_assert_eq!(lent.recall(&cue, &mut scratch).unwrap(), expected);
        }
        same(&ours, &theirs)?;
        prop_assert_eq!(&theirs.words()[..2], &lent.words()[..2]);
        prop_assert_eq!(&theirs.words()[2 + masks.len()..], &lent.words()[2..]);
        Ok(())
    }
}

fn masks<W: Width>(params: &Params<W, Structured>) -> Vec<u32> {
    let mut masks = vec![0; params.hidden() as usize * params.pattern_words()];
    for (unit, mask) in (0..).zip(masks.chunks_exact_mut(params.pattern_words())) {
        params.wiring().mask(unit, mask);
    }
    masks
}

/// Equal fan-in and weights, whatever the layouts; and in ours, no bits beyond the weights.
fn same<W: Width>(
    ours: &KWinner<W, Vec<u32>, Structured>,
    theirs: &KWinner<W, Vec<u32>>,
) -> Result<(), TestCaseError> {
    let params = *ours.params();
    let rows: Vec<&[u32]> = ours.words()[2..].chunks_exact(params.row_words()).collect();
    prop_assert_eq!(rows.len(), params.fan_in() as usize);
    let mut bits_set = 0;
    for unit in 0..params.hidden() {
        let mut mask = vec![0; params.pattern_words()];
        ours.fan_in(unit, &mut mask).unwrap();
        let mut same = vec![1; mask.len()];
        theirs.fan_in(unit, &mut same).unwrap();
        prop_assert_eq!(&same, &mask);
        for visible in 0..params.visible() {
            prop_assert_eq!(ours.weight(unit, visible), theirs.weight(unit, visible));
        }
        bits_set += bits::count(theirs.weights(unit));
    }
    prop_assert_eq!(bits::count(&ours.words()[2..]), bits_set);
    Ok(())
}

/// How many inputs hidden units share, of pairs of different ones: mean and variance.
fn shared(hidden: u32, visible: u32, mask: impl Fn(u32) -> Vec<u32>) -> (f64, f64) {
    let masks: Vec<Vec<u32>> = (0..hidden).map(mask).collect();
    assert!(
        masks
            .iter()
            .all(|mask| mask.len() == bits::words_for(visible))
    );
    let (mut sum, mut squares, mut pairs) = (0.0, 0.0, 0.0);
    for a in 0..hidden as usize {
        for b in 0..a {
            let overlap = f64::from(bits::overlap(&masks[a], &masks[b]));
            sum += overlap;
            squares += overlap * overlap;
            pairs += 1.0;
        }
    }
    let mean = sum / pairs;
    (mean, squares / pairs - mean * mean)
}

#[test]
#[cfg_attr(miri, ignore = "millions of overlaps")]
fn units_share_no_more_than_at_random() {
    // Random wiring: mean m / B = 4, variance about m / B (1 - 1 / B) = 3.5.
    let mut spread = Vec::new();
    for hidden in (60..400).chain([512, 1000]) {
        let sizes = Sizes {
            visible: 256,
            hidden,
            fan_in: 32,
        };
        let Ok(params) = structured::<U8>(sizes, 1) else {
            continue;
        };
        let (mean, variance) = shared(hidden, 256, |unit| {
            let mut mask = vec![0; 8];
            params.wiring().mask(unit, &mut mask);
            mask
        });
        assert!((3.2..4.2).contains(&mean), "{hidden}: {mean}");
        spread.push(variance / 3.5);
    }
    spread.sort_by(f64::total_cmp);
    assert!(spread[spread.len() / 2] < 0.9, "{spread:?}");
    assert!(spread[spread.len() - 1] < 3.1, "{spread:?}");
    assert!(
        spread.len() > 250,
        "{} of 342 sizes are taken",
        spread.len()
    );
}

#[test]
fn sizes_without_multipliers_name_the_nearest_that_has_one() {
    let sizes = |hidden| Sizes {
        visible: 256,
        hidden,
        fan_in: 32,
    };
    for hidden in 1..700 {
        match structured::<U8>(sizes(hidden), 1) {
            Ok(params) => assert_eq!(params.words(), 2 + 32 * (hidden as usize).div_ceil(4)),
            Err(ParamsError::Structured { hidden: got, .. }) => {
                assert_eq!(got, hidden);
                let nearest = nearest(256, hidden, 32).unwrap();
                assert!(structured::<U8>(sizes(nearest), 1).is_ok());
                let closer = hidden.abs_diff(nearest);
                for distance in 1..closer {
                    assert!(structured::<U8>(sizes(hidden + distance), 1).is_err());
                    assert!(
                        distance >= hidden
                            || structured::<U8>(sizes(hidden - distance), 1).is_err()
                    );
                }
            }
            Err(error) => panic!("{error}"),
        }
    }
    let error = structured::<U8>(sizes(240), 1).unwrap_err();
    assert_eq!(
        error.to_string(),
        "structured wiring does not take n_h 240, the nearest that it takes is 239"
    );
}

#[test]
fn other_settings_are_refused_as_ever() {
    let builder = Params::<U8>::builder(256, 256).fan_in(32);
    for (settings, expected) in [
        (builder.fan_in(0), "fan-in m is 0, allowed 1..=256 (n_i)"),
        (
            builder.fan_in(257),
            "fan-in m is 257, allowed 1..=256 (n_i)",
        ),
        (builder.winners(257), "k is 257, allowed 1..=256 (n_h)"),
        (
            builder.rate(0),
            "rate eps is 0/65536, allowed 1/65536..=65536/65536",
        ),
    ] {
        let error = settings.structured().build().unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    assert!(Params::<U8>::builder(0, 1).structured().build().is_err());
    assert!(Params::<U8>::builder(1, 0).structured().build().is_err());
    // The largest numbers: an error or parameters, and soon.
    for hidden in [u32::MAX, 1 << 31, (1 << 31) - 1] {
        for fan_in in [1, 1 << 20] {
            let _ = Params::<U1>::builder(1 << 20, hidden)
                .fan_in(fan_in)
                .structured()
                .build();
        }
    }
}

#[test]
fn lent_masks_of_a_wrong_length_are_refused() {
    let params = Params::<U8>::builder(40, 10).fan_in(8).build().unwrap();
    for got in [0, 19, 21] {
        let error = params.lend_masks(&vec![0; got]).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("masks of {got} words, expected 20")
        );
    }
    // Any content is safe: here every unit claims to see everything, and nothing is out of bounds.
    let rubbish = [u32::MAX; 20];
    let lent = params.lend_masks(&rubbish).unwrap();
    assert_eq!(format!("{:?}", lent.wiring()), "Lent(20 words of masks)");
    fn learns<G: Wiring>(params: Params<U8, G>) {
        let mut memory = KWinner::new(params, vec![0; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        memory.learn(&[5, 6], &mut scratch).unwrap();
        memory.recall(&[5, 0], &mut scratch).unwrap();
        assert_eq!(memory.learned(), 1);
    }
    learns::<Lent<'_>>(lent);
}
