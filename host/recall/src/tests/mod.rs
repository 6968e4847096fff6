//! Memories in folders: what comes back, after whatever happened to them.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use slotless_core::rng::{Key, Purpose};
use tempfile::TempDir;

use super::*;

mod answers;
mod common;
mod damage;
mod formats;
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
        units: 32,
        active: 3,
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
        .map(|(text, vector)| Entry { text, vector })
        .collect();
    let target = Entry {
        text: name,
        vector: &vector(cues.len() as u32 + 1000),
    };
    writer
        .add(&[NewItem {
            target,
            cues: &cues,
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
                vector: &vector,
            }],
        )
        .unwrap();
}

fn update(writer: &mut Writer, id: u64, target: Option<u32>, cues: &[u32]) {
    let (target_text, target_vector) = (format!("target {target:?}"), vector(target.unwrap_or(0)));
    let target = target.map(|_| Entry {
        text: &target_text,
        vector: &target_vector,
    });
    let cues: Vec<(String, [f32; 3])> = cues
        .iter()
        .map(|&cue| (format!("new {cue}"), vector(cue)))
        .collect();
    let cues: Vec<Entry<'_>> = cues
        .iter()
        .map(|(text, vector)| Entry { text, vector })
        .collect();
    writer.update(id, target, &cues).unwrap();
}

/// What a memory says to many questions, without the numbers of items.
fn answers(store: &Store) -> Vec<Vec<Found>> {
    let answer = |question: u32| {
        let answer = store.ask(&vector(question), &ask()).unwrap();
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
        for op in ops {
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
                }
                Op::Update(item, target, cues) if !live.is_empty() && (target.is_some() || !cues.is_empty()) => {
                    let id = live[item % live.len()];
                    update(&mut writer, id, *target, cues);
                    done.push((id, op));
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
        writer.compact().unwrap();
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
    let answer = store.ask(&vector(4), &Ask::new()).unwrap();
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
fn a_log_that_is_cut_at_any_byte_opens_and_is_written_on() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    example(&path);
    let log = path.join("log");
    let whole = fs::read(&log).unwrap();
    let mut seen = 0;
    for length in super::log::HEADER..=whole.len() {
        fs::write(&log, &whole[..length]).unwrap();
        let store = Store::open(&path).unwrap();
        let targets: Vec<String> = items(&store).into_iter().map(|item| item.target).collect();
        let stage = (seen..5).find(|&stage| stages()[stage] == targets).unwrap();
        assert!(stage <= seen + 1, "{length}");
        seen = seen.max(stage);
        let boundary = store.torn().is_none();
        assert_eq!(
            store.torn().map_or(0, |torn| torn.bytes) + store.stats().unwrap().log_bytes,
            length as u64
        );
        // The next writer goes on behind what is whole.
        if length % 7 == 0 || boundary {
            let mut writer = Writer::open(&path).unwrap();
            add(&mut writer, "fresh", &[9]);
            drop(writer);
            let store = Store::open(&path).unwrap();
            assert!(store.torn().is_none());
            let found = items(&store).into_iter().map(|item| item.target);
            assert!(found.eq(targets.into_iter().chain(["fresh".to_owned()])));
        }
    }
    assert_eq!(seen, 4);
}

#[test]
fn a_log_with_a_changed_byte_is_refused_or_loses_its_last_record() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let expected = example(&path);
    let log = path.join("log");
    let whole = fs::read(&log).unwrap();
    let mut opened = 0;
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        fs::write(&log, &bytes).unwrap();
        match Store::open(&path) {
            Ok(store) => {
                // Only the last record, by which the first item was forgotten.
                assert!(store.torn().is_some());
                let found = items(&store);
                assert_eq!(found[1..], expected);
                opened += 1;
            }
            Err(error) => assert!(!error.to_string().contains('\n')),
        }
    }
    assert_eq!(opened, 8 + 4);
}

#[test]
fn a_snapshot_that_is_cut_or_changed_is_left_aside() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let expected = example(&path);
    let mut writer = Writer::open(&path).unwrap();
    writer.write_snapshot();
    assert!(writer.snapshot_failure().is_none());
    add(&mut writer, "behind it", &[6]);
    drop(writer);
    let expected_answers = answers(&Store::open(&path).unwrap());
    let snapshot = path.join("snapshot");
    let whole = fs::read(&snapshot).unwrap();
    assert!(
        Store::open(&path)
            .unwrap()
            .stats()
            .unwrap()
            .snapshot_reaches
            > 0
    );
    for length in 0..whole.len() {
        fs::write(&snapshot, &whole[..length]).unwrap();
        let store = Store::open(&path).unwrap();
        assert_eq!(store.stats().unwrap().snapshot_reaches, 0);
        assert!(store.snapshot_left_aside().is_some());
        let found = items(&store);
        assert_eq!((found.len(), &found[..2]), (3, &expected[..]));
        if length % 16 == 0 {
            assert_eq!(answers(&store), expected_answers);
        }
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&snapshot, &bytes).unwrap();
        assert_eq!(
            Store::open(&path)
                .unwrap()
                .stats()
                .unwrap()
                .snapshot_reaches,
            0
        );
    }
}

