//! Recency levels as one of many memories.

use super::{Recency, RecencyError};
use crate::memory::{Capacity, Memory, Recollection};

impl<S: AsRef<[u32]> + AsMut<[u32]>> Memory for Recency<S> {
    type Error = RecencyError;

    fn units(&self) -> u32 {
        self.params().visible()
    }

    fn stored(&self) -> u64 {
        self.learned()
    }

    /// Reliable: the last R are whole, but for a cell now and then that is cleared to keep a row within its cap. Older ones
    /// fade; none is refused before the number of events ends.
    fn capacity(&self) -> Capacity {
        Capacity {
            reliable: Some(self.params().rows().into()),
            limit: Some(u64::MAX),
        }
    }

    fn state_words(&self) -> usize {
        self.params().words()
    }

    fn scratch_words(&self) -> usize {
        self.params().scratch_words()
    }

    fn store(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<(), RecencyError> {
        self.learn(pattern, scratch).map(|_| ())
    }

    /// What [`Recency::recall`] finds, and the share of [`Match::share`](super::Match::share).
    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, RecencyError> {
        let recalled = Self::recall(self, cue, scratch)?;
        Ok(Recollection {
            pattern: recalled.pattern,
            share: recalled.matched.map_or(0, |matched| matched.share()),
        })
    }
}
