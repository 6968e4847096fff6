//! A white sheet to draw on: kuva's scene, once for the SVG and once for the PNG.
//!
//! The two differ only where kuva's backends do. Its rasteriser starts a dash pattern anew at every point of a line and ignores
//! images, so the PNG gets dashes cut beforehand and cells instead of an image; its SVG backend draws both well.

use std::collections::BTreeSet;

use kuva::render::color::Color;
use kuva::render::render::{PathData, Primitive, Scene, TextAnchor, TextSpan};

use super::error::DrawError;
use super::geometry::cut;
pub(super) use super::geometry::{Area, Point};
use super::picture::{self, Picture, SCALE};
use super::style::{LineStyle, Rgb};

/// Which point of a line of text stands at the given place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl From<Anchor> for TextAnchor {
    fn from(anchor: Anchor) -> Self {
        match anchor {
            Anchor::Start => Self::Start,
            Anchor::Middle => Self::Middle,
            Anchor::End => Self::End,
        }
    }
}

impl From<Rgb> for Color {
    fn from(c: Rgb) -> Self {
        Self::Rgb(c.0, c.1, c.2)
    }
}

/// The sheet.
#[derive(Debug)]
pub(super) struct Canvas {
    svg: Scene,
    png: Scene,
    /// SVG text that kuva has no primitive for, put where a group of that number was left empty.
    raw: Vec<String>,
    clips: usize,
    /// Characters drawn so far, regular and bold.
    letters: [BTreeSet<char>; 2],
}

impl Canvas {
    pub fn new(width: f64, height: f64) -> Self {
        let mut svg = Scene::new(width, height);
        svg.font_family = Some("DejaVu Sans, Verdana, sans-serif".to_owned());
        let png = Scene::new(width, height);
        let mut canvas = Self {
            svg,
            png,
            raw: Vec::new(),
            clips: 0,
            letters: Default::default(),
        };
        // Noisy curves would grow spikes with the mitred corners that SVG draws unless told otherwise.
        canvas.open_svg_group("stroke-linejoin=\"round\"");
        canvas
    }

    fn add(&mut self, shape: Primitive) {
        self.svg.add(shape.clone());
        self.png.add(shape);
    }

    fn open_svg_group(&mut self, attributes: &str) {
        self.svg.add(Primitive::GroupStart {
            transform: None,
            title: None,
            extra_attrs: Some(attributes.to_owned()),
        });
    }

    /// One line of text; `y` is the baseline.
    pub fn text(
        &mut self,
        (x, y): Point,
        text: &str,
        size: u32,
        bold: bool,
        colour: Rgb,
        anchor: Anchor,
    ) {
        if text.is_empty() {
            return;
        }
        // `RichText`, since kuva's rasteriser ignores the weight of plain text, and takes dollar signs for formulas.
        let span = TextSpan {
            bold,
            ..TextSpan::plain(self.printable(text, bold))
        };
        self.add(Primitive::RichText {
            x,
            y,
            spans: vec![span],
            size,
            anchor: anchor.into(),
            color: Some(colour.into()),
        });
    }

    /// One line of text that reads upwards, centred on `y`; `x` is the baseline.
    pub fn text_upwards(&mut self, (x, y): Point, text: &str, size: u32, colour: Rgb) {
        let content = self.printable(text, false).replace('$', "\\$");
        self.add(Primitive::Text {
            x,
            y,
            content,
            size,
            anchor: TextAnchor::Middle,
            rotate: Some(-90.0),
            bold: false,
            color: Some(colour.into()),
        });
    }

    /// A straight line.
    pub fn line(&mut self, (x1, y1): Point, (x2, y2): Point, colour: Rgb, width: f64) {
        self.add(Primitive::Line {
            x1,
            y1,
            x2,
            y2,
            stroke: colour.into(),
            stroke_width: width,
            stroke_dasharray: None,
        });
    }

    /// A line through `points`.
    pub fn polyline(&mut self, points: &[Point], colour: Rgb, width: f64, style: LineStyle) {
        let shape = |points: Vec<Point>, dash: Option<String>| Primitive::PolyLine {
            points,
            stroke: colour.into(),
            stroke_width: width,
            stroke_dasharray: dash,
        };
        let dash = style.dash(width);
        let pattern = dash.map(|(on, off)| format!("{on:.2} {off:.2}"));
        self.svg.add(shape(points.to_vec(), pattern));
        match dash {
            None => self.png.add(shape(points.to_vec(), None)),
            Some((on, off)) => {
                // The rasteriser ends each piece with a round cap, half the width beyond its end.
                let pieces = cut(points, (on - 0.7 * width).max(0.1), off + 0.7 * width);
                for piece in pieces {
                    self.png.add(shape(piece, None));
                }
            }
        }
    }

