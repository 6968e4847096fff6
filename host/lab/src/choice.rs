//! Named values to choose from, declared once: the name that specs, the command line and captions write, and what it means.

use slotless_core::kwinner::{Assignment, Code, WiringKind};
use slotless_core::weight::Rounding;

/// One of a few named values.
pub trait Choice: Copy + PartialEq + std::fmt::Debug + Send + Sync + 'static {
    /// All there are, each with its name and what it means, in the order of the help.
    const ALL: &'static [(Self, &'static str, &'static str)];

    /// Its name.
    #[must_use]
    fn word(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|one| one.0 == self).map_or("", |one| one.1)
    }

    /// The value of a name.
    #[must_use]
    fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|one| one.1 == name).map(|one| one.0)
    }
}

/// Declares a choice: an enum whose values have names, and whose documentation is their help.
macro_rules! choices {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident $(= $default:ident)? {
            $($(#[doc = $help:literal])+ $value:ident = $word:literal,)+
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[doc = $help])+ $value,)+
        }

        $(
            impl Default for $name {
                fn default() -> Self {
                    Self::$default
                }
            }
        )?

        impl $crate::choice::Choice for $name {
            const ALL: &'static [(Self, &'static str, &'static str)] =
                &[$((Self::$value, $word, concat!($($help),+).trim_ascii_start())),+];
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::choice::Choice::word(*self))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::choice::Choice::word(*self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                $crate::choice::Choice::named(&name).ok_or_else(|| {
                    serde::de::Error::unknown_variant(&name, &[$($word),+])
                })
            }
        }
    };
}

pub(crate) use choices;

impl Choice for Rounding {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Nearest,
            "nearest",
            "To the nearest weight; small steps are lost",
        ),
        (
            Self::Stochastic,
            "stochastic",
            "Up or down at random, right on average",
        ),
    ];
}

impl Choice for Assignment {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Competitive,
            "competitive",
            "The K hidden units with the largest potentials",
        ),
        (
            Self::RandomK,
            "random-k",
            "K hidden units drawn at random: the control",
        ),
    ];
}

impl Choice for Code {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Binary, "binary", "All the same, as in the paper"),
        (
            Self::Graded,
            "graded",
            "Each for how far its potential is above the best that did not win",
        ),
    ];
}

impl Choice for WiringKind {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Random,
            "random",
            "Masks drawn at random, as in the paper",
        ),
        (
            Self::Structured,
            "structured",
            "Computed, without memory for masks",
        ),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::WeightWidth;
    use crate::patterns::{FreshPrototypes, OrderMatch};
    use crate::transformer::model::ValuesBy;
    use crate::transformer::{Data, Form, Rule, WinnerBy};

    /// Specs write and read the names that the list has, for the core's own choices too.
    fn written<T: Choice + serde::Serialize + serde::de::DeserializeOwned>() {
        assert!(T::ALL.len() > 1);
        for &(value, name, help) in T::ALL {
            assert_eq!(serde_json::to_value(value).unwrap(), name);
            assert_eq!(serde_json::from_value::<T>(name.into()).unwrap(), value);
            assert_eq!((value.word(), T::named(name)), (name, Some(value)));
            assert!(!help.is_empty() && help == help.trim(), "{help}");
        }
        assert_eq!(T::named("none of them"), None);
        let refused = serde_json::from_value::<T>("none of them".into()).unwrap_err();
        assert!(refused.to_string().contains(T::ALL[0].1), "{refused}");
    }

    #[test]
    fn names_are_those_of_specs() {
        written::<Rounding>();
        written::<Assignment>();
        written::<Code>();
        written::<WiringKind>();
        written::<WeightWidth>();
        written::<FreshPrototypes>();
        written::<OrderMatch>();
        written::<Data>();
        written::<Form>();
        written::<Rule>();
        written::<ValuesBy>();
        written::<WinnerBy>();
        assert_eq!(Form::Published2025.to_string(), "published-2025");
    }
}
