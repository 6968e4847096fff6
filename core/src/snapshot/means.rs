//! Snapshots of recognisers by class means: their parameter block and their sections.

use super::SnapshotError;
use super::frame::Frame;
use super::kind::{Kind, SectionKind};
use super::opened::{Checked, Model, Snapshot, SnapshotOf};
use super::written::{self, Parts};
use crate::recogniser::{Means, MeansParams};

/// Words of the parameter block.
const BLOCK: usize = 3;

/// The most sections.
const SECTIONS: usize = 2;

/// Words before the state.
const START: usize = written::start(BLOCK, SECTIONS);

/// The sizes of a block.
fn params_of(block: &[u32]) -> Result<MeansParams, SnapshotError> {
    let &[features, labels, window] = block else {
        return Err(SnapshotError::ParameterWords {
            got: block.len() as u32,
            expected: BLOCK as u32,
        });
    };
    MeansParams::new(features, labels, window).map_err(SnapshotError::Recogniser)
}

/// The sections, with their lengths in words.
const fn sections(params: &MeansParams) -> [(SectionKind, usize); SECTIONS] {
    let means = params.labels() as usize * params.mean_words();
    [
        (SectionKind::Counters, params.words() - means),
        (SectionKind::Items, means),
    ]
}

/// Checks that the parameters are in range and the sections are those that they ask for.
pub(super) fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
    let params = params_of(frame.parameters)?;
    frame.check_sections(sections(&params).into_iter())
}

impl Model for MeansParams {}

impl Checked for MeansParams {
    fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
        frame.expect(Kind::Means)?;
        check(frame)
    }
}

impl<'a, M> SnapshotOf<'a, M> {
    /// The sizes of a recogniser by class means.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn means_params(&self) -> Result<MeansParams, SnapshotError> {
        self.frame.expect(Kind::Means)?;
        params_of(self.frame.parameters)
    }

    /// The recogniser by class means, in place: it recognises from the snapshot's own words and cannot learn.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn means(&self) -> Result<Means<&'a [u32]>, SnapshotError> {
        view(self.means_params()?, self.state())
    }

    /// Copies the state of a recogniser by class means to the first [`MeansParams::words`] words of `into`, where it can learn.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter, [`SnapshotError::OtherKind`] if it is another model.
    pub fn thaw_means<'b>(
        &self,
        into: &'b mut [u32],
    ) -> Result<Means<&'b mut [u32]>, SnapshotError> {
        view(
            self.means_params()?,
            written::copy([self.state(), &[]], into)?,
        )
    }
}

fn view<S: AsRef<[u32]>>(params: MeansParams, words: S) -> Result<Means<S>, SnapshotError> {
    let got = words.as_ref().len();
    Means::open(params, words).map_err(|_| SnapshotError::Buffer {
        got,
        needed: params.words(),
    })
}

/// The parameter block of a recogniser: what tells two of them apart, in words.
#[must_use]
pub const fn parameters(params: &MeansParams) -> [u32; BLOCK] {
    [params.features(), params.labels(), params.window()]
}

/// Words of the snapshot of a recogniser of these sizes.
#[must_use]
pub const fn words_for(params: &MeansParams) -> usize {
    START + params.words() + 1
}

/// The snapshot of a recogniser as its pieces, for machines without room for it twice. Costs a pass over the state, for the
/// CRC.
///
/// # Errors
/// None: no recogniser has so many words; the type is that of the other models.
pub fn parts<S: AsRef<[u32]>>(recogniser: &Means<S>) -> Result<Parts<'_>, SnapshotError> {
    let params = recogniser.params();
    let state = recogniser.words();
    let sections = sections(params);
    let [(_, counters), ..] = sections;
    let (counters, rest) = state.split_at_checked(counters).unwrap_or((state, &[]));
    let block = parameters(params);
    let sections = sections.into_iter();
    Parts::new::<BLOCK, SECTIONS>(1, Kind::Means, &block, sections, [counters, rest, &[]])
}

/// Writes the snapshot of a recogniser to the first [`words_for`] words of `into`, and opens it there.
///
/// # Errors
/// [`SnapshotError::Buffer`] if `into` is shorter.
pub fn encode<'b, S: AsRef<[u32]>>(
    recogniser: &Means<S>,
    into: &'b mut [u32],
) -> Result<Snapshot<'b>, SnapshotError> {
    parts(recogniser)?.write(into)
}
