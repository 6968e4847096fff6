//! The modern network, whose states are real vectors.

use slotless_core::hopfield::modern::{Ended, Memories, Modern, Recall};

use super::outcome::{Ending, Moment, Path, Retrieval, Verdict, on_the_way};
use super::{Keep, Network, RecallError, Scale, Spec, mean_over_pairs};
use crate::images::{Corruption, Erased, Pictures, Shape};

/// A memory with a larger share than this is what was recalled.
const ALL_OF_IT: f32 = 0.99;

/// Pictures as the rows of a modern Hopfield network.
#[derive(Debug)]
pub(super) struct GreyMemories {
    /// The pictures, -1 to +1.
    pictures: Vec<f32>,
    /// What the network stores.
    rows: Vec<f32>,
    /// Norms of the pictures.
    norms: Vec<f64>,
    shape: Shape,
    corruption: Corruption,
    erased: Erased,
    scale: Scale,
    seed: u64,
    beta: f32,
    recall: Recall<f32>,
}

impl GreyMemories {
    pub fn new(pictures: &Pictures, spec: &Spec) -> Result<Option<Self>, RecallError> {
        let Network::Modern {
            beta,
            scale,
            erased,
            steps,
        } = spec.network
        else {
            return Ok(None);
        };
        if !(beta.is_finite() && beta > 0.0) {
            return Err(RecallError::range("beta", beta, "finite numbers above 0"));
        }
        if steps == 0 {
            return Err(RecallError::range("steps", steps, "from 1"));
        }
        let shape = pictures.shape();
        let grey = pictures.grey();
        let mut rows = grey.clone();
        let mut norms = Vec::with_capacity(pictures.len());
        let each = rows.chunks_exact_mut(shape.pixels() as usize);
        for (row, name) in each.zip(pictures.names()) {
            let norm = norm(row);
            if scale == Scale::Unit {
                if norm == 0.0 {
                    return Err(RecallError::NoDirection { name: name.clone() });
                }
                divide(row, norm);
            }
            norms.push(norm);
        }
        Ok(Some(Self {
            pictures: grey,
            rows,
            norms,
            shape,
            corruption: spec.corrupt,
            erased,
            scale,
            seed: spec.seed,
            beta,
            recall: Recall::new().max_steps(Some(steps)),
        }))
    }

