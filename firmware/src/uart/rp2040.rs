//! UART0 of the RP2040, transmitting on GPIO 0, from the Pico's crystal of 12 MHz.

use super::Register;

// Registers of XOSC, CLOCKS, RESETS, IO_BANK0 and UART0.
registers! {
    CRYSTAL_CONTROL 0x4002_4000
    CRYSTAL_STATUS 0x4002_4004
    CRYSTAL_STARTUP 0x4002_400c
    PERIPHERAL_CLOCK 0x4000_8048
    RESETS 0x4000_c000
    RESETS_DONE 0x4000_c008
    PIN_FUNCTION 0x4001_4004
    DATA 0x4003_4000
    FLAGS 0x4003_4018
    BAUD_WHOLE 0x4003_4024
    BAUD_64THS 0x4003_4028
    LINE 0x4003_402c
    CONTROL 0x4003_4030
}

/// IO_BANK0, PADS_BANK0, UART0.
const BLOCKS: u32 = 1 << 5 | 1 << 8 | 1 << 22;
/// 12 MHz / (16 * 115,200), in 64ths.
const DIVISOR: u32 = (12_000_000 * 4 + 115_200 / 2) / 115_200;

pub fn open() {
    // 1 ms, in 256 cycles; then the code for on, and the range of 1 to 15 MHz.
    CRYSTAL_STARTUP.set(47);
    CRYSTAL_CONTROL.set(0x00fa_baa0);
    CRYSTAL_STATUS.wait(|bits| bits & 1 << 31 != 0);
    // From the crystal, on.
    PERIPHERAL_CLOCK.set(4 << 5 | 1 << 11);
    RESETS.set(RESETS.get() & !BLOCKS);
    RESETS_DONE.wait(|bits| bits & BLOCKS == BLOCKS);
    BAUD_WHOLE.set(DIVISOR / 64);
    BAUD_64THS.set(DIVISOR % 64);
    // 8 bits, with its buffer; then on, transmitter on.
    LINE.set(0b11 << 5 | 1 << 4);
    CONTROL.set(1 | 1 << 8);
    PIN_FUNCTION.set(2);
}

pub fn send(byte: u8) {
    FLAGS.wait(|bits| bits & 1 << 5 == 0);
    DATA.set(byte.into());
}

pub fn drain() {
    FLAGS.wait(|bits| bits & 1 << 3 == 0);
}
