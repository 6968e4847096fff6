//! Grids of conditions: every combination of swept values, each with a name.

use std::collections::HashSet;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;
use slotless_files::input;

use super::parameter::Swept;
use crate::SpecError;

/// Something on its way through a grid, with the values it has taken so far.
#[derive(Clone)]
pub(crate) struct Point<T> {
    pub of: T,
    taken: Vec<String>,
}

impl<T: Clone> Point<T> {
    /// A point that has taken no value.
    pub fn new(of: T) -> Self {
        let taken = Vec::new();
        Self { of, taken }
    }

    /// The name of a condition: its own and the values it has taken; where it has neither, the one it gets `otherwise`.
    pub fn name(&self, own: &str, otherwise: impl FnOnce() -> String) -> String {
        let taken = self.taken.join(", ");
        match (own, taken.as_str()) {
            ("", "") => otherwise(),
            ("", _) => taken,
            (_, "") => own.to_owned(),
            _ => format!("{own}, {taken}"),
        }
    }
}

/// Every point with every value put in, and the value noted.
pub(crate) fn expand<T: Clone, V: Swept>(
    points: Vec<Point<T>>,
    name: &str,
    values: &[V],
    put: impl Fn(&mut T, V),
) -> Vec<Point<T>> {
    if values.is_empty() {
        return points;
    }
    let mut expanded = Vec::new();
    for point in points {
        for value in values {
            let mut point = point.clone();
            put(&mut point.of, value.clone());
            point.taken.push(format!("{name} = {}", value.value()));
            expanded.push(point);
        }
    }
    expanded
}

/// Conditions of a spec at most.
const MAX: usize = 1 << 16;

/// Refuses a grid of too many points, before there is any: of the points at its start, and of lists as long as these, where they
/// are not empty.
pub(crate) fn check_count(lengths: &[usize]) -> Result<(), SpecError> {
    let count = lengths
        .iter()
        .fold(1usize, |count, &length| count.saturating_mul(length.max(1)));
    if count > MAX {
        let allowed = format!("up to {MAX}");
        return Err(SpecError::range("number of combinations", count, allowed));
    }
    Ok(())
}

/// What is swept, on one line: `k = [10, 20], eps = [0.1, 0.3]`.
pub(crate) fn line(sweep: &impl Serialize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let lines = toml::to_string(sweep).map_err(|_| fmt::Error)?;
    f.write_str(&lines.lines().collect::<Vec<_>>().join(", "))
}

/// Refuses two conditions whose files would have one name, and names that are too long for a file. `length` and `two` say
/// what is wrong then.
pub(crate) fn check_names<'a>(
    conditions: impl Iterator<Item = (String, &'a str)>,
    length: &'static str,
    two: &'static str,
) -> Result<(), SpecError> {
    let mut seen = HashSet::new();
    for (slug, name) in conditions {
        // File names have an end: 255 bytes on most systems.
        if slug.len() > 200 {
            return Err(SpecError::range(length, slug.len(), "up to 200"));
        }
        if !seen.insert(slug) {
            let allowed = "names that differ in letters and digits";
            return Err(SpecError::range(two, format!("{name:?}"), allowed));
        }
    }
    Ok(())
}

/// A name in small letters, digits and underscores.
#[must_use]
pub(crate) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('_') && !slug.is_empty() {
            slug.push('_');
        }
    }
    slug
}

/// Reads a spec in TOML; an error is one line that says where.
pub(crate) fn from_toml<T: DeserializeOwned>(text: &str) -> Result<T, SpecError> {
    toml::from_str(text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.unwrap_or_default().matches('\n').count() + 1;
        let message = input::in_words(error.message());
        SpecError::File(format!("line {line}: {message}"))
    })
}
