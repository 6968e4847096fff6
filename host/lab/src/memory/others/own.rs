//! A rule of somebody's own: whatever implements the core's [`Memory`].

use std::fmt;
use std::sync::{Arc, OnceLock};

use slotless_core::bits;
use slotless_core::memory::Memory;

use super::{Answer, Other, Sets};
use crate::SpecError;
use crate::memory::damage::Damage;

/// The largest match score: [`Recollection::share`](slotless_core::memory::Recollection::share) of a whole match.
pub(super) const MAX_SCORE: u64 = 65_536;

/// A rule: a name, and how an empty memory of it is made under a seed.
#[derive(Clone)]
pub struct Rule {
    name: String,
    units: u32,
    active: u32,
    words: u32,
    make: Arc<dyn Fn(u64) -> Box<dyn Other> + Send + Sync>,
    /// What it refused first, in any trial.
    refused: Arc<OnceLock<String>>,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("name", &self.name)
            .field("units", &self.units)
            .field("active", &self.active)
            .field("words", &self.words)
            .finish_non_exhaustive()
    }
}

impl Rule {
    /// A rule that figures and files call `name`, for patterns of `active` ones; `make` gives an empty memory, another one for
    /// each trial's seed where it draws anything. One is made here, to be asked for its units and its state.
    ///
    /// Its match scores are [`Recollection::share`](slotless_core::memory::Recollection::share), and content in bits is that of
    /// the recalled pattern alone.
    ///
    /// # Errors
    /// [`SpecError`] for a number of ones that such patterns cannot have, or more than 2^32 words of state.
    pub fn new<M>(
        name: &str,
        active: u32,
        make: impl Fn(u64) -> M + Send + Sync + 'static,
    ) -> Result<Self, SpecError>
    where
        M: Memory + fmt::Debug + Send + 'static,
    {
        let one = make(0);
        let units = one.units();
        if active == 0 || active > units {
            let allowed = format!("1..={units} (units of the rule)");
            return Err(SpecError::range("s", active, allowed));
        }
        let words = one.state_words();
        let words = u32::try_from(words)
            .map_err(|_| SpecError::range("words of state", words, "up to 2^32 - 1"))?;
        let refused = Arc::new(OnceLock::new());
        let told = Arc::clone(&refused);
        let make = move |seed| -> Box<dyn Other> {
            let memory = make(seed);
            Box::new(Own {
                scratch: vec![0; memory.scratch_words()],
                recalled: vec![0; bits::words_for(memory.units())],
                memory,
                refused: Arc::clone(&told),
            })
        };
        Ok(Self {
            name: name.to_owned(),
            units,
            active,
            words,
            make: Arc::new(make),
            refused,
        })
    }

    /// An empty memory.
    pub(crate) fn make(&self, seed: u64) -> Box<dyn Other> {
        (self.make)(seed)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Units, words of state, and ones of a pattern.
    pub(crate) fn sizes(&self) -> [u32; 3] {
        [self.units, self.words, self.active]
    }

    /// What a memory of it refused first, in any trial.
    pub(crate) fn refused(&self) -> Option<&str> {
        self.refused.get().map(String::as_str)
    }
}

/// A memory of somebody's own in a trial.
#[derive(Debug)]
struct Own<M> {
    memory: M,
    scratch: Vec<u32>,
    recalled: Vec<u32>,
    refused: Arc<OnceLock<String>>,
}

impl<M: Memory + fmt::Debug + Send> Other for Own<M> {
    fn learn(&mut self, pattern: &[u32]) {
        if let Err(error) = self.memory.store(pattern, &mut self.scratch) {
            self.refused
                .get_or_init(|| format!("a pattern was refused: {error}"));
        }
    }

    fn recall(&mut self, cue: &[u32]) -> Answer<'_> {
        let score = match self.memory.recall(cue, &mut self.scratch) {
            Ok(recalled) if recalled.pattern.len() == self.recalled.len() => {
                self.recalled.copy_from_slice(recalled.pattern);
                u64::from(recalled.share).min(MAX_SCORE)
            }
            Ok(recalled) => {
                let (got, expected) = (recalled.pattern.len(), self.recalled.len());
                self.refused.get_or_init(|| {
                    format!("a recalled pattern has {got} words, expected {expected}")
                });
                0
            }
            Err(error) => {
                self.refused
                    .get_or_init(|| format!("a cue was refused: {error}"));
                0
            }
        };
        Answer {
            pattern: &self.recalled,
            score,
            sets: Sets::One(&self.recalled),
        }
    }

    fn damage(&mut self, _: &Damage) {
        unreachable!("refused when the condition was checked")
    }
}