#[test]
fn a_log_that_ends_before_its_snapshot_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    example(&path);
    let mut writer = Writer::open(&path).unwrap();
    writer.write_snapshot();
    drop(writer);
    let log = path.join("log");
    let whole = fs::read(&log).unwrap();
    fs::write(&log, &whole[..whole.len() - 1]).unwrap();
    let line = Store::open(&path).unwrap_err().to_string();
    assert!(line.contains("without the file snapshot"), "{line}");
    fs::remove_file(path.join("snapshot")).unwrap();
    assert!(Store::open(&path).unwrap().torn().is_some());
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
fn what_cannot_be_stored_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    example(&path);
    let log = fs::read(path.join("log")).unwrap();
    let mut writer = Writer::open(&path).unwrap();
    let good = Entry {
        text: "text",
        vector: &[1.0, 2.0, 3.0],
    };
    for (text, vector, needle) in [
        (
            "text",
            &[1.0, 2.0][..],
            "the vector has 2 numbers, this memory takes 3",
        ),
        (
            "text",
            &[1.0, f32::NAN, 0.0],
            "number 2 of the vector is NaN",
        ),
        (
            "text",
            &[f32::INFINITY, 0.0, 0.0],
            "number 1 of the vector is inf",
        ),
        ("text", &[0.0, -0.0, 0.0], "all zeros"),
        (" \n", &[1.0, 2.0, 3.0], "is empty"),
        (
            &"x".repeat((1 << 20) + 1),
            &[1.0, 2.0, 3.0],
            "longer than 1048576 bytes",
        ),
    ] {
        let bad = Entry { text, vector };
        for (target, cue) in [(good, bad), (bad, good)] {
            let item = |target, cues| NewItem { target, cues };
            let cues = [cue];
            let right = [good];
            let items = [item(good, &right[..]), item(target, &cues)];
            let line = writer.add(&items).unwrap_err().to_string();
            assert!(
                line.contains(needle) && line.starts_with("pair 2: the "),
                "{line}"
            );
        }
        let line = writer.add_cues(2, &[bad]).unwrap_err().to_string();
        assert!(line.contains(needle), "{line}");
        if vector != good.vector {
            let line = writer.store().ask(vector, &ask()).unwrap_err().to_string();
            assert!(line.contains(needle), "{line}");
        }
    }
    assert!(
        writer
            .add(&[NewItem {
                target: good,
                cues: &[]
            }])
            .is_err()
    );
    assert!(writer.add_cues(1, &[good]).is_err() && writer.add_cues(2, &[]).is_err());
    assert!(writer.forget(&[2, 1]).is_err() && writer.forget(&[4]).is_err());
    assert!(writer.add(&[]).unwrap().is_empty());
    for wrong in [
        ask().top(0),
        ask().threshold(f32::NAN),
        ask().nearest(0),
        ask().beta(0.0),
        ask().active(0),
        ask().active(33),
    ] {
        let line = writer
            .store()
            .ask(&[1.0; 3], &wrong)
            .unwrap_err()
            .to_string();
        assert!(line.contains("allowed"), "{line}");
    }
    assert_eq!(fs::read(path.join("log")).unwrap(), log);
}

#[test]
fn a_memory_is_made_only_where_nothing_else_is() {
    let folder = TempDir::new().unwrap();
    let refused = |path: &Path, settings: &Settings, needle: &str| {
        let line = Writer::create(path, settings).unwrap_err().to_string();
        assert!(line.contains(needle), "{line}");
    };
    let path = folder.path().join("memory");
    for (wrong, needle) in [
        (
            Settings {
                units: 0,
                ..settings()
            },
            "units",
        ),
        (
            Settings {
                active: 33,
                ..settings()
            },
            "active",
        ),
        (Settings::new(0), "inputs"),
        (
            Settings {
                projection: Projection::Sparse { taps: 4 },
                ..settings()
            },
            "4 inputs summed",
        ),
    ] {
        refused(&path, &wrong, needle);
        assert!(!path.exists());
    }
    fs::write(folder.path().join("file"), "").unwrap();
    refused(
        folder.path(),
        &settings(),
        "but file; expected an empty folder",
    );
    refused(
        &folder.path().join("file"),
        &settings(),
        "a file, expected a folder",
    );
    // What a kill leaves while a memory is made.
    fs::create_dir(&path).unwrap();
    for name in ["lock", "log", ".slotless-x"] {
        fs::write(path.join(name), "half").unwrap();
        assert!(Store::open(&path).is_err());
    }
    drop(Writer::create(&path, &settings()).unwrap());
    refused(&path, &settings(), "there is one already");
    let first = Writer::open(&path).unwrap();
    assert!(matches!(
        Writer::open(&path),
        Err(StoreError::Locked { .. })
    ));
    drop(first);
    // Settings that are not those of the log.
    let toml = fs::read_to_string(path.join("memory.toml")).unwrap();
    fs::write(
        path.join("memory.toml"),
        toml.replace("seed = 1", "seed = 2"),
    )
    .unwrap();
    let line = Store::open(&path).unwrap_err().to_string();
    assert!(
        line.contains("memory.toml") && line.contains("seed is 1"),
        "{line}"
    );
}

#[test]
fn chains_go_from_target_to_cue_and_end() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let settings = Settings {
        units: 512,
        active: 8,
        ..Settings::new(16)
    };
    let mut writer = Writer::create(&path, &settings).unwrap();
    let axis = |at: usize| {
        let mut vector = [0.0; 16];
        vector[at] = 1.0;
        vector
    };
    for at in 0..4 {
        let (cue, target) = (axis(at), axis(at + 1));
        let entry = |text, vector| Entry { text, vector };
        let names = [format!("{at}"), format!("{}", at + 1)];
        let cues = [entry(&names[0], &cue[..])];
        writer
            .add(&[NewItem {
                target: entry(&names[1], &target),
                cues: &cues,
            }])
            .unwrap();
    }
    let mut seen = Vec::new();
    let store = writer.store();
    store
        .chain(&axis(0), 9, &Ask::new(), |hop| seen.push(hop))
        .unwrap();
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
    store
        .chain(&axis(1), 2, &Ask::new(), |hop| seen.push(hop))
        .unwrap();
    assert_eq!(seen.len(), 2);
}
