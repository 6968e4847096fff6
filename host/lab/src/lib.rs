//! Experiments on associative memory in connection weights instead of slots.
//!
//! The networks are [`slotless_core`]'s, with one result on every machine, and [`slotless_kernels`] runs them fast. This crate runs
//! them at the scale of the paper "Neural Computation Without Slots", measures what comes of it and draws it. For whoever
//! experiments from a program of their own; the command `slotless` is one that parses flags and calls what is public here. It
//! imports the core, the fast networks, files, drawing and the memory of sentences; no command line.
//!
//! A folder per family, with its conditions, trials, measures, kept records, raw files and figures:
//!
//! * [`memory`]: K-winner and 1-winner networks, and what they retain: [`memory::measure`] has accuracy, d', AUC, fits, theory.
//! * [`transformer`]: the Case Sequence Task, models and their training, statistics and evaluation of weights.
//! * [`hopfield`]: classical and modern Hopfield networks: capacity, energy, time.
//! * [`paraphrase`]: sentences recalled from another wording, by memories over their vectors.
//!
//! [`families`] is the list of them. What serves all:
//!
//! * [`run`]: what a family is ([`run::family`]), trials over all cores or GPUs ([`run::simulate`]), kept trials, manifest,
//!   parameters declared once ([`run::parameter`]).
//! * [`figures`]: what a figure takes and gives. [`choice`]: named values, declared once. [`normal`]: quantiles.
//! * [`patterns`]: random, tree-structured, correlated and file data.
//! * [`images`]: pictures as memories, corrupted and recalled by the networks of the Hopfield family.
//! * [`recogniser`]: recognisers for microcontrollers, held against each other at the same bytes.
//! * [`retrieval`]: which turns of a long conversation a question finds, by words, vectors or both.
//! * [`mod@bench`]: what the command `bench` times.
//!
//! `examples/retention.rs` is a whole experiment in a few lines:
//!
//! ```
//! use slotless::memory::{Condition, Data, Kind, Network, Protocol, Setup};
//! use slotless::run::simulate::{NoKeeper, simulate};
//! use std::sync::atomic::AtomicBool;
//!
//! let condition = Condition {
//!     network: Network { n_i: 100, n_h: 200, s: 10, f: 0.2, k: 10, eps: 0.5, ..Network::default() },
//!     data: Data::Random,
//!     protocol: Protocol { burn_in: 50, learned: 20, cues: vec![1.0], ..Protocol::default() },
//! };
//! let setup = Setup::new(condition, 1)?;
//! let results = simulate(&[setup], &[4], 0, &NoKeeper, &AtomicBool::new(false))?;
//! let accuracy = results[0].accuracy(0, Kind::Real); // trials x ages
//! assert_eq!(accuracy.dim(), (4, 20));
//! assert!(accuracy.column(0).mean().unwrap_or(0.0) > 0.7); // the newest pattern
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

pub mod bench;
pub mod choice;
mod error;
pub mod families;
pub mod figures;
pub mod hopfield;
pub mod images;
pub mod memory;
pub mod paraphrase;
pub mod patterns;
mod purpose;
pub mod recogniser;
pub mod retrieval;
pub mod run;
pub mod transformer;

pub use error::SpecError;
pub use slotless_kernels::normal;
