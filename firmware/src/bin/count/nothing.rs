//! No network: the program around it, whose size is taken off.

use slotless_core::kwinner::NetworkError;
use slotless_core::weight::Rounding;

use crate::Counted;

pub const HIDDEN: u32 = 0;

pub struct Nothing;

impl Counted for Nothing {
    fn hidden_code(&self, _cue: &[u32], _scratch: &mut [u32]) -> Result<(), NetworkError> {
        Ok(())
    }

    fn recall(&self, _cue: &[u32], _scratch: &mut [u32]) -> Result<(), NetworkError> {
        Ok(())
    }

    fn learn(&mut self, _pattern: &[u32], _scratch: &mut [u32]) -> Result<(), NetworkError> {
        Ok(())
    }
}

pub fn buffers() -> (&'static mut [u32], &'static mut [u32]) {
    (&mut [], &mut [])
}

pub fn fresh(_rounding: Rounding, _words: &mut [u32]) -> Result<Nothing, NetworkError> {
    Ok(Nothing)
}
