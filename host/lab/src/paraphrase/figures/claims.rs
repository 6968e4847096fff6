//! What was claimed of exp07 and of the project around it, and what comes out here.

use super::{
    AMONG_ALL, AMONG_TESTS, EXACT, NOISE_AMONG_ALL, PARAPHRASE, PARAPHRASE_AUGMENTED, chain_units,
    method, share, triples,
};
use crate::figures::{Drawn, Size};
use crate::paraphrase::{CHAIN_METHODS, COSINES, NOISE_METHODS, Plan, Results, Vary, methods};
use crate::run::manifest::Check;

/// Hops of the chains that are claimed.
const CLAIMED_HOPS: usize = 6;

pub(super) fn tell(results: &[&Results], drawn: &mut Drawn) {
    for one in results {
        let condition = &one.condition;
        let of = format!(
            "{}, codes of {}",
            condition.background.name(),
            condition.active
        );
        let last = condition.sizes.len() - 1;
        let most = condition.sizes[last];
        inhibition(one, &of, drawn);
        best(one, &of, drawn);
        for (at, &size) in condition.sizes.iter().enumerate() {
            if at != 0 && at != last {
                continue;
            }
            let right = |name: &str, cue, count| {
                let cell = [at, method(name), cue];
                100.0 * share(one, Vary::Cues, cell, count, triples())[0]
            };
            drawn.report.push(format!(
                "{of}, {size} pairs: recurrent, exact cue: {:.1}% after one step, {:.1}% after five",
                right("recurrent-inhibition0.5-step1", EXACT, AMONG_ALL),
                right("recurrent-inhibition0.5-step5", EXACT, AMONG_ALL),
            ));
            let pairs = [
                "flat",
                "hopfield-beta8",
                "two-stage-wide-cue",
                "nearest-neighbour",
            ];
            let told = pairs.map(|name| {
                format!(
                    "{name} {:.1}% to {:.1}%",
                    right(name, PARAPHRASE, AMONG_ALL),
                    right(name, PARAPHRASE_AUGMENTED, AMONG_ALL)
                )
            });
            drawn.report.push(format!(
                "{of}, {size} pairs: paraphrase with further cues stored: {}",
                told.join(", ")
            ));
            noise(one, &of, at, size, drawn);
        }
        for (number, name) in CHAIN_METHODS.iter().enumerate() {
            let cell = [last, number, CLAIMED_HOPS - 1];
            let [cosine, _] = share(one, Vary::Hops, cell, 0, chain_units(one));
            if *name == "flat" {
                let what = format!("{of}: cosine after {CLAIMED_HOPS} hops, {most} pairs, {name}");
                drawn.checks.push(Check::within(what, cosine, 1.0, 1.0));
            } else {
                drawn.report.push(format!(
                    "{of}, {most} pairs: cosine after {CLAIMED_HOPS} hops, {name}: {cosine:.4}"
                ));
            }
        }
    }
}

/// Subtracting a multiple of the mean changes no winner.
fn inhibition(one: &Results, of: &str, drawn: &mut Drawn) {
    let mut differ = 0u32;
    for at in 0..one.condition.sizes.len() {
        for step in 1..=5 {
            let counts = [0.1, 0.5, 1.0].map(|value| {
                let number = method(&format!("recurrent-inhibition{value}-step{step}"));
                let cues = 0..4;
                cues.flat_map(|cue| {
                    (0..4).flat_map(move |count| one.counts(Vary::Cues, [at, number, cue], count))
                })
                .collect::<Vec<u32>>()
            });
            for other in &counts[1..] {
                let pairs = counts[0].iter().zip(other);
                differ += pairs.map(|(a, b)| u32::from(a != b)).sum::<u32>();
            }
        }
    }
    let what = format!("{of}: counts that differ between inhibition 0.1, 0.5 and 1.0");
    drawn
        .checks
        .push(Check::within(what, differ.into(), 0.0, 0.0));
}

/// The architecture that recalls most paraphrases, beside nearest-neighbour search, with and without further cues.
fn best(one: &Results, of: &str, drawn: &mut Drawn) {
    let theirs = Plan::of(Size::Paper);
    let (units, active) = (one.condition.units, one.condition.active);
    if (units, active) != (theirs.units, theirs.active) {
        drawn.report.push(format!(
            "{of}: not compared with what exp07 says of architectures, which is of codes of {} of {} units: these are of \
             {active} of {units}",
            theirs.active, theirs.units
        ));
        return;
    }
    let last = one.condition.sizes.len() - 1;
    let size = one.condition.sizes[last];
    for (cue, what) in [
        (PARAPHRASE, "paraphrase"),
        (PARAPHRASE_AUGMENTED, "paraphrase, further cues stored"),
    ] {
        for (count, among) in [(AMONG_TESTS, "test targets"), (AMONG_ALL, "all targets")] {
            let right = |number| share(one, Vary::Cues, [last, number, cue], count, triples())[0];
            let nearest = right(method("nearest-neighbour"));
            let all = methods();
            let ranked = |over_vectors: bool| {
                let own = all.iter().enumerate().filter(|(_, method)| {
                    method.name != "nearest-neighbour"
                        && (over_vectors || !method.name.starts_with("two-stage-vectors"))
                });
                own.map(|(number, method)| (right(number), method.name.as_str()))
                    .fold((f64::NEG_INFINITY, ""), |best, one| {
                        if one.0 > best.0 { one } else { best }
                    })
            };
            let (value, name) = ranked(true);
            let (codes, codes_name) = ranked(false);
            let label = format!(
                "{of}, {size} pairs, {what} among {among}: best architecture ({name}, {:.1}%) less nearest neighbour ({:.1}%); over \
                 codes alone {codes_name}, {:.1}%",
                100.0 * value,
                100.0 * nearest,
                100.0 * codes
            );
            drawn
                .checks
                .push(Check::within(label, value - nearest, 0.0, 1.0));
        }
    }
}

/// How noisy a cue may be.
fn noise(one: &Results, of: &str, at: usize, size: u32, drawn: &mut Drawn) {
    let told = NOISE_METHODS.iter().enumerate().map(|(number, name)| {
        let right = |cosine: f64| {
            let level = COSINES.iter().position(|&of| of == cosine).unwrap_or(0);
            100.0
                * share(
                    one,
                    Vary::Noise,
                    [at, number, level],
                    NOISE_AMONG_ALL,
                    triples(),
                )[0]
        };
        format!(
            "{name} {:.1}, {:.1}, {:.1}",
            right(0.9),
            right(0.7),
            right(0.5)
        )
    });
    drawn.report.push(format!(
        "{of}, {size} pairs: noisy cue at cosine 0.9, 0.7, 0.5, % right: {}",
        told.collect::<Vec<_>>().join("; ")
    ));
}
