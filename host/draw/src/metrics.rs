//! Widths of text in the figures' font, and line breaking.

use super::font::{self, Style};
use super::geometry::Anchor;
use super::surface::Text;
use super::typeset::{self, INDEX_DROP, Run};

/// A character of a line in its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub c: char,
    pub style: Style,
    pub size: f64,
    /// Along the baseline from the line's place.
    pub along: f64,
    /// Below the baseline.
    pub drop: f64,
}

/// The characters of a line, in their order.
pub(super) fn placed(text: &Text) -> Vec<Placed> {
    let size = f64::from(text.size);
    let mut along = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width(&text.text, text.size, text.bold) / 2.0,
        Anchor::End => -width(&text.text, text.size, text.bold),
    };
    let mut placed = Vec::with_capacity(text.text.len());
    for run in typeset::runs(&text.text) {
        let drop = if run.index { INDEX_DROP * size } else { 0.0 };
        let (style, size) = (run.style(text.bold), run.size(size));
        for c in run.text.chars() {
            placed.push(Placed {
                c,
                style,
                size,
                along,
                drop,
            });
            along += font::advance(c, style) * size;
        }
    }
    placed
}

/// Left, top, right and bottom of a line, from the top of its capitals to the bottom of its descenders.
pub(super) fn extent(text: &Text) -> [f64; 4] {
    let width = width(&text.text, text.size, text.bold);
    let start = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let (x, y) = text.at;
    let (up, down) = (cap(text.size), descent(text.size));
    match text.upwards {
        false => [x + start, y - up, x + start + width, y + down],
        true => [x - up, y - start - width, x + down, y - start],
    }
}

/// Width of one line of text, in the unit of `size`.
pub(super) fn width(text: &str, size: u32, bold: bool) -> f64 {
    let width = |run: &Run| {
        let style = run.style(bold);
        let advances = run.text.chars().map(|c| font::advance(c, style));
        advances.sum::<f64>() * run.size(f64::from(size))
    };
    typeset::runs(text).iter().map(width).sum()
}

/// Width of the widest of several lines.
pub(super) fn widest<'a>(lines: impl IntoIterator<Item = &'a str>, size: u32, bold: bool) -> f64 {
    lines
        .into_iter()
        .map(|line| width(line, size, bold))
        .fold(0.0, f64::max)
}

/// Distance between the baselines of two lines.
pub(super) fn leading(size: u32) -> f64 {
    f64::from(size) * 1.28
}

/// Height of capitals and digits above the baseline.
pub(super) fn cap(size: u32) -> f64 {
    f64::from(size) * 0.729
}

/// Depth of descenders below the baseline.
pub(super) fn descent(size: u32) -> f64 {
    f64::from(size) * 0.236
}

/// Height of a block of `lines` lines, from the top of the capitals to the bottom of the descenders; 0 without lines.
pub(super) fn block(lines: usize, size: u32) -> f64 {
    if lines == 0 {
        0.0
    } else {
        cap(size) + descent(size) + leading(size) * (lines - 1) as f64
    }
}

/// Words that lines may be broken between: an equals sign stays with its sides.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match words.last_mut() {
            Some(last) if word == "=" || last.ends_with(" =") => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// Breaks text into lines no wider than `limit`: at line feeds, then at spaces, then, where one word is too wide, inside it.
/// Empty text gives no line.
pub(super) fn wrap(text: &str, size: u32, bold: bool, limit: f64) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines().filter(|line| !line.trim().is_empty()) {
        let mut line = String::new();
        for word in words(paragraph) {
            let joined = if line.is_empty() {
                word.clone()
            } else {
                format!("{line} {word}")
            };
            if width(&joined, size, bold) <= limit {
                line = joined;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                line.push(c);
                if width(&line, size, bold) > limit && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, c.to_string()));
                }
            }
        }
        lines.push(line);
    }
    lines
}
