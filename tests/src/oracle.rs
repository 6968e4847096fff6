//! An independent model: the K-winner MHN on f64 weights and its three kinds of data, written from the equations, as
//! plainly as possible, with streams of its own. It shares no code with the crates it checks.

/// A stream of numbers: splitmix64.
#[derive(Clone, Debug)]
pub struct Draws(u64);

impl Draws {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x5851_f42d_4c95_7f2d)
    }

    fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Uniform over 0 to 1.
    pub fn share(&mut self) -> f64 {
        (self.word() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform over `0..n`.
    pub fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.word()) * n as u128) >> 64) as usize
    }

    /// `count` of `items`, in random order.
    pub fn choose(&mut self, items: &[usize], count: usize) -> Vec<usize> {
        let mut items = items.to_vec();
        for place in 0..count {
            let other = place + self.below(items.len() - place);
            items.swap(place, other);
        }
        items.truncate(count);
        items
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// A pattern: one truth value a visible unit.
pub type Pattern = Vec<bool>;

/// Sizes and rates, in the paper's symbols; `m` is the fan-in.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// Visible units.
    pub n_i: usize,
    /// Hidden units.
    pub n_h: usize,
    /// Ones of a pattern.
    pub s: usize,
    /// Visible units wired to each hidden unit.
    pub m: usize,
    /// Winners.
    pub k: usize,
    /// Learning rate.
    pub eps: f64,
    /// Whether the winners of a learning step are drawn at random (the control).
    pub random_k: bool,
}

/// W (n_h x m) on the units that are wired; the return weights are the same numbers.
#[derive(Debug)]
pub struct Network {
    sizes: Sizes,
    wired: Vec<Vec<usize>>,
    weights: Vec<Vec<f64>>,
    draws: Draws,
}

/// The `count` largest values, ties at random.
fn top(values: &[f64], count: usize, draws: &mut Draws) -> Vec<usize> {
    let mut order: Vec<(f64, u64, usize)> = values
        .iter()
        .enumerate()
        .map(|(index, &value)| (value, draws.word(), index))
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    order
        .iter()
        .take(count)
        .map(|&(_, _, index)| index)
        .collect()
}

impl Network {
    /// A fresh network: weights uniform in 0 to 1.
    #[must_use]
    pub fn new(sizes: Sizes, mut draws: Draws) -> Self {
        let all: Vec<usize> = (0..sizes.n_i).collect();
        let wired = (0..sizes.n_h)
            .map(|_| draws.choose(&all, sizes.m))
            .collect();
        let weights = (0..sizes.n_h)
            .map(|_| (0..sizes.m).map(|_| draws.share()).collect())
            .collect();
        Self {
            sizes,
            wired,
            weights,
            draws,
        }
    }

    /// a = (W . M) x, then the k largest.
    fn winners(&mut self, x: &Pattern) -> Vec<usize> {
        let potentials: Vec<f64> = self
            .wired
            .iter()
            .zip(&self.weights)
            .map(|(wired, weights)| {
                let pairs = wired.iter().zip(weights);
                pairs.map(|(&j, &w)| if x[j] { w } else { 0.0 }).sum()
            })
            .collect();
        top(&potentials, self.sizes.k, &mut self.draws)
    }

    /// W += eps (x - W) for the winners.
    pub fn learn(&mut self, x: &Pattern) {
        let winners = if self.sizes.random_k {
            let all: Vec<usize> = (0..self.sizes.n_h).collect();
            self.draws.choose(&all, self.sizes.k)
        } else {
            self.winners(x)
        };
        for h in winners {
            for (&j, w) in self.wired[h].iter().zip(&mut self.weights[h]) {
                *w += self.sizes.eps * (f64::from(u8::from(x[j])) - *w);
            }
        }
    }

    /// b = (W . M)^T y of the winners y, then the s largest.
    pub fn recall(&mut self, cue: &Pattern) -> Pattern {
        let mut sums = vec![0.0; self.sizes.n_i];
        for h in self.winners(cue) {
            for (&j, &w) in self.wired[h].iter().zip(&self.weights[h]) {
                sums[j] += w;
            }
        }
        let mut recalled = vec![false; self.sizes.n_i];
        for j in top(&sums, self.sizes.s, &mut self.draws) {
            recalled[j] = true;
        }
        recalled
    }
}

/// Where patterns come from.
#[derive(Clone, Copy, Debug)]
pub enum Data {
    /// s of n_i, uniform.
    Random,
    /// Leaves of a tree-generating Chinese restaurant process with b flips each way.
    Tree(usize),
    /// Examples with b flips each way around 10 prototypes.
    Correlated(usize),
}

fn places(pattern: &Pattern, value: bool) -> Vec<usize> {
    (0..pattern.len())
        .filter(|&j| pattern[j] == value)
        .collect()
}

fn random(sizes: Sizes, draws: &mut Draws) -> Pattern {
    let all: Vec<usize> = (0..sizes.n_i).collect();
    let mut pattern = vec![false; sizes.n_i];
    for j in draws.choose(&all, sizes.s) {
        pattern[j] = true;
    }
    pattern
}

