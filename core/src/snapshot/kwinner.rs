//! Snapshots of the K-winner network: its parameter block and its sections.

use super::SnapshotError;
use super::frame::Frame;
use super::kind::{Kind, SectionKind};
use super::opened::{Checked, Model, Snapshot, SnapshotOf};
use super::written::{self, Parts};
use crate::kwinner::{
    Assignment, COUNTER_WORDS, KWinner, Lent, Params, Random, Seeded, Structured, Wiring,
    WiringKind,
};
use crate::weight::{Rounding, U1, U2, U4, U8, U16, Width};

pub use crate::kwinner::Settings;

/// Words of the parameter block.
const BLOCK: usize = 12;

/// Words before the state.
const START: usize = written::start(BLOCK, 3);

// As many with structured wiring, which has a section less.
const _: () = assert!(written::start(BLOCK, 2) == START);

/// The parameter block of a network.
fn block_of(settings: &Settings) -> [u32; BLOCK] {
    [
        settings.bits,
        settings.visible,
        settings.hidden,
        settings.fan_in,
        settings.winners,
        settings.active,
        settings.rate,
        match settings.rounding {
            Rounding::Nearest => 0,
            Rounding::Stochastic => 1,
        },
        match settings.assignment {
            Assignment::Competitive => 0,
            Assignment::RandomK => 1,
        },
        match settings.wiring {
            WiringKind::Random => 0,
            WiringKind::Structured => 1,
        },
        settings.seed as u32,
        (settings.seed >> 32) as u32,
    ]
}

/// The network of a parameter block.
fn settings_of(block: &[u32]) -> Result<Settings, SnapshotError> {
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
    Ok(Settings {
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
            0 => WiringKind::Random,
            1 => WiringKind::Structured,
            got => return Err(SnapshotError::Wiring { got }),
        },
        seed: u64::from(low) | u64::from(high) << 32,
    })
}

/// Checks that the parameters are in range and the sections are those that they ask for.
pub(super) fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
    let settings = settings_in(frame)?;
    match settings.wiring {
        WiringKind::Random => check_width::<Random>(frame, &settings),
        WiringKind::Structured => check_width::<Structured>(frame, &settings),
    }
}

/// Any width and wiring: the numbers are checked where a network is made of them, and only for what that is.
impl Model for Settings {}

impl Checked for Settings {
    fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
        settings_in(frame).map(drop)
    }
}

impl<W: Width, G: Seeded> Model for Params<W, G> {}

impl<W: Width, G: Seeded> Checked for Params<W, G> {
    fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
        params_in::<W, G>(frame).map(drop)
    }
}

/// The checked parameters of a network of this width and wiring, whose sections are those that they ask for.
fn params_in<W: Width, G: Seeded>(frame: &Frame<'_>) -> Result<Params<W, G>, SnapshotError> {
    let params = settings_in(frame)?.params()?;
    check_sections(frame, &params)?;
    Ok(params)
}

/// The parameters in a snapshot that is of such a network.
fn settings_in(frame: &Frame<'_>) -> Result<Settings, SnapshotError> {
    frame.expect(Kind::KWinner)?;
    settings_of(frame.parameters)
}

fn check_width<G: Seeded>(frame: &Frame<'_>, settings: &Settings) -> Result<(), SnapshotError> {
    match settings.bits {
        1 => check_sections(frame, &settings.params::<U1, G>()?),
        2 => check_sections(frame, &settings.params::<U2, G>()?),
        4 => check_sections(frame, &settings.params::<U4, G>()?),
        8 => check_sections(frame, &settings.params::<U8, G>()?),
        16 => check_sections(frame, &settings.params::<U16, G>()?),
        got => Err(SnapshotError::Bits { got }),
    }
}

#[inline(never)]
fn check_sections<W: Width, G: Wiring>(
    frame: &Frame<'_>,
    params: &Params<W, G>,
) -> Result<(), SnapshotError> {
    frame.check_sections(sections(params, frame.version))
}

/// The version of the format that a network is written as.
fn version_of<W: Width, G: Wiring>(params: &Params<W, G>) -> u32 {
    match G::KIND {
        WiringKind::Random if params.sees_all() => 2,
        _ => 1,
    }
}

/// The sections, with their lengths in words. Structured wiring has no masks.
fn sections<W: Width, G: Wiring>(
    params: &Params<W, G>,
    version: u32,
) -> impl Iterator<Item = (SectionKind, usize)> + Clone + use<W, G> {
    let masks = match G::KIND {
        WiringKind::Random if version == 1 => params.hidden() as usize * params.pattern_words(),
        _ => params.all_mask_words(),
    };
    [
        (SectionKind::Position, COUNTER_WORDS),
        (SectionKind::Masks, masks),
        (SectionKind::Weights, params.weight_words()),
    ]
    .into_iter()
    .filter(|&(kind, words)| words > 0 || kind != SectionKind::Masks)
}

