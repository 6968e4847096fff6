//! Memories in folders: what comes back, after whatever happened to them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use slotless_core::rng::{Key, Purpose};
use slotless_core::words::Units;
use tempfile::TempDir;

use super::*;

mod answers;
mod calibrated;
mod common;
mod cut;
mod damage;
mod formats;
mod history;
mod known;
mod refresh;
mod refused;
mod writing;

/// Vectors of three small whole numbers, so that many are alike, none of them zero.
fn vector(draw: u32) -> [f32; 3] {
    let number = |at: u32| (Key::new(9, Purpose(900)).at(4 * draw + at) % 5) as f32 - 2.0;
    let vector = [0, 1, 2].map(number);
    if vector == [0.0; 3] {
        [1.0, 0.0, 0.0]
    } else {
        vector
    }
}

fn settings() -> Settings {
    Settings {
        words: Units::new(16).ok(),
        ..Settings::new(3)
    }
}

fn ask() -> Ask {
    Ask::new().threshold(-1.0).top(50)
}

fn add(writer: &mut Writer, name: &str, cues: &[u32]) -> u64 {
    let vectors: Vec<[f32; 3]> = cues.iter().map(|&cue| vector(cue)).collect();
    let texts: Vec<String> = (0..cues.len())
        .map(|cue| format!("{name} cue {cue}"))
        .collect();
    let cues: Vec<Entry<'_>> = texts
        .iter()
        .zip(&vectors)
        .map(|(text, vector)| Entry {
            text,
            vector: Some(vector),
        })
        .collect();
    let of_target = vector(cues.len() as u32 + 1000);
    let target = Entry {
        text: name,
        vector: (cues.len() % 2 == 1).then_some(&of_target[..]),
    };
    writer
        .add(&[NewItem {
            target,
            cues: &cues,
            metadata: None,
        }])
        .unwrap()
        .start
}

fn add_cue(writer: &mut Writer, id: u64, text: &str, cue: u32) {
    let vector = vector(cue);
    writer
        .add_cues(
            id,
            &[Entry {
                text,
                vector: Some(&vector),
            }],
        )
        .unwrap();
}

fn update(writer: &mut Writer, id: u64, target: Option<u32>, cues: &[u32]) {
    let (target_text, target_vector) = (format!("target {target:?}"), vector(target.unwrap_or(0)));
    let target = target.map(|_| Entry {
        text: &target_text,
        vector: Some(&target_vector),
    });
    let cues: Vec<(String, [f32; 3])> = cues
        .iter()
        .map(|&cue| (format!("new {cue}"), vector(cue)))
        .collect();
    let cues: Vec<Entry<'_>> = cues
        .iter()
        .map(|(text, vector)| Entry {
            text,
            vector: Some(vector),
        })
        .collect();
    writer.update(id, target, &cues).unwrap();
}

/// What a memory says to many questions, without the numbers of items.
fn answers(store: &Store) -> Vec<Vec<Found>> {
    let answer = |question: u32| {
        let (text, vector) = (format!("item {} cue", question - 5000), vector(question));
        let question = match question % 3 {
            0 => Question::vector(&vector),
            1 => Question::text(&text),
            _ => Question::both(&text, &vector),
        };
        let answer = store.ask(&question, &ask()).unwrap();
        let found = answer.best.into_iter().chain(answer.others);
        found.map(|one| Found { id: 0, ..one }).collect()
    };
    (5000..5030).map(answer).collect()
}

/// A memory as a list.
fn items(store: &Store) -> Vec<Item> {
    store.ids().map(|id| store.item(id).unwrap()).collect()
}

