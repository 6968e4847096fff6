//! Drawing: panels of curves, matrices, trees and marks, laid out as the figures of a paper.
//!
//! For whoever draws what a memory did. It imports nothing of slotless: numbers in, pictures out.
//!
//! A caller says what is to be seen; this module decides how it looks, once for all figures: colours by [`Role`], letter sizes,
//! ticks, the legend outside of the data. [`Figure::draw`] gives a [`Picture`], as SVG with its font embedded and as PNG at
//! 288 dots per inch, and needs no font on the machine. [`Figure::lay_out`] puts everything in its place for a page ([`Layout`]: a width
//! in millimetres, title and note or not) and gives a [`Sheet`], to be written as SVG, PNG or PDF. Equal input gives equal bytes.
//!
//! tiny-skia fills and strokes the pixels, pdf-writer writes the objects of a PDF, the text of all formats is of one face that comes
//! along (DejaVu Sans, cut to the letters that figures use), and the SVG is written as it stands: a text document of lines, curves
//! and words that a vector editor can change.
//!
//! ```
//! use slotless_draw::{Advantage, CurvePanel, Figure, Role, Series};
//!
//! let ages = || (0..1000).map(f64::from);
//! let accuracy: Vec<f64> = ages().map(|age| (-age / 300.0).exp()).collect();
//! let chance = vec![0.05; 1000];
//! let panel = CurvePanel::new("age (patterns learned since)", "accuracy")
//!     .title("cue 100 %")
//!     .y_range(0.0, 1.0)
//!     .series(Series::new("K-winner", Role::KWinner, ages().collect(), accuracy).band(vec![0.02; 1000]))
//!     .series(Series::by_index("K-winner, pseudo-patterns", Role::KWinner, chance).baseline())
//!     .advantage(Advantage::new("K-winner better (p < .05)", Role::KWinner, ages().take(400).collect()));
//! let picture = Figure::new("Accuracy by age", 1, 1).subtitle("1000 hidden units, 10 winners").panel(panel).draw()?;
//! assert!(picture.svg.contains("Accuracy by age") && picture.png.starts_with(b"\x89PNG"));
//! # Ok::<(), slotless_draw::DrawError>(())
//! ```

#![deny(clippy::print_stdout, clippy::print_stderr)]
#![cfg_attr(not(test), warn(clippy::disallowed_methods))]

mod axis;
mod bits;
mod canvas;
mod colours;
mod curve;
mod error;
mod figure;
mod font;
mod geometry;
mod grid;
mod heat;
mod layout;
mod legend;
mod margins;
mod mark;
mod metrics;
mod page;
mod panel;
mod pdf;
mod picture;
mod raster;
mod reflow;
mod series;
mod sheet;
mod strip;
mod style;
mod surface;
mod svg;
mod symbol;
#[cfg(test)]
mod tests;
mod ticks;
mod tree;
mod typeset;

pub use axis::Scale;
pub use colours::{ColourScale, Colours};
pub use curve::CurvePanel;
pub use error::DrawError;
pub use figure::Figure;
pub use heat::HeatPanel;
pub use layout::Layout;
pub use legend::LegendPlace;
pub use mark::MarkPanel;
pub use page::TextAs;
pub use panel::Panel;
pub use picture::Picture;
pub use series::{Advantage, Series};
pub use sheet::Sheet;
pub use strip::{StripPanel, StripPicture, StripRow};
pub use style::{LineStyle, Role};
pub use tree::{TreeNode, TreePanel};
