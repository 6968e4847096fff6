//! `HeteroMHN`: triples of a key, a value and an item in fast weights.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};
use slotless_core::hetero::{Allocation, Hetero, NetworkError, Params};
use slotless_core::rng::{Key, Purpose};

use crate::archive;
use crate::arguments::Setting;
use crate::arrays;
use crate::calls::{self, Shared, Signals, room};
use crate::reals::{Vectors, beta_of, vectors};
use crate::results::TRIPLE;
use crate::{arguments, errors, keywords};

mod archived;

/// The first purpose of users: start weights are drawn for it.
const START: Purpose = Purpose(256);

type Network = Hetero<f32, Vec<u32>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Key,
    Projected,
    Item,
}

const ALLOCATIONS: [(&str, By); 3] = [
    ("key", By::Key),
    ("projected", By::Projected),
    ("item", By::Item),
];

/// A hetero-associative modern Hopfield network with fast weights: triples of a key, a value and an
/// item.
///
/// A triple is learned at once into the ``n_winners`` hidden units with the largest potentials: their
/// weights become the triple, ``W_KH[h] = key``, ``W_HV[h] = value``, ``W_HI[h] = item``. From a query
/// are recalled the value ``a @ W_HV`` and the item ``a @ W_HI`` of the hidden activities
/// ``a = softmax(beta * W_KH @ query)``. With one winner it stands for the context of a transformer:
/// attention without slots.
///
/// Parameters
/// ----------
/// n_key, n_value, n_item : int
///     Numbers of a key, of a value and of an item; from 1.
/// n_hidden : int
///     Hidden units; from 1.
/// n_winners : int, default 1
///     Hidden units that take a triple, 1 to ``n_hidden``.
/// allocation : {"key", "projected", "item"}, default "key"
///     What potentials are: ``W_KH @ key``; the same and ``strength * item[i]`` for hidden unit ``i``
///     of the first ``n_projected`` (and so on for each further winner); or ``W_IH @ item``, with
///     weights that become the item.
/// n_projected : int, optional
///     Entries of an item that are projected, 1 to ``n_item``; for "projected", all of them unless
///     told.
/// strength : float, default 1.0
///     Weight of a projection, finite.
/// seed : int, default 0
///     Start weights, 0 to 2**64 - 1: uniform in [0, 1), ``W_KH`` in [0, 1/2) or, unless the key alone
///     allocates, 0.
///
/// Raises
/// ------
/// ValueError
///     For sizes that do not go together.
/// MemoryError
///     For a network that does not fit into memory.
///
/// Notes
/// -----
/// Keys, values, items and queries are arrays of float32 or float64, a row each, or of one axis for one
/// of them. All is computed in float32, to which float64 is rounded, and answers are float32: the same
/// bits as on a microcontroller. Ctrl-C ends a long call; what was learned until then stays.
///
/// Examples
/// --------
/// >>> import numpy as np
/// >>> from slotless import HeteroMHN
/// >>> rng = np.random.default_rng(1)
/// >>> keys, values = rng.normal(size=(10, 32)), rng.normal(size=(10, 4))
/// >>> items = np.eye(10)
/// >>> net = HeteroMHN(32, 4, 10, 20, allocation="projected", strength=1000.0)
/// >>> net.learn(keys, values, items).ravel()
/// array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], dtype=uint32)
/// >>> recalled = net.recall(keys[3], beta=2.0)
/// >>> int(recalled.item.argmax()), bool(np.allclose(recalled.value, values[3], atol=1e-3))
/// (3, True)
#[pyclass(module = "slotless", frozen, weakref)]
#[derive(Debug)]
pub(crate) struct HeteroMHN {
    params: Params<f32>,
    seed: u64,
    state: Shared<State>,
}

#[derive(Clone, Debug)]
struct State {
    network: Network,
    learned: u64,
}

