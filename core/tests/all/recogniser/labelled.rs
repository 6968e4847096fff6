//! Labels over memories of patterns, against what the memory itself recalls; and novelty.

use slotless_core::bits;
use slotless_core::kwinner::{self, KWinner};
use slotless_core::memory::Memory;
use slotless_core::recency::{self, Recency};
use slotless_core::recogniser::{
    Grow, GrowParams, Labelled, LabelledError, LabelledParams, Means, MeansParams, Novelty,
    Outcome, Recogniser, RecogniserError, Units, Verdict,
};
use slotless_core::ring::{Coded, CodedParams, Replacement, Slots, SlotsParams};
use slotless_core::weight::U8;

use super::sample;
use crate::naive::recogniser::{code, level, threshold};
use crate::naive::{self, Pcg};

/// The pattern of a sample, and of a label if there is one.
fn pattern(
    x: &[u8],
    units: Units,
    label: Option<u8>,
    labels: usize,
    of_label: usize,
    n: usize,
) -> Vec<bool> {
    let mut pattern = match units {
        Units::Thermometer { bits } => {
            let mut all = code(x, Some(bits.into()));
            all.truncate(x.len() * bits as usize);
            all
        }
        Units::Buckets { bits } => x
            .iter()
            .flat_map(|&x| (0..bits).map(move |bit| bit == u32::from(x) * bits / 256))
            .collect(),
    };
    pattern.extend((0..labels * of_label).map(|unit| label == Some((unit / of_label) as u8)));
    pattern.resize(n, false);
    pattern
}

/// Over two memories that start alike, one of them by itself.
fn follows<M: Memory>(memory: M, mut twin: M, units: Units, d: u64, labels: u64, of_label: u32) {
    let params = LabelledParams::new(d as u32, units, labels as u32, of_label).unwrap();
    let n = memory.units() as usize;
    let mut scratch = vec![0; memory.scratch_words()];
    let room = vec![7; params.scratch_words(&memory)];
    let mut labelled = Labelled::new(memory, params, room).unwrap();
    let mut draws = Pcg::new(n as u64, 3);
    let (mut known, mut t) = (vec![false; labels as usize], 0);
    let mut recognised = 0;
    for _ in 0..40 {
        let (x, y) = sample(&mut draws, d, labels);
        let of = |label| {
            naive::words(&pattern(
                &x,
                units,
                label,
                labels as usize,
                of_label as usize,
                n,
            ))
        };
        // What the twin gives back of each label's units.
        let recalled = twin.recall(&of(None), &mut scratch).unwrap();
        let back = |label: u32| {
            let first = d as u32
                * match units {
                    Units::Thermometer { bits } | Units::Buckets { bits } => bits,
                };
            let own = first + label * of_label..first + (label + 1) * of_label;
            own.filter(|&unit| bits::get(recalled.pattern, unit))
                .count() as u64
        };
        let votes: Vec<u64> = (0..labels as u32).map(back).collect();
        let most = *votes.iter().max().unwrap();
        let best = votes.iter().position(|&back| back == most);
        let score = 65_536 - u64::from(recalled.share);
        let found = labelled.recognise(&x).unwrap();
        assert_eq!(
            found.map(|found| usize::from(found.label())),
            best.filter(|_| most > 0)
        );
        if let Some(found) = found {
            recognised += 1;
            assert_eq!(u64::from(found.distance()), u64::from(of_label) - most);
            assert_eq!(u64::from(found.score()), score);
            let others = (0..votes.len())
                .filter(|&label| Some(label) != best && (known[label] || votes[label] > 0));
            let next = others.map(|label| u64::from(of_label) - votes[label]).min();
            assert_eq!(found.runner_up().map(|other| other.distance.into()), next);
        }
        let outcome = labelled.learn(&x, y).unwrap();
        let own = usize::from(y);
        let right = most > 0 && best == Some(own);
        let expected = match known[own] {
            false => Outcome::New,
            true if right => Outcome::Right,
            true => Outcome::Wrong,
        };
        assert_eq!(outcome, expected);
        if known[own] {
            // The rule of the others, seen through one class of this distance.
            t = threshold(&[(0, if most > 0 { score } else { 65_536 })], 0, t, 1);
        }
        assert_eq!(labelled.threshold().map_or(0, u64::from), level(t));
        known[own] = true;
        twin.store(&of(Some(y)), &mut scratch).unwrap();
    }
    assert!(recognised > 20);
    let wrong = labelled.learn(&vec![0; d as usize + 1], 0).unwrap_err();
    assert!(matches!(
        wrong,
        LabelledError::Call(RecogniserError::Sample { .. })
    ));
    assert!(labelled.learn(&vec![0; d as usize], labels as u8).is_err());
}

