//! A figure as pixels, smoothed at its edges: tiny-skia's shapes, and text as outlines of the figures' font.

use tiny_skia::{
    Color, FillRule, LineJoin, Mask, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, StrokeDash,
    Transform,
};
use ttf_parser::OutlineBuilder;

use super::error::DrawError;
use super::geometry::{Area, Point, RIM};
use super::page::Page;
use super::style::Rgb;
use super::surface::{Mosaic, Surface, Text};
use super::{font, metrics};

/// A white sheet of pixels.
#[derive(Debug)]
pub(super) struct Raster {
    pixels: Pixmap,
    /// Pixels of a unit of 1/96 inch.
    scale: f64,
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
    pub fn new(page: Page, scale: f64) -> Result<Self, DrawError> {
        let pixels = |units: f64| (units * scale).round() as u32;
        let mut pixels = Pixmap::new(pixels(page.width), pixels(page.height))
            .ok_or_else(|| DrawError::Render("the picture is too large".to_owned()))?;
        pixels.fill(Color::WHITE);
        Ok(Self {
            pixels,
            scale,
            clip: None,
        })
    }

    /// From units of 1/96 inch to pixels.
    fn to_pixels(&self) -> Transform {
        Transform::from_scale(self.scale as f32, self.scale as f32)
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
            let transform = self.to_pixels();
            let clip = self.clip.as_ref();
            self.pixels
                .stroke_path(&path, paint, stroke, transform, clip);
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

impl Surface for Raster {
    fn text(&mut self, text: &Text) {
        let (x, y) = text.at;
        let mut place = self.to_pixels().pre_translate(x as f32, y as f32);
        if text.upwards {
            place = place.pre_rotate(-90.0);
        }
        let paint = paint(text.colour, 1.0);
        for one in metrics::placed(text) {
            let mut outline = Outline(PathBuilder::new());
            let (em, _) = font::outline(one.c, one.style, &mut outline);
            let unit = (one.size / em) as f32;
            let transform = place
                .pre_translate(one.along as f32, one.drop as f32)
                .pre_scale(unit, -unit);
            self.fill_path(outline.0.finish(), &paint, transform);
        }
    }

    fn line(&mut self, from: Point, to: Point, colour: Rgb, width: f64) {
        self.stroke_path(
            through(&[from, to], false),
            &paint(colour, 1.0),
            &stroke(width),
        );
    }

    fn polyline(&mut self, points: &[Point], colour: Rgb, width: f64, dash: Option<(f64, f64)>) {
        let dash = dash.and_then(|(on, off)| StrokeDash::new(vec![on as f32, off as f32], 0.0));
        let stroke = Stroke {
            dash,
            ..stroke(width)
        };
        self.stroke_path(through(points, false), &paint(colour, 1.0), &stroke);
    }

    fn polygon(&mut self, points: &[Point], fill: Rgb, opacity: f64) {
        let transform = self.to_pixels();
        self.fill_path(through(points, true), &paint(fill, opacity), transform);
    }

    fn fill(&mut self, area: Area, fill: Rgb) {
        if let Some(area) = rectangle(area) {
            let transform = self.to_pixels();
            let clip = self.clip.as_ref();
            self.pixels
                .fill_rect(area, &paint(fill, 1.0), transform, clip);
        }
    }

    fn frame(&mut self, area: Area, colour: Rgb, width: f64) {
        let path = rectangle(area).map(PathBuilder::from_rect);
        self.stroke_path(path, &paint(colour, 1.0), &stroke(width));
    }

    fn disc(&mut self, (x, y): Point, r: f64, fill: Rgb, opacity: f64, rim: Option<Rgb>) {
        let circle = || PathBuilder::from_circle(x as f32, y as f32, r as f32);
        let transform = self.to_pixels();
        self.fill_path(circle(), &paint(fill, opacity), transform);
        if let Some(rim) = rim {
            self.stroke_path(circle(), &paint(rim, 1.0), &stroke(RIM));
        }
    }

    fn clip(&mut self, area: Area) {
        let (width, height) = (self.pixels.width(), self.pixels.height());
        let transform = self.to_pixels();
        self.clip = Mask::new(width, height).map(|mut mask| {
            if let Some(area) = rectangle(area) {
                let path = PathBuilder::from_rect(area);
                mask.fill_path(&path, FillRule::Winding, true, transform);
            }
            mask
        });
    }

    fn unclip(&mut self) {
        self.clip = None;
    }

    /// Its edges are moved to whole pixels: cells that end between two would leave light seams.
    fn mosaic(&mut self, mosaic: &Mosaic) {
        let scale = self.scale;
        let whole = |edges: Vec<f64>| -> Vec<u32> {
            let pixel = |edge: &f64| (edge * scale).round().max(0.0) as u32;
            edges.iter().map(pixel).collect()
        };
        let (columns, rows) = mosaic.edges();
        let (columns, rows) = (whole(columns), whole(rows));
        let (width, height) = (self.pixels.width(), self.pixels.height());
        let pixels = self.pixels.pixels_mut();
        for (number, &fill) in mosaic.fills.iter().enumerate() {
            let (row, column) = (number / mosaic.columns, number % mosaic.columns);
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
}
