//! Numbers in a device's memory.

use cudarc::driver::{CudaSlice, DeviceRepr, ValidAsZeroBits};

use super::device::Device;
use super::error::CudaError;

/// So many zeros; `what` names them where they do not fit.
pub(super) fn zeros<T: DeviceRepr + ValidAsZeroBits>(
    device: &Device,
    what: &'static str,
    count: usize,
) -> Result<CudaSlice<T>, CudaError> {
    device.stream().alloc_zeros(count.max(1)).map_err(|error| {
        let needed = count * size_of::<T>();
        CudaError::of_memory(what, needed, device.free_memory().unwrap_or(0))(error)
    })
}

/// Numbers of the host.
pub(super) fn copied<T: DeviceRepr + ValidAsZeroBits>(
    device: &Device,
    what: &'static str,
    numbers: &[T],
) -> Result<CudaSlice<T>, CudaError> {
    let mut there = zeros(device, what, numbers.len())?;
    if !numbers.is_empty() {
        let copy = device.stream().memcpy_htod(numbers, &mut there);
        copy.map_err(CudaError::of(what))?;
    }
    Ok(there)
}

/// Back to the host, with all that was launched before done.
pub(super) fn to_host<T: DeviceRepr>(
    device: &Device,
    what: &'static str,
    numbers: &CudaSlice<T>,
) -> Result<Vec<T>, CudaError> {
    device
        .stream()
        .clone_dtoh(numbers)
        .map_err(CudaError::of(what))
}

/// How many queries of this many bytes each run side by side: as many as fit three quarters of what is free, or one.
pub(super) fn share_of_free(device: &Device, bytes: usize) -> Result<u32, CudaError> {
    let free = device.free_memory()? / 4 * 3;
    Ok(u32::try_from(free / bytes.max(1)).map_or(u32::MAX, |count| count.max(1)))
}
