//! What items were, and items of which there is one for each key.

use super::*;

fn put(writer: &mut Writer, key: Option<(&str, &str)>, target: &str, draw: u32) -> Put {
    let vector = vector(draw);
    let cue = format!("asked for {target}");
    let entry = Entry {
        text: &cue,
        vector: Some(&vector),
    };
    let mut metadata = Metadata::new();
    if let Some((namespace, key)) = key {
        metadata = metadata.with(Metadata::KEY, key).unwrap();
        if !namespace.is_empty() {
            metadata = metadata.with(Metadata::NAMESPACE, namespace).unwrap();
        }
    }
    let item = NewItem {
        target: Entry {
            text: target,
            vector: None,
        },
        cues: &[entry],
        metadata: Some(&metadata),
    };
    writer.put(&[(item, Times::default())]).unwrap()[0]
}

fn targets(store: &Store, id: u64) -> Vec<String> {
    let versions = store.history(id).unwrap();
    versions.into_iter().map(|one| one.target).collect()
}

#[test]
fn what_has_a_key_takes_its_place() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let mut writer = Writer::create(&path, &settings()).unwrap();
    let new = |id| Put {
        id,
        replaced: false,
    };
    let again = |id| Put { id, replaced: true };
    let of_work = Some(("work", "deploy"));
    let alone = Some(("", "deploy"));
    assert_eq!(put(&mut writer, of_work, "by hand", 1), new(1));
    assert_eq!(put(&mut writer, None, "by hand", 2), new(2));
    assert_eq!(put(&mut writer, alone, "never", 3), new(3));
    assert_eq!(put(&mut writer, of_work, "by Actions", 4), again(1));
    assert_eq!(put(&mut writer, alone, "always", 5), again(3));
    assert_eq!(put(&mut writer, Some(("work", "other")), "x", 6), new(4));
    let store = writer.store();
    assert_eq!(store.with_key(Some("work"), "deploy"), Some(1));
    assert_eq!(store.with_key(None, "deploy"), Some(3));
    assert_eq!(store.with_key(Some("home"), "deploy"), None);
    assert_eq!(store.with_key(None, "other"), None);
    assert_eq!(targets(store, 1), ["by hand", "by Actions"]);
    let item = store.item(1).unwrap();
    assert_eq!((&item.target[..], item.cues.len()), ("by Actions", 1));
    assert!(item.added.is_some() && item.updated >= item.added);
    // What is not the newest any more is not found.
    let asked = store.ask(&Question::text("by hand"), &ask()).unwrap();
    let found: Vec<u64> = asked
        .best
        .iter()
        .chain(&asked.others)
        .map(|one| one.id)
        .collect();
    assert_eq!(found[0], 2);
    // A forgotten item has no key, and its number is not used again.
    writer.forget(&[1]).unwrap();
    assert_eq!(writer.store().with_key(Some("work"), "deploy"), None);
    assert_eq!(put(&mut writer, of_work, "anew", 7), new(5));
    assert!(matches!(
        writer.store().history(1),
        Err(StoreError::Unknown { .. })
    ));
    // Of several at once the later holds.
    let vector = vector(8);
    let known = Metadata::new().with(Metadata::KEY, "twice").unwrap();
    let entries = ["one", "two"].map(|text| Entry {
        text,
        vector: Some(&vector[..]),
    });
    let items: Vec<(NewItem<'_>, Times)> = entries
        .iter()
        .map(|entry| {
            let cues = std::slice::from_ref(entry);
            let item = NewItem {
                target: *entry,
                cues,
                metadata: Some(&known),
            };
            let times = Times {
                added: Some(7000),
                updated: None,
            };
            (item, times)
        })
        .collect();
    assert_eq!(writer.put(&items).unwrap(), [new(6), again(6)]);
    assert_eq!(targets(writer.store(), 6), ["one", "two"]);
    assert_eq!(writer.store().item(6).unwrap().added, Some(7000));
    drop(writer);
    let store = Store::open(&path).unwrap();
    assert_eq!(targets(&store, 3), ["never", "always"]);
    assert_eq!(store.ids().collect::<Vec<_>>(), [2, 3, 4, 5, 6]);
}

