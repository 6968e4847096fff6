//! Any bytes as a `.npy` or an `.npz`: refused, or as many cells as the shape says, and never more memory than the bytes allow.

#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use slotless_files::npy::npz::NpzReader;
use slotless_files::npy::{Array, Format};

fuzz_target!(|bytes: &[u8]| {
    match Format::of(bytes) {
        Some(Format::Npz) => packed(bytes),
        _ => array(bytes),
    }
});

fn packed(bytes: &[u8]) {
    match NpzReader::new(Cursor::new(bytes)) {
        Ok(mut npz) => {
            match npz.only() {
                Ok(bytes) => array(&bytes),
                Err(error) => drop(error.to_string()),
            }
            drop(npz.array::<f32>("a"));
            drop(npz.array::<u64>("b"));
        }
        Err(error) => drop(error.to_string()),
    }
}

fn array(bytes: &[u8]) {
    let array = match Array::read(bytes) {
        Ok(array) => array,
        Err(error) => {
            let line = error.to_string();
            assert!(line.len() < 2000 && !line.contains(|c: char| c.is_control()));
            return;
        }
    };
    assert_eq!(array.shape().iter().product::<usize>(), array.len());
    assert!(array.len() <= bytes.len());
    assert_eq!(array.numbers().count(), array.len());
    drop(array.rows_and_columns());
    let counts = [
        array.cells::<bool>().map(|cells| cells.len()),
        array.cells::<u8>().map(|cells| cells.len()),
        array.cells::<i16>().map(|cells| cells.len()),
        array.cells::<u32>().map(|cells| cells.len()),
        array.cells::<f64>().map(|cells| cells.len()),
    ];
    let found = counts.into_iter().flatten();
    assert!(found.into_iter().all(|count| count == array.len()));
}
