//! Damage of every kind: what is answered is right, or it is said that something is damaged.

use super::*;

/// A memory of a dozen items, some updated, with further cues and forgotten, with a snapshot of all but the last two or without.
fn memory(path: &Path, has_snapshot: bool) -> Vec<Item> {
    let mut writer = Writer::create(path, &settings()).unwrap();
    writer.set_flush(Flush::System);
    for at in 0..8 {
        add(
            &mut writer,
            &format!("target {at}"),
            &[3 * at, 3 * at + 1][..1 + at as usize % 2],
        );
    }
    add_cue(&mut writer, 3, "later", 100);
    update(&mut writer, 4, Some(5), &[]);
    writer.forget(&[2, 6]).unwrap();
    if has_snapshot {
        writer.write_snapshot();
    }
    add(&mut writer, "behind", &[200]);
    add(&mut writer, "last", &[201]);
    items(writer.store())
}

/// What a memory says, or that something is wrong with it: `Ok` of what it says where nobody was warned.
fn said(path: &Path) -> Result<(Vec<Item>, Vec<Vec<Found>>), String> {
    let store = Store::open(path).map_err(|error| error.to_string())?;
    let items = store.items(0).map(|full| Ok(full?.item));
    let items: Result<Vec<Item>, StoreError> = items.collect();
    let asked = (5000..5003).map(|question| {
        let answer = store.ask(&Question::vector(&vector(question)), &ask())?;
        Ok(answer.best.into_iter().chain(answer.others).collect())
    });
    let asked: Result<Vec<Vec<Found>>, StoreError> = asked.collect();
    let said = (
        items.map_err(|error| error.to_string())?,
        asked.map_err(|error| error.to_string())?,
    );
    match store.torn() {
        Some(torn) => Err(format!("log: byte {}: torn", torn.at)),
        None => Ok(said),
    }
}

#[test]
fn no_flipped_bit_of_a_log_is_believed() {
    let folder = TempDir::new().unwrap();
    for has_snapshot in [false, true] {
        let path = folder.path().join(format!("{has_snapshot}"));
        let expected = memory(&path, has_snapshot);
        let right = said(&path).unwrap();
        assert_eq!(right.0, expected);
        let log = path.join("log");
        let whole = fs::read(&log).unwrap();
        let (mut told, mut unharmed) = (0, 0);
        let draws = Key::new(11, Purpose(902));
        for at in 0..whole.len() {
            // One bit of each byte: which is drawn.
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (draws.at(at as u32) % 8);
            fs::write(&log, &bytes).unwrap();
            match said(&path) {
                Ok(said) => {
                    assert_eq!(said, right, "byte {at}");
                    unharmed += 1;
                }
                Err(line) => {
                    assert!(line.contains("log: ") && line.contains("byte "), "{line}");
                    told += 1;
                }
            }
            if at % 4 == 0 {
                let verified = Store::verify(&path);
                assert!(
                    verified.is_err() || !verified.unwrap().is_sound(),
                    "byte {at}"
                );
            }
        }
        // With a snapshot, nobody reads what was forgotten.
        assert_eq!(unharmed > 0, has_snapshot);
        assert!(told > whole.len() / 2);
    }
}

#[test]
fn an_item_whose_text_was_changed_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    memory(&path, true);
    let log = path.join("log");
    let mut bytes = fs::read(&log).unwrap();
    let at = bytes
        .windows(8)
        .position(|part| part == b"target 7")
        .unwrap();
    bytes[at + 1] = b'A';
    fs::write(&log, &bytes).unwrap();
    let store = Store::open(&path).unwrap();
    let line = store.item(8).unwrap_err().to_string();
    assert!(
        line.contains("damaged at byte") && line.contains("of item 8: "),
        "{line}"
    );
    assert_eq!(store.item(7).unwrap().id, 7);
    let verified = Store::verify(&path).unwrap();
    assert_eq!(verified.problems.len(), 1);
    let problem = &verified.problems[0];
    assert_eq!(
        (problem.file.as_str(), &problem.items[..]),
        ("log", &[8][..])
    );
    assert!(problem.bytes.as_ref().unwrap().contains(&(at as u64)));
    // Without the snapshot nobody can say whose it was.
    fs::remove_file(path.join("snapshot")).unwrap();
    assert!(Store::open(&path).is_err());
    assert_eq!(Store::verify(&path).unwrap().problems[0].items, [0; 0]);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

