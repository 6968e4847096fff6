//! A pattern of nothing, such as that of a dead sensor: refused wherever it would cost other memories, and what it is
//! where it costs no more than any other pattern.

use slotless_core::attractor::{self, AttractorError, CodeMemory, Gaussian, Index, Matrix};
use slotless_core::bits;
use slotless_core::fixed::types::I16F16;
use slotless_core::hetero::{self, Allocation, Hetero, ParamsBuilder};
use slotless_core::hopfield::classical::{self, Classical};
use slotless_core::hopfield::dense::Separation;
use slotless_core::hopfield::{StoredDense, StoredModern};
use slotless_core::kwinner::{Assignment, KWinner, Masks, NetworkError, Params, Wiring};
use slotless_core::memory::Memory;
use slotless_core::real::Real;
use slotless_core::rng::{self, Key, Purpose};
use slotless_core::weight::{Rounding, U1, U4, U8, U16, Width};

const UNITS: u32 = 256;
const WORDS: usize = 8;
const NOTHING: [u32; WORDS] = [0; WORDS];

fn pattern(ones: u32, number: u32) -> [u32; WORDS] {
    let mut words = NOTHING;
    let mut draws = rng::stream(1, Purpose(300), ones, number);
    bits::sample(UNITS, ones, &mut draws, &mut words).unwrap();
    words
}

fn whole(pattern: &[u32; WORDS], _: u32) -> [u32; WORDS] {
    *pattern
}

/// Half of the ones.
fn half(pattern: &[u32; WORDS], number: u32) -> [u32; WORDS] {
    let mut cue = NOTHING;
    let mut draws = rng::stream(1, Purpose(301), 0, number);
    let keep = bits::count(pattern) / 2;
    bits::cue(pattern, keep, &mut draws, &mut cue).unwrap();
    cue
}

/// A tenth of the units inverted.
fn noisy(state: &[u32; WORDS], number: u32) -> [u32; WORDS] {
    let noise = pattern(25, 1000 + number);
    std::array::from_fn(|word| state[word] ^ noise[word])
}

/// How many of 20 patterns are recalled exactly.
fn recalled<M: Memory>(
    memory: &M,
    ones: u32,
    cue: fn(&[u32; WORDS], u32) -> [u32; WORDS],
) -> usize {
    let mut scratch = vec![0; memory.scratch_words()];
    let exact = (0..20).filter(|&number| {
        let pattern = pattern(ones, number);
        let cue = cue(&pattern, number);
        memory.recall(&cue, &mut scratch).unwrap().pattern == pattern
    });
    exact.count()
}

fn store<M: Memory>(memory: &mut M, patterns: impl IntoIterator<Item = [u32; WORDS]>) {
    let mut scratch = vec![0; memory.scratch_words()];
    for pattern in patterns {
        memory.store(&pattern, &mut scratch).unwrap();
    }
}

fn params<W: Width>(hidden: u32, rounding: Rounding, assignment: Assignment) -> Params<W> {
    Params::builder(UNITS, hidden)
        .fan_in(128)
        .winners(20)
        .active(26)
        .rate(32_768)
        .rounding(rounding)
        .assignment(assignment)
        .build()
        .unwrap()
}

#[test]
fn a_hundred_empty_patterns_cost_a_k_winner_network_nothing() {
    let params = params::<U8>(1000, Rounding::Nearest, Assignment::Competitive);
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    store(&mut network, (0..20).map(|number| pattern(26, number)));
    let before = recalled(&network, 26, whole);
    assert_eq!(before, 20);
    let mut scratch = vec![0; params.scratch_words()];
    for _ in 0..100 {
        let refused = network.learn(&NOTHING, &mut scratch);
        assert_eq!(refused, Err(NetworkError::Empty));
    }
    assert_eq!(recalled(&network, 26, whole), before);
    assert_eq!(network.learned(), 20);
    assert_eq!(
        NetworkError::Empty.to_string(),
        "pattern without a one, expected at least one to learn"
    );
    // A cue without a one is no harm: the tie rule answers, and the match says that nothing was found.
    let recalled = network.recall(&NOTHING, &mut scratch).unwrap();
    assert_eq!(recalled.matched.share(), 0);
}

fn refused<W: Width, G: Wiring>(params: Params<W, G>) {
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![7; params.scratch_words()];
    for number in 0..4 {
        let before = network.words().to_vec();
        let refused = network.learn(&NOTHING, &mut scratch);
        assert_eq!(refused, Err(NetworkError::Empty));
        let refused = network.store(&NOTHING, &mut scratch);
        assert_eq!(refused, Err(NetworkError::Empty));
        assert_eq!(network.words(), before);
        // One is enough, wherever it is.
        let mut one = NOTHING;
        bits::set(&mut one, [0, 255, 31, 128][number]);
        network.learn(&one, &mut scratch).unwrap();
    }
    assert_eq!(network.learned(), 4);
}

