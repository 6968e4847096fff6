//! Timing of a memory in a folder: opening, asking, adding.

use std::hint::black_box;
use std::time::{Duration, Instant};

use slotless_core::rng::Key;
use slotless_files::Scratch;

use super::Timing;
use crate::purpose::bench as purpose;
use slotless_kernels::cpu::Isa;
use slotless_recall::{Ask, Entry, Flush, NewItem, Question, Settings, Store, StoreError, Writer};

/// A memory that is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Its name in tables.
    pub name: &'static str,
    /// Pairs stored.
    pub pairs: u32,
    /// Numbers of a vector.
    pub inputs: u32,
}

/// Vectors of as many numbers as small sentence encoders give.
pub const SIZES: [Size; 2] = [
    Size {
        name: "recall_1000",
        pairs: 1_000,
        inputs: 384,
    },
    Size {
        name: "recall_20000",
        pairs: 20_000,
        inputs: 384,
    },
];

/// Pairs that are added together.
const BATCH: u32 = 250;

/// A step that was timed.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is.
    pub step: &'static str,
    /// Seconds of one.
    pub timing: Timing,
    /// Bytes in RAM of what it works on.
    pub bytes: usize,
}

impl Size {
    fn vector(&self, number: u32) -> Vec<f32> {
        let key = Key::new(20_260, purpose::VECTORS).derive(number);
        let number = |at| key.at(at) as f32 / 2f32.powi(31) - 1.0;
        (0..self.inputs).map(number).collect()
    }

    /// Words of a cue: as often as those of a language are, so many of the commonest ones that each is in a tenth of the cues.
    fn text(&self, number: u32) -> String {
        let key = Key::new(20_260, purpose::WORDS).derive(number);
        let word = |at| {
            // Zipf's law: the rank of a word is even on a scale of logarithms.
            let share = f64::from(key.at(at)) / 2f64.powi(32);
            format!("w{}", libm::exp2(share * 16.0) as u32)
        };
        let words: Vec<String> = (0..12).map(word).collect();
        words.join(" ")
    }

    /// Times adding a pair (in batches of 250, not waiting for the disk), opening, and a question by its vector, by its words and
    /// by both, on one thread. Vectors are compared with these instructions. The memory is made in the system's folder for temporary files.
    ///
    /// # Errors
    /// [`StoreError`] if files cannot be written there.
    ///
    /// # Panics
    /// If a stored cue does not recall its target.
    pub fn rows(&self, isa: Isa, budget: Duration) -> Result<Vec<Row>, StoreError> {
        let folder = Scratch::new("slotless-bench-")?;
        let path = folder.path().join("memory");
        let mut writer = Writer::create(&path, &Settings::new(self.inputs))?;
        writer.set_flush(Flush::System);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let pool = pool.map_err(|error| StoreError::Setting(error.to_string()))?;
        let mut added = Vec::new();
        for first in (0..self.pairs).step_by(BATCH as usize) {
            let pairs = first..(first + BATCH).min(self.pairs);
            let all: Vec<(Vec<f32>, String)> = pairs
                .clone()
                .map(|pair| (self.vector(pair), self.text(pair)))
                .collect();
            let cues = all.iter().map(|(vector, text)| {
                [Entry {
                    text,
                    vector: Some(vector),
                }]
            });
            let cues: Vec<[Entry<'_>; 1]> = cues.collect();
            let items = cues.iter().map(|cues| NewItem {
                target: Entry {
                    text: "a target",
                    vector: None,
                },
                cues,
                metadata: None,
            });
            let items: Vec<NewItem<'_>> = items.collect();
            let start = Instant::now();
            pool.install(|| writer.add(&items))?;
            added.push(start.elapsed().as_secs_f64() / items.len() as f64);
        }
        drop(writer);
        let opened = timed(budget / 4, || Store::open(&path).map(drop))?;
        let mut store = Store::open(&path)?;
        store.set_isa(isa);
        let stats = store.stats()?;
        let mut number = 0;
        let mut next = || {
            number = (number + 1) % self.pairs;
            (
                u64::from(number) + 1,
                self.vector(number),
                self.text(number),
            )
        };
        let ask = Ask::new();
        for _ in 0..20 {
            let (id, vector, text) = next();
            for question in [Question::vector(&vector), Question::both(&text, &vector)] {
                let best = store.ask(&question, &ask)?.best;
                assert!(
                    best.is_some_and(|best| best.id == id),
                    "item {id} is recalled"
                );
            }
        }
        let by_vector = timed(budget, || {
            let (_, vector, _) = next();
            store.ask(&Question::vector(&vector), &ask).map(drop)
        })?;
        let by_words = timed(budget, || {
            let (_, _, text) = next();
            store.ask(&Question::text(&text), &ask).map(drop)
        })?;
        let by_both = timed(budget, || {
            let (_, vector, text) = next();
            store.ask(&Question::both(&text, &vector), &ask).map(drop)
        })?;
        let row = |step, timing, bytes| Row {
            step,
            timing,
            bytes,
        };
        let (vectors, words) = (stats.vector_bytes, stats.word_bytes);
        let all = vectors + words + stats.list_bytes;
        Ok(vec![
            row("add", Timing::of(added), all),
            row("open", opened, all),
            row("ask_vector", by_vector, vectors),
            row("ask_words", by_words, words),
            row("ask", by_both, all),
        ])
    }
}

/// Times a step for about `budget`, and at least three times.
fn timed(
    budget: Duration,
    mut step: impl FnMut() -> Result<(), StoreError>,
) -> Result<Timing, StoreError> {
    let mut rounds = Vec::new();
    let start = Instant::now();
    while rounds.len() < 3 || start.elapsed() < budget {
        let one = Instant::now();
        black_box(step()?);
        rounds.push(one.elapsed().as_secs_f64());
    }
    Ok(Timing::of(rounds))
}
