//! Accuracies after streams of several kinds, and how well what is unknown is told from what is known.

use slotless_core::recogniser::Verdict;
use slotless_core::rng::{self, Pcg32};

use super::design::Boxed;
use super::{Design, Labelled, Samples};

/// How samples come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// So many of each class, and no more.
    Shots(usize),
    /// All, in random order.
    Stream,
    /// Class by class.
    Sorted,
    /// All in random order, while every feature drifts by up to a quarter of its range, each its own way.
    Drift,
    /// All in random order, while each class turns into the next: in the second and third quarter of the stream.
    Exchange,
}

/// What came of a design.
#[derive(Clone, Copy, Debug, Default)]
pub struct Measured {
    /// Share of test samples that were recognised rightly.
    pub accuracy: f64,
    /// The same after the stream, one in a hundred of the bits of the state being flipped; none of labels over a memory.
    pub damaged: Option<f64>,
    /// Over classes that were never learned: how often an unknown sample has a higher score than a known one.
    pub auc: f64,
    /// Known samples that were called unknown.
    pub rejected: f64,
    /// Unknown samples that were called so.
    pub caught: f64,
}

/// Mixes samples: `part` of 256 of the second.
fn mixed(one: &[u8], other: &[u8], part: u32) -> Vec<u8> {
    let mix =
        |(&a, &b): (&u8, &u8)| ((u32::from(a) * (256 - part) + u32::from(b) * part) >> 8) as u8;
    one.iter().zip(other).map(mix).collect()
}

/// Moved by `part` of 256 of a quarter of the range, features up and down.
fn drifted(sample: &[u8], ways: &[i32], part: u32) -> Vec<u8> {
    let shift = |(&value, &way): (&u8, &i32)| {
        (i32::from(value) + way * 64 * part as i32 / 256).clamp(0, 255) as u8
    };
    sample.iter().zip(ways).map(shift).collect()
}

/// Samples of its own, with labels.
type Stream = Vec<(Vec<u8>, u8)>;

/// The streams of a protocol: what is learned, and what is tested then.
fn streams(
    samples: &Samples,
    protocol: Protocol,
    train: usize,
    draws: &mut Pcg32,
) -> (Stream, Stream) {
    let (mut learned, tested) = samples.divide(train, draws);
    let own = |all: &[Labelled<'_>]| -> Stream {
        all.iter()
            .map(|&(sample, label)| (sample.to_vec(), label))
            .collect()
    };
    let next = |label: u8| (label + 1) % samples.labels;
    let partner = |of: &[Labelled<'_>], label: u8, draws: &mut Pcg32| -> Vec<u8> {
        let same: Vec<&Labelled<'_>> = of.iter().filter(|one| one.1 == next(label)).collect();
        same[rng::below(draws, same.len() as u32) as usize]
            .0
            .to_vec()
    };
    match protocol {
        Protocol::Shots(shots) => {
            let mut seen = vec![0; usize::from(samples.labels)];
            learned.retain(|one| {
                seen[usize::from(one.1)] += 1;
                seen[usize::from(one.1)] <= shots
            });
            (own(&learned), own(&tested))
        }
        Protocol::Stream => (own(&learned), own(&tested)),
        Protocol::Sorted => {
            let mut classes: Vec<u8> = (0..samples.labels).collect();
            rng::shuffle(draws, &mut classes);
            learned.sort_by_key(|one| classes[usize::from(one.1)]);
            (own(&learned), own(&tested))
        }
        Protocol::Drift => {
            let ways: Vec<i32> = (0..samples.features)
                .map(|_| rng::below(draws, 3) as i32 - 1)
                .collect();
            let length = learned.len() as u32;
            let stream = (0u32..).zip(&learned);
            let stream = stream.map(|(at, one)| (drifted(one.0, &ways, at * 256 / length), one.1));
            let stream = stream.collect();
            let test = tested.iter().map(|one| (drifted(one.0, &ways, 256), one.1));
            (stream, test.collect())
        }
        Protocol::Exchange => {
            let length = learned.len() as u32;
            let mut stream = Vec::new();
            for (at, one) in (0u32..).zip(&learned) {
                let other = partner(&learned, one.1, draws);
                let part = (512 * at / length).saturating_sub(128).min(256);
                stream.push((mixed(one.0, &other, part), one.1));
            }
            let mut test = Vec::new();
            for one in &tested {
                let other = partner(&tested, one.1, draws);
                test.push((mixed(one.0, &other, 256), one.1));
            }
            (stream, test)
        }
    }
}

