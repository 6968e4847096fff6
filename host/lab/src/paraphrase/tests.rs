//! The ways of recall against dense matrices and plain loops, and trials against what must hold of any.

use std::sync::atomic::AtomicBool;

use slotless_core::attractor::Params;
use slotless_core::rng::{Key, Purpose};

use super::gaussian::{alike, noisy};
use super::method::methods;
use super::store::{Query, Store};
use super::*;
use crate::run::family::Family;
use slotless_recall::project::{Kind, Projector};
use slotless_recall::vectors::Vectors;

const UNITS: usize = 256;
const ACTIVE: usize = 8;
const WIDE: usize = 40;
const PAIRS: usize = 30;
const DIM: usize = 12;

/// Stored pairs as dense vectors, and the rule for ties.
struct Naive {
    params: Params,
    cues: Vec<Vec<f64>>,
    targets: Vec<Vec<f64>>,
    to_cues: Matrix,
    to_targets: Matrix,
}

type Matrix = Vec<Vec<f64>>;

/// `sum of out into'`, row after row: whole numbers, which floats hold.
fn outer(out: &[Vec<f64>], into: &[Vec<f64>]) -> Matrix {
    let mut matrix = vec![vec![0.0; UNITS]; UNITS];
    for (out, into) in out.iter().zip(into) {
        for (row, to) in matrix.iter_mut().zip(out) {
            for (cell, from) in row.iter_mut().zip(into) {
                *cell += to * from;
            }
        }
    }
    matrix
}

/// `sum of out (into . c)`, as a matrix times a vector.
fn linear(matrix: &Matrix, from: &[u32]) -> Vec<f64> {
    let from = dense(from);
    matrix.iter().map(|row| dot(row, &from)).collect()
}

