//! Any text as a spec of memories, and of transformers: refused in one line, or conditions that are written and read again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slotless::{memory, transformer};

fuzz_target!(|text: &str| {
    match memory::spec::Spec::from_toml(text) {
        Ok(spec) => {
            let again = memory::spec::Spec::from_toml(&spec.to_toml()).expect("just written");
            // Numbers that are none are equal to nothing.
            assert_eq!(format!("{again:?}"), format!("{spec:?}"));
            if let Err(error) = spec.conditions() {
                drop(error.to_string());
            }
        }
        Err(error) => drop(error.to_string()),
    }
    match transformer::spec::Spec::from_toml(text) {
        Ok(spec) => {
            let again = transformer::spec::Spec::from_toml(&spec.to_toml()).expect("just written");
            assert_eq!(format!("{again:?}"), format!("{spec:?}"));
            if let Err(error) = spec.conditions() {
                drop(error.to_string());
            }
        }
        Err(error) => drop(error.to_string()),
    }
});
