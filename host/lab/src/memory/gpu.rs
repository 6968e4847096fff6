//! Trials of a condition side by side on a GPU.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use slotless_core::kwinner::Code;
use slotless_core::rng::Purpose;

use super::condition::{Condition, Counted, Data, Intrusions};
use super::stack::{Layer, mean_similarity, similarity_of_uses};
use super::trial::{CueOutcome, Outcome, Setup, TrialRecord, overlaps};
use crate::patterns::floor_share;
use crate::patterns::{Patterns, TrialData};
use crate::purpose::memory as purpose;
use slotless_kernels::AnyParams;
use slotless_kernels::cuda::kwinner::{Cues, Networks, Patterns as Rows, Rows as Which, Sizes};
use slotless_kernels::cuda::{CudaError, Device};

/// Steps of a launch: between two looks at whether to stop.
const STEPS: u32 = 256;

/// A set of patterns that is tested, of all trials: on the device, and how many ones they have, trial by trial.
struct Tested<'a> {
    rows: &'a Rows,
    which: Which,
    ones: &'a [Vec<u32>],
    purpose: Purpose,
    /// The patterns themselves, where a fixed layer in front makes their cues' codes on the host.
    host: Vec<&'a Patterns>,
}

/// What trials learn and are tested with, on the device.
struct Streams {
    learned: Rows,
    pseudo: Rows,
    unstructured: Option<Rows>,
    ones: [Vec<Vec<u32>>; 3],
    similarity: Vec<[f64; 2]>,
    /// Data made on the host, with the tested patterns newest first.
    host: Vec<(TrialData, Patterns)>,
}

impl Setup {
    /// Bytes of a GPU's memory that a trial takes.
    ///
    /// # Errors
    /// Why there is no form of it for a GPU, as the end of a sentence.
    pub fn bytes_on_gpu(&self) -> Result<usize, String> {
        let Condition {
            network,
            protocol,
            data,
        } = self.condition();
        let only = |what: &str| format!("{}: {what}", network.name);
        if !network.memory.is_kwinner() {
            let what = format!("memory {} has no form for a GPU", network.memory);
            return Err(only(&what));
        }
        if protocol.counted == Counted::Content {
            return Err(only("content is not counted on a GPU"));
        }
        if protocol.differs() {
            return Err(only(
                "wrong cue units, damage, several recall steps and chains are made on the CPU alone",
            ));
        }
        if protocol.intrusions == Intrusions::Counted {
            return Err(only("intrusions are not counted on a GPU"));
        }
        if data.target(network.n_i).is_some() || data.has_own_cues() {
            return Err(only(
                "cues of a file, and of a part of the units, are made on the CPU alone",
            ));
        }
        if network.rates.is_some() || network.winners_code == Code::Graded {
            return Err(only(
                "learning rates by unit and graded winners are computed on the CPU alone",
            ));
        }
        let sizes = self.sizes()?;
        let words = network.stored().0.div_ceil(32) as usize;
        let patterns = protocol.burn_in as usize + 3 * protocol.learned as usize;
        let cues = protocol.learned as usize * sizes.bytes_of_cue();
        Ok(sizes.bytes() + 4 * words * patterns + cues)
    }

    fn sizes(&self) -> Result<Sizes, String> {
        match self.params(0) {
            AnyParams::Fixed(params) => Ok(Sizes::of_any(&params)),
            AnyParams::Structured(params) => Ok(Sizes::of_any(&params.params())),
            AnyParams::Float(_) => {
                let name = &self.condition().network.name;
                Err(format!(
                    "{name}: floating-point weights have no form for a GPU"
                ))
            }
        }
    }

