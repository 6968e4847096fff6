//! Rows of small pictures that become one another, each with a curve and a remark beside it.

use super::axis::{AxisSpec, Ruler, round_step};
use super::canvas::{Anchor, Area, Canvas, Point};
use super::error::DrawError;
use super::legend::Legend;
use super::margins;
use super::metrics;
use super::style::{LineStyle, Rgb, Role, size};

/// A small grey picture, values from -1 (black) to +1 (white), row after row from the top; NaN is drawn light grey.
#[derive(Debug, Clone, PartialEq)]
pub struct StripPicture {
    values: Vec<f64>,
    caption: String,
    marked: Vec<usize>,
}

impl StripPicture {
    /// A picture.
    pub fn new(values: Vec<f64>) -> Self {
        Self {
            values,
            caption: String::new(),
            marked: Vec::new(),
        }
    }

    /// A few letters under it.
    pub fn caption(mut self, caption: &str) -> Self {
        self.caption = caption.to_owned();
        self
    }

    /// Pixels with a mark, by their place; left out where pixels are too small for one.
    pub fn marked(mut self, pixels: Vec<usize>) -> Self {
        self.marked = pixels;
        self
    }
}

/// A row: a name, pictures in their columns, the points of a curve, a remark.
#[derive(Debug, Clone, PartialEq)]
pub struct StripRow {
    name: String,
    pictures: Vec<Option<StripPicture>>,
    curve: Vec<(f64, f64)>,
    remark: Vec<String>,
}

impl StripRow {
    /// A row with one picture per column; `None` leaves a place empty.
    pub fn new(name: &str, pictures: Vec<Option<StripPicture>>) -> Self {
        Self {
            name: name.to_owned(),
            pictures,
            curve: Vec::new(),
            remark: Vec::new(),
        }
    }

    /// The points of its curve, which keeps each value until the next.
    pub fn curve(mut self, points: Vec<(f64, f64)>) -> Self {
        self.curve = points;
        self
    }

    /// What stands at its end, the first line in black, the others in grey.
    pub fn remark(mut self, lines: Vec<String>) -> Self {
        self.remark = lines;
        self
    }
}

/// A panel of rows of pictures. Curves have one scale for all rows.
#[derive(Debug, Clone, PartialEq)]
pub struct StripPanel {
    pub(super) title: String,
    width: usize,
    height: usize,
    headings: Vec<(String, usize)>,
    curves: Option<(AxisSpec, AxisSpec)>,
    rows: Vec<StripRow>,
}

const GAP: f64 = 9.0;
const ROW_GAP: f64 = 10.0;
const LARGEST: f64 = 76.0;
const SMALLEST: f64 = 24.0;
/// The same where there is little room: remarks then stand under their rows.
const NARROW_GAP: f64 = 4.0;
const NARROW_SMALLEST: f64 = 12.0;
const HEADING_GAP: f64 = 6.0;
/// A mark needs pixels of this size.
const SMALLEST_MARKED: f64 = 3.4;

/// Where everything stands in a row, and how high rows are.
struct Layout {
    names: f64,
    side: f64,
    picture_height: f64,
    caption_height: f64,
    headings: f64,
    curve_left: f64,
    curve_width: f64,
    gap: f64,
    remarks: Remarks,
}

/// Where remarks stand.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Remarks {
    /// At the end of their rows, from here on.
    Beside(f64),
    /// Under their rows, this wide, in this height.
    Below { width: f64, height: f64 },
}

impl Layout {
    fn remark_height(&self) -> f64 {
        match self.remarks {
            Remarks::Beside(_) => 0.0,
            Remarks::Below { height, .. } => height,
        }
    }
}

/// Name and remark in one line.
fn joined(row: &StripRow) -> String {
    let remark = row.remark.join(", ");
    [row.name.as_str(), &remark]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(": ")
}

impl StripPanel {
    /// Pictures of `width` x `height` pixels under these headings, each over this many columns.
    pub fn new(width: usize, height: usize, headings: Vec<(String, usize)>) -> Self {
        Self {
            title: String::new(),
            width,
            height,
            headings,
            curves: None,
            rows: Vec::new(),
        }
    }

