//! A memory of sentences in a folder: pairs of a cue and a target, kept safely, recalled from something like a cue.
//!
//! For an assistant or a program that is to remember, without a server. It imports the core, the fast networks and slotless's files;
//! no figures, no command line.
//!
//! An *item* is a target text with one or more cues; each text has a vector (a sentence encoder's, say), and each vector a
//! sparse code by a fixed random projection. A question is projected alike; the index gives the stored cues whose codes share
//! most units with it, and a softmax over the cosines of their vectors decides ([`Store::ask`]).
//!
//! * [`Store`] reads a folder and answers; it needs no lock, so any number of them may be open while one writes.
//! * [`Writer`] adds, forgets and compacts; there is one at a time, by a lock.
//!
//! * [`vectors`]: vectors in numpy's format, checked once. [`project`]: vectors to sparse codes, by random projections.
//! * `encoder`, with the cargo feature `embed`: sentences to vectors, by a BERT in a local folder.
//!
//! # The folder
//! | file | what it is |
//! |---|---|
//! | `memory.toml` | the settings, for people too: format, dimension, code, projection, model ([`Settings`]) |
//! | `log` | the truth: everything that was added or forgotten, appended record by record |
//! | `snapshot` | derived from the log: codes and places, so that opening reads megabytes and not the whole log |
//! | `lock` | empty; whoever writes holds a lock on it |
//!
//! # What is safe
//! [`Writer::add`] returns after the log is on disk (`fsync`). A kill at any byte loses only what was not yet acknowledged:
//! a record that was cut off is left out by readers ([`Store::torn`]) and cut off by the next writer. A record that is damaged with
//! more behind it is never guessed at: opening is refused and names the byte. Every record carries a checksum that
//! continues its predecessor's, so a log with a record missing, moved or from elsewhere is refused as well. The snapshot, and the
//! log after compaction, are written beside the old file and renamed over it.
//!
//! Readers need no lock: they open the log first, and a log only grows, or is replaced by another file while they keep
//! the one they opened. A snapshot of another log, or a damaged one, is left aside, and the log is read from its start.

mod answer;
mod compact;
mod durable;
#[cfg(feature = "embed")]
pub mod encoder;
mod error;
mod lock;
mod log;
pub mod project;
mod record;
mod settings;
mod snapshot;
mod store;
mod table;
pub mod vectors;
mod verify;
mod writer;

pub use answer::{Answer, Ask, Found, Hop};
pub use error::StoreError;
pub use lock::Locking;
pub use settings::{FORMAT, Model, Projection, Settings};
pub use store::{Full, Item, Stats, Store, Torn};
pub use verify::{Problem, Verified};
pub use writer::{Entry, Flush, Lengths, NewItem, Writer};

#[cfg(test)]
mod tests;
