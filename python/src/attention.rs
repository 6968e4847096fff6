//! `attention`: batches and heads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;

use numpy::PyUntypedArray;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use slotless_core::attention::AttentionError;
use slotless_core::bits;
use slotless_core::hopfield::modern::{MemoriesError, ModernError};
use slotless_kernels::attention::{Head, Keys, Scratch, Seen, Values};

use crate::arguments::Setting;
use crate::arrays;
use crate::calls::{self, Signals, lock, room};
use crate::reals::{self, Reals, beta_of, reals};
use crate::{arguments, errors, pool};

/// About the multiplications of one task, a part of a head's queries: milliseconds.
const TASK: usize = 1 << 26;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unseen {
    Zeros,
    Refused,
}

const UNSEEN: [(&str, Unseen); 2] = [("zeros", Unseen::Zeros), ("refused", Unseen::Refused)];

/// The leading axes of an array, which broadcast.
struct Lead {
    name: &'static str,
    shape: Vec<usize>,
}

impl Lead {
    fn of(name: &'static str, shape: &[usize]) -> PyResult<Self> {
        let Some(lead) = shape.len().checked_sub(2) else {
            let axes = shape.len();
            let line = format!("{name} has {axes} axes, allowed 2 or more (..., rows, numbers)");
            return Err(errors::refuse(line));
        };
        let shape = shape[..lead].to_vec();
        Ok(Self { name, shape })
    }

    /// The place of each head of the batch among this array's own.
    fn places(&self, batch: &[usize]) -> Vec<usize> {
        let mut places = vec![0];
        let missing = batch.len() - self.shape.len();
        for (axis, &length) in batch.iter().enumerate() {
            let own = axis.checked_sub(missing).map_or(1, |axis| self.shape[axis]);
            let each = |&place: &usize| {
                (0..length).map(move |at| place * own + if own == 1 { 0 } else { at })
            };
            places = places.iter().flat_map(each).collect();
        }
        places
    }
}

/// The shape that leading axes broadcast to.
fn broadcast(leads: &[&Lead]) -> PyResult<Vec<usize>> {
    let axes = leads.iter().map(|lead| lead.shape.len()).max();
    let mut batch = vec![1; axes.unwrap_or(0)];
    for lead in leads {
        let missing = batch.len() - lead.shape.len();
        for (all, &own) in batch[missing..].iter_mut().zip(&lead.shape) {
            if *all == 1 {
                *all = own;
            } else if own != 1 && own != *all {
                let shapes: Vec<String> = leads
                    .iter()
                    .map(|lead| format!("{} {:?}", lead.name, lead.shape))
                    .collect();
                let line = format!(
                    "leading axes do not broadcast together: {}",
                    shapes.join(", ")
                );
                return Err(errors::refuse(line));
            }
        }
    }
    Ok(batch)
}

/// Which keys the queries see.
enum Mask {
    None,
    Causal,
    CausalAtEnd,
    Allowed(Allowed),
}

/// A mask as an array: rows of packed keys, a row for each query or one for all.
struct Allowed {
    lead: Lead,
    words: Vec<u32>,
    width: usize,
    rows: usize,
}

impl Allowed {
    fn row(&self, place: usize, query: usize) -> &[u32] {
        let row = if self.rows == 1 { 0 } else { query };
        &self.words[(place * self.rows + row) * self.width..][..self.width]
    }
}

/// What is attended with, checked.
struct Call<'a> {
    mask: &'a Mask,
    beta: f32,
    queries: usize,
    units: usize,
    count: usize,
    width: usize,
    q: &'a [f32],
    k: &'a [f32],
    v: &'a [f32],
    /// For each head the places of its queries, keys, values and mask.
    heads: Vec<[usize; 4]>,
    /// Leading axes of the answer, and of q, k and v.
    batch: &'a [usize],
    leads: [&'a Lead; 3],
    keys: Vec<OnceLock<Result<Keys, String>>>,
    values: Vec<OnceLock<Result<Values, String>>>,
    unseen: Unseen,
}

