//! The host side of `firmware/`: cargo's runner there, the decoder of its logs, and the maker of flashable files.
//!
//! The images say themselves how they are run: `firmware/build.rs` writes their board and log sink into them.

mod budgets;
mod elf;
mod flash;
mod harness;
mod kinds;
mod log;
mod run;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

use harness::Logs;
use run::Time;

/// Runs slotless firmware in QEMU or on a board, and decodes its log.
#[derive(Parser)]
#[command(name = "slotless-tools", version)]
enum Command {
    /// Run an image: in QEMU where its board has a machine there, or on the board (log-rtt) through probe-rs.
    ///
    /// The exit code is the image's, 124 if it is still running after SLOTLESS_QEMU_SECONDS (60). Of an image with
    /// on-target tests it runs each; 101 if one fails.
    Run {
        /// The image, an ELF file.
        elf: PathBuf,
        /// Of tests, those whose name has this in it.
        filter: Option<String>,
        /// Show the logs of tests that succeed, too.
        #[arg(long)]
        nocapture: bool,
        /// Time goes by with instructions, of which the image's timers then are a count; not for tests.
        #[arg(long, conflicts_with_all = ["filter", "nocapture"])]
        icount: bool,
    },
    /// Decode a log from standard input, as from a serial port, until it ends or the image does.
    Decode {
        /// The image that writes the log.
        elf: PathBuf,
    },
    /// Count what networks take on each core, and compare it with their budgets.
    ///
    /// Exit code 1 where a budget is exceeded.
    Budgets {
        /// FOLDER/CORE/CASE are images of `count` and `count_hopfield`; those without a network are FOLDER/CORE/nothing and
        /// FOLDER/CORE/hopfield-nothing.
        folder: PathBuf,
        /// The budgets: a TOML file.
        file: PathBuf,
        /// The text that shows them in tables.
        readme: PathBuf,
        /// Write what is measured as the budgets, and the tables.
        #[arg(long)]
        bless: bool,
    },
    /// Write what is flashed: FOLDER/NAME.bin, .hex and, for boards that take it, .uf2; and .elf, to decode the log.
    Image {
        /// The image, an ELF file.
        elf: PathBuf,
        /// Where the files go; made if missing.
        folder: PathBuf,
    },
}

/// What went wrong before an image could say it itself: bad input, or no tool to run it with.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Elf(#[from] elf::ElfError),
    #[error(transparent)]
    Log(#[from] log::LogError),
    #[error(transparent)]
    Flash(#[from] flash::FlashError),
    #[error(transparent)]
    Run(#[from] run::RunError),
    #[error(transparent)]
    Budgets(#[from] budgets::BudgetsError),
}

fn main() -> ExitCode {
    match act(Command::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn act(command: Command) -> Result<u8, Error> {
    match command {
        Command::Run {
            elf,
            filter,
            nocapture,
            icount,
        } => {
            let image = elf::Image::read(&elf)?;
            // probe-rs knows tests by itself.
            if image.tests.is_empty() || image.made_for.sink == elf::Sink::Rtt {
                let time = if icount {
                    Time::Instructions
                } else {
                    Time::Wall
                };
                return Ok(run::run(&image, time)?);
            }
            let logs = if nocapture {
                Logs::All
            } else {
                Logs::OfFailures
            };
            Ok(harness::run(&image, &filter.unwrap_or_default(), logs)?)
        }
        Command::Decode { elf } => {
            let image = elf::Image::read(&elf)?;
            let table = log::Table::new(&image)?;
            Ok(log::copy(std::io::stdin().lock(), &table)?)
        }
        Command::Budgets {
            folder,
            file,
            readme,
            bless,
        } => {
            let measured = budgets::measure(&folder)?;
            if bless {
                budgets::bless(&measured, &file, &readme)?;
                Ok(0)
            } else {
                Ok(budgets::check(&measured, &file, &readme)?)
            }
        }
        Command::Image { elf, folder } => {
            for path in flash::write(&elf::Image::read(&elf)?, &folder)? {
                println!("{}", path.display());
            }
            Ok(0)
        }
    }
}
