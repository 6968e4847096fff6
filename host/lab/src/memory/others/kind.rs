//! Which memory it is, and what only some of them have.

use crate::choice::choices;

choices! {
    /// What learns the patterns.
    pub enum MemoryKind = KWinner {
        /// Network of K winners, the paper's; with one winner its original one.
        KWinner = "kwinner",
        /// Recency levels, packed: n_h rows, patterns fade by age.
        Recency = "recency",
        /// Recency levels as whole weights, in rows that are chosen; an ensemble with several parts.
        RecencyPlain = "recency-plain",
        /// Recency levels in pairs of rows, of each pattern the weaker synapse.
        RecencyPairs = "recency-pairs",
        /// Ring of n_h slots, each with a pattern.
        Ring = "ring",
        /// Slots of which a random one is replaced.
        RandomSlots = "random-slots",
        /// Slots that hold a fair sample of all patterns there were.
        ReservoirSlots = "reservoir-slots",
        /// Ring of Rice codes, of n_h patterns on average.
        CodedRing = "coded-ring",
        /// Ring of n_h sketches and parities of a polar code, decoded with the cue.
        PolarRing = "polar-ring",
        /// Binary synapses between all units (Willshaw), each cleared with probability eps a pattern.
        Willshaw = "willshaw",
        /// Bounded weights between all units (Hopfield), covariance rule.
        Hopfield = "hopfield",
        /// A rule of one's own, of programs that use the library alone; n_h is its words of state.
        Own = "own",
    }
}

impl MemoryKind {
    /// Whether it is a network of K winners: the one with fan-in, winners and weights of a width.
    #[must_use]
    pub fn is_kwinner(self) -> bool {
        self == Self::KWinner
    }

    /// Whether it has hidden units, rows or slots, n_h.
    #[must_use]
    pub fn has_hidden(self) -> bool {
        !matches!(self, Self::Willshaw | Self::Hopfield)
    }

    /// Whether it has weights of a width.
    #[must_use]
    pub fn has_weights(self) -> bool {
        matches!(self, Self::KWinner | Self::Hopfield)
    }

    /// Whether it has a rate, eps.
    #[must_use]
    pub fn has_rate(self) -> bool {
        matches!(self, Self::KWinner | Self::Willshaw)
    }

    /// Levels of recency unless told otherwise, L; none where there are no levels.
    #[must_use]
    pub fn usual_levels(self) -> Option<u32> {
        match self {
            Self::Recency => Some(5),
            Self::RecencyPlain => Some(9),
            Self::RecencyPairs => Some(20),
            _ => None,
        }
    }

    /// Whether set cells of its rows have a cap.
    #[must_use]
    pub fn has_cap(self) -> bool {
        self == Self::Recency
    }

    /// Parts of the units unless told otherwise, g; none where units are not split.
    #[must_use]
    pub fn usual_parts(self) -> Option<u32> {
        (self == Self::RecencyPlain).then_some(1)
    }
}
