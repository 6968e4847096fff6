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
}

/// What cannot be made is said of the file that was asked for: the name of a temporary one tells nobody anything.
#[cfg(target_os = "linux")]
#[test]
fn no_temporary_name_is_told() {
    // A folder in which nobody can make a file, not even its owner.
    let proc = Path::new("/proc/self");
    for (error, path) in [
        (Folder::create(proc).map(drop), "/proc/self"),
        (
            Output::at(&proc.join("out.npy")).map(drop),
            "/proc/self/out.npy",
        ),
        (
            replace(&proc.join("out"), |_| Ok(())).map_err(|error| FileError::io(proc, error)),
            "/proc/self",
        ),
    ] {
        let line = error.unwrap_err().to_string();
        assert!(line.starts_with(&format!("{path}: ")), "{line}");
        assert!(
            line.contains("os error") && !line.contains(PREFIX),
            "{line}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_is_seen_without_making_it() {
    let outer = tempfile::tempdir().unwrap();
    let path = |name: &str| outer.path().join(name);
    fs::write(path("file"), "").unwrap();
    std::os::unix::fs::symlink("nowhere", path("link")).unwrap();
    check_folder(outer.path()).unwrap();
    check_folder(&path("new/folder")).unwrap();
    for (name, why) in [
        ("file", "file: a file, expected a folder"),
        ("file/below", "file: a file, expected a folder"),
        ("link", "link: a link that leads nowhere, expected a folder"),
        (
            "link/below",
            "link: a link that leads nowhere, expected a folder",
        ),
    ] {
        let error = check_folder(&path(name)).unwrap_err().to_string();
        assert!(error.ends_with(why), "{error}");
    }
    assert_eq!(names(outer.path()), ["file", "link"]);
    let mut folder = Folder::create(outer.path()).unwrap();
    let error = folder.write("link/a", b"").unwrap_err().to_string();
    assert!(
        error.ends_with("a link that leads nowhere, expected a folder"),
        "{error}"
    );
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
fn every_end_of_a_line_ends_one() {
    let lines = |text: &str| -> Vec<String> {
        let lines = input::lines(text.as_bytes());
        lines
            .map(|line| String::from_utf8(line.to_vec()).unwrap())
            .collect()
    };
    assert_eq!(lines(""), [""; 0]);
    assert_eq!(lines("\u{feff}"), [""; 0]);
    assert_eq!(lines("\n"), [""]);
    assert_eq!(lines("\r\n\r\n"), ["", ""]);
    for end in ["\n", "\r", "\r\n"] {
        for last in ["", end] {
            let text = format!("\u{feff}a b{end}{end}\u{feff}c{last}");
            assert_eq!(lines(&text), ["a b", "", "\u{feff}c"], "{text:?}");
        }
    }
    assert_eq!(lines("a\r\r\nb\n\rc"), ["a", "", "b", "", "c"]);
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
    for path in ["file", "file/a/b"] {
        let line = Folder::create(&outer.path().join(path))
            .unwrap_err()
            .to_string();
        assert!(line.ends_with("file: a file, expected a folder"), "{line}");
    }
}

#[cfg(unix)]
mod unix {
    use std::io::Read;
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    use std::process::Command;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn fifo(path: &Path) {
        assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    }

    fn is_fifo(path: &Path) -> bool {
        fs::symlink_metadata(path).unwrap().file_type().is_fifo()
    }

    #[test]
    fn a_new_file_has_the_mode_of_any_new_file_and_a_replaced_one_keeps_its_own() {
        let outer = tempfile::tempdir().unwrap();
        // What the umask leaves of 0666, whatever it is.
        let plain = outer.path().join("plain");
        File::create(&plain).unwrap();
        let path = outer.path().join("file");
        let mut folder = Folder::create(outer.path()).unwrap();
        folder.write("file", b"1").unwrap();
        assert_eq!(mode(&path), mode(&plain));
        for kept in [0o600, 0o664, 0o755] {
            fs::set_permissions(&path, fs::Permissions::from_mode(kept)).unwrap();
            folder.write("file", b"2").unwrap();
            assert_eq!(mode(&path), kept);
            Output::at(&path).unwrap().write(b"3").unwrap();
            assert_eq!(mode(&path), kept);
            replace(&path, |file| file.write_all(b"4")).unwrap();
            assert_eq!(mode(&path), kept);
        }
        assert_eq!(fs::read(&path).unwrap(), b"4");
    }

    #[test]
    fn a_read_only_file_is_not_replaced() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("file");
        fs::write(&path, "kept").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        let line = Output::at(&path).unwrap_err().to_string();
        assert!(
            line.ends_with("file: read-only, and so not replaced"),
            "{line}"
        );
        assert!(replace(&path, |file| file.write_all(b"x")).is_err());
        let mut folder = Folder::create(outer.path()).unwrap();
        assert!(folder.write("file", b"x").is_err());
        assert_eq!(fs::read(&path).unwrap(), b"kept");
        assert_eq!(names(outer.path()), ["file"]);
    }

    #[test]
    fn through_links_what_they_name_is_replaced() {
        let outer = tempfile::tempdir().unwrap();
        let at = |name: &str| outer.path().join(name);
        fs::create_dir(at("below")).unwrap();
        fs::write(at("below/real"), "old").unwrap();
        symlink("below/real", at("link")).unwrap();
        symlink(at("link"), at("second")).unwrap();
        symlink("below/none", at("dangling")).unwrap();
        Output::at(&at("second")).unwrap().write(b"new").unwrap();
        assert_eq!(fs::read(at("below/real")).unwrap(), b"new");
        replace(&at("link"), |file| file.write_all(b"newer")).unwrap();
        assert_eq!(fs::read(at("below/real")).unwrap(), b"newer");
        let mut folder = Folder::create(outer.path()).unwrap();
        folder.write("dangling", b"made").unwrap();
        assert_eq!(fs::read(at("below/none")).unwrap(), b"made");
        for name in ["link", "second", "dangling"] {
            assert!(
                fs::symlink_metadata(at(name)).unwrap().is_symlink(),
                "{name}"
            );
        }
        assert_eq!(names(&at("below")), ["none", "real"]);

        symlink("b", at("a")).unwrap();
        symlink("a", at("b")).unwrap();
        let line = Output::at(&at("a")).unwrap_err().to_string();
        assert!(
            line.ends_with("a: more than 40 links, one to the other"),
            "{line}"
        );
    }

    #[test]
    fn a_fifo_is_written_to_and_stays() {
        let outer = tempfile::tempdir().unwrap();
        let (path, link) = (outer.path().join("fifo"), outer.path().join("link"));
        fifo(&path);
        symlink(&path, &link).unwrap();
        let read = || {
            let path = path.clone();
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                File::open(path).unwrap().read_to_end(&mut bytes).unwrap();
                bytes
            })
        };
        // More than a pipe holds.
        let long = vec![7; 1 << 18];
        let reader = read();
        Output::at(&path).unwrap().write(&long).unwrap();
        assert_eq!(reader.join().unwrap(), long);
        let reader = read();
        replace(&link, |file| file.write_all(b"by a link")).unwrap();
        assert_eq!(reader.join().unwrap(), b"by a link");
        let reader = read();
        let mut folder = Folder::create(outer.path()).unwrap();
        folder.write("fifo", b"abc").unwrap();
        assert_eq!(reader.join().unwrap(), b"abc");
        assert_eq!(folder.entries()[0].bytes, 3);
        assert!(is_fifo(&path));
        assert_eq!(names(outer.path()), ["fifo", "link"]);
    }

    #[test]
    fn nothing_but_a_regular_file_is_read() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("fifo");
        fifo(&path);
        let line = |path: &Path| input::read(path, 100).unwrap_err().to_string();
        assert!(line(&path).ends_with("fifo: a fifo, expected a regular file"));
        assert!(line(outer.path()).ends_with(": a folder, expected a regular file"));
        assert_eq!(
            line(Path::new("/dev/zero")),
            "/dev/zero: a device, expected a regular file"
        );
        let file = outer.path().join("file");
        let link = outer.path().join("link");
        fs::write(&file, [7; 100]).unwrap();
        symlink(&file, &link).unwrap();
        assert_eq!(input::read(&link, 100).unwrap(), [7; 100]);
        assert!(
            input::read(&file, 99)
                .unwrap_err()
                .to_string()
                .contains("allowed 99 at most")
        );
        // Sparse: no memory is asked for.
        File::create(&file).unwrap().set_len(1 << 42).unwrap();
        assert!(line(&link).contains("4398046511104 bytes or more"));
        // One of /proc gives its length as 0.
        assert!(
            !input::read(Path::new("/proc/self/status"), 1 << 20)
                .unwrap()
                .is_empty()
        );
        assert!(input::read(Path::new("/proc/self/status"), 10).is_err());
    }
}

