//! A figure as SVG: its text as text, its font inside, or as outlines.

use std::fmt::Write;

use ttf_parser::OutlineBuilder;

use super::error::DrawError;
use super::font::{self, Style};
use super::geometry::{Anchor, Area, Point};
use super::page::{Page, TextAs};
use super::style::Rgb;
use super::surface::{Mosaic, Surface, Text};
use super::typeset::{self, INDEX_DROP, Run};
use super::{metrics, picture};

/// A figure on its way to the file.
#[derive(Debug)]
pub(super) struct Svg {
    page: Page,
    text_as: TextAs,
    definitions: String,
    body: String,
    clips: usize,
    /// Which faces text was drawn in, of `Style::ALL`.
    used: [bool; 4],
    /// Why an image is missing.
    failed: Option<DrawError>,
}

/// A number with at most two decimals: a hundredth of 1/96 inch.
struct Short(f64);

impl std::fmt::Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.2}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

struct Hex(Rgb);

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Rgb(r, g, b) = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&apos;")?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

/// The parts of a line of this size, and back on the line after an index.
struct Runs<'a>(&'a [Run], f64);

impl std::fmt::Display for Runs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(runs, size) = *self;
        let drop = INDEX_DROP * size;
        let mut below = false;
        for run in runs {
            let text = Escaped(&run.text);
            let shift = match (below, run.index) {
                (false, true) => Some(drop),
                (true, false) => Some(-drop),
                _ => None,
            };
            below = run.index;
            if shift.is_none() && !run.slanted {
                write!(f, "{text}")?;
                continue;
            }
            f.write_str("<tspan")?;
            if let Some(shift) = shift {
                write!(f, " dy=\"{}\"", Short(shift))?;
            }
            if run.slanted {
                f.write_str(" font-style=\"italic\"")?;
            }
            if run.index {
                write!(f, " font-size=\"{}\"", Short(run.size(size)))?;
            }
            write!(f, ">{text}</tspan>")?;
        }
        Ok(())
    }
}

/// Points one after the other, as `points` of an element.
struct Points<'a>(&'a [Point]);

impl std::fmt::Display for Points<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (number, &(x, y)) in self.0.iter().enumerate() {
            let before = if number == 0 { "" } else { " " };
            write!(f, "{before}{},{}", Short(x), Short(y))?;
        }
        Ok(())
    }
}

/// Writing to a `String` does not fail.
macro_rules! put {
    ($self:ident, $($argument:tt)*) => {{
        let _ = writeln!($self.body, $($argument)*);
    }};
}

impl Svg {
    pub fn new(page: Page, text_as: TextAs) -> Self {
        Self {
            page,
            text_as,
            definitions: String::new(),
            body: String::new(),
            clips: 0,
            used: [false; 4],
            failed: None,
        }
    }

    fn text_as_text(&mut self, text: &Text) {
        let runs = typeset::runs(&text.text);
        for run in &runs {
            self.used[run.style(text.bold).place()] = true;
        }
        let anchor = match text.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if text.bold {
            " font-weight=\"bold\""
        } else {
            ""
        };
        let (x, y) = (Short(text.at.0), Short(text.at.1));
        let turn = if text.upwards {
            format!(" transform=\"rotate(-90 {x} {y})\"")
        } else {
            String::new()
        };
        let size = text.size;
        put!(
            self,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{}\"{anchor}{weight}{turn}>{}</text>",
            Hex(text.colour),
            Runs(&runs, f64::from(size))
        );
    }

    /// One path for the line, and the line as its label.
    fn text_as_path(&mut self, text: &Text) {
        let mut path = Outlines {
            at: text.at,
            upwards: text.upwards,
            along: 0.0,
            drop: 0.0,
            unit: 0.0,
            d: String::new(),
        };
        for one in metrics::placed(text) {
            (path.along, path.drop) = (one.along, one.drop);
            path.unit = one.size / font::em_of(one.c, one.style);
            font::outline(one.c, one.style, &mut path);
        }
        put!(
            self,
            "<path aria-label=\"{}\" fill=\"{}\" d=\"{}\"/>",
            Escaped(&text.text),
            Hex(text.colour),
            path.d
        );
    }

    /// A PNG stretched over `area`, its pixels with hard edges.
    fn image(&mut self, mosaic: &Mosaic) {
        let size = |n: usize| u32::try_from(n).map_err(|e| DrawError::Render(e.to_string()));
        let png = || {
            let (width, height) = (size(mosaic.columns)?, size(mosaic.rows)?);
            picture::encode(width, height, &mosaic.rgb(), picture::SCALE)
        };
        match png() {
            Ok(png) => put!(
                self,
                "<image {} preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"{}\"/>",
                Sides(mosaic.area),
                font::data_url("image/png", &png)
            ),
            Err(error) => self.failed = Some(error),
        }
    }

