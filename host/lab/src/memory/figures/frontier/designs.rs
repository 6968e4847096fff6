//! Which memories are compared, of which sizes, and what they learn.

use slotless_core::kwinner::{Params, WiringKind};
use slotless_core::structured;
use slotless_core::weight::{Rounding, U4};

use crate::figures::Size;
use crate::memory::published::protocol;
use crate::memory::{Condition, Counted, Data, MemoryKind, Network, Protocol, WeightWidth};

/// Cue levels: of 100 ones 100, 50, 25 and 15 are kept.
const CUES: [f64; 4] = [1.0, 0.5, 0.25, 0.15];
/// That whose content is compared.
pub(super) const CUE: f64 = 0.5;
/// Kilobits of storage that each memory is given, the first the one that all are compared at.
pub(super) const KBITS: [u32; 3] = [400, 100, 800];
/// How many designs [`main_designs`] has.
pub(super) const MAIN: usize = 5;
/// Bits flipped from parent to child of the trees.
const FLIPS: [u32; 3] = [5, 10, 20];

fn of_kwinner(name: &str, n_h: u32, [f, eps]: [f64; 2], k: u32) -> Network {
    Network {
        name: name.to_owned(),
        n_h,
        f,
        k,
        eps,
        weights: WeightWidth::U4,
        rounding: Rounding::Stochastic,
        ..Network::default()
    }
}

fn other(name: &str, memory: MemoryKind, n_h: u32) -> Network {
    Network {
        name: name.to_owned(),
        n_h,
        memory,
        ..Network::default()
    }
}

/// Those that are held against each other everywhere, in so many kilobits. K-winner networks have computed wiring: masks would
/// be more than the weights.
pub(in super::super) fn main_designs(kbit: u32) -> Vec<Network> {
    let computed = Network {
        wiring: WiringKind::Structured,
        ..of_kwinner(
            "K-winner MHN",
            wired([1000, 5 * kbit, 50], 50),
            [0.05, 0.3],
            50,
        )
    };
    let one_winner = Network {
        weights: WeightWidth::U1,
        rounding: Rounding::Nearest,
        ..of_kwinner("1-winner MHN", kbit, [1.0, 1.0], 1)
    };
    vec![
        computed,
        one_winner,
        Network {
            // The most that a row of 62 words has room for.
            cap: Some(420),
            ..other("recency levels", MemoryKind::Recency, kbit / 2)
        },
        other("ring", MemoryKind::Ring, kbit * 1000 / 1024),
        other("coded ring", MemoryKind::CodedRing, kbit * 1000 / 478),
    ]
}

/// Of n_i, n_h and fan-in the n_h, or the nearest to it, that structured wiring takes.
fn wired([n_i, n_h, fan_in]: [u32; 3], winners: u32) -> u32 {
    let params = Params::<U4>::builder(n_i, n_h)
        .fan_in(fan_in)
        .winners(winners)
        .build();
    if params.is_ok_and(|params| params.structured().is_ok()) {
        return n_h;
    }
    structured::nearest(n_i, n_h, fan_in).unwrap_or(n_h)
}

/// Recency levels that are not packed, in 400 kbit.
fn plain_levels() -> Network {
    let rows = 3 * KBITS[0] / 10;
    other("recency levels, plain", MemoryKind::RecencyPlain, rows)
}

/// All of 400 kbit, but for networks of synapses between all units, which have a size of their own.
pub(super) fn all_designs() -> Vec<Network> {
    let kbit = KBITS[0];
    let slow = Network {
        wiring: WiringKind::Structured,
        ..of_kwinner(
            "K-winner MHN, eps = 0.1",
            wired([1000, 5 * kbit, 50], 50),
            [0.05, 0.1],
            50,
        )
    };
    let graded = of_kwinner("graded 1-winner MHN", kbit / 4, [1.0, 0.3], 1);
    let pairs = Network {
        parts: Some(2),
        ..other(
            "recency levels, ensemble of 2",
            MemoryKind::RecencyPlain,
            2 * 3 * kbit / 10,
        )
    };
    let willshaw = Network {
        eps: 0.01,
        n_h: Network::default().n_h,
        ..other("Willshaw network", MemoryKind::Willshaw, 0)
    };
    let hopfield = Network {
        n_h: Network::default().n_h,
        weights: WeightWidth::U4,
        ..other("Hopfield network", MemoryKind::Hopfield, 0)
    };
    let mut designs = main_designs(kbit);
    designs.extend([
        slow,
        graded,
        plain_levels(),
        pairs,
        other(
            "recency levels, pairs",
            MemoryKind::RecencyPairs,
            9 * kbit / 40,
        ),
        other(
            "slots, a random one replaced",
            MemoryKind::RandomSlots,
            kbit * 1000 / 1024,
        ),
        other(
            "slots, a fair sample",
            MemoryKind::ReservoirSlots,
            kbit * 1000 / 1024,
        ),
        willshaw,
        // 14 words of a pattern.
        other("polar ring", MemoryKind::PolarRing, kbit * 1000 / 448),
        hopfield,
    ]);
    designs
}

