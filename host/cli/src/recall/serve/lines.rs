//! Lines of a bounded length, whatever comes.

use std::io::{self, BufRead};

/// Bytes of a line at most: a text may have a mebibyte, and its escapes more.
pub(super) const LONGEST: usize = 1 << 24;

/// A line that has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Text(String),
    /// No text in UTF-8.
    NoText,
    /// One of more than [`LONGEST`] bytes, which was passed over.
    Long,
}

impl Line {
    /// The text, or what is wrong with it.
    pub fn text(self) -> Result<String, String> {
        match self {
            Self::Text(text) => Ok(text),
            Self::NoText => Err("the line is no text in UTF-8".to_owned()),
            Self::Long => Err(format!(
                "the line has more than {LONGEST} bytes, allowed {LONGEST} at most"
            )),
        }
    }
}

/// Lines as they come, without those that are blank.
#[derive(Debug)]
pub(super) struct Lines<R> {
    from: R,
}

impl<R: BufRead> Lines<R> {
    pub fn of(from: R) -> Self {
        Self { from }
    }

    /// The bytes up to the next line feed or the end, as many as are allowed and one; none at the end.
    fn bytes(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut line, mut is_any) = (Vec::new(), false);
        loop {
            let bytes = match self.from.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                bytes => bytes?,
            };
            if bytes.is_empty() {
                return Ok(is_any.then_some(line));
            }
            is_any = true;
            let end = bytes.iter().position(|&byte| byte == b'\n');
            let new = &bytes[..end.unwrap_or(bytes.len())];
            let room = (LONGEST + 1).saturating_sub(line.len());
            line.extend(&new[..new.len().min(room)]);
            let used = end.map_or(bytes.len(), |end| end + 1);
            self.from.consume(used);
            if end.is_some() {
                return Ok(Some(line));
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<io::Result<Line>> {
        loop {
            let line = match self.bytes() {
                Ok(line) => line?,
                Err(error) => return Some(Err(error)),
            };
            if line.len() > LONGEST {
                return Some(Ok(Line::Long));
            }
            match String::from_utf8(line) {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => return Some(Ok(Line::Text(text))),
                Err(_) => return Some(Ok(Line::NoText)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_comes_is_a_line() {
        let mut bytes = b"one\r\n\n \nt\xffo\n".to_vec();
        bytes.resize(bytes.len() + LONGEST, b'x');
        bytes.push(b'\n');
        bytes.resize(bytes.len() + 3 * LONGEST, b'y');
        bytes.extend(b"\nlast");
        let found: Vec<Line> = Lines::of(io::BufReader::with_capacity(1 << 16, &bytes[..]))
            .map(Result::unwrap)
            .collect();
        let text = |text: &str| Line::Text(text.to_owned());
        assert_eq!(found[0], text("one\r"));
        assert_eq!(found[1], Line::NoText);
        assert!(matches!(&found[2], Line::Text(text) if text.len() == LONGEST));
        assert_eq!(found[3..], [Line::Long, text("last")]);
    }
}
