//! What a trial takes, before anything of it is made.

use slotless_core::bits;
use slotless_core::kwinner::Code;

use super::{Condition, Counted, Data, Intrusions};
use crate::run::work::{Held, Work};

/// Steps of the parts of a trial, each of about a nanosecond.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    /// All patterns.
    pub data: f64,
    /// The network's wiring and start weights, and the fixed layer's.
    pub build: f64,
    /// Learning a pattern.
    pub learn: f64,
    /// Recalling from a cue.
    pub recall: f64,
}

impl Condition {
    /// Sets of patterns that are tested.
    fn sets(&self) -> f64 {
        if self.data.structured() { 3.0 } else { 2.0 }
    }

    pub(crate) fn steps(&self) -> Steps {
        let network = &self.network;
        let patterns = self.protocol.patterns() as f64;
        let mut data =
            patterns * (50.0 + f64::from(network.n_i) / 8.0 + 4.0 * f64::from(network.s));
        if let Data::Similarity { .. } = self.data {
            // Products of a triangle and normal numbers, unit by unit.
            data += patterns * (patterns / 2.0 + 20.0) * f64::from(network.n_i);
        }
        if let Ok(design) = network.design(0) {
            let [learn, recall] = design.steps(network.s);
            return Steps {
                data,
                build: design.bytes() / 4.0,
                learn,
                recall,
            };
        }
        let (stored, active) = network.stored();
        let [n_i, n_h, k, m] =
            [network.n_i, network.n_h, network.k, network.fan_in()].map(f64::from);
        let [stored, active] = [stored, active].map(f64::from);
        // Graded ones are gone through bit by bit of their activities, a half of them for each.
        let winners = match network.winners_code {
            Code::Binary => 1.0,
            Code::Graded => 4.0,
        };
        let layer = network.preprocess.map_or(0.0, |layer| {
            f64::from(layer.n) * (1.0 + layer.f * f64::from(network.s))
        });
        let each = 100.0 + n_h * m * active / stored + winners * k * m + (n_h + n_i) / 4.0 + layer;
        Steps {
            data,
            build: 20.0 * n_h * m + 20.0 * layer,
            learn: each,
            recall: each,
        }
    }

    /// Recalls from a cue: where content is counted, a K-winner network's of each class; other memories answer once.
    pub(crate) fn answers(&self) -> f64 {
        let steps = f64::from(self.protocol.recall_steps);
        match (self.protocol.counted, self.network.memory.is_kwinner()) {
            (Counted::Content, true) => self.classes() as f64,
            _ => steps,
        }
    }

    /// Comparisons of an answer with all that was learned, as parts of a recall.
    pub(crate) fn compared(&self) -> f64 {
        match self.protocol.intrusions {
            Intrusions::Uncounted => 0.0,
            Intrusions::Counted => {
                let patterns = f64::from(self.protocol.burn_in) + f64::from(self.protocol.learned);
                patterns * f64::from(self.network.n_i) / 256.0
            }
        }
    }

    /// What a trial takes.
    #[must_use]
    pub fn work(&self) -> Work {
        let (network, protocol) = (&self.network, &self.protocol);
        let [burn_in, learned] = [protocol.burn_in, protocol.learned].map(f64::from);
        let [n_i, n_h] = [network.n_i, network.n_h].map(f64::from);
        let steps = self.steps();
        let tests = protocol.cues.len() as f64 * self.sets() * learned;
        let classes = self.classes() as f64;
        let answers = self.answers();
        // Damage lays the network out anew.
        let builds = if protocol.damages() { 2.0 } else { 1.0 };
        let mut work = Work::new(
            steps.data
                + builds * steps.build
                + steps.learn * (burn_in + learned)
                + steps.recall * answers * tests
                + self.compared() * tests,
        );
        let sizes = [("n_h", n_h, 2000.0), ("n_i", n_i, 1000.0)];
        // A condition that cannot be resolved is refused where it is checked.
        let layout = match network.design(0) {
            Ok(design) => design.bytes(),
            Err(_) => network
                .resolve(0)
                .map_or(0.0, |params| params.layout_bytes()),
        };
        work = work.with(Held::OnTheWay, &sizes, layout);
        let counts = [
            ("learned", learned, 1000.0),
            ("burn_in", burn_in, 3000.0),
            ("n_i", n_i, 1000.0),
        ];
        let row = |units: u32| 4.0 * bits::words_for(units) as f64 + 4.0;
        // What is learned, and of what is tested the patterns; the cues and what is recalled come a few at a time.
        let rows = burn_in + (2.0 + self.sets()) * learned;
        work = work.with(Held::OnTheWay, &counts, rows * row(network.n_i));
        match self.data {
            // Every node has its pattern, its parent and its children.
            Data::Tree { steps, .. } => {
                let nodes = steps.map_or(3.0 * protocol.patterns() as f64, f64::from);
                let more = [counts[0], counts[1], counts[2], ("steps", nodes, 15_000.0)];
                work = work.with(Held::OnTheWay, &more, nodes * (row(network.n_i) + 60.0));
            }
            Data::Correlated { categories, .. } => {
                let more = [("categories", f64::from(categories), 10.0), counts[2]];
                let bytes = 2.0 * f64::from(categories) * row(network.n_i);
                work = work.with(Held::OnTheWay, &more, bytes);
            }
            // The matrix and, of every unit, a number for each row; as many rows as are needed.
            Data::Similarity { .. } => {
                let rows = protocol.patterns() as f64;
                work = work.with(Held::OnTheWay, &counts, 8.0 * rows * (n_i + rows));
            }
            _ => {}
        }
        if let Some(layer) = network.preprocess {
            let fan_in = f64::from(layer.fan_in(network.n_i));
            let units = f64::from(layer.n);
            // Masks, and lists twice while they are made.
            let bytes = units * (row(network.n_i) + 12.0 * fan_in) + learned * row(layer.n);
            work = work.with(
                Held::OnTheWay,
                &[("preprocess n", units, 4000.0), counts[2]],
                bytes,
            );
        }
        // Ones, overlaps and scores in the records, once more as arrays, and as shares of one cue level.
        let counts_each = match protocol.counted {
            Counted::Overlap => 0.0,
            Counted::Content => 8.0 * classes,
        };
        let kept = 100.0 + 2.0 * (16.0 * learned + (16.0 + counts_each) * tests) + 32.0 * learned;
        work = work.with(Held::Kept, &counts[..1], kept);
        // A row of 32 cells for each age, cue level and baseline.
        let baselines = self.sets() - 1.0;
        let cells = 32.0 * 56.0 * learned * protocol.cues.len() as f64 * baselines;
        work.with(Held::AtTheEnd, &counts[..1], cells)
    }
}
