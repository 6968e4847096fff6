//! Attention against scaled dot products in `f64`, a step of the modern network, masks, retrieval, and bad input.

use proptest::prelude::*;
use slotless_core::attention::{Attention, AttentionError as E, Mask, Unseeing};
use slotless_core::bits::BitsError;
use slotless_core::fixed::types::I16F16;
use slotless_core::hopfield::modern::{Memories, Modern, ModernError, Recall, Table};
use slotless_core::rng::{Key, Purpose};

/// Uniform in [-1, 1).
fn vector(length: usize, of: u32) -> Vec<f32> {
    let key = Key::new(6, Purpose(305)).derive(of);
    let number = |place| f64::from(key.at(place)) / f64::from(1u32 << 31) - 1.0;
    (0..length as u32)
        .map(|place| number(place) as f32)
        .collect()
}

fn rows(numbers: &[f32], units: usize) -> Memories<'_, f32> {
    Memories::rows(numbers, units as u32).unwrap()
}

/// `softmax(Q K^T beta) V` of the keys that are allowed.
fn exact(
    (queries, keys, values): (&[f32], &[f32], &[f32]),
    [n, d]: [usize; 2],
    beta: f64,
    allowed: impl Fn(usize, usize) -> bool,
) -> (Vec<f64>, Vec<f64>) {
    let (mut shares, mut out) = (Vec::new(), Vec::new());
    for (q, query) in queries.chunks(n).enumerate() {
        let score = |key: &[f32]| -> f64 {
            key.iter()
                .zip(query)
                .map(|(&k, &q)| f64::from(k) * f64::from(q))
                .sum()
        };
        let e: Vec<f64> = (keys.chunks(n).enumerate())
            .map(|(k, key)| {
                if allowed(q, k) {
                    (beta * score(key)).exp()
                } else {
                    0.0
                }
            })
            .collect();
        // A query that sees nothing reads nothing.
        let total: f64 = e.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        for i in 0..d {
            let terms = values.chunks(d).zip(&e);
            out.push(terms.map(|(v, e)| f64::from(v[i]) * e / total).sum());
        }
        shares.extend(e.iter().map(|e| e / total));
    }
    (shares, out)
}

fn close(found: &[f32], exact: &[f64]) -> bool {
    let mut pairs = found.iter().zip(exact);
    found.len() == exact.len() && pairs.all(|(f, e)| (f64::from(*f) - e).abs() < 1e-6)
}

