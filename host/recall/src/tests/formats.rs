//! Memories that older versions of the format left: read as they are, and written anew before anything is added.

use super::*;

/// Of a program from before format 2: three items, of which the third has a later cue and the first was forgotten.
fn old(path: &Path) {
    fs::create_dir(path).unwrap();
    fs::write(
        path.join("memory.toml"),
        include_bytes!("format1/memory.toml"),
    )
    .unwrap();
    fs::write(path.join("log"), include_bytes!("format1/log")).unwrap();
}

/// The same, compacted after three more pairs, with its snapshot.
fn compacted(path: &Path) {
    old(path);
    fs::write(path.join("log"), include_bytes!("format1/log.compacted")).unwrap();
    fs::write(
        path.join("snapshot"),
        include_bytes!("format1/snapshot.compacted"),
    )
    .unwrap();
}

/// A memory's folder with these files.
fn laid_out(path: &Path, settings: &[u8], log: &[u8], snapshot: Option<&[u8]>) {
    fs::create_dir(path).unwrap();
    fs::write(path.join("memory.toml"), settings).unwrap();
    fs::write(path.join("log"), log).unwrap();
    if let Some(snapshot) = snapshot {
        fs::write(path.join("snapshot"), snapshot).unwrap();
    }
}

fn texts(store: &Store) -> Vec<(u64, String, Vec<String>)> {
    let item = |item: Item| (item.id, item.target, item.cues);
    items(store).into_iter().map(item).collect()
}

fn item(id: u64, target: &str, cues: &[&str]) -> (u64, String, Vec<String>) {
    let cues = cues.iter().map(|&cue| cue.to_owned()).collect();
    (id, target.to_owned(), cues)
}

#[test]
fn they_are_read_as_they_are() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("m");
    old(&path);
    let before = [
        item(2, "c two", &["b one", "B too"]),
        item(3, "d three", &["c two", "d-day"]),
    ];
    let store = Store::open(&path).unwrap();
    assert_eq!(texts(&store), before);
    assert!(items(&store).iter().all(|item| item.added.is_none()));
    let answer = store
        .ask(&Question::vector(&[0.0, 0.0, 0.0, 2.0]), &Ask::new())
        .unwrap();
    assert_eq!(
        answer.best.map(|best| (best.id, best.score)),
        Some((3, 1.0))
    );
    assert!(Store::verify(&path).unwrap().is_sound());

    let path = folder.path().join("compacted");
    compacted(&path);
    let store = Store::open(&path).unwrap();
    assert_eq!(texts(&store)[..2], before);
    assert_eq!(texts(&store).len(), 5);
    // Its snapshot is of another version, which is no fault.
    assert_eq!(store.stats().unwrap().snapshot_reaches, 0);
    assert_eq!(store.snapshot_left_aside(), None);
}

#[test]
fn they_are_written_anew_before_anything_is_added() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("m");
    old(&path);
    let bytes = fs::read(path.join("log")).unwrap();
    let mut writer = Writer::open(&path).unwrap();
    assert_eq!(fs::read(path.join("log")).unwrap(), bytes);
    let entry = |text, vector| Entry {
        text,
        vector: Some(vector),
    };
    let (cue, target) = ([1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 1.0]);
    let cues = [entry("new cue", &cue[..])];
    let target = entry("new", &target[..]);
    let ids = writer
        .add(&[NewItem {
            target,
            cues: &cues,
            metadata: None,
        }])
        .unwrap();
    assert_eq!(ids, 4..5);
    drop(writer);
    // Eight bytes of magic, then the version.
    let new = fs::read(path.join("log")).unwrap();
    assert_eq!((bytes[8], new[8]), (1, 4));
    let store = Store::open(&path).unwrap();
    let expected = [
        item(2, "c two", &["b one", "B too"]),
        item(3, "d three", &["c two", "d-day"]),
        item(4, "new", &["new cue"]),
    ];
    assert_eq!(texts(&store), expected);
    let added: Vec<bool> = items(&store)
        .iter()
        .map(|item| item.added.is_some())
        .collect();
    assert_eq!(added, [false, false, true]);
    assert!(Store::verify(&path).unwrap().is_sound());
}

