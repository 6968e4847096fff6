use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use slotless_core::words::{Found, Length, Lists, Sizes};

use crate::naive::words as oracle;

fn stored(bits: u32, items: &[Vec<u32>]) -> Lists<Vec<u32>> {
    let entries: usize = items.iter().map(Vec::len).sum();
    let sizes = Sizes::new(bits, items.len() as u32 + 1, entries as u32 + 1).unwrap();
    let mut lists = Lists::new(sizes, vec![7; sizes.words()]).unwrap();
    for (number, item) in items.iter().enumerate() {
        assert_eq!(lists.add(item), Ok(number as u32));
    }
    lists
}

fn ascending(most: u32, count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u32>> {
    btree_set(0..most, count).prop_map(|set| set.into_iter().collect())
}

/// BM25 in double precision, where a word counts once, in bits.
fn bm25(items: &[Vec<u32>], question: &[u32], item: usize, b: f64) -> f64 {
    let all = items.len() as f64;
    let mean = items.iter().map(Vec::len).sum::<usize>() as f64 / all;
    let shared = question.iter().filter(|unit| items[item].contains(unit));
    let sum: f64 = shared
        .map(|unit| {
            let with = items.iter().filter(|item| item.contains(unit)).count() as f64;
            (1.0 + (all - with + 0.5) / (with + 0.5)).log2()
        })
        .sum();
    let k1 = 307.0 / 256.0;
    sum * (1.0 + k1) / (1.0 + k1 * (1.0 - b + b * items[item].len() as f64 / mean))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_is_found_is_what_the_naive_search_finds(
        bits in prop_oneof![Just(8u32), Just(16), Just(17), Just(32)],
        items in vec(ascending(64, 0..20), 1..40),
        question in ascending(80, 0..12),
        share in 0u32..=256,
        room in 0usize..45,
    ) {
        let lists = stored(bits, &items);
        for (number, item) in (0..).zip(&items) {
            prop_assert_eq!(&lists.units(number).collect::<Vec<u32>>(), item);
        }
        let mut found = vec![Found::NONE; room];
        let mut scratch = vec![u32::MAX; question.len() + 1];
        let length = Length::new(share).unwrap();
        let found = lists.best(&question, length, &mut scratch, &mut found).unwrap();
        let all = oracle::best(&items, &question, share.into());
        let expected: Vec<_> = all.iter().copied().take(room).collect();
        let got: Vec<_> = found.iter().map(|one| (one.item, one.score, one.shared)).collect();
        prop_assert_eq!(got, expected);
        // Within 3/65536 of a bit for each shared word, and of lengths 1/4096 of the score.
        for one in found {
            let exact = bm25(&items, &question, one.item as usize, f64::from(share) / 256.0);
            let off = (f64::from(one.score) / 65_536.0 - exact).abs();
            let bound = 7.0 * f64::from(one.shared) / 65_536.0 + exact / 4_096.0;
            prop_assert!(off <= bound, "{} for {}", one.score, exact * 65_536.0);
        }
        // From its buffer it is the same.
        let opened = Lists::open(lists.sizes(), lists.buffer()).unwrap();
        prop_assert_eq!((opened.items(), opened.entries()), (lists.items(), lists.entries()));
    }

    #[test]
    fn of_any_buffer_nothing_is_found_that_is_not_there(
        words in vec(prop_oneof![Just(0u32), 0u32..6, any::<u32>()], 9),
        question in ascending(300, 0..6),
    ) {
        let sizes = Sizes::new(9, 3, 8).unwrap();
        prop_assert_eq!(sizes.words(), 9);
        if let Ok(lists) = Lists::open(sizes, &words[..]) {
            let items: Vec<Vec<u32>> = (0..lists.items()).map(|item| lists.units(item).collect()).collect();
            // What is accepted is what adding them leaves, but for what is behind them.
            let mut again = Lists::new(sizes, [0; 9]).unwrap();
            for item in &items {
                again.add(item).unwrap();
            }
            let mut found = [Found::NONE; 3];
            let mut others = found;
            let length = Length::new(128).unwrap();
            let one = lists.best(&question, length, &mut [0; 6], &mut found).unwrap();
            prop_assert_eq!(one, again.best(&question, length, &mut [0; 6], &mut others).unwrap());
        }
    }
}

#[test]
fn the_newer_of_equal_items_comes_first() {
    let lists = stored(12, &[vec![1, 2], vec![2, 3], vec![9], vec![2, 4]]);
    let mut found = [Found::NONE; 2];
    let best = lists
        .best(&[2], Length::NONE, &mut [0], &mut found)
        .unwrap();
    assert_eq!(best.iter().map(|one| one.item).collect::<Vec<_>>(), [3, 1]);
    // 5 of 3 1/2.
    assert!((f64::from(best[0].score) / 65_536.0 - (10.0f64 / 7.0).log2()).abs() < 1e-4);
}

#[test]
fn a_full_store_takes_no_more_and_a_cleared_one_begins_anew() {
    let sizes = Sizes::new(10, 2, 3).unwrap();
    let mut lists = Lists::new(sizes, [0; 6]).unwrap();
    lists.add(&[1, 5]).unwrap();
    let before = *lists.buffer().first_chunk::<6>().unwrap();
    assert!(
        lists
            .add(&[1, 2])
            .unwrap_err()
            .to_string()
            .starts_with("full: room for 2 items of 3")
    );
    assert_eq!(lists.buffer(), before);
    assert_eq!(lists.add(&[]), Ok(1));
    assert!(lists.add(&[]).is_err());
    lists.clear();
    assert_eq!(
        (lists.items(), lists.entries(), lists.units(0).count()),
        (0, 0, 0)
    );
    assert_eq!(lists.add(&[7, 8, 9]), Ok(0));
    assert_eq!(lists.units(0).collect::<Vec<_>>(), [7, 8, 9]);
    assert_eq!(lists.units(1).count() + lists.units(u32::MAX).count(), 0);
}
