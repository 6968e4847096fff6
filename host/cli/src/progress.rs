//! Progress with the time left on a terminal, plain lines otherwise.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::print::tell;
pub use crate::signals::Stop;
use slotless::run::simulate::Keeper;
use slotless::run::work::Watch;

/// Until the first plain line, and between two.
const LINES: [Duration; 2] = [Duration::from_secs(3), Duration::from_secs(10)];

/// Between two looks at how far a bar is.
const LOOKS: Duration = Duration::from_millis(500);

/// Work that has not begun yet is taken to go on at this many steps per second and thread.
const USUAL: f64 = 1e9;

/// How much there is to do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    /// Pieces that are counted, and how many of them are there already.
    pub pieces: u64,
    /// Of those, how many are there already.
    pub known: u64,
    /// Steps of those that are not; 0 where none are told.
    pub steps: f64,
    /// Threads that make them.
    pub threads: usize,
    /// By what it is said how many pieces are done.
    pub counted: Counted,
}

/// By what pieces are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// Each is told of.
    #[default]
    Pieces,
    /// By the share of the steps that are done.
    Steps,
}

/// How far some work is: a bar with the time left on a terminal, a line now and then otherwise.
#[derive(Debug)]
pub struct Meter {
    seen: Arc<Seen>,
    /// Whoever looks at it ends when this is gone.
    looks: Mutex<Option<Sender<()>>>,
}

#[derive(Debug)]
struct Seen {
    bar: Option<ProgressBar>,
    unit: &'static str,
    size: Size,
    /// Pieces and steps that were done here.
    pieces: AtomicU64,
    steps: AtomicU64,
    started: Instant,
}

impl Seen {
    /// The time that is left, and whether any of the work says so.
    fn left(&self) -> Option<(f64, bool)> {
        let gone = self.started.elapsed().as_secs_f64();
        let pieces = self.pieces.load(Ordering::Relaxed);
        let (done, all) = match self.size.steps > 0.0 {
            true => (self.steps.load(Ordering::Relaxed) as f64, self.size.steps),
            false => (pieces as f64, (self.size.pieces - self.size.known) as f64),
        };
        if done > 0.0 {
            return Some((gone / done * (all - done).max(0.0), true));
        }
        let usual = USUAL * self.size.threads.max(1) as f64;
        (self.size.steps > 0.0).then_some(((all / usual - gone).max(0.0), false))
    }

    fn words(&self) -> Option<String> {
        let (seconds, seen) = self.left()?;
        let guess = if seen { "" } else { " (a guess)" };
        Some(format!("about {} left{guess}", duration(seconds)))
    }

    /// Pieces that are done.
    fn done(&self) -> u64 {
        match self.size.counted {
            Counted::Pieces => self.size.known + self.pieces.load(Ordering::Relaxed),
            Counted::Steps => {
                let share = self.steps.load(Ordering::Relaxed) as f64 / self.size.steps.max(1.0);
                (self.size.pieces as f64 * share.min(1.0)) as u64
            }
        }
    }

    fn look(&self) {
        let Some(words) = self.words() else { return };
        let done = self.done();
        match &self.bar {
            Some(bar) => {
                bar.set_position(done);
                bar.set_message(words);
            }
            None => {
                tell(format_args!(
                    "{done} of {} {}, {words}",
                    self.size.pieces, self.unit
                ));
            }
        }
    }
}

/// A time for people: `50 s`, `12 min`, `7 h`, `3 days`.
fn duration(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{seconds:.0} s"),
        ..7200.0 => format!("{:.0} min", seconds / 60.0),
        ..172_800.0 => format!("{:.0} h", seconds / 3600.0),
        ..63_072_000.0 => format!("{:.0} days", seconds / 86_400.0),
        _ => format!("{:.0} years", seconds / 31_536_000.0),
    }
}

impl Meter {
    /// Shows work whose pieces `unit` names in the plural, under `label`.
    #[must_use]
    pub fn new(label: &str, unit: &'static str, size: Size) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let target = ProgressDrawTarget::stderr();
            let bar = ProgressBar::with_draw_target(Some(size.pieces), target);
            let style = ProgressStyle::with_template(&format!(
                "{{prefix}} {{wide_bar}} {{pos}}/{{len}} {unit}, {{elapsed}} gone, {{msg}}",
            ));
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar.set_prefix(label.to_owned());
            bar.set_position(size.known);
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        let seen = Arc::new(Seen {
            bar,
            unit,
            size,
            pieces: AtomicU64::new(0),
            steps: AtomicU64::new(0),
            started: Instant::now(),
        });
        let (sender, ended) = channel();
        let looked = Arc::clone(&seen);
        let look = move || {
            let [mut wait, next] = match looked.bar {
                Some(_) => [LOOKS; 2],
                None => LINES,
            };
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                looked.look();
                wait = next;
            }
        };
        // Without a thread for it nothing is shown.
        let _ = std::thread::Builder::new().spawn(look);
        Self {
            seen,
            looks: Mutex::new(Some(sender)),
        }
    }

    /// Some more pieces are done.
    pub fn step(&self, count: u64) {
        self.seen.pieces.fetch_add(count, Ordering::Relaxed);
        if let Some(bar) = &self.seen.bar {
            bar.inc(count);
        }
    }

    /// What work tells its steps to.
    #[must_use]
    pub fn watch<'a>(&'a self, stop: &'a AtomicBool) -> Watch<'a> {
        Watch::new(stop, &self.seen.steps)
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        *self.looks.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if let Some(bar) = &self.seen.bar {
            bar.finish_and_clear();
        }
    }
}

