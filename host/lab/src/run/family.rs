//! A family of experiments, and an experiment of any of them.

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use slotless_kernels::cuda::{CudaError, Device};

use super::simulate::Experiment;
use super::work::{Watch, Work};
use crate::SpecError;

/// What trials are about.
pub trait Described: Clone + Debug + PartialEq + Serialize + DeserializeOwned {
    /// Name in files: letters, digits and underscores.
    fn slug(&self) -> String;

    /// The same without its name, which changes no result: equal for those whose trials are the same.
    #[must_use]
    fn unnamed(&self) -> Self;

    /// The same without what changes no trial but is kept of it, too; [`unnamed`](Self::unnamed) where there is no such thing.
    #[must_use]
    fn essence(&self) -> Self {
        self.unnamed()
    }
}

/// A family of experiments: a condition ready to run, whose trials can be kept in files.
pub trait Family:
    Experiment<Record: 'static, Results: Debug + Send + Sync + 'static> + Debug + Send + Sized + 'static
{
    /// What it runs.
    type Condition: Described;

    /// Its name in kept trials. It stays: with another, trials kept before are not found.
    const NAME: &'static str;

    /// Checks a condition.
    ///
    /// # Errors
    /// [`SpecError`] for the first value that is out of its range.
    fn checked(condition: Self::Condition, seed: u64) -> Result<Self, SpecError>;

    /// What is run.
    fn condition(&self) -> &Self::Condition;

    /// Also keeps what `other`, whose trials are the same, wants kept of them.
    fn keep_also(&mut self, other: &Self) {
        let _ = other;
    }

    /// What a user should know before it runs, in a line.
    fn warning(&self) -> Option<String> {
        None
    }

    /// A trial as bytes, exact to the last bit.
    fn encode(record: &Self::Record) -> Vec<u8>;

    /// A trial of this experiment, if those are the bytes of one.
    fn decode(&self, bytes: &[u8]) -> Option<Self::Record>;
}

/// Something of a family, whichever.
trait Anything: Any + Debug + Send + Sync {}

impl<T: Any + Debug + Send + Sync> Anything for T {}

/// A trial of any family.
#[derive(Clone, Debug)]
pub struct AnyRecord(Arc<dyn Anything>);

impl AnyRecord {
    pub(super) fn new<R: Any + Debug + Send + Sync>(record: R) -> Self {
        Self(Arc::new(record))
    }

    /// The trial, if it is of this kind.
    #[must_use]
    pub fn of<R: Any>(&self) -> Option<&R> {
        let any: &dyn Any = &*self.0;
        any.downcast_ref()
    }

    fn into<R: Any + Clone + Send + Sync>(self) -> Option<R> {
        let any: Arc<dyn Any + Send + Sync> = self.0;
        any.downcast().ok().map(Arc::unwrap_or_clone)
    }
}

/// All trials of a condition of any family.
#[derive(Debug)]
pub struct AnyResults(Box<dyn Anything>);

impl AnyResults {
    /// The results, if they are of this kind.
    #[must_use]
    pub fn of<R: Any>(&self) -> Option<&R> {
        let any: &dyn Any = &*self.0;
        any.downcast_ref()
    }
}

/// A condition of any family, ready to run.
#[derive(Debug)]
pub struct AnySetup(Box<dyn Erased>);

