//! The page's networks against the library's own.

mod door;
mod golden;
mod refused;
