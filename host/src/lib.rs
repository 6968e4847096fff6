//! stub
pub mod backend;
pub mod cli;
pub mod figures;
pub mod memory;
pub mod patterns;
pub mod reference;
pub mod run;
