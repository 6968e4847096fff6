//! A figure: panels in a grid under a title, with one legend.

use super::canvas::{Anchor, Canvas, Point};
use super::error::DrawError;
use super::grid::{COLUMN_GAP, Cells, EDGE, Grid, Placed, ROW_GAP};
use super::layout::Layout;
use super::legend::{Legend, LegendPlace, Rank, Swatch};
use super::metrics;
use super::page::{Page, TextAs};
use super::panel::Panel;
use super::picture::Picture;
use super::reflow::{self, Block};
use super::sheet::Sheet;
use super::style::{Rgb, size};
use super::typeset;

const HANG: f64 = 12.0;
/// The rasteriser takes 144 bytes per square unit.
const LARGEST: f64 = 3e6;
/// White space around a figure whose width is given: a journal has its own.
const THIN_EDGE: f64 = 4.0;
/// Narrower figures have their legend below.
const NARROW: f64 = 560.0;

/// A figure under construction; [`Figure::draw`] turns it into a [`Picture`].
///
/// Lengths are in units of 1/96 inch, so that letters of 10 units are 7.5 points high where the figure is printed at its
/// natural size.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    title: String,
    subtitle: String,
    cells: Cells,
    legend: LegendPlace,
    note: String,
    remark: String,
    width: Option<f64>,
}

/// Text above and below the panels, in lines.
struct Words {
    title: Vec<String>,
    subtitle: Vec<Vec<String>>,
    note: Vec<String>,
}

impl Figure {
    /// A figure of `rows` x `columns` panels (1 to 26 each). The title is broken into lines where it is long.
    pub fn new(title: &str, rows: usize, columns: usize) -> Self {
        Self {
            title: title.to_owned(),
            subtitle: String::new(),
            cells: Cells::new(rows, columns),
            legend: LegendPlace::Below,
            note: String::new(),
            remark: String::new(),
            width: None,
        }
    }

    /// Smaller text under the title, such as parameter sets, broken into lines at line feeds and where it is long.
    pub fn subtitle(mut self, subtitle: &str) -> Self {
        self.subtitle = subtitle.to_owned();
        self
    }

    /// Adds a panel in the next cell: along the first row, then the second, ...
    pub fn panel(self, panel: impl Into<Panel>) -> Self {
        self.wide_panel(panel, 1)
    }

    /// Adds a panel that takes the next `columns` cells of a row (1 and more).
    pub fn wide_panel(mut self, panel: impl Into<Panel>, columns: usize) -> Self {
        self.cells.add(Placed {
            panel: panel.into(),
            span: columns,
            follows: false,
        });
        self
    }

    /// Adds a panel that belongs to the one before it: both go by that one's letter.
    pub fn following_panel(mut self, panel: impl Into<Panel>) -> Self {
        self.cells.add(Placed {
            panel: panel.into(),
            span: 1,
            follows: true,
        });
        self
    }

    /// Leaves the next cell empty.
    pub fn skip(mut self) -> Self {
        self.cells.skip();
        self
    }

    /// Where the legend stands; below unless told otherwise. It is collected from the panels.
    pub fn legend(mut self, place: LegendPlace) -> Self {
        self.legend = place;
        self
    }

    /// Small text at the bottom, to say what bands and ticks mean.
    pub fn note(mut self, note: &str) -> Self {
        self.note = note.to_owned();
        self
    }

    /// A few words in the legend, which stay in the picture even where the note is left out: that a sample is small.
    pub fn remark(mut self, remark: &str) -> Self {
        self.remark = remark.to_owned();
        self
    }

    /// Width of the whole figure in units of 1/96 inch, instead of 480 (one column of panels), 720 (two or three) or 900.
    pub fn width(mut self, width: f64) -> Self {
        self.width = Some(width);
        self
    }

    /// Whether panels carry the letters A, B, ...; they do unless there is only one.
    pub fn letters(mut self, letters: bool) -> Self {
        self.cells.letters = Some(letters);
        self
    }

