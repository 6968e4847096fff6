//! What a panel of curves shows: lines, bands of the standard error, and the places where one network beats another.

use super::axis::Ruler;
use super::canvas::{Area, Canvas, Point};
use super::error::DrawError;
use super::style::{LineStyle, Rgb, Role};
use super::symbol::Symbol;

/// Up to so many points are marked each.
pub(super) const FEW: usize = 20;
/// How large a mark is, as a disc's radius.
pub(super) const MARK: f64 = 2.2;

/// How much of a band is colour; the rest is what lies behind.
pub(super) const BAND: f64 = 0.24;

/// Which tone of its role's colour a curve has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    Own,
    Light,
    Dark,
}

/// One curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub(super) label: String,
    pub(super) role: Role,
    tone: Tone,
    measured: bool,
    pub(super) style: LineStyle,
    pub(super) width: f64,
    pub(super) x: Vec<f64>,
    pub(super) y: Vec<f64>,
    pub(super) error: Option<Vec<f64>>,
}

impl Series {
    /// A curve through the points (`x[i]`, `y[i]`), in that order. A point that is not finite breaks the line. An empty label
    /// keeps the curve out of the legend; curves of one label and look share an entry. Each of up to 20 measured points is marked.
    pub fn new(label: &str, role: Role, x: Vec<f64>, y: Vec<f64>) -> Self {
        Self {
            label: label.to_owned(),
            role,
            tone: Tone::Own,
            measured: !matches!(role, Role::Theory | Role::Fit | Role::Neutral),
            style: role.line(),
            width: 1.2,
            x,
            y,
            error: None,
        }
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
        self.tone = Tone::Light;
        self.style = LineStyle::Dashed;
        self.width = 1.1;
        self
    }

    /// Takes a darker tone of its role's colour, dotted: a model of that network, which is seen on the network's own line.
    pub fn model(mut self) -> Self {
        self.tone = Tone::Dark;
        self.style = LineStyle::Dotted;
        self.width = 1.6;
        self.measured = false;
        self
    }

    /// Says that its points were measured, whatever its role: of the roles of models, `Theory`, `Fit` and `Neutral`, that is not so.
    /// Measured points are marked where they are few, and counted where they are not on the axes.
    pub fn measured(mut self) -> Self {
        self.measured = true;
        self
    }

    /// Draws the line in another style than its role's.
    pub fn style(mut self, style: LineStyle) -> Self {
        self.style = style;
        self
    }

    /// Width of the line in units of 1/96 inch, 0.2 to 10; 1.2 unless told otherwise.
    pub fn width(mut self, width: f64) -> Self {
        self.width = if width.is_finite() {
            width.clamp(0.2, 10.0)
        } else {
            1.2
        };
        self
    }

    pub(super) fn colour(&self) -> Rgb {
        match self.tone {
            Tone::Own => self.role.colour(),
            Tone::Light => self.role.colour().lighter(0.35),
            Tone::Dark => self.role.colour().darker(0.5),
        }
    }

    pub(super) fn is_measured(&self) -> bool {
        self.measured
    }

    /// The mark of each of its points, where they are few.
    pub(super) fn symbol(&self) -> Option<Symbol> {
        let points = self.x.iter().zip(&self.y);
        let points = points.filter(|(x, y)| x.is_finite() && y.is_finite());
        let few = (1..=FEW).contains(&points.count());
        (self.measured && few).then(|| Symbol::of(self.role))
    }

    pub(super) fn check(&self, panel: usize) -> Result<(), DrawError> {
        if self.x.is_empty() && self.y.is_empty() {
            return Err(DrawError::EmptySeries {
                panel,
                series: self.label.clone(),
            });
        }
        let lengths = [
            self.y.len(),
            self.error.as_ref().map_or(self.x.len(), Vec::len),
        ];
        match lengths.into_iter().find(|&n| n != self.x.len()) {
            Some(got) => Err(DrawError::Length {
                panel,
                what: self.label.clone(),
                expected: self.x.len(),
                got,
            }),
            None => Ok(()),
        }
    }

    /// Values that an automatic axis must show: the curve and its band.
    pub(super) fn extent(&self) -> impl Iterator<Item = f64> + '_ {
        let error = |i: usize| {
            self.error
                .as_ref()
                .map(|e| e[i])
                .filter(|e| e.is_finite())
                .unwrap_or(0.0)
        };
        self.y
            .iter()
            .enumerate()
            .flat_map(move |(i, &y)| [y, y - error(i), y + error(i)])
    }

    /// The unbroken parts of the curve; each point with its index.
    pub(super) fn runs(&self, x: &Ruler, y: &Ruler, area: Area) -> Vec<Vec<(usize, Point)>> {
        let mut runs = vec![Vec::new()];
        for (i, (&vx, &vy)) in self.x.iter().zip(&self.y).enumerate() {
            match (x.place(vx), y.place(vy)) {
                (Some(px), Some(py)) => {
                    let point = (area.x + px * area.w, area.bottom() - py * area.h);
                    if let Some(run) = runs.last_mut() {
                        run.push((i, point));
                    }
                }
                _ => runs.push(Vec::new()),
            }
        }
        runs.retain(|run| !run.is_empty());
        runs
    }

    pub(super) fn draw_band(
        &self,
        canvas: &mut Canvas,
        y: &Ruler,
        area: Area,
        runs: &[Vec<(usize, Point)>],
    ) {
        let Some(error) = &self.error else { return };
        let edge = |value: f64| Some(area.bottom() - y.place(value)?.clamp(-1.0, 2.0) * area.h);
        for run in runs {
            let edges: Vec<_> = run
                .iter()
                .map(|&(i, (x, _))| {
                    Some((
                        x,
                        edge(self.y[i] + error[i].abs())?,
                        edge(self.y[i] - error[i].abs())?,
                    ))
                })
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
    pub(super) label: String,
    pub(super) role: Role,
    at: Vec<f64>,
}

impl Advantage {
    /// Ticks at the places `at` of the x axis, ages for instance. The list may be empty: the strip then stays empty, so that
    /// panels remain comparable. The label goes to the legend.
    pub fn new(label: &str, role: Role, at: Vec<f64>) -> Self {
        Self {
            label: label.to_owned(),
            role,
            at,
        }
    }

    /// The places as stretches: neighbours a step or less apart are drawn as one.
    pub(super) fn stretches(&self, step: f64) -> Vec<(f64, f64)> {
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
