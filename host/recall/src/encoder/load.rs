//! A model's folder, read and checked.

use std::path::Path;

use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use candle_transformers::models::bert::{BertModel, Config};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use tokenizers::{Tokenizer, TruncationParams};

use slotless_files::{FileError, input};

use super::{Empty, Encoder, EncoderError, first_line};

/// What the configuration may say. Larger encoders would need more memory than is reasonable to take unasked.
const MAX_HIDDEN: usize = 4096;
const MAX_INTERMEDIATE: usize = 4 * MAX_HIDDEN;
const MAX_LAYERS: usize = 64;
const MAX_POSITIONS: usize = 1 << 16;
const MAX_VOCABULARY: usize = 1 << 20;
/// Bytes of a file of settings, of words and of weights.
const MAX_SETTINGS: u64 = 1 << 24;
const MAX_WORDS: u64 = 1 << 28;
const MAX_WEIGHTS: u64 = 1 << 34;
/// A token between those that mark the beginning and the end.
const LEAST_TOKENS: usize = 3;

pub(super) fn open(folder: &Path) -> Result<Encoder, EncoderError> {
    // What may not be looked at is not said to be missing.
    if is_there(folder)? != Some(true) {
        return Err(EncoderError::Folder {
            path: folder.to_owned(),
        });
    }
    let config = config(&folder.join("config.json"))?;
    check_pooling(&folder.join("1_Pooling").join("config.json"))?;
    let max_tokens = max_tokens(&folder.join("sentence_bert_config.json"), &config)?;
    let tokenizer = tokenizer(&folder.join("tokenizer.json"), &config, max_tokens)?;
    let model = model(&folder.join("model.safetensors"), &config)?;
    // Texts are what threads share. Products this small are slower when they are divided as well.
    gemm::set_threading_threshold(usize::MAX);
    Ok(Encoder {
        model,
        tokenizer,
        dim: config.hidden_size,
        max_tokens,
        empty: Empty::default(),
    })
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>, EncoderError> {
    input::read(path, most).map_err(|error| match error {
        FileError::Io { path, error } => EncoderError::Io { path, error },
        FileError::Damaged { path, why } => EncoderError::Broken { path, why },
        other => broken(path, other),
    })
}

/// Whether there is a folder at a path; none where there is nothing, not even a link that leads nowhere.
fn is_there(path: &Path) -> Result<Option<bool>, EncoderError> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    match path.metadata() {
        Ok(there) => Ok(Some(there.is_dir())),
        Err(_) if slotless_files::leads_nowhere(path) => Ok(Some(false)),
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => Ok(None),
        Err(error) => Err(EncoderError::Io {
            path: path.to_owned(),
            error,
        }),
    }
}

fn broken(path: &Path, why: impl ToString) -> EncoderError {
    EncoderError::Broken {
        path: path.to_owned(),
        why: why.to_string(),
    }
}

fn json<T: DeserializeOwned>(path: &Path, bytes: &[u8]) -> Result<T, EncoderError> {
    // The parser takes a list for the values of an object.
    if bytes.trim_ascii_start().starts_with(b"[") {
        return Err(broken(path, "a list, expected an object"));
    }
    serde_json::from_slice(bytes).map_err(|error| broken(path, error))
}

fn config(path: &Path) -> Result<Config, EncoderError> {
    #[derive(Deserialize)]
    struct Family {
        model_type: Option<String>,
    }
    let bytes = read(path, MAX_SETTINGS)?;
    // Before the rest, of which another family has other parts.
    let family: Family = json(path, &bytes)?;
    match family.model_type.as_deref() {
        Some("bert") => {}
        other => {
            let found = other.map_or("not given".to_owned(), |name| format!("{name:?}"));
            let why = format!("model_type is {found}, allowed \"bert\"");
            return Err(broken(path, why));
        }
    }
    let config: Config = json(path, &bytes)?;
    for (name, value, least, most) in [
        ("hidden_size", config.hidden_size, 1, MAX_HIDDEN),
        (
            "intermediate_size",
            config.intermediate_size,
            1,
            MAX_INTERMEDIATE,
        ),
        ("num_hidden_layers", config.num_hidden_layers, 1, MAX_LAYERS),
        (
            "num_attention_heads",
            config.num_attention_heads,
            1,
            config.hidden_size,
        ),
        (
            "max_position_embeddings",
            config.max_position_embeddings,
            LEAST_TOKENS,
            MAX_POSITIONS,
        ),
        ("vocab_size", config.vocab_size, 1, MAX_VOCABULARY),
        ("type_vocab_size", config.type_vocab_size, 1, 16),
    ] {
        if !(least..=most).contains(&value) {
            let why = format!("{name} is {value}, allowed {least} to {most}");
            return Err(broken(path, why));
        }
    }
    let (hidden, heads) = (config.hidden_size, config.num_attention_heads);
    if hidden % heads != 0 {
        let why = format!("hidden_size is {hidden}, allowed multiples of the {heads} heads");
        return Err(broken(path, why));
    }
    Ok(config)
}

