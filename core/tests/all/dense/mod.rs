//! The dense associative memory against a naive one, its energy, and bad input.

mod bad_input;
mod equality;
