//! Who wins at recall: the units that stored the pattern, as far as they still do, and others: C6 to C8.

use super::KWinnerChain;
use super::lattice::{Law, above, density, marked_among};
use super::stationary::Input;

/// Kinds of units that stored a pattern with less than this share are left out.
const RARE: f64 = 1e-5;

/// Units of a kind that won for the pattern when it was stored.
#[derive(Clone, Copy, Debug)]
struct Storing {
    share: f64,
    /// Wins since.
    wins: usize,
    /// Ones of the pattern among their inputs, and ones of the cue.
    ones: f64,
    seen: f64,
    /// Mean weight of those, and mean and deviation of the potential.
    weight: f64,
    mean: f64,
    deviation: f64,
}

/// A share of units, as it was when the pattern was stored, and as it is in the end.
#[derive(Clone, Debug)]
struct Losing {
    /// By the potential from the cue.
    at_storage: Vec<f64>,
    /// By the ones of the cue among the inputs, whatever the weights have become.
    at_last: Vec<f64>,
}

/// What units have of a pattern's ones that are not in the cue.
#[derive(Clone, Debug)]
struct Unseen {
    /// Each unit counted by the number of such ones among its inputs, of all units' sum.
    ones: Losing,
    /// By the sum of their weights.
    sums: Losing,
}

/// What a cue has: everything about it that no age changes.
#[derive(Clone, Debug)]
pub(super) struct Cue {
    /// Ones of the pattern that it keeps.
    pub kept: u32,
    /// Probability of each number of its ones among the inputs of a unit.
    inputs: Vec<f64>,
    /// Units of which the pattern had too little to win when it was stored.
    units: Losing,
    /// None where the cue is all of the pattern.
    unseen: Option<Unseen>,
}

impl Cue {
    pub fn new(chain: &KWinnerChain, kept: u32) -> Self {
        let (state, sizes) = (&chain.state, &chain.sizes);
        let [visible, _, active] = sizes.units;
        let others = if kept == active {
            vec![1.0]
        } else {
            // The other ones are met among the inputs that the cue's units are not.
            let share = f64::from(sizes.fan_in) * f64::from(kept) / f64::from(visible);
            let rest = sizes.fan_in - libm::round(share) as u32;
            marked_among([visible - kept, rest, active - kept], state.most)
        };
        // Probability of winning for a pattern, by its ones among the inputs.
        let wins = state.sums.iter().map(|sum| state.cut.kept(sum, 0)[0]);
        let wins: Vec<f64> = wins.collect();
        let most = state.sums.last().map_or(0, |sum| sum.0.len());
        let sums = Law::mixture(&others, &state.sums);
        // Of all units, each counted by what it has of the other ones, those that lose.
        let losing = |by_ones: &[f64], by_sum: &Law| {
            let share =
                |counting: f64, all: f64| if all > 0.0 { 1.0 - counting / all } else { 1.0 };
            let (all, all_sums) = (by_ones.iter().sum(), by_sum.total());
            let at_storage = state.cut.kept(by_sum, most).into_iter();
            let at_last = (0..wins.len()).map(|seen| {
                let others = by_ones
                    .iter()
                    .zip(wins.iter().skip(seen).chain(std::iter::repeat(&1.0)));
                share(others.map(|(by, wins)| by * wins).sum(), all)
            });
            Losing {
                at_storage: at_storage
                    .map(|counting| share(counting, all_sums))
                    .collect(),
                at_last: at_last.collect(),
            }
        };
        let unseen = (kept < active).then(|| {
            let by_ones: Vec<f64> = (0..).zip(&others).map(|(n, p)| f64::from(n) * p).collect();
            let by_number = sums.0.iter().enumerate();
            let by_sum = Law(by_number.map(|(sum, share)| sum as f64 * share).collect());
            Unseen {
                ones: losing(&by_ones, &Law::mixture(&by_ones, &state.sums)),
                sums: losing(&by_ones, &by_sum),
            }
        });
        Self {
            kept,
            inputs: marked_among([visible, sizes.fan_in, kept], state.most),
            units: losing(&others, &sums),
            unseen,
        }
    }
}

