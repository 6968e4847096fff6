//! What classical and dense Hopfield networks have in common: how updates go, what ends them, and what a state is.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use slotless_core::bits;
use slotless_core::hopfield::{
    Descend, Ended, Kind, Recall, RecallError, Run, Sign, descend, identify, update_order,
};

use crate::arguments::Setting;
use crate::arrays::{self, Rows};
use crate::calls::{self, Signals};
use crate::results::IDENTITY;
use crate::{archive, arguments, errors};

/// Updates between two looks at the clock, at most.
const UPDATES: u32 = 256;
/// About the steps that these take together: some milliseconds.
const STEPS: usize = 1 << 22;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Sweeps,
    Random,
}

const ORDERS: [(&str, Order); 2] = [("sweeps", Order::Sweeps), ("random", Order::Random)];

/// Names of what ends a run, none longer than [`LONGEST`].
const fn name_of(ended: Ended) -> &'static str {
    match ended {
        Ended::FixedPoint => "fixed-point",
        Ended::Patience => "patience",
        Ended::Stored { .. } => "stored",
        Ended::EnergyFloor => "energy-floor",
        Ended::MostUpdates => "max-updates",
    }
}

const LONGEST: usize = 12;

/// The rules of a recall, as keywords say them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules<E> {
    order: Order,
    patience: Option<u64>,
    max_updates: Option<u64>,
    energy_floor: Option<E>,
    run: u32,
}

impl<E: Copy> Rules<E> {
    pub(crate) fn new(
        order: Setting<'_>,
        patience: Option<&Bound<'_, PyAny>>,
        max_updates: Option<&Bound<'_, PyAny>>,
        energy_floor: Option<E>,
        run: u32,
    ) -> PyResult<Self> {
        let updates = |name: &str, value: Option<&Bound<'_, PyAny>>| {
            let number = value.map(|value| arguments::whole(name, value, 1..=u64::MAX));
            number.transpose()
        };
        Ok(Self {
            order: order.or(Order::Sweeps, |order| {
                arguments::choice("order", order, &ORDERS)
            })?,
            patience: updates("patience", patience)?,
            max_updates: updates("max_updates", max_updates)?,
            energy_floor,
            run,
        })
    }

    /// The same for the library; without a floor the lowest number there is, which no energy is.
    fn recall<'m>(&self, memories: &'m [u32], lowest: E) -> Recall<'m, E> {
        let mut recall = match self.order {
            Order::Sweeps => Recall::sweeps(),
            Order::Random => Recall::new(),
        };
        if self.patience.is_some() {
            recall = recall.patience(self.patience);
        }
        if self.max_updates.is_some() {
            recall = recall.max_updates(self.max_updates);
        }
        let floor = self.energy_floor.unwrap_or(lowest);
        recall
            .energy_floor(Some(floor))
            .memories(memories)
            .run(self.run)
    }
}

/// A state under updates that a signal ends: from then on each update is a flip to the lowest energy there is.
struct Watched<'a, D: Descend> {
    descent: &'a mut D,
    signals: &'a mut Signals,
    /// Updates between two looks at the clock, and those left to the next.
    updates: u32,
    left: u32,
    lowest: D::Energy,
    stopped: Option<PyErr>,
}

impl<D: Descend> Descend for Watched<'_, D> {
    type Energy = D::Energy;

    fn units(&self) -> u32 {
        self.descent.units()
    }

    fn state(&self) -> &[u32] {
        self.descent.state()
    }

    fn energy(&self) -> D::Energy {
        match self.stopped {
            None => self.descent.energy(),
            Some(_) => self.lowest,
        }
    }

    fn update(&mut self, unit: u32) -> bool {
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            self.left = self.updates;
            self.stopped = self.signals.check().err();
        }
        self.stopped.is_some() || self.descent.update(unit)
    }
}

/// What recalls of some cues have come to.
#[derive(Debug)]
pub(crate) struct Descents<E> {
    pub(crate) states: Vec<u32>,
    pub(crate) energies: Vec<E>,
    updates: Vec<u64>,
    flips: Vec<u64>,
    ended: Vec<&'static str>,
    order: Vec<u32>,
    /// Updates between two looks at the clock.
    together: u32,
}