    /// A filled polygon.
    pub fn polygon(&mut self, points: &[Point], fill: Rgb, opacity: f64) {
        let mut d = String::with_capacity(points.len() * 16);
        for (i, (x, y)) in points.iter().enumerate() {
            d.push_str(&format!("{}{x:.2} {y:.2} ", if i == 0 { 'M' } else { 'L' }));
        }
        d.push('Z');
        self.add(Primitive::Path(Box::new(PathData {
            d,
            fill: Some(fill.into()),
            stroke: Color::None,
            stroke_width: 0.0,
            opacity: Some(opacity),
            stroke_dasharray: None,
        })));
    }

    /// A filled rectangle.
    pub fn fill(&mut self, area: Area, fill: Rgb) {
        self.add(Primitive::Rect {
            x: area.x,
            y: area.y,
            width: area.w,
            height: area.h,
            fill: fill.into(),
            stroke: None,
            stroke_width: None,
            opacity: None,
        });
    }

    /// The outline of a rectangle.
    pub fn frame(&mut self, area: Area, colour: Rgb, width: f64) {
        self.add(Primitive::Rect {
            x: area.x,
            y: area.y,
            width: area.w,
            height: area.h,
            fill: Color::None,
            stroke: Some(colour.into()),
            stroke_width: Some(width),
            opacity: None,
        });
    }

    /// A disc with a rim.
    pub fn disc(&mut self, (cx, cy): Point, r: f64, fill: Rgb, opacity: f64, rim: Option<Rgb>) {
        self.add(Primitive::Circle {
            cx,
            cy,
            r,
            fill: fill.into(),
            fill_opacity: Some(opacity),
            stroke: rim.map(Color::from),
            stroke_width: rim.map(|_| 0.6),
        });
    }

    /// Everything up to [`Canvas::unclip`] is cut at the edges of `area`.
    pub fn clip(&mut self, area: Area) {
        let id = format!("clip-{}", self.clips);
        self.clips += 1;
        let Area { x, y, w, h } = area;
        self.svg.defs.push(format!(
            "<clipPath id=\"{id}\"><rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{w:.2}\" height=\"{h:.2}\"/></clipPath>"
        ));
        self.add(Primitive::ClipStart {
            x,
            y,
            width: w,
            height: h,
            id,
        });
    }

    /// Ends the part begun by [`Canvas::clip`].
    pub fn unclip(&mut self) {
        self.add(Primitive::ClipEnd);
    }

    /// Equal cells that fill `area`, row after row from the top: an image in the SVG when they are small.
    pub fn cells(
        &mut self,
        area: Area,
        rows: usize,
        columns: usize,
        fills: &[Rgb],
    ) -> Result<(), DrawError> {
        let batch = |edge: &dyn Fn(f64) -> f64, overlap: f64| {
            let column = |j: usize| edge(area.x + area.w * j as f64 / columns as f64);
            let row = |i: usize| edge(area.y + area.h * i as f64 / rows as f64);
            let places = || (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j)));
            Primitive::RectBatch {
                x: places().map(|(_, j)| column(j)).collect(),
                y: places().map(|(i, _)| row(i)).collect(),
                w: places()
                    .map(|(_, j)| (column(j + 1) + overlap).min(column(columns)) - column(j))
                    .collect(),
                h: places()
                    .map(|(i, _)| (row(i + 1) + overlap).min(row(rows)) - row(i))
                    .collect(),
                fills: fills.iter().map(|&c| c.into()).collect(),
            }
        };
        // Cells that end between two pixels would leave light seams.
        self.png.add(batch(
            &|edge| (edge * f64::from(SCALE)).round() / f64::from(SCALE),
            0.0,
        ));
        if area.w / columns as f64 >= 4.0 && area.h / rows as f64 >= 4.0 {
            self.open_svg_group("shape-rendering=\"crispEdges\"");
            // In the SVG, which may be shown at any size, each cell reaches under the next ones for the same reason.
            self.svg.add(batch(&|edge| edge, 0.5));
            self.svg.add(Primitive::GroupEnd);
        } else {
            let image = picture::image_element(area, columns, rows, fills)?;
            self.open_svg_group(&picture::placeholder(self.raw.len()));
            self.svg.add(Primitive::GroupEnd);
            self.raw.push(image);
        }
        Ok(())
    }

    /// The finished picture.
    pub fn finish(mut self) -> Result<Picture, DrawError> {
        self.svg.add(Primitive::GroupEnd);
        picture::render(&self.svg, &self.png, &self.raw, &self.letters)
    }

    /// Text without the characters that XML forbids; notes the others.
    fn printable(&mut self, text: &str, bold: bool) -> String {
        let allowed = text
            .chars()
            .filter(|&c| !matches!(c, '\u{fffe}' | '\u{ffff}'));
        let text: String = allowed
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        self.letters[usize::from(bold)].extend(text.chars());
        text
    }
}
