//! What the machine can do at most: copying and counting, measured.

use std::hint::black_box;
use std::time::{Duration, Instant};

use slotless_kernels::cpu::{Isa, overlaps, peak};

/// Rounds of a measurement last about this long together.
const BUDGET: Duration = Duration::from_millis(60);

/// Bytes per second, read and written, that copying moves within a working set of `bytes`: half of it is copied to the other
/// half. The best of many rounds on one core.
#[must_use]
pub fn copy_bandwidth(bytes: usize) -> f64 {
    let half = (bytes / 2).max(1024);
    let from = vec![1u8; half];
    let mut to = vec![0u8; half];
    let per_round = (1 << 20) / half + 1;
    let seconds = best(|| {
        for _ in 0..per_round {
            to.copy_from_slice(black_box(&from));
            black_box(&mut to);
        }
    });
    (2 * half * per_round) as f64 / seconds
}

/// Bytes per second that AND, popcount and addition take in from the first-level cache, with nothing else to be done: the
/// limit of every search by overlap.
#[must_use]
pub fn popcount_peak(isa: Isa) -> f64 {
    // 16 kB.
    let blocks = vec![[0x5a; 64]; 256];
    let seconds = best(|| {
        for _ in 0..64 {
            black_box(peak(isa, &[0x33; 64], black_box(&blocks)));
        }
    });
    (64 * size_of_val(&blocks[..])) as f64 / seconds
}

/// Bytes of rows per second in a search of `rows` packed rows of `words` words by [`overlaps`].
#[must_use]
pub fn search_rate(isa: Isa, words: usize, rows: usize) -> f64 {
    let query = vec![0x5555_3333; words];
    let stored = vec![0x0f0f_7777; words * rows];
    let mut out = vec![0; rows];
    let per_round = (1 << 18) / (words * rows) + 1;
    let seconds = best(|| {
        for _ in 0..per_round {
            overlaps(isa, &query, black_box(&stored), &mut out);
            black_box(&mut out);
        }
    });
    (4 * words * rows * per_round) as f64 / seconds
}

/// Seconds of the fastest round.
fn best(mut round: impl FnMut()) -> f64 {
    round();
    let start = Instant::now();
    let mut least = f64::INFINITY;
    while start.elapsed() < BUDGET {
        let one = Instant::now();
        round();
        least = least.min(one.elapsed().as_secs_f64());
    }
    least
}
