//! The demo, told to whoever takes its lines: the log of a device, a string in a test on the host.

mod binary;
mod modern;
mod pictures;

use core::fmt::{self, Write};

use slotless_core::hopfield::RecallError;
use slotless_core::hopfield::classical::{self, NetworkError};
use slotless_core::hopfield::dense::DenseError;
use slotless_core::hopfield::modern::{MemoriesError, ModernError};

use pictures::{CELLS, COUNT, SIDE};

/// Up to 127 memories: weights of 8 bits.
const CLASSICAL: classical::Params = match classical::Params::builder(CELLS, COUNT as u32).build() {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

/// Words of the classical network. The other two have their memories in flash.
pub const WORDS: usize = CLASSICAL.words();

/// Words of scratch: `2 N + 2 K` of the modern network are the most of the three.
pub const SCRATCH_WORDS: usize = 2 * (CELLS as usize + COUNT);

/// What went wrong, which nothing does here.
#[derive(Debug)]
pub enum Error {
    /// In the classical network.
    Classical(NetworkError),
    /// In the dense one.
    Dense(DenseError),
    /// In the modern one.
    Modern(ModernError),
    /// In the modern one's memories.
    Memories(MemoriesError),
    /// When a state was to be named.
    Name(RecallError),
    /// A line was not taken.
    Line(fmt::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Classical(error) => error.fmt(f),
            Self::Dense(error) => error.fmt(f),
            Self::Modern(error) => error.fmt(f),
            Self::Memories(error) => error.fmt(f),
            Self::Name(error) => error.fmt(f),
            Self::Line(_) => f.write_str("a line is too long"),
        }
    }
}

macro_rules! from {
    ($($error:ty => $variant:ident),*) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}
from!(NetworkError => Classical, DenseError => Dense, ModernError => Modern, MemoriesError => Memories,
    RecallError => Name, fmt::Error => Line);

/// Runs the demo; returns how many recalls did not come to what they should.
pub fn run(out: &mut impl Write, words: &mut [u32], scratch: &mut [u32]) -> Result<u32, Error> {
    let mut wrong = binary::few(out, words, scratch)?;
    wrong += binary::many(out, words, scratch)?;
    wrong += modern::recalls(out, scratch)?;
    writeln!(out)?;
    match wrong {
        0 => writeln!(out, "all as it should be")?,
        wrong => writeln!(out, "{wrong} recalls are not what they should be")?,
    }
    Ok(wrong)
}

/// Pictures side by side: each a function from a cell to a character.
fn strip(out: &mut impl Write, pictures: &[&dyn Fn(u32) -> char]) -> fmt::Result {
    for row in 0..SIDE {
        for (place, picture) in pictures.iter().enumerate() {
            if place > 0 {
                out.write_str("   ")?;
            }
            for cell in row * SIDE..(row + 1) * SIDE {
                out.write_char(picture(cell))?;
            }
        }
        writeln!(out)?;
    }
    Ok(())
}