#[derive(Clone, Debug)]
enum Op {
    Add(Vec<u32>),
    AddCue(usize, u32),
    Forget(usize),
    Update(usize, Option<u32>, Vec<u32>),
    Describe(usize, u32),
    Compact,
    Reopen,
    DropSnapshot,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        5 => prop::collection::vec(0u32..400, 1..4).prop_map(Op::Add),
        2 => (0usize..40, 0u32..400).prop_map(|(item, cue)| Op::AddCue(item, cue)),
        2 => (0usize..40).prop_map(Op::Forget),
        2 => (0usize..40, prop::option::of(0u32..400), prop::collection::vec(0u32..400, 0..3))
            .prop_map(|(item, target, cues)| Op::Update(item, target, cues)),
        2 => (0usize..40, 0u32..8).prop_map(|(item, known)| Op::Describe(item, known)),
        1 => Just(Op::Compact),
        1 => Just(Op::Reopen),
        1 => Just(Op::DropSnapshot),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_was_done_it_answers_as_one_made_of_what_is_left(ops in prop::collection::vec(op(), 1..40)) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("memory");
        let mut writer = Writer::create(&path, &settings()).unwrap();
        writer.set_flush(Flush::System);
        // What was done, and to whom, of items that are left.
        let mut done: Vec<(u64, Op)> = Vec::new();
        let mut live: Vec<u64> = Vec::new();
        let mut described = BTreeMap::new();
        // One that looks now and then at what others write.
        let mut reader = Store::open(&path).unwrap();
        for (at, op) in ops.into_iter().enumerate() {
            if at % 3 == 2 {
                reader.refresh().unwrap();
            }
            match &op {
                Op::Add(cues) => {
                    let id = writer.store().stats().unwrap().next_id;
                    prop_assert_eq!(add(&mut writer, &format!("item {id}"), cues), id);
                    live.push(id);
                    done.push((id, op));
                }
                Op::AddCue(item, cue) if !live.is_empty() => {
                    let id = live[item % live.len()];
                    add_cue(&mut writer, id, &format!("later {cue}"), *cue);
                    done.push((id, op));
                }
                Op::Forget(item) if !live.is_empty() => {
                    let id = live.remove(item % live.len());
                    writer.forget(&[id]).unwrap();
                    done.retain(|one| one.0 != id);
                    described.remove(&id);
                }
                Op::Update(item, target, cues) if !live.is_empty() && (target.is_some() || !cues.is_empty()) => {
                    let id = live[item % live.len()];
                    update(&mut writer, id, *target, cues);
                    done.push((id, op));
                }
                Op::Describe(item, known) if !live.is_empty() => {
                    let id = live[item % live.len()];
                    writer.describe(&[(id, &known::metadata(*known))]).unwrap();
                    described.insert(id, *known);
                }
                Op::Compact => {
                    writer.compact().unwrap();
                }
                Op::DropSnapshot => {
                    let _ = fs::remove_file(path.join("snapshot"));
                }
                _ => {
                    drop(writer);
                    writer = Writer::open(&path).unwrap();
                    writer.set_flush(Flush::System);
                }
            }
        }
        let again = folder.path().join("again");
        let mut rebuilt = Writer::create(&again, &settings()).unwrap();
        rebuilt.set_flush(Flush::System);
        let mut numbers = std::collections::HashMap::new();
        for (id, op) in &done {
            match op {
                Op::Add(cues) => {
                    numbers.insert(*id, add(&mut rebuilt, &format!("item {id}"), cues));
                }
                Op::AddCue(_, cue) => {
                    add_cue(&mut rebuilt, numbers[id], &format!("later {cue}"), *cue);
                }
                Op::Update(_, target, cues) => update(&mut rebuilt, numbers[id], *target, cues),
                _ => unreachable!("not kept"),
            }
        }
        let expected = answers(rebuilt.store());
        prop_assert_eq!(&answers(writer.store()), &expected);
        prop_assert_eq!(&answers(&Store::open(&path).unwrap()), &expected);
        known::are_told_apart(writer.store(), &described);
        known::are_told_apart(&Store::open(&path).unwrap(), &described);
        reader.refresh().unwrap();
        prop_assert_eq!(&answers(&reader), &expected);
        known::are_told_apart(&reader, &described);
        writer.compact().unwrap();
        known::are_told_apart(writer.store(), &described);
        prop_assert_eq!(&answers(writer.store()), &expected);
        prop_assert!(Store::verify(&path).unwrap().is_sound());
        prop_assert_eq!(items(writer.store()).len(), live.len());
    }
}

/// A memory of three items, of which the second has a later cue and the first was forgotten, closed.
fn example(folder: &Path) -> Vec<Item> {
    let mut writer = Writer::create(folder, &settings()).unwrap();
    add(&mut writer, "first", &[1]);
    let second = add(&mut writer, "second", &[2, 3]);
    add_cue(&mut writer, second, "later", 4);
    add(&mut writer, "third", &[5]);
    writer.forget(&[1]).unwrap();
    items(writer.store())
}

/// What there is after each record; a further cue is no target.
fn stages() -> Vec<Vec<&'static str>> {
    vec![
        vec![],
        vec!["first"],
        vec!["first", "second"],
        vec!["first", "second", "third"],
        vec!["second", "third"],
    ]
}

