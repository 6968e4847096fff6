//! For which page a figure is laid out.

use super::error::DrawError;

/// For which page a figure is laid out: its natural size unless a width is given, with its words in it unless it is bare.
///
/// Panels are laid out anew for a width, in fewer columns where it is narrow; type keeps its size, 6.5 points at the least.
///
/// ```
/// use slotless_draw::{CurvePanel, Figure, Layout, Role, Series, TextAs};
///
/// let panel = CurvePanel::new("age", "accuracy").series(Series::by_index("", Role::KWinner, vec![1.0, 0.8, 0.6]));
/// let figure = Figure::new("Accuracy by age", 1, 1).panel(panel);
/// let sheet = figure.lay_out(&Layout::new().millimetres(85.0).bare())?;
/// assert!((sheet.millimetres()[0] - 85.0).abs() < 1e-9 && sheet.smallest_type() >= Some(6.5));
/// assert_eq!(sheet.caption(), "Accuracy by age");
/// assert!(sheet.pdf(TextAs::Text).starts_with(b"%PDF"));
/// # Ok::<(), slotless_draw::DrawError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Layout {
    millimetres: Option<f64>,
    words: Words,
}

/// Where title, parameters and note stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Words {
    #[default]
    Inside,
    Apart,
}

/// Widths that are possible, in millimetres.
pub(super) const WIDTHS: [f64; 2] = [40.0, 400.0];

impl Layout {
    /// The natural size, with title, parameters and note.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A width of the whole figure in millimetres, 40 to 400; a column of a journal has 85 or so, a page 180.
    #[must_use]
    pub fn millimetres(mut self, width: f64) -> Self {
        self.millimetres = Some(width);
        self
    }

    /// Leaves title, parameters and note out: [`Sheet::caption`](super::Sheet::caption) has them.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.words = Words::Apart;
        self
    }

    /// Whether title, parameters and note are left to a caption.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.words == Words::Apart
    }

    /// The width in units of 1/96 inch, if one is given.
    pub(super) fn width(&self) -> Result<Option<f64>, DrawError> {
        let Some(millimetres) = self.millimetres else {
            return Ok(None);
        };
        if !(WIDTHS[0]..=WIDTHS[1]).contains(&millimetres) {
            return Err(DrawError::Millimetres { width: millimetres });
        }
        Ok(Some(millimetres * 96.0 / 25.4))
    }
}
