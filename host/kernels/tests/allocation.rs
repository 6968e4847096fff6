//! Learning and recall allocate nothing: whatever room a network needs, it has from its first steps on.

use std::alloc::{GlobalAlloc, Layout as Room, System};
use std::cell::Cell;

use slotless_core::bits;
use slotless_core::kwinner::{Assignment, Params};
use slotless_core::rng::{Purpose, stream};
use slotless_core::weight::{Rounding, U1, U4, U8, U16, Width};
use slotless_kernels::cpu::{AnyParams, Isa, Layout, Network};

/// The system's allocator, which counts what the current thread asks of it: other tests run beside this one.
struct Counting;

thread_local! {
    // Neither a destructor nor a first use that allocates, so that an allocator may look at it.
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    ASKED.with(|asked| asked.set(asked.get() + 1));
}

// SAFETY: every call is passed on unchanged to the system's allocator, which keeps the contract; counting does not
// allocate and does not unwind.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, room: Room) -> *mut u8 {
        count();
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(room) }
    }

    unsafe fn alloc_zeroed(&self, room: Room) -> *mut u8 {
        count();
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(room) }
    }

    unsafe fn realloc(&self, at: *mut u8, room: Room, size: usize) -> *mut u8 {
        count();
        // SAFETY: as above; `at` came from the system's allocator, since every block here does.
        unsafe { System.realloc(at, room, size) }
    }

    unsafe fn dealloc(&self, at: *mut u8, room: Room) {
        // SAFETY: as above. Freeing is not counted: what is freed was asked for.
        unsafe { System.dealloc(at, room) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> u64 {
    let before = ASKED.get();
    work();
    ASKED.get() - before
}

const STEPS: usize = 50;
/// Steps that make room.
const WARM_UP: usize = 2;
/// Not a multiple of the cues that are recalled together.
const TOGETHER: usize = 6;

fn check<W: Width>(params: Params<W>, any: AnyParams) {
    let words = params.pattern_words();
    let patterns: Vec<Vec<u32>> = (0..(WARM_UP + STEPS) as u32)
        .map(|number| {
            let mut pattern = vec![0; words];
            let rng = &mut stream(3, Purpose(700), 0, number);
            bits::sample(params.visible(), params.active(), rng, &mut pattern).unwrap();
            pattern
        })
        .collect();
    let layouts = || Layout::ALL.into_iter().filter(|of| of.takes(&params));
    for isa in Isa::available() {
        for layout in layouts() {
            let mut network = Network::with(any, isa, Some(layout));
            let mut recalled = vec![0; words];
            let mut cues = vec![0; TOGETHER * words];
            let (active, mut scores) = ([params.active(); TOGETHER], [0; TOGETHER]);
            let mut rows = vec![0; TOGETHER * words];
            let mut step = |number: usize| {
                let pattern = &patterns[number];
                for (back, cue) in cues.chunks_exact_mut(words).enumerate() {
                    cue.copy_from_slice(&patterns[number.saturating_sub(back)]);
                }
                network.learn(pattern).unwrap();
                network.recall(pattern, params.active(), &mut recalled);
                network.recall_many(&cues, &active, &mut rows, &mut scores);
            };
            (0..WARM_UP).for_each(&mut step);
            let found = allocations(|| (WARM_UP..WARM_UP + STEPS).for_each(&mut step));
            assert_eq!(found, 0, "{isa}, {layout:?}, {params:?}");
        }
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1u8]))), 1);
    assert_eq!(allocations(|| ()), 0);
}

/// The paper's three networks, sparse, denser and of one winner, a fifth as large.
macro_rules! networks {
    ($width:ident, $rounding:expr, $assignment:expr) => {
        for (hidden, fan_in, winners, rate) in [
            (400, 10, 10, 19_661),
            (200, 20, 10, 19_661),
            (20, 200, 1, 65_536),
        ] {
            let params = Params::<$width>::builder(200, hidden)
                .fan_in(fan_in)
                .winners(winners)
                .active(20)
                .rate(rate)
                .rounding($rounding)
                .assignment($assignment)
                .seed(4)
                .build()
                .unwrap();
            check(params, AnyParams::$width(params));
        }
    };
}

#[test]
fn nearest_rounding_allocates_nothing() {
    networks!(U16, Rounding::Nearest, Assignment::Competitive);
    networks!(U8, Rounding::Nearest, Assignment::Competitive);
}

#[test]
fn stochastic_rounding_allocates_nothing() {
    networks!(U16, Rounding::Stochastic, Assignment::Competitive);
    networks!(U8, Rounding::Stochastic, Assignment::Competitive);
    networks!(U4, Rounding::Stochastic, Assignment::Competitive);
}

/// One-bit weights tie at nearly every selection.
#[test]
fn ties_allocate_nothing() {
    networks!(U1, Rounding::Stochastic, Assignment::Competitive);
}

#[test]
fn random_winners_allocate_nothing() {
    networks!(U8, Rounding::Nearest, Assignment::RandomK);
}
