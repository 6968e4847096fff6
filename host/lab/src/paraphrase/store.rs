//! Stored pairs, as codes and as vectors, and every way to recall from them.

use slotless_core::attractor::{AttractorError, Index, Params, Recall, winners};
use slotless_core::fixed::types::I16F16;
use slotless_core::real;

use super::method::Means;

/// A cue to ask with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Query<'a> {
    pub vector: &'a [f32],
    /// As long as a stored code.
    pub code: &'a [u32],
    /// Longer; empty where no method asks for it.
    pub wide: &'a [u32],
}

/// Pairs, and room to recall from them.
#[derive(Debug)]
pub(super) struct Store<'v> {
    index: Index<Vec<u32>>,
    /// Vectors of cues, and of their targets.
    cues: Vec<&'v [f32]>,
    targets: Vec<&'v [f32]>,
    scratch: Vec<u32>,
    drives: Vec<f32>,
    code: Vec<u32>,
    /// The nearest cues by cosine, of the query that was asked last.
    nearest: Vec<(f32, u32)>,
    /// Recurrent recall step by step, of the cue that was asked last.
    trace: Trace,
}

/// Codes of recurrent recall: the cue, and after each step so far.
#[derive(Debug, Default)]
struct Trace {
    inhibition: I16F16,
    codes: Vec<Vec<u32>>,
}

impl<'v> Store<'v> {
    pub fn new(params: Params, capacity: u32) -> Result<Self, AttractorError> {
        let words = vec![0; Index::<()>::words(params, capacity)];
        let index = Index::new(params, capacity, words)?;
        Ok(Self {
            scratch: vec![0; index.scratch_words()],
            drives: vec![0.0; params.units() as usize],
            code: vec![0; params.active() as usize],
            nearest: Vec::new(),
            trace: Trace::default(),
            cues: Vec::new(),
            targets: Vec::new(),
            index,
        })
    }

    /// Stores a pair: vectors and codes of cue and target.
    pub fn learn(
        &mut self,
        vectors: [&'v [f32]; 2],
        cue: &[u32],
        target: &[u32],
    ) -> Result<(), AttractorError> {
        self.trace.codes.clear();
        self.index.store(cue, target)?;
        self.cues.push(vectors[0]);
        self.targets.push(vectors[1]);
        Ok(())
    }

    /// Finds the nearest cues by cosine, up to `count`: what the methods over vectors take.
    pub fn look_up(&mut self, vector: &[f32], count: usize) {
        let cosines = self.cues.iter().map(|cue| real::dot(cue, vector));
        self.nearest.clear();
        self.nearest.extend(cosines.zip(0..));
        // Of equal ones the first.
        let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if count < self.nearest.len() {
            self.nearest.select_nth_unstable_by(count, order);
            self.nearest.truncate(count);
        }
        self.nearest.sort_unstable_by(order);
    }

    /// The target of the pair whose cue is nearest, of the vector looked up last.
    pub fn nearest_target(&self) -> Option<&'v [f32]> {
        let &(_, pair) = self.nearest.first()?;
        self.targets.get(pair as usize).copied()
    }

    /// The code that is recalled, empty where nothing is. Vectors have been looked up.
    pub fn recall(&mut self, means: &Means, query: Query<'_>) -> Result<&[u32], AttractorError> {
        match *means {
            Means::Codes(recall) => self.by_code(&recall, query.code),
            Means::Wide(recall) => self.by_code(&recall, query.wide),
            Means::Recurrent { inhibition, steps } => self.by_steps(inhibition, steps, query.code),
            Means::Nearest => {
                let pair = self.nearest.first().map_or(0, |&(_, pair)| pair);
                Ok(self.index.target(pair).unwrap_or(&[]))
            }
            Means::Softmax { nearest, beta } => self.by_softmax(nearest, beta, query.vector),
        }
    }

    fn by_code(&mut self, recall: &Recall, cue: &[u32]) -> Result<&[u32], AttractorError> {
        let recalled = self.index.recall(cue, recall, &mut self.scratch)?;
        Ok(recalled.code)
    }

    /// Steps that were made before are not made again.
    fn by_steps(
        &mut self,
        inhibition: I16F16,
        steps: usize,
        cue: &[u32],
    ) -> Result<&[u32], AttractorError> {
        let trace = &mut self.trace;
        if trace.inhibition != inhibition || trace.codes.first().is_none_or(|code| code != cue) {
            trace.inhibition = inhibition;
            trace.codes = vec![cue.to_vec()];
        }
        let step = Recall::recurrent(1, inhibition)?;
        while trace.codes.len() <= steps {
            let last = trace.codes.last().map_or(cue, Vec::as_slice);
            let next = self.index.recall(last, &step, &mut self.scratch)?;
            trace.codes.push(next.code.to_vec());
        }
        Ok(&trace.codes[steps])
    }

    fn by_softmax(
        &mut self,
        nearest: usize,
        beta: f32,
        vector: &[f32],
    ) -> Result<&[u32], AttractorError> {
        self.drives.fill(0.0);
        let most = self.nearest.first().map_or(0.0, |&(cosine, _)| cosine);
        // In the order of the cosines, so that sums are always the same. Their sum is left out: it changes no winner.
        for &(cosine, pair) in self.nearest.iter().take(nearest) {
            let weight = real::exp(beta * (cosine - most));
            for &unit in self.index.target(pair).unwrap_or(&[]) {
                self.drives[unit as usize] += weight;
            }
        }
        let params = self.index.params();
        winners(
            &params,
            vector,
            &self.drives,
            &mut self.scratch,
            &mut self.code,
        )?;
        Ok(&self.code)
    }
}