#[test]
fn texts_come_back() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a/b/memory");
    let expected = example(&path);
    let cues = [
        vec!["second cue 0", "second cue 1", "later"],
        vec!["third cue 0"],
    ];
    for ((item, cues), (id, target)) in expected.iter().zip(cues).zip([(2, "second"), (3, "third")])
    {
        assert_eq!((item.id, item.target.as_str()), (id, target));
        assert_eq!(item.cues, cues);
    }
    let store = Store::open(&path).unwrap();
    assert_eq!(items(&store), expected);
    assert_eq!(store.with_cue("later").unwrap(), [2]);
    assert_eq!(store.with_cue("late").unwrap(), [0; 0]);
    let answer = store
        .ask(&Question::vector(&vector(4)), &Ask::new())
        .unwrap();
    assert!(
        answer
            .best
            .is_some_and(|best| best.id == 2 && best.score > 0.999)
    );
    let stats = store.stats().unwrap();
    assert_eq!((stats.items, stats.cues, stats.next_id), (2, 4, 4));
    let unknown = store.item(1).unwrap_err().to_string();
    assert!(
        unknown.contains("there is no item 1, numbers go from 1 to 3"),
        "{unknown}"
    );
}

#[test]
fn compaction_leaves_no_trace_and_no_number_comes_back() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    example(&path);
    let has = |needle: &str| {
        let files = fs::read_dir(&path)
            .unwrap()
            .map(|entry| fs::read(entry.unwrap().path()).unwrap());
        files.into_iter().any(|bytes| {
            bytes
                .windows(needle.len())
                .any(|part| part == needle.as_bytes())
        })
    };
    assert!(has("first cue 0") && has("third"));
    // One that reads goes on reading what was there.
    let reader = Store::open(&path).unwrap();
    let mut writer = Writer::open(&path).unwrap();
    let before = items(writer.store());
    writer.forget(&[3]).unwrap();
    let freed = writer.compact().unwrap();
    assert!(freed > 0);
    assert!(!has("first cue 0") && !has("third") && has("later"));
    assert_eq!(items(&reader), before);
    assert_eq!(items(writer.store()), before[..1]);
    assert_eq!(add(&mut writer, "fourth", &[7]), 4);
    assert_eq!(writer.compact().unwrap(), 0);
    drop(writer);
    assert_eq!(items(&Store::open(&path).unwrap()).len(), 2);
}

#[test]
fn chains_go_from_target_to_cue_and_end() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let mut writer = Writer::create(&path, &Settings::new(16)).unwrap();
    let axis = |at: usize| {
        let mut vector = [0.0; 16];
        vector[at] = 1.0;
        vector
    };
    for at in 0..4 {
        let (cue, target) = (axis(at), axis(at + 1));
        let entry = |text, vector| Entry { text, vector };
        let names = [format!("{at}"), format!("{}", at + 1)];
        let cues = [entry(&names[0], Some(&cue[..]))];
        // Every other target without its vector.
        let target = (at % 2 == 0).then_some(&target[..]);
        writer
            .add(&[NewItem {
                target: entry(&names[1], target),
                cues: &cues,
                metadata: None,
            }])
            .unwrap();
    }
    let mut seen = Vec::new();
    let store = writer.store();
    // What is not stored is asked for.
    let mut asked = Vec::new();
    let mut encode = |text: &str| {
        asked.push(text.to_owned());
        Ok::<_, StoreError>(Some(axis(text.parse().unwrap()).to_vec()))
    };
    let first = axis(0);
    let question = Question::vector(&first);
    store
        .chain(&question, 9, &Ask::new(), &mut encode, |hop| seen.push(hop))
        .unwrap();
    assert_eq!(asked, ["2", "4"]);
    let targets: Vec<Option<&str>> = seen
        .iter()
        .map(|hop| hop.answer.best.as_ref().map(|best| best.target.as_str()))
        .collect();
    assert_eq!(targets, [Some("1"), Some("2"), Some("3"), Some("4"), None]);
    assert!(seen[..4].iter().all(|hop| {
        hop.answer
            .best
            .as_ref()
            .is_some_and(|best| best.score == 1.0)
    }));
    seen.clear();
    let none = |_: &str| Ok::<_, StoreError>(None);
    let second = axis(1);
    let question = Question::vector(&second);
    store
        .chain(&question, 1, &Ask::new(), none, |hop| seen.push(hop))
        .unwrap();
    assert_eq!(seen.len(), 1);
    // A target that cannot be asked with ends it.
    let ended = store.chain(&question, 2, &Ask::new(), none, drop);
    let line = ended.unwrap_err().to_string();
    assert!(line.contains("neither a text nor a vector"), "{line}");
    // By words a chain goes on, vector or not.
    seen.clear();
    store
        .chain(&Question::text("0"), 9, &Ask::new(), none, |hop| {
            seen.push(hop)
        })
        .unwrap();
    assert_eq!(seen.len(), 5);
}
