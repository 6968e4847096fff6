//! A panel of curves over numbers, with strips above it that show where one network beats another.

use super::axis::{AxisSpec, LeftOut, Ruler, Scale, on_axis};
use super::canvas::{Anchor, Area, Canvas, Point};
use super::error::DrawError;
use super::legend::{Legend, Rank, Swatch};
use super::margins::{self, Margins};
use super::series::{Advantage, MARK, Series};
use super::style::{LineStyle, Rgb, Role};
use super::symbol::{BEYOND, End, draw_beyond};

const STRIP: f64 = 5.0;
const STRIP_GAP: f64 = 2.5;

/// A panel of curves.
#[derive(Debug, Clone, PartialEq)]
pub struct CurvePanel {
    pub(super) title: String,
    x: AxisSpec,
    y: AxisSpec,
    series: Vec<Series>,
    advantages: Vec<Advantage>,
    references: Vec<f64>,
    boundaries: Vec<(f64, String)>,
}

impl CurvePanel {
    /// A panel with the labels of its axes, which should name the units.
    pub fn new(x_label: &str, y_label: &str) -> Self {
        Self {
            title: String::new(),
            x: AxisSpec::new(x_label),
            y: AxisSpec::new(y_label),
            series: Vec::new(),
            advantages: Vec::new(),
            references: Vec::new(),
            boundaries: Vec::new(),
        }
    }

    /// The title above the panel.
    pub fn title(mut self, title: &str) -> Self {
        self.title = title.to_owned();
        self
    }

    /// The x axis runs from `lo` to `hi` instead of from the first to the last point.
    pub fn x_range(mut self, lo: f64, hi: f64) -> Self {
        self.x.range = Some((lo, hi));
        self
    }

    /// The y axis runs from `lo` to `hi` instead of covering curves and bands; what lies outside is cut.
    pub fn y_range(mut self, lo: f64, hi: f64) -> Self {
        self.y.range = Some((lo, hi));
        self
    }

    /// How the x axis counts.
    pub fn x_scale(mut self, scale: Scale) -> Self {
        self.x.scale = scale;
        self
    }

    /// How the y axis counts. On a logarithmic one a value of 0 or below breaks the line.
    pub fn y_scale(mut self, scale: Scale) -> Self {
        self.y.scale = scale;
        self
    }

    /// Adds a curve; later ones lie over earlier ones.
    pub fn series(mut self, series: Series) -> Self {
        self.series.push(series);
        self
    }

    /// Adds a strip of advantage ticks; strips stand above one another in the order given.
    pub fn advantage(mut self, advantage: Advantage) -> Self {
        self.advantages.push(advantage);
        self
    }

    /// Adds a thin grey horizontal line, for chance or zero. It does not widen an automatic axis.
    pub fn reference(mut self, y: f64) -> Self {
        self.references.push(y);
        self
    }

    /// Adds a thin grey vertical line with a word beside its upper end, for a place where something changes. One that is outside
    /// the axis is not drawn.
    pub fn boundary(mut self, x: f64, label: &str) -> Self {
        self.boundaries.push((x, label.to_owned()));
        self
    }

    pub(super) fn check(&self, index: usize) -> Result<(), DrawError> {
        if self.series.is_empty() {
            return Err(DrawError::EmptyPanel { panel: index });
        }
        self.x.check(index)?;
        self.y.check(index)?;
        self.series
            .iter()
            .try_for_each(|series| series.check(index))
    }

    fn rulers(&self) -> (Ruler, Ruler) {
        let x = self
            .x
            .ruler(self.series.iter().flat_map(|s| s.x.iter().copied()), false);
        // On a logarithmic axis a band may reach down to any small number: only the curves count there.
        let y = if self.y.scale == Scale::Log10 {
            self.y
                .ruler(self.series.iter().flat_map(|s| s.y.iter().copied()), true)
        } else {
            self.y
                .ruler(self.series.iter().flat_map(Series::extent), true)
        };
        (x, y)
    }

    /// Points of data that are not drawn; models are lines that may leave the panel.
    pub(super) fn left_out(&self) -> LeftOut {
        let (x, y) = self.rulers();
        let mut left_out = LeftOut::default();
        for series in self.series.iter().filter(|s| s.is_measured()) {
            for (&at, &value) in series.x.iter().zip(&series.y) {
                left_out.count(Some((&x, at)), (&y, value));
            }
        }
        left_out
    }

    fn strips_height(&self) -> f64 {
        if self.advantages.is_empty() {
            0.0
        } else {
            (STRIP + STRIP_GAP) * self.advantages.len() as f64 + 2.0
        }
    }

