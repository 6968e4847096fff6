//! A rule of one's own in the protocol: whatever implements the core's [`Memory`](slotless_core::memory::Memory) learns the same streams as the memories of the
//! library, is asked with the same cues, and comes out in the same curves, tables and pictures.
//!
//! ```
//! use slotless::memory::{Condition, Data, Network, Protocol, Rule, Setup, Study};
//! use slotless_core::hopfield::classical::{Classical, Params};
//!
//! let (n, s) = (60, 6);
//! let rule = Rule::new("mine", s, move |_seed| {
//!     let params = Params::builder(n, 20).build().expect("sizes in range");
//!     Classical::new(params, vec![0; params.words()]).expect("as many words")
//! })?;
//! let protocol = Protocol { burn_in: 5, learned: 10, cues: vec![0.5], ..Protocol::default() };
//! let network = Network { n_i: n, n_h: 80, s, f: 0.2, k: 5, ..Network::default() };
//! let theirs = Condition { network, data: Data::Random, protocol: protocol.clone() };
//! let study = Study::new("run")
//!     .condition(Setup::of_rule(&rule, Data::Random, protocol, 1)?)
//!     .condition(Setup::new(theirs, 1)?)
//!     .trials(4);
//! let results = study.run()?;
//! assert_eq!(results[0].trials(), 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use thiserror::Error;

use super::curves::Plan;
use super::figures::overview::{self, Overview};
use super::measure::MeasureError;
use super::output::Files;
use super::{Measured, Results, Setup, SpecError};
use crate::figures::{FigureError, Made};
use crate::run::manifest::{Manifest, Ran};
use crate::run::simulate::{NoKeeper, SimulateError, simulate};
use slotless_draw::LegendPlace;

/// Conditions side by side, run and written as `slotless memory run` does. Trials are not kept on the way.
#[derive(Debug)]
pub struct Study {
    name: String,
    conditions: Vec<Setup>,
    trials: u32,
    threads: usize,
}

