//! A figure that is laid out: every mark in its place, to be written in whichever format.

use super::error::DrawError;
use super::page::{Page, TextAs};
use super::pdf::Pdf;
use super::raster::Raster;
use super::style::POINT;
use super::surface::Mark;
use super::svg::Svg;
use super::{metrics, picture};

/// A figure that is laid out, from [`Figure::lay_out`](super::Figure::lay_out).
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    pub(super) page: Page,
    pub(super) title: String,
    pub(super) caption: String,
    pub(super) marks: Vec<Mark>,
    pub(super) left_out: Vec<String>,
    pub(super) is_empty: bool,
}

impl Sheet {
    /// Width and height in millimetres.
    #[must_use]
    pub fn millimetres(&self) -> [f64; 2] {
        [self.page.width, self.page.height].map(|units| units * 25.4 / 96.0)
    }

    /// Title, parameters and note, a paragraph each: what stands under a figure in print. Empty where there is none of them.
    #[must_use]
    pub fn caption(&self) -> &str {
        &self.caption
    }

    /// How many values are not on an axis, a line per panel; the note says the same.
    #[must_use]
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Whether a panel has data, and none of it is drawn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The size of the smallest letters in points, indices included; none without text.
    #[must_use]
    pub fn smallest_type(&self) -> Option<f64> {
        let sizes = self.texts().flat_map(metrics::placed).map(|one| one.size);
        sizes.reduce(f64::min).map(|units| units / POINT)
    }

    /// Every line of text, as it was given.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.texts().map(|text| text.text.as_str())
    }

    /// The line of text that reaches furthest over the edges of the sheet, and how far, in millimetres; below 0 where all is within.
    #[must_use]
    pub fn furthest(&self) -> Option<(&str, f64)> {
        let over = self.texts().map(|text| {
            let [left, top, right, bottom] = metrics::extent(text);
            let (width, height) = (self.page.width, self.page.height);
            let over = (-left).max(-top).max(right - width).max(bottom - height);
            (text.text.as_str(), over * 25.4 / 96.0)
        });
        over.max_by(|a, b| a.1.total_cmp(&b.1))
    }

    fn texts(&self) -> impl Iterator<Item = &super::surface::Text> {
        self.marks.iter().filter_map(|mark| match mark {
            Mark::Text(text) => Some(text),
            _ => None,
        })
    }

    /// As SVG. As text, its font is embedded; as paths, each line of text is a path that carries its words as label.
    ///
    /// # Errors
    /// [`DrawError::Render`].
    pub fn svg(&self, text: TextAs) -> Result<String, DrawError> {
        let mut svg = Svg::new(self.page, text);
        self.marks.iter().for_each(|mark| mark.show(&mut svg));
        svg.finish()
    }

    /// As PNG: 3 pixels for each unit of 1/96 inch (288 dots per inch), of a width in millimetres 600 dots per inch; the
    /// resolution is in its header.
    ///
    /// # Errors
    /// [`DrawError::Render`] if there is no room for this many pixels.
    pub fn png(&self) -> Result<Vec<u8>, DrawError> {
        let scale = self.page.scale();
        let mut raster = Raster::new(self.page, scale)?;
        self.marks.iter().for_each(|mark| mark.show(&mut raster));
        let (width, height, rgb) = raster.finish();
        picture::encode(width, height, &rgb, scale)
    }

    /// As PDF of one page of this size. As text, its fonts are embedded and words can be selected.
    #[must_use]
    pub fn pdf(&self, text: TextAs) -> Vec<u8> {
        let mut pdf = Pdf::new(self.page, text);
        self.marks.iter().for_each(|mark| mark.show(&mut pdf));
        pdf.finish(&self.title)
    }
}
