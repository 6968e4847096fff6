//! Each error: the word that brings it, and what it says.

use super::common::*;
use slotless_core::kwinner::{ParamsError, WiringKind};
use slotless_core::snapshot::{Kind, Snapshot, SnapshotError};

#[test]
fn each_wrong_word_is_named_with_its_value() {
    use SnapshotError as E;
    let n_i = |visible| E::Params(ParamsError::FanIn { fan_in: 7, visible });
    for (place, word, expected) in [
        (2, 3, E::Version { got: 3 }),
        (2, 0, E::Version { got: 0 }),
        (3, 7, E::Results { got: 7 }),
        (4, 0, E::Kind { got: 0 }),
        (
            5,
            u32::MAX,
            E::Length {
                got: 65,
                expected: u32::MAX,
            },
        ),
        (
            6,
            u32::MAX,
            E::Table {
                parameters: u32::MAX,
                sections: 3,
                words: 65,
            },
        ),
        (
            7,
            u32::MAX,
            E::Table {
                parameters: 12,
                sections: u32::MAX,
                words: 65,
            },
        ),
        // 8 + 39 + 9 is 56, 8 + 48 + 9 is 65: all the words there are, and none for the CRC.
        (
            6,
            48,
            E::Table {
                parameters: 48,
                sections: 3,
                words: 65,
            },
        ),
        (8, 3, E::Bits { got: 3 }),
        (8, 0, E::Bits { got: 0 }),
        (8, 32, E::Bits { got: 32 }),
        (9, 6, n_i(6)),
        (9, 0, E::Params(ParamsError::NoVisible)),
        (10, 0, E::Params(ParamsError::NoHidden)),
        (
            12,
            11,
            E::Params(ParamsError::Winners {
                winners: 11,
                hidden: 10,
            }),
        ),
        (
            13,
            41,
            E::Params(ParamsError::Active {
                active: 41,
                visible: 40,
            }),
        ),
        (14, 65_537, E::Params(ParamsError::Rate { rate: 65_537 })),
        (15, 2, E::Rounding { got: 2 }),
        (16, 2, E::Assignment { got: 2 }),
        (17, 2, E::Wiring { got: 2 }),
        // The masks are one section too many.
        (
            17,
            1,
            E::Section {
                section: 1,
                got: (2, 20),
                expected: (3, 14),
            },
        ),
        // Two mask words a row become three.
        (
            9,
            65,
            E::Section {
                section: 1,
                got: (2, 20),
                expected: (2, 30),
            },
        ),
        // 9 weights of 4 bits are two words.
        (
            11,
            9,
            E::Section {
                section: 2,
                got: (3, 10),
                expected: (3, 20),
            },
        ),
        (
            20,
            9,
            E::Section {
                section: 0,
                got: (9, 2),
                expected: (1, 2),
            },
        ),
        (
            24,
            33,
            E::Offset {
                section: 1,
                got: 33,
                expected: 34,
            },
        ),
        (
            25,
            31,
            E::Extent {
                section: 1,
                got: 65,
                end: 64,
            },
        ),
        (
            25,
            u32::MAX,
            E::Extent {
                section: 1,
                got: (1 << 32) + 33,
                end: 64,
            },
        ),
        (
            28,
            9,
            E::Extent {
                section: 2,
                got: 63,
                end: 64,
            },
        ),
        (29, 5, E::Padding { got: 5 }),
    ] {
        let mut file = small();
        file[place] = word;
        // The header is checked before the CRC, so that is what is named; a right CRC changes nothing.
        assert_eq!(
            Snapshot::from_words(&file).unwrap_err(),
            expected,
            "{place}"
        );
        assert_eq!(
            Snapshot::from_words_unverified(&file).unwrap_err(),
            expected
        );
    }
    // A block of other length, with the same sections after it: 13 words leave the table one word later.
    let mut file = small();
    file.copy_within(20..29, 21);
    (file[6], file[20]) = (13, 0);
    assert_eq!(
        Snapshot::from_words(&file).unwrap_err(),
        E::ParameterWords {
            got: 13,
            expected: 12
        }
    );
    // Two sections of the three, the second as long as both.
    let mut file = small();
    (file[7], file[25]) = (2, 30);
    file[26..29].fill(0);
    file.drain(24..26); // 8 + 12 + 6 is 26, as before a multiple of 8 is 32
    file.splice(24..24, [34, 30]);
    assert_eq!(
        Snapshot::from_words(&file).unwrap_err(),
        E::Section {
            section: 1,
            got: (2, 30),
            expected: (2, 20)
        }
    );
    // No section at all.
    let mut file = small();
    file[7] = 0;
    file[20..32].fill(0);
    assert_eq!(
        Snapshot::from_words(&file).unwrap_err(),
        E::Extent {
            section: 0,
            got: 24,
            end: 64
        }
    );
}