    /// The whole document.
    ///
    /// # Errors
    /// [`DrawError::Render`] if an image in it could not be encoded.
    pub fn finish(self) -> Result<String, DrawError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        // With a view box the figure can be scaled; without one, a smaller frame would cut it. Noisy curves would grow spikes with
        // the mitred corners that SVG draws unless told otherwise.
        let Page { width, height, .. } = self.page;
        let size = |units: f64| match self.page.in_millimetres {
            true => format!("{}mm", Short(units * 25.4 / 96.0)),
            false => Short(units).to_string(),
        };
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" \
             font-family=\"{}\" stroke-linejoin=\"round\">\n",
            size(width),
            size(height),
            Short(width),
            Short(height),
            font::FAMILY
        );
        if self.used.contains(&true) {
            let _ = writeln!(text, "<style>");
            for style in Style::ALL {
                if self.used[style.place()] {
                    text += &font::rule(style);
                }
            }
            let _ = writeln!(text, "</style>");
        }
        if !self.definitions.is_empty() {
            let _ = writeln!(text, "<defs>\n{}</defs>", self.definitions);
        }
        Ok(text + &self.body + "</svg>\n")
    }
}

impl Surface for Svg {
    fn text(&mut self, text: &Text) {
        match self.text_as {
            TextAs::Text => self.text_as_text(text),
            TextAs::Paths => self.text_as_path(text),
        }
    }

    fn line(&mut self, (x1, y1): Point, (x2, y2): Point, colour: Rgb, width: f64) {
        put!(
            self,
            "<line x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\" stroke=\"{}\" stroke-width=\"{}\"/>",
            Short(x1),
            Short(y1),
            Short(x2),
            Short(y2),
            Hex(colour),
            Short(width)
        );
    }

    fn polyline(&mut self, points: &[Point], colour: Rgb, width: f64, dash: Option<(f64, f64)>) {
        let dash = dash.map_or_else(String::new, |(on, off)| {
            format!(" stroke-dasharray=\"{} {}\"", Short(on), Short(off))
        });
        put!(
            self,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{dash}/>",
            Points(points),
            Hex(colour),
            Short(width)
        );
    }

    fn polygon(&mut self, points: &[Point], fill: Rgb, opacity: f64) {
        put!(
            self,
            "<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"{}\"/>",
            Points(points),
            Hex(fill),
            Short(opacity)
        );
    }

    fn fill(&mut self, area: Area, fill: Rgb) {
        put!(self, "<rect {} fill=\"{}\"/>", Sides(area), Hex(fill));
    }

    fn frame(&mut self, area: Area, colour: Rgb, width: f64) {
        put!(
            self,
            "<rect {} fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"/>",
            Sides(area),
            Hex(colour),
            Short(width)
        );
    }

    fn disc(&mut self, (x, y): Point, r: f64, fill: Rgb, opacity: f64, rim: Option<Rgb>) {
        let rim = rim.map_or_else(String::new, |rim| {
            format!(
                " stroke=\"{}\" stroke-width=\"{}\"",
                Hex(rim),
                super::geometry::RIM
            )
        });
        put!(
            self,
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\" fill-opacity=\"{}\"{rim}/>",
            Short(x),
            Short(y),
            Short(r),
            Hex(fill),
            Short(opacity)
        );
    }

    fn clip(&mut self, area: Area) {
        let number = self.clips;
        self.clips += 1;
        let _ = writeln!(
            self.definitions,
            "<clipPath id=\"clip-{number}\"><rect {}/></clipPath>",
            Sides(area)
        );
        put!(self, "<g clip-path=\"url(#clip-{number})\">");
    }

    fn unclip(&mut self) {
        put!(self, "</g>");
    }

    /// Each cell reaches under the next ones: shown at any size, cells that end between two pixels would leave light seams.
    fn mosaic(&mut self, mosaic: &Mosaic) {
        const UNDER: f64 = 0.5;
        if mosaic.is_fine() {
            self.image(mosaic);
            return;
        }
        put!(self, "<g shape-rendering=\"crispEdges\">");
        for (area, fill) in mosaic.tiles(UNDER) {
            self.fill(area, fill);
        }
        put!(self, "</g>");
    }
}

/// Outlines of letters as the data of one path.
struct Outlines {
    at: Point,
    upwards: bool,
    along: f64,
    drop: f64,
    /// Units of the sheet for one of the font.
    unit: f64,
    d: String,
}

impl Outlines {
    fn put(&mut self, command: char, points: &[(f32, f32)]) {
        self.d.push(command);
        for (number, &(x, y)) in points.iter().enumerate() {
            let right = self.along + self.unit * f64::from(x);
            let down = self.drop - self.unit * f64::from(y);
            let (x, y) = if self.upwards {
                (self.at.0 + down, self.at.1 - right)
            } else {
                (self.at.0 + right, self.at.1 + down)
            };
            let before = if number == 0 { "" } else { " " };
            let _ = write!(self.d, "{before}{},{}", Short(x), Short(y));
        }
    }
}

impl OutlineBuilder for Outlines {
    fn move_to(&mut self, x: f32, y: f32) {
        self.put('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.put('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.put('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.put('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.d.push('Z');
    }
}

/// Place and size of a rectangle as attributes.
struct Sides(Area);

impl std::fmt::Display for Sides {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Area { x, y, w, h } = self.0;
        write!(
            f,
            "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
            Short(x),
            Short(y),
            Short(w),
            Short(h)
        )
    }
}
