//! One repetition of every operation, in every backend.

use std::fmt::Debug;
use std::hint::black_box;

use slotless_core::bits;
use slotless_core::fan_in;
use slotless_core::kwinner::{KWinner, Params};
use slotless_core::rng::{Key, Purpose};
use slotless_core::select;
use slotless_core::weight::Width;
use slotless_kernels::cpu::{Isa, Network, Selector};

use crate::{ACTIVE, MANY, Operation, PATTERNS, SELECTIONS, Trained, VISIBLE};

/// An operation that can be repeated.
pub trait Work: Debug {
    /// Does it once, with the next pattern.
    fn run(&mut self);
    /// All that the last repetition gave: winners, patterns, sums, or the whole network it left.
    fn answer(&mut self) -> Vec<u32>;
}

/// The patterns, over and over.
#[derive(Debug)]
struct Cycle<T> {
    items: Vec<T>,
    next: usize,
}

impl<T> Cycle<T> {
    fn new(items: Vec<T>) -> Self {
        Self { items, next: 0 }
    }

    fn next(&mut self) -> &T {
        let at = self.next;
        self.next = (at + 1) % self.items.len();
        black_box(&self.items[at])
    }
}

const TIES: Key = Key::new(crate::SEED, Purpose::HIDDEN_TIE);

/// The work of the core. Its update is a whole learning step, which leaves the same network.
pub(crate) fn core<W: Width>(
    operation: Operation,
    params: Params<W>,
    trained: &Trained,
) -> Box<dyn Work> {
    if let Operation::Selection | Operation::Output = operation {
        let (sums, wanted) = sums(operation, params, trained);
        return Box::new(CoreSelection {
            sums: Cycle::new(sums),
            wanted,
            found: Vec::new(),
        });
    }
    let network =
        KWinner::<W, _>::open(params, trained.words.clone()).expect("words of this network");
    Box::new(CoreNetwork {
        operation,
        network,
        patterns: Cycle::new(trained.patterns.clone()),
        scratch: vec![0; params.scratch_words()],
        answer: Vec::new(),
    })
}

#[derive(Debug)]
struct CoreNetwork<W> {
    operation: Operation,
    network: KWinner<W, Vec<u32>>,
    patterns: Cycle<Vec<u32>>,
    scratch: Vec<u32>,
    answer: Vec<u32>,
}

impl<W: Width> Work for CoreNetwork<W> {
    fn run(&mut self) {
        let pattern = self.patterns.next();
        match self.operation {
            Operation::Recall => {
                let recalled = self.network.recall(pattern, &mut self.scratch);
                let recalled = recalled.expect("lengths fit");
                self.answer.clear();
                self.answer.extend(recalled.winners);
                self.answer.extend(recalled.pattern);
            }
            Operation::RecallMany => {
                // The core knows no such thing; its answers one by one are what is expected.
                self.answer.clear();
                let first = pattern.clone();
                for number in 0..MANY {
                    let pattern = match number {
                        0 => &first,
                        _ => self.patterns.next(),
                    };
                    let recalled = self.network.recall(pattern, &mut self.scratch);
                    let recalled = recalled.expect("lengths fit");
                    self.answer.extend(recalled.pattern);
                }
            }
            Operation::Activation => {
                self.answer
                    .resize(self.network.params().hidden() as usize, 0);
                let done = self.network.potentials(pattern, &mut self.answer);
                done.expect("lengths fit");
            }
            _ => {
                let learned = self.network.learn(pattern, &mut self.scratch);
                black_box(learned.expect("lengths fit"));
            }
        }
    }

    fn answer(&mut self) -> Vec<u32> {
        match self.operation {
            Operation::Recall | Operation::RecallMany | Operation::Activation => {
                self.answer.clone()
            }
            _ => self.network.words().to_vec(),
        }
    }
}

#[derive(Debug)]
struct CoreSelection {
    sums: Cycle<Vec<u32>>,
    wanted: u32,
    found: Vec<u32>,
}

impl Work for CoreSelection {
    fn run(&mut self) {
        self.found.clear();
        select::top_k(self.sums.next(), self.wanted, TIES, |index| {
            self.found.push(index)
        });
    }

    fn answer(&mut self) -> Vec<u32> {
        self.found.clone()
    }
}

/// The sums that a selection works on, and how many of them win.
fn sums<W: Width>(
    operation: Operation,
    params: Params<W>,
    trained: &Trained,
) -> (Vec<Vec<u32>>, u32) {
    let mut network = Network::from_words(trained.params, &trained.words).expect("its words");
    let core = KWinner::<W, _>::open(params, &trained.words).expect("its words");
    let patterns = trained.patterns.iter().take(SELECTIONS as usize);
    if operation == Operation::Selection {
        let potentials = patterns.map(|pattern| network.potentials(pattern).to_vec());
        return (potentials.collect(), params.winners());
    }
    let mut out = vec![0; params.pattern_words()];
    let mut mask = out.clone();
    let visible = patterns.map(|pattern| {
        network.recall(pattern, ACTIVE, &mut out);
        let mut sums = vec![0; VISIBLE as usize];
        for &unit in network.winners() {
            core.fan_in(unit, &mut mask).expect("its length");
            fan_in::slots(&mask, |(slot, visible)| {
                sums[visible as usize] += W::get(core.weights(unit), slot);
            });
        }
        sums
    });
    (visible.collect(), ACTIVE)
}

