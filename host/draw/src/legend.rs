//! The legend that all panels of a figure share, outside of them.

use super::canvas::{Anchor, Area, Canvas};
use super::style::{LineStyle, Rgb, size};
use super::symbol::{End, Symbol, draw_beyond};
use super::{bits, metrics};

/// Where the legend stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LegendPlace {
    /// Under the panels, in as many columns as fit.
    #[default]
    Below,
    /// To the right of the panels, one entry under the other.
    Right,
    /// No legend.
    Nowhere,
}

/// The sample beside a label.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Swatch {
    Line {
        colour: Rgb,
        width: f64,
        style: LineStyle,
        band: bool,
        symbol: Option<Symbol>,
    },
    /// A point that no line goes through.
    Point(Symbol, Rgb),
    /// What lies beyond an axis.
    Beyond,
    /// Words without a sample.
    Nothing,
    Ticks(Rgb),
    Disc(Rgb),
    Median,
    Bit {
        on: bool,
        changed: bool,
    },
    Leaf,
}

const SAMPLE: f64 = 28.0;
const GAP: f64 = 6.0;
const BETWEEN: f64 = 20.0;
const RIGHT_WIDTH: f64 = 150.0;
const ROW_GAP: f64 = 4.0;

type Entry = (Rank, Swatch, String);

/// The entries and where their rows break.
#[derive(Debug, Default)]
pub(super) struct Legend {
    entries: Vec<Entry>,
}

/// Where the words of an entry begin.
fn indent(swatch: Swatch) -> f64 {
    match swatch {
        Swatch::Nothing => 0.0,
        _ => SAMPLE + GAP,
    }
}

/// Order of the kinds of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Data,
    Model,
    Remark,
}

/// A legend with its places, relative to its corner.
#[derive(Debug, Default)]
pub(super) struct Placed {
    items: Vec<(Swatch, Vec<String>, f64, f64)>,
    pub width: f64,
    pub height: f64,
}

impl Legend {
    /// Adds an entry unless it has no label or is there already.
    pub fn add(&mut self, rank: Rank, swatch: Swatch, label: &str) {
        if label.trim().is_empty() {
            return;
        }
        // One of them stands for all panels: the one that says more.
        let beyond = self.entries.iter_mut().find(|one| one.1 == Swatch::Beyond);
        if let (Swatch::Beyond, Some((_, _, there))) = (swatch, beyond) {
            if there.len() < label.len() {
                label.clone_into(there);
            }
            return;
        }
        let banded = |s: Swatch| match s {
            Swatch::Line {
                colour,
                width,
                style,
                ..
            } => Swatch::Line {
                colour,
                width,
                style,
                band: true,
                symbol: None,
            },
            other => other,
        };
        match self
            .entries
            .iter_mut()
            .find(|(_, s, l)| l == label && banded(*s) == banded(swatch))
        {
            Some(entry) => {
                if matches!(swatch, Swatch::Line { band: true, .. }) {
                    entry.1 = swatch;
                }
            }
            None => self.entries.push((rank, swatch, label.to_owned())),
        }
    }

    /// At least `fewest` rows in which the lines of a network, which have its colour or a tone of it, stand in a column: where all
    /// have as many, and there is room.
    fn rows_of_groups(&self, fewest: usize, widths: &[f64], limit: f64) -> Option<usize> {
        let data = self.entries.iter().take_while(|one| one.0 == Rank::Data);
        let first_words = data.map(|(_, _, label)| label.split(',').next().unwrap_or(""));
        let names: Vec<&str> = first_words.collect();
        let sizes: Vec<usize> = names.chunk_by(|a, b| a == b).map(<[_]>::len).collect();
        let (&size, rest) = sizes.split_first()?;
        let rows = fewest.div_ceil(size) * size;
        let fits = size > 1 && rest.iter().all(|&other| other == size) && !rest.is_empty();
        (fits && rows <= 4 && width_of_rows(widths, rows) <= limit).then_some(rows)
    }

