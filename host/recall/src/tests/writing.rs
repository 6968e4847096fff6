//! Batches, updates, times, what is kept aside, and files that are no plain files.

use std::time::{SystemTime, UNIX_EPOCH};

use super::*;

fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_millis() as u64
}

#[test]
fn a_batch_cut_at_any_byte_is_not_there() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let expected = example(&path);
    let log = path.join("log");
    let before = fs::read(&log).unwrap().len();
    let mut writer = Writer::open(&path).unwrap();
    let vectors: Vec<[f32; 3]> = (0..4).map(vector).collect();
    let entry = |at: usize| Entry {
        text: ["one", "two", "three", "four"][at],
        vector: Some(&vectors[at]),
    };
    let cues = [[entry(1)], [entry(2)], [entry(3)]];
    let known = Metadata::new().with("speaker", "Ann").unwrap();
    let items_of = cues.iter().map(|cues| NewItem {
        target: entry(0),
        cues,
        metadata: Some(&known),
    });
    writer.add(&items_of.collect::<Vec<_>>()).unwrap();
    drop(writer);
    let added = fs::read(&log).unwrap();
    assert_eq!(items(&Store::open(&path).unwrap()).len(), 5);
    for length in before..added.len() {
        fs::write(&log, &added[..length]).unwrap();
        let store = Store::open(&path).unwrap();
        assert_eq!(items(&store), expected, "{length}");
        assert_eq!(store.torn().is_some(), length > before);
    }
    // Nor is half of an update there: a text without what is known of it.
    fs::write(&log, &added).unwrap();
    let before = items(&Store::open(&path).unwrap());
    let mut writer = Writer::open(&path).unwrap();
    let other = Metadata::new().with("speaker", "Bo").unwrap();
    let updated = writer.update_described(5, Some(entry(3)), &[], Some(&other));
    updated.unwrap();
    drop(writer);
    let with_update = fs::read(&log).unwrap();
    let item = Store::open(&path).unwrap().item(5).unwrap();
    assert_eq!((item.target.as_str(), item.metadata), ("four", other));
    for length in added.len()..with_update.len() {
        fs::write(&log, &with_update[..length]).unwrap();
        assert_eq!(items(&Store::open(&path).unwrap()), before, "{length}");
    }
    // Nor is half of them forgotten that are forgotten at once.
    fs::write(&log, &added).unwrap();
    let mut writer = Writer::open(&path).unwrap();
    writer.forget(&[4, 5, 6]).unwrap();
    drop(writer);
    let forgotten = fs::read(&log).unwrap();
    for length in added.len()..forgotten.len() {
        fs::write(&log, &forgotten[..length]).unwrap();
        assert_eq!(items(&Store::open(&path).unwrap()).len(), 5, "{length}");
    }
}

#[test]
fn what_is_cut_off_is_kept_aside_once() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    example(&path);
    let log = path.join("log");
    let whole = fs::read(&log).unwrap();
    let boundary = {
        let mut writer = Writer::open(&path).unwrap();
        add(&mut writer, "last", &[3]);
        whole.len()
    };
    let full = fs::read(&log).unwrap();
    for (n, cut) in [(1, 5), (2, 40)] {
        let mut bytes = full[..full.len() - cut].to_vec();
        // What a file system may add.
        bytes.extend([0; 100]);
        fs::write(&log, &bytes).unwrap();
        let torn = Store::open(&path).unwrap().torn().unwrap();
        assert_eq!(torn.at, boundary as u64);
        let mut writer = Writer::open(&path).unwrap();
        assert_eq!(writer.set_aside(), None);
        writer.forget(&[2]).unwrap();
        let aside = path.join(format!("log.torn-{n}"));
        assert_eq!(writer.set_aside(), Some(aside.as_path()));
        let kept = fs::read(&aside).unwrap();
        let cut_off = &full[boundary..full.len() - cut];
        assert!(cut_off.starts_with(&kept) && kept.len() + 4 > cut_off.len());
        assert_eq!(writer.store().aside().unwrap().len(), n);
        fs::write(&log, &full).unwrap();
    }
    // Of zeros there is nothing to keep.
    let mut bytes = full.clone();
    bytes.extend([0; 1000]);
    fs::write(&log, bytes).unwrap();
    let mut writer = Writer::open(&path).unwrap();
    writer.forget(&[2]).unwrap();
    assert_eq!(writer.set_aside(), None);
    assert!(Store::open(&path).unwrap().torn().is_none());
}

