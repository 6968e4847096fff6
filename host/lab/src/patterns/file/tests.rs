use super::*;

fn read(name: &str, bytes: impl AsRef<[u8]>) -> Result<Patterns, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    read_patterns(&path, Levels::Bits).map_err(|error| error.kind.to_string())
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
        "# comment\n\n  1;0;0  \r\n\r\n0; 1;1\r\n",
        "1.0, 0.0, 0\n0, 1.0, 1\n",
        "1\t0\t0\r0\t1 \t1",
        "1\t0\t0\r\r# comment\r0\t1\t1\r",
        "\u{feff}\"1\",\"0\",\"0\"\n'0', '1', \"1\"\n",
        "True,False,False\nFALSE,true,TRUE\n",
        "1.,0.,-0\n0.,+1.,01",
        "1.000000000000000000e+00 0.000000000000000000e+00 0e5\n  0e-999   10e-1  1E0  \n",
    ] {
        assert_eq!(read("a.txt", text).as_ref(), Ok(&expected), "{text:?}");
    }
    // More bits than a word.
    let wide = read("wide", ["0,".repeat(39), "1".to_owned()].concat()).unwrap();
    assert_eq!((wide.visible(), wide.get(0)), (40, [0, 128].as_slice()));
}

/// Numbers of hundreds of digits are shown with an exponent.
#[test]
fn far_numbers_are_shown_short() {
    for (value, shown) in [(1e300f64, "1e300"), (-1e-300, "-1e-300"), (0.5, "0.5")] {
        let bytes = npy("<f8", "False", "1, 1", &value.to_le_bytes());
        let why = read("a.npy", bytes).unwrap_err();
        assert_eq!(why, format!("row 1, column 1 is {shown}, allowed 0 and 1"));
    }
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
        ("1,0\r1\r", "row 2 has 1 cells, expected 2 as in the first"),
        ("1,0\n0,0\n", "row 2 has no 1 in it, expected at least one"),
    ] {
        assert_eq!(read("a.csv", text), Err(why.to_owned()), "{text:?}");
    }
    for (text, row, column) in [
        ("1,0,,1\n", 1, 3),
        ("1,0,1\n0,1,\n", 2, 3),
        (",1,0\n", 1, 1),
        ("1,0\r\n\r\n,\r\n", 3, 1),
        ("1\t0\t\t1\n", 1, 3),
        ("1\t0\n1\t\n", 2, 2),
        ("1;\"\";0\n", 1, 2),
    ] {
        let why = format!("row {row}, column {column} is empty, expected a number in every cell");
        assert_eq!(read("a.csv", text), Err(why), "{text:?}");
    }
    let long = "1".repeat(30);
    let cut = format!("\"{}\"...", "1".repeat(20));
    for (text, row, column, cell) in [
        ("a,b\n1,0\n", 1, 1, "\"a\""),
        ("1,0\n0,nan\n", 2, 2, "\"nan\""),
        ("1,0\n0,1e-999\n", 2, 2, "\"1e-999\""),
        // A decimal comma, and two separators in a file.
        ("0,0;1,0;1,0\n", 1, 1, "\"0,0\""),
        ("0,0\t1,0\n", 1, 2, "\"0\\t1\""),
        ("0,0 1,0\n", 1, 2, "\"0 1\""),
        ("1 0\n1,0\n", 2, 1, "\"1,0\""),
        ("1,0\n1;0\n", 2, 1, "\"1;0\""),
        ("1;0\n1\t0\n", 2, 1, "\"1\\t0\""),
        ("\"1,0\"\n", 1, 1, "\"\\\"1\""),
        // Nothing that a terminal obeys, and not all of it.
        ("1,\u{1b}[2J\u{202e}\n", 1, 2, "\"\\u{1b}[2J\\u{202e}\""),
        (&format!("1,{long}\n"), 1, 2, &cut),
    ] {
        let why = format!("row {row}, column {column} is {cell}, allowed 0 and 1");
        assert_eq!(read("a.csv", text), Err(why), "{text:?}");
    }
    let latin = read("a.csv", b"# Gr\xf6\xdfe\n1,0\n").unwrap_err();
    assert_eq!(latin, "row 1 is no text in UTF-8");
}

