//! Flashes, ranges and stores that are refused, each with its line.

use std::ops::Range;

use slotless_core::kwinner::Params;
use slotless_core::recency;
use slotless_core::ring::{Replacement, SlotsParams};
use slotless_core::weight::{U4, U8};
use slotless_store::{Error, Identity, Store, Written};

use crate::flash::{Flash, Refused};

type Chip = Flash<1, 4, 1024>;

fn identity(words: u32) -> Identity {
    Identity::new(256, words, [0; 12])
}

#[test]
fn ranges_that_are_not_whole_pages_of_the_flash() {
    for range in [
        0..1000,
        4..2052,
        0..0,
        Range {
            start: 2048,
            end: 1024,
        },
        0..5 * 1024,
        1024..6 * 1024,
        0..u32::MAX,
    ] {
        let got = Store::mount(Chip::new(4), range.clone(), identity(10)).unwrap_err();
        let (start, end) = (range.start, range.end);
        let expected = Error::Range {
            start,
            end,
            page: 1024,
            capacity: 4096,
        };
        assert_eq!(got, expected);
        assert!(
            got.to_string().contains(&format!("bytes {start}..{end} ")),
            "{got}"
        );
    }
}

#[test]
fn ranges_of_too_few_pages() {
    // 80 bytes before the state: 236 words are a page, 237 are two.
    assert!(Store::mount(Chip::new(2), 0..2048, identity(236)).is_ok());
    for (words, pages, least) in [
        (237, 3, 4),
        (10, 1, 2),
        (492, 3, 4),
        (493, 5, 6),
        (1 << 30, 4, 2_097_156),
    ] {
        let got =
            Store::mount(Chip::new(pages), 0..1024 * pages as u32, identity(words)).unwrap_err();
        let Error::Pages { got, least: needed } = got else {
            panic!("{got}");
        };
        assert_eq!(got, pages as u32);
        if words < 1 << 29 {
            assert_eq!(needed, least);
        }
    }
}

#[test]
fn flashes_of_other_units() {
    fn refused<const R: usize, const W: usize, const E: usize>() {
        let got = Store::mount(Flash::<R, W, E>::new(8), 0..8 * E as u32, identity(10));
        let expected = Error::Sizes {
            read: R,
            write: W,
            page: E,
        };
        assert_eq!(got.unwrap_err(), expected);
    }
    refused::<32, 32, 1024>();
    refused::<3, 3, 1024>();
    refused::<1, 512, 1024>();
    refused::<1, 4, 16>();
    refused::<1, 64, 96>();
    refused::<1, 4, 1056>();
}

#[test]
fn buffers_of_another_length() {
    let mut store = Store::mount(Chip::new(4), 0..4096, identity(10)).unwrap();
    let expected = Error::Words {
        got: 9,
        expected: 10,
    };
    assert_eq!(store.save(&[0; 9]).unwrap_err(), expected);
    assert_eq!(store.load(&mut [0; 9]).unwrap_err(), expected);
    assert_eq!(
        expected.to_string(),
        "a buffer of 9 words for a state of 10"
    );
}

/// Each differs from the first in one thing.
#[test]
fn a_store_of_another_memory() {
    let of = |hidden, winners, seed| {
        let builder = Params::<U8>::builder(64, hidden)
            .winners(winners)
            .active(8)
            .seed(seed);
        builder.build().unwrap()
    };
    let params = of(16, 2, 1);
    let mut flash = Chip::new(8);
    let mut store = Store::mount(&mut flash, 0..8192, &params).unwrap();
    let words = vec![3; params.words()];
    let _ = store.save(&words).unwrap();
    let slots = SlotsParams::new(64, 40, Replacement::Fifo).unwrap();
    let levels = recency::Params::builder(64, 4).active(6).build().unwrap();
    let narrow = Params::<U4>::builder(64, 16)
        .winners(2)
        .active(8)
        .seed(1)
        .build()
        .unwrap();
    let expected = Identity::from(&params);
    let others = [
        Identity::from(&of(17, 2, 1)),
        Identity::from(&of(16, 3, 1)),
        Identity::from(&of(16, 2, 1 << 40 | 1)),
        Identity::from(&slots),
        Identity::from(&levels),
        Identity::from(&narrow),
        Identity::new(
            expected.kind(),
            expected.words() + 1,
            *expected.parameters(),
        ),
    ];
    for other in others {
        let before = flash.bytes.clone();
        let got = Store::mount(&mut flash, 0..8192, other).unwrap_err();
        let refused = Error::Other {
            got: expected,
            expected: other,
        };
        assert_eq!(got, refused);
        assert_eq!(flash.bytes, before);
    }
    let told = Error::<Refused>::Other {
        got: expected,
        expected: Identity::from(&slots),
    };
    assert_eq!(
        told.to_string(),
        "the flash holds the state of another memory (kind 1, 258 words, results 1, parameters 8 64 16 64 2 8 65536 0 0 0 1), not \
         of this one (kind 3, 82 words, results 1, parameters 64 40)"
    );
    // Erased, it is anyone's.
    let mut store = Store::format(&mut flash, 0..8192, &slots).unwrap();
    let mut other = vec![5; slots.words()];
    assert_eq!(store.load(&mut other).unwrap(), None);
    assert_eq!(store.save(&other).unwrap().sequence(), 1);
    assert!(Store::mount(&mut flash, 0..8192, &slots).is_ok());
}

