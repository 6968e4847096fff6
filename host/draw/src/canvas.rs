//! A white sheet to draw on, once as SVG and once as pixels.

use super::error::DrawError;
pub(super) use super::geometry::{Anchor, Area, Point};
use super::picture::{self, Picture};
use super::raster::Raster;
use super::style::{LineStyle, Rgb};
use super::svg::Svg;

/// The sheet.
#[derive(Debug)]
pub(super) struct Canvas {
    svg: Svg,
    raster: Raster,
}

/// What both sheets take.
macro_rules! both {
    ($self:ident.$name:ident($($argument:expr),*)) => {{
        $self.svg.$name($($argument),*);
        $self.raster.$name($($argument),*);
    }};
}

impl Canvas {
    /// # Errors
    /// [`DrawError::Render`] if there is no room for this many pixels.
    pub fn new(width: f64, height: f64) -> Result<Self, DrawError> {
        Ok(Self {
            svg: Svg::new(width, height),
            raster: Raster::new(width, height)?,
        })
    }

    /// One line of text; `y` is the baseline.
    pub fn text(
        &mut self,
        at: Point,
        text: &str,
        size: u32,
        bold: bool,
        colour: Rgb,
        anchor: Anchor,
    ) {
        if !text.is_empty() {
            let text = &printable(text);
            both!(self.text(at, text, (size, bold), colour, anchor, false));
        }
    }

    /// One line of text that reads upwards, centred on `y`; `x` is the baseline.
    pub fn text_upwards(&mut self, at: Point, text: &str, size: u32, colour: Rgb) {
        let text = &printable(text);
        both!(self.text(at, text, (size, false), colour, Anchor::Middle, true));
    }

    /// A straight line.
    pub fn line(&mut self, from: Point, to: Point, colour: Rgb, width: f64) {
        both!(self.line(from, to, colour, width));
    }

    /// A line through `points`.
    pub fn polyline(&mut self, points: &[Point], colour: Rgb, width: f64, style: LineStyle) {
        both!(self.polyline(points, colour, width, style.dash(width)));
    }

    /// A filled polygon.
    pub fn polygon(&mut self, points: &[Point], fill: Rgb, opacity: f64) {
        both!(self.polygon(points, fill, opacity));
    }

    /// A filled rectangle.
    pub fn fill(&mut self, area: Area, fill: Rgb) {
        both!(self.fill(area, fill));
    }

    /// The outline of a rectangle.
    pub fn frame(&mut self, area: Area, colour: Rgb, width: f64) {
        both!(self.frame(area, colour, width));
    }

    /// A disc with a rim.
    pub fn disc(&mut self, centre: Point, r: f64, fill: Rgb, opacity: f64, rim: Option<Rgb>) {
        both!(self.disc(centre, r, fill, opacity, rim));
    }

    /// Everything up to [`Canvas::unclip`] is cut at the edges of `area`.
    pub fn clip(&mut self, area: Area) {
        both!(self.clip(area));
    }

    /// Ends the part begun by [`Canvas::clip`].
    pub fn unclip(&mut self) {
        both!(self.unclip());
    }

    /// Equal cells that fill `area`, row after row from the top: an image in the SVG when they are small.
    pub fn cells(
        &mut self,
        area: Area,
        rows: usize,
        columns: usize,
        fills: &[Rgb],
    ) -> Result<(), DrawError> {
        let edges = |start: f64, length: f64, count: usize| -> Vec<f64> {
            let edge = |number: usize| start + length * number as f64 / count as f64;
            (0..=count).map(edge).collect()
        };
        let (across, down) = (edges(area.x, area.w, columns), edges(area.y, area.h, rows));
        self.raster.cells(&across, &down, fills);
        if area.w / columns as f64 >= 4.0 && area.h / rows as f64 >= 4.0 {
            self.svg.cells(&across, &down, fills);
        } else {
            let rgb: Vec<u8> = fills.iter().flat_map(|c| [c.0, c.1, c.2]).collect();
            let size = |n: usize| u32::try_from(n).map_err(|e| DrawError::Render(e.to_string()));
            let png = picture::encode(size(columns)?, size(rows)?, &rgb)?;
            self.svg.image(area, &png);
        }
        Ok(())
    }

    /// The finished picture.
    pub fn finish(self) -> Result<Picture, DrawError> {
        let (width, height, rgb) = self.raster.finish();
        Ok(Picture {
            left_out: Vec::new(),
            is_empty: false,
            svg: self.svg.finish(),
            png: picture::encode(width, height, &rgb)?,
        })
    }
}

/// Text without the characters that XML forbids.
fn printable(text: &str) -> String {
    let allowed = text
        .chars()
        .filter(|&c| !matches!(c, '\u{fffe}' | '\u{ffff}'));
    allowed
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
