use slotless_core::kwinner::{Assignment, KWinner, Params};
use slotless_core::weight::{Rounding, U1, U2, U4, U8, U16, Width};
use slotless_core::{bits, rng};

use super::device;
use slotless_kernels::cpu::{self, StructuredParams};
use slotless_kernels::cuda::CudaError;
use slotless_kernels::cuda::kwinner::{Cues, Networks, Patterns, Rows, Sizes};

const STEPS: u32 = 40;
const TRIALS: [u32; 2] = [5, 6];
const SEEDS: [u64; 2] = [0x1234_5678_9abc, u64::MAX - 5];
const LEARNED: (u64, rng::Purpose) = (77, rng::Purpose(321));
const CUED: (u64, rng::Purpose) = (78, rng::Purpose(322));

/// Visible and hidden units, fan-in, winners, ones.
type Shape = [u32; 5];
const SHAPES: [Shape; 3] = [
    [130, 97, 20, 7, 13],
    [96, 65, 96, 64, 40],
    [200, 257, 11, 1, 90],
];

fn params<W: Width>(
    [visible, hidden, fan_in, winners, active]: Shape,
    rounding: Rounding,
    assignment: Assignment,
    seed: u64,
) -> Params<W> {
    let builder = Params::builder(visible, hidden)
        .fan_in(fan_in)
        .winners(winners)
        .active(active);
    let builder = builder
        .rate(20_000)
        .rounding(rounding)
        .assignment(assignment)
        .seed(seed);
    builder.build().expect("a shape that is allowed")
}

/// Where winners are chosen.
#[derive(Clone, Copy, Debug)]
enum Way {
    Block,
    Device,
}

/// Patterns and cues of the device's own; overlaps, scores and weights are those of the core.
fn equal_to_core<W: Width>(shape: Shape, rounding: Rounding, assignment: Assignment, way: Way) {
    let device = device();
    let [visible, hidden, fan_in, _, active] = shape;
    let patterns =
        Patterns::random(&device, LEARNED, &TRIALS, (visible, active), STEPS).expect("patterns");
    let sizes = Sizes::of(&params::<W>(shape, rounding, assignment, 1));
    let mut networks = Networks::new(&device, sizes, &SEEDS).expect("networks");
    if let Way::Device = way {
        networks = networks.in_device_memory().expect("room");
    }
    networks.learn(&patterns, 15).expect("learned");
    networks.learn(&patterns, STEPS - 15).expect("learned");
    let count = 2 * STEPS as usize;
    let keeps: Vec<u32> = (0..count)
        .map(|n| [active / 2, 0, active, active + 9][n % 4])
        .collect();
    let actives: Vec<u32> = (0..count)
        .map(|n| [active, active, 1, 0, visible, visible + 3][n % 6])
        .collect();
    let cues = patterns
        .cues(&device, CUED, &TRIALS, Rows::BackFrom(STEPS - 1), &keeps)
        .expect("cues");
    let recalled = networks.recall(&cues, &actives).expect("recalled");
    let recalled_patterns = recalled.patterns(&device).expect("patterns");
    for (network, &seed) in SEEDS.iter().enumerate() {
        let params = params::<W>(shape, rounding, assignment, seed);
        let mut memory = KWinner::new(params, vec![0; params.words()]).expect("as many words");
        let mut scratch = vec![0; params.scratch_words()];
        let row = |number| {
            let mut row = vec![0; bits::words_for(visible)];
            let mut stream = rng::stream(LEARNED.0, LEARNED.1, TRIALS[network], number);
            bits::sample(visible, active, &mut stream, &mut row).expect("equal lengths");
            row
        };
        let rows: Vec<Vec<u32>> = (0..STEPS).map(row).collect();
        for row in &rows {
            memory.learn(row, &mut scratch).expect("learned");
        }
        let places = (0..hidden).flat_map(|unit| (0..fan_in).map(move |slot| (unit, slot)));
        let expected: Vec<u32> = places
            .map(|(unit, slot)| W::get(memory.weights(unit), slot))
            .collect();
        assert!(
            networks.weights(network as u32).expect("weights") == expected,
            "weights of {network}"
        );
        for number in 0..STEPS {
            let at = network * STEPS as usize + number as usize;
            let row = &rows[(STEPS - 1 - number) as usize];
            let mut cue = vec![0; row.len()];
            let mut pattern = cue.clone();
            bits::cue(
                row,
                keeps[at],
                &mut rng::stream(CUED.0, CUED.1, TRIALS[network], number),
                &mut cue,
            )
            .expect("equal lengths");
            let matched = memory
                .recall_into(&cue, actives[at], &mut scratch, &mut pattern)
                .expect("recalled");
            let expected = (bits::overlap(&pattern, row), matched.score());
            assert!(pattern == recalled_patterns[at * pattern.len()..][..pattern.len()]);
            assert_eq!(
                (recalled.overlaps[at], recalled.scores[at]),
                expected,
                "network {network}, cue {number}"
            );
        }
    }
}

