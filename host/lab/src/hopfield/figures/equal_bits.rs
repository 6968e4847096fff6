//! All memories side by side at equal bits of storage: the same patterns, stored one after the other, and the same cues, half
//! of a pattern's ones.
//!
//! A pattern of s ones is recalled if no more than s/10 bits are wrong; with half of the units on this is an overlap of 0.9,
//! as for the classical network. Information counts what the cue leaves open, `log2 C(N - c, s - c)` for c ones in the cue,
//! less what it takes to say which of the N bits are wrong, `log2 C(N, wrong)`, and not below 0.

use std::time::{Duration, Instant};

use crate::figures::declared::file_kind;
use crate::figures::numbers::{self, mean_error};
use crate::figures::{Drawn, FigureError, Size, Table};
use crate::hopfield::equal_bits::{Kind, Patterns, store};
use crate::hopfield::{Condition, EqualBits, Results};
use slotless_draw::{CurvePanel, Figure, LineStyle, Role, Scale, Series};
use slotless_files::dictionary::Variable;

const MEMORY: Variable = Variable::text("memory", "What stores the patterns");
const ONES_OF: Variable = Variable::integer("ones", "bits", "Ones of a pattern of 512 bits");

file_kind! {
    /// A row per memory, ones of a pattern and patterns stored; means over trials
    pub(crate) CURVES: "hopfield-equal-bits.csv" by "reproduce hopfield-equal-bits" {
        MEMORY,
        ONES_OF,
        Variable::integer("storage_bits", "bits", "Storage: all words of the memory"),
        Variable::integer("stored", "patterns", "Patterns stored"),
        Variable::number("recalled", "patterns", "Patterns recalled, with at most a tenth as many bits wrong as there are ones: their share of those tested times those stored"),
        Variable::number("recalled_se", "patterns", "Standard error of recalled over trials"),
        Variable::number("wrong_bits", "share", "Share of wrong bits in what is recalled"),
        Variable::number("information", "bits", "What the cue leaves open less what it takes to say which bits are wrong, not below 0, over all patterns stored"),
        Variable::number("information_se", "bits", "Standard error of information over trials"),
    }
}

file_kind! {
    /// A row per memory and ones of a pattern
    pub(crate) SUMMARY: "hopfield-equal-bits_summary.csv" by "reproduce hopfield-equal-bits" {
        MEMORY,
        ONES_OF,
        Variable::integer("storage_bytes", "bytes", "Storage: storage_bits of the curves over 8"),
        Variable::integer("bits_per_weight", "bits", "Bits of a weight; of the modern and the dense network of one number of a stored pattern"),
        Variable::integer("patterns_recalled", "patterns", "The most patterns that are recalled, rounded; empty where nothing was measured"),
        Variable::integer("of_stored", "patterns", "Patterns stored where the most are recalled"),
        Variable::number("information_per_bit", "", "The most information over storage_bits"),
        Variable::integer("information_at_stored", "patterns", "Patterns stored where information is most"),
        Variable::number("microseconds_per_recall", "us", "Time of a recall: the core's portable code on one core of this machine, least of many rounds"),
    }
}

/// Bits of a pattern, and ones in a tenth and in half of them.
const UNITS: u32 = 512;
const ONES: [u32; 2] = [51, 256];

/// Bits of storage: an 8-bit weight for each pair of units, and a little more for rows of whole words.
const BITS: u64 = 4 * (UNITS as u64) * (UNITS as u64 + 4);

/// Patterns of a memory that learns slowly to be timed with; its time does not depend on their number.
const TIMED: u32 = 256;

/// Every memory, with patterns of a tenth and of half ones.
#[must_use]
pub fn conditions(size: Size) -> Vec<Condition> {
    let (most, tested) = match size {
        Size::Paper => (4096, 50),
        Size::Quick => (256, 16),
    };
    // Powers of the root of two from 8 on.
    let stored: Vec<u32> = (6..)
        .map(|half| 2f64.powf(f64::from(half) / 2.0).round() as u32)
        .take_while(|&stored| stored <= most)
        .collect();
    let condition = |ones: u32| {
        let stored = stored.clone();
        Kind::ALL.into_iter().map(move |kind| {
            Condition::EqualBits(EqualBits {
                kind,
                units: UNITS,
                ones,
                bits: BITS,
                stored: stored.clone(),
                tested,
            })
        })
    };
    ONES.into_iter().flat_map(condition).collect()
}

