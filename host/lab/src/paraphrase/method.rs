//! The ways of recall that are compared.

use slotless_core::attractor::Recall;
use slotless_core::fixed::types::I16F16;

/// A way of recall.
#[derive(Clone, Debug)]
pub struct Method {
    /// Name in files and tables.
    pub name: String,
    pub(super) means: Means,
}

/// What a cue goes through.
#[derive(Clone, Copy, Debug)]
pub(super) enum Means {
    /// Codes, the cue as long as those stored.
    Codes(Recall),
    /// Recurrent codes after this many steps.
    Recurrent { inhibition: I16F16, steps: usize },
    /// Codes, the cue wider than those stored.
    Wide(Recall),
    /// Vectors: of the nearest cues by cosine, targets with softmax weights.
    Softmax { nearest: usize, beta: f32 },
    /// Vectors: the target of the nearest cue.
    Nearest,
}

/// Cues that take part in two stages.
const NEAREST: u32 = 20;

fn beta(value: f64) -> I16F16 {
    I16F16::from_num(value)
}

/// All of them, in the order of every table: those of exp07, two stages, the two with a wide cue, and those over vectors.
///
/// # Panics
/// Never: the settings are in range, and tested.
#[must_use]
pub fn methods() -> Vec<Method> {
    let sound = "settings in range";
    let method = |name: &str, means| Method {
        name: name.to_owned(),
        means,
    };
    let mut all = vec![
        method("flat", Means::Codes(Recall::flat())),
        method(
            "attractor",
            Means::Codes(Recall::attractor(10).expect(sound)),
        ),
    ];
    for value in [4, 8, 16] {
        let recall = Recall::hopfield(beta(value.into()), 3).expect(sound);
        all.push(method(
            &format!("hopfield-beta{value}"),
            Means::Codes(recall),
        ));
    }
    for inhibition in [0.1, 0.5, 1.0] {
        for steps in 1..=5 {
            let means = Means::Recurrent {
                inhibition: beta(inhibition),
                steps,
            };
            let name = format!("recurrent-inhibition{inhibition}-step{steps}");
            all.push(method(&name, means));
        }
    }
    let two_stage =
        |value: f64, steps| Recall::two_stage(NEAREST, beta(value), steps).expect(sound);
    all.extend([
        method("two-stage", Means::Codes(two_stage(8.0, 3))),
        method("flat-wide-cue", Means::Wide(Recall::flat())),
        method("two-stage-wide-cue", Means::Wide(two_stage(0.5, 1))),
    ]);
    for beta in [8u8, 16, 32, 64] {
        let means = Means::Softmax {
            nearest: NEAREST as usize,
            beta: beta.into(),
        };
        all.push(method(&format!("two-stage-vectors-beta{beta}"), means));
    }
    all.push(method("nearest-neighbour", Means::Nearest));
    all
}

/// The place of a method among all.
pub(super) fn place(name: &str) -> usize {
    let place = methods().iter().position(|method| method.name == name);
    place.unwrap_or_else(|| panic!("no method {name}"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_method_has_a_name_of_its_own() {
        let all = methods();
        let names: HashSet<&str> = all.iter().map(|method| method.name.as_str()).collect();
        assert_eq!(names.len(), all.len());
        assert_eq!(all.len(), 28);
    }
}