#[test]
fn errors_say_what_was_found_and_what_is_allowed() {
    use SnapshotError as E;
    for (error, text) in [
        (
            E::Short { bytes: 3 },
            "snapshot of 3 bytes, the header alone takes 32",
        ),
        (
            E::Magic {
                got: [0x89, b'P', b'N', b'G', 13, 10, 26, 10],
            },
            "no snapshot: it starts with the bytes 89 50 4e 47 0d 0a 1a 0a, expected 73 6c 6f 74 6c 65 73 73",
        ),
        (
            E::Swapped,
            "snapshot with the bytes of its words reversed, expected the low byte first",
        ),
        (
            E::Ragged { bytes: 5 },
            "snapshot of 5 bytes, expected a multiple of 4",
        ),
        (
            E::Misaligned { past: 3 },
            "snapshot at an address 3 past a multiple of 4, expected a multiple of 4",
        ),
        (
            E::BigEndian,
            "snapshots are little-endian and this machine is not: it has to copy them",
        ),
        (
            E::Version { got: 3 },
            "snapshot format 3, this program reads 1 to 2",
        ),
        (
            E::Results { got: 2 },
            "snapshot of results version 2, this program computes version 1",
        ),
        (
            E::Kind { got: 9 },
            "snapshot of a model of kind 9, allowed 1 (K-winner network), 2 (memory of recency levels), 3 (memory of plain slots), 4 (ring of codes), 5 (ring of sketches), 6 (recogniser that grows), 7 (ring of samples) and 8 (recogniser by class means)",
        ),
        (
            E::OtherKind {
                got: Kind::Recency,
                expected: Kind::KWinner,
            },
            "snapshot of a memory of recency levels, expected a K-winner network",
        ),
        (
            E::Length {
                got: 5,
                expected: 6,
            },
            "snapshot of 5 words, its header says 6",
        ),
        (
            E::Table {
                parameters: 90,
                sections: 3,
                words: 65,
            },
            "90 words of parameters and 3 sections do not fit a snapshot of 65 words",
        ),
        (
            E::Padding { got: 5 },
            "word 0x00000005 between the section table and the first section, expected 0",
        ),
        (
            E::Offset {
                section: 1,
                got: 33,
                expected: 34,
            },
            "section 1 starts at word 33, expected 34",
        ),
        (
            E::Extent {
                section: 2,
                got: 65,
                end: 64,
            },
            "section 2 ends at word 65, the sections at 64",
        ),
        (
            E::Section {
                section: 1,
                got: (2, 20),
                expected: (2, 30),
            },
            "section 1 is of kind 2 and 20 words, the parameters ask for kind 2 and 30 words",
        ),
        (
            E::Crc {
                got: 16,
                expected: 17,
            },
            "CRC 0x00000010, the snapshot carries 0x00000011",
        ),
        (
            E::ParameterWords {
                got: 13,
                expected: 12,
            },
            "13 words of parameters, expected 12",
        ),
        (
            E::Bits { got: 3 },
            "weights of 3 bits, allowed 1, 2, 4, 8 and 16",
        ),
        (
            E::Width {
                got: 4,
                expected: 8,
            },
            "weights of 4 bits, expected 8",
        ),
        (
            E::Rounding { got: 2 },
            "rounding 2, allowed 0 (nearest) and 1 (stochastic)",
        ),
        (
            E::Assignment { got: 2 },
            "assignment 2, allowed 0 (competitive) and 1 (random-k)",
        ),
        (
            E::Wiring { got: 2 },
            "wiring 2, allowed 0 (random) and 1 (structured)",
        ),
        (
            E::OtherWiring {
                got: WiringKind::Structured,
                expected: WiringKind::Random,
            },
            "structured wiring, expected random",
        ),
        (E::Params(ParamsError::NoHidden), "n_h is 0, allowed from 1"),
        (
            E::Buffer { got: 1, needed: 2 },
            "buffer of 1 words, needed at least 2",
        ),
        (
            E::TooLarge { words: 1 << 31 },
            "snapshot of 2147483648 words, allowed up to 4294967295",
        ),
    ] {
        assert_eq!(error.to_string(), text);
        let source = std::error::Error::source(&error);
        assert_eq!(source.is_some(), matches!(error, E::Params(_)));
    }
}