impl HeteroMHN {
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        use_it: impl Send + FnOnce(&mut State) -> PyResult<T>,
    ) -> PyResult<T> {
        self.state.with(py, use_it)
    }

    /// Rows of weights, of each hidden unit.
    fn weights<'py>(
        &self,
        py: Python<'py>,
        width: u32,
        of: impl Send + Sync + Fn(&Network, u32) -> &[f32],
    ) -> PyResult<Bound<'py, PyAny>> {
        let (hidden, width) = (self.params.hidden(), width as usize);
        let shape = [hidden as usize, width];
        arrays::room_for::<f32>("the array of weights", &shape)?;
        let all = self.with(py, |state| {
            let mut all = Vec::with_capacity(shape[0] * shape[1]);
            for unit in 0..hidden {
                all.extend_from_slice(of(&state.network, unit));
            }
            Ok(all)
        })?;
        arrays::shaped(py, all, &shape, false)
    }

    fn by(&self) -> By {
        match self.params.allocation() {
            Allocation::Key => By::Key,
            Allocation::Projected { .. } => By::Projected,
            Allocation::Item => By::Item,
        }
    }
}

/// A fresh network of these parameters.
fn fresh(params: Params<f32>, seed: u64) -> Result<Network, NetworkError> {
    Hetero::new(params, vec![0; params.words()], Key::new(seed, START))
}

