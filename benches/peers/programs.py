"""The network's programs: learn a pattern, recall from a whole pattern.

All break ties between equal sums by the lowest index. Random patterns in the 1-winner network tie in almost every third
step, and programs that broke ties each in their own way would soon be different networks, which could not be compared.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy import sparse
from scipy.sparse import _sparsetools


@dataclass(frozen=True)
class Network:
    """Sizes, and the mean accuracy of recall at ages 1 to 10 that a right program reaches, with a tolerance."""

    name: str
    visible: int
    hidden: int
    active: int
    fan_in: int
    winners: int
    rate: float
    accuracy: float
    tolerance: float


# The accuracies are means of 100 runs of the protocol (3,000 patterns of burn-in, 1,000 more) by an independent program.
# The 1-winner's tolerance is wide: one overwritten unit costs a whole pattern, and ties by index overwrite young ones.
NETWORKS = [
    Network("kw_f005", 1_000, 2_000, 100, 50, 50, 0.3, 0.842, 0.01),
    Network("kw_f01", 1_000, 1_000, 100, 100, 50, 0.3, 0.890, 0.01),
    Network("mhn", 1_000, 100, 100, 1_000, 1, 1.0, 0.959, 0.04),
]


class Program:
    """A network at work. `wiring` and the weights are (hidden, fan-in), `patterns` (patterns, active): lists of units.

    Preparing patterns in the form that a program likes best is not timed.
    """

    name = ""
    block = 1_000  # Patterns a timed repetition goes through; fewer for slow programs.

    def __init__(self, network, wiring, patterns):
        self.network, self.wiring, self.patterns = network, wiring, patterns

    def load(self, weights):
        """Starts from these weights."""
        raise NotImplementedError

    def learn(self, pattern):
        """Learns the pattern of this number; returns its winners."""
        raise NotImplementedError

    def recall(self, pattern):
        """Recalls from the whole pattern of this number; returns active units."""
        raise NotImplementedError

    def learn_range(self, first, last):
        return [self.learn(pattern) for pattern in range(first, last)]

    def recall_range(self, first, last):
        return [self.recall(pattern) for pattern in range(first, last)]


def largest_sorted(sums, count):
    """The largest by a full sort; stable, for ties."""
    return np.argsort(-sums, kind="stable")[:count]


def largest_partitioned(sums, count):
    """The largest by partition. argmax, for ties: with more than one winner, sums of real weights hardly ever tie.

    Negated, because numpy's partition takes ten times as long for a place near the end of many equal sums, and the
    1-winner network's sums of visible units are zeros and ones.
    """
    if count == 1:
        return np.array([sums.argmax()])
    return np.argpartition(-sums, count - 1)[:count]


class Numpy(Program):
    """The equations as they stand: dense matrix and mask, full sorts, an update of the whole matrix."""

    name = "numpy"
    block = 20

    def __init__(self, network, wiring, patterns):
        super().__init__(network, wiring, patterns)
        self.mask = np.zeros((network.hidden, network.visible))
        np.put_along_axis(self.mask, wiring, 1.0, axis=1)
        self.dense = np.zeros((len(patterns), network.visible))
        np.put_along_axis(self.dense, patterns, 1.0, axis=1)

    def load(self, weights):
        self.weights = np.zeros((self.network.hidden, self.network.visible))
        np.put_along_axis(self.weights, self.wiring, weights.astype(np.float64), axis=1)

    def learn(self, pattern):
        x = self.dense[pattern]
        winners = largest_sorted(self.weights @ x, self.network.winners)
        y = np.zeros(self.network.hidden)
        y[winners] = 1.0
        self.weights += self.network.rate * y[:, None] * (x - self.weights) * self.mask
        return winners

    def recall(self, pattern):
        winners = largest_sorted(self.weights @ self.dense[pattern], self.network.winners)
        y = np.zeros(self.network.hidden)
        y[winners] = 1.0
        return largest_sorted(y @ self.weights, self.network.active)


class NumpyWinners(Numpy):
    """The same matrix, but only the winners' rows are touched after the activation, and nothing is sorted."""

    name = "numpy_winners"
    block = 100

    def learn(self, pattern):
        x = self.dense[pattern]
        winners = largest_partitioned(self.weights @ x, self.network.winners)
        rows = self.weights[winners]
        self.weights[winners] = rows + self.network.rate * (x - rows) * self.mask[winners]
        return winners

    def recall(self, pattern):
        winners = largest_partitioned(self.weights @ self.dense[pattern], self.network.winners)
        return largest_partitioned(self.weights[winners].sum(axis=0), self.network.active)


