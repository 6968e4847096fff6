//! A figure as SVG text, its font inside.

use std::fmt::Write;

use super::font::{self, Style};
use super::geometry::{Anchor, Area, Point};
use super::style::Rgb;
use super::typeset::{self, INDEX_DROP, Run};

/// A figure on its way to the file.
#[derive(Debug)]
pub(super) struct Svg {
    width: f64,
    height: f64,
    definitions: String,
    body: String,
    clips: usize,
    /// Which faces text was drawn in, of `Style::ALL`.
    used: [bool; 4],
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
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            definitions: String::new(),
            body: String::new(),
            clips: 0,
            used: [false; 4],
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
        let runs = typeset::runs(text);
        for run in &runs {
            self.used[run.style(bold).place()] = true;
        }
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if bold { " font-weight=\"bold\"" } else { "" };
        let (x, y) = (Short(x), Short(y));
        let turn = if upwards {
            format!(" transform=\"rotate(-90 {x} {y})\"")
        } else {
            String::new()
        };
        put!(
            self,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{}\"{anchor}{weight}{turn}>{}</text>",
            Hex(colour),
            Runs(&runs, f64::from(size))
        );
    }

    pub fn line(&mut self, (x1, y1): Point, (x2, y2): Point, colour: Rgb, width: f64) {
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

    pub fn polyline(
        &mut self,
        points: &[Point],
        colour: Rgb,
        width: f64,
        dash: Option<(f64, f64)>,
    ) {
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

    pub fn polygon(&mut self, points: &[Point], fill: Rgb, opacity: f64) {
        put!(
            self,
            "<polygon points=\"{}\" fill=\"{}\" fill-opacity=\"{}\"/>",
            Points(points),
            Hex(fill),
            Short(opacity)
        );
    }

    pub fn fill(&mut self, area: Area, fill: Rgb) {
        put!(self, "<rect {} fill=\"{}\"/>", Sides(area), Hex(fill));
    }

    pub fn frame(&mut self, area: Area, colour: Rgb, width: f64) {
        put!(
            self,
            "<rect {} fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"/>",
            Sides(area),
            Hex(colour),
            Short(width)
        );
    }

    pub fn disc(&mut self, (x, y): Point, r: f64, fill: Rgb, opacity: f64, rim: Option<Rgb>) {
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

    pub fn clip(&mut self, area: Area) {
        let number = self.clips;
        self.clips += 1;
        let _ = writeln!(
            self.definitions,
            "<clipPath id=\"clip-{number}\"><rect {}/></clipPath>",
            Sides(area)
        );
        put!(self, "<g clip-path=\"url(#clip-{number})\">");
    }

    pub fn unclip(&mut self) {
        put!(self, "</g>");
    }

    /// Cells with edges at these places. Each reaches under the next ones: shown at any size, cells that end between two pixels
    /// would leave light seams.
    pub fn cells(&mut self, columns: &[f64], rows: &[f64], fills: &[Rgb]) {
        const UNDER: f64 = 0.5;
        put!(self, "<g shape-rendering=\"crispEdges\">");
        let reach = |edges: &[f64], at: usize| {
            let end = edges[edges.len() - 1];
            (edges[at + 1] + UNDER).min(end) - edges[at]
        };
        let across = columns.len() - 1;
        for (number, &fill) in fills.iter().enumerate() {
            let (row, column) = (number / across, number % across);
            let area = Area {
                x: columns[column],
                y: rows[row],
                w: reach(columns, column),
                h: reach(rows, row),
            };
            self.fill(area, fill);
        }
        put!(self, "</g>");
    }

    /// A PNG stretched over `area`, its pixels with hard edges.
    pub fn image(&mut self, area: Area, png: &[u8]) {
        put!(
            self,
            "<image {} preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"{}\"/>",
            Sides(area),
            font::data_url("image/png", png)
        );
    }

    /// The whole document.
    pub fn finish(self) -> String {
        // With a view box the figure can be scaled; without one, a smaller frame would cut it. Noisy curves would grow spikes with
        // the mitred corners that SVG draws unless told otherwise.
        let (width, height) = (Short(self.width), Short(self.height));
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             font-family=\"{}\" stroke-linejoin=\"round\">\n<style>\n",
            font::FAMILY
        );
        for style in Style::ALL {
            if self.used[style.place()] {
                text += &font::rule(style);
            }
        }
        let _ = writeln!(text, "</style>");
        if !self.definitions.is_empty() {
            let _ = writeln!(text, "<defs>\n{}</defs>", self.definitions);
        }
        text + &self.body + "</svg>\n"
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
