//! Marks over categories: one for each run, and the median of each category.

use super::axis::{AxisSpec, LeftOut, Ruler, Scale, on_axis};
use super::bits;
use super::canvas::{Anchor, Area, Canvas};
use super::error::DrawError;
use super::legend::{Legend, Rank, Swatch};
use super::margins::{self, Margins};
use super::metrics;
use super::style::{LineStyle, Rgb, Role, size};
use super::symbol::{End, draw_beyond};

#[derive(Debug, Clone, PartialEq)]
struct Category {
    label: String,
    role: Role,
    values: Vec<f64>,
}

/// A panel with one column of marks for each category.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkPanel {
    pub(super) title: String,
    x_label: String,
    y: AxisSpec,
    categories: Vec<Category>,
    references: Vec<f64>,
    reference_label: String,
    mark_label: String,
    median_label: String,
}

impl MarkPanel {
    /// A panel with the titles of its axes.
    pub fn new(x_label: &str, y_label: &str) -> Self {
        Self {
            title: String::new(),
            x_label: x_label.to_owned(),
            y: AxisSpec::new(y_label),
            categories: Vec::new(),
            references: Vec::new(),
            reference_label: String::new(),
            mark_label: "one run".to_owned(),
            median_label: "median".to_owned(),
        }
    }

    /// The title above the panel.
    pub fn title(mut self, title: &str) -> Self {
        self.title = title.to_owned();
        self
    }

    /// The y axis runs from `lo` to `hi`.
    pub fn y_range(mut self, lo: f64, hi: f64) -> Self {
        self.y.range = Some((lo, hi));
        self
    }

    /// How the y axis counts; values without a place on it are left out.
    pub fn y_scale(mut self, scale: Scale) -> Self {
        self.y.scale = scale;
        self
    }

    /// Adds a category with one value for each run; values that are not finite are left out. A category may be empty.
    pub fn category(mut self, label: &str, role: Role, values: Vec<f64>) -> Self {
        self.categories.push(Category {
            label: label.to_owned(),
            role,
            values,
        });
        self
    }

    /// Adds a thin grey horizontal line.
    pub fn reference(mut self, y: f64) -> Self {
        self.references.push(y);
        self
    }

    /// The legend's name for the horizontal lines.
    pub fn reference_label(mut self, label: &str) -> Self {
        self.reference_label = label.to_owned();
        self
    }

    /// The legend's names for a mark and for the bar at each median, instead of "one run" and "median"; empty text leaves
    /// that entry out.
    pub fn legend_labels(mut self, mark: &str, median: &str) -> Self {
        self.mark_label = mark.to_owned();
        self.median_label = median.to_owned();
        self
    }

    pub(super) fn check(&self, panel: usize) -> Result<(), DrawError> {
        if self.categories.is_empty() {
            return Err(DrawError::EmptyPanel { panel });
        }
        self.y.check(panel)
    }

    fn ruler(&self) -> Ruler {
        self.y.ruler(
            self.categories
                .iter()
                .flat_map(|c| c.values.iter().copied()),
            true,
        )
    }

    /// Values that are not drawn.
    pub(super) fn left_out(&self) -> LeftOut {
        let ruler = self.ruler();
        let mut left_out = LeftOut::default();
        for value in self.categories.iter().flat_map(|one| &one.values) {
            left_out.count(None, (&ruler, *value));
        }
        left_out
    }

    /// Room for a category's name.
    fn slot(&self, width: f64) -> f64 {
        width / self.categories.len() as f64 - 4.0
    }

    fn names(&self, width: f64) -> Vec<Vec<String>> {
        let slot = self.slot(width);
        self.categories
            .iter()
            .map(|c| metrics::wrap(&c.label, size::TICK, false, slot))
            .collect()
    }

    /// Whether names read upwards: a word of one is wider than its room.
    fn turned(&self, width: f64) -> bool {
        let slot = self.slot(width);
        let words = self.categories.iter().flat_map(|c| c.label.split(' '));
        metrics::widest(words, size::TICK, false) > slot
    }

    fn names_height(&self, width: f64) -> f64 {
        if self.turned(width) {
            let names = self.categories.iter().map(|c| c.label.as_str());
            return 6.0 + metrics::widest(names, size::TICK, false);
        }
        let lines = self.names(width).iter().map(Vec::len).max().unwrap_or(0);
        6.0 + metrics::block(lines, size::TICK)
    }

    pub(super) fn margins(&self, width: f64, height: f64) -> Margins {
        let lines = metrics::wrap(&self.x_label, size::LABEL, false, width).len();
        let label = if lines == 0 {
            0.0
        } else {
            metrics::block(lines, size::LABEL) + 5.0
        };
        Margins {
            left: margins::left_margin(&self.ruler().ticks_upwards(height), &self.y.label, height),
            right: 2.0,
            top: 0.0,
            bottom: self.names_height(width) + label,
        }
    }

