//! The families of experiments: the one place that knows them all.

use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::SpecError;
use crate::figures::{Group, Named};
use crate::memory::curves::Plan;
use crate::memory::figures::MemoryFigure;
use crate::paraphrase as exp07;
use crate::run::records::{Described, Kept};
use crate::run::simulate::Experiment;
use crate::{bench, hopfield, memory, transformer};
use slotless_kernels::cuda::{CudaError, Device};

/// A condition of any kind; written as that kind is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum AnyCondition {
    /// A memory.
    Memory(memory::Condition),
    /// A transformer.
    Transformer(transformer::Condition),
    /// A Hopfield network.
    Hopfield(hopfield::Condition),
    /// Pairs of sentences.
    Exp07(exp07::Condition),
}

/// By hand, and not as the untagged enum that is written: that reads no number where another crate of the program turns on
/// serde_json's numbers of any precision.
impl<'de> Deserialize<'de> for AnyCondition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let read = if value.get("model").is_some() {
            serde_json::from_value(value).map(Self::Transformer)
        } else if value.get("network").is_some() {
            serde_json::from_value(value).map(Self::Memory)
        } else if value.get("background").is_some() {
            serde_json::from_value(value).map(Self::Exp07)
        } else {
            serde_json::from_value(value).map(Self::Hopfield)
        };
        read.map_err(D::Error::custom)
    }
}

/// A trial of any kind.
#[derive(Clone, Debug, PartialEq)]
pub enum AnyRecord {
    /// Of a memory.
    Memory(memory::TrialRecord),
    /// Of a transformer.
    Transformer(transformer::TrialRecord),
    /// Of a Hopfield network.
    Hopfield(hopfield::TrialRecord),
    /// Of pairs of sentences.
    Exp07(exp07::TrialRecord),
}

/// All trials of a condition of any kind.
#[derive(Clone, Debug)]
pub enum AnyResults {
    /// Of a memory.
    Memory(memory::Results),
    /// Of a transformer.
    Transformer(transformer::Results),
    /// Of a Hopfield network.
    Hopfield(hopfield::Results),
    /// Of pairs of sentences.
    Exp07(exp07::Results),
}

/// A condition of any kind, ready to run.
#[derive(Debug)]
pub struct AnySetup {
    condition: AnyCondition,
    inner: Inner,
}

#[derive(Debug)]
enum Inner {
    Memory(memory::Setup),
    Transformer(transformer::Setup),
    Hopfield(hopfield::Setup),
    Exp07(exp07::Setup),
}

impl AnySetup {
    /// Checks a condition.
    ///
    /// # Errors
    /// [`SpecError`] for the first value that is out of its range.
    pub fn new(condition: AnyCondition, seed: u64) -> Result<Self, SpecError> {
        Ok(match condition {
            AnyCondition::Memory(condition) => {
                let setup = memory::Setup::new(condition, seed)?;
                Self {
                    condition: AnyCondition::Memory(setup.condition().clone()),
                    inner: Inner::Memory(setup),
                }
            }
            AnyCondition::Transformer(condition) => {
                let setup = transformer::Setup::new(condition, seed)?;
                Self {
                    condition: AnyCondition::Transformer(setup.condition().clone()),
                    inner: Inner::Transformer(setup),
                }
            }
            AnyCondition::Hopfield(condition) => {
                let setup = hopfield::Setup::new(condition, seed)?;
                Self {
                    condition: AnyCondition::Hopfield(setup.condition().clone()),
                    inner: Inner::Hopfield(setup),
                }
            }
            AnyCondition::Exp07(condition) => {
                let setup = exp07::Setup::new(condition, seed)?;
                Self {
                    condition: AnyCondition::Exp07(setup.condition().clone()),
                    inner: Inner::Exp07(setup),
                }
            }
        })
    }
}

impl Experiment for AnySetup {
    type Record = AnyRecord;
    type Results = AnyResults;

    fn run(&self, trial: u32, stop: &AtomicBool) -> Option<AnyRecord> {
        match &self.inner {
            Inner::Memory(setup) => setup.run(trial, stop).map(AnyRecord::Memory),
            Inner::Transformer(setup) => setup.run(trial, stop).map(AnyRecord::Transformer),
            Inner::Hopfield(setup) => setup.run(trial, stop).map(AnyRecord::Hopfield),
            Inner::Exp07(setup) => setup.run(trial, stop).map(AnyRecord::Exp07),
        }
    }

    fn bytes_on_gpu(&self) -> Result<usize, String> {
        match &self.inner {
            Inner::Memory(setup) => Experiment::bytes_on_gpu(setup),
            Inner::Transformer(setup) => Experiment::bytes_on_gpu(setup),
            Inner::Hopfield(setup) => Experiment::bytes_on_gpu(setup),
            Inner::Exp07(setup) => Experiment::bytes_on_gpu(setup),
        }
    }

    fn run_on_gpu(
        &self,
        device: &Device,
        trials: &[u32],
        stop: &AtomicBool,
    ) -> Result<Option<Vec<AnyRecord>>, CudaError> {
        fn run<E: Experiment>(
            setup: &E,
            (device, trials, stop): (&Device, &[u32], &AtomicBool),
            wrap: fn(E::Record) -> AnyRecord,
        ) -> Result<Option<Vec<AnyRecord>>, CudaError> {
            let records = Experiment::run_on_gpu(setup, device, trials, stop)?;
            Ok(records.map(|records| records.into_iter().map(wrap).collect()))
        }
        let on = (device, trials, stop);
        match &self.inner {
            Inner::Memory(setup) => run(setup, on, AnyRecord::Memory),
            Inner::Transformer(setup) => run(setup, on, AnyRecord::Transformer),
            Inner::Hopfield(setup) => run(setup, on, AnyRecord::Hopfield),
            Inner::Exp07(setup) => run(setup, on, AnyRecord::Exp07),
        }
    }

