//! Words and lists against their second writing, against BM25 in double precision, and bad input.

mod bad_input;
mod lists;
mod text;

use slotless_core::words::Units;

fn units(bits: u32) -> Units {
    Units::new(bits).unwrap()
}
