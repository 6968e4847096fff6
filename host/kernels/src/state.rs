//! What the networks of either arithmetic have in common.

/// A pattern without a one, which no network learns: as the core has it with
/// [`NetworkError::Empty`](slotless_core::kwinner::NetworkError::Empty).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("pattern without a one, expected at least one to learn")]
pub struct Empty;

impl Empty {
    /// Refuses a pattern without a one.
    pub(super) fn check(pattern: &[u32]) -> Result<(), Self> {
        if pattern.iter().all(|&word| word == 0) {
            return Err(Self);
        }
        Ok(())
    }
}

/// Bytes of a network's state, as the core packs it into one buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateBytes {
    /// The number of patterns learned.
    pub counter: u64,
    /// Fan-in masks, a bit a visible unit.
    pub masks: u64,
    /// Weights, each row filled up to whole words.
    pub weights: u64,
}

impl StateBytes {
    /// All of them: 4 [`Params::words`](slotless_core::kwinner::Params::words).
    #[must_use]
    pub fn total(self) -> u64 {
        self.counter + self.masks + self.weights
    }
}
