//! Bounds of what memories keep per bit of storage. Derivations: `docs/theory.md`, B1 to B5.

use super::log2_binomial;

/// Content per bit of slots that hold whole patterns, coded without loss: `C0 / F` (B2).
///
/// `C0 = log2 binom(n - c, s - c)` bits are missing where c of s ones are known, and a slot takes `F = log2 binom(n, s)`: the
/// cue knows the rest of what is stored already. n units, s ones (1..=n), c of them in the cue (0..=s).
#[must_use]
pub fn whole_patterns([units, ones, cued]: [u32; 3]) -> f64 {
    log2_binomial(units - cued, ones - cued) / log2_binomial(units, ones)
}

/// Content per bit of memories of which each unit of a pattern is either known for certain or not at all, whatever the pattern is:
/// `(1 - c / n) h((s - c) / (n - c)) / h(s / n)` (B3), with h the binary entropy.
///
/// Arguments as of [`whole_patterns`]; s below n.
#[must_use]
pub fn unit_by_unit([units, ones, cued]: [u32; 3]) -> f64 {
    let [n, s, c] = [units, ones, cued].map(f64::from);
    (1.0 - c / n) * entropy((s - c) / (n - c)) / entropy(s / n)
}

/// Content per bit of memories that know a few ones of each pattern for certain, and no more:
/// `(1 - c / s) log((n - c) / (s - c)) / log(n / s)` (B4).
///
/// Arguments as of [`unit_by_unit`]; c below s.
#[must_use]
pub fn few_ones([units, ones, cued]: [u32; 3]) -> f64 {
    let [n, s, c] = [units, ones, cued].map(f64::from);
    (1.0 - c / s) * libm::log((n - c) / (s - c)) / libm::log(n / s)
}

/// Bits that each cell of recency levels holds, at most: `h(p) (1 - (1 - p)^L) / p` for L levels and `p = s / n` (B5).
#[must_use]
pub fn recency_cell(share: f64, levels: u32) -> f64 {
    entropy(share) * (1.0 - libm::pow(1.0 - share, f64::from(levels))) / share
}

/// Entropy of a bit that is 1 with this probability.
fn entropy(share: f64) -> f64 {
    let of = |share: f64| {
        if share > 0.0 {
            -share * libm::log2(share)
        } else {
            0.0
        }
    };
    of(share) + of(1.0 - share)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAPER: [u32; 3] = [1000, 100, 50];

    /// Entropy of m units of a random pattern of s ones in n units, from the number of ones among them.
    fn of_units([n, s]: [u32; 2], m: u32) -> f64 {
        let least = (s + m).saturating_sub(n);
        let numbers = least..=m.min(s);
        numbers
            .map(|r| {
                let ways = log2_binomial(m, r);
                let bits = ways + log2_binomial(n - m, s - r) - log2_binomial(n, s);
                bits.exp2() * (ways - bits)
            })
            .sum()
    }

    /// The same where c ones are known, a number of which lies among the m units.
    fn of_units_with_cue([n, s, c]: [u32; 3], m: u32) -> f64 {
        let numbers = (c + m).saturating_sub(n)..=m.min(c);
        numbers
            .map(|known| {
                let bits =
                    log2_binomial(m, known) + log2_binomial(n - m, c - known) - log2_binomial(n, c);
                bits.exp2() * of_units([n - c, s - c], m - known)
            })
            .sum()
    }

    #[test]
    fn slots_of_whole_patterns() {
        assert!((whole_patterns(PAPER) - 0.5996).abs() < 5e-5);
        assert!((of_units([60, 7], 60) - log2_binomial(60, 7)).abs() < 1e-9);
        let both = of_units_with_cue([60, 7, 3], 60) / of_units([60, 7], 60);
        assert!((whole_patterns([60, 7, 3]) - both).abs() < 1e-9);
    }

    /// The share of what m known units say that the cue does not: most for one unit, for every m and several sizes, and no more
    /// than what subadditivity and Han's inequality allow.
    #[test]
    fn one_unit_is_the_most() {
        for sizes in [[60, 7, 3], [120, 12, 6], [120, 12, 3], [40, 20, 5]] {
            let [n, s, _] = sizes;
            let shares: Vec<f64> = (1..=n)
                .map(|m| of_units_with_cue(sizes, m) / of_units([n, s], m))
                .collect();
            let bound = unit_by_unit(sizes);
            assert!((shares[0] - bound).abs() < 1e-9, "{sizes:?}");
            for two in shares.windows(2) {
                assert!(two[1] <= two[0] + 1e-9, "{sizes:?}: {two:?}");
            }
            let proved = of_units_with_cue(sizes, 1) * f64::from(n) / log2_binomial(n, s);
            assert!(bound <= proved, "{sizes:?}");
        }
        assert!((unit_by_unit(PAPER) - 0.60256).abs() < 5e-6);
    }

    /// Knowing ones alone is worth more: the quotient of what o ones say with a cue and without, as o falls to one.
    #[test]
    fn ones_alone_pass_it() {
        assert!((few_ones(PAPER) - 0.6394).abs() < 5e-5);
        assert!(few_ones(PAPER) > unit_by_unit(PAPER));
        let [n, s, c] = PAPER;
        let said = |o: u32, known: u32| {
            log2_binomial(n - known, s - known) - log2_binomial(n - known - o, s - known - o)
        };
        // Half of the ones are in the cue.
        let quotient = 0.5 * said(1, c) / said(1, 0);
        assert!((quotient - few_ones(PAPER)).abs() < 1e-9, "{quotient}");
    }

    /// A cell's entropy, level by level, is what the events behind it still say.
    #[test]
    fn recency_levels_waste_nothing() {
        for (share, levels) in [(0.1, 5), (0.1, 1), (0.3, 9), (0.05, 20)] {
            let left = |level: u32| libm::pow(1.0 - share, f64::from(level));
            let bits = |chance: f64| -chance * libm::log2(chance);
            let cell: f64 = (0..levels).map(|level| bits(share * left(level))).sum();
            let cell = cell + bits(left(levels));
            let said: f64 = (0..levels).map(|level| left(level) * entropy(share)).sum();
            assert!((cell - said).abs() < 1e-9, "{share} {levels}");
            assert!((cell - recency_cell(share, levels)).abs() < 1e-9);
        }
        // 200 rows of 1,000 cells of 5 levels.
        assert!((recency_cell(0.1, 5) * 200.0 - 384.1).abs() < 0.1);
    }
}