    /// The title above the panel.
    pub fn title(mut self, title: &str) -> Self {
        self.title = title.to_owned();
        self
    }

    /// Every row has a curve, with these labels: that of x under the last, that of y above the first.
    pub fn curves(mut self, x: &str, y: &str) -> Self {
        self.curves = Some((AxisSpec::new(x), AxisSpec::new(y)));
        self
    }

    /// Adds a row.
    pub fn row(mut self, row: StripRow) -> Self {
        self.rows.push(row);
        self
    }

    fn columns(&self) -> usize {
        self.headings.iter().map(|(_, columns)| columns).sum()
    }

    pub(super) fn check(&self, panel: usize) -> Result<(), DrawError> {
        let columns = self.columns();
        let pixels = self.width.saturating_mul(self.height);
        if self.rows.is_empty() || columns == 0 || pixels == 0 {
            return Err(DrawError::EmptyPanel { panel });
        }
        let length = |what: &str, expected: usize, got: usize| {
            let wrong = || DrawError::Length {
                panel,
                what: what.to_owned(),
                expected,
                got,
            };
            (expected == got).then_some(()).ok_or_else(wrong)
        };
        for row in &self.rows {
            length(&row.name, columns, row.pictures.len())?;
            for picture in row.pictures.iter().flatten() {
                length("pixels", pixels, picture.values.len())?;
            }
        }
        Ok(())
    }

    pub(super) fn legend(&self, _: &mut Legend) {}

    fn rulers(&self) -> Option<(Ruler, Ruler)> {
        let (x, y) = self.curves.as_ref()?;
        let points = || self.rows.iter().flat_map(|row| row.curve.iter().copied());
        let mut y = y.ruler(points().map(|(_, y)| y), true);
        // Curves are low: an axis from one round number to another, so that there are two at least.
        if points().all(|(_, y)| y <= 0.0) {
            y.hi = y.hi.min(0.0);
        }
        let step = round_step(y.hi - y.lo, 2);
        (y.lo, y.hi) = ((y.lo / step).floor() * step, (y.hi / step).ceil() * step);
        Some((x.ruler(points().map(|(x, _)| x), false), y))
    }

    fn layout(&self, width: f64) -> Layout {
        let aspect = self.height as f64 / self.width as f64;
        let names = metrics::widest(
            self.rows.iter().map(|row| row.name.as_str()),
            size::LABEL,
            false,
        );
        let remarks = self
            .rows
            .iter()
            .flat_map(|row| row.remark.iter().enumerate());
        let remarks = remarks.map(|(line, text)| metrics::width(text, size::TICK, line == 0));
        let remarks = remarks.fold(0.0, f64::max);
        let columns = self.columns() as f64;
        // The curve is as wide as two pictures; what its ticks take shows only when it is as high as a picture.
        let ticks = self.rulers().map_or(0.0, |(_, y)| {
            margins::left_margin(&y.ticks_upwards(LARGEST), "", LARGEST) + GAP
        });
        let shares = columns + if self.curves.is_some() { 2.0 } else { 0.0 };
        let room = |gap: f64, words: f64| width - words - ticks - gap * (columns + 3.0);
        let is_narrow = room(GAP, names + remarks) < SMALLEST * shares;
        let (gap, room, least) = if is_narrow {
            (NARROW_GAP, room(NARROW_GAP, 0.0), NARROW_SMALLEST)
        } else {
            (GAP, room(GAP, names + remarks), SMALLEST)
        };
        // Names then begin the lines under their rows.
        let names = if is_narrow { 0.0 } else { names };
        let high = LARGEST / aspect;
        let side = (room / shares).min(LARGEST).min(high).max(least);
        let captioned = self
            .rows
            .iter()
            .flat_map(|row| row.pictures.iter().flatten());
        let captioned = captioned
            .map(|picture| &picture.caption)
            .any(|caption| !caption.is_empty());
        let lines = self
            .headings
            .iter()
            .map(|(text, columns)| heading_lines(text, *columns, side + gap).len())
            .max();
        let curve_left = names + gap + columns * (side + gap) + ticks;
        let curve_width = if self.curves.is_some() {
            2.0 * side
        } else {
            0.0
        };
        let behind = if self.curves.is_some() {
            1.8 * GAP
        } else {
            0.0
        };
        let below = curve_left - ticks - names - 2.0 * gap;
        let lines_below =
            |row: &StripRow| metrics::wrap(&joined(row), size::TICK, false, below).len();
        let most = self.rows.iter().map(lines_below).max().unwrap_or(0);
        Layout {
            names,
            side,
            picture_height: side * aspect,
            caption_height: if captioned {
                metrics::block(1, size::NOTE) + 4.0
            } else {
                0.0
            },
            headings: metrics::block(lines.unwrap_or(0), size::LABEL) + HEADING_GAP,
            curve_left,
            curve_width,
            gap,
            remarks: if is_narrow {
                Remarks::Below {
                    width: below,
                    height: metrics::block(most, size::TICK) + 4.0,
                }
            } else {
                Remarks::Beside(curve_left + curve_width + behind)
            },
        }
    }

