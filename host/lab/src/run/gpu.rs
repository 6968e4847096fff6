//! Trials on GPUs, side by side; what has no form for them, and what they fail at, on the CPU where that is allowed.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::device::DeviceChoice;
use super::manifest::KernelReport;
use super::simulate::{Experiment, Job, Keeper, SimulateError, compute, jobs, simulate};
use super::work::Watch;
use slotless_kernels::cuda::{CudaError, Device, KernelTime, count};

/// What happens to trials that no GPU computes.
#[derive(Clone, Copy, Debug)]
pub enum Otherwise {
    /// The run stops; what was computed is kept.
    Stop,
    /// The CPU computes them, and this is told why.
    Cpu(fn(&str)),
}

/// GPUs that share the trials of a run.
#[derive(Debug)]
pub struct Gpus {
    devices: Vec<Device>,
    otherwise: Otherwise,
}

/// Trials of a block's size that a multiprocessor has at a time.
const TRIALS_EACH: usize = 8;

impl Gpus {
    /// The GPUs of a choice; `None` for the CPU, of which `tell` hears why where the choice is `auto`.
    ///
    /// # Errors
    /// [`CudaError`] if the choice is CUDA and a device cannot be used.
    pub fn open(choice: DeviceChoice, tell: fn(&str)) -> Result<Option<Self>, CudaError> {
        let open = |numbers: Vec<usize>| {
            numbers
                .into_iter()
                .map(Device::open)
                .collect::<Result<Vec<_>, _>>()
        };
        match choice {
            DeviceChoice::Cpu => Ok(None),
            DeviceChoice::Cuda(Some(number)) => Ok(Some(Self {
                devices: open(vec![number])?,
                otherwise: Otherwise::Stop,
            })),
            DeviceChoice::Cuda(None) => Ok(Some(Self {
                devices: open((0..count()?).collect())?,
                otherwise: Otherwise::Stop,
            })),
            DeviceChoice::Auto => {
                let found = count().map(|count| (0..count).map(Device::open));
                let (mut devices, mut why) = (Vec::new(), None);
                match found {
                    Err(error) => why = Some(error),
                    Ok(found) => {
                        for device in found {
                            match device {
                                Ok(device) => devices.push(device),
                                Err(error) => why = Some(error),
                            }
                        }
                    }
                }
                if let Some(why) = why {
                    let rest = if devices.is_empty() {
                        "; computing on the CPU"
                    } else {
                        ""
                    };
                    tell(&format!("{why}{rest}"));
                }
                let otherwise = Otherwise::Cpu(tell);
                let some = !devices.is_empty();
                Ok(some.then_some(Self { devices, otherwise }))
            }
        }
    }

    /// The devices.
    #[must_use]
    pub fn devices(&self) -> &[Device] {
        &self.devices
    }

    /// Refuses experiments that have no form for a GPU, unless the CPU may compute them.
    ///
    /// # Errors
    /// [`SimulateError::NotForGpu`].
    pub fn check<E: Experiment>(&self, experiments: &[E]) -> Result<(), SimulateError> {
        if let Otherwise::Cpu(_) = self.otherwise {
            return Ok(());
        }
        let mut numbered = experiments.iter().enumerate();
        let refused =
            numbered.find_map(|(condition, one)| Some((condition, one.bytes_on_gpu().err()?)));
        match refused {
            Some((condition, why)) => Err(SimulateError::NotForGpu { condition, why }),
            None => Ok(()),
        }
    }

    /// What it is called in a manifest: `cuda:0 (NAME)`, one after the other.
    #[must_use]
    pub fn name(&self) -> String {
        let names = self.devices.iter().map(|device| {
            let info = device.info();
            format!("cuda:{} ({})", info.number, info.name)
        });
        names.collect::<Vec<_>>().join(", ")
    }

    /// The times of all kernels up to now; none of a device that was lost.
    #[must_use]
    pub fn times(&self) -> Vec<KernelReport> {
        let report = |device: &Device, time: KernelTime| KernelReport {
            device: format!("cuda:{}", device.info().number),
            kernel: time.kernel.to_owned(),
            launches: time.launches,
            milliseconds: time.milliseconds,
            occupancy: time.occupancy,
        };
        let of = |device| {
            let times = Device::times(device).unwrap_or_default();
            times.into_iter().map(move |time| report(device, time))
        };
        self.devices.iter().flat_map(of).collect()
    }
}

