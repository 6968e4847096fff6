//! Flags that describe networks and data, and the file that may do so in their place.

use std::path::PathBuf;

use crate::choice::choice;
use clap::{Args, ValueEnum};

use super::Failure;
use super::parameters::ParameterFlags;
use slotless::memory::published::k_winner;
use slotless::memory::spec::{Spec, Sweep};
use slotless::memory::{Data, Lures, Preprocess};
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
    /// How pseudo-patterns are lined up with ages (correlated); in which order rows of a file are learned
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
}

/// Orders of correlated data and of rows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Order {
    /// By chance
    Shuffled,
    /// The pseudo-pattern of an age shares the category of the learned one (correlated)
    Category,
    /// Rows as they come, the first ones first (file)
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
    }

    /// Refuses what is of a protocol alone, where rows are learned as they come and nothing is tested.
    pub(super) fn refuse_tests(&self, command: &str) -> Result<(), Failure> {
        for (flag, told) in [
            ("--lures", self.lures.is_some()),
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
        let text = input::read_text(path, MAX_SPEC)?;
        keep_input(path);
        let spec = Spec::from_toml(&text)
            .map_err(|error| Failure::Input(format!("{}, {error}", path.display())))?;
        if let Data::File { path, lures, .. } = &spec.data {
            keep_input(path.as_ref());
            if let Some(lures) = lures {
                keep_input(&lures.path);
            }
        }
        Ok(Some(spec))
    }

    /// What the flags say; `files` keeps the data's file for what comes after.
    pub(super) fn spec_of_flags(&self, files: &mut PatternFiles) -> Result<Spec, Failure> {
        let mut network = k_winner();
        let data = self.data_of_flags()?;
        if let Data::File {
            path,
            levels,
            lures,
            ..
        } = &data
        {
            keep_input(path.as_ref());
            if let Some(lures) = lures {
                keep_input(&lures.path);
            }
            let rows = files
                .rows(path, *levels)
                .map_err(|error| Failure::Input(error.to_string()))?;
            let patterns = rows.patterns();
            network.n_i = patterns.visible();
            network.s = patterns.ones().iter().copied().max().unwrap_or(1);
        }
        network.preprocess = self.preprocess;
        self.swept.0.check_rates()?;
        // A flag with one value sets it; with several it makes a grid.
        let spec = Spec {
            seed: 1,
            trials: 100,
            protocol: Default::default(),
            data,
            network: vec![network],
            sweep: Sweep::default(),
        };
        let mut spec = spec.with(&self.swept.0);
        let swept = spec.sweep.memory.len() > 1;
        if let [network] = spec.network.as_mut_slice() {
            if swept {
                network.name.clear();
            } else if !network.memory.is_kwinner() {
                network.name = network.memory.to_string();
            } else if network.k == 1 {
                network.name = "1-winner MHN".to_owned();
            }
        }
        Ok(spec)
    }

    fn data_of_flags(&self) -> Result<Data, Failure> {
        let kind = self.data.unwrap_or(if self.patterns.is_some() {
            DataKind::File
        } else {
            DataKind::Random
        });
        let name = |what: &str| Failure::Input(what.to_owned());
        let flips = self.swept.0.b.first().copied();
        let structured = matches!(kind, DataKind::Tree | DataKind::Correlated);
        if !structured && flips.is_some() {
            return Err(name("--b is for --data tree or correlated"));
        }
        if kind != DataKind::Correlated && (self.categories.is_some() || self.prototypes.is_some())
        {
            return Err(name(
                "--categories and --prototypes are for --data correlated",
            ));
        }
        let order = self.order.unwrap_or(Order::Shuffled);
        match kind {
            DataKind::Random | DataKind::Tree if self.order.is_some() => {
                return Err(name("--order is for --data correlated and for --patterns"));
            }
            DataKind::Correlated if order == Order::File => {
                return Err(name("--order file is for --patterns"));
            }
            DataKind::File if order == Order::Category => {
                return Err(name("--order category is for --data correlated"));
            }
            _ => {}
        }
        if kind != DataKind::File && self.patterns.is_some() {
            return Err(name("--patterns is for --data file"));
        }
        if kind != DataKind::File && self.levels.is_some() {
            return Err(name("--levels is for --patterns"));
        }
        if kind != DataKind::File && self.lures.is_some() {
            return Err(name("--lures is for --patterns"));
        }
        Ok(match kind {
            DataKind::Random => Data::Random,
            DataKind::Tree => {
                let b = flips.ok_or_else(|| {
                    name("--data tree needs --b, the bits flipped from parent to child")
                })?;
                Data::Tree { b, steps: None }
            }
            DataKind::Correlated => Data::Correlated {
                b: flips.ok_or_else(|| {
                    name("--data correlated needs --b, the bits flipped from prototype to example")
                })?,
                categories: self.categories.unwrap_or(10),
                prototypes: self.prototypes.unwrap_or_default(),
                order: match order {
                    Order::Category => OrderMatch::Category,
                    Order::Shuffled | Order::File => OrderMatch::Shuffled,
                },
            },
            DataKind::File => Data::File {
                path: self
                    .patterns
                    .clone()
                    .ok_or_else(|| name("--data file needs --patterns FILE"))?,
                sha256: None,
                levels: self.levels.unwrap_or_default(),
                order: match order {
                    Order::File => RowOrder::File,
                    Order::Shuffled | Order::Category => RowOrder::Shuffled,
                },
                lures: self.lures.clone().map(|path| Lures { path, sha256: None }),
            },
        })
    }
}
