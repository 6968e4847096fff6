//! The instructions that vectors are coded with.

use std::sync::OnceLock;

use slotless_kernels::cpu::Isa;

use super::{Store, Writer};

impl Store {
    /// Codes vectors with these instructions from here on; a memory is opened with the best. Codes are the same with each. The
    /// table of the projection is made again when it is next needed.
    pub fn set_isa(&mut self, isa: Isa) {
        self.isa = isa;
        self.projector = OnceLock::new();
    }
}

impl Writer {
    /// As [`Store::set_isa`].
    pub fn set_isa(&mut self, isa: Isa) {
        self.store.set_isa(isa);
    }
}
