"""The hetero-associative network against numpy, and the golden vectors."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from reference import DATA, SEED, Key, digest, vectors, words

from slotless import HeteroMHN, Triple


def weights(net: HeteroMHN) -> list[NDArray[np.float32]]:
    own = [net.key_weights, net.value_weights, net.item_weights]
    return own if net.input_weights is None else [*own, net.input_weights]


def normal(rng: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    return rng.normal(size=shape).astype(np.float32)


@pytest.mark.parametrize(
    ("options", "winners"),
    [
        ({}, 1),
        ({"n_winners": 3}, 3),
        ({"allocation": "projected", "n_projected": 4, "strength": 2.0}, 2),
        ({"allocation": "item"}, 2),
    ],
)
def test_loads_and_recalls_as_numpy_does(options: dict[str, Any], winners: int) -> None:
    rng = np.random.default_rng(1)
    net = HeteroMHN(7, 3, 5, 12, winners, **{k: v for k, v in options.items() if k != "n_winners"})
    own = [W.astype(float) for W in weights(net)]
    assert [W.shape for W in own[:3]] == [(12, 7), (12, 3), (12, 5)]
    assert all((W >= 0).all() and (W < 1).all() for W in own)
    assert own[0].any() == (net.allocation == "key")
    keys, values, items = normal(rng, 20, 7), normal(rng, 20, 3), normal(rng, 20, 5)
    taken = net.learn(keys, values, items)
    assert taken.shape == (20, winners)
    assert taken.dtype == np.uint32
    for key, value, item, units in zip(keys, values, items, taken, strict=True):
        potentials = own[3] @ item if net.allocation == "item" else own[0] @ key
        if net.allocation == "projected":
            for winner in range(winners):
                potentials[4 * winner : 4 * winner + 4] += 2.0 * item[:4]
        assert sorted(np.argsort(-potentials, kind="stable")[:winners]) == units.tolist()
        for W, row in zip(own, (key, value, item, item), strict=False):
            W[units] = row
    for W, expected in zip(weights(net), own, strict=True):
        assert W.dtype == np.float32
        np.testing.assert_array_equal(W, expected.astype(np.float32))
    queries = normal(rng, 6, 7)
    for beta in (0.5, 4.0):
        found = net.recall(queries, beta)
        z = beta * queries.astype(float) @ own[0].T
        a = np.exp(z - z.max(axis=1, keepdims=True))
        a /= a.sum(axis=1, keepdims=True)
        assert isinstance(found, Triple)
        for part, expected in zip(found, (a @ own[1], a @ own[2], a), strict=True):
            assert part.dtype == np.float32
            np.testing.assert_allclose(part, expected, rtol=1e-5, atol=1e-5)
    one = net.recall(queries[2].astype(np.float64), 4.0)
    for part, whole in zip(one, found, strict=True):
        np.testing.assert_array_equal(part, whole[2])
    assert net.n_learned == 20
    net.reset()
    assert net == HeteroMHN(7, 3, 5, 12, winners, **{k: v for k, v in options.items() if k != "n_winners"})
    assert net.learn(keys[0], values[0], items[0]).shape == (winners,)
    assert net.learn(keys[:0], values[:0], items[:0]).shape == (0, winners)


@pytest.mark.parametrize(
    ("name", "winners", "options"),
    [
        ("f32-key-1", 1, {}),
        ("f32-projected-2", 2, {"allocation": "projected", "n_projected": 10}),
        ("f32-item-3", 3, {"allocation": "item"}),
    ],
)
def test_golden_vectors(name: str, winners: int, options: dict[str, Any]) -> None:
    def triple(p: int) -> list[NDArray[np.float32]]:
        key = Key.new(1, DATA).derive(p)
        drawn = np.array([key.at(t) & 0xFFFF for t in range(58)], np.float32)
        return np.split((drawn + np.float32(0.5)) / np.float32(65536), [20, 25])

    net = HeteroMHN(20, 5, 33, 20, winners, seed=SEED, **options)
    taken: list[int] = []
    for p in range(40):
        taken += words(net.learn(*triple(p)))
        found = net.recall(triple(p // 2)[0], 4.0)
        taken += words(found.hidden, found.item, found.value)
    taken += words(net.key_weights, np.hstack([net.item_weights, net.value_weights]))
    if net.input_weights is not None:
        taken += words(net.input_weights)
    assert digest(taken) == vectors("hetero")[name]


def test_copies_and_pickles_are_equal() -> None:
    rng = np.random.default_rng(2)
    every: list[dict[str, Any]] = [{}, {"allocation": "projected", "strength": 0.3}, {"allocation": "item"}]
    for options in every:
        net = HeteroMHN(4, 2, 3, 6, seed=9, **options)
        net.learn(normal(rng, 5, 4), normal(rng, 5, 2), normal(rng, 5, 3))
        for other in (copy.copy(net), copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
            assert other == net
            assert repr(other) == repr(net)
            assert other.n_learned == 5
            assert (other.n_projected, other.strength) == (net.n_projected, net.strength)
            other.learn(normal(rng, 4), normal(rng, 2), normal(rng, 3))
            assert other != net
        assert net != HeteroMHN(4, 2, 3, 6, seed=8, **options)
        assert net != None  # noqa: E711
    assert repr(HeteroMHN(4, 2, 3, 6)) == 'HeteroMHN(4, 2, 3, 6, 1, "key", seed=0): 0 learned'
    assert HeteroMHN(4, 2, 3, 6).nbytes == 4 * 6 * (4 + 2 + 3)


def test_bad_input_is_refused_in_one_line() -> None:
    loose: Any = HeteroMHN
    net = HeteroMHN(4, 2, 3, 6)
    by_item = HeteroMHN(4, 2, 3, 6, allocation="item")
    k, v, x = np.ones((2, 4)), np.ones((2, 2)), np.ones((2, 3))
    cases: list[tuple[type[Exception], Callable[[], object], str]] = [
        (ValueError, lambda: HeteroMHN(0, 2, 3, 6), "n_key is 0, allowed 1 to 4294967295"),
        (ValueError, lambda: HeteroMHN(4, 2, 3, 6, 7), r"n_winners is 7, allowed 1 to 6 \(n_hidden\)"),
        (ValueError, lambda: HeteroMHN(4, 2, 3, -6), "n_hidden is -6, allowed 1 to 4294967295"),
        (TypeError, lambda: loose(4, 2.5, 3, 6), "n_value is a float"),
        (ValueError, lambda: loose(4, 2, 3, 6, allocation="value"), '"key", "projected", "item"'),
        (
            ValueError,
            lambda: HeteroMHN(4, 2, 3, 6, n_projected=2),
            'n_projected is given, allowed only without allocation "key"',
        ),
        (
            ValueError,
            lambda: HeteroMHN(4, 2, 3, 6, allocation="projected", n_projected=4),
            r"n_projected is 4, allowed 1 to 3 \(n_item\)",
        ),
        (
            ValueError,
            lambda: HeteroMHN(4, 2, 3, 5, 2, "projected"),
            r"n_hidden is 5, allowed from 6 \(n_projected \* n_winners\)",
        ),
        (ValueError, lambda: HeteroMHN(4, 2, 3, 6, allocation="projected", strength=np.inf), "strength is inf"),
        (ValueError, lambda: net.learn(k, v[:1], x), "values has 1 rows, allowed 2 rows as keys"),
        (ValueError, lambda: net.learn(k, v, x[0]), "items has one vector, allowed 2 rows"),
        (ValueError, lambda: net.learn(k[:, :3], v, x), "keys has vectors of 3 numbers, allowed 4"),
        (TypeError, lambda: net.learn(k.astype(int), v, x), "keys is of dtype int64"),
        (ValueError, lambda: net.learn(k, v * np.nan, x), r"values\[0, 0\] is NaN"),
        (ValueError, lambda: net.learn(np.diag([1.0, 0, 0, 0])[:2], v, x), r"keys\[1\]: all numbers that choose"),
        (ValueError, lambda: by_item.learn(k, v, x * 0), r"items\[0\]: all numbers that choose"),
        (ValueError, lambda: net.recall(k, 0), "beta is 0.0"),
        (ValueError, lambda: net.recall(k[:, :2]), "queries has vectors of 2"),
        (ValueError, lambda: net.recall(k[None]), "queries has 3 axes"),
    ]
    for error, call, text in cases:
        with pytest.raises(error, match=text) as caught:
            call()
        assert "\n" not in str(caught.value)
    assert net.n_learned == by_item.n_learned == 0
    with pytest.raises((MemoryError, ValueError)):
        HeteroMHN(1 << 14, 1 << 14, 1 << 14, 1 << 16)


def test_sums_beyond_single_precision_are_refused() -> None:
    net = HeteroMHN(3, 1, 1, 2)
    net.learn(np.full(3, 1e20), np.ones(1), np.ones(1))
    with pytest.raises(ValueError, match="queries: sums are beyond float32, allowed smaller queries, keys or beta"):
        net.recall(np.full(3, 1e20))
