//! The core's memory, step by step, with every set of instructions.

use std::hint::black_box;
use std::time::Instant;

use proptest::prelude::*;
use slotless_core::bits;
use slotless_core::recency::{self as core, Match, Params, RecencyError};
use slotless_core::rng::{self, Pcg32, Purpose};

use super::*;

fn pattern(params: &Params, ones: u32, draws: &mut Pcg32) -> Vec<u32> {
    let mut pattern = vec![0; params.pattern_words()];
    bits::sample(params.visible(), ones, draws, &mut pattern).unwrap();
    pattern
}

fn cue(of: &[u32], ones: u32, draws: &mut Pcg32) -> Vec<u32> {
    let mut cue = vec![0; of.len()];
    bits::cue(of, ones.min(bits::count(of)), draws, &mut cue).unwrap();
    cue
}

fn same(found: Option<Found>, expected: Option<Match>) {
    let expected = expected.map(|expected| Found {
        score: expected.score(),
        most: expected.most(),
        age: expected.age(),
        row: expected.row(),
        level: expected.level(),
    });
    assert_eq!(found, expected);
}

/// Learns and recalls in the core and with each set of instructions, from so many events on of which nothing is left.
fn history(params: Params, before: u64, seed: u64, events: u32) {
    let mut words = vec![0; params.words()];
    (words[0], words[1]) = (before as u32, (before >> 32) as u32);
    let mut memory = core::Recency::open(params, words).unwrap();
    let mut scratch = vec![0; params.scratch_words()];
    let mut all: Vec<(Recency, Scratch)> = Isa::available()
        .map(|isa| {
            let mut own = Recency::with_isa(params, isa);
            own.events = before;
            (own, Scratch::default())
        })
        .collect();
    let n = params.visible();
    let mut draws = rng::stream(seed, Purpose(256), 0, 0);
    let mut last = pattern(&params, params.active(), &mut draws);
    for step in 0..events {
        let ones = match rng::below(&mut draws, 8) {
            0 => rng::below(&mut draws, n + 1),
            1 => params.cap(),
            _ => params.active(),
        };
        let mut own = pattern(&params, ones, &mut draws);
        if rng::below(&mut draws, 4) == 0 {
            let near = cue(&last, params.active() / 2, &mut draws);
            own.iter_mut()
                .zip(near)
                .for_each(|(own, near)| *own |= near);
        }
        let learned = memory.learn(&own, &mut scratch);
        for (other, _) in &mut all {
            assert_eq!(other.learn(&own), learned);
        }
        if learned.is_ok() {
            last = own;
        }
        if step % 8 != 0 {
            continue;
        }
        let asked = match rng::below(&mut draws, 5) {
            0 => {
                let ones = rng::below(&mut draws, n + 1);
                pattern(&params, ones, &mut draws)
            }
            1 => vec![0; params.pattern_words()],
            2 => last.clone(),
            _ => cue(&last, params.active().div_ceil(2), &mut draws),
        };
        let best = memory.find(&asked, &mut scratch).unwrap();
        let age = best.map_or(1, |best| best.age());
        let next = memory.runner_up(&asked, age, &mut scratch).unwrap();
        for (other, room) in &mut all {
            assert_eq!(other.state(), memory.words());
            same(other.find(&asked, room).unwrap(), best);
            same(other.runner_up(&asked, age, room).unwrap(), next);
            let found = other.recall(&asked, room).unwrap();
            let expected = memory.recall(&asked, &mut scratch).unwrap();
            same(found.found, expected.matched);
            assert_eq!(found.pattern, expected.pattern);
            assert_eq!(found.members, expected.members);
            assert_eq!(found.unknown, expected.unknown);
            assert!((0..n).all(|unit| found.unit(unit) == expected.unit(unit)));
        }
    }
    let mut taken = Recency::of(&memory);
    assert_eq!(taken.state(), memory.words());
    assert_eq!(taken.learn(&last), memory.learn(&last, &mut scratch));
    assert_eq!(taken.state(), memory.words());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 60 }))]

    #[test]
    fn the_memory_is_the_cores(
        n in 1u32..140,
        rows in prop_oneof![1u32..12, Just(70), Just(520)],
        levels in prop_oneof![1u32..8, Just(11), Just(255)],
        s in any::<u32>(),
        miss in 1u32..200,
        late in any::<u64>(),
        seed in any::<u64>(),
    ) {
        let s = 1 + s % n.div_ceil(if s % 3 == 0 { 1 } else { 6 });
        let params = Params::builder(n, rows).levels(levels).active(s).miss(miss).build().unwrap();
        let before = match late % 3 {
            0 => 0,
            1 => u64::MAX - late % 60,
            _ => late,
        };
        history(params, before, seed, if cfg!(miri) { 6 } else { 90 });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else { 200 }))]

    /// Rows with more cells than their cap, numbers that are no levels: whatever the core makes of them.
    #[test]
    fn any_words_are_read_as_the_core_reads_them(
        n in 1u32..140,
        rows in 1u32..12,
        levels in prop_oneof![1u32..12, Just(20), Just(120), Just(255)],
        cap in any::<u32>(),
        late in 0u64..4000,
        seed in any::<u64>(),
    ) {
        let active = n.div_ceil(6);
        let cap = active + cap % (n - active + 1);
        let builder = Params::builder(n, rows).levels(levels).active(active).cap(cap);
        let params = builder.build().unwrap();
        let mut draws = rng::stream(seed, Purpose(256), 0, 0);
        let mut words = vec![0; params.words()];
        for word in &mut words[2..] {
            *word = rng::below(&mut draws, u32::MAX);
        }
        words[0] = late as u32;
        let memory = core::Recency::open(params, words).unwrap();
        let own = Recency::of(&memory);
        let (mut scratch, mut room) = (vec![0; params.scratch_words()], Scratch::default());
        for ones in [active, active.div_ceil(2), n, 0, n / 2] {
            let asked = pattern(&params, ones, &mut draws);
            let best = memory.find(&asked, &mut scratch).unwrap();
            same(own.find(&asked, &mut room).unwrap(), best);
            let age = best.map_or(1, |best| best.age());
            let next = memory.runner_up(&asked, age, &mut scratch).unwrap();
            same(own.runner_up(&asked, age, &mut room).unwrap(), next);
            let expected = memory.recall(&asked, &mut scratch).unwrap();
            let found = own.recall(&asked, &mut room).unwrap();
            prop_assert_eq!(found.pattern, expected.pattern);
            prop_assert_eq!(found.members, expected.members);
            prop_assert_eq!(found.unknown, expected.unknown);
        }
    }
}

