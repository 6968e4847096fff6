//! What work takes, weighed before it starts: bytes against the memory that may be used, steps for the time that it will take.
//!
//! Every [`Experiment`](super::simulate::Experiment) says from its condition alone what a trial takes ([`Work`]). [`weigh`]
//! holds that against memory, and names the value that asks for most. [`Watch`] is how a trial says on its way how many of its
//! steps are done, and hears that it should stop.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use slotless_files::machine::{Limit, Memory, Size};

use crate::SpecError;

/// When the bytes of a part are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// While a trial runs, on each thread.
    OnTheWay,
    /// From the end of a trial on: what it measured.
    Kept,
    /// Of each condition once, when all its trials are there: tables of results.
    AtTheEnd,
}

/// Bytes of which the most are due to one value.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Name of that value in a spec; its flag has hyphens.
    pub name: &'static str,
    /// The value.
    pub value: f64,
    /// Bytes, estimated.
    pub bytes: f64,
    /// When they are there.
    pub held: Held,
}

/// What a trial takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Work {
    /// Bytes, part by part.
    pub parts: Vec<Part>,
    /// Steps, of about a nanosecond each.
    pub steps: f64,
}

impl Work {
    /// Nothing but these steps.
    #[must_use]
    pub fn new(steps: f64) -> Self {
        Self {
            parts: Vec::new(),
            steps,
        }
    }

    /// With some bytes more, due to that one of `values` (name, value, what is usual) which is farthest above what is usual.
    #[must_use]
    pub fn with(mut self, held: Held, values: &[(&'static str, f64, f64)], bytes: f64) -> Self {
        let above = |one: &&(&'static str, f64, f64)| one.1 / one.2.max(1.0);
        let farthest = values.iter().reduce(|most, one| {
            if above(&one) > above(&most) {
                one
            } else {
                most
            }
        });
        if let Some(&(name, value, _)) = farthest {
            self.parts.push(Part {
                name,
                value,
                bytes,
                held,
            });
        }
        self
    }

    /// Bytes that are there then.
    #[must_use]
    pub fn bytes(&self, held: Held) -> f64 {
        let parts = self.parts.iter().filter(|part| part.held == held);
        parts.map(|part| part.bytes).sum()
    }
}

/// Work as it will be done: trials of several conditions, a trial at a time on each thread.
#[derive(Clone, Copy, Debug)]
pub struct Load<'a> {
    /// What a trial of each condition takes, and how many there are.
    pub trials: &'a [(Work, u32)],
    /// Threads that were asked for; none to have as many as fit.
    pub threads: Option<usize>,
    /// Threads that may run if none were asked for.
    pub cores: usize,
}

/// The program itself, and what a thread takes beside its trial.
const PROGRAM: f64 = 5e7;

/// How many threads such work may have.
///
/// # Errors
/// [`SpecError::Range`] with the value that asks for more than all memory.
pub fn weigh(load: &Load<'_>, memory: Option<Memory>) -> Result<usize, SpecError> {
    let threads = load.threads.unwrap_or(load.cores).max(1);
    let Some(memory) = memory else {
        return Ok(threads);
    };
    let whole = match memory.of {
        // Threads and allocators take more addresses than they use.
        Limit::Addresses => 0.7 * memory.bytes as f64,
        Limit::Machine | Limit::Group => memory.bytes as f64,
    };
    let room = whole - PROGRAM.min(whole / 2.0);
    let kept = |(work, trials): &(Work, u32)| work.bytes(Held::Kept) * f64::from(*trials);
    let all_kept: f64 = load.trials.iter().map(kept).sum();
    let tables = load.trials.iter().map(|one| one.0.bytes(Held::AtTheEnd));
    let largest = load.trials.iter().max_by(|a, b| {
        let bytes = |one: &(Work, u32)| one.0.bytes(Held::OnTheWay);
        bytes(a).total_cmp(&bytes(b))
    });
    let Some((largest, _)) = largest else {
        return Ok(threads);
    };
    let each = largest.bytes(Held::OnTheWay);
    let after = each.max(tables.sum());
    let size = |bytes: f64| Size(bytes as u64);
    // One trial of each condition, on one thread.
    let least: f64 = load.trials.iter().map(|one| one.0.bytes(Held::Kept)).sum();
    if after + least > room {
        let parts = load.trials.iter().flat_map(|one| &one.0.parts);
        let most = parts.reduce(|most, part| if part.bytes > most.bytes { part } else { most });
        let (name, value) = most.map_or(("trials", 1.0), |part| (part.name, part.value));
        let bytes = size(after + least);
        let allowed =
            format!("what fits into memory: a trial takes about {bytes}, and there are {memory}");
        return Err(SpecError::range(name, value, allowed));
    }
    if all_kept + after > room {
        let heaviest = load
            .trials
            .iter()
            .reduce(|most, one| if kept(one) > kept(most) { one } else { most });
        let (trials, one) = heaviest.map_or((0, 0.0), |one| (one.1, one.0.bytes(Held::Kept)));
        // Of all conditions as many.
        let most = (f64::from(trials) * (room - after) / all_kept)
            .floor()
            .max(1.0);
        let bytes = size(all_kept);
        let what = format!(
            "up to {most}: about {} of each are kept, {bytes} of all, and there are {memory}",
            size(one)
        );
        return Err(SpecError::range("trials", trials, what));
    }
    let fit = ((room - all_kept) / each.max(1.0)).floor().max(1.0) as usize;
    match load.threads {
        Some(asked) if asked > fit => {
            let bytes = size(each);
            let what =
                format!("up to {fit}: a trial on each takes about {bytes}, and there are {memory}");
            Err(SpecError::range("threads", asked, what))
        }
        _ => Ok(threads.min(fit)),
    }
}

/// The most threads that may be asked for on a machine of this many cores.
#[must_use]
pub fn max_threads(cores: usize) -> usize {
    cores.saturating_mul(4).max(1024)
}

/// Who is told how far work is, and who says that it should stop.
#[derive(Clone, Copy, Debug)]
pub struct Watch<'a> {
    stop: &'a AtomicBool,
    done: Option<&'a AtomicU64>,
}

impl<'a> Watch<'a> {
    /// `stop` is looked at, and the steps that are done are added to `done`.
    #[must_use]
    pub fn new(stop: &'a AtomicBool, done: &'a AtomicU64) -> Self {
        Self {
            stop,
            done: Some(done),
        }
    }

