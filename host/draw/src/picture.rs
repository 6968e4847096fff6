//! From the sheet to the files: SVG text and PNG bytes.

use std::collections::BTreeSet;

use kuva::backend::raster::RasterBackend;
use kuva::backend::svg::SvgBackend;
use kuva::render::render::Scene;

use super::canvas::Area;
use super::error::DrawError;
use super::style::Rgb;

/// Pixels of the PNG for one unit of 1/96 inch: 288 dots an inch.
pub(super) const SCALE: u32 = 3;

/// The rasteriser draws this many times finer, since it smooths edges in one direction only; the mean of the fine pixels
/// smooths them in both.
const FINER: u32 = 2;

/// A finished figure in both formats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The figure as SVG, its font embedded.
    pub svg: String,
    /// The figure as PNG: 3 pixels for each unit of 1/96 inch, with that resolution (288 dots an inch) in its header.
    pub png: Vec<u8>,
}

/// Renders both scenes; `letters` are the characters in regular and in bold text.
pub(super) fn render(
    svg: &Scene,
    png: &Scene,
    raw: &[String],
    letters: &[BTreeSet<char>; 2],
) -> Result<Picture, DrawError> {
    Ok(Picture {
        svg: svg_text(svg, raw, letters),
        png: png_bytes(png)?,
    })
}

/// Attribute of the empty group that stands for piece `number` of raw SVG.
pub(super) fn placeholder(number: usize) -> String {
    format!("data-raw=\"{number}\"")
}

fn svg_text(scene: &Scene, raw: &[String], [regular, bold]: &[BTreeSet<char>; 2]) -> String {
    let text = SvgBackend::new()
        .with_pretty(true)
        .with_embedded_font(true)
        .render_scene(scene);
    let mut text = super::font::trim(text, regular, bold);
    for (number, element) in raw.iter().enumerate() {
        text = text.replace(
            &format!("<g {}>", placeholder(number)),
            &format!("<g>{element}"),
        );
    }
    // With a view box the figure can be scaled; without one, a smaller frame would cut it.
    let size = format!("width=\"{0}\" height=\"{1}\"", scene.width, scene.height);
    text.replacen(
        &size,
        &format!("{size} viewBox=\"0 0 {} {}\"", scene.width, scene.height),
        1,
    )
}

fn png_bytes(scene: &Scene) -> Result<Vec<u8>, DrawError> {
    let fine = RasterBackend::new()
        .with_scale((SCALE * FINER) as f32)
        .render_scene(scene)
        .map_err(DrawError::Render)?;
    let failed = |error: &dyn std::fmt::Display| DrawError::Render(error.to_string());
    let mut reader = png::Decoder::new(std::io::Cursor::new(fine))
        .read_info()
        .map_err(|e| failed(&e))?;
    let bytes = reader
        .output_buffer_size()
        .ok_or_else(|| failed(&"the picture is too large"))?;
    let mut pixels = vec![0; bytes];
    let info = reader.next_frame(&mut pixels).map_err(|e| failed(&e))?;
    let (width, height) = (info.width / FINER, info.height / FINER);
    let (stride, finer) = (info.line_size, FINER as usize);
    let channels = info.color_type.samples();
    let mut out = Vec::with_capacity((width * height * 3) as usize);
    for y in 0..height as usize {
        for x in 0..width as usize {
            for channel in 0..3 {
                let mut sum = 0;
                for dy in 0..finer {
                    for dx in 0..finer {
                        sum += u32::from(
                            pixels
                                [(y * finer + dy) * stride + (x * finer + dx) * channels + channel],
                        );
                    }
                }
                out.push(((sum + FINER * FINER / 2) / (FINER * FINER)) as u8);
            }
        }
    }
    encode(width, height, &out)
}

/// Encodes RGB pixels, 8 bits a channel.
fn encode(width: u32, height: u32, rgb: &[u8]) -> Result<Vec<u8>, DrawError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Pixels a metre at 96 units an inch.
    let density = (f64::from(SCALE) * 96.0 / 0.0254).round() as u32;
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

/// An SVG image of `columns` x `rows` pixels stretched over `area`.
pub(super) fn image_element(
    area: Area,
    columns: usize,
    rows: usize,
    fills: &[Rgb],
) -> Result<String, DrawError> {
    let rgb: Vec<u8> = fills.iter().flat_map(|c| [c.0, c.1, c.2]).collect();
    let size = |n: usize| u32::try_from(n).map_err(|e| DrawError::Render(e.to_string()));
    let png = encode(size(columns)?, size(rows)?, &rgb)?;
    Ok(format!(
        "<image x=\"{:.2}\" y=\"{:.2}\" width=\"{:.2}\" height=\"{:.2}\" preserveAspectRatio=\"none\" \
         style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{}\"/>",
        area.x,
        area.y,
        area.w,
        area.h,
        super::font::base64(&png)
    ))
}
