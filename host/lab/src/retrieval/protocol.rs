//! LongMemEval's numbers for a ranking, as its authors' program defines them.

/// The numbers of first items that they are for.
pub const CUTS: [usize; 6] = [1, 3, 5, 10, 30, 50];

/// What is counted among the first k.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Whether any of the evidence is among them, 1 or 0.
    pub recall_any: f64,
    /// Whether all of it is.
    pub recall_all: f64,
    /// Normalised discounted cumulative gain of them, 0 to 1.
    pub ndcg_any: f64,
}

impl Level {
    /// The three, in the order of the columns.
    #[must_use]
    pub const fn numbers(self) -> [f64; 3] {
        [self.recall_any, self.recall_all, self.ndcg_any]
    }
}

/// For turns, of a ranking of so many items.
#[must_use]
pub fn turns(ranking: &[usize], items: usize, evidence: &[usize], k: usize) -> Level {
    let groups: Vec<usize> = (0..items).collect();
    level(ranking, &groups, evidence, k)
}

/// For sessions, of a ranking of turns: as many first turns are looked at as k sessions take.
#[must_use]
pub fn sessions(ranking: &[usize], sessions: &[usize], evidence: &[usize], k: usize) -> Level {
    let mut evidence: Vec<usize> = evidence.iter().map(|&item| sessions[item]).collect();
    evidence.sort_unstable();
    evidence.dedup();
    let mut seen = Vec::new();
    // All of them, where there are fewer sessions.
    let mut turns = sessions.len();
    for (place, &item) in ranking.iter().enumerate() {
        if !seen.contains(&sessions[item]) {
            seen.push(sessions[item]);
        }
        if seen.len() >= k {
            turns = place + 1;
            break;
        }
    }
    level(ranking, sessions, &evidence, turns)
}

/// The first item's gain counts whole, and so does the second's; the i-th's is divided by the binary logarithm of i.
fn gain(relevant: impl Iterator<Item = bool>) -> f64 {
    let of = |(place, is_relevant): (usize, bool)| match is_relevant {
        true => 1.0 / libm::log2(place.max(2) as f64),
        false => 0.0,
    };
    (1..).zip(relevant).map(of).sum()
}

fn level(ranking: &[usize], groups: &[usize], evidence: &[usize], k: usize) -> Level {
    let first = &ranking[..k.min(ranking.len())];
    let is_found = |group: &usize| first.iter().any(|&item| groups[item] == *group);
    let is_relevant = |group: &usize| evidence.contains(group);
    let relevant = groups.iter().filter(|group| is_relevant(group)).count();
    let ideal = gain(std::iter::repeat_n(true, relevant.min(k)));
    let actual = gain(first.iter().map(|&item| is_relevant(&groups[item])));
    Level {
        recall_any: f64::from(evidence.iter().any(is_found)),
        recall_all: f64::from(evidence.iter().all(is_found)),
        ndcg_any: if ideal == 0.0 { 0.0 } else { actual / ideal },
    }
}
