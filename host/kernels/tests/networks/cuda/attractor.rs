use slotless_core::attractor::{AttractorError, Index, Match, Matrix, Params, Recall, code};
use slotless_core::fixed::types::I16F16;
use slotless_core::rng::{self, Purpose};
use slotless_core::weight::{U1, U2, U4, U8, U16, Width};
use slotless_core::{bits, rng::below};

use slotless_kernels::cuda::Device;
use slotless_kernels::cuda::attractor::{Pairs, QueryError, Settled, Weights};

use super::device;

/// Units, active ones, pairs.
type Shape = [u32; 3];
const SHAPES: [Shape; 4] = [[96, 5, 40], [130, 17, 70], [200, 3, 2], [97, 97, 3]];

/// A code of this many units.
fn drawn(units: u32, active: u32, number: u32) -> Vec<u32> {
    let mut words = vec![0; bits::words_for(units)];
    let mut stream = rng::stream(5, Purpose(98), active, number);
    bits::sample(units, active, &mut stream, &mut words).expect("equal lengths");
    let mut list = vec![0; active as usize];
    code::from_bits(&words, &mut list);
    list
}

fn params([units, active, _]: Shape) -> Params {
    Params::builder(units, active)
        .seed(0x1234_5678_9abc)
        .build()
        .expect("sizes that are allowed")
}

/// Pairs: of targets some are shared, and of cues.
fn pairs(shape: Shape) -> Vec<[Vec<u32>; 2]> {
    let [units, active, count] = shape;
    let pair = |number| {
        [
            drawn(units, active, number % 37),
            drawn(units, active, 100 + number % 11),
        ]
    };
    (0..count).map(pair).collect()
}

/// Cues: stored ones, parts of them, none, others, and all units.
fn cues(shape: Shape) -> Vec<Vec<u32>> {
    let [units, active, count] = shape;
    let stored = pairs(shape);
    let mut stream = rng::stream(6, Purpose(97), units, active);
    let mut cues = vec![Vec::new(), (0..units).collect(), drawn(units, 1, 500)];
    for number in 0..5 {
        let mut cue = stored[below(&mut stream, count) as usize][0].clone();
        cue.truncate(active.div_ceil(1 + number % 3) as usize);
        cues.push(cue);
        cues.push(drawn(units, active, 600 + number));
    }
    cues
}

fn index(shape: Shape, forgotten: &[u32]) -> Index<Vec<u32>> {
    let [_, _, count] = shape;
    let params = params(shape);
    let words = vec![0; Index::<()>::words(params, count)];
    let mut index = Index::new(params, count, words).expect("as many words");
    for [cue, target] in pairs(shape) {
        index.store(&cue, &target).expect("room");
    }
    for &pair in forgotten {
        index.forget(pair).expect("it is there");
    }
    index
}

fn recalls_equal(device: &Device, shape: Shape, recall: &Recall) {
    let index = index(shape, &[1]);
    let there = Pairs::new(device, &index).expect("pairs fit");
    let cues = cues(shape);
    let found = there.recall(device, &cues, recall).expect("recalled");
    assert_eq!(found.len(), cues.len());
    let mut scratch = vec![0; index.scratch_words()];
    for (number, (cue, found)) in cues.iter().zip(found).enumerate() {
        let expected = index
            .recall(cue, recall, &mut scratch)
            .expect("a cue that is sound");
        assert_eq!(
            (&found.code[..], &found.settled[..]),
            (expected.code, expected.settled),
            "{shape:?}, {recall:?}, cue {number}"
        );
        assert_eq!(
            (found.steps, found.best, found.next),
            (expected.steps, expected.best, expected.next),
            "{shape:?}, {recall:?}, cue {number}"
        );
    }
}

const fn fixed(number: f32) -> I16F16 {
    I16F16::from_bits((number * 65_536.0) as i32)
}

/// Each architecture, plain and with other settings.
fn architectures() -> [Recall; 5] {
    [
        Recall::flat(),
        Recall::attractor(4).expect("steps"),
        Recall::hopfield(I16F16::ONE, 3).expect("steps"),
        Recall::recurrent(4, fixed(1.5)).expect("steps"),
        Recall::two_stage(3, fixed(0.5), 3).expect("steps"),
    ]
}

macro_rules! architectures {
    ($($name:ident: $number:literal;)*) => {$(
        #[test]
        #[ignore = "needs a CUDA driver"]
        fn $name() {
            let device = device();
            for shape in SHAPES {
                recalls_equal(&device, shape, &architectures()[$number]);
            }
        }
    )*};
}
architectures! {
    flat: 0;
    attractor: 1;
    hopfield: 2;
    recurrent: 3;
    two_stage: 4;
}

#[test]
#[ignore = "needs a CUDA driver"]
fn weights_that_are_clipped() {
    let device = device();
    for number in [0, 1, 3] {
        recalls_equal(&device, SHAPES[1], &architectures()[number].clipped(3));
    }
    recalls_equal(&device, SHAPES[0], &Recall::flat().clipped(1));
}

