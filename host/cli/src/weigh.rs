//! Work, weighed before anything is allocated or written.

use std::io;
use std::sync::mpsc;

use super::Failure;
use slotless::SpecError;
use slotless::run::work::{Held, Load, Part, Work, max_threads, weigh};
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

/// Refuses more threads than make sense where the environment asks rayon for them.
pub(super) fn environment() -> Result<(), Failure> {
    let most = max_threads(cores());
    for name in ["RAYON_NUM_THREADS", "RAYON_RS_NUM_CPUS"] {
        // What is no number it takes for none.
        let asked = std::env::var(name)
            .ok()
            .and_then(|value| value.parse().ok());
        if let Some(threads) = asked.filter(|&threads: &usize| threads > most) {
            return Err(Failure::Input(format!(
                "the environment's {name} is {threads}, allowed: 0 (one per core) to {most}"
            )));
        }
    }
    Ok(())
}

/// Starts the threads that rayon computes with where nobody makes a pool; where the system gives none, as under a limit of
/// processes, all is computed on the one that there is.
pub(super) fn start_threads() {
    // It panics where it cannot start them when they are first needed, and can be told once only: so it gets threads that are there.
    let builder = rayon::ThreadPoolBuilder::new();
    // It may have its own already.
    let _ = match started(wanted()) {
        Some(threads) => {
            let count = threads.len();
            let mut threads = threads.into_iter();
            let builder = builder.num_threads(count).spawn_handler(|thread| {
                let gone = || io::Error::other("fewer threads than were started");
                let start = threads.next().ok_or_else(gone)?;
                start.send(thread).map_err(|_| gone())
            });
            builder.build_global()
        }
        None => builder.num_threads(1).use_current_thread().build_global(),
    };
}

/// As many threads as rayon takes: what the environment says, or one per core.
fn wanted() -> usize {
    let named = |name| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse().ok())
    };
    let count = named("RAYON_NUM_THREADS").or_else(|| named("RAYON_RS_NUM_CPUS"));
    count.filter(|&count| count > 0).unwrap_or_else(cores)
}

/// So many threads, each of which waits for what it is to do; none where not all can be had.
fn started(count: usize) -> Option<Vec<mpsc::Sender<rayon::ThreadBuilder>>> {
    (0..count)
        .map(|_| {
            let (start, wait) = mpsc::channel::<rayon::ThreadBuilder>();
            let thread = std::thread::Builder::new().spawn(move || {
                // Until there is something, or the other end is dropped.
                if let Ok(thread) = wait.recv() {
                    thread.run();
                }
            });
            thread.ok().map(|_| start)
        })
        .collect()
}

/// Refuses more threads than make sense.
pub(super) fn check_threads(threads: usize) -> Result<(), Failure> {
    let most = max_threads(cores());
    if threads > most {
        let allowed = format!("0 (one per core) to {most}");
        return Err(SpecError::range("threads", threads, allowed).into());
    }
    Ok(())
}

/// Refuses work that is done once and does not fit into memory.
pub(super) fn once(work: &Work) -> Result<(), Failure> {
    let weighed = trials(&[(work.clone(), 1)], 1);
    weighed.map(drop).map_err(|failure| match failure {
        // There are no trials.
        Failure::Input(line) => Failure::Input(line.replace("a trial takes", "it takes")),
        other => other,
    })
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
