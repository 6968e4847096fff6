//! The vectors of a condition, checked.

use std::path::Path;

use sha2::{Digest, Sha256};
use slotless_files::npy::Array;

use super::condition::{Condition, Source};
use super::files::{self, TEXTS};
use super::texts::{self, Background};
use crate::SpecError;
use slotless_files::hex;
use slotless_recall::vectors::{VectorError, VectorFileError, Vectors};

/// Vectors of the triples and, after them, of the chains, in the order of their files: unit vectors in 1/32767.
static SHIPPED: &[u8] = include_bytes!("../../data/exp07/vectors.npy");

/// Unit vectors of triples, chains and a background.
#[derive(Clone, Debug)]
pub(super) struct Data {
    triples: Vectors,
    chains: Vectors,
    /// Cues and targets; none of a synthetic background.
    pub background: Option<[Vectors; 2]>,
}

/// A text of a triple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Cue,
    Target,
    Paraphrase,
    Augment(usize),
}

impl Data {
    /// Reads what a condition needs, and the SHA-256 of it where that is from a folder.
    pub fn load(condition: &Condition) -> Result<(Self, Option<String>), SpecError> {
        let Source::Folder { path, .. } = &condition.vectors else {
            return Ok((shipped(), None));
        };
        let read = |name: &str| read(&path.join(name)).map_err(|e| SpecError::File(e.to_string()));
        let count = texts::triples().len();
        let triples = read(files::TRIPLES)?;
        let dim = triples.dim();
        let same = |name: &str, vectors: Vectors| {
            vectors.expect_dim(dim).map_err(|kind| {
                let path = path.join(name);
                SpecError::File(VectorFileError { path, kind }.to_string())
            })
        };
        let exactly = |name: &str, vectors: &Vectors, rows: usize, what: &str| {
            if vectors.len() == rows {
                return Ok(());
            }
            Err(SpecError::File(format!(
                "vectors {}: {} rows, expected {rows} ({what})",
                path.join(name).display(),
                vectors.len()
            )))
        };
        let what = format!("{TEXTS} texts of {count} triples");
        exactly(files::TRIPLES, &triples, TEXTS * count, &what)?;
        let chains = same(files::CHAINS, read(files::CHAINS)?)?;
        let rows = texts::chains().as_flattened().len();
        exactly(files::CHAINS, &chains, rows, "statements of the chains")?;
        let background = match condition.background {
            Background::Synthetic => None,
            kind => {
                let names = files::of_background(kind);
                let mut both = Vec::new();
                for name in &names {
                    let vectors = same(name, read(name)?)?;
                    if vectors.len() < condition.most() as usize {
                        return Err(SpecError::File(format!(
                            "vectors {}: {} rows, allowed from {} (the largest background)",
                            path.join(name).display(),
                            vectors.len(),
                            condition.most()
                        )));
                    }
                    both.push(vectors);
                }
                exactly(&names[1], &both[1], both[0].len(), "as many as cues")?;
                <[Vectors; 2]>::try_from(both).ok()
            }
        };
        let data = Self {
            triples,
            chains,
            background,
        };
        let sha256 = data.sha256();
        Ok((data, Some(sha256)))
    }

    /// Numbers of a vector.
    pub fn dim(&self) -> usize {
        self.triples.dim()
    }

    /// Number of triples.
    pub fn triples(&self) -> usize {
        self.triples.len() / TEXTS
    }

    /// A text of a triple.
    pub fn triple(&self, part: Part, number: usize) -> &[f32] {
        let column = match part {
            Part::Cue => 0,
            Part::Target => 1,
            Part::Paraphrase => 2,
            Part::Augment(which) => 3 + which,
        };
        self.triples.row(column * self.triples() + number)
    }

    /// Statements, chain by chain.
    pub fn statements(&self) -> &Vectors {
        &self.chains
    }

    /// Vectors of all texts but those of the background.
    pub fn own(&self) -> impl Iterator<Item = &[f32]> {
        self.triples.rows().chain(self.chains.rows())
    }

    fn sha256(&self) -> String {
        let mut hasher = Sha256::new();
        let all = [&self.triples, &self.chains].into_iter();
        for vectors in all.chain(self.background.iter().flatten()) {
            hasher.update((vectors.len() as u64).to_le_bytes());
            for row in vectors.rows() {
                let bytes: Vec<u8> = row.iter().flat_map(|value| value.to_le_bytes()).collect();
                hasher.update(bytes);
            }
        }
        hex(&hasher.finalize())
    }
}

fn read(path: &Path) -> Result<Vectors, VectorFileError> {
    let of_path = |kind: VectorError| VectorFileError {
        path: path.to_owned(),
        kind,
    };
    Vectors::read(path)?.unit().map_err(of_path)
}

/// The vectors that come with the program.
fn shipped() -> Data {
    let tested = "an array that was tested";
    let whole = Array::read(SHIPPED).expect(tested);
    let (_, dim) = whole.rows_and_columns().expect(tested);
    let cells = whole.cells::<i16>().expect(tested);
    let values: Vec<f32> = cells.into_iter().map(f32::from).collect();
    let (triples, chains) = values.split_at(TEXTS * texts::triples().len() * dim);
    let unit = |values: &[f32]| {
        let vectors = Vectors::new(values.to_vec(), dim).and_then(Vectors::unit);
        vectors.expect("rows that were tested")
    };
    Data {
        triples: unit(triples),
        chains: unit(chains),
        background: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paraphrase::texts::STATEMENTS;

    #[test]
    fn shipped_vectors_are_those_of_the_texts() {
        let data = shipped();
        assert_eq!(data.triples(), texts::triples().len());
        assert_eq!(data.statements().len(), STATEMENTS * texts::chains().len());
        assert_eq!(data.dim(), 384);
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        let mut own = 0.0;
        for number in 0..data.triples() {
            let cue = data.triple(Part::Cue, number);
            assert!((dot(cue, cue) - 1.0).abs() < 1e-5);
            // A paraphrase is nearer to its cue than to most others.
            let paraphrase = data.triple(Part::Paraphrase, number);
            let nearer = (0..data.triples()).filter(|&other| {
                dot(paraphrase, data.triple(Part::Cue, other)) > dot(paraphrase, cue)
            });
            assert!(nearer.count() < 6, "{number}");
            own += dot(paraphrase, cue);
        }
        assert!(own / data.triples() as f32 > 0.45, "{own}");
    }
}
