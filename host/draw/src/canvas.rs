//! What panels draw on: it keeps the marks, for whichever format is asked for.

pub(super) use super::geometry::{Anchor, Area, Point};
use super::style::{LineStyle, Rgb};
use super::surface::{Mark, Mosaic, Text};

/// The marks so far.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    marks: Vec<Mark>,
}

impl Canvas {
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
            self.marks.push(Mark::Text(Text {
                at,
                text: printable(text),
                size,
                bold,
                colour,
                anchor,
                upwards: false,
            }));
        }
    }

    /// One line of text that reads upwards; `x` is the baseline, and `y` the place of the anchor.
    pub fn text_upwards(&mut self, at: Point, text: &str, size: u32, colour: Rgb, anchor: Anchor) {
        if !text.is_empty() {
            self.marks.push(Mark::Text(Text {
                at,
                text: printable(text),
                size,
                bold: false,
                colour,
                anchor,
                upwards: true,
            }));
        }
    }

    /// A straight line.
    pub fn line(&mut self, from: Point, to: Point, colour: Rgb, width: f64) {
        self.marks.push(Mark::Line([from, to], colour, width));
    }

    /// A line through `points`.
    pub fn polyline(&mut self, points: &[Point], colour: Rgb, width: f64, style: LineStyle) {
        let dash = style.dash(width);
        let mark = Mark::Polyline(points.to_vec(), colour, width, dash);
        self.marks.push(mark);
    }

    /// A filled polygon.
    pub fn polygon(&mut self, points: &[Point], fill: Rgb, opacity: f64) {
        self.marks
            .push(Mark::Polygon(points.to_vec(), fill, opacity));
    }

    /// A filled rectangle.
    pub fn fill(&mut self, area: Area, fill: Rgb) {
        self.marks.push(Mark::Fill(area, fill));
    }

    /// The outline of a rectangle.
    pub fn frame(&mut self, area: Area, colour: Rgb, width: f64) {
        self.marks.push(Mark::Frame(area, colour, width));
    }

    /// A disc with a rim.
    pub fn disc(&mut self, centre: Point, r: f64, fill: Rgb, opacity: f64, rim: Option<Rgb>) {
        self.marks.push(Mark::Disc(centre, r, fill, opacity, rim));
    }

    /// Everything up to [`Canvas::unclip`] is cut at the edges of `area`.
    pub fn clip(&mut self, area: Area) {
        self.marks.push(Mark::Clip(area));
    }

    /// Ends the part begun by [`Canvas::clip`].
    pub fn unclip(&mut self) {
        self.marks.push(Mark::Unclip);
    }

    /// Equal cells that fill `area`, row after row from the top: an image in vector formats where they are small.
    pub fn cells(&mut self, area: Area, rows: usize, columns: usize, fills: Vec<Rgb>) {
        self.marks.push(Mark::Mosaic(Mosaic {
            area,
            rows,
            columns,
            fills,
        }));
    }

    /// What was drawn.
    pub fn finish(self) -> Vec<Mark> {
        self.marks
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
