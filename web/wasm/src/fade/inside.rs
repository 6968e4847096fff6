//! A look inside of the K-winner network.

use super::network::{Network, Size, Sums};
use crate::Error;
use crate::pictures::{POINTS, Picture};

/// A copy of the K-winner network, and a cue on its way through it.
#[derive(Debug)]
pub struct Inside {
    network: Box<dyn Network>,
    ones: u32,
    scratch: Vec<u32>,
}

/// What a hidden unit has to do with a cue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its weights in 1/255 of the largest, by point; none where it sees none.
    pub weights: [Option<u32>; POINTS as usize],
}

impl Inside {
    pub(super) fn new(network: &dyn Network, ones: u32) -> Self {
        Self {
            network: network.copy(),
            ones,
            scratch: Vec::new(),
        }
    }

    /// Sizes of the network.
    #[must_use]
    pub fn size(&self) -> Size {
        self.network.size()
    }

    /// Ones that are recalled, s.
    #[must_use]
    pub fn ones(&self) -> u32 {
        self.ones
    }

    /// Step 1, `a = (W . M) x`: the potentials of the hidden units, in raw weights.
    ///
    /// # Errors
    /// What the network refuses.
    pub fn potentials(&self, cue: &Picture) -> Result<Vec<u32>, Error> {
        self.network.potentials(cue)
    }

    /// Steps 2 and 3: the k winners, ascending, and `b = (W . M)^T y`, the sums of the points, in raw weights.
    ///
    /// # Errors
    /// What the network refuses.
    pub fn sums(&mut self, cue: &Picture) -> Result<(Vec<u32>, Sums), Error> {
        self.network.sums(cue, &mut self.scratch)
    }

    /// Step 4: the pattern of the s largest sums.
    ///
    /// # Errors
    /// What the network refuses.
    pub fn recall(&mut self, cue: &Picture) -> Result<Picture, Error> {
        let (pattern, _) = self.network.recall(cue, &mut self.scratch)?;
        Ok(pattern)
    }

    /// The learning step: the winners' weights go towards the pattern.
    ///
    /// # Errors
    /// What the network refuses.
    pub fn learn(&mut self, pattern: &Picture) -> Result<(), Error> {
        self.network.learn(pattern, &mut self.scratch)
    }

    /// A hidden unit.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is none of this number.
    pub fn unit(&self, hidden: u32) -> Result<Unit, Error> {
        if hidden >= self.size().hidden {
            return Err(Error::Unknown("hidden unit", hidden));
        }
        let mut weights = [None; POINTS as usize];
        for (visible, weight) in (0..).zip(&mut weights) {
            *weight = self.network.weight(hidden, visible);
        }
        Ok(Unit { weights })
    }
}
