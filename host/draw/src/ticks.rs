//! Ticks at round numbers, and their labels.

use super::axis::{Ruler, round_step};
use super::metrics;
use super::style::size;

/// A mark on an axis; the fine marks between decades carry no label.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub value: f64,
    pub label: Option<String>,
}

impl Ruler {
    /// Ticks for a vertical axis `length` units high.
    pub fn ticks_upwards(&self, length: f64) -> Vec<Tick> {
        let count = (length / 25.0).clamp(3.0, 9.0) as usize;
        let ticks = self.ticks(count);
        // One number alone is no scale.
        if ticks.iter().filter(|tick| tick.label.is_some()).count() < 2 {
            return self.ticks(2 * count);
        }
        ticks
    }

    /// Ticks for a horizontal axis `length` units wide, so few that their labels keep apart.
    pub fn ticks_along(&self, length: f64) -> Vec<Tick> {
        let most = (length / 34.0).clamp(2.0, 11.0) as usize;
        // More than there is room for, where fewer would be one number alone, which is no scale.
        let counts = (2..=most).rev().chain(most + 1..=2 * most);
        let mut alone = None;
        for count in counts {
            let ticks = self.ticks(count);
            let mut end = f64::NEG_INFINITY;
            let mut labels = 0;
            let apart = ticks
                .iter()
                .filter_map(|t| Some((self.place(t.value)?, t.label.as_ref()?)))
                .all(|(place, label)| {
                    let half = metrics::width(label, size::TICK, false) / 2.0;
                    let fits = place * length - half >= end + 7.0;
                    end = place * length + half;
                    labels += 1;
                    fits
                });
            if apart && labels > 1 {
                return ticks;
            }
            if apart {
                alone.get_or_insert(ticks);
            }
        }
        alone.unwrap_or_else(|| {
            let mut ticks = self.ticks(2);
            ticks.truncate(2);
            ticks
        })
    }

    fn ticks(&self, count: usize) -> Vec<Tick> {
        if !self.log {
            return self.round(count);
        }
        // One power of ten alone would leave the reader without a scale.
        let powers = (self.hi.log10() + 1e-9).floor() - (self.lo.log10() - 1e-9).ceil();
        if self.decades_long() >= 1.5 && powers >= 1.0 {
            return self.decades(count);
        }
        // Few powers of ten: 1, 2 and 5 of each, or round numbers where even those are too few.
        let exponents = self.lo.log10().floor() as i32..=self.hi.log10().ceil() as i32;
        let values = exponents.flat_map(|e| [1.0, 2.0, 5.0].map(|m| m * 10f64.powi(e)));
        let inside =
            values.filter(|v| *v >= self.lo * (1.0 - 1e-9) && *v <= self.hi * (1.0 + 1e-9));
        let ticks: Vec<Tick> = inside
            .map(|value| Tick {
                value,
                label: Some(number_label(value, value, !(5e-5..1e6).contains(&value))),
            })
            .collect();
        if ticks.len() < 3 {
            self.round(count)
        } else {
            ticks
        }
    }

    /// About `count` multiples of 1, 2 or 5 times a power of ten.
    fn round(&self, count: usize) -> Vec<Tick> {
        let step = round_step(self.hi - self.lo, count);
        let slack = 1e-6;
        let first = (self.lo / step - slack).ceil();
        let last = (self.hi / step + slack).floor();
        let number = ((last - first).max(0.0) as usize).min(50);
        let values: Vec<f64> = (0..=number)
            .map(|i| (first + i as f64) * step)
            .map(|v| if v == 0.0 { 0.0 } else { v })
            .collect();
        let powers = self.lo.abs().max(self.hi.abs()) >= 1e6 || step < 5e-5;
        values
            .iter()
            .map(|&value| Tick {
                value,
                label: Some(number_label(value, step, powers)),
            })
            .collect()
    }

    /// Powers of ten, at most about `count` of them labelled, with marks at 2 to 9 times each where there are few.
    fn decades(&self, count: usize) -> Vec<Tick> {
        let (first, last) = (
            (self.lo.log10() - 1e-9).ceil() as i32,
            (self.hi.log10() + 1e-9).floor() as i32,
        );
        let every = ((last - first + 1).max(1) as usize)
            .div_ceil(count.max(1))
            .max(1) as i32;
        let mut ticks = Vec::new();
        for exponent in first - 1..=last {
            let value = 10f64.powi(exponent);
            if exponent >= first {
                let label = ((exponent - first) % every == 0)
                    .then(|| format!("10{}", superscript(exponent)));
                ticks.push(Tick { value, label });
            }
            if (last - first) as usize <= count {
                let fine = (2..10).map(|m| f64::from(m) * value);
                ticks.extend(
                    fine.filter(|v| *v >= self.lo && *v <= self.hi)
                        .map(|value| Tick { value, label: None }),
                );
            }
        }
        ticks
    }
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
        let mantissa = if mantissa.contains('.') {
            mantissa.trim_end_matches('0').trim_end_matches('.')
        } else {
            &mantissa
        };
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
        Ruler { lo, hi, log }
            .ticks_along(length)
            .into_iter()
            .filter_map(|t| t.label)
            .collect()
    }

    #[test]
    fn ticks_stand_at_round_numbers() {
        assert_eq!(
            labels(0.0, 1000.0, false, 250.0),
            ["0", "200", "400", "600", "800", "1000"]
        );
        assert_eq!(
            labels(0.0, 1.0, false, 200.0),
            ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]
        );
        assert_eq!(
            labels(-1.0, 1.0, false, 200.0),
            ["−1.0", "−0.5", "0", "0.5", "1.0"]
        );
        assert_eq!(
            labels(0.0, 3e-7, false, 200.0),
            ["0", "1×10⁻⁷", "2×10⁻⁷", "3×10⁻⁷"]
        );
        assert_eq!(
            labels(1e-3, 1.0, true, 200.0),
            ["10⁻³", "10⁻²", "10⁻¹", "10⁰"]
        );
        assert_eq!(
            labels(0.04, 0.6, true, 200.0),
            ["0.05", "0.1", "0.2", "0.5"]
        );
        // 2 and 5 would be too few of a short range, and 5 alone no scale.
        assert_eq!(labels(2.0, 8.0, true, 70.0), ["2", "4", "6", "8"]);
        assert_eq!(
            labels(0.0, 2e6, false, 200.0),
            ["0", "5×10⁵", "1×10⁶", "1.5×10⁶", "2×10⁶"]
        );
    }
}
