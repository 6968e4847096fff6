//! Where patterns come from.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{FileData, Network, Protocol};
use crate::SpecError;
use crate::patterns::drift::Drift;
use crate::patterns::pairs::Pairs;
use crate::patterns::parts::{Part, halves};
use crate::patterns::{FreshPrototypes, Levels, OrderMatch, RowOrder};

/// Where patterns come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Data {
    /// Unstructured: s of n_i bits, uniform.
    #[serde(deserialize_with = "no_more_keys")]
    Random,
    /// Leaves of a tree-generating Chinese restaurant process.
    Tree {
        /// b: ones cleared and zeros set from parent to child.
        b: u32,
        /// Nodes grown, the root included; three times the patterns needed unless given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        steps: Option<u32>,
    },
    /// Categories: examples scattered around prototypes.
    Correlated {
        /// b: ones cleared and zeros set from prototype to example.
        b: u32,
        /// Prototypes a trial.
        #[serde(default = "ten")]
        categories: u32,
        /// Whose prototypes the pseudo-patterns have.
        #[serde(default)]
        prototypes: FreshPrototypes,
        /// How pseudo-patterns are lined up with ages.
        #[serde(default)]
        order: OrderMatch,
        /// How unequal categories are: that of rank r, from 1, has a share of the examples in proportion to `r^-power`. 0 for as
        /// many of each.
        #[serde(default, skip_serializing_if = "is_default")]
        power: f64,
    },
    /// Items, new each time, in a context that drifts from pattern to pattern.
    Drift {
        /// b: ones of the context cleared and zeros set from a pattern to the next.
        b: u32,
        /// Share of the units, and of the ones, that are context: the last ones.
        #[serde(default = "all")]
        context: f64,
    },
    /// Lists of pairs: an item and the context of its list in the first half of the units, what the item is answered with in
    /// the second.
    Pairs {
        /// Lists with the same items, learned one after the other: 2 for A-B, A-C. The last patterns learned are these lists.
        #[serde(default = "one")]
        lists: u32,
        /// Share of the units of a cue, and of its ones, that are context: the last ones of the first half.
        #[serde(default)]
        context: f64,
    },
    /// Sequences: an element in the first half of the units, the next one in the second.
    Sequence {
        /// Steps of a sequence.
        length: u32,
    },
    /// Patterns that overlap as a matrix says.
    Similarity {
        /// `.npy`, `.npz` of one array, or CSV: a row and a column for each pattern, 1 on the diagonal.
        path: PathBuf,
        /// SHA-256 of its numbers, filled in when it is read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
        /// The order of its rows.
        #[serde(default, skip_serializing_if = "is_default")]
        order: RowOrder,
    },
    /// Rows of a file; the first are learned, as many after them as are tested are the pseudo-patterns.
    File(FileData),
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn ten() -> u32 {
    10
}

fn one() -> u32 {
    1
}

fn all() -> f64 {
    1.0
}

/// A variant without keys of its own: serde would take any key beside the tag, whatever `deny_unknown_fields` says.
fn no_more_keys<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NoKeys {}
    NoKeys::deserialize(deserializer).map(|NoKeys {}| ())
}

impl Data {
    /// Whether an unstructured baseline is measured too.
    #[must_use]
    pub fn structured(&self) -> bool {
        matches!(
            self,
            Self::Tree { .. }
                | Self::Correlated { .. }
                | Self::Drift { .. }
                | Self::Similarity { .. }
        )
    }

