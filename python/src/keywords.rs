//! What the library says of sizes, in the words of the keywords that they came by.
//!
//! The library names sizes by the symbols of its papers. Its errors are typed, so that nothing of their texts is taken over: each is
//! said anew, with the keyword, the value and what is allowed.

use std::fmt::Display;

use pyo3::PyErr;
use slotless_core::hopfield::dense::DenseError;
use slotless_core::{hetero, kwinner, recency, recogniser, ring, structured};

use crate::errors;

/// `name is value, allowed ...`.
fn not(name: &str, value: impl Display, allowed: impl Display) -> PyErr {
    errors::refuse(format!("{name} is {value}, allowed {allowed}"))
}

fn up_to(name: &str, value: u32, most: u32, of: &str) -> PyErr {
    not(name, value, format_args!("1 to {most} ({of})"))
}

/// Sizes of `KWinner`, of this fan-in and number of winners.
pub(crate) fn kwinner(error: kwinner::ParamsError, fan_in: u32, winners: u32) -> PyErr {
    use kwinner::ParamsError as E;
    match error {
        E::NoVisible => not("n_visible", 0, "from 1"),
        E::NoHidden => not("n_hidden", 0, "from 1"),
        E::FanIn { fan_in, visible } => up_to("fan_in", fan_in, visible, "n_visible"),
        E::Winners { winners, hidden } => up_to("n_winners", winners, hidden, "n_hidden"),
        E::Active { active, visible } => up_to("n_active", active, visible, "n_visible"),
        E::Rate { rate } => not("rate", f64::from(rate) / 65_536.0, "above 0 to 1"),
        E::Sum { bits, most } => {
            let (name, value) = match fan_in > most {
                true => ("fan_in", fan_in),
                false => ("n_winners", winners),
            };
            let why = format!("sums of weights \"u{bits}\" have 32 bits");
            not(name, value, format_args!("1 to {most} ({why})"))
        }
        E::Structured {
            visible,
            hidden,
            fan_in,
        } => match structured::nearest(visible, hidden, fan_in) {
            Some(nearest) => not(
                "n_hidden",
                hidden,
                format_args!("{nearest}, the nearest that wiring \"structured\" takes"),
            ),
            None => not("n_hidden", hidden, "none with wiring \"structured\""),
        },
        E::TooLarge => errors::memory("the network takes more than there are addresses"),
        error => errors::value(error),
    }
}

/// What `Recency` was asked for, as it was given.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) rows: Option<String>,
    pub(crate) size: Option<String>,
    pub(crate) window: Option<u64>,
}

/// Sizes of `Recency`.
pub(crate) fn recency(error: recency::ParamsError, wanted: &Wanted) -> PyErr {
    use recency::ParamsError as E;
    let or = |text: &Option<String>, value: u64| text.clone().unwrap_or_else(|| value.to_string());
    match error {
        E::Visible { visible } => {
            let most = recency::MAX_VISIBLE;
            not("n_visible", visible, format_args!("1 to {most}"))
        }
        E::NoRows => not("n_rows", or(&wanted.rows, 0), "from 1"),
        E::Levels { levels } => {
            let most = recency::MAX_LEVELS;
            let rows = wanted
                .rows
                .as_ref()
                .and_then(|rows| rows.parse::<u64>().ok());
            match (wanted.window, rows) {
                (Some(window), Some(rows)) => {
                    let longest = rows * u64::from(most);
                    let allowed = format!("1 to {longest} ({most} levels of n_rows)");
                    not("window", window, allowed)
                }
                _ => not("n_levels", levels, format_args!("1 to {most}")),
            }
        }
        E::Active { active, visible } => up_to("n_active", active, visible, "n_visible"),
        E::Cap {
            cap,
            active,
            visible,
        } => {
            let allowed = format!("{active} (n_active) to {visible} (n_visible)");
            not("cap", cap, allowed)
        }
        E::Miss { miss } => not("miss", miss, format_args!("1 to {}", recency::MAX_MISS)),
        E::Bytes { bytes, needed } => {
            let size = or(&wanted.size, bytes);
            not("size", size, format_args!("from {needed} (a row's bytes)"))
        }
        E::Window {
            window,
            bytes,
            longest,
        } => {
            let size = or(&wanted.size, bytes);
            let allowed = format!("1 to {longest} (of {size} bytes, size)");
            not("window", window, allowed)
        }
        E::TooLarge { rows, row_words } => {
            let most = (1_u64 << 29).saturating_sub(2) / u64::from(row_words.max(1));
            let rows = or(&wanted.rows, rows.into());
            not("n_rows", rows, format_args!("1 to {most} (2 GiB of state)"))
        }
        error => errors::value(error),
    }
}