    /// Runs some trials side by side: the records of [`Setup::run`]; `None` if `stop` was raised on the way.
    ///
    /// # Errors
    /// [`CudaError`].
    ///
    /// # Panics
    /// If there is no form of it for a GPU ([`Setup::bytes_on_gpu`]).
    pub fn run_on_gpu(
        &self,
        device: &Device,
        trials: &[u32],
        stop: &AtomicBool,
    ) -> Result<Option<Vec<TrialRecord>>, CudaError> {
        let protocol = &self.condition().protocol;
        let sizes = self.sizes().unwrap_or_else(|why| panic!("{why}"));
        let seed_of = |&trial: &u32| self.network_seed(trial);
        let seeds: Vec<u64> = trials.iter().map(seed_of).collect();
        let mut layers: Vec<Layer> = trials
            .iter()
            .filter_map(|&trial| self.layer(trial))
            .collect();
        let streams = self.streams(device, trials, &mut layers)?;
        let mut networks = match self.params(0) {
            AnyParams::Structured(_) => {
                let masks = |&trial: &u32| match self.params(trial) {
                    AnyParams::Structured(params) => params.masks(),
                    _ => Vec::new(),
                };
                let masks: Vec<u32> = trials.iter().flat_map(masks).collect();
                Networks::with_masks(device, sizes, &seeds, &masks)?
            }
            _ => Networks::new(device, sizes, &seeds)?,
        };
        let patterns = protocol.burn_in + protocol.learned;
        while networks.learned() < patterns {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            networks.learn(&streams.learned, STEPS.min(patterns - networks.learned()))?;
            device.synchronize()?;
        }
        let mut cues = Vec::new();
        for &level in &protocol.cues {
            let [real, pseudo, unstructured] = &streams.ones;
            let host = |tested: fn(&(TrialData, Patterns)) -> Option<&Patterns>| {
                streams.host.iter().filter_map(tested).collect()
            };
            let mut sets = vec![
                Tested {
                    rows: &streams.learned,
                    which: Which::BackFrom(patterns - 1),
                    ones: real,
                    purpose: purpose::CUE_LEARNED,
                    host: host(|(_, tested)| Some(tested)),
                },
                Tested {
                    rows: &streams.pseudo,
                    which: Which::From(0),
                    ones: pseudo,
                    purpose: purpose::CUE_PSEUDO,
                    host: host(|(data, _)| Some(&data.pseudo)),
                },
            ];
            if let Some(rows) = &streams.unstructured {
                sets.push(Tested {
                    rows,
                    which: Which::From(0),
                    ones: unstructured,
                    purpose: purpose::CUE_UNSTRUCTURED,
                    host: host(|(data, _)| data.unstructured.as_ref()),
                });
            }
            let mut outcomes = Vec::new();
            for set in &sets {
                if stop.load(Ordering::Relaxed) {
                    return Ok(None);
                }
                outcomes.push(self.test_on_gpu(
                    device,
                    &networks,
                    trials,
                    level,
                    set,
                    &mut layers,
                )?);
            }
            cues.push(outcomes);
        }
        let [real, pseudo, _] = streams.ones;
        let ones = real.into_iter().zip(pseudo).zip(streams.similarity);
        let records = ones
            .enumerate()
            .map(|(at, ((ones_real, ones_pseudo), similarity))| {
                let outcome = |outcomes: &mut Vec<Vec<Outcome>>, set: usize| {
                    outcomes
                        .get_mut(set)
                        .map(|set| std::mem::take(&mut set[at]))
                        .unwrap_or_default()
                };
                TrialRecord {
                    ones_real,
                    ones_pseudo,
                    ones_cued: None,
                    cues: cues
                        .iter_mut()
                        .map(|sets| CueOutcome {
                            real: outcome(sets, 0),
                            pseudo: outcome(sets, 1),
                            unstructured: outcome(sets, 2),
                        })
                        .collect(),
                    similarity,
                }
            });
        Ok(Some(records.collect()))
    }

    /// Random patterns are drawn on the device; others are made here and copied, behind a fixed layer as their codes.
    fn streams(
        &self,
        device: &Device,
        trials: &[u32],
        layers: &mut [Layer],
    ) -> Result<Streams, CudaError> {
        let Condition {
            network,
            protocol,
            data,
        } = self.condition();
        let (burn_in, learned) = (protocol.burn_in, protocol.learned);
        if *data == Data::Random && layers.is_empty() {
            let (visible, active) = network.stored();
            let draw = |purpose, count| {
                let of = (self.seed(), purpose);
                Rows::random(device, of, trials, (visible, active), count)
            };
            let rows = draw(purpose::LEARNED, burn_in + learned)?;
            let uses = rows.uses(device, burn_in, learned)?;
            let similarity = uses.chunks_exact(visible as usize);
            let similarity = similarity.map(|uses| similarity_of_uses(learned.into(), uses));
            let ones = vec![vec![active; learned as usize]; trials.len()];
            return Ok(Streams {
                learned: rows,
                pseudo: draw(purpose::PSEUDO, learned)?,
                unstructured: None,
                similarity: similarity.map(|similarity| [similarity; 2]).collect(),
                ones: [ones.clone(), ones, Vec::new()],
                host: Vec::new(),
            });
        }
        let make = |&trial: &u32| {
            let data = self.data(trial);
            let tested = self.newest_first(&data.learned);
            (data, tested)
        };
        let host: Vec<(TrialData, Patterns)> = trials.par_iter().map(make).collect();
        let copy = |sets: Vec<&Patterns>| {
            let words: Vec<u32> = sets.iter().flat_map(|set| set.words()).copied().collect();
            Rows::copy(device, sets[0].visible(), trials.len() as u32, &words)
        };
        let ones_of = |set: &Patterns| set.ones().to_vec();
        let unstructured: Option<Vec<&Patterns>> = host
            .iter()
            .map(|(data, _)| data.unstructured.as_ref())
            .collect();
        let ones = [
            host.iter().map(|(_, tested)| ones_of(tested)).collect(),
            host.iter().map(|(data, _)| ones_of(&data.pseudo)).collect(),
            unstructured
                .iter()
                .flatten()
                .map(|set| ones_of(set))
                .collect(),
        ];
        let codes: Vec<(Patterns, f64)> = layers
            .par_iter_mut()
            .zip(&host)
            .map(|(layer, (data, tested))| {
                let similarity = mean_similarity(&layer.encode_many(tested));
                (layer.encode_many(&data.learned), similarity)
            })
            .collect();
        let inputs = host.iter().map(|(_, tested)| mean_similarity(tested));
        let similarity = inputs.enumerate().map(|(at, input)| {
            [
                input,
                codes.get(at).map_or(input, |&(_, of_codes)| of_codes),
            ]
        });
        let learned = if codes.is_empty() {
            host.iter().map(|(data, _)| &data.learned).collect()
        } else {
            codes.iter().map(|(codes, _)| codes).collect()
        };
        Ok(Streams {
            learned: copy(learned)?,
            pseudo: copy(host.iter().map(|(data, _)| &data.pseudo).collect())?,
            unstructured: unstructured.map(copy).transpose()?,
            similarity: similarity.collect(),
            ones,
            host,
        })
    }

