//! What the planes decide, against the products of the core, and their bounds at the edges.

use std::convert::Infallible;

use proptest::prelude::*;
use slotless_core::real;
use slotless_core::rng::{Key, Purpose};

use super::super::simd::Isa;
use super::kernels::key;
use super::{Found, Planes, Scratch};

fn planes(width: usize, rows: &[f32], isa: Isa) -> Planes {
    let made = Planes::new(width, rows.len() / width, isa, |to| {
        for (to, row) in to.into_iter().zip(rows.chunks_exact(width)) {
            to.write(row);
        }
        Ok::<(), Infallible>(())
    });
    made.unwrap()
}

/// Sure rows are among the largest whatever ties decide, others than sure and open ones are not, with each set of instructions.
/// How many rows were left open.
fn check(width: usize, rows: &[f32], vector: &[f32], count: usize) -> Option<usize> {
    let products: Vec<f32> = rows
        .chunks_exact(width)
        .map(|row| real::dot(row, vector))
        .collect();
    let mut first = None;
    for isa in Isa::available() {
        let made = planes(width, rows, isa);
        // Alone, and beside others, whose places it must not mix up.
        let other: Vec<f32> = vector.iter().rev().copied().collect();
        let three = [&other, vector, vector].concat();
        let mut all = Vec::new();
        for vectors in [vector, &three] {
            let mut keep = |_, found: Option<&Found>| {
                all.push(found.cloned());
                Ok::<(), Infallible>(())
            };
            made.largest(vectors, count, &mut Scratch::default(), &mut keep)
                .unwrap();
        }
        assert_eq!(all.len(), 4);
        assert!(all[2] == all[0] && all[3] == all[0], "{isa}");
        let found = all[0].is_some();
        let Found { sure, open } = all.swap_remove(0).unwrap_or_default();
        let expected = first.get_or_insert_with(|| (found, sure.clone(), open.clone()));
        assert_eq!(
            (found, &sure, &open),
            (expected.0, &expected.1, &expected.2),
            "{isa}"
        );
        if !found {
            continue;
        }
        assert!(
            sure.is_sorted_by(|a, b| a < b) && open.is_sorted_by(|a, b| a < b),
            "{isa}"
        );
        assert!(
            sure.len() <= count && sure.len() + open.len() >= count,
            "{isa}"
        );
        assert!(sure.len() < count || open.is_empty(), "{isa}");
        let kind = |row: u32| match (sure.contains(&row), open.contains(&row)) {
            (true, false) => 2,
            (false, true) => 1,
            (false, false) => 0,
            (true, true) => panic!("{isa}: {row} is sure and open"),
        };
        let kinds: Vec<u8> = (0..products.len() as u32).map(kind).collect();
        for (row, (&product, &kind)) in products.iter().zip(&kinds).enumerate() {
            let others = products.iter().zip(0..).filter(|&(_, other)| other != row);
            let above = others
                .clone()
                .filter(|&(&other, _)| other > product)
                .count();
            let equal = others.filter(|&(&other, _)| other == product).count();
            match kind {
                2 => assert!(above + equal < count, "{isa}: {row} need not be among them"),
                0 => assert!(above >= count, "{isa}: {row} may be among them"),
                _ => (),
            }
        }
    }
    first.and_then(|(found, _, open)| found.then_some(open.len()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(miri) { 2 } else if cfg!(target_env = "musl") { 40 } else { 300 }))]

    #[test]
    fn what_is_decided_is_so(
        width in prop_oneof![1usize..5, 60usize..70, 120usize..if cfg!(miri) { 130 } else { 400 }],
        rows in 1usize..if cfg!(miri) { 12 } else { 80 }, share in 0f64..1.0, seed in any::<u64>(),
        // Coarse numbers, whose products tie; one number; numbers of very different sizes.
        shape in 0u8..4, scale in prop::sample::select(vec![1.0f32, 1e-9, 1e12]),
    ) {
        let draws = Key::new(seed, Purpose(5));
        let mut at = 0;
        let mut number = |shape: u8| {
            at += 1;
            let word = draws.at(at);
            let even = word as f32 / u32::MAX as f32 * 2.0 - 1.0;
            match shape {
                0 => even,
                1 => (even * 2.0).round(),
                2 => if word % 64 < 3 { even } else { 0.0 },
                _ => even.powi(15),
            }
        };
        let all: Vec<f32> = (0..width * rows).map(|_| number(shape % 2)).collect();
        let vector: Vec<f32> = (0..width).map(|_| number(shape) * scale).collect();
        check(width, &all, &vector, 1 + (share * rows as f64) as usize % rows);
    }
}

