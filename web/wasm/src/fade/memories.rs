//! The four memories, each as large as so many bytes allow.

use slotless_core::bits;
use slotless_core::kwinner::{KWinner, Params};
use slotless_core::recency::{self, Recency, Unit};
use slotless_core::ring::{Replacement, Slots, SlotsParams};
use slotless_core::weight::{Rounding, U1, U2, U4, U8, Width};

use super::network::Network;
use crate::pictures::{POINTS, Picture, WORDS};
use crate::{Error, Range};

/// A memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The 1-winner network: a hidden unit holds a pattern, until it wins for another.
    OneWinner,
    /// The K-winner network.
    KWinner,
    /// Recency levels.
    Recency,
    /// A ring of plain patterns.
    Ring,
}

impl Kind {
    /// All four, as the page shows them.
    pub const ALL: [Self; 4] = [Self::OneWinner, Self::KWinner, Self::Recency, Self::Ring];

    /// By its number in [`Kind::ALL`].
    ///
    /// # Errors
    /// [`Error::Unknown`].
    pub fn of(number: u32) -> Result<Self, Error> {
        let kind = Self::ALL.get(number as usize).copied();
        kind.ok_or(Error::Unknown("memory", number))
    }
}

/// What a visitor chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Bytes of each memory.
    pub bytes: u32,
    /// Bits of a weight of both networks: 1, 2, 4 or 8.
    pub bits: u32,
    /// Points that a hidden unit of the K-winner network sees, m.
    pub fan_in: u32,
    /// Its winners, k.
    pub winners: u32,
    /// Its learning rate in 1/65536, eps.
    pub rate: u32,
    /// Levels of the recency memory, L.
    pub levels: u32,
    /// Random patterns learned before the drawing.
    pub before: u32,
    /// Seed of patterns, cues and networks.
    pub seed: u32,
}

impl Settings {
    /// The most points of a drawing: half of all.
    pub const MOST_ONES: u32 = POINTS / 2;
    /// Patterns before the drawing.
    pub const BEFORE: Range = Range { low: 0, high: 1000 };
    /// Bytes: those of a 1-winner network of one unit at any width, and of one whose weights the page can show.
    pub const BYTES: Range = Range {
        low: 1024,
        high: 32_768,
    };
    /// Bits of a weight.
    pub const BITS: [u32; 4] = [1, 2, 4, 8];

    /// Hidden units of the K-winner network: the most that fit, of the numbers for which there is wiring.
    fn hidden(&self) -> Result<u32, Error> {
        let words = self.bytes / 4 - COUNTER;
        let most = words / self.fan_in * (u32::BITS / self.bits);
        (1..=most)
            .rev()
            .find(|&hidden| {
                let params = Params::<U8>::builder(POINTS, hidden).fan_in(self.fan_in);
                params.structured().build().is_ok()
            })
            .ok_or(Error::Range(
                "points that a hidden unit sees",
                self.fan_in,
                self.fan_ins(),
            ))
    }

    /// Fan-ins for which there is room for a hidden unit for each winner of 1, at these bytes.
    #[must_use]
    pub fn fan_ins(&self) -> Range {
        let words = self.bytes / 4 - COUNTER;
        Range {
            low: 4,
            high: words.min(POINTS / 2),
        }
    }

    /// Winners that the K-winner network may have, at these bytes and this fan-in.
    ///
    /// # Errors
    /// [`Error::Range`] for a fan-in for which there is no wiring.
    pub fn all_winners(&self) -> Result<Range, Error> {
        self.hidden().map(|high| Range { low: 1, high })
    }

    /// Levels with which the recency memory has room for a row, at these bytes and with this many ones.
    #[must_use]
    pub fn all_levels(&self, ones: u32) -> Range {
        let fits = |&levels: &u32| self.recency(levels, ones).is_ok();
        let high = (1..=recency::MAX_LEVELS.min(MOST_LEVELS)).rev().find(fits);
        Range {
            low: 1,
            high: high.unwrap_or(1),
        }
    }

    fn recency(&self, levels: u32, ones: u32) -> Result<recency::Params, recency::ParamsError> {
        let builder = recency::Params::builder(POINTS, 1).levels(levels);
        builder.active(ones).build_in(self.bytes.into())
    }
}

/// Words of every state before what is learned: the number of patterns.
const COUNTER: u32 = 2;
/// Levels beyond which nothing is left of a pattern of a few points.
const MOST_LEVELS: u32 = 24;

/// What a memory answers to a cue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The pattern.
    pub pattern: Picture,
    /// How sure the memory is of each point, 0 to 255.
    pub sure: [u8; POINTS as usize],
    /// How well the cue matched, in 1/65536 of what the memory calls the most.
    pub share: u32,
}

/// The four memories.
#[derive(Debug)]
pub(super) struct Memories {
    networks: [Box<dyn Network>; 2],
    recency: Recency<Vec<u32>>,
    ring: Slots<Vec<u32>>,
    scratch: Vec<u32>,
}

