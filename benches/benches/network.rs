//! Times of the cases; see the crate's documentation and `README.md`.

use std::cell::LazyCell;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use slotless::bench::{self, Step};
use slotless::memory::WeightWidth;
use slotless::patterns::{Patterns, random};
use slotless_benches::{Case, Paper, Trained, Training, Weights};
use slotless_core::kwinner::Params;
use slotless_core::rng::Purpose;
use slotless_core::weight::Width;
use slotless_kernels::cpu::{AnyParams, Isa, Layout, Network, overlaps};

fn networks(criterion: &mut Criterion) {
    for network in Paper::ALL {
        for weights in Weights::ALL {
            // Trained only if the filter leaves one of its rows.
            let trained = LazyCell::new(|| Trained::new(network, weights));
            let mut group = criterion.benchmark_group(format!("{network}/{weights}"));
            for case in Case::of(network, weights) {
                let mut work = None;
                group.throughput(Throughput::Elements(case.elements().into()));
                group.bench_function(format!("{}/{}", case.operation, case.backend), |bencher| {
                    let work = work.get_or_insert_with(|| {
                        case.check(&trained);
                        case.work(&trained)
                    });
                    bencher.iter(|| black_box(&mut *work).run());
                });
            }
            group.finish();
        }
    }
}

/// Whole steps at ten and a hundred times the paper's sizes, with the best instructions; prints the bytes of each.
fn large(criterion: &mut Criterion) {
    for sizes in &bench::sizes::LARGE {
        // Made only if the filter leaves one of its rows.
        let mut at: Option<(Network, Patterns)> = None;
        let mut next = 0;
        let mut group = criterion.benchmark_group(sizes.name);
        group.sample_size(10);
        for step in [Step::Learn, Step::Recall] {
            group.bench_function(format!("u8/{}/{}", step.name(), Isa::best()), |bencher| {
                let (network, data) = at.get_or_insert_with(|| {
                    let params = sizes.params(WeightWidth::U8);
                    let network = Network::with(params, Isa::best(), None);
                    eprintln!(
                        "{}: {} bytes as {}",
                        sizes.name,
                        network.bytes(),
                        network.layout().name()
                    );
                    bench::prepare(network, sizes, 24)
                });
                steps(bencher, network, data, &mut next, step);
            });
        }
        group.finish();
    }
}

/// One step a repetition.
fn steps(
    bencher: &mut criterion::Bencher<'_>,
    network: &mut Network,
    data: &Patterns,
    next: &mut usize,
    step: Step,
) {
    let mut recalled = vec![0; data.words().len() / data.len()];
    bencher.iter(|| {
        let pattern = data.get(*next);
        *next = (*next + 1) % data.len();
        match step {
            Step::Learn => black_box(network.learn(pattern).expect("ones")),
            _ => black_box(network.recall(pattern, data.ones()[0], &mut recalled)),
        }
    });
}

/// The 1-winner MHN with weights of any width.
fn dense<W: Width>() -> Params<W> {
    let params = Params::builder(1_000, 100).active(100);
    params.build().expect("sizes in range")
}

/// Potentials in each layout: sparse networks by the ones of a cue, fully connected ones by the width of the weights. The rule
/// that chooses a layout rests on these.
fn layouts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("layout");
    let mut case = |name: String, params: AnyParams, ones: u32| {
        for layout in Layout::ALL {
            if Network::with(params, Isa::best(), Some(layout)).layout() != layout {
                continue;
            }
            let data = random(1, Purpose(302), 0, 1_000, ones, 200);
            let (mut at, mut next) = (None, 0);
            group.bench_function(format!("{name}/{}", layout.name()), |bencher| {
                let network = at.get_or_insert_with(|| {
                    let mut network = Network::with(params, Isa::best(), Some(layout));
                    data.iter().for_each(|pattern| {
                        network.learn(pattern).expect("ones");
                    });
                    network
                });
                bencher.iter(|| {
                    next = (next + 1) % data.len();
                    black_box(network.potentials(data.get(next)).len())
                });
            });
        }
    };
    for ones in [10, 30, 60, 100, 300] {
        let sizes = bench::Sizes {
            s: ones,
            ..bench::sizes::PAPER[0]
        };
        case(
            format!("f005/u8/s{ones}"),
            sizes.params(WeightWidth::U8),
            ones,
        );
    }
    case("dense/u1".into(), AnyParams::U1(dense()), 100);
    case("dense/u4".into(), AnyParams::U4(dense()), 100);
    case("dense/u8".into(), AnyParams::U8(dense()), 100);
    group.finish();
}

/// Iterations of training of the transformers.
fn training(criterion: &mut Criterion) {
    for row in Training::all() {
        let mut work = None;
        criterion.bench_function(&row.to_string(), |bencher| {
            let work = work.get_or_insert_with(|| {
                row.check();
                row.work()
            });
            bencher.iter(|| black_box(&mut *work).run());
        });
    }
}

/// Searches by overlap: bytes of packed rows per second, in the first-level cache and beyond.
fn search(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("search");
    for (words, rows) in [(32, 128), (32, 100_000), (8, 1_000_000), (512, 8)] {
        let query = vec![0x5555_3333u32; words];
        let stored: Vec<u32> = (0..words * rows)
            .map(|word| (word as u32).wrapping_mul(0x9e37_79b9))
            .collect();
        let mut out = vec![0; rows];
        group.throughput(Throughput::Bytes(4 * (words * rows) as u64));
        for isa in Isa::available() {
            group.bench_function(format!("{rows}x{}bits/{isa}", 32 * words), |bencher| {
                bencher.iter(|| overlaps(isa, &query, black_box(&stored), &mut out));
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = networks, training, layouts, search, large
}
criterion_main!(benches);
