//! Training of transformers on a GPU: many trials side by side, one per block.
//!
//! All trials have the same model; each has its own start weights and keys. What they give is what
//! [`Trainer`](super::super::transformer::Trainer) gives, bit for bit, up to the iteration whose loss is no finite number.

mod layout;

use cudarc::driver::{CudaSlice, PushKernelArg};
use slotless_core::rng::Key;

use super::super::transformer::{Batch, Settings, Sizes, Slow, Weights};
use super::device::Device;
use super::error::CudaError;
use super::memory::{copied, to_host, zeros};
use super::program::Program;
use layout::{Model, Plan, THREADS};

/// What a trial starts from.
#[derive(Clone, Debug)]
pub struct Start {
    /// Its weights.
    pub weights: Weights,
    /// The key of its sequences: sequence b of batch i draws from `task.derive(i).derive(b)`.
    pub task: Key,
    /// The key of its modules, likewise.
    pub modules: Key,
}

/// Where batches come from.
#[derive(Clone, Copy, Debug)]
pub enum Task<'a> {
    /// Every batch is drawn: random sequences of the Case Sequence Task, as the host draws them.
    Fresh,
    /// Every batch is this one.
    Given(&'a Batch),
}

/// How a trial went on, by iteration; shorter than asked for where its loss was no finite number any more.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Sequences answered correctly.
    pub correct: Vec<u32>,
    /// Loss: the sum of squared errors over the size of a batch.
    pub losses: Vec<f32>,
}

/// Trials of a model in training.
#[derive(Debug)]
pub struct Trainings {
    sizes: Sizes,
    model: Model,
    plan: Plan,
    trials: u32,
    iterations: u32,
    tasks: CudaSlice<u32>,
    modules: CudaSlice<u32>,
    given: CudaSlice<u32>,
    weights: CudaSlice<f32>,
    own: CudaSlice<f32>,
    done: CudaSlice<u32>,
}

/// Bytes of a curve, an iteration.
pub const CURVE_BYTES: usize = size_of::<u32>() + size_of::<f32>();

/// Bytes of the GPU's memory that a trial takes; while [`Trainings::run`] is at it, [`CURVE_BYTES`] an iteration come on top.
#[must_use]
pub fn bytes(settings: &Settings) -> usize {
    // Two keys and a counter.
    4 * Plan::of(&Model::of(settings)).words as usize + 20
}

impl Trainings {
    /// Trials at their start.
    ///
    /// # Errors
    /// [`CudaError::Size`], [`CudaError::Memory`], [`CudaError::Failed`].
    ///
    /// # Panics
    /// If there is no trial, if a size is out of its range, or if weights or a batch are of another size.
    pub fn new(
        device: &Device,
        settings: &Settings,
        task: Task<'_>,
        starts: &[Start],
    ) -> Result<Self, CudaError> {
        let sizes = settings.sizes;
        settings.assert_sizes();
        assert!(
            !starts.is_empty() && starts.iter().all(|start| start.weights.fits(&sizes)),
            "weights of these sizes"
        );
        let mut given = Vec::new();
        let mut model = Model::of(settings);
        match task {
            Task::Fresh => model = model.fresh(),
            Task::Given(batch) => {
                batch.assert_fits(&sizes);
                given = [&batch.context[..], &batch.queries, &batch.targets].concat();
            }
        }
        let plan = Plan::of(&model);
        plan.check()?;
        let during = "copying trials";
        let words = |key: fn(&Start) -> Key| -> Vec<u32> {
            starts.iter().flat_map(|start| key(start).words()).collect()
        };
        let mut weights = Vec::with_capacity(starts.len() * plan.layout.weights as usize);
        for start in starts {
            laid_out(&start.weights, &plan, &mut weights);
        }
        Ok(Self {
            sizes,
            model,
            plan,
            trials: starts.len() as u32,
            iterations: 0,
            tasks: copied(device, during, &words(|start| start.task))?,
            modules: copied(device, during, &words(|start| start.modules))?,
            given: copied(device, during, &given)?,
            weights: copied(device, "weights", &weights)?,
            own: zeros(device, "trials", starts.len() * plan.layout.own as usize)?,
            done: zeros(device, during, starts.len())?,
        })
    }