/// What a memory recalls with this many patterns stored: means over trials, and their standard errors.
struct Point {
    stored: f64,
    /// Patterns recalled: the share of those tested times those stored.
    recalled: [f64; 2],
    /// Share of bits wrong.
    error: f64,
    /// Bits of information over all patterns stored.
    information: [f64; 2],
}

struct Line<'r> {
    of: &'r EqualBits,
    bits: f64,
    points: Vec<Point>,
}

/// `log2 C(n, k)`.
fn log2_choose(n: u32, k: u32) -> f64 {
    let log = |n: u32| libm::lgamma(f64::from(n) + 1.0);
    (log(n) - log(k) - log(n - k)) / std::f64::consts::LN_2
}

/// Bits of information of one recall.
fn information(of: &EqualBits, wrong: u32) -> f64 {
    let cue = of.ones / 2;
    let open = log2_choose(of.units - cue, of.ones - cue);
    // Beyond half of the bits there are fewer ways again, and nothing has been recalled.
    let errors = log2_choose(of.units, wrong.min(of.units / 2));
    (open - errors).max(0.0)
}

impl<'r> Line<'r> {
    fn of(of: &'r EqualBits, results: &Results) -> Self {
        let trials: Vec<_> = results.equal_bits().collect();
        let point = |&stored: &u32| {
            let mean = |value: &dyn Fn(u32) -> f64| -> Option<Vec<f64>> {
                let of_trial = |trial: &&[crate::hopfield::StoredRun]| {
                    let own = trial.iter().filter(|run| run.stored == stored);
                    let values: Vec<f64> = own.map(|run| value(run.wrong)).collect();
                    (!values.is_empty()).then(|| numbers::mean(&values))
                };
                // None where a trial's memory was full.
                trials.iter().map(of_trial).collect()
            };
            let all = f64::from(stored);
            let whole = |values: Vec<f64>| mean_error(&values).map(|value| value * all);
            let recalled = mean(&|wrong| f64::from(u8::from(10 * wrong <= of.ones)))?;
            let error = mean(&|wrong| f64::from(wrong) / f64::from(of.units))?;
            Some(Point {
                stored: all,
                recalled: whole(recalled),
                error: mean_error(&error)[0],
                information: whole(mean(&|wrong| information(of, wrong))?),
            })
        };
        let memory = store(of, 0).map_or(0, |memory| memory.words());
        Self {
            of,
            bits: 32.0 * memory as f64,
            points: of.stored.iter().map_while(point).collect(),
        }
    }

    fn best(&self, value: impl Fn(&Point) -> f64) -> Option<&Point> {
        self.points
            .iter()
            .max_by(|a, b| value(a).total_cmp(&value(b)))
    }

    fn series(&self, label: &str, value: impl Fn(&Point) -> [f64; 2]) -> Series {
        let x = self.points.iter().map(|point| point.stored).collect();
        let values = self.points.iter().map(value);
        let (y, band) = values.map(|[y, error]| (y, error)).unzip();
        let series = Series::new(label, role(self.of.kind), x, y).band(band);
        match self.of.kind {
            // It lies on that of single precision.
            Kind::ModernFixed => series.style(LineStyle::Dotted).width(2.4),
            _ => series,
        }
    }