#[test]
fn labels_are_what_the_memory_gives_back() {
    let units = Units::Buckets { bits: 4 };
    let twice = |units: u32| {
        let params = kwinner::Params::<U8>::builder(units, 24)
            .winners(2)
            .active(11)
            .rate(1 << 15)
            .build()
            .unwrap();
        [(); 2].map(|()| KWinner::new(params, vec![0; params.words()]).unwrap())
    };
    let [one, two] = twice(8 * 4 + 3 * 3);
    follows(one, two, units, 8, 3, 3);
    let params = recency::Params::builder(70, 6).active(12).build().unwrap();
    let [one, two] = [(); 2].map(|()| Recency::new(params, vec![0; params.words()]).unwrap());
    follows(one, two, units, 8, 5, 4);
    let params = SlotsParams::new(77, 9, Replacement::Fifo).unwrap();
    let [one, two] = [(); 2].map(|()| Slots::new(params, vec![0; params.words()]).unwrap());
    follows(one, two, Units::Thermometer { bits: 7 }, 9, 2, 5);
    let params = CodedParams::new(33, 9, 12).unwrap();
    let [one, two] = [(); 2].map(|()| Coded::new(params, vec![0; params.words()]).unwrap());
    follows(one, two, Units::Thermometer { bits: 3 }, 6, 5, 3);
}

#[test]
fn what_does_not_fit_is_refused() {
    let build = |d, units, labels, of| LabelledParams::new(d, units, labels, of).map(drop);
    let buckets = |bits| Units::Buckets { bits };
    for (built, text) in [
        (build(0, buckets(1), 1, 1), "d is 0, allowed 1..=1024"),
        (
            build(1, buckets(0), 1, 1),
            "bits of a feature are 0, allowed 1..=32",
        ),
        (
            build(1, Units::Thermometer { bits: 33 }, 1, 1),
            "bits of a feature are 33, allowed 1..=32",
        ),
        (build(1, buckets(1), 17, 1), "labels are 17, allowed 1..=16"),
        (
            build(1, buckets(1), 1, 0),
            "units of a label are 0, allowed 1..=1024",
        ),
    ] {
        assert_eq!(built.unwrap_err().to_string(), text);
    }
    let params = LabelledParams::new(4, buckets(5), 2, 3).unwrap();
    assert_eq!(
        (params.feature_units(), params.units(), params.most_ones()),
        (20, 26, 7)
    );
    let thermometer = LabelledParams::new(4, Units::Thermometer { bits: 5 }, 2, 3).unwrap();
    assert_eq!(thermometer.most_ones(), 23);
    let slots = |n| {
        let params = SlotsParams::new(n, 2, Replacement::Fifo).unwrap();
        Slots::new(params, vec![0; params.words()]).unwrap()
    };
    let error = Labelled::new(slots(25), params, vec![0; 9]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "features and labels take 26 units, the memory has 25"
    );
    let error = Labelled::new(slots(33), params, vec![0; 1]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "scratch buffer of 1 words, needed at least 2"
    );
}

#[test]
fn what_is_new_is_told_from_what_was_seen() {
    fn tells<R: Recogniser>(recogniser: R) {
        let mut usual = Novelty::new(recogniser);
        let mut draws = Pcg::new(4, 4);
        let mut any = || -> Vec<u8> { (0..6).map(|j| 40 * j + draws.below(20) as u8).collect() };
        assert!(usual.look(&any()).is_ok_and(|found| found.is_none()));
        assert!(matches!(usual.verdict(&any()), Ok(Verdict::Uncalibrated)));
        for _ in 0..400 {
            assert!(usual.learn(&any()).is_ok());
        }
        let known = (0..200).filter(|_| {
            usual
                .verdict(&any())
                .is_ok_and(|verdict| verdict == Verdict::Known)
        });
        let known = known.count();
        assert!((180..=200).contains(&known), "{known} of 200");
        let found = usual
            .look(&[200, 40, 80, 120, 160, 200])
            .ok()
            .flatten()
            .unwrap();
        assert_eq!(
            (found.label(), found.verdict(), found.runner_up()),
            (0, Verdict::Unknown, None)
        );
        assert_eq!(
            usual.recogniser().labels() > 0,
            usual.into_recogniser().features() == 6
        );
    }
    let params = GrowParams::new(6, 20).unwrap();
    tells(Grow::new(params, vec![0; params.words()]).unwrap());
    let params = MeansParams::new(6, 1, 100).unwrap();
    tells(Means::new(params, vec![0; params.words()]).unwrap());
}
