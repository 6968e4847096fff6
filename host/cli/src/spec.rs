//! Flags that describe networks and data, and the file that may do so in their place.

use std::path::{Path, PathBuf};

use crate::choice::choice;
use clap::{Args, ValueEnum};

use super::Failure;
use super::parameters::ParameterFlags;
use slotless::memory::published::k_winner;
use slotless::memory::spec::{Spec, Sweep};
use slotless::memory::{Data, FileData, OtherRows, Preprocess};
use slotless::patterns::{FreshPrototypes, Levels, OrderMatch, PatternFiles, RowOrder};
use slotless_files::{input, keep_input};

/// Bytes of a spec at most.
pub(super) const MAX_SPEC: u64 = 1 << 24;

fn preprocess(text: &str) -> Result<Preprocess, String> {
    let wrong = || {
        "expected n,f,k: units, share of inputs wired to each, active units of a code".to_owned()
    };
    let [n, f, k] = text
        .split(',')
        .collect::<Vec<_>>()
        .try_into()
        .map_err(|_| wrong())?;
    Ok(Preprocess {
        n: n.trim().parse().map_err(|_| wrong())?,
        f: f.trim().parse().map_err(|_| wrong())?,
        k: k.trim().parse().map_err(|_| wrong())?,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum DataKind {
    /// Unstructured
    Random,
    /// Leaves of a tree-generating Chinese restaurant process; needs --b
    Tree,
    /// Examples scattered around prototypes; needs --b
    Correlated,
    /// Items in a context that drifts from pattern to pattern; needs --b
    Drift,
    /// Lists of pairs, A-B and, with --lists 2, A-C: the first half of the units is the cue, the second is asked for
    Pairs,
    /// Sequences of --length steps: each element is the cue of the next
    Sequence,
    /// Patterns that overlap as a matrix says; needs --similarity
    Similarity,
    /// Rows of a file; needs --patterns
    File,
}

#[derive(Debug, Args)]
pub(super) struct SpecFlags {
    /// Read the spec from a TOML file (see `memory run --print-spec`); flags of networks and data are then not taken
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    #[command(flatten)]
    swept: ParameterFlags<Sweep>,
    /// A fixed binary layer in front: its units, the share of inputs wired to each, the active units of a code
    #[arg(long, value_name = "n,f,k", value_parser = preprocess, help_heading = "Network")]
    preprocess: Option<Preprocess>,
    /// Where patterns come from
    #[arg(long, value_enum, help_heading = "Data", display_order = 0)]
    data: Option<DataKind>,
    /// Prototypes a trial (correlated)
    #[arg(long, value_name = "N", help_heading = "Data")]
    categories: Option<u32>,
    /// Whose prototypes the pseudo-patterns have (correlated)
    #[arg(long, value_parser = choice::<FreshPrototypes>(), help_heading = "Data")]
    prototypes: Option<FreshPrototypes>,
    /// How unequal categories are (correlated): that of rank r has a share of the examples in proportion to r^-X, 0 to 10
    #[arg(
        long,
        value_name = "X",
        allow_hyphen_values = true,
        help_heading = "Data"
    )]
    power: Option<f64>,
    /// Share of the units, and of the ones, that are context: of a pattern (drift; 1 unless told otherwise) or of a cue (pairs; 0)
    #[arg(
        long,
        value_name = "SHARE",
        allow_hyphen_values = true,
        help_heading = "Data"
    )]
    context: Option<f64>,
    /// Lists with the same items, learned one after the other (pairs), divisors of --learned [default: 1]
    #[arg(long, value_name = "N", help_heading = "Data")]
    lists: Option<u32>,
    /// Steps of a sequence (sequence), divisors of --burn-in and --learned [default: 10]
    #[arg(long, value_name = "N", help_heading = "Data")]
    length: Option<u32>,
    /// Matrix of similarities, a row and a column per pattern: .npy, .npz of one such array, or CSV; the share of ones that two
    /// patterns have in common
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    similarity: Option<PathBuf>,
    /// How pseudo-patterns are lined up with ages (correlated); in which order rows of a file or of a matrix are learned
    #[arg(long, value_enum, help_heading = "Data")]
    order: Option<Order>,
    /// File of patterns: .npy (rows x bits), .npz of one such array, or CSV; n_i is then that of its rows
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    patterns: Option<PathBuf>,
    /// Numbers in --patterns for a unit that is off and one that is on
    #[arg(long, value_parser = choice::<Levels>(), allow_hyphen_values = true, help_heading = "Data")]
    levels: Option<Levels>,
    /// File of pseudo-patterns, which are never learned, in place of further rows of --patterns
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    lures: Option<PathBuf>,
    /// File of cues, a row for each of --patterns: a cue keeps a share of the ones of its row there
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    cues: Option<PathBuf>,
    /// File of cues of the lures, a row for each of --lures
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    lure_cues: Option<PathBuf>,
    /// Units that are asked for, the last ones of --patterns: they are in no cue, and accuracy is theirs
    #[arg(long, value_name = "N", help_heading = "Data")]
    target: Option<u32>,
}

