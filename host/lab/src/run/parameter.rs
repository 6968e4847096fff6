//! Parameters of a family, each declared once: its name, symbol, meaning, unit, range and default, and where its values go.
//!
//! What reads a declaration: the flags of the command line, the lists of a spec's `[sweep]`, the grid of conditions with their
//! names, the check of ranges, captions, columns of tables, and the tables of docs/parameters.md.

use std::fmt;

use crate::SpecError;
use crate::choice::Choice;
use slotless_files::dictionary::{self, Variable};

/// One parameter, as it is declared.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name in specs and tables; on the command line with hyphens.
    pub name: &'static str,
    /// One letter for it on the command line.
    pub short: Option<char>,
    /// Its symbol in the paper; empty where it has none.
    pub symbol: &'static str,
    /// What it is, in one line.
    pub help: &'static str,
    /// What it counts; empty for a pure number.
    pub unit: &'static str,
    /// Which values it takes.
    pub range: Range,
    /// What it is unless told otherwise.
    pub default: &'static str,
    /// What it belongs to.
    pub heading: &'static str,
    /// What values it has.
    pub kind: Kind,
    /// Its column in tables, where that has another name.
    pub column: Option<&'static str>,
}

impl Parameter {
    /// Nothing said yet.
    pub(crate) const NEW: Self = Self {
        name: "",
        short: None,
        symbol: "",
        help: "",
        unit: "",
        range: Range::Named,
        default: "",
        heading: "",
        kind: Kind::Whole,
        column: None,
    };

    /// Its column in tables.
    #[must_use]
    pub fn column(&self) -> &'static str {
        self.column.unwrap_or(self.name)
    }

    /// That column, as tables declare theirs.
    #[must_use]
    pub fn variable(&self) -> Variable {
        let kind = match self.kind {
            Kind::Whole => dictionary::Kind::Integer,
            Kind::Real => dictionary::Kind::Number,
            Kind::Name(_) | Kind::Text { .. } => dictionary::Kind::Text,
        };
        Variable {
            name: self.column(),
            kind,
            unit: match kind {
                dictionary::Kind::Text => "",
                _ => self.unit,
            },
            definition: self.help,
            axes: &[],
        }
    }
}

/// What values a parameter has.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Whole numbers from 0.
    Whole,
    /// Real numbers.
    Real,
    /// One of some names, each with what it means.
    Name(fn() -> Vec<(&'static str, &'static str)>),
    /// A text of a form of its own.
    Text {
        /// Refuses what is none, in a few words.
        read: fn(&str) -> Result<(), String>,
        /// One of them.
        example: &'static str,
    },
}

/// Which values a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Range {
    /// Whole numbers from the first to the second, if there is a second.
    Whole(u32, Option<u32>),
    /// Above 0 to 1.
    Share,
    /// Above 0, in single precision.
    Positive,
    /// From 0, in single precision.
    NotNegative,
    /// As it says, which depends on other parameters.
    Said(&'static str),
    /// The names that there are.
    Named,
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(low, None) => write!(f, "from {low}"),
            Self::Whole(low, Some(high)) => write!(f, "{low} to {high}"),
            Self::Share => f.write_str("above 0 to 1"),
            Self::Positive => f.write_str("above 0"),
            Self::NotNegative => f.write_str("from 0"),
            Self::Said(said) => f.write_str(said),
            Self::Named => Ok(()),
        }
    }
}

