use ndarray::{Array1, Array2, Array3, ShapeBuilder, arr0};
use ndarray_npy::{WritableElement, WriteNpyExt, read_npy, write_npy};
use proptest::prelude::*;
use slotless_files::dictionary::Variable;

use super::*;

/// Writes an array, and reads it as vectors.
fn through<T: WritableElement, D: ndarray::Dimension>(
    array: &ndarray::Array<T, D>,
) -> Result<Vectors, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v.npy");
    write_npy(&path, array).unwrap();
    Vectors::read(&path).map_err(|error| {
        assert_eq!(error.path, path);
        error.kind.to_string()
    })
}

fn bytes(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("v.npy");
    std::fs::write(&path, bytes).unwrap();
    Vectors::read(&path).unwrap_err().kind.to_string()
}

fn numbered((row, column): (usize, usize)) -> f32 {
    row as f32 * 10.0 + column as f32 + 0.5
}

#[test]
fn both_types_both_orders_and_one_vector() {
    let expected: Vec<f32> = (0..3)
        .flat_map(|row| (0..4).map(move |column| numbered((row, column))))
        .collect();
    let expected = Vectors::new(expected, 4).unwrap();
    assert_eq!((expected.len(), expected.dim()), (3, 4));
    assert_eq!(expected.row(2), [20.5, 21.5, 22.5, 23.5]);
    let rows: Vec<&[f32]> = expected.rows().collect();
    assert_eq!(rows, [expected.row(0), expected.row(1), expected.row(2)]);

    let singles = Array2::from_shape_fn((3, 4), numbered);
    let columns = Array2::from_shape_fn((3, 4).f(), numbered);
    assert!(!columns.is_standard_layout());
    let doubles = singles.mapv(f64::from);
    let double_columns = columns.mapv(f64::from);
    assert_eq!(through(&singles).unwrap(), expected);
    assert_eq!(through(&columns).unwrap(), expected);
    assert_eq!(through(&doubles).unwrap(), expected);
    assert_eq!(through(&double_columns).unwrap(), expected);

    let one = through(&Array1::from(vec![1.0, -2.0])).unwrap();
    assert_eq!(one, Vectors::new(vec![1.0, -2.0], 2).unwrap());
    // Rounded to the nearest.
    let third = through(&Array1::from(vec![1.0 / 3.0f64])).unwrap();
    assert_eq!(third.values(), [1.0f32 / 3.0]);
}

/// Short numbers, and an array in a zip under any name.
#[test]
fn halves_bytes_and_an_array_in_a_zip() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("VECTORS.NPZ");
    let read = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Vectors::read(&path).map_err(|error| error.kind.to_string())
    };
    let header = |code: &str| {
        let text = format!("{{'descr': '{code}', 'fortran_order': False, 'shape': (2, 2)}}");
        [
            b"\x93NUMPY\x01\x00",
            &(text.len() as u16).to_le_bytes()[..],
            text.as_bytes(),
        ]
        .concat()
    };
    let expected = Vectors::new(vec![1.0, -2.0, 3.0, -127.0], 2).unwrap();
    let small: Vec<u8> = [1i8, -2, 3, -127].iter().map(|&one| one as u8).collect();
    assert_eq!(
        read(&[header("|i1"), small].concat()).as_ref(),
        Ok(&expected)
    );
    let halves = [0x3c00u16, 0xc000, 0x4200, 0xd7f0]
        .map(u16::to_le_bytes)
        .concat();
    assert_eq!(
        read(&[header("<f2"), halves].concat()).as_ref(),
        Ok(&expected)
    );
    let infinite = [0x3c00u16, 0x7c00, 0, 0].map(u16::to_be_bytes).concat();
    assert_eq!(
        read(&[header(">f2"), infinite].concat()).unwrap_err(),
        "row 1, column 2 is inf, allowed finite numbers of 32 bits"
    );
    let packed = |names: &[&str]| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut npz = npy::npz::NpzWriter::new(&mut bytes);
        for name in names {
            let array = Variable::number("{name}", "", "Vectors").over(&["texts", "numbers"]);
            npz.add(
                array.of(&[name]),
                &[2, 2],
                expected.values().iter().copied(),
            )
            .unwrap();
        }
        npz.finish().unwrap();
        bytes.into_inner()
    };
    assert_eq!(read(&packed(&["any name"])).as_ref(), Ok(&expected));
    assert_eq!(
        read(&packed(&["a", "b"])).unwrap_err(),
        "it holds 2 arrays, expected one"
    );
}

#[test]
fn numbers_that_are_none_are_named() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut array = Array2::<f32>::zeros((3, 4).f());
        array[[1, 2]] = bad;
        let line = format!("row 2, column 3 is {bad}, allowed finite numbers of 32 bits");
        assert_eq!(through(&array).unwrap_err(), line);
        assert_eq!(through(&array.mapv(f64::from)).unwrap_err(), line);
        let mut values = vec![0.0; 12];
        values[6] = bad;
        assert_eq!(Vectors::new(values, 4).unwrap_err().to_string(), line);
    }
    // Finite in 64 bits only.
    let large = Array1::from(vec![0.0, 1e39f64]);
    let line = through(&large).unwrap_err();
    assert!(line.starts_with("row 1, column 2 is 1e39,"), "{line}");
}

