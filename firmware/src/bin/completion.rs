//! One-shot memory on the device: an alphabet, each letter learned in one step, then recalled from half its ink.
//!
//! Shows pattern completion: all 26 letters are learned once, in order, before the first is recalled, and nothing is
//! trained beforehand. The log has each letter, the cue (half its ink, drawn at random) and what the cue brought back,
//! side by side; its last line counts the cells that came back wrong. How much ink a letter has is told, not recalled.
//!
//! Needs 4,544 bytes of static RAM: 3,592 for the network, 924 of scratch. Ends with 1 unless every cell is right.

#![no_std]
#![no_main]

use heapless::String;
use slotless_core::kwinner::{KWinner, NetworkError, Params};
use slotless_core::rng::{self, Purpose};
use slotless_core::{bits, weight::U1};
use slotless_firmware::{entry, error, exit, println};
use static_cell::ConstStaticCell;

const SIDE: u32 = 10;
const CELLS: u32 = SIDE * SIDE;
const LETTERS: u32 = 26;
const BAND: u32 = 9;
const CUES: Purpose = Purpose(256);
type Glyph = [u32; bits::words_for(CELLS)];

/// The letters side by side, [`BAND`] to a band, each of [`SIDE`] x [`SIDE`] cells.
///
/// A cue that fits two letters cannot tell which is meant, and a letter learned where a look-alike lies takes its
/// place. So no two share more than 70 % of the ink of either; strokes that would meet (F and I, E and L) stand apart.
const ALPHABET: [[&[u8]; SIDE as usize]; LETTERS.div_ceil(BAND) as usize] = [
    [
        b"....##.... ######.... ....#####. #######... ...####### ..######## ..######.. ..#....#.. .....####.",
        b"....##.... #.....#... ...#.....# ..#....#.. ..##...... .....#...# .#......#. ..#....#.. ......##..",
        b"...#..#... #.....#... ..#....... ..#.....#. ..##...... .....#.... #......... ..#....#.. ......##..",
        b"...#..#... #.....#... .#........ ..#.....#. ..##...... .....#.... #......... ..#....#.. ......##..",
        b"..#....#.. ######.... .#........ ..#.....#. ...#####.. ...######. #....####. ..######.. ......##..",
        b"..######.. #.....##.. .#........ ..#.....#. ..##...... .....#.... #.......#. ..#....#.. ......##..",
        b".#......#. #.......#. .#........ ..#.....#. ..##...... .....#.... #.......#. ..#....#.. ......##..",
        b".#......#. #.......#. ..#....... ..#.....#. ..##...... .....#.... #.......#. ..#....#.. ......##..",
        b"#........# #......#.. ...#.....# ..#....#.. ..##...... .....#.... .#.....##. ..#....#.. ......##..",
        b"#........# #######... ....#####. #######... ...####### ...#####.. ..#####.#. ..#....#.. .....####.",
    ],
    [
        b"....###### #.......#. ###....... ..#....#.. #........# ...####... ########.. ..#####... #######...",
        b".......#.. #......#.. .#........ ..##..##.. ##.......# ..#....#.. ...#....#. .#.....#.. .#.....#..",
        b".......#.. #.....#... .#........ .#.#..#.#. #.#......# .#......#. ...#.....# #.......#. .#......#.",
        b".......#.. #...##.... .#........ .#.#..#.#. #..#.....# #........# ...#.....# #.......#. .#......#.",
        b".......#.. ####...... .#........ .#..##..#. #...#....# #........# ...#....#. #.......#. .#.....#..",
        b".......#.. #...##.... .#........ #...##...# #....#...# #........# ...#####.. #...#...#. .######...",
        b"#......#.. #.....#... .#........ #........# #.....#..# #........# ...#...... #....#..#. .#..#.....",
        b"#.....#... #......#.. .#.......# #........# #......#.# .#......#. ...#...... .#....##.. .#...##...",
        b".#...#.... #.......#. .#.......# #........# #.......## ..#....#.. ...#...... ..#####.#. .#.....#..",
        b"..###..... #........# ########## #........# #........# ...####... .#####.... .........# ###.....##",
    ],
    [
        b"....#####. ########## ###....### ##......## #........# ##......## #........# ##########",
        b"...#.....# #...#....# .#......#. .#......#. #........# .#......#. .#......#. #.......#.",
        b"...#...... ....#..... .#......#. .#......#. #........# ..#....#.. ..#....#.. .......#..",
        b"....#..... ....#..... .#......#. ..#....#.. #...##...# ...#..#... ...#..#... ......#...",
        b".....##... ....#..... .#......#. ..#....#.. #...##...# ....##.... ....##.... .....#....",
        b".......##. ....#..... .#......#. ..#....#.. .#..##..#. ....##.... ....##.... ....#.....",
        b".........# ....#..... .#......#. ...#..#... .#.#..#.#. ...#..#... ....##.... ...#......",
        b"#........# ....#..... .#......#. ...#..#... .#.#..#.#. ..#....#.. ....##.... ..#......#",
        b".#......#. ....#..... ..#....#.. ....##.... ..#....#.. .#......#. ....##.... .#.......#",
        b"..######.. ...###.... ...####... ....##.... ..#....#.. ##......## ...####... ##########",
    ],
];