/// What stops a study.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StudyError {
    /// A rule refused a pattern or a cue that the protocol gave it.
    #[error("{rule}: {why}")]
    Rule {
        /// Its name.
        rule: String,
        /// What it said.
        why: String,
    },
    /// There is nothing to run, or two conditions share a name.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The simulation.
    #[error(transparent)]
    Simulate(#[from] SimulateError),
    /// The measures.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// Drawing and writing.
    #[error(transparent)]
    Figure(#[from] FigureError),
}

impl Study {
    /// A study whose files are called `name`; 20 trials on all cores unless told otherwise.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            conditions: Vec::new(),
            trials: 20,
            threads: 0,
        }
    }

    /// Adds a condition: [`Setup::of_rule`] of one's own, [`Setup::new`] of the library's.
    #[must_use]
    pub fn condition(mut self, setup: Setup) -> Self {
        self.conditions.push(setup);
        self
    }

    /// So many trials of each condition.
    #[must_use]
    pub fn trials(mut self, trials: u32) -> Self {
        self.trials = trials;
        self
    }

    /// So many threads; 0 for one per core. They change no result.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads;
        self
    }

    /// Runs all trials.
    ///
    /// # Errors
    /// [`StudyError`].
    pub fn run(&self) -> Result<Vec<Results>, StudyError> {
        self.check()?;
        let trials = vec![self.trials; self.conditions.len()];
        let stop = AtomicBool::new(false);
        let results = simulate(&self.conditions, &trials, self.threads, &NoKeeper, &stop)?;
        for setup in &self.conditions {
            if let Some(rule) = setup.rule()
                && let Some(why) = rule.refused()
            {
                return Err(StudyError::Rule {
                    rule: rule.name().to_owned(),
                    why: why.to_owned(),
                });
            }
        }
        Ok(results)
    }

    /// Runs all trials and writes what `slotless memory run` leaves: the picture as SVG and PNG, every curve as CSV, overlaps and
    /// match scores as `.npz`, and the manifest, which is given back.
    ///
    /// # Errors
    /// [`StudyError`].
    pub fn write(&self, folder: &Path) -> Result<Manifest, StudyError> {
        let started = Instant::now();
        let results = self.run()?;
        let plan = Plan::new(self.trials as usize, self.trials as usize);
        let measured = results
            .iter()
            .map(|one| Measured::new(one, plan))
            .collect::<Result<Vec<_>, _>>()?;
        let drawn = overview::retention(&measured, &Overview::new(&self.name, LegendPlace::Below))?;
        let files = Box::new(Files { measured, plan });
        let seed = self.conditions[0].asked_seed();
        let manifest = Manifest::new(&self.name, seed, self.trials);
        let ran = Ran {
            threads: self.threads,
            device: "cpu".to_owned(),
            kernels: Vec::new(),
            started,
        };
        let (manifest, _) = Made { drawn, files }.write(folder, manifest, &ran)?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), SpecError> {
        if self.trials == 0 {
            return Err(SpecError::range("trials", 0, "from 1"));
        }
        if self.conditions.is_empty() {
            return Err(SpecError::Missing("condition: at least one"));
        }
        for (number, setup) in self.conditions.iter().enumerate() {
            let slug = setup.condition().slug();
            let mut before = self.conditions[..number].iter();
            if before.any(|other| other.condition().slug() == slug) {
                let name = &setup.condition().network.name;
                return Err(SpecError::range("name", name, "each once in a study"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Kind;
    use crate::memory::{Data, Protocol, Rule};
    use crate::purpose::memory as purpose;
    use slotless_core::bits;
    use slotless_core::memory::{Capacity, Memory, Recollection};
    use slotless_core::ring::{Replacement, RingError, Slots, SlotsParams};

    fn slots(seed: u64) -> Slots<Vec<u32>> {
        let params = SlotsParams::new(70, 9, Replacement::Random { seed }).unwrap();
        Slots::new(params, vec![0; params.words()]).unwrap()
    }

    fn protocol(cues: &[f64]) -> Protocol {
        Protocol {
            burn_in: 5,
            learned: 12,
            cues: cues.to_vec(),
            ..Protocol::default()
        }
    }

    /// Trial by trial what storing and recalling by hand gives.
    #[test]
    fn a_rule_learns_and_answers_what_the_protocol_says() {
        let rule = Rule::new("mine", 7, slots).unwrap();
        let setup = Setup::of_rule(&rule, Data::Random, protocol(&[0.5, 1.0]), 3).unwrap();
        let other = Setup::of_rule(&rule, Data::Random, protocol(&[0.5, 1.0]), 4).unwrap();
        let study = Study::new("run").condition(setup).trials(3).threads(2);
        let results = study.run().unwrap();
        let setup = &study.conditions[0];
        assert_ne!(setup.data(0).learned, other.data(0).learned);
        for trial in 0..3u32 {
            let data = setup.data(trial);
            let mut memory = slots(setup.network_seed(trial));
            let mut scratch = vec![0; memory.scratch_words()];
            for pattern in data.learned.iter() {
                Memory::store(&mut memory, pattern, &mut scratch).unwrap();
            }
            let tested = setup.newest_first(&data.learned);
            for (number, level) in [(0, 0.5), (1, 1.0)] {
                let cues = setup.cues(0, (trial, level, purpose::CUE_LEARNED), &tested);
                for (age, (cue, pattern)) in cues.iter().zip(tested.iter()).enumerate() {
                    let recalled = Memory::recall(&memory, cue, &mut scratch).unwrap();
                    let at = (trial as usize, age);
                    let overlap = bits::overlap(recalled.pattern, pattern);
                    assert_eq!(results[0].count(number, Kind::Real, at), [overlap, 7]);
                    let score = [u64::from(recalled.share), 65_536];
                    assert_eq!(results[0].score(number, Kind::Real, at), score);
                }
            }
        }
        // 9 slots of 12 ages: some are whole and some are not.
        let accuracy = results[0].accuracy(1, Kind::Real);
        assert!(accuracy.iter().any(|&one| one == 1.0) && accuracy.iter().any(|&one| one < 1.0));
    }

    /// Refuses what it is told to.
    #[derive(Debug)]
    struct Picky(Slots<Vec<u32>>, &'static str);

    impl Memory for Picky {
        type Error = RingError;

        fn units(&self) -> u32 {
            self.0.units()
        }
        fn stored(&self) -> u64 {
            self.0.stored()
        }
        fn capacity(&self) -> Capacity {
            self.0.capacity()
        }
        fn state_words(&self) -> usize {
            self.0.state_words()
        }
        fn scratch_words(&self) -> usize {
            self.0.scratch_words()
        }

        fn store(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<(), RingError> {
            match self.1 {
                "pattern" => Err(RingError::Empty),
                _ => Memory::store(&mut self.0, pattern, scratch),
            }
        }

        fn recall<'a>(
            &'a self,
            cue: &[u32],
            scratch: &'a mut [u32],
        ) -> Result<Recollection<'a>, RingError> {
            let whole = Memory::recall(&self.0, cue, scratch)?;
            match self.1 {
                "cue" => Err(RingError::Empty),
                "short" => Ok(Recollection {
                    pattern: &whole.pattern[..1],
                    share: whole.share,
                }),
                _ => Ok(Recollection {
                    share: u32::MAX,
                    ..whole
                }),
            }
        }
    }

    #[test]
    fn what_a_rule_refuses_is_told() {
        let run = |what: &'static str| {
            let rule = Rule::new("picky", 7, move |seed| Picky(slots(seed), what)).unwrap();
            let setup = Setup::of_rule(&rule, Data::Random, protocol(&[1.0]), 1).unwrap();
            Study::new("run").condition(setup).trials(1).run()
        };
        for (what, line) in [
            (
                "pattern",
                "picky: a pattern was refused: pattern without a one",
            ),
            ("cue", "picky: a cue was refused: pattern without a one"),
            ("short", "picky: a recalled pattern has 1 words, expected 3"),
        ] {
            let said = run(what).unwrap_err().to_string();
            assert!(said.starts_with(line), "{said}");
        }
        // A share beyond the largest is that.
        let results = run("nothing").unwrap();
        assert_eq!(results[0].score(0, Kind::Real, (0, 0)), [65_536; 2]);
    }

    #[test]
    fn what_cannot_be_run_is_refused() {
        for active in [0, 71] {
            let line = Rule::new("a", active, slots).unwrap_err().to_string();
            assert_eq!(
                line,
                format!("s is {active}, allowed 1..=70 (units of the rule)")
            );
        }
        let rule = Rule::new("a", 7, slots).unwrap();
        let damaged = |flipped, jitter| {
            let protocol = Protocol {
                flipped,
                jitter,
                ..protocol(&[1.0])
            };
            Setup::of_rule(&rule, Data::Random, protocol, 1)
                .unwrap_err()
                .to_string()
        };
        assert!(damaged(0.1, 0.0).starts_with("flipped is 0.1, allowed 0 with memory own"));
        assert!(damaged(0.0, 0.1).starts_with("jitter is 0.1, allowed 0 with memory own"));
        let setup = || Setup::of_rule(&rule, Data::Random, protocol(&[1.0]), 1).unwrap();
        let refused = |study: Study| study.run().unwrap_err().to_string();
        assert_eq!(
            refused(Study::new("run")),
            "missing condition: at least one"
        );
        assert_eq!(
            refused(Study::new("run").condition(setup()).trials(0)),
            "trials is 0, allowed from 1"
        );
        let twice = Study::new("run").condition(setup()).condition(setup());
        assert_eq!(refused(twice), "name is a, allowed each once in a study");
        // A spec cannot name it.
        let condition = setup().condition().clone();
        let line = Setup::new(condition, 1).unwrap_err().to_string();
        assert!(
            line.starts_with("memory is own, allowed any other"),
            "{line}"
        );
    }
}
