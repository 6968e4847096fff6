//! What every kind of panel can do: check itself, say how much room it needs, and draw.

use super::axis::{LeftOut, Ruler};
use super::canvas::{Anchor, Area, Canvas};
use super::colours::ColourScale;
use super::curve::CurvePanel;
use super::error::DrawError;
use super::heat::HeatPanel;
use super::legend::Legend;
use super::mark::MarkPanel;
use super::metrics;
use super::strip::StripPanel;
use super::style::{Rgb, size};
use super::ticks::Tick;
use super::tree::TreePanel;

/// A panel of any kind; each kind converts into it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Panel {
    /// Curves over numbers.
    Curve(CurvePanel),
    /// A matrix in colours.
    Heat(HeatPanel),
    /// A rooted tree of bit patterns.
    Tree(TreePanel),
    /// Marks over categories.
    Mark(MarkPanel),
    /// Rows of small pictures.
    Strip(StripPanel),
}

/// Room around the area that holds the data.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Margins {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

macro_rules! each {
    ($panel:expr, $p:ident => $body:expr) => {
        match $panel {
            Panel::Curve($p) => $body,
            Panel::Heat($p) => $body,
            Panel::Tree($p) => $body,
            Panel::Mark($p) => $body,
            Panel::Strip($p) => $body,
        }
    };
}

impl Panel {
    pub(super) fn check(&self, index: usize) -> Result<(), DrawError> {
        each!(self, p => p.check(index))
    }

    pub(super) fn title(&self) -> &str {
        each!(self, p => &p.title)
    }

    /// Height of the data's area when it is `width` units wide.
    pub(super) fn height(&self, width: f64, columns: usize) -> f64 {
        match self {
            Panel::Heat(p) => p.height(width),
            Panel::Tree(p) => p.height(width),
            Panel::Strip(p) => p.height(width),
            Panel::Curve(_) | Panel::Mark(_) => width * if columns > 2 { 0.8 } else { 0.66 },
        }
    }

    /// Room around a data area of that size, for a panel with a letter or without, and a heat panel with a colour bar of its
    /// own or without.
    pub(super) fn margins(
        &self,
        width: f64,
        height: f64,
        lettered: bool,
        own_bar: bool,
    ) -> Margins {
        let inner = match self {
            Panel::Curve(p) => p.margins(width, height),
            Panel::Heat(p) => p.margins(width, height, own_bar),
            Panel::Tree(_) | Panel::Strip(_) => Margins::default(),
            Panel::Mark(p) => p.margins(width, height),
        };
        let lines = metrics::wrap(self.title(), size::PANEL, false, width).len();
        let letter = if lettered {
            metrics::cap(size::LETTER)
        } else {
            0.0
        };
        let title = metrics::block(lines, size::PANEL).max(letter);
        Margins {
            left: inner.left.max(if lettered { 18.0 } else { 0.0 }),
            right: inner.right.max(2.0),
            top: inner.top + title + if title > 0.0 { 6.0 } else { 2.0 },
            bottom: inner.bottom,
        }
    }

    /// What it leaves out of its data.
    pub(super) fn left_out(&self) -> LeftOut {
        match self {
            Panel::Curve(p) => p.left_out(),
            Panel::Mark(p) => p.left_out(),
            Panel::Heat(_) | Panel::Tree(_) | Panel::Strip(_) => LeftOut::default(),
        }
    }

    pub(super) fn legend(&self, legend: &mut Legend) {
        each!(self, p => p.legend(legend));
    }

    pub(super) fn colours(&self) -> Option<&ColourScale> {
        match self {
            Panel::Heat(p) => Some(&p.scale),
            _ => None,
        }
    }

    /// Draws the panel: data in `area`, the letter at `left`.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        area: Area,
        frame: &Frame<'_>,
    ) -> Result<(), DrawError> {
        let mut baseline = frame.top + metrics::cap(size::LETTER);
        if let Some(letter) = frame.letter {
            canvas.text(
                (frame.left, baseline),
                letter,
                size::LETTER,
                true,
                Rgb::INK,
                Anchor::Start,
            );
        }
        for line in metrics::wrap(self.title(), size::PANEL, false, area.w) {
            canvas.text(
                (area.x, baseline),
                &line,
                size::PANEL,
                false,
                Rgb::INK,
                Anchor::Start,
            );
            baseline += metrics::leading(size::PANEL);
        }
        match self {
            Panel::Curve(p) => p.draw(canvas, area),
            Panel::Heat(p) => return p.draw(canvas, area, frame.own_bar),
            Panel::Tree(p) => p.draw(canvas, area),
            Panel::Mark(p) => p.draw(canvas, area),
            Panel::Strip(p) => return p.draw(canvas, area),
        }
        Ok(())
    }
}

/// The outer edges of a panel and what its figure adds to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub left: f64,
    pub top: f64,
    pub letter: Option<&'a str>,
    pub own_bar: bool,
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
        canvas.text_upwards((baseline, area.centre_y()), line, size::LABEL, Rgb::INK);
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

macro_rules! into_panel {
    ($($kind:ident($panel:ty)),*) => {$(
        impl From<$panel> for Panel {
            fn from(panel: $panel) -> Self {
                Self::$kind(panel)
            }
        }
    )*};
}

into_panel!(
    Curve(CurvePanel),
    Heat(HeatPanel),
    Tree(TreePanel),
    Mark(MarkPanel),
    Strip(StripPanel)
);