impl Parameter {
    /// Refuses a value out of range, where the range depends on no other parameter.
    ///
    /// # Errors
    /// [`SpecError::Range`].
    pub fn check(&self, value: &Value) -> Result<(), SpecError> {
        let single = |value: f64| (value as f32).is_finite();
        let (is_good, allowed) = match (self.range, value) {
            (Range::Whole(low, high), &Value::Whole(value)) => (
                value >= low && high.is_none_or(|high| value <= high),
                self.range.to_string(),
            ),
            (Range::Share, &Value::Real(value)) => {
                (value > 0.0 && value <= 1.0, self.range.to_string())
            }
            (Range::Positive, &Value::Real(value)) => (
                (value as f32) > 0.0 && single(value),
                format!(
                    "finite numbers above 0, of single precision (from {:e} to {:e})",
                    f32::from_bits(1),
                    f32::MAX
                ),
            ),
            (Range::NotNegative, &Value::Real(value)) => (
                value.is_sign_positive() && single(value),
                format!(
                    "finite numbers from 0, of single precision (up to {:e})",
                    f32::MAX
                ),
            ),
            _ => return Ok(()),
        };
        if is_good {
            return Ok(());
        }
        let value = match value {
            // Not in 300 digits.
            Value::Real(value) if *value != 0.0 && !(1e-6..1e16).contains(&value.abs()) => {
                format!("{value:e}")
            }
            value => value.to_string(),
        };
        Err(SpecError::range(self.name, value, allowed))
    }
}

/// A value of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A whole number.
    Whole(u32),
    /// A real number.
    Real(f64),
    /// A name.
    Name(&'static str),
    /// A text.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(value) => value.fmt(f),
            Self::Real(value) => value.fmt(f),
            Self::Name(name) => name.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// What a parameter's values may be in a program.
pub trait Swept: Clone {
    /// What values those are.
    const KIND: Kind;

    /// Reads one.
    ///
    /// # Errors
    /// What is expected, in a few words.
    fn read(text: &str) -> Result<Self, String>;

    /// As it is shown.
    fn value(&self) -> Value;
}

impl Swept for u32 {
    const KIND: Kind = Kind::Whole;

    fn read(text: &str) -> Result<Self, String> {
        let most = Self::MAX;
        text.parse()
            .map_err(|_| format!("expected a whole number, 0 to {most}"))
    }

    fn value(&self) -> Value {
        Value::Whole(*self)
    }
}

impl Swept for f64 {
    const KIND: Kind = Kind::Real;

    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "expected a number".to_owned())
    }

    fn value(&self) -> Value {
        Value::Real(*self)
    }
}

impl<T: Choice> Swept for T {
    const KIND: Kind = Kind::Name(|| {
        let all = T::ALL.iter();
        all.map(|(_, name, help)| (*name, help.trim_end_matches('.')))
            .collect()
    });

    fn read(text: &str) -> Result<Self, String> {
        T::named(text).ok_or_else(|| {
            let names: Vec<&str> = T::ALL.iter().map(|one| one.1).collect();
            format!("expected one of {}", names.join(", "))
        })
    }

    fn value(&self) -> Value {
        Value::Name(self.word())
    }
}

/// The values of a list in a spec: one at least, since a parameter with none would go back to its default without a word.
pub(crate) fn values<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: serde::Deserialize<'de>,
{
    let values: Vec<T> = serde::Deserialize::deserialize(from)?;
    if values.is_empty() {
        return Err(serde::de::Error::custom(
            "no value in a list that is swept, expected one at least",
        ));
    }
    Ok(values)
}

/// Lists of values of a family's parameters: what is swept.
pub trait Sweeps: Clone + Default + fmt::Debug {
    /// The parameters, in the order in which a grid goes through them: the last fastest.
    const PARAMETERS: &'static [Parameter];

    /// Adds a value to the list of a parameter.
    ///
    /// # Errors
    /// What is expected, in a few words.
    fn add(&mut self, parameter: &str, text: &str) -> Result<(), String>;
}

/// Adds a value of JSON, or each one of a list, to the list of a parameter.
///
/// # Errors
/// [`SpecError::Range`] for what is none of its values, and for a list without one.
pub(crate) fn add_json<S: Sweeps>(
    sweep: &mut S,
    parameter: &Parameter,
    value: &serde_json::Value,
) -> Result<(), SpecError> {
    use serde_json::Value as Json;
    let one = [value.clone()];
    let values = match value {
        Json::Array(values) => &values[..],
        _ => &one[..],
    };
    if values.is_empty() {
        return Err(SpecError::range(parameter.name, "[]", "one value or more"));
    }
    for value in values {
        let text = match value {
            Json::String(text) => text.clone(),
            other => other.to_string(),
        };
        let is_number = matches!(parameter.kind, Kind::Whole | Kind::Real);
        let added = match value {
            Json::String(_) if is_number => Err("expected a number".to_owned()),
            _ => sweep.add(parameter.name, &text),
        };
        added.map_err(|why| {
            let allowed = why.strip_prefix("expected ").unwrap_or(&why);
            SpecError::range(parameter.name, value, allowed)
        })?;
    }
    Ok(())
}

