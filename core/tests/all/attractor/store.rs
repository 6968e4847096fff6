//! Pairs for tests: codes around a few prototypes, so that overlaps of all sizes and many ties come up.

use proptest::prelude::*;
use slotless_core::attractor::{Index, Params};

use crate::naive::Pcg;
use crate::naive::attractor::{Memory, Sizes};

/// A memory of both kinds.
#[derive(Debug)]
pub struct Both {
    pub index: Index<Vec<u32>>,
    pub pairs: Vec<Option<(Vec<u32>, Vec<u32>)>>,
    pub params: Params,
}

impl Both {
    pub fn naive(&self) -> Memory {
        let sizes = Sizes {
            n: self.params.units() as usize,
            k: self.params.active() as usize,
            seed: self.params.seed(),
        };
        Memory {
            sizes,
            pairs: self.pairs.clone(),
        }
    }
}

/// `k` of `n` units, some of them kept from a prototype.
pub fn near(draws: &mut Pcg, prototype: &[u32], n: u32, k: u32) -> Vec<u32> {
    let mut code: Vec<u32> = prototype
        .iter()
        .copied()
        .filter(|_| draws.below(4) > 0)
        .take(k as usize)
        .collect();
    while code.len() < k as usize {
        let unit = draws.below(n.into()) as u32;
        if !code.contains(&unit) {
            code.push(unit);
        }
    }
    code.sort_unstable();
    code
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub n: u32,
    pub k: u32,
    pub pairs: u32,
    pub seed: u64,
    pub forget: Vec<u32>,
}

pub fn plans() -> impl Strategy<Value = Plan> {
    (1u32..60, 0f64..1.0, 0u32..40, any::<u64>()).prop_flat_map(|(n, share, pairs, seed)| {
        let forgotten = prop::collection::vec(0..pairs.max(1), 0..6);
        forgotten.prop_map(move |forget| Plan {
            n,
            k: 1 + (share * f64::from((n - 1).min(9))) as u32,
            pairs,
            seed,
            forget,
        })
    })
}

/// The memory of a plan, and a cue for it.
pub fn made(plan: &Plan) -> (Both, Vec<u32>) {
    let &Plan {
        n, k, pairs, seed, ..
    } = plan;
    let params = Params::builder(n, k).seed(seed).build().unwrap();
    let capacity = pairs + 1;
    let words = vec![7; Index::<()>::words(params, capacity)];
    let mut index = Index::new(params, capacity, words).unwrap();
    let mut draws = Pcg::stream(seed, 300, 0, 0);
    let prototypes: Vec<Vec<u32>> = (0..4).map(|_| near(&mut draws, &[], n, k)).collect();
    let code = |draws: &mut Pcg| {
        let prototype = draws.below(4) as usize;
        near(draws, &prototypes[prototype], n, k)
    };
    let mut kept = Vec::new();
    for pair in 0..pairs {
        let (cue, target) = (code(&mut draws), code(&mut draws));
        assert_eq!(index.store(&cue, &target).unwrap(), pair);
        kept.push(Some((cue, target)));
    }
    for &pair in plan.forget.iter().filter(|&&pair| pair < pairs) {
        let there = kept[pair as usize].take().is_some();
        assert_eq!(index.forget(pair).is_ok(), there);
    }
    // A cue may have fewer units, or more.
    let mut cue = code(&mut draws);
    let other = code(&mut draws);
    match draws.below(4) {
        0 => cue.truncate(cue.len() / 2),
        1 => {
            cue.extend(other);
            cue.sort_unstable();
            cue.dedup();
        }
        _ => {}
    }
    let both = Both {
        index,
        pairs: kept,
        params,
    };
    (both, cue)
}
