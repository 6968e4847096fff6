//! Times of the cases; see the crate's documentation and `README.md`.

use std::cell::LazyCell;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use slotless_benches::{Case, Paper, Trained, Weights};

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

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(30)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1));
    targets = networks
}
criterion_main!(benches);
