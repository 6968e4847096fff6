//! "Have I seen this?" from the match score that learning and recall give for nothing.
//!
//! A network on one core learns 400 patterns; then old and new patterns are shown. Prints the share of old ones whose
//! score lies above a threshold that 5 % of new ones pass, by age.

use slotless::patterns::random;
use slotless_core::kwinner::Params;
use slotless_core::rng::Purpose;
use slotless_core::weight::U8;
use slotless_kernels::cpu::{AnyParams, Network};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let params = Params::<U8>::builder(1000, 2000)
        .fan_in(50)
        .winners(50)
        .active(100)
        .rate(19_661)
        .build()?;
    let mut network = Network::new(AnyParams::U8(params));
    let old = random(1, Purpose(256), 0, 1000, 100, 400);
    let new = random(1, Purpose(257), 0, 1000, 100, 400);
    for pattern in old.iter() {
        network.learn(pattern)?;
    }
    let mut recalled = vec![0; params.pattern_words()];
    let mut score = |pattern: &[u32]| network.recall(pattern, 100, &mut recalled);
    let mut strange: Vec<u64> = new.iter().map(&mut score).collect();
    strange.sort_unstable();
    let threshold = strange[strange.len() * 95 / 100];
    for (label, range) in [
        ("1 to 50", 350..400),
        ("51 to 150", 250..350),
        ("151 to 400", 0..250),
    ] {
        let hits = range
            .clone()
            .filter(|&index| score(old.get(index)) > threshold)
            .count();
        println!("age {label}: {hits} of {} recognised", range.len());
    }
    Ok(())
}
