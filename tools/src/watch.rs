//! A program that is watched: its output as it comes, its end, and a limit to its time.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its output said that it is done, with this code, and it was stopped.
    Said(i32),
    /// By itself; [`code_of`] its status.
    Exited(u8),
    /// Its time was up, and it was stopped.
    TimeUp,
}

/// A program that could not be watched to its end.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    #[error("QEMU could not be run: {0}")]
    Run(io::Error),
    #[error("the log could not be written: {0}")]
    Write(io::Error),
}

/// Runs a program, whose standard output is piped, and hands its output to `print` until that returns an exit code or
/// fails, the program ends, or the time is up. Nothing is left running.
pub fn watch(
    mut command: Command,
    limit: Duration,
    print: impl FnMut(&[u8]) -> io::Result<Option<i32>>,
) -> Result<End, WatchError> {
    let until = Instant::now() + limit;
    let mut child = command.spawn().map_err(WatchError::Run)?;
    let end = follow(&mut child, until, print);
    // One that ended already does not mind.
    let _ = child.kill();
    let _ = child.wait();
    end
}

fn follow(
    child: &mut Child,
    until: Instant,
    mut print: impl FnMut(&[u8]) -> io::Result<Option<i32>>,
) -> Result<End, WatchError> {
    let chunks = chunks(child);
    loop {
        // Asked here too: there may always be more to print.
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(End::TimeUp);
        }
        match chunks.recv_timeout(left) {
            Ok(bytes) => {
                if let Some(code) = print(&bytes).map_err(WatchError::Write)? {
                    return Ok(End::Said(code));
                }
            }
            Err(RecvTimeoutError::Timeout) => return Ok(End::TimeUp),
            Err(RecvTimeoutError::Disconnected) => return exited(child, until),
        }
    }
}

/// The exit code is there a moment after the output is closed, or never.
fn exited(child: &mut Child, until: Instant) -> Result<End, WatchError> {
    while Instant::now() < until {
        if let Some(status) = child.try_wait().map_err(WatchError::Run)? {
            return Ok(End::Exited(code_of(status)));
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(End::TimeUp)
}

/// The output as it comes, from a thread of its own: pipes cannot be read with a time limit.
fn chunks(child: &mut Child) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::sync_channel(16);
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

/// The exit code; as a shell has it, 128 and the signal's number for one that was killed. What does not fit a byte is
/// a failure still.
pub fn code_of(status: ExitStatus) -> u8 {
    #[cfg(unix)]
    let signal = std::os::unix::process::ExitStatusExt::signal(&status).map(|signal| 128 + signal);
    #[cfg(not(unix))]
    let signal = None;
    let code = status.code().or(signal).unwrap_or(1);
    u8::try_from(code).unwrap_or(1)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::process::Stdio;

    /// Watches a shell script for at most 10 s; its end and what it printed.
    fn shell(script: &str, limit: Duration, until: &str) -> (End, String) {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::piped());
        let mut printed = String::new();
        let end = watch(command, limit, |bytes| {
            printed += std::str::from_utf8(bytes).unwrap();
            Ok(printed.contains(until).then_some(5))
        });
        (end.unwrap(), printed)
    }

    const LONG: Duration = Duration::from_secs(10);

    #[test]
    fn all_output_comes_before_the_exit_code() {
        let script = "for i in 1 2 3; do echo $i; done; exit 7";
        assert_eq!(
            shell(script, LONG, "no"),
            (End::Exited(7), "1\n2\n3\n".into())
        );
    }

    #[test]
    fn a_signal_is_a_code_above_128() {
        assert_eq!(shell("kill -9 $$", LONG, "no").0, End::Exited(137));
    }

    #[test]
    fn what_it_says_ends_it() {
        let start = Instant::now();
        assert_eq!(
            shell("echo done; exec sleep 60", LONG, "done").0,
            End::Said(5)
        );
        assert!(start.elapsed() < LONG);
    }

    #[test]
    fn silent_chatty_and_closed_programs_end_when_their_time_is_up() {
        let short = Duration::from_millis(100);
        for script in ["exec sleep 60", "exec yes", "exec sleep 60 >/dev/null"] {
            let start = Instant::now();
            assert_eq!(shell(script, short, "no").0, End::TimeUp, "{script}");
            assert!((short..LONG).contains(&start.elapsed()), "{script}");
        }
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        let ended = watch(Command::new("no-such-program"), LONG, |_| Ok(None));
        assert!(matches!(ended, Err(WatchError::Run(_))));
    }
}
