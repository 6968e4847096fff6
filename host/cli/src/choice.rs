//! The library's named values as values of flags.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use slotless::choice::Choice;

/// A flag that takes one of a choice's names, with what each means as its help.
pub(super) fn choice<T: Choice>() -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(T::ALL.iter().map(possible))
        .try_map(|name| T::named(&name).ok_or_else(|| format!("no value has the name {name}")))
}

/// A value of a choice as the help shows it.
pub(super) fn possible<T: Choice>(
    (_, name, help): &(T, &'static str, &'static str),
) -> PossibleValue {
    PossibleValue::new(*name).help(help.trim_end_matches('.'))
}
