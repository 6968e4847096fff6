//! What kernels take, by the device's own clock.

use cudarc::driver::CudaEvent;

use super::error::CudaError;
use super::info::KernelTime;

/// Launches whose times are waited for at once.
const PENDING: usize = 1024;

/// Times by kernel, in the order of their first launches.
#[derive(Debug, Default)]
pub(super) struct Clock {
    pending: Vec<(usize, CudaEvent, CudaEvent)>,
    times: Vec<KernelTime>,
}

impl Clock {
    /// A launch between two events; `occupancy` is asked for at a kernel's first.
    pub(super) fn add(
        &mut self,
        kernel: &'static str,
        [start, end]: [CudaEvent; 2],
        occupancy: impl FnOnce() -> Result<f64, CudaError>,
    ) -> Result<(), CudaError> {
        let found = self.times.iter().position(|time| time.kernel == kernel);
        let at = match found {
            Some(at) => at,
            None => {
                self.times.push(KernelTime {
                    kernel,
                    launches: 0,
                    milliseconds: 0.0,
                    occupancy: occupancy()?,
                });
                self.times.len() - 1
            }
        };
        self.pending.push((at, start, end));
        if self.pending.len() < PENDING {
            Ok(())
        } else {
            self.settle()
        }
    }

    /// Waits for what is pending.
    pub(super) fn settle(&mut self) -> Result<(), CudaError> {
        for (at, start, end) in self.pending.drain(..) {
            let took = start
                .elapsed_ms(&end)
                .map_err(CudaError::of("asking for the time of a kernel"))?;
            self.times[at].launches += 1;
            self.times[at].milliseconds += f64::from(took);
        }
        Ok(())
    }

    pub(super) fn times(&self) -> Vec<KernelTime> {
        self.times.clone()
    }
}
