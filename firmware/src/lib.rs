//! What every image shares: how it logs, how it ends, and how it ends badly.
//!
//! `println!` lines stand in the decoded log as they are, `info!`, `warn!` and `error!` lines behind their level. Where
//! the log goes is a feature, the log sink.

#![no_std]

#[cfg(feature = "pico")]
mod boot2;
mod end;
mod lines;
#[cfg(feature = "log-uart")]
mod uart;

pub use cortex_m_rt::entry;
pub use defmt::{error, info, println, warn};
pub use end::{FAULTED, PANICKED, exit};
pub use lines::Lines;

// Linked for its critical section, which nothing here names.
use cortex_m as _;
#[cfg(feature = "log-rtt")]
use defmt_rtt as _;
#[cfg(feature = "log-semihosting")]
use defmt_semihosting as _;
