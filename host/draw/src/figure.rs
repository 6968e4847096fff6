//! A figure: panels in a grid under a title, with one legend.

use super::canvas::{Anchor, Canvas, Point};
use super::error::DrawError;
use super::grid::{COLUMN_GAP, Cells, EDGE, Grid};
use super::legend::{Legend, LegendPlace, Placed};
use super::metrics;
use super::panel::Panel;
use super::picture::Picture;
use super::style::{Rgb, size};

const HANG: f64 = 12.0;
/// The rasteriser takes 144 bytes per square unit.
const LARGEST: f64 = 3e6;

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
    width: Option<f64>,
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
        self.cells.add(panel.into(), columns);
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

    /// Draws the figure. Equal input gives equal bytes.
    ///
    /// # Errors
    /// Whatever [`DrawError`] lists: lists of unequal length, empty or reversed ranges, a tree that is none, ... Values that
    /// are not finite are no error: they leave gaps, and a panel that has nothing else says "no data".
    pub fn draw(&self) -> Result<Picture, DrawError> {
        self.cells.check()?;
        let width = self.width.unwrap_or(match self.cells.columns {
            1 => 480.0,
            2 | 3 => 720.0,
            _ => 900.0,
        });
        if !(width.is_finite() && (100.0..=2000.0).contains(&width)) {
            return Err(DrawError::Width { width });
        }
        let width = width.round();
        let inner = width - 2.0 * EDGE;
        let title = metrics::wrap(&self.title, size::TITLE, true, inner);
        let subtitle: Vec<Vec<String>> = self
            .subtitle
            .lines()
            .map(|line| metrics::wrap(line, size::SUBTITLE, false, inner - HANG))
            .collect();
        let subtitle_lines = subtitle.iter().map(Vec::len).sum();
        let left_out = self.left_out();
        let note = [self.note.as_str()]
            .into_iter()
            .chain(left_out.iter().map(String::as_str));
        let note = note
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        let note = metrics::wrap(&note, size::NOTE, false, inner);

        let mut entries = Legend::default();
        self.cells
            .present()
            .for_each(|(_, panel)| panel.legend(&mut entries));
        let legend = entries.place(self.legend, inner);
        let beside = self.legend == LegendPlace::Right && legend.width > 0.0;
        let room = inner
            - if beside {
                legend.width + COLUMN_GAP
            } else {
                0.0
            };
        let grid = Grid::lay_out(&self.cells, room, width)?;

        let header = heading_height(title.len(), size::TITLE, 7.0)
            + heading_height(subtitle_lines, size::SUBTITLE, 10.0);
        let top = EDGE + header;
        let body = if beside {
            grid.height.max(legend.height)
        } else {
            grid.height
        };
        let mut below = top + body;
        let legend_top = if beside { top } else { below + 14.0 };
        if !beside && legend.height > 0.0 {
            below = legend_top + legend.height;
        }
        let note_top = below + 12.0;
        if !note.is_empty() {
            below = note_top + metrics::block(note.len(), size::NOTE);
        }
        let height = (below + EDGE).ceil();
        if width * height > LARGEST {
            return Err(DrawError::TooLarge { width, height });
        }
        let mut canvas = Canvas::new(width, height)?;
        draw_lines(&mut canvas, &title, (EDGE, EDGE), size::TITLE, true);
        let mut y = EDGE + heading_height(title.len(), size::TITLE, 7.0);
        for paragraph in &subtitle {
            // Lines that go on are indented, so that one sees where each parameter set begins.
            for (i, line) in paragraph.iter().enumerate() {
                let x = EDGE + if i == 0 { 0.0 } else { HANG };
                draw_lines(
                    &mut canvas,
                    std::slice::from_ref(line),
                    (x, y),
                    size::SUBTITLE,
                    false,
                );
                y += metrics::leading(size::SUBTITLE);
            }
        }
        grid.draw(&self.cells, &mut canvas, top)?;
        self.draw_legend(
            &mut canvas,
            &legend,
            beside.then_some(width - EDGE - legend.width),
            legend_top,
            &grid,
        );
        draw_lines(&mut canvas, &note, (EDGE, note_top), size::NOTE, false);
        let mut picture = canvas.finish()?;
        picture.left_out = left_out;
        picture.is_empty = self
            .cells
            .present()
            .any(|(_, panel)| panel.left_out().is_all());
        Ok(picture)
    }

    /// What panels leave out, a sentence each.
    fn left_out(&self) -> Vec<String> {
        let lettered = self.cells.lettered();
        let panels = self.cells.present().enumerate();
        let sentences = panels.filter_map(|(number, (_, panel))| {
            let words = panel.left_out().words()?;
            let which = match (lettered, u32::try_from(number)) {
                (true, Ok(number @ 0..26)) => {
                    let letter = char::from_u32(u32::from('A') + number)?;
                    format!(" in {letter}")
                }
                // Titles say it, where there are several.
                _ if self.cells.present().count() > 1 && !panel.title().is_empty() => {
                    format!(" in {}", panel.title())
                }
                _ => String::new(),
            };
            Some(format!("Not drawn{which}: {words}."))
        });
        sentences.collect()
    }

    fn draw_legend(
        &self,
        canvas: &mut Canvas,
        legend: &Placed,
        beside: Option<f64>,
        top: f64,
        grid: &Grid,
    ) {
        // Under the panels the legend begins where the data do.
        let left = grid.lefts.first().map_or(EDGE, |x| EDGE + x);
        let left = if left + legend.width > EDGE + grid.width {
            EDGE
        } else {
            left
        };
        legend.draw(canvas, beside.unwrap_or(left), top);
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
