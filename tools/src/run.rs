//! Running an image, in QEMU or on its board.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs};

use crate::elf::{Image, Processor, Sink, Test};
use crate::flash::{FlashError, Flat};
use crate::log::{self, LogError, Table};
use crate::watch::{End, WatchError, code_of, watch};

/// Exit code of an image that was still running when its time was up; `timeout` has the same.
const TIME_UP: i32 = 124;

const SECONDS: &str = "SLOTLESS_QEMU_SECONDS";

/// An image that could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Log(#[from] LogError),
    #[error("board {board} has no machine in QEMU: run it on the board, with log-rtt")]
    NoMachine { board: String },
    #[error("board {board} is one of QEMU's: there is none to flash, run it with log-semihosting")]
    NoChip { board: String },
    #[error(
        "tests in QEMU need a board that it has and log-semihosting: this image is for {board} with another"
    )]
    NoTests { board: String },
    #[error("{0} not found: scripts/install-qemu.sh {0} gets it")]
    NoQemu(&'static str),
    #[error("probe-rs not found: https://probe.rs tells how to install it")]
    NoProbe,
    #[error("{SECONDS}={0} is no number of seconds: 1 to 86400 are allowed")]
    Seconds(String),
    #[error(transparent)]
    Flash(#[from] FlashError),
    #[error("{path}: {error}")]
    Write { path: PathBuf, error: io::Error },
    #[error(transparent)]
    Watch(#[from] WatchError),
    #[error("a board counts no instructions: QEMU does, with log-semihosting or log-uart")]
    NoCount,
    #[error("probe-rs could not be run: {0}")]
    Probe(io::Error),
}

/// What time goes by with, for an image in QEMU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// The wall clock.
    Wall,
    /// Instructions: 64 ns each, so that timers count them.
    Instructions,
}

/// Runs an image to its end and hands its exit code on.
pub fn run(image: &Image, time: Time) -> Result<u8, RunError> {
    match image.made_for.sink {
        Sink::Rtt if time == Time::Instructions => Err(RunError::NoCount),
        Sink::Rtt => flash(image),
        _ => run_in_qemu(image, time, &mut io::stdout().lock()),
    }
}

/// Runs an image in QEMU to its end, its log into `out`; the exit code.
pub fn run_in_qemu(image: &Image, time: Time, out: &mut impl Write) -> Result<u8, RunError> {
    let Some(machine) = &image.made_for.machine else {
        return Err(RunError::NoMachine {
            board: image.made_for.board.clone(),
        });
    };
    let mut command = match image.made_for.sink {
        Sink::Uart => bare(image, machine)?,
        _ => debugged(image, machine, "")?,
    };
    if time == Time::Instructions {
        command.args(["-icount", "shift=6"]);
    }
    emulate(image, command, limit()?, out)
}

/// Flashes the board and shows its log until interrupted; probe-rs decodes it.
fn flash(image: &Image) -> Result<u8, RunError> {
    let Some(chip) = &image.made_for.chip else {
        return Err(RunError::NoChip {
            board: image.made_for.board.clone(),
        });
    };
    let status = Command::new("probe-rs")
        .args(["run", "--chip", chip])
        .arg(&image.path)
        .status()
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => RunError::NoProbe,
            _ => RunError::Probe(error),
        })?;
    Ok(code_of(status))
}

/// Runs one test of an image to its end, its log into `out`; the exit code.
pub fn test(image: &Image, test: &Test, out: &mut Vec<u8>) -> Result<u8, RunError> {
    let (Some(machine), Sink::Semihosting) = (&image.made_for.machine, image.made_for.sink) else {
        return Err(RunError::NoTests {
            board: image.made_for.board.clone(),
        });
    };
    let arguments = format!(",arg=run_addr,arg={}", test.address);
    let command = debugged(image, machine, &arguments)?;
    let limit = match test.timeout {
        Some(seconds) => Duration::from_secs(seconds),
        None => limit()?,
    };
    emulate(image, command, limit, out)
}

fn emulate(
    image: &Image,
    command: Command,
    limit: Duration,
    out: &mut impl Write,
) -> Result<u8, RunError> {
    let table = Table::new(image)?;
    let mut decoder = table.decoder();
    let end = watch(command, limit, |bytes| decoder.print(bytes, out))?;
    let code = match end {
        End::Said(code) => code,
        // QEMU leaves without a complaint when it is told to from outside; the image has not said that it is done.
        End::Exited(0) if image.made_for.sink == Sink::Uart => return Err(LogError::CutOff.into()),
        End::Exited(code) => code.into(),
        End::TimeUp => {
            eprintln!("still running after {} s, stopped", limit.as_secs());
            TIME_UP
        }
    };
    Ok(log::exit_code(code, decoder.damaged()))
}

/// QEMU as a debugger: log and exit code go through it.
fn debugged(image: &Image, machine: &str, arguments: &str) -> Result<Command, RunError> {
    let mut command = qemu(image, machine)?;
    command
        .args(["-serial", "none", "-kernel"])
        .arg(&image.path)
        .arg("-semihosting-config")
        .arg(format!("enable=on,target=native{arguments}"));
    Ok(command)
}

/// QEMU as the board alone: it gets the bytes that flash would, beside the ELF file, and nothing of it but the serial
/// port is seen.
fn bare(image: &Image, machine: &str) -> Result<Command, RunError> {
    let flat = image.path.with_extension("bin");
    fs::write(&flat, Flat::new(image)?.bytes).map_err(|error| RunError::Write {
        path: flat.clone(),
        error,
    })?;
    let mut command = qemu(image, machine)?;
    command.args(["-serial", "stdio", "-kernel"]).arg(flat);
    Ok(command)
}

fn qemu(image: &Image, machine: &str) -> Result<Command, RunError> {
    let (program, private) = match image.processor {
        Processor::Arm => ("qemu-system-arm", "qemu"),
        Processor::RiscV => ("qemu-system-riscv32", "qemu-riscv"),
    };
    let mut command = Command::new(find(program, private).ok_or(RunError::NoQemu(program))?);
    if image.processor == Processor::RiscV {
        // Nothing runs before the image.
        command.args(["-bios", "none"]);
    }
    command
        .args(["-M", machine, "-display", "none", "-monitor", "none"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    Ok(command)
}

/// On PATH, or the copy that `scripts/install-qemu.sh` unpacked; the working directory is the repository's root.
fn find(program: &str, private: &str) -> Option<PathBuf> {
    let private = PathBuf::from("target/tools").join(private).join(program);
    env::var_os("PATH")
        .iter()
        .flat_map(env::split_paths)
        .map(|folder| folder.join(program))
        .chain([private])
        .find(|program| program.is_file())
}

fn limit() -> Result<Duration, RunError> {
    let Some(text) = env::var_os(SECONDS) else {
        return Ok(Duration::from_secs(60));
    };
    let text = text.to_string_lossy();
    match text.parse() {
        Ok(seconds @ 1..=86400) => Ok(Duration::from_secs(seconds)),
        _ => Err(RunError::Seconds(text.into_owned())),
    }
}
