//! Devices, and the kernels loaded on them.

use std::sync::{Arc, Mutex, PoisonError};

use cudarc::driver::sys::{
    CUdevice_attribute as Attribute, CUevent_flags, CUfunction_attribute as FunctionAttribute,
};
use cudarc::driver::{CudaContext, CudaFunction, CudaModule, CudaStream, LaunchArgs, LaunchConfig};

use cudarc::nvrtc::Ptx;

use super::clock::Clock;
use super::driver::text;
use super::error::CudaError;
use super::info::{Info, KernelTime};
use super::program::Program;

#[cfg(windows)]
const DRIVER: &str = "nvcuda.dll";
#[cfg(not(windows))]
const DRIVER: &str = "libcuda.so.1";

/// How many devices there are.
///
/// # Errors
/// [`CudaError::NoDriver`], [`CudaError::NoDevice`], [`CudaError::Failed`].
pub fn count() -> Result<usize, CudaError> {
    // SAFETY: it opens the library and closes it again.
    if !unsafe { cudarc::driver::sys::is_culib_present() } {
        return Err(CudaError::NoDriver { library: DRIVER });
    }
    let count = cudarc::driver::result::init().and_then(|()| CudaContext::device_count());
    match count {
        Ok(0) => Err(CudaError::NoDevice),
        Ok(count) => Ok(count as usize),
        Err(error) if error.0 == cudarc::driver::sys::CUresult::CUDA_ERROR_NO_DEVICE => {
            Err(CudaError::NoDevice)
        }
        Err(error) => Err(CudaError::of("looking for devices")(error)),
    }
}

/// A device in use, with its kernels, each compiled when it is first needed.
///
/// May be shared by threads, which then wait for one another: all work of a device is in one stream.
#[derive(Debug)]
pub struct Device {
    info: Info,
    stream: Arc<CudaStream>,
    modules: Mutex<[Option<Arc<CudaModule>>; Program::ALL.len()]>,
    clock: Mutex<Clock>,
}

impl Device {
    /// Takes a device into use, and loads the kernels.
    ///
    /// # Errors
    /// [`CudaError`].
    pub fn open(number: usize) -> Result<Self, CudaError> {
        let count = count()?;
        if number >= count {
            let last = count - 1;
            return Err(CudaError::NoSuchDevice { number, last });
        }
        let context = CudaContext::new(number).map_err(CudaError::of("opening the device"))?;
        let info = info(&context)?;
        info.check()?;
        let stream = context.default_stream();
        Ok(Self {
            info,
            stream,
            modules: Mutex::default(),
            clock: Mutex::default(),
        })
    }

    /// What it is.
    #[must_use]
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// Bytes of its memory that are free.
    ///
    /// # Errors
    /// [`CudaError::Failed`].
    pub fn free_memory(&self) -> Result<usize, CudaError> {
        let context = self.stream.context();
        let (free, _) = context
            .mem_get_info()
            .map_err(CudaError::of("asking for free memory"))?;
        Ok(free)
    }

    /// Bytes of shared memory that a kernel may ask for beside its own.
    pub(super) fn shared_for_kernels(&self) -> usize {
        self.info.shared.saturating_sub(OWN_SHARED)
    }

    pub(super) fn stream(&self) -> &Arc<CudaStream> {
        &self.stream
    }

    /// A kernel, which has `shared` bytes of shared memory to ask for when it is launched.
    pub(super) fn kernel(
        &self,
        program: Program,
        name: &'static str,
        shared: u32,
    ) -> Result<Kernel, CudaError> {
        let mut modules = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        let module = &mut modules[program.number()];
        if module.is_none() {
            *module = Some(self.load(program)?);
        }
        let module = module.as_ref().expect("loaded above");
        let function = module
            .load_function(name)
            .map_err(CudaError::of("loading a kernel"))?;
        let kernel = Kernel {
            function,
            name,
            shared,
        };
        kernel.allow_shared()?;
        Ok(kernel)
    }

    /// What NVRTC makes of a program, or, where that is not to be had or a compiler newer than the driver made it, what is
    /// shipped.
    fn load(&self, program: Program) -> Result<Arc<CudaModule>, CudaError> {
        if let Some(Ok(compiled)) = program.for_device(self.info.capability)
            && let Ok(module) = self.load_ptx(program.name, &compiled)
        {
            return Ok(module);
        }
        self.load_ptx(program.name, program.shipped())
    }

