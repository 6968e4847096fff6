//! Snapshots as they are written: in pieces, or into a buffer.

use super::SnapshotError;
use super::frame::{ALIGN_WORDS, Frame, HEADER_WORDS, MAGIC, crc_of};
use super::kind::{Kind, SectionKind};
use super::opened::Snapshot;
use crate::RESULTS_VERSION;

/// Pieces of memory that a state may lie in.
const STATE_PIECES: usize = 3;

/// Room for all that stands before the sections of any model there is.
const ROOM: usize = 32;

/// A snapshot that is not yet in one place: its words in order, of which only a short header is not the model itself.
///
/// For machines without room for the model twice: write the pieces one after another, to flash or over a wire.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    header: [u32; ROOM],
    /// Words of `header` that count.
    start: usize,
    state: [&'a [u32]; STATE_PIECES],
    crc: u32,
}

impl<'a> Parts<'a> {
    /// Sections are kinds and lengths, `N` at most; together they are the words of the pieces of `state`.
    pub(super) fn new<const P: usize, const N: usize>(
        version: u32,
        kind: Kind,
        parameters: &[u32; P],
        sections: impl Iterator<Item = (SectionKind, usize)> + Clone,
        state: [&'a [u32]; STATE_PIECES],
    ) -> Result<Self, SnapshotError> {
        let start = const { start(P, N) };
        let count = sections.clone().count();
        let words = state.iter().fold(start.saturating_add(1), |sum, piece| {
            sum.saturating_add(piece.len())
        });
        let total = u32::try_from(words).map_err(|_| SnapshotError::TooLarge { words })?;
        let magic = u64::from_le_bytes(MAGIC);
        let fixed = [
            magic as u32,
            (magic >> 32) as u32,
            version,
            RESULTS_VERSION,
            kind.code(),
            total,
            P as u32,
            count as u32,
        ];
        let mut offset = start as u32;
        let table = sections.flat_map(|(kind, words)| {
            // No longer than all of them.
            let words = words as u32;
            let entry = [kind.code(), offset, words];
            offset = offset.saturating_add(words);
            entry
        });
        let mut header = [0; ROOM];
        let values = fixed
            .into_iter()
            .chain(parameters.iter().copied())
            .chain(table);
        for (word, value) in header.iter_mut().zip(values) {
            *word = value;
        }
        let before = header.get(..start).unwrap_or(&[]);
        let crc = crc_of(before.iter().chain(state.into_iter().flatten()));
        Ok(Self {
            header,
            start,
            state,
            crc,
        })
    }

    /// The pieces, in order: all before the state, those of the state (some may be empty), the CRC.
    #[must_use]
    pub fn pieces(&self) -> [&[u32]; STATE_PIECES + 2] {
        let header = self.header.get(..self.start).unwrap_or(&[]);
        let [position, masks, weights] = self.state;
        let crc = core::slice::from_ref(&self.crc);
        [header, position, masks, weights, crc]
    }

    /// The words, in order. Each is written with its low byte first.
    pub fn words(&self) -> impl Iterator<Item = u32> {
        self.pieces().into_iter().flatten().copied()
    }

    /// How many words there are.
    #[must_use]
    pub fn count(&self) -> usize {
        // Checked to fit 32 bits when this was made.
        self.pieces().iter().map(|piece| piece.len()).sum()
    }

    /// Writes them to the first words of `into` and opens them there. What was just written needs no check, and a program that
    /// only saves no code for it.
    pub(super) fn write<'b>(&self, into: &'b mut [u32]) -> Result<Snapshot<'b>, SnapshotError> {
        let (got, needed) = (into.len(), self.count());
        let Some(target) = into.get_mut(..needed) else {
            return Err(SnapshotError::Buffer { got, needed });
        };
        for (word, value) in target.iter_mut().zip(self.words()) {
            *word = value;
        }
        Frame::parse(target).map(Snapshot::of)
    }
}

/// Copies words to the first of `into`, and gives those.
pub(super) fn copy<'b, const N: usize>(
    from: [&[u32]; N],
    into: &'b mut [u32],
) -> Result<&'b mut [u32], SnapshotError> {
    let (got, needed) = (into.len(), from.iter().map(|words| words.len()).sum());
    let Some(words) = into.get_mut(..needed) else {
        return Err(SnapshotError::Buffer { got, needed });
    };
    for (word, &value) in words.iter_mut().zip(from.into_iter().flatten()) {
        *word = value;
    }
    Ok(words)
}

/// Words before the first section.
pub(super) const fn start(parameters: usize, sections: usize) -> usize {
    let start = (HEADER_WORDS + parameters + 3 * sections).next_multiple_of(ALIGN_WORDS);
    assert!(
        start <= ROOM,
        "this model needs more room before its sections"
    );
    start
}