    /// Draws the figure at its natural size, its words as text. Equal input gives equal bytes.
    ///
    /// # Errors
    /// Whatever [`DrawError`] lists: lists of unequal length, empty or reversed ranges, a tree that is none, ... Values that
    /// are not finite are no error: they leave gaps, and a panel that has nothing else says "no data".
    pub fn draw(&self) -> Result<Picture, DrawError> {
        let sheet = self.lay_out(&Layout::new())?;
        Ok(Picture {
            svg: sheet.svg(TextAs::Text)?,
            png: sheet.png()?,
            left_out: sheet.left_out,
            is_empty: sheet.is_empty,
        })
    }

    /// Puts everything in its place for a page, to be written in any format.
    ///
    /// # Errors
    /// As [`Figure::draw`]'s.
    pub fn lay_out(&self, layout: &Layout) -> Result<Sheet, DrawError> {
        self.cells.check()?;
        let given = layout.width()?;
        let width = match given {
            Some(width) => width,
            None => self.natural_width()?,
        };
        let edge = if given.is_some() { THIN_EDGE } else { EDGE };
        let inner = width - 2.0 * edge;
        let left_out = self.left_out();
        let words = self.words(layout, inner, &left_out);
        let mut entries = Legend::default();
        self.cells
            .present()
            .for_each(|(_, panel)| panel.legend(&mut entries));
        entries.add(Rank::Remark, Swatch::Nothing, &self.remark);
        let place = match self.legend {
            LegendPlace::Right if width < NARROW && given.is_some() => LegendPlace::Below,
            place => place,
        };
        let legend = entries.place(place, inner);
        let beside = place == LegendPlace::Right && legend.width > 0.0;
        let room = inner
            - if beside {
                legend.width + COLUMN_GAP
            } else {
                0.0
            };
        let blocks = if given.is_some() {
            reflow::blocks(&self.cells, room, width, edge)?
        } else {
            vec![Block {
                grid: Grid::lay_out(&self.cells, room, width, edge)?,
                cells: self.cells.clone(),
            }]
        };
        let heights = blocks.iter().map(|block| block.grid.height);
        let grids = heights.sum::<f64>() + ROW_GAP * (blocks.len() - 1) as f64;

        let subtitle_lines = words.subtitle.iter().map(Vec::len).sum();
        let header = heading_height(words.title.len(), size::TITLE, 7.0)
            + heading_height(subtitle_lines, size::SUBTITLE, 10.0);
        let top = edge + header;
        let body = if beside {
            grids.max(legend.height)
        } else {
            grids
        };
        let mut below = top + body;
        let legend_top = if beside { top } else { below + 14.0 };
        if !beside && legend.height > 0.0 {
            below = legend_top + legend.height;
        }
        let note_top = below + 12.0;
        if !words.note.is_empty() {
            below = note_top + metrics::block(words.note.len(), size::NOTE);
        }
        let height = (below + edge).ceil();
        if width * height > LARGEST {
            return Err(DrawError::TooLarge { width, height });
        }
        let mut canvas = Canvas::default();
        words.draw_heading(&mut canvas, edge);
        let mut y = top;
        for block in &blocks {
            block.grid.draw(&block.cells, &mut canvas, y);
            y += block.grid.height + ROW_GAP;
        }
        // Under the panels the legend begins where the data do.
        let left = match blocks.first() {
            _ if beside => width - edge - legend.width,
            Some(Block { grid, .. }) => {
                let left = grid.lefts.first().map_or(edge, |x| edge + x);
                if left + legend.width > edge + grid.width {
                    edge
                } else {
                    left
                }
            }
            None => edge,
        };
        legend.draw(&mut canvas, left, legend_top);
        let at = (edge, note_top);
        draw_lines(&mut canvas, &words.note, at, size::NOTE, false);
        Ok(Sheet {
            page: Page {
                width,
                height,
                in_millimetres: given.is_some(),
            },
            title: self.title.clone(),
            caption: self.caption(&left_out),
            marks: canvas.finish(),
            left_out,
            is_empty: self
                .cells
                .present()
                .any(|(_, panel)| panel.left_out().is_all()),
        })
    }

