//! Accuracy by age at 400 kbit, as figure 4 of the paper measures it: a steady state, then every age recalled from half the
//! ones.

use slotless_core::bits;
use slotless_core::recency::{Params, Recency};
use slotless_core::rng::{self, Purpose};

const UNITS: u32 = 1000;
const ONES: u32 = 100;
const WINDOW: u32 = 1000;

/// The mean accuracy at each age from 1 to 1,100, and the share of them at which the best event is the cue's own.
fn retention(params: Params, trials: u32) -> (Vec<f64>, f64) {
    let size = params.pattern_words();
    let ages = WINDOW + 100;
    let (mut sums, mut own) = (vec![0u32; ages as usize], 0);
    let mut memory = Recency::new(params, vec![0; params.words()]).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    for trial in 0..trials {
        // What a trial before has left is one more steady state.
        let events = 2 * WINDOW + ages;
        let pattern = |number: u32| {
            let mut words = vec![0; size];
            let mut draws = rng::stream(19, Purpose(310), trial, number);
            bits::sample(UNITS, ONES, &mut draws, &mut words).unwrap();
            words
        };
        for number in 0..events {
            memory.learn(&pattern(number), &mut scratch).unwrap();
        }
        for age in 1..=ages {
            let learned = pattern(events - age);
            let mut cue = vec![0; size];
            let mut draws = rng::stream(19, Purpose(311), trial, age);
            bits::cue(&learned, ONES / 2, &mut draws, &mut cue).unwrap();
            let recalled = memory.recall(&cue, &mut scratch).unwrap();
            sums[age as usize - 1] += bits::overlap(recalled.pattern, &learned);
            let age_found = recalled.matched.unwrap().age();
            own += u32::from(age <= WINDOW && age_found == u64::from(age));
        }
    }
    let all = f64::from(trials) * f64::from(ONES);
    let accuracy = sums.iter().map(|&sum| f64::from(sum) / all).collect();
    (accuracy, f64::from(own) / f64::from(trials * WINDOW))
}

/// Of level l a share .9^l is known, and at least a tenth of the rest is found among the unknown units: the cue says a little
/// of where it is.
fn closed_form(level: i32) -> f64 {
    let kept = 0.9f64.powi(level);
    kept + (1.0 - kept) * 0.1
}

fn check(trials: u32) -> Vec<f64> {
    let builder = Params::builder(UNITS, 200).window(WINDOW).cap(420);
    let params = builder.build().unwrap();
    let bits = 32 * params.words();
    assert!(bits <= 400_000);
    let (accuracy, own) = retention(params, trials);
    println!("{bits} bits, {trials} trials, the cue's own event found: {own}");
    for level in 0..5 {
        let ages = &accuracy[200 * level..200 * (level + 1)];
        let mean = ages.iter().sum::<f64>() / 200.0;
        let expected = closed_form(level as i32);
        println!("level {level}: {mean:.4}, at least {expected:.4}");
        let more = mean - expected;
        assert!((-0.005..0.015).contains(&more), "level {level}");
    }
    assert!(own > 0.9999, "{own}");
    // Beyond the window a cue is as good as a new one.
    let beyond = accuracy[WINDOW as usize..].iter().sum::<f64>() / 100.0;
    println!("beyond the window: {beyond:.3}");
    assert!(beyond < 0.25);
    accuracy
}

#[test]
#[cfg_attr(miri, ignore)]
fn accuracy_falls_by_level_as_the_closed_form_has_it() {
    check(1);
}

/// 20 trials: `cargo test --release -p slotless-core --test all -- --ignored --nocapture twenty_trials`.
#[test]
#[ignore = "for measurement"]
fn twenty_trials() {
    let accuracy = check(20);
    // At an age, and of the ages about it that are in the window: levels change at ages 200, 400 and so on.
    for age in [1usize, 50, 100, 200, 400, 800, 1000] {
        let about = &accuracy[age.saturating_sub(26)..(age + 25).min(1000)];
        let mean = about.iter().sum::<f64>() / about.len() as f64;
        println!("age {age}: {:.3}, about it {mean:.3}", accuracy[age - 1]);
    }
}