class ScipyCsr(Program):
    """CSR by hidden units, and its transpose by inputs; the winners' rows are updated in both.

    The activation adds up the rows of the transpose that belong to active inputs. It calls the routine beneath
    `transposed[active]`, because building and checking the slice's matrix takes longer than copying its entries.
    """

    name = "scipy_csr"
    block = 500

    def __init__(self, network, wiring, patterns):
        super().__init__(network, wiring, patterns)
        self.dense = np.zeros((len(patterns), network.visible))
        np.put_along_axis(self.dense, patterns, 1.0, axis=1)

    def load(self, weights):
        network, shape = self.network, self.wiring.shape
        # bincount takes 64-bit indices and doubles without a conversion.
        starts = np.arange(network.hidden + 1, dtype=np.int64) * network.fan_in
        self.rows = sparse.csr_array(
            (weights.astype(np.float64).ravel(), self.wiring.ravel().astype(np.int64), starts),
            shape=(network.hidden, network.visible),
        )
        self.transposed = self.rows.T.tocsr()
        self.transposed.sort_indices()
        # Views of the matrix by rows, and where its entries lie in the transpose.
        self.weights, self.units = self.rows.data.reshape(shape), self.rows.indices.reshape(shape)
        places = np.empty(self.rows.nnz, np.int64)
        places[np.argsort(self.rows.indices, kind="stable")] = np.arange(self.rows.nnz)
        self.places = places.reshape(shape)
        self.counts = np.diff(self.transposed.indptr)
        longest = np.sort(self.counts)[-network.active :].sum()
        self.slice_indices, self.slice_data = np.empty(longest, np.int64), np.empty(longest)
        self.active = self.patterns.astype(np.int64)

    def winners(self, pattern):
        active, transposed = self.active[pattern], self.transposed
        entries = self.counts[active].sum()
        indices, data = self.slice_indices[:entries], self.slice_data[:entries]
        _sparsetools.csr_row_index(
            active.size, active, transposed.indptr, transposed.indices, transposed.data, indices, data
        )
        return largest_partitioned(np.bincount(indices, data, self.network.hidden), self.network.winners)

    def learn(self, pattern):
        winners = self.winners(pattern)
        rows = self.weights[winners]
        rows += self.network.rate * (self.dense[pattern][self.units[winners]] - rows)
        self.weights[winners] = rows
        self.transposed.data[self.places[winners]] = rows
        return winners

    def recall(self, pattern):
        winners = self.winners(pattern)
        sums = np.bincount(self.units[winners].ravel(), self.weights[winners].ravel(), self.network.visible)
        return largest_partitioned(sums, self.network.active)


# Loops over patterns are compiled as well: a call from Python takes longer than some of these steps. Indices are
# unsigned, because numba tests signed ones for counting from the end.
COMPILED = {"fastmath": True, "boundscheck": False, "error_model": "numpy"}


@njit(**COMPILED)
def largest(keys, count, out):
    """Puts the `count` largest into `out`, which has a place more than that.

    `keys` are the bits of non-negative floats, in the same order as the floats. Bisection for the smallest key that is
    selected: a pass is a vector loop of comparisons, and about fifteen passes do. (`for key in keys` is not made a vector
    loop by numba 0.68, and takes five times as long.)
    """
    high = np.int32(0)
    for unit in range(keys.size):
        high = max(high, keys[unit])
    low, high = np.int32(0), np.int32(high + 1)  # At least `count` keys reach `low`, fewer than that `high`.
    while high - low > 1:
        middle = np.int32(low + ((high - low) >> 1))
        reached = np.int32(0)
        for unit in range(keys.size):
            reached += np.int32(keys[unit] >= middle)
        if reached == count:
            found = np.uint64(0)
            for unit in range(keys.size):
                out[found] = unit
                found += np.uint64(keys[unit] >= middle)
            return
        if reached > count:
            low = middle
        else:
            high = middle
    found = 0
    for unit in range(keys.size):
        if keys[unit] >= high:
            out[found] = unit
            found += 1
    for unit in range(keys.size):
        if found == count:
            return
        if keys[unit] == low:
            out[found] = unit
            found += 1


@njit(**COMPILED)
def largest_one(sums, out):
    best = np.float32(-1)
    for unit in range(sums.size):
        if sums[unit] > best:
            best = sums[unit]
            out[0] = unit


@njit(**COMPILED)
def activation_rows(x, units, weights, sums):
    for hidden in range(weights.shape[0]):
        total = np.float32(0)
        for entry in range(weights.shape[1]):
            total += weights[hidden, entry] * x[units[hidden, entry]]
        sums[hidden] = total


@njit(**COMPILED)
def activation_lists(active, starts, members, listed, sums):
    sums[:] = 0
    for unit in active:
        for entry in range(starts[unit], starts[unit + 1]):
            sums[members[entry]] += listed[entry]


@njit(**COMPILED)
def activation_dense(active, listed, sums):
    hidden = np.uint64(sums.size)
    sums[:] = 0
    for unit in active:
        first = np.uint64(unit) * hidden
        for member in range(hidden):
            sums[member] += listed[first + member]


@njit(**COMPILED)
def update(winners, x, rate, units, weights, places, listed, both):
    for winner in winners:
        for entry in range(weights.shape[1]):
            weight = weights[winner, entry]
            weight += rate * (x[units[winner, entry]] - weight)
            weights[winner, entry] = weight
            if both:
                listed[places[winner, entry]] = weight


