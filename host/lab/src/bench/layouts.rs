//! Whether the layout that the library chooses for a network is the fastest on this machine.

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::rows::{BACKEND, BYTES, LAYOUT, WEIGHTS};
use super::{Sizes, prepare, sizes};
use crate::figures::declared::file_kind;
use crate::memory::WeightWidth;
use slotless_files::dictionary::Variable;
use slotless_kernels::cpu::{Isa, Layout, Network};

/// How much longer than with the fastest layout a step may take before the choice is said to be off.
pub const TOLERATED: f64 = 0.1;

file_kind! {
    /// A row per network, weights, instructions and layout
    pub LAYOUTS: "{file}.csv" by "bench --layouts --csv" {
        Variable::text("network", "Sizes of the network: n_i, n_h and m"),
        Variable::integer("n_i", "units", "Visible units"),
        Variable::integer("n_h", "units", "Hidden units"),
        Variable::integer("s", "units", "Ones of a pattern"),
        Variable::integer("m", "units", "Fan-in: visible units wired to each hidden unit"),
        Variable::integer("k", "units", "Winners"),
        WEIGHTS,
        BACKEND,
        LAYOUT,
        Variable::integer("is_chosen", "", "1 for the layout that the library chooses, else 0"),
        Variable::number("learn_us", "us", "Least time of learning a pattern"),
        Variable::number("recall_us", "us", "Least time of a recall from a whole pattern"),
        BYTES,
    }
}

/// A network in one layout.
#[derive(Clone, Copy, Debug)]
pub struct Timed {
    /// The layout.
    pub layout: Layout,
    /// Least seconds of learning a pattern.
    pub learn: f64,
    /// Least seconds of a recall from a whole pattern.
    pub recall: f64,
    /// Bytes of the layout.
    pub bytes: usize,
}

impl Timed {
    /// The mean of the two steps, which is what the choice goes by.
    #[must_use]
    pub fn mean(&self) -> f64 {
        0.5 * (self.learn + self.recall)
    }
}

/// A network in each layout that it can have.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The network.
    pub sizes: Sizes,
    /// Width of its weights.
    pub weights: WeightWidth,
    /// Instructions.
    pub isa: Isa,
    /// What the library chooses.
    pub chosen: Layout,
    /// All of them.
    pub timed: Vec<Timed>,
}

impl Comparison {
    /// The fastest.
    ///
    /// # Panics
    /// If nothing was timed.
    #[must_use]
    pub fn fastest(&self) -> Timed {
        let least = |a: &&Timed, b: &&Timed| a.mean().total_cmp(&b.mean());
        *self.timed.iter().min_by(least).expect("a layout")
    }

    /// How much longer the chosen layout takes than the fastest: 0 if it is that.
    #[must_use]
    pub fn excess(&self) -> f64 {
        let chosen = self.timed.iter().find(|of| of.layout == self.chosen);
        chosen.map_or(0.0, |of| of.mean() / self.fastest().mean() - 1.0)
    }

    /// Rows of [`LAYOUTS`].
    #[must_use]
    pub fn cells(&self) -> Vec<Vec<String>> {
        let of = &self.sizes;
        let network = [of.n_i, of.n_h, of.s, of.m, of.k].map(|size| size.to_string());
        let row = |timed: &Timed| {
            let mut cells = vec![of.name.to_owned()];
            cells.extend_from_slice(&network);
            cells.extend([
                format!("u{}", self.weights.bits()),
                self.isa.to_string(),
                timed.layout.name().to_owned(),
                u8::from(timed.layout == self.chosen).to_string(),
                format!("{:.4}", 1e6 * timed.learn),
                format!("{:.4}", 1e6 * timed.recall),
                timed.bytes.to_string(),
            ]);
            cells
        };
        self.timed.iter().map(row).collect()
    }
}

/// The networks: name, visible and hidden units, fan-in and winners.
const NETWORKS: [(&str, [u32; 4]); 12] = [
    ("1000x2000x20", [1_000, 2_000, 20, 50]),
    ("1000x2000x50", [1_000, 2_000, 50, 50]),
    ("1000x1000x100", [1_000, 1_000, 100, 50]),
    ("1000x500x200", [1_000, 500, 200, 25]),
    ("1000x200x500", [1_000, 200, 500, 5]),
    ("1000x100x1000", [1_000, 100, 1_000, 1]),
    ("256x512x16", [256, 512, 16, 16]),
    ("256x256x32", [256, 256, 32, 8]),
    ("4000x1000x800", [4_000, 1_000, 800, 25]),
    ("2000x4000x400", [2_000, 4_000, 400, 50]),
    ("4000x4000x100", [4_000, 4_000, 100, 100]),
    ("10000x4000x200", [10_000, 4_000, 200, 100]),
];

