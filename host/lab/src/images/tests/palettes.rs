//! Palettes that no writer of PNGs makes.

use super::super::load::of_png;

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let named = [&name[..], body].concat();
    let length = (body.len() as u32).to_be_bytes();
    let sum = crc32fast::hash(&named).to_be_bytes();
    [&length[..], &named, &sum].concat()
}

/// A picture of one row, 8 bits per pixel, whose places in the palette these are.
fn indexed(palette: &[u8], transparent: Option<&[u8]>, row: &[u8]) -> Vec<u8> {
    let header = [
        &(row.len() as u32).to_be_bytes()[..],
        &[0, 0, 0, 1, 8, 3, 0, 0, 0],
    ]
    .concat();
    // One stored block of deflate: the row's filter and the row.
    let body = [&[0], row].concat();
    let length = body.len() as u16;
    let (a, b) = body.iter().fold((1u32, 0u32), |(a, b), &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (a + b) % 65_521)
    });
    let zlib = [
        &[0x78, 0x01, 0x01][..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        &body,
        &(b << 16 | a).to_be_bytes(),
    ]
    .concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    file.extend(chunk(b"IHDR", &header));
    file.extend(chunk(b"PLTE", palette));
    if let Some(transparent) = transparent {
        file.extend(chunk(b"tRNS", transparent));
    }
    file.extend(chunk(b"IDAT", &zlib));
    file.extend(chunk(b"IEND", &[]));
    file
}

#[test]
fn palettes_of_whole_colours_are_read_and_no_others() {
    let colours: Vec<u8> = (0..=255).flat_map(|of| [of; 3]).collect();
    for count in [1, 2, 255, 256] {
        let last = (count - 1) as u8;
        let file = indexed(&colours[..3 * count], None, &[0, last]);
        let (shape, values) = of_png(&file).unwrap();
        assert_eq!((shape.width, shape.height), (2, 1));
        assert_eq!(values, [0.0, f64::from(last) / 255.0]);
    }
    // More transparent colours than there are, and a pixel of a colour that there is not: numbers, if any.
    for (transparent, row) in [(Some(&[9, 9, 9, 9][..]), [0, 1]), (None, [7, 200])] {
        if let Ok((_, values)) = of_png(&indexed(&colours[..6], transparent, &row)) {
            assert!(values.iter().all(|value| (0.0..=1.0).contains(value)));
        }
    }
    let long = [&colours[..], &[1; 6]].concat();
    for length in [0, 1, 2, 4, 5, 10, 11, 767, 769, 771, 774] {
        for transparent in [None, Some(&[1, 2][..])] {
            let refused = of_png(&indexed(&long[..length], transparent, &[0, 0])).unwrap_err();
            // Far too few and too many are the decoder's to refuse.
            if (3..=768).contains(&length) {
                assert_eq!(
                    refused,
                    format!("its palette has {length} bytes, allowed: 1 to 256 colours of three")
                );
            }
        }
    }
}
