use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_listed_with_its_length_and_hash() {
    let outer = tempfile::tempdir().unwrap();
    let path = outer.path().join("made/on/the way");
    let mut folder = Folder::create(&path).unwrap();
    assert!(names(&path).is_empty());
    folder.write("a.txt", b"abd").unwrap();
    folder.write("b.txt", b"").unwrap();
    folder.write("a.txt", b"abc").unwrap();
    assert_eq!(names(&path), ["a.txt", "b.txt"]);
    assert_eq!(fs::read(path.join("a.txt")).unwrap(), b"abc");
    // FIPS 180-2's example, and the hash of nothing; a file written again is listed once.
    let entries = folder.entries();
    assert_eq!(entries.len(), 2);
    assert_eq!((entries[1].name.as_str(), entries[1].bytes), ("a.txt", 3));
    assert_eq!(
        entries[1].sha256,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(
        entries[0].sha256,
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path.join("a.txt"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o644);
    }
}

#[test]
fn a_write_that_fails_changes_nothing() {
    let outer = tempfile::tempdir().unwrap();
    let mut folder = Folder::create(outer.path()).unwrap();
    folder.write("a.txt", b"before").unwrap();
    let failed = folder.write_with("a.txt", |file| {
        file.write_all(b"half of it")?;
        Err(std::io::Error::other("no more"))
    });
    let line = failed.unwrap_err().to_string();
    assert!(line.contains("a.txt") && line.contains("no more"), "{line}");
    assert_eq!(fs::read(outer.path().join("a.txt")).unwrap(), b"before");
    assert_eq!(names(outer.path()), ["a.txt"]);
    assert_eq!(folder.entries().len(), 1);
    assert_eq!(folder.entries()[0].bytes, 6);
}

#[test]
fn folders_made_on_the_way_to_nowhere_are_removed() {
    let outer = tempfile::tempdir().unwrap();
    fs::write(outer.path().join("file"), "").unwrap();
    assert!(Folder::create(&outer.path().join("file/a/b")).is_err());
    // A name that is too long for any file system, below folders that are not.
    let long = "x".repeat(5000);
    assert!(Folder::create(&outer.path().join("new/er").join(long)).is_err());
    assert_eq!(names(outer.path()), ["file"]);
}
