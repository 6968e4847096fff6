//! Learning rates of hidden units, where they have more than one.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use slotless_core::rng::Key;

use crate::SpecError;
use crate::purpose::memory as purpose;
use crate::run::parameter::{Kind, Swept, Value};

const EXPECTED: &str =
    "expected rates as 0.1+0.3 (equal groups of hidden units), 0.05..0.5 (drawn) or 0.05..0.5:log";

/// Learning rates by hidden unit: `0.1+0.3` for equal groups of units, in their order; `0.05..0.5` for a rate of each unit
/// drawn uniformly from these, `0.05..0.5:log` for one whose logarithm is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Rates {
    /// Of equal groups of hidden units, in their order.
    Groups(Vec<f64>),
    /// Drawn, anew in each trial.
    Drawn {
        /// The least.
        low: f64,
        /// The largest.
        high: f64,
        /// What is uniform.
        spread: Spread,
    },
}

/// Of drawn rates, what is uniform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// The rate.
    Linear,
    /// Its logarithm: as many units for each factor.
    Log,
}

impl Rates {
    /// The rate, where they are all the same.
    #[must_use]
    pub fn one(&self) -> Option<f64> {
        match self {
            Self::Groups(rates) => {
                let (first, others) = rates.split_first()?;
                others.iter().all(|rate| rate == first).then_some(*first)
            }
            Self::Drawn { .. } => None,
        }
    }

    /// The least rate that a unit may have.
    #[must_use]
    pub fn least(&self) -> f64 {
        match self {
            Self::Groups(rates) => rates.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Drawn { low, .. } => *low,
        }
    }

    /// Those of `hidden` units in the network of a seed; each depends on the seed and the unit alone.
    #[must_use]
    pub fn of_units(&self, hidden: u32, seed: u64) -> Vec<f64> {
        match *self {
            Self::Groups(ref rates) => {
                let groups = rates.len() as u64;
                let group = |unit: u32| u64::from(unit) * groups / u64::from(hidden);
                (0..hidden)
                    .map(|unit| rates[group(unit) as usize])
                    .collect()
            }
            Self::Drawn { low, high, spread } => {
                let key = Key::new(seed, purpose::RATES);
                let rate = |unit| {
                    // Above 0, below 1.
                    let share = (f64::from(key.at(unit)) + 0.5) / 4_294_967_296.0;
                    let rate = match spread {
                        Spread::Linear => low + share * (high - low),
                        Spread::Log => {
                            let (from, to) = (libm::log(low), libm::log(high));
                            libm::exp(from + share * (to - from))
                        }
                    };
                    rate.clamp(low, high)
                };
                (0..hidden).map(rate).collect()
            }
        }
    }

    /// Refuses rates out of range, and groups that are not equal.
    pub(super) fn check(&self, hidden: u32) -> Result<(), SpecError> {
        let refuse = |allowed: String| Err(SpecError::range("rates", self, allowed));
        let good = |rate: f64| rate > 0.0 && rate <= 1.0;
        match self {
            Self::Groups(rates) => {
                if !rates.iter().all(|&rate| good(rate)) {
                    return refuse("rates above 0 to 1".to_owned());
                }
                let groups = rates.len();
                if groups == 0 || !(hidden as usize).is_multiple_of(groups) {
                    return refuse(format!(
                        "as many groups as divide {hidden} (n_h), not {groups}"
                    ));
                }
            }
            Self::Drawn { low, high, .. } => {
                if !(good(*low) && good(*high) && low < high) {
                    return refuse("rates above 0 to 1, the lower one first".to_owned());
                }
            }
        }
        Ok(())
    }
}

impl FromStr for Rates {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let number = text.trim().parse::<f64>();
            number.map_err(|_| EXPECTED.to_owned())
        };
        let Some((low, high)) = text.split_once("..") else {
            let rates = text.split('+').map(number).collect::<Result<_, _>>()?;
            return Ok(Self::Groups(rates));
        };
        let (high, spread) = match high.split_once(':') {
            Some((high, "log")) => (high, Spread::Log),
            Some(_) => return Err(EXPECTED.to_owned()),
            None => (high, Spread::Linear),
        };
        let (low, high) = (number(low)?, number(high)?);
        Ok(Self::Drawn { low, high, spread })
    }
}

impl fmt::Display for Rates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Groups(rates) => {
                for (number, rate) in rates.iter().enumerate() {
                    let between = if number == 0 { "" } else { "+" };
                    write!(f, "{between}{rate}")?;
                }
                Ok(())
            }
            Self::Drawn { low, high, spread } => {
                let log = if *spread == Spread::Log { ":log" } else { "" };
                write!(f, "{low}..{high}{log}")
            }
        }
    }
}

