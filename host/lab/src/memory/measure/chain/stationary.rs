//! Weights that learning leaves as they are in distribution: C2 to C4.

use super::lattice::{Cut, Law, marked_among};
use super::total::Total;
use super::{Sizes, Totals};
use crate::memory::measure::{KWinnerDecay, MeasureError};

/// Rounds until the law of the weights has to stand, and how far one may still move it.
const ROUNDS: usize = 400;
const STANDS: f64 = 1e-9;

/// How a weight moves: to one of two neighbours on the lattice, rounded at random so that the mean is exact.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub eps: f64,
    pub levels: usize,
}

impl Step {
    /// The law of weights after a win, in which a weight of `number` has its input active with probability `active[number]`.
    pub fn apply(self, law: &Law, active: impl Fn(usize) -> f64) -> Law {
        let mut moved = vec![0.0; self.levels + 1];
        for (number, &share) in law.0.iter().enumerate() {
            let active = active(number);
            for (target, chance) in [(self.levels, active), (0, 1.0 - active)] {
                let place = (1.0 - self.eps) * number as f64 + self.eps * target as f64;
                let lower = libm::floor(place + 1e-12);
                let rest = (place - lower).max(0.0);
                let lower = lower as usize;
                moved[lower] += share * chance * (1.0 - rest);
                if rest > 0.0 {
                    moved[lower + 1] += share * chance * rest;
                }
            }
        }
        Law(moved)
    }

    /// The law that [`Step::apply`] leaves as it is, by state reduction without subtractions (Grassmann, Taksar and Heyman,
    /// Operations Research 33, 1985); none where some weights never come down.
    pub fn stationary(self, active: &[f64]) -> Option<Law> {
        let count = self.levels + 1;
        let mut rows: Vec<Vec<f64>> = (0..count)
            .map(|number| {
                let one = Law::at(number, count);
                self.apply(&one, |number| active[number]).0
            })
            .collect();
        for last in (1..count).rev() {
            let (before, row) = rows.split_at_mut(last);
            let row = &row[0];
            let leaves: f64 = row[..last].iter().sum();
            if leaves <= 0.0 {
                return None;
            }
            for other in before {
                other[last] /= leaves;
                let into = other[last];
                for (to, from) in other[..last].iter_mut().zip(row) {
                    *to += into * from;
                }
            }
        }
        let mut law = vec![1.0];
        for number in 1..count {
            law.push(law.iter().zip(&rows).map(|(p, row)| p * row[number]).sum());
        }
        Some(Law(law).normal())
    }
}

/// One kind of winners of a pattern: those with so many of its ones among their inputs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Winners {
    /// Their share of all winners.
    pub share: f64,
    /// Ones of the pattern among their inputs.
    pub ones: u32,
    /// Mean and variance of their potential.
    pub mean: f64,
    pub variance: f64,
}

/// The stationary state.
#[derive(Clone, Debug)]
pub(super) struct Stationary {
    pub step: Step,
    /// Most ones among the inputs of a unit that are reckoned with.
    pub most: usize,
    /// Weights of a unit at any time, and when it wins, before it learns.
    pub at_random: Law,
    pub at_wins: Law,
    /// Probability that an input is active in a win, by its weight.
    pub active: Vec<f64>,
    /// Sums of 0, 1, ... `most` weights of a unit at any time, and of all of them.
    pub sums: Vec<Law>,
    pub total: Total,
    /// Who wins.
    pub cut: Cut,
    pub winners: Vec<Winners>,
}

