//! Snapshots of rings of codes: their parameter block and their sections.

use super::SnapshotError;
use super::frame::Frame;
use super::kind::{Kind, SectionKind};
use super::opened::{Checked, Model, Snapshot, SnapshotOf};
use super::written::{self, Parts};
use crate::ring::{COUNTER_WORDS, Coded, CodedParams};

/// Words of the parameter block.
const BLOCK: usize = 3;

/// The most sections.
const SECTIONS: usize = 2;

/// Words before the state.
const START: usize = written::start(BLOCK, SECTIONS);

/// The sizes of a block.
fn params_of(block: &[u32]) -> Result<CodedParams, SnapshotError> {
    let &[visible, active, code_words] = block else {
        return Err(SnapshotError::ParameterWords {
            got: block.len() as u32,
            expected: BLOCK as u32,
        });
    };
    CodedParams::new(visible, active, code_words).map_err(SnapshotError::Ring)
}

/// The sections, with their lengths in words.
const fn sections(params: &CodedParams) -> [(SectionKind, usize); SECTIONS] {
    [
        (SectionKind::Position, COUNTER_WORDS),
        (SectionKind::Codes, params.words() - COUNTER_WORDS),
    ]
}

/// Checks that the parameters are in range and the sections are those that they ask for.
pub(super) fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
    let params = params_of(frame.parameters)?;
    frame.check_sections(sections(&params).into_iter())
}

impl Model for CodedParams {}

impl Checked for CodedParams {
    fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
        frame.expect(Kind::Coded)?;
        check(frame)
    }
}

impl<'a, M> SnapshotOf<'a, M> {
    /// The sizes of a ring of codes.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn coded_params(&self) -> Result<CodedParams, SnapshotError> {
        self.frame.expect(Kind::Coded)?;
        params_of(self.frame.parameters)
    }

    /// The ring of codes, in place: it recalls from the snapshot's own words and cannot learn.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn coded(&self) -> Result<Coded<&'a [u32]>, SnapshotError> {
        view(self.coded_params()?, self.state())
    }

    /// Copies the state of a ring of codes to the first [`CodedParams::words`] words of `into`, where the memory can learn.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter, [`SnapshotError::OtherKind`] if it is another model.
    pub fn thaw_coded<'b>(
        &self,
        into: &'b mut [u32],
    ) -> Result<Coded<&'b mut [u32]>, SnapshotError> {
        view(
            self.coded_params()?,
            written::copy([self.state(), &[]], into)?,
        )
    }
}

fn view<S: AsRef<[u32]>>(params: CodedParams, words: S) -> Result<Coded<S>, SnapshotError> {
    let got = words.as_ref().len();
    Coded::open(params, words).map_err(|_| SnapshotError::Buffer {
        got,
        needed: params.words(),
    })
}

/// The parameter block of a ring: what tells two of them apart, in words.
#[must_use]
pub const fn parameters(params: &CodedParams) -> [u32; BLOCK] {
    [params.visible(), params.active(), params.code_words()]
}

/// Words of the snapshot of a memory with these sizes.
#[must_use]
pub const fn words_for(params: &CodedParams) -> usize {
    START + params.words() + 1
}

/// The snapshot of a memory as its pieces, for machines without room for it twice. Costs a pass over the memory, for the
/// CRC.
///
/// # Errors
/// None: no memory has so many words; the type is that of the other models.
pub fn parts<S: AsRef<[u32]>>(memory: &Coded<S>) -> Result<Parts<'_>, SnapshotError> {
    let params = memory.params();
    let state = memory.words();
    let (position, rest) = state
        .split_at_checked(COUNTER_WORDS)
        .unwrap_or((state, &[]));
    let block = parameters(params);
    let sections = sections(params).into_iter();
    Parts::new::<BLOCK, SECTIONS>(1, Kind::Coded, &block, sections, [position, rest, &[]])
}

/// Writes the snapshot of a memory to the first [`words_for`] words of `into`, and opens it there.
///
/// # Errors
/// [`SnapshotError::Buffer`] if `into` is shorter.
pub fn encode<'b, S: AsRef<[u32]>>(
    memory: &Coded<S>,
    into: &'b mut [u32],
) -> Result<Snapshot<'b>, SnapshotError> {
    parts(memory)?.write(into)
}
