//! Snapshots of the K-winner network: its parameter block and its sections.

use super::SnapshotError;
use super::frame::{self, Kind, Parts, SectionKind, Snapshot};
use crate::kwinner::{Assignment, KWinner, Params};
use crate::weight::{Rounding, U1, U2, U4, U8, U16, Width};

/// Words of the parameter block.
const BLOCK: usize = 12;

/// Words before the state.
const START: usize = frame::start(BLOCK, 3);

/// How a network is wired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Wiring {
    /// At random, by packed masks.
    Random,
}

impl Wiring {
    const fn code(self) -> u32 {
        match self {
            Self::Random => 0,
        }
    }
}

/// The parameters of a network in a snapshot, before its width is known as a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Settings {
    /// Bits of a weight: [`Width::BITS`] of the type to open it with.
    pub bits: u32,
    /// Visible units, n_i.
    pub visible: u32,
    /// Hidden units, n_h.
    pub hidden: u32,
    /// Fan-in, m.
    pub fan_in: u32,
    /// Winners, k.
    pub winners: u32,
    /// Ones of a recalled pattern, s.
    pub active: u32,
    /// Learning rate eps, in 1/65536.
    pub rate: u32,
    /// Rounding of the learning step.
    pub rounding: Rounding,
    /// How learning chooses its winners.
    pub assignment: Assignment,
    /// How the network is wired.
    pub wiring: Wiring,
    /// Seed.
    pub seed: u64,
}

impl Settings {
    fn of<W: Width>(params: &Params<W>) -> Self {
        Self {
            bits: W::BITS,
            visible: params.visible(),
            hidden: params.hidden(),
            fan_in: params.fan_in(),
            winners: params.winners(),
            active: params.active(),
            rate: params.rate().get(),
            rounding: params.rounding(),
            assignment: params.assignment(),
            wiring: Wiring::Random,
            seed: params.seed(),
        }
    }

    fn to_block(self) -> [u32; BLOCK] {
        [
            self.bits,
            self.visible,
            self.hidden,
            self.fan_in,
            self.winners,
            self.active,
            self.rate,
            match self.rounding {
                Rounding::Nearest => 0,
                Rounding::Stochastic => 1,
            },
            match self.assignment {
                Assignment::Competitive => 0,
                Assignment::RandomK => 1,
            },
            self.wiring.code(),
            self.seed as u32,
            (self.seed >> 32) as u32,
        ]
    }

    fn of_block(block: &[u32]) -> Result<Self, SnapshotError> {
        let &[
            bits,
            visible,
            hidden,
            fan_in,
            winners,
            active,
            rate,
            rounding,
            assignment,
            wiring,
            low,
            high,
        ] = block
        else {
            return Err(SnapshotError::ParameterWords {
                got: block.len() as u32,
                expected: BLOCK as u32,
            });
        };
        Ok(Self {
            bits,
            visible,
            hidden,
            fan_in,
            winners,
            active,
            rate,
            rounding: match rounding {
                0 => Rounding::Nearest,
                1 => Rounding::Stochastic,
                got => return Err(SnapshotError::Rounding { got }),
            },
            assignment: match assignment {
                0 => Assignment::Competitive,
                1 => Assignment::RandomK,
                got => return Err(SnapshotError::Assignment { got }),
            },
            wiring: match wiring {
                0 => Wiring::Random,
                got => return Err(SnapshotError::Wiring { got }),
            },
            seed: u64::from(low) | u64::from(high) << 32,
        })
    }

    /// The parameters as the type that makes a network.
    ///
    /// # Errors
    /// [`SnapshotError::Width`] if `W` is another width; [`SnapshotError::Params`] never for settings of a snapshot that
    /// is open.
    pub fn params<W: Width>(&self) -> Result<Params<W>, SnapshotError> {
        if self.bits != W::BITS {
            return Err(SnapshotError::Width {
                got: self.bits,
                expected: W::BITS,
            });
        }
        Params::builder(self.visible, self.hidden)
            .fan_in(self.fan_in)
            .winners(self.winners)
            .active(self.active)
            .rate(self.rate)
            .rounding(self.rounding)
            .assignment(self.assignment)
            .seed(self.seed)
            .build()
            .map_err(SnapshotError::Params)
    }
}

/// Checks that the parameters are in range and the sections are those that they ask for.
pub(super) fn check(snapshot: &Snapshot<'_>) -> Result<(), SnapshotError> {
    match snapshot.kwinner_settings()?.bits {
        1 => check_sections::<U1>(snapshot),
        2 => check_sections::<U2>(snapshot),
        4 => check_sections::<U4>(snapshot),
        8 => check_sections::<U8>(snapshot),
        16 => check_sections::<U16>(snapshot),
        got => Err(SnapshotError::Bits { got }),
    }
}

