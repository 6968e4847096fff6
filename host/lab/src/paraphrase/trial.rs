//! A trial: a projection, a draw of background pairs, and every question asked at each size.

use slotless_core::attractor::Params;
use slotless_core::rng::{self, Key};

use super::condition::{Condition, Source};
use super::data::{Data, Part};
use super::gaussian::{alike, mean_cosine, noisy};
use super::method::{Means, Method, methods, place};
use super::purpose;
use super::record::{CHAIN_METHODS, COSINES, HOPS, NOISE_METHODS, Shape, TrialRecord, Vary};
use super::score::{Candidates, Outcome, Score};
use super::store::{Query, Store};
use super::texts::{AUGMENTS, STATEMENTS};
use crate::SpecError;
use crate::figures::numbers::mean_of;
use crate::run::work::{Watch, Work};
use slotless_recall::project::{Kind, Projector};
use slotless_recall::vectors::Vectors;

/// A condition that can be run.
#[derive(Clone, Debug)]
pub struct Setup {
    condition: Condition,
    seed: u64,
    data: Data,
}

/// Background pairs that are projected before it is looked whether to stop.
const BATCH: usize = 1000;

/// Cues that methods over vectors look at.
const LOOKED_UP: usize = 20;

impl Setup {
    /// Checks a condition, and reads its vectors.
    ///
    /// # Errors
    /// [`SpecError`] for the first value that is out of its range, or the first file that does not fit.
    pub fn new(mut condition: Condition, seed: u64) -> Result<Self, SpecError> {
        condition.check()?;
        let (data, found) = Data::load(&condition)?;
        if let Source::Folder { path, sha256 } = &mut condition.vectors {
            if sha256.is_some() && *sha256 != found {
                return Err(SpecError::File(format!(
                    "vectors {}: not those that the spec names by their SHA-256",
                    path.display()
                )));
            }
            *sha256 = found;
        }
        Ok(Self {
            condition,
            seed,
            data,
        })
    }

    /// The condition.
    #[must_use]
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// What a trial takes.
    #[must_use]
    pub fn work(&self) -> Work {
        self.condition.work(self.data.dim())
    }

    /// Runs a trial; `None` if it was told to stop.
    #[must_use]
    pub fn run<'w>(&self, trial: u32, watch: impl Into<Watch<'w>>) -> Option<TrialRecord> {
        let watch = watch.into();
        watch.go_on()?;
        let seed = rng::derive_seed(self.seed, purpose::TRIAL, trial, 0);
        let made;
        let background = match &self.data.background {
            Some(background) => background,
            None => {
                made = self.synthetic(seed);
                &made
            }
        };
        let codes = Codes::new(&self.condition, self.data.dim() as u32, seed);
        let queries = Queries::new(&self.data, &codes, seed);
        let mut run = Run::new(&self.condition, &self.data, &codes, &queries);
        run.similarities(background);
        let order = order(seed, background[0].len(), self.condition.background as u32);
        let steps = self.condition.steps(self.data.dim());
        watch.after(steps.build)?;
        let mut stored = 0;
        for (size, &pairs) in self.condition.sizes.iter().enumerate() {
            while stored < pairs as usize {
                let last = (stored + BATCH).min(pairs as usize);
                run.store(background, &order[stored..last]);
                watch.after(steps.store * (last - stored) as f64)?;
                stored = last;
            }
            for triple in 0..self.data.triples() {
                run.ask(size, triple);
                watch.after(steps.ask(pairs))?;
            }
            run.follow_chains(size);
        }
        Some(run.record)
    }

    /// Cues and targets of a background without texts.
    fn synthetic(&self, seed: u64) -> [Vectors; 2] {
        let own: Vec<&[f32]> = self.data.own().collect();
        // One at least: vectors are never empty.
        let count = self.condition.most().max(1) as usize;
        let key = Key::new(seed, purpose::SYNTHETIC);
        [0, 1].map(|part| alike(&own, count, key.derive(part)))
    }
}

/// In which order pairs of a background are stored.
fn order(seed: u64, count: usize, kind: u32) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    rng::shuffle(&mut rng::stream(seed, purpose::ORDER, 0, kind), &mut order);
    order
}

/// The projection, for stored codes and for wide cues.
struct Codes {
    params: Params,
    narrow: Projector,
    wide: Projector,
}

const SOUND: &str = "sizes that were checked";

impl Codes {
    fn new(condition: &Condition, inputs: u32, seed: u64) -> Self {
        let params = Params::builder(condition.units, condition.active).seed(seed);
        let params = params.build().expect(SOUND);
        let narrow = Projector::new(Kind::Gaussian, inputs, params).expect(SOUND);
        Self {
            params,
            wide: narrow.for_questions(),
            narrow,
        }
    }

