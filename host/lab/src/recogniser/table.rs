//! The comparison as a table: a row per number of bytes and recogniser.

use super::{Design, Measured, Plan, Protocol, Samples, Share, measure};
use crate::figures::declared::file_kind;
use slotless_files::dictionary::{FileKind, Variable};

/// What is in the files.
pub(crate) const FILES: &[FileKind] = &[COMPARISON];

const fn share(name: &'static str, about: &'static str) -> Variable {
    Variable::number(name, "share", about)
}

file_kind! {
    /// A row per number of bytes and recogniser that fits them; empty where a recogniser has no such number
    pub COMPARISON: "{file}.csv" by "recogniser compare --csv" {
        Variable::text("recogniser", "Which, by the name that --recognisers takes"),
        Variable::integer("bytes", "bytes", "The most bytes that its state may have"),
        Variable::integer("learned", "samples", "Samples learned of each division; all others are tested"),
        Variable::integer("divisions", "divisions", "Random divisions, of each class the same share, whose shares are averaged"),
        share("one_shot", "Test samples recognised rightly after one sample of each class"),
        share("one_shot_se", "Standard error of one_shot over divisions: deviation (over n) / sqrt(n); empty for one division"),
        share("five_shots", "Test samples recognised rightly after five of each class, or as many as there are"),
        share("five_shots_se", "Standard error of five_shots"),
        share("stream", "Test samples recognised rightly after all samples in random order"),
        share("stream_se", "Standard error of stream"),
        share("sorted", "Test samples recognised rightly after all samples class by class"),
        share("sorted_se", "Standard error of sorted"),
        share("drift", "Test samples recognised rightly while every feature drifts, up, down or not at all, by an eighth of the range in the end, where tests are"),
        share("drift_se", "Standard error of drift"),
        share("exchange", "Test samples recognised rightly while samples turn into those of the next class, where they are in the end and tests are"),
        share("exchange_se", "Standard error of exchange"),
        share("damaged", "As stream, each bit of the state then flipped with a chance of 1 %"),
        share("damaged_se", "Standard error of damaged"),
        Variable::number("auc", "", "Area under the ROC curve of the score, 0 to 1: how often a sample of a class that was never learned has a higher one than a sample of another, ties half; mean over the classes left out"),
        Variable::number("auc_se", "", "Standard error of auc"),
        share("rejected", "Test samples of learned classes that are called unknown, at the recogniser's own threshold, a class being left out"),
        share("rejected_se", "Standard error of rejected"),
        share("caught", "Test samples of the class left out that are called unknown"),
        share("caught_se", "Standard error of caught"),
    }
}

/// A row of [`COMPARISON`].
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What was measured.
    pub design: Design,
    /// The most bytes that its state may have.
    pub bytes: usize,
    /// How.
    pub plan: Plan,
    /// What came of each protocol, in the order of [`Protocol::ALL`].
    pub measured: [Measured; Protocol::ALL.len()],
}

impl Row {
    /// Measures a design by every protocol, and calls `done` after each. Nothing where it does not fit.
    #[must_use]
    pub fn measure(
        samples: &Samples,
        design: Design,
        bytes: usize,
        plan: Plan,
        mut done: impl FnMut(),
    ) -> Option<Self> {
        let mut of = |protocol| {
            let measured = measure(samples, design, protocol, bytes, &plan);
            done();
            measured
        };
        let [one, five, stream, sorted, drift, exchange] = Protocol::ALL.map(&mut of);
        Some(Self {
            design,
            bytes,
            plan,
            measured: [one?, five?, stream?, sorted?, drift?, exchange?],
        })
    }

    /// The ten shares, in the order of [`COMPARISON`].
    #[must_use]
    pub fn shares(&self) -> [Option<Share>; 10] {
        let [one, five, stream, sorted, drift, exchange] =
            self.measured.each_ref().map(|one| Some(one.accuracy));
        let after = self.measured.iter().find_map(|one| one.after);
        let unknown = after.and_then(|after| after.unknown);
        [
            one,
            five,
            stream,
            sorted,
            drift,
            exchange,
            after.and_then(|after| after.damaged),
            unknown.map(|unknown| unknown.auc),
            unknown.map(|unknown| unknown.rejected),
            unknown.map(|unknown| unknown.caught),
        ]
    }

    /// The cells of [`COMPARISON`].
    #[must_use]
    pub fn cells(&self) -> Vec<String> {
        let number =
            |value: Option<f64>| value.map_or(String::new(), |value| format!("{value:.5}"));
        let mut cells = vec![
            self.design.name().to_owned(),
            self.bytes.to_string(),
            self.plan.train.to_string(),
            self.plan.divisions.to_string(),
        ];
        for share in self.shares() {
            cells.push(number(share.map(|share| share.mean)));
            cells.push(number(share.and_then(|share| share.error)));
        }
        cells
    }
}
