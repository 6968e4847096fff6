//! What the winners recall: sums of their weights, of which the largest are taken: C9 to C11.

use super::KWinnerChain;
use super::hidden::Recalled;
use super::lattice::{Cut, Law};

/// Variance over visible units of the mean of the weights to one, in lattice steps (C10).
pub(super) fn column_variance(chain: &KWinnerChain) -> f64 {
    let (sizes, traces) = (&chain.sizes, &chain.traces);
    let (p, q) = (sizes.sparsity(), sizes.share());
    let active = chain.state.active_in_wins();
    // Share of a unit's weights that a pattern moves, with the unit active or not.
    let moved = [q * active / p, q * (1.0 - active) / (1.0 - p)];
    let by = |input: usize| {
        let change = moved[input] * (traces.stored[input] - traces.before[input]);
        change * change
    };
    let each = p * by(0) + (1.0 - p) * by(1);
    each * chain.tau() / 2.0
}

/// Nodes and weights of a normal number's mean by three values.
const NODES: [(f64, f64); 3] = [
    (-1.732_050_807_568_877_2, 1.0 / 6.0),
    (0.0, 2.0 / 3.0),
    (1.732_050_807_568_877_2, 1.0 / 6.0),
];

/// Accuracy of what is recalled: the `s` visible units of the largest sums, ties broken at random. `deviation` is that of the
/// mean of the weights to a unit.
pub(super) fn accuracy(
    chain: &KWinnerChain,
    kept: u32,
    recalled: &Recalled,
    deviation: f64,
) -> f64 {
    let [visible, _, active] = chain.sizes.units;
    let units = [kept, active - kept, visible - active].map(f64::from);
    let k = chain.sizes.winners;
    let sums = recalled.covers.each_ref().map(|cover| {
        let (law, covering) = (&cover.0, cover.0.total());
        if covering <= 1e-12 {
            return Law(vec![1.0]);
        }
        let each = (covering / f64::from(k)).min(1.0);
        let law = law.clone().normal();
        let mean = law.mean();
        let shifted = NODES.map(|(node, weight)| {
            let mut of_winner = match node {
                0.0 => law.clone(),
                node => law.tilted(mean + node * deviation),
            };
            of_winner.0.iter_mut().for_each(|share| *share *= each);
            of_winner.0[0] += 1.0 - each;
            (weight, of_winner.times(k))
        });
        let (weights, laws): (Vec<f64>, Vec<Law>) = shifted.into_iter().unzip();
        Law::mixture(&weights, &laws)
    });
    let cut = Cut::leaving(&Law::mixture(&units, &sums), f64::from(active));
    let taken = |of: usize| units[of] * cut.kept(&sums[of], 0)[0];
    (taken(0) + taken(1)) / f64::from(active)
}
