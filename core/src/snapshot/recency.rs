//! Snapshots of memories of recency levels: their parameter block and their sections.

use super::SnapshotError;
use super::frame::Frame;
use super::kind::{Kind, SectionKind};
use super::opened::{Checked, Model, Snapshot, SnapshotOf};
use super::written::{self, Parts};
use crate::recency::{COUNTER_WORDS, Params, Recency};

/// Words of the parameter block.
const BLOCK: usize = 6;

/// Words before the state.
const START: usize = written::start(BLOCK, 2);

/// The parameters of a block.
fn params_of(block: &[u32]) -> Result<Params, SnapshotError> {
    let &[visible, rows, levels, active, cap, miss] = block else {
        return Err(SnapshotError::ParameterWords {
            got: block.len() as u32,
            expected: BLOCK as u32,
        });
    };
    let built = Params::builder(visible, rows)
        .levels(levels)
        .active(active)
        .cap(cap)
        .miss(miss)
        .build();
    built.map_err(SnapshotError::Recency)
}

/// The sections, with their lengths in words.
const fn sections(params: &Params) -> [(SectionKind, usize); 2] {
    [
        (SectionKind::Position, COUNTER_WORDS),
        (SectionKind::Rows, params.words() - COUNTER_WORDS),
    ]
}

/// Checks that the parameters are in range and the sections are those that they ask for.
pub(super) fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
    let params = params_of(frame.parameters)?;
    frame.check_sections(sections(&params).into_iter())
}

impl Model for Params {}

impl Checked for Params {
    fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
        frame.expect(Kind::Recency)?;
        check(frame)
    }
}

impl<'a, M> SnapshotOf<'a, M> {
    /// The parameters of a memory of recency levels.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn recency_params(&self) -> Result<Params, SnapshotError> {
        self.frame.expect(Kind::Recency)?;
        params_of(self.frame.parameters)
    }

    /// The memory of recency levels, in place: it recalls from the snapshot's own words and cannot learn.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn recency(&self) -> Result<Recency<&'a [u32]>, SnapshotError> {
        view(self.recency_params()?, self.state())
    }

    /// Copies the state of the memory of recency levels to the first [`Params::words`] words of `into`, where it can learn.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter, [`SnapshotError::OtherKind`] if it is another model.
    pub fn thaw_recency<'b>(
        &self,
        into: &'b mut [u32],
    ) -> Result<Recency<&'b mut [u32]>, SnapshotError> {
        view(
            self.recency_params()?,
            written::copy([self.state(), &[]], into)?,
        )
    }
}

fn view<S: AsRef<[u32]>>(params: Params, words: S) -> Result<Recency<S>, SnapshotError> {
    let got = words.as_ref().len();
    Recency::open(params, words).map_err(|_| SnapshotError::Buffer {
        got,
        needed: params.words(),
    })
}

/// The parameter block of a memory: what tells two of them apart, in words.
#[must_use]
pub const fn parameters(params: &Params) -> [u32; BLOCK] {
    [
        params.visible(),
        params.rows(),
        params.levels(),
        params.active(),
        params.cap(),
        params.miss(),
    ]
}

/// Words of the snapshot of a memory with these parameters.
#[must_use]
pub const fn words_for(params: &Params) -> usize {
    START + params.words() + 1
}

/// The snapshot of a memory as its pieces, for machines without room for it twice. Costs a pass over the memory, for the
/// CRC.
///
/// # Errors
/// None: no memory has so many words; the type is that of the other models.
pub fn parts<S: AsRef<[u32]>>(memory: &Recency<S>) -> Result<Parts<'_>, SnapshotError> {
    let params = memory.params();
    let state = memory.words();
    let (position, rows) = state
        .split_at_checked(COUNTER_WORDS)
        .unwrap_or((state, &[]));
    let block = parameters(params);
    let sections = sections(params).into_iter();
    Parts::new::<BLOCK, 2>(1, Kind::Recency, &block, sections, [position, rows, &[]])
}

/// Writes the snapshot of a memory to the first [`words_for`] words of `into`, and opens it there.
///
/// # Errors
/// [`SnapshotError::Buffer`] if `into` is shorter.
pub fn encode<'b, S: AsRef<[u32]>>(
    memory: &Recency<S>,
    into: &'b mut [u32],
) -> Result<Snapshot<'b>, SnapshotError> {
    parts(memory)?.write(into)
}
