//! What a figure takes and gives, whatever its family; the list of all is `families::FIGURES`.

mod drawn;
mod named;
pub(crate) mod numbers;

pub use drawn::{Drawn, FigureError, Size, Table};
pub use named::{Group, Named, TrialFigure};
