//! Work, weighed before anything is allocated or written.

use super::Failure;
use slotless::SpecError;
use slotless::run::work::{Held, Load, Part, Work, most_threads, weigh};
use slotless_files::machine::memory;

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// How many threads trials may have: `asked`, or as many as fit where that is 0. Refuses what does not fit into memory.
pub(super) fn trials(work: &[(Work, u32)], asked: usize) -> Result<usize, Failure> {
    let total: u64 = work.iter().map(|one| u64::from(one.1)).sum();
    // A thread computes a trial at a time.
    let most = usize::try_from(total).unwrap_or(usize::MAX).max(1);
    let threads = (asked > 0).then(|| asked.min(most));
    check_threads(threads.unwrap_or(0))?;
    let load = Load {
        trials: work,
        threads,
        cores: cores().min(most),
    };
    Ok(weigh(&load, memory())?)
}

/// Refuses more threads than make sense.
pub(super) fn check_threads(threads: usize) -> Result<(), Failure> {
    let most = most_threads(cores());
    if threads > most {
        let allowed = format!("0 (one per core) to {most}");
        return Err(SpecError::range("threads", threads, allowed).into());
    }
    Ok(())
}

/// Refuses work that is done once and does not fit into memory.
pub(super) fn once(work: &Work) -> Result<(), Failure> {
    trials(&[(work.clone(), 1)], 1).map(|_| ())
}

/// Refuses a number of bytes, due to a value, where they do not fit into memory.
pub(super) fn bytes(name: &'static str, value: f64, bytes: f64) -> Result<(), Failure> {
    let part = Part {
        name,
        value,
        bytes,
        held: Held::OnTheWay,
    };
    once(&Work {
        parts: vec![part],
        steps: 0.0,
    })
}