impl Stationary {
    pub fn new(sizes: &Sizes) -> Result<Self, MeasureError> {
        let [visible, hidden, active] = sizes.units;
        let (p, m) = (sizes.sparsity(), f64::from(sizes.fan_in));
        let spread = libm::sqrt(m * p * (1.0 - p));
        let most = libm::ceil(m * p + 7.0 * spread + 3.0) as u32;
        let most = most.min(sizes.fan_in).min(active) as usize;
        let step = Step {
            eps: sizes.eps,
            levels: sizes.levels,
        };
        let inputs = marked_among([visible, sizes.fan_in, active], most);
        let beside = |active| marked_among([visible - 1, sizes.fan_in - 1, active], most);
        let beside = Beside {
            one: beside(active - 1),
            zero: beside(active),
        };

        // Weights of a network whose winners had this share of ones, whatever their weights.
        let units = [visible, hidden, active];
        let decay = KWinnerDecay::new(units, sizes.fan_in, sizes.winners, sizes.eps);
        let about = decay.map_or(p, |decay| decay.mean_weight()).min(0.5);
        let failed = || MeasureError::NoSolution("stationary weights of a K-winner network");
        let mut at_random = step
            .stationary(&vec![about; sizes.levels + 1])
            .ok_or_else(failed)?;
        let mut spread = 1.0;
        for _ in 0..ROUNDS {
            let total = Total::of(&at_random, m, spread);
            let independent = at_random.sums(most);
            let sums = independent.iter().enumerate();
            let sums: Vec<Law> = sums.map(|(count, law)| total.held(count, law)).collect();
            let cut = Cut::leaving(&Law::mixture(&inputs, &sums), sizes.share());
            let [with, without] = beside.winning(&total, &independent, cut, sizes.levels);
            let rates: Vec<f64> = with
                .iter()
                .zip(&without)
                .map(|(with, without)| p * with + (1.0 - p) * without)
                .collect();
            if rates.iter().any(|&rate| rate <= 0.0) {
                return Err(failed());
            }
            let active: Vec<f64> = with
                .iter()
                .zip(&rates)
                .map(|(with, rate)| p * with / rate)
                .collect();
            let at_wins = step.stationary(&active).ok_or_else(failed)?;
            let waits = at_wins
                .0
                .iter()
                .zip(&rates)
                .map(|(share, rate)| share / rate);
            let next = Law(waits.collect()).normal();
            let moved = next.0.iter().zip(&at_random.0);
            let moved: f64 = moved.map(|(next, last)| (next - last).abs()).sum();
            let next_spread = match sizes.totals {
                Totals::Free => 1.0,
                Totals::Held => spread_of(sizes, &inputs, &sums, cut, &total),
            };
            if moved + (next_spread - spread).abs() < STANDS {
                let winners = winners(&inputs, &sums, cut);
                return Ok(Self {
                    step,
                    most,
                    at_random,
                    at_wins,
                    active,
                    sums,
                    total,
                    cut,
                    winners,
                });
            }
            spread = f64::midpoint(spread, next_spread);
            // Half way: whole steps swing about the solution.
            for (last, next) in at_random.0.iter_mut().zip(&next.0) {
                *last = f64::midpoint(*last, *next);
            }
        }
        Err(failed())
    }

    /// Probability that an input is active in a win.
    pub fn active_in_wins(&self) -> f64 {
        let shares = self.at_wins.0.iter().zip(&self.active);
        shares.map(|(share, active)| share * active).sum()
    }

    /// Weights of inputs that are active in a win, before it, or of those that are not.
    pub fn before(&self, is_active: Input) -> Law {
        let chance = |active: f64| match is_active {
            Input::One => active,
            Input::Zero => 1.0 - active,
        };
        let shares = self.at_wins.0.iter().zip(&self.active);
        Law(shares
            .map(|(share, &active)| share * chance(active))
            .collect())
        .normal()
    }
}

/// An input of a winner: a one of the pattern, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    One,
    Zero,
}

/// Probabilities of numbers of ones among the other inputs of a unit, with one input active and not.
#[derive(Debug)]
struct Beside {
    one: Vec<f64>,
    zero: Vec<f64>,
}

