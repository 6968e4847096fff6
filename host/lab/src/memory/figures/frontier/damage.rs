//! What is left with damaged storage, and what wrong units in cues do.

use slotless_draw::{CurvePanel, DrawError, Figure, LegendPlace, Picture, Role, Series};

use super::designs::{CUE, FLIPPED, JITTER, RIGHT, WRONG, robust_designs};
use super::{at, per_bit, role_of};
use crate::memory::curves::Curves;
use crate::memory::figures::paper::{cue_title, trials_note};
use crate::memory::figures::retention::Quantity;
use crate::memory::{Measured, Network, Protocol};

/// The age whose accuracy is shown by damage.
const AGE: usize = 200;

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

/// Accuracy at [`AGE`], or the last age there is.
fn accuracy(one: &Measured<'_>) -> f64 {
    let Some(curves) = at(one, CUE) else {
        return f64::NAN;
    };
    let mean = &curves.real.mean;
    mean[AGE.min(mean.len()) - 1]
}

/// A line through points that are marked.
fn marked(mut panel: CurvePanel, label: &str, role: Role, [x, y]: [Vec<f64>; 2]) -> CurvePanel {
    for (&x, &y) in x.iter().zip(&y) {
        panel = panel.series(Series::new("", role, vec![x], vec![y]).width(4.0));
    }
    panel.series(Series::new(label, role, x, y).width(1.3))
}

/// The picture.
pub(super) fn draw(measured: &[Measured<'_>]) -> Result<Picture, DrawError> {
    let designs = Disturbed::all(measured);
    let cue = cue_title(CUE);
    let flips = |label: &str| {
        let panel = CurvePanel::new("bits flipped after learning (%)", label);
        panel.x_range(0.0, 100.0 * FLIPPED[FLIPPED.len() - 1])
    };
    let mut accuracies = flips(&format!("accuracy at age {AGE}"))
        .title(&cue)
        .y_range(0.0, 1.0);
    let mut contents = flips("content per bit of storage")
        .title(&cue)
        .y_range(0.0, 0.7);
    let mut moves = CurvePanel::new(
        "graded cells moved by one (%)",
        "content per bit of storage",
    )
    .title(&cue)
    .x_range(0.0, 100.0 * JITTER[JITTER.len() - 1])
    .y_range(0.0, 0.7);
    let mut cues = CurvePanel::new("age (patterns learned since, 1 = newest)", "accuracy")
        .title("cues of 40 ones and 10 wrong units; dashed: 50 ones")
        .y_range(0.0, 1.0);
    for design in &designs {
        let (name, role) = (design.network.name.as_str(), design.role);
        let flipped = |share| [0.0, share, 0.0];
        let points = design.by(&FLIPPED, flipped, accuracy);
        accuracies = marked(accuracies, name, role, points);
        contents = marked(contents, "", role, design.by(&FLIPPED, flipped, per_bit));
        if design.network.is_graded() {
            let moved = |share| [0.0, 0.0, share];
            moves = marked(moves, "", role, design.by(&JITTER, moved, per_bit));
        }
        let curves = |one: Option<&'_ Measured<'_>>, cue: f64| -> Option<Vec<f64>> {
            let curves: &Curves = at(one?, cue)?;
            Some(curves.real.mean.clone())
        };
        let line = |y: Vec<f64>| {
            let x = (1..=y.len()).map(|age| age as f64).collect();
            Series::new("", role, x, y)
        };
        if let Some(right) = curves(design.with([0.0; 3]), CUE) {
            cues = cues.series(line(right).baseline());
        }
        if let Some(wrong) = curves(design.with([WRONG, 0.0, 0.0]), RIGHT) {
            cues = cues.series(line(wrong).width(1.3));
        }
    }
    Figure::new("Damaged storage and wrong cues", 2, 2)
        .subtitle("the same 400 kbit; bits of weights, slots, codes, maps and levels are flipped, counters are not")
        .legend(LegendPlace::Below)
        .note(&trials_note(measured, &[Quantity::Accuracy]))
        .panel(accuracies)
        .panel(contents)
        .panel(moves)
        .panel(cues)
        .draw()
}
