//! The folder of vectors: which texts are in which file, in which order.
//!
//! Each file is a `.npy` array of floats, a row a text, all files with as many columns:
//!
//! | file | texts |
//! |---|---|
//! | `triples.npy` | cues of all triples, then all targets, all paraphrases, and the three further cues likewise |
//! | `chains.npy` | statements, chain by chain |
//! | `varied-cues.npy`, `varied-targets.npy` | of the varied background, as many as there are |
//! | `templated-cues.npy`, `templated-targets.npy` | of the templated one |

use super::texts::{self, AUGMENTS, Background};

/// Texts of a triple.
pub(super) const TEXTS: usize = 3 + AUGMENTS;

/// The file of the triples.
pub const TRIPLES: &str = "triples.npy";

/// The file of the chains.
pub const CHAINS: &str = "chains.npy";

/// The files of a background: cues and targets.
#[must_use]
pub fn of_background(background: Background) -> [String; 2] {
    ["cues", "targets"].map(|what| format!("{}-{what}.npy", background.name()))
}

/// Every file with its texts, for backgrounds of this many pairs.
#[must_use]
pub fn all(pairs: u32) -> Vec<(String, Vec<String>)> {
    let owned = |text: &&str| (*text).to_owned();
    let triples = triple_texts().iter().map(owned).collect();
    let chains = texts::chains().as_flattened().iter().map(owned).collect();
    let mut files = vec![(TRIPLES.to_owned(), triples), (CHAINS.to_owned(), chains)];
    for background in [Background::Varied, Background::Templated] {
        let [cues, targets] = of_background(background);
        let both = background.pairs(pairs).into_iter();
        let (cue_texts, target_texts) = both.map(|pair| (pair.cue, pair.target)).unzip();
        files.push((cues, cue_texts));
        files.push((targets, target_texts));
    }
    files
}

/// Texts of the triples in the order of the file.
pub(super) fn triple_texts() -> Vec<&'static str> {
    let triples = texts::triples();
    let mut all = Vec::new();
    let columns: [fn(&texts::Triple) -> &'static str; TEXTS] = [
        |triple| triple.cue,
        |triple| triple.target,
        |triple| triple.paraphrase,
        |triple| triple.augments[0],
        |triple| triple.augments[1],
        |triple| triple.augments[2],
    ];
    for column in columns {
        all.extend(triples.iter().map(column));
    }
    all
}