/// Every network, with 3, 10 and 30 % of its units active; named by visible units, hidden units and fan-in.
pub fn networks() -> impl Iterator<Item = Sizes> {
    NETWORKS.into_iter().flat_map(|(name, [n_i, n_h, m, k])| {
        [3, 10, 30].map(|percent| Sizes {
            name,
            n_i,
            n_h,
            s: n_i * percent / 100,
            m,
            k,
            ..sizes::PAPER[0]
        })
    })
}

/// Times a network in each of its layouts, one after the other in rounds, so that a busy moment is one for all of them.
#[must_use]
pub fn compare(sizes: &Sizes, weights: WeightWidth, isa: Isa, budget: Duration) -> Comparison {
    const PATTERNS: usize = 400;
    const STEPS: usize = 50;
    let params = sizes.params(weights);
    let chosen = Network::with(params, isa, None).layout();
    let mut networks: Vec<_> = Layout::ALL
        .into_iter()
        .map(|layout| Network::with(params, isa, Some(layout)))
        .zip(Layout::ALL)
        .filter(|(network, layout)| network.layout() == *layout)
        .map(|(network, layout)| {
            let (network, data) = prepare(network, sizes, PATTERNS);
            let timed = Timed {
                layout,
                learn: f64::INFINITY,
                recall: f64::INFINITY,
                bytes: network.bytes(),
            };
            (network, data, timed)
        })
        .collect();
    let (start, mut next) = (Instant::now(), 0);
    let mut rounds = 0;
    while rounds < 3 || start.elapsed() < budget {
        for (network, data, timed) in &mut networks {
            let mut recalled = vec![0; data.words().len() / data.len()];
            let mut time = |step: &mut dyn FnMut(&mut Network, usize)| {
                let one = Instant::now();
                (next..next + STEPS).for_each(|at| step(network, at));
                one.elapsed().as_secs_f64() / STEPS as f64
            };
            let learn = time(&mut |network, at| {
                black_box(network.learn(data.get(at)).expect("ones"));
            });
            let recall = time(&mut |network, at| {
                black_box(network.recall(data.get(at), data.ones()[at], &mut recalled));
            });
            timed.learn = timed.learn.min(learn);
            timed.recall = timed.recall.min(recall);
        }
        next = (next + STEPS) % PATTERNS;
        rounds += 1;
    }
    Comparison {
        sizes: *sizes,
        weights,
        isa,
        chosen,
        timed: networks.into_iter().map(|(_, _, timed)| timed).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_is_timed_and_the_choice_is_one_of_them() {
        let mut layouts = Vec::new();
        for sizes in networks().filter(|of| of.n_i == 256 || of.m == of.n_i) {
            let of = compare(&sizes, WeightWidth::U8, Isa::PORTABLE, Duration::ZERO);
            assert!(of.timed.iter().any(|timed| timed.layout == of.chosen));
            assert!(of.excess() >= 0.0 && of.fastest().mean() > 0.0);
            assert!(
                of.cells()
                    .iter()
                    .all(|row| row.len() == LAYOUTS.variables.len())
            );
            layouts.extend(of.timed.iter().map(|timed| timed.layout));
        }
        assert!(Layout::ALL.into_iter().all(|of| layouts.contains(&of)));
    }

    #[test]
    fn a_choice_is_off_by_what_it_takes_longer() {
        let timed = |layout, learn, recall| Timed {
            layout,
            learn,
            recall,
            bytes: 1,
        };
        let mut of = compare(
            &networks().next().expect("networks"),
            WeightWidth::U8,
            Isa::PORTABLE,
            Duration::ZERO,
        );
        of.timed = vec![
            timed(Layout::Lists, 3.0, 3.0),
            timed(Layout::Tiles, 1.0, 3.0),
        ];
        for (chosen, excess) in [(Layout::Lists, 0.5), (Layout::Tiles, 0.0)] {
            of.chosen = chosen;
            assert_eq!(of.fastest().layout, Layout::Tiles);
            assert!((of.excess() - excess).abs() < 1e-12);
        }
    }
}
