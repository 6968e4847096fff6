mod corruptions;
mod palettes;

use std::path::Path;

use ndarray::{Array1, Array2, Array3, Array4, ShapeBuilder};
use ndarray_npy::{WritableElement, write_npy};
use slotless_core::bits;

use super::*;

const SHAPE: Shape = Shape {
    width: 5,
    height: 3,
};

fn read(path: &Path) -> Result<Pictures, String> {
    let source = Source::Path(path.to_owned());
    source.read().map_err(|error| error.kind.to_string())
}

fn write_png(
    path: &Path,
    (width, height): (u32, u32),
    colour: png::ColorType,
    depth: png::BitDepth,
    bytes: &[u8],
) {
    let file = std::fs::File::create(path).unwrap();
    let mut encoder = png::Encoder::new(file, width, height);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(bytes).unwrap();
}

#[test]
fn the_digits_are_those_of_their_source() {
    let digits = Source::Digits.read().unwrap();
    assert_eq!(
        digits.shape(),
        Shape {
            width: 8,
            height: 8
        }
    );
    assert_eq!((digits.len(), digits.range()), (1797, (0.0, 16.0)));
    // Digits of the set as its description counts them.
    let counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
    for (digit, count) in counts.into_iter().enumerate() {
        let name = format!("digit {digit}");
        let found = digits
            .names()
            .iter()
            .filter(|&other| *other == name)
            .count();
        assert_eq!(found, count, "{name}");
    }
    for (number, name) in digits.names().iter().take(30).enumerate() {
        assert_eq!(*name, format!("digit {}", number % 10));
    }
    // Its first row.
    let first = [
        0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0, 0, 3, 15, 2, 0, 11, 8, 0, 0, 4, 12, 0,
        0, 8, 8, 0, 0, 5, 8, 0, 0, 9, 8, 0, 0, 4, 11, 0, 1, 12, 7, 0, 0, 2, 14, 5, 10, 12, 0, 0, 0,
        0, 6, 13, 10, 0, 0, 0,
    ];
    assert_eq!(digits.values().next().unwrap(), first.map(f64::from));
    let few = digits.first(2);
    assert_eq!((few.len(), few.values().len(), few.range().1), (2, 2, 16.0));
}

#[test]
fn grey_goes_from_minus_one_to_one() {
    let values = vec![3.0, 5.0, 7.0, 11.0];
    let shape = Shape {
        width: 2,
        height: 1,
    };
    let pictures = Pictures::new(shape, vec!["a".to_owned(), "b".to_owned()], values).unwrap();
    assert_eq!(pictures.grey(), [-1.0, -0.5, 0.0, 1.0]);
    // The range is that of all pictures, though one is left.
    assert_eq!(pictures.first(1).grey(), [-1.0, -0.5]);
}

#[test]
fn png_of_every_kind_comes_back() {
    use png::{BitDepth, ColorType};
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let one = |name: &str, colour, depth, bytes: &[u8]| {
        write_png(&at(name), (2, 2), colour, depth, bytes);
    };
    one(
        "c_grey.png",
        ColorType::Grayscale,
        BitDepth::Eight,
        &[0, 51, 102, 255],
    );
    one(
        "a_deep.PNG",
        ColorType::Grayscale,
        BitDepth::Sixteen,
        &[0, 0, 0x33, 0x33, 0x66, 0x66, 255, 255],
    );
    one(
        "d_alpha.png",
        ColorType::GrayscaleAlpha,
        BitDepth::Eight,
        &[255, 0, 51, 255, 204, 128, 255, 255],
    );
    one(
        "b_colour.png",
        ColorType::Rgb,
        BitDepth::Eight,
        &[0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255],
    );
    one(
        "e_few.png",
        ColorType::Grayscale,
        BitDepth::One,
        &[0b0100_0000, 0b1000_0000],
    );
    std::fs::write(at("notes.txt"), "no picture").unwrap();
    std::fs::create_dir(at("folder.png")).unwrap();
    let pictures = read(folder.path()).unwrap();
    assert_eq!(
        pictures.names(),
        ["a_deep", "b_colour", "c_grey", "d_alpha", "e_few"]
    );
    assert_eq!(
        pictures.shape(),
        Shape {
            width: 2,
            height: 2
        }
    );
    let expected = [
        [0.0, 0.2, 0.4, 1.0],
        [0.0, 0.299, 0.587, 0.114],
        [0.0, 0.2, 0.4, 1.0],
        [0.0, 0.2, 0.8 * 128.0 / 255.0, 1.0],
        [0.0, 1.0, 1.0, 0.0],
    ];
    for (found, expected) in pictures.values().zip(expected) {
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }
}