#[test]
#[ignore = "needs a CUDA driver"]
fn settings_at_the_ends() {
    let device = device();
    let hopfield = |beta, steps| Recall::hopfield(beta, steps).expect("steps");
    for recall in [
        Recall::flat().at_least(4),
        hopfield(I16F16::MAX, 9),
        hopfield(I16F16::from_bits(1), 2).at_least(2),
        Recall::recurrent(1, I16F16::MAX).expect("steps"),
        Recall::two_stage(u32::MAX, fixed(0.25), 1).expect("steps"),
        Recall::two_stage(1, fixed(2.0), 2).expect("steps"),
    ] {
        recalls_equal(&device, SHAPES[0], &recall);
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn nearest_pairs() {
    let device = device();
    for shape in SHAPES {
        let index = index(shape, &[0]);
        let there = Pairs::new(&device, &index).expect("pairs fit");
        assert_eq!(there.count(), shape[2] - 1);
        let cues = cues(shape);
        let mut scratch = vec![0; index.scratch_words()];
        for count in [0, 1, 7, u32::MAX] {
            let found = there.nearest(&device, &cues, count).expect("found");
            for (cue, found) in cues.iter().zip(found) {
                let mut expected: Vec<Match> = Vec::new();
                let each = |pair| expected.push(pair);
                index
                    .nearest(cue, count, &mut scratch, each)
                    .expect("a cue that is sound");
                assert_eq!(found, expected, "{shape:?}, {count}");
            }
        }
    }
}

fn settles<W: Width>(device: &Device, shape: Shape, steps: u32, inhibition: I16F16) {
    let params = params(shape);
    let words = vec![0; Matrix::<W, ()>::words(params)];
    let mut matrix = Matrix::<W, _>::new(params, words).expect("as many words");
    for [cue, target] in pairs(shape) {
        matrix.learn_by(&cue, &cue, 2).expect("codes");
        matrix.learn(&cue, &target).expect("codes");
    }
    let weights = Weights::new(device, &matrix).expect("weights fit");
    let cues = cues(shape);
    let found = weights
        .settle(device, &cues, steps, inhibition)
        .expect("settled");
    assert_eq!(found.len(), cues.len());
    let mut scratch = vec![0; matrix.scratch_words()];
    for (number, (cue, Settled { code, steps: made })) in cues.iter().zip(found).enumerate() {
        let expected = matrix
            .settle(cue, steps, inhibition, &mut scratch)
            .expect("a cue that is sound");
        assert_eq!(
            (&code[..], made),
            (expected.code, expected.steps),
            "{shape:?}, {} bits, cue {number}",
            W::BITS
        );
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn weights_of_all_widths() {
    let device = device();
    settles::<U1>(&device, SHAPES[0], 1, I16F16::ZERO);
    settles::<U1>(&device, SHAPES[1], 10, I16F16::ZERO);
    settles::<U2>(&device, SHAPES[1], 4, fixed(0.75));
    settles::<U4>(&device, SHAPES[2], 4, I16F16::ZERO);
    settles::<U8>(&device, SHAPES[3], 3, fixed(1.0));
    settles::<U8>(&device, SHAPES[0], 5, fixed(2.5));
    settles::<U16>(&device, SHAPES[1], 3, I16F16::MAX);
}

/// Potentials do not fit a block's own memory.
#[test]
#[ignore = "needs a CUDA driver"]
fn codes_of_all_units_there_can_be() {
    let shape = [1 << 16, 2, 3];
    let index = index(shape, &[]);
    let device = device();
    let there = Pairs::new(&device, &index).expect("pairs fit");
    let cue = drawn(shape[0], 2, 1);
    let recall = Recall::hopfield(fixed(2.0), 1).expect("steps");
    let mut scratch = vec![0; index.scratch_words()];
    let expected = index.recall(&cue, &recall, &mut scratch).expect("recalled");
    let found = there.recall(&device, &[&cue], &recall).expect("recalled");
    assert!(!expected.code.is_empty());
    assert_eq!(
        (&found[0].code[..], found[0].best),
        (expected.code, expected.best)
    );
}

#[test]
#[ignore = "needs a CUDA driver"]
fn stores_and_queries_of_nothing() {
    let device = device();
    let params = params(SHAPES[0]);
    let words = vec![0; Index::<()>::words(params, 4)];
    let empty = Index::new(params, 4, words).expect("as many words");
    let there = Pairs::new(&device, &empty).expect("nothing fits");
    let found = there
        .recall(&device, &[[1, 2, 3]], &Recall::flat())
        .expect("recalled");
    assert!(found[0].code.is_empty() && found[0].best.is_none());
    assert_eq!(there.nearest(&device, &[[1, 2]], 5), Ok(vec![Vec::new()]));
    let none: [Vec<u32>; 0] = [];
    assert_eq!(there.nearest(&device, &none, 5), Ok(Vec::new()));
    let unsound = there.nearest(&device, &[[1, 2], [2, 2]], 5);
    let why = code::CodeError::NotAscending { place: 1 };
    assert_eq!(unsound, Err(QueryError::Cue { cue: 1, why }));
    let words = vec![0; Matrix::<U1, ()>::words(params)];
    let matrix = Matrix::<U1, _>::new(params, words).expect("as many words");
    let weights = Weights::new(&device, &matrix).expect("weights fit");
    let settle = |steps, inhibition| weights.settle(&device, &[[1, 2]], steps, inhibition);
    assert_eq!(
        settle(0, I16F16::ZERO),
        Err(QueryError::Settings(AttractorError::Zero))
    );
    assert_eq!(
        settle(1, fixed(-0.5)),
        Err(QueryError::Settings(AttractorError::Inhibition))
    );
    let silent = Settled {
        code: Vec::new(),
        steps: 1,
    };
    assert_eq!(settle(3, I16F16::ZERO), Ok(vec![silent]));
}
