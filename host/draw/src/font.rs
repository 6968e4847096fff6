//! The font inside the SVG: of kuva's four embedded faces (3.3 MB), only the glyphs that the figure draws.

use std::collections::BTreeSet;

use super::truetype::subset;

const OPEN: &str = "<style>";
const CLOSE: &str = "</style>";
const DATA: &str = "data:font/truetype;base64,";

/// Replaces the four faces by what `regular` and `bold` text needs. Should kuva write its fonts in another way one day, they
/// stay as they are.
pub(super) fn trim(svg: String, regular: &BTreeSet<char>, bold: &BTreeSet<char>) -> String {
    trimmed(&svg, regular, bold).unwrap_or(svg)
}

fn trimmed(svg: &str, regular: &BTreeSet<char>, bold: &BTreeSet<char>) -> Option<String> {
    let start = svg.find(OPEN)?;
    let end = start + svg[start..].find(CLOSE)?;
    let mut style = String::from(OPEN);
    for rule in svg[start..end].split("@font-face").skip(1) {
        let used = match (
            rule.contains("'DejaVu Sans';"),
            rule.contains("italic"),
            rule.contains("font-weight:bold"),
        ) {
            (true, false, false) => regular,
            (true, false, true) => bold,
            _ => continue,
        };
        if used.is_empty() {
            continue;
        }
        let (before, data) = rule.split_once(DATA)?;
        let (data, after) = data.split_once('\'')?;
        let font = subset(&unbase64(data)?, used)?;
        style.push_str(&format!(
            "@font-face{before}{DATA}{}'{after}",
            base64(&font)
        ));
    }
    Some(format!("{}{style}{}", &svg[..start], &svg[end..]))
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0u32, |word, &b| (word << 8) | u32::from(b))
            << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let bits = (word >> (18 - 6 * digit)) & 63;
            text.push(if digit <= chunk.len() {
                char::from(BASE64[bits as usize])
            } else {
                '='
            });
        }
    }
    text
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let mut values = [u8::MAX; 256];
    for (value, &digit) in BASE64.iter().enumerate() {
        values[usize::from(digit)] = value as u8;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut word, mut bits) = (0u32, 0);
    for digit in text.trim_end_matches('=').bytes() {
        let value = values[usize::from(digit)];
        if value == u8::MAX {
            return None;
        }
        word = (word << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits) as u8);
        }
    }
    Some(bytes)
}

/// The regular face that kuva bundles.
#[cfg(test)]
pub(super) fn bundled() -> Vec<u8> {
    let scene = kuva::render::render::Scene::new(1.0, 1.0);
    let svg = kuva::backend::svg::SvgBackend::new()
        .with_embedded_font(true)
        .render_scene(&scene);
    let (_, data) = svg.split_once(DATA).expect("kuva embeds a font");
    unbase64(data.split_once('\'').expect("quoted").0).expect("base64")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_the_standard_one_and_reversible() {
        for (plain, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), text);
            assert_eq!(unbase64(text).as_deref(), Some(plain.as_bytes()));
        }
        assert_eq!(unbase64("Zg=*"), None);
    }

    #[test]
    fn a_style_that_is_not_understood_stays() {
        let used: BTreeSet<char> = "A".chars().collect();
        let svg = "<svg><style>@font-face{font-family:'DejaVu Sans';src:url('x')}</style></svg>"
            .to_owned();
        assert_eq!(trim(svg.clone(), &used, &used), svg);
    }
}
