//! Any bytes as the settings of a memory of sentences.

#![no_main]

#[path = "../memory.rs"]
mod memory;

use libfuzzer_sys::fuzz_target;
use slotless_recall::Store;

fuzz_target!(|bytes: &[u8]| {
    let folder = memory::folder();
    memory::write(&folder, "memory.toml", bytes);
    if let Ok(store) = Store::open(&folder) {
        memory::items(&store).expect("the log's own settings");
    }
});
