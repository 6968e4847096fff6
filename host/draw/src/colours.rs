//! Colour maps, and the bars that explain them.

use colorous::{CIVIDIS, GREYS, RED_BLUE, VIRIDIS};

use super::axis::Ruler;
use super::canvas::{Anchor, Area, Canvas};
use super::margins;
use super::metrics;
use super::style::{Rgb, size};

const BAR: f64 = 11.0;

/// Which colours a matrix takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colours {
    /// Viridis: dark blue to yellow, perceptually uniform; for values that go up from a floor.
    #[default]
    Viridis,
    /// Cividis: as Viridis, made for deficient colour vision.
    Cividis,
    /// White to black, for print.
    Grey,
    /// Blue over white to red; for differences, on a range symmetric around zero.
    Diverging,
}

/// The range of a colour map and the label of its bar.
///
/// Heat panels of one figure with equal scales share one bar.
#[derive(Debug, Clone, PartialEq)]
pub struct ColourScale {
    pub(super) label: String,
    pub(super) lo: f64,
    pub(super) hi: f64,
    colours: Colours,
}

impl ColourScale {
    /// A scale from `lo` to `hi` in Viridis; values outside take the colour of the nearer end.
    pub fn new(label: &str, lo: f64, hi: f64) -> Self {
        Self {
            label: label.to_owned(),
            lo,
            hi,
            colours: Colours::Viridis,
        }
    }

    /// Takes other colours.
    pub fn colours(mut self, colours: Colours) -> Self {
        self.colours = colours;
        self
    }

    pub(super) fn colour(&self, value: f64) -> Rgb {
        if value.is_nan() {
            return Rgb::MISSING;
        }
        let share = ((value - self.lo) / (self.hi - self.lo)).clamp(0.0, 1.0);
        let (gradient, share) = match self.colours {
            Colours::Viridis => (VIRIDIS, share),
            Colours::Cividis => (CIVIDIS, share),
            Colours::Grey => (GREYS, share),
            Colours::Diverging => (RED_BLUE, 1.0 - share),
        };
        let colour = gradient.eval_continuous(share);
        Rgb(colour.r, colour.g, colour.b)
    }

    fn ruler(&self) -> Ruler {
        Ruler {
            lo: self.lo,
            hi: self.hi,
            log: false,
        }
    }

    /// Width of the bar with its ticks and label, for a bar `height` units high.
    pub(super) fn bar_width(&self, height: f64) -> f64 {
        let ticks = self.ruler().ticks_upwards(height);
        let labels = metrics::widest(
            ticks.iter().filter_map(|t| t.label.as_deref()),
            size::TICK,
            false,
        );
        let lines = metrics::wrap(&self.label, size::LABEL, false, height.max(60.0)).len();
        let label = if lines == 0 {
            0.0
        } else {
            metrics::block(lines, size::LABEL) + 7.0
        };
        BAR + 6.0 + labels + label
    }

    /// Draws the bar, its left edge at `x`.
    pub(super) fn draw_bar(&self, canvas: &mut Canvas, x: f64, y: f64, height: f64) {
        let bar = Area {
            x,
            y,
            w: BAR,
            h: height,
        };
        const STEPS: usize = 128;
        let fills: Vec<Rgb> = (0..STEPS)
            .map(|i| self.lo + (self.hi - self.lo) * (1.0 - (i as f64 + 0.5) / STEPS as f64))
            .map(|v| self.colour(v))
            .collect();
        canvas.cells(bar, STEPS, 1, fills);
        canvas.frame(bar, Rgb::INK, 0.6);
        let ticks = self.ruler().ticks_upwards(height);
        for tick in &ticks {
            let (Some(place), Some(text)) = (self.ruler().place(tick.value), &tick.label) else {
                continue;
            };
            let at = bar.bottom() - place * height;
            canvas.line((bar.right(), at), (bar.right() + 3.0, at), Rgb::INK, 0.6);
            let text_at = (bar.right() + 6.0, at + metrics::cap(size::TICK) / 2.0);
            canvas.text(text_at, text, size::TICK, false, Rgb::INK, Anchor::Start);
        }
        margins::draw_label_upwards(canvas, x + self.bar_width(height), bar, &self.label);
    }
}