    fn narrow(&self, vectors: &Vectors) -> Vec<u32> {
        self.narrow.encode_all(vectors).expect(SOUND)
    }

    fn k(&self) -> usize {
        self.params.active() as usize
    }
}

fn gathered<'v>(rows: impl Iterator<Item = &'v [f32]>, dim: usize) -> Vectors {
    Vectors::new(rows.flatten().copied().collect(), dim).expect("finite rows")
}

/// Cues to ask with, with their codes.
struct Queries {
    /// Triple by triple: the cue, its paraphrase, then the cue at each cosine below 1.
    vectors: Vectors,
    narrow: Vec<u32>,
    wide: Vec<u32>,
    k: usize,
    wide_k: usize,
}

/// Queries of a triple.
const QUERIES: usize = 1 + COSINES.len();

impl Queries {
    fn new(data: &Data, codes: &Codes, seed: u64) -> Self {
        let mut values = Vec::new();
        for triple in 0..data.triples() {
            let cue = data.triple(Part::Cue, triple);
            values.extend_from_slice(cue);
            values.extend_from_slice(data.triple(Part::Paraphrase, triple));
            let key = Key::new(seed, purpose::NOISE).derive(triple as u32);
            for (level, &cosine) in COSINES.iter().enumerate().skip(1) {
                values.extend(noisy(cue, cosine, key.derive(level as u32)));
            }
        }
        let vectors = Vectors::new(values, data.dim()).expect("finite rows");
        Self {
            narrow: codes.narrow(&vectors),
            wide: codes.wide.encode_all(&vectors).expect(SOUND),
            vectors,
            k: codes.k(),
            wide_k: codes.wide.params().active() as usize,
        }
    }

    fn of(&self, triple: usize, which: usize) -> Query<'_> {
        let row = QUERIES * triple + which;
        Query {
            vector: self.vectors.row(row),
            code: &self.narrow[row * self.k..][..self.k],
            wide: &self.wide[row * self.wide_k..][..self.wide_k],
        }
    }
}

/// Memories and what is asked of them, in one trial.
struct Run<'v> {
    data: &'v Data,
    codes: &'v Codes,
    queries: &'v Queries,
    methods: Vec<Method>,
    /// One cue a triple; all its cues; the chains: each beside the background.
    plain: Store<'v>,
    augmented: Store<'v>,
    chains: Store<'v>,
    /// What competes to be recalled: targets of triples, and statements.
    targets: Candidates,
    statements: Candidates,
    /// Codes of the first statements of chains.
    starts: Vec<Vec<u32>>,
    shape: Shape,
    record: TrialRecord,
}

impl<'v> Run<'v> {
    fn new(condition: &Condition, data: &'v Data, codes: &'v Codes, queries: &'v Queries) -> Self {
        let k = codes.k();
        let count = data.triples();
        let coded = |part| {
            let rows = (0..count).map(|triple| data.triple(part, triple));
            codes.narrow(&gathered(rows, data.dim()))
        };
        let targets = coded(Part::Target);
        let statements = codes.narrow(data.statements());
        let most = condition.most();
        let store = |own: usize| Store::new(codes.params, most + own as u32).expect(SOUND);
        let mut run = Self {
            data,
            codes,
            queries,
            methods: methods(),
            plain: store(count),
            augmented: store(count * (1 + AUGMENTS)),
            chains: store(data.statements().len()),
            targets: Candidates::new(condition.units, targets.chunks(k)),
            statements: Candidates::new(condition.units, statements.chunks(k)),
            starts: Vec::new(),
            shape: Shape::of(condition),
            record: TrialRecord::new(Shape::of(condition)),
        };
        for part in std::iter::once(Part::Cue).chain((0..AUGMENTS).map(Part::Augment)) {
            let cues = coded(part);
            for (triple, (cue, target)) in cues.chunks(k).zip(targets.chunks(k)).enumerate() {
                let vectors = [part, Part::Target].map(|part| data.triple(part, triple));
                run.augmented.learn(vectors, cue, target).expect(SOUND);
                if part == Part::Cue {
                    run.plain.learn(vectors, cue, target).expect(SOUND);
                }
            }
        }
        for (chain, codes) in statements.chunks(k * STATEMENTS).enumerate() {
            let codes: Vec<&[u32]> = codes.chunks(k).collect();
            for (hop, pair) in codes.windows(2).enumerate() {
                let first = STATEMENTS * chain + hop;
                let vectors = [first, first + 1].map(|row| data.statements().row(row));
                run.chains.learn(vectors, pair[0], pair[1]).expect(SOUND);
            }
            run.starts.push(codes[0].to_vec());
        }
        run
    }

