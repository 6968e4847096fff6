//! Pairs in one network: B recalled from A, and a sequence as a chain of pairs, each answer the next cue.

use slotless_core::kwinner::{KWinner, Params, Readout};
use slotless_core::rng::{Purpose, stream};
use slotless_core::{bits, weight::U8};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    // An item is 128 units with 13 ones, 4 words; a pattern is two of them, side by side.
    let params = Params::<U8>::builder(256, 1000)
        .fan_in(128)
        .winners(40)
        .active(26)
        .rate(32_768)
        .build()?;
    let mut scratch = vec![0; params.scratch_words()];
    let mut items = [[0; 4]; 12];
    for (number, item) in (0..).zip(&mut items) {
        bits::sample(128, 13, &mut stream(1, Purpose(256), 0, number), item)?;
    }
    let pair = |a: &[u32], b: &[u32]| [a, b].concat();
    // A cue is on the left alone, the answer on the right.
    let (right, mut answer) = (Readout::of(&params).units(128..256).active(13), [0; 8]);

    let mut pairs = KWinner::new(params, vec![0; params.words()])?;
    for [a, b] in items.as_chunks().0 {
        pairs.learn(&pair(a, b), &mut scratch)?;
    }
    for [a, b] in items.as_chunks().0 {
        pairs.recall_as(&pair(a, &[0; 4]), &right, &mut scratch, &mut answer)?;
        let ones = bits::overlap(&answer[4..], b);
        println!("B from A: {ones} of 13 ones");
    }

    let mut sequence = KWinner::new(params, vec![0; params.words()])?;
    for [now, next] in items.array_windows() {
        sequence.learn(&pair(now, next), &mut scratch)?;
    }
    let mut cue = pair(&items[0], &[0; 4]);
    for (place, item) in (2..).zip(&items[1..]) {
        sequence.recall_as(&cue, &right, &mut scratch, &mut answer)?;
        cue = pair(&answer[4..], &[0; 4]);
        let ones = bits::overlap(&answer[4..], item);
        println!("x{place} from x1: {ones} of 13 ones");
    }
    Ok(())
}
