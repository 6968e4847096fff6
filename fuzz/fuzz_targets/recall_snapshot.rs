//! Any bytes as the snapshot of a memory of sentences: no text is told that is not in the log, and nothing panics.

#![no_main]

#[path = "../memory.rs"]
mod memory;

use libfuzzer_sys::fuzz_target;
use slotless_recall::Store;

fuzz_target!(|bytes: &[u8]| {
    let folder = memory::folder();
    let right =
        memory::items(&Store::open(&folder).expect("a sound memory")).expect("a sound memory");
    let mut mended = bytes.to_vec();
    if let Some((body, crc)) = mended.split_last_chunk_mut::<4>() {
        *crc = crc32fast::hash(body).to_le_bytes();
    }
    for snapshot in [bytes, &mended] {
        memory::write(&folder, "snapshot", snapshot);
        let Ok(store) = Store::open(&folder) else {
            continue;
        };
        for id in store.ids() {
            // Cues that a snapshot does not know are not told; only `verify` can find that.
            let Ok(item) = store.item(id) else { continue };
            let known = right
                .iter()
                .find(|one| one.id == id)
                .expect("a number of the log");
            assert_eq!(item.target, known.target);
            assert!(item.cues.iter().all(|cue| known.cues.contains(cue)));
        }
        let is_whole = memory::items(&store).is_ok_and(|items| items == right);
        let found = Store::verify(&folder).expect("a log that is sound");
        assert!(
            is_whole || !found.is_sound(),
            "something is missing, and nobody says so"
        );
    }
});
