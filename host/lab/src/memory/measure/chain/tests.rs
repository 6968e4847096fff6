use super::*;
use crate::memory::measure::KWinnerDecay;

fn chain([fan_in, winners, levels]: [u32; 3], units: [u32; 3], eps: f64) -> KWinnerChain {
    let sizes = KWinnerChain::builder(units).fan_in(fan_in).winners(winners);
    sizes.rate(eps).levels(levels).build().unwrap()
}

/// Where weights are independent: constants of a program of its own, in whole patterns; and those of K1 to K4, which two moments
/// give, are near. That the weights of a unit have a total makes them longer.
#[test]
fn five_networks() {
    for (units, [fan_in, winners], eps, tau) in [
        ([1000, 2000, 100], [50, 50], 0.3, 243.0),
        ([1000, 2000, 100], [50, 50], 0.1, 847.0),
        ([1000, 2000, 100], [50, 20], 0.5, 352.0),
        ([1000, 1000, 100], [100, 20], 0.3, 262.0),
        ([1000, 200, 100], [500, 5], 0.3, 165.0),
    ] {
        let held = chain([fan_in, winners, 15], units, eps);
        let mut sizes = held.sizes;
        sizes.totals = Totals::Free;
        let chain = ChainBuilder(sizes).build().unwrap();
        assert!(held.tau() > chain.tau() && held.tau() < 1.1 * chain.tau());
        assert!((chain.tau() - tau).abs() < 0.5, "{tau}: {}", chain.tau());
        let moments = KWinnerDecay::new(units, fan_in, winners, eps).unwrap();
        assert!(
            (chain.beta() - moments.beta()).abs() < 0.08,
            "{}",
            chain.beta()
        );
        assert!((chain.winners_mean_weight() - moments.mean_weight()).abs() < 0.02);
        let plain = f64::from(units[1]) / (f64::from(winners) * eps);
        assert!((chain.tau() * (1.0 - chain.beta()) / plain - 1.0).abs() < 1e-9);
    }
}

/// With inputs without end a single weight decides nothing: K1's limit, the plain constant.
#[test]
fn many_inputs_do_not_compete() {
    let chain = chain([2000, 100, 15], [4000, 1000, 400], 0.3);
    let moments = KWinnerDecay::new([4000, 1000, 400], 2000, 100, 0.3).unwrap();
    assert!(moments.beta() < 0.15);
    assert!(
        (chain.beta() - moments.beta()).abs() < 0.01,
        "{}",
        chain.beta()
    );
}

/// Traces fade at their constant, accuracy from the newest to the pseudo-patterns', whatever the cue.
#[test]
fn everything_fades() {
    let chain = chain([250, 5, 15], [500, 100, 50], 0.3);
    let left = chain.excess(1 + chain.tau() as u32) / chain.excess(1);
    assert!((left - libm::exp(-1.0)).abs() < 0.03, "{left}");
    assert!(chain.excess(1) > 0.2 && chain.excess(1) < 0.3 + 0.7 * chain.mean_weight());
    let full = chain.recall(1.0).unwrap();
    for cue in [1.0, 0.5, 0.02] {
        let recall = chain.recall(cue).unwrap();
        let ages = [1, 10, 50, 100, 200, 400];
        let points = ages.map(|age| recall.at(age));
        for pair in points.windows(2) {
            assert!(
                pair[0].accuracy > pair[1].accuracy - 1e-3,
                "{cue}: {pair:?}"
            );
            assert!(
                pair[0].surviving > pair[1].surviving - 1e-3,
                "{cue}: {pair:?}"
            );
        }
        // Long after, nothing tells it from a pattern never learned, whose accuracy is above chance.
        let pseudo = recall.pseudo_accuracy();
        let old = recall.at(20_000);
        assert!(old.raw_difference.abs() < 0.005, "{cue}: {old:?}");
        assert!(
            pseudo > 0.1 && pseudo <= full.pseudo_accuracy() + 1e-9,
            "{cue}: {pseudo}"
        );
        assert!((old.accuracy - pseudo - old.raw_difference).abs() < 1e-15);
    }
    // The newest pattern's units are the strongest for its whole cue: nearly all of them win again.
    assert!(full.at(1).surviving > 0.95);
    assert!(full.at(1).accuracy > chain.recall(0.02).unwrap().at(1).accuracy + 0.1);
}

