//! Curves over numbers: lines, bands of the standard error, and strips that show where one network beats another.

use super::axis::{AxisSpec, Ruler, Scale};
use super::canvas::{Area, Canvas, Point};
use super::error::DrawError;
use super::legend::{Legend, Rank, Swatch};
use super::panel::{self, Margins};
use super::style::{LineStyle, Rgb, Role};

/// How much of a band is colour; the rest is what lies behind.
pub(super) const BAND: f64 = 0.24;

const STRIP: f64 = 5.0;
const STRIP_GAP: f64 = 2.5;

/// One curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    label: String,
    role: Role,
    baseline: bool,
    style: LineStyle,
    width: f64,
    x: Vec<f64>,
    y: Vec<f64>,
    error: Option<Vec<f64>>,
}

impl Series {
    /// A curve through the points (`x[i]`, `y[i]`), in that order. A point that is not finite breaks the line. An empty label
    /// keeps the curve out of the legend; curves of one label and look share an entry.
    pub fn new(label: &str, role: Role, x: Vec<f64>, y: Vec<f64>) -> Self {
        Self { label: label.to_owned(), role, baseline: false, style: role.line(), width: 1.2, x, y, error: None }
    }

    /// A curve over 0, 1, 2, ...: `y[i]` stands at `i`.
    pub fn by_index(label: &str, role: Role, y: Vec<f64>) -> Self {
        let x = (0..y.len()).map(|i| i as f64).collect();
        Self::new(label, role, x, y)
    }

    /// Adds a band of one standard error, in the unit of y, to either side. An error that is not finite leaves a gap in it,
    /// and so does one that reaches zero on a logarithmic axis.
    pub fn band(mut self, standard_error: Vec<f64>) -> Self {
        self.error = Some(standard_error);
        self
    }

    /// Marks the curve as the baseline of its network: a lighter tone of its colour, thinner, and dashed.
    pub fn baseline(mut self) -> Self {
        self.baseline = true;
        self.style = LineStyle::Dashed;
        self.width = 1.1;
        self
    }

    /// Draws the line in another style than its role's.
    pub fn style(mut self, style: LineStyle) -> Self {
        self.style = style;
        self
    }

    /// Width of the line in units of 1/96 inch, 0.2 to 10; 1.2 unless told otherwise.
    pub fn width(mut self, width: f64) -> Self {
        self.width = if width.is_finite() { width.clamp(0.2, 10.0) } else { 1.2 };
        self
    }

    fn colour(&self) -> Rgb {
        if self.baseline { self.role.colour().lighter(0.35) } else { self.role.colour() }
    }

    fn check(&self, panel: usize) -> Result<(), DrawError> {
        if self.x.is_empty() && self.y.is_empty() {
            return Err(DrawError::EmptySeries { panel, series: self.label.clone() });
        }
        let lengths = [self.y.len(), self.error.as_ref().map_or(self.x.len(), Vec::len)];
        match lengths.into_iter().find(|&n| n != self.x.len()) {
            Some(got) => Err(DrawError::Length { panel, what: self.label.clone(), expected: self.x.len(), got }),
            None => Ok(()),
        }
    }

