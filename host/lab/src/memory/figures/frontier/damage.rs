//! What is left with damaged storage, and what wrong units in cues do.

use std::ops::Range;

use slotless_draw::{CurvePanel, Figure, LegendPlace, Role, Series};

use super::designs::{CUE, FLIPPED, JITTER, RIGHT, WRONG, robust_designs};
use super::{at, per_bit, role_of};
use crate::figures::numbers::mean;
use crate::figures::output::trials_of;
use crate::memory::curves::Curves;
use crate::memory::figures::paper::cue_title;
use crate::memory::{Measured, Network, Protocol};

/// The ages, from 0, whose accuracy is shown by damage.
const AGES: Range<usize> = 150..250;
/// Ages that a point of accuracy by age is the mean of.
const BIN: usize = 25;

/// A design as it is, and with each disturbance.
struct Disturbed<'m> {
    network: Network,
    role: Role,
    of: Vec<&'m Measured<'m>>,
}

impl<'m> Disturbed<'m> {
    fn all(measured: &'m [Measured<'m>]) -> Vec<Self> {
        let designs = robust_designs().into_iter().map(|network| {
            // One network under names that tell what is done to it.
            let is_of = |one: &&Measured<'_>| {
                let condition = &one.results.condition;
                let named = Network {
                    name: network.name.clone(),
                    ..condition.network.clone()
                };
                named == network && !condition.data.structured()
            };
            Self {
                of: measured.iter().filter(is_of).collect(),
                role: role_of(network.memory, &network.name),
                network,
            }
        });
        designs.collect()
    }

    /// That with so much of everything.
    fn with(&self, [added, flipped, jitter]: [f64; 3]) -> Option<&'m Measured<'m>> {
        let is_it = |protocol: &Protocol| {
            [protocol.added, protocol.flipped, protocol.jitter] == [added, flipped, jitter]
        };
        let all = self.of.iter();
        all.copied()
            .find(|one| is_it(&one.results.condition.protocol))
    }

    /// Values by how much is done, from nothing on, in percent.
    fn by(
        &self,
        shares: &[f64],
        place: impl Fn(f64) -> [f64; 3],
        value: impl Fn(&Measured<'_>) -> f64,
    ) -> [Vec<f64>; 2] {
        let shares = [&[0.0], shares].concat();
        let points = shares
            .iter()
            .filter_map(|&share| Some((100.0 * share, value(self.with(place(share))?))));
        let (x, y) = points.unzip();
        [x, y]
    }
}

/// Mean accuracy over [`AGES`].
fn accuracy(one: &Measured<'_>) -> f64 {
    let ages = at(one, CUE).and_then(|curves| curves.real.mean.get(AGES));
    ages.map_or(f64::NAN, mean)
}

/// Accuracy by age, in means over [`BIN`] ages.
fn by_age(curves: &Curves) -> [Vec<f64>; 2] {
    let bins = curves.real.mean.chunks(BIN).zip(0..);
    let points = bins.map(|(bin, number)| {
        let middle = (number * BIN) as f64 + (bin.len() + 1) as f64 / 2.0;
        (middle, mean(bin))
    });
    let (x, y) = points.unzip();
    [x, y]
}

fn line(panel: CurvePanel, label: &str, role: Role, [x, y]: [Vec<f64>; 2]) -> CurvePanel {
    panel.series(Series::new(label, role, x, y).width(1.3))
}

/// The picture.
pub(super) fn draw(measured: &[Measured<'_>]) -> Figure {
    let designs = Disturbed::all(measured);
    let cue = cue_title(CUE);
    // From a little before the first point to a little behind the last.
    let wide = |panel: CurvePanel, most: f64| panel.x_range(-2.5 * most, 102.5 * most);
    let flips = |label: &str| {
        let panel = CurvePanel::new("bits flipped after learning (%)", label);
        wide(panel, FLIPPED[FLIPPED.len() - 1]).title(&cue)
    };
    let ages = format!("accuracy, ages {} to {}", AGES.start + 1, AGES.end);
    let mut accuracies = flips(&ages).y_range(0.0, 1.02);
    let mut contents = flips("content per bit of storage").y_range(-0.02, 0.7);
    let moves = CurvePanel::new(
        "graded cells moved by one (%)",
        "content per bit of storage",
    );
    let mut moves = wide(moves, JITTER[JITTER.len() - 1])
        .title(&cue)
        .y_range(-0.02, 0.7);
    let mut cues = CurvePanel::new("age (patterns learned since, 1 = newest)", "accuracy")
        .title("40 ones and 10 wrong units; dashed: 50 ones")
        .y_range(0.0, 1.02);
    for design in &designs {
        let (name, role) = (design.network.name.as_str(), design.role);
        let flipped = |share| [0.0, share, 0.0];
        let points = design.by(&FLIPPED, flipped, accuracy);
        accuracies = line(accuracies, name, role, points);
        contents = line(contents, "", role, design.by(&FLIPPED, flipped, per_bit));
        if design.network.is_graded() {
            let moved = |share| [0.0, 0.0, share];
            moves = line(moves, "", role, design.by(&JITTER, moved, per_bit));
        }
        let curve = |one: Option<&Measured<'_>>, cue: f64| {
            let [x, y] = by_age(at(one?, cue)?);
            Some(Series::new("", role, x, y).width(1.3))
        };
        if let Some(right) = curve(design.with([0.0; 3]), CUE) {
            cues = cues.series(right.baseline());
        }
        if let Some(wrong) = curve(design.with([WRONG, 0.0, 0.0]), RIGHT) {
            cues = cues.series(wrong);
        }
    }
    let trials = trials_of(
        measured
            .first()
            .map_or(0, |one| one.results.trials() as u32),
    );
    Figure::new("Damaged storage and wrong cues", 2, 2)
        .subtitle("the same 400 kbit; bits of weights, slots, codes, maps and levels are flipped, counters are not")
        .legend(LegendPlace::Below)
        .note(&format!("Means over {trials}; in D over {BIN} ages, too."))
        .panel(accuracies)
        .panel(contents)
        .panel(moves)
        .panel(cues)
}
