//! What is run, checked.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use slotless_core::attractor::MAX_UNITS;

use super::texts::{Background, MAX_PAIRS};
use crate::SpecError;
use crate::figures::Size;
use crate::run::slug;
use slotless_recall::project::wide;

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

/// Sizes of what the figure runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Numbers of background pairs, ascending.
    pub pairs: Vec<u32>,
    /// Units of a code.
    pub units: u32,
    /// Active units of a stored code.
    pub active: u32,
    /// Other lengths of stored codes, in that one.
    pub longer: &'static [u32],
}

/// The most background pairs beside longer codes.
const BESIDE_LONGER: u32 = 1000;

impl Plan {
    /// exp07's codes and backgrounds, larger backgrounds and longer codes; quick, no larger backgrounds, and codes of four
    /// times as many units but not of sixteen.
    #[must_use]
    pub fn of(size: Size) -> Self {
        let mut pairs = vec![0, 100, 500, 1000, 5000, MAX_PAIRS];
        if size == Size::Quick {
            pairs.truncate(4);
        }
        Self {
            pairs,
            units: 16_384,
            active: 50,
            longer: if size == Size::Quick { &[4] } else { &[4, 16] },
        }
    }

    /// Pairs of the largest background.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.pairs.last().copied().unwrap_or(0)
    }
}

/// What the figure runs, with vectors of this source: both backgrounds of texts where there is a folder, and the synthetic one
/// where there is none; then longer codes without a background and with one.
#[must_use]
pub fn conditions(plan: &Plan, vectors: &Source) -> Vec<Condition> {
    let of = |background, sizes: &[u32], active| Condition {
        background,
        sizes: sizes.to_vec(),
        units: plan.units,
        active,
        vectors: vectors.clone(),
    };
    let backgrounds: &[Background] = match vectors {
        Source::Folder { .. } => &[Background::Varied, Background::Templated],
        Source::Shipped => &[Background::Synthetic],
    };
    let whole = backgrounds.iter();
    let mut all: Vec<Condition> = whole
        .map(|&background| of(background, &plan.pairs, plan.active))
        .collect();
    let fitting = plan.pairs.iter().rev();
    let beside = fitting.copied().find(|&pairs| pairs <= BESIDE_LONGER);
    let sizes = Vec::from_iter(plan.pairs.first().copied().into_iter().chain(beside));
    let sizes = &sizes[usize::from(sizes.len() == 2 && sizes[0] == sizes[1])..];
    for &factor in plan.longer {
        match plan.active.checked_mul(factor) {
            Some(active) if 2 * active <= plan.units && beside.is_some() => {
                all.push(of(backgrounds[0], sizes, active));
            }
            _ => {}
        }
    }
    all
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
            return Err(SpecError::range("pairs", list, "ascending numbers"));
        }
        if self.most() > MAX_PAIRS {
            let allowed = format!("up to {MAX_PAIRS}");
            return Err(SpecError::range("pairs", self.most(), allowed));
        }
        if !(1..=MAX_UNITS).contains(&self.units) {
            let allowed = format!("1 to {MAX_UNITS}");
            return Err(SpecError::range("units", self.units, allowed));
        }
        if !(1..=self.units).contains(&self.active) {
            let allowed = format!("1 to {}", self.units);
            return Err(SpecError::range("active", self.active, allowed));
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

    /// Units of a wide cue.
    #[must_use]
    pub fn wide(&self) -> u32 {
        wide(self.units, self.active)
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