    pub(super) fn height(&self, width: f64) -> f64 {
        let layout = self.layout(width);
        let under = layout.caption_height + layout.remark_height();
        let row = layout.picture_height + under + ROW_GAP;
        let axis = self.curves.as_ref().map_or(0.0, |(x, _)| {
            let axis = margins::bottom_margin(&x.label, layout.curve_width);
            (axis - under).max(0.0)
        });
        layout.headings + row * self.rows.len() as f64 - ROW_GAP + axis
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Area) {
        let layout = self.layout(area.w);
        self.draw_headings(canvas, area, &layout);
        let rulers = self.rulers();
        let mut top = area.y + layout.headings;
        for (number, row) in self.rows.iter().enumerate() {
            let middle = top + layout.picture_height / 2.0;
            let baseline = middle + metrics::cap(size::LABEL) / 2.0;
            let left = area.x + layout.names;
            let ink = Rgb::INK;
            if matches!(layout.remarks, Remarks::Beside(_)) {
                let at = (left, baseline);
                canvas.text(at, &row.name, size::LABEL, false, ink, Anchor::End);
            }
            for (column, picture) in row.pictures.iter().enumerate() {
                let Some(picture) = picture else {
                    continue;
                };
                let place = Area {
                    x: left + layout.gap + column as f64 * (layout.side + layout.gap),
                    y: top,
                    w: layout.side,
                    h: layout.picture_height,
                };
                self.draw_picture(canvas, place, picture);
            }
            if let Some((x, y)) = &rulers {
                let place = Area {
                    x: area.x + layout.curve_left,
                    y: top,
                    w: layout.curve_width,
                    h: layout.picture_height,
                };
                margins::draw_left_axis(canvas, place, y, "");
                let last = number + 1 == self.rows.len();
                if let Some((label, _)) = self.curves.as_ref().filter(|_| last) {
                    margins::draw_bottom_axis(canvas, place, x, &label.label);
                }
                draw_steps(canvas, place, (x, y), &row.curve);
            }
            match layout.remarks {
                Remarks::Beside(left) => draw_remark(canvas, (area.x + left, middle), &row.remark),
                Remarks::Below { width, .. } => {
                    let under = top + layout.picture_height + layout.caption_height + 4.0;
                    let mut baseline = under + metrics::cap(size::TICK);
                    for line in metrics::wrap(&joined(row), size::TICK, false, width) {
                        let at = (left + layout.gap, baseline);
                        canvas.text(at, &line, size::TICK, false, ink, Anchor::Start);
                        baseline += metrics::leading(size::TICK);
                    }
                }
            }
            top += layout.picture_height + layout.caption_height + layout.remark_height() + ROW_GAP;
        }
    }