/// Of a program of format 2: three items, of which the third had a later cue, the first was forgotten and the second updated; as it
/// was, and compacted with its snapshot.
#[test]
fn those_of_format_2_keep_their_times_and_cues() {
    let expected = [
        item(2, "new two", &["c two"]),
        item(3, "f three", &["e three", "g three", "later cue"]),
    ];
    let log = &include_bytes!("format2/log")[..];
    let compacted = &include_bytes!("format2/log.compacted")[..];
    for (bytes, snapshot) in [
        (log, None),
        (
            compacted,
            Some(&include_bytes!("format2/snapshot.compacted")[..]),
        ),
    ] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("m");
        let settings = include_bytes!("format2/memory.toml");
        laid_out(&path, settings, bytes, snapshot);
        let store = Store::open(&path).unwrap();
        assert_eq!(texts(&store), expected);
        assert_eq!(
            (
                store.snapshot_left_aside(),
                store.stats().unwrap().snapshot_reaches
            ),
            (None, 0)
        );
        let before = items(&store);
        assert!(
            before
                .iter()
                .all(|item| item.added.is_some() && item.metadata.is_empty())
        );
        assert!(before[0].updated.is_some());
        assert!(Store::verify(&path).unwrap().is_sound());
        drop(store);
        let mut writer = Writer::open(&path).unwrap();
        let metadata = Metadata::new().with("speaker", "Ann").unwrap();
        writer.describe(&[(3, &metadata)]).unwrap();
        drop(writer);
        assert_eq!(fs::read(path.join("log")).unwrap()[8], 4);
        let after = items(&Store::open(&path).unwrap());
        let with = |at: usize| Item {
            metadata: metadata.clone(),
            ..before[at].clone()
        };
        assert_eq!(after, [before[0].clone(), with(1)]);
    }
}

/// Of a program of format 3: as of format 2, with times and tags, and said of the third anew.
#[test]
fn those_of_format_3_keep_what_is_known_of_items() {
    let log = &include_bytes!("format3/log")[..];
    let compacted = &include_bytes!("format3/log.compacted")[..];
    let made = &include_bytes!("format3/snapshot.compacted")[..];
    for (bytes, snapshot) in [(log, None), (compacted, Some(made))] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("m");
        let settings = include_bytes!("format3/memory.toml");
        laid_out(&path, settings, bytes, snapshot);
        let store = Store::open(&path).unwrap();
        let expected = [
            item(2, "new two", &["c two"]),
            item(3, "f three", &["e three", "later cue"]),
        ];
        assert_eq!(texts(&store), expected);
        assert_eq!(store.snapshot_left_aside(), None);
        let before = items(&store);
        let ann = Metadata::new().with_time(1_767_225_600_000).unwrap();
        let ann = ann.with("speaker", "Ann").unwrap();
        let ann = ann.with("session", "s1").unwrap();
        let ben = Metadata::new().with("speaker", "Ben").unwrap();
        let ben = ben.with("session", "s2").unwrap();
        assert_eq!((&before[0].metadata, &before[1].metadata), (&ann, &ben));
        let filter = Filter::new().with("speaker", "Ben");
        assert_eq!(store.ids_of(&filter).collect::<Vec<u64>>(), [3]);
        let question = Question::vector(&[0.0, 0.0, 2.0, 0.0]);
        let answer = store.ask_among(&question, &Ask::new(), &filter).unwrap();
        let best = answer.best.map(|best| (best.id, best.score, best.cue));
        assert_eq!(best, Some((3, 1.0, "later cue".to_owned())));
        assert!(Store::verify(&path).unwrap().is_sound());
        drop(store);
        let mut writer = Writer::open(&path).unwrap();
        writer.forget(&[2]).unwrap();
        drop(writer);
        assert_eq!(fs::read(path.join("log")).unwrap()[8], 4);
        assert_eq!(items(&Store::open(&path).unwrap()), before[1..]);
    }
}