#[test]
fn every_kind_of_k_winner_network_refuses_it() {
    fn of<W: Width>() {
        for rounding in [Rounding::Nearest, Rounding::Stochastic] {
            for assignment in [Assignment::Competitive, Assignment::RandomK] {
                let params = params::<W>(128, rounding, assignment);
                refused(params);
                refused(params.structured().unwrap());
                let masks = vec![0x0101_0101; 128 * WORDS];
                refused(params.lend_masks(&masks).unwrap());
            }
        }
    }
    of::<U1>();
    of::<U4>();
    of::<U8>();
    of::<U16>();
}

/// The only visible unit that no hidden one sees.
fn unseen<W: Width, G: Masks>(network: &KWinner<W, Vec<u32>, G>) -> Option<u32> {
    let sees = |unit| {
        let mut masks = (0..network.params().hidden()).map(|hidden| network.mask(hidden));
        masks.any(|mask| bits::get(mask, unit))
    };
    (0..UNITS).find(|&unit| !sees(unit))
}

#[test]
fn ones_that_nobody_sees_are_learned_as_documented() {
    let params = Params::<U8>::builder(UNITS, 20)
        .fan_in(16)
        .winners(3)
        .active(5);
    let params = params.build().unwrap();
    let mut network = KWinner::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut pattern = NOTHING;
    bits::set(&mut pattern, unseen(&network).expect("of 256 some"));
    let score = network.hidden_code(&pattern, &mut scratch).unwrap();
    assert_eq!((score.matched.score(), score.matched.share()), (0, 0));
    let winners = score.winners.to_vec();
    assert_eq!(network.learn(&pattern, &mut scratch).unwrap().score(), 0);
    for unit in winners {
        // At rate 1 all that they held.
        assert!(network.weights(unit).iter().all(|&word| word == 0));
    }
    let recalled = network.recall(&pattern, &mut scratch).unwrap();
    assert_eq!(recalled.matched.score(), 0);
}

/// Loads 20 triples, each after one that chooses no unit.
fn triples<R: Real>(params: hetero::Params<R>, no_key: &[R], no_item: &[R]) {
    let start = Key::new(3, Purpose(302));
    let mut network = Hetero::new(params, vec![0; params.words()], start).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    for number in 0..20 {
        let before = network.words().to_vec();
        let refused = network.load(no_key, &[R::ONE], no_item, &mut scratch);
        assert_eq!(refused, Err(hetero::NetworkError::Empty));
        assert_eq!(network.words(), before);
        let draws = start.derive(number);
        let key: Vec<R> = (0..16).map(|place| R::unit(draws.at(place))).collect();
        let mut item = [R::ZERO; 20];
        item[number as usize] = R::ONE;
        let value = [R::unit(number)];
        network.load(&key, &value, &item, &mut scratch).unwrap();
    }
}

fn triples_of<R: Real>(build: fn(ParamsBuilder<R>) -> hetero::Params<R>) {
    let params = |allocation| build(hetero::Params::builder(16, 1, 20, 20).allocation(allocation));
    let key: Vec<R> = (0..16).map(R::unit).collect();
    let item: Vec<R> = (0..20).map(R::unit).collect();
    let zeros = [R::ZERO; 20];
    let mut last = zeros;
    last[19] = R::ONE;
    triples(params(Allocation::Key), &zeros[..16], &item);
    let minus = [R::ZERO.times(R::MINUS_ONE); 16];
    triples(params(Allocation::Key), &minus, &item);
    triples(params(Allocation::Item), &key, &zeros);
    // The last entry is not projected.
    let (units, strength) = (19, R::ONE);
    let projected = params(Allocation::Projected { units, strength });
    triples(projected, &zeros[..16], &last);
}

#[test]
fn a_triple_that_chooses_no_unit_is_refused() {
    triples_of::<f32>(|builder| builder.build().unwrap());
    triples_of::<I16F16>(|builder| builder.build().unwrap());
    let line = "all numbers that choose the hidden units are 0, expected one at least that is not";
    assert_eq!(hetero::NetworkError::Empty.to_string(), line);
}

#[test]
fn what_another_part_chooses_is_loaded() {
    let load = |allocation, key: [f32; 2], item: [f32; 2]| {
        let params = hetero::Params::<f32>::builder(2, 1, 2, 4).allocation(allocation);
        let params = params.build().unwrap();
        let start = Key::new(3, Purpose(302));
        let mut network = Hetero::new(params, vec![0; params.words()], start).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let winners = network.load(&key, &[0.0], &item, &mut scratch);
        winners.map(<[u32]>::to_vec)
    };
    let (units, strength) = (2, 1.0);
    let projected = Allocation::Projected { units, strength };
    assert!(load(Allocation::Key, [0.0, 1e-40], [0.0; 2]).is_ok());
    assert!(load(Allocation::Key, [f32::NAN, 0.0], [0.0; 2]).is_ok());
    assert!(load(Allocation::Item, [0.0; 2], [0.0, 1.0]).is_ok());
    assert_eq!(load(projected, [0.0; 2], [0.0, 1.0]), Ok(vec![1]));
}

