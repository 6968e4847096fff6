//! Progress with time left on a terminal, plain lines otherwise, and interruption.

use std::io::{IsTerminal, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::print::tell;
use slotless::run::simulate::Keeper;

/// Raised by Ctrl-C.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// A stop that Ctrl-C raises; a second Ctrl-C ends the program at once.
    #[must_use]
    pub fn on_interrupt() -> Self {
        // One for the whole program: a command may have several parts that can be stopped.
        static STOP: OnceLock<Stop> = OnceLock::new();
        let with_handler = || {
            let stop = Self::default();
            let flag = stop.0.clone();
            // An error means that a handler is there already, as in a test; Ctrl-C then does what it did.
            let _ = ctrlc::set_handler(move || {
                if flag.swap(true, Ordering::Relaxed) {
                    std::process::exit(130);
                }
            });
            stop
        };
        STOP.get_or_init(with_handler).clone()
    }

    /// The flag that the simulation looks at.
    #[must_use]
    pub fn flag(&self) -> &AtomicBool {
        &self.0
    }
}

/// Between two plain lines.
const LINE_EVERY: Duration = Duration::from_secs(10);

/// How far some work is: a bar with the time left on a terminal, a line now and then otherwise.
#[derive(Debug)]
pub struct Meter {
    bar: Option<ProgressBar>,
    plain: Mutex<Plain>,
    unit: &'static str,
    total: u64,
    started: Instant,
}

#[derive(Debug)]
struct Plain {
    done: u64,
    computed: u64,
    said: Instant,
}

impl Meter {
    /// Shows `total` pieces of work, which `unit` names in the plural and of which `known` are done, under `label`.
    #[must_use]
    pub fn new(label: &str, unit: &'static str, total: u64, known: u64) -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template(&format!(
                "{{prefix}} {{wide_bar}} {{pos}}/{{len}} {unit}, {{elapsed}} gone, {{eta}} left",
            ));
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar.set_prefix(label.to_owned());
            // What is there already says nothing about the speed of the rest.
            bar.reset_eta();
            bar.set_position(known);
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        let now = Instant::now();
        let plain = Mutex::new(Plain {
            done: known,
            computed: 0,
            said: now,
        });
        Self {
            bar,
            plain,
            unit,
            total,
            started: now,
        }
    }

    /// Some more are done.
    pub fn step(&self, count: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(count);
            return;
        }
        let mut plain = self
            .plain
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        plain.done += count;
        plain.computed += count;
        if plain.said.elapsed() >= LINE_EVERY {
            plain.said = Instant::now();
            let each = self.started.elapsed().as_secs_f64() / plain.computed as f64;
            let left = each * self.total.saturating_sub(plain.done) as f64;
            tell(format_args!(
                "{} of {} {}, about {left:.0} s left",
                plain.done, self.total, self.unit
            ));
        }
    }

    /// Takes the bar off the terminal.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
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
    /// Shows `total` trials, of which `known` are there already, under `label`.
    #[must_use]
    pub fn new(inner: &'a dyn Keeper<R>, label: &str, total: u64, known: u64) -> Self {
        let meter = Meter::new(label, "trials", total, known);
        if meter.bar.is_none() && total > known {
            tell(format_args!(
                "{label}: {} trials to compute, {known} kept from before",
                total - known
            ));
        }
        Self { inner, meter }
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