/// 16 KB of 256 units, 26 of which are ones.
fn small_designs() -> Vec<Network> {
    let small = |network: Network| Network {
        n_i: 256,
        s: 26,
        ..network
    };
    let levels = Network {
        recency_levels: Some(3),
        ..other("recency levels", MemoryKind::Recency, 341)
    };
    vec![
        small(Network {
            wiring: WiringKind::Structured,
            ..of_kwinner("K-winner MHN", wired([256, 512, 64], 13), [0.25, 0.3], 13)
        }),
        small(Network {
            weights: WeightWidth::U1,
            rounding: Rounding::Nearest,
            ..of_kwinner("1-winner MHN", 512, [1.0, 1.0], 1)
        }),
        small(levels),
        small(other("ring", MemoryKind::Ring, 512)),
        small(other("coded ring", MemoryKind::CodedRing, 1000)),
    ]
}

/// What is learned and how it is tested, at these cue levels, with content counted.
fn tested(size: Size, cues: &[f64]) -> Protocol {
    Protocol {
        counted: Counted::Content,
        ..protocol(size, cues)
    }
}

/// A design whose name says what is particular about its condition.
fn noted(network: Network, note: &str) -> Network {
    let name = format!("{}{note}", network.name);
    Network { name, ..network }
}

/// Every condition: 400 kbit, then other sizes, then 16 KB of 256 units, then trees, then wrong cues and damage.
pub(in super::super) fn conditions(size: Size) -> Vec<Condition> {
    let of = |network: Network, data: Data, note: &str| Condition {
        network: noted(network, note),
        data,
        protocol: tested(size, &CUES),
    };
    let mut all: Vec<Condition> = all_designs()
        .into_iter()
        .map(|network| of(network, Data::Random, ""))
        .collect();
    for kbit in &KBITS[1..] {
        let more = main_designs(*kbit).into_iter();
        all.extend(more.map(|network| of(network, Data::Random, &format!(", {kbit} kbit"))));
    }
    let small = small_designs().into_iter();
    all.extend(small.map(|network| of(network, Data::Random, ", 16 KB")));
    for b in FLIPS {
        let trees = main_designs(KBITS[0]).into_iter();
        all.extend(trees.map(|network| of(network, Data::Tree { b, steps: None }, "")));
    }
    all.extend(disturbed(size));
    all
}

/// Shares of bits that are flipped after learning, and of graded cells that move.
pub(super) const FLIPPED: [f64; 3] = [0.001, 0.01, 0.03];
pub(super) const JITTER: [f64; 2] = [0.01, 0.1];
/// Cues of 40 ones and 10 wrong units.
pub(super) const RIGHT: f64 = 0.4;
pub(super) const WRONG: f64 = 0.1;

/// Those that are disturbed: the main ones, and recency levels that are not packed.
pub(super) fn robust_designs() -> Vec<Network> {
    let mut designs = main_designs(KBITS[0]);
    designs.push(plain_levels());
    designs
}

/// Each of them with wrong cues, with flipped bits, and with moved cells where there are any.
fn disturbed(size: Size) -> Vec<Condition> {
    let mut all = Vec::new();
    for network in robust_designs() {
        let mut add = |note: &str, cue: f64, change: &dyn Fn(&mut Protocol)| {
            let mut protocol = tested(size, &[cue]);
            change(&mut protocol);
            all.push(Condition {
                network: noted(network.clone(), note),
                data: Data::Random,
                protocol,
            });
        };
        add(", wrong cues", RIGHT, &|protocol| protocol.added = WRONG);
        for flipped in FLIPPED {
            let note = format!(", {flipped} of bits flipped");
            add(&note, CUE, &|protocol| protocol.flipped = flipped);
        }
        for jitter in JITTER.into_iter().filter(|_| network.is_graded()) {
            let note = format!(", {jitter} of cells moved");
            add(&note, CUE, &|protocol| protocol.jitter = jitter);
        }
    }
    all
}
