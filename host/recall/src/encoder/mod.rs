//! Sentences to vectors, by a sentence encoder of the BERT family in a local folder, such as all-MiniLM-L6-v2.
//!
//! A text becomes tokens, the model gives each token a vector, and the text's vector is their mean, scaled to length 1.
//! Each text goes through the model for itself, on one thread: products of larger matrices are summed in another order, so
//! that texts in a batch would change each other's last bits.
//!
//! A vector depends on its text and the model alone: not on the other texts, their order or the number of threads, bit for
//! bit on one machine. Another processor may round in another order, since the products of matrices are
//! those of the crate `gemm`, which chooses instructions and block sizes for the machine it runs on.

#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use candle_core::{Device, Tensor};
use candle_transformers::models::bert::BertModel;
use rayon::prelude::*;
use thiserror::Error;
use tokenizers::Tokenizer;

use super::vectors::{VectorError, Vectors};

mod load;

/// What is done with a text of white space only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Empty {
    /// It is refused, by its number.
    #[default]
    Refuse,
    /// It is encoded as the model does: the vector of no words.
    Encode,
}

/// A sentence encoder, in memory.
pub struct Encoder {
    model: BertModel,
    tokenizer: Tokenizer,
    dim: usize,
    max_tokens: usize,
    empty: Empty,
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder")
            .field("dim", &self.dim)
            .field("max_tokens", &self.max_tokens)
            .field("empty", &self.empty)
            .finish_non_exhaustive()
    }
}

/// Vectors of texts, and what was lost on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoded {
    /// A row a text, in the texts' order, of length 1.
    pub vectors: Vectors,
    /// Texts of which the model has seen only the beginning, numbered from 0, in order.
    pub cut: Vec<usize>,
}

impl Encoder {
    /// Opens a folder with `config.json`, `tokenizer.json` and `model.safetensors`.
    ///
    /// `sentence_bert_config.json` says where texts are cut, or else the model's positions do; `1_Pooling/config.json`,
    /// where there is one, must say that the mean of the tokens is meant. Takes as much memory as the weights have in 32
    /// bits, and twice that while opening. From then on the crate `gemm` works with one thread for each product of
    /// matrices, anywhere in the program.
    ///
    /// # Errors
    /// [`EncoderError`] if the folder or a file is not there, or is not what it should be.
    pub fn open(folder: &Path) -> Result<Self, EncoderError> {
        load::open(folder)
    }

    /// The same, with another answer to texts of white space only.
    #[must_use]
    pub fn with_empty(mut self, empty: Empty) -> Self {
        self.empty = empty;
        self
    }

    /// Numbers of a vector.
    #[must_use]
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// Tokens that the model sees of a text, those that mark its beginning and end included; the rest is cut.
    #[must_use]
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// A vector of length 1 for each text, by the threads of the current rayon pool.
    ///
    /// # Errors
    /// [`EncoderError`] if there is no text, or one is of white space only and [`Empty::Refuse`] stands.
    pub fn encode(&self, texts: &[impl AsRef<str> + Sync]) -> Result<Vectors, EncoderError> {
        let encoded = self.encode_watched(texts, &AtomicBool::new(false), &|_| ())?;
        Ok(encoded.vectors)
    }

    /// [`Encoder::encode`], which ends early when `stop` is raised, and calls `done` after each text with how many
    /// more are ready.
    ///
    /// # Errors
    /// As [`Encoder::encode`]; [`EncoderError::Stopped`] when it was stopped.
    pub fn encode_watched(
        &self,
        texts: &[impl AsRef<str> + Sync],
        stop: &AtomicBool,
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<Encoded, EncoderError> {
        if texts.is_empty() {
            return Err(EncoderError::NoText);
        }
        let blank = |text: &str| text.trim().is_empty();
        if self.empty == Empty::Refuse
            && let Some(at) = texts.iter().position(|text| blank(text.as_ref()))
        {
            return Err(EncoderError::Empty { line: at + 1 });
        }
        let proceed = || match stop.load(Ordering::Relaxed) {
            true => Err(EncoderError::Stopped),
            false => Ok(()),
        };
        let mut values = vec![0.0; texts.len() * self.dim];
        let rows = values.par_chunks_exact_mut(self.dim);
        let cut = texts
            .par_iter()
            .zip(rows)
            .map(|(text, row)| {
                proceed()?;
                let tokens = self.tokens(text.as_ref())?;
                self.mean(&tokens.ids, row)?;
                done(1);
                Ok(tokens.cut)
            })
            .collect::<Result<Vec<bool>, EncoderError>>()?;
        let cut = cut.into_iter().enumerate().filter(|&(_, cut)| cut);
        Ok(Encoded {
            vectors: Vectors::new(values, self.dim)?.unit()?,
            cut: cut.map(|(text, _)| text).collect(),
        })
    }

    fn tokens(&self, text: &str) -> Result<Tokens, EncoderError> {
        let encoding = self
            .tokenizer
            .encode(text, true)
            .map_err(|error| EncoderError::Failed(error.to_string()))?;
        Ok(Tokens {
            ids: encoding.get_ids().to_vec(),
            cut: !encoding.get_overflowing().is_empty(),
        })
    }

    /// The mean over the tokens of a text.
    fn mean(&self, ids: &[u32], mean: &mut [f32]) -> Result<(), EncoderError> {
        let states = Tensor::from_slice(ids, (1, ids.len()), &Device::Cpu).and_then(|ids| {
            // All of one segment, and no mask: nothing is padded.
            let states = self.model.forward(&ids, &ids.zeros_like()?, None)?;
            states.flatten_all()?.to_vec1::<f32>()
        });
        let states = states.map_err(|error| EncoderError::Failed(first_line(&error)))?;
        for (place, mean) in mean.iter_mut().enumerate() {
            let numbers = states.iter().skip(place).step_by(self.dim);
            let sum: f64 = numbers.map(|&number| f64::from(number)).sum();
            *mean = (sum / ids.len() as f64) as f32;
        }
        Ok(())
    }
}

/// A text as the model sees it.
struct Tokens {
    ids: Vec<u32>,
    cut: bool,
}

/// What candle says; a list of its own functions may follow.
fn first_line(error: &candle_core::Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().to_owned()
}

/// A model that cannot be used, or texts that cannot be encoded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncoderError {
    /// No such folder.
    #[error("model folder {}: not a folder; expected one with config.json, tokenizer.json and model.safetensors", path.display())]
    Folder {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A file of the model cannot be read.
    #[error("model file {}: {error}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        error: std::io::Error,
    },
    /// A file of the model is not what it should be.
    #[error("model file {}: {why}", path.display())]
    Broken {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Nothing to encode.
    #[error("no text to encode, expected at least one")]
    NoText,
    /// A text of white space only.
    #[error("line {line} is empty, expected a text")]
    Empty {
        /// Its number, from 1.
        line: usize,
    },
    /// The model gives numbers that are none.
    #[error("the model gave no usable vector: {0}")]
    Vectors(#[from] VectorError),
    /// The encoder fails at a text.
    #[error("encoding failed: {0}")]
    Failed(String),
    /// It was stopped.
    #[error("stopped")]
    Stopped,
}
