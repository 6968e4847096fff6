//! A matrix as a map of colours.

use super::axis::check_range;
use super::canvas::{Anchor, Area, Canvas};
use super::colours::ColourScale;
use super::error::DrawError;
use super::legend::Legend;
use super::margins::{self, Margins};
use super::metrics;
use super::style::{Rgb, size};

/// A panel that shows a matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatPanel {
    pub(super) title: String,
    x_label: String,
    y_label: String,
    rows: usize,
    columns: usize,
    values: Vec<f64>,
    pub(super) scale: ColourScale,
    row_labels: Vec<String>,
    column_labels: Vec<String>,
    bar: bool,
    /// Height over width, where cells need not be squares.
    share: Option<f64>,
}

impl HeatPanel {
    /// A matrix of `rows` x `columns` values, row after row from the top; NaN is drawn grey. Cells are squares unless the
    /// matrix is more than 3 times as high as wide, or the other way round.
    pub fn new(rows: usize, columns: usize, values: Vec<f64>, scale: ColourScale) -> Self {
        Self {
            title: String::new(),
            x_label: String::new(),
            y_label: String::new(),
            rows,
            columns,
            values,
            scale,
            row_labels: Vec::new(),
            column_labels: Vec::new(),
            bar: true,
            share: None,
        }
    }

    /// Cells that fill a panel of this height over its width, .1 to 10, in place of squares: for a table of a few values beside
    /// curves.
    pub fn height_over_width(mut self, share: f64) -> Self {
        self.share = Some(share.clamp(0.1, 10.0));
        self
    }

    /// The title above the panel.
    pub fn title(mut self, title: &str) -> Self {
        self.title = title.to_owned();
        self
    }

    /// What the columns (x) and the rows (y) are; empty text leaves an axis without a title.
    pub fn labels(mut self, x: &str, y: &str) -> Self {
        self.x_label = x.to_owned();
        self.y_label = y.to_owned();
        self
    }

    /// Names of the rows and of the columns, such as letters; an empty list leaves that side bare. Where there is no room for
    /// all, every second, third, ... name is drawn.
    pub fn ticks(mut self, rows: Vec<String>, columns: Vec<String>) -> Self {
        self.row_labels = rows;
        self.column_labels = columns;
        self
    }

    /// Leaves the colour bar out, where a neighbour of the same scale has one.
    pub fn without_bar(mut self) -> Self {
        self.bar = false;
        self
    }

    pub(super) fn check(&self, panel: usize) -> Result<(), DrawError> {
        if self.rows == 0 || self.columns == 0 {
            return Err(DrawError::EmptyPanel { panel });
        }
        check_range(panel, &self.scale.label, self.scale.lo, self.scale.hi)?;
        let length = |what: &str, expected: usize, got: usize| {
            if expected == got {
                Ok(())
            } else {
                Err(DrawError::Length {
                    panel,
                    what: what.to_owned(),
                    expected,
                    got,
                })
            }
        };
        length(
            "matrix",
            self.rows.saturating_mul(self.columns),
            self.values.len(),
        )?;
        let named = |labels: &[String], n: usize| if labels.is_empty() { n } else { labels.len() };
        length("row labels", self.rows, named(&self.row_labels, self.rows))?;
        length(
            "column labels",
            self.columns,
            named(&self.column_labels, self.columns),
        )
    }

    pub(super) fn height(&self, width: f64) -> f64 {
        let squares = (self.rows as f64 / self.columns as f64).clamp(1.0 / 3.0, 3.0);
        width * self.share.unwrap_or(squares)
    }

    pub(super) fn legend(&self, _: &mut Legend) {}

    fn row_names_width(&self) -> f64 {
        if self.row_labels.is_empty() {
            return 0.0;
        }
        metrics::widest(
            self.row_labels.iter().map(String::as_str),
            size::TICK,
            false,
        ) + 5.0
    }

    fn column_names_height(&self) -> f64 {
        if self.column_labels.is_empty() {
            3.0
        } else {
            metrics::block(1, size::TICK) + 4.0
        }
    }

    pub(super) fn margins(&self, width: f64, height: f64, own_bar: bool) -> Margins {
        let lines = |label: &str, limit: f64| metrics::wrap(label, size::LABEL, false, limit).len();
        let block = |lines: usize, gap: f64| {
            if lines == 0 {
                0.0
            } else {
                metrics::block(lines, size::LABEL) + gap
            }
        };
        Margins {
            left: self.row_names_width() + block(lines(&self.y_label, height.max(60.0)), 5.0),
            right: if own_bar && self.bar {
                8.0 + self.scale.bar_width(height)
            } else {
                2.0
            },
            top: 0.0,
            bottom: self.column_names_height() + block(lines(&self.x_label, width), 5.0),
        }
    }

    /// Takes the names of the rows, and what they are, from another panel where it has none.
    pub(super) fn take_names(&mut self, other: &Self) {
        if self.y_label.is_empty() {
            self.y_label.clone_from(&other.y_label);
        }
        if self.row_labels.is_empty() && self.rows == other.rows {
            self.row_labels.clone_from(&other.row_labels);
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Area, own_bar: bool) {
        let fills: Vec<Rgb> = self.values.iter().map(|&v| self.scale.colour(v)).collect();
        canvas.cells(area, self.rows, self.columns, fills);
        canvas.frame(area, Rgb::INK, 0.6);
        let (cell_w, cell_h) = (area.w / self.columns as f64, area.h / self.rows as f64);
        let every = |room: f64, cell: f64| (room / cell).ceil().max(1.0) as usize;
        for (i, name) in self
            .row_labels
            .iter()
            .enumerate()
            .step_by(every(f64::from(size::TICK), cell_h))
        {
            let y = area.y + cell_h * (i as f64 + 0.5) + metrics::cap(size::TICK) / 2.0;
            canvas.text(
                (area.x - 5.0, y),
                name,
                size::TICK,
                false,
                Rgb::INK,
                Anchor::End,
            );
        }
        let widest = metrics::widest(
            self.column_labels.iter().map(String::as_str),
            size::TICK,
            false,
        );
        for (j, name) in self
            .column_labels
            .iter()
            .enumerate()
            .step_by(every(widest + 2.0, cell_w))
        {
            let at = (
                area.x + cell_w * (j as f64 + 0.5),
                area.bottom() + 4.0 + metrics::cap(size::TICK),
            );
            canvas.text(at, name, size::TICK, false, Rgb::INK, Anchor::Middle);
        }
        margins::draw_bottom_label(canvas, area, self.column_names_height(), &self.x_label);
        margins::draw_label_upwards(
            canvas,
            area.x - self.row_names_width() - 5.0,
            area,
            &self.y_label,
        );
        if own_bar && self.bar {
            self.scale
                .draw_bar(canvas, area.right() + 8.0, area.y, area.h);
        }
    }
}
