//! Running an image, in QEMU or on its board.

use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use crate::elf::{Image, Sink};
use crate::flash::{FlashError, Flat};
use crate::log::{self, Decoder, LogError, Table};

/// Exit code of an image that was still running when its time was up; `timeout` has the same.
const TIME_UP: u8 = 124;

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
    #[error("qemu-system-arm not found: scripts/install-qemu.sh gets it")]
    NoQemu,
    #[error("probe-rs not found: https://probe.rs tells how to install it")]
    NoProbe,
    #[error("{SECONDS}={0} is no number of seconds: 1 to 86400 are allowed")]
    Seconds(String),
    #[error(transparent)]
    Flash(#[from] FlashError),
    #[error("{path}: {error}")]
    Write { path: PathBuf, error: io::Error },
    #[error("{program} could not be run: {error}")]
    Start {
        program: &'static str,
        error: io::Error,
    },
}

/// Runs an image to its end and hands its exit code on.
pub fn run(image: &Image) -> Result<u8, RunError> {
    if image.made_for.sink == Sink::Rtt {
        return flash(image);
    }
    let Some(machine) = &image.made_for.machine else {
        return Err(RunError::NoMachine {
            board: image.made_for.board.clone(),
        });
    };
    let table = Table::new(image)?;
    let mut decoder = table.decoder();
    let command = match image.made_for.sink {
        Sink::Uart => bare(image, machine)?,
        _ => debugged(image, machine)?,
    };
    let code = watch(command, limit()?, &mut decoder)?;
    Ok(log::exit_code(code.into(), decoder.damaged()))
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
            _ => start("probe-rs", error),
        })?;
    Ok(code_of(status))
}

/// QEMU as a debugger: log and exit code go through it.
fn debugged(image: &Image, machine: &str) -> Result<Command, RunError> {
    let mut command = qemu(machine)?;
    command
        .args(["-serial", "none", "-kernel"])
        .arg(&image.path)
        .args(["-semihosting-config", "enable=on,target=native"]);
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
    let mut command = qemu(machine)?;
    command.args(["-serial", "stdio", "-kernel"]).arg(flat);
    Ok(command)
}

fn qemu(machine: &str) -> Result<Command, RunError> {
    let mut command = Command::new(find_qemu().ok_or(RunError::NoQemu)?);
    command
        .args(["-M", machine, "-display", "none", "-monitor", "none"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    Ok(command)
}

/// On PATH, or the copy that `scripts/install-qemu.sh` unpacked; the working directory is the repository's root.
fn find_qemu() -> Option<PathBuf> {
    let private = PathBuf::from("target/tools/qemu/qemu-system-arm");
    env::var_os("PATH")
        .iter()
        .flat_map(env::split_paths)
        .map(|folder| folder.join("qemu-system-arm"))
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

/// Prints the log until QEMU ends, the image says that it is done, or its time is up.
fn watch(mut command: Command, limit: Duration, decoder: &mut Decoder<'_>) -> Result<u8, RunError> {
    let until = Instant::now() + limit;
    let mut child = command.spawn().map_err(|error| start("QEMU", error))?;
    let code = follow(&mut child, until, decoder);
    // Whatever happened, nothing is left running; one that ended already does not mind.
    let _ = child.kill();
    let status = child.wait().map_err(|error| start("QEMU", error))?;
    match code? {
        Followed::Ended(code) => Ok(code),
        Followed::Closed => Ok(code_of(status)),
        Followed::TimeUp => {
            eprintln!("still running after {} s, stopped", limit.as_secs());
            Ok(TIME_UP)
        }
    }
}

enum Followed {
    /// The image said its code.
    Ended(u8),
    /// QEMU closed its output: it ends by itself.
    Closed,
    TimeUp,
}

fn follow(
    child: &mut Child,
    until: Instant,
    decoder: &mut Decoder<'_>,
) -> Result<Followed, RunError> {
    let chunks = chunks(child);
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match chunks.recv_timeout(left) {
            Ok(bytes) => {
                if let Some(code) = decoder.print(&bytes).map_err(LogError::Write)? {
                    return Ok(Followed::Ended(log::exit_code(code, false)));
                }
            }
            Err(RecvTimeoutError::Timeout) => return Ok(Followed::TimeUp),
            Err(RecvTimeoutError::Disconnected) => {
                // Its exit code is there a moment after its output is closed, or never.
                while Instant::now() < until {
                    if child.try_wait().is_ok_and(|status| status.is_some()) {
                        return Ok(Followed::Closed);
                    }
                    thread::sleep(Duration::from_millis(1));
                }
                return Ok(Followed::TimeUp);
            }
        }
    }
}

/// The output as it comes, from a thread of its own: pipes cannot be read with a time limit.
fn chunks(child: &mut Child) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    if let Some(mut out) = child.stdout.take() {
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(length @ 1..) = out.read(&mut bytes) {
                if sender.send(bytes[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
    }
    receiver
}

/// The exit code; as a shell has it, 128 and the signal's number for one that was killed.
fn code_of(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let signal = None;
    log::exit_code(status.code().or(signal).unwrap_or(1), false)
}

fn start(program: &'static str, error: io::Error) -> RunError {
    RunError::Start { program, error }
}