impl<E: Copy> Descents<E> {
    /// Of states of so many units, whose updates take about so many steps each.
    pub(crate) fn new(units: u32, steps: usize) -> Self {
        let together = (STEPS / steps.max(1)).clamp(1, UPDATES as usize) as u32;
        Self {
            together,
            states: Vec::new(),
            energies: Vec::new(),
            updates: Vec::new(),
            flips: Vec::new(),
            ended: Vec::new(),
            order: vec![0; units as usize],
        }
    }

    /// Runs one from a cue, whose state the descent is in.
    pub(crate) fn run<D: Descend<Energy = E>>(
        &mut self,
        descent: &mut D,
        rules: &Rules<E>,
        memories: &[u32],
        seed: u64,
        lowest: E,
        signals: &mut Signals,
    ) -> PyResult<()> {
        let recall = rules.recall(memories, lowest);
        let mut draws = update_order(seed, descent.state(), recall.run_number());
        let mut watched = Watched {
            descent,
            signals,
            updates: self.together,
            left: self.together,
            lowest,
            stopped: None,
        };
        let run: Result<Run, RecallError> =
            descend(&mut watched, &recall, &mut draws, &mut self.order, |_| {});
        let run = run.map_err(errors::value)?;
        if let Some(error) = watched.stopped {
            return Err(error);
        }
        self.states.extend_from_slice(descent.state());
        self.energies.push(descent.energy());
        self.updates.push(run.updates);
        self.flips.push(run.flips);
        self.ended.push(name_of(run.ended));
        Ok(())
    }

    /// `Descended(pattern, energy, n_updates, n_flips, ended)`, energies being those of `of`.
    pub(crate) fn give<'py>(
        self,
        py: Python<'py>,
        units: u32,
        like: &Rows<'_>,
        of: impl FnOnce(Vec<E>) -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let single = like.single;
        let fields = (
            arrays::patterns(py, self.states, units, like)?,
            of(self.energies)?,
            arrays::one_or_all(py, self.updates, single)?,
            arrays::one_or_all(py, self.flips, single)?,
            arrays::names(py, self.ended, LONGEST, single)?,
        );
        crate::results::DESCENDED.of(py, fields)
    }
}

/// What states are, seen from the memories: an `Identity` each.
pub(crate) fn identities<'py>(
    py: Python<'py>,
    rows: &Rows<'_>,
    memories: &[u32],
    units: u32,
    tolerance: u32,
) -> PyResult<Bound<'py, PyAny>> {
    let (words, width) = (rows.words(), rows.width());
    let mut all = Vec::with_capacity(rows.count());
    for state in words.chunks_exact(width.max(1)) {
        let found = calls::detached(py, || identify(state, memories, units, tolerance))
            .map_err(errors::value)?;
        let mut parts = Vec::new();
        let kind = match found.kind {
            Kind::Stored { memory } => {
                parts.push((memory, 1));
                "stored"
            }
            Kind::Inverted { memory } => {
                parts.push((memory, -1));
                "inverted"
            }
            Kind::Mixture(mixture) => {
                parts.extend(mixture.parts().iter().map(|part| match part.sign {
                    Sign::Plus => (part.memory, 1),
                    Sign::Minus => (part.memory, -1),
                }));
                "mixture"
            }
            Kind::Spurious => "spurious",
        };
        let (patterns, signs): (Vec<u32>, Vec<i32>) = parts.into_iter().unzip();
        let patterns = pyo3::types::PyTuple::new(py, patterns)?;
        let signs = pyo3::types::PyTuple::new(py, signs)?;
        all.push(IDENTITY.of(py, (kind, patterns, signs, found.distance))?);
        py.check_signals()?;
    }
    match all.len() {
        1 if rows.single => Ok(all.swap_remove(0)),
        _ => all.into_bound_py_any(py),
    }
}

/// Refuses to recall from a network that has nothing.
pub(crate) fn some_learned(words: &[u32]) -> PyResult<()> {
    if words.is_empty() {
        return Err(errors::refuse(
            "no pattern was learned, expected at least one",
        ));
    }
    Ok(())
}

/// How many patterns of a file's words there are, which are whole ones.
pub(crate) fn whole_patterns(words: &[u32], units: u32) -> PyResult<usize> {
    let rows = words.chunks_exact(bits::words_for(units).max(1));
    let count = rows.len();
    if !rows.remainder().is_empty() || !rows.into_iter().all(|row| bits::check(row, units).is_ok())
    {
        return Err(archive::damaged("its patterns are no rows of units"));
    }
    Ok(count)
}