/// Where learning takes whole steps, every weight is what its input was in the unit's last win: potentials of a whole cue are
/// the overlaps with it, and a pattern just learned is recalled from its own units.
#[test]
fn whole_steps_copy() {
    let chain = chain([200, 4, 1], [200, 100, 20], 1.0);
    assert!((chain.excess(1) - (1.0 - chain.winners_mean_weight())).abs() < 1e-12);
    let newest = chain.recall(1.0).unwrap().at(1);
    assert!(
        newest.surviving > 0.999 && newest.accuracy > 0.99,
        "{newest:?}"
    );
}

/// Sizes at every edge: a number in its range at every age and cue, or a refusal.
#[test]
fn small_networks_have_numbers_or_a_refusal() {
    let (mut solved, mut refused) = (0, 0);
    for (visible, active) in [(2, 1), (12, 1), (12, 11), (60, 6)] {
        for fan_in in [1, visible / 2, visible] {
            for (hidden, winners) in [(2, 1), (40, 5), (40, 39)] {
                for (eps, levels) in [(0.02, 15), (0.4, 1), (1.0, 3)] {
                    let sizes = KWinnerChain::builder([visible, hidden, active]).fan_in(fan_in);
                    let sizes = sizes.winners(winners).rate(eps).levels(levels);
                    let Ok(chain) = sizes.build() else {
                        refused += 1;
                        continue;
                    };
                    solved += 1;
                    assert!(chain.tau() > 0.0 && chain.mean_weight() > 0.0, "{sizes:?}");
                    for cue in [1.0, 1.0 / f64::from(active)] {
                        let recall = chain.recall(cue).unwrap();
                        let points = [1, 2, 50].map(|age| recall.at(age));
                        let all = points.iter().flat_map(|at| [at.accuracy, at.surviving]);
                        for value in all.chain([recall.pseudo_accuracy()]) {
                            assert!((0.0..=1.0 + 1e-9).contains(&value), "{sizes:?}: {points:?}");
                        }
                    }
                }
            }
        }
    }
    assert!(solved > 60, "{solved} solved, {refused} refused");
}

#[test]
fn what_it_is_not_for_is_refused() {
    let refused = |builder: ChainBuilder| builder.build().unwrap_err().to_string();
    let good = KWinnerChain::builder([100, 40, 10])
        .fan_in(20)
        .winners(3)
        .rate(0.3);
    for (builder, line) in [
        (good.fan_in(0), "fan-in m must be in 1..=n_i, got 0"),
        (good.fan_in(101), "fan-in m must be in 1..=n_i, got 101"),
        (good.winners(0), "winners k must be in 1..n_h, got 0"),
        (good.winners(40), "winners k must be in 1..n_h, got 40"),
        (
            good.rate(0.0),
            "learning rate eps must be above 0 and at most 1, got 0",
        ),
        (
            good.rate(1.5),
            "learning rate eps must be above 0 and at most 1, got 1.5",
        ),
        (
            good.rate(f64::NAN),
            "learning rate eps must be above 0 and at most 1, got NaN",
        ),
        (good.levels(0), "levels of weights must be in 1..=40, got 0"),
        (
            good.levels(255),
            "levels of weights must be in 1..=40, got 255",
        ),
        (
            good.winners(1).rate(1.0),
            "k = 1 with eps = 1 is the network of Theorem 1",
        ),
        (
            KWinnerChain::builder([100, 40, 100]).winners(3),
            "active bits s must be in 1..n_i, got 100",
        ),
        (
            KWinnerChain::builder([100_000, 40, 10_000]).winners(3),
            "ones of a unit's inputs times levels must be at most 20000, got 400000",
        ),
    ] {
        assert_eq!(refused(builder), line);
    }
    let chain = good.build().unwrap();
    for cue in [0.0, -1.0, 1.1, 0.05, f64::NAN] {
        let line = chain.recall(cue).unwrap_err().to_string();
        assert!(
            line.starts_with("cue level must be above 0 and at most 1"),
            "{line}"
        );
    }
}
