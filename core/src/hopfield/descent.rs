//! Updates of one unit at a time: their order, and what ends them.

use core::fmt;

use rand_core::Rng;

use crate::bits;
use crate::rng::{self, Key, Pcg32, Purpose};

/// A bipolar state under asynchronous updates, none of which raises its energy.
pub trait Descend {
    /// The energy, exact.
    type Energy: Copy + PartialOrd + fmt::Debug;

    /// Number of units, N.
    fn units(&self) -> u32;

    /// The state, N bits.
    fn state(&self) -> &[u32];

    /// The energy of the state: kept up to date, so asking costs nothing.
    fn energy(&self) -> Self::Energy;

    /// Updates one unit, and says whether it flipped: it takes the sign of its field, and keeps its value where that is 0.
    /// A unit that there is not stays as it is.
    fn update(&mut self, unit: u32) -> bool;
}

/// In which order units are updated, and what ends it: each rule can be switched off, and the first that holds ends it.
///
/// [`Recall::new`] is the usual text-book procedure: units drawn at random with replacement, until N updates in a row have
/// changed nothing, at most 10 N. [`Recall::sweeps`] goes through all units in a random order, and again in another, until
/// a whole sweep has changed nothing: then the state is a fixed point.
///
/// ```
/// use slotless_core::hopfield::Recall;
/// let memories = [0b1010, 0b0110];
/// let recall = Recall::new().patience(Some(40)).memories(&memories).energy_floor(Some(-12i64));
/// let long = Recall::<i64>::sweeps();
/// # let _ = (recall, long);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Recall<'m, E = i64> {
    order: Order,
    patience: Limit,
    max_updates: Limit,
    energy_floor: Option<E>,
    memories: &'m [u32],
    run: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Random,
    Sweeps,
}

/// A number of updates that ends a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    None,
    /// This many times the number of units.
    TimesUnits(u64),
    Updates(u64),
}

impl Limit {
    fn of(updates: Option<u64>) -> Self {
        updates.map_or(Self::None, Self::Updates)
    }

    fn updates(self, units: u32) -> Option<u64> {
        match self {
            Self::None => None,
            Self::TimesUnits(times) => Some(times.saturating_mul(units.into())),
            Self::Updates(updates) => Some(updates),
        }
    }
}

impl<E: Copy> Default for Recall<'_, E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'m, E: Copy> Recall<'m, E> {
    /// One unit at a time, drawn at random with replacement; patience N, at most 10 N updates.
    pub const fn new() -> Self {
        Self {
            order: Order::Random,
            patience: Limit::TimesUnits(1),
            max_updates: Limit::TimesUnits(10),
            energy_floor: None,
            memories: &[],
            run: 0,
        }
    }

    /// Sweeps over all units, each in a random order of its own, until one changes nothing. No other rule is on.
    ///
    /// It always ends: each flip lowers the energy, of which there are finitely many values.
    pub const fn sweeps() -> Self {
        Self {
            order: Order::Sweeps,
            patience: Limit::None,
            max_updates: Limit::None,
            ..Self::new()
        }
    }

    /// Ends once this many updates in a row have changed nothing. That proves no fixed point: not every unit need be among
    /// them.
    pub fn patience(mut self, updates: Option<u64>) -> Self {
        self.patience = Limit::of(updates);
        self
    }

    /// Ends after this many updates.
    pub fn max_updates(mut self, updates: Option<u64>) -> Self {
        self.max_updates = Limit::of(updates);
        self
    }

    /// Ends once the energy is this low or lower, at the start or after a flip: the energy of the lowest stored pattern, say.
    pub fn energy_floor(mut self, energy: Option<E>) -> Self {
        self.energy_floor = energy;
        self
    }

    /// Ends once the state is one of these memories, at the start or after a flip. No words, no memory: the rule is off.
    ///
    /// The comparison costs K words or little more a flip.
    pub fn memories(mut self, memories: &'m [u32]) -> Self {
        self.memories = memories;
        self
    }

    /// Number of the run, 0 unless told otherwise: each has an order of its own.
    pub const fn run(mut self, run: u32) -> Self {
        self.run = run;
        self
    }

    /// Number of the run.
    #[must_use]
    pub const fn run_number(&self) -> u32 {
        self.run
    }
}

