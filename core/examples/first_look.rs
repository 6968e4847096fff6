//! Stores patterns one after another, forgets the old ones gracefully, and recalls from half a cue.

use slotless_core::kwinner::{KWinner, Params};
use slotless_core::rng::{Purpose, stream};
use slotless_core::{bits, weight::U8};

fn main() -> Result<(), Box<dyn core::error::Error>> {
    // 256 inputs, 200 hidden units that see 48 of them each, 24 winners, 26 ones a pattern, learning rate 1/2.
    let params = Params::<U8>::builder(256, 200)
        .fan_in(48)
        .winners(24)
        .active(26)
        .rate(32_768)
        .build()?;
    let mut memory = KWinner::new(params, vec![0; params.words()])?;
    let mut scratch = vec![0; params.scratch_words()];
    let mut patterns = [[0; 8]; 200];
    for (number, pattern) in (0..).zip(&mut patterns) {
        bits::sample(256, 26, &mut stream(1, Purpose(256), 0, number), pattern)?;
        memory.learn(pattern, &mut scratch)?;
    }
    for age in [1, 5, 20, 200] {
        let (pattern, mut cue) = (patterns[200 - age], [0; 8]);
        bits::cue(
            &pattern,
            13,
            &mut stream(1, Purpose(257), 0, age as u32),
            &mut cue,
        )?;
        let recalled = memory.recall(&cue, &mut scratch)?;
        println!(
            "age {age}: {} of 26 ones, from 13",
            bits::overlap(recalled.pattern, &pattern)
        );
    }
    Ok(())
}
