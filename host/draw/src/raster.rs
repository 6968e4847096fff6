//! A figure as pixels, smoothed at its edges: tiny-skia's shapes, and text as outlines of the figures' font.

use tiny_skia::{
    Color, FillRule, LineJoin, Mask, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash,
    Transform,
};
use ttf_parser::OutlineBuilder;

use super::error::DrawError;
use super::geometry::{Anchor, Area, Point, RIM};
use super::picture::SCALE;
use super::style::Rgb;
use super::typeset::{self, INDEX_DROP};
use super::{font, metrics};

/// A white sheet of pixels.
#[derive(Debug)]
pub(super) struct Raster {
    pixels: Pixmap,
    /// What the part being drawn is cut at.
    clip: Option<Mask>,
}

fn paint(colour: Rgb, opacity: f64) -> Paint<'static> {
    let mut paint = Paint::default();
    let alpha = (opacity.clamp(0.0, 1.0) * 255.0).round() as u8;
    paint.set_color_rgba8(colour.0, colour.1, colour.2, alpha);
    paint
}

fn stroke(width: f64) -> Stroke {
    Stroke {
        width: width as f32,
        line_join: LineJoin::Round,
        ..Stroke::default()
    }
}

/// From units of 1/96 inch to pixels.
fn scale() -> Transform {
    Transform::from_scale(SCALE as f32, SCALE as f32)
}

fn through(points: &[Point], closed: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (number, &(x, y)) in points.iter().enumerate() {
        if number == 0 {
            path.move_to(x as f32, y as f32);
        } else {
            path.line_to(x as f32, y as f32);
        }
    }
    if closed {
        path.close();
    }
    path.finish()
}

fn rectangle(area: Area) -> Option<Rect> {
    let Area { x, y, w, h } = area;
    Rect::from_xywh(x as f32, y as f32, w as f32, h as f32)
}

/// An outline of the font as a path.
struct Outline(PathBuilder);

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

impl Raster {
    /// # Errors
    /// [`DrawError::Render`] if there is no room for this many pixels.
    pub fn new(width: f64, height: f64) -> Result<Self, DrawError> {
        let pixels = |units: f64| (units * f64::from(SCALE)).round() as u32;
        let mut pixels = Pixmap::new(pixels(width), pixels(height))
            .ok_or_else(|| DrawError::Render("the picture is too large".to_owned()))?;
        pixels.fill(Color::WHITE);
        Ok(Self { pixels, clip: None })
    }

    fn fill_path(&mut self, path: Option<Path>, paint: &Paint<'_>, transform: Transform) {
        // None: nothing is to be seen of it.
        if let Some(path) = path {
            let clip = self.clip.as_ref();
            self.pixels
                .fill_path(&path, paint, FillRule::Winding, transform, clip);
        }
    }

    fn stroke_path(&mut self, path: Option<Path>, paint: &Paint<'_>, stroke: &Stroke) {
        if let Some(path) = path {
            let clip = self.clip.as_ref();
            self.pixels.stroke_path(&path, paint, stroke, scale(), clip);
        }
    }

