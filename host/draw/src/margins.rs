//! The room around a panel's data, and what is drawn there: axes, ticks, titles of axes.

use super::axis::Ruler;
use super::canvas::{Anchor, Area, Canvas};
use super::metrics;
use super::style::{Rgb, size};
use super::ticks::Tick;

/// Room around the area that holds the data.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Margins {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

const TICK: f64 = 4.0;

/// Room left of a vertical axis with these ticks and this label.
pub(super) fn left_margin(ticks: &[Tick], label: &str, height: f64) -> f64 {
    let labels = metrics::widest(
        ticks.iter().filter_map(|t| t.label.as_deref()),
        size::TICK,
        false,
    );
    let lines = metrics::wrap(label, size::LABEL, false, height.max(60.0)).len();
    let label = if lines == 0 {
        0.0
    } else {
        metrics::block(lines, size::LABEL) + 6.0
    };
    labels + TICK + 3.0 + label
}

/// Room under a horizontal axis with tick labels and this label.
pub(super) fn bottom_margin(label: &str, width: f64) -> f64 {
    let lines = metrics::wrap(label, size::LABEL, false, width).len();
    let label = if lines == 0 {
        0.0
    } else {
        metrics::block(lines, size::LABEL) + 5.0
    };
    TICK + 4.0 + metrics::block(1, size::TICK) + label
}

/// Draws grid lines, ticks, labels and the axis' title to the left of `area`.
pub(super) fn draw_left_axis(canvas: &mut Canvas, area: Area, ruler: &Ruler, label: &str) {
    let ticks = ruler.ticks_upwards(area.h);
    for tick in &ticks {
        let Some(place) = ruler.place(tick.value) else {
            continue;
        };
        let y = area.bottom() - place * area.h;
        let length = if tick.label.is_some() {
            TICK
        } else {
            TICK / 2.0
        };
        if tick.label.is_some() && place > 1e-3 {
            canvas.line((area.x, y), (area.right(), y), Rgb::GRID, 0.6);
        }
        canvas.line((area.x - length, y), (area.x, y), Rgb::INK, 0.7);
        if let Some(text) = &tick.label {
            let at = (area.x - TICK - 3.0, y + metrics::cap(size::TICK) / 2.0);
            canvas.text(at, text, size::TICK, false, Rgb::INK, Anchor::End);
        }
    }
    canvas.line(
        (area.x, area.y),
        (area.x, area.bottom() + 0.35),
        Rgb::INK,
        0.7,
    );
    let widest = metrics::widest(
        ticks.iter().filter_map(|t| t.label.as_deref()),
        size::TICK,
        false,
    );
    draw_label_upwards(canvas, area.x - TICK - 3.0 - widest - 6.0, area, label);
}

/// Draws a title that reads upwards and ends at `right`.
pub(super) fn draw_label_upwards(canvas: &mut Canvas, right: f64, area: Area, label: &str) {
    let lines = metrics::wrap(label, size::LABEL, false, area.h.max(60.0));
    for (i, line) in lines.iter().rev().enumerate() {
        let baseline =
            right - metrics::descent(size::LABEL) - metrics::leading(size::LABEL) * i as f64;
        let at = (baseline, area.centre_y());
        canvas.text_upwards(at, line, size::LABEL, Rgb::INK, Anchor::Middle);
    }
}

/// Draws the axis line, ticks, labels and the title under `area`.
pub(super) fn draw_bottom_axis(canvas: &mut Canvas, area: Area, ruler: &Ruler, label: &str) {
    for tick in ruler.ticks_along(area.w) {
        let Some(place) = ruler.place(tick.value) else {
            continue;
        };
        let x = area.x + place * area.w;
        let length = if tick.label.is_some() {
            TICK
        } else {
            TICK / 2.0
        };
        canvas.line(
            (x, area.bottom()),
            (x, area.bottom() + length),
            Rgb::INK,
            0.7,
        );
        if let Some(text) = &tick.label {
            let at = (x, area.bottom() + TICK + 4.0 + metrics::cap(size::TICK));
            canvas.text(at, text, size::TICK, false, Rgb::INK, Anchor::Middle);
        }
    }
    canvas.line(
        (area.x - 0.35, area.bottom()),
        (area.right(), area.bottom()),
        Rgb::INK,
        0.7,
    );
    draw_bottom_label(
        canvas,
        area,
        TICK + 4.0 + metrics::block(1, size::TICK),
        label,
    );
}

/// Draws the title of a horizontal axis `below` units under `area`.
pub(super) fn draw_bottom_label(canvas: &mut Canvas, area: Area, below: f64, label: &str) {
    for (i, line) in metrics::wrap(label, size::LABEL, false, area.w)
        .iter()
        .enumerate()
    {
        let baseline = area.bottom()
            + below
            + 5.0
            + metrics::cap(size::LABEL)
            + metrics::leading(size::LABEL) * i as f64;
        canvas.text(
            (area.centre_x(), baseline),
            line,
            size::LABEL,
            false,
            Rgb::INK,
            Anchor::Middle,
        );
    }
}

/// Says in the middle of an area that it holds no data.
pub(super) fn draw_no_data(canvas: &mut Canvas, area: Area) {
    let at = (area.centre_x(), area.centre_y());
    canvas.text(
        at,
        "no data",
        size::LABEL,
        false,
        Rgb::SOFT_INK,
        Anchor::Middle,
    );
}
