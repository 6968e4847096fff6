//! Trials of exp07 as bytes.

use crate::SpecError;
use crate::paraphrase::{Condition, Results, Setup, Shape, TrialRecord, Vary};
use crate::run::family::{Described, Family};
use crate::run::manifest::Listed;
use crate::run::records::bytes::{self, Reader};
use crate::run::simulate::Experiment;
use crate::run::work::{Watch, Work};

impl Experiment for Setup {
    type Record = TrialRecord;
    type Results = Results;

    fn work(&self) -> Work {
        self.work()
    }

    fn run(&self, trial: u32, watch: Watch<'_>) -> Option<TrialRecord> {
        self.run(trial, watch)
    }

    fn results(&self, trials: Vec<TrialRecord>) -> Results {
        Results {
            condition: self.condition().clone(),
            trials,
        }
    }
}

impl Listed for Condition {
    const KEY: &'static str = "exp07";
}

impl Described for Condition {
    fn slug(&self) -> String {
        self.slug()
    }

    fn unnamed(&self) -> Self {
        self.unnamed()
    }
}

const TABLES: [Vary; 3] = [Vary::Cues, Vary::Noise, Vary::Hops];

impl Family for Setup {
    type Condition = Condition;

    const NAME: &'static str = "paraphrase";

    fn checked(condition: Condition, seed: u64) -> Result<Self, SpecError> {
        Self::new(condition, seed)
    }

    fn condition(&self) -> &Condition {
        self.condition()
    }

    /// Table by table, then the bits of the similarities.
    fn encode(record: &TrialRecord) -> Vec<u8> {
        let mut bytes = Vec::new();
        for vary in TABLES {
            let counts = record.table(vary).iter();
            bytes::put(&mut bytes, &mut counts.map(|&count| count.into()));
        }
        let reals = record.similarity.iter();
        bytes::put(&mut bytes, &mut reals.map(|real| real.to_bits()));
        bytes
    }

    fn decode(&self, bytes: &[u8]) -> Option<TrialRecord> {
        let mut reader = Reader(bytes);
        let shape = Shape::of(self.condition());
        let mut table = |vary| {
            let counts = reader.small()?;
            (counts.len() == shape.cells(vary)).then_some(counts)
        };
        let (cues, noise, hops) = (table(Vary::Cues)?, table(Vary::Noise)?, table(Vary::Hops)?);
        let bits = reader.numbers()?;
        let similarity: Vec<f64> = bits.into_iter().map(f64::from_bits).collect();
        reader.0.is_empty().then_some(TrialRecord {
            cues,
            noise,
            hops,
            similarity: similarity.try_into().ok()?,
        })
    }
}
