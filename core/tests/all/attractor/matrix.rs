//! Explicit clipped counts against the index of the same pairs, and against the contract.

use proptest::prelude::*;
use slotless_core::attractor::{Matrix, Recall};
use slotless_core::fixed::types::I16F16;
use slotless_core::weight::{U1, U2, U4, U8, U16, Width};

use super::store::{Both, made, plans};

fn empty<W: Width>(both: &Both) -> Matrix<W, Vec<u32>> {
    let words = vec![7; Matrix::<W, ()>::words(both.params)];
    Matrix::new(both.params, words).unwrap()
}

/// What is learned and lost of the pairs, one weight after the other.
fn lost<W: Width>(both: &Both, recurrent: bool) -> u64 {
    let n = both.params.units() as usize;
    let mut weights = vec![vec![0u64; n]; n];
    let mut lost = 0;
    for (cue, target) in both.pairs.iter().flatten() {
        for (code, amount) in [
            (target, 1 + u64::from(recurrent)),
            (cue, u64::from(recurrent)),
        ] {
            for &i in cue {
                for &j in code {
                    let weight = &mut weights[i as usize][j as usize];
                    let next = (*weight + amount).min(W::FULL.into());
                    lost += amount - (next - *weight);
                    *weight = next;
                }
            }
        }
    }
    lost
}

fn equals<W: Width>(both: &Both, cue: &[u32]) -> Result<(), TestCaseError> {
    let (mut hetero, mut auto, mut recurrent) =
        (empty::<W>(both), empty::<W>(both), empty::<W>(both));
    for (cue, target) in both.pairs.iter().flatten() {
        hetero.learn(cue, target).unwrap();
        auto.learn(cue, cue).unwrap();
        recurrent.learn_by(cue, target, 2).unwrap();
        recurrent.learn_by(cue, cue, 1).unwrap();
    }
    prop_assert_eq!(hetero.lost(), lost::<W>(both, false));
    prop_assert_eq!(recurrent.lost(), lost::<W>(both, true));
    prop_assert_eq!(hetero.learned(), both.pairs.iter().flatten().count() as u64);
    let mut scratch = vec![0xdead_beef; hetero.scratch_words() + 2];
    let mut wide = vec![7; both.index.scratch_words()];
    // The index in its clipped mode always, and without it as long as nothing was lost.
    let mut limits = vec![W::FULL];
    if [&hetero, &auto, &recurrent]
        .iter()
        .all(|matrix| matrix.lost() == 0)
    {
        limits.push(u32::MAX);
    }
    for limit in limits {
        // A memory recalls nothing from a cue that shares no unit with a stored one, and a matrix has no potentials then.
        let flat = both
            .index
            .recall(cue, &Recall::flat().clipped(limit), &mut wide)
            .unwrap();
        prop_assert_eq!(hetero.associate(cue, &mut scratch).unwrap(), flat.code);
        let settings = Recall::attractor(10).unwrap().clipped(limit);
        let found = both.index.recall(cue, &settings, &mut wide).unwrap();
        let settled = auto.settle(cue, 10, I16F16::ZERO, &mut scratch).unwrap();
        prop_assert_eq!(settled.code, found.settled);
        if found.best.is_some() {
            prop_assert_eq!(settled.steps, found.steps);
        }
        let settled = settled.code.to_vec();
        prop_assert_eq!(
            hetero.associate(&settled, &mut scratch).unwrap(),
            found.code
        );
        for inhibition in [I16F16::ZERO, I16F16::ONE, I16F16::from_num(30)] {
            let settings = Recall::recurrent(5, inhibition).unwrap().clipped(limit);
            let found = both.index.recall(cue, &settings, &mut wide).unwrap();
            let settled = recurrent.settle(cue, 5, inhibition, &mut scratch).unwrap();
            prop_assert_eq!(settled.code, found.code);
        }
    }
    // Other words are the same weights.
    let opened = Matrix::<W, _>::open(both.params, hetero.buffer()).unwrap();
    prop_assert_eq!(
        (opened.lost(), opened.full()),
        (hetero.lost(), hetero.full())
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_matrix_is_the_clipped_index_and_the_plain_one_while_nothing_is_lost(plan in plans()) {
        let (both, cue) = made(&plan);
        equals::<U1>(&both, &cue)?;
        equals::<U2>(&both, &cue)?;
        equals::<U4>(&both, &cue)?;
        equals::<U8>(&both, &cue)?;
        equals::<U16>(&both, &cue)?;
    }
}

/// Clipping changes what is recalled: the two modes of the index are not the same.
#[test]
fn a_full_weight_makes_a_difference() {
    use slotless_core::attractor::{Index, Params};

    let params = Params::builder(16, 2).seed(1).build().unwrap();
    let mut index = Index::new(params, 8, vec![0; Index::<()>::words(params, 8)]).unwrap();
    let mut matrix =
        Matrix::<U1, _>::new(params, vec![0; Matrix::<U1, ()>::words(params)]).unwrap();
    // Unit 0 leads to 4 and 5 three times, 1 and 2 lead to 6 and 7 once each.
    let pairs = [
        ([0, 3], [4, 5]),
        ([0, 8], [4, 5]),
        ([0, 9], [4, 5]),
        ([1, 2], [6, 7]),
    ];
    for (cue, target) in &pairs {
        index.store(cue, target).unwrap();
        matrix.learn(cue, target).unwrap();
    }
    assert_eq!((matrix.lost(), matrix.full()), (4, 12));
    let mut scratch = vec![0; index.scratch_words()];
    let mut recall = |recall: Recall| {
        index
            .recall(&[0, 1, 2], &recall, &mut scratch)
            .unwrap()
            .code
            .to_vec()
    };
    assert_eq!(recall(Recall::flat()), [4, 5]);
    assert_eq!(recall(Recall::flat().clipped(1)), [6, 7]);
    let mut scratch = vec![0; matrix.scratch_words()];
    assert_eq!(matrix.associate(&[0, 1, 2], &mut scratch).unwrap(), [6, 7]);
}