    fn draw_headings(&self, canvas: &mut Canvas, area: Area, layout: &Layout) {
        let bottom = area.y + layout.headings - HEADING_GAP;
        let mut write = |centre: f64, lines: &[String]| {
            for (above, line) in lines.iter().rev().enumerate() {
                let baseline = bottom
                    - metrics::descent(size::LABEL)
                    - metrics::leading(size::LABEL) * above as f64;
                let at = (centre, baseline);
                canvas.text(at, line, size::LABEL, false, Rgb::INK, Anchor::Middle);
            }
        };
        let pitch = layout.side + layout.gap;
        let mut left = area.x + layout.names + layout.gap;
        for (text, columns) in &self.headings {
            let width = *columns as f64 * pitch;
            write(
                left + (width - layout.gap) / 2.0,
                &heading_lines(text, *columns, pitch),
            );
            left += width;
        }
        if let Some((_, y)) = &self.curves {
            let centre = area.x + layout.curve_left + layout.curve_width / 2.0;
            write(centre, std::slice::from_ref(&y.label));
        }
    }

    fn draw_picture(&self, canvas: &mut Canvas, area: Area, picture: &StripPicture) {
        let fills: Vec<Rgb> = picture.values.iter().map(|&value| grey(value)).collect();
        canvas.cells(area, self.height, self.width, fills);
        let (w, h) = (area.w / self.width as f64, area.h / self.height as f64);
        if w >= SMALLEST_MARKED {
            for &pixel in &picture.marked {
                let (row, column) = (pixel / self.width, pixel % self.width);
                let at = (
                    area.x + w * (column as f64 + 0.5),
                    area.y + h * (row as f64 + 0.5),
                );
                canvas.disc(at, 0.22 * w, Role::KWinner.colour(), 1.0, None);
            }
        }
        canvas.frame(area, Rgb::INK, 0.6);
        let at = (
            area.centre_x(),
            area.bottom() + 4.0 + metrics::cap(size::NOTE),
        );
        let colour = Rgb::SOFT_INK;
        canvas.text(
            at,
            &picture.caption,
            size::NOTE,
            false,
            colour,
            Anchor::Middle,
        );
    }
}

/// A heading over some columns, each with its gap this wide; a word that is wider reaches beyond them.
fn heading_lines(text: &str, columns: usize, pitch: f64) -> Vec<String> {
    let widest = metrics::widest(text.split(' '), size::LABEL, false);
    let width = (columns as f64 * pitch).max(widest);
    metrics::wrap(text, size::LABEL, false, width)
}

/// A remark beside its row, around the height of its middle.
fn draw_remark(canvas: &mut Canvas, (left, middle): Point, lines: &[String]) {
    let leading = metrics::leading(size::TICK);
    let above = leading * (lines.len() as f64 - 1.0) / 2.0;
    let mut baseline = middle - above + metrics::cap(size::TICK) / 2.0;
    for (line, text) in lines.iter().enumerate() {
        let colour = if line == 0 { Rgb::INK } else { Rgb::SOFT_INK };
        let at = (left, baseline);
        canvas.text(at, text, size::TICK, line == 0, colour, Anchor::Start);
        baseline += leading;
    }
}

fn grey(value: f64) -> Rgb {
    if value.is_nan() {
        return Rgb::MISSING;
    }
    let level = (255.0 * (value.clamp(-1.0, 1.0) + 1.0) / 2.0).round() as u8;
    Rgb(level, level, level)
}

/// A curve that keeps each value until the next, with a dot at its end.
fn draw_steps(canvas: &mut Canvas, area: Area, (x, y): (&Ruler, &Ruler), points: &[(f64, f64)]) {
    let place = |&(at, value): &(f64, f64)| -> Option<Point> {
        Some((
            area.x + x.place(at)? * area.w,
            area.bottom() - y.place(value)? * area.h,
        ))
    };
    let places: Vec<Point> = points.iter().filter_map(place).collect();
    let mut line: Vec<Point> = Vec::with_capacity(2 * places.len());
    for &(x, y) in &places {
        if let Some(&(_, before)) = line.last() {
            line.push((x, before));
        }
        line.push((x, y));
    }
    let colour = Role::OneWinner.colour();
    if line.len() > 1 {
        canvas.polyline(&line, colour, 1.2, LineStyle::Solid);
    }
    if let Some(&end) = places.last() {
        canvas.disc(end, 2.2, colour, 1.0, None);
    }
}