    pub(super) fn legend(&self, legend: &mut Legend) {
        legend.add(
            Rank::Remark,
            Swatch::Disc(Role::Neutral.colour()),
            &self.mark_label,
        );
        legend.add(Rank::Remark, Swatch::Median, &self.median_label);
        let line = Swatch::Line {
            colour: Role::Neutral.colour(),
            width: 0.8,
            style: LineStyle::Solid,
            band: false,
            symbol: None,
        };
        legend.add(Rank::Remark, line, &self.reference_label);
        if self.left_out().without_place > 0 {
            legend.add(Rank::Remark, Swatch::Beyond, "0, or beyond the axis");
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Area) {
        let ruler = self.ruler();
        margins::draw_left_axis(canvas, area, &ruler, &self.y.label);
        canvas.line(
            (area.x - 0.35, area.bottom()),
            (area.right(), area.bottom()),
            Rgb::INK,
            0.7,
        );
        for place in self
            .references
            .iter()
            .filter_map(|&v| ruler.place(v))
            .filter(|p| (0.0..=1.0).contains(p))
        {
            let y = area.bottom() - place * area.h;
            canvas.line((area.x, y), (area.right(), y), Role::Neutral.colour(), 0.8);
        }
        let slot = area.w / self.categories.len() as f64;
        let (names, turned) = (self.names(area.w), self.turned(area.w));
        let mut any = false;
        for (i, (category, name)) in self.categories.iter().zip(names).enumerate() {
            let centre = area.x + slot * (i as f64 + 0.5);
            if turned {
                let at = (centre + metrics::cap(size::TICK) / 2.0, area.bottom() + 6.0);
                let name = &category.label;
                canvas.text_upwards(at, name, size::TICK, Rgb::INK, Anchor::End);
            }
            for (line, text) in name.iter().enumerate().filter(|_| !turned) {
                let y = area.bottom()
                    + 6.0
                    + metrics::cap(size::TICK)
                    + metrics::leading(size::TICK) * line as f64;
                canvas.text(
                    (centre, y),
                    text,
                    size::TICK,
                    false,
                    Rgb::INK,
                    Anchor::Middle,
                );
            }
            any |= draw_marks(canvas, area, &ruler, category, centre, slot);
        }
        if !any {
            margins::draw_no_data(canvas, area);
        }
        margins::draw_bottom_label(canvas, area, self.names_height(area.w), &self.x_label);
    }
}

/// An arrow at the edge of the area, towards a value beyond it.
fn draw_arrow(canvas: &mut Canvas, area: Area, x: f64, place: f64, colour: Rgb) {
    let (edge, inwards) = if place > 1.0 {
        (area.y, 1.0)
    } else {
        (area.bottom(), -1.0)
    };
    let side = |dx: f64| (x + dx, edge + 4.0 * inwards);
    let points = [side(-2.6), (x, edge), side(2.6)];
    canvas.polyline(&points, colour, 1.2, LineStyle::Solid);
    canvas.line((x, edge), (x, edge + 7.0 * inwards), colour, 1.2);
}

/// Draws the marks of one category; false if there were none.
fn draw_marks(
    canvas: &mut Canvas,
    area: Area,
    ruler: &Ruler,
    category: &Category,
    centre: f64,
    slot: f64,
) -> bool {
    let spread = (slot * 0.5).min(36.0);
    let mut seen: Vec<f64> = Vec::new();
    for (i, &value) in category.values.iter().enumerate() {
        // Multiples of the golden ratio spread evenly and never repeat.
        let jitter = ((i as f64 + 0.5) * 0.618_033_988_749_894_9).fract() - 0.5;
        let x = centre + jitter * spread;
        let Some(place) = ruler.place(value) else {
            if value.is_finite() {
                draw_beyond(canvas, (x, area.bottom()), End::Low, category.role.colour());
            }
            continue;
        };
        seen.push(value);
        if !on_axis(place) {
            draw_arrow(canvas, area, x, place, category.role.colour());
            continue;
        }
        let at = (x, area.bottom() - place * area.h);
        canvas.disc(at, 2.4, category.role.colour(), 0.65, None);
    }
    seen.sort_by(f64::total_cmp);
    let middle = seen.len() / 2;
    let median = match seen.len() {
        0 => return false,
        n if n % 2 == 1 => seen[middle],
        _ => seen[middle - 1] + (seen[middle] - seen[middle - 1]) / 2.0,
    };
    if let Some(place) = ruler.place(median).filter(|&p| on_axis(p)) {
        let y = area.bottom() - place * area.h;
        bits::draw_median(canvas, (centre, y), spread / 2.0 + 5.0);
    }
    true
}
