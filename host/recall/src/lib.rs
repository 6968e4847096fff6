//! A memory of sentences in a folder: pairs of a cue and a target, kept safely, recalled from something like a cue.
//!
//! For an assistant or a program that is to remember, without a server. It imports the core, the fast networks and slotless's files;
//! no figures, no command line.
//!
//! An *item* is a target text with one or more cues, and [what is known of it beside](Metadata), by which questions choose ([`Filter`]).
//! Cues have a vector (a sentence encoder's, say), and words; a memory may do without either. A question finds the cues whose vectors have
//! the largest cosine with its own and those that share rare words with it ([`Question`], [`Ask`]), and a softmax over both decides
//! ([`Store::ask`]).
//!
//! * [`Store`] reads a folder and answers; it needs no lock, so any number of them may be open while one writes.
//!   [`Store::refresh`] takes in what was written since; [`Store::verify`] reads all of it.
//! * [`Writer`] adds, updates, forgets and compacts; there is one at a time, by a lock ([`Locking`]).
//!
//! * [`vectors`]: vectors in numpy's format, checked once. [`project`]: vectors to sparse codes, by random projections.
//! * `encoder`, with the cargo feature `embed`: sentences to vectors, by a BERT in a local folder.
//!
//! # The folder
//! | file | what it is |
//! |---|---|
//! | `memory.toml` | the settings, for people too: format, dimension, code, projection, model ([`Settings`]) |
//! | `log` | the truth: everything that was added or forgotten, appended record by record |
//! | `snapshot` | derived from the log: vectors in 8 bits a number, words and places, so that opening reads megabytes and not the whole log |
//! | `lock` | empty; whoever writes holds a lock on it |
//! | `log.torn-1` ... | what was no whole record at the end of the log, before a writer cut it off |
//!
//! `docs/recall-log.md` in the repository has the formats. Modes of new files are the umask's, and a file that is replaced keeps its own.
//!
//! # What is safe
//! [`Writer::add`] returns after the log is on disk (`fsync`). A kill at any byte loses only what was not yet acknowledged, and of a batch
//! all or nothing: a record that was cut off is left out by readers ([`Store::torn`]) and cut off by the next writer, which keeps its
//! bytes in a file of their own. A record that is damaged with more behind it is never guessed at: opening is refused and names the
//! byte. Every record carries a checksum that continues its predecessor's, so a log with a record missing, moved or from elsewhere is
//! refused as well. The snapshot, and the log after compaction, are written beside the old file and renamed over it.
//!
//! Where a snapshot spares reading the log, a record is checked when a text or vector of it is read, before that is used: its checksums,
//! and that its item, its texts and a cue's vector or words are those in RAM. A question reads the records of its nearest cues whole for that.
//!
//! Readers need no lock: they open the log first, and a log only grows, or is replaced by another file while they keep
//! the one they opened. A snapshot of another log, or a damaged one, is left aside ([`Store::snapshot_left_aside`]), and the log is read
//! from its start. It belongs to a log if the record before the place that it reached ends there with the checksum that it says.
//! Sizes and counts are held against the bytes that are there before memory is asked for, and nothing but regular files is opened.

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod answer;
mod ask;
mod calibrate;
mod calibrated;
mod checked;
mod compact;
mod described;
mod durable;
#[cfg(feature = "embed")]
pub mod encoder;
mod error;
mod history;
mod lent;
mod lexicon;
mod lock;
mod log;
mod metadata;
pub mod project;
mod put;
mod record;
mod refresh;
mod score;
mod settings;
mod signs;
mod snapshot;
mod store;
mod table;
mod unit;
pub mod vectors;
mod verify;
mod writer;

pub use answer::{Answer, Found, Hop};
pub use ask::{Ask, Question};
pub use calibrate::{Calibration, CalibrationError, Model as AnswerModel, Signs, Source};
pub use checked::{Entry, Lengths};
pub use error::StoreError;
pub use history::{History, Version};
pub use lock::Locking;
pub use metadata::{Filter, Metadata, MetadataError};
pub use put::Put;
pub use record::Times;
pub use refresh::Refreshed;
pub use settings::{FORMAT, Model, Settings};
pub use store::{Full, Item, Stats, Store, Torn};
pub use verify::{Problem, Verified};
pub use writer::{Flush, NewItem, Writer};

#[cfg(test)]
mod tests;
