//! Snapshots of rings of sketches: their parameter block and their sections.

use super::SnapshotError;
use super::frame::Frame;
use super::kind::{Kind, SectionKind};
use super::opened::{Checked, Model, Snapshot, SnapshotOf};
use super::written::{self, Parts};
use crate::ring::{COUNTER_WORDS, Sketches, SketchesParams};

/// Words of the parameter block.
const BLOCK: usize = 5;

/// The most sections.
const SECTIONS: usize = 2;

/// Words before the state.
const START: usize = written::start(BLOCK, SECTIONS);

/// The sizes of a block.
fn params_of(block: &[u32]) -> Result<SketchesParams, SnapshotError> {
    let &[visible, active, slots, low, high] = block else {
        return Err(SnapshotError::ParameterWords {
            got: block.len() as u32,
            expected: BLOCK as u32,
        });
    };
    let seed = u64::from(low) | u64::from(high) << 32;
    SketchesParams::new(visible, active, slots, seed).map_err(SnapshotError::Ring)
}

/// The sections, with their lengths in words.
const fn sections(params: &SketchesParams) -> [(SectionKind, usize); SECTIONS] {
    [
        (SectionKind::Position, COUNTER_WORDS),
        (SectionKind::Sketches, params.words() - COUNTER_WORDS),
    ]
}

/// Checks that the parameters are in range and the sections are those that they ask for.
pub(super) fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
    let params = params_of(frame.parameters)?;
    frame.check_sections(sections(&params).into_iter())
}

impl Model for SketchesParams {}

impl Checked for SketchesParams {
    fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
        frame.expect(Kind::Sketches)?;
        check(frame)
    }
}

impl<'a, M> SnapshotOf<'a, M> {
    /// The sizes of a ring of sketches.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn sketches_params(&self) -> Result<SketchesParams, SnapshotError> {
        self.frame.expect(Kind::Sketches)?;
        params_of(self.frame.parameters)
    }

    /// The ring of sketches, in place: it finds from the snapshot's own words and cannot learn.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn sketches(&self) -> Result<Sketches<&'a [u32]>, SnapshotError> {
        view(self.sketches_params()?, self.state())
    }

    /// Copies the state of a ring of sketches to the first [`SketchesParams::words`] words of `into`, where the memory can learn.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter, [`SnapshotError::OtherKind`] if it is another model.
    pub fn thaw_sketches<'b>(
        &self,
        into: &'b mut [u32],
    ) -> Result<Sketches<&'b mut [u32]>, SnapshotError> {
        view(
            self.sketches_params()?,
            written::copy([self.state(), &[]], into)?,
        )
    }
}

fn view<S: AsRef<[u32]>>(params: SketchesParams, words: S) -> Result<Sketches<S>, SnapshotError> {
    let got = words.as_ref().len();
    Sketches::open(params, words).map_err(|_| SnapshotError::Buffer {
        got,
        needed: params.words(),
    })
}

/// The parameter block of a ring: what tells two of them apart, in words.
#[must_use]
pub const fn parameters(params: &SketchesParams) -> [u32; BLOCK] {
    let seed = params.seed();
    [
        params.visible(),
        params.active(),
        params.slots(),
        seed as u32,
        (seed >> 32) as u32,
    ]
}

/// Words of the snapshot of a memory with these sizes.
#[must_use]
pub const fn words_for(params: &SketchesParams) -> usize {
    START + params.words() + 1
}

/// The snapshot of a memory as its pieces, for machines without room for it twice. Costs a pass over the memory, for the
/// CRC.
///
/// # Errors
/// None: no memory has so many words; the type is that of the other models.
pub fn parts<S: AsRef<[u32]>>(memory: &Sketches<S>) -> Result<Parts<'_>, SnapshotError> {
    let params = memory.params();
    let state = memory.words();
    let (position, rest) = state
        .split_at_checked(COUNTER_WORDS)
        .unwrap_or((state, &[]));
    let block = parameters(params);
    let sections = sections(params).into_iter();
    Parts::new::<BLOCK, SECTIONS>(1, Kind::Sketches, &block, sections, [position, rest, &[]])
}

/// Writes the snapshot of a memory to the first [`words_for`] words of `into`, and opens it there.
///
/// # Errors
/// [`SnapshotError::Buffer`] if `into` is shorter.
pub fn encode<'b, S: AsRef<[u32]>>(
    memory: &Sketches<S>,
    into: &'b mut [u32],
) -> Result<Snapshot<'b>, SnapshotError> {
    parts(memory)?.write(into)
}