#[test]
fn an_item_is_updated_in_place_of_what_it_was() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let before = milliseconds();
    example(&path);
    let mut writer = Writer::open(&path).unwrap();
    let old = writer.store().full(2).unwrap();
    assert!(
        old.item
            .added
            .is_some_and(|time| (before..=milliseconds()).contains(&time))
    );
    assert_eq!(old.item.updated, None);
    let new = vector(300);
    let entry = |text| Entry {
        text,
        vector: Some(&new),
    };
    writer.update(2, Some(entry("second again")), &[]).unwrap();
    let full = writer.store().full(2).unwrap();
    assert_eq!(
        (&full.item.target, &full.item.cues),
        (&"second again".to_owned(), &old.item.cues)
    );
    assert_eq!((&full.cues, full.item.added), (&old.cues, old.item.added));
    assert!(full.item.updated >= full.item.added);
    writer.update(2, None, &[entry("other cue")]).unwrap();
    add_cue(&mut writer, 2, "and another", 301);
    let check = |store: &Store| {
        let full = store.full(2).unwrap();
        assert_eq!(full.item.target, "second again");
        assert_eq!(full.item.cues, ["other cue", "and another"]);
        assert_eq!(full.item.added, old.item.added);
        let ids: Vec<u64> = store.ids().collect();
        assert_eq!(ids, [2, 3]);
        assert_eq!(store.with_cue("later").unwrap(), [0; 0]);
        assert_eq!(store.stats().unwrap().next_id, 4);
        let vector = vector(301);
        let found = store.ask(&Question::vector(&vector), &Ask::new());
        let found = found.unwrap().best.unwrap();
        assert_eq!((found.id, found.cue.as_str()), (2, "and another"));
    };
    check(writer.store());
    check(&Store::open(&path).unwrap());
    writer.write_snapshot();
    check(&Store::open(&path).unwrap());
    writer.compact().unwrap();
    check(writer.store());
    drop(writer);
    check(&Store::open(&path).unwrap());
    let log = fs::read(path.join("log")).unwrap();
    assert!(!log.windows(5).any(|part| part == b"later"));
    // The order of numbers is no longer that of the log.
    let mut writer = Writer::open(&path).unwrap();
    assert_eq!(add(&mut writer, "fourth", &[8]), 4);
    assert!(writer.update(1, Some(entry("x")), &[]).is_err());
    assert!(writer.update(2, None, &[]).is_err());
    let bytes = fs::read(path.join("log")).unwrap();
    assert!(writer.update(2, Some(entry(" ")), &[]).is_err());
    assert_eq!(fs::read(path.join("log")).unwrap(), bytes);
}

#[test]
fn numbers_end() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let writer = Writer::create(&path, &settings()).unwrap();
    let header = crate::log::Header {
        next_id: u64::MAX - 1,
        ..writer.store().log.header().clone()
    };
    drop(writer);
    crate::log::Log::create(&path, &header).unwrap();
    let mut writer = Writer::open(&path).unwrap();
    assert_eq!(add(&mut writer, "last", &[1]), u64::MAX - 1);
    let vector = vector(2);
    let entry = Entry {
        text: "text",
        vector: Some(&vector),
    };
    let item = NewItem {
        target: entry,
        cues: &[entry],
        metadata: None,
    };
    let line = writer.add(&[item]).unwrap_err().to_string();
    assert!(
        line.contains("numbers of items are at their largest"),
        "{line}"
    );
    assert_eq!(items(&Store::open(&path).unwrap()).len(), 1);
}