#[test]
fn a_store_of_another_version() {
    let mut flash = Chip::new(4);
    let mut store = Store::mount(&mut flash, 0..4096, identity(10)).unwrap();
    let _ = store.save(&[1; 10]).unwrap();
    // Version 2, and the CRC that it has then.
    flash.bytes[2] = 2;
    let mut text = flash.bytes[16..16 + 64 + 40].to_vec();
    text.extend_from_slice(&flash.bytes[..12]);
    let crc = crc32(&text);
    flash.bytes[12..16].copy_from_slice(&crc.to_le_bytes());
    let got = Store::mount(&mut flash, 0..4096, identity(10)).unwrap_err();
    assert_eq!(got, Error::Version { got: 2 });
    assert_eq!(got.to_string(), "a store of version 2, where 1 is known");
}

/// The CRC of the format, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ (0xedb8_8320 * (crc & 1));
        }
    }
    !crc
}

#[test]
fn a_flash_that_fails() {
    let mut flash = Chip::new(4);
    let mut store = Store::mount(&mut flash, 0..4096, identity(10)).unwrap();
    let _ = store.save(&[1; 10]).unwrap();
    let flash = store.into_flash();
    flash.cut = Some(crate::flash::Cut {
        operation: flash.operations,
        eighths: 0,
        seed: 0,
    });
    let mut store = Store::mount(flash, 0..4096, identity(10)).unwrap();
    let got = store.save(&[2; 10]).unwrap_err();
    assert_eq!(got, Error::Flash(Refused::Off));
    assert_eq!(got.to_string(), "the flash failed: Off");
}

/// Where a byte does not come to what was written, the state goes elsewhere; where there is no elsewhere, this is said.
#[test]
fn a_flash_that_writes_something_else() {
    let mut flash = Chip::new(4);
    let mut store = Store::mount(&mut flash, 0..4096, identity(10)).unwrap();
    let _ = store.save(&[1; 10]).unwrap();
    let flash = store.into_flash();
    // Within the first increment.
    flash.stuck = Some(16 + 64 + 40 + 18);
    let mut store = Store::mount(flash, 0..4096, identity(10)).unwrap();
    let saved = store.save(&[0x0101_0101; 10]).unwrap();
    assert_eq!((saved.sequence(), saved.written()), (2, Written::Whole));
    let flash = store.into_flash();
    assert!(flash.bytes[1024..].starts_with(b"SL\x01\x01\x02"));
    let mut loaded = [0; 10];
    let mut store = Store::mount(&mut *flash, 0..4096, identity(10)).unwrap();
    assert_eq!(
        store
            .load(&mut loaded)
            .unwrap()
            .map(|restored| restored.lost()),
        Some(0)
    );
    assert_eq!(loaded, [0x0101_0101; 10]);

    let mut flash = Chip::new(4);
    flash.stuck = Some(100);
    let mut store = Store::mount(&mut flash, 0..4096, identity(10)).unwrap();
    let got = store.save(&[u32::MAX; 10]).unwrap_err();
    assert_eq!(got, Error::Verify { address: 0 });
    assert_eq!(
        got.to_string(),
        "the record at byte 0 reads otherwise than it was written"
    );
    assert_eq!(store.sequence(), None);
}
