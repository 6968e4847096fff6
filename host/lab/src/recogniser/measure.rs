//! Accuracies after streams of several kinds, and how well what is unknown is told from what is known.

use rayon::prelude::*;
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
    /// All in random order, while every feature drifts, in equal steps up, down or not at all, in the end by [`DRIFT`]; tests are
    /// where the stream ends.
    Drift,
    /// All in random order, while each class turns into the next: in the second and third quarter of the stream a sample is mixed with
    /// a random one of the next class, more and more of it. In the end samples are those of the next class.
    Exchange,
}

impl Protocol {
    /// All that are compared.
    pub const ALL: [Self; 6] = [
        Self::Shots(1),
        Self::Shots(5),
        Self::Stream,
        Self::Sorted,
        Self::Drift,
        Self::Exchange,
    ];
}

/// What features drift by, of a range of 256: an eighth.
pub const DRIFT: i32 = 32;

/// How a comparison is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Samples that are learned of each division; the rest is tested.
    pub train: usize,
    /// Divisions of the samples, 1 at least.
    pub divisions: u32,
    /// Seed of divisions, streams and damage.
    pub seed: u64,
}

/// The mean of a share over the divisions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// The mean, 0 to 1.
    pub mean: f64,
    /// Its standard error: deviation (over n) / sqrt(n); none of one division.
    pub error: Option<f64>,
}

impl Share {
    fn of(values: &[f64]) -> Self {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let variance = values.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / count;
        Self {
            mean,
            error: (values.len() > 1).then(|| (variance / count).sqrt()),
        }
    }
}

/// What came of a design.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Measured {
    /// Test samples that were recognised rightly.
    pub accuracy: Share,
    /// What is measured after [`Protocol::Stream`] besides.
    pub after: Option<After>,
}

/// What is measured after a stream in random order.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct After {
    /// The accuracy, one in a hundred of the bits of the state being flipped; none of labels over a memory.
    pub damaged: Option<Share>,
    /// Of samples of a class that was never learned, each class in turn; none where there is one class only.
    pub unknown: Option<Unknown>,
}

/// How what was never learned is told from what was.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Unknown {
    /// How often an unknown sample has a higher score than a known one, ties half.
    pub auc: Share,
    /// Known samples that were called unknown.
    pub rejected: Share,
    /// Unknown samples that were called so.
    pub caught: Share,
}

/// Mixes samples: `part` of 256 of the second.
fn mixed(one: &[u8], other: &[u8], part: u32) -> Vec<u8> {
    let mix =
        |(&a, &b): (&u8, &u8)| ((u32::from(a) * (256 - part) + u32::from(b) * part) >> 8) as u8;
    one.iter().zip(other).map(mix).collect()
}

/// Moved by `part` of 256 of [`DRIFT`], features up and down.
fn drifted(sample: &[u8], ways: &[i32], part: u32) -> Vec<u8> {
    let shift = |(&value, &way): (&u8, &i32)| {
        (i32::from(value) + way * DRIFT * part as i32 / 256).clamp(0, 255) as u8
    };
    sample.iter().zip(ways).map(shift).collect()
}

/// Samples of its own, with labels.
type Stream = Vec<(Vec<u8>, u8)>;

/// The streams of a protocol: what is learned, and what is tested then.
pub(super) fn streams(
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
    // A random one of the next class; of none the sample itself, which stays as it is.
    let partner = |of: &[Labelled<'_>], one: Labelled<'_>, draws: &mut Pcg32| -> Vec<u8> {
        let same: Vec<&Labelled<'_>> = of.iter().filter(|other| other.1 == next(one.1)).collect();
        let at = rng::below(draws, same.len().max(1) as u32);
        same.get(at as usize)
            .map_or(one.0, |other| other.0)
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
                let other = partner(&learned, *one, draws);
                let part = (512 * at / length).saturating_sub(128).min(256);
                stream.push((mixed(one.0, &other, part), one.1));
            }
            let mut test = Vec::new();
            for one in &tested {
                let other = partner(&tested, *one, draws);
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

/// Of one division: accuracy, accuracy of the damaged state, and of the unknown classes AUC, rejected, caught.
#[derive(Clone, Copy, Debug, Default)]
struct One {
    accuracy: f64,
    damaged: Option<f64>,
    unknown: Option<[f64; 3]>,
}

/// Measures a design at so many bytes, on all cores. The divisions are those of the seed, the same for every design. Nothing where the
/// design does not fit, or where too few samples are learned or left to test.
#[must_use]
pub fn measure(
    samples: &Samples,
    design: Design,
    protocol: Protocol,
    bytes: usize,
    plan: &Plan,
) -> Option<Measured> {
    let one = |division| divided(samples, design, protocol, bytes, plan, division);
    let all: Option<Vec<One>> = (0..plan.divisions).into_par_iter().map(one).collect();
    let all = all.filter(|all| !all.is_empty())?;
    let share = |of: &dyn Fn(&One) -> Option<f64>| -> Option<Share> {
        let values: Option<Vec<f64>> = all.iter().map(of).collect();
        values.map(|values| Share::of(&values))
    };
    let unknown = |at: usize| share(&|one| one.unknown.map(|unknown| unknown[at]));
    Some(Measured {
        accuracy: share(&|one| Some(one.accuracy))?,
        after: (protocol == Protocol::Stream).then(|| After {
            damaged: share(&|one| one.damaged),
            unknown: match [0, 1, 2].map(unknown) {
                [Some(auc), Some(rejected), Some(caught)] => Some(Unknown {
                    auc,
                    rejected,
                    caught,
                }),
                _ => None,
            },
        }),
    })
}

fn divided(
    samples: &Samples,
    design: Design,
    protocol: Protocol,
    bytes: usize,
    plan: &Plan,
    division: u32,
) -> Option<One> {
    if plan.train == 0 || plan.train >= samples.all.len() {
        return None;
    }
    let make = |state| {
        let seed = division.into();
        design.make(samples.features, samples.labels, bytes, seed, state)
    };
    let purpose = crate::purpose::recogniser::DIVISION;
    let mut random = rng::stream(plan.seed, purpose, division, 0);
    let (learned, tested) = streams(samples, protocol, plan.train, &mut random);
    let mut recogniser = make(None)?;
    for (sample, label) in &learned {
        recogniser.learn(sample, *label);
    }
    let mut one = One {
        accuracy: accuracy(&recogniser, &tested),
        ..One::default()
    };
    if protocol != Protocol::Stream {
        return Some(one);
    }
    if let Some(state) = recogniser.state() {
        let state = flipped(state, &mut random);
        one.damaged = Some(accuracy(&make(Some(state))?, &tested));
    }
    let mut sum = [0.0; 3];
    let mut classes = 0;
    for out in 0..samples.labels {
        if let Some(shares) = unknown(make(None)?, &learned, &tested, out) {
            classes += 1;
            for (sum, share) in sum.iter_mut().zip(shares) {
                *sum += share;
            }
        }
    }
    one.unknown = (classes > 0).then(|| sum.map(|sum| sum / f64::from(classes)));
    Some(one)
}

/// Learns all classes but one: AUC, known samples rejected, unknown ones caught. Nothing where there is no test sample of one or other.
fn unknown(
    mut recogniser: Boxed,
    learned: &[(Vec<u8>, u8)],
    tested: &[(Vec<u8>, u8)],
    out: u8,
) -> Option<[f64; 3]> {
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
    if known.is_empty() || unknown.is_empty() {
        return None;
    }
    Some([
        auc(&mut known, &unknown),
        rejected as f64 / known.len() as f64,
        caught as f64 / unknown.len() as f64,
    ])
}
