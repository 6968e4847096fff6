"""Classical and dense Hopfield networks against numpy, and the golden vectors."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from reference import SEED, Stream, digest, pack, sample, vectors, words

from slotless import DenseHopfield, Descended, Hopfield, Identity

UNITS = 75


def signs(rng: np.random.Generator, *shape: int) -> NDArray[np.int8]:
    return rng.choice(np.array([-1, 1], np.int8), size=shape)


def hebb(X: NDArray[np.int8]) -> NDArray[np.int64]:
    S = np.asarray(X, np.int64)
    W: NDArray[np.int64] = S.T @ S
    np.fill_diagonal(W, 0)
    return W


def test_weights_fields_and_energies_are_those_of_numpy() -> None:
    rng = np.random.default_rng(3)
    for n, k in [(1, 1), (31, 4), (32, 130), (70, 9)]:
        X, S, b = signs(rng, k, n), signs(rng, 5, n), rng.integers(-9, 10, n)
        net = Hopfield(n)
        net.learn(X[: k // 2])
        net.learn(X[k // 2 :])
        W = hebb(X)
        assert net.n_learned == k
        assert net.weights().dtype == np.int32
        np.testing.assert_array_equal(net.weights(), W)
        np.testing.assert_array_equal(net.fields(S), S @ W)
        for thresholds in (np.zeros(n, int), b):
            net.set_thresholds(thresholds)
            np.testing.assert_array_equal(net.thresholds, thresholds)
            np.testing.assert_array_equal(net.fields(S), S @ W - thresholds)
            energy = -np.einsum("si,ij,sj->s", S.astype(int), W, S) // 2 + S @ thresholds
            np.testing.assert_array_equal(net.energy(S), energy)
        assert net.energy(S[0]) == energy[0]
        assert isinstance(net.energy(S[0]), int)
        net.set_thresholds(None)
        assert not net.thresholds.any()


def test_recall_ends_in_a_fixed_point_of_lower_energy() -> None:
    rng = np.random.default_rng(4)
    X = signs(rng, 20, 90)
    net = Hopfield(90, seed=7)
    net.learn(X)
    cues = signs(rng, 30, 90)
    recalled = net.recall(cues)
    assert isinstance(recalled, Descended)
    assert recalled.pattern.dtype == np.int8
    fields = recalled.pattern @ hebb(X)
    assert ((fields == 0) | (np.sign(fields) == recalled.pattern)).all()
    np.testing.assert_array_equal(recalled.energy, net.energy(recalled.pattern))
    assert (recalled.energy <= net.energy(cues)).all()
    assert (recalled.ended == "fixed-point").all()
    assert ((recalled.pattern != cues).sum(axis=1) <= recalled.n_flips).all()
    one = net.recall(cues[3])
    np.testing.assert_array_equal(one.pattern, recalled.pattern[3])
    assert one[1:] == tuple(field[3] for field in recalled[1:])


def test_rules_end_recalls() -> None:
    rng = np.random.default_rng(5)
    X = signs(rng, 3, 64)
    net = Hopfield(64)
    net.learn(X)
    cue = X[1] * np.where(np.arange(64) < 9, -1, 1)
    assert net.recall(cue, max_updates=5).n_updates == 5
    assert net.recall(cue, max_updates=5).ended == "max-updates"
    assert net.recall(cue, order="random", patience=1).ended == "patience"
    assert net.recall(cue, stop_at_stored=True).ended == "stored"
    assert net.recall(X[0], stop_at_stored=True).n_updates == 0
    floor = net.energy(cue) - 1
    stopped = net.recall(cue, energy_floor=floor)
    assert stopped.ended == "energy-floor"
    assert stopped.energy <= floor
    runs = {net.recall(cue, order="random", max_updates=20, run=run).pattern.tobytes() for run in range(8)}
    assert len(runs) > 1


def test_formats_are_one_network() -> None:
    rng = np.random.default_rng(6)
    X, cues = signs(rng, 4, 75), signs(rng, 6, 75)
    nets = [Hopfield(75) for _ in range(4)]
    nets[0].learn(X)
    nets[1].learn(X > 0)
    nets[2].learn(pack(X > 0))
    nets[3].learn(np.packbits(X > 0, axis=1, bitorder="little"))
    assert all(net == nets[0] for net in nets)
    expected = nets[0].recall(cues).pattern
    ones = expected > 0
    np.testing.assert_array_equal(nets[1].recall(cues.astype(np.float64)).pattern, expected)
    answer = nets[0].recall(cues > 0).pattern
    assert answer.dtype == bool
    np.testing.assert_array_equal(answer, ones)
    np.testing.assert_array_equal(nets[2].recall(pack(cues > 0)).pattern, pack(ones))
    np.testing.assert_array_equal(nets[0].recall(np.asfortranarray(cues)).pattern, expected)
    np.testing.assert_array_equal(nets[0].recall(cues.astype(">i2")).pattern, expected)
    np.testing.assert_array_equal(nets[0].patterns(), X > 0)
    empty = nets[0].recall(cues[:0])
    assert empty.pattern.shape == (0, 75)
    assert empty.ended.shape == (0,)


def test_identify_names_states() -> None:
    rng = np.random.default_rng(7)
    X = signs(rng, 9, 101)
    for net in (Hopfield(101), DenseHopfield(101)):
        net.learn(X)
        assert net.identify(X[4]) == Identity("stored", (4,), (1,), 0)
        assert net.identify(-X[2]) == Identity("inverted", (2,), (-1,), 0)
        mixture = np.sign(X[1] + X[5] - X[8].astype(int))
        found = net.identify(mixture)
        assert found.kind == "mixture"
        assert dict(zip(found.patterns, found.signs, strict=True)) == {1: 1, 5: 1, 8: -1}
        other = X[4] * np.where(np.arange(101) < 3, -1, 1)
        assert [one.kind for one in net.identify([other, X[0]], tolerance=3)] == ["stored", "stored"]
        assert net.identify(other).kind == "spurious"


def test_dense_energies_are_exact() -> None:
    loose: Any = DenseHopfield
    rng = np.random.default_rng(8)
    X, S = signs(rng, 7, 40), signs(rng, 4, 40)
    Z = S.astype(object) @ X.T.astype(object)
    for degree, separation in [(1, "power"), (2, "power"), (3, "rectified"), (22, "power"), (22, "rectified")]:
        net = loose(40, degree, separation)
        net.learn(X)
        F = np.vectorize(lambda z, d=degree, s=separation: 0 if s == "rectified" and z < 0 else z**d, otypes="O")
        expected = -F(Z).sum(axis=1)
        energies = net.energy(S)
        assert energies.dtype == (np.int64 if degree < 10 else object)
        assert energies.tolist() == expected.tolist()
        assert net.energy(S[1]) == expected[1]
        # A fixed point: no unit has a lower energy the other way.
        found = net.recall(S)
        assert found.energy.tolist() == net.energy(found.pattern).tolist()
        for state, energy in zip(found.pattern, found.energy, strict=True):
            others = np.tile(state, (40, 1))
            others[np.diag_indices(40)] *= -1
            assert all(other >= energy for other in net.energy(others))


def test_dense_keeps_more_than_a_classical_network() -> None:
    rng = np.random.default_rng(9)
    X = signs(rng, 60, 64)
    dense, classical = DenseHopfield(64, degree=6), Hopfield(64)
    dense.learn(X)
    classical.learn(X)
    assert (dense.recall(X).pattern == X).all()
    assert (classical.recall(X).pattern != X).any()
    assert dense.recall(X[0], energy_floor=-(10**30)).ended == "fixed-point"


@pytest.mark.parametrize(("name", "width"), [("classical-i8", 8), ("classical-i16", 16), ("classical-i32", 32)])
def test_golden_vectors_of_the_classical_network(name: str, width: int) -> None:
    expected = vectors("classical")[name]
    X = np.array([sample(UNITS, UNITS // 2, Stream(1, 256, 2, p)) for p in range(12)])
    net = Hopfield(UNITS, seed=SEED)
    net.learn(X)
    thresholds = np.arange(UNITS) % 5 - 2
    net.set_thresholds(thresholds)
    taken: list[int] = []
    for p in range(12):
        cue = X[p] ^ sample(UNITS, UNITS // 3, Stream(1, 256, 3, p))
        for order in ("random", "sweeps"):
            found = net.recall(cue, order=order, run=p)
            taken += words(found.pattern, found.energy, found.energy >> 32, found.n_updates, found.n_flips)
        state = net.identify(found.pattern, tolerance=3)
        taken += words(["stored", "inverted", "mixture", "spurious"].index(state.kind), state.distance)
        taken += [2 * number + (sign < 0) for number, sign in zip(state.patterns, state.signs, strict=True)]
    # The state: how many patterns, thresholds, and the lower triangle, each row in whole words.
    taken += words(12, thresholds.astype(np.int32))
    W = net.weights().astype(f"<i{width // 8}")
    for i in range(UNITS):
        row = W[i, :i].tobytes()
        taken += np.frombuffer(row + bytes(-len(row) % 4), "<u4").tolist()
    assert digest(taken) == expected


@pytest.mark.parametrize(("name", "degree"), [("dense-power-2", 2), ("dense-rectified-3", 3), ("dense-power-18", 18)])
def test_golden_vectors_of_the_dense_memory(name: str, degree: int) -> None:
    X = np.array([sample(UNITS, UNITS // 2, Stream(1, 256, 4, p)) for p in range(9)])
    loose: Any = DenseHopfield
    net = loose(UNITS, degree, name.split("-")[1])
    net.learn(X)
    taken: list[int] = []
    for p in range(9):
        found = net.recall(X[p] ^ sample(UNITS, 20, Stream(1, 256, 5, p)), run=p)
        taken += words(found.pattern, *(int(found.energy) >> 32 * place for place in range(4)))
        taken += words(found.n_updates, found.n_flips)
    assert digest(taken) == vectors("modern")[name]


def test_copies_and_pickles_are_equal() -> None:
    rng = np.random.default_rng(10)
    X = signs(rng, 5, 50)
    for net in (Hopfield(50, seed=3), DenseHopfield(50, 4, "rectified", 3)):
        assert pickle.loads(pickle.dumps(net)) == net
        net.learn(X)
        if isinstance(net, Hopfield):
            net.set_thresholds(np.arange(50))
        others = [copy.copy(net), copy.deepcopy(net), pickle.loads(pickle.dumps(net))]
        for other in others:
            assert other == net
            assert repr(other) == repr(net)
            np.testing.assert_array_equal(other.recall(-X[0]).energy, net.recall(-X[0]).energy)
            other.learn(X[0])
            assert other != net
        assert net != "net"
    assert repr(Hopfield(50, seed=3)) == "Hopfield(50, seed=3): 0 learned"
    assert repr(DenseHopfield(50)) == 'DenseHopfield(50, degree=3, separation="power", seed=0): 0 learned'


@pytest.mark.parametrize("kind", [Hopfield, DenseHopfield])
def test_bad_input_is_refused_in_one_line(kind: Any) -> None:
    net = kind(4)
    with pytest.raises(ValueError, match="no pattern was learned"):
        net.recall(np.ones(4))
    net.learn([[1, 0, 0, 1]])
    cases: list[tuple[type[Exception], Callable[[], object], str]] = [
        (ValueError, lambda: kind(0), "n_units is 0, allowed 1 to"),
        (ValueError, lambda: kind(-3), "n_units is -3"),
        (TypeError, lambda: kind(2.5), "n_units is a float"),
        (ValueError, lambda: kind(4, seed=-1), "seed is -1"),
        (ValueError, lambda: net.learn([1, 0, 2, 1]), r"X\[2\] is 2, allowed 0 and 1, or -1 and 1"),
        (ValueError, lambda: net.learn([[1, 0, -1, 1]]), r"X\[0, 1\] is 0, allowed -1 and 1"),
        (ValueError, lambda: net.learn([[1.0, 0.0, np.nan, 1.0]]), r"X\[0, 2\] is NaN"),
        (ValueError, lambda: net.learn(np.ones((2, 5))), "5 columns"),
        (ValueError, lambda: net.learn(np.ones((1, 2, 4))), "3 axes"),
        (TypeError, lambda: net.learn(np.ones(4, complex)), "complex128"),
        (ValueError, lambda: net.recall(np.ones(4), order="both"), '"sweeps", "random"'),
        (ValueError, lambda: net.recall(np.ones(4), patience=0), "patience is 0, allowed 1 to"),
        (ValueError, lambda: net.recall(np.ones(4), max_updates=-1), "max_updates is -1"),
        (ValueError, lambda: net.recall(np.ones(4), run=1 << 32), "run is 4294967296"),
        (TypeError, lambda: net.recall(np.ones(4), energy_floor=0.5), "energy_floor"),
        (ValueError, lambda: net.identify(np.ones(4), tolerance=-1), "tolerance is -1"),
    ]
    for error, call, text in cases:
        with pytest.raises(error, match=text) as caught:
            call()
        assert "\n" not in str(caught.value)
    assert net.n_learned == 1


def test_what_does_not_fit_is_refused() -> None:
    net = Hopfield(1 << 20)
    with pytest.raises(ValueError, match="patterns are 1025 in all, allowed 1024"):
        net.learn(np.zeros((1025, 1 << 15), np.uint32))
    net.learn(np.zeros((1, 1 << 15), np.uint32))
    with pytest.raises(MemoryError):
        net.energy(np.zeros(1 << 15, np.uint32))
    with pytest.raises(ValueError, match="degree"):
        DenseHopfield(1 << 20, 7)
    with pytest.raises(ValueError, match="degree"):
        DenseHopfield(8, 0)
    dense = DenseHopfield(32, 24)
    dense.learn(np.zeros((16, 32)))
    with pytest.raises(ValueError, match="patterns are 33 in all, allowed 31"):
        dense.learn(np.zeros((17, 32)))
    assert dense.n_learned == 16
    small = Hopfield(3)
    for bad in ([1, 2], [[1, 2, 3]], [0, 0, 1 << 31], np.array([1 << 63, 0, 0], np.uint64)):
        with pytest.raises(ValueError, match="thresholds"):
            small.set_thresholds(bad)
    with pytest.raises(TypeError, match="integers"):
        small.set_thresholds([0.5, 0, 0])
