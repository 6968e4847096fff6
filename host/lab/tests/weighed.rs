//! What is estimated of trials before they start, against what they take: bytes as an allocator counts them, steps as they
//! are told on the way.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use slotless::figures::Size;
use slotless::run::simulate::Experiment;
use slotless::run::work::{Held, Watch};
use slotless::{hopfield, memory, paraphrase, transformer};

/// The system's allocator, which counts what is held.
struct Counting;

static HELD: AtomicI64 = AtomicI64::new(0);
static MAX: AtomicI64 = AtomicI64::new(0);

fn count(bytes: i64) {
    let held = HELD.fetch_add(bytes, Ordering::Relaxed) + bytes;
    MAX.fetch_max(held, Ordering::Relaxed);
}

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the contract; counting does not
// allocate and does not unwind.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, room: Layout) -> *mut u8 {
        count(room.size() as i64);
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(room) }
    }

    unsafe fn alloc_zeroed(&self, room: Layout) -> *mut u8 {
        count(room.size() as i64);
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(room) }
    }

    unsafe fn realloc(&self, at: *mut u8, room: Layout, size: usize) -> *mut u8 {
        count(size as i64 - room.size() as i64);
        // SAFETY: as above; `at` came from the system's allocator, since every block here does.
        unsafe { System.realloc(at, room, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, room: Layout) {
        count(-(room.size() as i64));
        // SAFETY: as above.
        unsafe { System.dealloc(at, room) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A trial of a condition takes about what was estimated.
fn weighed<E: Experiment>(name: &str, setup: &E) {
    let work = setup.work();
    let (stop, done) = (AtomicBool::new(false), AtomicU64::new(0));
    let before = HELD.load(Ordering::Relaxed);
    MAX.store(before, Ordering::Relaxed);
    let record = setup.run(0, Watch::new(&stop, &done)).unwrap();
    let most = (MAX.load(Ordering::Relaxed) - before) as f64;
    let kept = (HELD.load(Ordering::Relaxed) - before) as f64;
    let about = work.bytes(Held::OnTheWay) + work.bytes(Held::Kept);
    // What the tests themselves allocate is no matter.
    let near = |about: f64, found: f64| (about + 1e4) / (found.max(0.0) + 1e4);
    assert!(
        (0.5..3.0).contains(&near(about, most)),
        "{name}: {about} bytes estimated, {most} taken"
    );
    // Kept twice: as records and as arrays.
    let about = work.bytes(Held::Kept);
    assert!(
        (0.7..8.0).contains(&near(about, kept)),
        "{name}: {about} bytes estimated to be kept, {kept} are"
    );
    let told = done.load(Ordering::Relaxed) as f64;
    assert!(
        (0.5..2.0).contains(&(work.steps / told)),
        "{name}: {} steps estimated, {told} told",
        work.steps
    );
    drop(record);
    // One that is told to stop does not go on to the end.
    let done = AtomicU64::new(0);
    stop.store(true, Ordering::Relaxed);
    assert!(setup.run(1, Watch::new(&stop, &done)).is_none(), "{name}");
    assert!((done.load(Ordering::Relaxed) as f64) < 0.7 * told, "{name}");
}

fn network(change: impl FnOnce(&mut memory::Condition)) -> memory::Setup {
    let mut condition = memory::Condition {
        network: memory::Network::default(),
        data: memory::Data::Random,
        protocol: memory::Protocol {
            burn_in: 100,
            learned: 100,
            ..memory::Protocol::default()
        },
    };
    change(&mut condition);
    memory::Setup::new(condition, 1).unwrap()
}

/// One test, since all threads' bytes are counted and a harness that has another one to start or to report takes some, too.
#[test]
fn trials_take_what_is_estimated() {
    networks_of_all_layouts();
    other_memories();
    many_patterns();
    transformers();
    hopfield_networks();
    pairs_of_sentences();
}

fn other_memories() {
    use memory::MemoryKind as Kind;
    for (kind, n_h) in [
        (Kind::Recency, 200),
        (Kind::RecencyPlain, 60),
        (Kind::RecencyPairs, 30),
        (Kind::Ring, 400),
        (Kind::CodedRing, 200),
        (Kind::PolarRing, 200),
        (Kind::Willshaw, memory::Network::default().n_h),
        (Kind::Hopfield, memory::Network::default().n_h),
    ] {
        weighed(
            &kind.to_string(),
            &network(|one| {
                (one.network.memory, one.network.n_h) = (kind, n_h);
                one.protocol.counted = memory::Counted::Content;
            }),
        );
    }
    weighed(
        "content of the paper's",
        &network(|one| one.protocol.counted = memory::Counted::Content),
    );
}

fn networks_of_all_layouts() {
    weighed("the paper's", &network(|_| ()));
    weighed(
        "8 bits",
        &network(|one| one.network.weights = memory::WeightWidth::U8),
    );
    weighed(
        "1 winner",
        &network(|one| {
            (one.network.f, one.network.k, one.network.n_h) = (1.0, 1, 100);
        }),
    );
    weighed(
        "dense",
        &network(|one| (one.network.f, one.network.s) = (1.0, 10)),
    );
    weighed(
        "lists of many units",
        &network(|one| {
            (one.network.n_h, one.network.s) = (80_000, 10);
            one.network.f = 0.02;
        }),
    );
    weighed(
        "floats",
        &network(|one| one.network.weights = memory::WeightWidth::Float),
    );
}

fn many_patterns() {
    let many = |one: &mut memory::Condition| {
        one.network.n_h = 60;
        (one.protocol.burn_in, one.protocol.learned) = (2000, 2000);
    };
    weighed("random", &network(many));
    weighed(
        "tree",
        &network(|one| {
            many(one);
            one.data = memory::Data::Tree { b: 10, steps: None };
        }),
    );
    weighed(
        "behind a layer",
        &network(|one| {
            one.network.preprocess = Some(memory::Preprocess {
                n: 4000,
                f: 0.05,
                k: 200,
            });
        }),
    );
}

fn transformers() {
    use transformer::{Condition, Model, Rule, Setup, Training, WinnerBy};
    let setup = |rule, by, batches, change: fn(&mut Model)| {
        let mut model = Model::of(rule, by);
        change(&mut model);
        let training = Training {
            batches,
            ..Training::default()
        };
        let checkpoints = Vec::new();
        Setup::new(
            Condition {
                model,
                training,
                checkpoints,
            },
            1,
        )
        .unwrap()
    };
    for rule in [Rule::Baseline, Rule::Qk, Rule::Mhn] {
        weighed(&rule.to_string(), &setup(rule, WinnerBy::Key, 20, |_| ()));
    }
    weighed(
        "many batches",
        &setup(Rule::Baseline, WinnerBy::Key, 3000, |model| {
            (model.letters, model.context, model.n) = (1, 1, 1);
        }),
    );
    weighed(
        "long keys",
        &setup(Rule::Qk, WinnerBy::Key, 2, |model| model.n = 2000),
    );
    weighed(
        "many units",
        &setup(Rule::Qk, WinnerBy::Projections, 2, |model| model.n_h = 2000),
    );
    weighed(
        "many letters",
        &setup(Rule::Baseline, WinnerBy::Key, 2, |model| {
            (model.letters, model.context) = (200, 4);
        }),
    );
}

fn hopfield_networks() {
    use hopfield::equal_bits::{EqualBits, Kind};
    use hopfield::{Classical, Condition, Modern, Order, Setup, Start};
    let setup = |condition| Setup::new(condition, 1).unwrap();
    let classical = |units, memories| Classical {
        units,
        memories,
        start: Start::Memory,
        order: Order::Sweeps,
        networks: 1,
        runs: 8,
    };
    weighed(
        "classical",
        &setup(Condition::Classical(classical(500, 20))),
    );
    weighed("loaded", &setup(Condition::Classical(classical(500, 200))));
    weighed(
        "its energy",
        &setup(Condition::ClassicalEnergy(Classical {
            start: Start::Random,
            ..classical(300, 30)
        })),
    );
    weighed(
        "modern",
        &setup(Condition::Modern(Modern {
            units: 200,
            memories: 1000,
            beta: 1.0,
            start: Start::Memory,
            steps: 5,
            networks: 1,
            runs: 20,
        })),
    );
    weighed(
        "equal bits",
        &setup(Condition::EqualBits(EqualBits {
            kind: Kind::Dense,
            units: 256,
            ones: 20,
            bits: 1 << 20,
            stored: vec![5, 10],
            tested: 5,
        })),
    );
}

fn pairs_of_sentences() {
    let plan = paraphrase::Plan {
        pairs: vec![0, 200],
        units: 2048,
        active: 20,
        ..paraphrase::Plan::of(Size::Quick)
    };
    let condition = paraphrase::conditions(&plan, &paraphrase::Source::Shipped).swap_remove(0);
    let setup = paraphrase::Setup::new(condition, 1).unwrap();
    // Threads are started once, and stay.
    let _ = setup.run(1, &AtomicBool::new(false));
    weighed("sentences", &setup);
}
