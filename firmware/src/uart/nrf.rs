//! UART0 of the nRF51 and, compatible with it, of the nRF52, to the USB port that the boards have for it.

use super::Register;

/// micro:bit v1: P0.24, its interface chip's serial port.
#[cfg(feature = "microbit")]
const PIN: u32 = 24;
/// micro:bit v2 and nRF52840-DK: P0.06, their interface chips' serial ports.
#[cfg(any(feature = "microbit-v2", feature = "nrf52840dk"))]
const PIN: u32 = 6;

// Registers of CLOCK, UART0 and P0.
registers! {
    CRYSTAL_START 0x4000_0000
    CRYSTAL_STARTED 0x4000_0100
    START 0x4000_2008
    SENT 0x4000_211c
    ENABLE 0x4000_2500
    TX_PIN 0x4000_250c
    DATA 0x4000_251c
    BAUD 0x4000_2524
    PINS_HIGH 0x5000_0508
    PINS_OUT 0x5000_0518
}

pub fn open() {
    // The crystal: the oscillator that runs from reset may be too far off for a serial port.
    CRYSTAL_START.set(1);
    CRYSTAL_STARTED.wait(|bits| bits & 1 != 0);
    PINS_HIGH.set(1 << PIN);
    PINS_OUT.set(1 << PIN);
    TX_PIN.set(PIN);
    // 115,200 baud; 4 turns it on.
    BAUD.set(0x01d7_e000);
    ENABLE.set(4);
    START.set(1);
}

pub fn send(byte: u8) {
    SENT.set(0);
    DATA.set(byte.into());
    SENT.wait(|bits| bits & 1 != 0);
}

/// Each byte was waited for.
pub fn drain() {}