/// The work of the host's network.
pub(crate) fn cpu(operation: Operation, isa: Isa, trained: &Trained) -> Box<dyn Work> {
    use slotless_kernels::cpu::AnyParams;
    let network =
        || Network::from_words_with(trained.params, &trained.words, isa, None).expect("its words");
    match operation {
        Operation::Selection | Operation::Output => {
            let (sums, wanted) = match trained.params {
                AnyParams::U8(params) => sums(operation, params, trained),
                AnyParams::U16(params) => sums(operation, params, trained),
                _ => unreachable!("weights have 8 or 16 bits here"),
            };
            Box::new(CpuSelection {
                sums: Cycle::new(sums),
                wanted,
                selector: Selector::new(isa),
                found: Vec::new(),
            })
        }
        Operation::Update => {
            // The winners of a run of learning, so that repeating its updates repeats its states.
            let mut teacher = network();
            let steps = trained.patterns.iter().map(|pattern| {
                teacher.learn(pattern).expect("patterns have ones");
                (teacher.winners().to_vec(), pattern.clone())
            });
            let steps = Cycle::new(steps.collect());
            Box::new(CpuUpdate {
                network: network(),
                steps,
            })
        }
        Operation::RecallMany => Box::new(CpuRecallMany {
            network: network(),
            patterns: trained.patterns.concat(),
            next: 0,
            recalled: vec![0; MANY * bits::words_for(VISIBLE)],
            scores: [0; MANY],
        }),
        Operation::Learn | Operation::Recall | Operation::Activation => Box::new(CpuNetwork {
            operation,
            network: network(),
            patterns: Cycle::new(trained.patterns.clone()),
            recalled: vec![0; bits::words_for(VISIBLE)],
        }),
    }
}

#[derive(Debug)]
struct CpuNetwork {
    operation: Operation,
    network: Network,
    patterns: Cycle<Vec<u32>>,
    recalled: Vec<u32>,
}

impl Work for CpuNetwork {
    fn run(&mut self) {
        let pattern = self.patterns.next();
        match self.operation {
            Operation::Recall => {
                black_box(self.network.recall(pattern, ACTIVE, &mut self.recalled));
            }
            Operation::Activation => {
                black_box(self.network.potentials(pattern));
            }
            _ => {
                black_box(self.network.learn(pattern).is_ok());
            }
        }
    }

    fn answer(&mut self) -> Vec<u32> {
        match self.operation {
            Operation::Recall => [self.network.winners(), &self.recalled[..]].concat(),
            Operation::Activation => {
                let last = (self.patterns.next + PATTERNS as usize - 1) % PATTERNS as usize;
                self.network.potentials(&self.patterns.items[last]).to_vec()
            }
            _ => self.network.export(),
        }
    }
}

/// Recalls from [`MANY`] patterns that lie one after the other.
#[derive(Debug)]
struct CpuRecallMany {
    network: Network,
    patterns: Vec<u32>,
    next: usize,
    recalled: Vec<u32>,
    scores: [u64; MANY],
}

impl Work for CpuRecallMany {
    fn run(&mut self) {
        let cues = &self.patterns[self.next..][..self.recalled.len()];
        self.network.recall_many(
            black_box(cues),
            &[ACTIVE; MANY],
            &mut self.recalled,
            &mut self.scores,
        );
        self.next = (self.next + cues.len()) % self.patterns.len();
    }

    fn answer(&mut self) -> Vec<u32> {
        self.recalled.clone()
    }
}

#[derive(Debug)]
struct CpuUpdate {
    network: Network,
    steps: Cycle<(Vec<u32>, Vec<u32>)>,
}

impl Work for CpuUpdate {
    fn run(&mut self) {
        let (winners, pattern) = self.steps.next();
        self.network.reinforce(winners, pattern);
    }

    fn answer(&mut self) -> Vec<u32> {
        self.network.export()
    }
}

#[derive(Debug)]
struct CpuSelection {
    sums: Cycle<Vec<u32>>,
    wanted: u32,
    selector: Selector,
    found: Vec<u32>,
}

impl Work for CpuSelection {
    fn run(&mut self) {
        let found = self.selector.top_k(self.sums.next(), self.wanted, || TIES);
        self.found.clear();
        self.found.extend_from_slice(found);
    }

    fn answer(&mut self) -> Vec<u32> {
        self.found.clone()
    }
}