/// An update, as a trajectory has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update<'a, E> {
    /// Its number, from 1 on.
    pub number: u64,
    /// The unit.
    pub unit: u32,
    /// Whether it flipped.
    pub flipped: bool,
    /// The energy after it.
    pub energy: E,
    /// The state after it.
    pub state: &'a [u32],
}

/// What ended a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Ended {
    /// A whole sweep changed nothing: the state is a fixed point.
    FixedPoint,
    /// The last updates changed nothing.
    Patience,
    /// The state is a memory.
    Stored {
        /// Which one; the first of equal ones.
        memory: u32,
    },
    /// The energy is as low as it was to be.
    EnergyFloor,
    /// The most updates were made.
    MostUpdates,
}

/// The generator of the updates of one run from a cue: the stream (seed, [`Purpose::UPDATE_ORDER`], digest, run), the digest
/// being that of the cue's words under the key of (seed, `UPDATE_ORDER`).
#[must_use]
pub fn update_order(seed: u64, cue: &[u32], run: u32) -> Pcg32 {
    let digest = Key::new(seed, Purpose::UPDATE_ORDER).digest(cue);
    rng::stream(seed, Purpose::UPDATE_ORDER, digest, run)
}

/// How a run went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Run {
    /// Updates made.
    pub updates: u64,
    /// Those that flipped their unit.
    pub flips: u64,
    /// What ended it.
    pub ended: Ended,
}

/// Runs a descent.
///
/// Update by update `below(N)` of the generator says which unit; or sweep by sweep the generator
/// [shuffles](rng::shuffle) `order`, which starts ascending, and the units come as they stand there. After each update
/// the rules are asked in this order: patience, a memory, the energy floor, the most updates; a sweep that changed
/// nothing comes last. A memory and the floor are also asked before the first update.
///
/// `order` is scratch of N words, needed for sweeps only; `each` is told of every update.
///
/// # Errors
/// [`RecallError`]; nothing has been updated then.
pub fn descend<D: Descend>(
    descent: &mut D,
    recall: &Recall<'_, D::Energy>,
    rng: &mut impl Rng,
    order: &mut [u32],
    mut each: impl FnMut(Update<'_, D::Energy>),
) -> Result<Run, RecallError> {
    let units = descent.units();
    let rules = Rules::new(recall, units, order.len())?;
    let order = order.get_mut(..units as usize).unwrap_or(&mut []);
    for (place, unit) in order.iter_mut().zip(0..) {
        *place = unit;
    }
    let mut run = Run {
        updates: 0,
        flips: 0,
        ended: Ended::MostUpdates,
    };
    if let Some(ended) = rules.reached(descent.state(), descent.energy()) {
        run.ended = ended;
        return Ok(run);
    }
    let mut idle = 0u64;
    let mut update = |unit: u32| {
        let flipped = descent.update(unit);
        run.updates = run.updates.saturating_add(1);
        run.flips = run.flips.saturating_add(flipped.into());
        idle = if flipped { 0 } else { idle.saturating_add(1) };
        each(Update {
            number: run.updates,
            unit,
            flipped,
            energy: descent.energy(),
            state: descent.state(),
        });
        (flipped, rules.ended(descent, flipped, idle, run.updates))
    };
    let ended = match recall.order {
        Order::Random => loop {
            if let (_, Some(ended)) = update(rng::below(rng, units)) {
                break ended;
            }
        },
        Order::Sweeps => sweeps(order, rng, update),
    };
    run.ended = ended;
    Ok(run)
}

/// Sweeps until a rule holds, or until one flips nothing.
fn sweeps(
    order: &mut [u32],
    rng: &mut impl Rng,
    mut update: impl FnMut(u32) -> (bool, Option<Ended>),
) -> Ended {
    loop {
        rng::shuffle(rng, order);
        let mut any = false;
        for &unit in order.iter() {
            let (flipped, ended) = update(unit);
            any |= flipped;
            if let Some(ended) = ended {
                return ended;
            }
        }
        if !any {
            return Ended::FixedPoint;
        }
    }
}

/// The rules of a [`Recall`], checked, for a number of units.
struct Rules<'m, E> {
    patience: u64,
    max_updates: u64,
    energy_floor: Option<E>,
    memories: &'m [u32],
    words: usize,
}