    pub fn text(
        &mut self,
        (x, y): Point,
        text: &str,
        (size, bold): (u32, bool),
        colour: Rgb,
        anchor: Anchor,
        upwards: bool,
    ) {
        let size_units = f64::from(size);
        let mut along = match anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -metrics::width(text, size, bold) / 2.0,
            Anchor::End => -metrics::width(text, size, bold),
        };
        let mut place = scale().pre_translate(x as f32, y as f32);
        if upwards {
            place = place.pre_rotate(-90.0);
        }
        let paint = paint(colour, 1.0);
        for run in typeset::runs(text) {
            let run_size = run.size(size_units);
            let drop = if run.index {
                INDEX_DROP * size_units
            } else {
                0.0
            };
            for c in run.text.chars() {
                let mut outline = Outline(PathBuilder::new());
                let (em, advance) = font::outline(c, run.style(bold), &mut outline);
                let unit = (run_size / em) as f32;
                let transform = place
                    .pre_translate(along as f32, drop as f32)
                    .pre_scale(unit, -unit);
                self.fill_path(outline.0.finish(), &paint, transform);
                along += advance * run_size;
            }
        }
    }

    pub fn line(&mut self, from: Point, to: Point, colour: Rgb, width: f64) {
        self.stroke_path(
            through(&[from, to], false),
            &paint(colour, 1.0),
            &stroke(width),
        );
    }

    pub fn polyline(
        &mut self,
        points: &[Point],
        colour: Rgb,
        width: f64,
        dash: Option<(f64, f64)>,
    ) {
        let dash = dash.and_then(|(on, off)| StrokeDash::new(vec![on as f32, off as f32], 0.0));
        let stroke = Stroke {
            dash,
            ..stroke(width)
        };
        self.stroke_path(through(points, false), &paint(colour, 1.0), &stroke);
    }

    pub fn polygon(&mut self, points: &[Point], fill: Rgb, opacity: f64) {
        self.fill_path(through(points, true), &paint(fill, opacity), scale());
    }

    pub fn fill(&mut self, area: Area, fill: Rgb) {
        if let Some(area) = rectangle(area) {
            let clip = self.clip.as_ref();
            self.pixels
                .fill_rect(area, &paint(fill, 1.0), scale(), clip);
        }
    }

    pub fn frame(&mut self, area: Area, colour: Rgb, width: f64) {
        let path = rectangle(area).map(PathBuilder::from_rect);
        self.stroke_path(path, &paint(colour, 1.0), &stroke(width));
    }

    pub fn disc(&mut self, (x, y): Point, r: f64, fill: Rgb, opacity: f64, rim: Option<Rgb>) {
        let circle = || PathBuilder::from_circle(x as f32, y as f32, r as f32);
        self.fill_path(circle(), &paint(fill, opacity), scale());
        if let Some(rim) = rim {
            self.stroke_path(circle(), &paint(rim, 1.0), &stroke(RIM));
        }
    }

    pub fn clip(&mut self, area: Area) {
        let (width, height) = (self.pixels.width(), self.pixels.height());
        self.clip = Mask::new(width, height).map(|mut mask| {
            if let Some(area) = rectangle(area) {
                let path = PathBuilder::from_rect(area);
                mask.fill_path(&path, FillRule::Winding, true, scale());
            }
            mask
        });
    }

    pub fn unclip(&mut self) {
        self.clip = None;
    }

    /// Cells with edges at these places, moved to whole pixels: cells that end between two would leave light seams.
    pub fn cells(&mut self, columns: &[f64], rows: &[f64], fills: &[Rgb]) {
        let whole = |edges: &[f64]| -> Vec<u32> {
            let pixel = |edge: &f64| (edge * f64::from(SCALE)).round().max(0.0) as u32;
            edges.iter().map(pixel).collect()
        };
        let (columns, rows) = (whole(columns), whole(rows));
        let (width, height) = (self.pixels.width(), self.pixels.height());
        let across = columns.len() - 1;
        let pixels = self.pixels.pixels_mut();
        for (number, &fill) in fills.iter().enumerate() {
            let (row, column) = (number / across, number % across);
            let colour = Color::from_rgba8(fill.0, fill.1, fill.2, 255)
                .premultiply()
                .to_color_u8();
            for y in rows[row]..rows[row + 1].min(height) {
                let start = (y * width) as usize;
                let (from, to) = (columns[column].min(width), columns[column + 1].min(width));
                pixels[start + from as usize..start + to as usize].fill(colour);
            }
        }
    }

    /// Width and height in pixels, and their colours, 3 bytes each.
    pub fn finish(self) -> (u32, u32, Vec<u8>) {
        let (width, height) = (self.pixels.width(), self.pixels.height());
        // Opaque: the sheet is white.
        let rgb = self.pixels.pixels().iter();
        let rgb = rgb.flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]);
        (width, height, rgb.collect())
    }
}
