use proptest::prelude::*;
use slotless_core::rng::{Key, Purpose};
use slotless_core::select;

use super::Selector;

proptest! {
    /// Whole numbers select as the core's integers do, ties and all.
    #[test]
    fn selects_as_the_core(
        calls in prop::collection::vec((prop::collection::vec(prop_oneof![0u32..8, any::<u32>()], 1..80), 0u32..90, any::<u64>()), 1..8)
    ) {
        let mut selector = Selector::new(80);
        for (values, k, seed) in calls {
            let key = Key::new(seed, Purpose(3));
            let mut expected = Vec::new();
            select::top_k(&values, k, key, |index| expected.push(index));
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            prop_assert_eq!(selector.top_k(0, &values, k, || key), &expected);
        }
    }
}
