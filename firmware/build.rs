//! Checks that one board is chosen and that the target is its own, and puts its memory map where the linker looks.

use std::path::PathBuf;
use std::{env, fs};

/// Feature (and `memory/NAME.x`), target.
const BOARDS: [(&str, &str); 2] = [
    ("microbit", "thumbv6m-none-eabi"),
    ("netduinoplus2", "thumbv7em-none-eabihf"),
];

fn main() {
    if let Err(message) = prepare() {
        // One line that names the cure; a panic would bury it under a backtrace hint.
        println!("cargo::error={message}");
    }
}

fn prepare() -> Result<(), String> {
    let chosen =
        |name: &str| env::var_os(format!("CARGO_FEATURE_{}", name.to_uppercase())).is_some();
    let boards: Vec<_> = BOARDS.iter().filter(|(name, _)| chosen(name)).collect();
    let names = |list: &[&(&str, &str)]| {
        list.iter()
            .map(|board| board.0)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let &[&(board, target)] = boards.as_slice() else {
        return Err(format!(
            "choose one board, as in `--no-default-features --features netduinoplus2`: there are {}, chosen are [{}]",
            names(&BOARDS.iter().collect::<Vec<_>>()),
            names(&boards),
        ));
    };
    let got = env::var("TARGET").map_err(|error| error.to_string())?;
    if got != target {
        return Err(format!(
            "board {board} needs `--target {target}`, this is a build for {got}"
        ));
    }

    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let map = format!("memory/{board}.x");
    fs::copy(&map, out.join("memory.x")).map_err(|error| format!("{map}: {error}"))?;
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rerun-if-changed={map}");
    println!("cargo::rerun-if-changed=build.rs");
    // Here and not in .cargo/config.toml: RUSTFLAGS in the environment would replace those without a word.
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    println!("cargo::rustc-link-arg-bins=--nmagic");
    Ok(())
}
