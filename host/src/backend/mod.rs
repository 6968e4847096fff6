//! Where trials are computed: layouts built from the core's state for speed, equal to it bit for bit.

pub mod cpu;
