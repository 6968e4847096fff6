//! One function a figure: results in, picture out.

pub mod catalogue;
mod drawn;
pub mod exp07;
pub mod hopfield;
pub mod images;
pub mod overview;
pub mod paper;
pub mod precision;
pub mod retention;
pub mod scaling;
pub mod training;
pub mod transformer;
pub mod trees;
