//! Where the vectors of texts come from: an encoder, or a file.

use std::path::PathBuf;

use clap::Args;

use super::super::encoder::TextEncoder;
use super::super::{Failure, is_lacking};
use crate::print::warn;
use slotless_recall::vectors::{VectorError, VectorFileError, Vectors};
use slotless_recall::{Lengths, Model, Settings};

/// Flags that say where vectors come from.
#[derive(Clone, Debug, Args)]
pub(super) struct VectorArgs {
    /// Folder of the sentence encoder [default: the memory's own, else SLOTLESS_MODEL]
    #[arg(long, value_name = "DIR", conflicts_with = "vectors")]
    model: Option<PathBuf>,
    /// Vectors in place of an encoder, one row per text
    #[arg(long, value_name = "FILE.npy")]
    pub vectors: Option<PathBuf>,
    /// Compare words alone: no encoder, and no vectors
    #[arg(long, conflicts_with_all = ["model", "vectors"])]
    words_only: bool,
}

/// Where vectors come from, open.
#[derive(Debug)]
pub(super) enum Source {
    Encoder(Box<TextEncoder>, Model),
    File(PathBuf, Vectors),
    /// There are none.
    Words,
}

impl VectorArgs {
    /// An encoder, the one that is named or the memory's own.
    pub fn of_model(model: Option<PathBuf>) -> Self {
        Self {
            model,
            vectors: None,
            words_only: false,
        }
    }

    /// None: words alone are compared.
    pub fn of_words() -> Self {
        Self {
            model: None,
            vectors: None,
            words_only: true,
        }
    }

    /// Whether an encoder or a file is named, by a flag, by the memory or by the variable.
    pub fn is_named(&self, stored: Option<&Settings>) -> bool {
        self.vectors.is_some() || self.folder(stored).is_some()
    }

    /// The folder of the encoder, if one is named.
    fn folder(&self, stored: Option<&Settings>) -> Option<PathBuf> {
        let own = stored.and_then(|stored| stored.model.as_ref());
        let named = self.model.clone();
        let named = named.or_else(|| own.map(|model| PathBuf::from(&model.folder)));
        // One that is empty is one that is not set.
        let set = || std::env::var_os("SLOTLESS_MODEL").filter(|name| !name.is_empty());
        named.or_else(|| set().map(PathBuf::from))
    }

    /// Opens the encoder or the file. `stored` are the settings of the memory, if there is one.
    pub fn open(&self, stored: Option<&Settings>) -> Result<Source, Failure> {
        self.open_with(stored, Lengths::Scaled)
    }

    /// As [`VectorArgs::open`]; what becomes of the lengths of a file's vectors is the caller's.
    pub fn open_with(
        &self,
        stored: Option<&Settings>,
        lengths: Lengths,
    ) -> Result<Source, Failure> {
        let source = match &self.vectors {
            // Who names vectors for a memory of words alone is told so below.
            None if self.words_only || self.model.is_none() && has_words_alone(stored) => {
                Source::Words
            }
            Some(path) => {
                let read = Vectors::read(path).and_then(|vectors| {
                    let kind = |kind: VectorError| VectorFileError {
                        path: path.clone(),
                        kind,
                    };
                    // A row of zeros is named by the file and its row before anything is stored or asked. A store scales
                    // again what it is given, which moves a last bit of some vectors of few numbers (of one of 110 with
                    // eight, of none among 50,000 with 384): without this, scores would not be bit for bit what they were.
                    match lengths {
                        Lengths::Kept => vectors.of_unit_length().map_err(kind),
                        Lengths::Scaled => vectors.unit().map_err(kind),
                    }
                });
                let vectors = read.map_err(|error| match &error.kind {
                    VectorError::Io(cause) if is_lacking(cause) => {
                        Failure::Failed(error.to_string())
                    }
                    _ => Failure::Input(error.to_string()),
                })?;
                Source::File(path.clone(), vectors)
            }
            None => self.encoder(stored)?,
        };
        if let Some(stored) = stored
            && !matches!(source, Source::Words)
        {
            let (found, expected) = (source.dim(), stored.inputs as usize);
            if expected == 0 {
                return Err(Failure::Input(format!(
                    "{}: this memory compares words alone and takes no vectors",
                    source.name()
                )));
            }
            if found != expected {
                return Err(Failure::Input(format!(
                    "{}: vectors of {found} numbers, this memory takes {expected}",
                    source.name()
                )));
            }
        }
        Ok(source)
    }