/// The share of an edge of a lattice step above a threshold: numbers stand for half a step to either side.
fn soft(number: usize, threshold: f64) -> f64 {
    (number as f64 - threshold + 0.5).clamp(0.0, 1.0)
}

/// How far units have moved away from what they were when the pattern was stored.
#[derive(Clone, Copy, Debug)]
struct Since {
    /// Share of units without a win since.
    untouched: f64,
    /// What the others are still like they were.
    left: f64,
}

impl Since {
    fn new(wins: f64, shrinkage: f64) -> Self {
        let untouched = libm::exp(-wins);
        let of_others = libm::exp(-wins * shrinkage) - untouched;
        Self {
            untouched,
            left: if wins > 0.0 {
                (of_others / (1.0 - untouched)).clamp(0.0, 1.0)
            } else {
                1.0
            },
        }
    }

    /// The share of units with these ones of the cue and this potential from it that did not win for the pattern.
    fn of(self, losing: &Losing, ones: usize, potential: usize) -> f64 {
        let (first, last) = (losing.at_storage[potential], losing.at_last[ones]);
        let others = self.left * first + (1.0 - self.left) * last;
        self.untouched * first + (1.0 - self.untouched) * others
    }
}

/// What the winners of a recall cover of one kind of visible unit: how many of them a unit of it meets on average, by the
/// weight that each has to it.
#[derive(Clone, Debug)]
pub(super) struct Cover(pub Law);

impl Cover {
    fn add(&mut self, law: &Law, amount: f64) {
        for (to, share) in self.0.0.iter_mut().zip(&law.0) {
            *to += amount * share;
        }
    }
}

/// The winners of a recall.
#[derive(Clone, Debug)]
pub(super) struct Recalled {
    /// Share of the units that stored the pattern which are among them.
    pub surviving: f64,
    /// Cover of the cue's ones, of the pattern's other ones, and of its zeros.
    pub covers: [Cover; 3],
}

