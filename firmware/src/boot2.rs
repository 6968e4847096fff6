//! The Pico's second-stage boot loader, for the flash chip that is on it.

#[used]
// SAFETY: memory/pico.x puts this section where the ROM looks for it, and nothing else into it.
#[unsafe(link_section = ".boot2")]
static BOOT2: [u8; 256] = rp2040_boot2::BOOT_LOADER_W25Q080;