fn dense(code: &[u32]) -> Vec<f64> {
    let mut dense = vec![0.0; UNITS];
    code.iter().for_each(|&unit| dense[unit as usize] = 1.0);
    dense
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

impl Naive {
    fn new(params: Params, cues: Vec<Vec<f64>>, targets: Vec<Vec<f64>>) -> Self {
        Self {
            params,
            to_cues: outer(&cues, &cues),
            to_targets: outer(&targets, &cues),
            cues,
            targets,
        }
    }

    fn key(&self, purpose: Purpose, words: impl Iterator<Item = u32>) -> Key {
        let key = Key::new(self.params.seed(), purpose);
        key.derive(words.fold(0, |state, word| key.at(state ^ word)))
    }

    /// The k most driven units above a threshold; none where rounding could decide which.
    fn winners(&self, drives: &[f64], threshold: f64, key: Key) -> Option<Vec<u32>> {
        let mut order: Vec<usize> = (0..UNITS).collect();
        order.sort_by(|&a, &b| drives[b].total_cmp(&drives[a]));
        let most = drives[order[0]];
        let cut = drives[order[ACTIVE - 1]];
        let far = |unit: &usize| (drives[*unit] - cut).abs() / most.max(1e-300);
        let mut code = order[..ACTIVE].to_vec();
        let next = far(&order[ACTIVE]);
        if next <= 1e-12 {
            // Many as driven as the last of the winners: those of the largest hash.
            let (mut tied, apart): (Vec<usize>, Vec<usize>) =
                order.into_iter().partition(|unit| far(unit) <= 1e-12);
            if apart.iter().any(|unit| far(unit) < 1e-6) {
                return None;
            }
            tied.sort_by_key(|&unit| (std::cmp::Reverse(key.at(unit as u32)), unit));
            code.retain(|unit| far(unit) > 1e-12);
            code.extend(&tied[..ACTIVE - code.len()]);
        } else if next < 1e-6 {
            return None;
        }
        code.retain(|&unit| drives[unit] > threshold);
        if code.iter().any(|&unit| drives[unit] < 1e-6 * most) {
            return None;
        }
        code.sort_unstable();
        Some(code.into_iter().map(|unit| unit as u32).collect())
    }

    fn codes(&self, drives: &[f64], threshold: f64, from: &[u32]) -> Option<Vec<u32>> {
        let key = self.key(Purpose::CODE_TIE, from.iter().copied());
        self.winners(drives, threshold, key)
    }

    fn softmax(&self, out: &[Vec<f64>], from: &[u32], beta: f64, among: &[usize]) -> Vec<f64> {
        let from = dense(from);
        let overlap = |pair: usize| dot(&self.cues[pair], &from);
        let most = among.iter().map(|&pair| overlap(pair)).fold(0.0, f64::max);
        let mut drives = vec![0.0; UNITS];
        let total: f64 = among
            .iter()
            .map(|&pair| libm::exp(beta * (overlap(pair) - most)))
            .sum();
        for &pair in among {
            let weight = libm::exp(beta * (overlap(pair) - most)) / total;
            for (drive, to) in drives.iter_mut().zip(&out[pair]) {
                *drive += weight * to;
            }
        }
        drives
    }

    fn settle(
        &self,
        cue: &[u32],
        steps: usize,
        mut step: impl FnMut(&[u32]) -> Option<Vec<u32>>,
    ) -> Option<Vec<u32>> {
        let mut code = cue.to_vec();
        for _ in 0..steps {
            let next = step(&code)?;
            let stays = next == code;
            code = next;
            if stays || code.is_empty() {
                break;
            }
        }
        Some(code)
    }

    fn hopfield(&self, cue: &[u32], beta: f64, steps: usize, among: &[usize]) -> Option<Vec<u32>> {
        let settled = self.settle(cue, steps, |code| {
            self.codes(&self.softmax(&self.cues, code, beta, among), 0.0, code)
        })?;
        let drives = self.softmax(&self.targets, &settled, beta, among);
        self.codes(&drives, 0.0, &settled)
    }

    fn nearest(&self, cue: &[u32], count: usize) -> Vec<usize> {
        let key = self.key(Purpose::PAIR_TIE, cue.iter().copied());
        let from = dense(cue);
        let mut order: Vec<usize> = (0..PAIRS).collect();
        order.sort_by(|&a, &b| {
            let overlaps = [a, b].map(|pair| dot(&self.cues[pair], &from));
            let hashes = [a, b].map(|pair| key.at(pair as u32));
            overlaps[1]
                .total_cmp(&overlaps[0])
                .then(hashes[1].cmp(&hashes[0]))
        });
        order.truncate(count);
        order.retain(|&pair| dot(&self.cues[pair], &from) > 0.0);
        order
    }

    fn recall(&self, name: &str, query: Query<'_>, vectors: &[Vec<f32>]) -> Option<Vec<u32>> {
        let cue = if name.contains("wide") {
            query.wide
        } else {
            query.code
        };
        let all: Vec<usize> = (0..PAIRS).collect();
        let number = |prefix: &str| -> Option<f64> { name.strip_prefix(prefix)?.parse().ok() };
        let mut cosines: Vec<(f64, usize)> = vectors
            .iter()
            .map(|row| {
                row.iter()
                    .zip(query.vector)
                    .map(|(a, b)| f64::from(a * b))
                    .sum()
            })
            .zip(0..)
            .collect();
        cosines.sort_by(|a, b| b.0.total_cmp(&a.0));
        if name == "nearest-neighbour" {
            let target = &self.targets[cosines[0].1];
            return Some(
                (0..UNITS as u32)
                    .filter(|&unit| target[unit as usize] > 0.0)
                    .collect(),
            );
        }
        if let Some(beta) = number("two-stage-vectors-beta") {
            let mut drives = vec![0.0; UNITS];
            for &(cosine, pair) in &cosines[..20] {
                for (drive, to) in drives.iter_mut().zip(&self.targets[pair]) {
                    *drive += to * libm::exp(beta * (cosine - cosines[0].0));
                }
            }
            let words = query.vector.iter().map(|value| value.to_bits());
            return self.winners(&drives, 0.0, self.key(Purpose::CODE_TIE, words));
        }
        if self.nearest(cue, 1).is_empty() {
            return Some(Vec::new());
        }
        if name.starts_with("flat") {
            return self.codes(&linear(&self.to_targets, cue), 0.0, cue);
        }
        if name == "attractor" {
            let settled = self.settle(cue, 10, |code| {
                self.codes(&linear(&self.to_cues, code), 0.0, code)
            })?;
            return self.codes(&linear(&self.to_targets, &settled), 0.0, &settled);
        }
        if let Some(beta) = number("hopfield-beta") {
            return self.hopfield(cue, beta, 3, &all);
        }
        if name == "two-stage" {
            return self.hopfield(cue, 8.0, 3, &self.nearest(cue, 20));
        }
        if name == "two-stage-wide-cue" {
            return self.hopfield(cue, 0.5, 1, &self.nearest(cue, 20));
        }
        let settings = name
            .strip_prefix("recurrent-inhibition")
            .expect("the last kind");
        let (inhibition, steps) = settings.split_once("-step").expect("both settings");
        let (inhibition, steps): (f64, usize) = (
            inhibition.parse().expect("a number"),
            steps.parse().expect("a number"),
        );
        self.settle(cue, steps, |code| {
            let targets = linear(&self.to_targets, code);
            let cues = linear(&self.to_cues, code);
            let drives: Vec<f64> = targets
                .iter()
                .zip(&cues)
                .map(|(t, c)| t + 0.5 * c)
                .collect();
            let mean = drives.iter().sum::<f64>() / UNITS as f64;
            self.codes(&drives, inhibition * mean, code)
        })
    }
}

#[test]
fn every_method_is_what_plain_loops_make_of_it() {
    let key = Key::new(5, purpose::SYNTHETIC);
    let base: Vec<Vec<f32>> = (0..20)
        .map(|row| {
            let mut unit = vec![0.0; DIM];
            unit[row % DIM] = 1.0;
            noisy(&unit, 0.8, key.derive(row as u32))
        })
        .collect();
    let base: Vec<&[f32]> = base.iter().map(Vec::as_slice).collect();
    let made = |part: u32, count| alike(&base, count, key.derive(1000 + part));
    let (cues, targets) = (made(0, PAIRS), made(1, PAIRS));
    let params = |active: usize| {
        let params = Params::builder(UNITS as u32, active as u32).seed(77);
        params.build().unwrap()
    };
    let projector = |active| Projector::new(Kind::Gaussian, DIM as u32, params(active)).unwrap();
    let (narrow, wide) = (projector(ACTIVE), projector(WIDE));
    let mut asked = Vec::new();
    for pair in 0..PAIRS {
        let levels = [1.0, 0.9, 0.7];
        asked.extend(
            levels
                .iter()
                .flat_map(|&level| noisy(cues.row(pair), level, key.derive(pair as u32))),
        );
    }
    let asked = Vectors::new(asked, DIM).unwrap();
    let of = |vectors: &Vectors| narrow.encode_all(vectors).unwrap();
    let (cue_codes, target_codes) = (of(&cues), of(&targets));
    let (narrow_codes, wide_codes) = (of(&asked), wide.encode_all(&asked).unwrap());
    let mut store = Store::new(params(ACTIVE), PAIRS as u32).unwrap();
    let codes = cue_codes.chunks(ACTIVE).zip(target_codes.chunks(ACTIVE));
    for (pair, (cue, target)) in codes.enumerate() {
        store
            .learn([cues.row(pair), targets.row(pair)], cue, target)
            .unwrap();
    }
    let naive = Naive::new(
        params(ACTIVE),
        cue_codes.chunks(ACTIVE).map(dense).collect(),
        target_codes.chunks(ACTIVE).map(dense).collect(),
    );
    let rows: Vec<Vec<f32>> = cues.rows().map(<[f32]>::to_vec).collect();
    for method in methods() {
        let mut compared = 0;
        for (row, vector) in asked.rows().enumerate() {
            let query = Query {
                vector,
                code: &narrow_codes[row * ACTIVE..][..ACTIVE],
                wide: &wide_codes[row * WIDE..][..WIDE],
            };
            store.look_up(vector, 20);
            let found = store.recall(&method.means, query).unwrap().to_vec();
            if let Some(expected) = naive.recall(&method.name, query, &rows) {
                assert_eq!(found, expected, "{}, query {row}", method.name);
                compared += 1;
            }
        }
        assert!(
            2 * compared > asked.len(),
            "{}: only {compared}",
            method.name
        );
    }
}

/// Small codes, few pairs.
fn small(sizes: &[u32]) -> Condition {
    Condition {
        background: Background::Synthetic,
        sizes: sizes.to_vec(),
        units: 2048,
        active: 16,
        vectors: Source::Shipped,
    }
}

fn run(sizes: &[u32], threads: usize) -> TrialRecord {
    let setup = Setup::new(small(sizes), 4).unwrap();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| setup.run(0, &AtomicBool::new(false)))
        .unwrap()
}

