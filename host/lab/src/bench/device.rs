//! The same work on the CPU's cores and on a GPU, side by side, with the results compared.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use rayon::prelude::*;
use slotless_core::attractor::{Index, Match, Params as CodeParams};
use slotless_core::bits;
use slotless_core::hopfield::modern::{Memories, Modern, Recall};
use slotless_core::rng::{Key, stream};
use thiserror::Error;

use super::sizes::PAPER;
use super::training::MODELS;
use crate::memory::{Condition, Data, Network, Protocol, Setup, SpecError};
use crate::purpose::bench as purpose;
use crate::run::simulate::Experiment;
use crate::run::work::Watch;
use crate::transformer;
use slotless_kernels::cuda::attractor::{Pairs, QueryError};
use slotless_kernels::cuda::modern::{self, RecallError, Report};
use slotless_kernels::cuda::{CudaError, Device};
use slotless_kernels::hopfield::modern::Network as OnCpu;

/// A comparison that could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// The GPU failed.
    #[error(transparent)]
    Cuda(#[from] CudaError),
    /// Sizes out of range.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// The GPU and the CPU differ.
    #[error("{0}: the GPU's results are not the CPU's")]
    Differs(String),
}

impl From<RecallError> for DeviceError {
    fn from(error: RecallError) -> Self {
        match error {
            RecallError::Cuda(error) => Self::Cuda(error),
            other => Self::Differs(format!("modern_queries: {other}")),
        }
    }
}

impl From<QueryError> for DeviceError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Cuda(error) => Self::Cuda(error),
            other => Self::Differs(format!("code_queries: {other}")),
        }
    }
}

/// How much is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// What fills a GPU, at the paper's sizes.
    Full,
    /// A twentieth of the work of a trial, and few trials.
    Quick,
}

/// One kind of work on both.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// What of: a trial, a query.
    pub unit: &'static str,
    /// Seconds of one, on all cores of the CPU.
    pub cpu: f64,
    /// How many the CPU did.
    pub on_cpu: usize,
    /// Seconds of one on the GPU, with copies to it and back.
    pub gpu: f64,
    /// How many the GPU did, side by side.
    pub on_gpu: usize,
}

/// Names of what can be compared: trials of the paper's memories and transformers, queries of the modern network and of
/// stored codes.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let memories = PAPER.iter().map(|sizes| sizes.name);
    memories
        .chain(MODELS)
        .chain(["modern_queries", "code_queries"])
        .collect()
}

/// Does the work of this name on both, and compares what comes of it.
///
/// # Errors
/// [`DeviceError`].
///
/// # Panics
/// For another name.
pub fn compare(name: &str, device: &Device, amount: Amount) -> Result<Compared, DeviceError> {
    match name {
        "modern_queries" => modern_queries(device, amount),
        "code_queries" => code_queries(device, amount),
        _ => match PAPER.iter().find(|sizes| sizes.name == name) {
            Some(sizes) => {
                let (n_i, m) = (f64::from(sizes.n_i), f64::from(sizes.m));
                let eps = f64::from(sizes.eps) / 65_536.0;
                let network = Network {
                    name: name.to_owned(),
                    n_i: sizes.n_i,
                    n_h: sizes.n_h,
                    s: sizes.s,
                    f: m / n_i,
                    k: sizes.k,
                    eps,
                    ..Network::default()
                };
                let (burn_in, learned) = match amount {
                    Amount::Full => (600, 200),
                    Amount::Quick => (24, 8),
                };
                let condition = Condition {
                    network,
                    data: Data::Random,
                    protocol: Protocol {
                        burn_in,
                        learned,
                        cues: vec![0.5],
                        ..Protocol::default()
                    },
                };
                trials(name, &Setup::new(condition, 1)?, device, amount)
            }
            None => {
                let models = MODELS.into_iter().zip(transformer::Model::published());
                let found = models.into_iter().find(|(known, _)| *known == name);
                let (_, model) = found.expect("a name of the list");
                let training = transformer::Training {
                    batches: match amount {
                        Amount::Full => 200,
                        Amount::Quick => 4,
                    },
                    ..transformer::Training::default()
                };
                let condition = transformer::Condition {
                    model,
                    training,
                    checkpoints: Vec::new(),
                };
                trials(
                    name,
                    &transformer::Setup::new(condition, 1)?,
                    device,
                    amount,
                )
            }
        },
    }
}

/// Trials of an experiment: the CPU two a core, the GPU as many as fill it.
fn trials<E: Experiment>(
    name: &str,
    experiment: &E,
    device: &Device,
    amount: Amount,
) -> Result<Compared, DeviceError>
where
    E::Record: PartialEq,
{
    let never = AtomicBool::new(false);
    let never = Watch::from(&never);
    let each = match amount {
        Amount::Full => 8,
        Amount::Quick => 1,
    };
    let bytes = experiment.bytes_on_gpu().map_err(|_| CudaError::NoForm)?;
    let fits = device.free_memory()? / 10 * 9 / bytes.max(1);
    let on_gpu = fits
        .min(each * device.info().multiprocessors as usize)
        .max(1);
    let on_cpu = (2 * rayon::current_num_threads()).min(on_gpu);
    let start = Instant::now();
    let cpu: Vec<E::Record> = (0..on_cpu as u32)
        .into_par_iter()
        .filter_map(|trial| experiment.run(trial, never))
        .collect();
    let cpu_took = start.elapsed().as_secs_f64();
    let numbers: Vec<u32> = (0..on_gpu as u32).collect();
    // Kernels are loaded, and clocks up, before the time is taken.
    experiment.run_on_gpu(device, &numbers[..1], never)?;
    let start = Instant::now();
    let gpu = experiment
        .run_on_gpu(device, &numbers, never)?
        .unwrap_or_default();
    let gpu_took = start.elapsed().as_secs_f64();
    if cpu[..] != gpu[..on_cpu.min(gpu.len())] {
        return Err(DeviceError::Differs(name.to_owned()));
    }
    Ok(Compared {
        unit: "trial",
        cpu: cpu_took / on_cpu as f64,
        on_cpu,
        gpu: gpu_took / on_gpu as f64,
        on_gpu,
    })
}