    fn results(&self, trials: Vec<AnyRecord>) -> AnyResults {
        match &self.inner {
            Inner::Memory(setup) => {
                let own = trials.into_iter().filter_map(|record| match record {
                    AnyRecord::Memory(record) => Some(record),
                    _ => None,
                });
                AnyResults::Memory(setup.results(own.collect()))
            }
            Inner::Transformer(setup) => {
                let own = trials.into_iter().filter_map(|record| match record {
                    AnyRecord::Transformer(record) => Some(record),
                    _ => None,
                });
                AnyResults::Transformer(setup.results(own.collect()))
            }
            Inner::Hopfield(setup) => {
                let own = trials.into_iter().filter_map(|record| match record {
                    AnyRecord::Hopfield(record) => Some(record),
                    _ => None,
                });
                AnyResults::Hopfield(setup.results(own.collect()))
            }
            Inner::Exp07(setup) => {
                let own = trials.into_iter().filter_map(|record| match record {
                    AnyRecord::Exp07(record) => Some(record),
                    _ => None,
                });
                AnyResults::Exp07(setup.results(own.collect()))
            }
        }
    }
}

impl Described for AnyCondition {
    fn slug(&self) -> String {
        match self {
            Self::Memory(condition) => condition.slug(),
            Self::Transformer(condition) => condition.slug(),
            Self::Hopfield(condition) => condition.slug(),
            Self::Exp07(condition) => condition.slug(),
        }
    }

    fn unnamed(&self) -> Self {
        match self {
            Self::Memory(condition) => Self::Memory(condition.unnamed()),
            Self::Transformer(condition) => Self::Transformer(condition.unnamed()),
            Self::Hopfield(condition) => Self::Hopfield(condition.unnamed()),
            Self::Exp07(condition) => Self::Exp07(condition.unnamed()),
        }
    }
}

impl Kept for AnySetup {
    type Condition = AnyCondition;

    fn condition(&self) -> &AnyCondition {
        &self.condition
    }

    fn encode(record: &AnyRecord) -> Vec<u8> {
        match record {
            AnyRecord::Memory(record) => memory::Setup::encode(record),
            AnyRecord::Transformer(record) => transformer::Setup::encode(record),
            AnyRecord::Hopfield(record) => hopfield::Setup::encode(record),
            AnyRecord::Exp07(record) => exp07::Setup::encode(record),
        }
    }

    fn decode(&self, bytes: &[u8]) -> Option<AnyRecord> {
        match &self.inner {
            Inner::Memory(setup) => setup.decode(bytes).map(AnyRecord::Memory),
            Inner::Transformer(setup) => setup.decode(bytes).map(AnyRecord::Transformer),
            Inner::Hopfield(setup) => setup.decode(bytes).map(AnyRecord::Hopfield),
            Inner::Exp07(setup) => setup.decode(bytes).map(AnyRecord::Exp07),
        }
    }
}

/// A figure of any family.
pub type NamedFigure = Named<Work>;

/// What a figure runs.
#[derive(Clone, Copy, Debug)]
pub enum Work {
    /// Memories, tested by age.
    Memory(MemoryFigure),
    /// Transformers, trained.
    Transformer(transformer::figures::Figure),
    /// Hopfield networks.
    Hopfield(hopfield::figures::Figure),
    /// Pairs of sentences.
    Exp07(exp07::figures::Exp07Figure),
}

/// Every figure there is, family by family, in the order of the help.
pub static FIGURES: LazyLock<Vec<NamedFigure>> = LazyLock::new(|| {
    fn all<F: Copy>(of: &[Named<F>], work: fn(F) -> Work) -> impl Iterator<Item = NamedFigure> {
        of.iter().map(move |one| Named {
            name: one.name,
            about: one.about,
            group: one.group,
            figure: work(one.figure),
        })
    }
    all(memory::figures::FIGURES, Work::Memory)
        .chain(all(bench::FIGURES, Work::Memory))
        .chain(all(transformer::figures::FIGURES, Work::Transformer))
        .chain(all(hopfield::figures::FIGURES, Work::Hopfield))
        .chain(all(exp07::figures::FIGURES, Work::Exp07))
        .collect()
});

impl NamedFigure {
    /// The figure of this name.
    #[must_use]
    pub fn of(name: &str) -> Option<&'static Self> {
        FIGURES.iter().find(|figure| figure.name == name)
    }
}

impl Group {
    /// Its figures, in the order of [`FIGURES`].
    pub fn figures(self) -> impl Iterator<Item = &'static NamedFigure> {
        FIGURES
            .iter()
            .filter(move |figure| figure.group == Some(self))
    }
}

/// How the trials of memories of a run of this name are used.
#[must_use]
pub fn plan_of(name: &str, trials: usize) -> Plan {
    match NamedFigure::of(name).map(|figure| figure.figure) {
        Some(Work::Memory(figure)) => figure.plan(trials),
        Some(Work::Transformer(_) | Work::Hopfield(_) | Work::Exp07(_)) | None => {
            Plan::new(trials, trials)
        }
    }
}