    /// Has the driver take PTX.
    pub(super) fn load_ptx(
        &self,
        kernels: &'static str,
        ptx: &str,
    ) -> Result<Arc<CudaModule>, CudaError> {
        let loaded = self.stream.context().load_module(Ptx::from_src(ptx));
        loaded.map_err(|error| CudaError::Refused {
            kernels,
            why: text(error),
        })
    }

    /// A launch, to which arguments are to be added.
    pub(super) fn prepare<'a>(&'a self, kernel: &'a Kernel) -> LaunchArgs<'a> {
        self.stream.launch_builder(&kernel.function)
    }

    /// Launches a kernel on `grid` blocks of this many threads, and has it timed.
    ///
    /// # Safety
    /// The arguments are those of the kernel, and what it reads and writes on such a grid is there.
    pub(super) unsafe fn launch(
        &self,
        kernel: &Kernel,
        mut arguments: LaunchArgs<'_>,
        grid: (u32, u32),
        threads: u32,
    ) -> Result<(), CudaError> {
        let config = LaunchConfig {
            grid_dim: (grid.0, grid.1, 1),
            block_dim: (threads, 1, 1),
            shared_mem_bytes: kernel.shared,
        };
        arguments.record_kernel_launch(CUevent_flags::CU_EVENT_DEFAULT);
        // SAFETY: the caller's.
        let events = unsafe { arguments.launch(config) }.map_err(CudaError::of(kernel.name))?;
        match events {
            Some((start, end)) => {
                let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
                clock.add(kernel.name, [start, end], || {
                    self.occupancy(kernel, threads)
                })
            }
            None => Ok(()),
        }
    }

    /// The share of a multiprocessor's threads that blocks of this many threads fill, as many as fit at once.
    fn occupancy(&self, kernel: &Kernel, threads: u32) -> Result<f64, CudaError> {
        let most = Attribute::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR;
        let context = self.stream.context();
        let most = context
            .attribute(most)
            .map_err(CudaError::of("asking for the threads of a multiprocessor"))?;
        // SAFETY: the function belongs to a module that `kernel` keeps loaded.
        let blocks = unsafe {
            cudarc::driver::result::occupancy::max_active_block_per_multiprocessor(
                kernel.function.cu_function(),
                threads as i32,
                kernel.shared as usize,
            )
        };
        let blocks = blocks.map_err(CudaError::of("asking for the occupancy of a kernel"))?;
        Ok(f64::from(blocks) * f64::from(threads) / f64::from(most.max(1)))
    }

    /// Waits until all that was launched is done.
    ///
    /// # Errors
    /// [`CudaError::Failed`].
    pub fn synchronize(&self) -> Result<(), CudaError> {
        self.stream
            .synchronize()
            .map_err(CudaError::of("waiting for the GPU"))
    }

    /// Time of each kernel up to now, by name. Waits until all that was launched is done.
    ///
    /// # Errors
    /// [`CudaError::Failed`].
    pub fn times(&self) -> Result<Vec<KernelTime>, CudaError> {
        self.synchronize()?;
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.settle()?;
        Ok(clock.times())
    }
}

/// What a device is, whether the kernels run on it or not.
///
/// # Errors
/// [`CudaError::Failed`].
pub fn describe(number: usize) -> Result<Info, CudaError> {
    let context = CudaContext::new(number).map_err(CudaError::of("opening the device"))?;
    info(&context)
}

fn info(context: &Arc<CudaContext>) -> Result<Info, CudaError> {
    let failed = CudaError::of("asking what the device is");
    let attribute = |which| context.attribute(which).map_err(&failed);
    Ok(Info {
        number: context.ordinal(),
        name: context.name().map_err(&failed)?,
        capability: context.compute_capability().map_err(&failed)?,
        multiprocessors: attribute(Attribute::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT)? as u32,
        memory: context.total_mem().map_err(&failed)?,
        shared: attribute(Attribute::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN)?
            as usize,
    })
}

/// A kernel, ready to be launched.
#[derive(Debug)]
pub(super) struct Kernel {
    function: CudaFunction,
    name: &'static str,
    shared: u32,
}

/// Shared memory that kernels have of their own, at most.
const OWN_SHARED: usize = 2 << 10;
/// Shared memory that a block has without asking.
const WITHOUT_ASKING: usize = 48 << 10;

impl Kernel {
    /// More than 48 KB of shared memory must be asked for.
    fn allow_shared(&self) -> Result<(), CudaError> {
        if self.shared as usize <= WITHOUT_ASKING - OWN_SHARED {
            return Ok(());
        }
        let attribute = FunctionAttribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
        let set = self.function.set_attribute(attribute, self.shared as i32);
        set.map_err(CudaError::of("asking for shared memory"))
    }
}