/// [`Family`] without its types: what [`AnySetup`] asks.
trait Erased: Debug + Send + Sync {
    fn family(&self) -> &'static str;
    fn slug(&self) -> String;
    fn condition(&self) -> String;
    fn identity(&self) -> String;
    fn identity_of(&self, condition: &Value) -> Option<String>;
    fn other(&self, condition: &Value, seed: u64) -> Option<AnySetup>;
    fn essence(&self) -> String;
    fn keep_also(&mut self, other: &AnySetup);
    fn warning(&self) -> Option<String>;
    fn any(&self) -> &dyn Any;
    fn work(&self) -> Work;
    fn run(&self, trial: u32, watch: Watch<'_>) -> Option<AnyRecord>;
    fn bytes_on_gpu(&self) -> Result<usize, String>;
    fn run_on_gpu(
        &self,
        device: &Device,
        trials: &[u32],
        watch: Watch<'_>,
    ) -> Result<Option<Vec<AnyRecord>>, CudaError>;
    fn results(&self, trials: Vec<AnyRecord>) -> AnyResults;
    fn encode(&self, record: &AnyRecord) -> Option<Vec<u8>>;
    fn decode(&self, bytes: &[u8]) -> Option<AnyRecord>;
}

fn json(condition: &impl Serialize) -> String {
    serde_json::to_string(condition).expect("plain data")
}

impl<F: Family> Erased for F {
    fn family(&self) -> &'static str {
        F::NAME
    }

    fn slug(&self) -> String {
        Family::condition(self).slug()
    }

    fn condition(&self) -> String {
        json(Family::condition(self))
    }

    fn identity(&self) -> String {
        json(&Family::condition(self).unnamed())
    }

    fn identity_of(&self, condition: &Value) -> Option<String> {
        let condition: F::Condition = serde_json::from_value(condition.clone()).ok()?;
        Some(json(&condition.unnamed()))
    }

    fn other(&self, condition: &Value, seed: u64) -> Option<AnySetup> {
        let condition: F::Condition = serde_json::from_value(condition.clone()).ok()?;
        F::checked(condition, seed).ok().map(AnySetup::new)
    }

    fn essence(&self) -> String {
        json(&Family::condition(self).essence())
    }

    fn keep_also(&mut self, other: &AnySetup) {
        if let Some(other) = other.of::<F>() {
            Family::keep_also(self, other);
        }
    }

    fn warning(&self) -> Option<String> {
        Family::warning(self)
    }

    fn any(&self) -> &dyn Any {
        self
    }

    fn work(&self) -> Work {
        Experiment::work(self)
    }

    fn run(&self, trial: u32, watch: Watch<'_>) -> Option<AnyRecord> {
        Experiment::run(self, trial, watch).map(AnyRecord::new)
    }

    fn bytes_on_gpu(&self) -> Result<usize, String> {
        Experiment::bytes_on_gpu(self)
    }

    fn run_on_gpu(
        &self,
        device: &Device,
        trials: &[u32],
        watch: Watch<'_>,
    ) -> Result<Option<Vec<AnyRecord>>, CudaError> {
        let records = Experiment::run_on_gpu(self, device, trials, watch)?;
        Ok(records.map(|records| records.into_iter().map(AnyRecord::new).collect()))
    }

    fn results(&self, trials: Vec<AnyRecord>) -> AnyResults {
        let own = trials.into_iter().filter_map(AnyRecord::into);
        AnyResults(Box::new(Experiment::results(self, own.collect())))
    }

    fn encode(&self, record: &AnyRecord) -> Option<Vec<u8>> {
        record.of().map(F::encode)
    }

    fn decode(&self, bytes: &[u8]) -> Option<AnyRecord> {
        Family::decode(self, bytes).map(AnyRecord::new)
    }
}

impl AnySetup {
    /// A condition that has been checked.
    pub fn new(setup: impl Family) -> Self {
        Self(Box::new(setup))
    }

    /// Checks conditions of a family.
    ///
    /// # Errors
    /// [`SpecError`] for the first value that is out of its range.
    pub fn all<F: Family>(
        conditions: impl IntoIterator<Item = F::Condition>,
        seed: u64,
    ) -> Result<Vec<Self>, SpecError> {
        let setups = conditions.into_iter();
        setups
            .map(|condition| F::checked(condition, seed).map(Self::new))
            .collect()
    }

