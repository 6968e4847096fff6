//! What is known of items beside their texts, and who is left by a filter.

use super::*;

/// Of eight: with a time or none, one of two speakers, and a room or none.
pub(super) fn metadata(number: u32) -> Metadata {
    let mut metadata = Metadata::new();
    if number & 1 != 0 {
        metadata = metadata.with_time(1000 * u64::from(number)).unwrap();
    }
    let speaker = if number & 2 != 0 { "Ann" } else { "Bo" };
    metadata = metadata.with(Metadata::SPEAKER, speaker).unwrap();
    match number & 4 {
        0 => metadata,
        _ => metadata.with("room", "7 a").unwrap(),
    }
}

/// Whether an item is of a filter, plainly.
fn is_of(item: &Item, tags: &[(&str, &str)], after: u64, before: u64) -> bool {
    let time = item.metadata.time().or(item.added);
    let in_time = (after, before) == (0, u64::MAX)
        || time.is_some_and(|time| (after..before).contains(&time));
    in_time
        && tags
            .iter()
            .all(|&(key, value)| item.metadata.tag(key) == Some(value))
}

fn filter(tags: &[(&str, &str)], after: u64, before: u64) -> Filter {
    let filter = tags.iter().fold(Filter::new(), |filter, (key, value)| {
        filter.with(key, value)
    });
    let filter = if after > 0 {
        filter.after(after)
    } else {
        filter
    };
    if before < u64::MAX {
        filter.before(before)
    } else {
        filter
    }
}

/// Items have what was said of them, and filters leave those that they should, with the answers that these give.
pub(super) fn are_told_apart(store: &Store, described: &BTreeMap<u64, u32>) {
    let all = items(store);
    for item in &all {
        let expected = described.get(&item.id).map(|&number| metadata(number));
        assert_eq!(item.metadata, expected.unwrap_or_default());
    }
    let ann = ("speaker", "Ann");
    for (tags, after, before) in [
        (&[][..], 0, u64::MAX),
        (&[ann], 0, u64::MAX),
        (&[ann, ("room", "7 a")], 0, u64::MAX),
        (&[("speaker", "Cy")], 0, u64::MAX),
        (&[("Ann", "speaker")], 0, u64::MAX),
        (&[], 2000, 7000),
        (&[ann], 3000, u64::MAX),
        (&[], 0, 5000),
    ] {
        let filter = filter(tags, after, before);
        let expected: Vec<&Item> = all
            .iter()
            .filter(|item| is_of(item, tags, after, before))
            .collect();
        let ids: Vec<u64> = expected.iter().map(|item| item.id).collect();
        assert_eq!(store.ids_of(&filter).collect::<Vec<_>>(), ids);
        // All of them, no matter how far, and nobody else.
        for question in [5000, 5001, 5002] {
            let vector = vector(question);
            let answer = store
                .ask_among(&Question::vector(&vector), &ask(), &filter)
                .unwrap();
            let found: Vec<Found> = answer.best.into_iter().chain(answer.others).collect();
            assert!(found.iter().all(|one| ids.contains(&one.id)));
            assert_eq!(found.len(), ids.len().min(50));
        }
    }
}

