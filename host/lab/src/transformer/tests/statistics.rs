use crate::transformer::statistics::{Block, Similarity, products, value_contrast};
use crate::transformer::{Slow, Weights};
use slotless_kernels::transformer::Sizes;

/// Two letters, N = 2; columns: a, b, A, B, query a, query b.
fn weights() -> Weights {
    let sizes = Sizes {
        letters: 2,
        context: 2,
        keys: 2,
        batch: 1,
    };
    let mut weights = Weights::new(&sizes);
    weights.set_matrix(
        Slow::Keys,
        &[1.0, 0.0, 2.0, 0.5, 9.0, 9.0, 0.0, 1.0, -1.0, 3.0, 9.0, 9.0],
    );
    weights.set_matrix(
        Slow::Queries,
        &[9.0, 9.0, 9.0, 9.0, 4.0, -1.0, 9.0, 9.0, 9.0, 9.0, 0.0, 2.0],
    );
    weights.set_matrix(
        Slow::Values,
        &[0.9, 0.8, 0.1, 0.3, 7.0, 7.0, 0.2, 0.0, 1.0, 0.5, 7.0, 7.0],
    );
    weights
}

#[test]
fn similarities_are_products_of_columns() {
    let weights = weights();
    // A = (2, -1), B = (.5, 3); a = (1, 0), b = (0, 1).
    assert_eq!(
        Similarity::UpperLowerKeys.matrix(&weights),
        [2.0, -1.0, 0.5, 3.0]
    );
    // Queries (4, 0) and (-1, 2).
    assert_eq!(
        Similarity::QueryLower.matrix(&weights),
        [4.0, 0.0, -1.0, 2.0]
    );
    assert_eq!(
        Similarity::QueryUpper.matrix(&weights),
        [8.0, 2.0, -4.0, 5.5]
    );
    assert_eq!(
        products(&weights, (Slow::Keys, 0..1), (Slow::Keys, 2..4)),
        [2.0, 0.5]
    );
}

#[test]
fn blocks_have_means_and_ranges() {
    let block = Block::of(&[1.0, -2.0, 0.5, 3.0, 4.0, 6.0, -1.0, 0.0, 1.0], 3);
    // Diagonal 1, 4, 1; off it -2, .5, 3, 6, -1, 0.
    assert_eq!(block.numbers(), [2.0, 3.0, 6.5 / 6.0, 8.0]);
    let one = Block::of(&[5.0], 1);
    assert_eq!((one.diagonal_mean, one.diagonal_range), (5.0, 0.0));
    assert!(one.off_mean.is_nan() && one.off_range.is_nan());
}

#[test]
fn the_contrast_is_right_less_wrong() {
    // Right: .9, .8, 1, .5; wrong: .2, 0, .1, .3.
    let expected = (0.9 + 0.8 + 1.0 + 0.5 - 0.2 - 0.1 - 0.3) / 4.0;
    assert!((value_contrast(&weights()) - expected).abs() < 1e-7);
}