/// A model that makes its vectors in another way would give wrong ones here.
fn check_pooling(path: &Path) -> Result<(), EncoderError> {
    #[derive(Deserialize)]
    struct Pooling {
        pooling_mode_mean_tokens: Option<bool>,
        pooling_mode: Option<String>,
    }
    if is_there(path)?.is_none() {
        return Ok(());
    }
    let pooling: Pooling = json(path, &read(path, MAX_SETTINGS)?)?;
    let mean = match pooling.pooling_mode.as_deref() {
        Some(mode) => mode == "mean",
        None => pooling.pooling_mode_mean_tokens != Some(false),
    };
    if mean {
        Ok(())
    } else {
        let why = "the model does not take the mean of its tokens, which is all that is supported";
        Err(broken(path, why))
    }
}

/// Where texts are cut: what the file says if it is there, and no more than there are positions.
fn max_tokens(path: &Path, config: &Config) -> Result<usize, EncoderError> {
    #[derive(Deserialize)]
    struct Limits {
        max_seq_length: Option<usize>,
    }
    let positions = config.max_position_embeddings;
    if is_there(path)?.is_none() {
        return Ok(positions);
    }
    let limits: Limits = json(path, &read(path, MAX_SETTINGS)?)?;
    let limit = limits.max_seq_length.unwrap_or(positions);
    if limit < LEAST_TOKENS {
        let why = format!("max_seq_length is {limit}, allowed from {LEAST_TOKENS}");
        return Err(broken(path, why));
    }
    Ok(limit.min(positions))
}

fn tokenizer(path: &Path, config: &Config, most: usize) -> Result<Tokenizer, EncoderError> {
    let bytes = read(path, MAX_WORDS)?;
    let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| broken(path, error))?;
    let vocabulary = tokenizer.get_vocab(true);
    if let Some(largest) = vocabulary.into_values().max()
        && largest as usize >= config.vocab_size
    {
        let size = config.vocab_size;
        let why = format!("a token has the number {largest}, but the model knows {size} tokens");
        return Err(broken(path, why));
    }
    // Whatever the file says of either: texts are cut where the model's settings say, and nothing is padded.
    tokenizer.with_padding(None);
    let no_cut = tokenizer.with_truncation(None).map(|_| ());
    no_cut.map_err(|error| broken(path, error))?;
    let marks = tokenizer
        .encode("", true)
        .map_err(|error| broken(path, error))?;
    let marks = marks.get_ids().len();
    if marks == 0 || marks >= most {
        let why = format!(
            "{marks} tokens mark the beginning and end of a text, allowed 1 to {}",
            most - 1
        );
        return Err(broken(path, why));
    }
    let cut = TruncationParams {
        max_length: most,
        ..TruncationParams::default()
    };
    let cut = tokenizer.with_truncation(Some(cut)).map(|_| ());
    cut.map_err(|error| broken(path, error))?;
    Ok(tokenizer)
}

fn model(path: &Path, config: &Config) -> Result<BertModel, EncoderError> {
    // Read as a whole: a mapped file that another program cuts short would end this one.
    let bytes = read(path, MAX_WEIGHTS)?;
    VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu)
        .and_then(|weights| BertModel::load(weights, config))
        .map_err(|error| broken(path, first_line(&error)))
}
