//! One network and what it learns, to be kept as a snapshot.

use super::condition::{Condition, Data, Network, Protocol};
use super::trial::Setup;
use crate::SpecError;
use crate::patterns::{Patterns, read_patterns};
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
    /// [`SpecError`] for what a snapshot cannot hold (float weights, a fixed layer in front), and for everything out of
    /// range.
    pub fn new(
        network: Network,
        data: Data,
        learned: Option<u32>,
        seed: u64,
    ) -> Result<Self, SpecError> {
        if let Some(layer) = &network.preprocess {
            let value = format!("{},{},{}", layer.n, layer.f, layer.k);
            let allowed = "none for a snapshot (it holds the network alone)";
            return Err(SpecError::range("preprocess", value, allowed));
        }
        let params = network.resolve(seed)?;
        if let AnyParams::Float(_) = params {
            let allowed = "u1, u2, u4, u8, u16 for a snapshot";
            return Err(SpecError::range("weights", "float", allowed));
        }
        let patterns = match &data {
            Data::File { path, levels, .. } => {
                let rows = read_patterns(path, *levels)
                    .map_err(|error| SpecError::File(error.to_string()))?;
                if rows.visible() != network.n_i {
                    return Err(SpecError::File(format!(
                        "pattern file {} has rows of {} bits, expected {} (n_i)",
                        path.display(),
                        rows.visible(),
                        network.n_i
                    )));
                }
                let count =
                    learned.unwrap_or_else(|| u32::try_from(rows.len()).unwrap_or(u32::MAX));
                if count == 0 || count as usize > rows.len() {
                    let allowed = format!("1..={} (rows of {})", rows.len(), path.display());
                    return Err(SpecError::range("learned", count, allowed));
                }
                rows.select(&(0..count).collect::<Vec<_>>())
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

    /// What is learned, oldest first.
    #[must_use]
    pub fn patterns(&self) -> &Patterns {
        &self.patterns
    }

    /// Learns it.
    #[must_use]
    pub fn run(&self) -> cpu::Network {
        let mut network = match self.params {
            AnyParams::Fixed(params) => cpu::Network::new(params),
            AnyParams::Structured(params) => cpu::Network::structured(params),
            AnyParams::Float(_) => unreachable!("refused when this was made"),
        };
        for pattern in self.patterns.iter() {
            network.learn(pattern).expect("patterns have ones");
        }
        network
    }
}
