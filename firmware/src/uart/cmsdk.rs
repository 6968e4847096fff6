//! UART0 of QEMU's MPS2 machines, at their 25 MHz.

use super::Register;

// Registers of UART0.
registers! {
    DATA 0x4000_4000
    STATE 0x4000_4004
    CONTROL 0x4000_4008
    BAUD 0x4000_4010
}

pub fn open() {
    BAUD.set(25_000_000 / 115_200);
    CONTROL.set(1);
}

pub fn send(byte: u8) {
    drain();
    DATA.set(byte.into());
}

/// Bit 0: the one byte of buffer is full.
pub fn drain() {
    STATE.wait(|bits| bits & 1 == 0);
}
