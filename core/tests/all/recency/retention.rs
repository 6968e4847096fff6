//! Accuracy by age at 400 kbit, as figure 4 of the paper measures it: a steady state, then every age recalled from half the
//! ones.

use slotless_core::bits;
use slotless_core::memory::Memory;
use slotless_core::recency::plain::{Levels, Pairs, PairsParams, PlainParams};
use slotless_core::recency::{Params, Recency};
use slotless_core::ring::{Coded, CodedParams};
use slotless_core::rng::{self, Purpose};

const UNITS: u32 = 1000;
const ONES: u32 = 100;
const WINDOW: u32 = 1000;

/// The mean accuracy at each age from 1 to 1,100.
fn retention(memory: &mut impl Memory, trials: u32) -> Vec<f64> {
    let size = bits::words_for(UNITS);
    let ages = WINDOW + 100;
    let mut sums = vec![0u32; ages as usize];
    let mut scratch = vec![0; memory.scratch_words()];
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
            memory.store(&pattern(number), &mut scratch).unwrap();
        }
        for age in 1..=ages {
            let learned = pattern(events - age);
            let mut cue = vec![0; size];
            let mut draws = rng::stream(19, Purpose(311), trial, age);
            bits::cue(&learned, ONES / 2, &mut draws, &mut cue).unwrap();
            let recalled = memory.recall(&cue, &mut scratch).unwrap();
            sums[age as usize - 1] += bits::overlap(recalled.pattern, &learned);
        }
    }
    let all = f64::from(trials) * f64::from(ONES);
    sums.iter().map(|&sum| f64::from(sum) / all).collect()
}

/// 200 rows and 5 levels, in 396,864 bits.
fn packed() -> Recency<Vec<u32>> {
    let builder = Params::builder(UNITS, 200).window(WINDOW).cap(420);
    let params = builder.build().unwrap();
    assert_eq!(32 * params.words(), 396_864);
    Recency::new(params, vec![0; params.words()]).unwrap()
}

/// Of level l a share .9^l is known, and at least a tenth of the rest is found among the unknown units: the cue says a little
/// of where it is.
fn closed_form(level: i32) -> f64 {
    let kept = 0.9f64.powi(level);
    kept + (1.0 - kept) * 0.1
}

fn check(accuracy: &[f64]) {
    for level in 0..5 {
        let ages = &accuracy[200 * level..200 * (level + 1)];
        let mean = ages.iter().sum::<f64>() / 200.0;
        let expected = closed_form(level as i32);
        println!("level {level}: {mean:.4}, at least {expected:.4}");
        let more = mean - expected;
        assert!((-0.005..0.015).contains(&more), "level {level}");
    }
    // Beyond the window a cue is as good as a new one.
    let beyond = accuracy[WINDOW as usize..].iter().sum::<f64>() / 100.0;
    println!("beyond the window: {beyond:.3}");
    assert!(beyond < 0.25);
}

#[test]
#[cfg_attr(miri, ignore)]
fn accuracy_falls_by_level_as_the_closed_form_has_it() {
    check(&retention(&mut packed(), 1));
}

/// Prints accuracy at an age, and of the ages about it up to 1,000: levels change at ages 200, 400 and so on.
fn tell(name: &str, memory: &mut impl Memory) -> Vec<f64> {
    let bits = 32 * memory.state_words();
    let accuracy = retention(memory, 20);
    print!("{name}, {bits} bits:");
    for age in [1usize, 50, 100, 200, 400, 800, 1000] {
        let about = &accuracy[age.saturating_sub(26)..(age + 25).min(1000)];
        let mean = about.iter().sum::<f64>() / about.len() as f64;
        print!(" age {age} {:.3} ({mean:.3});", accuracy[age - 1]);
    }
    println!();
    accuracy
}

/// 20 trials: `cargo test --release -p slotless-core --test all -- --ignored --nocapture twenty_trials`.
#[test]
#[ignore = "for measurement"]
fn twenty_trials_of_the_packed_form_and_of_a_ring() {
    check(&tell("packed, 200 rows, 5 levels", &mut packed()));
    let params = CodedParams::new(UNITS, ONES, 12_495).unwrap();
    tell(
        "ring of codes",
        &mut Coded::new(params, vec![0; params.words()]).unwrap(),
    );
}

fn plain(rows: u32, parts: u32, levels: u32, draws: u32) {
    let builder = PlainParams::builder(UNITS, rows).parts(parts);
    let params = builder.levels(levels).draws(draws).build().unwrap();
    let name = format!("{rows} rows in {parts} parts, {levels} levels, {draws} draws");
    tell(
        &name,
        &mut Levels::new(params, vec![0; params.words()]).unwrap(),
    );
}

#[test]
#[ignore = "for measurement"]
fn twenty_trials_of_the_plain_form() {
    plain(120, 1, 9, 10);
    plain(100, 1, 15, 1);
    plain(133, 1, 7, 1);
}

/// 91 rows of 20 levels, drawn from so many.
fn pairs(rested: u32) -> Pairs<Vec<u32>> {
    let params = PairsParams::builder(UNITS, 91).rested(rested).build();
    let params = params.unwrap();
    Pairs::new(params, vec![0; params.words()]).unwrap()
}

#[test]
#[ignore = "for measurement"]
fn twenty_trials_of_pairs() {
    for rested in [15, 40] {
        let name = format!("91 rows in pairs, 20 levels, {rested} rested");
        tell(&name, &mut pairs(rested));
    }
}

#[test]
#[ignore = "for measurement"]
fn twenty_trials_of_ensembles() {
    plain(240, 2, 9, 10);
    plain(400, 4, 15, 1);
}
