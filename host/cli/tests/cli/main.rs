//! The command `slotless`, as a user meets it: arguments in, exit code, files and one line of error out.

mod bad_input;
mod bad_spec;
mod bench;
mod common;
mod cuda;
mod data;
mod embed;
mod exp07;
mod help;
mod hopfield;
mod hopfield_figures;
mod interrupt;
mod manual;
mod plot;
mod recall;
mod reproduce;
mod resume;
mod run;
mod same;
mod signals;
mod snapshot;
mod spec;
mod transformer;
mod transformer_bad;
mod transformer_figures;
mod weighed;