macro_rules! widths {
    ($($name:ident: $width:ident, $rounding:ident, $shapes:expr;)*) => {$(
        #[test]
        #[ignore = "needs a CUDA driver"]
        fn $name() {
            for shape in &SHAPES[$shapes] {
                equal_to_core::<$width>(
                    *shape,
                    Rounding::$rounding,
                    Assignment::Competitive,
                    Way::Block,
                );
            }
        }
    )*};
}
widths! {
    one_bit_nearest: U1, Nearest, ..1;
    one_bit_stochastic: U1, Stochastic, 1..2;
    two_bits_nearest: U2, Nearest, 2..;
    two_bits_stochastic: U2, Stochastic, ..1;
    four_bits_nearest: U4, Nearest, 1..2;
    four_bits_stochastic: U4, Stochastic, 2..;
    eight_bits_nearest: U8, Nearest, ..1;
    eight_bits_stochastic: U8, Stochastic, ..;
    sixteen_bits_nearest: U16, Nearest, ..;
    sixteen_bits_stochastic: U16, Stochastic, 2..;
}

/// What the check repeats with blocks, warps and lanes in several orders, where the driver can be told of one.
mod in_any_order {
    use super::*;

    #[test]
    #[ignore = "needs a CUDA driver"]
    fn in_blocks() {
        equal_to_core::<U8>(
            SHAPES[0],
            Rounding::Stochastic,
            Assignment::Competitive,
            Way::Block,
        );
    }

    #[test]
    #[ignore = "needs a CUDA driver"]
    fn on_the_device() {
        equal_to_core::<U16>(
            SHAPES[1],
            Rounding::Nearest,
            Assignment::Competitive,
            Way::Device,
        );
    }
}

#[test]
#[ignore = "needs a CUDA driver"]
fn units_drawn_at_random() {
    equal_to_core::<U8>(
        SHAPES[0],
        Rounding::Nearest,
        Assignment::RandomK,
        Way::Block,
    );
    equal_to_core::<U16>(
        SHAPES[1],
        Rounding::Stochastic,
        Assignment::RandomK,
        Way::Device,
    );
}

#[test]
#[ignore = "needs a CUDA driver"]
fn networks_that_a_block_has_no_room_for() {
    equal_to_core::<U4>(
        SHAPES[0],
        Rounding::Stochastic,
        Assignment::Competitive,
        Way::Device,
    );
    equal_to_core::<U16>(
        SHAPES[2],
        Rounding::Nearest,
        Assignment::Competitive,
        Way::Device,
    );
}