proptest! {
    #[test]
    fn it_is_scaled_dot_product_attention(
        n in 1usize..65, count in 1usize..40, d in 1usize..20, number in 1usize..8, seed in any::<u32>(),
        masks in prop::collection::vec(any::<[u32; 2]>(), 8),
    ) {
        let (queries, keys) = (vector(number * n, seed), vector(count * n, seed ^ 1));
        let values = vector(count * d, seed ^ 2);
        let beta = 1.0 / (n as f32).sqrt();
        let head = Attention::new(rows(&keys, n), rows(&values, d), beta).unwrap();
        let (mut shares, mut out) = (vec![9.0; number * count], vec![9.0; number * d]);
        let all = (&queries[..], &keys[..], &values[..]);
        head.attend(&queries, Mask::None, &mut shares, &mut out).unwrap();
        let (p, o) = exact(all, [n, d], beta.into(), |_, _| true);
        prop_assert!(close(&shares, &p) && close(&out, &o));
        head.attend(&queries, Mask::Causal, &mut shares, &mut out).unwrap();
        let (p, o) = exact(all, [n, d], beta.into(), |q, k| k <= q);
        prop_assert!(close(&shares, &p) && close(&out, &o));
        let at_end = |q: usize, k: usize| k as i64 <= q as i64 + count as i64 - number as i64;
        let found = head.attend(&queries, Mask::CausalAtEnd, &mut shares, &mut out);
        let zeros = head.with_unseeing(Unseeing::Zeros);
        prop_assert_eq!(zeros.unseeing(), Unseeing::Zeros);
        let (p, o) = exact(all, [n, d], beta.into(), at_end);
        if number > count {
            prop_assert_eq!(found, Err(E::Masked { query: 0 }));
        } else {
            prop_assert!(found.is_ok() && close(&shares, &p) && close(&out, &o));
        }
        zeros.attend(&queries, Mask::CausalAtEnd, &mut shares, &mut out).unwrap();
        prop_assert!(close(&shares, &p) && close(&out, &o));
        // Some bits, of which the first key is always one.
        let words = count.div_ceil(32);
        let allowed = |q: usize, k: usize| k == 0 || masks[q][k / 32] >> (k % 32) & 1 == 1;
        let mask: Vec<u32> = (0..number * words)
            .map(|place| {
                let bits = (0..32).filter(|bit| {
                    let key = place % words * 32 + bit;
                    key < count && allowed(place / words, key)
                });
                bits.fold(0, |word, bit| word | 1 << bit)
            })
            .collect();
        head.attend(&queries, Mask::Allowed(&mask), &mut shares, &mut out).unwrap();
        let (p, o) = exact(all, [n, d], beta.into(), allowed);
        prop_assert!(close(&shares, &p) && close(&out, &o));
        for (place, share) in shares.iter().enumerate() {
            prop_assert!(allowed(place / count, place % count) || share.to_bits() == 0);
        }
        // None for some queries: zeros there, and the others as they were.
        let blind = |q: usize| masks[q][0] >> 31 == 1;
        let rows = mask.chunks(words).enumerate();
        let some: Vec<u32> = rows
            .flat_map(|(q, row)| row.iter().map(move |&word| if blind(q) { 0 } else { word }))
            .collect();
        let (before, all_out) = (shares.clone(), out.clone());
        zeros.attend(&queries, Mask::Allowed(&some), &mut shares, &mut out).unwrap();
        for q in 0..number {
            let (p, o) = (&shares[q * count..][..count], &out[q * d..][..d]);
            if blind(q) {
                prop_assert!(p.iter().chain(o).all(|number| number.to_bits() == 0));
            } else {
                prop_assert_eq!((p, o), (&before[q * count..][..count], &all_out[q * d..][..d]));
            }
        }
        let mut first = (0..number).filter(|&q| blind(q));
        let found = head.attend(&queries, Mask::Allowed(&some), &mut shares, &mut out);
        let expected = first.next().map_or(Ok(()), |q| Err(E::Masked { query: q as u32 }));
        prop_assert_eq!(found, expected);
    }

    /// Keys for values: the step, bit for bit; and retrieval with one step is attention.
    #[test]
    fn it_is_a_step_of_the_modern_network(
        n in 1usize..50, count in 1usize..40, seed in any::<u32>(), beta in 0.01f32..20.0,
    ) {
        let (keys, query) = (vector(count * n, seed), vector(n, !seed));
        let memories = rows(&keys, n);
        let network = Modern::new(memories, beta).unwrap();
        let (mut shares, mut next) = (vec![0.0; count], vec![0.0; n]);
        network.step(&query, &mut shares, &mut next).unwrap();
        let head = Attention::new(memories, memories, beta).unwrap();
        prop_assert_eq!((head.network(), head.values()), (&network, &memories));
        let (mut p, mut out) = (vec![0.0; count], vec![0.0; n]);
        head.attend(&query, Mask::None, &mut p, &mut out).unwrap();
        prop_assert_eq!((&shares, &next), (&p, &out));
        let mut scratch = vec![0; network.scratch_words()];
        let one = Recall::new().max_steps(Some(1));
        head.recall(&query, &one, &mut scratch, &mut out).unwrap();
        prop_assert_eq!(&next, &out);
        // More steps: the state that the network comes to.
        let recalled = head.recall(&query, &Recall::new(), &mut scratch, &mut out).unwrap();
        let state = recalled.state.to_vec();
        prop_assert_eq!(&state, &out);
        let recalled = network.recall(&query, &Recall::new(), &mut scratch).unwrap();
        prop_assert_eq!(recalled.state, &out[..]);

        let fixed = |numbers: &[f32]| -> Vec<I16F16> {
            numbers.iter().map(|&x| I16F16::from_num(x)).collect()
        };
        let (keys, query) = (fixed(&keys), fixed(&query));
        let memories = Memories::rows(&keys, n as u32).unwrap();
        let network = Modern::new(memories, I16F16::from_num(beta)).unwrap();
        let (mut shares, mut next) = (fixed(&shares), fixed(&next));
        network.with_exponential::<Table>().step(&query, &mut shares, &mut next).unwrap();
        let head = Attention::new(memories, memories, I16F16::from_num(beta)).unwrap();
        let (mut p, mut out) = (shares.clone(), next.clone());
        let head = head.with_exponential::<Table>();
        head.attend(&query, Mask::None, &mut p, &mut out).unwrap();
        prop_assert_eq!((shares, next), (p, out));
    }

    /// A causal query is one of the keys that it sees, alone, bit for bit.
    #[test]
    fn hidden_keys_are_as_if_not_there(n in 1usize..20, count in 1usize..30, seed in any::<u32>()) {
        let (keys, values) = (vector(count * n, seed), vector(count * 3, seed ^ 1));
        let queries = vector(count * n, !seed);
        let head = Attention::new(rows(&keys, n), rows(&values, 3), 2.0).unwrap();
        let (mut shares, mut out) = (vec![0.0; count * count], vec![0.0; count * 3]);
        head.attend(&queries, Mask::Causal, &mut shares, &mut out).unwrap();
        for (q, query) in queries.chunks(n).enumerate() {
            let seen = q + 1;
            let part = Attention::new(rows(&keys[..seen * n], n), rows(&values[..seen * 3], 3), 2.0);
            let (mut p, mut o) = (vec![0.0; seen], vec![0.0; 3]);
            part.unwrap().attend(query, Mask::None, &mut p, &mut o).unwrap();
            prop_assert_eq!(&shares[q * count..][..seen], &p);
            prop_assert_eq!(&out[q * 3..][..3], &o);
        }
    }
}

