//! What a trial takes, before anything of it is made.

use slotless_kernels::transformer::Settings;

use super::model::Condition;
use crate::run::work::{Held, Work};

impl Condition {
    /// Steps of an iteration, each of about a nanosecond.
    pub(super) fn steps(&self) -> f64 {
        let model = &self.model;
        let [letters, context, n, n_h] =
            [model.letters, model.context, model.n, model.n_h].map(f64::from);
        let (item, batch) = (3.0 * letters + 2.0, f64::from(self.batch()));
        let sequence = match model.has_module() {
            true => (context + 1.0) * n_h * 2.0 + n_h * (n + item),
            false => context * (n + 4.0),
        };
        // Products of the columns of the matrices, once a batch.
        100.0 + (batch * (20.0 + sequence) + (2.0 * letters) * (2.0 * letters) * n) / 4.0
    }

    /// Settings of its trainer.
    fn settings(&self) -> Settings {
        self.model.settings(self.batch())
    }

    /// What a trial takes.
    #[must_use]
    pub fn work(&self) -> Work {
        let (model, training) = (&self.model, &self.training);
        let batches = f64::from(training.batches);
        let settings = self.settings();
        let weights = settings.sizes.weight_bytes();
        let sizes = [
            ("batch", f64::from(self.batch()), 64.0),
            ("n", f64::from(model.n), 50.0),
            ("n_h", f64::from(model.n_h), 16.0),
            ("letters", f64::from(model.letters), 4.0),
        ];
        let sequences = f64::from(self.batch()) * 4.0 * (f64::from(model.context) + 2.0);
        let curves = [("batches", batches, 5000.0)];
        let kept = self.checkpoints.len() as f64 + 1.0;
        Work::new(batches * self.steps())
            .with(Held::OnTheWay, &sizes, settings.scratch_bytes() + sequences)
            .with(Held::OnTheWay, &sizes[1..], weights)
            .with(Held::Kept, &sizes[1..], kept * (weights + 200.0))
            // Answers and loss in the record, and once more as arrays.
            .with(Held::Kept, &curves, 100.0 + 16.0 * batches)
            // A row of 9 cells for each iteration.
            .with(Held::AtTheEnd, &curves, 9.0 * 56.0 * batches)
    }
}
