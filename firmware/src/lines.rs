//! Formatted text as lines of the log.

use core::fmt;

use heapless::String;

use crate::println;

/// Takes text and logs it line by line; a line has 160 bytes at most.
#[derive(Debug, Default)]
pub struct Lines(String<160>);

impl Lines {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(String::new())
    }
}

impl fmt::Write for Lines {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive('\n') {
            match part.strip_suffix('\n') {
                None => self.0.push_str(part).map_err(|_| fmt::Error)?,
                Some(end) => {
                    self.0.push_str(end).map_err(|_| fmt::Error)?;
                    println!("{=str}", self.0);
                    self.0.clear();
                }
            }
        }
        Ok(())
    }
}
