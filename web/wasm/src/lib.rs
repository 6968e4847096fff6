//! The networks behind the page in `web/`: the library's own, compiled to WebAssembly, so that the page shows the bits that a
//! microcontroller has.
//!
//! For the page's scripts, by way of [`door`]; [`fade`], [`energy`] and [`training`] are plain Rust and are tested as such, against
//! the crates that they are made of. Nothing here computes what a crate below computes.
//!
//! * [`fade`]: a drawing among other patterns in four memories of equal bytes, and a look inside of the K-winner network.
//! * [`energy`]: small pictures in the classical and the modern Hopfield network.
//! * [`training`]: a transformer that learns the Case Sequence Task.
//! * [`pictures`]: the small pictures. [`exchange`]: the words that page and networks hand each other.

#![deny(unsafe_code)]

pub mod door;
pub mod energy;
mod error;
pub mod exchange;
pub mod fade;
pub mod pictures;
pub mod training;

pub use error::{Error, Range};
