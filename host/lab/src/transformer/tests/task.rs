use std::collections::{BTreeMap, BTreeSet};

use slotless_core::rng::Key;

use crate::purpose::transformer::TASK;
use crate::transformer::task::{Order, count, enumerate};
use slotless_kernels::transformer::Batch;

/// Sequences as (context, query, target), each checked to be one of the task.
fn sequences(letters: u32, batch: &Batch) -> Vec<(Vec<u32>, u32, u32)> {
    let context = batch.context.len() / batch.queries.len();
    let rows = batch.context.chunks_exact(context);
    rows.zip(batch.queries.iter().zip(&batch.targets))
        .map(|(tokens, (&query, &target))| {
            let named: BTreeSet<u32> = tokens.iter().map(|token| token % letters).collect();
            assert_eq!(named.len(), context, "different letters");
            assert!(tokens.iter().all(|&token| token < 2 * letters));
            assert!(
                tokens.contains(&(query + letters * target)),
                "the case of the query"
            );
            (tokens.to_vec(), query, target)
        })
        .collect()
}

fn factorial(n: u64) -> u64 {
    (1..=n).product()
}

#[test]
fn enumeration_has_every_sequence_once() {
    for (letters, context) in [(1, 1), (2, 1), (2, 2), (3, 2), (4, 3), (4, 4)] {
        for order in [Order::Any, Order::Alphabetical] {
            let all = sequences(letters, &enumerate(letters, context, order));
            let (l, c) = (u64::from(letters), u64::from(context));
            let chosen = factorial(l) / factorial(l - c);
            let orders = if order == Order::Any { 1 } else { factorial(c) };
            assert_eq!(all.len() as u64, chosen / orders * (1 << c) * c);
            assert_eq!(all.len() as u64, count(letters, context, order));
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
            if order == Order::Alphabetical {
                let sorted =
                    |tokens: &[u32]| tokens.iter().map(|token| token % letters).is_sorted();
                assert!(all.iter().all(|(tokens, _, _)| sorted(tokens)));
            }
        }
    }
    assert_eq!(count(4, 4, Order::Any), 1536);
    assert_eq!(count(4, 4, Order::Alphabetical), 64);
    assert_eq!(count(1024, 1024, Order::Any), u64::MAX);
}

/// All 96 sequences of three letters in contexts of two, drawn often: each as often as the others.
#[test]
fn random_sequences_are_uniform() {
    let mut batch = Batch::empty(2, 96 * 250);
    batch.draw(3, Key::new(1, TASK));
    let mut counts = BTreeMap::new();
    for sequence in sequences(3, &batch) {
        *counts.entry(sequence).or_insert(0_u32) += 1;
    }
    let all = enumerate(3, 2, Order::Any);
    let kinds = all.queries.len();
    assert_eq!(counts.len(), kinds);
    let expected = batch.queries.len() as f64 / kinds as f64;
    let chi: f64 = counts
        .values()
        .map(|&n| (f64::from(n) - expected).powi(2) / expected)
        .sum();
    // 47 degrees of freedom: mean 47, standard deviation 9.7.
    assert!((chi - 47.0).abs() < 4.0 * 9.7, "chi squared {chi}");
}

#[test]
fn long_contexts_have_cases_of_their_own() {
    let mut batch = Batch::empty(40, 200);
    batch.draw(70, Key::new(2, TASK));
    let all = sequences(70, &batch);
    for at in 0..40 {
        let upper = all.iter().filter(|(tokens, _, _)| tokens[at] >= 70).count();
        assert!(
            (60..=140).contains(&upper),
            "{upper} of 200 uppercase at {at}"
        );
    }
    // The words of the first and of the last eight cases are not the same.
    assert!(
        all.iter()
            .any(|(tokens, _, _)| (0..8).any(|at| (tokens[at] >= 70) != (tokens[32 + at] >= 70)))
    );
}

#[test]
fn a_sequence_does_not_depend_on_the_size_of_its_batch() {
    let key = Key::new(3, TASK);
    let (mut small, mut large) = (Batch::empty(3, 5), Batch::empty(3, 50));
    small.draw(5, key);
    large.draw(5, key);
    assert_eq!(small.context, large.context[..15]);
    assert_eq!(small.queries, large.queries[..5]);
}
