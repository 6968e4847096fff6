//! How deep a call's stack goes: painted before, looked at after.

use slotless_firmware::stack;

const PAINT: u32 = 0x5a96_c33c;
/// Painted at most. Linking makes sure that a stack has as much.
const MAX: usize = 4096;

/// Bytes of stack that a call takes below this function's frame; with what it returned. The whole of what is painted
/// means at least that much.
#[inline(never)]
pub fn depth<T>(call: impl FnOnce() -> T) -> (u32, T) {
    let (top, statics) = stack();
    let bottom = statics.max(top - MAX);
    for address in (bottom..top).step_by(4) {
        // SAFETY: aligned, in RAM, and nobody's: below the stack pointer, above the statics. There are no interrupts.
        unsafe { (address as *mut u32).write_volatile(PAINT) };
    }
    let result = call();
    // SAFETY: as above; the call has returned.
    let painted = |address: &usize| unsafe { (*address as *const u32).read_volatile() } == PAINT;
    let untouched = (bottom..top).step_by(4).take_while(painted).count();
    ((top - bottom - 4 * untouched) as u32, result)
}
