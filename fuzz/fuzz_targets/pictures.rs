//! Any bytes as a PNG, or as an array of pictures: refused, or numbers of the size that is said.

#![no_main]

use libfuzzer_sys::fuzz_target;
use slotless::images::load::{of_array, of_png};

fuzz_target!(|bytes: &[u8]| {
    match of_png(bytes) {
        Ok((shape, values)) => {
            assert_eq!(values.len(), shape.pixels() as usize);
            assert!(values.iter().all(|value| (0.0..=1.0).contains(value)));
        }
        Err(why) => drop(why),
    }
    match of_array(bytes) {
        Ok(pictures) => assert!(pictures.len() * pictures.shape().pixels() as usize <= bytes.len()),
        Err(error) => drop(error.to_string()),
    }
});