/// Orders of correlated data and of rows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Order {
    /// By chance
    Shuffled,
    /// The pseudo-pattern of an age shares the category of the learned one (correlated)
    Category,
    /// Rows as they come, the first ones first (file, similarity)
    File,
}

impl SpecFlags {
    fn describes_networks(&self) -> bool {
        !self.swept.0.is_empty()
            || self.preprocess.is_some()
            || self.data.is_some()
            || self.categories.is_some()
            || self.prototypes.is_some()
            || self.order.is_some()
            || self.patterns.is_some()
            || self.levels.is_some()
            || self.lures.is_some()
            || self.power.is_some()
            || self.context.is_some()
            || self.lists.is_some()
            || self.length.is_some()
            || self.similarity.is_some()
            || self.cues.is_some()
            || self.lure_cues.is_some()
            || self.target.is_some()
    }

    /// Refuses what is of a protocol alone, where rows are learned as they come and nothing is tested.
    pub(super) fn refuse_tests(&self, command: &str) -> Result<(), Failure> {
        for (flag, told) in [
            ("--lures", self.lures.is_some()),
            ("--cues", self.cues.is_some()),
            ("--lure-cues", self.lure_cues.is_some()),
            ("--target", self.target.is_some()),
            ("--order", self.order.is_some() && self.patterns.is_some()),
        ] {
            if told {
                return Err(Failure::Input(format!(
                    "{flag} changes nothing of {command}, expected without it"
                )));
            }
        }
        Ok(())
    }

    /// The spec of --spec, if that was given.
    ///
    /// `described` says that flags of the command's own describe networks, too; `taken` lists those that a file leaves open.
    pub(super) fn file(&self, described: bool, taken: &str) -> Result<Option<Spec>, Failure> {
        let Some(path) = &self.spec else {
            return Ok(None);
        };
        if described || self.describes_networks() {
            let line = format!(
                "--spec already describes networks and data; of the other flags it takes {taken}"
            );
            return Err(Failure::Input(line));
        }
        read(path).map(Some)
    }

    /// What the flags say; `files` keeps the data's file for what comes after.
    pub(super) fn spec_of_flags(&self, files: &mut PatternFiles) -> Result<Spec, Failure> {
        let mut network = k_winner();
        let data = self.data_of_flags()?;
        keep_inputs(&data);
        if let Data::File(FileData { path, levels, .. }) = &data {
            let rows = files
                .rows(path, *levels)
                .map_err(|error| Failure::Input(error.to_string()))?;
            let patterns = rows.patterns();
            network.n_i = patterns.visible();
            network.s = patterns.ones().iter().copied().max().unwrap_or(1);
        }
        network.preprocess = self.preprocess;
        // A flag with one value sets it; with several it makes a grid.
        Ok(Spec::of(network, data, &self.swept.0)?)
    }