#[test]
fn equal_rows_stay_open() {
    // Six rows in pairs: of the second pair one is among the first three, and only ties know which.
    let rows = [1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 0.5, 0.5, 3.0, 4.0, 0.5, 0.5];
    assert_eq!(check(2, &rows, &[1.0, 1.0], 3), Some(2));
    assert_eq!(check(2, &rows, &[1.0, 1.0], 4), Some(0));
    assert_eq!(check(2, &rows, &[1.0, 1.0], 6), Some(0));
    assert_eq!(check(1, &[2.0; 5], &[-1.0], 2), Some(5));
    assert_eq!(check(1, &[0.0; 5], &[-1.0], 2), None, "rows of nothing");
}

#[test]
fn vectors_that_may_round_otherwise_are_left_to_others() {
    for vector in [
        [0.0, 0.0],
        [f32::MAX, 1.0],
        [1e-40, 0.0],
        [f32::NAN, 1.0],
        [1.0, f32::INFINITY],
    ] {
        assert_eq!(
            check(2, &[1.0, 2.0, 3.0, -4.0], &vector, 1),
            None,
            "{vector:?}"
        );
    }
}

/// The widest there may be, with numbers as large as there may be: sums fill 32 bits and no more.
#[test]
#[cfg_attr(miri, ignore = "takes minutes")]
fn the_widest_rows() {
    let width = 65_536;
    let rows: Vec<f32> = [1.0, -1.0, 0.999, 0.5]
        .into_iter()
        .flat_map(|number| vec![number; width])
        .collect();
    assert_eq!(check(width, &rows, &vec![-3.0; width], 1), Some(0));
    assert_eq!(check(width, &rows, &vec![3.0; width], 2), Some(0));
}

/// As rows of normal numbers are: hardly any is left open, though products differ little.
#[test]
#[cfg_attr(miri, ignore = "takes minutes")]
fn few_rows_are_left_open() {
    let (width, count) = (384, 2_000);
    let draws = Key::new(9, Purpose(6));
    let mut at = 0;
    let mut normal = || {
        let sum: f32 = (0..12)
            .map(|_| {
                at += 1;
                draws.at(at) as f32 / u32::MAX as f32 - 0.5
            })
            .sum();
        sum
    };
    let rows: Vec<f32> = (0..width * count).map(|_| normal()).collect();
    let vector: Vec<f32> = (0..width).map(|_| normal() / 19.6).collect();
    for wanted in [1, 50, 200, 1_000] {
        assert!(
            check(width, &rows, &vector, wanted).unwrap() <= 8,
            "{wanted}"
        );
    }
}

/// Products of both planes are near the exact ones, whatever the instructions.
#[test]
fn products_are_near_and_equal() {
    let rows: Vec<f32> = (0..70 * 9)
        .map(|at| ((at * 37 % 101) as f32 - 50.0) / 13.0)
        .collect();
    let vector: Vec<f32> = (0..70)
        .map(|at| ((at * 29 % 83) as f32 - 41.0) / 7.0)
        .collect();
    let length = |of: &[f32]| {
        of.iter()
            .map(|number| f64::from(number * number))
            .sum::<f64>()
            .sqrt()
    };
    let most = f64::from(
        vector
            .iter()
            .fold(0.0f32, |most, number| most.max(number.abs())),
    );
    let step = most / 32_767.0;
    let mut first = None;
    for isa in Isa::available() {
        let mut found = vec![0.0; 9];
        assert!(planes(70, &rows, isa).products(&vector, &mut found));
        for (row, found) in rows.chunks(70).zip(&found) {
            let exact: f64 = row.iter().zip(&vector).map(|(a, b)| f64::from(a * b)).sum();
            let bound = length(row) * length(&vector) / 30_000.0;
            assert!(
                (found * step - exact).abs() < bound,
                "{isa}: {} for {exact}",
                found * step
            );
        }
        assert_eq!(first.get_or_insert(found.clone()), &found, "{isa}");
    }
}

#[test]
fn keys_are_ordered_as_numbers() {
    let numbers = [-f32::MAX, -2.0, -1e-40, 0.0, 1e-40, 1.0, 2.0, f32::MAX];
    assert!(numbers.map(key).is_sorted_by(|a, b| a < b));
    assert_eq!(key(-0.0), key(0.0));
}

#[test]
#[should_panic(expected = "as many numbers as rows are wide")]
fn a_row_of_another_width_is_refused() {
    planes_of_one(3, &[1.0, 2.0]);
}

fn planes_of_one(width: usize, row: &[f32]) {
    let made = Planes::new(width, 1, Isa::PORTABLE, |rows| {
        rows.into_iter().for_each(|to| to.write(row));
        Ok::<(), Infallible>(())
    });
    made.unwrap();
}