    /// Seconds of a recall with this many patterns stored as it recalls best: the least of many rounds.
    fn time(&self, seed: u64, budget: Duration) -> f64 {
        let patterns = Patterns::new(self.of, seed, 0);
        let (Some(mut memory), Some(best)) = (
            store(self.of, patterns.memory_seed()),
            self.best(|point| point.recalled[0]),
        ) else {
            return f64::NAN;
        };
        let stored = match self.of.kind {
            Kind::KWinner | Kind::KWinnerOneShot | Kind::OneWinner => {
                (best.stored as u32).min(TIMED)
            }
            Kind::Classical | Kind::Modern | Kind::ModernFixed | Kind::Dense => best.stored as u32,
        };
        let mut cues = Vec::new();
        for number in 0..stored {
            let pattern = patterns.pattern(number);
            memory.store(&pattern);
            if cues.len() < 16 {
                cues.push(patterns.cue(number, &pattern));
            }
        }
        let start = Instant::now();
        let mut least = f64::INFINITY;
        while start.elapsed() < budget || least.is_infinite() {
            let round = Instant::now();
            for cue in &cues {
                std::hint::black_box(memory.recall(cue));
            }
            least = least.min(round.elapsed().as_secs_f64() / cues.len() as f64);
        }
        least
    }
}

fn role(kind: Kind) -> Role {
    match kind {
        Kind::KWinner => Role::KWinner,
        Kind::KWinnerOneShot => Role::Other(1),
        Kind::OneWinner => Role::OneWinner,
        Kind::Classical => Role::Other(2),
        Kind::Modern | Kind::ModernFixed => Role::Graded,
        Kind::Dense => Role::Slow,
    }
}

/// Patterns recalled and information against patterns stored, and one table of all.
///
/// # Errors
/// [`FigureError`].
pub fn equal_bits(results: &[&Results], size: Size, seed: u64) -> Result<Drawn, FigureError> {
    let budget = match size {
        Size::Paper => Duration::from_millis(200),
        Size::Quick => Duration::from_millis(10),
    };
    let lines: Vec<Line<'_>> = results
        .iter()
        .filter_map(|one| match &one.condition {
            Condition::EqualBits(of) => Some(Line::of(of, one)),
            _ => None,
        })
        .collect();
    let mut drawn = Drawn::default();
    let mut figure = Figure::new("Memories at equal bits of storage", 2, 2)
        .subtitle(&format!(
            "Patterns of {UNITS} bits, memories of at most {} bytes; cue: half of a pattern's ones",
            BITS / 8
        ))
        .note(
            "Recalled: no more than 𝑠/10 bits wrong. Information: what the cue leaves open, less the bits that are wrong. Bands: one \
             standard error over trials.",
        );
    for (at, ones) in ONES.into_iter().enumerate() {
        let name = format!("{ones} of {UNITS} bits are ones");
        let panel = |y: &str| {
            CurvePanel::new("patterns stored", y)
                .title(&name)
                .x_scale(Scale::Log10)
        };
        let (mut recalled, mut information) = (
            panel("patterns recalled"),
            panel("bits recalled per bit of storage"),
        );
        let own: Vec<&Line<'_>> = lines.iter().filter(|line| line.of.ones == ones).collect();
        let longest = own.iter().max_by_key(|line| line.points.len());
        let x: Vec<f64> = longest.map_or(Vec::new(), |line| {
            line.points.iter().map(|point| point.stored).collect()
        });
        let label = if at == 0 { "all of them" } else { "" };
        let all = Series::new(label, Role::Neutral, x.clone(), x).width(0.9);
        recalled = recalled
            .series(all)
            .y_scale(Scale::Log10)
            .y_range(1.0, 5000.0);
        information = information.y_scale(Scale::Log10).y_range(1e-4, 1.0);
        for line in &own {
            let label = if at == 0 { line.of.kind.name() } else { "" };
            recalled = recalled.series(line.series(label, |point| point.recalled));
            let a_bit = |point: &Point| point.information.map(|value| value / line.bits);
            information = information.series(line.series("", a_bit));
        }
        figure = figure.panel(recalled).panel(information);
    }
    drawn
        .pictures
        .push(("hopfield-equal-bits".to_owned(), figure));
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| summary(line, line.time(seed, budget)))
        .collect();
    for row in &rows {
        drawn.report.push(format!(
            "{}, {} ones, {} bytes: recalls {} patterns of {} stored; {} bits per bit, {} us per recall",
            row[0], row[1], row[2], row[4], row[5], row[6], row[8]
        ));
    }
    drawn
        .texts
        .push(("hopfield-equal-bits.md".to_owned(), markdown(&rows)));
    // What the page has a dash for is an empty cell.
    let cell = |cell: String| if cell == "-" { String::new() } else { cell };
    let numbers = rows
        .into_iter()
        .map(|row| row.into_iter().map(cell).collect());
    let numbers = numbers.collect();
    drawn.tables = vec![
        curves(&lines),
        Table::new("hopfield-equal-bits_summary.csv", &SUMMARY, numbers),
    ];
    Ok(drawn)
}

