//! What is run, checked.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use slotless_core::attractor::Params;

use super::texts::{Background, MOST_PAIRS};
use crate::figures::catalogue::Size;
use crate::memory::SpecError;
use crate::memory::spec::slug;

/// A background, and how much of it is stored beside the test pairs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// What the background is.
    pub background: Background,
    /// Numbers of background pairs at which is tested, ascending, 0 to 20,000.
    pub sizes: Vec<u32>,
    /// Units of a code.
    pub units: u32,
    /// Active units of a stored code.
    pub active: u32,
    /// Where vectors come from.
    pub vectors: Source,
}

/// Where vectors come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "source", rename_all = "lowercase")]
pub enum Source {
    /// Those of the triples and chains that come with the program; for a synthetic background.
    Shipped,
    /// A folder of `.npy` files, as [`files`](super::files) lists them.
    Folder {
        /// Where it is.
        path: PathBuf,
        /// SHA-256 of what was read of it, filled in then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
    },
}

/// Units of exp07's codes, and how many of them are active.
const UNITS: u32 = 16_384;
const ACTIVE: u32 = 50;

/// Numbers of background pairs.
const SIZES: [u32; 6] = [0, 100, 500, 1000, 5000, 20_000];

/// Other lengths of stored codes, up to a thousand background pairs.
const LENGTHS: [u32; 2] = [200, 800];

/// Pairs of the largest background of a figure.
pub(crate) fn most_pairs(size: Size) -> u32 {
    sizes(size).last().copied().unwrap_or(0)
}

fn sizes(size: Size) -> &'static [u32] {
    match size {
        Size::Paper => &SIZES,
        Size::Quick => &SIZES[..4],
    }
}

/// What the figure runs, with vectors of this source: both backgrounds of texts where there is a folder, and the synthetic one
/// where there is none; then longer codes.
#[must_use]
pub fn conditions(size: Size, vectors: &Source) -> Vec<Condition> {
    let of = |background, sizes: &[u32], active| Condition {
        background,
        sizes: sizes.to_vec(),
        units: UNITS,
        active,
        vectors: vectors.clone(),
    };
    let backgrounds: &[Background] = match vectors {
        Source::Folder { .. } => &[Background::Varied, Background::Templated],
        Source::Shipped => &[Background::Synthetic],
    };
    let longer = LENGTHS.map(|active| of(backgrounds[0], &SIZES[..4], active));
    let whole = backgrounds.iter();
    let whole = whole.map(|&background| of(background, sizes(size), ACTIVE));
    whole.chain(longer).collect()
}

impl Condition {
    /// Checks every value.
    ///
    /// # Errors
    /// [`SpecError`] for the first that is out of its range.
    pub fn check(&self) -> Result<(), SpecError> {
        let sizes = &self.sizes;
        if sizes.is_empty() || !sizes.is_sorted_by(|a, b| a < b) {
            let list = format!("{sizes:?}");
            return Err(SpecError::range("sizes", list, "ascending numbers"));
        }
        if self.most() > MOST_PAIRS {
            let allowed = format!("up to {MOST_PAIRS}");
            return Err(SpecError::range("sizes", self.most(), allowed));
        }
        if let Err(error) = Params::new(self.units, self.active) {
            let sizes = format!("{} of {} units", self.active, self.units);
            return Err(SpecError::range("codes", sizes, error.to_string()));
        }
        if self.vectors == Source::Shipped && self.background != Background::Synthetic {
            let name = self.background.name();
            return Err(SpecError::range(
                "background",
                name,
                "synthetic, unless there are vectors of its texts",
            ));
        }
        Ok(())
    }

    /// The largest number of background pairs.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.sizes.last().copied().unwrap_or(0)
    }

    /// Units of a wide cue: a tenth of all, and no fewer than a stored code has.
    #[must_use]
    pub fn wide(&self) -> u32 {
        (self.units / 10).max(self.active)
    }

    /// Name in files: letters, digits and underscores.
    #[must_use]
    pub fn slug(&self) -> String {
        slug(&format!(
            "{} k {} of {} to {}",
            self.background.name(),
            self.active,
            self.units,
            self.most()
        ))
    }

    /// Without where a folder lies, once it is known what is in it.
    #[must_use]
    pub fn unnamed(&self) -> Self {
        let mut unnamed = self.clone();
        if let Source::Folder { path, sha256 } = &mut unnamed.vectors
            && sha256.is_some()
        {
            path.clear();
        }
        unnamed
    }
}