#[test]
fn what_is_said_with_an_item_is_known_of_it() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let mut writer = Writer::create(&path, &settings()).unwrap();
    let (vector, known) = (vector(1), metadata(7));
    let entry = Entry {
        text: "one",
        vector: Some(&vector),
    };
    let cues = [entry];
    let item = |metadata| NewItem {
        target: entry,
        cues: &cues,
        metadata,
    };
    let nothing = Metadata::new();
    let ids = writer.add(&[item(Some(&known)), item(None), item(Some(&nothing))]);
    assert_eq!(ids.unwrap(), 1..4);
    let expected = [known.clone(), nothing.clone(), nothing.clone()];
    let of = |store: &Store| {
        items(store)
            .into_iter()
            .map(|item| item.metadata)
            .collect::<Vec<_>>()
    };
    assert_eq!(of(writer.store()), expected);
    assert_eq!(of(&Store::open(&path).unwrap()), expected);
    // An update leaves it, and so do further cues; a description takes its place, and may be empty.
    writer.update(1, Some(entry), &[]).unwrap();
    writer.add_cues(1, &[entry]).unwrap();
    assert_eq!(of(&Store::open(&path).unwrap()), expected);
    writer.describe(&[(1, &nothing), (2, &known)]).unwrap();
    let expected = [nothing.clone(), known, nothing];
    assert_eq!(of(&Store::open(&path).unwrap()), expected);
    let unknown = writer
        .describe(&[(2, &expected[0]), (9, &expected[0])])
        .unwrap_err();
    assert!(matches!(unknown, StoreError::Unknown { id: 9, .. }));
    writer.compact().unwrap();
    assert_eq!(of(writer.store()), expected);
    assert_eq!(of(&Store::open(&path).unwrap()), expected);
    assert!(Store::verify(&path).unwrap().is_sound());
}

#[test]
fn the_newest_of_equals_comes_first_and_a_chain_runs_in_no_circle() {
    let folder = TempDir::new().unwrap();
    let mut writer = Writer::create(&folder.path().join("memory"), &settings()).unwrap();
    let (rome, oslo) = (&[1.0, 2.0, 0.0], &[0.0, 2.0, -1.0]);
    let entry = |text, vector: &'static [f32; 3]| Entry {
        text,
        vector: Some(vector),
    };
    for (cue, target) in [(rome, oslo), (rome, oslo), (oslo, rome)] {
        let item = NewItem {
            target: entry("target", target),
            cues: &[entry("cue", cue)],
            metadata: None,
        };
        writer.add(&[item]).unwrap();
    }
    let question = Question::vector(rome);
    let answer = writer.store().ask(&question, &Ask::new().top(2)).unwrap();
    assert_eq!((answer.best.unwrap().id, answer.others[0].id), (2, 1));
    let mut hops = Vec::new();
    let ask = Ask::new().threshold(0.9);
    writer
        .store()
        .chain(
            &question,
            10,
            &ask,
            |_| Ok::<_, StoreError>(None),
            |hop| hops.push(hop.answer.best.map(|best| best.id)),
        )
        .unwrap();
    assert_eq!(hops, [Some(2), Some(3), Some(1), None]);
}

#[test]
fn what_is_no_tag_is_refused() {
    let long_key = "k".repeat(Metadata::LONGEST_KEY);
    let long_value = "v".repeat(Metadata::LONGEST_VALUE);
    assert!(Metadata::new().with(&long_key, &long_value).is_ok());
    for (key, value, needle) in [
        ("", "v", "key is \"\""),
        (&*format!("{long_key}k"), "v", "allowed 1 to 64 bytes"),
        ("a b", "v", "\"a b\""),
        ("a=b", "v", "a=b"),
        ("a\u{7}", "v", "\\u{7}"),
        ("k", "", "k: its value is empty"),
        ("k", " \t", "empty"),
        ("k", &*format!("{long_value}v"), "too long"),
        ("k", "a\nb", "control"),
    ] {
        let line = Metadata::new().with(key, value).unwrap_err().to_string();
        assert!(line.contains(needle) && !line.contains('\n'), "{line}");
    }
    assert_eq!(Metadata::new().with_time(0), Err(MetadataError::Time));
    let all = (0..Metadata::MOST_TAGS).try_fold(Metadata::new(), |metadata, key| {
        metadata.with(&key.to_string(), "v")
    });
    let all = all.unwrap();
    assert!(all.clone().with("0", "another").is_ok());
    assert_eq!(
        all.with("one more", "v"),
        Err(MetadataError::Key {
            key: "one more".to_owned()
        })
    );
    let many = (0..=Metadata::MOST_TAGS).try_fold(Metadata::new(), |metadata, key| {
        metadata.with(&key.to_string(), "v")
    });
    assert_eq!(many, Err(MetadataError::Many { count: 65 }));
}