fn summary(line: &Line<'_>, seconds: f64) -> Vec<String> {
    let best = line.best(|point| point.recalled[0]);
    let dense = line.best(|point| point.information[0]);
    let number =
        |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.0}"));
    let share = dense.map_or(0.0, |point| point.information[0] / line.bits);
    vec![
        line.of.kind.name().to_owned(),
        line.of.ones.to_string(),
        format!("{:.0}", line.bits / 8.0),
        line.of.kind.weight_bits().to_string(),
        number(best.map(|point| point.recalled[0])),
        number(best.map(|point| point.stored)),
        format!("{share:.4}"),
        number(dense.map(|point| point.stored)),
        format!("{:.1}", 1e6 * seconds),
    ]
}

fn markdown(rows: &[Vec<String>]) -> String {
    let mut text = format!(
        "# Memories at equal bits of storage\n\nPatterns of {UNITS} bits, at most {} bytes per memory; cue: half of a pattern's ones. \
         Recalled: no more than a tenth of the ones' number of bits wrong, at the number of stored patterns at which most are. \
         Information: bits beyond the cue for each bit of storage, where that is most. Times: the core's portable code on one core \
         of this machine.\n\n| memory | ones | bytes | bits per weight | patterns recalled | of stored | information per bit | at stored \
         | microseconds per recall |\n|---|---|---|---|---|---|---|---|---|\n",
        BITS / 8
    );
    for row in rows {
        text += &format!("| {} |\n", row.join(" | "));
    }
    text
}

fn curves(lines: &[Line<'_>]) -> Table {
    let rows = lines.iter().flat_map(|line| {
        line.points.iter().map(|point| {
            let key = [line.of.kind.name().to_owned(), line.of.ones.to_string()];
            let measured = [
                line.bits,
                point.stored,
                point.recalled[0],
                point.recalled[1],
                point.error,
                point.information[0],
                point.information[1],
            ];
            let numbers = measured.into_iter().map(|number| number.to_string());
            key.into_iter().chain(numbers).collect()
        })
    });
    Table::new("hopfield-equal-bits.csv", &CURVES, rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_condition_is_valid_and_has_a_name_of_its_own() {
        for size in [Size::Paper, Size::Quick] {
            crate::hopfield::figures::assert_sound(&conditions(size));
        }
    }

    #[test]
    fn memories_take_no_more_than_their_bits_and_hardly_less() {
        for condition in conditions(Size::Paper) {
            let Condition::EqualBits(of) = condition else {
                panic!("memories at equal bits");
            };
            // Structured wiring does not take every number of hidden units.
            let bits = 32 * store(&of, 0).unwrap().words() as u64;
            assert!(
                (BITS * 88 / 100..=BITS).contains(&bits),
                "{:?}: {bits}",
                of.kind
            );
        }
    }

    #[test]
    fn information_is_counted() {
        assert!((log2_choose(10, 3) - 120f64.log2()).abs() < 1e-9);
        let of = EqualBits {
            kind: Kind::Classical,
            units: 20,
            ones: 4,
            bits: 1 << 20,
            stored: vec![1],
            tested: 1,
        };
        // Two of 18 places are open, and one wrong bit takes one of 20 to say.
        assert!((information(&of, 0) - 153f64.log2()).abs() < 1e-9);
        assert!((information(&of, 1) - (153f64.log2() - 20f64.log2())).abs() < 1e-9);
        assert_eq!(information(&of, 10), 0.0);
        assert_eq!(information(&of, 20), 0.0);
    }
}
