//! A figure: panels in a grid under a title, with one legend.

use super::canvas::{Anchor, Area, Canvas, Point};
use super::error::DrawError;
use super::heat::ColourScale;
use super::legend::{Legend, LegendPlace, Placed};
use super::metrics;
use super::panel::{Frame, Margins, Panel};
use super::picture::Picture;
use super::style::{Rgb, size};

const EDGE: f64 = 12.0;
const COLUMN_GAP: f64 = 16.0;
const ROW_GAP: f64 = 18.0;
const HANG: f64 = 12.0;
/// The rasteriser takes 144 bytes a square unit.
const LARGEST: f64 = 3e6;

/// A figure under construction; [`Figure::draw`] turns it into a [`Picture`].
///
/// Lengths are in units of 1/96 inch, so that letters of 10 units are 7.5 points high where the figure is printed at its
/// natural size.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    title: String,
    subtitle: String,
    rows: usize,
    columns: usize,
    panels: Vec<Option<Panel>>,
    legend: LegendPlace,
    note: String,
    width: Option<f64>,
    letters: Option<bool>,
}

impl Figure {
    /// A figure of `rows` x `columns` panels (1 to 26 each). The title is broken into lines where it is long.
    pub fn new(title: &str, rows: usize, columns: usize) -> Self {
        Self {
            title: title.to_owned(),
            subtitle: String::new(),
            rows,
            columns,
            panels: Vec::new(),
            legend: LegendPlace::Below,
            note: String::new(),
            width: None,
            letters: None,
        }
    }

    /// Smaller text under the title, such as parameter sets, broken into lines at line feeds and where it is long.
    pub fn subtitle(mut self, subtitle: &str) -> Self {
        self.subtitle = subtitle.to_owned();
        self
    }

    /// Adds a panel in the next cell: along the first row, then the second, ...
    pub fn panel(mut self, panel: impl Into<Panel>) -> Self {
        self.panels.push(Some(panel.into()));
        self
    }

    /// Leaves the next cell empty.
    pub fn skip(mut self) -> Self {
        self.panels.push(None);
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
        self.letters = Some(letters);
        self
    }

