//! Every known answer of the self-test, from the naive code alone: the text of the contract is enough to give them.

use crate::naive::classical::{self, Classical, Rules, signs};
use crate::naive::real::{self, Allocation, Hetero, Number, Raw};
use crate::naive::{self, Key, Network, Pcg, Rounding, Sizes};
use slotless_core::hetero;
use slotless_core::hopfield::classical::Width;
use slotless_core::kwinner::Params;
use slotless_core::rng::{self, Purpose};
use slotless_core::selftest;
use slotless_core::weight::U16;

const SEED: u64 = 0x0123_4567_89ab_cdef;
const DATA: u64 = 256;

/// Digits to the base 2^bits, the first highest.
fn joined(bits: u32, digits: impl IntoIterator<Item = u64>) -> u64 {
    digits.into_iter().fold(0, |all, digit| all << bits | digit)
}

/// Bit j of the number is bit j of the vector.
fn number(bits: &[bool]) -> u64 {
    joined(1, bits.iter().rev().map(|&bit| u64::from(bit)))
}

fn primitives() -> Vec<(&'static str, u64)> {
    let key = Key::of(SEED, DATA);
    let draw = key.at(0);
    let (state, sequence) = Pcg::parts(SEED, DATA, 2, 3);
    let stream = || Pcg::stream(SEED, DATA, 2, 3);
    let words: Vec<u64> = {
        let mut pcg = stream();
        (0..2).map(|_| pcg.next()).collect()
    };
    let mut tens = stream();
    let mut wide = stream();
    let few = stream().sample(40, 5);
    let values: Vec<u64> = (0..40).map(|i| i % 4).collect();
    let top = naive::winners(&values, 16, key);
    vec![
        ("key-at-0", draw),
        ("key-at-1", key.at(1)),
        ("key-at-max", key.at(u32::MAX.into())),
        ("key-derive-7-at-0", key.derive(7).at(0)),
        ("key-derive-u64-at-0", key.derive_u64((1 << 32) + 7).at(0)),
        ("key-digest-1-2-3", key.digest(&[1, 2, 3])),
        (
            "dither-slots-0-to-3",
            joined(
                16,
                (0..4).map(|slot| ((draw << 32 | draw) >> (8 * slot)) % 65_536),
            ),
        ),
        ("stream-state", state),
        ("stream-sequence", sequence),
        ("stream-word-0", words[0]),
        ("stream-word-1", words[1]),
        (
            "below-10-16-times",
            joined(4, (0..16).map(|_| tens.below(10))),
        ),
        (
            "below-c0000000-twice",
            joined(32, (0..2).map(|_| wide.below(0xc000_0000))),
        ),
        ("below-u64-10e18", stream().below_u64(10u64.pow(18))),
        ("sample-5-of-40", number(&few)),
        ("sample-35-of-40", number(&stream().sample(40, 35))),
        ("cue-2-of-sample-5", number(&stream().cue(&few, 2))),
        ("shuffle-16", joined(4, stream().order(16))),
        ("top-16-of-40", top.iter().map(|&i| 1 << i).sum()),
    ]
}

fn digest(bits: u64, rounding: Rounding, random_k: bool) -> u64 {
    digest_of(Network::new(&sizes(bits, 100), rounding, random_k, SEED))
}

fn structured(bits: u64, n_h: usize, rounding: Rounding) -> u64 {
    digest_of(Network::structured(
        &sizes(bits, n_h),
        rounding,
        false,
        SEED,
    ))
}

fn sizes(bits: u64, n_h: usize) -> Sizes {
    Sizes {
        n_i: 200,
        n_h,
        m: 24,
        k: 7,
        s: 20,
        eps: 19_661,
        bits,
    }
}

fn digest_of(mut network: Network) -> u64 {
    let pattern = |number| Pcg::stream(1, DATA, 0, number).sample(200, 20);
    let mut taken = Vec::new();
    for number in 0..200 {
        taken.push(network.learn(&pattern(number)).unwrap() as u32);
    }
    for number in (150..200).rev() {
        let cue = Pcg::stream(1, DATA, 1, number).cue(&pattern(number), 10);
        let (winners, score) = network.code(&cue);
        taken.extend(winners.iter().map(|&unit| unit as u32));
        taken.extend(naive::words(&network.recall(&cue, 20)));
        taken.push(score as u32);
    }
    taken.extend(network.state());
    naive::fnv(&taken)
}