impl Recalled {
    /// Of a pattern that was stored so many expected wins of a unit ago, or of none that was.
    pub fn new(chain: &KWinnerChain, cue: &Cue, wins: Option<f64>) -> Self {
        let (state, sizes) = (&chain.state, &chain.sizes);
        let [visible, hidden, active] = sizes.units.map(f64::from);
        let (k, m, kept) = (
            f64::from(sizes.winners),
            f64::from(sizes.fan_in),
            f64::from(cue.kept),
        );
        let storing = wins.map_or_else(Vec::new, |wins| storing(chain, cue, wins));
        let stored_in = if wins.is_some() { k } else { 0.0 };
        let others = hidden - stored_in;
        let since = wins.map(|wins| Since::new(wins, chain.traces.shrinkage));
        // Potentials of all other units, by the ones of the cue among their inputs.
        let joint = cue.inputs.iter().zip(&state.sums).enumerate();
        let joint = joint.map(|(ones, (inputs, law))| {
            let potentials = law.0.iter().enumerate();
            let shares = potentials.map(|(potential, share)| {
                let losing = since.map_or(1.0, |since| since.of(&cue.units, ones, potential));
                inputs * share * losing
            });
            Law(shares.collect())
        });
        let joint: Vec<Law> = joint.collect();
        let lost = Law::mixture(&vec![1.0; joint.len()], &joint);
        let scale = others / lost.total();
        let threshold = {
            let beyond = Beyond::new(&lost);
            let count = |threshold: f64| {
                let winning = storing
                    .iter()
                    .map(|kind| kind.share * above((threshold - kind.mean) / kind.deviation));
                stored_in * winning.sum::<f64>() + scale * beyond.at(threshold)
            };
            let (mut low, mut high) = (-1.0, lost.0.len() as f64 + 1.0);
            for _ in 0..48 {
                let middle = f64::midpoint(low, high);
                if count(middle) > k {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            f64::midpoint(low, high)
        };

        let empty = || Cover(Law(vec![0.0; sizes.levels + 1]));
        let mut covers = [empty(), empty(), empty()];
        let uncued = active - kept;
        let mut surviving = 0.0;
        for kinds in storing.chunk_by(|one, other| one.wins == other.wins) {
            let by_wins = StoringWinners::of(kinds, threshold);
            surviving += by_wins.share;
            if by_wins.share < 1e-9 {
                continue;
            }
            let ones = &chain.traces.ones[kinds[0].wins];
            let amount = k * by_wins.seen / kept;
            covers[0].add(&ones.tilted(by_wins.seen_weight), amount);
            if uncued > 0.0 {
                let amount = k * (by_wins.ones - by_wins.seen) / uncued;
                covers[1].add(&ones.tilted(by_wins.weight), amount);
            }
            let amount = (m * by_wins.share - by_wins.ones) * k / (visible - active);
            covers[2].add(&chain.traces.zeros[kinds[0].wins], amount);
        }

        // Winners among the others.
        let (mut winners, mut seen, mut sum, mut rest) = (0.0, 0.0, 0.0, 0.0);
        for (ones, law) in joint.iter().enumerate() {
            for (potential, share) in law.0.iter().enumerate() {
                let chance = share * soft(potential, threshold) * scale;
                winners += chance;
                seen += chance * ones as f64;
                sum += chance * potential as f64;
                rest += chance * state.total.others(ones, potential as f64);
            }
        }
        if winners > 1e-9 && m * winners > seen {
            if seen > 0.0 {
                let ones = state.before(Input::One);
                covers[0].add(&ones.tilted(sum / seen), seen / kept);
            }
            let unseen = m * winners - seen;
            // What a unit has too much in the one it has too little in the other.
            let weight = rest / unseen;
            let zeros = state.before(Input::Zero);
            let law = zeros.tilted(weight);
            let each = unseen / (visible - kept);
            if uncued > 0.0 {
                let (ones, lighter) = match (since, &cue.unseen) {
                    (Some(since), Some(unseen)) => {
                        let of = |losing: &Losing| {
                            chance(chain, cue, |ones, potential| {
                                since.of(losing, ones, potential) * soft(potential, threshold)
                            })
                        };
                        let [units, ones, sums] = [&cue.units, &unseen.ones, &unseen.sums].map(of);
                        if units > 0.0 && ones > 0.0 {
                            (ones / units, sums / ones)
                        } else {
                            (0.0, 1.0)
                        }
                    }
                    _ => (1.0, 1.0),
                };
                let lighter = zeros.tilted(weight * lighter);
                covers[1].add(&lighter, each * ones);
            }
            covers[2].add(&law, each);
        }
        Self { surviving, covers }
    }
}

/// Mean over all units of what depends on the ones of the cue among the inputs, and on the potential.
fn chance(chain: &KWinnerChain, cue: &Cue, of: impl Fn(usize, usize) -> f64) -> f64 {
    let mut chance = 0.0;
    for (ones, (inputs, law)) in cue.inputs.iter().zip(&chain.state.sums).enumerate() {
        let potentials = law.0.iter().enumerate();
        let mean: f64 = potentials
            .map(|(potential, share)| share * of(ones, potential))
            .sum();
        chance += inputs * mean;
    }
    chance
}

/// How much of a law lies above a threshold, softly.
#[derive(Debug)]
struct Beyond<'l> {
    law: &'l Law,
    from: Vec<f64>,
}

impl<'l> Beyond<'l> {
    fn new(law: &'l Law) -> Self {
        let mut from = vec![0.0; law.0.len() + 1];
        for number in (0..law.0.len()).rev() {
            from[number] = from[number + 1] + law.0[number];
        }
        Self { law, from }
    }

