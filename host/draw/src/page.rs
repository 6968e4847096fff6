//! The page that a figure is laid out on, and how its text is written.

use super::picture;

/// How text is written in vector formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextAs {
    /// Outlines of the letters: the same everywhere, and nothing to select.
    Paths,
    /// Text in the figures' font, which is embedded. Some vector editors take another font from an SVG's text.
    Text,
}

/// The size of a sheet in units of 1/96 inch, and what its files say of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Page {
    pub width: f64,
    pub height: f64,
    /// Whether its width was given in millimetres: an SVG says so, and a PNG has the resolution of print.
    pub in_millimetres: bool,
}

/// Square units up to which a sheet of millimetres has 600 dots per inch: more than a page.
const PRINTED: f64 = 8e5;

impl Page {
    /// Pixels of a PNG for each unit: 288 dots per inch; of a width in millimetres 600, or 300 of a sheet larger than a page.
    pub fn scale(self) -> f64 {
        match self.in_millimetres {
            false => picture::SCALE,
            true if self.width * self.height <= PRINTED => 6.25,
            true => 3.125,
        }
    }
}
