//! What cannot be stored, and where no memory is made.

use std::fs;

use super::*;

#[test]
fn what_cannot_be_stored_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("memory");
    example(&path);
    let log = fs::read(path.join("log")).unwrap();
    let mut writer = Writer::open(&path).unwrap();
    let good = Entry {
        text: "text",
        vector: Some(&[1.0, 2.0, 3.0]),
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
        let bad = Entry {
            text,
            vector: Some(vector),
        };
        for (target, cue) in [(good, bad), (bad, good)] {
            let item = |target, cues| NewItem {
                target,
                cues,
                metadata: None,
            };
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
        if Some(vector) != good.vector {
            let asked = writer.store().ask(&Question::both("x", vector), &ask());
            let line = asked.unwrap_err().to_string();
            assert!(line.contains(needle), "{line}");
        }
    }
    // A target may lack its vector, a cue not.
    let without = Entry {
        vector: None,
        ..good
    };
    let line = writer.add_cues(2, &[without]).unwrap_err().to_string();
    assert!(
        line.contains("the vector has 0 numbers, this memory takes 3"),
        "{line}"
    );
    assert!(
        writer
            .add(&[NewItem {
                target: good,
                cues: &[],
                metadata: None,
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
        ask().words(-1.0),
        ask().speaker(f32::NAN),
        ask().neighbours(1.5),
    ] {
        let line = writer
            .store()
            .ask(&Question::vector(&[1.0; 3]), &wrong)
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
                words: None,
                ..Settings::new(0)
            },
            "neither vectors nor words",
        ),
        (Settings::new(65_537), "vectors have 65537 numbers"),
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
        toml.replace("words = 16", "words = 17"),
    )
    .unwrap();
    let line = Store::open(&path).unwrap_err().to_string();
    assert!(
        line.contains("memory.toml") && line.contains("words is 16"),
        "{line}"
    );
}
