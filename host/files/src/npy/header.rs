//! The header of a `.npy`: a magic word, a version, a length, and a Python dictionary of that length.

use super::{Kind, NUMBERS, NpyError};

pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// What a header may be long: numpy's own limit is 10,000 characters.
const MAX: usize = 1 << 16;

/// What a header may be long, with what stands before it.
pub(super) const MAX_WITH_PREFIX: usize = MAX + 12;

/// Characters of a file that a message shows.
const SHOWN: usize = 20;

/// Axes of an array at most, as numpy has it.
const MAX_AXES: usize = 64;

/// A header.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Header {
    /// Numpy's word for the type of cells.
    pub code: String,
    /// Whether the first axis is the one that runs fastest.
    pub fortran: bool,
    pub shape: Vec<usize>,
}

impl Header {
    /// Reads a header; gives what lies behind it, too.
    pub fn read(bytes: &[u8]) -> Result<(Self, &[u8]), NpyError> {
        let no_npy = || NpyError::format("it does not begin as a .npy does");
        let short = || NpyError::format("it ends within its header");
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(no_npy)?;
        let (&[major, minor], rest) = rest.split_first_chunk::<2>().ok_or_else(short)?;
        let (length, rest) = match major {
            1 => {
                let (length, rest) = rest.split_first_chunk::<2>().ok_or_else(short)?;
                (usize::from(u16::from_le_bytes(*length)), rest)
            }
            2 | 3 => {
                let (length, rest) = rest.split_first_chunk::<4>().ok_or_else(short)?;
                (u32::from_le_bytes(*length) as usize, rest)
            }
            _ => {
                let why = format!("it is of version {major}.{minor}, allowed 1 to 3");
                return Err(NpyError::format(why));
            }
        };
        if length > MAX {
            let why = format!("its header has {length} bytes, allowed up to {MAX}");
            return Err(NpyError::format(why));
        }
        let (text, data) = rest.split_at_checked(length).ok_or_else(short)?;
        let text =
            std::str::from_utf8(text).map_err(|_| NpyError::format("its header is no text"))?;
        let mut parser = Parser { rest: text };
        Ok((parser.dictionary()?, data))
    }

    /// What its cells are.
    pub fn kind(&self) -> Result<Kind, NpyError> {
        Kind::of(&self.code).ok_or_else(|| NpyError::Type {
            found: shown(&self.code),
            allowed: NUMBERS,
        })
    }

    /// How many cells there are, of a file of `length` bytes that begins with `before` bytes of header.
    ///
    /// # Errors
    /// [`NpyError`] where they are not what the file has room for, or there is none.
    pub fn hold_against(&self, before: usize, length: u64) -> Result<usize, NpyError> {
        let size = self.kind()?.size;
        let mut sides = self.shape.iter();
        let cells = sides.try_fold(1usize, |cells, &side| cells.checked_mul(side));
        let wanted = cells.and_then(|cells| cells.checked_mul(size)?.checked_add(before));
        let Some((cells, wanted)) = cells.zip(wanted).filter(|&(_, end)| end as u64 <= length)
        else {
            return Err(NpyError::format(format!(
                "its header promises ({}) cells, more than its {length} bytes hold",
                self.sides()
            )));
        };
        if cells == 0 {
            return Err(NpyError::Empty);
        }
        match length - wanted as u64 {
            0 => Ok(cells),
            more => Err(NpyError::format(format!(
                "{more} bytes lie behind its last cell"
            ))),
        }
    }

    /// The shape as it is written.
    pub fn sides(&self) -> String {
        let sides: Vec<String> = self.shape.iter().map(usize::to_string).collect();
        sides.join(", ")
    }
}

/// A text of a file as a message shows it: nothing of it reaches a terminal, and not all of a long one.
fn shown(text: &str) -> String {
    let mut chars = text.chars();
    let mut shown: String = chars.by_ref().take(SHOWN).collect();
    if chars.next().is_some() {
        shown.push_str("...");
    }
    shown.escape_debug().to_string()
}

/// What is left of a dictionary.
struct Parser<'a> {
    rest: &'a str,
}

/// A value in it.
enum Value {
    Text(String),
    Flag(bool),
    Sides(Vec<usize>),
    Other,
}