// 100 visible units, one per cell; 224 hidden units that see them all; 3 winners; weights of one bit, for which rate 1
// (the default) makes a winner the letter itself. Over the seeds 0 to 199, for network and cues alike, 196 bring back
// all 688 ones, and the worst misses 12. With weights of 8 bits the same RAM holds 61 units, too few for letters so
// alike: 24.8 to 49.8 (1 to 3 winners) of 688 missing on average at rate 1/2.
const PARAMS: Params<U1> = match Params::<U1>::builder(CELLS, 224).winners(3).build() {
    Ok(params) => params,
    Err(_) => panic!("parameters out of range"),
};

static MEMORY: ConstStaticCell<[u32; PARAMS.words()]> = ConstStaticCell::new([0; _]);
static SCRATCH: ConstStaticCell<[u32; PARAMS.scratch_words()]> = ConstStaticCell::new([0; _]);

#[entry]
fn main() -> ! {
    match run(MEMORY.take(), SCRATCH.take()) {
        Ok(0) => exit(0),
        Ok(_) => exit(1),
        Err(error) => {
            error!("{}", error);
            exit(1)
        }
    }
}

/// Learns, recalls, prints; returns how many cells came back wrong.
fn run(words: &mut [u32], scratch: &mut [u32]) -> Result<u32, NetworkError> {
    let mut memory = KWinner::new(PARAMS, words)?;
    for letter in 0..LETTERS {
        memory.learn(&glyph(letter), scratch)?;
    }
    let (mut cells, mut exact) = (0, 0);
    for letter in 0..LETTERS {
        let (glyph, mut cue, mut recalled) = (glyph(letter), Glyph::default(), Glyph::default());
        let ink = bits::count(&glyph);
        let mut draws = rng::stream(PARAMS.seed(), CUES, 0, letter);
        bits::cue(&glyph, ink / 2, &mut draws, &mut cue).map_err(NetworkError::Cue)?;
        memory.recall_into(&cue, ink, scratch, &mut recalled)?;

        let wrong = differing(&glyph, &recalled);
        cells += wrong;
        exact += u32::from(wrong == 0);
        println!(
            "{=char}: cue of {=u32} of {=u32} ones, {=u32} cells wrong",
            char::from(b'A' + letter as u8),
            bits::count(&cue),
            ink,
            wrong
        );
        for row in 0..SIDE {
            println!(
                "{=str}   {=str}   {=str}",
                line(&glyph, row),
                line(&cue, row),
                line(&recalled, row)
            );
        }
    }
    println!(
        "{=u32} of {=u32} letters exact, {=u32} of {=u32} cells wrong, in {=usize} bytes of memory and {=usize} of scratch",
        exact,
        LETTERS,
        cells,
        LETTERS * CELLS,
        size_of_val(memory.words()),
        size_of_val(scratch)
    );
    Ok(cells)
}

fn glyph(letter: u32) -> Glyph {
    let band = &ALPHABET[(letter / BAND) as usize];
    let from = (letter % BAND * (SIDE + 1)) as usize;
    let mut glyph = Glyph::default();
    for (row, line) in (0..).zip(band) {
        for (column, &cell) in (0..SIDE).zip(&line[from..]) {
            if cell == b'#' {
                bits::set(&mut glyph, row * SIDE + column);
            }
        }
    }
    glyph
}

fn differing(a: &Glyph, b: &Glyph) -> u32 {
    bits::count(a) + bits::count(b) - 2 * bits::overlap(a, b)
}

fn line(cells: &Glyph, row: u32) -> String<{ SIDE as usize }> {
    (row * SIDE..(row + 1) * SIDE)
        .map(|cell| if bits::get(cells, cell) { '#' } else { '.' })
        .collect()
}
