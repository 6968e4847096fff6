//! One network and what it learns, to be kept as a snapshot.

use std::path::Path;

use super::condition::{Condition, Data, FileData, Network, Protocol};
use super::trial::Setup;
use crate::SpecError;
use crate::choice::Choice;
use crate::patterns::{PatternFiles, Patterns, SimilarityMatrix};
use crate::run::work::{Held, Watch, Work};
use slotless_core::kwinner::Code;
use slotless_kernels::{AnyParams, cpu};

/// A network under `seed`, and the patterns that it learns in their order.
///
/// Random patterns are those of the streams (seed, 256, 0, number), so that a device can draw them again; rows of a file
/// keep the file's order.
#[derive(Debug)]
pub struct Training {
    params: AnyParams,
    patterns: Patterns,
}

impl Training {
    /// Checks the network and makes the patterns: `learned` of them, or else all rows of a file, or 4,000.
    ///
    /// # Errors
    /// [`SpecError`] for what a snapshot cannot hold (float weights, a fixed layer in front, rates by unit, graded winners), and for everything out of
    /// range.
    pub fn new(
        network: Network,
        data: Data,
        learned: Option<u32>,
        seed: u64,
    ) -> Result<Self, SpecError> {
        Self::with_files(network, data, learned, seed, &mut PatternFiles::default())
    }

    /// The same, where the data's file may have been read before.
    ///
    /// # Errors
    /// As for [`Training::new`].
    pub fn with_files(
        network: Network,
        data: Data,
        learned: Option<u32>,
        seed: u64,
        files: &mut PatternFiles,
    ) -> Result<Self, SpecError> {
        if let Some(layer) = &network.preprocess {
            let value = format!("{},{},{}", layer.n, layer.f, layer.k);
            let allowed = "none for a snapshot (it holds the network alone)";
            return Err(SpecError::range("preprocess", value, allowed));
        }
        if !network.memory.is_kwinner() {
            let allowed = "kwinner for a snapshot";
            return Err(SpecError::range("memory", network.memory, allowed));
        }
        let network = network.with_one_rate();
        if let Some(rates) = &network.rates {
            let allowed = "one for a snapshot (it has the rate that it learns on with)";
            return Err(SpecError::range("rates", rates, allowed));
        }
        if network.winners_code != Code::Binary {
            let allowed = "binary for a snapshot (it does not say how it is asked)";
            let code = network.winners_code.word();
            return Err(SpecError::range("winners_code", code, allowed));
        }
        let params = network.resolve(seed)?;
        if let AnyParams::Float(_) = params {
            let allowed = "u1, u2, u4, u8, u16 for a snapshot";
            return Err(SpecError::range("weights", "float", allowed));
        }
        let rows_of = |rows: usize, path: &Path| {
            let count = learned.unwrap_or_else(|| u32::try_from(rows).unwrap_or(u32::MAX));
            if count == 0 || count as usize > rows {
                let allowed = format!("1..={rows} (rows of {})", path.display());
                return Err(SpecError::range("learned", count, allowed));
            }
            Ok((0..count).collect::<Vec<_>>())
        };
        if let Data::File(FileData { target, .. }) = data {
            let own = data
                .files()
                .skip(1)
                .map(|(name, path)| (name, path.display().to_string()));
            let own = own
                .chain(target.map(|target| ("target", target.to_string())))
                .next();
            if let Some((name, value)) = own {
                let allowed = "none for a snapshot (nothing is tested)";
                return Err(SpecError::range(name, value, allowed));
            }
        }
        let patterns = match &data {
            Data::Similarity { path, .. } => {
                let matrix = SimilarityMatrix::of(path, files).map_err(SpecError::File)?;
                let places = rows_of(matrix.rows(), path)?;
                let similar = matrix.source(network.n_i, network.s).map_err(|why| {
                    SpecError::File(format!("similarity file {}: {why}", path.display()))
                })?;
                similar.patterns(seed, 0).select(&places)
            }
            Data::File(FileData { path, levels, .. }) => {
                let rows = files
                    .rows(path, *levels)
                    .map_err(|error| SpecError::File(error.to_string()))?;
                let rows = rows.patterns();
                if rows.visible() != network.n_i {
                    return Err(SpecError::File(format!(
                        "pattern file {} has rows of {} bits, expected {} (n_i)",
                        path.display(),
                        rows.visible(),
                        network.n_i
                    )));
                }
                rows.select(&rows_of(rows.len(), path)?)
            }
            _ => {
                let protocol = Protocol {
                    burn_in: 0,
                    learned: learned.unwrap_or(4000),
                    ..Protocol::default()
                };
                let condition = Condition {
                    network,
                    data,
                    protocol,
                };
                Setup::plain(condition, seed)?.data(0).learned
            }
        };
        Ok(Self { params, patterns })
    }

    /// What a network and this many patterns take: `learned` as for [`Training::new`].
    #[must_use]
    pub fn work(network: &Network, data: &Data, learned: Option<u32>) -> Work {
        let condition = Condition {
            network: network.clone(),
            data: data.clone(),
            protocol: Protocol {
                burn_in: 0,
                learned: learned.unwrap_or(4000),
                cues: Vec::new(),
                ..Protocol::default()
            },
        };
        let mut work = condition.work();
        work.parts.retain(|part| part.held == Held::OnTheWay);
        // The state in the core's layout, as words and as bytes.
        let state = network
            .state_bytes()
            .map_or(0.0, |state| state.total() as f64);
        let sizes = [
            ("n_h", f64::from(network.n_h), 2000.0),
            ("n_i", f64::from(network.n_i), 1000.0),
        ];
        work.with(Held::OnTheWay, &sizes, 3.0 * state)
    }

    /// What is learned, oldest first.
    #[must_use]
    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    /// Learns it, one pattern per step; `None` if it was told to stop.
    #[must_use]
    pub fn run<'w>(&self, watch: impl Into<Watch<'w>>) -> Option<cpu::Network> {
        let watch = watch.into();
        let mut network = match self.params {
            AnyParams::Fixed(params) => cpu::Network::new(params),
            AnyParams::Structured(params) => cpu::Network::structured(params),
            AnyParams::Float(_) => unreachable!("refused when this was made"),
        };
        for pattern in self.patterns.iter() {
            network.learn(pattern).expect("patterns have ones");
            watch.after(1.0)?;
        }
        Some(network)
    }
}
