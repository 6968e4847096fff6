//! stub
pub mod backend;
pub mod memory;
pub mod patterns;
