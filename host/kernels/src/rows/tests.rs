//! Products with every set of instructions against the core's dot product, bit for bit.

use proptest::prelude::*;
use slotless_core::real;

use super::super::simd::Isa;
use super::Rows;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else if cfg!(target_env = "musl") { 25 } else { 100 }))]

    #[test]
    fn products_are_the_cores_bit_for_bit(
        // Rows wider than a block has room for more than a few of, and so many that there are several blocks.
        (width, rows, vectors) in prop_oneof![
            (1usize..40, 1usize..30, 0usize..4),
            (if cfg!(miri) { 1usize..3 } else { 15_000..17_000 }, 1usize..10, 1usize..3),
        ].prop_flat_map(|(width, rows, vectors)| (
            Just(width),
            prop::collection::vec(-2f32..2.0, width * rows),
            prop::collection::vec(-2f32..2.0, width * vectors),
        )),
    ) {
        let expected: Vec<u32> = vectors
            .chunks_exact(width)
            .flat_map(|vector| rows.chunks_exact(width).map(|row| real::dot(row, vector).to_bits()))
            .collect();
        for isa in Isa::available() {
            let matrix = Rows::with(width as u32, &rows, isa);
            let mut products = vec![9.0; expected.len()];
            let each = vectors.chunks_exact(width).zip(products.chunks_exact_mut(matrix.count()));
            each.for_each(|(vector, products)| matrix.products(vector, products));
            let products: Vec<u32> = products.iter().map(|number| number.to_bits()).collect();
            prop_assert_eq!(&products, &expected, "{}", isa);
        }
    }
}
