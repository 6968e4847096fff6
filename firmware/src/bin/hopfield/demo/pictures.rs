//! Sixteen pictures of 8 x 8 cells, drawn for this demo.

use fixed::types::I16F16;
use slotless_core::bits;

/// Cells to a side.
pub const SIDE: u32 = 8;
/// Cells of a picture: the units of the networks.
pub const CELLS: u32 = SIDE * SIDE;
/// Pictures.
pub const COUNT: usize = 16;
/// Words of a picture.
pub const WORDS: usize = bits::words_for(CELLS);
/// A picture: a bit is 1 where there is ink.
pub type Picture = [u32; WORDS];

/// What they show.
pub const NAMES: [&str; COUNT] = [
    "key",
    "moon",
    "tree",
    "glasses",
    "house",
    "heart",
    "bolt",
    "cross",
    "hourglass",
    "ship",
    "anchor",
    "bricks",
    "cup",
    "clover",
    "stairs",
    "window",
];

/// Pictures side by side in a band.
const BAND: usize = 8;

const DRAWN: [[&[u8]; SIDE as usize]; COUNT / BAND] = [
    [
        b".###.... ..####.. ...##... ........ ...##... .##..##. ....###. ##....##",
        b"##.##... .###.... ..####.. ##....## ..####.. ######## ...###.. ###..###",
        b"#...#### ###..... .######. .#....#. .######. ######## ..###... .######.",
        b"#...#### ###..... ..####.. ######## ######## ######## .######. ..####..",
        b"##.##..# ###..... .######. #..##..# ##....## .######. ....##.. ..####..",
        b".###...# ###..... ######## #..##..# ##.##.## ..####.. ...##... .######.",
        b"........ .###.... ...##... ######## ##.##.## ...##... ..##.... ###..###",
        b"........ ..####.. ...##... ........ ##.##.## ........ .##..... ##....##",
    ],
    [
        b"######## ...#.... ...##... ###.###. ........ .##..##. ......## ########",
        b".######. ...##... ..#..#.. ###.###. ######.. ####.### ......## #..##..#",
        b"..####.. ...###.. ...##... ........ #######. ####.### ....#### #..##..#",
        b"...##... ...####. .######. #.###.## #####..# .##.###. ....#### ########",
        b"...##... ...#.... ...##... #.###.## #####..# ...#.... ..###### ########",
        b"..####.. ######## #..##..# ........ #######. .##.##.. ..###### #..##..#",
        b".######. .######. ##.##.## ###.###. ######.. ####.##. ######## #..##..#",
        b"######## ..####.. .######. ###.###. .####... .##..#.. ######## ########",
    ],
];

/// All pictures, as packed bits: memories of the classical and of the dense network.
pub static PACKED: [Picture; COUNT] = {
    let mut packed = [[0; WORDS]; COUNT];
    let mut place = 0;
    while place < COUNT * CELLS as usize {
        let (picture, cell) = (place / CELLS as usize, place % CELLS as usize);
        if has_ink(picture, cell) {
            packed[picture][cell / 32] |= 1 << (cell % 32);
        }
        place += 1;
    }
    packed
};

/// All pictures, 1 where there is ink and else -1: memories of the modern network.
pub static NUMBERS: [[I16F16; CELLS as usize]; COUNT] = {
    let mut numbers = [[I16F16::NEG_ONE; CELLS as usize]; COUNT];
    let mut place = 0;
    while place < COUNT * CELLS as usize {
        let (picture, cell) = (place / CELLS as usize, place % CELLS as usize);
        if has_ink(picture, cell) {
            numbers[picture][cell] = I16F16::ONE;
        }
        place += 1;
    }
    numbers
};

const fn has_ink(picture: usize, cell: usize) -> bool {
    let side = SIDE as usize;
    let line = DRAWN[picture / BAND][cell / side];
    line[picture % BAND * (side + 1) + cell % side] == b'#'
}
