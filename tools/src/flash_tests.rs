//! The files read back by readers written from the formats' descriptions, not from the writers.

use std::collections::BTreeMap;

use super::*;

fn segments() -> Vec<Segment> {
    // Across two upper halves, with lengths that fill neither records nor pages, and a gap.
    let bytes = |length: usize, seed: u8| {
        (0..length)
            .map(|at| (at as u8).wrapping_mul(seed))
            .collect()
    };
    vec![
        Segment {
            address: 0x0800_fff3,
            bytes: bytes(300, 37),
        },
        Segment {
            address: 0x0801_0200,
            bytes: bytes(1, 11),
        },
        Segment {
            address: 0x0802_0000,
            bytes: bytes(16, 91),
        },
    ]
}

fn flat(segments: &[Segment]) -> Flat {
    Flat::join(Path::new("test.elf"), segments).unwrap()
}

/// Bytes by address.
fn memory(segments: &[Segment]) -> BTreeMap<u32, u8> {
    let bytes = |segment: &Segment| {
        (segment.address..)
            .zip(segment.bytes.clone())
            .collect::<Vec<_>>()
    };
    segments.iter().flat_map(bytes).collect()
}

fn read_hex(text: &str) -> BTreeMap<u32, u8> {
    let mut memory = BTreeMap::new();
    let (mut upper, mut ended) = (0, false);
    for line in text.lines() {
        assert!(!ended, "a record behind the last");
        let digits = line.strip_prefix(':').unwrap();
        assert_eq!(digits.len() % 2, 0);
        let byte = |at: usize| u8::from_str_radix(&digits[2 * at..2 * at + 2], 16).unwrap();
        let bytes: Vec<u8> = (0..digits.len() / 2).map(byte).collect();
        assert_eq!(
            bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>() % 256,
            0
        );
        assert_eq!(bytes.len(), usize::from(bytes[0]) + 5);
        let data = &bytes[4..bytes.len() - 1];
        match bytes[3] {
            0 => {
                let low = u32::from(bytes[1]) * 256 + u32::from(bytes[2]);
                assert!(low as usize + data.len() <= 0x1_0000, "{line} wraps");
                for (at, byte) in (upper * 0x1_0000 + low..).zip(data) {
                    assert_eq!(memory.insert(at, *byte), None, "{at:#x} twice");
                }
            }
            1 => ended = true,
            4 => upper = u32::from(data[0]) * 256 + u32::from(data[1]),
            other => panic!("record type {other}"),
        }
    }
    assert!(ended, "no last record");
    memory
}

fn read_uf2(file: &[u8], family: u32) -> BTreeMap<u32, u8> {
    assert_eq!(file.len() % 512, 0);
    let mut memory = BTreeMap::new();
    for (number, block) in file.chunks(512).enumerate() {
        let word = |at: usize| u32::from_le_bytes(block[4 * at..4 * at + 4].try_into().unwrap());
        assert_eq!(&block[..4], b"UF2\n");
        assert_eq!((word(1), word(127)), (0x9e5d_5157, 0x0ab1_6f30));
        assert_eq!(word(2), 0x2000, "a family, nothing else");
        assert_eq!(word(3) % 256, 0, "whole pages");
        assert_eq!((word(4), word(7)), (256, family));
        assert_eq!(
            (word(5), word(6)),
            (number as u32, (file.len() / 512) as u32)
        );
        memory.extend((word(3)..).zip(block[32..288].iter().copied()));
    }
    memory
}

#[test]
fn flat_bytes_are_the_segments_and_erased_flash_between() {
    let flat = flat(&segments());
    assert_eq!(flat.address, 0x0800_fff3);
    assert_eq!(flat.bytes.len(), 0x1_001d);
    let expected = memory(&segments());
    for (at, byte) in (flat.address..).zip(&flat.bytes) {
        assert_eq!(*byte, expected.get(&at).copied().unwrap_or(0xff), "{at:#x}");
    }
}

#[test]
fn hex_reads_back_as_the_segments() {
    assert_eq!(read_hex(&hex(&segments())), memory(&segments()));
}

#[test]
fn hex_records_are_those_of_the_format() {
    // Examples that descriptions of the format have.
    let segment = Segment {
        address: 0x0100,
        bytes: vec![
            0x21, 0x46, 0x01, 0x36, 0x01, 0x21, 0x47, 0x01, 0x36, 0x00, 0x7e, 0xfe, 0x09, 0xd2,
            0x19, 0x01,
        ],
    };
    let expected = ":020000040000FA\n:10010000214601360121470136007EFE09D2190140\n:00000001FF\n";
    assert_eq!(hex(&[segment]), expected);
}

#[test]
fn uf2_reads_back_as_the_flat_bytes_filled_up() {
    for length in [1_usize, 255, 256, 257, 5000] {
        let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
        let flat = Flat {
            address: 0x1000_0000,
            bytes,
        };
        let memory = read_uf2(&uf2(&flat, 0xe48b_ff56), 0xe48b_ff56);
        let mut expected = flat.bytes.clone();
        expected.resize(length.next_multiple_of(256), 0xff);
        assert!(
            memory.into_iter().eq((0x1000_0000..).zip(expected)),
            "{length}"
        );
    }
}

#[test]
fn segments_that_cannot_be_flashed_are_refused() {
    let join = |segments: &[Segment]| {
        Flat::join(Path::new("test.elf"), segments)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(join(&[]), "test.elf: nothing in it goes to flash");
    let at = |address| Segment {
        address,
        bytes: vec![1; 16],
    };
    assert_eq!(
        join(&[at(0), at(15)]),
        "test.elf: two segments overlap at 0x0000000f"
    );
    assert_eq!(
        join(&[at(0), at(0x2000_0000)]),
        "test.elf: its segments are spread over 536870928 bytes, 16777216 are allowed"
    );
}

#[test]
fn the_boot_checksum_is_that_of_mpeg_2() {
    // The check value that catalogues of checksums list.
    assert_eq!(crc(b"123456789"), 0x0376_e6e7);
}
