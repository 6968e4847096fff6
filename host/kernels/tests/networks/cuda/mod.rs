//! Kernels against the core. They need a driver, and so run when they are asked for: `scripts/check.sh cuda`.

mod attractor;
mod kwinner;
mod modern;
mod transformer;

use slotless_kernels::cuda::Device;

/// The first device.
pub(super) fn device() -> Device {
    Device::open(0).unwrap_or_else(|error| panic!("{error}"))
}