    fn encoder(&self, stored: Option<&Settings>) -> Result<Source, Failure> {
        let own = stored.and_then(|stored| stored.model.as_ref());
        let Some(folder) = self.folder(stored) else {
            return Err(Failure::Input(
                "no vectors: expected --model DIR (or the variable SLOTLESS_MODEL) with a sentence encoder, --vectors FILE.npy, or \
                 --words-only; `slotless embed --help` says where to get an encoder"
                    .to_owned(),
            ));
        };
        let encoder = TextEncoder::of(&folder)?;
        let model = Model::of(&folder)?;
        match own {
            Some(own) if own.hash != model.hash => Err(Failure::Input(format!(
                "{}: not the encoder that this memory was made with ({}): their vectors have nothing to do with each other",
                folder.display(),
                own.folder
            ))),
            _ => Ok(Source::Encoder(Box::new(encoder), model)),
        }
    }
}

fn has_words_alone(stored: Option<&Settings>) -> bool {
    stored.is_some_and(|stored| stored.inputs == 0)
}

impl Source {
    /// Numbers of a vector; 0 where there are none.
    pub fn dim(&self) -> usize {
        match self {
            Self::Encoder(encoder, _) => encoder.dim(),
            Self::File(_, vectors) => vectors.dim(),
            Self::Words => 0,
        }
    }

    /// Whether each vector is a row of a file, and there are no others.
    pub fn is_file(&self) -> bool {
        matches!(self, Self::File(..))
    }

    /// The encoder, as a memory remembers it.
    pub fn model(&self) -> Option<&Model> {
        match self {
            Self::Encoder(_, model) => Some(model),
            Self::File(..) | Self::Words => None,
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Encoder(_, model) => model.folder.clone(),
            Self::File(path, _) => path.display().to_string(),
            Self::Words => "words".to_owned(),
        }
    }

    /// Rows of a file.
    pub fn rows(&self) -> Option<usize> {
        match self {
            Self::File(_, vectors) => Some(vectors.len()),
            _ => None,
        }
    }

    /// Refuses a file with another number of rows than there are texts.
    pub fn check_rows(&self, texts: usize, what: &str) -> Result<(), Failure> {
        match self {
            Self::File(path, vectors) if vectors.len() != texts => Err(Failure::Input(format!(
                "{}: {} rows, expected {texts}, {what}",
                path.display(),
                vectors.len()
            ))),
            _ => Ok(()),
        }
    }

    /// A row of a file.
    pub fn row(&self, row: usize) -> Option<&[f32]> {
        match self {
            Self::File(_, vectors) if row < vectors.len() => Some(vectors.row(row)),
            _ => None,
        }
    }

    /// Vectors of texts, none where there are none; `first` is the row of the first.
    pub fn vectors(&self, texts: &[&str], first: usize) -> Result<Rows, Failure> {
        let numbers = match self {
            Self::Encoder(encoder, _) => {
                let (vectors, cut) = encoder.quietly(texts)?;
                if cut > 0 {
                    warn(format_args!(
                        "{cut} of {} texts are longer than the {} tokens that the encoder sees",
                        texts.len(),
                        encoder.max_tokens()
                    ));
                }
                vectors.values().to_vec()
            }
            Self::File(_, vectors) => {
                let dim = vectors.dim();
                vectors.values()[first * dim..(first + texts.len()) * dim].to_vec()
            }
            Self::Words => Vec::new(),
        };
        Ok(Rows {
            numbers,
            dim: self.dim(),
        })
    }
}

/// Vectors of some texts, if they have any.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    numbers: Vec<f32>,
    dim: usize,
}

impl Rows {
    /// That of a text.
    pub fn get(&self, row: usize) -> Option<&[f32]> {
        match self.dim {
            0 => None,
            dim => self.numbers.get(row * dim..(row + 1) * dim),
        }
    }
}