    fn at(&self, threshold: f64) -> f64 {
        let first = libm::floor(threshold + 0.5);
        if first < 0.0 {
            return self.from[0];
        }
        let first = first as usize;
        let whole = self.from.get(first + 1).copied().unwrap_or(0.0);
        let part = self.law.0.get(first).copied().unwrap_or(0.0);
        whole + part * soft(first, threshold)
    }
}

/// What those units that stored the pattern, and win again, have in sum; each by its share of all that stored it.
#[derive(Clone, Copy, Debug)]
struct StoringWinners {
    share: f64,
    ones: f64,
    seen: f64,
    /// Mean weights of their ones: of those in the cue, since they win, and of any.
    seen_weight: f64,
    weight: f64,
}

impl StoringWinners {
    fn of(kinds: &[Storing], threshold: f64) -> Self {
        let [mut share, mut ones, mut seen, mut potential, mut weight] = [0.0; 5];
        for kind in kinds {
            let z = (threshold - kind.mean) / kind.deviation;
            let winning = above(z);
            let chance = kind.share * winning;
            if chance < 1e-15 {
                continue;
            }
            share += chance;
            ones += chance * kind.ones;
            seen += chance * kind.seen;
            if kind.seen > 0.0 {
                potential += chance * (kind.mean + kind.deviation * density(z) / winning);
            }
            weight += chance * kind.ones * kind.weight;
        }
        Self {
            share,
            ones,
            seen,
            seen_weight: if seen > 0.0 { potential / seen } else { 0.0 },
            weight: if ones > 0.0 { weight / ones } else { 0.0 },
        }
    }
}

/// The units that stored the pattern, by wins since, ones of the pattern and ones of the cue; those of equal wins together.
fn storing(chain: &KWinnerChain, cue: &Cue, wins: f64) -> Vec<Storing> {
    let (traces, eps) = (&chain.traces, chain.sizes.eps);
    let active = chain.sizes.units[2];
    // A potential is a whole number: half a step of the lattice to either side of it.
    const STEP: f64 = 1.0 / 12.0;
    let mut kinds = Vec::new();
    let variances = |wins: usize| traces.ones[wins].variance();
    for (wins, chance) in traces.chances(wins).into_iter().enumerate() {
        if chance < RARE {
            continue;
        }
        let left = traces.left[wins];
        let each = variances(wins);
        let fresh = (each - left * left * variances(0)).max(0.0);
        for of in &chain.state.winners {
            let ones = f64::from(of.ones);
            let full = chain.sizes.levels as f64;
            let stored = if of.ones == 0 {
                0.0
            } else {
                (1.0 - eps) * of.mean / ones + eps * full
            };
            let weight = traces.mean + left * (stored - traces.mean);
            let kept = left * (1.0 - eps);
            let variance = kept * kept * of.variance + ones * fresh;
            let mut push = |seen: u32, share: f64| {
                let seen = f64::from(seen);
                let part = if of.ones == 0 { 0.0 } else { seen / ones };
                let variance = variance * part * part + each * seen * (1.0 - part);
                kinds.push(Storing {
                    share,
                    wins,
                    ones,
                    seen,
                    weight,
                    mean: seen * weight,
                    deviation: libm::sqrt(variance + STEP),
                });
            };
            let share = chance * of.share;
            if cue.kept == active {
                push(of.ones, share);
                continue;
            }
            let seen = marked_among([active, of.ones, cue.kept], of.ones as usize);
            for (number, chance) in (0..).zip(seen) {
                if share * chance >= RARE {
                    push(number, share * chance);
                }
            }
        }
    }
    let all: f64 = kinds.iter().map(|kind| kind.share).sum();
    kinds.iter_mut().for_each(|kind| kind.share /= all);
    kinds
}
