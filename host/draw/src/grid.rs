//! Where the panels of a figure stand.

use super::canvas::{Area, Canvas};
use super::colours::ColourScale;
use super::error::DrawError;
use super::margins::Margins;
use super::panel::{Frame, Panel};

/// White space around a figure of its natural size.
pub(super) const EDGE: f64 = 12.0;
/// White space between columns of panels.
pub(super) const COLUMN_GAP: f64 = 16.0;
pub(super) const ROW_GAP: f64 = 18.0;

/// A panel in its cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub panel: Panel,
    /// Columns that it takes; the cells it covers besides its first are empty.
    pub span: usize,
    /// Whether it goes with the one before it, and has no letter.
    pub follows: bool,
}

/// The panels of a figure, cell by cell along its rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cells {
    pub rows: usize,
    pub columns: usize,
    panels: Vec<Option<Placed>>,
    pub letters: Option<bool>,
    /// How many letters come before those of this part of a figure.
    first_letter: usize,
    /// Whether its panels are low.
    flat: bool,
}

impl Cells {
    pub fn new(rows: usize, columns: usize) -> Self {
        Self {
            rows,
            columns,
            panels: Vec::new(),
            letters: None,
            first_letter: 0,
            flat: false,
        }
    }

    /// Rows of these panels, a cell each, as a part of the figure.
    pub fn part(
        &self,
        rows: Vec<Vec<Option<Placed>>>,
        columns: usize,
        first_letter: usize,
        flat: bool,
    ) -> Self {
        let mut part = Self {
            letters: Some(self.lettered()),
            first_letter,
            flat,
            ..Self::new(rows.len(), columns)
        };
        for mut row in rows {
            row.resize(columns, None);
            let cells = row.into_iter();
            part.panels
                .extend(cells.map(|placed| placed.map(|placed| Placed { span: 1, ..placed })));
        }
        part
    }

    /// Adds a panel in the next cells of a row.
    pub fn add(&mut self, placed: Placed) {
        let span = placed.span;
        self.panels.push(Some(placed));
        self.panels.extend((1..span).map(|_| None));
    }

    /// Leaves the next cell empty.
    pub fn skip(&mut self) {
        self.panels.push(None);
    }

    pub fn check(&self) -> Result<(), DrawError> {
        let (rows, columns) = (self.rows, self.columns);
        if !(1..=26).contains(&rows) || !(1..=26).contains(&columns) {
            return Err(DrawError::Grid { rows, columns });
        }
        if self.panels.len() > rows * columns {
            return Err(DrawError::TooManyPanels {
                panels: self.panels.len(),
                cells: rows * columns,
            });
        }
        if self.present().next().is_none() {
            return Err(DrawError::NoPanel);
        }
        for (panel, _) in self.present() {
            let span = self.span(panel);
            if span == 0 || panel % columns + span > columns {
                return Err(DrawError::Span {
                    panel,
                    span,
                    columns,
                });
            }
        }
        self.present().try_for_each(|(i, panel)| panel.check(i))
    }

    /// The panel that begins in a cell.
    pub fn at(&self, cell: usize) -> Option<&Placed> {
        self.panels.get(cell)?.as_ref()
    }

    /// Columns that the panel in a cell takes.
    pub fn span(&self, cell: usize) -> usize {
        self.at(cell).map_or(1, |placed| placed.span)
    }

    pub fn present(&self) -> impl Iterator<Item = (usize, &Panel)> {
        self.panels
            .iter()
            .enumerate()
            .filter_map(|(i, p)| Some((i, &p.as_ref()?.panel)))
    }

    pub fn lettered(&self) -> bool {
        self.letters.unwrap_or(self.present().count() > 1)
    }

    fn has_letter(&self, cell: usize) -> bool {
        self.lettered() && self.at(cell).is_some_and(|placed| !placed.follows)
    }

    /// How many panels have letters.
    pub fn lettered_panels(&self) -> usize {
        let cells = self.present();
        cells.filter(|&(cell, _)| self.has_letter(cell)).count()
    }

    /// The panels, each with its cell and its letter: one that follows another has that one's.
    pub fn named(&self) -> Vec<(usize, &Panel, Option<String>)> {
        let mut next = self.first_letter;
        let mut named = Vec::new();
        for (cell, panel) in self.present() {
            if self.has_letter(cell) {
                next += 1;
            }
            let letter = (self.lettered() && next > 0).then(|| letter(next - 1));
            named.push((cell, panel, letter));
        }
        named
    }

    /// The colour scale of all heat panels, if there are several and they agree.
    pub fn shared_colours(&self) -> Option<&ColourScale> {
        let mut scales = self.present().filter_map(|(_, panel)| panel.colours());
        let first = scales.next()?;
        let mut others = scales.peekable();
        others.peek()?;
        others.all(|scale| scale == first).then_some(first)
    }
}

/// Places of the panels. All data areas of a figure have one width, but those of panels that take several columns; those of a
/// row have one top.
#[derive(Debug)]
pub(super) struct Grid {
    /// Width of the data areas.
    pub plot: f64,
    /// White space around the figure.
    edge: f64,
    /// Left edges of the data areas of each column, from the left edge of the grid.
    pub lefts: Vec<f64>,
    /// Room to the left of the data areas of each column.
    margins: Vec<f64>,
    /// Top of each row, and of its data areas.
    tops: Vec<(f64, f64)>,
    /// Height of each row's highest matrix: lower ones stand on the same line.
    matrices: Vec<f64>,
    pub height: f64,
    pub width: f64,
}