/// Patterns, masks and cues of the host.
#[test]
#[ignore = "needs a CUDA driver"]
fn structured_wiring() {
    let device = device();
    let shape = [128, 96, 16, 7, 13];
    let with_seed = |seed| params::<U8>(shape, Rounding::Stochastic, Assignment::Competitive, seed);
    let [visible, _, fan_in, _, active] = shape;
    let row = |seed: u64, number| {
        let mut row = vec![0; bits::words_for(visible)];
        let mut stream = rng::stream(seed, LEARNED.1, 0, number);
        bits::sample(visible, active, &mut stream, &mut row).expect("equal lengths");
        row
    };
    let masks: Vec<u32> = SEEDS
        .iter()
        .flat_map(|&seed| {
            let wired = StructuredParams::new(cpu::AnyParams::U8(with_seed(seed)));
            wired.expect("a shape that structured wiring takes").masks()
        })
        .collect();
    let rows: Vec<Vec<u32>> = SEEDS
        .iter()
        .flat_map(|&seed| (0..STEPS).map(move |number| row(seed, number)))
        .collect();
    let patterns = Patterns::copy(&device, visible, 2, &rows.concat()).expect("patterns");
    assert_eq!(patterns.to_host(&device).expect("patterns"), rows.concat());
    let sizes = Sizes::of(&with_seed(1));
    let mut networks = Networks::with_masks(&device, sizes, &SEEDS, &masks).expect("networks");
    networks.learn(&patterns, STEPS).expect("learned");
    let cues = Cues::copy(&device, visible, 2, &rows.concat()).expect("cues");
    let recalled = networks
        .recall(&cues, &vec![active; rows.len()])
        .expect("recalled");
    for (network, &seed) in SEEDS.iter().enumerate() {
        let wired = StructuredParams::new(cpu::AnyParams::U8(with_seed(seed)));
        let mut host = cpu::Network::structured(wired.expect("as above"));
        let own = &rows[network * STEPS as usize..][..STEPS as usize];
        for row in own {
            host.learn(row).expect("ones");
        }
        let (mut patterns, mut scores) = (vec![0; own.concat().len()], vec![0; own.len()]);
        host.recall_many(
            &own.concat(),
            &vec![active; own.len()],
            &mut patterns,
            &mut scores,
        );
        assert_eq!(recalled.scores[network * own.len()..][..own.len()], scores);
        let words = bits::words_for(visible);
        let overlaps: Vec<u32> = patterns
            .chunks(words)
            .zip(own)
            .map(|(found, row)| bits::overlap(found, row))
            .collect();
        assert_eq!(
            recalled.overlaps[network * own.len()..][..own.len()],
            overlaps
        );
    }
    assert_eq!(
        networks.weights(1).expect("weights").len(),
        (shape[1] * fan_in) as usize
    );
}

/// What the host copies, and what the device draws.
#[test]
#[ignore = "needs a CUDA driver"]
fn a_pattern_without_a_one_is_refused_and_changes_nothing() {
    let device = device();
    let sizes = Sizes::of(&params::<U8>(
        [64, 40, 16, 5, 8],
        Rounding::Nearest,
        Assignment::Competitive,
        1,
    ));
    let seeds = [3, 4];
    let mut networks = Networks::new(&device, sizes, &seeds).expect("networks");
    // Three patterns per network; number 1 of network 1 has nothing.
    let words = [1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 9, 10];
    let patterns = Patterns::copy(&device, 64, 2, &words).expect("patterns");
    networks.learn(&patterns, 1).expect("learned");
    let before = networks.weights(0).expect("weights");
    let refused = networks.learn(&patterns, 2).map(drop);
    let empty = CudaError::Empty {
        network: 1,
        pattern: 1,
    };
    assert_eq!(refused, Err(empty));
    assert_eq!(networks.learned(), 1);
    assert_eq!(networks.weights(0).expect("weights"), before);
    let drawn = Patterns::random(&device, LEARNED, &TRIALS[..2], (64, 0), 5).expect("patterns");
    assert!(networks.learn(&drawn, 1).is_err());
}