#[test]
fn memories_of_codes_refuse_it_as_they_do_every_other_number_of_ones() {
    let params = attractor::Params::builder(UNITS, 26).build().unwrap();
    let index = Index::new(params, 30, vec![0; Index::<()>::words(params, 30)]).unwrap();
    let mut index = CodeMemory::new(index, attractor::Recall::flat());
    let mut matrix =
        Matrix::<U8, _>::new(params, vec![0; Matrix::<U8, ()>::words(params)]).unwrap();
    let not_active = AttractorError::NotActive {
        got: 0,
        expected: 26,
    };
    store(&mut index, (0..20).map(|number| pattern(26, number)));
    store(&mut matrix, (0..20).map(|number| pattern(26, number)));
    let before = (index.index().buffer().to_vec(), matrix.buffer().to_vec());
    let mut scratch = vec![0; index.scratch_words().max(Memory::scratch_words(&matrix))];
    assert_eq!(index.store(&NOTHING, &mut scratch), Err(not_active));
    assert_eq!(matrix.store(&NOTHING, &mut scratch), Err(not_active));
    assert_eq!(matrix.learn(&[], &[]), Err(not_active));
    assert_eq!(index.index().buffer(), before.0);
    assert_eq!(matrix.buffer(), before.1);
    assert!(recalled(&index, 26, half) >= 19);
}

#[test]
fn inputs_of_zeros_have_one_code() {
    let params = attractor::Params::builder(UNITS, 26).build().unwrap();
    let projection = Gaussian::new(16, params).unwrap();
    let mut scratch = vec![0; params.encode_words()];
    let mut code = |input: &[f32; 16]| {
        let mut code = vec![0; 26];
        projection.encode(input, &mut scratch, &mut code).unwrap();
        code
    };
    let nothing = code(&[0.0; 16]);
    assert_eq!(nothing, code(&[0.0; 16]));
    assert!(attractor::code::check(&nothing, UNITS).is_ok());
    // A pair like any other: each time it is stored it takes a place, and no other's.
    let words = vec![0; Index::<()>::words(params, 40)];
    let mut index = CodeMemory::new(
        Index::new(params, 40, words).unwrap(),
        attractor::Recall::flat(),
    );
    store(&mut index, (0..20).map(|number| pattern(26, number)));
    let before = recalled(&index, 26, half);
    let mut index = index.into_index();
    for _ in 0..20 {
        index.store(&nothing, &nothing).unwrap();
    }
    assert!(index.store(&nothing, &nothing).is_err());
    // Linear steps add up what is stored; the nearest pair is what it was.
    let index = CodeMemory::new(
        index,
        attractor::Recall::hopfield(I16F16::from_num(4), 3).unwrap(),
    );
    assert!(recalled(&index, 26, half) >= before);
}

/// In Hopfield networks no ones are the state all -1, as good as any other: turned by a pattern of signs, a network that
/// has stored it is one that has stored that pattern.
#[test]
fn in_hopfield_networks_it_is_a_state_like_any_other() {
    let params = classical::Params::builder(UNITS, 200).build().unwrap();
    let fresh = || Classical::new(params, vec![0; params.words()]).unwrap();
    let signs = pattern(128, 99);
    let turned = |pattern: [u32; WORDS]| {
        let mut turned = pattern;
        turned
            .iter_mut()
            .zip(signs)
            .for_each(|(word, signs)| *word ^= !signs);
        turned
    };
    for copies in [1, 100] {
        let (mut dead, mut other) = (fresh(), fresh());
        store(&mut dead, (0..20).map(|number| pattern(128, number)));
        store(
            &mut other,
            (0..20).map(|number| turned(pattern(128, number))),
        );
        store(&mut dead, (0..copies).map(|_| NOTHING));
        store(&mut other, (0..copies).map(|_| turned(NOTHING)));
        for number in 0..40 {
            let state = pattern(128, number);
            assert_eq!(dead.energy(&state), other.energy(&turned(state)));
        }
        // Once it costs nothing; as often as this, the others are lost, as they are to any pattern stored so often.
        let mut again = fresh();
        store(&mut again, (0..20).map(|number| pattern(128, number)));
        store(&mut again, (0..copies).map(|_| signs));
        let left = [recalled(&dead, 128, noisy), recalled(&again, 128, noisy)];
        if copies == 1 {
            assert!(left.iter().all(|&exact| exact >= 17), "{left:?}");
        } else {
            assert!(left == [0; 2], "{left:?}");
        }
    }
    // A slot holds one pattern, whatever it is, and the others stay.
    let words = 1 + 40 * WORDS;
    let mut dense = StoredDense::new(UNITS, Separation::Power(3), vec![0; words]).unwrap();
    let slots = vec![0; 1 + 40 * UNITS as usize];
    let mut modern = StoredModern::<f32, _>::new(UNITS, 0.5, slots).unwrap();
    store(&mut dense, (0..20).map(|number| pattern(128, number)));
    store(&mut modern, (0..20).map(|number| pattern(128, number)));
    store(&mut dense, [NOTHING; 20]);
    store(&mut modern, [NOTHING; 20]);
    assert_eq!(
        [recalled(&dense, 128, noisy), recalled(&modern, 128, noisy)],
        [20; 2]
    );
    let mut scratch = vec![0; dense.scratch_words()];
    assert!(dense.store(&NOTHING, &mut scratch).is_err());
}
