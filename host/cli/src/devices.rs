//! `slotless devices`.

use super::say;
use slotless_kernels::cuda::{CudaError, SHIPPED_FOR, count, describe, has_nvrtc};

pub(super) const EXAMPLES: &str = "\
Examples:
  slotless devices
  slotless reproduce memory --device cuda       on all GPUs that are listed
  slotless memory run --device cuda:1           on the second
  slotless memory run --device auto             on the GPUs if there are any, else on the CPU";

/// What there is, and what is missing, a line each.
pub(super) fn devices() {
    let found = match count() {
        Ok(found) => found,
        Err(error @ CudaError::NotBuilt) => {
            say(&error.to_string());
            return;
        }
        Err(error) => {
            say(&error.to_string());
            say(
                "--device cuda needs the driver of an NVIDIA GPU and nothing else; the CPU computes the same numbers.",
            );
            return;
        }
    };
    for number in 0..found {
        let line = describe(number).map(|info| {
            let (major, minor) = info.capability;
            let usable = info.check().map_or_else(|error| format!("; cannot be used: {error}"), |()| String::new());
            format!(
                "cuda:{number}  {}, compute capability {major}.{minor}, {} multiprocessors, {:.1} GB{usable}",
                info.name,
                info.multiprocessors,
                info.memory as f64 / 1e9
            )
        });
        say(&line.unwrap_or_else(|error| format!("cuda:{number}  cannot be used: {error}")));
    }
    say(&if has_nvrtc() {
        "NVRTC is installed and compiles the kernels for each device.".to_owned()
    } else {
        format!(
            "NVRTC is not installed, which is no harm: the driver takes the kernels that come with the program, for {SHIPPED_FOR} and above."
        )
    });
}
