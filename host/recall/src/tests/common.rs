//! Vectors with a common direction are answered as an exact search answers.

use slotless_core::rng::{Key, Purpose};
use tempfile::TempDir;

use super::super::{Ask, Entry, Flush, NewItem, Question, Settings, Store, Writer};

/// A vector of length 1 in a direction that is drawn: sums of four uniform numbers, which are near enough to normal.
fn direction(key: Key, inputs: u32) -> Vec<f64> {
    let number = |at: u32| {
        (0..4)
            .map(|part| f64::from(key.at(4 * at + part)) / 2f64.powi(32) - 0.5)
            .sum()
    };
    scaled((0..inputs).map(number).collect())
}

fn scaled(vector: Vec<f64>) -> Vec<f64> {
    let norm = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    vector.iter().map(|x| x / norm).collect()
}

fn narrow(vector: &[f64]) -> Vec<f32> {
    vector.iter().map(|&x| x as f32).collect()
}

/// What is stored, and a memory of it.
struct Example {
    cues: Vec<Vec<f64>>,
    own: f64,
    store: Store,
    _folder: TempDir,
}

impl Example {
    /// `count` cues of which two have this cosine on average.
    fn new(count: u32, inputs: u32, cosine: f64) -> Self {
        Self::of_subjects(count, inputs, cosine, |_| 1)
    }

    /// The same of two cues of one subject; those of subjects other than that and its negative have little in common.
    fn of_subjects(count: u32, inputs: u32, cosine: f64, subject: impl Fn(u32) -> i32) -> Self {
        let key = Key::new(11, Purpose(900));
        let own = (1.0 - cosine).sqrt();
        let cue = |number| {
            let of = subject(number);
            let shared = direction(key.derive((1 << 20) + of.unsigned_abs()), inputs);
            let shared = shared.iter().map(|part| part * f64::from(of.signum()));
            let shared: Vec<f64> = shared.collect();
            let direction = direction(key.derive(number), inputs);
            let parts = shared.iter().zip(&direction);
            scaled(
                parts
                    .map(|(shared, one)| cosine.sqrt() * shared + own * one)
                    .collect(),
            )
        };
        let cues: Vec<Vec<f64>> = (0..count).map(cue).collect();
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("memory");
        let mut writer = Writer::create(&path, &Settings::new(inputs)).unwrap();
        writer.set_flush(Flush::System);
        let vectors: Vec<Vec<f32>> = cues.iter().map(|cue| narrow(cue)).collect();
        let entries: Vec<[Entry<'_>; 1]> = vectors
            .iter()
            .map(|vector| {
                [Entry {
                    text: "a cue",
                    vector: Some(vector),
                }]
            })
            .collect();
        let items: Vec<NewItem<'_>> = entries
            .iter()
            .map(|cues| NewItem {
                target: Entry {
                    text: "a target",
                    ..cues[0]
                },
                cues,
                metadata: None,
            })
            .collect();
        writer.add(&items).unwrap();
        drop(writer);
        let store = Store::open(&path).unwrap();
        Self {
            cues,
            own,
            store,
            _folder: folder,
        }
    }

    /// Of 100 questions, cues with noise in proportion to what is their own, how many are answered as an exact search answers,
    /// which goes by 64 bits.
    fn agreement(&self, noise: f64) -> usize {
        let key = Key::new(12, Purpose(900));
        let agrees = |&number: &u32| {
            let cue = &self.cues[(number as usize * 7919) % self.cues.len()];
            let noises = direction(key.derive(number), cue.len() as u32);
            let parts = cue.iter().zip(&noises);
            let question = scaled(parts.map(|(cue, of)| cue + noise * self.own * of).collect());
            let product =
                |cue: &Vec<f64>| -> f64 { cue.iter().zip(&question).map(|(a, b)| a * b).sum() };
            let nearest = (0..self.cues.len())
                .max_by(|&a, &b| product(&self.cues[a]).total_cmp(&product(&self.cues[b])))
                .unwrap();
            let answer = self
                .store
                .ask(
                    &Question::vector(&narrow(&question)),
                    &Ask::new().threshold(-1.0),
                )
                .unwrap();
            answer.best.unwrap().id == nearest as u64 + 1
        };
        (0..100).filter(agrees).count()
    }
}

#[test]
fn vectors_with_a_common_direction_are_answered_as_by_an_exact_search() {
    // The last ones are so many that codes say which are looked at.
    for (count, cosine) in [
        (1500, 0.0),
        (1500, 0.8),
        (400, 0.99),
        (3000, 0.0),
        (3000, 0.9),
    ] {
        let example = Example::new(count, 64, cosine);
        assert_eq!(example.store.table.codes().is_some(), count > 2048);
        // A stored cue itself, and one with as much noise as is its own.
        assert_eq!(example.agreement(0.0), 100, "at {cosine}");
        let noisy = example.agreement(1.0);
        assert!(noisy >= 99, "{noisy} of 100 at {cosine}");
    }
}

/// One after the other, in turns, and two that are each other's opposites.
#[test]
fn the_nearest_of_a_subject_is_found_among_hundreds_of_it() {
    let turns = |subjects: u32| move |number: u32| (number % subjects) as i32 + 1;
    let blocks = |number: u32| if number < 500 { 1 } else { 2 };
    let opposites = |number: u32| 1 - 2 * (number % 2) as i32;
    for (name, example) in [
        ("blocks", Example::of_subjects(1000, 32, 0.95, blocks)),
        ("opposites", Example::of_subjects(600, 16, 0.99, opposites)),
        ("in turns", Example::of_subjects(1000, 16, 0.8, turns(3))),
        // More than are read.
        ("many", Example::of_subjects(2200, 32, 0.9, turns(2))),
    ] {
        assert_eq!(example.agreement(0.0), 100, "{name}");
        let noisy = example.agreement(0.5);
        assert!(noisy >= 99, "{noisy} of 100, {name}");
    }
}