/// As many queries as keys: one mask. Fewer: those of the whole sequence's last tokens, bit for bit. Also in fixed point.
#[test]
fn at_the_end_queries_are_the_last_of_a_sequence() {
    let (n, count, d) = (5, 7, 3);
    let (keys, values) = (vector(count * n, 1), vector(count * d, 2));
    let queries = vector(count * n, 3);
    let head = Attention::new(rows(&keys, n), rows(&values, d), 2.0).unwrap();
    let (mut shares, mut out) = (vec![0.0; count * count], vec![0.0; count * d]);
    head.attend(&queries, Mask::Causal, &mut shares, &mut out)
        .unwrap();
    for number in 1..=count {
        let first = count - number;
        let (mut p, mut o) = (vec![9.0; number * count], vec![9.0; number * d]);
        head.attend(&queries[first * n..], Mask::CausalAtEnd, &mut p, &mut o)
            .unwrap();
        assert_eq!(
            (&p[..], &o[..]),
            (&shares[first * count..], &out[first * d..])
        );
    }
    let fixed =
        |numbers: &[f32]| -> Vec<I16F16> { numbers.iter().map(|&x| I16F16::from_num(x)).collect() };
    let (keys, values, queries) = (fixed(&keys), fixed(&values), fixed(&queries));
    let keys = Memories::rows(&keys[..2 * n], n as u32).unwrap();
    let values = Memories::rows(&values[..2 * d], d as u32).unwrap();
    let head = Attention::new(keys, values, I16F16::ONE).unwrap();
    let head = head
        .with_unseeing(Unseeing::Zeros)
        .with_exponential::<Table>();
    let (mut p, mut o) = (vec![I16F16::ONE; 3 * 2], vec![I16F16::ONE; 3 * d]);
    head.attend(&queries[..3 * n], Mask::CausalAtEnd, &mut p, &mut o)
        .unwrap();
    assert_eq!(p[..4], [0, 0, 1, 0].map(I16F16::from_num));
    assert!(p[4] > 0 && p[5] > 0 && o[..d].iter().all(|&number| number == 0));
}

/// A second step takes a noisy query to the key, and so to its value, where one does not.
#[test]
fn several_steps_read_a_cleaner_value() {
    let (n, count) = (32, 10);
    let keys = vector(n * count, 1);
    let values: Vec<f32> = (0..count).map(|k| k as f32).collect();
    let head = Attention::new(rows(&keys, n), rows(&values, 1), 2.0).unwrap();
    let query: Vec<f32> = keys[3 * n..][..n].iter().map(|x| 0.2 * x).collect();
    let (mut p, mut once, mut settled) = ([0.0; 10], [0.0], [0.0]);
    head.attend(&query, Mask::None, &mut p, &mut once).unwrap();
    let mut scratch = vec![0; head.network().scratch_words()];
    head.recall(&query, &Recall::new(), &mut scratch, &mut settled)
        .unwrap();
    assert!((settled[0] - 3.0).abs() < 0.01, "{settled:?}");
    assert!((once[0] - 3.0).abs() > 0.05, "{once:?}");
}

