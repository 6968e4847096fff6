//! What comes out: SVG text and PNG bytes.

use super::error::DrawError;

/// Pixels of the PNG for one unit of 1/96 inch: 288 dots per inch.
pub(super) const SCALE: f64 = 3.0;

/// A finished figure in both formats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The figure as SVG, its font embedded.
    pub svg: String,
    /// The figure as PNG: 3 pixels for each unit of 1/96 inch, with that resolution (288 dots per inch) in its header.
    pub png: Vec<u8>,
    /// How many values are not on an axis, a line per panel; the note under the figure says the same.
    pub left_out: Vec<String>,
    /// Whether a panel has data, and none of it is drawn.
    pub is_empty: bool,
}

/// Encodes RGB pixels, 8 bits per channel, of which `scale` are a unit of 1/96 inch.
pub(super) fn encode(
    width: u32,
    height: u32,
    rgb: &[u8],
    scale: f64,
) -> Result<Vec<u8>, DrawError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Pixels per metre at 96 units per inch.
    let density = (scale * 96.0 / 0.0254).round() as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: density,
        yppu: density,
        unit: png::Unit::Meter,
    }));
    encoder
        .write_header()
        .and_then(|mut writer| {
            writer.write_image_data(rgb)?;
            writer.finish()
        })
        .map_err(|error| DrawError::Render(error.to_string()))?;
    Ok(bytes)
}
