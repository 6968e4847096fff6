//! Trials of memories as bytes.

use crate::SpecError;
use crate::memory::{
    Condition, Counted, CueOutcome, Data, Intrusions, Outcome, Results, Setup, TrialRecord,
};
use crate::run::family::{Described, Family};
use crate::run::manifest::Listed;
use crate::run::records::bytes::{self, Reader};
use crate::run::simulate::Experiment;
use crate::run::work::{Watch, Work};
use slotless_kernels::cuda::{CudaError, Device};

impl Experiment for Setup {
    type Record = TrialRecord;
    type Results = Results;

    fn work(&self) -> Work {
        self.condition().work()
    }

    fn run(&self, trial: u32, watch: Watch<'_>) -> Option<TrialRecord> {
        self.run(trial, watch)
    }

    fn bytes_on_gpu(&self) -> Result<usize, String> {
        self.bytes_on_gpu()
    }

    fn run_on_gpu(
        &self,
        device: &Device,
        trials: &[u32],
        watch: Watch<'_>,
    ) -> Result<Option<Vec<TrialRecord>>, CudaError> {
        self.run_on_gpu(device, trials, watch.flag())
    }

    fn results(&self, trials: Vec<TrialRecord>) -> Results {
        Results::from_trials(self.condition().clone(), &trials)
    }
}

impl Listed for Condition {
    const KEY: &'static str = "conditions";
}

impl Described for Condition {
    fn slug(&self) -> String {
        self.slug()
    }

    fn unnamed(&self) -> Self {
        let mut unnamed = self.clone();
        unnamed.network.name.clear();
        let read = match &unnamed.data {
            Data::File(file) => file.sha256.is_some(),
            Data::Similarity { sha256, .. } => sha256.is_some(),
            _ => false,
        };
        if read {
            unnamed.data.forget_file();
        }
        unnamed
    }
}

impl Family for Setup {
    type Condition = Condition;

    const NAME: &'static str = "memory";

    fn checked(condition: Condition, seed: u64) -> Result<Self, SpecError> {
        Self::new(condition, seed)
    }

    fn condition(&self) -> &Condition {
        self.condition()
    }

    fn warning(&self) -> Option<String> {
        self.condition()
            .network
            .warning()
            .or_else(|| self.caution())
    }

    fn encode(record: &TrialRecord) -> Vec<u8> {
        encode(record)
    }

    fn decode(&self, bytes: &[u8]) -> Option<TrialRecord> {
        let condition = self.condition();
        let learned = condition.protocol.learned as usize;
        let unstructured = if condition.data.structured() {
            learned
        } else {
            0
        };
        let classes = match condition.protocol.counted {
            Counted::Overlap => 0,
            Counted::Content => condition.classes(),
        };
        let shape = Shape::of(condition);
        let is_of = |outcome: &Outcome, ages: usize| {
            let lengths = [&outcome.overlaps, &outcome.counts, &outcome.others].map(Vec::len);
            let others = if shape.others { ages } else { 0 };
            (lengths, outcome.scores.len()) == ([ages, 2 * classes * ages, others], ages)
        };
        decode(&mut Reader(bytes), shape).filter(|record| {
            let cued = record.ones_cued.iter().flatten();
            [record.ones_real.len(), record.ones_pseudo.len()] == [learned; 2]
                && cued.clone().all(|cued| cued.len() == learned)
                && record.cues.len() == condition.protocol.cues.len()
                && record.cues.iter().all(|cue| {
                    is_of(&cue.real, learned)
                        && is_of(&cue.pseudo, learned)
                        && is_of(&cue.unstructured, unstructured)
                })
        })
    }
}

/// What records of a condition have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Ones of what cues are drawn from.
    pub cued: bool,
    /// Counts of content.
    pub counts: bool,
    /// Overlaps with other patterns.
    pub others: bool,
}

impl Shape {
    /// Those of a condition.
    pub fn of(condition: &Condition) -> Self {
        Self {
            cued: condition.data.has_own_cues(),
            counts: condition.protocol.counted == Counted::Content,
            others: condition.protocol.intrusions == Intrusions::Counted,
        }
    }
}

/// Counts of content are there where the outcome has them: an outcome without ages has none.
pub(crate) fn encode(record: &TrialRecord) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut numbers =
        |values: &mut dyn ExactSizeIterator<Item = u64>| bytes::put(&mut bytes, values);
    numbers(&mut record.ones_real.iter().map(|&ones| u64::from(ones)));
    numbers(&mut record.ones_pseudo.iter().map(|&ones| u64::from(ones)));
    numbers(
        &mut record
            .similarity
            .iter()
            .map(|similarity| similarity.to_bits()),
    );
    for cued in record.ones_cued.iter().flatten() {
        numbers(&mut cued.iter().map(|&ones| u64::from(ones)));
    }
    for cue in &record.cues {
        for outcome in [&cue.real, &cue.pseudo, &cue.unstructured] {
            numbers(&mut outcome.overlaps.iter().map(|&overlap| u64::from(overlap)));
            numbers(&mut outcome.scores.iter().copied());
            if !outcome.counts.is_empty() {
                numbers(&mut outcome.counts.iter().map(|&count| u64::from(count)));
            }
            if !outcome.others.is_empty() {
                numbers(&mut outcome.others.iter().map(|&shared| u64::from(shared)));
            }
        }
    }
    bytes
}

pub(crate) fn decode(reader: &mut Reader<'_>, shape: Shape) -> Option<TrialRecord> {
    let ones_real = reader.small()?;
    let ones_pseudo = reader.small()?;
    let [input, code] = reader.numbers()?.try_into().ok()?;
    let ones_cued = match shape.cued {
        true => Some([reader.small()?, reader.small()?]),
        false => None,
    };
    let mut cues = Vec::new();
    while !reader.0.is_empty() {
        let mut outcome = || {
            let (overlaps, scores) = (reader.small()?, reader.numbers()?);
            let mut more = |is_there: bool| match is_there && !overlaps.is_empty() {
                true => reader.small(),
                false => Some(Vec::new()),
            };
            let counts = more(shape.counts)?;
            let others = more(shape.others)?;
            Some(Outcome {
                others,
                overlaps,
                scores,
                counts,
            })
        };
        cues.push(CueOutcome {
            real: outcome()?,
            pseudo: outcome()?,
            unstructured: outcome()?,
        });
    }
    Some(TrialRecord {
        ones_real,
        ones_pseudo,
        ones_cued,
        cues,
        similarity: [f64::from_bits(input), f64::from_bits(code)],
    })
}