impl Beside {
    /// Probabilities of winning by the weight of one input, with it active and not: the other weights are those of a unit with
    /// this weight and this total.
    fn winning(
        &self,
        total: &Total,
        independent: &[Law],
        cut: Cut,
        levels: usize,
    ) -> [Vec<f64>; 2] {
        let mut winning = [vec![0.0; levels + 1], vec![0.0; levels + 1]];
        for (count, law) in independent.iter().enumerate() {
            let chances = [self.one[count], self.zero[count]];
            if chances[0] + chances[1] < 1e-12 {
                continue;
            }
            let weights = 0..law.0.len() + levels;
            let weights: Vec<f64> = weights.map(|sum| total.weigh(count + 1, sum)).collect();
            for weight in 0..=levels {
                let (mut all, mut with, mut without) = (0.0, 0.0, 0.0);
                for (sum, share) in law.0.iter().enumerate() {
                    let share = share * weights[sum + weight];
                    all += share;
                    with += share * cut.keeps(sum + weight);
                    without += share * cut.keeps(sum);
                }
                winning[0][weight] += chances[0] * with / all;
                winning[1][weight] += chances[1] * without / all;
            }
        }
        winning
    }
}

/// Mean number of ones among the inputs of winners, and its variance.
fn ones_of_winners(inputs: &[f64], sums: &[Law], cut: Cut) -> [f64; 2] {
    let [mut all, mut mean, mut square] = [0.0; 3];
    for ((ones, inputs), sum) in (0..).zip(inputs).zip(sums) {
        let share = inputs * cut.kept(sum, 0)[0];
        let ones = f64::from(ones);
        all += share;
        mean += share * ones;
        square += share * ones * ones;
    }
    let mean = mean / all;
    [mean, square / all - mean * mean]
}

