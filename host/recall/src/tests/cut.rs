//! Files that were cut or changed: a log at any byte, a snapshot, and one of them without the other.

use std::fs;

use super::*;

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

/// What is kept aside of a log, and a snapshot of it, are read by those alone who may read the log.
#[cfg(unix)]
#[test]
fn what_is_made_from_a_log_has_its_mode() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    example(&path);
    let (log, snapshot) = (path.join("log"), path.join("snapshot"));
    for (mode, number) in [(0o600, 1), (0o640, 2)] {
        fs::set_permissions(&log, fs::Permissions::from_mode(mode)).unwrap();
        let whole = fs::read(&log).unwrap();
        let _ = fs::remove_file(&snapshot);
        fs::write(&log, &whole[..whole.len() - 1]).unwrap();
        let mut writer = Writer::open(&path).unwrap();
        add(&mut writer, "fresh", &[9]);
        writer.write_snapshot();
        drop(writer);
        for made in [&log, &snapshot, &path.join(format!("log.torn-{number}"))] {
            let found = fs::metadata(made).unwrap().permissions().mode() & 0o7777;
            assert_eq!(found, mode, "{}", made.display());
        }
    }
}
