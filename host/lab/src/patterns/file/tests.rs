use super::*;

fn read(name: &str, bytes: impl AsRef<[u8]>) -> Result<Patterns, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_patterns(&path).map_err(|error| error.kind.to_string())
}

fn npy(descr: &str, fortran: &str, shape: &str, data: &[u8]) -> Vec<u8> {
    let header =
        format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': ({shape}), }}");
    let header = format!("{header:<117}\n");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn text() {
    let expected = read("a.csv", "1,0,0\n0,1,1\n").unwrap();
    assert_eq!((expected.len(), expected.visible()), (2, 3));
    assert_eq!(
        (expected.get(0), expected.get(1)),
        ([1].as_slice(), [6].as_slice())
    );
    assert_eq!(expected.ones(), [1, 2]);
    for text in [
        "1 0 0\n0 1 1",
        "# comment\n\n  1;0;0  \r\n\r\n0\t1\t1\r\n",
        "1.0, 0.0, 0\n0, 1.0, 1,\n",
    ] {
        assert_eq!(read("a.txt", text).as_ref(), Ok(&expected), "{text:?}");
    }
    // More bits than a word.
    let wide = read("wide", ["0,".repeat(39), "1".to_owned()].concat()).unwrap();
    assert_eq!((wide.visible(), wide.get(0)), (40, [0, 128].as_slice()));
}

#[test]
fn text_that_is_refused() {
    for (text, why) in [
        ("", "no pattern in it, expected rows of 0 and 1"),
        ("# 1 0 1\n\n", "no pattern in it, expected rows of 0 and 1"),
        (
            "1,0\n1,0,1\n",
            "row 2 has 3 cells, expected 2 as in the first",
        ),
        ("1,0\n1\n", "row 2 has 1 cells, expected 2 as in the first"),
        ("a,b\n1,0\n", "row 1, column 1 is neither 0 nor 1"),
        ("1,0\n1,-0\n", "row 2, column 2 is neither 0 nor 1"),
        ("1,0\n0,nan\n", "row 2, column 2 is neither 0 nor 1"),
        ("1,0\n0,0\n", "row 2 has no 1 in it, expected at least one"),
    ] {
        assert_eq!(read("a.csv", text), Err(why.to_owned()), "{text:?}");
    }
}

#[test]
fn numpy() {
    let expected = read("a.csv", "1,0,0\n0,1,1\n").unwrap();
    let rows = [1, 0, 0, 0, 1, 1];
    assert_eq!(
        read("a.npy", npy("|u1", "False", "2, 3", &rows)).as_ref(),
        Ok(&expected)
    );
    assert_eq!(
        read("a.npy", npy("|b1", "False", "2, 3", &rows)).as_ref(),
        Ok(&expected)
    );
    // Column by column, and with the high byte first.
    let columns = [1, 0, 0, 1, 0, 1];
    assert_eq!(
        read("a.npy", npy("|i1", "True", "2, 3", &columns)).as_ref(),
        Ok(&expected)
    );
    let big: Vec<u8> = rows.iter().flat_map(|&cell| [0, cell]).collect();
    assert_eq!(
        read("a.npy", npy(">u2", "False", "2, 3", &big)).as_ref(),
        Ok(&expected)
    );
}

#[test]
fn numpy_that_is_refused() {
    for (bytes, why) in [
        (npy("|u1", "False", "0, 3", &[]), "no pattern in it"),
        (npy("|u1", "False", "3, 0", &[]), "no pattern in it"),
        (
            npy("|u1", "False", "2, 2", &[1, 0, 0, 0]),
            "row 2 has no 1 in it",
        ),
        (
            npy("|u1", "False", "2, 2", &[1, 0, 0, 7]),
            "row 2, column 2 is neither",
        ),
        (npy("|b1", "False", "1, 2", &[1, 2]), "bool"),
        (npy("|u1", "False", "4,", &[1; 4]), "number of axes is 1"),
        (
            npy("<c8", "False", "1, 1", &[0; 8]),
            "allowed bool, integers and floats",
        ),
        (
            npy("<f8", "False", "2, 2", &[0; 31]),
            "promises (2, 2) cells",
        ),
        (
            npy("<f8", "False", "99999999999, 999999999", &[0; 16]),
            "its header promises",
        ),
        (
            npy("<f8", "False", "99999999999999, 999999999", &[0; 16]),
            "its header promises",
        ),
        (
            npy("<f8", "False", "99999999999999999999, 2", &[0; 16]),
            "its header promises",
        ),
    ] {
        let found = read("a.npy", bytes).unwrap_err();
        assert!(found.contains(why), "{found}, expected {why}");
        assert!(!found.contains('\n'), "{found}");
    }
}

/// What a run's records name is the hash of the bytes that its patterns are of.
#[test]
fn the_hash_is_that_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "1,0\n").unwrap();
    let (patterns, hash) = read_hashed(&path).unwrap();
    assert_eq!(patterns, read_patterns(&path).unwrap());
    // By `printf '1,0\n' | sha256sum`.
    assert_eq!(
        hash,
        "e34c25fc2aecfd275f72c70684c4b4e61346cd238beb01b2446abf1149b95957"
    );
    let missing = folder.path().join("b.csv");
    let line = read_hashed(&missing).unwrap_err().to_string();
    assert!(
        line.starts_with("pattern file ") && line.contains("b.csv: "),
        "{line}"
    );
}
