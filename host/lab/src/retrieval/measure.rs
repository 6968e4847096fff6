//! Measures of rankings, each by itself.

/// Rank of the first item of evidence, from 1; none where it is not ranked.
#[must_use]
pub fn rank(ranking: &[usize], evidence: &[usize]) -> Option<usize> {
    let place = ranking.iter().position(|item| evidence.contains(item));
    place.map(|place| place + 1)
}

/// Share of the evidence among the first `k`, 0 to 1; 0 without evidence.
#[must_use]
pub fn recall(ranking: &[usize], evidence: &[usize], k: usize) -> f64 {
    if evidence.is_empty() {
        return 0.0;
    }
    let first = &ranking[..k.min(ranking.len())];
    let found = evidence.iter().filter(|item| first.contains(item)).count();
    found as f64 / evidence.len() as f64
}

/// Area under the ROC curve: how often one of `high` is above one of `low`, ties half. Without one of both, none. Cost: both
/// sorted.
#[must_use]
pub fn auc(high: &[f64], low: &[f64]) -> Option<f64> {
    if high.is_empty() || low.is_empty() {
        return None;
    }
    let mut sorted = low.to_vec();
    sorted.sort_by(f64::total_cmp);
    let above = |&one: &f64| {
        let below = sorted.partition_point(|&other| other < one);
        let up_to = sorted.partition_point(|&other| other <= one);
        (below + up_to) as f64 / 2.0
    };
    let sum: f64 = high.iter().map(above).sum();
    Some(sum / (high.len() * low.len()) as f64)
}

/// The share of `low` that lies below the value below which a share of `high` lies: refusals of what has no answer, at a
/// threshold that refuses so many of what has one. None without one of both.
#[must_use]
pub fn refused(high: &[f64], low: &[f64], share: f64) -> Option<f64> {
    let mut sorted = high.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (share * sorted.len() as f64).floor() as usize;
    let threshold = *sorted.get(place.min(sorted.len().checked_sub(1)?))?;
    let below = low.iter().filter(|&&one| one < threshold).count();
    (!low.is_empty()).then(|| below as f64 / low.len() as f64)
}