/// A part of a head's queries.
struct Task<'a> {
    head: usize,
    first: usize,
    shares: Option<&'a mut [f32]>,
    out: &'a mut [f32],
}

/// A row of a head, by its leading axes: `q[0, 3, 7]`.
fn place(name: &str, lead: &[usize], rows: usize, head: usize, row: usize) -> String {
    let mut shape = lead.to_vec();
    shape.push(rows);
    reals::place(name, &shape, head * rows + row)
}

fn too_long(at: &str) -> String {
    format!(
        "{at} has a squared norm of {:e} or more, allowed less",
        f32::MAX / 4.0
    )
}

impl Call<'_> {
    fn run(&self, task: Task<'_>, scratch: &mut Scratch) -> Result<(), String> {
        let [q, k, v, m] = self.heads[task.head];
        let number = task.out.len() / self.width;
        let (first, count) = (task.first, self.count);
        let keys = self.keys[k].get_or_init(|| {
            let numbers = &self.k[k * count * self.units..][..count * self.units];
            Keys::new(self.units as u32, numbers).map_err(|error| self.of_row(1, k, error))
        });
        let values = self.values[v].get_or_init(|| {
            let numbers = &self.v[v * count * self.width..][..count * self.width];
            Values::new(self.width as u32, numbers).map_err(|error| self.of_row(2, v, error))
        });
        let keys = keys.as_ref().map_err(String::clone)?;
        let values = values.as_ref().map_err(String::clone)?;
        let seen: Vec<Seen<'_>> = (first..first + number)
            .map(|query| match self.mask {
                Mask::None => Seen::First(u32::MAX),
                Mask::Causal => Seen::First(query as u32 + 1),
                Mask::CausalAtEnd => {
                    Seen::First((query + count + 1).saturating_sub(self.queries) as u32)
                }
                Mask::Allowed(mask) => Seen::Allowed(mask.row(m, query)),
            })
            .collect();
        if self.unseen == Unseen::Refused {
            let none = seen.iter().position(|seen| match seen {
                Seen::First(first) => *first == 0,
                Seen::Allowed(words) => words.iter().all(|&word| word == 0),
            });
            if let Some(query) = none {
                let at = place("query", self.batch, self.queries, task.head, first + query);
                return Err(format!(
                    "{at} sees no key: all are masked, allowed one at least"
                ));
            }
        }
        let queries = &self.q[(q * self.queries + first) * self.units..][..number * self.units];
        let head = Head::new(keys, values, self.beta).map_err(|error| error.to_string())?;
        head.attend(queries, &seen, scratch, task.shares, task.out)
            .map_err(|error| match error {
                AttentionError::Query { query, error } => {
                    let row = first + query as usize;
                    let at = place("q", &self.leads[0].shape, self.queries, q, row);
                    match error {
                        ModernError::TooLong => too_long(&at),
                        error => format!("{at}: {error}"),
                    }
                }
                error => format!("q: {error}"),
            })
    }

    /// What a row of keys or values has wrong, those of the head at this place of theirs.
    fn of_row(&self, of: usize, head: usize, error: MemoriesError) -> String {
        let Lead { name, shape } = self.leads[of];
        match error {
            MemoriesError::TooLong { memory } => {
                too_long(&place(name, shape, self.count, head, memory as usize))
            }
            error => format!("{name}: {error}"),
        }
    }
}

/// The queries of a task: a multiple of four, as many as go together.
fn part(queries: usize, each: usize) -> usize {
    (TASK / each.max(1))
        .next_multiple_of(4)
        .clamp(4, 1 << 16)
        .min(queries.max(4))
}