/// Sizes of a recogniser, whose bytes were given as this.
pub(crate) fn recogniser(error: recogniser::ParamsError, size: Option<&str>) -> PyErr {
    use recogniser::ParamsError as E;
    match error {
        E::Words { words, least } => {
            let (got, least) = ((4 * words as u64).to_string(), 4 * least as u64);
            let allowed = format!("from {least} (an item's bytes)");
            not("size", size.unwrap_or(&got), allowed)
        }
        error => errors::value(error),
    }
}

/// Sizes of `Ring`, whose slots were given as this.
pub(crate) fn ring(error: ring::ParamsError, slots: Option<&str>) -> PyErr {
    use ring::ParamsError as E;
    match error {
        E::Visible { visible } => {
            let most = ring::MAX_VISIBLE;
            not("n_visible", visible, format_args!("1 to {most}"))
        }
        E::Classes { classes } => not("n_classes", classes, "1 to 256"),
        E::Slots { slots: got, most } => {
            let got = got.to_string();
            let allowed = format!("1 to {most} (2 GiB of state)");
            not("n_slots", slots.unwrap_or(&got), allowed)
        }
        E::Active { active, visible } => up_to("n_active", active, visible, "n_visible"),
        E::Words { words, most } => {
            let (size, most) = (4 * u64::from(words), 4 * u64::from(most));
            not("size", size, format_args!("multiples of 4, 4 to {most}"))
        }
        error => errors::value(error),
    }
}

/// What a pattern, of this name, has wrong for `Ring`.
pub(crate) fn ring_pattern(error: ring::RingError, name: &str) -> PyErr {
    use ring::RingError as E;
    match error {
        E::Empty => errors::refuse(format!(
            "{name} is a pattern without a one, expected at least one to learn"
        )),
        E::Code { bits, most } => errors::refuse(format!(
            "{name} has a code of {bits} bits, allowed up to {most} (8 size)"
        )),
        E::Ones { got, expected } => not(
            &format!("ones of {name}"),
            got,
            format_args!("{expected} (n_active)"),
        ),
        E::Class { class, classes } => {
            let last = classes.saturating_sub(1);
            let allowed = format!("0 to {last} (n_classes - 1)");
            not(&format!("the class of {name}"), class, allowed)
        }
        E::Pattern(error) | E::Cue(error) => errors::refuse(format!("{name}: {error}")),
        error => errors::value(error),
    }
}

/// Sizes of `HeteroMHN`.
pub(crate) fn hetero(error: hetero::ParamsError) -> PyErr {
    use hetero::ParamsError as E;
    match error {
        E::NoKeys => not("n_key", 0, "from 1"),
        E::NoValues => not("n_value", 0, "from 1"),
        E::NoItems => not("n_item", 0, "from 1"),
        E::NoHidden => not("n_hidden", 0, "from 1"),
        E::Winners { winners, hidden } => up_to("n_winners", winners, hidden, "n_hidden"),
        E::Units { units, items } => up_to("n_projected", units, items, "n_item"),
        E::Projections {
            units,
            winners,
            hidden,
        } => {
            let least = u64::from(units) * u64::from(winners);
            let allowed = format!("from {least} (n_projected * n_winners)");
            not("n_hidden", hidden, allowed)
        }
        E::Strength => errors::refuse("strength is not finite, allowed finite numbers (float32)"),
        E::Rows { longest, hidden } => {
            let most = ((1_u64 << 30) - 1) / longest;
            let why = format!("rows of {longest} numbers, below 2**30 together");
            not("n_hidden", hidden, format_args!("1 to {most} ({why})"))
        }
        E::TooLarge => errors::memory("the network takes more than there are addresses"),
        error => errors::value(error),
    }
}

/// Sizes of `DenseHopfield`, and how many patterns it may have.
pub(crate) fn dense(error: DenseError) -> PyErr {
    match error {
        DenseError::Units { units } => not("n_units", units, format_args!("1 to {}", 1 << 20)),
        DenseError::Degree => not("degree", 0, "from 1"),
        DenseError::Overflow {
            count,
            units,
            degree,
        } => {
            let fits = |degree: u32| {
                let power = i128::from(units).checked_pow(degree);
                power.filter(|&power| power < 1 << 125)
            };
            match fits(degree) {
                // It is the patterns that are too many.
                Some(power) => errors::refuse(format!(
                    "patterns are {count} in all, allowed {} (times n_units**degree below 2**125)",
                    ((1 << 125) - 1) / power
                )),
                None => {
                    let most = (1..degree).take_while(|&degree| fits(degree).is_some());
                    let most = most.last().unwrap_or(1);
                    let allowed = format!("1 to {most} (n_units**degree is below 2**125)");
                    not("degree", degree, allowed)
                }
            }
        }
        error => errors::value(error),
    }
}
