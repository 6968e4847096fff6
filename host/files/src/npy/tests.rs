use super::*;
#[cfg(feature = "npz")]
use crate::dictionary::Variable;

/// A file with a header of one's own.
fn file(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY".to_vec();
    bytes.extend([version, 0]);
    match version {
        1 => bytes.extend((header.len() as u16).to_le_bytes()),
        _ => bytes.extend((header.len() as u32).to_le_bytes()),
    }
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn header(code: &str, order: &str, shape: &str) -> String {
    format!("{{'descr': '{code}', 'fortran_order': {order}, 'shape': {shape}, }}  \n")
}

fn refused(bytes: &[u8]) -> String {
    Array::read(bytes).unwrap_err().to_string()
}

#[test]
fn every_type_in_every_order() {
    for (code, bytes, number) in [
        ("|b1", vec![1], 1.0),
        ("|u1", vec![200], 200.0),
        ("|i1", vec![200], -56.0),
        ("<u2", vec![1, 2], 513.0),
        (">u2", vec![1, 2], 258.0),
        ("<i2", vec![0xfe, 0xff], -2.0),
        (">i2", vec![0xff, 0xfe], -2.0),
        ("<u4", 3_000_000_000u32.to_le_bytes().to_vec(), 3e9),
        ("<i4", (-7i32).to_le_bytes().to_vec(), -7.0),
        (">i4", (-7i32).to_be_bytes().to_vec(), -7.0),
        ("<u8", (1u64 << 60).to_le_bytes().to_vec(), 2f64.powi(60)),
        ("<i8", i64::MIN.to_le_bytes().to_vec(), -(2f64.powi(63))),
        // The largest, the smallest normal and the smallest of half precision.
        ("<f2", vec![0xff, 0x7b], 65504.0),
        (">f2", vec![0x84, 0x00], -(2f64.powi(-14))),
        ("<f2", vec![1, 0], 2f64.powi(-24)),
        ("<f2", vec![0x55, 0x35], 0.333251953125),
        ("<f2", vec![0, 0xfc], f64::NEG_INFINITY),
        ("<f4", 0.1f32.to_le_bytes().to_vec(), f64::from(0.1f32)),
        (">f4", 0.1f32.to_be_bytes().to_vec(), f64::from(0.1f32)),
        ("<f8", (-0.1f64).to_le_bytes().to_vec(), -0.1),
        (">f8", (-0.1f64).to_be_bytes().to_vec(), -0.1),
    ] {
        for version in [1, 2, 3] {
            let bytes = file(version, &header(code, "False", "(1,)"), &bytes);
            let array = Array::read(&bytes).unwrap();
            assert_eq!(array.number(0), number, "{code}");
            assert_eq!((array.shape(), array.len()), (&[1][..], 1));
        }
    }
    let bytes = file(
        1,
        &header(">u4", "False", "(2,)"),
        &[0, 0, 1, 0, 0, 0, 0, 9],
    );
    assert_eq!(
        Array::read(&bytes).unwrap().cells::<u32>().unwrap(),
        [256, 9]
    );
    let other = Array::read(&bytes).unwrap().cells::<f32>().unwrap_err();
    assert_eq!(other.to_string(), "cells are of type >u4, allowed <f4");
}

/// Whichever axis runs fastest, cells come along the last one first.
#[test]
fn axes_of_both_orders() {
    let cells: Vec<u8> = (0..24).collect();
    let shape = [2, 3, 4];
    let c = file(1, &header("|u1", "False", "(2, 3, 4)"), &cells);
    let mut first_fastest = vec![0; 24];
    for (index, &cell) in cells.iter().enumerate() {
        let (i, j, k) = (index / 12, index / 4 % 3, index % 4);
        first_fastest[i + 2 * j + 6 * k] = cell;
    }
    let f = file(1, &header("|u1", "True", "(2, 3, 4)"), &first_fastest);
    for bytes in [c, f] {
        let array = Array::read(&bytes).unwrap();
        assert_eq!(
            (array.shape(), array.cells::<u8>().unwrap()),
            (&shape[..], cells.clone())
        );
        let numbers: Vec<f64> = array.numbers().collect();
        assert_eq!(numbers, (0..24).map(f64::from).collect::<Vec<_>>());
    }
    // No axis at all is one number.
    let one = file(1, &header("|u1", "True", "()"), &[7]);
    assert_eq!(Array::read(&one).unwrap().number(0), 7.0);
}

#[test]
fn what_is_written_is_read_and_lies_aligned() {
    for shape in [vec![6], vec![2, 3], vec![1, 2, 3], vec![6, 1]] {
        let cells = [0.5f64, -1.0, 2.0, f64::MAX, 0.0, 3.5];
        let mut bytes = Vec::new();
        write(&mut bytes, &shape, cells).unwrap();
        assert_eq!((bytes.len() - 48) % 64, 0);
        let array = Array::read(&bytes).unwrap();
        assert_eq!(
            (array.shape(), array.cells::<f64>().unwrap()),
            (&shape[..], cells.to_vec())
        );
    }
    let wrong = write(Vec::new(), &[2, 2], [1u8, 2, 3]).unwrap_err();
    assert_eq!(wrong.to_string(), "3 cells for an array of [2, 2]");
    let mut bytes = Vec::new();
    write(&mut bytes, &[3], [true, false, true]).unwrap();
    assert_eq!(
        Array::read(&bytes).unwrap().cells::<bool>().unwrap(),
        [true, false, true]
    );
}

/// Numbers that a file claims are held against its bytes before anything is made of them.
#[test]
fn lies_are_refused() {
    let of = |code: &str, shape: &str, data: &[u8]| {
        refused(&file(1, &header(code, "False", shape), data))
    };
    assert!(of("<f4", "(2, 3)", &[0; 23]).contains("promises (2, 3) cells"));
    assert!(of("<f4", "(2, 3)", &[0; 25]).contains("1 bytes lie behind"));
    assert!(of("<f8", "(2305843009213693952,)", &[0; 8]).contains("promises"));
    assert!(of("|u1", "(4294967296, 4294967296)", &[0; 8]).contains("promises"));
    assert!(
        of("|u1", "(99999999999999999999,)", &[0]).contains("promises 99999999999999999999 cells")
    );
    assert_eq!(of("|u1", "(0, 5)", &[]), "it is empty");
    assert!(of("|b1", "(2,)", &[1, 2]).contains("neither 0 nor 1"));
    for code in [
        "<c8", "|S3", "<U2", "<f16", "<f1", "<u3", "O", "", "<", "<f", "é4",
    ] {
        assert!(
            of(code, "(1,)", &[0; 8]).starts_with("cells are of type"),
            "{code}"
        );
    }
    assert_eq!(
        of("|u1", "(0, 4611686018427387904, 16)", &[]),
        "it is empty"
    );
    assert!(of("|u1", "(4611686018427387904, 16, 0)", &[]).contains("promises"));
    assert!(of("<f4", "(-1, 4)", &[0; 4]).contains("a negative side, at \"-1, 4"));
    // What is shown of a file is short, and nothing that a terminal obeys.
    for (code, shape) in [
        ("\u{1b}]0;title\u{7}\u{202e}".repeat(900).as_str(), "(1,)"),
        ("<f4", format!("({})", "9".repeat(60_000)).as_str()),
    ] {
        let line = of(code, shape, &[0; 4]);
        assert!(
            line.len() < 300 && line.chars().all(|c| (' '..='~').contains(&c)),
            "{line}"
        );
    }
    assert!(of("<f4", &format!("({})", "1, ".repeat(65)), &[0; 4]).contains("64 axes"));
    let fields = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}";
    assert!(refused(&file(1, fields, &[0; 4])).contains("several fields"));
    for bad in [
        "",
        "{",
        "}",
        "{}",
        "[]",
        "{'descr'}",
        "{'descr': '<f4'",
        "{'descr': '<f4', 'descr': '<f4'}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': True}",
        "{'descr': '<f4', 'fortran_order': 1, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1 2)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} more",
        "{'descr: '<f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f\\x34', 'fortran_order': False, 'shape': (1,)}",
    ] {
        refused(&file(1, bad, &[0; 4]));
    }
    // Lists in lists, however deep, are no type and no shape; what stands before, between and behind is no matter.
    for deep in [
        "[".repeat(20_000),
        "(".repeat(20_000),
        format!("{}{}", "[".repeat(17), "]".repeat(17)),
    ] {
        for key in ["descr", "shape", "fortran_order", "more"] {
            let header = format!("{{'{key}': {deep}, 'descr': '<f4'}}");
            assert!(refused(&file(1, &header, &[0; 4])).len() < 300);
        }
    }
    let blanks = " ".repeat(1100);
    let odd = format!(
        "{blanks}{{ \"shape\" :{blanks}( 2 ,3 ), \"fortran_order\":True , 'descr' : \"<u2\"}}\n"
    );
    let odd = file(2, &odd, &[1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6, 0]);
    assert_eq!(
        Array::read(&odd).unwrap().cells::<u16>().unwrap(),
        [1, 2, 3, 4, 5, 6]
    );
    let huge = format!(
        "{blanks}{{'shape' : (10000000000000, 1), 'fortran_order': False, 'descr': '<f8'}}"
    );
    assert!(refused(&file(1, &huge, &[0; 64])).contains("promises (10000000000000, 1)"));
    for length in [0xffff_fff0u32, 1 << 16 | 1] {
        let mut long = file(3, "{}", &[]);
        long[8..12].copy_from_slice(&length.to_le_bytes());
        assert!(refused(&long).contains("allowed up to 65536"));
    }
    assert!(refused(&file(4, "{}", &[])).contains("version 4.0"));
    let mut long = file(2, "{}", &[]);
    long[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(refused(&long).contains("allowed up to 65536"));
}

/// Wherever a file is cut, and whichever byte is another, it is refused or read, and nothing panics.
#[test]
fn any_cut_and_any_other_byte() {
    let whole = file(1, &header("<u2", "True", "(2, 3)"), &[7; 12]);
    for length in 0..whole.len() {
        assert!(Array::read(&whole[..length]).is_err(), "{length}");
    }
    for at in 0..whole.len() {
        for flip in [1, 0x20, 0x80, 0xff] {
            let mut other = whole.clone();
            other[at] ^= flip;
            if let Ok(array) = Array::read(&other) {
                assert_eq!(array.numbers().count(), array.len());
            }
        }
    }
}

#[cfg(feature = "npz")]
const A: Variable = Variable::integer("a", "units", "Whole \"numbers\"").over(&["rows"]);
#[cfg(feature = "npz")]
const B: Variable = Variable::number("b_{part}", "\u{b5}m", "Parts \\").over(&["parts"]);

/// What numpy reads of `dictionary`: characters of four bytes, without axes.
#[cfg(feature = "npz")]
#[test]
fn arrays_are_described() {
    use super::npz::NpzWriter;
    use crate::dictionary::Contents;
    use std::io::{Cursor, Read};

    let mut bytes = Cursor::new(Vec::new());
    let mut npz = NpzWriter::new(&mut bytes);
    npz.add(B.of(&[&"x"]), &[1], [0.5f32]).unwrap();
    npz.add(A, &[1], [1u8]).unwrap();
    npz.add(B.of(&[&2]), &[1], [0.5f64]).unwrap();
    // Neither other cells than are declared, nor other axes.
    for refused in [
        npz.add(A, &[1], [1.0f32]),
        npz.add(B, &[1], [1i8]),
        npz.add(A, &[1, 1], [1u8]),
        npz.add(B, &[], [1.0f32]),
    ] {
        assert_eq!(
            refused.unwrap_err().kind(),
            std::io::ErrorKind::InvalidInput
        );
    }
    let Contents::Arrays(contents) = npz.finish().unwrap() else {
        panic!("arrays");
    };
    let names: Vec<&str> = contents.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["b_{part}", "a"]);
    let mut zip = zip::ZipArchive::new(bytes).unwrap();
    let names: Vec<&str> = zip.file_names().collect();
    assert_eq!(names, ["b_x.npy", "a.npy", "b_2.npy", "dictionary.npy"]);
    let mut array = Vec::new();
    let mut file = zip.by_name("dictionary.npy").unwrap();
    file.read_to_end(&mut array).unwrap();
    let (header, data) = Header::read(&array).unwrap();
    assert_eq!((header.shape.len(), header.fortran), (0, false));
    let (characters, rest) = data.as_chunks();
    assert!(rest.is_empty());
    assert_eq!(header.code, format!("<U{}", characters.len()));
    let of = |&four: &[u8; 4]| char::from_u32(u32::from_le_bytes(four)).unwrap();
    let text: String = characters.iter().map(of).collect();
    let b = r#"{"kind": "number", "shape": ["parts"], "unit": "mm", "definition": "Parts \\"}"#
        .replace("mm", "\u{b5}m");
    let a = r#"{"kind": "integer", "shape": ["rows"], "unit": "units", "definition": "Whole \"numbers\""}"#;
    assert_eq!(text, format!(r#"{{"b_x": {b}, "a": {a}, "b_2": {b}}}"#));
}

#[cfg(feature = "npz")]
#[test]
fn arrays_by_name() {
    use super::npz::{NpzReader, NpzWriter};
    use std::io::Cursor;

    let mut bytes = Cursor::new(Vec::new());
    let mut npz = NpzWriter::new(&mut bytes);
    let a = A.over(&["rows", "columns"]);
    npz.add(a, &[2, 2], [1u32, 2, 3, 4]).unwrap();
    npz.add(B.of(&[&0]), &[1], [0.5f32]).unwrap();
    npz.finish().unwrap();
    let bytes = bytes.into_inner();
    let mut npz = NpzReader::new(Cursor::new(bytes.clone())).unwrap();
    assert_eq!(npz.array::<f32>("b_0").unwrap(), (vec![1], vec![0.5]));
    assert_eq!(
        npz.array::<u32>("a").unwrap(),
        (vec![2, 2], vec![1, 2, 3, 4])
    );
    assert!(matches!(npz.array::<u64>("a"), Err(NpyError::Type { .. })));
    assert_eq!(
        npz.array::<u32>("c").unwrap_err().to_string(),
        "there is none of this name"
    );
    assert_eq!(
        npz.only().unwrap_err().to_string(),
        "it holds 2 arrays, expected one"
    );
    for length in 0..bytes.len() {
        let cut = Cursor::new(bytes[..length].to_vec());
        if let Ok(mut npz) = NpzReader::new(cut) {
            let _ = npz.array::<u32>("a");
        }
    }
}

/// A file is read where its length is what its header says: a sparse one of any length is not.
#[test]
fn files_are_held_against_their_length_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("X.NPY");
    let whole = file(1, &header("<u2", "False", "(2, 3)"), &[7; 12]);
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(load(&path, 1 << 20).unwrap(), whole);
    let line = |most| load(&path, most).unwrap_err().to_string();
    let length = whole.len();
    assert_eq!(
        line(5),
        format!("{length} bytes or more, allowed 5 at most")
    );
    let sparse = std::fs::File::options().write(true).open(&path).unwrap();
    sparse.set_len(1 << 42).unwrap();
    assert!(line(u64::MAX).ends_with("bytes lie behind its last cell"));
    let huge = file(1, &header("<f8", "False", "(10000000000000, 1)"), &[]);
    std::fs::write(&path, huge).unwrap();
    assert!(line(u64::MAX).contains("promises (10000000000000, 1) cells, more than"));
    std::fs::write(&path, "1,0\n").unwrap();
    assert_eq!(line(99), "it does not begin as a .npy does");
    assert!(
        load(folder.path(), 99)
            .unwrap_err()
            .to_string()
            .starts_with("a folder")
    );
}

#[cfg(feature = "npz")]
mod packed {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::super::npz::NpzReader;
    use super::*;

    /// A zip of these files, of which the directory says other lengths.
    fn zip(files: &[(&str, &[u8])], said: impl Fn(u32) -> u32) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        let mut bytes = zip.finish().unwrap().into_inner();
        let entries: Vec<usize> = (0..bytes.len().saturating_sub(28))
            .filter(|&at| bytes[at..].starts_with(b"PK\x01\x02"))
            .collect();
        assert_eq!(entries.len(), files.len());
        for at in entries {
            let field = &mut bytes[at + 24..at + 28];
            let length = u32::from_le_bytes(field.try_into().unwrap());
            field.copy_from_slice(&said(length).to_le_bytes());
        }
        bytes
    }

    fn only(bytes: &[u8]) -> Result<Vec<u8>, String> {
        let read = NpzReader::new(Cursor::new(bytes)).and_then(|mut npz| npz.only());
        read.map_err(|error| error.to_string())
    }

    #[test]
    fn the_only_array_of_a_file() {
        let whole = file(1, &header("<u2", "False", "(2, 3)"), &[7; 12]);
        let found = only(&zip(&[("any.npy", &whole)], |length| length));
        assert_eq!(found.as_ref(), Ok(&whole));
        assert!(
            only(&zip(&[], |length| length))
                .unwrap_err()
                .contains("0 arrays")
        );
        // Neither more nor less than its header promises, whatever the directory says.
        for data in [&[7; 11][..], &[7; 13]] {
            let odd = file(1, &header("<u2", "False", "(2, 3)"), data);
            for off in [0, -1, 1] {
                let zip = zip(&[("a.npy", &odd)], |length| {
                    length.saturating_add_signed(off)
                });
                only(&zip).unwrap_err();
            }
        }
        for other in [&b""[..], b"no array", &whole[..20]] {
            only(&zip(&[("a.npy", other)], |length| length)).unwrap_err();
        }
    }

    /// Of two arrays of one name neither is taken for the one that was meant.
    #[test]
    fn arrays_of_one_name_are_refused() {
        let whole = file(1, &header("|u1", "False", "(3,)"), &[7; 3]);
        let other = file(1, &header("|u1", "False", "(3,)"), &[8; 3]);
        let mut bytes = zip(&[("a.npy", &whole), ("b.npy", &other)], |length| length);
        assert!(only(&bytes).unwrap_err().contains("2 arrays"));
        for at in 0..bytes.len() - 5 {
            if bytes[at..].starts_with(b"b.npy") {
                bytes[at] = b'a';
            }
        }
        assert_eq!(only(&bytes).unwrap_err(), "two of its arrays have one name");
        // What stands behind the zip is no matter.
        bytes.extend(b"and more");
        assert_eq!(only(&bytes).unwrap_err(), "two of its arrays have one name");
    }

    /// Bytes that do not have their checksum are told in the house's words.
    #[test]
    fn damaged_bytes_are_told() {
        let whole = file(1, &header("|u1", "False", "(3,)"), &[7; 3]);
        let bytes = zip(&[("a.npy", &whole)], |length| length);
        let entry = bytes.windows(4).position(|at| at == b"PK\x01\x02").unwrap();
        for at in [entry + 16, entry + 19] {
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert_eq!(only(&other).unwrap_err(), "its packed bytes are damaged");
        }
    }

    /// A file that is small and promises much is not unpacked: the header and the directory are enough to refuse it.
    #[test]
    fn a_small_file_of_large_arrays_is_refused() {
        let header = header("<u8", "False", "(67108864, 2)");
        let start = file(1, &header, &[0; 1000]);
        let length = (start.len() - 1000 + (1 << 30)) as u32;
        let line = only(&zip(&[("a.npy", &start)], |_| length)).unwrap_err();
        assert_eq!(
            line,
            format!(
                "its {length} bytes are more than 536870912, which is what is left for this file's arrays"
            )
        );
        // The directory says less than the header, or more than there can be.
        for said in [start.len() as u32, u32::MAX - 1] {
            let line = only(&zip(&[("a.npy", &start)], |_| said)).unwrap_err();
            assert!(
                line.contains("promises (67108864, 2) cells, more than")
                    || line.contains("lie behind its last cell"),
                "{line}"
            );
        }
        // Every array counts.
        let whole = file(1, &super::header("|u1", "False", "(100,)"), &[1; 100]);
        let bytes = zip(&[("a.npy", &whole), ("b.npy", &whole)], |length| length);
        let mut npz = NpzReader::new(Cursor::new(bytes)).unwrap();
        npz.left = 2 * whole.len() as u64 - 1;
        npz.array::<u8>("a").unwrap();
        let line = npz.array::<u8>("b").unwrap_err().to_string();
        assert!(line.contains("is left for this file's arrays"), "{line}");
        // 64-bit counts, of which memory would be asked.
        let mut bytes = zip(&[("a.npy", &start)], |length| length);
        let end = bytes.len() - 22;
        let locator = [&b"PK\x06\x07"[..], &[0; 16]].concat();
        bytes.splice(end..end, locator);
        assert!(only(&bytes).unwrap_err().contains("65535 files"));
    }
}

/// A file on a disk that has room for this many bytes.
#[cfg(feature = "npz")]
struct Small(std::io::Cursor<Vec<u8>>, usize);

#[cfg(feature = "npz")]
impl std::io::Write for Small {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.position() as usize + bytes.len() > self.1 {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(feature = "npz")]
impl std::io::Seek for Small {
    fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[cfg(feature = "npz")]
#[test]
fn a_full_disk_is_said_as_it_is_wherever_it_comes() {
    let write = |room: usize| {
        let mut out = Small(std::io::Cursor::new(Vec::new()), room);
        let mut npz = npz::NpzWriter::new(&mut out);
        npz.add(A, &[2], [1u32, 2])?;
        npz.add(B, &[3], [0.5f64, 1.5, 2.5])?;
        npz.finish()?;
        std::io::Result::Ok(out.0.into_inner())
    };
    let whole = write(usize::MAX).unwrap();
    for room in 0..whole.len() {
        let kind = write(room).unwrap_err().kind();
        assert_eq!(kind, std::io::ErrorKind::StorageFull, "{room}");
    }
    assert_eq!(write(whole.len()).unwrap(), whole);
}
