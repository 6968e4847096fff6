//! One-shot memory in connection weights: a pattern recalled from half of it, while others fade.

use slotless_core::kwinner::{KWinner, Params};
use slotless_core::rng::{Purpose, stream};
use slotless_core::{bits, weight::U8};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    // 256 inputs, 1,000 hidden units that see 128 of them each, 20 winners, 26 ones per pattern, learning rate 1/2.
    let params = Params::<U8>::builder(256, 1000)
        .fan_in(128)
        .winners(20)
        .active(26)
        .rate(32_768)
        .build()?;
    let mut memory = KWinner::new(params, vec![0; params.words()])?;
    let mut scratch = vec![0; params.scratch_words()];
    let mut patterns = [[0; 8]; 300];
    for (number, pattern) in (0..).zip(&mut patterns) {
        bits::sample(256, 26, &mut stream(1, Purpose(256), 0, number), pattern)?;
        memory.learn(pattern, &mut scratch)?; // once, and never again
    }
    for age in [1, 10, 50, 100, 200] {
        let (pattern, mut cue) = (patterns[300 - age], [0; 8]);
        bits::cue(
            &pattern,
            13,
            &mut stream(1, Purpose(257), 0, age as u32),
            &mut cue,
        )?;
        let recalled = memory.recall(&cue, &mut scratch)?;
        println!(
            "{age:3} patterns ago: {} of 26 ones, from 13",
            bits::overlap(recalled.pattern, &pattern)
        );
    }
    Ok(())
}
