//! Recognisers: bit for bit what the naive ones do, what is refused, and any words as a state.

mod bad_input;
mod grow;
mod labelled;
mod means;
mod ring;
mod saved;
mod vectors;

use slotless_core::recogniser::Recognition;

use crate::naive::Pcg;
use crate::naive::recogniser::Recognised;

/// A stream of samples around a centre for each class: labels, and now and then any sample.
fn sample(draws: &mut Pcg, d: u64, classes: u64) -> (Vec<u8>, u8) {
    let label = draws.below(classes);
    if draws.below(8) == 0 {
        return (
            (0..d).map(|_| draws.below(256) as u8).collect(),
            label as u8,
        );
    }
    let mut centre = Pcg::new(label, 17);
    let feature = |_| {
        let around = centre.below(256) as i64 + draws.below(61) as i64 - 30;
        around.clamp(0, 255) as u8
    };
    ((0..d).map(feature).collect(), label as u8)
}

/// What was recognised, as the naive ones tell it.
fn told(found: Option<Recognition>) -> Option<Recognised> {
    found.map(|found| {
        let other = found.runner_up();
        (
            found.label().into(),
            found.distance().into(),
            other.map(|other| (other.label.into(), other.distance.into())),
            found.score().into(),
        )
    })
}
