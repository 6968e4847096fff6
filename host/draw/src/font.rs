//! The font of all figures: four faces of DejaVu Sans, cut to the letters that figures use (`font/README.md`).
//!
//! What an SVG carries is what the PNG is drawn with and what text is measured by, so a line is as wide in both as the layout
//! takes it to be.

use std::fmt::Write;
use std::sync::OnceLock;

use base64::prelude::{BASE64_STANDARD, Engine};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

const REGULAR: &[u8] = include_bytes!("../font/regular.ttf");
const BOLD: &[u8] = include_bytes!("../font/bold.ttf");
/// Slanted ones have letters, digits and Greek only.
const OBLIQUE: &[u8] = include_bytes!("../font/oblique.ttf");
const BOLD_OBLIQUE: &[u8] = include_bytes!("../font/bold-oblique.ttf");

/// Which face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Style {
    pub bold: bool,
    pub slanted: bool,
}

impl Style {
    /// All four.
    pub const ALL: [Self; 4] = [
        Self::upright(false),
        Self::upright(true),
        Self::slanted(false),
        Self::slanted(true),
    ];

    pub const fn upright(bold: bool) -> Self {
        let slanted = false;
        Self { bold, slanted }
    }

    pub const fn slanted(bold: bool) -> Self {
        let slanted = true;
        Self { bold, slanted }
    }

    /// Its place in [`Style::ALL`].
    pub fn place(self) -> usize {
        2 * usize::from(self.slanted) + usize::from(self.bold)
    }

    fn bytes(self) -> &'static [u8] {
        [REGULAR, BOLD, OBLIQUE, BOLD_OBLIQUE][self.place()]
    }
}

/// What the SVG's text asks for first; then what else there may be for letters that the face lacks.
pub(super) const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// The face of a style.
fn face(style: Style) -> &'static Face<'static> {
    static FACES: OnceLock<[Face<'static>; 4]> = OnceLock::new();
    let parse =
        |style: Style| Face::parse(style.bytes(), 0).expect("the faces that come along are whole");
    &FACES.get_or_init(|| Style::ALL.map(parse))[style.place()]
}

/// The style of the face that has a character: what is only upright is that wherever it stands.
pub(super) fn style_of(c: char, style: Style) -> Style {
    if face(style).glyph_index(c).is_some() {
        style
    } else {
        Style::upright(style.bold)
    }
}

/// The face that has a character.
fn face_of(c: char, style: Style) -> &'static Face<'static> {
    face(style_of(c, style))
}

/// The number of a character's outline in the face of [`style_of`]; 0, the empty box, where that lacks it.
pub(super) fn glyph(c: char, style: Style) -> u16 {
    face_of(c, style).glyph_index(c).map_or(0, |glyph| glyph.0)
}

/// What a PDF says of a face, in thousandths of the size: its box (left, bottom, right, top), ascent, descent, height of
/// capitals; and its file.
pub(super) fn described(style: Style) -> ([f32; 4], [f32; 3], &'static [u8]) {
    let face = face(style);
    let unit = |units: i16| f32::from(units) * 1000.0 / face.units_per_em() as f32;
    let bounds = face.global_bounding_box();
    let bounds = [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(unit);
    let capitals = face.capital_height().unwrap_or(1493);
    let heights = [face.ascender(), face.descender(), capitals].map(unit);
    (bounds, heights, style.bytes())
}

/// Font units in one em.
fn em(face: &Face<'_>) -> f64 {
    f64::from(face.units_per_em())
}

/// Font units in one em of the face that has a character.
pub(super) fn em_of(c: char, style: Style) -> f64 {
    em(face_of(c, style))
}

/// Advance of a character, in units of the size. One that the face lacks counts as an em: too much room is better than a cut
/// label.
pub(super) fn advance(c: char, style: Style) -> f64 {
    let face = face_of(c, style);
    let units = face
        .glyph_index(c)
        .and_then(|glyph| face.glyph_hor_advance(glyph));
    units.map_or(1.0, |units| f64::from(units) / em(face))
}

/// Draws the outline of a character into `builder`, in font units, y upwards; gives its em, and its advance in units of the size.
/// What the face lacks is drawn as the face's empty box.
pub(super) fn outline(c: char, style: Style, builder: &mut dyn OutlineBuilder) -> (f64, f64) {
    let face = face_of(c, style);
    // No outline: a space.
    let _ = face.outline_glyph(face.glyph_index(c).unwrap_or(GlyphId(0)), builder);
    (em(face), advance(c, style))
}

/// The rule of a style sheet that brings a face along.
pub(super) fn rule(style: Style) -> String {
    let weight = if style.bold { "bold" } else { "normal" };
    let slant = if style.slanted { "italic" } else { "normal" };
    let mut rule = format!(
        "@font-face{{font-family:'DejaVu Sans';font-style:{slant};font-weight:{weight};src:url('{}') format('truetype')}}",
        data_url("font/ttf", style.bytes())
    );
    let _ = writeln!(rule);
    rule
}

/// Bytes inside a document.
pub(super) fn data_url(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", BASE64_STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_faces_have_the_letters_of_the_figures() {
        let letters = (' '..='~').chain('Α'..='Ρ').chain('α'..='ω');
        let signs = "−×±′″–·°⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂ᵀ→…≤≥≈äöüßéø";
        for c in letters.chain(signs.chars()) {
            for bold in [false, true] {
                let face = face(Style::upright(bold));
                let glyph = face.glyph_index(c).unwrap_or_else(|| panic!("{c}, {bold}"));
                assert!(face.glyph_hor_advance(glyph).is_some(), "{c}, {bold}");
            }
        }
    }

    #[test]
    fn slanted_faces_have_the_letters_of_variables() {
        let letters = ('a'..='z')
            .chain('A'..='Z')
            .chain('0'..='9')
            .chain('α'..='ω');
        for c in letters.chain(['/']) {
            for bold in [false, true] {
                assert!(
                    face(Style::slanted(bold)).glyph_index(c).is_some(),
                    "{c}, {bold}"
                );
            }
        }
        // What they lack is upright, and as wide as that.
        let [upright, slanted] = [Style::upright(false), Style::slanted(false)];
        assert_eq!(advance('→', slanted), advance('→', upright));
    }

    /// Advances in the whole face, which has 2,048 units an em.
    #[test]
    fn advances_are_those_of_the_whole_face() {
        for (c, regular, bold) in [('A', 1401, 1585), ('i', 569, 702), ('0', 1303, 1425)] {
            assert_eq!(
                advance(c, Style::upright(false)),
                f64::from(regular) / 2048.0
            );
            assert_eq!(advance(c, Style::upright(true)), f64::from(bold) / 2048.0);
        }
        assert_eq!(advance('\u{4e00}', Style::upright(false)), 1.0);
    }

    #[test]
    fn a_rule_carries_the_face() {
        let rule = rule(Style::upright(true));
        let (_, data) = rule.split_once("base64,").unwrap();
        let (data, _) = data.split_once('\'').unwrap();
        assert_eq!(BASE64_STANDARD.decode(data).unwrap(), BOLD);
    }
}
