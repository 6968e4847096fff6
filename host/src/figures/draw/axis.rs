//! Axes: from data to places, and ticks at round numbers.

use super::error::DrawError;
use super::metrics;
use super::style::size;

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
        Self { label: label.to_owned(), ..Self::default() }
    }

    /// Refuses an explicit range that cannot be drawn.
    pub fn check(&self, panel: usize) -> Result<(), DrawError> {
        let Some((lo, hi)) = self.range else { return Ok(()) };
        check_range(panel, &self.label, lo, hi)?;
        if self.scale == Scale::Log10 && lo <= 0.0 {
            return Err(DrawError::LogRange { panel, axis: self.label.clone(), lo });
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
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)));
        let (lo, hi) = match (lo <= hi, log) {
            (false, false) => (0.0, 1.0),
            (false, true) => (0.1, 1.0),
            (true, true) => {
                let decades = hi.log10() - lo.log10();
                let ratio = if padded || decades < 1e-3 { 10f64.powf((0.05 * decades).clamp(0.04, 5.0)) } else { 1.0 };
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
                let floor = if padded && lo >= 0.0 && lo < 0.25 * hi { 0.0 } else { lo - pad };
                (floor, hi + pad)
            }
        };
        // Numbers next to zero whose difference 64 bits cannot tell.
        let (lo, hi) = if hi - lo > 1e-300 { (lo, hi) } else { (lo - 0.5, lo + 0.5) };
        let mut ruler = Ruler { lo, hi, log };
        if !padded && !log {
            ruler.round_out();
        }
        ruler
    }
}

/// Refuses a range that is empty, reversed or not finite, or too narrow or too wide for numbers of 64 bits.
pub(super) fn check_range(panel: usize, axis: &str, lo: f64, hi: f64) -> Result<(), DrawError> {
    let resolved = hi - lo > 1e-12 * lo.abs().max(hi.abs());
    if hi - lo > 1e-300 && (hi - lo).is_finite() && resolved {
        Ok(())
    } else {
        Err(DrawError::Range { panel, axis: axis.to_owned(), lo, hi })
    }
}

/// An axis whose range is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ruler {
    pub lo: f64,
    pub hi: f64,
    pub log: bool,
}

/// A mark on an axis; the fine marks between decades carry no label.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub value: f64,
    pub label: Option<String>,
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

    /// Moves an end that is close to a round number out to it: ages from 0 to 999 get an axis up to 1000.
    fn round_out(&mut self) {
        let step = round_step(self.hi - self.lo, 5);
        let (lo, hi) = ((self.lo / step).floor() * step, (self.hi / step).ceil() * step);
        let near = 0.02 * (self.hi - self.lo);
        if self.lo - lo <= near {
            self.lo = lo;
        }
        if hi - self.hi <= near {
            self.hi = hi;
        }
    }

    /// Ticks for a vertical axis `length` units high.
    pub fn ticks_upwards(&self, length: f64) -> Vec<Tick> {
        self.ticks((length / 25.0).clamp(3.0, 9.0) as usize)
    }

    /// Ticks for a horizontal axis `length` units wide, so few that their labels keep apart.
    pub fn ticks_along(&self, length: f64) -> Vec<Tick> {
        let most = (length / 34.0).clamp(2.0, 11.0) as usize;
        for count in (2..=most).rev() {
            let ticks = self.ticks(count);
            let mut end = f64::NEG_INFINITY;
            let apart = ticks.iter().filter_map(|t| Some((self.place(t.value)?, t.label.as_ref()?))).all(|(place, label)| {
                let half = metrics::width(label, size::TICK, false) / 2.0;
                let fits = place * length - half >= end + 7.0;
                end = place * length + half;
                fits
            });
            if apart {
                return ticks;
            }
        }
        let mut ticks = self.ticks(2);
        ticks.truncate(2);
        ticks
    }

    fn ticks(&self, count: usize) -> Vec<Tick> {
        if !self.log {
            return self.round(count);
        }
        if self.decades_long() >= 1.5 {
            return self.decades(count);
        }
        // Less than two decades: 1, 2 and 5 of each, or round numbers where even those are too few.
        let exponents = self.lo.log10().floor() as i32..=self.hi.log10().ceil() as i32;
        let values = exponents.flat_map(|e| [1.0, 2.0, 5.0].map(|m| m * 10f64.powi(e)));
        let inside = values.filter(|v| *v >= self.lo * (1.0 - 1e-9) && *v <= self.hi * (1.0 + 1e-9));
        let ticks: Vec<Tick> = inside.map(|value| Tick { value, label: Some(number_label(value, value, !(5e-5..1e6).contains(&value))) }).collect();
        if ticks.len() < 3 { self.round(count) } else { ticks }
    }

    fn decades_long(&self) -> f64 {
        self.hi.log10() - self.lo.log10()
    }

    /// About `count` multiples of 1, 2 or 5 times a power of ten.
    fn round(&self, count: usize) -> Vec<Tick> {
        let step = round_step(self.hi - self.lo, count);
        let slack = 1e-6;
        let first = (self.lo / step - slack).ceil();
        let last = (self.hi / step + slack).floor();
        let number = ((last - first).max(0.0) as usize).min(50);
        let values: Vec<f64> = (0..=number).map(|i| (first + i as f64) * step).map(|v| if v == 0.0 { 0.0 } else { v }).collect();
        let powers = self.lo.abs().max(self.hi.abs()) >= 1e6 || step < 5e-5;
        values.iter().map(|&value| Tick { value, label: Some(number_label(value, step, powers)) }).collect()
    }

    /// Powers of ten, at most about `count` of them labelled, with marks at 2 to 9 times each where there are few.
    fn decades(&self, count: usize) -> Vec<Tick> {
        let (first, last) = ((self.lo.log10() - 1e-9).ceil() as i32, (self.hi.log10() + 1e-9).floor() as i32);
        let every = ((last - first + 1).max(1) as usize).div_ceil(count.max(1)).max(1) as i32;
        let mut ticks = Vec::new();
        for exponent in first - 1..=last {
            let value = 10f64.powi(exponent);
            if exponent >= first {
                let label = ((exponent - first) % every == 0).then(|| format!("10{}", superscript(exponent)));
                ticks.push(Tick { value, label });
            }
            if (last - first) as usize <= count {
                let fine = (2..10).map(|m| f64::from(m) * value);
                ticks.extend(fine.filter(|v| *v >= self.lo && *v <= self.hi).map(|value| Tick { value, label: None }));
            }
        }
        ticks
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that divides `span` into no more than about `count` parts.
fn round_step(span: f64, count: usize) -> f64 {
    let rough = span / count as f64;
    let power = rough.log10().floor();
    // Dividing by a whole power of ten gives the nearest number to 0.2, multiplying by 0.1 may not.
    let times = |m: f64| if power < 0.0 { m / 10f64.powf(-power) } else { m * 10f64.powf(power) };
    [1.0, 2.0, 5.0, 10.0].map(times).into_iter().find(|step| *step >= rough * 0.999).unwrap_or(rough)
}

/// A number with as many digits as its step needs, with a power of ten if asked.
fn number_label(value: f64, step: f64, powers: bool) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let power = step.abs().log10();
    let text = if powers {
        let exponent = (value.abs().log10() + 1e-9).floor() as i32;
        let digits = (f64::from(exponent) - power.floor()).clamp(0.0, 6.0) as usize;
        let mantissa = format!("{:.digits$}", value / 10f64.powi(exponent));
        let mantissa = if mantissa.contains('.') { mantissa.trim_end_matches('0').trim_end_matches('.') } else { &mantissa };
        format!("{mantissa}×10{}", superscript(exponent))
    } else {
        let decimals = (-(power + 1e-9).floor()).clamp(0.0, 6.0) as usize;
        format!("{value:.decimals$}")
    };
    text.replace('-', "−")
}

