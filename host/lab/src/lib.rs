//! Simulations, figures and the command line of slotless: associative memory in connection weights instead of slots.
//!
//! The networks themselves are [`slotless_core`]'s, with one result on every machine. This crate runs them at the scale of
//! the paper "Neural Computation Without Slots": memories, of which it measures what they retain, and transformers whose
//! attention lives in fast weights, which it trains; and it draws what comes of them. The command `slotless` only parses
//! flags and calls what is public here.
//!
//! * [`patterns`]: random, tree-structured, correlated and file data.
//! * [`backend`]: the network laid out for speed, equal to the core's bit for bit.
//! * [`memory`]: conditions, trials, results, and [`memory::measure`]: accuracy, d', AUC, fits, theory.
//! * [`transformer`]: the Case Sequence Task, models and their training, statistics and evaluation of weights.
//! * [`figures`]: one function a figure, over a small drawing layer ([`slotless_draw`]).
//! * [`images`]: pictures as memories, spoilt and recalled by the networks of the Hopfield family.
//! * [`embedding`]: memories over vectors of sentences, measured. The memory of sentences itself is [`slotless_recall`].
//! * [`mod@reference`]: curves measured by an independent program, and distances to them.
//! * [`run`]: trials over all cores ([`run::simulate`]), kept trials, specs, output files, weights, snapshots, manifest,
//!   progress.
//!
//! `examples/retention.rs` is a whole experiment in a few lines:
//!
//! ```
//! use slotless::memory::{Condition, Data, Kind, Network, Protocol, Setup};
//! use slotless::run::simulate::{NoKeeper, simulate};
//! use std::sync::atomic::AtomicBool;
//!
//! let condition = Condition {
//!     network: Network::new("small", 100, 200, 10, 0.2, 10, 0.5),
//!     data: Data::Random,
//!     protocol: Protocol { burn_in: 50, learned: 20, cues: vec![1.0] },
//! };
//! let setup = Setup::new(condition, 1)?;
//! let results = simulate(&[setup], &[4], 0, &NoKeeper, &AtomicBool::new(false))?;
//! let accuracy = results[0].accuracy(0, Kind::Real); // trials x ages
//! assert_eq!(accuracy.dim(), (4, 20));
//! assert!(accuracy.column(0).mean().unwrap_or(0.0) > 0.7); // the newest pattern
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bench;
pub mod choice;
pub mod embedding;
pub mod figures;
pub mod hopfield;
pub mod images;
pub mod memory;
pub mod patterns;
pub mod reference;
pub mod run;
pub mod transformer;