#[test]
fn vectors_that_are_kept_come_back_bit_for_bit() {
    let folder = TempDir::new().unwrap();
    let settings = Settings::new(8);
    let mut first = Writer::create(&folder.path().join("first"), &settings).unwrap();
    let mut second = Writer::create(&folder.path().join("second"), &settings).unwrap();
    second.set_lengths(Lengths::Kept);
    let key = Key::new(3, Purpose(901));
    let mut moved = 0;
    for at in 0..400 {
        let vector: Vec<f32> = (0..8)
            .map(|number| key.at(8 * at + number) as f32 - 2e9)
            .collect();
        let stored = add_alone(&mut first, &vector);
        let kept = stored.target.clone().unwrap();
        let again = add_alone(&mut second, &kept);
        assert_eq!((&again.target, &again.cues), (&stored.target, &stored.cues));
        moved += usize::from(crate::unit::unit("", &kept, 8).unwrap() != kept);
    }
    assert!(moved > 0, "no vector shows the difference");
    let long = [0.5; 8];
    let line = second
        .update(
            1,
            Some(Entry {
                text: "x",
                vector: Some(&long),
            }),
            &[],
        )
        .unwrap_err();
    assert!(line.to_string().contains("has length 1.41"), "{line}");
}

/// Adds an item with one vector for all, and reads it.
fn add_alone(writer: &mut Writer, vector: &[f32]) -> Full {
    let entry = Entry {
        text: "text",
        vector: Some(vector),
    };
    let item = NewItem {
        target: entry,
        cues: &[entry],
        metadata: None,
    };
    let id = writer.add(&[item]).unwrap().start;
    writer.store().full(id).unwrap()
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_log_that_is_a_link_stays_one() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("memory");
        example(&path);
        let real = folder.path().join("real");
        fs::rename(path.join("log"), &real).unwrap();
        symlink(&real, path.join("log")).unwrap();
        let mut writer = Writer::open(&path).unwrap();
        writer.compact().unwrap();
        add(&mut writer, "more", &[3]);
        drop(writer);
        assert!(fs::symlink_metadata(path.join("log")).unwrap().is_symlink());
        assert!(
            fs::read(&real)
                .unwrap()
                .windows(4)
                .any(|part| part == b"more")
        );
        assert_eq!(items(&Store::open(&path).unwrap()).len(), 3);
    }

    #[test]
    fn modes_are_those_of_new_files_and_are_kept() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("memory");
        example(&path);
        let mode = |name: &str| fs::metadata(path.join(name)).unwrap().permissions().mode() & 0o777;
        let plain = path.join("plain");
        fs::write(&plain, "").unwrap();
        let mut writer = Writer::open(&path).unwrap();
        writer.write_snapshot();
        for name in ["log", "lock", "memory.toml", "snapshot"] {
            assert_eq!(mode(name), mode("plain"), "{name}");
            fs::set_permissions(path.join(name), fs::Permissions::from_mode(0o660)).unwrap();
        }
        writer.compact().unwrap();
        for name in ["log", "snapshot"] {
            assert_eq!(mode(name), 0o660, "{name}");
        }
    }

    #[test]
    fn what_is_no_regular_file_is_refused_at_once() {
        let folder = TempDir::new().unwrap();
        for name in ["log", "memory.toml", "lock", "snapshot"] {
            let path = folder.path().join(name);
            example(&path);
            let _ = fs::remove_file(path.join(name));
            let made = std::process::Command::new("mkfifo")
                .arg(path.join(name))
                .status();
            assert!(made.unwrap().success());
            let line = match name {
                "lock" => Writer::open(&path).unwrap_err().to_string(),
                "snapshot" => {
                    let store = Store::open(&path).unwrap();
                    store.snapshot_left_aside().unwrap().to_owned()
                }
                _ => Store::open(&path).unwrap_err().to_string(),
            };
            assert!(line.contains("a fifo, expected a regular file"), "{line}");
        }
    }
}