impl Parser<'_> {
    fn error(&self) -> NpyError {
        let at = shown(self.rest);
        NpyError::format(format!("its header cannot be read at \"{at}\""))
    }

    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, word: &str) -> bool {
        self.skip();
        let rest = self.rest.strip_prefix(word);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn dictionary(&mut self) -> Result<Header, NpyError> {
        let (mut code, mut fortran, mut shape) = (None, None, None);
        if !self.take("{") {
            return Err(self.error());
        }
        while !self.take("}") {
            let key = self.text()?;
            if !self.take(":") {
                return Err(self.error());
            }
            let value = self.value()?;
            let is_new = match (key.as_str(), value) {
                ("descr", Value::Text(found)) => code.replace(found).is_none(),
                ("descr", _) => {
                    return Err(NpyError::Type {
                        found: "of several fields".to_owned(),
                        allowed: NUMBERS,
                    });
                }
                ("fortran_order", Value::Flag(found)) => fortran.replace(found).is_none(),
                ("shape", Value::Sides(found)) => shape.replace(found).is_none(),
                _ => {
                    let why = format!("its header has \"{}\" in it", shown(&key));
                    return Err(NpyError::format(why));
                }
            };
            if !is_new {
                return Err(NpyError::format(format!("its header has {key:?} twice")));
            }
            if !self.take(",") {
                if self.take("}") {
                    break;
                }
                return Err(self.error());
            }
        }
        self.skip();
        if !self.rest.is_empty() {
            return Err(self.error());
        }
        let missing = || NpyError::format("its header lacks descr, fortran_order or shape");
        Ok(Header {
            code: code.ok_or_else(missing)?,
            fortran: fortran.ok_or_else(missing)?,
            shape: shape.ok_or_else(missing)?,
        })
    }

    fn value(&mut self) -> Result<Value, NpyError> {
        if self.take("True") {
            return Ok(Value::Flag(true));
        }
        if self.take("False") {
            return Ok(Value::Flag(false));
        }
        if self.take("(") {
            return self.sides().map(Value::Sides);
        }
        if self.rest.starts_with('[') {
            return Ok(Value::Other);
        }
        self.text().map(Value::Text)
    }

    fn sides(&mut self) -> Result<Vec<usize>, NpyError> {
        let mut sides = Vec::new();
        while !self.take(")") {
            self.skip();
            if self.rest.starts_with('-') {
                let at = shown(self.rest);
                let why = format!("its header has a negative side, at \"{at}\"");
                return Err(NpyError::format(why));
            }
            let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = self.rest.split_at(digits);
            if digits == 0 {
                return Err(self.error());
            }
            let side = number.parse().map_err(|_| {
                let why = format!("its header promises {} cells along an axis", shown(number));
                NpyError::format(why)
            })?;
            if sides.len() == MAX_AXES {
                let why = format!("its header has more than {MAX_AXES} axes");
                return Err(NpyError::format(why));
            }
            sides.push(side);
            self.rest = rest;
            if !self.take(",") {
                if self.take(")") {
                    break;
                }
                return Err(self.error());
            }
        }
        Ok(sides)
    }

    /// A text in quotes, of either kind; numpy writes none with a quote or a backslash in it.
    fn text(&mut self) -> Result<String, NpyError> {
        self.skip();
        let quote = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"'));
        let quote = quote.ok_or_else(|| self.error())?;
        let inner = &self.rest[1..];
        let end = inner.find(quote).ok_or_else(|| self.error())?;
        let text = &inner[..end];
        if text.contains('\\') {
            return Err(self.error());
        }
        self.rest = &inner[end + 1..];
        Ok(text.to_owned())
    }
}

/// A header of version 1: the whole of it, with its data on a multiple of 64 bytes.
pub(super) fn bytes(code: &str, shape: &[usize]) -> Vec<u8> {
    const ALIGNED: usize = 64;
    let sides = match shape {
        [one] => format!("{one},"),
        several => {
            let sides: Vec<String> = several.iter().map(usize::to_string).collect();
            sides.join(", ")
        }
    };
    let text = format!("{{'descr': '{code}', 'fortran_order': False, 'shape': ({sides})}}");
    let prefix = MAGIC.len() + 4;
    let unpadded = prefix + text.len() + 1;
    // At least one space: files of before are the same to the byte.
    let padding = ALIGNED - unpadded % ALIGNED;
    let length = (text.len() + padding + 1) as u16;
    let mut bytes = [MAGIC, &[1, 0], &length.to_le_bytes(), text.as_bytes()].concat();
    bytes.resize(bytes.len() + padding, b' ');
    bytes.push(b'\n');
    bytes
}