fn flipped(pattern: &Pattern, b: usize, draws: &mut Draws) -> Pattern {
    let mut other = pattern.clone();
    for j in draws.choose(&places(pattern, true), b) {
        other[j] = false;
    }
    for j in draws.choose(&places(pattern, false), b) {
        other[j] = true;
    }
    other
}

struct Node {
    pattern: Pattern,
    visits: usize,
    children: Vec<(usize, Node)>,
}

impl Node {
    fn new(pattern: Pattern) -> Self {
        Self {
            pattern,
            visits: 0,
            children: Vec::new(),
        }
    }

    /// One step that has come to this node.
    fn visit(&mut self, b: usize, draws: &mut Draws) {
        let before = self.visits;
        self.visits += 1;
        let mut drawn = draws.share() * (before + 1) as f64;
        for (count, child) in &mut self.children {
            if drawn < *count as f64 {
                *count += 1;
                return child.visit(b, draws);
            }
            drawn -= *count as f64;
        }
        let child = flipped(&self.pattern, b, draws);
        self.children.push((1, Self::new(child)));
    }

    fn leaves(&self, found: &mut Vec<Pattern>) {
        if self.children.is_empty() {
            found.push(self.pattern.clone());
        }
        for (_, child) in &self.children {
            child.leaves(found);
        }
    }
}

fn leaves(sizes: Sizes, b: usize, steps: usize, draws: &mut Draws) -> Vec<Pattern> {
    let mut root = Node::new(random(sizes, draws));
    for _ in 1..steps {
        root.visit(b, draws);
    }
    let mut found = Vec::new();
    root.leaves(&mut found);
    draws.shuffle(&mut found);
    found
}

impl Data {
    /// Patterns to learn, oldest first, and pseudo-patterns.
    fn trial(
        self,
        sizes: Sizes,
        burn_in: usize,
        learned: usize,
        draws: &mut Draws,
    ) -> (Vec<Pattern>, Vec<Pattern>) {
        let mut all: Vec<Pattern> = match self {
            Self::Random => (0..burn_in + 2 * learned)
                .map(|_| random(sizes, draws))
                .collect(),
            Self::Tree(b) => leaves(sizes, b, 3 * (burn_in + 2 * learned), draws),
            Self::Correlated(b) => {
                let prototypes: Vec<Pattern> = (0..10).map(|_| random(sizes, draws)).collect();
                let mut phase = |count: usize| {
                    let mut order: Vec<usize> = (0..count).map(|number| number % 10).collect();
                    draws.shuffle(&mut order);
                    order
                        .iter()
                        .map(|&category| flipped(&prototypes[category], b, draws))
                        .collect::<Vec<_>>()
                };
                [phase(burn_in), phase(learned), phase(learned)].concat()
            }
        };
        let pseudo = all[burn_in + learned..burn_in + 2 * learned].to_vec();
        all.truncate(burn_in + learned);
        (all, pseudo)
    }
}

/// An experiment: what is run, how long, and which share of the ones a cue keeps.
#[derive(Clone, Copy, Debug)]
pub struct Experiment {
    /// The network.
    pub sizes: Sizes,
    /// Its patterns.
    pub data: Data,
    /// Patterns learned before those that are tested.
    pub burn_in: usize,
    /// Patterns learned and tested.
    pub learned: usize,
    /// Cue level.
    pub cue: f64,
}

/// Accuracies of one trial by age: of learned patterns, and of pseudo-patterns.
pub type Accuracies = [Vec<f64>; 2];

impl Experiment {
    /// Runs trial number `trial`.
    #[must_use]
    pub fn trial(&self, trial: u64) -> Accuracies {
        let Self {
            sizes,
            data,
            burn_in,
            learned,
            cue,
        } = *self;
        let mut draws = Draws::new(2 * trial);
        let (patterns, pseudo) = data.trial(sizes, burn_in, learned, &mut draws);
        let mut network = Network::new(sizes, Draws::new(2 * trial + 1));
        patterns.iter().for_each(|pattern| network.learn(pattern));
        let keep = (cue * sizes.s as f64).floor() as usize;
        let mut accuracy = |pattern: &Pattern| {
            let mut cue = vec![false; sizes.n_i];
            for j in draws.choose(&places(pattern, true), keep) {
                cue[j] = true;
            }
            let recalled = network.recall(&cue);
            let shared = recalled
                .iter()
                .zip(pattern)
                .filter(|(a, b)| **a && **b)
                .count();
            shared as f64 / sizes.s as f64
        };
        let real = patterns
            .iter()
            .rev()
            .take(learned)
            .map(&mut accuracy)
            .collect();
        let pseudo = pseudo.iter().map(&mut accuracy).collect();
        [real, pseudo]
    }

    /// Runs trials on all cores.
    #[must_use]
    pub fn trials(&self, count: u64) -> Vec<Accuracies> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|worker| {
                    scope.spawn(move || {
                        let own = (worker..count).step_by(threads as usize);
                        own.map(|trial| self.trial(trial)).collect::<Vec<_>>()
                    })
                })
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| worker.join().expect("a trial panicked"))
                .collect()
        })
    }
}
