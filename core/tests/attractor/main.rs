//! Attractor memories over codes: bad input.

mod bad_input;
