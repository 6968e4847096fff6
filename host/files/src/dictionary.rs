//! What is in a file of numbers: its columns or arrays, each declared once.
//!
//! A [`Variable`] is the declaration; a [`FileKind`] has those of a file. Whoever writes a table or a `.npz` gives declarations in
//! place of names, so that nothing without one is written; the list of files in a manifest, the array [`ARRAY`] of every `.npz` and
//! docs/data.md are made of them.

use std::fmt::{Display, Write};

use serde::{Deserialize, Serialize};

/// Name of the array of every `.npz` in which the others are described.
pub const ARRAY: &str = "dictionary";

/// What values a column or an array has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Whole numbers.
    Integer,
    /// Real numbers; an empty cell, or NaN, where there is none.
    Number,
    /// Names and other text.
    Text,
}

impl Kind {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Text => "text",
        }
    }
}

/// A column of tables or an array of files, as it is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name; what stands in braces differs from one to the next, as in `accuracy_age_{age}`.
    pub name: &'static str,
    /// What values it has.
    pub kind: Kind,
    /// What it is measured in; empty for a pure number and for text.
    pub unit: &'static str,
    /// What it is, in a sentence without its full stop.
    pub definition: &'static str,
    /// What an array's axes count, the first first; empty for a column.
    pub axes: &'static [&'static str],
}

impl Variable {
    const fn new(
        name: &'static str,
        kind: Kind,
        unit: &'static str,
        definition: &'static str,
    ) -> Self {
        Self {
            name,
            kind,
            unit,
            definition,
            axes: &[],
        }
    }

    /// Of whole numbers.
    #[must_use]
    pub const fn integer(name: &'static str, unit: &'static str, definition: &'static str) -> Self {
        Self::new(name, Kind::Integer, unit, definition)
    }

    /// Of real numbers.
    #[must_use]
    pub const fn number(name: &'static str, unit: &'static str, definition: &'static str) -> Self {
        Self::new(name, Kind::Number, unit, definition)
    }

    /// Of text.
    #[must_use]
    pub const fn text(name: &'static str, definition: &'static str) -> Self {
        Self::new(name, Kind::Text, "", definition)
    }

    /// The same as an array with these axes.
    #[must_use]
    pub const fn over(self, axes: &'static [&'static str]) -> Self {
        Self { axes, ..self }
    }

    /// One of those that the declaration stands for: with these in place of what stands in its braces, the first first.
    #[must_use]
    pub fn of(self, parts: &[&dyn Display]) -> Named {
        let mut name = String::new();
        let mut rest = self.name;
        for part in parts {
            let Some((before, after)) = rest.split_once('{') else {
                break;
            };
            let after = after.split_once('}').map_or("", |(_, after)| after);
            // Nothing refuses to be written to a string.
            let _ = write!(name, "{before}{part}");
            rest = after;
        }
        name.push_str(rest);
        Named { name, of: self }
    }
}

/// A column or an array of a file that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    name: String,
    of: Variable,
}

impl Named {
    /// Its name in the file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its declaration.
    #[must_use]
    pub const fn variable(&self) -> &Variable {
        &self.of
    }
}

impl From<Variable> for Named {
    fn from(of: Variable) -> Self {
        of.of(&[])
    }
}

/// What files of a kind have in them, as it is declared.
#[derive(Clone, Copy, Debug)]
pub struct FileKind {
    /// Names of such files; what stands in braces differs from run to run.
    pub name: &'static str,
    /// The commands that write them.
    pub by: &'static str,
    /// What a row, or a file, is of.
    pub of: &'static str,
    /// Its columns or arrays, in their order.
    pub variables: &'static [Variable],
}

impl FileKind {
    /// All columns, where no name has braces.
    #[must_use]
    pub fn columns(&self) -> Vec<Named> {
        self.variables.iter().copied().map(Named::from).collect()
    }
}

/// A column or an array as files describe it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Described {
    /// Name of a column; of arrays that of their declaration, which stands for all that differ in what is in braces.
    pub name: String,
    /// What values it has.
    pub kind: Kind,
    /// What an array's axes count; nothing for a column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shape: Vec<String>,
    /// What it is measured in; empty for a pure number and for text.
    pub unit: String,
    /// What it is.
    pub definition: String,
}

impl Described {
    fn new(name: &str, of: &Variable) -> Self {
        Self {
            name: name.to_owned(),
            kind: of.kind,
            shape: of.axes.iter().map(|&axis| axis.to_owned()).collect(),
            unit: of.unit.to_owned(),
            definition: of.definition.to_owned(),
        }
    }
}

/// What is in a file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Columns of a table.
    Columns(Vec<Described>),
    /// Arrays, a declaration each.
    Arrays(Vec<Described>),
}

impl Contents {
    /// Of the columns of a table.
    #[must_use]
    pub fn of_columns(columns: &[Named]) -> Self {
        let described = |one: &Named| Described::new(&one.name, &one.of);
        Self::Columns(columns.iter().map(described).collect())
    }

    /// Of arrays: one for each declaration.
    #[must_use]
    pub fn of_arrays(arrays: &[Named]) -> Self {
        let mut all: Vec<Described> = Vec::new();
        for of in arrays.iter().map(Named::variable) {
            let described = Described::new(of.name, of);
            if !all.contains(&described) {
                all.push(described);
            }
        }
        Self::Arrays(all)
    }
}

/// A JSON object with each array's shape, unit and definition, in their order.
#[cfg(feature = "npz")]
pub(crate) fn json(arrays: &[Named]) -> String {
    let mut text = String::from("{");
    for (number, one) in arrays.iter().enumerate() {
        let comma = if number == 0 { "" } else { ", " };
        let axes: Vec<String> = one.of.axes.iter().map(|axis| quoted(axis)).collect();
        let _ = write!(
            text,
            "{comma}{}: {{\"kind\": {}, \"shape\": [{}], \"unit\": {}, \"definition\": {}}}",
            quoted(&one.name),
            quoted(one.of.kind.name()),
            axes.join(", "),
            quoted(one.of.unit),
            quoted(one.of.definition),
        );
    }
    text.push('}');
    text
}

/// A JSON string.
#[cfg(feature = "npz")]
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
