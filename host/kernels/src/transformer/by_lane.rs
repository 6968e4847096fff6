//! What is taken lane by lane: winners, softmax and sums of 16 sequences side by side.

use super::super::simd::{Chunk, Floats, LANES, exp};
use super::products::{lanewise, sum_blocks};

/// In each lane the unit with the largest potential, the first of several; what is no number counts as minus infinity.
#[inline(always)]
pub(super) fn winners<F: Floats>(potentials: &[Chunk]) -> [usize; LANES] {
    let lowest = F::splat(f32::NEG_INFINITY);
    let mut most = lowest;
    for chunk in potentials {
        most = F::load(chunk).larger(most);
    }
    // Without a branch, which would go wrong every other time: how many units there are from the first such one on.
    let mut from = F::splat(0.0);
    for (rest, chunk) in (1_u32..).zip(potentials.iter().rev()) {
        let below = F::load(chunk).larger(lowest).sub(most);
        from = F::splat(rest as f32)
            .zero_where_below(below, 0.0)
            .larger(from);
    }
    let mut numbers = Chunk::ZERO;
    from.store(&mut numbers);
    let mut winners = [0; LANES];
    for (winner, from) in winners.iter_mut().zip(numbers.0) {
        // At most 2^24 units are told apart, as many as rows of 16 numbers are that any memory holds.
        *winner = potentials.len() - (from as usize).clamp(1, potentials.len());
    }
    winners
}

/// Softmax of `beta` times potentials, lane by lane; minus infinity comes out as zero.
#[inline(always)]
pub(super) fn softmax<F: Floats>(beta: f32, potentials: &[Chunk], activity: &mut [Chunk]) {
    let beta = F::splat(beta);
    let mut most = F::splat(f32::NEG_INFINITY);
    for (potential, activity) in potentials.iter().zip(activity.iter_mut()) {
        let scaled = beta.mul(F::load(potential));
        most = most.larger(scaled);
        scaled.store(activity);
    }
    for activity in activity.iter_mut() {
        exp(F::load(activity).sub(most)).store(activity);
    }
    let sum = sum_blocks!(F, activity.as_chunks::<LANES>().0, |activity, r| F::load(
        &activity[r]
    ));
    for activity in activity.iter_mut() {
        F::load(activity).div(sum).store(activity);
    }
}

/// Sum of rows, each times its number in a lane; the rows from `hidden` on are nothing.
#[inline(always)]
pub(super) fn of_lane<F: Floats>(
    rows: &[Chunk],
    numbers: &[Chunk],
    lane: usize,
    hidden: usize,
) -> F {
    let (rows, numbers) = (rows.as_chunks::<LANES>().0, numbers.as_chunks::<LANES>().0);
    if let ([rows], [numbers]) = (rows, numbers)
        && hidden <= LANES / 2
    {
        // Zeros that are added to sums from zero change nothing, so half of the shape does.
        macro_rules! term {
            ($r:expr) => {
                F::load(&rows[$r])
                    .mul(F::splat(numbers[$r].0[lane]))
                    .add(F::splat(0.0))
            };
        }
        let even = (term!(0).add(term!(4))).add(term!(2).add(term!(6)));
        let odd = (term!(1).add(term!(5))).add(term!(3).add(term!(7)));
        return even.add(odd);
    }
    sum_blocks!(F, rows.iter().zip(numbers), |(rows, numbers), r| {
        F::load(&rows[r]).mul(F::splat(numbers[r].0[lane]))
    })
}

/// What the gradient of the softmax makes of `signal`, in place and lane by lane: `a (signal - sum of a signal)`.
#[inline(always)]
pub(super) fn through_softmax<F: Floats>(activity: &[Chunk], signal: &mut [Chunk]) {
    let mean = lanewise::<F>(activity, signal);
    for (signal, activity) in signal.iter_mut().zip(activity) {
        F::load(activity)
            .mul(F::load(signal).sub(mean))
            .store(signal);
    }
}