    fn similarities(&mut self, background: &[Vectors; 2]) {
        let [cues, targets] = background.each_ref().map(|of| mean_cosine(of.rows()));
        let count = self.data.triples();
        let own: Vec<&[f32]> = (0..count)
            .map(|triple| self.data.triple(Part::Cue, triple))
            .collect();
        let paraphrases = own.iter().enumerate().map(|(triple, cue)| {
            let paraphrase = self.data.triple(Part::Paraphrase, triple);
            mean_cosine([*cue, paraphrase].into_iter())
        });
        let paraphrased = mean_of(paraphrases);
        let among = mean_cosine(own.iter().copied());
        self.record.similarity = [cues, targets, paraphrased, among];
    }

    /// Stores these pairs of the background beside everything else.
    fn store(&mut self, background: &'v [Vectors; 2], pairs: &[usize]) {
        let [cues, targets] = background;
        let coded = |of: &Vectors| {
            let rows = pairs.iter().map(|&pair| of.row(pair));
            self.codes.narrow(&gathered(rows, of.dim()))
        };
        let (cue_codes, target_codes) = (coded(cues), coded(targets));
        let k = self.codes.k();
        let codes = cue_codes.chunks(k).zip(target_codes.chunks(k));
        for (&pair, (cue, target)) in pairs.iter().zip(codes) {
            let vectors = [cues.row(pair), targets.row(pair)];
            for store in [&mut self.plain, &mut self.augmented, &mut self.chains] {
                store.learn(vectors, cue, target).expect(SOUND);
            }
            self.targets.push(target);
            self.statements.push(target);
        }
    }

    /// Asks for the target of a triple in every way.
    fn ask(&mut self, size: usize, triple: usize) {
        let (shape, record) = (self.shape, &mut self.record);
        for (first, store) in [(0, &mut self.plain), (2, &mut self.augmented)] {
            for which in 0..2 {
                let query = self.queries.of(triple, which);
                store.look_up(query.vector, LOOKED_UP);
                for (number, method) in self.methods.iter().enumerate() {
                    let code = store.recall(&method.means, query).expect(SOUND);
                    let score = self.targets.score(code, triple);
                    let cell = [size, number, first + which];
                    let counts = record.at_mut(shape, Vary::Cues, cell);
                    let outcomes = [score.among_tests, score.among_all];
                    for (counts, outcome) in counts.chunks_mut(2).zip(outcomes) {
                        counts[0] += u32::from(outcome == Outcome::Right);
                        counts[1] += u32::from(outcome == Outcome::Tied);
                    }
                }
            }
        }
        for level in 0..COSINES.len() {
            // Behind the cue itself stands its paraphrase.
            let query = self.queries.of(triple, level + usize::from(level > 0));
            self.plain.look_up(query.vector, LOOKED_UP);
            for (number, name) in NOISE_METHODS.iter().enumerate() {
                let means = &self.methods[place(name)].means;
                let code = self.plain.recall(means, query).expect(SOUND);
                let score = self.targets.score(code, triple);
                let counts = record.at_mut(shape, Vary::Noise, [size, number, level]);
                for (count, outcome) in counts.iter_mut().zip([score.among_tests, score.among_all])
                {
                    *count += u32::from(outcome == Outcome::Right);
                }
            }
        }
    }

    /// Follows every chain: what is recalled is the next cue.
    fn follow_chains(&mut self, size: usize) {
        for (number, name) in CHAIN_METHODS.iter().enumerate() {
            let means = self.methods[place(name)].means;
            for chain in 0..self.starts.len() {
                let first = STATEMENTS * chain;
                let mut vector = self.data.statements().row(first);
                let mut code = self.starts[chain].clone();
                let mut whole = true;
                for hop in 0..HOPS {
                    if matches!(means, Means::Nearest) {
                        self.chains.look_up(vector, 1);
                        vector = self.chains.nearest_target().unwrap_or(vector);
                    }
                    let query = Query {
                        vector,
                        code: &code,
                        wide: &[],
                    };
                    let next = self.chains.recall(&means, query).expect(SOUND).to_vec();
                    let Score {
                        among_all, overlap, ..
                    } = self.statements.score(&next, first + hop + 1);
                    whole &= among_all == Outcome::Right;
                    let cell = [size, number, hop];
                    let counts = self.record.at_mut(self.shape, Vary::Hops, cell);
                    counts[0] += overlap;
                    counts[1] += u32::from(whole);
                    code = next;
                }
            }
        }
    }
}
