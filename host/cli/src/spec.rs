//! Flags that describe networks and data, and the file that may do so in their place.

use std::path::PathBuf;

use crate::choice::choice;
use clap::Args;
use slotless_core::kwinner::{Assignment, WiringKind};
use slotless_core::weight::Rounding;

use super::Failure;
use slotless::memory::published::k_winner;
use slotless::memory::spec::{Spec, Sweep};
use slotless::memory::{Data, Preprocess, WeightWidth};
use slotless::patterns::{FreshPrototypes, OrderMatch, read_patterns};

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
    /// Visible units n_i
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    n_i: Vec<u32>,
    /// Hidden units n_h
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    n_h: Vec<u32>,
    /// Ones of a pattern
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    s: Vec<u32>,
    /// Share of the visible units wired to each hidden unit, above 0 to 1
    #[arg(
        long,
        value_name = "SHARE",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Network"
    )]
    f: Vec<f64>,
    /// Winners
    #[arg(
        long,
        value_name = "N",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    k: Vec<u32>,
    /// Learning rate, above 0 to 1
    #[arg(
        long,
        value_name = "RATE",
        value_delimiter = ',',
        allow_hyphen_values = true,
        help_heading = "Network"
    )]
    eps: Vec<f64>,
    /// Width of the weights in bits, or float: the oracle, 64-bit floating point without rounding
    #[arg(long, value_parser = choice::<WeightWidth>(), value_delimiter = ',', help_heading = "Network")]
    weights: Vec<WeightWidth>,
    /// Rounding of the learning step: nearest or stochastic
    #[arg(long, value_name = "RULE", value_parser = choice::<Rounding>(), value_delimiter = ',', help_heading = "Network")]
    rounding: Vec<Rounding>,
    /// Winners of a learning step: competitive, or random-k (the control)
    #[arg(long, value_name = "RULE", value_parser = choice::<Assignment>(), value_delimiter = ',', help_heading = "Network")]
    assignment: Vec<Assignment>,
    /// Fan-in: random masks (the paper's), or structured, which is computed and takes no memory
    #[arg(long, value_name = "RULE", value_parser = choice::<WiringKind>(), value_delimiter = ',', help_heading = "Network")]
    wiring: Vec<WiringKind>,
    /// A fixed binary layer in front: its units, the share of inputs wired to each, the active units of a code
    #[arg(long, value_name = "n,f,k", value_parser = preprocess, help_heading = "Network")]
    preprocess: Option<Preprocess>,
    /// Where patterns come from
    #[arg(long, value_enum, help_heading = "Data")]
    data: Option<DataKind>,
    /// Bits flipped each way from parent to child, or from prototype to example
    #[arg(long, value_name = "N", value_delimiter = ',', help_heading = "Data")]
    b: Vec<u32>,
    /// Prototypes a trial (correlated)
    #[arg(long, value_name = "N", help_heading = "Data")]
    categories: Option<u32>,
    /// Whose prototypes the pseudo-patterns have (correlated)
    #[arg(long, value_parser = choice::<FreshPrototypes>(), help_heading = "Data")]
    prototypes: Option<FreshPrototypes>,
    /// How pseudo-patterns are lined up with ages (correlated)
    #[arg(long, value_parser = choice::<OrderMatch>(), help_heading = "Data")]
    order: Option<OrderMatch>,
    /// File of patterns: .npy (rows x bits) or CSV of 0/1 rows; n_i is then that of its rows
    #[arg(long, value_name = "FILE", help_heading = "Data")]
    patterns: Option<PathBuf>,
}

impl SpecFlags {
    fn describes_networks(&self) -> bool {
        !self.sweep_of_flags().is_empty()
            || self.preprocess.is_some()
            || self.data.is_some()
            || self.categories.is_some()
            || self.prototypes.is_some()
            || self.order.is_some()
            || self.patterns.is_some()
    }

    /// Every list of values, as given.
    fn sweep_of_flags(&self) -> Sweep {
        Sweep {
            n_i: self.n_i.clone(),
            n_h: self.n_h.clone(),
            s: self.s.clone(),
            f: self.f.clone(),
            k: self.k.clone(),
            eps: self.eps.clone(),
            weights: self.weights.clone(),
            rounding: self.rounding.clone(),
            assignment: self.assignment.clone(),
            wiring: self.wiring.clone(),
            b: self.b.clone(),
        }
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
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
        Spec::from_toml(&text)
            .map(Some)
            .map_err(|error| Failure::Input(format!("{}, {error}", path.display())))
    }

    pub(super) fn spec_of_flags(&self) -> Result<Spec, Failure> {
        let mut network = k_winner();
        let data = self.data_of_flags()?;
        if let Data::File { path, .. } = &data {
            let patterns =
                read_patterns(path).map_err(|error| Failure::Input(error.to_string()))?;
            network.n_i = patterns.visible();
            network.s = patterns.ones().iter().copied().max().unwrap_or(1);
        }
        network.preprocess = self.preprocess;
        // A flag with one value sets it; with several it makes a grid.
        let mut sweep = self.sweep_of_flags();
        fn single<T: Clone>(values: &mut Vec<T>, target: &mut T) {
            if let [value] = values.as_slice() {
                *target = value.clone();
                values.clear();
            }
        }
        single(&mut sweep.n_i, &mut network.n_i);
        single(&mut sweep.n_h, &mut network.n_h);
        single(&mut sweep.s, &mut network.s);
        single(&mut sweep.f, &mut network.f);
        single(&mut sweep.k, &mut network.k);
        single(&mut sweep.eps, &mut network.eps);
        single(&mut sweep.weights, &mut network.weights);
        single(&mut sweep.rounding, &mut network.rounding);
        single(&mut sweep.assignment, &mut network.assignment);
        single(&mut sweep.wiring, &mut network.wiring);
        if sweep.b.len() == 1 {
            sweep.b.clear();
        }
        if network.k == 1 {
            network.name = "1-winner MHN".to_owned();
        }
        Ok(Spec {
            seed: 1,
            trials: 100,
            protocol: Default::default(),
            data,
            network: vec![network],
            sweep,
        })
    }

    fn data_of_flags(&self) -> Result<Data, Failure> {
        let kind = self.data.unwrap_or(if self.patterns.is_some() {
            DataKind::File
        } else {
            DataKind::Random
        });
        let name = |what: &str| Failure::Input(what.to_owned());
        let flips = self.b.first().copied();
        let structured = matches!(kind, DataKind::Tree | DataKind::Correlated);
        if !structured && flips.is_some() {
            return Err(name("--b is for --data tree or correlated"));
        }
        if kind != DataKind::Correlated
            && (self.categories.is_some() || self.prototypes.is_some() || self.order.is_some())
        {
            return Err(name(
                "--categories, --prototypes and --order are for --data correlated",
            ));
        }
        if kind != DataKind::File && self.patterns.is_some() {
            return Err(name("--patterns is for --data file"));
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
                order: self.order.unwrap_or_default(),
            },
            DataKind::File => Data::File {
                path: self
                    .patterns
                    .clone()
                    .ok_or_else(|| name("--data file needs --patterns FILE"))?,
                sha256: None,
            },
        })
    }
}