impl<'a, M> SnapshotOf<'a, M> {
    /// The parameters of a K-winner network, whatever its width and wiring.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn kwinner_settings(&self) -> Result<Settings, SnapshotError> {
        settings_in(&self.frame)
    }

    /// The K-winner network, in place: it recalls from the snapshot's own words and cannot learn.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model, [`SnapshotError::Width`] if its weights are not of width `W`,
    /// [`SnapshotError::OtherWiring`] if its wiring is not `G`.
    pub fn kwinner<W: Width, G: Seeded>(&self) -> Result<KWinner<W, &'a [u32], G>, SnapshotError> {
        let params = params_in(&self.frame)?;
        view(params, self.state())
    }

    /// Copies the state of the K-winner network to the first [`Params::words`] words of `into`, where it can learn.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter, and those of [`Snapshot::kwinner`].
    pub fn thaw_kwinner<'b, W: Width, G: Seeded>(
        &self,
        into: &'b mut [u32],
    ) -> Result<KWinner<W, &'b mut [u32], G>, SnapshotError> {
        let params = params_in(&self.frame)?;
        view(params, written::copy(pieces(self.state(), &params), into)?)
    }

    /// Copies the number learned and the weights of a randomly wired K-winner network, and leaves its masks where they
    /// are: for learning in little memory, from a snapshot in flash. `into` holds
    /// `2 + n_h` [`row_words`](Params::row_words) words, or more.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter, and those of [`Snapshot::kwinner`].
    pub fn thaw_kwinner_weights<'b, W: Width>(
        &self,
        into: &'b mut [u32],
    ) -> Result<KWinner<W, &'b mut [u32], Lent<'a>>, SnapshotError> {
        let params: Params<W> = params_in(&self.frame)?;
        let state = self.state();
        let [position, masks, weights] = pieces(state, &params);
        let short = |_| SnapshotError::Buffer {
            got: state.len(),
            needed: params.words(),
        };
        view(
            params.lend_masks(masks).map_err(short)?,
            written::copy([position, weights], into)?,
        )
    }
}

/// Number learned, masks and weights of a state; of version 1 without masks where units see all.
fn pieces<'a, W: Width, G: Wiring>(state: &'a [u32], params: &Params<W, G>) -> [&'a [u32]; 3] {
    let (position, rows) = state.split_at_checked(COUNTER_WORDS).unwrap_or((&[], &[]));
    let masks = rows.len().saturating_sub(params.weight_words());
    let (masks, weights) = rows.split_at_checked(masks).unwrap_or((&[], &[]));
    let masks = masks.get(..params.all_mask_words()).unwrap_or(&[]);
    [position, masks, weights]
}

fn view<W: Width, S: AsRef<[u32]>, G: Wiring>(
    params: Params<W, G>,
    words: S,
) -> Result<KWinner<W, S, G>, SnapshotError> {
    let got = words.as_ref().len();
    KWinner::open_state(params, words).map_err(|_| SnapshotError::Buffer {
        got,
        needed: params.words(),
    })
}

/// The parameter block of a network: what tells two of them apart, in words.
#[must_use]
pub fn parameters<W: Width, G: Wiring>(params: &Params<W, G>) -> [u32; BLOCK] {
    block_of(&Settings::of(params))
}

/// Words of the snapshot of a network with these parameters.
#[must_use]
pub const fn words_for<W: Width, G: Wiring>(params: &Params<W, G>) -> usize {
    START + params.words_with_masks() + 1
}

/// The snapshot of a network as its pieces, for machines without room for it twice. Costs a pass over the network, for the
/// CRC.
///
/// # Errors
/// [`SnapshotError::TooLarge`] for more than 2^32 - 1 words.
pub fn parts<W: Width, S: AsRef<[u32]>, G: Wiring>(
    network: &KWinner<W, S, G>,
) -> Result<Parts<'_>, SnapshotError> {
    let params = network.params();
    let words = words_for(params);
    if u32::try_from(words).is_err() {
        return Err(SnapshotError::TooLarge { words });
    }
    let [position, inside, weights] = pieces(network.words(), params);
    let elsewhere = params.wiring().masks_elsewhere();
    let masks = if elsewhere.is_empty() {
        inside
    } else {
        elsewhere
    };
    let block = parameters(params);
    let version = version_of(params);
    let sections = sections(params, version);
    Parts::new::<BLOCK, 3>(
        version,
        Kind::KWinner,
        &block,
        sections,
        [position, masks, weights],
    )
}

/// Writes the snapshot of a network to the first [`words_for`] words of `into`, and opens it there.
///
/// # Errors
/// [`SnapshotError::Buffer`] if `into` is shorter, [`SnapshotError::TooLarge`] for more than 2^32 - 1 words.
pub fn encode<'b, W: Width, S: AsRef<[u32]>, G: Wiring>(
    network: &KWinner<W, S, G>,
    into: &'b mut [u32],
) -> Result<Snapshot<'b>, SnapshotError> {
    parts(network)?.write(into)
}