#[pymethods]
impl HeteroMHN {
    #[new]
    #[pyo3(
        signature = (n_key, n_value, n_item, n_hidden, n_winners=Setting::Default, allocation=Setting::Default, *,
            n_projected=None, strength=Setting::Default, seed=Setting::Default),
        text_signature = "(n_key, n_value, n_item, n_hidden, n_winners=1, allocation='key', *, n_projected=None, strength=1.0, \
            seed=0)"
    )]
    #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
    fn new<'py>(
        py: Python<'py>,
        n_key: &Bound<'py, PyAny>,
        n_value: &Bound<'py, PyAny>,
        n_item: &Bound<'py, PyAny>,
        n_hidden: &Bound<'py, PyAny>,
        n_winners: Setting<'py>,
        allocation: Setting<'py>,
        n_projected: Option<&Bound<'py, PyAny>>,
        strength: Setting<'py>,
        seed: Setting<'py>,
    ) -> PyResult<Self> {
        let [keys, values, items, hidden] = [
            arguments::size("n_key", n_key)?,
            arguments::size("n_value", n_value)?,
            arguments::size("n_item", n_item)?,
            arguments::size("n_hidden", n_hidden)?,
        ];
        let winners = n_winners.or(1, |value| {
            arguments::part("n_winners", value, hidden, "n_hidden")
        })?;
        let by = allocation.or(By::Key, |value| {
            arguments::choice("allocation", value, &ALLOCATIONS)
        })?;
        let units = n_projected.map_or(Ok(items), |value| {
            arguments::part("n_projected", value, items, "n_item")
        })?;
        let has_strength = matches!(strength, Setting::Given(_));
        let of_strength = strength.or(1.0, |value| arguments::number("strength", value))?;
        for (name, given) in [
            ("n_projected", n_projected.is_some()),
            ("strength", has_strength),
        ] {
            if given && by != By::Projected {
                let by = arguments::name_of(by, &ALLOCATIONS);
                return Err(errors::refuse(format!(
                    "{name} is given, allowed only without allocation {by:?}"
                )));
            }
        }
        if !(of_strength as f32).is_finite() {
            return Err(errors::refuse(format!(
                "strength is {of_strength:?}, allowed finite numbers (float32)"
            )));
        }
        let seed = seed.or(0, arguments::seed)?;
        let allocation = match by {
            By::Key => Allocation::Key,
            By::Projected => Allocation::Projected {
                units,
                strength: of_strength as f32,
            },
            By::Item => Allocation::Item,
        };
        let params = Params::<f32>::builder(keys, values, items, hidden)
            .winners(winners)
            .allocation(allocation)
            .build()
            .map_err(keywords::hetero)?;
        let bytes = 4.0 * params.words() as f64;
        room("the network", bytes)?;
        // A draw for each number.
        let network = calls::apart(py, 8.0 * bytes, move || {
            fresh(params, seed).map_err(errors::value)
        })?;
        Ok(Self {
            params,
            seed,
            state: Shared::new(State {
                network,
                learned: 0,
            }),
        })
    }

    /// Learn triples, one after the other.
    ///
    /// Parameters
    /// ----------
    /// keys : array_like of float32 or float64, shape (n_triples, n_key) or (n_key,)
    /// values : array_like of float32 or float64, shape (n_triples, n_value) or (n_value,)
    /// items : array_like of float32 or float64, shape (n_triples, n_item) or (n_item,)
    ///
    /// Returns
    /// -------
    /// ndarray of uint32, shape (n_triples, n_winners) or (n_winners,)
    ///     The hidden units that took each triple, ascending.
    ///
    /// Raises
    /// ------
    /// TypeError
    ///     For arrays of other types.
    /// ValueError
    ///     For other shapes, NaN, infinities, and triples of which all that allocates is 0; nothing is
    ///     learned then.
    fn learn<'py>(
        &self,
        py: Python<'py>,
        keys: &Bound<'py, PyAny>,
        values: &Bound<'py, PyAny>,
        items: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let params = self.params;
        let [of_key, of_value, of_item] =
            [params.keys(), params.values(), params.items()].map(|width| width as usize);
        let all = [
            vectors("keys", keys, of_key)?,
            vectors("values", values, of_value)?,
            vectors("items", items, of_item)?,
        ];
        let [keys, values, items] = &all;
        for (name, other) in [("values", values), ("items", items)] {
            if (other.count, other.single) != (keys.count, keys.single) {
                let rows = |of: &Vectors<'_>| match of.single {
                    true => "one vector".to_owned(),
                    false => format!("{} rows", of.count),
                };
                return Err(errors::refuse(format!(
                    "{name} has {}, allowed {} as keys",
                    rows(other),
                    rows(keys)
                )));
            }
        }
        let zero = |numbers: &[f32]| numbers.iter().all(|&number| number == 0.0);
        for row in 0..keys.count {
            let key = &keys.numbers()[row * of_key..][..of_key];
            let item = &items.numbers()[row * of_item..][..of_item];
            let (empty, what, of) = match params.allocation() {
                Allocation::Key => (zero(key), "keys", keys),
                Allocation::Projected { units, .. } => {
                    (zero(key) && zero(&item[..units as usize]), "keys", keys)
                }
                Allocation::Item => (zero(item), "items", items),
            };
            if empty {
                let name = of.name(what, row);
                return Err(errors::refuse(format!("{name}: {}", NetworkError::Empty)));
            }
        }
        let (count, winners) = (keys.count, params.winners() as usize);
        let single = keys.single;
        let [keys, values, items] = all.each_ref().map(Vectors::numbers);
        let taken = self.with(py, |state| {
            let mut scratch = vec![0; params.scratch_words()];
            let (mut signals, mut taken) = (Signals::new(), Vec::with_capacity(count * winners));
            for row in 0..count {
                let key = &keys[row * of_key..][..of_key];
                let value = &values[row * of_value..][..of_value];
                let item = &items[row * of_item..][..of_item];
                let units = state.network.load(key, value, item, &mut scratch);
                taken.extend_from_slice(units.map_err(errors::value)?);
                state.learned += 1;
                signals.check()?;
            }
            PyResult::Ok(taken)
        })?;
        arrays::shaped(py, taken, &[count, winners], single)
    }

    /// Recall from queries.
    ///
    /// Parameters
    /// ----------
    /// queries : array_like of float32 or float64, shape (n_queries, n_key) or (n_key,)
    ///     Queries.
    /// beta : float, default 1.0
    ///     Inverse temperature, finite and above 0.
    ///
    /// Returns
    /// -------
    /// Triple
    ///     ``value``, ``item`` and ``hidden``, the activities; float32. The network does not change.
    #[pyo3(
        signature = (queries, beta=Setting::Default),
        text_signature = "($self, queries, beta=1.0)"
    )]
    fn recall<'py>(
        &self,
        py: Python<'py>,
        queries: &Bound<'py, PyAny>,
        beta: Setting<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let params = self.params;
        let rows = vectors("queries", queries, params.keys() as usize)?;
        let beta = beta.or(1.0, |beta| arguments::number("beta", beta))?;
        let beta = beta_of(beta)?;
        let widths = [params.values(), params.items(), params.hidden()];
        let widths = widths.map(|width| width as usize);
        let (count, single) = (rows.count, rows.single);
        arrays::room_for::<f32>("the answer", &[count, widths.iter().sum()])?;
        let (numbers, width) = (rows.numbers(), params.keys() as usize);
        let [values, items, hidden] = self.with(py, |state| {
            let mut scratch = vec![0; params.scratch_words()];
            let mut signals = Signals::new();
            let mut all = widths.map(|width| Vec::with_capacity(count * width));
            for (number, query) in numbers.chunks_exact(width).enumerate() {
                let recalled = state.network.recall(query, beta, &mut scratch);
                let recalled = recalled.map_err(errors::value)?;
                let parts = [recalled.value, recalled.item, recalled.hidden];
                if !parts
                    .iter()
                    .all(|part| part.iter().all(|number| number.is_finite()))
                {
                    let place = match single {
                        true => String::new(),
                        false => format!("[{number}]"),
                    };
                    let line = format!(
                        "queries{place}: sums are beyond float32, allowed smaller queries, keys or beta"
                    );
                    return Err(errors::refuse(line));
                }
                for (all, part) in all.iter_mut().zip(parts) {
                    all.extend_from_slice(part);
                }
                signals.check()?;
            }
            PyResult::Ok(all)
        })?;
        let fields = (
            arrays::shaped(py, values, &[count, widths[0]], single)?,
            arrays::shaped(py, items, &[count, widths[1]], single)?,
            arrays::shaped(py, hidden, &[count, widths[2]], single)?,
        );
        TRIPLE.of(py, fields)
    }

    /// Forget everything: start weights as in a new network.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        let key = Key::new(self.seed, START);
        let draws = 32.0 * self.params.words() as f64;
        self.state.apart(py, draws, move |state| {
            state.network.reset(key);
            state.learned = 0;
            Ok(())
        })
    }

    /// The network as bytes: the file that :meth:`save` writes.
    ///
    /// Returns
    /// -------
    /// bytes
    ///     A ``.npz`` of numpy.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        archive::to_bytes(py, archive::Network::HeteroMhn, self.archive(py)?)
    }

    /// The network of a file's bytes.
    ///
    /// Parameters
    /// ----------
    /// snapshot : bytes, bytearray or memoryview
    ///     What :meth:`to_bytes` gave, or the content of a file of :meth:`save`.
    ///
    /// Raises
    /// ------
    /// ValueError
    ///     For bytes that are not those of such a network, or that were changed.
    #[classmethod]
    fn from_bytes(
        _cls: &Bound<'_, PyType>,
        py: Python<'_>,
        snapshot: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let snapshot = arguments::bytes("snapshot", snapshot)?;
        archive::from_bytes(py, archive::Network::HeteroMhn, &snapshot, Self::of_archive)
    }

    /// Write the network to a file, which numpy reads as ``.npz``. It is whole or not there.
    ///
    /// Parameters
    /// ----------
    /// path : str, bytes or os.PathLike
    ///     File to write, of any name; one that is there is replaced.
    fn save(&self, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<()> {
        let path = arguments::path("path", path)?;
        archive::save(py, archive::Network::HeteroMhn, self.archive(py)?, path)
    }

    /// The network of a file.
    ///
    /// Parameters
    /// ----------
    /// path : str, bytes or os.PathLike
    ///     File of :meth:`save`.
    ///
    /// Raises
    /// ------
    /// OSError
    ///     For a file that cannot be read.
    /// ValueError
    ///     For one that is not of such a network, or that was changed.
    #[classmethod]
    fn load(_cls: &Bound<'_, PyType>, py: Python<'_>, path: &Bound<'_, PyAny>) -> PyResult<Self> {
        let path = arguments::path("path", path)?;
        archive::load(py, archive::Network::HeteroMhn, path, Self::of_archive)
    }

    /// Weights from keys to hidden units, ``W_KH``; float32, shape (n_hidden, n_key), a copy.
    #[getter]
    fn key_weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.weights(py, self.params.keys(), Network::key_row)
    }

    /// Weights from hidden units to values, ``W_HV``; float32, shape (n_hidden, n_value), a copy.
    #[getter]
    fn value_weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.weights(py, self.params.values(), Network::value)
    }

    /// Weights from hidden units to items, ``W_HI``; float32, shape (n_hidden, n_item), a copy.
    #[getter]
    fn item_weights<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.weights(py, self.params.items(), Network::item)
    }

    /// Weights from items to hidden units, ``W_IH``; float32, shape (n_hidden, n_item), a copy; None unless
    /// the item allocates.
    #[getter]
    fn input_weights<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        if self.by() != By::Item {
            return Ok(None);
        }
        let weights = self.weights(py, self.params.items(), Network::input_row)?;
        Ok(Some(weights))
    }

    /// Numbers of a key.
    #[getter]
    fn n_key(&self) -> u32 {
        self.params.keys()
    }

    /// Numbers of a value.
    #[getter]
    fn n_value(&self) -> u32 {
        self.params.values()
    }

    /// Numbers of an item.
    #[getter]
    fn n_item(&self) -> u32 {
        self.params.items()
    }

    /// Hidden units.
    #[getter]
    fn n_hidden(&self) -> u32 {
        self.params.hidden()
    }

    /// Hidden units that take a triple.
    #[getter]
    fn n_winners(&self) -> u32 {
        self.params.winners()
    }

    /// What chooses the hidden units, "key", "projected" or "item".
    #[getter]
    fn allocation(&self) -> &'static str {
        arguments::name_of(self.by(), &ALLOCATIONS)
    }

    /// Entries of an item that are projected; None unless projections allocate.
    #[getter]
    fn n_projected(&self) -> Option<u32> {
        match self.params.allocation() {
            Allocation::Projected { units, .. } => Some(units),
            _ => None,
        }
    }

    /// Weight of a projection; None unless projections allocate.
    #[getter]
    fn strength(&self) -> Option<f32> {
        match self.params.allocation() {
            Allocation::Projected { strength, .. } => Some(strength),
            _ => None,
        }
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    /// Triples learned since the start.
    #[getter]
    fn n_learned(&self, py: Python<'_>) -> PyResult<u64> {
        self.with(py, |state| Ok(state.learned))
    }

    /// Bytes of the weights.
    #[getter]
    fn nbytes(&self) -> usize {
        4 * self.params.words()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let learned = self.n_learned(py)?;
        let params = self.params;
        let projected = match params.allocation() {
            Allocation::Projected { units, strength } => {
                format!(", n_projected={units}, strength={strength:?}")
            }
            _ => String::new(),
        };
        Ok(format!(
            "HeteroMHN({}, {}, {}, {}, {}, {:?}{projected}, seed={}): {learned} learned",
            params.keys(),
            params.values(),
            params.items(),
            params.hidden(),
            params.winners(),
            self.allocation(),
            self.seed,
        ))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Self>() else {
            return Ok(false);
        };
        let other = other.get();
        if (self.params, self.seed) != (other.params, other.seed) {
            return Ok(false);
        }
        let own = self.with(py, |state| Ok(state.network.words().to_vec()))?;
        other.with(py, |state| Ok(state.network.words() == own))
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        Ok(Self {
            params: self.params,
            seed: self.seed,
            state: Shared::new(self.with(py, |state| Ok(state.clone()))?),
        })
    }

    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> PyResult<Self> {
        self.__copy__(py)
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        let from = slf.get_type().getattr("from_bytes")?;
        Ok((from, (slf.get().to_bytes(slf.py())?,)))
    }
}