    /// Values that an automatic axis must show: the curve and its band.
    fn extent(&self) -> impl Iterator<Item = f64> + '_ {
        let error = |i: usize| self.error.as_ref().map(|e| e[i]).filter(|e| e.is_finite()).unwrap_or(0.0);
        self.y.iter().enumerate().flat_map(move |(i, &y)| [y, y - error(i), y + error(i)])
    }

    /// The unbroken parts of the curve; each point with its index.
    fn runs(&self, x: &Ruler, y: &Ruler, area: Area) -> Vec<Vec<(usize, Point)>> {
        let mut runs = vec![Vec::new()];
        for (i, (&vx, &vy)) in self.x.iter().zip(&self.y).enumerate() {
            match (x.place(vx), y.place(vy)) {
                (Some(px), Some(py)) => {
                    let point = (area.x + px * area.w, area.bottom() - py * area.h);
                    runs.last_mut().expect("there is always one run").push((i, point));
                }
                _ => runs.push(Vec::new()),
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    fn draw_band(&self, canvas: &mut Canvas, y: &Ruler, area: Area, runs: &[Vec<(usize, Point)>]) {
        let Some(error) = &self.error else { return };
        let edge = |value: f64| Some(area.bottom() - y.place(value)?.clamp(-1.0, 2.0) * area.h);
        for run in runs {
            let edges: Vec<_> = run
                .iter()
                .map(|&(i, (x, _))| Some((x, edge(self.y[i] + error[i].abs())?, edge(self.y[i] - error[i].abs())?)))
                .collect();
            for part in edges.split(Option::is_none).filter(|part| part.len() > 1) {
                let upper = part.iter().flatten().map(|&(x, upper, _)| (x, upper));
                let lower = part.iter().rev().flatten().map(|&(x, _, lower)| (x, lower));
                let outline: Vec<Point> = upper.chain(lower).collect();
                canvas.polygon(&outline, self.colour(), BAND);
            }
        }
    }
}

/// Where one network is significantly better: a strip of ticks above the curves, in the network's colour.
#[derive(Debug, Clone, PartialEq)]
pub struct Advantage {
    label: String,
    role: Role,
    at: Vec<f64>,
}

impl Advantage {
    /// Ticks at the places `at` of the x axis, ages for instance. The list may be empty: the strip then stays empty, so that
    /// panels remain comparable. The label goes to the legend.
    pub fn new(label: &str, role: Role, at: Vec<f64>) -> Self {
        Self { label: label.to_owned(), role, at }
    }

    /// The places as stretches: neighbours a step or less apart are drawn as one.
    fn stretches(&self, step: f64) -> Vec<(f64, f64)> {
        let mut at: Vec<f64> = self.at.iter().copied().filter(|v| v.is_finite()).collect();
        at.sort_by(f64::total_cmp);
        let mut stretches: Vec<(f64, f64)> = Vec::new();
        for value in at {
            match stretches.last_mut() {
                Some(last) if value - last.1 <= 1.01 * step => last.1 = value,
                _ => stretches.push((value, value)),
            }
        }
        stretches
    }
}

/// A panel of curves.
#[derive(Debug, Clone, PartialEq)]
pub struct CurvePanel {
    pub(super) title: String,
    x: AxisSpec,
    y: AxisSpec,
    series: Vec<Series>,
    advantages: Vec<Advantage>,
    references: Vec<f64>,
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

    pub(super) fn check(&self, index: usize) -> Result<(), DrawError> {
        if self.series.is_empty() {
            return Err(DrawError::EmptyPanel { panel: index });
        }
        self.x.check(index)?;
        self.y.check(index)?;
        self.series.iter().try_for_each(|series| series.check(index))
    }

    fn rulers(&self) -> (Ruler, Ruler) {
        let x = self.x.ruler(self.series.iter().flat_map(|s| s.x.iter().copied()), false);
        // On a logarithmic axis a band may reach down to any small number: only the curves count there.
        let y = if self.y.scale == Scale::Log10 {
            self.y.ruler(self.series.iter().flat_map(|s| s.y.iter().copied()), true)
        } else {
            self.y.ruler(self.series.iter().flat_map(Series::extent), true)
        };
        (x, y)
    }

    fn strips_height(&self) -> f64 {
        if self.advantages.is_empty() { 0.0 } else { (STRIP + STRIP_GAP) * self.advantages.len() as f64 + 2.0 }
    }

    pub(super) fn margins(&self, width: f64, height: f64) -> Margins {
        let (x, y) = self.rulers();
        let last = x.ticks_along(width).into_iter().rfind(|t| t.label.is_some());
        let overhang = last.map_or(0.0, |tick| {
            let half = super::metrics::width(tick.label.as_deref().unwrap_or(""), super::style::size::TICK, false) / 2.0;
            half - (1.0 - x.place(tick.value).unwrap_or(0.0)) * width
        });
        Margins {
            left: panel::left_margin(&y.ticks_upwards(height), &self.y.label, height),
            right: overhang.max(0.0) + 1.0,
            top: self.strips_height(),
            bottom: panel::bottom_margin(&self.x.label, width),
        }
    }

    pub(super) fn legend(&self, legend: &mut Legend) {
        for s in &self.series {
            let line = Swatch::Line { colour: s.colour(), width: s.width, style: s.style, band: s.error.is_some() };
            let model = matches!(s.role, Role::Theory | Role::Fit | Role::Neutral);
            legend.add(if model { Rank::Model } else { Rank::Data }, line, &s.label);
        }
        for advantage in &self.advantages {
            legend.add(Rank::Remark, Swatch::Ticks(advantage.role.colour()), &advantage.label);
        }
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, area: Area) {
        let (x, y) = self.rulers();
        panel::draw_left_axis(canvas, area, &y, &self.y.label);
        panel::draw_bottom_axis(canvas, area, &x, &self.x.label);
        for place in self.references.iter().filter_map(|&v| y.place(v)).filter(|p| (0.0..=1.0).contains(p)) {
            let at = area.bottom() - place * area.h;
            canvas.line((area.x, at), (area.right(), at), Role::Neutral.colour(), 0.8);
        }
        let runs: Vec<_> = self.series.iter().map(|s| s.runs(&x, &y, area)).collect();
        if runs.iter().all(Vec::is_empty) {
            panel::draw_no_data(canvas, area);
        }
        // A line on the edge of the area keeps its full width.
        canvas.clip(Area { x: area.x - 1.0, y: area.y - 1.0, w: area.w + 2.0, h: area.h + 2.0 });
        for (series, runs) in self.series.iter().zip(&runs) {
            series.draw_band(canvas, &y, area, runs);
        }
        for (series, runs) in self.series.iter().zip(&runs) {
            for run in runs {
                let points: Vec<Point> = run.iter().map(|&(_, point)| point).collect();
                match points[..] {
                    [point] => canvas.disc(point, series.width * 0.8, series.colour(), 1.0, None),
                    _ => canvas.polyline(&points, series.colour(), series.width, series.style),
                }
            }
        }
        canvas.unclip();
        self.draw_strips(canvas, &x, area);
    }

    fn draw_strips(&self, canvas: &mut Canvas, x: &Ruler, area: Area) {
        let step = self.series.iter().flat_map(|s| s.x.windows(2)).map(|w| (w[1] - w[0]).abs());
        let step = step.filter(|d| *d > 0.0 && d.is_finite()).fold(f64::INFINITY, f64::min);
        let step = if step.is_finite() { step } else { 0.0 };
        for (i, advantage) in self.advantages.iter().enumerate() {
            let y = area.y - self.strips_height() + (STRIP + STRIP_GAP) * i as f64;
            canvas.fill(Area { x: area.x, y, w: area.w, h: STRIP }, Rgb(0xf4, 0xf4, 0xf4));
            for (from, to) in advantage.stretches(step) {
                let (Some(a), Some(b)) = (x.place(from - step / 2.0), x.place(to + step / 2.0)) else { continue };
                let (a, b) = (a.clamp(0.0, 1.0), b.clamp(0.0, 1.0));
                if x.place(to).is_some_and(|p| p < 0.0) || x.place(from).is_some_and(|p| p > 1.0) {
                    continue;
                }
                // Even a single age stays visible.
                let w = ((b - a) * area.w).max(0.6);
                let left = (area.x + a * area.w).min(area.right() - w);
                canvas.fill(Area { x: left, y, w, h: STRIP }, advantage.role.colour());
            }
        }
    }
}
