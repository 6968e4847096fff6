//! The command `slotless`.

use std::process::ExitCode;

fn main() -> ExitCode {
    slotless::cli::main()
}