    /// What each trial recalls of a set of patterns at a cue level.
    fn test_on_gpu(
        &self,
        device: &Device,
        networks: &Networks<'_>,
        trials: &[u32],
        level: f64,
        set: &Tested<'_>,
        layers: &mut [Layer],
    ) -> Result<Vec<Outcome>, CudaError> {
        let count = set.ones.first().map_or(0, Vec::len);
        if count == 0 {
            return Ok(vec![Outcome::default(); trials.len()]);
        }
        if !layers.is_empty() {
            return self.test_codes_on_gpu(device, networks, trials, level, set, layers);
        }
        let actives: Vec<u32> = set.ones.concat();
        let keeps: Vec<u32> = actives
            .iter()
            .map(|&ones| floor_share(level, ones))
            .collect();
        let of = (self.cue_seed(level, set.purpose), set.purpose);
        let cues = set.rows.cues(device, of, trials, set.which, &keeps)?;
        let recalled = networks.recall(&cues, &actives)?;
        let each = recalled
            .overlaps
            .chunks_exact(count)
            .zip(recalled.scores.chunks_exact(count));
        Ok(each
            .map(|(overlaps, scores)| Outcome {
                counts: Vec::new(),
                others: Vec::new(),
                overlaps: overlaps.to_vec(),
                scores: scores.to_vec(),
            })
            .collect())
    }

    /// The same behind a fixed layer, which codes and decodes on the host.
    fn test_codes_on_gpu(
        &self,
        device: &Device,
        networks: &Networks<'_>,
        trials: &[u32],
        level: f64,
        set: &Tested<'_>,
        layers: &mut [Layer],
    ) -> Result<Vec<Outcome>, CudaError> {
        let sets = trials.par_iter().zip(&set.host).zip(layers.par_iter_mut());
        let codes: Vec<Patterns> = sets
            .map(|((&trial, patterns), layer)| {
                layer.encode_many(&self.cues(0, (trial, level, set.purpose), patterns))
            })
            .collect();
        let words: Vec<u32> = codes
            .iter()
            .flat_map(|codes| codes.words())
            .copied()
            .collect();
        let cues = Cues::copy(device, codes[0].visible(), trials.len() as u32, &words)?;
        let actives: Vec<u32> = layers
            .iter()
            .zip(&codes)
            .flat_map(|(layer, codes)| vec![layer.active(); codes.len()])
            .collect();
        let recalled = networks.recall(&cues, &actives)?;
        let words = recalled.patterns(device)?;
        let rows = words.par_chunks_exact(codes[0].words().len());
        let scores = recalled.scores.par_chunks_exact(codes[0].len());
        let each = rows.zip(scores).zip(&set.host).zip(layers.par_iter_mut());
        Ok(each
            .map(|(((codes, scores), patterns), layer)| Outcome {
                counts: Vec::new(),
                others: Vec::new(),
                overlaps: overlaps(&layer.decode_many(codes, patterns.ones()), patterns),
                scores: scores.to_vec(),
            })
            .collect())
    }
}