#[test]
fn folders_are_no_files_to_write() {
    let outer = tempfile::tempdir().unwrap();
    let line = |path: &Path| Output::at(path).unwrap_err().to_string();
    assert!(line(outer.path()).ends_with(": a folder, expected a file"));
    assert!(line(Path::new("..")).ends_with("a folder, expected a file"));
    assert!(line(&outer.path().join("new/")).ends_with("a folder, expected a file"));
    assert!(line(&outer.path().join("none/file")).contains("there is no folder"));
    for name in ["none/new/", "none/.."] {
        assert!(Output::with_folder(&outer.path().join(name)).is_err());
    }
    assert!(names(outer.path()).is_empty());
}

#[test]
fn a_parsers_words_are_made_plain() {
    for (said, plain) in [
        (
            "invalid value: integer `-1`, expected u64",
            "invalid value: integer `-1`, expected a whole number from 0",
        ),
        (
            "invalid type: string \"a\",\n expected f64",
            "wrong kind of value: string \"a\", expected a number",
        ),
        ("missing field `eps`", "missing field `eps`"),
    ] {
        assert_eq!(input::in_words(said), plain);
    }
    let long = format!("integer `{}`, expected u32", "9".repeat(300));
    assert_eq!(
        input::in_words(&long),
        "integer `1e300`, expected a whole number from 0 to 4294967295"
    );
}

#[test]
fn outputs_that_are_one_file_are_told() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("sub")).unwrap();
    fs::write(path("there"), "x").unwrap();
    let at = |name: &str| Output::at(&path(name)).unwrap();
    assert!(at("there").is_same(&at("sub/../there")) && at("new").is_same(&at("sub/../new")));
    assert!(!at("there").is_same(&at("new")) && !at("new").is_same(&at("sub/new")));
    assert!(at("there").is_file() && at("new").is_file());
    let standard = Output::at("-".as_ref()).unwrap();
    assert!(standard.is_same(&standard) && !standard.is_same(&at("there")) && !standard.is_file());
}