/// The spread of the total: a win takes it to `(1 - eps) T + eps n`, n the ones of the winner, and a unit of a larger total wins
/// with fewer of them, by `n = mean - b (T - its mean)`.
fn spread_of(sizes: &Sizes, inputs: &[f64], sums: &[Law], cut: Cut, total: &Total) -> f64 {
    let full = sizes.levels as f64;
    let [_, variance] = ones_of_winners(inputs, sums, cut);
    // A unit whose weights are all larger by a share wins as if the threshold were less by it.
    let moved = |tied: usize| ones_of_winners(inputs, sums, Cut { tied, ..cut })[0];
    let by_step = (moved(cut.tied + 1) - moved(cut.tied.saturating_sub(1))) / 2.0;
    let mean = total.inputs * total.mean / full;
    let fewer = by_step * cut.tied as f64 / mean;
    // On a coarse lattice there may be no unit above the next step.
    let fewer = if fewer.is_finite() {
        fewer.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let kept = 1.0 - sizes.eps - sizes.eps * fewer;
    let of_total = sizes.eps * sizes.eps * variance * full * full / (1.0 - kept * kept);
    (of_total / (total.inputs * total.variance)).min(1.0)
}

/// Winners by the number of ones among their inputs; those too few to matter are left out.
fn winners(inputs: &[f64], sums: &[Law], cut: Cut) -> Vec<Winners> {
    let kinds = inputs
        .iter()
        .zip(sums)
        .enumerate()
        .filter_map(|(ones, (inputs, sum))| {
            let potentials = sum.0.iter().enumerate();
            let winning = potentials.map(|(number, share)| share * cut.keeps(number));
            let winning = Law(winning.collect());
            let share = inputs * winning.total();
            (share > 0.0).then(|| {
                let winning = winning.normal();
                Winners {
                    share,
                    ones: ones as u32,
                    mean: winning.mean(),
                    variance: winning.variance(),
                }
            })
        });
    let mut kinds: Vec<Winners> = kinds.collect();
    for least in [0.0, 1e-4] {
        let all: f64 = kinds.iter().map(|kind| kind.share).sum();
        kinds.iter_mut().for_each(|kind| kind.share /= all);
        kinds.retain(|kind| kind.share >= least);
    }
    let all: f64 = kinds.iter().map(|kind| kind.share).sum();
    kinds.iter_mut().for_each(|kind| kind.share /= all);
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;
    use slotless_core::rng::{Purpose, stream};

    fn chance(draws: &mut impl rand_core::Rng) -> f64 {
        f64::from(draws.next_u32()) / 4_294_967_296.0
    }

    /// 400,000 wins of one weight, drawn.
    #[test]
    fn stationary_weights_are_those_of_a_weight_that_is_followed() {
        let step = Step {
            eps: 0.3,
            levels: 5,
        };
        let active = [0.1, 0.12, 0.2, 0.3, 0.35, 0.4];
        let law = step.stationary(&active).unwrap();
        let again = step.apply(&law, |number| active[number]);
        for (one, other) in law.0.iter().zip(&again.0) {
            assert!((one - other).abs() < 1e-14);
        }
        let mut draws = stream(1, Purpose(934), 0, 0);
        let (mut weight, mut seen) = (0_u32, [0.0; 6]);
        for _ in 0..400_000 {
            let target = if chance(&mut draws) < active[weight as usize] {
                5.0
            } else {
                0.0
            };
            let place = 0.7 * f64::from(weight) + 0.3 * target;
            let up = chance(&mut draws) < place - place.floor();
            weight = place.floor() as u32 + u32::from(up);
            seen[weight as usize] += 1.0 / 400_000.0;
        }
        for (seen, law) in seen.iter().zip(&law.0) {
            assert!((seen - law).abs() < 0.008, "{seen} {law}");
        }
    }

    /// Whole steps: a weight is what its input was last.
    #[test]
    fn whole_steps_keep_the_last_input() {
        let step = Step {
            eps: 1.0,
            levels: 3,
        };
        let law = step.stationary(&[0.25; 4]).unwrap();
        assert_eq!(law.0[1] + law.0[2], 0.0);
        assert!((law.0[3] - 0.25).abs() < 1e-15);
        // Weights at the top whose input is always active never come down.
        assert_eq!(step.stationary(&[0.1, 0.1, 0.1, 1.0]), None);
    }

    /// The equations that it solves, from its own laws by plain sums over all weights of all inputs of a small unit.
    #[test]
    fn a_small_network_solves_its_equations() {
        let sizes = Sizes {
            units: [8, 20, 3],
            totals: Totals::Free,
            fan_in: 3,
            winners: 4,
            eps: 0.5,
            levels: 2,
        };
        let state = Stationary::new(&sizes).unwrap();
        let law = &state.at_random.0;
        // All patterns of 3 of 8 ones, all weights of the three inputs 0, 1 and 2.
        let (mut wins, mut active, mut seen, mut won) = (0.0, [0.0; 3], [0.0; 3], [0.0; 3]);
        let patterns: Vec<u32> = (0..256).filter(|set: &u32| set.count_ones() == 3).collect();
        for pattern in &patterns {
            for weights in 0..27_usize {
                let weights = [weights % 3, weights / 3 % 3, weights / 9];
                let chance: f64 = weights.iter().map(|&weight| law[weight]).product();
                let inputs = (0..3).filter(|input| pattern >> input & 1 == 1);
                let sum: usize = inputs.map(|input| weights[input]).sum();
                let win = chance * state.cut.keeps(sum) / patterns.len() as f64;
                wins += win;
                seen[weights[0]] += win;
                if pattern & 1 == 1 {
                    active[weights[0]] += win;
                }
                won[weights[0]] += win;
            }
        }
        assert!((wins - 0.2).abs() < 1e-6, "C2: {wins}");
        for number in 0..3 {
            let wanted = active[number] / seen[number];
            let found = state.active[number];
            assert!((found - wanted).abs() < 1e-6, "C3: {found} {wanted}");
            let found = state.at_wins.0[number];
            assert!((found - won[number] / wins).abs() < 1e-6, "C4: {found}");
        }
        let shares: f64 = state.winners.iter().map(|kind| kind.share).sum();
        assert!((shares - 1.0).abs() < 1e-12);
    }
}
