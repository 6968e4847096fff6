//! What is answered, against a plain reading of the two stages.

use slotless_core::attractor::{Gaussian, Params};
use slotless_core::rng::{Key, Purpose};
use slotless_kernels::cpu::Isa;
use tempfile::TempDir;

use super::super::{Ask, Entry, Flush, Found, NewItem, Settings, Store, Writer};

/// Numbers in no order, so that no two cosines are equal.
fn drawn(key: Key, count: u32) -> Vec<f32> {
    let number = |at| key.at(at) as f32 / 2f32.powi(31) - 1.0;
    (0..count).map(number).collect()
}

/// The code of a vector of length 1, by the core's projection without a table.
fn plain_code(vector: &[f32], units: u32, active: u32) -> Vec<u32> {
    let params = Params::builder(units, active).seed(1).build().unwrap();
    let projection = Gaussian::new(vector.len() as u32, params).unwrap();
    let mut code = vec![0; active as usize];
    let mut scratch = vec![0; params.encode_words()];
    projection.encode(vector, &mut scratch, &mut code).unwrap();
    code
}

fn of_length_1(vector: &[f32]) -> Vec<f32> {
    let norm = vector.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>();
    let scaled = vector.iter().map(|&x| (f64::from(x) / norm.sqrt()) as f32);
    scaled.collect()
}

/// Questions are coded as by the core, and additions stored under such codes, with each set of instructions.
#[test]
fn codes_are_the_cores_with_each_set_of_instructions() {
    const UNITS: u32 = 400;
    const ACTIVE: u32 = 9;
    let settings = Settings {
        units: UNITS,
        active: ACTIVE,
        ..Settings::new(40)
    };
    for isa in Isa::available() {
        let folder = TempDir::new().unwrap();
        let mut writer = Writer::create(&folder.path().join("memory"), &settings).unwrap();
        writer.set_flush(Flush::System);
        writer.set_isa(isa);
        let vectors = [1, 2, 3].map(|number| drawn(Key::new(4, Purpose(900)).derive(number), 40));
        for vector in &vectors {
            let entry = Entry {
                text: "a text",
                vector,
            };
            let cues = [entry];
            let target = entry;
            writer
                .add(&[NewItem {
                    target,
                    cues: &cues,
                    metadata: None,
                }])
                .unwrap();
        }
        for vector in &vectors {
            let ask = Ask::new().active(ACTIVE);
            let code = writer.store().question_code(vector, &ask).unwrap();
            let expected = plain_code(&of_length_1(vector), UNITS, ACTIVE);
            assert_eq!(code, expected, "{isa}");
            let best = writer.store().ask(vector, &ask).unwrap().best.unwrap();
            assert_eq!(best.overlap, ACTIVE, "{isa}");
        }
    }
}

/// Two stages as they are told: overlaps with a wide code, then shares of a softmax over cosines, of which an item has those of
/// all its cues.
#[test]
fn an_answer_is_what_two_stages_give() {
    const UNITS: u32 = 200;
    let folder = TempDir::new().unwrap();
    let settings = Settings {
        units: UNITS,
        active: 6,
        ..Settings::new(8)
    };
    let mut writer = Writer::create(&folder.path().join("memory"), &settings).unwrap();
    writer.set_flush(Flush::System);
    let cue = |item: u32, cue: u32| drawn(Key::new(3, Purpose(900)).derive(100 * item + cue), 8);
    for item in 0..60 {
        let vectors: Vec<Vec<f32>> = (0..1 + item % 3).map(|of| cue(item, of)).collect();
        let entry = |vector| Entry {
            text: "a text",
            vector,
        };
        let cues: Vec<Entry<'_>> = vectors.iter().map(|vector| entry(vector)).collect();
        let target = entry(&[1.0; 8]);
        writer
            .add(&[NewItem {
                target,
                cues: &cues,
                metadata: None,
            }])
            .unwrap();
    }
    for (question, active) in (0..12).zip([None, Some(1), Some(6), Some(77)].into_iter().cycle()) {
        let vector = drawn(Key::new(4, Purpose(900)).derive(question), 8);
        let (nearest, beta) = (10, 4.0);
        let how = Ask::new()
            .threshold(-1.0)
            .top(nearest)
            .nearest(nearest)
            .beta(beta);
        let how = active.map_or(how, |active| how.active(active));
        let answer = writer.store().ask(&vector, &how).unwrap();

        let unit = of_length_1(&vector);
        let wide = plain_code(&unit, UNITS, active.unwrap_or(UNITS / 10));
        let mut near = Vec::new();
        for item in 0..60u32 {
            for of in 0..1 + item % 3 {
                let stored = of_length_1(&cue(item, of));
                let code = plain_code(&stored, UNITS, 6);
                let overlap = code.iter().filter(|unit| wide.contains(unit)).count() as u32;
                let cosine = stored.iter().zip(&unit).map(|(a, b)| f64::from(a * b));
                near.push((overlap, cosine.sum::<f64>(), u64::from(item) + 1));
            }
        }
        near.retain(|one| one.0 > 0);
        near.sort_by_key(|one| std::cmp::Reverse(one.0));
        near.truncate(nearest);
        let total: f64 = near.iter().map(|one| (f64::from(beta) * one.1).exp()).sum();
        let mut shares = std::collections::BTreeMap::new();
        for (overlap, cosine, id) in near {
            let share: &mut (f64, f64, u32) = shares.entry(id).or_insert((0.0, -2.0, 0));
            share.0 += (f64::from(beta) * cosine).exp() / total;
            if cosine > share.1 {
                (share.1, share.2) = (cosine, overlap);
            }
        }
        let mut expected: Vec<_> = shares.into_iter().collect();
        expected.sort_by(|a, b| b.1.0.total_cmp(&a.1.0));
        let found: Vec<Found> = answer.best.into_iter().chain(answer.others).collect();
        assert_eq!(found.len(), expected.len(), "question {question}");
        for (found, (id, (share, cosine, overlap))) in found.iter().zip(expected) {
            assert_eq!(
                (found.id, found.overlap),
                (id, overlap),
                "question {question}"
            );
            assert!((f64::from(found.score) - cosine).abs() < 1e-5);
            assert!((f64::from(found.share) - share).abs() < 1e-5);
        }
    }
}

/// A code that is given is asked with as the question's own would be; one that is none is refused.
#[test]
fn a_given_code_is_checked() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let settings = Settings {
        units: 200,
        active: 6,
        ..Settings::new(8)
    };
    let mut writer = Writer::create(&path, &settings).unwrap();
    let [cue, target] = [1, 2].map(|of| drawn(Key::new(4, Purpose(901)).derive(of), 8));
    let entry = |vector| Entry {
        text: "a text",
        vector,
    };
    let item = NewItem {
        target: entry(&target),
        cues: &[entry(&cue)],
        metadata: None,
    };
    writer.add(&[item]).unwrap();
    let (store, ask) = (Store::open(&path).unwrap(), Ask::default());
    let question = of_length_1(&cue);
    let code = store.question_code(&question, &ask).unwrap();
    let coded = store.ask_coded(&question, &code, &ask).unwrap();
    assert_eq!(coded, store.ask(&question, &ask).unwrap());
    for wrong in [vec![5, 5], vec![7, 3], vec![3, 200], vec![u32::MAX]] {
        let error = store.ask_coded(&question, &wrong, &ask).unwrap_err();
        let line = error.to_string();
        assert!(
            line.contains("ascending units below 200"),
            "{wrong:?}: {line}"
        );
    }
}