    /// The setup, if it is of this family.
    #[must_use]
    pub fn of<F: Family>(&self) -> Option<&F> {
        self.0.any().downcast_ref()
    }

    /// [`Family::NAME`].
    #[must_use]
    pub fn family(&self) -> &'static str {
        self.0.family()
    }

    /// [`Described::slug`] of the condition.
    #[must_use]
    pub fn slug(&self) -> String {
        self.0.slug()
    }

    /// [`Family::warning`].
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        self.0.warning()
    }

    /// Whether both have the same trials, of which they may keep different things.
    #[must_use]
    pub fn same_trials(&self, other: &Self) -> bool {
        self.family() == other.family() && self.0.essence() == other.0.essence()
    }

    /// Whether the trials of this are those of a condition.
    #[must_use]
    pub fn is_of<F: Family>(&self, condition: &F::Condition) -> bool {
        self.of::<F>()
            .is_some_and(|own| own.condition().essence() == condition.essence())
    }

    /// [`Family::keep_also`]; nothing if the other is of another family.
    pub fn keep_also(&mut self, other: &Self) {
        self.0.keep_also(other);
    }

    /// The condition in JSON.
    pub(crate) fn condition(&self) -> String {
        self.0.condition()
    }

    /// What its trials depend on, but the seed, in JSON: the condition without its name.
    pub(crate) fn identity(&self) -> String {
        self.0.identity()
    }

    /// [`AnySetup::identity`] of a condition that was read, if it is one of this family.
    pub(crate) fn identity_of(&self, condition: &Value) -> Option<String> {
        self.0.identity_of(condition)
    }

    /// The setup of a condition that was read, if it is one of this family with the same trials: it may keep more of them.
    pub(crate) fn with_same_trials(&self, condition: &Value, seed: u64) -> Option<Self> {
        let other = self.0.other(condition, seed)?;
        self.same_trials(&other).then_some(other)
    }

    /// A trial as bytes; none if it is not of this family.
    pub(crate) fn encode(&self, record: &AnyRecord) -> Option<Vec<u8>> {
        self.0.encode(record)
    }

    /// A trial of this condition, if those are the bytes of one.
    pub(crate) fn decode(&self, bytes: &[u8]) -> Option<AnyRecord> {
        self.0.decode(bytes)
    }
}

impl Experiment for AnySetup {
    type Record = AnyRecord;
    type Results = AnyResults;

    fn work(&self) -> Work {
        self.0.work()
    }

    fn run(&self, trial: u32, watch: Watch<'_>) -> Option<AnyRecord> {
        self.0.run(trial, watch)
    }

    fn bytes_on_gpu(&self) -> Result<usize, String> {
        self.0.bytes_on_gpu()
    }

    fn run_on_gpu(
        &self,
        device: &Device,
        trials: &[u32],
        watch: Watch<'_>,
    ) -> Result<Option<Vec<AnyRecord>>, CudaError> {
        self.0.run_on_gpu(device, trials, watch)
    }

    fn results(&self, trials: Vec<AnyRecord>) -> AnyResults {
        self.0.results(trials)
    }
}

/// What a run computed.
#[derive(Debug, Default)]
pub struct Computed {
    setups: Vec<AnySetup>,
    results: Vec<AnyResults>,
}

impl Computed {
    /// Results, each with what was run.
    #[must_use]
    pub fn new(setups: Vec<AnySetup>, results: Vec<AnyResults>) -> Self {
        Self { setups, results }
    }

    /// All results of a family, in the order of its conditions.
    pub fn all<F: Family>(&self) -> impl Iterator<Item = &F::Results> {
        self.results.iter().filter_map(AnyResults::of)
    }

    /// The results of a condition, whatever its name.
    #[must_use]
    pub fn find<F: Family>(&self, condition: &F::Condition) -> Option<&F::Results> {
        let place = self.setups.iter().position(|one| one.is_of::<F>(condition));
        self.results.get(place?)?.of()
    }
}
