//! Variables in text: slanted, with indices below the line.
//!
//! A variable is a letter with an index (`n_h`), a letter before an equals sign (`k = 50`; of `K/N = 0.1` both, and `beta`, `eps` as
//! Greek letters), or a mathematical italic letter as such, where it stands alone: `𝑁`.

use super::font::Style;
use super::style::POINT;

/// A part of a line in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub text: String,
    pub slanted: bool,
    /// Smaller, and below the line.
    pub index: bool,
}

/// Size of an index, in that of the line, but for what is [`SMALLEST`].
const INDEX_SIZE: f64 = 0.72;
/// No letter is smaller than 6.5 points: journals ask for that.
const SMALLEST: f64 = 6.5 * POINT;
/// How far below the line it stands, in the size of the line.
pub(super) const INDEX_DROP: f64 = 0.2;

/// Words that are a Greek letter where they are a variable.
const GREEK: [(&str, char); 2] = [("beta", 'β'), ("eps", 'ε')];

impl Run {
    fn plain(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            slanted: false,
            index: false,
        }
    }

    fn slanted(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            slanted: true,
            index: false,
        }
    }

    /// The face it is set in.
    pub fn style(&self, bold: bool) -> Style {
        Style {
            bold,
            slanted: self.slanted,
        }
    }

    /// Its size, in a line of this one.
    pub fn size(&self, size: f64) -> f64 {
        if self.index {
            (size * INDEX_SIZE).max(SMALLEST).min(size)
        } else {
            size
        }
    }
}

/// The letter that a mathematical italic one is.
fn letter(c: char) -> Option<char> {
    let of = |first: u32, base: char| {
        let place = (c as u32).checked_sub(first)?;
        (place < 26).then(|| char::from_u32(base as u32 + place))?
    };
    match c {
        '\u{210e}' => Some('h'),
        '\u{1d434}'..='\u{1d44d}' => of(0x1d434, 'A'),
        '\u{1d44e}'..='\u{1d467}' => of(0x1d44e, 'a'),
        '\u{1d6fc}'..='\u{1d714}' => of(0x1d6fc, 'α'),
        _ => None,
    }
}

/// A letter with an index at the start of `text`: the letter, and the index.
fn indexed(text: &str) -> Option<(&str, &str)> {
    let base = text
        .chars()
        .next()
        .filter(|c| c.is_ascii_alphabetic() || letter(*c).is_some())?;
    let (base, rest) = text.split_at(base.len_utf8());
    let rest = rest.strip_prefix('_')?;
    let length = rest
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let is_index = (1..=3).contains(&length) && !rest[length..].starts_with('_');
    is_index.then(|| (base, &rest[..length]))
}

/// A variable before an equals sign at the start of `text`: how long it is, and what it is set as.
fn equated(text: &str) -> Option<(usize, String)> {
    let end = text.find(" = ")?;
    let name = &text[..end];
    if let Some((_, greek)) = GREEK.iter().find(|(word, _)| *word == name) {
        return Some((end, greek.to_string()));
    }
    let is_single = |part: &str| part.len() == 1 && part.chars().all(|c| c.is_ascii_alphabetic());
    name.split('/')
        .all(is_single)
        .then(|| (end, name.to_owned()))
}

/// Text in plain letters: variables as they are called, `n_i`, without what is slanted.
pub(super) fn plain(text: &str) -> String {
    text.chars().map(|c| letter(c).unwrap_or(c)).collect()
}

/// A line in its parts.
pub(super) fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let (mut plain, mut at, mut before) = (0, 0, ' ');
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let starts = !(before.is_alphanumeric() || before == '_');
        let found = if let Some((base, index)) = indexed(rest).filter(|_| starts) {
            let base_letter: String = base.chars().map(|c| letter(c).unwrap_or(c)).collect();
            let index_run = Run {
                index: true,
                ..Run::slanted(index)
            };
            let length = base.len() + 1 + index.len();
            Some((length, vec![Run::slanted(base_letter), index_run]))
        } else if let Some((length, name)) = equated(rest).filter(|_| starts) {
            Some((length, vec![Run::slanted(name)]))
        } else {
            letter(c).map(|plain| (c.len_utf8(), vec![Run::slanted(plain)]))
        };
        let Some((length, parts)) = found else {
            at += c.len_utf8();
            before = c;
            continue;
        };
        if plain < at {
            runs.push(Run::plain(&text[plain..at]));
        }
        runs.extend(parts);
        at += length;
        plain = at;
        before = 'x';
    }
    if plain < text.len() {
        runs.push(Run::plain(&text[plain..]));
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs in words: slanted ones in stars, indices in brackets.
    fn shown(text: &str) -> String {
        let runs = runs(text);
        let show = |run: &Run| match (run.slanted, run.index) {
            (false, _) => run.text.clone(),
            (true, false) => format!("*{}*", run.text),
            (true, true) => format!("[{}]", run.text),
        };
        runs.iter().map(show).collect()
    }

    #[test]
    fn variables_are_found_and_words_are_left() {
        for (text, expected) in [
            (
                "K-winner MHN: n_i = 1000, k = 50, eps = 0.3",
                "K-winner MHN: *n*[i] = 1000, *k* = 50, *ε* = 0.3",
            ),
            ("W_Q\u{1d40} W_K", "*W*[Q]\u{1d40} *W*[K]"),
            ("classical, K/N = 0.1", "classical, *K/N* = 0.1"),
            ("beta = 4, a letter", "*β* = 4, a letter"),
            ("units 𝑁, 𝐾/𝑁", "units *N*, *K*/*N*"),
            ("𝑛_h", "*n*[h]"),
            (
                "sweep_summary.csv, a_file_name, s_",
                "sweep_summary.csv, a_file_name, s_",
            ),
            ("size = 4, x=3", "size = 4, x=3"),
            ("", ""),
            ("d\u{2032} of I and a", "d\u{2032} of I and a"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }
}