/// Trials of a condition that are still to be computed.
#[derive(Debug)]
struct Waiting {
    condition: usize,
    bytes: usize,
    trials: VecDeque<u32>,
    /// Most trials at a time: fewer after an allocation has failed.
    most: usize,
}

/// What GPUs share of a run.
struct Shared<'a, E: Experiment> {
    experiments: &'a [E],
    keeper: &'a dyn Keeper<E::Record>,
    watch: Watch<'a>,
    waiting: Mutex<Vec<Waiting>>,
    computed: Mutex<HashMap<(usize, u32), E::Record>>,
    devices: usize,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why a device stopped before its trials were done.
enum Ended {
    Gpu(CudaError),
    Other(SimulateError),
}

impl<E: Experiment> Shared<'_, E> {
    /// The next trials for a device: as many as fit it and fill it, and no more than its share.
    fn next(&self, device: &Device) -> Result<Option<(usize, Vec<u32>)>, CudaError> {
        let free = device.free_memory()?;
        let mut waiting = locked(&self.waiting);
        waiting.retain(|one| !one.trials.is_empty());
        let Some(one) = waiting.first_mut() else {
            return Ok(None);
        };
        // Not all of it: others may use the device, and allocations are rounded up.
        let fits = free / 10 * 9 / one.bytes.max(1);
        if fits == 0 {
            let (needed, what) = (one.bytes, "a trial");
            return Err(CudaError::Memory { what, needed, free });
        }
        let fills = device.info().multiprocessors as usize * TRIALS_EACH;
        let share = one.trials.len().div_ceil(self.devices);
        let count = fits.min(fills.max(1)).min(share).min(one.most);
        Ok(Some((one.condition, one.trials.drain(..count).collect())))
    }

    /// Puts trials back, of which at most this many are to be taken at a time.
    fn put_back(&self, condition: usize, bytes: usize, trials: Vec<u32>, most: usize) {
        let mut waiting = locked(&self.waiting);
        match waiting.iter_mut().find(|one| one.condition == condition) {
            Some(one) => {
                trials
                    .into_iter()
                    .rev()
                    .for_each(|trial| one.trials.push_front(trial));
                one.most = one.most.min(most);
            }
            None => waiting.insert(
                0,
                Waiting {
                    condition,
                    bytes,
                    trials: trials.into(),
                    most,
                },
            ),
        }
    }

    /// Computes trials until there are none.
    fn work(&self, device: &Device) -> Result<(), Ended> {
        while let Some((condition, trials)) = self.next(device).map_err(Ended::Gpu)? {
            let experiment = &self.experiments[condition];
            let bytes = experiment.bytes_on_gpu().unwrap_or(0);
            let records = match experiment.run_on_gpu(device, &trials, self.watch) {
                Ok(Some(records)) => records,
                Ok(None) => return Err(Ended::Other(SimulateError::Stopped)),
                Err(CudaError::Memory { .. }) if trials.len() > 1 => {
                    let most = trials.len() / 2;
                    self.put_back(condition, bytes, trials, most);
                    continue;
                }
                Err(error) => {
                    let most = trials.len();
                    self.put_back(condition, bytes, trials, most);
                    return Err(Ended::Gpu(error));
                }
            };
            let steps = experiment.work().steps * trials.len() as f64;
            let _ = self.watch.after(steps);
            for (&trial, record) in trials.iter().zip(records) {
                let kept = self.keeper.finished(condition, trial, &record);
                kept.map_err(|error| Ended::Other(error.into()))?;
                locked(&self.computed).insert((condition, trial), record);
            }
        }
        Ok(())
    }
}

/// What GPUs computed, before what was kept.
struct Computed<'a, R> {
    keeper: &'a dyn Keeper<R>,
    computed: Mutex<HashMap<(usize, u32), R>>,
}

impl<R: Send + Sync> Keeper<R> for Computed<'_, R> {
    fn known(&self, condition: usize, trial: u32) -> Option<R> {
        let computed = locked(&self.computed).remove(&(condition, trial));
        computed.or_else(|| self.keeper.known(condition, trial))
    }

    fn finished(&self, condition: usize, trial: u32, record: &R) -> std::io::Result<()> {
        self.keeper.finished(condition, trial, record)
    }
}