#[test]
fn the_text_alone_gives_every_known_answer() {
    use Rounding::{Nearest, Stochastic};
    let mut expected = primitives();
    expected.extend([
        ("u8-nearest", digest(8, Nearest, false)),
        ("u8-stochastic", digest(8, Stochastic, false)),
        ("u16-nearest", digest(16, Nearest, false)),
        ("u4-stochastic", digest(4, Stochastic, false)),
        ("u1-stochastic", digest(1, Stochastic, false)),
        ("u8-nearest-random-k", digest(8, Nearest, true)),
        ("u8-nearest-structured-128", structured(8, 128, Nearest)),
        (
            "u4-stochastic-structured-101",
            structured(4, 101, Stochastic),
        ),
    ]);
    let widest: Params<U16> = selftest::params(Default::default(), Default::default()).unwrap();
    let (mut words, mut scratch) = (vec![0; widest.words()], vec![0; widest.scratch_words()]);
    let mut found = Vec::new();
    selftest::vectors(&mut words, &mut scratch, |name, value| {
        found.push((name.to_owned(), value));
    })
    .unwrap();
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    assert_eq!(found, expected);
}

/// The bits of numbers, folded.
fn folded<N: Number>(numbers: impl IntoIterator<Item = N>) -> u64 {
    let words: Vec<u32> = numbers.into_iter().map(N::bits).collect();
    naive::fnv(&words)
}

/// The fixed run of the hetero-associative network.
fn hetero_digest<N: Number>(k: usize, allocation: Allocation<N>) -> u64 {
    let mut network = Hetero::new([20, 5, 33, 20], k, allocation, Key::of(SEED, DATA));
    let triple = |number: u64| -> Vec<N> {
        let key = Key::of(1, DATA).derive(number);
        (0..58).map(|t| N::unit_of(key.at(t) % 65_536)).collect()
    };
    let mut taken = Vec::new();
    for number in 0..40 {
        let loaded = triple(number);
        let winners = network.load(&loaded[..20], &loaded[20..25], &loaded[25..]);
        taken.extend(winners.iter().map(|&unit| unit as u32));
        let (hidden, numbers) = network.recall(&triple(number / 2)[..20], N::small(4));
        taken.extend(hidden.iter().chain(&numbers).map(|number| number.bits()));
    }
    taken.extend(network.state());
    naive::fnv(&taken)
}

fn real_numbers() -> Vec<(&'static str, u64)> {
    let draw = |place| Key::of(SEED, DATA).at(place);
    let terms: Vec<f32> = (0..40)
        .map(|t| (f32::unit_of(draw(t) % 65_536) - 0.5) / (1u32 << (draw(t) >> 28)) as f32)
        .collect();
    let factors: Vec<f32> = (40..80).map(|t| f32::unit_of(draw(t) % 65_536)).collect();
    let lengths = || 0..=40;
    let shares = lengths().flat_map(|n| {
        let z = terms[..n].iter().chain(&factors).take(40);
        f32::softmax(&z.map(|z| 20.0 * z).collect::<Vec<_>>())
    });
    let (mut sums, mut shares_raw) = (Vec::new(), Vec::new());
    for scale in [0, 6, 10, 14] {
        let numbers: Vec<Raw> = (0..40)
            .map(|t| Raw((draw(t) as u32 as i32).div_euclid(1 << scale)))
            .collect();
        for n in lengths() {
            let turned: Vec<Raw> = numbers[..n].iter().rev().copied().collect();
            sums.push(Raw::dot(&numbers[..n], &numbers));
            sums.push(Raw::dot(&numbers[..n], &turned));
        }
        for t in 0..39 {
            sums.push(Raw::dot(&numbers[t..=t], &numbers[t + 1..]));
            sums.push(numbers[t].plus(numbers[t + 1]));
        }
        shares_raw.extend(Raw::softmax(&numbers));
    }
    vec![
        (
            "f32-exp-from-minus-90-to-90",
            folded((-1440..=1440i16).map(|x| real::exp(f32::from(x) / 16.0))),
        ),
        (
            "f32-sums-of-0-to-40",
            folded(lengths().map(|n| real::sum(&terms[..n]))),
        ),
        (
            "f32-dots-of-0-to-40",
            folded(lengths().map(|n| f32::dot(&terms[..n], &factors))),
        ),
        ("f32-shares-of-40", folded(shares)),
        ("i16f16-sums-and-products", folded(sums)),
        ("i16f16-shares-of-40", folded(shares_raw)),
    ]
}

