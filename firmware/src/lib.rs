//! What every image shares: how it logs, how it ends, and how it ends badly.
//!
//! `println!` lines stand in the decoded log as they are, `info!`, `warn!` and `error!` lines behind their level. Where
//! the log goes is a feature, the log sink.

#![no_std]

#[cfg(feature = "pico")]
mod boot2;
mod end;
mod lines;
#[cfg_attr(target_arch = "arm", path = "processor/arm.rs")]
#[cfg_attr(target_arch = "riscv32", path = "processor/riscv.rs")]
mod processor;
#[cfg(feature = "log-uart")]
mod uart;

pub use defmt::{error, info, println, warn};
pub use end::{FAULTED, PANICKED, exit, reset};
pub use lines::Lines;
pub use processor::{entry, stack};

// Linked for its critical section, which nothing here names.
#[cfg(target_arch = "arm")]
use cortex_m as _;
#[cfg(feature = "log-rtt")]
use defmt_rtt as _;
#[cfg(feature = "log-semihosting")]
use defmt_semihosting as _;
#[cfg(target_arch = "riscv32")]
use riscv as _;