/// As [`simulate`], on GPUs: each computes as many trials of a condition at a time as fit it.
///
/// The results are those of the CPU, bit for bit. Where memory does not suffice after all, fewer trials are taken at a time.
///
/// # Errors
/// [`SimulateError`]; [`SimulateError::NotForGpu`] before anything is computed if a condition has no form for a GPU, and
/// [`SimulateError::Gpu`] if devices fail and trials are left, unless the CPU may compute them.
///
/// # Panics
/// If `experiments` and `trials` differ in length.
pub fn simulate_on_gpus<'w, E: Experiment>(
    experiments: &[E],
    trials: &[u32],
    gpus: &Gpus,
    threads: usize,
    keeper: &dyn Keeper<E::Record>,
    watch: impl Into<Watch<'w>>,
) -> Result<Vec<E::Results>, SimulateError> {
    let watch = watch.into();
    let same = experiments.len() == trials.len();
    assert!(same, "one number of trials per experiment");
    let all: Vec<Job> = jobs(trials).collect();
    let keeper = ahead(experiments, &all, gpus, keeper, watch)?;
    simulate(experiments, trials, threads, &keeper, watch)
}

/// As [`compute`], on GPUs.
///
/// # Errors
/// As [`simulate_on_gpus`].
///
/// # Panics
/// If a trial is of a condition that there is not.
pub fn compute_on_gpus<'w, E: Experiment>(
    experiments: &[E],
    jobs: &[Job],
    gpus: &Gpus,
    threads: usize,
    keeper: &dyn Keeper<E::Record>,
    watch: impl Into<Watch<'w>>,
) -> Result<(), SimulateError> {
    let watch = watch.into();
    let keeper = ahead(experiments, jobs, gpus, keeper, watch)?;
    compute(experiments, jobs, threads, &keeper, watch)
}

/// What GPUs compute of some trials, before all others.
fn ahead<'a, E: Experiment>(
    experiments: &[E],
    jobs: &[Job],
    gpus: &Gpus,
    keeper: &'a dyn Keeper<E::Record>,
    watch: Watch<'_>,
) -> Result<Computed<'a, E::Record>, SimulateError> {
    gpus.check(experiments)?;
    let mut unknown = vec![VecDeque::new(); experiments.len()];
    for &(condition, trial) in jobs {
        if keeper.known(condition, trial).is_none() {
            unknown[condition].push_back(trial);
        }
    }
    let mut waiting = Vec::new();
    for (condition, (experiment, trials)) in experiments.iter().zip(unknown).enumerate() {
        match (experiment.bytes_on_gpu(), gpus.otherwise) {
            (Ok(bytes), _) => waiting.push(Waiting {
                condition,
                bytes,
                trials,
                most: usize::MAX,
            }),
            (Err(why), Otherwise::Cpu(tell)) => tell(&format!("{why}; computing on the CPU")),
            (Err(_), Otherwise::Stop) => {}
        }
    }
    let shared = Shared {
        experiments,
        keeper,
        watch,
        waiting: Mutex::new(waiting),
        computed: Mutex::default(),
        devices: gpus.devices.len(),
    };
    let ended: Vec<Ended> = std::thread::scope(|scope| {
        let shared = &shared;
        let work = |device| scope.spawn(move || shared.work(device));
        let workers: Vec<_> = gpus.devices.iter().map(work).collect();
        workers
            .into_iter()
            .filter_map(|worker| {
                worker
                    .join()
                    .map_or_else(|panic| std::panic::resume_unwind(panic), Result::err)
            })
            .collect()
    });
    if watch.go_on().is_none() {
        return Err(SimulateError::Stopped);
    }
    let is_left = locked(&shared.waiting)
        .iter()
        .any(|one| !one.trials.is_empty());
    for end in ended {
        match (end, gpus.otherwise) {
            (Ended::Other(error), _) => return Err(error),
            (Ended::Gpu(error), Otherwise::Stop) if is_left => {
                return Err(SimulateError::Gpu(error));
            }
            (Ended::Gpu(error), Otherwise::Cpu(tell)) if is_left => {
                tell(&format!("{error}; computing the rest on the CPU"));
            }
            // Another device has done its work.
            (Ended::Gpu(_), _) => {}
        }
    }
    Ok(Computed {
        keeper,
        computed: shared.computed,
    })
}
