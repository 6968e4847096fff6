//! Everything that is written of a figure: pictures, results, tables, and at last the manifest.

use std::fmt::Debug;
use std::path::Path;

use slotless_files::{FileError, Folder};

pub use super::look::write_pictures;
use super::{Drawn, FigureError, Made, Table};
use crate::run::manifest::{Manifest, Ran};

/// Where a family writes what it has.
#[derive(Debug)]
pub struct Sink<'a> {
    /// Name of the figure, and of the files.
    pub name: &'a str,
    /// The folder.
    pub folder: &'a mut Folder,
    /// What the run says of itself: conditions, checks, a report.
    pub manifest: &'a mut Manifest,
    /// What a user should know, a line each.
    pub warnings: &'a mut Vec<String>,
}

/// What a family writes of its results beside the pictures.
pub trait RunFiles: Debug {
    /// Writes curves and raw data, and says in the manifest what was run.
    ///
    /// # Errors
    /// [`FigureError`].
    fn write(&self, drawn: &Drawn, sink: &mut Sink<'_>) -> Result<(), FigureError> {
        let _ = (drawn, sink);
        Ok(())
    }

    /// How trials were used, in a few words; nothing where none were run.
    fn usage(&self, trials: u32) -> Option<String> {
        let _ = trials;
        None
    }
}

/// How many trials, in words.
#[must_use]
pub fn trials_of(trials: u32) -> String {
    match trials {
        1 => "1 trial".to_owned(),
        several => format!("{several} trials"),
    }
}

/// Writes a table as CSV.
///
/// # Errors
/// [`FileError::Io`].
pub fn write_table(folder: &mut Folder, table: &Table) -> Result<(), FileError> {
    folder.write_described(&table.name, |file| {
        table.write(file)?;
        Ok(table.contents())
    })
}

impl Made<'_> {
    /// Writes pictures, results, tables and, last, the manifest; gives the manifest as it was written, and warnings, a line
    /// each.
    ///
    /// # Errors
    /// [`FigureError`]; some files may be there then.
    pub fn write(
        mut self,
        folder: &Path,
        mut manifest: Manifest,
        ran: &Ran,
    ) -> Result<(Manifest, Vec<String>), FigureError> {
        let pictures = self.drawn.render()?;
        let mut folder = Folder::create(folder)?;
        let mut warnings = Vec::new();
        write_pictures(&mut folder, &pictures)?;
        let name = manifest.figure.clone();
        self.files.write(
            &self.drawn,
            &mut Sink {
                name: &name,
                folder: &mut folder,
                manifest: &mut manifest,
                warnings: &mut warnings,
            },
        )?;
        for table in &self.drawn.tables {
            write_table(&mut folder, table)?;
        }
        for (name, text) in &self.drawn.texts {
            folder.write(name, text.as_bytes())?;
        }
        manifest.checks.append(&mut self.drawn.checks);
        manifest.report.append(&mut self.drawn.report);
        for picture in &pictures {
            let name = &picture.name;
            let lines = picture.left_out.iter();
            manifest
                .report
                .extend(lines.map(|line| match picture.files.is_empty() {
                    // It says its name.
                    true => line.clone(),
                    false => format!("{name}: {line}"),
                }));
        }
        manifest.threads = ran.threads;
        manifest.device.clone_from(&ran.device);
        manifest.kernels.clone_from(&ran.kernels);
        manifest.wall_seconds = ran.started.elapsed().as_secs_f64();
        manifest.save(&mut folder)?;
        Ok((manifest, warnings))
    }
}