/// Does all tasks, in this thread and some more; Ctrl-C ends it.
fn run(call: &Call<'_>, tasks: Vec<Task<'_>>, threads: usize) -> PyResult<()> {
    let stop = AtomicBool::new(false);
    let left = Mutex::new(tasks.into_iter());
    let wrong: Mutex<Option<String>> = Mutex::default();
    let work = |signals: &mut dyn FnMut() -> PyResult<()>| {
        let mut scratch = Scratch::default();
        while !stop.load(Ordering::Relaxed) {
            let Some(task) = lock(&left).next() else {
                break;
            };
            if let Err(error) = call.run(task, &mut scratch) {
                stop.store(true, Ordering::Relaxed);
                lock(&wrong).get_or_insert(error);
            }
            if let Err(error) = signals() {
                stop.store(true, Ordering::Relaxed);
                return Err(error);
            }
        }
        Ok(())
    };
    // Threads of this call alone: a pool of the process would not be there after a fork.
    let done = thread::scope(|scope| {
        for _ in 1..threads {
            let others = || work(&mut || Ok(()));
            // Where there are no threads to be had, this one does it all.
            let _ = thread::Builder::new().spawn_scoped(scope, others);
        }
        let mut signals = Signals::new();
        work(&mut || signals.check())
    });
    done?;
    match lock(&wrong).take() {
        Some(error) => Err(errors::refuse(error)),
        None => Ok(()),
    }
}

/// A mask as it was passed.
fn mask_of(mask: Option<&Bound<'_, PyAny>>, queries: usize, count: usize) -> PyResult<Mask> {
    let Some(mask) = mask else {
        return Ok(Mask::None);
    };
    if let Ok(name) = mask.cast::<PyString>() {
        return match name.to_str()? {
            "causal" => Ok(Mask::Causal),
            "causal-at-end" => Ok(Mask::CausalAtEnd),
            other => Err(errors::refuse(format!(
                "mask is {other:?}, allowed \"causal\", \"causal-at-end\" or an array of bool"
            ))),
        };
    }
    let py = mask.py();
    let numpy = py.import("numpy")?;
    let array = numpy.call_method1("asarray", (mask,))?;
    let kind = array.getattr("dtype")?;
    if kind.getattr("kind")?.extract::<String>()? != "b" {
        return Err(errors::of_type(format!(
            "mask is of dtype {kind}, allowed: bool (True where a key is seen); masks that are added are not supported"
        )));
    }
    let shape: Vec<usize> = array.getattr("shape")?.extract()?;
    let lead = Lead::of("mask", &shape)?;
    let [.., rows, keys] = shape[..] else {
        return Err(errors::refuse("mask has too few axes"));
    };
    if ![1, queries].contains(&rows) || ![1, count].contains(&keys) {
        return Err(errors::refuse(format!(
            "mask is (..., {rows}, {keys}), allowed (..., {queries}, {count}) or 1 for either"
        )));
    }
    // A key axis of 1 stands for all of them.
    let mut full = shape.clone();
    full[shape.len() - 1] = count;
    arrays::room_for::<u8>("the mask", &full)?;
    let array = numpy.call_method1("broadcast_to", (array, PyTuple::new(py, &full)?))?;
    let all: usize = full[..full.len() - 1].iter().product();
    let array = array.call_method1("reshape", ((all, count),))?;
    let array = array.cast_into::<PyUntypedArray>()?;
    let packed = arrays::rows(array.as_any(), count as u32, arrays::Levels::Binary, "mask")?;
    Ok(Mask::Allowed(Allowed {
        lead,
        words: packed.words().to_vec(),
        width: bits::words_for(count as u32),
        rows,
    }))
}

/// The last two axes.
fn last(name: &str, reals: &Reals<'_>) -> PyResult<(usize, usize)> {
    let [.., rows, numbers] = reals.shape[..] else {
        return Err(errors::refuse(format!("{name} has too few axes")));
    };
    for (what, length) in [("rows", rows), ("numbers", numbers)] {
        let least = usize::from(name != "q" || what == "numbers");
        if length < least || u32::try_from(length).is_err() {
            return Err(errors::refuse(format!(
                "{name} has {length} {what}, allowed {least} to {}",
                u32::MAX
            )));
        }
    }
    Ok((rows, numbers))
}

