//! Axes: from data to places.

use super::error::DrawError;

/// How an axis counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// Equal steps for equal differences.
    #[default]
    Linear,
    /// Equal steps for equal ratios; values of 0 and below have no place and are left out.
    Log10,
}

/// What a caller says about an axis.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct AxisSpec {
    pub label: String,
    pub range: Option<(f64, f64)>,
    pub scale: Scale,
}

impl AxisSpec {
    pub fn new(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            ..Self::default()
        }
    }

    /// Refuses an explicit range that cannot be drawn.
    pub fn check(&self, panel: usize) -> Result<(), DrawError> {
        let Some((lo, hi)) = self.range else {
            return Ok(());
        };
        check_range(panel, &self.label, lo, hi)?;
        if self.scale == Scale::Log10 && lo <= 0.0 {
            return Err(DrawError::LogRange {
                panel,
                axis: self.label.clone(),
                lo,
            });
        }
        Ok(())
    }

    /// The axis that shows `values` (unless its range is explicit), with a margin around them where `padded`.
    pub fn ruler(&self, values: impl Iterator<Item = f64>, padded: bool) -> Ruler {
        let log = self.scale == Scale::Log10;
        if let Some((lo, hi)) = self.range {
            return Ruler { lo, hi, log };
        }
        let (lo, hi) = values
            .filter(|v| v.abs() < 1e300 && (!log || *v > 1e-300))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| {
                (lo.min(v), hi.max(v))
            });
        let (lo, hi) = match (lo <= hi, log) {
            (false, false) => (0.0, 1.0),
            (false, true) => (0.1, 1.0),
            (true, true) => {
                let decades = hi.log10() - lo.log10();
                let ratio = if padded || decades < 1e-3 {
                    10f64.powf((0.05 * decades).clamp(0.04, 5.0))
                } else {
                    1.0
                };
                (lo / ratio, hi * ratio)
            }
            (true, false) => {
                let spread = hi - lo;
                let flat = spread <= 1e-9 * hi.abs().max(lo.abs());
                let pad = match (flat, padded) {
                    (true, _) if hi == 0.0 => 0.5,
                    (true, _) => 0.1 * hi.abs(),
                    (false, true) => 0.05 * spread,
                    (false, false) => 0.0,
                };
                // Data that begin near zero get an axis that begins there.
                let floor = if padded && lo >= 0.0 && lo < 0.25 * hi {
                    0.0
                } else {
                    lo - pad
                };
                (floor, hi + pad)
            }
        };
        // Numbers next to zero whose difference 64 bits cannot tell.
        let (lo, hi) = if hi - lo > 1e-300 {
            (lo, hi)
        } else {
            (lo - 0.5, lo + 0.5)
        };
        let mut ruler = Ruler { lo, hi, log };
        if !padded && !log {
            ruler.round_out();
        }
        ruler
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that divides `span` into no more than about `count` parts.
pub(super) fn round_step(span: f64, count: usize) -> f64 {
    let rough = span / count as f64;
    let power = rough.log10().floor();
    // Dividing by a whole power of ten gives the nearest number to 0.2, multiplying by 0.1 may not.
    let times = |m: f64| {
        if power < 0.0 {
            m / 10f64.powf(-power)
        } else {
            m * 10f64.powf(power)
        }
    };
    [1.0, 2.0, 5.0, 10.0]
        .map(times)
        .into_iter()
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(rough)
}

/// Refuses a range that is empty, reversed or not finite, or too narrow or too wide for numbers of 64 bits.
pub(super) fn check_range(panel: usize, axis: &str, lo: f64, hi: f64) -> Result<(), DrawError> {
    let resolved = hi - lo > 1e-12 * lo.abs().max(hi.abs());
    if hi - lo > 1e-300 && (hi - lo).is_finite() && resolved {
        Ok(())
    } else {
        Err(DrawError::Range {
            panel,
            axis: axis.to_owned(),
            lo,
            hi,
        })
    }
}

/// Values that are not drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LeftOut {
    /// Of 0 and below, on a logarithmic axis.
    pub without_place: usize,
    /// Outside the range of the axis.
    pub beyond: usize,
    /// Drawn.
    pub drawn: usize,
}

impl LeftOut {
    /// Counts a point; where it is no number there is nothing to draw.
    pub fn count(&mut self, x: Option<(&Ruler, f64)>, (ruler, y): (&Ruler, f64)) {
        let mut beyond = false;
        for (ruler, value) in x.into_iter().chain([(ruler, y)]) {
            match ruler.place(value) {
                None if value.is_finite() => {
                    self.without_place += 1;
                    return;
                }
                None => return,
                Some(place) => beyond |= !on_axis(place),
            }
        }
        self.beyond += usize::from(beyond);
        self.drawn += usize::from(!beyond);
    }