    fn natural_width(&self) -> Result<f64, DrawError> {
        let width = self.width.unwrap_or(match self.cells.columns {
            1 => 480.0,
            2 | 3 => 720.0,
            _ => 900.0,
        });
        if !(width.is_finite() && (100.0..=2000.0).contains(&width)) {
            return Err(DrawError::Width { width });
        }
        Ok(width.round())
    }

    /// What stands around the panels; nothing where that is left to a caption.
    fn words(&self, layout: &Layout, inner: f64, left_out: &[String]) -> Words {
        if layout.is_bare() {
            return Words {
                title: Vec::new(),
                subtitle: Vec::new(),
                note: Vec::new(),
            };
        }
        let subtitle = self.subtitle.lines();
        let subtitle =
            subtitle.map(|line| metrics::wrap(line, size::SUBTITLE, false, inner - HANG));
        Words {
            title: metrics::wrap(&self.title, size::TITLE, true, inner),
            subtitle: subtitle.collect(),
            note: metrics::wrap(&self.note_with(left_out), size::NOTE, false, inner),
        }
    }

    fn note_with(&self, left_out: &[String]) -> String {
        let note = [self.note.as_str()]
            .into_iter()
            .chain(left_out.iter().map(String::as_str));
        let parts: Vec<&str> = note.filter(|text| !text.is_empty()).collect();
        parts.join(" ")
    }

    /// Title, parameters and note, a paragraph each.
    fn caption(&self, left_out: &[String]) -> String {
        let note = self.note_with(left_out);
        let parts = [&self.title, &self.subtitle, &note].into_iter();
        let parts: Vec<&str> = parts
            .map(|part| part.trim())
            .filter(|part| !part.is_empty())
            .collect();
        typeset::plain(&parts.join("\n\n"))
    }

    /// What panels leave out, a sentence each.
    fn left_out(&self) -> Vec<String> {
        let panels = self.cells.named();
        let several = panels.len() > 1;
        let sentences = panels.into_iter().filter_map(|(_, panel, letter)| {
            let words = panel.left_out().words()?;
            let which = match letter {
                Some(letter) => format!(" in {letter}"),
                // Titles say it, where there are several.
                None if several && !panel.title().is_empty() => format!(" in {}", panel.title()),
                None => String::new(),
            };
            Some(format!("Not drawn{which}: {words}."))
        });
        sentences.collect()
    }
}

impl Words {
    fn draw_heading(&self, canvas: &mut Canvas, edge: f64) {
        draw_lines(canvas, &self.title, (edge, edge), size::TITLE, true);
        let mut y = edge + heading_height(self.title.len(), size::TITLE, 7.0);
        for paragraph in &self.subtitle {
            // Lines that go on are indented, so that one sees where each parameter set begins.
            for (i, line) in paragraph.iter().enumerate() {
                let x = edge + if i == 0 { 0.0 } else { HANG };
                let line = std::slice::from_ref(line);
                draw_lines(canvas, line, (x, y), size::SUBTITLE, false);
                y += metrics::leading(size::SUBTITLE);
            }
        }
    }
}

fn heading_height(lines: usize, size: u32, after: f64) -> f64 {
    if lines == 0 {
        0.0
    } else {
        metrics::leading(size) * lines as f64 + after
    }
}

/// Draws lines under one another, the top of the first at the given place; headings in black, the rest in grey.
fn draw_lines(canvas: &mut Canvas, lines: &[String], (x, y): Point, size: u32, bold: bool) {
    for (i, line) in lines.iter().enumerate() {
        let baseline = y + metrics::cap(size) + metrics::leading(size) * i as f64;
        canvas.text(
            (x, baseline),
            line,
            size,
            bold,
            if bold { Rgb::INK } else { Rgb::SOFT_INK },
            Anchor::Start,
        );
    }
}
