//! What the driver says, as errors.

use cudarc::driver::DriverError;
use cudarc::driver::sys::CUresult;

use super::error::CudaError;

impl CudaError {
    /// An error of the driver on the way.
    pub(super) fn of(during: &'static str) -> impl Fn(DriverError) -> Self {
        move |error| Self::Failed {
            during,
            why: text(error),
        }
    }

    /// As [`of`](Self::of), for an allocation of this many bytes.
    pub(super) fn of_memory(
        what: &'static str,
        needed: usize,
        free: usize,
    ) -> impl Fn(DriverError) -> Self {
        move |error| match error.0 {
            CUresult::CUDA_ERROR_OUT_OF_MEMORY => Self::Memory { what, needed, free },
            _ => Self::of(what)(error),
        }
    }
}

/// What the driver says of an error.
pub(super) fn text(error: DriverError) -> String {
    if error.0 == CUresult::CUDA_ERROR_OUT_OF_MEMORY {
        return "out of memory".to_owned();
    }
    let name = error
        .error_name()
        .map(|name| name.to_string_lossy().into_owned());
    let said = error
        .error_string()
        .map(|said| said.to_string_lossy().into_owned());
    match (name, said) {
        (Ok(name), Ok(said)) => format!("{said} ({name})"),
        _ => format!("error {:?}", error.0),
    }
}
