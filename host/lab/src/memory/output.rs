//! What is written of memories: curves, overlaps and match scores, and checks against the reference.

use super::columns::CURVES;
use super::condition::{Condition, Data, WeightWidth};
use super::curves::{self, Measured, Plan};
use super::results::Results;
use super::{raw, reference};
use crate::error::short;
use crate::figures::numbers::rounded;
use crate::figures::output::{Sink, trials_of, write_table};
use crate::figures::{Drawn, FigureError, RunFiles, Table};
use crate::patterns::floor_share;

/// Conditions with their curves, and how their trials were used.
#[derive(Debug)]
pub struct Files<'a> {
    /// The conditions.
    pub measured: Vec<Measured<'a>>,
    /// How their trials were used.
    pub plan: Plan,
}

impl RunFiles for Files<'_> {
    fn write(&self, drawn: &Drawn, sink: &mut Sink<'_>) -> Result<(), FigureError> {
        let name = sink.name;
        write_table(
            sink.folder,
            &curves_table(&format!("{name}.csv"), &self.measured),
        )?;
        let results: Vec<&Results> = self.measured.iter().map(|one| &*one.results).collect();
        raw::save(sink.folder, &format!("{name}.npz"), &results)?;
        let manifest = &mut *sink.manifest;
        manifest.samples = [
            self.plan.samples.samples() as u32,
            self.plan.samples.trials_each() as u32,
        ];
        for (number, one) in self.measured.iter().enumerate() {
            manifest.report.extend(similarity(&one.results));
            manifest.report.extend(content(one));
            let referenced = &drawn.referenced;
            if referenced.as_ref().is_none_or(|of| of.contains(&number)) {
                manifest.checks.extend(reference::checks(one)?);
            }
            manifest.resolved.extend(resolved(&one.results));
            manifest.list(&one.results.condition);
        }
        sink.manifest.report.extend(self.plan.caution());
        Ok(())
    }

    fn usage(&self, trials: u32) -> Option<String> {
        Some(format!(
            "{}, accuracy over {}, d' over {} samples of {}",
            trials_of(trials),
            self.plan.accuracy,
            self.plan.samples.samples(),
            self.plan.samples.trials_each()
        ))
    }
}

/// Every curve of some conditions, a row per age.
#[must_use]
pub fn curves_table(name: &str, measured: &[Measured<'_>]) -> Table {
    let rows = measured.iter().flat_map(|one| {
        let curves = one.curves.iter().flatten();
        curves
            .flat_map(|curves| curves::rows(&one.results, curves))
            .map(Vec::from)
    });
    Table::new(name, &CURVES, rows.collect())
}

/// How similar the patterns of a condition are, and the codes stored of them, where there is something to say.
fn similarity(results: &Results) -> Option<String> {
    let Condition { network, data, .. } = &results.condition;
    if *data == Data::Random && network.preprocess.is_none() {
        return None;
    }
    let mean = |which| results.similarity.column(which).mean().unwrap_or(0.0);
    let mut line = format!(
        "{}, {}: mean similarity of patterns {:.4}",
        network.name,
        data.caption(),
        mean(0)
    );
    if network.preprocess.is_some() {
        line += &format!(", of the codes stored of them {:.4}", mean(1));
    }
    Some(line)
}

/// What content came to at each cue level, where it was counted.
fn content(one: &Measured<'_>) -> Vec<String> {
    let network = &one.results.condition.network;
    let storage = network.storage_bits().unwrap_or(1) as f64;
    let lines = one.curves.iter().filter_map(|curves| {
        let curves = curves.first()?;
        let bits = curves.content_bits()?;
        Some(format!(
            "{}, cue {}: content {} bits in {storage:.0} of storage, {} a bit; recognition {} bits of {} ages",
            network.name,
            curves.cue,
            rounded(bits, 0),
            rounded(bits / storage, 3),
            rounded(curves.recognition_bits(), 0),
            curves.ages()
        ))
    });
    lines.collect()
}

/// The integers that a condition's shares came to.
fn resolved(results: &Results) -> Vec<String> {
    let condition = &results.condition;
    let network = &condition.network;
    let cues = condition.protocol.cues.iter();
    let [fewest, most] = results.cued_range();
    let mut cues: Vec<String> = cues
        .map(|&cue| {
            let keeps = [fewest, most].map(|ones| floor_share(cue, ones));
            let cue = short(cue.to_string());
            if fewest == most {
                return format!("cue {cue} keeps {} of {most}", keeps[1]);
            }
            let [low, high] = keeps;
            format!("cue {cue} keeps {low} of {fewest} to {high} of {most}")
        })
        .collect();
    cues.extend(condition.protocol.remarks(condition.cued_ones()));
    if !network.memory.is_kwinner() {
        let storage = network.storage_bits().unwrap_or(0);
        let line = format!(
            "{}: memory {}, {storage} bits of storage, {}",
            network.name,
            network.memory,
            cues.join(", ")
        );
        return vec![line];
    }
    let rate = match (&network.rates, network.weights) {
        (Some(rates), _) => rates.to_string(),
        (None, WeightWidth::Float) => format!("{}", network.eps),
        (None, _) => format!("{}/65536", network.rate()),
    };
    let mut lines = vec![format!(
        "{}: fan-in m = {}, rate = {rate}, {}",
        network.name,
        network.fan_in(),
        cues.join(", ")
    )];
    lines.extend(network.warning());
    lines
}