impl Memories {
    pub(super) fn new(settings: &Settings, ones: u32) -> Result<Self, Error> {
        Error::check("bytes", settings.bytes, Settings::BYTES)?;
        Error::check(
            "points that a hidden unit sees",
            settings.fan_in,
            settings.fan_ins(),
        )?;
        Error::check("winners", settings.winners, settings.all_winners()?)?;
        Error::check("levels", settings.levels, settings.all_levels(ones))?;
        let networks = match settings.bits {
            1 => networks::<U1>(settings, ones),
            2 => networks::<U2>(settings, ones),
            4 => networks::<U4>(settings, ones),
            8 => networks::<U8>(settings, ones),
            bits => Err(Error::Unknown(
                "width of weights: 1, 2, 4 or 8 bits, but",
                bits,
            )),
        }?;
        let levels = settings.recency(settings.levels, ones)?;
        let slots = (settings.bytes / 4 - COUNTER) / WORDS as u32;
        let ring = SlotsParams::new(POINTS, slots, Replacement::Fifo)?;
        let scratch = levels.scratch_words();
        Ok(Self {
            networks,
            recency: Recency::new(levels, vec![0; levels.words()])?,
            ring: Slots::new(ring, vec![0; ring.words()])?,
            scratch: vec![0; scratch],
        })
    }

    pub(super) fn k_winner(&self) -> &dyn Network {
        &*self.networks[1]
    }

    pub(super) fn learn(&mut self, pattern: &Picture) -> Result<(), Error> {
        for network in &mut self.networks {
            network.learn(pattern, &mut self.scratch)?;
        }
        self.scratch
            .resize(self.recency.params().scratch_words(), 0);
        self.recency.learn(pattern, &mut self.scratch)?;
        self.ring.learn(pattern)?;
        Ok(())
    }

    pub(super) fn recall(&mut self, kind: Kind, cue: &Picture) -> Result<Answer, Error> {
        let mut answer = Answer {
            pattern: [0; WORDS],
            sure: [0; POINTS as usize],
            share: 0,
        };
        match kind {
            Kind::OneWinner | Kind::KWinner => {
                let network = &self.networks[kind as usize];
                (answer.pattern, answer.share) = network.recall(cue, &mut self.scratch)?;
                let (_, sums) = network.sums(cue, &mut self.scratch)?;
                let size = network.size();
                // As many of the winners as see a point on average, all sure of it.
                let most = (size.winners * size.fan_in * size.full / POINTS).max(size.full);
                for (sure, sum) in answer.sure.iter_mut().zip(sums) {
                    *sure = (255 * sum.min(most) / most) as u8;
                }
            }
            Kind::Recency => {
                self.scratch
                    .resize(self.recency.params().scratch_words(), 0);
                let recalled = self.recency.recall(cue, &mut self.scratch)?;
                answer.pattern.copy_from_slice(recalled.pattern);
                answer.share = recalled.matched.map_or(0, recency::Match::share);
                for (point, sure) in (0..).zip(&mut answer.sure) {
                    *sure = match recalled.unit(point) {
                        Unit::Member => 255,
                        Unit::Unknown => 96,
                        _ => 0,
                    };
                }
            }
            Kind::Ring => {
                let recalled = self.ring.recall(cue)?;
                answer.pattern.copy_from_slice(recalled.pattern);
                answer.share = recalled.found.best.map_or(0, |best| best.share());
                for point in bits::ones(recalled.pattern) {
                    answer.sure[point as usize] = 255;
                }
            }
        }
        Ok(answer)
    }

    /// Bytes, units, rows or slots, and fan-in or levels.
    pub(super) fn size(&self, kind: Kind) -> [u32; 3] {
        match kind {
            Kind::OneWinner | Kind::KWinner => {
                let size = self.networks[kind as usize].size();
                [size.bytes, size.hidden, size.fan_in]
            }
            Kind::Recency => {
                let params = self.recency.params();
                [4 * params.words() as u32, params.rows(), params.levels()]
            }
            Kind::Ring => {
                let params = self.ring.params();
                [4 * params.words() as u32, params.slots(), 1]
            }
        }
    }
}

/// The 1-winner and the K-winner network.
fn networks<W: Width>(settings: &Settings, ones: u32) -> Result<[Box<dyn Network>; 2], Error> {
    let row = POINTS * W::BITS / u32::BITS;
    let hidden = (settings.bytes / 4 - COUNTER) / row;
    let one = Params::<W>::builder(POINTS, hidden).active(ones);
    let one = one.seed(settings.seed.into()).build()?;
    let many = Params::<W>::builder(POINTS, settings.hidden()?)
        .fan_in(settings.fan_in)
        .winners(settings.winners)
        .active(ones)
        .rate(settings.rate)
        .rounding(Rounding::Stochastic)
        .seed(settings.seed.into())
        .structured()
        .build()?;
    Ok([
        Box::new(KWinner::new(one, vec![0; one.words()])?),
        Box::new(KWinner::new(many, vec![0; many.words()])?),
    ])
}
