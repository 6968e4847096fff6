//! A K-winner network of any width and wiring, as the page takes it.

use std::fmt;

use slotless_core::fixed::traits::Fixed as _;
use slotless_core::kwinner::{KWinner, Wiring};
use slotless_core::weight::Width;

use crate::Error;
use crate::pictures::{POINTS, Picture, WORDS};

/// What the page asks of a network of visible units that are the points of a picture.
pub trait Network: fmt::Debug {
    /// Learns a pattern.
    ///
    /// # Errors
    /// What the network refuses.
    fn learn(&mut self, pattern: &Picture, scratch: &mut Vec<u32>) -> Result<(), Error>;

    /// The pattern of a cue, and its match as a share of the most, in 1/65536.
    ///
    /// # Errors
    /// What the network refuses.
    fn recall(&self, cue: &Picture, scratch: &mut Vec<u32>) -> Result<(Picture, u32), Error>;

    /// The winners of a cue, ascending, and the sums that its pattern is chosen from.
    ///
    /// # Errors
    /// What the network refuses.
    fn sums(&self, cue: &Picture, scratch: &mut Vec<u32>) -> Result<(Vec<u32>, Sums), Error>;

    /// Hidden potentials of a cue.
    ///
    /// # Errors
    /// What the network refuses.
    fn potentials(&self, cue: &Picture) -> Result<Vec<u32>, Error>;

    /// The weight between a hidden and a visible unit, in 1/255 of the largest; none where there is no wire.
    fn weight(&self, hidden: u32, visible: u32) -> Option<u32>;

    /// Bytes of the state, hidden units, fan-in, winners, and the raw weight that stands for 1.
    fn size(&self) -> Size;

    /// The same network once more.
    fn copy(&self) -> Box<dyn Network>;
}

/// A sum for each point.
pub type Sums = [u32; POINTS as usize];

/// Sizes of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Bytes of its state.
    pub bytes: u32,
    /// Hidden units.
    pub hidden: u32,
    /// Visible units that each of them sees.
    pub fan_in: u32,
    /// Winners.
    pub winners: u32,
    /// The raw weight that stands for 1.
    pub full: u32,
}

impl<W: Width, G: Wiring + Copy + fmt::Debug + 'static> Network for KWinner<W, Vec<u32>, G>
where
    Self: Clone,
{
    fn learn(&mut self, pattern: &Picture, scratch: &mut Vec<u32>) -> Result<(), Error> {
        scratch.resize(self.params().scratch_words(), 0);
        Self::learn(self, pattern, scratch)?;
        Ok(())
    }

    fn recall(&self, cue: &Picture, scratch: &mut Vec<u32>) -> Result<(Picture, u32), Error> {
        scratch.resize(self.params().scratch_words(), 0);
        let mut pattern = [0; WORDS];
        let recalled = Self::recall(self, cue, scratch)?;
        pattern.copy_from_slice(recalled.pattern);
        Ok((pattern, recalled.matched.share()))
    }

    fn sums(&self, cue: &Picture, scratch: &mut Vec<u32>) -> Result<(Vec<u32>, Sums), Error> {
        scratch.resize(self.params().scratch_words(), 0);
        let mut sums = [0; POINTS as usize];
        self.recall_sums(cue, scratch, &mut sums)?;
        let winners = self.hidden_code(cue, scratch)?.winners.to_vec();
        Ok((winners, sums))
    }

    fn potentials(&self, cue: &Picture) -> Result<Vec<u32>, Error> {
        let mut potentials = vec![0; self.params().hidden() as usize];
        Self::potentials(self, cue, &mut potentials)?;
        Ok(potentials)
    }

    fn weight(&self, hidden: u32, visible: u32) -> Option<u32> {
        // A number of 8 bits behind the point, of which the largest stands for 1.
        Self::weight(self, hidden, visible).map(|weight| (weight.to_num::<f32>() * 256.0) as u32)
    }

    fn size(&self) -> Size {
        let params = self.params();
        Size {
            bytes: 4 * params.words() as u32,
            hidden: params.hidden(),
            fan_in: params.fan_in(),
            winners: params.winners(),
            full: W::FULL,
        }
    }

    fn copy(&self) -> Box<dyn Network> {
        Box::new(self.clone())
    }
}
