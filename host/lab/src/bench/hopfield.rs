//! Timing of Hopfield networks: passes over their weights and memories, and whole recalls.

use std::hint::black_box;
use std::time::{Duration, Instant};

use slotless_core::bits;
use slotless_core::hopfield::{Recall, descend, update_order};
use slotless_core::rng;

use super::Timing;
use super::limits::copy_bandwidth;
use crate::patterns::random;
use crate::purpose::bench as purpose;
use slotless_kernels::cpu::Isa;
use slotless_kernels::hopfield::{classical, modern};

/// A Hopfield network whose steps are timed.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Its name in tables.
    pub name: &'static str,
    /// Units, N.
    pub units: u32,
    /// Memories, K.
    pub memories: u32,
    /// Which network.
    pub kind: Kind,
}

/// Which network is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`classical::Network`].
    Classical,
    /// [`modern::Network`].
    Modern,
}

/// Networks that fit the caches and such that do not.
pub const SIZES: [Sizes; 5] = [
    Sizes {
        name: "hop_1000",
        units: 1000,
        memories: 100,
        kind: Kind::Classical,
    },
    Sizes {
        name: "hop_4000",
        units: 4000,
        memories: 500,
        kind: Kind::Classical,
    },
    Sizes {
        name: "modern_1000",
        units: 1000,
        memories: 100,
        kind: Kind::Modern,
    },
    Sizes {
        name: "modern_4000",
        units: 4000,
        memories: 500,
        kind: Kind::Modern,
    },
    Sizes {
        name: "modern_20000",
        units: 384,
        memories: 20_000,
        kind: Kind::Modern,
    },
];

/// A step that was timed.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is.
    pub step: &'static str,
    /// Kind of number.
    pub numbers: &'static str,
    /// Seconds.
    pub timing: Timing,
    /// Bytes of weights or memories.
    pub bytes: usize,
    /// Bytes that a step moves, where that is known beforehand.
    pub moved: Option<f64>,
    /// Bytes per second that a copy moves in a working set as large.
    pub copy: f64,
}

/// Times every step of a network with these instructions, each for about `budget` and at least three rounds.
#[must_use]
pub fn rows(sizes: &Sizes, isa: Isa, budget: Duration) -> Vec<Row> {
    match sizes.kind {
        Kind::Classical => classical_rows(sizes, isa, budget),
        Kind::Modern => modern_rows(sizes, isa, budget),
    }
}

/// Means over rounds that take a millisecond or more.
fn timed(budget: Duration, mut step: impl FnMut()) -> Timing {
    let once = Instant::now();
    step();
    let calls = (1e-3 / once.elapsed().as_secs_f64().max(1e-9)).ceil() as u32;
    let mut rounds = Vec::new();
    let start = Instant::now();
    while rounds.len() < 3 || start.elapsed() < budget {
        let one = Instant::now();
        for _ in 0..calls {
            step();
        }
        rounds.push(one.elapsed().as_secs_f64() / f64::from(calls));
    }
    Timing::of(rounds)
}

fn classical_rows(sizes: &Sizes, isa: Isa, budget: Duration) -> Vec<Row> {
    let (units, half) = (sizes.units, sizes.units / 2);
    let data = random(
        20_260,
        purpose::MEMORIES,
        0,
        units,
        half,
        sizes.memories as usize,
    );
    let memories: Vec<u32> = data.iter().flatten().copied().collect();
    let network = classical::Network::with(units, &memories, isa);
    let words = bits::words_for(units);
    // The first memory with a tenth of its units flipped.
    let mut cue = vec![0; words];
    let mut draws = rng::stream(20_260, purpose::FLIPS, 0, 0);
    bits::sample(units, units / 10, &mut draws, &mut cue).expect("a tenth of the units");
    for (word, memory) in cue.iter_mut().zip(&memories) {
        *word ^= memory;
    }
    let (bytes, copy) = (network.bytes(), copy_bandwidth(network.bytes()));
    let numbers = if bytes > (units * units) as usize * 3 / 2 {
        "i16"
    } else {
        "i8"
    };
    let row = |step, timing, moved| Row {
        step,
        numbers,
        timing,
        bytes,
        moved,
        copy,
    };
    let mut fields = vec![0; units as usize];
    let pass = timed(budget, || network.fields(black_box(&cue), &mut fields));
    let mut descent = network.start(&cue);
    let mut unit = 0;
    let flips = timed(budget, || {
        // Each unit in its turn, whatever its field: the rows come from all over the weights.
        unit = (unit + 1) % units;
        black_box(&mut descent).flip(unit);
    });
    let mut order = vec![0; units as usize];
    let mut descent = network.start(&cue);
    let recall = timed(budget, || {
        descent.restart(black_box(&cue));
        let mut draws = update_order(0, &cue, 0);
        let run = descend(
            &mut descent,
            &Recall::sweeps(),
            &mut draws,
            &mut order,
            |_| {},
        );
        black_box(run).expect("an order of all units");
    });
    let weight = bytes as f64 / f64::from(units);
    vec![
        row("fields", pass, Some(bytes as f64)),
        // A row of weights, and the fields read and written.
        row("flip", flips, Some(weight + 8.0 * f64::from(units))),
        row("recall", recall, None),
    ]
}

fn modern_rows(sizes: &Sizes, isa: Isa, budget: Duration) -> Vec<Row> {
    let (units, half) = (sizes.units, sizes.units / 2);
    let data = random(
        20_260,
        purpose::MODERN,
        0,
        units,
        half,
        sizes.memories as usize,
    );
    let signs = |pattern: &[u32]| -> Vec<f32> {
        let sign = |unit| if bits::get(pattern, unit) { 1.0 } else { -1.0 };
        (0..units).map(sign).collect()
    };
    let memories: Vec<f32> = data.iter().flat_map(signs).collect();
    let network = modern::Network::with(units, &memories, 1.0 / 16.0, isa);
    // The first half of a memory, nothing in the other.
    let mut state = memories[..units as usize].to_vec();
    state[half as usize..].fill(0.0);
    let mut shares = vec![0.0; sizes.memories as usize];
    let mut next = state.clone();
    let (bytes, copy) = (network.bytes(), copy_bandwidth(network.bytes()));
    let row = |step, timing, moved| Row {
        step,
        numbers: "f32",
        timing,
        bytes,
        moved,
        copy,
    };
    let similarities = timed(budget, || {
        network.similarities(black_box(&state), &mut shares)
    });
    let step = timed(budget, || {
        network.step(black_box(&state), &mut shares, &mut next)
    });
    vec![
        row("similarities", similarities, Some(bytes as f64)),
        row("step", step, None),
    ]
}
