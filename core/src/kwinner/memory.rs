//! The network as one of many memories.

use super::{KWinner, NetworkError, Wiring};
use crate::memory::{Capacity, Memory, Recollection};
use crate::weight::Width;

impl<W: Width, S: AsRef<[u32]> + AsMut<[u32]>, G: Wiring> Memory for KWinner<W, S, G> {
    type Error = NetworkError;

    fn units(&self) -> u32 {
        self.params().visible()
    }

    fn stored(&self) -> u64 {
        self.learned()
    }

    /// No pattern is refused: old ones fade.
    fn capacity(&self) -> Capacity {
        Capacity {
            reliable: None,
            limit: None,
        }
    }

    fn state_words(&self) -> usize {
        self.params().words()
    }

    fn scratch_words(&self) -> usize {
        self.params().scratch_words()
    }

    fn store(&mut self, pattern: &[u32], scratch: &mut [u32]) -> Result<(), NetworkError> {
        self.learn(pattern, scratch).map(|_| ())
    }

    /// The [`Params::active`](super::Params::active) ones that [`KWinner::recall`] finds, and the share of
    /// [`Match::share`](super::Match::share).
    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, NetworkError> {
        let recalled = Self::recall(self, cue, scratch)?;
        Ok(Recollection {
            pattern: recalled.pattern,
            share: recalled.matched.share(),
        })
    }
}
