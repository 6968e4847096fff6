//! Text that others wrote, as it is shown.

/// Whether a character acts on a terminal or on the order of what is read, and is not seen: controls, the marks, embeddings,
/// overrides and isolates of right-to-left text, and the separators of lines and paragraphs.
#[must_use]
pub fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A text with what acts in it, but for the characters in `but`, as `\u` and four hexadecimal digits.
#[must_use]
pub fn escaped(text: &str, but: &[char]) -> String {
    let mut seen = String::with_capacity(text.len());
    for c in text.chars() {
        if acts(c) && !but.contains(&c) {
            seen += &format!("\\u{:04x}", u32::from(c));
        } else {
            seen.push(c);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_is_seen() {
        assert_eq!(
            escaped("a\u{1b}[2J\u{202e}b\tc\n", &['\t']),
            "a\\u001b[2J\\u202eb\tc\\u000a"
        );
        assert_eq!(
            escaped("\u{e9} \u{4e2d} \u{1d458}", &[]),
            "\u{e9} \u{4e2d} \u{1d458}"
        );
    }
}
