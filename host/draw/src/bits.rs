//! Bits as squares, the mark of a leaf, that of a median: what panels show and the legend explains.

use super::canvas::{Area, Canvas, Point};
use super::style::{Rgb, Role};

/// Draws one bit as a square: filled for 1, in the highlight colour where it changed.
pub(super) fn draw_bit(canvas: &mut Canvas, (x, y): Point, side: f64, on: bool, changed: bool) {
    let inset = (side * 0.08).min(0.7);
    let cell = Area {
        x: x + inset,
        y: y + inset,
        w: side - 2.0 * inset,
        h: side - 2.0 * inset,
    };
    let highlight = Role::KWinner.colour();
    let (fill, rim, width) = match (on, changed) {
        (true, false) => (Rgb::SOFT_INK, Rgb::SOFT_INK, 0.5),
        (false, false) => (Rgb::WHITE, Rgb(0x99, 0x99, 0x99), 0.5),
        (true, true) => (highlight, highlight, 0.5),
        (false, true) => (Rgb::WHITE, highlight, 1.1),
    };
    canvas.fill(cell, rim);
    canvas.fill(
        Area {
            x: cell.x + width,
            y: cell.y + width,
            w: cell.w - 2.0 * width,
            h: cell.h - 2.0 * width,
        },
        fill,
    );
}

/// Draws the mark of a median, a line with ends, `half` to either side: no curve looks like that.
pub(super) fn draw_median(canvas: &mut Canvas, (x, y): Point, half: f64) {
    canvas.line((x - half, y), (x + half, y), Rgb::INK, 1.4);
    for end in [x - half, x + half] {
        canvas.line((end, y - 3.0), (end, y + 3.0), Rgb::INK, 1.4);
    }
}

/// Draws the mark of a leaf, a triangle whose tip is at the given point.
pub(super) fn draw_leaf_mark(canvas: &mut Canvas, (x, y): Point, side: f64) {
    let half = side / 2.0;
    canvas.polygon(
        &[(x, y), (x + half, y + side), (x - half, y + side)],
        Role::Graded.colour(),
        1.0,
    );
}
