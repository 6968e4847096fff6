//! What a figure takes and gives, whatever its family; the list of all is `families::FIGURES`.

mod drawn;
mod named;
pub(crate) mod numbers;
pub mod output;

pub use drawn::{Drawn, FigureError, Size, Table};
pub use named::{Asked, Drawable, Drawing, Group, Made, Named, Reproduce, Setting, TrialFigure};
pub use output::RunFiles;
