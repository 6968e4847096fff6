//! Learning that leaves alone what is known.

use crate::kwinner::{Assignment, KWinner, Match, NetworkError, Wiring};
use crate::memory::Writable;
use crate::weight::Width;

/// What [`KWinner::learn_novel`] did, with how well the pattern matched before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[must_use]
pub enum Novelty {
    /// The pattern was known: nothing was learned.
    Known(Match),
    /// It was new, and is learned.
    Learned(Match),
}

impl<W: Width, S: AsRef<[u32]>, G: Wiring> KWinner<W, S, G> {
    /// Learns a pattern if it is new: if its match, as [`KWinner::hidden_code`] has it, has a [share](Match::share) below
    /// `below` (in 1/65536; 0 learns none, 65,537 all).
    ///
    /// What is known stays as it is, so that what is met daily does not take the place of what was met once. One pass decides
    /// and learns: it costs what [`KWinner::learn`] costs, and a recall's hidden code where nothing is learned. Under
    /// [`Assignment::RandomK`] a pattern that is learned takes a second pass. Which share divides known from new is a matter
    /// of the sizes and of what was learned: from the shares of patterns that were, and of some that were not.
    ///
    /// # Errors
    /// Those of [`KWinner::learn`]; nothing is then learned.
    pub fn learn_novel(
        &mut self,
        pattern: &[u32],
        below: u32,
        scratch: &mut [u32],
    ) -> Result<Novelty, NetworkError>
    where
        S: Writable,
    {
        let mut scratch = self.scratch(pattern, scratch)?;
        let known = |matched: Match| matched.share() >= below;
        let update = Self::update_by(pattern);
        let matched = match self.params.assignment() {
            Assignment::Competitive => self.learn_with(pattern, &mut scratch, known, update)?,
            Assignment::RandomK => {
                let matched = self.find_winners(pattern, &mut scratch);
                self.learn_with(pattern, &mut scratch, |_| known(matched), update)?;
                matched
            }
        };
        Ok(if known(matched) {
            Novelty::Known(matched)
        } else {
            Novelty::Learned(matched)
        })
    }
}