impl Grid {
    pub fn lay_out(cells: &Cells, room: f64, width: f64, edge: f64) -> Result<Self, DrawError> {
        let own_bar = cells.shared_colours().is_none();
        let columns = cells.columns;
        let mut grid_room = room;
        let mut plot = room / columns as f64 * 0.75;
        let mut margins = vec![Margins::default(); columns];
        // Margins depend on the ticks, these on the size of the data areas, and that on the margins: go round until it settles.
        for round in 0..8 {
            let before = margins;
            margins = vec![Margins::default(); cells.rows * columns];
            let mut left = vec![0.0f64; columns];
            let mut right = vec![0.0f64; columns];
            for (i, panel) in cells.present() {
                let (first, span) = (i % columns, cells.span(i));
                let wide = area_width(plot, &before, first, span);
                let m = panel.margins(
                    wide,
                    area_height(panel, (plot, wide), span, cells),
                    cells.has_letter(i),
                    own_bar,
                );
                let last = first + span - 1;
                left[first] = left[first].max(m.left);
                right[last] = right[last].max(m.right);
                margins[i] = m;
            }
            // Where it does not settle, as when a last label comes and goes, there is room for either.
            if round >= 3 {
                for (column, m) in before[..columns].iter().enumerate() {
                    left[column] = left[column].max(m.left);
                    right[column] = right[column].max(m.right);
                }
            }
            for (i, m) in margins.iter_mut().enumerate() {
                (m.left, m.right) = (left[i % columns], right[i % columns]);
            }
            let taken: f64 =
                left.iter().chain(&right).sum::<f64>() + COLUMN_GAP * (columns - 1) as f64;
            let bar = cells
                .shared_colours()
                .map_or(0.0, |scale| scale.bar_width(plot) + 14.0);
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
        let (mut tops, mut matrices) = (Vec::new(), Vec::new());
        let mut y = 0.0;
        for row in 0..cells.rows {
            let row_cells = cells.present().filter(|(i, _)| i / columns == row);
            let (mut top, mut under) = (0.0f64, 0.0f64);
            let (mut matrix, mut below) = (0.0f64, 0.0f64);
            for (i, panel) in row_cells {
                top = top.max(margins[i].top);
                let wide = area_width(plot, &margins, i % columns, cells.span(i));
                let height = area_height(panel, (plot, wide), cells.span(i), cells);
                under = under.max(height + margins[i].bottom);
                if matches!(panel, Panel::Heat(_)) {
                    matrix = matrix.max(height);
                    below = below.max(margins[i].bottom);
                }
            }
            under = under.max(matrix + below);
            matrices.push(matrix);
            if under > 0.0 {
                y += if y > 0.0 { ROW_GAP } else { 0.0 };
                tops.push((y, y + top));
                y += top + under;
            } else {
                tops.push((y, y));
            }
        }
        let margins = margins[..columns].iter().map(|m| m.left).collect();
        Ok(Self {
            plot,
            edge,
            lefts,
            margins,
            tops,
            matrices,
            height: y,
            width: grid_room,
        })
    }

    pub fn draw(&self, cells: &Cells, canvas: &mut Canvas, top: f64) {
        let shared = cells.shared_colours();
        let mut bar: Option<(f64, f64)> = None;
        for (i, panel, letter) in cells.named() {
            let (row, column) = (i / cells.columns, i % cells.columns);
            let span = cells.span(i);
            let last = column + span - 1;
            let w = self.plot + (self.lefts[last] - self.lefts[column]);
            let h = area_height(panel, (self.plot, w), span, cells);
            let down = match panel {
                Panel::Heat(_) => self.matrices[row] - h,
                _ => 0.0,
            };
            let area = Area {
                x: self.edge + self.lefts[column],
                y: top + self.tops[row].1 + down,
                w,
                h,
            };
            let left = area.x - self.margins[column];
            let frame = Frame {
                left,
                top: top + self.tops[row].0 + down,
                letter: letter.as_deref().filter(|_| cells.has_letter(i)),
                own_bar: shared.is_none(),
            };
            panel.draw(canvas, area, &frame);
            if panel.colours().is_some() {
                let (from, to) = bar.unwrap_or((area.y, area.bottom()));
                bar = Some((from.min(area.y), to.max(area.bottom())));
            }
        }
        if let (Some(scale), Some((from, to))) = (shared, bar) {
            let height = (to - from).min(self.plot.max(160.0));
            let y = from + (to - from - height) / 2.0;
            scale.draw_bar(canvas, self.edge + self.width + 14.0, y, height);
        }
    }
}

/// Width of a data area that takes `span` columns from `first` on, where each column's is `plot` wide; `margins` begin with
/// those of the columns.
fn area_width(plot: f64, margins: &[Margins], first: usize, span: usize) -> f64 {
    let between = margins[first..first + span]
        .windows(2)
        .map(|pair| pair[0].right + COLUMN_GAP + pair[1].left);
    plot * span as f64 + between.sum::<f64>()
}

/// Height of the data area of a panel that takes `span` columns, each with an area `plot` wide, together `wide`. Without the
/// room between columns, so that areas of equal spans are equally high, but where cells or nodes keep their shape.
fn area_height(panel: &Panel, (plot, wide): (f64, f64), span: usize, cells: &Cells) -> f64 {
    let width = match panel {
        Panel::Heat(_) | Panel::Tree(_) | Panel::Strip(_) => wide,
        Panel::Curve(_) | Panel::Mark(_) => plot * span as f64,
    };
    let share = match cells.columns / span {
        _ if cells.flat => 0.5,
        0..=2 => 0.66,
        _ => 0.8,
    };
    panel.height(width, share)
}

/// A, B, ..., Z, AA, AB, ...
fn letter(number: usize) -> String {
    let of = |n: usize| char::from(b'A' + (n % 26) as u8);
    if number < 26 {
        of(number).to_string()
    } else {
        format!("{}{}", of(number / 26 - 1), of(number))
    }
}