#[test]
fn a_snapshot_of_a_copy_that_went_its_own_way_is_left_aside() {
    let folder = TempDir::new().unwrap();
    let [a, b] = ["a", "b"].map(|name| folder.path().join(name));
    memory(&a, true);
    copy(&a, &b);
    // The same lengths, and the same generation if they are compacted.
    for is_compacted in [false, true] {
        for (path, name) in [(&a, "of a"), (&b, "of b")] {
            let mut writer = Writer::open(path).unwrap();
            add(&mut writer, name, &[if name == "of a" { 301 } else { 302 }]);
            if is_compacted {
                writer.compact().unwrap();
            }
            writer.write_snapshot();
        }
        let right = said(&a).unwrap();
        let lengths = [&a, &b].map(|path| fs::metadata(path.join("log")).unwrap().len());
        assert_eq!(lengths[0], lengths[1]);
        let own = fs::read(a.join("snapshot")).unwrap();
        fs::copy(b.join("snapshot"), a.join("snapshot")).unwrap();
        let store = Store::open(&a).unwrap();
        assert_eq!(store.stats().unwrap().snapshot_reaches, 0);
        assert!(store.snapshot_left_aside().is_some());
        assert_eq!(said(&a).unwrap(), right);
        assert!(!Store::verify(&a).unwrap().is_sound());
        fs::write(a.join("snapshot"), own).unwrap();
        assert!(Store::verify(&a).unwrap().is_sound());
    }
}

/// Changes a snapshot and gives it the checksum that it then has.
fn lie(path: &Path, at: usize, with: &[u8]) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at..at + with.len()].copy_from_slice(with);
    let end = bytes.len() - 4;
    let crc = crc32fast::hash(&bytes[..end]).to_le_bytes();
    bytes[end..].copy_from_slice(&crc);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_snapshot_that_lies_under_a_right_checksum_gives_no_wrong_text() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    memory(&path, true);
    let right = said(&path).unwrap();
    let snapshot = path.join("snapshot");
    let whole = fs::read(&snapshot).unwrap();
    let draws = Key::new(12, Purpose(903));
    let mut wrong = 0;
    for at in 8..whole.len() - 4 {
        fs::write(&snapshot, &whole).unwrap();
        let byte = whole[at] ^ (1 << (draws.at(at as u32) % 8));
        lie(&snapshot, at, &[byte]);
        // A text with its number is right or refused; whom a false code finds, only `verify` can tell.
        if let Ok((items, _)) = said(&path) {
            for item in &items {
                assert!(right.0.contains(item), "byte {at}: {item:?}");
            }
            wrong += usize::from(items != right.0);
        }
        if at > 100 && at % 4 > 0 {
            continue;
        }
        let verified = Store::verify(&path);
        let is_of_other = at < 32
            && verified
                .as_ref()
                .is_ok_and(|found| found.snapshot_reaches == 0);
        let next_id = 52..60;
        assert!(
            is_of_other || next_id.contains(&at) || !verified.unwrap().is_sound(),
            "byte {at}"
        );
    }
    assert!(wrong < 20, "{wrong}");
    fs::write(&snapshot, &whole).unwrap();
    lie(&snapshot, 60, &[0xff; 8]);
    let store = Store::open(&path).unwrap();
    let why = store.snapshot_left_aside().unwrap();
    assert!(
        why.contains("4294967295 items and 4294967295 pairs"),
        "{why}"
    );
    assert_eq!(said(&path).unwrap(), right);
}

#[test]
fn a_log_that_was_made_longer_by_zeros_takes_no_memory() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let expected = memory(&path, false);
    let log = path.join("log");
    let bytes = fs::read(&log).unwrap();
    let file = fs::OpenOptions::new().write(true).open(&log).unwrap();
    file.set_len(bytes.len() as u64 + (1 << 26)).unwrap();
    let store = Store::open(&path).unwrap();
    let stats = store.stats().unwrap();
    assert!(stats.vector_bytes + stats.word_bytes + stats.list_bytes < 1 << 16);
    assert_eq!(items(&store), expected);
    assert_eq!(store.torn().unwrap().bytes, 1 << 26);
    // No write that was cut off leaves terabytes.
    file.set_len(1 << 42).unwrap();
    let line = Store::open(&path).unwrap_err().to_string();
    assert!(line.contains("134217728 zeros"), "{line}");
    // Nor does one byte at the end of many.
    file.set_len(1 << 26).unwrap();
    fs::write(&log, &bytes).unwrap();
    let mut file = fs::OpenOptions::new().append(true).open(&log).unwrap();
    file.set_len(1 << 26).unwrap();
    std::io::Write::write_all(&mut file, b"x").unwrap();
    assert!(Store::open(&path).is_err());
}

#[test]
fn a_record_that_says_it_is_long_takes_no_more_than_there_is() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    memory(&path, false);
    let log = path.join("log");
    let whole = fs::read(&log).unwrap();
    // A head with a right checksum and the longest payload, at the end.
    let mut head = b"rec1".to_vec();
    head.extend(1u32.to_le_bytes());
    head.extend((1u32 << 28).to_le_bytes());
    head.extend(&whole[whole.len() - 4..]);
    let crc = crc32fast::hash(&head).to_le_bytes();
    head.extend(crc);
    head.extend([7; 100]);
    fs::write(&log, [whole.clone(), head].concat()).unwrap();
    let store = Store::open(&path).unwrap();
    assert_eq!(store.torn().unwrap().at, whole.len() as u64);
}