impl Swept for Rates {
    const KIND: Kind = Kind::Text {
        read: |text| text.parse::<Self>().map(drop),
        example: "0.1+0.3",
    };

    fn read(text: &str) -> Result<Self, String> {
        text.parse()
    }

    fn value(&self) -> Value {
        Value::Text(self.to_string())
    }
}

impl Serialize for Rates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Rates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl<'de> Visitor<'de> for Written {
            type Value = Rates;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("rates as \"0.1+0.3\", [0.1, 0.3], \"0.05..0.5\" or \"0.05..0.5:log\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Rates, E> {
                text.parse().map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Rates, A::Error> {
                let mut rates = Vec::new();
                while let Some(rate) = list.next_element()? {
                    rates.push(rate);
                }
                if rates.is_empty() {
                    return Err(A::Error::invalid_length(0, &self));
                }
                Ok(Rates::Groups(rates))
            }
        }

        deserializer.deserialize_any(Written)
    }
}

#[cfg(test)]
mod tests {
    use super::{Rates, Spread};

    fn read(text: &str) -> Rates {
        text.parse().unwrap()
    }

    #[test]
    fn written_as_they_are_read() {
        for (text, rates) in [
            ("0.3", Rates::Groups(vec![0.3])),
            ("0.1+0.3+1", Rates::Groups(vec![0.1, 0.3, 1.0])),
            (
                "0.05..0.5",
                Rates::Drawn {
                    low: 0.05,
                    high: 0.5,
                    spread: Spread::Linear,
                },
            ),
            (
                "0.001..1:log",
                Rates::Drawn {
                    low: 0.001,
                    high: 1.0,
                    spread: Spread::Log,
                },
            ),
        ] {
            assert_eq!(read(text), rates);
            assert_eq!(rates.to_string(), text);
            let json = serde_json::to_string(&rates).unwrap();
            assert_eq!(serde_json::from_str::<Rates>(&json).unwrap(), rates);
        }
        let list: Rates = serde_json::from_str("[0.1, 1]").unwrap();
        assert_eq!(list, Rates::Groups(vec![0.1, 1.0]));
        for bad in [
            "",
            "+",
            "0.1+",
            "0.1..",
            "..0.1",
            "0.1..0.2:lin",
            "0.1:log",
            "a..b",
            "0.1-0.2",
        ] {
            assert!(bad.parse::<Rates>().is_err(), "{bad}");
        }
        for bad in ["[]", "3", "[\"a\"]", "{}"] {
            assert!(serde_json::from_str::<Rates>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn groups_are_equal_and_in_order() {
        assert_eq!(read("0.1+0.3").of_units(4, 9), [0.1, 0.1, 0.3, 0.3]);
        assert_eq!(read("0.1+0.3+1").of_units(3, 9), [0.1, 0.3, 1.0]);
        assert_eq!(read("0.3").one(), Some(0.3));
        assert_eq!(read("0.3+0.3").one(), Some(0.3));
        assert_eq!(read("0.3+0.2").one(), None);
        assert!(read("0.1+0.3").check(5).is_err());
        for bad in [
            "0+0.1", "1.1", "-0.1", "nan", "inf", "0.5..0.1", "0.1..0.1", "0..1", "0.1..2",
        ] {
            let error = read(bad).check(2).unwrap_err();
            assert!(error.to_string().starts_with("rates is "), "{error}");
        }
    }

    /// Quantiles of what is drawn are those of the law, within what chance does once in 1,000 times (Kolmogorov).
    #[test]
    fn drawn_rates_are_spread_as_they_say() {
        let units = 20_000;
        for (text, share) in [
            ("0.05..0.5", (|rate| (rate - 0.05) / 0.45) as fn(f64) -> f64),
            ("0.001..0.5:log", |rate: f64| {
                (rate / 0.001).ln() / 500f64.ln()
            }),
        ] {
            let rates = read(text);
            let mut drawn = rates.of_units(units, 4);
            assert_eq!(drawn, rates.of_units(units, 4));
            assert_ne!(drawn, rates.of_units(units, 5));
            // A unit's rate does not depend on how many there are.
            assert_eq!(drawn[..10], rates.of_units(10, 4));
            drawn.sort_unstable_by(f64::total_cmp);
            let places = (0..).zip(&drawn);
            let apart =
                places.map(|(i, &rate)| (f64::from(i) / f64::from(units) - share(rate)).abs());
            assert!(apart.fold(0.0, f64::max) < 0.0138, "{text}");
        }
    }
}
