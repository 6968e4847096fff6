//! Decoding of defmt logs: what an image prints is text here only.

use std::io::{self, Read, Write};

use defmt_decoder::{DecodeError, Frame, StreamDecoder};

use crate::elf::Image;

/// How an image that cannot stop its machine says that it is done; the code follows. `firmware/src/end.rs` prints it.
const ENDED: &str = "image ended with exit code ";

/// The format strings of an image.
#[derive(Debug)]
pub struct Table(defmt_decoder::Table);

/// Log bytes on their way to text.
pub struct Decoder<'a> {
    frames: Box<dyn StreamDecoder + Send + Sync + 'a>,
    damaged: bool,
}

/// A log that cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("{path}: {reason}")]
    Table {
        path: std::path::PathBuf,
        reason: String,
    },
    #[error("the log could not be read: {0}")]
    Read(io::Error),
    #[error("the log could not be written: {0}")]
    Write(#[from] io::Error),
    #[error("the log ended before the image said that it was done")]
    CutOff,
}

impl Table {
    pub fn new(image: &Image) -> Result<Self, LogError> {
        let error = |reason: String| LogError::Table {
            path: image.path.clone(),
            reason,
        };
        match defmt_decoder::Table::parse(&image.bytes) {
            Ok(Some(table)) => Ok(Self(table)),
            Ok(None) => Err(error("no defmt log in this image".into())),
            Err(cause) => Err(error(cause.to_string())),
        }
    }

    pub fn decoder(&self) -> Decoder<'_> {
        Decoder {
            frames: self.0.new_stream_decoder(),
            damaged: false,
        }
    }
}

impl Decoder<'_> {
    /// Prints the frames that these bytes complete; the exit code, once the image says it.
    pub fn print(&mut self, bytes: &[u8], out: &mut impl Write) -> io::Result<Option<i32>> {
        self.frames.received(bytes);
        loop {
            match self.frames.decode() {
                Ok(frame) => match ended(&frame) {
                    Some(code) => return Ok(Some(code)),
                    None => print(&frame, out)?,
                },
                Err(DecodeError::UnexpectedEof) => return out.flush().map(|()| None),
                Err(DecodeError::Malformed) => {
                    eprintln!("a damaged log frame is left out");
                    self.damaged = true;
                }
            }
        }
    }

    /// Whether frames were left out.
    pub fn damaged(&self) -> bool {
        self.damaged
    }
}

/// Prints a log until the image says its exit code, which is returned.
pub fn copy(mut from: impl Read, table: &Table) -> Result<u8, LogError> {
    let mut decoder = table.decoder();
    let mut bytes = [0; 4096];
    loop {
        let length = from.read(&mut bytes).map_err(LogError::Read)?;
        if length == 0 {
            return Err(LogError::CutOff);
        }
        if let Some(code) = decoder.print(&bytes[..length], &mut io::stdout().lock())? {
            return Ok(exit_code(code, decoder.damaged()));
        }
    }
}

/// The code to end with: a run whose log has holes is no success.
pub fn exit_code(code: i32, damaged: bool) -> u8 {
    match code {
        0 => u8::from(damaged),
        // What does not fit a byte is a failure still.
        code => u8::try_from(code).unwrap_or(1),
    }
}

fn ended(frame: &Frame<'_>) -> Option<i32> {
    match frame.level() {
        None => frame
            .display_message()
            .to_string()
            .strip_prefix(ENDED)?
            .parse()
            .ok(),
        Some(_) => None,
    }
}

/// Lines of `println!` as they are, so that they can be compared and read as CSV; others behind their level.
fn print(frame: &Frame<'_>, out: &mut impl Write) -> io::Result<()> {
    match frame.level() {
        None => writeln!(out, "{}", frame.display_message()),
        Some(level) => writeln!(
            out,
            "{}: {}",
            level.as_str().to_lowercase(),
            frame.display_message()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_stay_failures() {
        assert_eq!(exit_code(0, false), 0);
        assert_eq!(exit_code(0, true), 1);
        assert_eq!(exit_code(101, true), 101);
        assert_eq!(exit_code(256, false), 1);
        assert_eq!(exit_code(-1, false), 1);
    }
}
