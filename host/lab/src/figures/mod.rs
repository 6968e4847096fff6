//! What a figure takes and gives, whatever its family; the list of all is `families::FIGURES`.

pub(crate) mod declared;
mod drawn;
pub(crate) mod look;
mod named;
pub(crate) mod numbers;
pub mod output;
pub(crate) mod swept;

pub use drawn::{Drawn, FigureError, Size, Table};
pub use look::{Format, Look, Rendered};
pub use named::{Asked, Drawable, Drawing, Group, Made, Named, Reproduce, Setting, TrialFigure};
pub use output::RunFiles;