#[test]
fn a_trial_is_what_it_must_be() {
    let sizes = [0, 10, 40];
    let record = run(&sizes, 1);
    assert_eq!(record, run(&sizes, 3));
    let setup = Setup::new(small(&sizes), 4).unwrap();
    let shape = Shape::of(setup.condition());
    // As bytes and back; NaN has no equal, and stands nowhere here.
    let bytes = Setup::encode(&record);
    assert_eq!(setup.decode(&bytes).unwrap(), record);
    assert!(setup.decode(&bytes[1..]).is_none());
    let all = texts::triples().len() as u32;
    let place = |name: &str| methods().iter().position(|one| one.name == name).unwrap();
    let at = |name: &str, size, cue| record.at(shape, Vary::Cues, [size, place(name), cue]);
    for size in 0..sizes.len() {
        // The stored cue is nearest to itself.
        assert_eq!(at("nearest-neighbour", size, 0), [all, 0, all, 0]);
        assert_eq!(at("hopfield-beta8", size, 0), [all, 0, all, 0]);
        for (number, method) in methods().iter().enumerate() {
            for cue in 0..CUES.len() {
                let counts = record.at(shape, Vary::Cues, [size, number, cue]);
                // More candidates make nothing right.
                assert!(counts[2] <= counts[0], "{}", method.name);
                assert!(counts[0] + counts[1] <= all && counts[2] + counts[3] <= all);
                if size == 0 {
                    assert_eq!(counts[..2], counts[2..], "{}", method.name);
                }
            }
        }
        for (number, name) in NOISE_METHODS.iter().enumerate() {
            let noiseless = record.at(shape, Vary::Noise, [size, number, 0]);
            let exact = at(name, size, 0);
            assert_eq!(noiseless, [exact[0], exact[2]], "{name}");
        }
        for (number, name) in CHAIN_METHODS.iter().enumerate() {
            let hops = (0..HOPS).map(|hop| record.at(shape, Vary::Hops, [size, number, hop]));
            let hops: Vec<Counts<'_>> = hops.collect();
            assert!(
                hops.windows(2).all(|pair| pair[1][1] <= pair[0][1]),
                "{name}"
            );
            if *name == "nearest-neighbour" {
                assert!(
                    hops.iter().all(|counts| **counts == [4 * 16, 4]),
                    "{hops:?}"
                );
            }
        }
    }
    // Sizes on the way change nothing.
    let fewer = run(&[40], 2);
    let shorter = Shape { sizes: 1 };
    for number in 0..methods().len() {
        for cue in 0..CUES.len() {
            assert_eq!(
                fewer.at(shorter, Vary::Cues, [0, number, cue]),
                record.at(shape, Vary::Cues, [2, number, cue])
            );
        }
    }
    let stopped = Setup::new(small(&sizes), 4).unwrap();
    assert!(stopped.run(0, &AtomicBool::new(true)).is_none());
}

#[test]
fn conditions_of_the_figure_are_sound_and_bad_ones_are_refused() {
    use crate::figures::Size;
    let folder = Source::Folder {
        path: "anywhere".into(),
        sha256: None,
    };
    for size in [Size::Paper, Size::Quick] {
        for source in [&folder, &Source::Shipped] {
            let conditions = conditions(&Plan::of(size), source);
            let mut slugs: Vec<String> = conditions.iter().map(Condition::slug).collect();
            conditions.iter().for_each(|one| one.check().unwrap());
            slugs.sort();
            slugs.dedup();
            assert_eq!(slugs.len(), conditions.len());
        }
    }
    let good = small(&[0, 10]);
    let bad = [
        Condition {
            sizes: vec![],
            ..good.clone()
        },
        Condition {
            sizes: vec![5, 5],
            ..good.clone()
        },
        Condition {
            sizes: vec![20_001],
            ..good.clone()
        },
        Condition {
            active: 3000,
            ..good.clone()
        },
        Condition {
            units: 0,
            ..good.clone()
        },
        Condition {
            background: Background::Varied,
            ..good.clone()
        },
    ];
    for condition in bad {
        assert!(condition.check().is_err(), "{condition:?}");
    }
}