#[test]
fn the_text_alone_gives_every_known_answer_of_real_numbers_and_fast_weights() {
    use Allocation::{Item, Key, Projected};
    let mut expected = real_numbers();
    expected.extend([
        ("f32-key-1", hetero_digest::<f32>(1, Key)),
        ("f32-projected-2", hetero_digest(2, Projected(10, 1f32))),
        ("f32-item-3", hetero_digest::<f32>(3, Item)),
        ("i16f16-key-1", hetero_digest::<Raw>(1, Key)),
        (
            "i16f16-projected-2",
            hetero_digest(2, Projected(10, Raw::small(1))),
        ),
        ("i16f16-item-3", hetero_digest::<Raw>(3, Item)),
    ]);
    let widest = selftest::hetero::builder::<f32>(3, hetero::Allocation::Item);
    let widest = widest.build().unwrap();
    let (mut words, mut scratch) = (vec![0; widest.words()], vec![0; widest.scratch_words()]);
    let mut found = Vec::new();
    selftest::hetero::vectors(&mut words, &mut scratch, |name, value| {
        found.push((name.to_owned(), value));
    })
    .unwrap();
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    assert_eq!(found, expected);
}

/// The fixed run of the classical network.
fn classical_digest(bits: usize) -> u64 {
    let drawn = |ones, kind, number| Pcg::stream(1, DATA, kind, number).sample(75, ones);
    let mut network = Classical::new(75);
    let memories: Vec<Vec<i64>> = (0..12).map(|p| signs(&drawn(37, 2, p))).collect();
    for memory in &memories {
        assert!(network.store(memory, 127));
    }
    network.thresholds = (0..75).map(|i| i % 5 - 2).collect();
    let mut taken = Vec::new();
    for (run, memory) in (0..).zip(&memories) {
        let noise = drawn(25, 3, run);
        let cue: Vec<i64> = memory
            .iter()
            .zip(noise)
            .map(|(&s, flip)| if flip { -s } else { s })
            .collect();
        let cue_words = naive::words(&classical::bits(&cue));
        let random = Rules {
            patience: Some(75),
            most: Some(750),
            run,
            ..Rules::default()
        };
        let sweeps = Rules {
            sweeps: true,
            run,
            ..Rules::default()
        };
        for rules in [random, sweeps] {
            let (state, updates, flips, _, _) = network.run(&cue, &cue_words, SEED, &rules);
            taken.extend(naive::words(&classical::bits(&state)));
            let energy = network.energy(&state);
            taken.extend([energy as u32, (energy >> 32) as u32]);
            taken.extend([updates as u32, flips as u32]);
            if rules.sweeps {
                let (kind, distance, parts) = classical::identify(&state, &memories, 3);
                taken.extend([kind, distance]);
                taken.extend(
                    parts
                        .iter()
                        .map(|&(memory, minus)| 2 * memory + u32::from(minus)),
                );
            }
        }
    }
    taken.extend(network.state(bits, true));
    naive::fnv(&taken)
}

#[test]
fn the_text_alone_gives_every_known_answer_of_the_classical_network() {
    let widest = selftest::classical::params(Width::I32).unwrap();
    let (mut words, mut scratch) = (vec![0; widest.words()], vec![0; widest.scratch_words()]);
    let mut found = Vec::new();
    selftest::classical::vectors(&mut words, &mut scratch, |name, value| {
        found.push((name.to_owned(), value));
    })
    .unwrap();
    let expected = [8, 16, 32].map(|bits| (format!("classical-i{bits}"), classical_digest(bits)));
    assert_eq!(found, expected);
}

#[test]
fn derived_seeds_are_the_states_of_streams() {
    for (seed, trial, number) in [(0, 0, 0), (SEED, 7, u32::MAX), (u64::MAX, u32::MAX, 1)] {
        let (state, sequence) = Pcg::parts(seed, 300, trial.into(), number.into());
        assert_eq!(
            rng::stream_parts(seed, Purpose(300), trial, number),
            (state, sequence)
        );
        assert_eq!(rng::derive_seed(seed, Purpose(300), trial, number), state);
    }
}

#[test]
fn structured_wiring_takes_the_sizes_that_the_text_says() {
    let mut taken = 0;
    for (n_i, m) in [(256, 32), (100, 7), (64, 64), (1000, 200), (5, 5), (30, 1)] {
        for n_h in (1..300).chain([997, 1000, 1001, 2000]) {
            let params = Params::<U16>::builder(n_i, n_h).fan_in(m).structured();
            let found = params
                .build()
                .ok()
                .map(|params| params.wiring().multiplier());
            let expected = naive::multiplier(n_i.into(), n_h.into(), m.into());
            assert_eq!(found.map(u64::from), expected, "{n_i} {n_h} {m}");
            taken += u32::from(found.is_some());
        }
    }
    assert!(taken > 1000, "{taken}");
}