fn check_sections<W: Width>(snapshot: &Snapshot<'_>) -> Result<(), SnapshotError> {
    let params = snapshot.kwinner_settings()?.params::<W>()?;
    let mut expected = sections(&params)
        .map(|(kind, words)| (kind.code(), words as u64))
        .into_iter();
    let mut found = snapshot.table.iter().map(|&[kind, _, words]| (kind, words));
    let mut section = 0;
    loop {
        match (found.next(), expected.next()) {
            (None, None) => return Ok(()),
            (Some(got), Some(expected)) if (got.0, u64::from(got.1)) == expected => section += 1,
            (got, expected) => {
                return Err(SnapshotError::Section {
                    section,
                    got: got.unwrap_or_default(),
                    expected: expected.unwrap_or_default(),
                });
            }
        }
    }
}

/// The sections, with their lengths in words.
fn sections<W: Width>(params: &Params<W>) -> [(SectionKind, usize); 3] {
    let hidden = params.hidden() as usize;
    [
        (SectionKind::Position, 2),
        (SectionKind::Masks, hidden * params.pattern_words()),
        (SectionKind::Weights, hidden * params.row_words()),
    ]
}

impl<'a> Snapshot<'a> {
    /// The parameters of a K-winner network, whatever its width.
    ///
    /// # Errors
    /// [`SnapshotError::Kind`] if it is another model. There is none yet.
    pub fn kwinner_settings(&self) -> Result<Settings, SnapshotError> {
        match self.kind() {
            Kind::KWinner => Settings::of_block(self.parameters),
        }
    }

    /// The K-winner network, in place: it recalls from the snapshot's own words and cannot learn.
    ///
    /// # Errors
    /// [`SnapshotError::Kind`] if it is another model, [`SnapshotError::Width`] if its weights are not of width `W`.
    pub fn kwinner<W: Width>(&self) -> Result<KWinner<W, &'a [u32]>, SnapshotError> {
        view(self, self.state())
    }

    /// Copies the state of the K-winner network to the first [`Params::words`] words of `into`, where it can learn.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter, and those of [`Snapshot::kwinner`].
    pub fn thaw_kwinner<'b, W: Width>(
        &self,
        into: &'b mut [u32],
    ) -> Result<KWinner<W, &'b mut [u32]>, SnapshotError> {
        // What cannot be opened should not overwrite anything.
        self.kwinner::<W>()?;
        let (got, needed) = (into.len(), self.state().len());
        let Some(words) = into.get_mut(..needed) else {
            return Err(SnapshotError::Buffer { got, needed });
        };
        for (word, &value) in words.iter_mut().zip(self.state()) {
            *word = value;
        }
        view(self, words)
    }
}

fn view<W: Width, S: AsRef<[u32]>>(
    snapshot: &Snapshot<'_>,
    words: S,
) -> Result<KWinner<W, S>, SnapshotError> {
    let params = snapshot.kwinner_settings()?.params()?;
    let got = words.as_ref().len();
    KWinner::open(params, words).map_err(|_| SnapshotError::Buffer {
        got,
        needed: params.words(),
    })
}

/// Words of the snapshot of a network with these parameters.
#[must_use]
pub const fn words_for<W: Width>(params: &Params<W>) -> usize {
    START + params.words() + 1
}

/// The snapshot of a network as its pieces, for machines without room for it twice. Costs a pass over the network, for the
/// CRC.
///
/// # Errors
/// [`SnapshotError::TooLarge`] for more than 2^32 - 1 words.
pub fn parts<W: Width, S: AsRef<[u32]>>(
    network: &KWinner<W, S>,
) -> Result<Parts<'_>, SnapshotError> {
    let params = network.params();
    let words = words_for(params);
    if u32::try_from(words).is_err() {
        return Err(SnapshotError::TooLarge { words });
    }
    let sections = sections(params).map(|(kind, words)| (kind, words as u32));
    let block = Settings::of(params).to_block();
    Parts::new(Kind::KWinner, &block, &sections, network.words())
}

/// Writes the snapshot of a network to the first [`words_for`] words of `into`, and opens it there.
///
/// # Errors
/// [`SnapshotError::Buffer`] if `into` is shorter, [`SnapshotError::TooLarge`] for more than 2^32 - 1 words.
pub fn encode<'b, W: Width, S: AsRef<[u32]>>(
    network: &KWinner<W, S>,
    into: &'b mut [u32],
) -> Result<Snapshot<'b>, SnapshotError> {
    parts(network)?.write(into)
}
