//! Slots as memories like any other.

use super::{Coded, Polar, Replacement, RingError, Slots};
use crate::bits;
use crate::memory::{Capacity, Memory, Recollection};

impl<S: AsRef<[u32]> + AsMut<[u32]>> Memory for Slots<S> {
    type Error = RingError;

    fn units(&self) -> u32 {
        self.params().visible()
    }

    fn stored(&self) -> u64 {
        self.learned()
    }

    /// Reliable: the last K of a ring; where replacement is random, which are kept is not known.
    fn capacity(&self) -> Capacity {
        Capacity {
            reliable: match self.params().replacement() {
                Replacement::Fifo => Some(self.params().slots().into()),
                _ => None,
            },
            limit: Some(u64::MAX),
        }
    }

    fn state_words(&self) -> usize {
        self.params().words()
    }

    fn scratch_words(&self) -> usize {
        0
    }

    /// As a pattern of class 0.
    fn store(&mut self, pattern: &[u32], _: &mut [u32]) -> Result<(), RingError> {
        self.learn(pattern).map(|_| ())
    }

    /// What [`Slots::recall`] finds; the share is that of the cue's ones.
    fn recall<'a>(&'a self, cue: &[u32], _: &'a mut [u32]) -> Result<Recollection<'a>, RingError> {
        let recalled = Self::recall(self, cue)?;
        Ok(Recollection {
            pattern: recalled.pattern,
            share: recalled.found.best.map_or(0, |best| best.share()),
        })
    }
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> Memory for Coded<S> {
    type Error = RingError;

    fn units(&self) -> u32 {
        self.params().visible()
    }

    fn stored(&self) -> u64 {
        self.learned()
    }

    /// Reliable: how many patterns of s ones the ring holds ([`CodedParams::typical`](super::CodedParams::typical)).
    fn capacity(&self) -> Capacity {
        Capacity {
            reliable: Some(self.params().typical()),
            limit: Some(u64::MAX),
        }
    }

    fn state_words(&self) -> usize {
        self.params().words()
    }

    fn scratch_words(&self) -> usize {
        self.params().scratch_words()
    }

    fn store(&mut self, pattern: &[u32], _: &mut [u32]) -> Result<(), RingError> {
        self.learn(pattern)
    }

    /// What [`Coded::recall`] finds; the share is that of the cue's ones.
    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, RingError> {
        let recalled = Self::recall(self, cue, scratch)?;
        Ok(Recollection {
            pattern: recalled.pattern,
            share: recalled.found.best.map_or(0, |best| best.share()),
        })
    }
}

impl<S: AsRef<[u32]> + AsMut<[u32]>> Memory for Polar<S> {
    type Error = RingError;

    fn units(&self) -> u32 {
        self.params().visible()
    }

    fn stored(&self) -> u64 {
        self.learned()
    }

    /// Reliable: the last K.
    fn capacity(&self) -> Capacity {
        Capacity {
            reliable: Some(self.params().slots().into()),
            limit: Some(u64::MAX),
        }
    }

    fn state_words(&self) -> usize {
        self.params().words()
    }

    fn scratch_words(&self) -> usize {
        self.params().scratch_words()
    }

    fn store(&mut self, pattern: &[u32], _: &mut [u32]) -> Result<(), RingError> {
        self.learn(pattern)
    }

    /// What [`Polar::recall`] decodes. The share is that of the cue's ones which a verified pattern has; 0 where none is.
    fn recall<'a>(
        &'a self,
        cue: &[u32],
        scratch: &'a mut [u32],
    ) -> Result<Recollection<'a>, RingError> {
        let recalled = Self::recall(self, cue, scratch)?;
        let overlap = match recalled.verified {
            true => u64::from(bits::overlap(recalled.pattern, cue)),
            false => 0,
        };
        let share = (overlap << 16).checked_div(bits::count(cue).into());
        Ok(Recollection {
            pattern: recalled.pattern,
            share: share.unwrap_or(0) as u32,
        })
    }
}
