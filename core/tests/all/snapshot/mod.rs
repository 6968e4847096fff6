//! Snapshots against a reader and a writer made from the format's text, and on everything that is no snapshot.

mod common;
mod errors;
mod one_kind;
mod opening;
mod round_trip;