fn superscript(exponent: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digit = |c: char| c.to_digit(10).map_or('⁻', |d| DIGITS[d as usize]);
    exponent.to_string().chars().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(lo: f64, hi: f64, log: bool, length: f64) -> Vec<String> {
        Ruler { lo, hi, log }.ticks_along(length).into_iter().filter_map(|t| t.label).collect()
    }

    #[test]
    fn ticks_stand_at_round_numbers() {
        assert_eq!(labels(0.0, 1000.0, false, 250.0), ["0", "200", "400", "600", "800", "1000"]);
        assert_eq!(labels(0.0, 1.0, false, 200.0), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(-1.0, 1.0, false, 200.0), ["−1.0", "−0.5", "0", "0.5", "1.0"]);
        assert_eq!(labels(0.0, 3e-7, false, 200.0), ["0", "1×10⁻⁷", "2×10⁻⁷", "3×10⁻⁷"]);
        assert_eq!(labels(1e-3, 1.0, true, 200.0), ["10⁻³", "10⁻²", "10⁻¹", "10⁰"]);
        assert_eq!(labels(0.04, 0.6, true, 200.0), ["0.05", "0.1", "0.2", "0.5"]);
        assert_eq!(labels(0.0, 2e6, false, 200.0), ["0", "5×10⁵", "1×10⁶", "1.5×10⁶", "2×10⁶"]);
    }

    #[test]
    fn automatic_axes_fit_their_data() {
        let axis = |values: &[f64], padded| AxisSpec::new("y").ruler(values.iter().copied(), padded);
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
        let odd = [0.0, -0.0, 5e-324, f64::MIN_POSITIVE, 1e-300, 1e-12, 1.0, 1.0 + 1e-12, 999.0, 1e17, 1e299, f64::MAX];
        let odd: Vec<f64> = odd.iter().flat_map(|&v| [v, -v]).chain([f64::NAN, f64::INFINITY]).collect();
        for (&a, &b) in odd.iter().flat_map(|a| odd.iter().map(move |b| (a, b))) {
            for (scale, padded) in [(Scale::Linear, true), (Scale::Linear, false), (Scale::Log10, true), (Scale::Log10, false)] {
                let axis = AxisSpec { scale, ..AxisSpec::default() };
                let ruler = axis.ruler([a, b].into_iter(), padded);
                assert!(ruler.lo < ruler.hi && (ruler.hi - ruler.lo).is_finite(), "{a} {b} {scale:?} {ruler:?}");
                for value in [a, b, ruler.lo, ruler.hi] {
                    assert!(ruler.place(value).is_none_or(|place| place.is_finite()), "{a} {b} {ruler:?}");
                }
                for tick in ruler.ticks_along(200.0).into_iter().chain(ruler.ticks_upwards(100.0)) {
                    let place = ruler.place(tick.value).expect("a tick has a place");
                    assert!((-0.01..=1.01).contains(&place), "{a} {b} {ruler:?} {tick:?}");
                    assert!(tick.label.is_none_or(|l| !l.contains("NaN") && !l.contains("inf")), "{a} {b}");
                }
            }
        }
    }
}