/// Scaled dot-product attention: for each query the mean of the values under the softmax of
/// ``beta * q @ k.T``.
///
/// A step of a modern Hopfield network with the queries for states and the keys for patterns, and
/// values to read (Ramsauer et al. 2021). The leading axes are batches and heads, and broadcast.
///
/// Parameters
/// ----------
/// q : array_like of float32 or float64, shape (..., L, d)
///     Queries.
/// k : array_like of float32 or float64, shape (..., S, d)
///     Keys, S and d from 1.
/// v : array_like of float32 or float64, shape (..., S, e)
///     Values.
/// beta : float, optional
///     Inverse temperature, finite and above 0; ``1 / sqrt(d)`` unless told.
/// mask : ndarray of bool, shape (..., L, S), or {"causal", "causal-at-end"}, optional
///     True where a query sees a key; either of the last axes may be 1, and leading axes broadcast.
///     "causal": query ``i`` sees keys 0 to ``i``. "causal-at-end": it sees keys 0 to ``i + S - L``, as
///     where the keys of earlier queries were kept. Masks of numbers that are added are not supported.
/// unseen : {"zeros", "refused"}, default "zeros"
///     A query that sees no key has an output of zeros, or is a ValueError.
/// return_weights : bool, default False
///     Give the softmax weights, too.
/// threads : int, optional
///     Threads that compute, at most; 0 or None for one per core. Small calls take one. Results do not
///     depend on it.
///
/// Returns
/// -------
/// ndarray of float32, shape (..., L, e)
///     Outputs; with ``return_weights`` a tuple of them and the weights, shape (..., L, S).
///
/// Raises
/// ------
/// TypeError
///     For arrays and masks of other types.
/// ValueError
///     For shapes that do not go together, NaN, infinities, and vectors with a squared norm of 8.5e37
///     or more.
///
/// Notes
/// -----
/// All is computed in float32, to which float64 is rounded: the same bits on every machine. It costs
/// ``L * S * (d + e)`` multiplications a head, and no room for ``L * S`` weights unless they are asked
/// for. Ctrl-C ends a long call.
///
/// Examples
/// --------
/// >>> import numpy as np
/// >>> from slotless import attention
/// >>> rng = np.random.default_rng(1)
/// >>> q, k, v = rng.normal(size=(3, 2, 8, 10, 16))  # a batch of 2, 8 heads, 10 tokens
/// >>> out = attention(q, k, v, mask="causal")
/// >>> out.shape, bool((out[..., 0, :] == v[..., 0, :].astype("float32")).all())
/// ((2, 8, 10, 16), True)
#[pyfunction]
#[pyo3(
    signature = (q, k, v, beta=None, mask=None, *, unseen=Setting::Default, return_weights=Setting::Default, threads=None),
    text_signature = "(q, k, v, beta=None, mask=None, *, unseen='zeros', return_weights=False, threads=None)"
)]
#[expect(clippy::too_many_arguments, reason = "keywords in Python")]
pub(crate) fn attention<'py>(
    py: Python<'py>,
    q: &Bound<'py, PyAny>,
    k: &Bound<'py, PyAny>,
    v: &Bound<'py, PyAny>,
    beta: Option<&Bound<'py, PyAny>>,
    mask: Option<&Bound<'py, PyAny>>,
    unseen: Setting<'py>,
    return_weights: Setting<'py>,
    threads: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let unseen = unseen.or(Unseen::Zeros, |value| {
        arguments::choice("unseen", value, &UNSEEN)
    })?;
    let return_weights =
        return_weights.or(false, |value| arguments::flag("return_weights", value))?;
    let threads = threads.map(|threads| arguments::whole("threads", threads, 0..=1 << 12));
    let threads = threads.transpose()?;
    let (q, k, v) = (reals("q", q)?, reals("k", k)?, reals("v", v)?);
    let leads = [
        Lead::of("q", &q.shape)?,
        Lead::of("k", &k.shape)?,
        Lead::of("v", &v.shape)?,
    ];
    let ((queries, units), (count, of_keys)) = (last("q", &q)?, last("k", &k)?);
    let (of_values, width) = last("v", &v)?;
    if of_keys != units {
        let line = format!("k has keys of {of_keys} numbers, allowed {units} as queries have");
        return Err(errors::refuse(line));
    }
    if of_values != count {
        let line = format!("v has {of_values} values, allowed {count} as there are keys");
        return Err(errors::refuse(line));
    }
    let beta = match beta {
        Some(beta) => beta_of(arguments::number("beta", beta)?)?,
        None => (1.0 / (units as f64).sqrt()) as f32,
    };
    let mask = mask_of(mask, queries, count)?;
    let none = Lead {
        name: "mask",
        shape: Vec::new(),
    };
    let of_mask = match &mask {
        Mask::Allowed(mask) => &mask.lead,
        _ => &none,
    };
    let leads = [&leads[0], &leads[1], &leads[2], of_mask];
    let batch = broadcast(&leads)?;
    let mut shape = batch.clone();
    shape.extend([queries, width]);
    arrays::room_for::<f32>("the answer", &shape)?;
    let mut of_weights = batch.clone();
    of_weights.extend([queries, count]);
    if return_weights {
        arrays::room_for::<f32>("the weights", &of_weights)?;
    }
    room(
        "keys and values",
        4.0 * (k.numbers().len() + v.numbers().len()) as f64,
    )?;
    let places = leads.map(|lead| lead.places(&batch));
    let heads: Vec<[usize; 4]> = (0..places[0].len())
        .map(|head| [0, 1, 2, 3].map(|of: usize| places[of][head]))
        .collect();
    let own = |of: usize| leads[of].shape.iter().product::<usize>();
    let call = Call {
        mask: &mask,
        beta,
        queries,
        units,
        count,
        width,
        q: q.numbers(),
        k: k.numbers(),
        v: v.numbers(),
        keys: (0..own(1)).map(|_| OnceLock::new()).collect(),
        values: (0..own(2)).map(|_| OnceLock::new()).collect(),
        heads,
        batch: &batch,
        leads: [leads[0], leads[1], leads[2]],
        unseen,
    };
    let (out, weights) = calls::detached(py, || {
        let number = call.heads.len();
        let each = queries * width;
        let mut out = vec![0.0_f32; number * each];
        let mut weights = vec![
            0.0_f32;
            if return_weights {
                number * queries * count
            } else {
                0
            }
        ];
        let cost = count * (units + width);
        let size = part(queries, cost);
        let mut rest = weights.as_mut_slice();
        let mut tasks = Vec::new();
        for (head, out) in out.chunks_exact_mut(each.max(1)).enumerate() {
            for (place, out) in out.chunks_mut(size * width).enumerate() {
                let shares = if return_weights {
                    let (own, others) = rest.split_at_mut(out.len() / width * count);
                    rest = others;
                    Some(own)
                } else {
                    None
                };
                tasks.push(Task {
                    head,
                    first: place * size,
                    shares,
                    out,
                });
            }
        }
        let work = (number * queries) as f64 * cost as f64;
        let threads = pool::threads(threads, tasks.len(), work);
        run(&call, tasks, threads)?;
        PyResult::Ok((out, weights))
    })?;
    let out = arrays::shaped(py, out, &shape, false)?;
    if return_weights {
        let weights = arrays::shaped(py, weights, &of_weights, false)?;
        return Ok(PyTuple::new(py, [out, weights])?.into_any());
    }
    Ok(out)
}
