//! What drawing a figure gives, and why it may not.

use thiserror::Error;

use slotless_draw::{DrawError, Figure};
use slotless_files::FileError;
use slotless_files::dictionary::{Contents, FileKind, Named};
use slotless_files::text::escaped;

use super::look::Look;

/// Paper scale, or a picture in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Memories: 3,000 burn-in, 1,000 learned, 200 trials. Transformers: the paper's batches and trials. Hopfield networks: up
    /// to 4,000 units and more.
    Paper,
    /// Memories: 1,000 burn-in, 500 learned, 40 trials. Transformers: fewer of both. Hopfield networks: smaller ones.
    Quick,
}

/// What drawing a figure gives.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The pictures, with their file names without extension.
    pub pictures: Vec<(String, Figure)>,
    /// As what they are written.
    pub look: Look,
    /// What it shows in numbers, a line each.
    pub report: Vec<String>,
    /// Tables of their own: file name, header, rows.
    pub tables: Vec<Table>,
    /// Texts of their own: file name, contents.
    pub texts: Vec<(String, String)>,
    /// Checks made by the figure itself: name, value, allowed from and to.
    pub checks: Vec<crate::run::manifest::Check>,
    /// Conditions, by number, that are compared with the reference curves; all of them if `None`.
    pub referenced: Option<Vec<usize>>,
}

impl Drawn {
    /// Says in every picture that its sample is small, where it is: `usual` trials are those of paper scale.
    pub fn mark_small(&mut self, trials: u32, usual: u32) {
        let remark = super::numbers::small_sample(trials, usual);
        if remark.is_empty() {
            return;
        }
        for (_, figure) in &mut self.pictures {
            *figure = figure.clone().remark(&remark);
        }
    }
}

/// A table for a CSV file.
#[derive(Clone, Debug)]
pub struct Table {
    /// File name.
    pub name: String,
    /// The columns, each of its declaration.
    pub header: Vec<Named>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Writes it as CSV; what acts on a terminal in a name, as `\u` and four hexadecimal digits, and what is no number as an
    /// empty cell.
    ///
    /// # Errors
    /// As the writer's.
    pub fn write(&self, out: impl std::io::Write) -> std::io::Result<()> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.header.iter().map(Named::name))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| match cell.as_str() {
                "NaN" => String::new(),
                cell => escaped(cell, &['\t', '\n']),
            }))?;
        }
        writer.flush()
    }

    /// A table of all columns of a kind.
    #[must_use]
    pub fn new(name: &str, kind: &FileKind, rows: Vec<Vec<String>>) -> Self {
        Self {
            name: name.to_owned(),
            header: kind.columns(),
            rows,
        }
    }

    /// What is in it.
    #[must_use]
    pub fn contents(&self) -> Contents {
        Contents::of_columns(&self.header)
    }
}

/// A figure that cannot be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FigureError {
    /// Its numbers cannot be computed.
    #[error("{0}")]
    Numbers(String),
    /// The picture cannot be drawn.
    #[error(transparent)]
    Draw(#[from] DrawError),
    /// A file of it cannot be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It was told to stop.
    #[error("stopped")]
    Stopped,
    /// There are no results of one of its conditions.
    #[error("one of its conditions was not computed")]
    NotComputed,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::declared::file_kind;
    use slotless_files::dictionary::Variable;

    #[test]
    fn what_is_no_number_is_an_empty_cell() {
        let cells = ["a\u{1b}[2J", &f64::NAN.to_string(), &(0.5f64).to_string()];
        let row = cells.map(str::to_owned).to_vec();
        file_kind! {
            /// A row
            KIND: "t.csv" by "a test" {
                Variable::text("name", "A name"),
                Variable::number("undefined", "", "No number"),
                Variable::number("half", "", "A half"),
            }
        }
        let table = Table::new("t.csv", &KIND, vec![row]);
        let mut written = Vec::new();
        table.write(&mut written).unwrap();
        let expected = "name,undefined,half\na\\u001b[2J,,0.5\n";
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }
}
