//! What every kind of panel can do: check itself, say how much room it needs, and draw.

use super::axis::LeftOut;
use super::canvas::{Anchor, Area, Canvas};
use super::colours::ColourScale;
use super::curve::CurvePanel;
use super::error::DrawError;
use super::heat::HeatPanel;
use super::legend::Legend;
use super::margins::Margins;
use super::mark::MarkPanel;
use super::metrics;
use super::strip::StripPanel;
use super::style::{Rgb, size};
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

    /// Height of the data's area when it is `width` units wide; of one without a shape of its own, that share of its width.
    pub(super) fn height(&self, width: f64, share: f64) -> f64 {
        match self {
            Panel::Heat(p) => p.height(width),
            Panel::Tree(p) => p.height(width),
            Panel::Strip(p) => p.height(width),
            Panel::Curve(_) | Panel::Mark(_) => width * share,
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
    pub(super) fn draw(&self, canvas: &mut Canvas, area: Area, frame: &Frame<'_>) {
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
            Panel::Heat(p) => p.draw(canvas, area, frame.own_bar),
            Panel::Tree(p) => p.draw(canvas, area),
            Panel::Mark(p) => p.draw(canvas, area),
            Panel::Strip(p) => p.draw(canvas, area),
        }
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