/// A keeper that also shows how far the work is.
pub struct Shown<'a, R> {
    inner: &'a dyn Keeper<R>,
    meter: Meter,
}

impl<R> std::fmt::Debug for Shown<'_, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shown")
            .field("meter", &self.meter)
            .finish_non_exhaustive()
    }
}

impl<'a, R> Shown<'a, R> {
    /// Shows trials under `label`.
    #[must_use]
    pub fn new(inner: &'a dyn Keeper<R>, label: &str, size: Size) -> Self {
        let meter = Meter::new(label, "trials", size);
        if meter.seen.bar.is_none() && size.pieces > size.known {
            let known = size.known;
            tell(format_args!(
                "{label}: {} trials to compute, {known} kept from before",
                size.pieces - known
            ));
        }
        Self { inner, meter }
    }

    /// What trials tell their steps to.
    #[must_use]
    pub fn watch<'s>(&'s self, stop: &'s AtomicBool) -> Watch<'s> {
        self.meter.watch(stop)
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        self.meter.finish();
    }
}

impl<R> Keeper<R> for Shown<'_, R> {
    fn known(&self, condition: usize, trial: u32) -> Option<R> {
        self.inner.known(condition, trial)
    }

    fn finished(&self, condition: usize, trial: u32, record: &R) -> std::io::Result<()> {
        self.inner.finished(condition, trial, record)?;
        self.meter.step(1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(pieces: u64, known: u64, steps: f64) -> Meter {
        Meter::new(
            "test",
            "trials",
            Size {
                pieces,
                known,
                steps,
                threads: 2,
                ..Size::default()
            },
        )
    }

    #[test]
    fn pieces_that_nobody_tells_of_are_counted_by_steps() {
        let size = Size {
            pieces: 50,
            steps: 200.0,
            counted: Counted::Steps,
            ..Size::default()
        };
        let meter = Meter::new("test", "patterns", size);
        let stop = AtomicBool::new(false);
        for (steps, done) in [(3.0, 0), (97.0, 25), (99.0, 49), (1.0, 50), (9.0, 50)] {
            meter.watch(&stop).after(steps).unwrap();
            assert_eq!(meter.seen.done(), done);
        }
    }

    /// Seconds that are left, over those that are gone.
    fn ratio(meter: &Meter) -> f64 {
        std::thread::sleep(Duration::from_millis(2));
        let gone = meter.seen.started.elapsed().as_secs_f64();
        meter.seen.left().unwrap().0 / gone
    }

    #[test]
    fn the_time_left_goes_by_steps_or_else_by_pieces() {
        let inside = meter(10, 0, 1e12);
        // Nothing is done: a guess of 500 s for 1e12 steps on two threads.
        assert!(inside.seen.words().unwrap().ends_with("left (a guess)"));
        assert!((490.0..=500.0).contains(&inside.seen.left().unwrap().0));
        let stop = AtomicBool::new(false);
        inside.watch(&stop).after(1e11).unwrap();
        // A tenth is done, and no trial.
        assert!(ratio(&inside) > 8.9);
        assert!(inside.seen.words().unwrap().ends_with(" left"));
        let pieces = meter(30, 10, 0.0);
        assert_eq!(pieces.seen.words(), None);
        pieces.step(5);
        // 15 of 20 are left: three times what is gone.
        assert!((2.0..3.1).contains(&ratio(&pieces)));
        pieces.step(20);
        assert_eq!(pieces.seen.words().as_deref(), Some("about 0 s left"));
    }

    #[test]
    fn times_for_people() {
        for (seconds, words) in [
            (0.4, "0 s"),
            (119.0, "119 s"),
            (130.0, "2 min"),
            (8000.0, "2 h"),
            (200_000.0, "2 days"),
            (1e9, "32 years"),
        ] {
            assert_eq!(duration(seconds), words);
        }
    }
}
