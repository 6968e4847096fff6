//! Flags of every command that draws.

use clap::Args;

use crate::choice::choice;
use slotless::figures::{Format, Look};
use slotless_draw::TextAs;

/// What widths there are, in millimetres.
const WIDTHS: std::ops::RangeInclusive<f64> = 40.0..=400.0;

/// A width: millimetres, with their unit or without.
fn width(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix("mm").unwrap_or(text).trim();
    let width = number.parse::<f64>().ok();
    width
        .filter(|width| WIDTHS.contains(width))
        .ok_or_else(|| "allowed 40mm to 400mm; a column has 85mm, a page 180mm".to_owned())
}

#[derive(Clone, Debug, Args)]
pub(super) struct DrawingArgs {
    /// File formats of pictures, with commas between
    #[arg(
        long,
        value_name = "FORMAT,...",
        value_parser = choice::<Format>(),
        value_delimiter = ',',
        default_value = "svg,png",
        help_heading = "Drawing"
    )]
    format: Vec<Format>,
    /// Width in print, such as 85mm (a column) or 180mm (a page): panels are laid out for it, in type of 6.5 points and more
    /// [default: each figure's own]
    #[arg(long, value_name = "MM", value_parser = width, help_heading = "Drawing")]
    width: Option<f64>,
    /// Leave title, parameters and note out of pictures; NAME.txt has them, as a caption
    #[arg(long, help_heading = "Drawing")]
    bare: bool,
    /// Words in vector formats [default: paths in SVG, text in PDF]
    #[arg(long, value_parser = choice::<TextAs>(), help_heading = "Drawing")]
    text: Option<TextAs>,
}

impl DrawingArgs {
    /// What they ask for.
    pub(super) fn look(&self) -> Look {
        let mut look = Look::default().formats(&self.format);
        if let Some(width) = self.width {
            look = look.millimetres(width);
        }
        if self.bare {
            look = look.bare();
        }
        if let Some(text) = self.text {
            look = look.text(text);
        }
        look
    }
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn widths_are_millimetres() {
        assert_eq!(width("85mm"), Ok(85.0));
        assert_eq!(width("180"), Ok(180.0));
        assert_eq!(width("88.9 mm"), Ok(88.9));
        for wrong in ["", "mm", "39mm", "401", "8.5cm", "NaN", "-85mm", "inf"] {
            assert!(width(wrong).is_err(), "{wrong}");
        }
    }
}