impl<'m, E: Copy + PartialOrd> Rules<'m, E> {
    fn new(recall: &Recall<'m, E>, units: u32, order: usize) -> Result<Self, RecallError> {
        let limit = |limit: Limit| match limit.updates(units) {
            Some(0) => Err(RecallError::NoUpdates),
            updates => Ok(updates),
        };
        let (patience, max_updates) = (limit(recall.patience)?, limit(recall.max_updates)?);
        if recall.order == Order::Random && patience.is_none() && max_updates.is_none() {
            return Err(RecallError::Endless);
        }
        if recall.order == Order::Sweeps && order < units as usize {
            return Err(RecallError::Order {
                got: order,
                expected: units as usize,
            });
        }
        check_memories(recall.memories, units)?;
        Ok(Self {
            patience: patience.unwrap_or(u64::MAX),
            max_updates: max_updates.unwrap_or(u64::MAX),
            energy_floor: recall.energy_floor,
            memories: recall.memories,
            words: bits::words_for(units),
        })
    }

    /// The rules of a state, which a flip may have changed.
    fn reached(&self, state: &[u32], energy: E) -> Option<Ended> {
        let mut memories = self.memories.chunks_exact(self.words.max(1)).zip(0..);
        if let Some((_, memory)) = memories.find(|&(memory, _)| memory == state) {
            return Some(Ended::Stored { memory });
        }
        let floor = self.energy_floor.filter(|&floor| energy <= floor);
        floor.map(|_| Ended::EnergyFloor)
    }

    fn ended<D: Descend<Energy = E>>(
        &self,
        descent: &D,
        flipped: bool,
        idle: u64,
        updates: u64,
    ) -> Option<Ended> {
        if idle >= self.patience {
            return Some(Ended::Patience);
        }
        if flipped && let Some(ended) = self.reached(descent.state(), descent.energy()) {
            return Some(ended);
        }
        (updates >= self.max_updates).then_some(Ended::MostUpdates)
    }
}

/// Checks that words are whole memories of this many units, which may be none.
///
/// # Errors
/// [`RecallError::Memories`] or [`RecallError::Memory`].
pub(super) fn check_memories(memories: &[u32], units: u32) -> Result<(), RecallError> {
    let words = bits::words_for(units);
    let rows = memories.chunks_exact(words.max(1));
    if !rows.remainder().is_empty() || words == 0 && !memories.is_empty() {
        return Err(RecallError::Memories {
            got: memories.len(),
            words,
        });
    }
    for (memory, row) in (0..).zip(rows) {
        if let Err(error) = bits::check(row, units) {
            return Err(RecallError::Memory { memory, error });
        }
    }
    Ok(())
}

/// Why a run cannot start, or a state not be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RecallError {
    /// Patience or the most updates are 0.
    NoUpdates,
    /// Units are drawn at random, and neither patience nor the most updates would end that.
    Endless,
    /// Room for less than an order of all units.
    Order {
        /// Words given.
        got: usize,
        /// Words needed.
        expected: usize,
    },
    /// The memories are not whole ones.
    Memories {
        /// Words given.
        got: usize,
        /// Words of a memory.
        words: usize,
    },
    /// There is no memory to tell a state by.
    NoMemories,
    /// The state has not as many units as it should.
    State(bits::BitsError),
    /// A memory has bits beyond the last unit.
    Memory {
        /// Its number.
        memory: u32,
        /// What is wrong.
        error: bits::BitsError,
    },
}

impl fmt::Display for RecallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoUpdates => f.write_str("patience and most updates must be 1 or more"),
            Self::Endless => {
                f.write_str("units drawn at random need an end: set patience or the most updates")
            }
            Self::Order { got, expected } => {
                write!(f, "order buffer of {got} words, needed at least {expected}")
            }
            Self::Memories { got, words } => write!(
                f,
                "memories of {got} words, expected a multiple of {words}, the words of one"
            ),
            Self::NoMemories => f.write_str("no memories given, allowed from 1"),
            Self::State(error) => write!(f, "state: {error}"),
            Self::Memory { memory, error } => write!(f, "memory {memory}: {error}"),
        }
    }
}

impl core::error::Error for RecallError {}
