//! What a figure consists of, mark by mark, and what can show it.

use super::geometry::{Anchor, Area, Point};
use super::style::Rgb;

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    /// Where the anchor's point of the baseline is.
    pub at: Point,
    pub text: String,
    /// In units of 1/96 inch.
    pub size: u32,
    pub bold: bool,
    pub colour: Rgb,
    pub anchor: Anchor,
    /// Whether it reads upwards.
    pub upwards: bool,
}

/// Equal cells that fill an area, row after row from the top.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mosaic {
    pub area: Area,
    pub rows: usize,
    pub columns: usize,
    pub fills: Vec<Rgb>,
}

/// Cells smaller than this are pixels of an image in vector formats.
const SMALLEST_CELL: f64 = 4.0;

impl Mosaic {
    /// Edges of the columns, and of the rows.
    pub fn edges(&self) -> (Vec<f64>, Vec<f64>) {
        let edges = |start: f64, length: f64, count: usize| -> Vec<f64> {
            let edge = |number: usize| start + length * number as f64 / count as f64;
            (0..=count).map(edge).collect()
        };
        let Area { x, y, w, h } = self.area;
        (edges(x, w, self.columns), edges(y, h, self.rows))
    }

    /// The cells with their colours, row after row, each so much wider and higher than its own share as far as the area goes: no
    /// seam shows between neighbours then.
    pub fn tiles(&self, under: f64) -> impl Iterator<Item = (Area, Rgb)> {
        let (columns, rows) = self.edges();
        let reach = move |edges: &[f64], at: usize| {
            let end = edges[edges.len() - 1];
            (edges[at + 1] + under).min(end) - edges[at]
        };
        let across = self.columns;
        self.fills.iter().enumerate().map(move |(number, &fill)| {
            let (row, column) = (number / across, number % across);
            let area = Area {
                x: columns[column],
                y: rows[row],
                w: reach(&columns, column),
                h: reach(&rows, row),
            };
            (area, fill)
        })
    }

    /// Whether its cells are so small that they are pixels.
    pub fn is_fine(&self) -> bool {
        self.area.w / (self.columns as f64) < SMALLEST_CELL
            || self.area.h / (self.rows as f64) < SMALLEST_CELL
    }

    /// The colours, 3 bytes each.
    pub fn rgb(&self) -> Vec<u8> {
        self.fills.iter().flat_map(|c| [c.0, c.1, c.2]).collect()
    }
}

/// One thing that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    Text(Text),
    Line([Point; 2], Rgb, f64),
    Polyline(Vec<Point>, Rgb, f64, Option<(f64, f64)>),
    Polygon(Vec<Point>, Rgb, f64),
    Fill(Area, Rgb),
    Frame(Area, Rgb, f64),
    Disc(Point, f64, Rgb, f64, Option<Rgb>),
    Clip(Area),
    Unclip,
    Mosaic(Mosaic),
}

/// What shows marks: a file format.
pub(super) trait Surface {
    fn text(&mut self, text: &Text);
    fn line(&mut self, from: Point, to: Point, colour: Rgb, width: f64);
    fn polyline(&mut self, points: &[Point], colour: Rgb, width: f64, dash: Option<(f64, f64)>);
    fn polygon(&mut self, points: &[Point], fill: Rgb, opacity: f64);
    fn fill(&mut self, area: Area, fill: Rgb);
    fn frame(&mut self, area: Area, colour: Rgb, width: f64);
    fn disc(&mut self, centre: Point, r: f64, fill: Rgb, opacity: f64, rim: Option<Rgb>);
    fn clip(&mut self, area: Area);
    fn unclip(&mut self);
    fn mosaic(&mut self, mosaic: &Mosaic);
}

impl Mark {
    pub fn show(&self, surface: &mut impl Surface) {
        match self {
            Self::Text(text) => surface.text(text),
            Self::Line([from, to], colour, width) => surface.line(*from, *to, *colour, *width),
            Self::Polyline(points, colour, width, dash) => {
                surface.polyline(points, *colour, *width, *dash);
            }
            Self::Polygon(points, fill, opacity) => surface.polygon(points, *fill, *opacity),
            Self::Fill(area, fill) => surface.fill(*area, *fill),
            Self::Frame(area, colour, width) => surface.frame(*area, *colour, *width),
            Self::Disc(centre, r, fill, opacity, rim) => {
                surface.disc(*centre, *r, *fill, *opacity, *rim);
            }
            Self::Clip(area) => surface.clip(*area),
            Self::Unclip => surface.unclip(),
            Self::Mosaic(mosaic) => surface.mosaic(mosaic),
        }
    }
}