    /// Whether there is something, and all of it is left out.
    pub fn is_all(self) -> bool {
        self.drawn == 0 && self.without_place + self.beyond > 0
    }

    /// In words; none where nothing is left out.
    pub fn words(self) -> Option<String> {
        let points = |count: usize, what: &str| match count {
            0 => None,
            1 => Some(format!("1 point {what}")),
            several => Some(format!("{several} points {what}")),
        };
        let parts = [
            points(self.without_place, "of 0 or below on a logarithmic axis"),
            points(self.beyond, "beyond the axis"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

/// Whether a place is on the axis, its ends included.
pub(super) fn on_axis(place: f64) -> bool {
    (-1e-9..=1.0 + 1e-9).contains(&place)
}

/// An axis whose range is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ruler {
    pub lo: f64,
    pub hi: f64,
    pub log: bool,
}

impl Ruler {
    /// The place of a value, 0 at the low end and 1 at the high end; `None` where it has no place.
    pub fn place(&self, value: f64) -> Option<f64> {
        if !value.is_finite() || (self.log && value <= 0.0) {
            return None;
        }
        let share = if self.log {
            (value.log10() - self.lo.log10()) / self.decades_long()
        } else {
            (value - self.lo) / (self.hi - self.lo)
        };
        // Far outside is far enough: the clip takes care of the rest.
        Some(share.clamp(-50.0, 50.0))
    }

    pub(super) fn decades_long(&self) -> f64 {
        self.hi.log10() - self.lo.log10()
    }

    /// Moves an end that is close to a round number out to it: ages from 0 to 999 get an axis up to 1000.
    fn round_out(&mut self) {
        let step = round_step(self.hi - self.lo, 5);
        let (lo, hi) = (
            (self.lo / step).floor() * step,
            (self.hi / step).ceil() * step,
        );
        let near = 0.02 * (self.hi - self.lo);
        if self.lo - lo <= near {
            self.lo = lo;
        }
        if hi - self.hi <= near {
            self.hi = hi;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automatic_axes_fit_their_data() {
        let axis =
            |values: &[f64], padded| AxisSpec::new("y").ruler(values.iter().copied(), padded);
        let ages = axis(&[0.0, 999.0], false);
        assert_eq!((ages.lo, ages.hi), (0.0, 1000.0));
        let zero = axis(&[0.1, 1.0], true);
        assert!(zero.lo == 0.0 && zero.hi > 1.0 && zero.hi < 1.1);
        let below = axis(&[-0.5, 1.0], true);
        assert!(below.lo < -0.5 && below.lo > -0.7);
        let flat = axis(&[3.0, 3.0], true);
        assert!(flat.lo < 3.0 && flat.hi > 3.0);
    }

    #[test]
    fn any_values_give_an_axis_with_ticks_on_it() {
        let odd = [
            0.0,
            -0.0,
            5e-324,
            f64::MIN_POSITIVE,
            1e-300,
            1e-12,
            1.0,
            1.0 + 1e-12,
            999.0,
            1e17,
            1e299,
            f64::MAX,
        ];
        let odd: Vec<f64> = odd
            .iter()
            .flat_map(|&v| [v, -v])
            .chain([f64::NAN, f64::INFINITY])
            .collect();
        for (&a, &b) in odd.iter().flat_map(|a| odd.iter().map(move |b| (a, b))) {
            for (scale, padded) in [
                (Scale::Linear, true),
                (Scale::Linear, false),
                (Scale::Log10, true),
                (Scale::Log10, false),
            ] {
                let axis = AxisSpec {
                    scale,
                    ..AxisSpec::default()
                };
                let ruler = axis.ruler([a, b].into_iter(), padded);
                assert!(
                    ruler.lo < ruler.hi && (ruler.hi - ruler.lo).is_finite(),
                    "{a} {b} {scale:?} {ruler:?}"
                );
                for value in [a, b, ruler.lo, ruler.hi] {
                    assert!(
                        ruler.place(value).is_none_or(|place| place.is_finite()),
                        "{a} {b} {ruler:?}"
                    );
                }
                for tick in ruler
                    .ticks_along(200.0)
                    .into_iter()
                    .chain(ruler.ticks_upwards(100.0))
                {
                    let place = ruler.place(tick.value).expect("a tick has a place");
                    assert!(
                        (-0.01..=1.01).contains(&place),
                        "{a} {b} {ruler:?} {tick:?}"
                    );
                    assert!(
                        tick.label
                            .is_none_or(|l| !l.contains("NaN") && !l.contains("inf")),
                        "{a} {b}"
                    );
                }
            }
        }
    }
}
