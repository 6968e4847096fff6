//! Checks that one board and one log sink are chosen and that the target is the board's own, puts the memory map where
//! the linker looks, and writes into the image how it is to be run.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// A line of `boards.txt`.
struct Board {
    name: &'static str,
    target: &'static str,
    machine: &'static str,
    chip: &'static str,
    family: &'static str,
    sinks: Vec<&'static str>,
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=boards.txt");
    if let Err(message) = prepare() {
        // One line that names the cure; a panic would bury it under a backtrace hint.
        println!("cargo::error={message}");
    }
}

fn prepare() -> Result<(), String> {
    let boards = boards()?;
    let names: Vec<_> = boards.iter().map(|board| board.name).collect();
    let name = one("board", "", &names)?;
    let sink = one("log sink", "log-", &["semihosting", "rtt", "uart"])?;
    let mut boards = boards.into_iter();
    let board = boards.find(|board| board.name == name);
    let board = board.ok_or("a chosen board is in the list")?;
    if !board.sinks.contains(&sink) {
        return Err(format!(
            "board {name} has no log-{sink}, it has log-{}",
            board.sinks.join(", log-")
        ));
    }
    let got = env::var("TARGET").map_err(|error| error.to_string())?;
    if got != board.target {
        return Err(format!(
            "board {name} needs `--target {}`, this is a build for {got}",
            board.target
        ));
    }
    if sink != "rtt" && board.machine != "-" {
        look_for_qemu(&board);
    }
    link(&board, sink)
}

/// Says before all is built that it cannot be run then: the first build takes a minute.
fn look_for_qemu(board: &Board) {
    let (program, folder, argument) = match board.target.starts_with("riscv") {
        true => ("qemu-system-riscv32", "qemu-riscv", " qemu-system-riscv32"),
        false => ("qemu-system-arm", "qemu", ""),
    };
    let private = format!("../target/tools/{folder}/{program}");
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&path).map(|folder| folder.join(program));
    if places.any(|place| place.is_file()) || Path::new(&private).is_file() {
        return;
    }
    println!(
        "cargo::warning={program} not found, without which `cargo run` ends with an error: `../scripts/install-qemu.sh{argument}` gets it"
    );
    // It is not there, and so this is asked again at the next build.
    println!("cargo::rerun-if-changed={private}");
}

fn boards() -> Result<Vec<Board>, String> {
    let lines = include_str!("boards.txt").lines();
    lines
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            match fields[..] {
                [name, target, machine, chip, family, sinks] => Ok(Board {
                    name,
                    target,
                    machine,
                    chip,
                    family,
                    sinks: sinks.split(',').collect(),
                }),
                _ => Err(format!("boards.txt: not six fields: {line}")),
            }
        })
        .collect()
}

/// The one item of a list whose feature is on.
fn one(what: &str, prefix: &str, list: &[&'static str]) -> Result<&'static str, String> {
    let on = |name: &&&str| {
        let feature = format!("CARGO_FEATURE_{prefix}{name}");
        env::var_os(feature.to_uppercase().replace('-', "_")).is_some()
    };
    let chosen: Vec<_> = list.iter().filter(on).copied().collect();
    let names = |list: &[&str]| {
        let names: Vec<_> = list.iter().map(|name| format!("{prefix}{name}")).collect();
        names.join(", ")
    };
    match chosen[..] {
        [name] => Ok(name),
        _ => Err(format!(
            "choose one {what}, as in `--no-default-features --features stm32f405,log-rtt`: there are {}, chosen are \
             [{}]",
            names(list),
            names(&chosen)
        )),
    }
}

fn link(board: &Board, sink: &str) -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let map = format!("memory/{}.x", board.name);
    let mut script = fs::read_to_string(&map).map_err(|error| format!("{map}: {error}"))?;
    // A symbol whose name is what it says, as defmt has them: tools/src/elf.rs reads it.
    script += &format!(
        "\n\"slotless-image board={} sink={sink} machine={} chip={} family={}\" = 0;\n",
        board.name, board.machine, board.chip, board.family
    );
    // The linker refuses statics that overrun RAM, but not a stack squeezed to nothing.
    script += "ASSERT(ORIGIN(RAM) + LENGTH(RAM) - __sheap >= 4K, \
               \"less than 4 KiB of RAM is left for the stack\");\n";
    fs::write(out.join("memory.x"), script).map_err(|error| format!("memory.x: {error}"))?;
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rerun-if-changed={map}");
    // Here and not in .cargo/config.toml: RUSTFLAGS in the environment would replace those without a word.
    for argument in ["-Tlink.x", "-Tdefmt.x", "--nmagic"] {
        println!("cargo::rustc-link-arg={argument}");
    }
    // The test harness's attribute asks for it.
    println!("cargo::rustc-check-cfg=cfg(rust_analyzer)");
    println!("cargo::rustc-link-arg-tests=-Tembedded-test.x");
    Ok(())
}
