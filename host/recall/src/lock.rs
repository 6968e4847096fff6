//! One writer at a time.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use slotless_files::{FileError, input};

use super::StoreError;

/// Name of the file.
pub(super) const NAME: &str = "lock";

/// How long another writer is waited for between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// How often a call that a signal interrupts is made again at once.
const TRIES: u32 = 100;

/// How a memory is kept from being written by two at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locking {
    /// By a lock; where another has it, opening is refused.
    #[default]
    Now,
    /// By a lock, which is waited for as long as this.
    Wait(Duration),
    /// By the caller, for file systems without locks: two that write at once destroy the memory.
    Caller,
}

/// The right to write to a folder, until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    file: Option<File>,
}

impl Drop for Lock {
    /// Closing the file is not enough: where another thread of the program is about to start a command, that has the file, too,
    /// up to its first instruction, and the lock would stay.
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // What cannot be unlocked is closed all the same.
            for _ in 0..TRIES {
                match file.unlock() {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    _ => break,
                }
            }
        }
    }
}

impl Lock {
    /// Takes the lock of a folder that is there. The file stays: taking it away would let two processes lock two files.
    pub fn take(folder: &Path, locking: Locking) -> Result<Self, StoreError> {
        let wait = match locking {
            Locking::Caller => return Ok(Self { file: None }),
            Locking::Wait(time) => time,
            Locking::Now => Duration::ZERO,
        };
        let path = folder.join(NAME);
        match input::open(&path) {
            Err(FileError::Io { error, .. }) if error.kind() == ErrorKind::NotFound => {}
            // A fifo would wait for somebody.
            Err(error @ FileError::Damaged { .. }) => return Err(error.into()),
            // It need not be readable.
            _ => {}
        }
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| StoreError::io(&path, error))?;
        let start = Instant::now();
        let mut tries = 0..TRIES;
        loop {
            let error = match file.try_lock() {
                Ok(()) => return Ok(Self { file: Some(file) }),
                Err(TryLockError::WouldBlock) => None,
                // By a signal, on a file system of a network: nothing is known of the lock.
                Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Interrupted => {
                    if tries.next().is_some() {
                        continue;
                    }
                    Some(error)
                }
                Err(TryLockError::Error(error)) => return Err(StoreError::NoLock { path, error }),
            };
            match (wait.checked_sub(start.elapsed()), error) {
                (None | Some(Duration::ZERO), None) => return Err(StoreError::Locked { path }),
                (None | Some(Duration::ZERO), Some(error)) => {
                    return Err(StoreError::NoLock { path, error });
                }
                (Some(left), _) => std::thread::sleep(left.min(PAUSE)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_refused_until_the_first_is_gone() {
        let folder = tempfile::TempDir::new().unwrap();
        let take = |locking| Lock::take(folder.path(), locking);
        let first = take(Locking::Now).unwrap();
        for locking in [Locking::Now, Locking::Wait(Duration::from_millis(30))] {
            let second = take(locking).unwrap_err();
            assert!(
                second.to_string().contains("lock: another process"),
                "{second}"
            );
        }
        take(Locking::Caller).unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| take(Locking::Wait(Duration::from_secs(600))));
            drop(first);
            waiting.join().unwrap().unwrap();
        });
        take(Locking::Now).unwrap();
    }

    /// As after a fork in another thread.
    #[test]
    fn who_else_has_the_file_does_not_keep_the_lock() {
        let folder = tempfile::TempDir::new().unwrap();
        let lock = Lock::take(folder.path(), Locking::Now).unwrap();
        let _other = lock.file.as_ref().unwrap().try_clone().unwrap();
        Lock::take(folder.path(), Locking::Now).unwrap_err();
        drop(lock);
        Lock::take(folder.path(), Locking::Now).unwrap();
    }
}