/// Declares the parameters of a family: `put` says where a value goes in what a grid is made of, `get` what it is in a
/// condition, if it is there.
macro_rules! parameters {
    (
        $(#[$attribute:meta])*
        pub struct $sweep:ident of $place:ty, $condition:ty {
            $(
                $(#[doc = $help:literal])+
                $name:ident: $type:ty {
                    put: $put:expr,
                    get: $get:expr,
                    $($key:ident: $value:expr,)*
                }
            )+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $sweep {
            $(
                $(#[doc = $help])+
                #[serde(
                    skip_serializing_if = "Vec::is_empty",
                    deserialize_with = "crate::run::parameter::values"
                )]
                pub $name: Vec<$type>,
            )+
        }

        impl $crate::run::parameter::Sweeps for $sweep {
            const PARAMETERS: &'static [$crate::run::parameter::Parameter] = &[$(
                $crate::run::parameter::Parameter {
                    name: stringify!($name),
                    help: concat!($($help),+).trim_ascii(),
                    kind: <$type as $crate::run::parameter::Swept>::KIND,
                    $($key: $value,)*
                    ..$crate::run::parameter::Parameter::NEW
                },
            )+];

            fn add(&mut self, parameter: &str, text: &str) -> Result<(), String> {
                match parameter {
                    $(stringify!($name) => {
                        self.$name.push($crate::run::parameter::Swept::read(text)?);
                        Ok(())
                    })+
                    _ => Err(format!("no parameter has the name {parameter}")),
                }
            }
        }

        impl $sweep {
            /// Whether nothing is swept.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                *self == Self::default()
            }

            /// Every point with every combination of values put in; refused where that would be too many.
            pub(crate) fn grid(
                &self,
                points: Vec<$crate::run::grid::Point<$place>>,
            ) -> Result<Vec<$crate::run::grid::Point<$place>>, $crate::SpecError> {
                $crate::run::grid::check_count(&[points.len(), $(self.$name.len()),+])?;
                $(
                    let put: fn(&mut $place, $type) = $put;
                    let points = $crate::run::grid::expand(points, stringify!($name), &self.$name, put);
                )+
                Ok(points)
            }

            /// Puts the values of lists with one value in, and leaves those with several.
            pub(crate) fn settle(&mut self, place: &mut $place) {
                $(
                    if let [value] = &self.$name[..] {
                        let put: fn(&mut $place, $type) = $put;
                        put(place, value.clone());
                        self.$name.clear();
                    }
                )+
            }

            /// Takes over the lists that are given; `rest` has what is left of each to be swept.
            pub(crate) fn take(&mut self, given: &Self, rest: Self) {
                $(
                    if !given.$name.is_empty() {
                        self.$name = rest.$name;
                    }
                )+
            }

            /// The parameters of a condition, those that it has, with their values.
            pub(crate) fn values(
                condition: &$condition,
            ) -> Vec<(
                &'static $crate::run::parameter::Parameter,
                $crate::run::parameter::Value,
            )> {
                let values = [$({
                    let get: fn(&$condition) -> Option<$type> = $get;
                    get(condition).map(|value| $crate::run::parameter::Swept::value(&value))
                }),+];
                let all = <Self as $crate::run::parameter::Sweeps>::PARAMETERS.iter();
                all.zip(values)
                    .filter_map(|(parameter, value)| Some((parameter, value?)))
                    .collect()
            }
        }

        /// What is swept, on one line: `k = [10, 20], eps = [0.1, 0.3]`.
        impl std::fmt::Display for $sweep {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::run::grid::line(self, f)
            }
        }
    };
}

pub(crate) use parameters;