/// Names come in the order that people give them, and what a file system or an archive left beside them is no picture.
#[test]
fn numbers_in_names_and_hidden_files() {
    use png::{BitDepth, ColorType};
    let folder = tempfile::tempdir().unwrap();
    let names = [
        "img.png",
        "img1.png",
        "img1b.png",
        "img2.png",
        "img02x.png",
        "img10.png",
        "img18446744073709551616.png",
        "img184467440737095516161.png",
        "imgé2.png",
        "imgé11.png",
    ];
    for name in names {
        let path = folder.path().join(name);
        write_png(
            &path,
            (1, 2),
            ColorType::Grayscale,
            BitDepth::Eight,
            &[0, 9],
        );
    }
    std::fs::write(folder.path().join("._img1.png"), "Mac OS X").unwrap();
    std::fs::write(folder.path().join(".hidden.png"), "").unwrap();
    let pictures = read(folder.path()).unwrap();
    assert_eq!(
        pictures.names(),
        names.map(|name| name.trim_end_matches(".png"))
    );
}

#[test]
fn folders_that_are_refused() {
    use png::{BitDepth, ColorType};
    let folder = tempfile::tempdir().unwrap();
    let grey = |name: &str, size: (u32, u32), bytes: &[u8]| {
        let path = folder.path().join(name);
        write_png(&path, size, ColorType::Grayscale, BitDepth::Eight, bytes);
    };
    let refused = || read(folder.path()).unwrap_err();
    assert_eq!(refused(), "no .png in it");
    grey("a.png", (2, 1), &[7, 7]);
    assert!(
        refused().contains("every pixel has the value 0.027"),
        "{}",
        refused()
    );
    grey("b.png", (1, 2), &[0, 9]);
    assert_eq!(
        refused(),
        "b.png has 1 x 2 pixels, but a.png has 2 x 1; all must have one size"
    );
    std::fs::write(folder.path().join("b.png"), "no PNG").unwrap();
    assert!(refused().starts_with("b.png: "), "{}", refused());
    // Cut short.
    grey("b.png", (2, 1), &[0, 9]);
    let whole = std::fs::read(folder.path().join("b.png")).unwrap();
    std::fs::write(folder.path().join("b.png"), &whole[..whole.len() - 30]).unwrap();
    assert!(refused().starts_with("b.png: "), "{}", refused());
    assert!(
        read(&folder.path().join("b.png"))
            .unwrap_err()
            .contains("expected a folder")
    );
    assert!(read(&folder.path().join("missing")).is_err());
    // What cannot be opened, or is no file, is not passed over.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", folder.path().join("0.png")).unwrap();
        assert!(refused().starts_with("0.png: "), "{}", refused());
        std::fs::remove_file(folder.path().join("0.png")).unwrap();
        std::os::unix::fs::symlink("/dev/null", folder.path().join("0.png")).unwrap();
        assert_eq!(refused(), "0.png: a device, expected a regular file");
    }
}