fn accuracy(recogniser: &Boxed, tested: &[(Vec<u8>, u8)]) -> f64 {
    let right = tested.iter().filter(|(sample, label)| {
        let found = recogniser.recognise(sample);
        found.is_some_and(|found| found.label() == *label)
    });
    right.count() as f64 / tested.len() as f64
}

/// Words with each bit flipped once in a hundred.
fn flipped(words: &[u32], draws: &mut Pcg32) -> Vec<u32> {
    let flip = |&word: &u32| {
        (0..32).fold(word, |word, bit| {
            word ^ u32::from(rng::below(draws, 100) == 0) << bit
        })
    };
    words.iter().map(flip).collect()
}

/// How often an unknown score is above a known one, ties half.
fn auc(known: &mut [u32], unknown: &[u32]) -> f64 {
    known.sort_unstable();
    let share = |&score: &u32| {
        let below = known.partition_point(|&one| one < score);
        let equal = known.partition_point(|&one| one <= score) - below;
        below as f64 + equal as f64 / 2.0
    };
    unknown.iter().map(share).sum::<f64>() / (known.len() * unknown.len()) as f64
}

/// Measures a design at so many bytes: the mean over `draws` divisions of the samples, `train` of them learned. Nothing where
/// the design does not fit.
#[must_use]
pub fn measure(
    samples: &Samples,
    design: Design,
    protocol: Protocol,
    bytes: usize,
    train: usize,
    draws: u32,
) -> Option<Measured> {
    let mut sum = Measured::default();
    let make =
        |draw: u32, state| design.make(samples.features, samples.labels, bytes, draw.into(), state);
    for draw in 0..draws {
        let mut random = rng::stream(1, crate::purpose::recogniser::DIVISION, draw, 0);
        let (learned, tested) = streams(samples, protocol, train, &mut random);
        let mut recogniser = make(draw, None)?;
        for (sample, label) in &learned {
            recogniser.learn(sample, *label);
        }
        sum.accuracy += accuracy(&recogniser, &tested);
        if protocol == Protocol::Stream {
            if let Some(state) = recogniser.state() {
                let state = flipped(state, &mut random);
                let damaged = accuracy(&make(draw, Some(state))?, &tested);
                sum.damaged = Some(sum.damaged.unwrap_or(0.0) + damaged);
            }
            let each = f64::from(samples.labels);
            for out in 0..samples.labels {
                let one = unknown(make(draw, None)?, &learned, &tested, out);
                sum.auc += one.auc / each;
                sum.rejected += one.rejected / each;
                sum.caught += one.caught / each;
            }
        }
    }
    let all = f64::from(draws);
    Some(Measured {
        accuracy: sum.accuracy / all,
        damaged: sum.damaged.map(|damaged| damaged / all),
        auc: sum.auc / all,
        rejected: sum.rejected / all,
        caught: sum.caught / all,
    })
}

/// Learns all classes but one.
fn unknown(
    mut recogniser: Boxed,
    learned: &[(Vec<u8>, u8)],
    tested: &[(Vec<u8>, u8)],
    out: u8,
) -> Measured {
    for (sample, label) in learned.iter().filter(|one| one.1 != out) {
        recogniser.learn(sample, *label);
    }
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    let (mut rejected, mut caught) = (0, 0);
    for (sample, label) in tested {
        let Some(found) = recogniser.recognise(sample) else {
            continue;
        };
        let called = usize::from(found.verdict() == Verdict::Unknown);
        if *label == out {
            unknown.push(found.score());
            caught += called;
        } else {
            known.push(found.score());
            rejected += called;
        }
    }
    Measured {
        accuracy: 0.0,
        damaged: None,
        auc: auc(&mut known, &unknown),
        rejected: rejected as f64 / known.len() as f64,
        caught: caught as f64 / unknown.len() as f64,
    }
}