#[test]
fn other_levels() {
    let at = |levels, name: &str, bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        read_patterns(&path, levels).map_err(|error| error.kind.to_string())
    };
    let expected = read("a.csv", "1,0,0\n0,1,1\n").unwrap();
    let bytes = npy("|u1", "False", "2, 3", &[255, 0, 0, 0, 255, 255]);
    let signs = npy("|i1", "False", "2, 3", &[1, 255, 255, 255, 1, 1]);
    let bools = npy("|b1", "False", "2, 3", &[1, 0, 0, 0, 1, 1]);
    for (levels, name, bytes) in [
        (Levels::Bytes, "a.npy", &bytes[..]),
        (Levels::Bytes, "a.csv", b"255 0 0\n0 255. 255\n"),
        (Levels::Signs, "a.npy", &signs),
        (Levels::Signs, "a.csv", b"1,-1,-1\n-1,1,1.0"),
        (Levels::Bytes, "a.npy", &bools),
        (Levels::Signs, "a.npy", &bools),
    ] {
        assert_eq!(at(levels, name, bytes).as_ref(), Ok(&expected), "{levels}");
    }
    // Without a word, neither is read, and what is wrong names the way out.
    for (name, bytes, line) in [
        (
            "a.npy",
            &bytes[..],
            "row 1, column 1 is 255, allowed 0 and 1 (for 0 and 255: --levels 0,255, or levels = \"0,255\" in a spec)",
        ),
        (
            "a.npy",
            &signs,
            "row 1, column 2 is -1, allowed 0 and 1 (for -1 and 1: --levels -1,1, or levels = \"-1,1\" in a spec)",
        ),
        (
            "a.csv",
            b"1,\"-1\"",
            "row 1, column 2 is \"-1\", allowed 0 and 1 (for -1 and 1: --levels -1,1, or levels = \"-1,1\" in a spec)",
        ),
        ("a.csv", b"2", "row 1, column 1 is \"2\", allowed 0 and 1"),
    ] {
        assert_eq!(at(Levels::Bits, name, bytes), Err(line.to_owned()));
    }
    let line = at(Levels::Bytes, "a.csv", b"1,0").unwrap_err();
    assert!(
        line.contains("allowed 0 and 255 (for 0 and 1: --levels 0,1"),
        "{line}"
    );
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
            "row 2, column 2 is 7, allowed 0 and 1",
        ),
        (npy("|b1", "False", "1, 2", &[1, 2]), "bool"),
        (
            npy("|u1", "False", "4,", &[1; 4]),
            "it has 1 axis (4), expected two: rows and columns (a pattern per row",
        ),
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

/// The same rows are the same, however they are written.
#[test]
fn every_file_of_the_same_rows() {
    use slotless_files::dictionary::Variable;
    use slotless_files::npy::npz::NpzWriter;

    let expected = read("a.csv", "1,0,0\n0,1,1\n").unwrap();
    // By hashlib.sha256(struct.pack("<IQII", 3, 2, 1, 6)).hexdigest().
    let digest = "bec077317013db768076d543fe6ef6df30b09e00f8201cfed7dcfacf7d2164af";
    let rows = [1, 0, 0, 0, 1, 1];
    let halves: Vec<u8> = rows.iter().flat_map(|&cell| [0, cell * 0x3c]).collect();
    let array = npy("|u1", "False", "2, 3", &rows);
    let mut packed = std::io::Cursor::new(Vec::new());
    let mut npz = NpzWriter::new(&mut packed);
    let declared = Variable::integer("arr_0", "", "Patterns").over(&["patterns", "units"]);
    npz.add(declared, &[2, 3], rows).unwrap();
    npz.finish().unwrap();
    let packed = packed.into_inner();
    for (name, bytes) in [
        ("a.csv", b"1 0 0\r0 1 1".to_vec()),
        ("a.npy", array.clone()),
        // What it is, its first bytes say.
        ("X.NPY", array.clone()),
        ("rows.csv", array),
        ("a.npy", npy("<f2", "False", "2, 3", &halves)),
        ("a.npy", npy("|i1", "False", "2, 3", &rows)),
        ("a.npz", packed.clone()),
        ("patterns", packed),
    ] {
        let found = read(name, bytes).unwrap();
        assert_eq!(found, expected, "{name}");
        assert_eq!(found.sha256(), digest);
    }
    let other = read("a.csv", "1,0\n0,1\n1,1").unwrap();
    assert_ne!(other.sha256(), digest);
    for name in ["a.npy", "A.NPZ"] {
        let line = read(name, "1,0\n").unwrap_err();
        assert_eq!(line, "it does not begin as a .npy does");
    }
}

#[test]
fn what_is_no_file_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let line = |path: &Path| read_patterns(path, Levels::Bits).unwrap_err().to_string();
    let missing = line(&folder.path().join("b.csv"));
    assert!(
        missing.starts_with("pattern file ") && missing.contains("b.csv: "),
        "{missing}"
    );
    let line = line(folder.path());
    assert!(
        line.ends_with(": a folder, expected a regular file"),
        "{line}"
    );
}