/// Arrays of every type, of two and three axes and in both orders.
#[test]
fn arrays_of_every_type() {
    fn check<T: WritableElement + Copy>(values: [T; 8]) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.npy");
        let squares = Array2::from_shape_vec((2, 4), values.to_vec()).unwrap();
        let cubes = Array3::from_shape_vec((2, 2, 2), values.to_vec()).unwrap();
        let mut columns = Array3::from_elem((2, 2, 2).f(), values[0]);
        columns.assign(&cubes);
        let mut found = Vec::new();
        write_npy(&path, &squares).unwrap();
        found.push(read(&path).unwrap());
        write_npy(&path, &cubes).unwrap();
        found.push(read(&path).unwrap());
        write_npy(&path, &columns).unwrap();
        found.push(read(&path).unwrap());
        for pictures in found {
            assert_eq!(
                pictures.shape(),
                Shape {
                    width: 2,
                    height: 2
                }
            );
            assert_eq!(pictures.names(), ["0", "1"]);
            let expected = [[0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0]];
            assert!(
                pictures
                    .values()
                    .eq(expected.iter().map(|row| row.as_slice()))
            );
        }
    }
    const ROWS: [u8; 8] = [0, 1, 1, 0, 1, 0, 0, 0];
    check(ROWS);
    check(ROWS.map(|cell| cell == 1));
    check(ROWS.map(|cell| cell as i8));
    check(ROWS.map(u16::from));
    check(ROWS.map(i16::from));
    check(ROWS.map(u32::from));
    check(ROWS.map(i32::from));
    check(ROWS.map(u64::from));
    check(ROWS.map(i64::from));
    check(ROWS.map(f32::from));
    check(ROWS.map(f64::from));
}

#[test]
fn arrays_keep_the_order_of_rows_and_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    let values: Vec<i16> = (-5..25).collect();
    write_npy(&path, &Array3::from_shape_vec((2, 3, 5), values).unwrap()).unwrap();
    let pictures = read(&path).unwrap();
    assert_eq!(pictures.shape(), SHAPE);
    let flat: Vec<f64> = pictures.values().flatten().copied().collect();
    assert!(flat.into_iter().eq((-5..25).map(f64::from)));
}

#[test]
fn arrays_that_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npy");
    write_npy(&path, &Array2::<u8>::zeros((2, 6))).unwrap();
    assert!(read(&path).unwrap_err().contains("6 cells are no square"));
    write_npy(&path, &Array2::<u8>::zeros((0, 4))).unwrap();
    assert_eq!(read(&path).unwrap_err(), "no picture in it");
    write_npy(&path, &Array1::<u8>::zeros(4)).unwrap();
    assert!(read(&path).unwrap_err().contains("1 axes"));
    write_npy(&path, &Array4::<u8>::zeros((1, 2, 2, 2))).unwrap();
    assert!(read(&path).unwrap_err().contains("4 axes"));
    write_npy(&path, &Array2::<f32>::ones((2, 4))).unwrap();
    assert!(
        read(&path)
            .unwrap_err()
            .contains("every pixel has the value 1")
    );
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e101] {
        let mut array = Array3::<f64>::zeros((2, 3, 5));
        array[[1, 2, 3]] = value;
        write_npy(&path, &array).unwrap();
        let found = read(&path).unwrap_err();
        assert!(
            found.contains("picture 1 has") && found.contains("at row 3, column 4"),
            "{found}"
        );
    }
    std::fs::write(&path, "no array").unwrap();
    assert_eq!(read(&path).unwrap_err(), "it does not begin as a .npy does");
    // As many names as cells would be more than the file is.
    let count = (1 << 20) + 1;
    write_npy(&path, &Array3::<u8>::zeros((count, 1, 1))).unwrap();
    assert_eq!(
        read(&path).unwrap_err(),
        "1048577 pictures, allowed up to 1048576"
    );
    // What a file is, its first bytes say.
    write_npy(&path, &Array2::<u8>::eye(4)).unwrap();
    let expected = read(&path).unwrap();
    for name in ["B.NPY", "pictures"] {
        let other = folder.path().join(name);
        std::fs::copy(&path, &other).unwrap();
        assert_eq!(read(&other).unwrap(), expected);
    }
}

