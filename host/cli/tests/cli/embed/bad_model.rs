//! Model folders that cannot be used: one line each, and nothing is written.

use serde_json::{Value, json};

use super::super::common::Place;
use super::tiny::{self, Tiny};

/// A place with a model, of which one file is then changed.
fn corrupted(file: &str, bytes: impl AsRef<[u8]>) -> Place {
    let place = Place::new();
    place.write("lines.txt", "w1 w2\n");
    Tiny::new().write(&place, "tiny");
    std::fs::create_dir(place.path("tiny/1_Pooling")).unwrap();
    place.write(&format!("tiny/{file}"), bytes);
    place
}

fn refused(place: &Place, needles: &[&str]) {
    place.refused("embed lines.txt --model tiny --out v.npy", needles);
}

#[test]
fn a_missing_model() {
    let place = Place::new();
    place.write("lines.txt", "w1 w2\n");
    let allowed = ["no model", "--model", "SLOTLESS_MODEL"];
    place.refused("embed lines.txt --out v.npy", &allowed);
    place.refused(
        "embed lines.txt --out v.npy --model nowhere",
        &["nowhere", "not a folder", "config.json"],
    );
    place.refused(
        "embed lines.txt --out v.npy --model lines.txt",
        &["lines.txt", "not a folder"],
    );
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        let place = corrupted("other", "");
        std::fs::remove_file(place.path(&format!("tiny/{file}"))).unwrap();
        refused(&place, &[file, "No such file"]);
    }
}

/// What may be left out and is there, but cannot be read, is not left out.
#[cfg(unix)]
#[test]
fn files_that_cannot_be_looked_at() {
    use std::os::unix::fs::symlink;
    for file in ["sentence_bert_config.json", "1_Pooling/config.json"] {
        for (target, why) in [("none", "No such file"), ("config.json", "os error")] {
            let place = corrupted("other", "");
            let name = file.rsplit('/').next().unwrap();
            let target = if target == "none" { target } else { name };
            symlink(target, place.path(&format!("tiny/{file}"))).unwrap();
            refused(&place, &[file, why]);
        }
        refused(
            &corrupted(file, "[]"),
            &[file, "a list, expected an object"],
        );
    }
    let place = corrupted("other", "");
    let long = "x".repeat(300);
    place.refused(
        &format!("embed lines.txt --out v.npy --model {long}"),
        &["File name too long"],
    );
}

#[test]
fn broken_files() {
    for file in ["config.json", "tokenizer.json", "model.safetensors"] {
        for bytes in [&b""[..], b"{", b"[]", b"\xff\xfe\x00\x01 no JSON", b"{}"] {
            refused(&corrupted(file, bytes), &["model file", file]);
        }
    }
    let whole = Tiny::new().safetensors();
    for length in [7, 8, 100, whole.len() - 1] {
        refused(
            &corrupted("model.safetensors", &whole[..length]),
            &["model.safetensors"],
        );
    }
    for (file, text, needle) in [
        (
            "sentence_bert_config.json",
            r#"{"max_seq_length": 2}"#,
            "max_seq_length is 2",
        ),
        ("sentence_bert_config.json", "{", "EOF"),
        (
            "1_Pooling/config.json",
            r#"{"pooling_mode_mean_tokens": false, "pooling_mode_cls_token": true}"#,
            "does not take the mean",
        ),
        (
            "1_Pooling/config.json",
            r#"{"pooling_mode": "cls"}"#,
            "does not take the mean",
        ),
    ] {
        refused(&corrupted(file, text), &[file, needle]);
    }
}

#[test]
fn other_models() {
    for (name, value, needle) in [
        (
            "model_type",
            json!("llama"),
            "model_type is \"llama\", allowed \"bert\"",
        ),
        ("model_type", Value::Null, "model_type is not given"),
        ("hidden_act", json!("gelu_new"), "gelu_new"),
        (
            "hidden_size",
            json!(0),
            "hidden_size is 0, allowed 1 to 4096",
        ),
        ("hidden_size", json!(5000), "hidden_size is 5000"),
        ("hidden_size", json!(-1), "-1"),
        (
            "hidden_size",
            json!(33),
            "hidden_size is 33, allowed multiples of the 4 heads",
        ),
        ("num_attention_heads", json!(0), "num_attention_heads is 0"),
        (
            "num_hidden_layers",
            json!(65),
            "num_hidden_layers is 65, allowed 1 to 64",
        ),
        // More layers than the weights have, and weights of another shape.
        ("num_hidden_layers", json!(3), "encoder.layer.2"),
        ("intermediate_size", json!(47), "intermediate.dense.weight"),
        (
            "max_position_embeddings",
            json!(2),
            "max_position_embeddings is 2",
        ),
        (
            "max_position_embeddings",
            json!(25),
            "position_embeddings.weight",
        ),
        (
            "position_embedding_type",
            json!("relative_key"),
            "relative_key",
        ),
        // A tokenizer with more tokens than the model knows.
        (
            "vocab_size",
            json!(64),
            "a token has the number 64, but the model knows 64 tokens",
        ),
    ] {
        let mut config = tiny::config();
        config[name] = value;
        refused(
            &corrupted("config.json", config.to_string()),
            &["model file", needle],
        );
    }
    // Without the marks at beginning and end, an empty text would be no token at all.
    let mut tokenizer = tiny::tokenizer();
    tokenizer["post_processor"] = Value::Null;
    refused(
        &corrupted("tokenizer.json", tokenizer.to_string()),
        &["tokenizer.json", "0 tokens mark the beginning and end"],
    );
}

/// Weights that are no numbers are found when vectors come out of them: that is no fault of the input's form.
#[test]
fn weights_that_are_no_numbers() {
    let mut weights = Tiny::new().safetensors();
    let end = weights.len();
    weights[end - 4..].copy_from_slice(&f32::NAN.to_le_bytes());
    let place = corrupted("model.safetensors", weights);
    let ran = place.run("embed lines.txt --model tiny --out v.npy");
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(ran.err.contains("no usable vector"), "{}", ran.err);
    assert!(!place.path("v.npy").exists());
}