#[test]
fn other_shapes_types_and_files_are_refused() {
    let axes = |count| format!("an array of {count} axes, expected rows x numbers, or one vector");
    assert_eq!(through(&Array3::<f32>::ones((2, 2, 2))), Err(axes(3)));
    assert_eq!(through(&arr0(1.0f64)), Err(axes(0)));
    let empty = VectorError::Empty.to_string();
    assert_eq!(through(&Array2::<f32>::ones((0, 4))), Err(empty.clone()));
    assert_eq!(through(&Array2::<f64>::ones((4, 0))), Err(empty.clone()));
    assert_eq!(through(&Array1::<f32>::ones(0)), Err(empty.clone()));
    assert_eq!(Vectors::new(vec![], 4).unwrap_err().to_string(), empty);
    assert_eq!(Vectors::new(vec![1.0], 0).unwrap_err().to_string(), empty);
    assert_eq!(
        Vectors::new(vec![1.0; 7], 3).unwrap_err().to_string(),
        "7 numbers are no whole number of vectors of 3"
    );
    assert_eq!(
        through(&Array2::<i64>::ones((2, 2))).unwrap_err(),
        "cells are of type i8, allowed floats of 16, 32 or 64 bits (f2, f4, f8), or integers of 8 with a sign (i1)"
    );
    for other in [
        &b"a text"[..],
        b"",
        b"PK\x03\x04",
        b"\x93NUMPY\x01\x00\xff\xff",
    ] {
        let line = bytes(other);
        assert!(!line.is_empty() && !line.contains('\n'), "{line}");
    }
    let folder = tempfile::tempdir().unwrap();
    let line = Vectors::read(folder.path()).unwrap_err().to_string();
    assert!(
        line.ends_with(": a folder, expected a regular file"),
        "{line}"
    );
    let missing = Vectors::read(Path::new("nowhere/v.npy")).unwrap_err();
    assert!(matches!(missing.kind, VectorError::Io(_)), "{missing}");
    assert!(missing.to_string().starts_with("vectors nowhere/v.npy: "));
}

/// An array cut short, with bytes after its end, or with a header that promises more than any machine has.
#[test]
fn files_of_another_length_are_refused() {
    let mut whole = Vec::new();
    let array = Array2::from_shape_fn((3, 4), numbered);
    array.write_npy(&mut whole).unwrap();
    for length in [1, 10, whole.len() - 48, whole.len() - 1] {
        assert_ne!(bytes(&whole[..length]), "", "{length}");
    }
    let longer = [&whole[..], &[0]].concat();
    assert_ne!(bytes(&longer), "");
    let text = String::from_utf8_lossy(&whole[..80]).into_owned();
    let at = text.find("(3, 4)").unwrap();
    // Lossy text has three bytes for the first one.
    let at = at - 2;
    assert_eq!(&whole[at..at + 6], b"(3, 4)");
    let end = whole.len() - 48;
    let mut huge = whole.clone();
    huge.splice(at..at + 6, *b"(9999999999,  4)");
    // The header keeps its length: the padding before its end makes room.
    huge.drain(end - 1..end + 9);
    let line = bytes(&huge);
    assert!(line.contains("promises"), "{line}");
}

#[test]
fn lengths_are_compared() {
    let vectors = Vectors::new(vec![1.0; 6], 3).unwrap();
    assert_eq!(vectors.clone().expect_dim(3).unwrap(), vectors);
    assert_eq!(
        vectors.expect_dim(384).unwrap_err().to_string(),
        "vectors of 3 numbers, expected 384"
    );
}

#[test]
fn a_row_of_zeros_has_no_direction() {
    let vectors = Vectors::new(vec![1.0, 0.0, 0.0, -0.0], 2).unwrap();
    assert_eq!(
        vectors.unit().unwrap_err().to_string(),
        "row 2 is all zeros, expected a vector with a direction"
    );
    // The smallest and the largest numbers have one.
    let vectors = Vectors::new(vec![1e-45, 0.0, f32::MAX, f32::MAX], 2).unwrap();
    let half = 0.5f32.sqrt();
    assert_eq!(vectors.unit().unwrap().values(), [1.0, 0.0, half, half]);
}

#[test]
fn written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let vectors = Vectors::new((0..6u8).map(f32::from).collect(), 3).unwrap();
    let path = folder.path().join("v.npy");
    std::fs::write(&path, "from before").unwrap();
    vectors.write(&path).unwrap();
    assert_eq!(Vectors::read(&path).unwrap(), vectors);
    let array: Array2<f32> = read_npy(&path).unwrap();
    assert_eq!(array.dim(), (2, 3));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

    let nowhere = folder.path().join("nowhere");
    let line = vectors.write(&nowhere.join("v.npy")).unwrap_err();
    let line = line.to_string();
    assert!(line.contains("there is no folder"), "{line}");
    assert!(!nowhere.exists());
    assert!(vectors.write(Path::new("..")).is_err());
}

proptest! {
    #[test]
    fn units_have_length_one_and_their_direction(
        values in prop::collection::vec(-1e3f32..1e3, 1..40),
        dim in 1usize..8,
    ) {
        let rows = (values.len() / dim).max(1);
        let mut values = values;
        values.resize(rows * dim, 1.0);
        // No row of zeros.
        values.iter_mut().step_by(dim).for_each(|value| *value = value.abs() + 1e-3);
        let before = Vectors::new(values, dim).unwrap();
        let after = before.clone().unit().unwrap();
        for (before, after) in before.rows().zip(after.rows()) {
            let dot = |a: &[f32], b: &[f32]| -> f64 {
                a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
            };
            prop_assert!((dot(after, after) - 1.0).abs() < 1e-6);
            let length = dot(before, before).sqrt();
            prop_assert!((dot(before, after) - length).abs() < 1e-6 * length);
        }
    }
}
