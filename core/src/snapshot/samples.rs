//! Snapshots of rings of samples: their parameter block and their sections.

use super::SnapshotError;
use super::frame::Frame;
use super::kind::{Kind, SectionKind};
use super::opened::{Checked, Model, Snapshot, SnapshotOf};
use super::written::{self, Parts};
use crate::recogniser::{Code, Replacement, Ring, RingParams};

/// Words of the parameter block.
const BLOCK: usize = 6;

/// The most sections.
const SECTIONS: usize = 3;

/// Words before the state.
const START: usize = written::start(BLOCK, SECTIONS);

/// The sizes of a block.
fn params_of(block: &[u32]) -> Result<RingParams, SnapshotError> {
    let &[features, items, bits, replacement, low, high] = block else {
        return Err(SnapshotError::ParameterWords {
            got: block.len() as u32,
            expected: BLOCK as u32,
        });
    };
    let seed = u64::from(low) | u64::from(high) << 32;
    let code = match bits {
        0 => Code::Nibbles,
        bits => Code::Thermometer { bits },
    };
    let replacement = match replacement {
        0 => Replacement::Fifo,
        1 => Replacement::Reservoir { seed },
        2 => Replacement::Balanced,
        got => return Err(SnapshotError::SampleReplacement { got }),
    };
    if !matches!(replacement, Replacement::Reservoir { .. })
        && let Some(&got) = [low, high].iter().find(|&&word| word != 0)
    {
        return Err(SnapshotError::Unused { got });
    }
    RingParams::new(features, items, code, replacement).map_err(SnapshotError::Recogniser)
}

/// The sections, with their lengths in words.
const fn sections(params: &RingParams) -> [(SectionKind, usize); SECTIONS] {
    let items = params.items() as usize * params.item_words();
    let labels = params.label_words();
    [
        (SectionKind::Counters, params.words() - items - labels),
        (SectionKind::Items, items),
        (SectionKind::Labels, labels),
    ]
}

/// Checks that the parameters are in range and the sections are those that they ask for.
pub(super) fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
    let params = params_of(frame.parameters)?;
    frame.check_sections(sections(&params).into_iter())
}

impl Model for RingParams {}

impl Checked for RingParams {
    fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
        frame.expect(Kind::Samples)?;
        check(frame)
    }
}

impl<'a, M> SnapshotOf<'a, M> {
    /// The sizes of a ring of samples.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn samples_params(&self) -> Result<RingParams, SnapshotError> {
        self.frame.expect(Kind::Samples)?;
        params_of(self.frame.parameters)
    }

    /// The ring of samples, in place: it recognises from the snapshot's own words and cannot learn.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn samples(&self) -> Result<Ring<&'a [u32]>, SnapshotError> {
        view(self.samples_params()?, self.state())
    }

    /// Copies the state of a ring of samples to the first [`RingParams::words`] words of `into`, where it can learn.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter, [`SnapshotError::OtherKind`] if it is another model.
    pub fn thaw_samples<'b>(
        &self,
        into: &'b mut [u32],
    ) -> Result<Ring<&'b mut [u32]>, SnapshotError> {
        view(
            self.samples_params()?,
            written::copy([self.state(), &[]], into)?,
        )
    }
}

fn view<S: AsRef<[u32]>>(params: RingParams, words: S) -> Result<Ring<S>, SnapshotError> {
    let got = words.as_ref().len();
    Ring::open(params, words).map_err(|_| SnapshotError::Buffer {
        got,
        needed: params.words(),
    })
}

/// The parameter block of a ring: what tells two of them apart, in words.
#[must_use]
pub const fn parameters(params: &RingParams) -> [u32; BLOCK] {
    let bits = match params.code() {
        Code::Nibbles => 0,
        Code::Thermometer { bits } => bits,
    };
    let (replacement, seed) = match params.replacement() {
        Replacement::Fifo => (0, 0),
        Replacement::Reservoir { seed } => (1, seed),
        Replacement::Balanced => (2, 0),
    };
    [
        params.features(),
        params.items(),
        bits,
        replacement,
        seed as u32,
        (seed >> 32) as u32,
    ]
}

/// Words of the snapshot of a recogniser of these sizes.
#[must_use]
pub const fn words_for(params: &RingParams) -> usize {
    START + params.words() + 1
}

/// The snapshot of a recogniser as its pieces, for machines without room for it twice. Costs a pass over the state, for the
/// CRC.
///
/// # Errors
/// None: no recogniser has so many words; the type is that of the other models.
pub fn parts<S: AsRef<[u32]>>(recogniser: &Ring<S>) -> Result<Parts<'_>, SnapshotError> {
    let params = recogniser.params();
    let state = recogniser.words();
    let sections = sections(params);
    let [(_, counters), ..] = sections;
    let (counters, rest) = state.split_at_checked(counters).unwrap_or((state, &[]));
    let block = parameters(params);
    let sections = sections.into_iter();
    Parts::new::<BLOCK, SECTIONS>(1, Kind::Samples, &block, sections, [counters, rest, &[]])
}

/// Writes the snapshot of a recogniser to the first [`words_for`] words of `into`, and opens it there.
///
/// # Errors
/// [`SnapshotError::Buffer`] if `into` is shorter.
pub fn encode<'b, S: AsRef<[u32]>>(
    recogniser: &Ring<S>,
    into: &'b mut [u32],
) -> Result<Snapshot<'b>, SnapshotError> {
    parts(recogniser)?.write(into)
}