/// Rows fill several lines, and go round.
#[test]
#[cfg_attr(miri, ignore)]
fn thousands_of_events_are_the_cores() {
    let events = 1700;
    let params = Params::builder(60, 530).levels(3).active(7).build();
    history(params.unwrap(), 0, 3, events);
}

#[test]
fn what_is_refused_is_what_the_core_refuses() {
    let params = Params::builder(40, 3).active(4).cap(9).levels(3);
    let mut memory = Recency::new(params.build().unwrap());
    assert_eq!(memory.learn(&[0, 0]), Err(RecencyError::Empty));
    let (ones, cap) = (10, 9);
    assert_eq!(
        memory.learn(&[0x3ff, 0]),
        Err(RecencyError::Ones { ones, cap })
    );
    let beyond = bits::BitsError::Beyond { bits: 40 };
    assert_eq!(
        memory.learn(&[1, 1 << 8]),
        Err(RecencyError::Pattern(beyond))
    );
    let mut scratch = Scratch::default();
    let cue = Err(RecencyError::Cue(beyond));
    assert_eq!(memory.find(&[1, 1 << 8], &mut scratch), cue);
    assert_eq!(memory.runner_up(&[1, 1 << 8], 1, &mut scratch), cue);
    assert_eq!(
        memory.recall(&[1, 1 << 8], &mut scratch).map(drop),
        cue.map(drop)
    );
    assert_eq!(memory.find(&[1, 0], &mut scratch), Ok(None));
    assert_eq!(memory.learned(), 0);
    memory.events = u64::MAX;
    assert_eq!(memory.learn(&[1, 0]), Err(RecencyError::End));
}

/// To learn, and to recall what is stored and what is new, of 200 units and 1,000 rows: `cargo test --release -p slotless-kernels -- --ignored --nocapture nanoseconds_a_call`.
#[test]
#[ignore = "for measurement"]
fn nanoseconds_a_call() {
    for (ones, levels) in [(10, 5), (20, 5), (20, 3)] {
        let params = Params::builder(200, 1000).levels(levels).active(ones);
        let params = params.build().unwrap();
        let mut draws = rng::stream(1, Purpose(256), 0, 0);
        let patterns: Vec<Vec<u32>> = (0..10_000)
            .map(|_| pattern(&params, ones, &mut draws))
            .collect();
        let stored: Vec<Vec<u32>> = (0..2000)
            .map(|age| {
                let of = &patterns[9_999 - (age * 7) % (1000 * levels as usize)];
                cue(of, ones / 2, &mut draws)
            })
            .collect();
        let novel: Vec<Vec<u32>> = (0..2000)
            .map(|_| pattern(&params, ones / 2, &mut draws))
            .collect();
        for isa in Isa::available() {
            let mut memory = Recency::with_isa(params, isa);
            let mut room = Scratch::default();
            let learn = median(&patterns, |pattern| {
                let _ = memory.learn(pattern);
            });
            let recalls = [&stored, &novel].map(|cues| {
                median(cues, |cue| {
                    black_box(memory.recall(cue, &mut room).unwrap());
                })
            });
            println!("{ones} ones, {levels} levels, {isa}: {learn}, {recalls:?}");
        }
        let mut memory = core::Recency::new(params, vec![0; params.words()]).unwrap();
        let mut scratch = vec![0; params.scratch_words()];
        let learn = median(&patterns, |pattern| {
            let _ = memory.learn(pattern, &mut scratch);
        });
        let recalls = [&stored, &novel].map(|cues| {
            median(cues, |cue| {
                black_box(memory.recall(cue, &mut scratch).unwrap());
            })
        });
        println!("{ones} ones, {levels} levels, core: {learn}, {recalls:?}");
    }
}

/// The median of the times of calls, in nanoseconds: that of a call that was not interrupted.
fn median<T>(of: &[T], mut call: impl FnMut(&T)) -> u128 {
    let times = of.iter().map(|one| {
        let start = Instant::now();
        call(one);
        start.elapsed().as_nanos()
    });
    let mut times: Vec<u128> = times.collect();
    times.sort_unstable();
    times[times.len() / 2]
}