    /// Iterations up to now, of trials whose losses were finite.
    #[must_use]
    pub fn iterations(&self) -> u32 {
        self.iterations
    }

    /// Trains all trials for this many iterations more, and gives how these went, trial by trial. A trial ends with the
    /// iteration whose loss is no finite number.
    ///
    /// # Errors
    /// [`CudaError::Memory`], [`CudaError::Failed`].
    ///
    /// # Panics
    /// If there are more than 2^32 - 1 iterations in all.
    pub fn run(&mut self, device: &Device, iterations: u32) -> Result<Vec<Curve>, CudaError> {
        let first = self.iterations;
        let last = first
            .checked_add(iterations)
            .expect("iterations of 32 bits");
        let during = "curves";
        let each = iterations as usize;
        let mut correct = zeros::<u32>(device, during, self.trials as usize * each)?;
        let mut losses = zeros::<f32>(device, during, self.trials as usize * each)?;
        let name = if self.model.has_module() {
            "train_memory"
        } else {
            "train_slots"
        };
        let kernel = device.kernel(Program::TRANSFORMER, name, self.plan.shared)?;
        let mut launch = device.prepare(&kernel);
        launch
            .arg(&self.model)
            .arg(&self.plan.layout)
            .arg(&first)
            .arg(&iterations)
            .arg(&self.tasks)
            .arg(&self.modules)
            .arg(&self.given)
            .arg(&mut self.weights)
            .arg(&mut self.own)
            .arg(&mut self.done)
            .arg(&mut correct)
            .arg(&mut losses);
        // SAFETY: the arguments are the kernel's, a block per trial, each with its part of weights, words and curves.
        unsafe { device.launch(&kernel, launch, (self.trials, 1), THREADS) }?;
        self.iterations = last;
        let correct = to_host(device, during, &correct)?;
        let losses = to_host(device, during, &losses)?;
        let done = to_host(device, during, &self.done)?;
        let curve = |(trial, done): (usize, u32)| {
            let valid = trial * each..trial * each + done.saturating_sub(first) as usize;
            Curve {
                correct: correct[valid.clone()].to_vec(),
                losses: losses[valid].to_vec(),
            }
        };
        Ok(done.into_iter().enumerate().map(curve).collect())
    }

    /// The weights of a trial; of one that ended, those before the iteration that ended it.
    ///
    /// # Errors
    /// [`CudaError::Failed`].
    ///
    /// # Panics
    /// If there is no such trial.
    pub fn weights(&self, device: &Device, trial: u32) -> Result<Weights, CudaError> {
        let words = self.plan.layout.weights as usize;
        let own = self
            .weights
            .slice(trial as usize * words..(trial as usize + 1) * words);
        let copy = device.stream().clone_dtoh(&own);
        let raw = copy.map_err(CudaError::of("copying weights"))?;
        let mut weights = Weights::new(&self.sizes);
        for of in Slow::ALL {
            for row in 0..weights.rows(of) {
                for token in 0..weights.tokens() {
                    weights.set(
                        of,
                        row,
                        token,
                        raw[place(&weights, &self.plan, of, row, token)],
                    );
                }
            }
        }
        Ok(weights)
    }
}

/// Where an entry lies among a trial's weights: columns of `W_Q`, columns of `W_K`, rows of `W_V`.
fn place(weights: &Weights, plan: &Plan, of: Slow, row: usize, token: usize) -> usize {
    let (tokens, stride) = (weights.tokens(), plan.layout.stride as usize);
    match of {
        Slow::Queries => token * stride + row,
        Slow::Keys => (tokens + token) * stride + row,
        Slow::Values => 2 * tokens * stride + row * tokens + token,
    }
}

/// Adds the weights of a trial as the kernels have them.
fn laid_out(weights: &Weights, plan: &Plan, out: &mut Vec<f32>) {
    let first = out.len();
    out.resize(first + plan.layout.weights as usize, 0.0);
    for of in Slow::ALL {
        for row in 0..weights.rows(of) {
            for token in 0..weights.tokens() {
                out[first + place(weights, plan, of, row, token)] = weights.get(of, row, token);
            }
        }
    }
}
