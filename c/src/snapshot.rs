//! What a snapshot says of itself.

use slotless_core::kwinner::WiringKind;
use slotless_core::snapshot::{Any, Kind, Model, Parts, SnapshotOf};

use crate::lent::{self, Lent};
use crate::status::{self, Result, Status};

/// What a snapshot says of itself.
#[repr(C)]
pub struct SnapshotInfo {
    /// How many patterns or samples were learned; 0 of a recogniser that does not count them.
    pub learned: u64,
    /// SLOTLESS_KIND_....
    pub kind: u32,
    /// Its length in words.
    pub words: u32,
    /// Words of the state that it holds: what a buffer to load it into needs.
    pub state_words: u32,
    /// Bits of a weight, of a K-winner network; else 0.
    pub bits: u32,
    /// 1 for a K-winner network of structured wiring, else 0.
    pub structured: u32,
}

/// slotless_snapshot_info.kind: a K-winner network.
pub const SLOTLESS_KIND_KWINNER: u32 = 1;
/// slotless_snapshot_info.kind: a memory of recency levels.
pub const SLOTLESS_KIND_RECENCY: u32 = 2;
/// slotless_snapshot_info.kind: slots.
pub const SLOTLESS_KIND_SLOTS: u32 = 3;
/// slotless_snapshot_info.kind: a ring of codes, which has no functions in C.
pub const SLOTLESS_KIND_CODED: u32 = 4;
/// slotless_snapshot_info.kind: a ring of sketches.
pub const SLOTLESS_KIND_SKETCHES: u32 = 5;
/// slotless_snapshot_info.kind: a recogniser that grows.
pub const SLOTLESS_KIND_GROW: u32 = 6;
/// slotless_snapshot_info.kind: a ring of samples.
pub const SLOTLESS_KIND_SAMPLES: u32 = 7;
/// slotless_snapshot_info.kind: a recogniser by class means.
pub const SLOTLESS_KIND_MEANS: u32 = 8;

/// The snapshot at the start of words, checked: of one kind alone, so that no other's checks are linked.
pub(crate) fn of_words<M: Model>(words: &[u32]) -> Result<SnapshotOf<'_, M>> {
    let (snapshot, _) = SnapshotOf::from_words_prefix(words)?;
    Ok(snapshot)
}

/// Writes a snapshot to the first of these words, and gives how many it has.
pub(crate) fn write(parts: &Parts<'_>, into: &mut [u32]) -> Result<usize> {
    let words = parts.count();
    let into = into.get_mut(..words).ok_or(Status::Output)?;
    for (to, word) in into.iter_mut().zip(parts.words()) {
        *to = word;
    }
    Ok(words)
}

/// Checks a snapshot, and says what it is. Reads every word of it once; what is behind its end is left alone, so a whole partition
/// may be handed over.
///
/// @param snapshot words, as they were written: the lowest byte first
/// @param[out] info what it is; may be NULL
/// @return SLOTLESS_STATUS_OK, or what is wrong with it
///
/// # Safety
/// As the header says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn slotless_snapshot_check(
    snapshot: *const u32,
    snapshot_words: u32,
    info: *mut SnapshotInfo,
) -> Status {
    status::of(|| {
        let words = Lent::read(snapshot, snapshot_words)?;
        let out = Lent::optional(info)?;
        lent::apart(&[words.region(), lent::region_of(out)])?;
        // SAFETY: C's promise; the result is apart.
        let snapshot = of_words::<Any>(unsafe { words.slice() })?;
        let (bits, structured) = match snapshot.kind() {
            Kind::KWinner => {
                let settings = snapshot.kwinner_settings()?;
                (settings.bits, settings.wiring == WiringKind::Structured)
            }
            _ => (0, false),
        };
        let info = SnapshotInfo {
            learned: snapshot.learned(),
            kind: snapshot.kind().code(),
            words: u32::try_from(snapshot.words().len()).map_err(|_| Status::TooLarge)?,
            state_words: u32::try_from(snapshot.state().len()).map_err(|_| Status::TooLarge)?,
            bits,
            structured: structured.into(),
        };
        // SAFETY: C's promise.
        unsafe { lent::put(out, info) };
        Ok(())
    })
}