@njit(**COMPILED)
def back_projection(winners, units, weights, sums):
    sums[:] = 0
    for winner in winners:
        for entry in range(weights.shape[1]):
            sums[units[winner, entry]] += weights[winner, entry]


def compiled_steps(layout):
    """The two operations over a range of patterns, for one layout of the activation's weights."""
    rows, lists = layout == "rows", layout == "lists"

    @njit(**COMPILED)
    def select(active, x, units, weights, starts, members, listed, sums, keys, out):
        if rows:
            activation_rows(x, units, weights, sums)
        elif lists:
            activation_lists(active, starts, members, listed, sums)
        else:
            activation_dense(active, listed, sums)
        if out.size == 2:
            largest_one(sums, out)
        else:
            largest(keys, out.size - 1, out)

    @njit(**COMPILED)
    def learn(patterns, rate, units, weights, starts, members, listed, places, x, sums, keys, out, learned):
        for step in range(patterns.shape[0]):
            active = patterns[step]
            for unit in active:
                x[unit] = 1
            select(active, x, units, weights, starts, members, listed, sums, keys, out)
            winners = out[:-1]
            update(winners, x, rate, units, weights, places, listed, not rows)
            learned[step] = winners
            for unit in active:
                x[unit] = 0

    @njit(**COMPILED)
    def recall(patterns, units, weights, starts, members, listed, x, sums, keys, out, back, back_keys, recalled):
        for step in range(patterns.shape[0]):
            active = patterns[step]
            if rows:
                for unit in active:
                    x[unit] = 1
            select(active, x, units, weights, starts, members, listed, sums, keys, out)
            back_projection(out[:-1], units, weights, back)
            largest(back_keys, recalled.shape[1] - 1, recalled[step])
            if rows:
                for unit in active:
                    x[unit] = 0

    return learn, recall


class Numba(Program):
    """Packed compiled loops over single-precision weights by hidden units, without allocation, on one thread.

    `rows` has nothing else: the activation reads all the weights. `lists` keeps a second copy of the weights by inputs,
    and adds up the lists of the active ones; `dense` keeps that copy with a place for every pair.
    """

    def __init__(self, network, wiring, patterns):
        super().__init__(network, wiring, patterns)
        self.steps = compiled_steps(self.layout)
        hidden, fan_in = wiring.shape
        units = wiring.astype(np.uint16)
        order = np.argsort(wiring.ravel(), kind="stable")
        self.starts = np.concatenate([[0], np.bincount(wiring.ravel(), minlength=network.visible).cumsum()])
        self.starts = self.starts.astype(np.uint32)
        self.members = (order // fan_in).astype(np.uint16)
        if self.layout == "dense":
            places = wiring * hidden + np.arange(hidden)[:, None]
        else:
            places = np.empty(hidden * fan_in, np.int64)
            places[order] = np.arange(hidden * fan_in)
        self.units, self.places = units, places.reshape(wiring.shape).astype(np.uint32)
        self.listed_size = hidden * (network.visible if self.layout == "dense" else fan_in)
        self.active = patterns.astype(np.uint16)
        self.x = np.zeros(network.visible, np.float32)
        self.sums, self.back = np.zeros(hidden, np.float32), np.zeros(network.visible, np.float32)
        self.out = np.zeros(network.winners + 1, np.uint16)
        self.learned = np.zeros((self.block, network.winners), np.uint16)
        self.recalled = np.zeros((self.block, network.active + 1), np.uint16)

    def load(self, weights):
        self.weights = weights.astype(np.float32)
        self.listed = np.zeros(self.listed_size, np.float32)
        self.listed[self.places] = self.weights

    def learn_range(self, first, last):
        learned = self.learned[: last - first]
        lists = (self.units, self.weights, self.starts, self.members, self.listed)
        scratch = (self.x, self.sums, self.sums.view(np.int32), self.out)
        rate = np.float32(self.network.rate)
        self.steps[0](self.active[first:last], rate, *lists, self.places, *scratch, learned)
        return learned

    def recall_range(self, first, last):
        recalled = self.recalled[: last - first]
        lists = (self.units, self.weights, self.starts, self.members, self.listed)
        scratch = (self.x, self.sums, self.sums.view(np.int32), self.out, self.back, self.back.view(np.int32))
        self.steps[1](self.active[first:last], *lists, *scratch, recalled)
        return recalled[:, :-1]


class NumbaRows(Numba):
    name, layout = "numba/rows", "rows"


class NumbaLists(Numba):
    name, layout = "numba/lists", "lists"


class NumbaDense(Numba):
    name, layout = "numba/dense", "dense"


# Those named `numba/...` are layouts of one program; it is given the faster for each operation.
PROGRAMS = [Numpy, NumpyWinners, ScipyCsr, NumbaRows, NumbaLists, NumbaDense]