    /// The flag that says that the work should stop.
    #[must_use]
    pub fn flag(&self) -> &'a AtomicBool {
        self.stop
    }

    /// `None` once the work should stop.
    #[must_use]
    pub fn go_on(&self) -> Option<()> {
        (!self.stop.load(Ordering::Relaxed)).then_some(())
    }

    /// This many steps more are done; `None` once the work should stop.
    #[must_use]
    pub fn after(&self, steps: f64) -> Option<()> {
        if let Some(done) = self.done {
            done.fetch_add(steps as u64, Ordering::Relaxed);
        }
        self.go_on()
    }
}

impl<'a> From<&'a AtomicBool> for Watch<'a> {
    fn from(stop: &'a AtomicBool) -> Self {
        Self { stop, done: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(bytes: u64) -> Option<Memory> {
        Some(Memory {
            bytes,
            of: Limit::Group,
        })
    }

    /// 1 GB on the way, of n_h; 1 MB kept.
    fn work() -> Work {
        let sizes = [("n_i", 1000.0, 1000.0), ("n_h", 5e6, 2000.0)];
        Work::new(1.0).with(Held::OnTheWay, &sizes, 1e9).with(
            Held::Kept,
            &[("learned", 1000.0, 1000.0)],
            1e6,
        )
    }

    fn weighed(trials: u32, threads: Option<usize>, bytes: u64) -> Result<usize, String> {
        let trials = [(work(), trials)];
        let load = Load {
            trials: &trials,
            threads,
            cores: 8,
        };
        weigh(&load, memory(bytes)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_fits_runs_on_as_many_threads_as_fit() {
        assert_eq!(weighed(10, None, 100_000_000_000), Ok(8));
        assert_eq!(weighed(10, None, 4_000_000_000), Ok(3));
        assert_eq!(weighed(10, Some(3), 4_000_000_000), Ok(3));
        assert_eq!(
            weigh(
                &Load {
                    trials: &[(work(), u32::MAX)],
                    threads: None,
                    cores: 8
                },
                None
            ),
            Ok(8)
        );
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let line = weighed(1, Some(1), 1_000_000_000).unwrap_err();
        assert!(
            line.starts_with("n_h is 5000000, allowed what fits into memory"),
            "{line}"
        );
        assert!(
            line.contains("1.0 GB, all that its control group allows"),
            "{line}"
        );
        let line = weighed(u32::MAX, Some(1), 4_000_000_000).unwrap_err();
        assert!(
            line.starts_with("trials is 4294967295, allowed up to 2950"),
            "{line}"
        );
        assert_eq!(weighed(2949, Some(1), 4_000_000_000), Ok(1));
        let line = weighed(10, Some(4), 4_000_000_000).unwrap_err();
        assert!(line.starts_with("threads is 4, allowed up to 3"), "{line}");
    }

    #[test]
    fn a_watch_counts_and_hears() {
        let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
        let watch = Watch::new(&stop, &done);
        assert_eq!(watch.after(3.0), Some(()));
        stop.store(true, Ordering::Relaxed);
        assert_eq!(watch.after(4.0), None);
        assert_eq!(done.load(Ordering::Relaxed), 7);
        assert_eq!(Watch::from(&stop).go_on(), None);
    }
}
