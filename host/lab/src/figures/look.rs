//! As what pictures are written: formats, width, and whether their words are in them.

use slotless_draw::{DrawError, Figure, Layout, TextAs};
use slotless_files::{FileError, Folder};

use super::{Drawn, FigureError};
use crate::choice::{Choice, choices};

choices! {
    /// File formats of pictures.
    pub enum Format {
        /// Lines, curves and words that a vector editor can change.
        Svg = "svg",
        /// Pixels: 288 dots per inch, with --width 600.
        Png = "png",
        /// A page of the picture's size.
        Pdf = "pdf",
    }
}

impl Choice for TextAs {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (
            Self::Paths,
            "paths",
            "Outlines of the letters: the same everywhere",
        ),
        (
            Self::Text,
            "text",
            "Text in an embedded font, to be selected and changed",
        ),
    ];
}

/// As what the pictures of a figure are written: SVG, its words as paths, and PNG, at their natural size, unless told otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    formats: Vec<Format>,
    layout: Layout,
    text: Option<TextAs>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            formats: vec![Format::Svg, Format::Png],
            layout: Layout::new(),
            text: None,
        }
    }
}

impl Look {
    /// These formats, each once.
    #[must_use]
    pub fn formats(mut self, formats: &[Format]) -> Self {
        self.formats.clear();
        for &format in formats {
            if !self.formats.contains(&format) {
                self.formats.push(format);
            }
        }
        self
    }

    /// Laid out for a width of the whole picture in millimetres, 40 to 400.
    #[must_use]
    pub fn millimetres(mut self, width: f64) -> Self {
        self.layout = self.layout.millimetres(width);
        self
    }

    /// Without title, parameters and note, which go to a text file beside it.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.layout = self.layout.bare();
        self
    }

    /// How words are written in every vector format; unless told, as paths in an SVG and as text in a PDF.
    #[must_use]
    pub fn text(mut self, text: TextAs) -> Self {
        self.text = Some(text);
        self
    }

    /// Names of the files of a picture of this name.
    #[must_use]
    pub fn files(&self, name: &str) -> Vec<String> {
        let formats = self.formats.iter().map(|format| format.word());
        let caption = self.layout.is_bare().then_some("txt");
        let all = formats.chain(caption);
        all.map(|extension| format!("{name}.{extension}")).collect()
    }

    /// Draws a figure; one that is too large for a picture has none.
    ///
    /// # Errors
    /// [`DrawError`] but for those of size.
    pub fn render(&self, name: &str, figure: &Figure) -> Result<Rendered, DrawError> {
        debug_assert_eq!(unprintable(figure), None, "{name}");
        let sheet = match figure.lay_out(&self.layout) {
            Err(error @ (DrawError::Grid { .. } | DrawError::TooLarge { .. })) => {
                return Ok(Rendered {
                    name: name.to_owned(),
                    files: Vec::new(),
                    left_out: vec![not_drawn(name, &error)],
                    is_empty: false,
                });
            }
            sheet => sheet?,
        };
        let mut files = Vec::new();
        for format in &self.formats {
            let bytes = match format {
                Format::Svg => {
                    let svg = sheet.svg(self.text.unwrap_or(TextAs::Paths))?;
                    svg.into_bytes()
                }
                Format::Png => sheet.png()?,
                Format::Pdf => sheet.pdf(self.text.unwrap_or(TextAs::Text)),
            };
            files.push((format!("{name}.{format}"), bytes));
        }
        if self.layout.is_bare() {
            let caption = format!("{}\n", sheet.caption());
            files.push((format!("{name}.txt"), caption.into_bytes()));
        }
        Ok(Rendered {
            name: name.to_owned(),
            files,
            left_out: sheet.left_out().to_vec(),
            is_empty: sheet.is_empty(),
        })
    }
}

/// Why a figure cannot be laid out for a column of a journal and for a page, if it cannot: its type is no smaller than 6.5 points, and
/// none of it is cut. Every figure that a debug build draws is held against it, and so every one that the tests draw.
fn unprintable(figure: &Figure) -> Option<String> {
    let why = |width: f64| match figure.lay_out(&Layout::new().millimetres(width)) {
        Ok(sheet) => {
            let smallest = sheet.smallest_type().unwrap_or(f64::INFINITY);
            let furthest = sheet.furthest();
            let is_good = smallest > 6.5 - 1e-9 && furthest.is_none_or(|(_, over)| over < 0.3);
            let line =
                || format!("at {width} mm type of {smallest} pt, over the edge {furthest:?}");
            (!is_good).then(line)
        }
        Err(DrawError::TooLarge { .. } | DrawError::Grid { .. }) => None,
        Err(error) => Some(format!("at {width} mm: {error}")),
    };
    why(85.0).or_else(|| why(180.0))
}

/// That a picture would be too large.
pub(crate) fn not_drawn(name: &str, error: &DrawError) -> String {
    format!("{name} is not drawn, all numbers are in the other files: {error}")
}

/// A picture in its formats.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// Its name, without extension.
    pub name: String,
    /// Its files: names and contents.
    pub files: Vec<(String, Vec<u8>)>,
    /// What is not in it, a line each.
    pub left_out: Vec<String>,
    /// Whether a panel has data, and none of it is drawn.
    pub is_empty: bool,
}

impl Drawn {
    /// Draws all pictures as is asked for.
    ///
    /// # Errors
    /// [`FigureError::Draw`].
    pub fn render(&self) -> Result<Vec<Rendered>, FigureError> {
        let figures = self.pictures.iter();
        let rendered = figures.map(|(name, figure)| Ok(self.look.render(name, figure)?));
        rendered.collect()
    }
}

/// Writes pictures.
///
/// # Errors
/// [`FileError::Io`].
pub fn write_pictures(folder: &mut Folder, pictures: &[Rendered]) -> Result<(), FileError> {
    for (name, bytes) in pictures.iter().flat_map(|picture| &picture.files) {
        folder.write(name, bytes)?;
    }
    Ok(())
}