    /// The files that it is read from, those of rows.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &PathBuf)> {
        let (own, others) = match self {
            Self::File(FileData {
                path,
                lures,
                cues,
                lure_cues,
                ..
            }) => (
                Some(("patterns", path)),
                [("lures", lures), ("cues", cues), ("lure_cues", lure_cues)].map(Some),
            ),
            Self::Similarity { path, .. } => (Some(("similarity", path)), [None; 3]),
            _ => (None, [None; 3]),
        };
        let others = others.into_iter().flatten();
        let others = others.filter_map(|(name, rows)| Some((name, &rows.as_ref()?.path)));
        own.into_iter().chain(others)
    }

    /// The first unit of what a pattern is answered with, where that is a part of it, for patterns of `visible` units.
    #[must_use]
    pub fn target(&self, visible: u32) -> Option<u32> {
        match *self {
            Self::Pairs { .. } | Self::Sequence { .. } => Some(halves(visible, 0)[1].first),
            Self::File(ref file) => Some(visible.saturating_sub(file.target?)),
            _ => None,
        }
    }

    /// Ones of what a cue is drawn from and of what answers are compared with, of patterns of so many units and ones; none
    /// where they differ from pattern to pattern.
    #[must_use]
    pub fn ones(&self, visible: u32, active: u32) -> Option<[u32; 2]> {
        match self {
            Self::Pairs { .. } | Self::Sequence { .. } => {
                Some(halves(visible, active).map(|half| half.ones))
            }
            Self::File(_) => None,
            _ => Some([active; 2]),
        }
    }

    /// Whether cues are drawn from something else than all of a pattern, with numbers of ones that differ.
    pub(crate) fn has_own_cues(&self) -> bool {
        matches!(self, Self::File(file) if file.cues.is_some() || file.target.is_some())
    }

    /// Leaves out where rows of a file come from, and how they are written there: it is they that matter.
    pub(crate) fn forget_file(&mut self) {
        match self {
            Self::File(FileData {
                path,
                levels,
                lures,
                cues,
                lure_cues,
                ..
            }) => {
                path.clear();
                *levels = Levels::default();
                for rows in [lures, cues, lure_cues].into_iter().flatten() {
                    rows.path.clear();
                }
            }
            Self::Similarity { path, .. } => path.clear(),
            _ => {}
        }
    }

    /// Leaves out what only tests depend on: the same is learned without.
    pub(crate) fn forget_tests(&mut self) {
        if let Self::File(FileData {
            cues,
            lure_cues,
            target,
            ..
        }) = self
        {
            (*cues, *lure_cues, *target) = (None, None, None);
        }
    }

    /// The data as a figure shows it.
    #[must_use]
    pub fn caption(&self) -> String {
        let name = |path: &PathBuf| {
            path.file_name().map_or_else(
                || path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            )
        };
        match self {
            Self::Random => "unstructured patterns".to_owned(),
            Self::Tree { b, .. } => format!("tree patterns, b = {b}"),
            Self::Correlated {
                b,
                categories,
                power,
                ..
            } => {
                let mut caption = format!("{categories} categories, b = {b}");
                if *power != 0.0 {
                    caption += &format!(", power law {power}");
                }
                caption
            }
            Self::Drift { b, context } if *context == 1.0 => format!("drifting patterns, b = {b}"),
            Self::Drift { b, context } => format!("drifting context of {context}, b = {b}"),
            Self::Pairs { lists, context } => {
                let mut caption = match lists {
                    1 => "pairs".to_owned(),
                    2 => "pairs A-B, A-C".to_owned(),
                    lists => format!("pairs, {lists} lists of the same items"),
                };
                if *context != 0.0 {
                    caption += &format!(", context of {context}");
                }
                caption
            }
            Self::Sequence { length } => format!("sequences of {length} steps"),
            Self::Similarity { path, order, .. } => {
                let mut caption = format!("patterns as similar as in {}", name(path));
                if *order == RowOrder::File {
                    caption += ", in that order";
                }
                caption
            }
            Self::File(FileData {
                path,
                order,
                lures,
                cues,
                target,
                ..
            }) => {
                let mut caption = format!("patterns of {}", name(path));
                if *order == RowOrder::File {
                    caption += " in their order";
                }
                if let Some(lures) = lures {
                    caption += &format!(", lures of {}", name(&lures.path));
                }
                if let Some(cues) = cues {
                    caption += &format!(", cues of {}", name(&cues.path));
                }
                if let Some(target) = target {
                    caption += &format!(", the last {target} units asked for");
                }
                caption
            }
        }
    }

    /// Its part of a condition's name in files.
    pub(super) fn slug(&self) -> String {
        match self {
            Self::Random => "random".to_owned(),
            Self::Tree { b, .. } => format!("tree{b}"),
            Self::Correlated { b, power, .. } if *power != 0.0 => {
                format!("correlated{b} power{power}")
            }
            Self::Correlated { b, .. } => format!("correlated{b}"),
            Self::Drift { b, context } if *context == 1.0 => format!("drift{b}"),
            Self::Drift { b, context } => format!("drift{b} context{context}"),
            Self::Pairs { lists, context } => format!("pairs{lists} context{context}"),
            Self::Sequence { length } => format!("sequence{length}"),
            Self::Similarity { .. } => "similarity".to_owned(),
            Self::File(_) => "file".to_owned(),
        }
    }

    pub(super) fn check(&self, network: &Network, protocol: &Protocol) -> Result<(), SpecError> {
        let flips = |b: u32, part: Part, said: &str| {
            let most = part.ones.min(part.units - part.ones);
            if b == 0 || b > most {
                return Err(SpecError::range("b", b, format!("1..={most} ({said})")));
            }
            Ok(())
        };
        let of_pattern = |b| {
            let whole = Part {
                first: 0,
                units: network.n_i,
                ones: network.s,
            };
            flips(b, whole, "the smaller of s and n_i - s")
        };
        for (name, path) in self.files() {
            if path.to_str().is_none() {
                let allowed = "a path in UTF-8: specs and manifests name it";
                return Err(SpecError::range(name, path.display(), allowed));
            }
        }
        match *self {
            Self::Random | Self::Similarity { .. } => Ok(()),
            Self::File(FileData {
                ref lures,
                ref cues,
                ref lure_cues,
                target,
                ..
            }) => {
                let own = lures.is_some() && cues.is_some();
                if own && lure_cues.is_none() {
                    return Err(SpecError::Missing(
                        "lure_cues: cues of the lures, which have a file of their own",
                    ));
                }
                if let Some(rows) = lure_cues.as_ref().filter(|_| !own) {
                    let allowed = "none without lures and cues of their own files";
                    return Err(SpecError::range("lure_cues", rows.path.display(), allowed));
                }
                if let Some(target) = target.filter(|&target| target == 0 || target >= network.n_i)
                {
                    let allowed = format!("1..={} (n_i - 1)", network.n_i - 1);
                    return Err(SpecError::range("target", target, allowed));
                }
                self.check_target(network)
            }
            Self::Tree { b, steps } => {
                of_pattern(b)?;
                let needed = protocol.patterns();
                if steps.is_some_and(|steps| u64::from(steps) < needed) {
                    return Err(SpecError::range(
                        "steps",
                        steps.unwrap_or(0),
                        format!("from {needed} (burn_in + 2 learned), better three times that"),
                    ));
                }
                Ok(())
            }
            Self::Correlated {
                b,
                categories,
                power,
                ..
            } => {
                of_pattern(b)?;
                if categories == 0 {
                    return Err(SpecError::range("categories", categories, "from 1"));
                }
                if !(0.0..=10.0).contains(&power) || power.is_sign_negative() {
                    return Err(SpecError::range("power", power, "0 to 10"));
                }
                let whole = power == 0.0;
                multiples(
                    protocol,
                    categories,
                    whole,
                    "categories, so that each has as many",
                )
            }
            Self::Drift { b, context } => {
                share("context", context)?;
                let drift = Drift {
                    visible: network.n_i,
                    active: network.s,
                    flips: b,
                    context,
                };
                let [_, part] = drift.parts();
                if part.ones == 0 || part.ones == part.units {
                    let allowed = "shares that leave the context ones and zeros";
                    return Err(SpecError::range("context", context, allowed));
                }
                flips(
                    b,
                    part,
                    "of the context, the smaller of its ones and its zeros",
                )
            }
            Self::Pairs { lists, context } => {
                if lists == 0 || !protocol.learned.is_multiple_of(lists) {
                    let allowed = format!("from 1, divisors of {} (learned)", protocol.learned);
                    return Err(SpecError::range("lists", lists, allowed));
                }
                share("context", context)?;
                self.check_halves(network)?;
                let pairs = Pairs {
                    visible: network.n_i,
                    active: network.s,
                    lists,
                    context,
                };
                let [item, ..] = pairs.parts();
                if item.ones == 0 {
                    let allowed = "so little that items have ones";
                    return Err(SpecError::range("context", context, allowed));
                }
                self.check_target(network)
            }
            Self::Sequence { length } => {
                if length == 0 {
                    return Err(SpecError::range("length", length, "from 1"));
                }
                self.check_halves(network)?;
                multiples(
                    protocol,
                    length,
                    true,
                    "length, so that sequences are whole",
                )?;
                self.check_target(network)
            }
        }
    }

    /// Patterns of two halves have as many units in each, and as many ones.
    fn check_halves(&self, network: &Network) -> Result<(), SpecError> {
        for (name, value) in [("n_i", network.n_i), ("s", network.s)] {
            if value < 2 || !value.is_multiple_of(2) {
                let allowed = format!("even numbers from 2 with {}: two halves", self.kind());
                return Err(SpecError::range(name, value, allowed));
            }
        }
        Ok(())
    }

    /// Refuses what is not asked for a part of the units.
    fn check_target(&self, network: &Network) -> Result<(), SpecError> {
        let Some(_) = self.target(network.n_i) else {
            return Ok(());
        };
        if let Some(layer) = &network.preprocess {
            let value = format!("{},{},{}", layer.n, layer.f, layer.k);
            let allowed = format!(
                "none with {}: codes have no part that is asked for",
                self.kind()
            );
            return Err(SpecError::range("preprocess", value, allowed));
        }
        Ok(())
    }

    /// What a message calls it.
    fn kind(&self) -> &'static str {
        match self {
            Self::Pairs { .. } => "data of pairs",
            Self::Sequence { .. } => "data of sequences",
            _ => "a target",
        }
    }
}

fn share(name: &'static str, value: f64) -> Result<(), SpecError> {
    // -0 would be another name for the same.
    if (0.0..=1.0).contains(&value) && !value.is_sign_negative() {
        return Ok(());
    }
    Err(SpecError::range(name, value, "0 to 1"))
}

/// Refuses numbers of patterns that are no multiples, where they have to be.
fn multiples(protocol: &Protocol, of: u32, needed: bool, said: &str) -> Result<(), SpecError> {
    for (name, count) in [("burn_in", protocol.burn_in), ("learned", protocol.learned)] {
        if needed && !count.is_multiple_of(of) {
            return Err(SpecError::range(
                name,
                count,
                format!("multiples of {of} ({said})"),
            ));
        }
    }
    Ok(())
}