fn picture(values: &[f64]) -> Pictures {
    let shape = Shape {
        width: values.len() as u32,
        height: 1,
    };
    Pictures::new(shape, vec!["it".to_owned()], values.to_vec()).unwrap()
}

#[test]
fn thresholds_give_the_bits_they_say() {
    let of = |threshold: &str, values: &[f64]| {
        let threshold: Threshold = threshold.parse().unwrap();
        let patterns = threshold
            .bits(&picture(values))
            .map_err(|error| error.to_string())?;
        let width = values.len() as u32;
        let cells = (0..width).map(|at| {
            if bits::get(patterns.get(0), at) {
                '1'
            } else {
                '0'
            }
        });
        Ok::<String, String>(cells.collect())
    };
    // The mean is 4: what is at it is not above it.
    assert_eq!(of("mean", &[0.0, 4.0, 5.0, 7.0]).unwrap(), "0011");
    // Levels lie between 2 and 10.
    assert_eq!(of("0.5", &[2.0, 6.0, 6.5, 10.0]).unwrap(), "0011");
    assert_eq!(of("0", &[2.0, 3.0, 2.5, 10.0]).unwrap(), "0111");
    // Of equally bright pixels the first.
    assert_eq!(of("ones:1", &[1.0, 3.0, 3.0, 2.0]).unwrap(), "0100");
    assert_eq!(of("ones:3", &[1.0, 3.0, 3.0, 2.0]).unwrap(), "0111");
    let error = of("ones:3", &[1.0, 1.0, 3.0, 2.0]).unwrap_err();
    assert!(error.contains("it has only 2 pixels"), "{error}");
    // A picture that lies below the level that all pictures have.
    let shape = Shape {
        width: 2,
        height: 1,
    };
    let names = vec!["dark".to_owned(), "light".to_owned()];
    let two = Pictures::new(shape, names.clone(), vec![0.0, 1.0, 0.0, 9.0]).unwrap();
    let error = Threshold::Level(0.5).bits(&two).unwrap_err();
    assert!(error.to_string().contains("no pixel of dark"), "{error}");
    let two = Pictures::new(shape, names, vec![0.0, 1.0, 8.0, 9.0]).unwrap();
    let error = Threshold::Level(0.5).bits(&two).unwrap_err();
    assert!(
        matches!(error, ThresholdError::Flat { which: "no", .. }),
        "{error}"
    );
    assert!(Threshold::Mean.bits(&two).is_ok());
}

/// Against a mean computed in whole numbers.
#[test]
fn the_mean_number_of_ones_of_the_digits() {
    let digits = Source::Digits.read().unwrap();
    let above = |values: &[f64]| {
        let values: Vec<u64> = values.iter().map(|&value| value as u64).collect();
        let sum: u64 = values.iter().sum();
        values.iter().filter(|&&value| 64 * value > sum).count()
    };
    let counts: Vec<usize> = digits.values().map(above).collect();
    let patterns = Threshold::Mean.bits(&digits).unwrap();
    assert!(
        patterns
            .ones()
            .iter()
            .map(|&ones| ones as usize)
            .eq(counts.iter().copied())
    );
    let ten = Source::Digits.read().unwrap().first(10);
    let sum: usize = counts[..10].iter().sum();
    assert_eq!(
        Threshold::ones_for(&ten),
        Threshold::Ones((sum as f64 / 10.0).round() as u32)
    );
    // One of all 1,797 has only 16 pixels with ink.
    assert_eq!(Threshold::ones_for(&digits), Threshold::Ones(16));
    assert!(
        Threshold::ones_for(&digits)
            .bits(&digits)
            .unwrap()
            .ones()
            .iter()
            .all(|&ones| ones == 16)
    );
}
