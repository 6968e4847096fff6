//! Signals that ask the program to end: Ctrl-C (SIGINT), SIGTERM and SIGHUP.
//!
//! The first is heard within a second at every stage. Work that looks at the [`Stop`] flag ends by itself; whatever has not
//! after half a second is ended here, with no file half written. A second signal ends the program at once. The exit code is 128
//! and the number of the first signal.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

/// Whether a signal has come.
static RAISED: AtomicBool = AtomicBool::new(false);
/// The exit code that it asks for.
static CODE: AtomicU8 = AtomicU8::new(130);
/// Taken by whoever ends the program.
static ENDING: AtomicBool = AtomicBool::new(false);
/// What is said if the program has to be ended.
static LINE: Mutex<String> = Mutex::new(String::new());

/// A flag that a signal raises.
#[derive(Clone, Copy, Debug)]
pub struct Stop(());

impl Stop {
    /// The program's own: a command may have several parts that can be stopped.
    #[must_use]
    pub fn on_interrupt() -> Self {
        Self(())
    }

    /// The flag that work looks at.
    #[must_use]
    pub fn flag(&self) -> &'static AtomicBool {
        &RAISED
    }
}

/// What is said of a command that leaves all or nothing.
pub const STOPPED: &str = "stopped; nothing was written";

/// What is said if the program is ended from now on.
pub fn when_stopped(line: &str) {
    line.clone_into(&mut LINE.lock().unwrap_or_else(PoisonError::into_inner));
}

/// The exit code of a program that a signal has stopped.
pub fn code() -> u8 {
    CODE.load(Ordering::Relaxed)
}

/// Lets the one that asks first end the program; whoever comes later waits for the end.
pub fn end() {
    if ENDING.swap(true, Ordering::Relaxed) {
        loop {
            std::thread::park();
        }
    }
}

#[cfg(not(unix))]
pub fn listen() {}

/// Hears signals from now on.
#[cfg(unix)]
pub fn listen() {
    unix::listen();
}

#[cfg(unix)]
mod unix {
    use std::sync::mpsc;
    use std::time::Duration;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
    use signal_hook::iterator::Signals;

    use super::*;

    /// What looks at the flag has this long to end by itself.
    const GRACE: Duration = Duration::from_millis(500);
    /// The thread that then ends the program; a test waits for it.
    const GRACE_THREAD: &str = "grace";

    pub(super) fn listen() {
        // Heard and left, the last makes a file that grows over its limit an error of writing.
        let mut wanted = vec![SIGINT, SIGTERM, SIGXFSZ];
        // `nohup` has it ignored, and so it stays.
        if hears_hangup() {
            wanted.push(SIGHUP);
        }
        // Where that fails, signals do what they did: the program ends at once. So nothing is caught before there is a thread that
        // hears it.
        let (ready, is_ready) = mpsc::channel();
        let listen = move || {
            let Ok(mut signals) = Signals::new(wanted) else {
                return;
            };
            let _ = ready.send(());
            for signal in signals.forever().filter(|&signal| signal != SIGXFSZ) {
                heard(signal);
            }
        };
        let thread = std::thread::Builder::new().name("signals".to_owned());
        if thread.spawn(listen).is_ok() {
            let _ = is_ready.recv();
        }
    }

    fn heard(signal: i32) {
        if RAISED.load(Ordering::Relaxed) {
            slotless_files::abandon();
            std::process::exit(code().into());
        }
        CODE.store(128 + u8::try_from(signal).unwrap_or(2), Ordering::Relaxed);
        RAISED.store(true, Ordering::Relaxed);
        let end_it = || {
            std::thread::sleep(GRACE);
            end();
            slotless_files::abandon();
            let line = LINE.lock().unwrap_or_else(PoisonError::into_inner);
            let line = match line.as_str() {
                "" => "stopped",
                line => line,
            };
            crate::print::note(line);
            std::process::exit(code().into());
        };
        // Where there is no thread to be had, a second signal ends it.
        let _ = std::thread::Builder::new()
            .name(GRACE_THREAD.to_owned())
            .spawn(end_it);
    }

    /// Whether SIGHUP is not ignored; where the operating system does not say, it is left as it is.
    fn hears_hangup() -> bool {
        let status = slotless_files::input::read_text("/proc/self/status".as_ref(), 1 << 20);
        let status = status.unwrap_or_default();
        let mut lines = status.lines();
        let ignored = lines.find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        ignored.is_some_and(|mask| mask & 1 << (SIGHUP - 1) == 0)
    }
}
