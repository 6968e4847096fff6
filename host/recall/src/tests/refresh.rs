//! What others write is seen by a store that is open.

use std::io::{Seek, Write};

use super::super::Refreshed;
use super::*;

/// Of a store that was refreshed and one that is opened now: all that can be asked of them.
fn same(refreshed: &Store, path: &Path) {
    let opened = Store::open(path).unwrap();
    assert_eq!(items(refreshed), items(&opened));
    assert_eq!(answers(refreshed), answers(&opened));
    let [ours, theirs] = [refreshed, &opened].map(|store| store.stats().unwrap());
    assert_eq!(
        (ours.items, ours.cues, ours.next_id, ours.log_bytes),
        (theirs.items, theirs.cues, theirs.next_id, theirs.log_bytes)
    );
    assert_eq!(refreshed.torn(), opened.torn());
}

#[test]
fn what_is_written_since_is_taken_in() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    example(&path);
    let mut reader = Store::open(&path).unwrap();
    assert_eq!(reader.refresh().unwrap(), Refreshed::Same);
    let mut writer = Writer::open(&path).unwrap();
    add(&mut writer, "fourth", &[6]);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Grown);
    same(&reader, &path);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Same);
    update(&mut writer, 2, Some(9), &[7, 8]);
    writer.describe(&[(3, &known::metadata(3))]).unwrap();
    writer.forget(&[4]).unwrap();
    assert_eq!(reader.refresh().unwrap(), Refreshed::Grown);
    same(&reader, &path);
    // The log is written anew, and grows.
    writer.compact().unwrap();
    assert_eq!(reader.refresh().unwrap(), Refreshed::Replaced);
    same(&reader, &path);
    add(&mut writer, "fifth", &[1, 2]);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Grown);
    same(&reader, &path);
    // Without a look in between.
    add(&mut writer, "sixth", &[3]);
    writer.compact().unwrap();
    add(&mut writer, "seventh", &[4]);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Replaced);
    same(&reader, &path);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Same);
}

/// A batch that another process is writing, byte by byte, and one whose writer was killed.
#[test]
fn a_torn_end_is_left_out_until_it_is_whole() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    example(&path);
    let log = path.join("log");
    let before = fs::read(&log).unwrap();
    let mut writer = Writer::open(&path).unwrap();
    add(&mut writer, "fourth", &[6]);
    drop(writer);
    let after = fs::read(&log).unwrap();
    // In place, as a writer does.
    let put = |bytes: &[u8]| {
        let file = fs::OpenOptions::new().write(true).open(&log).unwrap();
        file.set_len(0).unwrap();
        (&file).write_all(bytes).unwrap();
    };
    put(&before);
    let mut reader = Store::open(&path).unwrap();
    for length in before.len()..after.len() {
        put(&after[..length]);
        assert_eq!(reader.refresh().unwrap(), Refreshed::Same, "{length}");
        assert_eq!(reader.torn().is_some(), length > before.len());
        assert_eq!(reader.ids().collect::<Vec<_>>(), [2, 3]);
    }
    // Made as long before its bytes were there.
    let mut zeros = before.clone();
    zeros.resize(after.len(), 0);
    put(&zeros);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Same);
    assert!(reader.torn().is_some());
    put(&after);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Grown);
    same(&reader, &path);
    // A writer cuts off what is torn and writes on.
    add(&mut Writer::open(&path).unwrap(), "cut off", &[6]);
    let longer = fs::read(&log).unwrap();
    put(&longer[..longer.len() - 3]);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Same);
    assert!(reader.torn().is_some());
    let mut writer = Writer::open(&path).unwrap();
    add(&mut writer, "fifth", &[1]);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Grown);
    same(&reader, &path);
}

#[test]
fn what_a_writer_took_back_is_not_kept() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    example(&path);
    let log = path.join("log");
    let before = fs::metadata(&log).unwrap().len();
    add(&mut Writer::open(&path).unwrap(), "taken back", &[6]);
    let mut reader = Store::open(&path).unwrap();
    // As when the disk refuses what was written: it is cut off, and something else follows.
    let file = fs::OpenOptions::new().write(true).open(&log).unwrap();
    file.set_len(before).unwrap();
    assert_eq!(reader.refresh().unwrap(), Refreshed::Replaced);
    same(&reader, &path);
    add(&mut Writer::open(&path).unwrap(), "taken back", &[6]);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Grown);
    file.set_len(before).unwrap();
    let mut writer = Writer::open(&path).unwrap();
    add(&mut writer, "something else, and longer", &[7, 8, 9]);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Replaced);
    same(&reader, &path);
}

#[test]
fn damage_is_refused_and_what_was_known_stays() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let expected = example(&path);
    let mut reader = Store::open(&path).unwrap();
    let mut writer = Writer::open(&path).unwrap();
    let log = path.join("log");
    let at = fs::metadata(&log).unwrap().len() as usize + 30;
    add(&mut writer, "fourth", &[6]);
    add(&mut writer, "fifth", &[7]);
    drop(writer);
    let sound = fs::read(&log).unwrap();
    let file = fs::OpenOptions::new().write(true).open(&log).unwrap();
    let mut damaged = sound.clone();
    damaged[at] ^= 1;
    (&file).write_all(&damaged).unwrap();
    for _ in 0..2 {
        let error = reader.refresh().unwrap_err().to_string();
        assert!(error.contains("log: damaged at byte"), "{error}");
        assert_eq!(items(&reader), expected);
    }
    (&file).rewind().unwrap();
    (&file).write_all(&sound).unwrap();
    assert_eq!(reader.refresh().unwrap(), Refreshed::Grown);
    same(&reader, &path);
}

#[test]
fn another_memory_in_its_place_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    let expected = example(&path);
    let mut reader = Store::open(&path).unwrap();
    let refused = |reader: &mut Store, why: &str| {
        let error = reader.refresh().unwrap_err().to_string();
        assert!(error.contains(why), "{error}");
    };
    fs::rename(&path, folder.path().join("away")).unwrap();
    refused(&mut reader, "no memory of slotless");
    // What is still open can be asked.
    assert_eq!(items(&reader), expected);
    let other = Settings {
        words: Units::new(17).ok(),
        ..settings()
    };
    drop(Writer::create(&path, &other).unwrap());
    refused(&mut reader, "words is 16, but this memory was made with 17");
    let beside = Writer::open_beside(&reader, Locking::Now).unwrap_err();
    assert!(beside.to_string().contains("words is 16"), "{beside}");
    fs::remove_dir_all(&path).unwrap();
    let other = Settings {
        model: Some(Model {
            folder: "somewhere".to_owned(),
            hash: "another".to_owned(),
        }),
        ..settings()
    };
    drop(Writer::create(&path, &other).unwrap());
    refused(&mut reader, "the encoder is none, but");
    fs::remove_dir_all(&path).unwrap();
    fs::rename(folder.path().join("away"), &path).unwrap();
    assert_eq!(reader.refresh().unwrap(), Refreshed::Same);
    let mut writer = Writer::open_beside(&reader, Locking::Now).unwrap();
    add(&mut writer, "fourth", &[6]);
    assert_eq!(reader.refresh().unwrap(), Refreshed::Grown);
    same(&reader, &path);
}
