//! What an image says about itself.

use std::path::{Path, PathBuf};
use std::{fs, io};

use object::{Object, ObjectSymbol};

/// A firmware image: its bytes and how it is to be run.
#[derive(Debug)]
pub struct Image {
    /// Where it was read from.
    pub path: PathBuf,
    /// The ELF file.
    pub bytes: Vec<u8>,
    /// Which board it is for and how it logs.
    pub made_for: MadeFor,
}

/// The name of the symbol that `firmware/build.rs` puts into each image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeFor {
    /// The board, a feature of the firmware.
    pub board: String,
    /// The log sink, a feature of the firmware.
    pub sink: Sink,
    /// QEMU's machine, if it has one.
    pub machine: Option<String>,
    /// probe-rs's name of the chip, if it is one.
    pub chip: Option<String>,
}

/// How an image logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sink {
    /// Through the debugger or emulator, which also ends the run.
    Semihosting,
    /// In memory, read by the debug probe.
    Rtt,
    /// On a serial port.
    Uart,
}

/// An image that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ElfError {
    #[error("{path}: {error}")]
    Read { path: PathBuf, error: io::Error },
    #[error("{path}: not an ELF file: {error}")]
    NoElf { path: PathBuf, error: object::Error },
    #[error("{path}: no slotless firmware: it does not name its board and log sink")]
    Unmarked { path: PathBuf },
}

const MARK: &str = "slotless-image ";

impl Image {
    /// Reads an ELF file and its mark.
    pub fn read(path: &Path) -> Result<Self, ElfError> {
        let owned = || path.to_owned();
        let bytes = fs::read(path).map_err(|error| ElfError::Read {
            path: owned(),
            error,
        })?;
        let file = object::File::parse(&*bytes).map_err(|error| ElfError::NoElf {
            path: owned(),
            error,
        })?;
        let made_for = file
            .symbols()
            .filter_map(|symbol| symbol.name().ok())
            .find_map(MadeFor::parse)
            .ok_or_else(|| ElfError::Unmarked { path: owned() })?;
        Ok(Self {
            path: owned(),
            bytes,
            made_for,
        })
    }
}

impl MadeFor {
    /// `slotless-image board=B sink=log-S machine=M chip=C`, the last two empty where there is none.
    fn parse(symbol: &str) -> Option<Self> {
        // lld keeps the quotes that the name has in the linker script.
        let mark = symbol.trim_matches('"').strip_prefix(MARK)?;
        let field = |name: &str| {
            mark.split(' ')
                .find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
                .map(str::to_owned)
        };
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Some(Self {
            board: field("board")?,
            sink: match &*field("sink")? {
                "log-semihosting" => Sink::Semihosting,
                "log-rtt" => Sink::Rtt,
                "log-uart" => Sink::Uart,
                _ => return None,
            },
            machine: some(field("machine")?),
            chip: some(field("chip")?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_with_and_without_quotes_and_others_are_not() {
        let mark = "slotless-image board=pico sink=log-rtt machine= chip=RP2040";
        let made_for = MadeFor {
            board: "pico".into(),
            sink: Sink::Rtt,
            machine: None,
            chip: Some("RP2040".into()),
        };
        assert_eq!(MadeFor::parse(mark), Some(made_for.clone()));
        assert_eq!(MadeFor::parse(&format!("\"{mark}\"")), Some(made_for));
        assert_eq!(MadeFor::parse("main"), None);
        assert_eq!(MadeFor::parse(&mark.replace("log-rtt", "log-paper")), None);
        assert_eq!(MadeFor::parse(&mark.replace("board", "bored")), None);
    }
}
