//! What can be wrong with a drawing order.

use thiserror::Error;

/// Why a figure could not be drawn.
///
/// `panel` is the panel's place in the order in which panels were added, from 0 (skipped cells count).
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum DrawError {
    /// The grid has no cell, or more than 26 rows or columns.
    #[error("a figure of {rows} x {columns} panels cannot be drawn: 1 to 26 of each are possible")]
    Grid {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        columns: usize,
    },
    /// A panel that takes no column, or reaches over the end of its row.
    #[error(
        "the panel in cell {panel} takes {span} columns, which do not fit into a row of {columns}"
    )]
    Span {
        /// Its cell, counted from 0.
        panel: usize,
        /// Columns it takes.
        span: usize,
        /// Columns of the figure.
        columns: usize,
    },
    /// More panels than cells.
    #[error("{panels} panels do not fit into a grid of {cells} cells")]
    TooManyPanels {
        /// Panels and skipped cells added.
        panels: usize,
        /// Cells of the grid.
        cells: usize,
    },
    /// The figure holds no panel at all.
    #[error("the figure has no panel")]
    NoPanel,
    /// The asked-for width leaves no room for the panels, or is not a number from 100 to 2000.
    #[error("a figure {width} units wide cannot hold its panels (100 to 2000 units are possible)")]
    Width {
        /// The width in units of 1/96 inch.
        width: f64,
    },
    /// A width in millimetres that no page has.
    #[error("a figure {width} mm wide cannot be drawn: 40 to 400 mm are possible")]
    Millimetres {
        /// The width in millimetres.
        width: f64,
    },
    /// The figure would be larger than 3 million square units, more than three letter pages.
    #[error("a figure of {width} x {height} units is too large")]
    TooLarge {
        /// The width in units of 1/96 inch.
        width: f64,
        /// The height in the same units.
        height: f64,
    },
    /// A panel without series, cells, nodes or categories.
    #[error("panel {panel} has nothing to draw")]
    EmptyPanel {
        /// The panel.
        panel: usize,
    },
    /// A series without points.
    #[error("panel {panel}: series '{series}' has no points")]
    EmptySeries {
        /// The panel.
        panel: usize,
        /// The label of the series.
        series: String,
    },
    /// Two lists that belong together differ in length.
    #[error("panel {panel}: '{what}' has {got} values where {expected} are needed")]
    Length {
        /// The panel.
        panel: usize,
        /// The list: the label of its series, or its purpose.
        what: String,
        /// Values expected.
        expected: usize,
        /// Values given.
        got: usize,
    },
    /// A range whose low end is not below its high end, or is not finite.
    #[error(
        "panel {panel}: the range {lo:?} to {hi:?} of '{axis}' is empty, not finite, or too wide"
    )]
    Range {
        /// The panel.
        panel: usize,
        /// The axis' label, or the colour bar's.
        axis: String,
        /// Low end.
        lo: f64,
        /// High end.
        hi: f64,
    },
    /// A logarithmic axis whose explicit range reaches zero or below.
    #[error("panel {panel}: the logarithmic axis '{axis}' cannot start at {lo:?}")]
    LogRange {
        /// The panel.
        panel: usize,
        /// The axis' label.
        axis: String,
        /// Low end.
        lo: f64,
    },
    /// A tree that is not a single rooted tree, or whose nodes cannot be drawn.
    #[error("panel {panel}: {reason}")]
    Tree {
        /// The panel.
        panel: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The rasteriser or the PNG encoder refused the picture.
    #[error("the picture could not be rendered: {0}")]
    Render(String),
}
