//! Checks that one board and one log sink are chosen and that the target is the board's own, puts the memory map where
//! the linker looks, and writes into the image how it is to be run.

use std::path::PathBuf;
use std::{env, fs};

/// A board is a feature of Cargo.toml and `memory/NAME.x`.
struct Board {
    name: &'static str,
    target: &'static str,
    /// QEMU's machine; empty where it has none.
    machine: &'static str,
    /// probe-rs's name; empty for boards that are QEMU's alone.
    chip: &'static str,
    sinks: &'static [&'static str],
}

const BOARDS: [Board; 2] = [
    Board {
        name: "microbit",
        target: "thumbv6m-none-eabi",
        machine: "microbit",
        chip: "nRF51822_xxAA",
        sinks: &["log-semihosting"],
    },
    Board {
        name: "stm32f405",
        target: "thumbv7em-none-eabihf",
        machine: "netduinoplus2",
        chip: "STM32F405RG",
        sinks: &["log-semihosting"],
    },
];

const SINKS: [&str; 1] = ["log-semihosting"];

fn main() {
    if let Err(message) = prepare() {
        // One line that names the cure; a panic would bury it under a backtrace hint.
        println!("cargo::error={message}");
    }
}

fn prepare() -> Result<(), String> {
    let names = BOARDS.map(|board| board.name);
    let chosen = one("board", &names)?;
    let sink = one("log sink", &SINKS)?;
    let board = BOARDS.into_iter().find(|board| board.name == chosen);
    let board = board.ok_or("chosen from the list")?;
    if !board.sinks.contains(&sink) {
        return Err(format!(
            "board {} has no {sink}: it has {}",
            board.name,
            board.sinks.join(", ")
        ));
    }
    let got = env::var("TARGET").map_err(|error| error.to_string())?;
    if got != board.target {
        return Err(format!(
            "board {} needs `--target {}`, this is a build for {got}",
            board.name, board.target
        ));
    }
    link(&board, sink)
}

/// The one item of a list whose feature is on.
fn one(what: &str, list: &[&'static str]) -> Result<&'static str, String> {
    let on = |name: &&&str| {
        let variable = name.to_uppercase().replace('-', "_");
        env::var_os(format!("CARGO_FEATURE_{variable}")).is_some()
    };
    let chosen: Vec<_> = list.iter().filter(on).copied().collect();
    match chosen[..] {
        [name] => Ok(name),
        _ => Err(format!(
            "choose one {what}, as in `--no-default-features --features stm32f405,log-semihosting`: there are {}, \
             chosen are [{}]",
            list.join(", "),
            chosen.join(", ")
        )),
    }
}

fn link(board: &Board, sink: &str) -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let map = format!("memory/{}.x", board.name);
    let mut script = fs::read_to_string(&map).map_err(|error| format!("{map}: {error}"))?;
    // A symbol whose name is what it says, as defmt has them: tools/src/elf.rs reads it.
    script += &format!(
        "\n\"slotless-image board={} sink={sink} machine={} chip={}\" = 0;\n",
        board.name, board.machine, board.chip
    );
    fs::write(out.join("memory.x"), script).map_err(|error| format!("memory.x: {error}"))?;
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rerun-if-changed={map}");
    println!("cargo::rerun-if-changed=build.rs");
    // Here and not in .cargo/config.toml: RUSTFLAGS in the environment would replace those without a word.
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    println!("cargo::rustc-link-arg-bins=-Tdefmt.x");
    println!("cargo::rustc-link-arg-bins=--nmagic");
    Ok(())
}
