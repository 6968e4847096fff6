//! The paper's figures and tables of transformers, one function each.

pub mod fig7;