/// Against what an item was after each step.
#[test]
fn a_history_is_what_the_item_was() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let mut writer = Writer::create(&path, &settings()).unwrap();
    let first = add(&mut writer, "first", &[1, 2]);
    let other = add(&mut writer, "other", &[3]);
    let mut expected = vec![writer.store().item(first).unwrap()];
    let mut step = |writer: &mut Writer, number: u32| {
        let (text, vector) = (format!("text {number}"), vector(100 + number));
        let entry = Entry {
            text: &text,
            vector: Some(&vector),
        };
        let is_new = match number % 5 {
            0 => {
                writer
                    .update(
                        first,
                        Some(Entry {
                            vector: None,
                            ..entry
                        }),
                        &[],
                    )
                    .unwrap();
                true
            }
            1 => {
                add_cue(writer, first, &text, 200 + number);
                false
            }
            2 => {
                let known = Metadata::new().with("step", &text).unwrap();
                writer.describe(&[(first, &known)]).unwrap();
                false
            }
            3 => {
                let known = Metadata::new().with_time(1000 + u64::from(number)).unwrap();
                writer
                    .update_described(first, None, &[entry, entry], Some(&known))
                    .unwrap();
                true
            }
            _ => {
                writer.update(other, Some(entry), &[]).unwrap();
                return;
            }
        };
        let item = writer.store().item(first).unwrap();
        if is_new {
            expected.push(item);
        } else {
            *expected.last_mut().unwrap() = item;
        }
    };
    for number in 0..17 {
        step(&mut writer, number);
    }
    let check = |store: &Store, expected: &[Item]| {
        let found = store.history(first).unwrap();
        assert_eq!(found.len(), expected.len());
        for (found, item) in found.iter().zip(expected) {
            assert_eq!((&found.target, &found.cues), (&item.target, &item.cues));
            assert_eq!(found.metadata, item.metadata);
            assert_eq!(found.since, item.updated.or(item.added));
        }
    };
    check(writer.store(), &expected);
    check(&Store::open(&path).unwrap(), &expected);
    // It stays if it is to, and what is forgotten goes all the same.
    let gone = add(&mut writer, "secret words", &[9]);
    writer.forget(&[gone]).unwrap();
    let before = items(writer.store());
    writer.compact_with(History::Kept).unwrap();
    assert_eq!(items(writer.store()), before);
    check(writer.store(), &expected);
    check(&Store::open(&path).unwrap(), &expected);
    let holds = |text: &str| {
        let bytes = fs::read(path.join("log")).unwrap();
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    };
    assert!(!holds("secret words") && holds("first cue"));
    writer.compact().unwrap();
    assert_eq!(items(writer.store()), before);
    check(writer.store(), &expected[expected.len() - 1..]);
    assert!(!holds("text 5"));
    assert!(matches!(
        writer.store().history(99),
        Err(StoreError::Unknown { .. })
    ));
}

#[test]
fn cues_of_several_items_are_all_or_none() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let mut writer = Writer::create(&path, &settings()).unwrap();
    let ids = [1, 2, 3].map(|draw| add(&mut writer, "item", &[draw]));
    let vectors = [vector(50), vector(51)];
    let entry = |at: usize| Entry {
        text: ["a fact", "another"][at],
        vector: Some(&vectors[at][..]),
    };
    let (one, two) = ([entry(0)], [entry(0), entry(1)]);
    let before = items(writer.store());
    for wrong in [
        vec![(ids[0], &one[..]), (77, &one[..])],
        vec![(ids[0], &one[..]), (ids[1], &[])],
    ] {
        assert!(writer.add_cues_of(&wrong).is_err());
        assert_eq!(items(writer.store()), before);
    }
    writer
        .add_cues_of(&[(ids[2], &two), (ids[0], &one), (ids[2], &one)])
        .unwrap();
    let cues = |id: u64| writer.store().item(id).unwrap().cues.len();
    assert_eq!(ids.map(cues), [2, 1, 4]);
    writer.add_cues_of(&[]).unwrap();
}
