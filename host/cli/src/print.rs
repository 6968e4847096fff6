//! The one way out to standard output and standard error.
//!
//! A reader that has gone away is no error. Anything else that standard output refuses, a disk that is full, is kept until the
//! command ends, which then fails; what standard error refuses nobody could read.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write, stderr, stdout};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use slotless_files::text::escaped;

pub(crate) use slotless_files::text::acts;

/// What standard output refused first.
static REFUSED: OnceLock<io::Error> = OnceLock::new();

/// Whether standard output is the file that the command makes.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Leaves standard output to a file that the command makes: what is said goes to standard error from now on.
pub(crate) fn leave() {
    TAKEN.store(true, Ordering::Relaxed);
}

/// Prints text to standard output, as it is.
fn print(text: &str) {
    if TAKEN.load(Ordering::Relaxed) {
        let _ = stderr().lock().write_all(text.as_bytes());
        return;
    }
    let mut out = stdout().lock();
    keep(out.write_all(text.as_bytes()));
}

/// Prints a line to standard output. What it quotes, such as a path, neither acts on the terminal nor makes another line.
pub(crate) fn say(line: &str) {
    // In one go: what is written together stays together.
    print(&format!("{}\n", escaped(line, &['\t'])));
}

/// Prints a text of several lines to standard output. What acts on a terminal does not.
pub(crate) fn say_lines(text: &str) {
    print(&format!("{}\n", escaped(text, &['\n', '\t'])));
}

/// Prints an answer's line to standard output, as it is and at once, and says whether it was taken: whoever asked may have gone.
pub(crate) fn answer(line: &str) -> io::Result<()> {
    let mut out = stdout().lock();
    out.write_all(format!("{line}\n").as_bytes())?;
    out.flush()
}

/// Prints a line to standard error.
pub(crate) fn tell(line: impl Display) {
    let _ = stderr().lock().write_all(format!("{line}\n").as_bytes());
}

/// Prints a line of the program's own to standard error. What it quotes, a path or an argument, does not act on the terminal.
pub(crate) fn note(line: &str) {
    tell(format_args!("slotless: {}", seen(line)));
}

/// Prints a warning to standard error.
pub(crate) fn warn(why: impl Display) {
    note(&format!("warning: {why}"));
}

/// Notes what came of writing to standard output by other means.
pub(crate) fn keep(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _ = REFUSED.set(error);
    }
}

/// Writes what is left, and gives the error of standard output if it had one.
pub(crate) fn finish() -> Result<(), &'static io::Error> {
    keep(stdout().lock().flush());
    REFUSED.get().map_or(Ok(()), Err)
}

/// A text with what acts in it as `\u` and four hexadecimal digits.
pub(crate) fn seen(text: &str) -> String {
    escaped(text, &[])
}