    pub(super) fn margins(&self, width: f64, height: f64) -> Margins {
        let (x, y) = self.rulers();
        let last = x
            .ticks_along(width)
            .into_iter()
            .rfind(|t| t.label.is_some());
        let overhang = last.map_or(0.0, |tick| {
            let half = super::metrics::width(
                tick.label.as_deref().unwrap_or(""),
                super::style::size::TICK,
                false,
            ) / 2.0;
            half - (1.0 - x.place(tick.value).unwrap_or(0.0)) * width
        });
        Margins {
            left: margins::left_margin(&y.ticks_upwards(height), &self.y.label, height),
            right: overhang.max(0.0) + 1.0,
            top: self.strips_height(),
            bottom: margins::bottom_margin(&self.x.label, width),
        }
    }

    pub(super) fn legend(&self, legend: &mut Legend) {
        for s in &self.series {
            let symbol = s.symbol();
            let swatch = match symbol {
                Some(symbol) if s.x.len() == 1 => Swatch::Point(symbol, s.colour()),
                _ => Swatch::Line {
                    colour: s.colour(),
                    width: s.width,
                    style: s.style,
                    band: s.error.is_some(),
                    symbol,
                },
            };
            let rank = if s.is_measured() {
                Rank::Data
            } else {
                Rank::Model
            };
            legend.add(rank, swatch, &s.label);
        }
        for advantage in &self.advantages {
            legend.add(
                Rank::Remark,
                Swatch::Ticks(advantage.role.colour()),
                &advantage.label,
            );
        }
        let (x, y) = self.rulers();
        let measured = self.series.iter().filter(|s| s.is_measured());
        let ends = [End::Low, End::High];
        let mut lost = measured.flat_map(|s| ends.map(|end| beyond(s, (&x, &y), end)));
        if lost.any(|stretches| !stretches.is_empty()) {
            let label = match self.y.scale {
                Scale::Log10 => "0, or beyond the axis",
                Scale::Linear => "beyond the axis",
            };
            legend.add(Rank::Remark, Swatch::Beyond, label);
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Area) {
        let (x, y) = self.rulers();
        margins::draw_left_axis(canvas, area, &y, &self.y.label);
        margins::draw_bottom_axis(canvas, area, &x, &self.x.label);
        for place in self
            .references
            .iter()
            .filter_map(|&v| y.place(v))
            .filter(|p| (0.0..=1.0).contains(p))
        {
            let at = area.bottom() - place * area.h;
            canvas.line(
                (area.x, at),
                (area.right(), at),
                Role::Neutral.colour(),
                0.8,
            );
        }
        for (at, label) in &self.boundaries {
            let Some(place) = x.place(*at).filter(|p| (0.0..=1.0).contains(p)) else {
                continue;
            };
            let at = area.x + place * area.w;
            let grey = Role::Neutral.colour();
            let ends = [(at, area.y), (at, area.bottom())];
            canvas.polyline(&ends, grey, 0.8, LineStyle::Dashed);
            // On the side where there is room for it.
            let size = super::style::size::TICK;
            let (beside, anchor) = if place < 0.5 {
                (at + 3.0, Anchor::Start)
            } else {
                (at - 3.0, Anchor::End)
            };
            let baseline = area.y + f64::from(size);
            canvas.text((beside, baseline), label, size, false, grey, anchor);
        }
        let runs: Vec<_> = self.series.iter().map(|s| s.runs(&x, &y, area)).collect();
        if runs.iter().all(Vec::is_empty) {
            margins::draw_no_data(canvas, area);
        }
        // A line on the edge of the area keeps its full width.
        canvas.clip(Area {
            x: area.x - 1.0,
            y: area.y - 1.0,
            w: area.w + 2.0,
            h: area.h + 2.0,
        });
        for (series, runs) in self.series.iter().zip(&runs) {
            series.draw_band(canvas, &y, area, runs);
        }
        for (series, runs) in self.series.iter().zip(&runs) {
            let colour = series.colour();
            for run in runs {
                let points: Vec<Point> = run.iter().map(|&(_, point)| point).collect();
                match (&points[..], series.symbol()) {
                    ([point], None) => canvas.disc(*point, series.width * 0.8, colour, 1.0, None),
                    ([_], Some(_)) => {}
                    _ => canvas.polyline(&points, colour, series.width, series.style),
                }
            }
        }
        canvas.unclip();
        // Marks lie over all lines, those at the ends of axes as a whole.
        let is_inside = |(x, y): Point| {
            let (dx, dy) = (x - area.x, y - area.y);
            (-1.0..=area.w + 1.0).contains(&dx) && (-1.0..=area.h + 1.0).contains(&dy)
        };
        for (series, runs) in self.series.iter().zip(&runs) {
            let Some(symbol) = series.symbol() else {
                continue;
            };
            let r = MARK.max(0.8 * series.width);
            let points = runs.iter().flatten().map(|&(_, point)| point);
            for point in points.filter(|&point| is_inside(point)) {
                symbol.draw(canvas, point, r, series.colour());
            }
        }
        self.draw_beyond(canvas, (&x, &y), area);
        self.draw_strips(canvas, &x, area);
    }

    /// Marks at the ends of the y axis for measured points beyond it: a triangle for each of few, else a bar along each stretch.
    fn draw_beyond(&self, canvas: &mut Canvas, (x, y): (&Ruler, &Ruler), area: Area) {
        // Curves of which something is beyond each end: their marks lie beside one another.
        let mut rows = [0usize; 2];
        for series in self.series.iter().filter(|s| s.is_measured()) {
            for (row, end) in rows.iter_mut().zip([End::Low, End::High]) {
                let stretches = beyond(series, (x, y), end);
                if stretches.is_empty() {
                    continue;
                }
                let (edge, inwards) = match end {
                    End::Low => (area.bottom(), -1.0),
                    End::High => (area.y, 1.0),
                };
                let few = series.symbol().is_some();
                for places in &stretches {
                    let at = |place: f64| area.x + place * area.w;
                    if few {
                        for &place in places {
                            // Those of several curves at one place are seen over one another.
                            let tip = (at(place), edge + inwards * 1.1 * BEYOND * *row as f64);
                            draw_beyond(canvas, tip, end, series.colour());
                        }
                        continue;
                    }
                    let [first, last] = [places[0], places[places.len() - 1]].map(at);
                    let (thick, away) = (1.6, 2.0 * (*row as f64));
                    let bar = Area {
                        x: (first - 0.4).max(area.x),
                        y: edge + inwards * away - if end == End::Low { thick } else { 0.0 },
                        w: (last - first).max(0.0) + 0.8,
                        h: thick,
                    };
                    canvas.fill(bar, series.colour());
                    if stretches.len() <= 3 || last - first > 4.0 * BEYOND {
                        let tip = ((first + last) / 2.0, edge + inwards * away);
                        draw_beyond(canvas, tip, end, series.colour());
                    }
                }
                *row += 1;
            }
        }
    }

    fn draw_strips(&self, canvas: &mut Canvas, x: &Ruler, area: Area) {
        let step = self
            .series
            .iter()
            .flat_map(|s| s.x.windows(2))
            .map(|w| (w[1] - w[0]).abs());
        let step = step
            .filter(|d| *d > 0.0 && d.is_finite())
            .fold(f64::INFINITY, f64::min);
        let step = if step.is_finite() { step } else { 0.0 };
        for (i, advantage) in self.advantages.iter().enumerate() {
            let y = area.y - self.strips_height() + (STRIP + STRIP_GAP) * i as f64;
            canvas.fill(
                Area {
                    x: area.x,
                    y,
                    w: area.w,
                    h: STRIP,
                },
                Rgb(0xf4, 0xf4, 0xf4),
            );
            for (from, to) in advantage.stretches(step) {
                let (Some(a), Some(b)) = (x.place(from - step / 2.0), x.place(to + step / 2.0))
                else {
                    continue;
                };
                let (a, b) = (a.clamp(0.0, 1.0), b.clamp(0.0, 1.0));
                if x.place(to).is_some_and(|p| p < 0.0) || x.place(from).is_some_and(|p| p > 1.0) {
                    continue;
                }
                // Even a single age stays visible.
                let w = ((b - a) * area.w).max(0.6);
                let left = (area.x + a * area.w).min(area.right() - w);
                canvas.fill(
                    Area {
                        x: left,
                        y,
                        w,
                        h: STRIP,
                    },
                    advantage.role.colour(),
                );
            }
        }
    }
}

/// Places along x of the points of a curve that lie beyond an end of the y axis, stretch by stretch.
fn beyond(series: &Series, (x, y): (&Ruler, &Ruler), end: End) -> Vec<Vec<f64>> {
    let mut stretches: Vec<Vec<f64>> = Vec::new();
    let mut goes_on = false;
    for (&at, &value) in series.x.iter().zip(&series.y) {
        let is_beyond = value.is_finite()
            && match (y.place(value), end) {
                (None, End::Low) => true,
                (None, End::High) => false,
                (Some(place), End::Low) => place < 0.0 && !on_axis(place),
                (Some(place), End::High) => place > 1.0 && !on_axis(place),
            };
        match x.place(at).filter(|&place| is_beyond && on_axis(place)) {
            Some(place) if goes_on => {
                if let Some(last) = stretches.last_mut() {
                    last.push(place);
                }
            }
            Some(place) => {
                stretches.push(vec![place]);
                goes_on = true;
            }
            None => goes_on = false,
        }
    }
    stretches
}
