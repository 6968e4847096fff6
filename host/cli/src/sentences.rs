//! Vectors of exp07's sentences: encoded once, and kept beside the figure.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::encoder::TextEncoder;
use super::{Failure, say};
use slotless::paraphrase;
use slotless::run::RunError;
use slotless_files::{Folder, hash, hex};

/// The files of a model that its vectors depend on.
const MODEL: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// The model of the environment, for a program that has an encoder.
pub(super) fn model() -> Option<PathBuf> {
    let named = std::env::var_os("SLOTLESS_MODEL").filter(|name| !name.is_empty());
    named.map(PathBuf::from).filter(|_| cfg!(feature = "embed"))
}

/// The folder of vectors that the model makes, or has made before, below `out`; none without a model.
pub(super) fn vectors(
    model: Option<PathBuf>,
    out: &Path,
    plan: &paraphrase::Plan,
    threads: usize,
) -> Result<Option<PathBuf>, Failure> {
    let Some(model) = model else {
        say(
            "exp07: neither --model nor --vectors: the program's own vectors of triples and chains, beside a synthetic background; \
             for sentences there, take a program built with --features embed and --model DIR (slotless embed --help says where \
             to get one), or --vectors DIR of a run that had it",
        );
        return Ok(None);
    };
    let encoder = TextEncoder::of(&model)?;
    let files = paraphrase::files::all(plan.most().max(1));
    let name = fingerprint(&model, &files)?;
    let folder = Folder::create(&out.join("vectors").join(&name[..12]))?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Failure::Failed(format!("no threads can be started: {error}")))?;
    for (name, texts) in &files {
        if folder.path().join(name).exists() {
            continue;
        }
        let vectors = pool.install(|| encoder.encode(texts)).map_err(|error| {
            let Failure::Interrupted(_) = error else {
                return error;
            };
            Failure::Interrupted(format!(
                "stopped; vectors that are ready are kept in {}, run the same command again to continue",
                folder.path().display()
            ))
        })?;
        let written = vectors.write(&folder.path().join(name));
        written.map_err(|error| Failure::Failed(error.to_string()))?;
    }
    Ok(Some(folder.path().to_owned()))
}

/// What vectors depend on: the model's files, and the texts.
fn fingerprint(model: &Path, files: &[(String, Vec<String>)]) -> Result<String, Failure> {
    let mut hasher = Sha256::new();
    for name in MODEL {
        let path = model.join(name);
        let (sha256, _) = hash(&path).map_err(|error| RunError::io(&path, error))?;
        hasher.update(sha256);
    }
    for (name, texts) in files {
        for text in std::iter::once(name).chain(texts) {
            hasher.update((text.len() as u64).to_le_bytes());
            hasher.update(text);
        }
    }
    Ok(hex(&hasher.finalize()))
}