#[test]
fn bad_input_is_named_and_nothing_written() {
    let (keys, values) = (vector(6, 1), vector(9, 2));
    let (k, v) = (rows(&keys, 2), rows(&values, 3));
    let error = E::Values {
        got: 3,
        expected: 2,
    };
    assert_eq!(Attention::new(rows(&keys, 3), v, 1.0).unwrap_err(), error);
    for beta in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let error = E::Keys(ModernError::Beta);
        assert_eq!(Attention::new(k, v, beta).unwrap_err(), error);
    }
    let head = Attention::new(k, v, 1.0).unwrap();
    let queries = [1.0, 2.0, 3.0, 4.0];
    let attend = |queries: &[f32], mask: Mask<'_>, room: [usize; 2]| {
        let (mut shares, mut out) = (vec![9.0; room[0]], vec![9.0; room[1]]);
        let found = head.attend(queries, mask, &mut shares, &mut out);
        assert!(shares.iter().chain(&out).all(|&x| x == 9.0) || found.is_ok());
        found
    };
    let room = [6, 6];
    for got in [0, 1, 3] {
        let error = E::Queries { got, units: 2 };
        assert_eq!(attend(&vec![1.0; got], Mask::None, room), Err(error));
    }
    let error = E::Shares {
        got: 5,
        expected: 6,
    };
    assert_eq!(attend(&queries, Mask::None, [5, 6]), Err(error));
    let error = E::Output {
        got: 7,
        expected: 6,
    };
    assert_eq!(attend(&queries, Mask::None, [6, 7]), Err(error));
    let query = |query, error| Err(E::Query { query, error });
    let error = ModernError::NotFinite { unit: 0 };
    assert_eq!(
        attend(&[1.0, 2.0, f32::NAN, 4.0], Mask::None, room),
        query(1, error)
    );
    let long = [1.0, f32::MAX, 3.0, 4.0];
    assert_eq!(
        attend(&long, Mask::Causal, room),
        query(0, ModernError::TooLong)
    );
    let error = E::Mask {
        got: 1,
        expected: 2,
    };
    assert_eq!(attend(&queries, Mask::Allowed(&[1]), room), Err(error));
    let error = BitsError::Beyond { bits: 3 };
    let error = E::MaskRow { query: 1, error };
    assert_eq!(attend(&queries, Mask::Allowed(&[1, 8]), room), Err(error));
    let error = E::Masked { query: 1 };
    assert_eq!(attend(&queries, Mask::Allowed(&[1, 0]), room), Err(error));
    assert_eq!(error.to_string(), "query 1 sees no key: all are masked");
    assert_eq!(attend(&queries, Mask::Allowed(&[1, 4]), room), Ok(()));
    // Four queries of three keys: at the end the first sees none.
    let more = [1.0; 8];
    let error = E::Masked { query: 0 };
    assert_eq!(attend(&more, Mask::CausalAtEnd, [12, 12]), Err(error));
    assert_eq!(attend(&more, Mask::Causal, [12, 12]), Ok(()));
    let mut scratch = [0; 10];
    let recall = Recall::new();
    let found = head.recall(&queries[..2], &recall, &mut scratch, &mut [0.0; 2]);
    assert_eq!(
        found,
        Err(E::Output {
            got: 2,
            expected: 3
        })
    );
    let found = head.recall(&queries, &recall, &mut scratch, &mut [0.0; 3]);
    let error = ModernError::State {
        got: 4,
        expected: 2,
    };
    assert_eq!(found, Err(E::Keys(error)));
    let found = head.recall(&queries[..2], &recall, &mut scratch[..9], &mut [0.0; 3]);
    let error = ModernError::Scratch {
        got: 9,
        expected: 10,
    };
    assert_eq!(found, Err(E::Keys(error)));
}