    fn network(&self) -> Modern<'_, f32> {
        let memories = Memories::rows(&self.rows, self.shape.pixels());
        let memories = memories.expect("whole rows of finite numbers");
        Modern::new(memories, self.beta).expect("beta was checked")
    }

    fn picture(&self, number: usize) -> &[f32] {
        row(&self.pictures, self.shape, number)
    }

    pub fn resolved(&self) -> String {
        format!(
            "modern Hopfield network: N = {} units, K = {} memories, beta = {}, {}",
            self.shape.pixels(),
            self.norms.len(),
            self.beta,
            match self.scale {
                Scale::Unit => "every picture divided by its norm",
                Scale::Pixels => "pixels from \u{2212}1 to +1",
            }
        )
    }

    pub fn likeness(&self) -> Option<f64> {
        let overlap = |one, other| cosine(self.picture(one), self.picture(other));
        mean_over_pairs(self.norms.len(), overlap)
    }

    pub fn retriever(&self) -> impl Fn(usize, Keep) -> Retrieval + Sync + '_ {
        // The memories are checked once, not for every cue.
        let network = self.network();
        move |number, keep| self.retrieve(&network, number, keep)
    }

    fn retrieve(&self, network: &Modern<'_, f32>, number: usize, keep: Keep) -> Retrieval {
        let original = self.picture(number);
        let (shape, seed) = (self.shape, self.seed);
        let cue = self
            .corruption
            .grey(original, shape, self.erased, seed, number as u32);
        let mut start = cue.clone();
        if self.scale == Scale::Unit {
            let length = norm(&start);
            divide(&mut start, length);
        }
        let mut energies = Vec::new();
        let mut states: Vec<Vec<f32>> = Vec::new();
        let mut scratch = vec![0; network.scratch_words()];
        let recalled = network.recall_with(&start, &self.recall, &mut scratch, |step| {
            energies.push((u64::from(step.number), f64::from(step.energy())));
            if keep == Keep::Path {
                states.push(step.state.to_vec());
            }
        });
        let recalled = recalled.expect("a cue of N finite numbers, scratch as needed");
        let picture = |state: &[f32]| self.shown(state, recalled.shares);
        let ends = [energies.first(), energies.last()];
        let energies_of_ends = ends.map(|end| end.map_or(0.0, |&(_, energy)| energy));
        let path = (keep == Keep::Path).then(|| {
            let places = on_the_way(recalled.steps as usize);
            let moments = places.into_iter().map(|step| Moment {
                step: step as u64,
                picture: picture(&states[step]),
            });
            Path {
                moments: moments.collect(),
                energies,
            }
        });
        let shown = picture(recalled.state);
        Retrieval {
            before: cosine(original, &cue),
            after: cosine(original, recalled.state),
            nearest: self.nearest(recalled.state),
            verdict: self.verdict(original, recalled.shares),
            steps: recalled.steps.into(),
            ending: match recalled.ended {
                Ended::State | Ended::Shares => Ending::FixedPoint,
                Ended::Steps => Ending::MostSteps,
            },
            energies: Some(energies_of_ends),
            path,
            original: original.to_vec(),
            cue,
            recalled: shown,
        }
    }

    /// A state as a picture. A state of unit pictures gets the norm that the pictures in it have.
    fn shown(&self, state: &[f32], shares: &[f32]) -> Vec<f32> {
        let norm = match self.scale {
            Scale::Pixels => 1.0,
            Scale::Unit => {
                let terms = self.norms.iter().zip(shares);
                terms.map(|(norm, &share)| norm * f64::from(share)).sum()
            }
        };
        let values = state.iter();
        values
            .map(|&value| (f64::from(value) * norm) as f32)
            .collect()
    }

    fn nearest(&self, state: &[f32]) -> usize {
        let cosines = (0..self.norms.len()).map(|number| cosine(self.picture(number), state));
        let best = (0..).zip(cosines).max_by(|one, other| {
            // Of equal ones the first.
            one.1.total_cmp(&other.1).then(other.0.cmp(&one.0))
        });
        best.map_or(0, |(number, _)| number)
    }

    fn verdict(&self, original: &[f32], shares: &[f32]) -> Verdict {
        // Equal pictures share their share.
        let same = (0..).zip(shares);
        let same = same.filter(|&(number, _)| self.picture(number) == original);
        if same.map(|(_, share)| share).sum::<f32>() > ALL_OF_IT {
            return Verdict::Right { off: 0 };
        }
        if let Some(memory) = shares.iter().position(|&share| share > ALL_OF_IT) {
            return Verdict::Wrong { memory, off: 0 };
        }
        let squares = shares
            .iter()
            .map(|&share| f64::from(share) * f64::from(share));
        Verdict::Blend {
            memories: 1.0 / squares.sum::<f64>(),
        }
    }
}

fn row(rows: &[f32], shape: Shape, number: usize) -> &[f32] {
    let pixels = shape.pixels() as usize;
    &rows[number * pixels..(number + 1) * pixels]
}

fn dot(one: &[f32], other: &[f32]) -> f64 {
    let pairs = one.iter().zip(other);
    pairs
        .map(|(&one, &other)| f64::from(one) * f64::from(other))
        .sum()
}

fn norm(state: &[f32]) -> f64 {
    dot(state, state).sqrt()
}

/// The cosine of the angle between two states; 0 if one of them is 0.
fn cosine(one: &[f32], other: &[f32]) -> f64 {
    let norms = norm(one) * norm(other);
    if norms > 0.0 {
        dot(one, other) / norms
    } else {
        0.0
    }
}

/// Divides by a norm, unless that is 0: nothing has no direction.
fn divide(state: &mut [f32], norm: f64) {
    if norm > 0.0 {
        for value in state {
            *value = (f64::from(*value) / norm) as f32;
        }
    }
}
