//! Snapshots of recognisers that grow: their parameter block and their sections.

use super::SnapshotError;
use super::frame::Frame;
use super::kind::{Kind, SectionKind};
use super::opened::{Checked, Model, Snapshot, SnapshotOf};
use super::written::{self, Parts};
use crate::recogniser::{Grow, GrowParams};

/// Words of the parameter block.
const BLOCK: usize = 5;

/// The most sections.
const SECTIONS: usize = 3;

/// Words before the state.
const START: usize = written::start(BLOCK, SECTIONS);

/// The sizes of a block.
fn params_of(block: &[u32]) -> Result<GrowParams, SnapshotError> {
    let &[features, items, fading, low, high] = block else {
        return Err(SnapshotError::ParameterWords {
            got: block.len() as u32,
            expected: BLOCK as u32,
        });
    };
    let seed = u64::from(low) | u64::from(high) << 32;
    let params =
        GrowParams::new(features, items).and_then(|params| params.seed(seed).fading(fading));
    params.map_err(SnapshotError::Recogniser)
}

/// The sections, with their lengths in words.
const fn sections(params: &GrowParams) -> [(SectionKind, usize); SECTIONS] {
    let items = params.items() as usize * params.item_words();
    let labels = 2 * params.label_words();
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

impl Model for GrowParams {}

impl Checked for GrowParams {
    fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
        frame.expect(Kind::Grow)?;
        check(frame)
    }
}

impl<'a, M> SnapshotOf<'a, M> {
    /// The sizes of a recogniser that grows.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn grow_params(&self) -> Result<GrowParams, SnapshotError> {
        self.frame.expect(Kind::Grow)?;
        params_of(self.frame.parameters)
    }

    /// The recogniser that grows, in place: it recognises from the snapshot's own words and cannot learn.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn grow(&self) -> Result<Grow<&'a [u32]>, SnapshotError> {
        view(self.grow_params()?, self.state())
    }

    /// Copies the state of a recogniser that grows to the first [`GrowParams::words`] words of `into`, where it can learn.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter, [`SnapshotError::OtherKind`] if it is another model.
    pub fn thaw_grow<'b>(&self, into: &'b mut [u32]) -> Result<Grow<&'b mut [u32]>, SnapshotError> {
        view(
            self.grow_params()?,
            written::copy([self.state(), &[]], into)?,
        )
    }
}

fn view<S: AsRef<[u32]>>(params: GrowParams, words: S) -> Result<Grow<S>, SnapshotError> {
    let got = words.as_ref().len();
    Grow::open(params, words).map_err(|_| SnapshotError::Buffer {
        got,
        needed: params.words(),
    })
}

/// The parameter block of a recogniser: what tells two of them apart, in words.
#[must_use]
pub const fn parameters(params: &GrowParams) -> [u32; BLOCK] {
    let seed = params.rounding_seed();
    [
        params.features(),
        params.items(),
        params.fades(),
        seed as u32,
        (seed >> 32) as u32,
    ]
}

/// Words of the snapshot of a recogniser of these sizes.
#[must_use]
pub const fn words_for(params: &GrowParams) -> usize {
    START + params.words() + 1
}

/// The snapshot of a recogniser as its pieces, for machines without room for it twice. Costs a pass over the state, for the
/// CRC.
///
/// # Errors
/// None: no recogniser has so many words; the type is that of the other models.
pub fn parts<S: AsRef<[u32]>>(recogniser: &Grow<S>) -> Result<Parts<'_>, SnapshotError> {
    let params = recogniser.params();
    let state = recogniser.words();
    let sections = sections(params);
    let [(_, counters), ..] = sections;
    let (counters, rest) = state.split_at_checked(counters).unwrap_or((state, &[]));
    let block = parameters(params);
    let sections = sections.into_iter();
    Parts::new::<BLOCK, SECTIONS>(1, Kind::Grow, &block, sections, [counters, rest, &[]])
}

/// Writes the snapshot of a recogniser to the first [`words_for`] words of `into`, and opens it there.
///
/// # Errors
/// [`SnapshotError::Buffer`] if `into` is shorter.
pub fn encode<'b, S: AsRef<[u32]>>(
    recogniser: &Grow<S>,
    into: &'b mut [u32],
) -> Result<Snapshot<'b>, SnapshotError> {
    parts(recogniser)?.write(into)
}
