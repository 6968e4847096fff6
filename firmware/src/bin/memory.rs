//! One-shot memory on the device: eight glyphs, each learned in one step, then recalled from half their ones.
//!
//! Nothing is trained beforehand. Prints each half cue beside what it brought back; ends with 1 if a cell is wrong.

#![no_std]
#![no_main]

use heapless::String;
use slotless_core::kwinner::{KWinner, NetworkError, Params};
use slotless_core::rng::{self, Purpose};
use slotless_core::{bits, weight::U8};
use slotless_firmware::{entry, error, exit, println};
use static_cell::ConstStaticCell;

const GLYPHS: u32 = 8;
const SIDE: u32 = 8;
const CELLS: u32 = SIDE * SIDE;
const ONES: u32 = 16;
type Glyph = [u32; bits::words_for(CELLS)];

/// The glyphs side by side, each of [`SIDE`] x [`SIDE`] cells and [`ONES`] ones.
const PICTURE: [&[u8]; SIDE as usize] = [
    b"........ #......# ##...... ........ .#....#. ........ ######## #......#",
    b".#####.. .#....#. ##...... ........ .#....#. ........ ...##... #......#",
    b".#...#.. ..#..#.. ##...... ######## .#....#. ..####.. ...##... #......#",
    b".#...#.. ...##... ##...... ........ .#....#. ..####.. ...##... #......#",
    b".#...#.. ...##... ##...... ........ .#....#. ..####.. ...##... #......#",
    b".#####.. ..#..#.. ######.. ######## .#....#. ..####.. ........ .######.",
    b"........ .#....#. ........ ........ .#....#. ........ ........ ........",
    b"........ #......# ........ ........ .#....#. ........ ........ ........",
];

// 64 visible units, 96 hidden units that see them all, 4 winners, rate 1/2. Over the seeds 0 to 19 that brings back 127.4
// of the 128 ones on average, 122 at worst, and all of them with this one.
const PARAMS: Params<U8> = match Params::<U8>::builder(CELLS, 96)
    .winners(4)
    .active(ONES)
    .rate(32_768)
    .seed(1)
    .build()
{
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
    for number in 0..GLYPHS {
        memory.learn(&glyph(number), scratch)?;
    }
    let mut wrong = 0;
    for number in 0..GLYPHS {
        let (glyph, mut cue) = (glyph(number), Glyph::default());
        bits::cue(
            &glyph,
            ONES / 2,
            &mut rng::stream(1, Purpose(256), 0, number),
            &mut cue,
        )
        .map_err(NetworkError::Cue)?;
        let recalled = memory.recall(&cue, scratch)?;
        let right = bits::overlap(recalled.pattern, &glyph);
        wrong += ONES - right;
        for row in 0..SIDE {
            println!(
                "{=str}  {=str}",
                line(&cue, row),
                line(recalled.pattern, row)
            );
        }
        println!(
            "{=u32} of {=u32} ones, match {=u32} %\n",
            right,
            ONES,
            recalled.matched.share() * 100 / 65536
        );
    }
    println!(
        "{=u32} glyphs in {=usize} bytes of memory and {=usize} of scratch, {=u32} ones wrong",
        GLYPHS,
        size_of_val(memory.words()),
        size_of_val(scratch),
        wrong
    );
    Ok(wrong)
}

fn glyph(number: u32) -> Glyph {
    let mut glyph = Glyph::default();
    for (row, line) in (0..).zip(PICTURE) {
        let from = (number * (SIDE + 1)) as usize;
        for (column, &cell) in (0..SIDE).zip(&line[from..]) {
            if cell == b'#' {
                bits::set(&mut glyph, row * SIDE + column);
            }
        }
    }
    glyph
}

fn line(cells: &[u32], row: u32) -> String<{ SIDE as usize }> {
    (row * SIDE..(row + 1) * SIDE)
        .map(|cell| if bits::get(cells, cell) { '#' } else { '.' })
        .collect()
}
