//! USART1 of the STM32F405, transmitting on PA9, at the 16 MHz that it runs from reset.

use super::Register;

// Registers of RCC, GPIOA and USART1.
registers! {
    AHB1_CLOCKS 0x4002_3830
    APB2_CLOCKS 0x4002_3844
    PIN_MODES 0x4002_0000
    PIN_FUNCTIONS_HIGH 0x4002_0024
    STATUS 0x4001_1000
    DATA 0x4001_1004
    BAUD 0x4001_1008
    CONTROL 0x4001_100c
}

pub fn open() {
    AHB1_CLOCKS.set(AHB1_CLOCKS.get() | 1);
    APB2_CLOCKS.set(APB2_CLOCKS.get() | 1 << 4);
    // PA9: alternate function 7.
    PIN_FUNCTIONS_HIGH.set(PIN_FUNCTIONS_HIGH.get() & !(0xf << 4) | 7 << 4);
    PIN_MODES.set(PIN_MODES.get() & !(0b11 << 18) | 0b10 << 18);
    BAUD.set((16_000_000 + 115_200 / 2) / 115_200);
    // On, transmitter on.
    CONTROL.set(1 << 13 | 1 << 3);
}

pub fn send(byte: u8) {
    STATUS.wait(|bits| bits & 1 << 7 != 0);
    DATA.set(byte.into());
}

pub fn drain() {
    STATUS.wait(|bits| bits & 1 << 6 != 0);
}
