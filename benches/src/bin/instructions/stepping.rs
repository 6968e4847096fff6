//! Counting by single steps, for instructions that valgrind does not know: the kernel stops the program after each one.
//!
//! The counted part lies between two stops that the program makes itself. Slow, some microseconds an instruction, and
//! exact: what is counted runs on the processor as it is.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};

use nix::sys::ptrace;
use nix::sys::signal::{Signal, raise};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

/// Set for a program that is to stop around its counted part.
pub const STEPPED: &str = "SLOTLESS_STEPPED";

/// In the counted program, before its work begins: waits until the counting one has attached itself.
pub fn wait_for_counter() -> io::Result<()> {
    let mut byte = [0];
    io::stdin().read_exact(&mut byte)
}

/// In the counted program: where counting begins and ends.
pub fn mark() -> io::Result<()> {
    Ok(raise(Signal::SIGSTOP)?)
}

/// Instructions between the two marks of `command`.
pub fn count(command: &mut Command) -> io::Result<i64> {
    let mut child = command
        .env(STEPPED, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    let counted = count_child(&mut child);
    // It stands stopped at its second mark, or something went wrong.
    child.kill()?;
    child.wait()?;
    counted
}

fn count_child(child: &mut Child) -> io::Result<i64> {
    let pid = Pid::from_raw(child.id().cast_signed());
    ptrace::attach(pid)?;
    stopped(pid)?;
    ptrace::cont(pid, None)?;
    if let Some(stdin) = &mut child.stdin {
        stdin.write_all(&[0])?;
    }
    // Other signals than the mark's are passed on.
    loop {
        match stopped(pid)? {
            Signal::SIGSTOP => break,
            signal => ptrace::cont(pid, signal)?,
        }
    }
    let mut steps = 0;
    loop {
        ptrace::step(pid, None)?;
        match stopped(pid)? {
            Signal::SIGTRAP => steps += 1,
            Signal::SIGSTOP => return Ok(steps),
            signal => return Err(io::Error::other(format!("stopped by {signal}"))),
        }
    }
}

fn stopped(pid: Pid) -> io::Result<Signal> {
    match waitpid(pid, None)? {
        WaitStatus::Stopped(_, signal) => Ok(signal),
        status => Err(io::Error::other(format!(
            "the counted program ended: {status:?}"
        ))),
    }
}