fn modern_queries(device: &Device, amount: Amount) -> Result<Compared, DeviceError> {
    const UNITS: u32 = 384;
    let (memories, on_gpu) = match amount {
        Amount::Full => (20_000, 1_024),
        Amount::Quick => (300, 8),
    };
    let numbers = |count: u32, first: u32| -> Vec<f32> {
        let key = Key::new(1, purpose::DEVICE).derive(first);
        (0..count * UNITS)
            .map(|at| key.at(at) as f32 / 2f32.powi(31) - 1.0)
            .collect()
    };
    let (stored, cues) = (numbers(memories, 0), numbers(on_gpu, 1));
    let in_range = "numbers of whole rows, none infinite";
    let rows = Memories::rows(&stored, UNITS).expect(in_range);
    let network = modern::Network::new(device, &Modern::new(rows, 0.1).expect(in_range))?;
    let queries = Memories::rows(&cues, UNITS).expect(in_range);
    let once = Recall::new().max_steps(Some(1));
    network.recall(device, &queries, &once, Report::Nearest)?;
    let start = Instant::now();
    let found = network.recall(device, &queries, &once, Report::Nearest)?;
    let gpu = start.elapsed().as_secs_f64();
    let host = OnCpu::new(UNITS, &stored, 0.1);
    let on_cpu = (32 * rayon::current_num_threads()).min(on_gpu as usize);
    let width = UNITS as usize;
    let start = Instant::now();
    let states: Vec<f32> = cues[..on_cpu * width]
        .par_chunks_exact(width)
        .flat_map_iter(|cue| {
            let (mut shares, mut next) = (vec![0.0; memories as usize], vec![0.0; width]);
            host.step(cue, &mut shares, &mut next);
            next
        })
        .collect();
    let cpu = start.elapsed().as_secs_f64();
    let same = states
        .iter()
        .zip(&found.states)
        .all(|(a, b)| a.to_bits() == b.to_bits());
    if !same {
        return Err(DeviceError::Differs("modern_queries".to_owned()));
    }
    Ok(Compared {
        unit: "query",
        cpu: cpu / on_cpu as f64,
        on_cpu,
        gpu: gpu / f64::from(on_gpu),
        on_gpu: on_gpu as usize,
    })
}

fn code_queries(device: &Device, amount: Amount) -> Result<Compared, DeviceError> {
    const NEAREST: u32 = 10;
    let (units, pairs, on_gpu, asked) = match amount {
        Amount::Full => (16_384, 20_000, 2_048, 1_638),
        Amount::Quick => (1_024, 200, 16, 100),
    };
    let params = CodeParams::builder(units, 50)
        .seed(1)
        .build()
        .expect("50 of this many");
    let code = |active, number| -> Vec<u32> {
        let mut words = vec![0; bits::words_for(units)];
        let mut draws = stream(1, purpose::DEVICE, active, number);
        bits::sample(units, active, &mut draws, &mut words).expect("no more than units");
        bits::ones(&words).collect()
    };
    let words = Index::<Vec<u32>>::words(params, pairs);
    let mut index = Index::new(params, pairs, vec![0; words]).expect("as many words");
    for number in 0..pairs {
        let stored = code(50, number);
        index
            .store(&stored, &stored)
            .expect("a code, and room for it");
    }
    let cues: Vec<Vec<u32>> = (0..on_gpu)
        .map(|number| code(asked, pairs + number))
        .collect();
    let store = Pairs::new(device, &index)?;
    store.nearest(device, &cues, NEAREST)?;
    let start = Instant::now();
    let found = store.nearest(device, &cues, NEAREST)?;
    let gpu = start.elapsed().as_secs_f64();
    let on_cpu = (32 * rayon::current_num_threads()).min(cues.len());
    let start = Instant::now();
    let expected: Vec<Vec<Match>> = cues[..on_cpu]
        .par_iter()
        .map_init(
            || vec![0; index.scratch_words()],
            |scratch, cue| {
                let mut matches = Vec::new();
                let asked = index.nearest(cue, NEAREST, scratch, |one| matches.push(one));
                asked.expect("a code, and room");
                matches
            },
        )
        .collect();
    let cpu = start.elapsed().as_secs_f64();
    if expected[..] != found[..on_cpu] {
        return Err(DeviceError::Differs("code_queries".to_owned()));
    }
    Ok(Compared {
        unit: "query",
        cpu: cpu / on_cpu as f64,
        on_cpu,
        gpu: gpu / f64::from(on_gpu),
        on_gpu: on_gpu as usize,
    })
}