    /// Finds the places for a legend at most `limit` units wide.
    pub fn place(mut self, place: LegendPlace, limit: f64) -> Placed {
        let mut placed = Placed::default();
        if self.entries.is_empty() || place == LegendPlace::Nowhere {
            return placed;
        }
        self.entries.sort_by_key(|(rank, _, _)| *rank);
        let text_limit = if place == LegendPlace::Right {
            RIGHT_WIDTH
        } else {
            limit - SAMPLE - GAP
        };
        let wrapped: Vec<Vec<String>> = self
            .entries
            .iter()
            .map(|(_, _, label)| metrics::wrap(label, size::LEGEND, false, text_limit))
            .collect();
        let width_of = |((_, swatch, _), lines): (&Entry, &Vec<String>)| {
            let text = metrics::widest(lines.iter().map(String::as_str), size::LEGEND, false);
            indent(*swatch) + text
        };
        let widths: Vec<f64> = self.entries.iter().zip(&wrapped).map(width_of).collect();
        // Entries stand under one another in columns of their own width: as few rows as fit.
        let rows = if place == LegendPlace::Right {
            widths.len()
        } else {
            let fewest = fewest_rows(&widths, limit);
            self.rows_of_groups(fewest, &widths, limit)
                .unwrap_or(fewest)
        };
        let heights: Vec<f64> = wrapped
            .iter()
            .map(|lines| metrics::block(lines.len(), size::LEGEND))
            .collect();
        let mut tops = vec![0.0];
        for row in 0..rows {
            let height = heights
                .iter()
                .skip(row)
                .step_by(rows)
                .copied()
                .fold(0.0, f64::max);
            tops.push(tops[row] + height + ROW_GAP);
        }
        placed.height = tops[rows] - ROW_GAP;
        let mut left = 0.0;
        for (i, ((_, swatch, _), lines)) in self.entries.iter().zip(wrapped).enumerate() {
            if i % rows == 0 && i > 0 {
                left = placed.width + BETWEEN;
            }
            placed.width = placed.width.max(left + widths[i]);
            placed.items.push((*swatch, lines, left, tops[i % rows]));
        }
        placed
    }
}

/// Width of columns of so many rows each.
fn width_of_rows(widths: &[f64], rows: usize) -> f64 {
    let columns = widths.chunks(rows);
    let columns = columns.map(|column| column.iter().copied().fold(0.0, f64::max) + BETWEEN);
    columns.sum::<f64>() - BETWEEN
}

fn fewest_rows(widths: &[f64], limit: f64) -> usize {
    (1..widths.len())
        .find(|&rows| width_of_rows(widths, rows) <= limit)
        .unwrap_or(widths.len())
}

impl Placed {
    pub fn draw(&self, canvas: &mut Canvas, x: f64, y: f64) {
        for (swatch, lines, left, top) in &self.items {
            let baseline = y + top + metrics::cap(size::LEGEND);
            sample(
                canvas,
                *swatch,
                x + left,
                baseline - metrics::cap(size::LEGEND) / 2.0,
            );
            for (i, line) in lines.iter().enumerate() {
                let at = (
                    x + left + indent(*swatch),
                    baseline + metrics::leading(size::LEGEND) * i as f64,
                );
                canvas.text(at, line, size::LEGEND, false, Rgb::INK, Anchor::Start);
            }
        }
    }
}

fn sample(canvas: &mut Canvas, swatch: Swatch, x: f64, y: f64) {
    let middle = x + SAMPLE / 2.0;
    match swatch {
        Swatch::Line {
            colour,
            width,
            style,
            band,
            symbol,
        } => {
            if band {
                canvas.fill(
                    Area {
                        x,
                        y: y - 4.5,
                        w: SAMPLE,
                        h: 9.0,
                    },
                    colour.lighter(1.0 - super::series::BAND),
                );
            }
            canvas.polyline(&[(x, y), (x + SAMPLE, y)], colour, width.max(1.4), style);
            if let Some(symbol) = symbol {
                symbol.draw(canvas, (middle, y), super::series::MARK, colour);
            }
        }
        Swatch::Point(symbol, colour) => symbol.draw(canvas, (middle, y), 3.6, colour),
        Swatch::Beyond => {
            let grey = Rgb(0x80, 0x80, 0x80);
            canvas.line(
                (middle - 9.0, y + 2.5),
                (middle + 9.0, y + 2.5),
                Rgb::INK,
                0.7,
            );
            draw_beyond(canvas, (middle, y + 2.5), End::Low, grey);
        }
        Swatch::Nothing => {}
        Swatch::Ticks(colour) => {
            for i in 0..7 {
                canvas.fill(
                    Area {
                        x: x + 4.0 * f64::from(i) + 1.0,
                        y: y - 2.5,
                        w: 1.6,
                        h: 5.0,
                    },
                    colour,
                );
            }
        }
        Swatch::Disc(colour) => canvas.disc((middle, y), 3.0, colour, 0.75, None),
        Swatch::Median => bits::draw_median(canvas, (middle, y), 9.0),
        Swatch::Bit { on, changed } => {
            bits::draw_bit(canvas, (middle - 4.5, y - 4.5), 9.0, on, changed)
        }
        Swatch::Leaf => bits::draw_leaf_mark(canvas, (middle, y - 4.0), 8.0),
    }
}
