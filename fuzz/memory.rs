//! A folder for the targets that need one: `SLOTLESS_FUZZ`, or one of the system's for temporary files; and the memory in it.

use std::path::PathBuf;
use std::sync::OnceLock;

use slotless_recall::{Ask, Entry, Item, NewItem, Question, Store, StoreError, Writer};

pub const LOG: &[u8] = include_bytes!("memory/log");
pub const SETTINGS: &[u8] = include_bytes!("memory/memory.toml");

/// The folder, with the memory's own files.
pub fn folder() -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let make = || {
        let above =
            std::env::var_os("SLOTLESS_FUZZ").map_or_else(std::env::temp_dir, PathBuf::from);
        let folder = above.join(format!("slotless-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder that can be written to");
        folder
    };
    let folder = FOLDER.get_or_init(make).clone();
    for entry in std::fs::read_dir(&folder).expect("the folder just made") {
        std::fs::remove_file(entry.expect("an entry").path()).expect("a file of its own");
    }
    write(&folder, "memory.toml", SETTINGS);
    write(&folder, "log", LOG);
    folder
}

pub fn write(folder: &std::path::Path, name: &str, bytes: &[u8]) {
    std::fs::write(folder.join(name), bytes).expect("a folder that can be written to");
}

/// All that a memory says.
#[allow(dead_code, reason = "not by every target")]
pub fn items(store: &Store) -> Result<Vec<Item>, StoreError> {
    let ask = Ask::new().threshold(-1.0).top(9);
    if store.settings().inputs == 2 {
        let _ = store.ask(&Question::both("one of three", &[0.6, -0.8]), &ask)?;
    }
    store.items(0).map(|full| Ok(full?.item)).collect()
}

/// Whatever opens can be written to, and is sound then.
#[allow(dead_code, reason = "not by every target")]
pub fn exercise(folder: &std::path::Path) {
    let Ok(store) = Store::open(folder) else {
        let found = Store::verify(folder);
        assert!(
            !found.is_ok_and(|found| found.is_sound()),
            "sound, but not opened"
        );
        return;
    };
    let Ok(before) = items(&store) else { return };
    let Ok(mut writer) = Writer::open(folder) else {
        return;
    };
    let entry = Entry {
        text: "new",
        vector: Some(&[1.0, 0.5]),
    };
    let cues = [entry];
    let item = NewItem {
        target: entry,
        cues: &cues,
        metadata: None,
    };
    let Ok(ids) = writer.add(&[item, item]) else {
        return;
    };
    writer
        .update(ids.start, None, &[entry, entry])
        .expect("an item just added");
    let added = items(writer.store()).expect("a memory just written");
    assert_eq!(added[..before.len()], before[..]);
    assert_eq!(added.len(), before.len() + 2);
    assert_eq!(
        items(&Store::open(folder).expect("a memory just written")).expect("as before"),
        added
    );
    writer.compact().expect("a log that was just read");
    assert_eq!(items(writer.store()).expect("as before"), added);
    drop(writer);
    let found = Store::verify(folder).expect("a memory just written");
    assert!(found.is_sound(), "{found:?}");
}