    /// Draws the figure. Equal input gives equal bytes.
    ///
    /// # Errors
    /// Whatever [`DrawError`] lists: lists of unequal length, empty or reversed ranges, a tree that is none, ... Values that
    /// are not finite are no error: they leave gaps, and a panel that has nothing else says "no data".
    pub fn draw(&self) -> Result<Picture, DrawError> {
        self.check()?;
        let width = self.width.unwrap_or(match self.columns {
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
        let subtitle: Vec<Vec<String>> =
            self.subtitle.lines().map(|line| metrics::wrap(line, size::SUBTITLE, false, inner - HANG)).collect();
        let subtitle_lines = subtitle.iter().map(Vec::len).sum();
        let note = metrics::wrap(&self.note, size::NOTE, false, inner);

        let mut entries = Legend::default();
        self.present().for_each(|(_, panel)| panel.legend(&mut entries));
        let legend = entries.place(self.legend, inner);
        let beside = self.legend == LegendPlace::Right && legend.width > 0.0;
        let room = inner - if beside { legend.width + COLUMN_GAP } else { 0.0 };
        let grid = Grid::lay_out(self, room, width)?;

        let header = heading_height(title.len(), size::TITLE, 7.0) + heading_height(subtitle_lines, size::SUBTITLE, 10.0);
        let top = EDGE + header;
        let body = if beside { grid.height.max(legend.height) } else { grid.height };
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
        let mut canvas = Canvas::new(width, height);
        draw_lines(&mut canvas, &title, (EDGE, EDGE), size::TITLE, true);
        let mut y = EDGE + heading_height(title.len(), size::TITLE, 7.0);
        for paragraph in &subtitle {
            // Lines that go on are indented, so that one sees where each parameter set begins.
            for (i, line) in paragraph.iter().enumerate() {
                let x = EDGE + if i == 0 { 0.0 } else { HANG };
                draw_lines(&mut canvas, std::slice::from_ref(line), (x, y), size::SUBTITLE, false);
                y += metrics::leading(size::SUBTITLE);
            }
        }
        grid.draw(self, &mut canvas, top)?;
        self.draw_legend(&mut canvas, &legend, beside.then_some(width - EDGE - legend.width), legend_top, &grid);
        draw_lines(&mut canvas, &note, (EDGE, note_top), size::NOTE, false);
        canvas.finish()
    }

    fn draw_legend(&self, canvas: &mut Canvas, legend: &Placed, beside: Option<f64>, top: f64, grid: &Grid) {
        // Under the panels the legend begins where the data do.
        let left = grid.lefts.first().map_or(EDGE, |x| EDGE + x);
        let left = if left + legend.width > EDGE + grid.width { EDGE } else { left };
        legend.draw(canvas, beside.unwrap_or(left), top);
    }

    fn check(&self) -> Result<(), DrawError> {
        let (rows, columns) = (self.rows, self.columns);
        if !(1..=26).contains(&rows) || !(1..=26).contains(&columns) {
            return Err(DrawError::Grid { rows, columns });
        }
        if self.panels.len() > rows * columns {
            return Err(DrawError::TooManyPanels { panels: self.panels.len(), cells: rows * columns });
        }
        if self.present().next().is_none() {
            return Err(DrawError::NoPanel);
        }
        self.present().try_for_each(|(i, panel)| panel.check(i))
    }

    fn present(&self) -> impl Iterator<Item = (usize, &Panel)> {
        self.panels.iter().enumerate().filter_map(|(i, p)| Some((i, p.as_ref()?)))
    }

    fn lettered(&self) -> bool {
        self.letters.unwrap_or(self.present().count() > 1)
    }

    /// The colour scale of all heat panels, if there are several and they agree.
    fn shared_colours(&self) -> Option<&ColourScale> {
        let mut scales = self.present().filter_map(|(_, panel)| panel.colours());
        let first = scales.next()?;
        let mut others = scales.peekable();
        others.peek()?;
        others.all(|scale| scale == first).then_some(first)
    }
}

fn heading_height(lines: usize, size: u32, after: f64) -> f64 {
    if lines == 0 { 0.0 } else { metrics::leading(size) * lines as f64 + after }
}

/// Draws lines under one another, the top of the first at the given place; headings in black, the rest in grey.
fn draw_lines(canvas: &mut Canvas, lines: &[String], (x, y): Point, size: u32, bold: bool) {
    for (i, line) in lines.iter().enumerate() {
        let baseline = y + metrics::cap(size) + metrics::leading(size) * i as f64;
        canvas.text((x, baseline), line, size, bold, if bold { Rgb::INK } else { Rgb::SOFT_INK }, Anchor::Start);
    }
}

/// Places of the panels. All data areas of a figure have one width; those of a row have one top.
struct Grid {
    /// Width of the data areas.
    plot: f64,
    /// Left edges of the data areas of each column, from the left edge of the grid.
    lefts: Vec<f64>,
    /// Room to the left of the data areas of each column.
    margins: Vec<f64>,
    /// Top of each row, and of its data areas.
    tops: Vec<(f64, f64)>,
    height: f64,
    width: f64,
}

impl Grid {
    fn lay_out(figure: &Figure, room: f64, width: f64) -> Result<Self, DrawError> {
        let own_bar = figure.shared_colours().is_none();
        let columns = figure.columns;
        let mut grid_room = room;
        let mut plot = room / columns as f64 * 0.75;
        let mut margins = Vec::new();
        // Margins depend on the ticks, these on the size of the data areas, and that on the margins: go round until it settles.
        for _ in 0..4 {
            margins = vec![Margins::default(); figure.rows * columns];
            let mut left = vec![0.0f64; columns];
            let mut right = vec![0.0f64; columns];
            for (i, panel) in figure.present() {
                let m = panel.margins(plot, panel.height(plot, columns), figure.lettered(), own_bar);
                left[i % columns] = left[i % columns].max(m.left);
                right[i % columns] = right[i % columns].max(m.right);
                margins[i] = m;
            }
            for (i, m) in margins.iter_mut().enumerate() {
                (m.left, m.right) = (left[i % columns], right[i % columns]);
            }
            let taken: f64 = left.iter().chain(&right).sum::<f64>() + COLUMN_GAP * (columns - 1) as f64;
            let bar = figure.shared_colours().map_or(0.0, |scale| scale.bar_width(plot) + 14.0);
            grid_room = room - bar;
            plot = (grid_room - taken) / columns as f64;
            if plot < 30.0 {
                return Err(DrawError::Width { width });
            }
        }
        let mut lefts = Vec::new();
        let mut x = 0.0;
        for m in &margins[..columns] {
            lefts.push(x + m.left);
            x += m.left + plot + m.right + COLUMN_GAP;
        }
        let mut tops = Vec::new();
        let mut y = 0.0;
        for row in 0..figure.rows {
            let cells = figure.present().filter(|(i, _)| i / columns == row);
            let (mut top, mut under) = (0.0f64, 0.0f64);
            for (i, panel) in cells {
                top = top.max(margins[i].top);
                under = under.max(panel.height(plot, columns) + margins[i].bottom);
            }
            if under > 0.0 {
                y += if y > 0.0 { ROW_GAP } else { 0.0 };
                tops.push((y, y + top));
                y += top + under;
            } else {
                tops.push((y, y));
            }
        }
        let margins = margins[..columns].iter().map(|m| m.left).collect();
        Ok(Self { plot, lefts, margins, tops, height: y, width: grid_room })
    }

    fn draw(&self, figure: &Figure, canvas: &mut Canvas, top: f64) -> Result<(), DrawError> {
        let shared = figure.shared_colours();
        let mut bar: Option<(f64, f64)> = None;
        for (number, (i, panel)) in figure.present().enumerate() {
            let (row, column) = (i / figure.columns, i % figure.columns);
            let area = Area {
                x: EDGE + self.lefts[column],
                y: top + self.tops[row].1,
                w: self.plot,
                h: panel.height(self.plot, figure.columns),
            };
            let letter = figure.lettered().then(|| letter(number));
            let left = area.x - self.margins[column];
            let frame = Frame { left, top: top + self.tops[row].0, letter: letter.as_deref(), own_bar: shared.is_none() };
            panel.draw(canvas, area, &frame)?;
            if panel.colours().is_some() {
                let (from, to) = bar.unwrap_or((area.y, area.bottom()));
                bar = Some((from.min(area.y), to.max(area.bottom())));
            }
        }
        match (shared, bar) {
            (Some(scale), Some((from, to))) => {
                let height = (to - from).min(self.plot.max(160.0));
                let y = from + (to - from - height) / 2.0;
                scale.draw_bar(canvas, EDGE + self.width + 14.0, y, height)
            }
            _ => Ok(()),
        }
    }
}

/// A, B, ..., Z, AA, AB, ...
fn letter(number: usize) -> String {
    let of = |n: usize| char::from(b'A' + (n % 26) as u8);
    if number < 26 { of(number).to_string() } else { format!("{}{}", of(number / 26 - 1), of(number)) }
}