    fn data_of_flags(&self) -> Result<Data, Failure> {
        let kind = self
            .data
            .unwrap_or(match (&self.patterns, &self.similarity) {
                (Some(_), _) => DataKind::File,
                (None, Some(_)) => DataKind::Similarity,
                (None, None) => DataKind::Random,
            });
        let name = |what: &str| Failure::Input(what.to_owned());
        let flips = self.swept.0.b.first().copied();
        // A flag that this kind of data has no use for is a mistake.
        let of = |kinds: &[DataKind]| kinds.contains(&kind);
        use DataKind::{Correlated, Drift, File, Pairs, Sequence, Similarity, Tree};
        let flags = [
            (
                flips.is_some(),
                of(&[Tree, Correlated, Drift]),
                "--b is for --data tree, correlated or drift",
            ),
            (
                self.categories.is_some() || self.prototypes.is_some(),
                of(&[Correlated]),
                "--categories and --prototypes are for --data correlated",
            ),
            (
                self.power.is_some(),
                of(&[Correlated]),
                "--power is for --data correlated",
            ),
            (
                self.context.is_some(),
                of(&[Drift, Pairs]),
                "--context is for --data drift or pairs",
            ),
            (
                self.lists.is_some(),
                of(&[Pairs]),
                "--lists is for --data pairs",
            ),
            (
                self.length.is_some(),
                of(&[Sequence]),
                "--length is for --data sequence",
            ),
            (
                self.similarity.is_some(),
                of(&[Similarity]),
                "--similarity is for --data similarity",
            ),
            (
                self.order.is_some(),
                of(&[Correlated, Similarity, File]),
                "--order is for --data correlated, for --similarity and for --patterns",
            ),
            (
                self.patterns.is_some(),
                of(&[File]),
                "--patterns is for --data file",
            ),
            (
                self.levels.is_some(),
                of(&[File]),
                "--levels is for --patterns",
            ),
            (
                self.lures.is_some(),
                of(&[File]),
                "--lures is for --patterns",
            ),
            (self.cues.is_some(), of(&[File]), "--cues is for --patterns"),
            (
                self.lure_cues.is_some(),
                of(&[File]),
                "--lure-cues is for --patterns",
            ),
            (
                self.target.is_some(),
                of(&[File]),
                "--target is for --patterns",
            ),
        ];
        if let Some((_, _, line)) = flags.into_iter().find(|&(told, used, _)| told && !used) {
            return Err(name(line));
        }
        let order = self.order.unwrap_or(Order::Shuffled);
        if kind == Correlated && order == Order::File {
            return Err(name("--order file is for --patterns and for --similarity"));
        }
        if kind != Correlated && order == Order::Category {
            return Err(name("--order category is for --data correlated"));
        }
        let flipped = |what: &str| flips.ok_or_else(|| name(&format!("--data {what}")));
        let rows = match order {
            Order::File => RowOrder::File,
            Order::Shuffled | Order::Category => RowOrder::Shuffled,
        };
        Ok(match kind {
            DataKind::Random => Data::Random,
            Tree => Data::Tree {
                b: flipped("tree needs --b, the bits flipped from parent to child")?,
                steps: None,
            },
            Correlated => Data::Correlated {
                b: flipped("correlated needs --b, the bits flipped from prototype to example")?,
                categories: self.categories.unwrap_or(10),
                prototypes: self.prototypes.unwrap_or_default(),
                order: match order {
                    Order::Category => OrderMatch::Category,
                    Order::Shuffled | Order::File => OrderMatch::Shuffled,
                },
                power: self.power.unwrap_or(0.0),
            },
            Drift => Data::Drift {
                b: flipped("drift needs --b, the bits flipped from a pattern to the next")?,
                context: self.context.unwrap_or(1.0),
            },
            Pairs => Data::Pairs {
                lists: self.lists.unwrap_or(1),
                context: self.context.unwrap_or(0.0),
            },
            Sequence => Data::Sequence {
                length: self.length.unwrap_or(10),
            },
            Similarity => Data::Similarity {
                path: self
                    .similarity
                    .clone()
                    .ok_or_else(|| name("--data similarity needs --similarity FILE"))?,
                sha256: None,
                order: rows,
            },
            File => Data::File(FileData {
                levels: self.levels.unwrap_or_default(),
                order: rows,
                lures: self.lures.clone().map(OtherRows::from),
                cues: self.cues.clone().map(OtherRows::from),
                lure_cues: self.lure_cues.clone().map(OtherRows::from),
                target: self.target,
                ..FileData::new(
                    self.patterns
                        .clone()
                        .ok_or_else(|| name("--data file needs --patterns FILE"))?,
                )
            }),
        })
    }
}

/// A spec of memories from its file; neither it nor the files of its data are written over.
pub(super) fn read(path: &Path) -> Result<Spec, Failure> {
    let text = input::read_text(path, MAX_SPEC)?;
    keep_input(path);
    let spec = Spec::from_toml(&text)
        .map_err(|error| Failure::Input(format!("{}, {error}", path.display())))?;
    keep_inputs(&spec.data);
    Ok(spec)
}

/// Files that the data is read from are never written over.
fn keep_inputs(data: &Data) {
    for (_, path) in data.files() {
        keep_input(path.as_ref());
    }
}
