//! Learning with a rate for each hidden unit.

use crate::kwinner::network::Scratch;
use crate::kwinner::{KWinner, Match, NetworkError, Wiring};
use crate::memory::Writable;
use crate::weight::{Rate, Width};

impl<W: Width, S: AsRef<[u32]>, G: Wiring> KWinner<W, S, G> {
    /// [`KWinner::learn`] with a rate for each hidden unit, n_h of them, in place of
    /// [`Params::rate`](super::Params::rate): units that learn fast beside units that forget slowly.
    ///
    /// `W[h][j] += rates[h] (x[j] - W[h][j])` for every winner `h`; all else is as in [`KWinner::learn`], and with equal rates
    /// the result is that of a network of this rate. The rates are the caller's: the network does not keep them, nor does a
    /// snapshot. Costs what `learn` costs if they are equal, and up to k calls of the step if all differ; with
    /// structured wiring each of these goes through the pattern.
    ///
    /// # Errors
    /// [`NetworkError::Rates`] unless there are exactly n_h rates; and those of [`KWinner::learn`]. Nothing is then learned.
    pub fn learn_at(
        &mut self,
        pattern: &[u32],
        rates: &[Rate],
        scratch: &mut [u32],
    ) -> Result<Match, NetworkError>
    where
        S: Writable,
    {
        let mut scratch = self.scratch(pattern, scratch)?;
        let (got, expected) = (rates.len(), self.params().hidden() as usize);
        if got != expected {
            return Err(NetworkError::Rates { got, expected });
        }
        self.learn_with(
            pattern,
            &mut scratch,
            |_| false,
            |params, rows, scratch, dither| {
                let Scratch { sums, winners, .. } = scratch;
                let rate = |unit: u32| rates.get(unit as usize).copied().unwrap_or(params.rate());
                // A winner's step knows nothing of the others, its offsets neither: they may be taken by parts.
                let mut left = &**winners;
                while let Some(&first) = left.first() {
                    let alike = left.iter().take_while(|&&unit| rate(unit) == rate(first));
                    let Some((now, later)) = left.split_at_checked(alike.count()) else {
                        return;
                    };
                    let params = params.at_rate(rate(first));
                    G::update(&params, rows, now, pattern, sums, dither);
                    left = later;
                }
            },
        )
    }
}
