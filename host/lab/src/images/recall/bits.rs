//! Networks whose states are bits.

use slotless_core::bits;
use slotless_core::hopfield::classical::{self, Classical};
use slotless_core::hopfield::dense::{Dense, Separation};
use slotless_core::hopfield::{Kind, Recall, Update, identify, nearest};
use slotless_core::kwinner::{self, KWinner};
use slotless_core::weight::U16;

use super::outcome::{Ending, Moment, Path, Retrieval, Verdict, on_the_way};
use super::{Keep, Network, Order, RecallError, Spec, mean_over_pairs};
use crate::images::{Corruption, Pictures, Shape, Threshold};
use crate::patterns::Patterns;
use crate::patterns::floor_share;

/// Weights of a K-winner network at most: 512 MiB.
const MAX_WEIGHTS: u32 = 1 << 28;

/// A network that has stored pictures as bits.
#[derive(Debug)]
pub(super) struct BitMemories {
    patterns: Patterns,
    shape: Shape,
    corruption: Corruption,
    seed: u64,
    tolerance: u32,
    network: BitNetwork,
}

#[derive(Debug)]
enum BitNetwork {
    Classical(Classical<Vec<u32>>, Recall<'static>),
    /// A dense associative memory keeps nothing but the memories.
    Dense(Separation, Recall<'static, i128>),
    KWinner(KWinner<U16, Vec<u32>>, u32),
}

/// How a run from a cue went.
struct Run {
    state: Vec<u32>,
    steps: u64,
    ending: Ending,
    /// Of the cue and of the state.
    energies: Option<[f64; 2]>,
    flips: Vec<Flip>,
}

/// An update that flipped its unit.
struct Flip {
    step: u64,
    unit: u32,
    energy: f64,
}

impl BitMemories {
    pub fn new(pictures: &Pictures, spec: &Spec) -> Result<Self, RecallError> {
        let shape = pictures.shape();
        let count = u32::try_from(pictures.len()).unwrap_or(u32::MAX);
        let (patterns, network, tolerance) = match spec.network {
            Network::Classical {
                threshold,
                order,
                steps,
                tolerance,
            } => {
                let params = classical::Params::builder(shape.pixels(), count)
                    .seed(spec.seed)
                    .build()?;
                let patterns = threshold.bits(pictures)?;
                let network = store_classical(params, &patterns);
                let recall = updates(order, steps, shape)?;
                (patterns, BitNetwork::Classical(network, recall), tolerance)
            }
            Network::Dense {
                threshold,
                degree,
                order,
                steps,
                tolerance,
            } => {
                let patterns = threshold.bits(pictures)?;
                let separation = Separation::Power(degree);
                Dense::new(patterns.words(), shape.pixels(), separation)?;
                let network = BitNetwork::Dense(separation, updates(order, steps, shape)?);
                (patterns, network, tolerance)
            }
            Network::Modern { .. } => {
                let allowed = "networks of bits: classical, dense and kwinner";
                return Err(RecallError::range("network", "modern", allowed));
            }
            Network::KWinner {
                threshold,
                n_h,
                f,
                k,
                eps,
                assignment,
                steps,
                tolerance,
            } => {
                let Threshold::Ones(ones) = threshold else {
                    let allowed =
                        "ones:N for the K-winner network, whose patterns have N ones each";
                    return Err(RecallError::range("threshold", threshold, allowed));
                };
                if !(f > 0.0 && f <= 1.0) {
                    return Err(RecallError::range("f", f, "above 0 to 1"));
                }
                if !(eps > 0.0 && eps <= 1.0) {
                    return Err(RecallError::range("eps", eps, "above 0 to 1"));
                }
                if steps == 0 {
                    return Err(RecallError::range("steps", steps, "from 1"));
                }
                let most = MAX_WEIGHTS / shape.pixels();
                if n_h > most {
                    let allowed = format!("up to {most} for pictures of {shape} pixels");
                    return Err(RecallError::range("n_h", n_h, allowed));
                }
                let patterns = threshold.bits(pictures)?;
                let params = kwinner::Params::builder(shape.pixels(), n_h)
                    .fan_in(floor_share(f, shape.pixels()))
                    .winners(k)
                    .active(ones)
                    .rate((eps * 65_536.0).round().max(1.0) as u32)
                    .assignment(assignment)
                    .seed(spec.seed)
                    .build()?;
                let network = store_kwinner(params, &patterns);
                (patterns, BitNetwork::KWinner(network, steps), tolerance)
            }
        };
        Ok(Self {
            patterns,
            shape,
            corruption: spec.corrupt,
            seed: spec.seed,
            tolerance,
            network,
        })
    }

    pub fn resolved(&self) -> String {
        let (units, count) = (self.shape.pixels(), self.patterns.len());
        let load = count as f64 / f64::from(units);
        let memories = format!("N = {units} units, K = {count} memories, K/N = {load:.3}");
        match &self.network {
            BitNetwork::Classical(network, _) => format!(
                "classical Hopfield network: {memories}, {}-bit weights",
                network.params().width().bits()
            ),
            BitNetwork::Dense(separation, _) => format!(
                "dense associative memory: {memories}, F(z) = z^{}",
                separation.degree()
            ),
            BitNetwork::KWinner(network, _) => {
                let params = network.params();
                format!(
                    "K-winner network: {memories}, n_h = {}, m = {}, k = {}, s = {}, eps = {}/65536, 16-bit weights",
                    params.hidden(),
                    params.fan_in(),
                    params.winners(),
                    params.active(),
                    params.rate().get()
                )
            }
        }
    }

    pub fn likeness(&self) -> Option<f64> {
        let overlap = |one, other| self.overlap(self.patterns.get(one), self.patterns.get(other));
        mean_over_pairs(self.patterns.len(), overlap)
    }

    /// The mean product of two states' units.
    fn overlap(&self, one: &[u32], other: &[u32]) -> f64 {
        1.0 - 2.0 * f64::from(differing(one, other)) / f64::from(self.shape.pixels())
    }

    pub fn retrieve(&self, number: usize, keep: Keep) -> Retrieval {
        let original = self.patterns.get(number);
        let cue = self
            .corruption
            .bits(original, self.shape, self.seed, number as u32);
        let run = match &self.network {
            BitNetwork::Classical(network, recall) => run_classical(network, recall, &cue, keep),
            BitNetwork::Dense(separation, recall) => {
                let network = Dense::new(self.patterns.words(), self.shape.pixels(), *separation);
                let network = network.expect("made before").with_seed(self.seed);
                run_dense(&network, recall, &cue, keep)
            }
            BitNetwork::KWinner(network, steps) => run_kwinner(network, *steps, &cue),
        };
        let (nearest, _) = nearest(&run.state, self.patterns.words()).expect("a memory at least");
        Retrieval {
            before: self.overlap(original, &cue),
            after: self.overlap(original, &run.state),
            nearest: nearest as usize,
            verdict: self.verdict(original, &run.state),
            steps: run.steps,
            ending: run.ending,
            energies: run.energies,
            path: (keep == Keep::Path).then(|| self.path(&cue, &run)),
            original: self.picture(original),
            cue: self.picture(&cue),
            recalled: self.picture(&run.state),
        }
    }

    fn verdict(&self, original: &[u32], state: &[u32]) -> Verdict {
        let words = self.patterns.words();
        let found = identify(state, words, self.shape.pixels(), self.tolerance);
        let found = found.expect("a state and memories of N bits");
        let off = found.distance;
        match found.kind {
            // Two pictures may have become the same bits.
            Kind::Stored { memory } if self.patterns.get(memory as usize) == original => {
                Verdict::Right { off }
            }
            Kind::Stored { memory } => Verdict::Wrong {
                memory: memory as usize,
                off,
            },
            Kind::Inverted { memory } => Verdict::Inverted {
                memory: memory as usize,
            },
            Kind::Mixture(mixture) => {
                let parts = mixture.parts().iter();
                Verdict::Mixture(
                    parts
                        .map(|part| (part.memory as usize, part.sign))
                        .collect(),
                )
            }
            Kind::Spurious => Verdict::Spurious { off },
        }
    }

    /// The way from the cue, from the flips on it.
    fn path(&self, cue: &[u32], run: &Run) -> Path {
        let mut energies = Vec::new();
        if let Some([first, last]) = run.energies {
            energies.push((0, first));
            energies.extend(run.flips.iter().map(|flip| (flip.step, flip.energy)));
            energies.push((run.steps, last));
        }
        let places = on_the_way(run.flips.len());
        let mut moments = Vec::new();
        let mut state = cue.to_vec();
        for (count, flip) in (1..).zip(&run.flips) {
            state[flip.unit as usize / 32] ^= 1 << (flip.unit % 32);
            if places.contains(&count) {
                moments.push(Moment {
                    step: flip.step,
                    picture: self.picture(&state),
                });
            }
        }
        Path { energies, moments }
    }

    fn picture(&self, state: &[u32]) -> Vec<f32> {
        let pixels = 0..self.shape.pixels();
        pixels
            .map(|at| if bits::get(state, at) { 1.0 } else { -1.0 })
            .collect()
    }
}

fn differing(one: &[u32], other: &[u32]) -> u32 {
    let words = one.iter().zip(other);
    words.map(|(one, other)| (one ^ other).count_ones()).sum()
}

/// How one unit after the other is updated.
fn updates<E: Copy>(
    order: Order,
    steps: Option<u32>,
    shape: Shape,
) -> Result<Recall<'static, E>, RecallError> {
    if steps == Some(0) {
        return Err(RecallError::range("steps", 0, "from 1"));
    }
    let most = steps.map(|steps| u64::from(steps) * u64::from(shape.pixels()));
    Ok(match (order, most) {
        (Order::Sweeps, most) => Recall::sweeps().max_updates(most),
        (Order::Random, None) => Recall::new(),
        (Order::Random, most) => Recall::new().max_updates(most),
    })
}

fn store_classical(params: classical::Params, patterns: &Patterns) -> Classical<Vec<u32>> {
    let mut network = Classical::new(params, vec![0; params.words()]).expect("words as needed");
    for pattern in patterns.iter() {
        let stored = network.store(pattern);
        stored.expect("patterns of N bits, as many as the weights were made for");
    }
    network
}

fn run_classical(
    network: &Classical<Vec<u32>>,
    recall: &Recall<'_>,
    cue: &[u32],
    keep: Keep,
) -> Run {
    let mut scratch = vec![0; network.params().scratch_words()];
    let first = network.energy(cue).expect("a cue of N bits");
    let mut flips = Vec::new();
    let note = |update: Update<'_, i64>| note(&mut flips, keep, &update, update.energy as f64);
    let recalled = network.recall_with(cue, recall, &mut scratch, note);
    let recalled = recalled.expect("a cue of N bits, scratch as needed");
    Run {
        state: recalled.state.to_vec(),
        steps: recalled.run.updates,
        ending: recalled.run.ended.into(),
        energies: Some([first as f64, recalled.energy as f64]),
        flips,
    }
}

fn run_dense(network: &Dense<'_>, recall: &Recall<'_, i128>, cue: &[u32], keep: Keep) -> Run {
    let mut scratch = vec![0; network.scratch_words()];
    let first = network.energy(cue).expect("a cue of N bits");
    let mut flips = Vec::new();
    let note = |update: Update<'_, i128>| note(&mut flips, keep, &update, update.energy as f64);
    let recalled = network.recall_with(cue, recall, &mut scratch, note);
    let recalled = recalled.expect("a cue of N bits, scratch as needed");
    Run {
        state: recalled.state.to_vec(),
        steps: recalled.run.updates,
        ending: recalled.run.ended.into(),
        energies: Some([first as f64, recalled.energy as f64]),
        flips,
    }
}

/// Keeps an update that flipped its unit, where the way is kept.
fn note<E>(flips: &mut Vec<Flip>, keep: Keep, update: &Update<'_, E>, energy: f64) {
    if update.flipped && keep == Keep::Path {
        flips.push(Flip {
            step: update.number,
            unit: update.unit,
            energy,
        });
    }
}

fn store_kwinner(params: kwinner::Params<U16>, patterns: &Patterns) -> KWinner<U16, Vec<u32>> {
    let mut network = KWinner::new(params, vec![0; params.words()]).expect("words as needed");
    let mut scratch = vec![0; params.scratch_words()];
    for pattern in patterns.iter() {
        let learned = network.learn(pattern, &mut scratch);
        learned.expect("patterns of n_i bits, scratch as needed");
    }
    network
}

/// Recalls, then recalls what was recalled, until that changes nothing or was done so often.
fn run_kwinner(network: &KWinner<U16, Vec<u32>>, most: u32, cue: &[u32]) -> Run {
    let mut scratch = vec![0; network.params().scratch_words()];
    let mut state = cue.to_vec();
    let (mut steps, mut ending) = (0, Ending::MostSteps);
    while steps < most && ending == Ending::MostSteps {
        let recalled = network.recall(&state, &mut scratch);
        let recalled = recalled.expect("a cue of n_i bits, scratch as needed");
        if recalled.pattern == state {
            ending = Ending::FixedPoint;
        }
        state.copy_from_slice(recalled.pattern);
        steps += 1;
    }
    Run {
        state,
        steps: steps.into(),
        ending,
        energies: None,
        flips: Vec::new(),
    }
}
