//! Snapshots of memories of plain slots: their parameter block and their sections.

use super::SnapshotError;
use super::frame::Frame;
use super::kind::{Kind, SectionKind};
use super::opened::{Checked, Model, Snapshot, SnapshotOf};
use super::written::{self, Parts};
use crate::ring::{COUNTER_WORDS, Replacement, Slots, SlotsParams};

/// Words of the parameter block.
const BLOCK: usize = 6;

/// The most sections.
const SECTIONS: usize = 3;

/// Words before the state.
const START: usize = written::start(BLOCK, SECTIONS);

/// The sizes of a block.
fn params_of(block: &[u32]) -> Result<SlotsParams, SnapshotError> {
    let &[visible, slots, code, classes, low, high] = block else {
        return Err(SnapshotError::ParameterWords {
            got: block.len() as u32,
            expected: BLOCK as u32,
        });
    };
    let seed = u64::from(low) | u64::from(high) << 32;
    let replacement = match code {
        0 => Replacement::Fifo,
        1 => Replacement::Random { seed },
        2 => Replacement::Reservoir { seed },
        3 => Replacement::Balanced { classes, seed },
        got => return Err(SnapshotError::Replacement { got }),
    };
    let balanced = matches!(replacement, Replacement::Balanced { .. });
    for (got, used) in [(classes, balanced), (low, code != 0), (high, code != 0)] {
        if got != 0 && !used {
            return Err(SnapshotError::Unused { got });
        }
    }
    SlotsParams::new(visible, slots, replacement).map_err(SnapshotError::Ring)
}

/// Code, classes and seed of a replacement.
const fn codes(replacement: Replacement) -> (u32, u32, u64) {
    match replacement {
        Replacement::Fifo => (0, 0, 0),
        Replacement::Random { seed } => (1, 0, seed),
        Replacement::Reservoir { seed } => (2, 0, seed),
        Replacement::Balanced { classes, seed } => (3, classes, seed),
    }
}

/// The sections, with their lengths in words; that of classes where there are some.
fn sections(params: &SlotsParams) -> impl Iterator<Item = (SectionKind, usize)> + Clone + use<> {
    let classes = params.class_words();
    let patterns = params.words() - COUNTER_WORDS - classes;
    let all = [
        (SectionKind::Position, COUNTER_WORDS),
        (SectionKind::Patterns, patterns),
        (SectionKind::Classes, classes),
    ];
    all.into_iter().take(if classes == 0 { 2 } else { 3 })
}

/// Checks that the parameters are in range and the sections are those that they ask for.
pub(super) fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
    let params = params_of(frame.parameters)?;
    frame.check_sections(sections(&params))
}

impl Model for SlotsParams {}

impl Checked for SlotsParams {
    fn check(frame: &Frame<'_>) -> Result<(), SnapshotError> {
        frame.expect(Kind::Slots)?;
        check(frame)
    }
}

impl<'a, M> SnapshotOf<'a, M> {
    /// The sizes of plain slots.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn slots_params(&self) -> Result<SlotsParams, SnapshotError> {
        self.frame.expect(Kind::Slots)?;
        params_of(self.frame.parameters)
    }

    /// The memory of plain slots, in place: it recalls from the snapshot's own words and cannot learn.
    ///
    /// # Errors
    /// [`SnapshotError::OtherKind`] if it is another model.
    pub fn slots(&self) -> Result<Slots<&'a [u32]>, SnapshotError> {
        view(self.slots_params()?, self.state())
    }

    /// Copies the state of plain slots to the first [`SlotsParams::words`] words of `into`, where the memory can learn.
    ///
    /// # Errors
    /// [`SnapshotError::Buffer`] if `into` is shorter, [`SnapshotError::OtherKind`] if it is another model.
    pub fn thaw_slots<'b>(
        &self,
        into: &'b mut [u32],
    ) -> Result<Slots<&'b mut [u32]>, SnapshotError> {
        view(
            self.slots_params()?,
            written::copy([self.state(), &[]], into)?,
        )
    }
}

fn view<S: AsRef<[u32]>>(params: SlotsParams, words: S) -> Result<Slots<S>, SnapshotError> {
    let got = words.as_ref().len();
    Slots::open(params, words).map_err(|_| SnapshotError::Buffer {
        got,
        needed: params.words(),
    })
}

/// The parameter block of a memory: what tells two of them apart, in words.
#[must_use]
pub const fn parameters(params: &SlotsParams) -> [u32; BLOCK] {
    let (code, classes, seed) = codes(params.replacement());
    [
        params.visible(),
        params.slots(),
        code,
        classes,
        seed as u32,
        (seed >> 32) as u32,
    ]
}

/// Words of the snapshot of a memory with these sizes.
#[must_use]
pub const fn words_for(params: &SlotsParams) -> usize {
    START + params.words() + 1
}

/// The snapshot of a memory as its pieces, for machines without room for it twice. Costs a pass over the memory, for the
/// CRC.
///
/// # Errors
/// None: no memory has so many words; the type is that of the other models.
pub fn parts<S: AsRef<[u32]>>(memory: &Slots<S>) -> Result<Parts<'_>, SnapshotError> {
    let params = memory.params();
    let state = memory.words();
    let (position, rest) = state
        .split_at_checked(COUNTER_WORDS)
        .unwrap_or((state, &[]));
    let block = parameters(params);
    let sections = sections(params);
    Parts::new::<BLOCK, SECTIONS>(1, Kind::Slots, &block, sections, [position, rest, &[]])
}

/// Writes the snapshot of a memory to the first [`words_for`] words of `into`, and opens it there.
///
/// # Errors
/// [`SnapshotError::Buffer`] if `into` is shorter.
pub fn encode<'b, S: AsRef<[u32]>>(
    memory: &Slots<S>,
    into: &'b mut [u32],
) -> Result<Snapshot<'b>, SnapshotError> {
    parts(memory)?.write(into)
}
