//! The networks and the protocol of the paper, and which conditions its figures run.

use super::{Condition, Data, Network, Preprocess, Protocol};
use crate::figures::Size;

/// Flips between parent and child of the five data sets of S5 to S7.
pub const FLIPS: [u32; 5] = [5, 10, 15, 20, 30];

/// Trials of memories unless told otherwise.
#[must_use]
pub fn trials(size: Size) -> u32 {
    match size {
        Size::Paper => 200,
        Size::Quick => 40,
    }
}

pub(crate) fn protocol(size: Size, cues: &[f64]) -> Protocol {
    let (burn_in, learned) = match size {
        Size::Paper => (3000, 1000),
        Size::Quick => (1000, 500),
    };
    Protocol {
        burn_in,
        learned,
        cues: cues.to_vec(),
        ..Protocol::default()
    }
}

/// The paper's K-winner MHN.
#[must_use]
pub fn k_winner() -> Network {
    Network::default()
}

/// The paper's 1-winner ("original") MHN, matched in parameters.
#[must_use]
pub fn one_winner() -> Network {
    Network {
        name: "1-winner MHN".to_owned(),
        n_h: 100,
        f: 1.0,
        k: 1,
        eps: 1.0,
        ..k_winner()
    }
}

pub(crate) fn more_connected() -> Network {
    Network {
        name: "K-winner MHN, f = 0.1".to_owned(),
        n_h: 1000,
        f: 0.1,
        ..k_winner()
    }
}

pub(crate) fn graded() -> Network {
    Network {
        name: "graded 1-winner MHN".to_owned(),
        eps: 0.3,
        ..one_winner()
    }
}

pub(crate) fn slower() -> Network {
    Network {
        name: "K-winner MHN, eps = 0.1".to_owned(),
        eps: 0.1,
        ..k_winner()
    }
}

pub(crate) fn stacked() -> Network {
    Network {
        name: "K-winner MHN behind a fixed layer".to_owned(),
        preprocess: Some(Preprocess {
            n: 4000,
            f: 0.05,
            k: 200,
        }),
        ..k_winner()
    }
}

pub(crate) fn both_cues(network: Network, size: Size) -> Condition {
    Condition {
        network,
        data: Data::Random,
        protocol: protocol(size, &[1.0, 0.5]),
    }
}

pub(crate) fn on_tree(network: Network, b: u32, size: Size) -> Condition {
    Condition {
        network,
        data: Data::Tree { b, steps: None },
        protocol: protocol(size, &[1.0]),
    }
}

/// Both networks, in this order, on random patterns.
pub(crate) fn pair(size: Size) -> Vec<Condition> {
    vec![both_cues(k_winner(), size), both_cues(one_winner(), size)]
}

/// Both networks on the trees of every similarity.
pub(crate) fn on_trees(size: Size) -> Vec<Condition> {
    let pair = |b| [k_winner(), one_winner()].map(|network| on_tree(network, b, size));
    FLIPS.into_iter().flat_map(pair).collect()
}
