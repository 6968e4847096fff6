"""Attention and the modern Hopfield network against a softmax of float64, and the golden vector."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from reference import Key, digest, vectors, words

from slotless import ModernHopfield, attention

Array = NDArray[Any]

TOLERANCE: dict[str, Any] = {"rtol": 1e-5, "atol": 1e-6}


def softmax(z: Array) -> Array:
    z = z - np.max(z, axis=-1, keepdims=True, initial=-np.inf)
    e = np.exp(z)
    return e / e.sum(axis=-1, keepdims=True)


def oracle(q: Array, k: Array, v: Array, beta: float | None = None, mask: Array | None = None) -> tuple[Array, Array]:
    """In float64; a query that sees no key gives zeros."""
    q, k, v = (np.asarray(x, np.float32).astype(np.float64) for x in (q, k, v))
    beta = 1 / np.sqrt(q.shape[-1]) if beta is None else beta
    z = beta * (q @ np.swapaxes(k, -1, -2))
    if mask is None:
        mask = np.ones(z.shape[-2:], bool)
    mask = np.broadcast_to(mask, np.broadcast_shapes(z.shape, np.shape(mask)))
    p = softmax(np.where(mask, z, -1e300))
    p = np.where(mask, p, 0)
    return p @ v, p


def normal(rng: np.random.Generator, *shape: int) -> NDArray[np.float32]:
    return rng.normal(size=shape).astype(np.float32)


SHAPES = [
    ((5, 3), (7, 3), (7, 2)),
    ((1, 1), (1, 1), (1, 1)),
    ((2, 4, 6, 16), (2, 4, 9, 16), (2, 4, 9, 33)),
    ((2, 4, 6, 8), (2, 1, 9, 8), (4, 9, 80)),
    ((3, 8), (5, 2, 40, 8), (1, 1, 40, 8)),
    ((17, 64), (33, 64), (33, 64)),
]


@pytest.mark.parametrize("shapes", SHAPES)
def test_attends_as_numpy_does(shapes: tuple[tuple[int, ...], ...]) -> None:
    rng = np.random.default_rng(1)
    q, k, v = (normal(rng, *shape) for shape in shapes)
    for beta in (None, 0.01, 3.0):
        out, weights = attention(q, k, v, beta, return_weights=True)
        expected, shares = oracle(q, k, v, beta)
        assert out.dtype == weights.dtype == np.float32
        assert out.shape == expected.shape
        # Scores of up to 100 have 24 bits, too, and their errors are the weights' relative ones.
        close: dict[str, Any] = {"rtol": 1e-6, "atol": 1e-6 if beta is None else 2e-5}
        np.testing.assert_allclose(out, expected, **close)
        np.testing.assert_allclose(weights, np.broadcast_to(shares, weights.shape), **close)
        np.testing.assert_array_equal(attention(q, k, v, beta), out)
    q64, k64, v64 = (x.astype(np.float64) for x in (q, k, v))
    np.testing.assert_array_equal(attention(q64, k64, v64, 3.0), out)


@pytest.mark.parametrize(("queries", "keys"), [(9, 9), (4, 9), (9, 4), (1, 70)])
def test_masks(queries: int, keys: int) -> None:
    rng = np.random.default_rng(2)
    q, k, v = normal(rng, 2, 3, queries, 8), normal(rng, 2, 3, keys, 8), normal(rng, 2, 3, keys, 5)
    i, j = np.indices((queries, keys))
    named = {"causal": j <= i, "causal-at-end": j <= i + keys - queries}
    for name, mask in named.items():
        out, weights = attention(q, k, v, mask=name, return_weights=True)
        expected, shares = oracle(q, k, v, mask=mask)
        np.testing.assert_allclose(out, expected, **TOLERANCE)
        np.testing.assert_allclose(weights, shares, **TOLERANCE)
        same, own = attention(q, k, v, mask=mask, return_weights=True)
        np.testing.assert_array_equal(same, out)
        np.testing.assert_array_equal(own, weights)
    for shape in [(queries, keys), (2, 3, queries, keys), (2, 1, 1, keys), (3, queries, 1), (1, 1), (6, 1, 1, 1, keys)]:
        for share in (0.9, 0.2):
            mask = rng.random(shape) < share
            out, weights = attention(q, k, v, mask=mask, return_weights=True)
            expected, shares = oracle(q, k, v, mask=mask)
            assert out.shape == expected.shape
            np.testing.assert_allclose(out, expected, **TOLERANCE)
            np.testing.assert_allclose(weights, shares, **TOLERANCE)
            assert (weights[np.broadcast_to(~mask, weights.shape)] == 0).all()


def test_a_query_that_sees_no_key() -> None:
    rng = np.random.default_rng(3)
    q, k, v = normal(rng, 3, 4), normal(rng, 5, 4), normal(rng, 5, 2)
    mask = np.ones((3, 5), bool)
    mask[1] = False
    out = attention(q, k, v, mask=mask)
    assert (out[1] == 0).all()
    assert (out[[0, 2]] == attention(q, k, v)[[0, 2]]).all()
    with pytest.raises(ValueError, match=r"query\[1\] sees no key: all are masked, allowed one at least"):
        attention(q, k, v, mask=mask, unseen="refused")
    with pytest.raises(ValueError, match=r"query\[.*0\] sees no key"):
        attention(q, k[:1], v[:1], mask="causal-at-end", unseen="refused")


def test_large_scores_do_not_overflow() -> None:
    rng = np.random.default_rng(4)
    q, k, v = normal(rng, 6, 8) * 1e9, normal(rng, 9, 8) * 1e9, normal(rng, 9, 3)
    out, weights = attention(q, k, v, return_weights=True)
    best = (q.astype(float) @ k.T.astype(float)).argmax(axis=1)
    np.testing.assert_array_equal(weights, np.eye(9)[best])
    np.testing.assert_array_equal(out, v[best])
    np.testing.assert_allclose(attention(q, k, v, 1e-38), np.tile(v.mean(axis=0), (6, 1)), rtol=1e-5, atol=1e-6)


def test_results_do_not_depend_on_threads_or_layout() -> None:
    rng = np.random.default_rng(5)
    q, k, v = normal(rng, 3, 300, 32), normal(rng, 3, 500, 32), normal(rng, 3, 500, 32)
    expected = attention(q, k, v, mask="causal", threads=1)
    for threads in (2, 5):
        np.testing.assert_array_equal(attention(q, k, v, mask="causal", threads=threads), expected)
    np.testing.assert_array_equal(attention(q, k, v, mask="causal"), expected)
    turned = np.asfortranarray(q)
    np.testing.assert_array_equal(attention(turned, k.astype(">f4"), v[::-1][::-1], mask="causal"), expected)
    # In other threads, at the same time.
    found = [np.empty(0, np.float32)] * 3

    def call(at: int) -> None:
        found[at] = attention(q, k, v, mask="causal", threads=2)

    others = [threading.Thread(target=call, args=(at,)) for at in range(3)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    for out in found:
        np.testing.assert_array_equal(out, expected)


def test_nothing_to_attend_with() -> None:
    assert attention(np.ones((0, 4)), np.ones((3, 4)), np.ones((3, 2))).shape == (0, 2)
    assert attention(np.ones((0, 2, 4)), np.ones((1, 3, 4)), np.ones((3, 2))).shape == (0, 2, 2)
    assert attention(np.ones((2, 4)), np.ones((3, 4)), np.ones((0, 3, 2))).shape == (0, 2, 2)


def test_is_what_torch_gives() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(6)
    q, k, v = normal(rng, 2, 4, 50, 64), normal(rng, 2, 4, 70, 64), normal(rng, 2, 4, 70, 64)
    tensors = [torch.from_numpy(x) for x in (q, k, v)]
    reference = torch.nn.functional.scaled_dot_product_attention
    mask = rng.random((50, 70)) < 0.5
    every: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({}, {}),
        ({"mask": "causal"}, {"is_causal": True}),
        ({"mask": mask}, {"attn_mask": torch.from_numpy(mask)}),
        ({"beta": 0.5}, {"scale": 0.5}),
    ]
    for own, theirs in every:
        out = attention(q, k, v, **own)
        np.testing.assert_allclose(out, reference(*tensors, **theirs).numpy(), rtol=1e-6, atol=1e-6)


def test_bad_arguments_are_refused_in_one_line() -> None:
    q, k, v = np.ones((2, 3)), np.ones((4, 3)), np.ones((4, 5))
    bad = q.copy()
    bad[1, 2] = np.nan
    long = np.full((2, 3), 1e38, np.float32)
    attend: Any = attention
    cases: list[tuple[type[Exception], Callable[[], object], str]] = [
        (TypeError, lambda: attend(np.ones((2, 3), int), k, v), "q is of dtype int64, allowed: float32 or float64"),
        (TypeError, lambda: attend(q, k.astype(np.float16), v), "k is of dtype float16"),
        (TypeError, lambda: attend(q, k, v.astype(complex)), "v is of dtype complex128"),
        (TypeError, lambda: attend("q", k, v), "q is of dtype"),
        (ValueError, lambda: attend(bad, k, v), r"q\[1, 2\] is NaN, allowed finite"),
        (ValueError, lambda: attend(q, k * np.inf, v), r"k\[0, 0\] is inf"),
        (
            ValueError,
            lambda: attend(q, k, v * 1e39),
            r"v\[0, 0\] is 1e39, allowed finite numbers up to 3.4028235e38",
        ),
        (ValueError, lambda: attend(long, k, v), r"q\[0\] has a squared norm of 8\.5"),
        (ValueError, lambda: attend(q, np.tile(long, (2, 1)), v), r"k\[0\] has a squared norm of 8\.5"),
        (ValueError, lambda: attend(q[0], k, v), r"q has 1 axes, allowed 2 or more"),
        (ValueError, lambda: attend(q, k[:, :2], v), "k has keys of 2 numbers, allowed 3"),
        (ValueError, lambda: attend(q, k, v[:3]), "v has 3 values, allowed 4"),
        (ValueError, lambda: attend(q, k[:0], v[:0]), "k has 0 rows"),
        (ValueError, lambda: attend(q[:, :0], k[:, :0], v), "q has 0 numbers"),
        (
            ValueError,
            lambda: attend(q, np.ones((2, 4, 3)), np.ones((3, 4, 5))),
            r"broadcast together: q \[\], k \[2\]",
        ),
        (ValueError, lambda: attend(q, k, v, 0.0), "beta is 0.0, allowed finite numbers above 0"),
        (ValueError, lambda: attend(q, k, v, -1), "beta is -1.0"),
        (ValueError, lambda: attend(q, k, v, np.nan), "beta is NaN"),
        (TypeError, lambda: attend(q, k, v, "1"), "beta is a str"),
        (ValueError, lambda: attend(q, k, v, mask="future"), 'mask is "future"'),
        (TypeError, lambda: attend(q, k, v, mask=np.zeros((2, 4))), "masks that are added are not supported"),
        (
            ValueError,
            lambda: attend(q, k, v, mask=np.ones((3, 4), bool)),
            r"mask is \(..., 3, 4\), allowed \(..., 2, 4\)",
        ),
        (ValueError, lambda: attend(q, k, v, mask=np.ones(4, bool)), "mask has 1 axes"),
        (ValueError, lambda: attend(q, k, v, threads=-1), "threads is -1"),
        (ValueError, lambda: attend(q, k, v, unseen="nan"), '"zeros", "refused"'),
    ]
    for error, call, text in cases:
        with pytest.raises(error, match=text) as caught:
            call()
        assert "\n" not in str(caught.value)


def memory(
    rng: np.random.Generator, n: int = 12, k: int = 9, beta: float = 2.0
) -> tuple[ModernHopfield, NDArray[np.float32]]:
    net = ModernHopfield(n, beta)
    X = normal(rng, k, n)
    net.learn(X)
    return net, X


def test_modern_steps_are_those_of_numpy() -> None:
    rng = np.random.default_rng(7)
    for n, k, beta in [(1, 1, 1.0), (17, 40, 0.3), (64, 5, 4.0)]:
        net, X = memory(rng, n, k, beta)
        S = normal(rng, 6, n)
        found = net.recall(S, max_steps=1)
        shares = softmax(beta * (S.astype(float) @ X.T.astype(float)))
        np.testing.assert_allclose(found.weights, shares, **TOLERANCE)
        np.testing.assert_allclose(found.pattern, shares @ X, **TOLERANCE)
        np.testing.assert_allclose(net.similarities(S), S @ X.T, **TOLERANCE)
        np.testing.assert_array_equal(found.n_steps, 1)
        # Attention with the patterns for keys and values, bit for bit.
        np.testing.assert_array_equal(attention(S, X, X, beta), found.pattern)
        z = beta * (S.astype(float) @ X.T.astype(float))
        lse = np.log(np.exp(z).sum(axis=1)) / beta
        norm = (X.astype(float) ** 2).sum(axis=1).max()
        energy = -lse + (S.astype(float) ** 2).sum(axis=1) / 2 + np.log(k) / beta + norm / 2
        np.testing.assert_allclose(net.energy(S), energy, rtol=1e-4, atol=1e-4)


def test_modern_recall_goes_on_until_it_rests() -> None:
    rng = np.random.default_rng(8)
    net, X = memory(rng, 30, 20, 5.0)
    found = net.recall(X + 0.2 * normal(rng, 20, 30))
    np.testing.assert_allclose(found.pattern, X, atol=1e-3)
    assert (found.weights.argmax(axis=1) == np.arange(20)).all()
    assert found.ended.dtype.kind == "U"
    assert set(found.ended) <= {"state", "weights"}
    again = net.recall(found.pattern, max_steps=1)
    np.testing.assert_allclose(again.pattern, found.pattern, atol=1e-5)
    assert (net.energy(found.pattern) <= net.energy(X + 0.2)).all()
    one = net.recall(X[2].astype(np.float64))
    np.testing.assert_array_equal(one.pattern, net.recall(X).pattern[2])
    assert (one.pattern.shape, one.weights.shape) == ((30,), (20,))
    assert isinstance(one.n_steps, int)
    assert isinstance(net.energy(X[2]), float)
    slow = net.recall(X[0] * 0.01, state_tolerance=None, weights_tolerance=None, max_steps=77)
    assert (slow.n_steps, slow.ended) == (77, "max-steps")
    assert net.recall(X[:0]).weights.shape == (0, 20)
    loose = net.recall(X[0], state_tolerance=10.0)
    assert (loose.n_steps, loose.ended) == (1, "state")


def test_golden_vector_of_the_modern_network() -> None:
    def numbers(of: int) -> NDArray[np.float32]:
        key = Key.new(1, 256).derive(of)
        return np.array([(key.at(t) & 0xFFFF) / 32768 - 1 for t in range(20)], np.float32)

    X = np.array([numbers(p) for p in range(9)])
    cues = np.array([np.concatenate([numbers(100 + p)[:10], X[p, 10:]]) for p in range(9)])
    net = ModernHopfield(20, 2.0)
    net.learn(X)
    taken: list[int] = []
    for cue in cues:
        found = net.recall(cue)
        # Each state on the way: as many steps from the cue, and none of the rules before.
        for steps in range(found.n_steps + 1):
            rules: dict[str, None] = {"state_tolerance": None, "weights_tolerance": None}
            state = cue if steps == 0 else net.recall(cue, max_steps=steps, **rules).pattern
            shares = net.recall(state, max_steps=1).weights
            energy = int(np.float32(net.energy(state)).view(np.uint32))
            taken += words(state, shares, energy, 0)
        taken += words(found.n_steps, ["state", "weights", "max-steps"].index(found.ended))
    # Memories as columns give the same once more.
    taken += taken
    out, shares = attention(cues[:3], X, X, 2.0, mask="causal", return_weights=True)
    assert digest([*taken, *words(shares, out)]) == vectors("modern")["modern-f32"]


def test_modern_recalls_do_not_depend_on_threads_nor_on_company() -> None:
    rng = np.random.default_rng(10)
    net, _ = memory(rng, 100, 2000, 0.2)
    cues = normal(rng, 45, 100)
    alone = [net.recall(cue, max_steps=3) for cue in cues]
    for threads in (None, 0, 1, 2, 5):
        found = net.recall(cues, max_steps=3, threads=threads)
        for field in ("pattern", "weights", "n_steps", "ended"):
            np.testing.assert_array_equal(getattr(found, field), [getattr(one, field) for one in alone])


def test_modern_copies_and_pickles_are_equal() -> None:
    rng = np.random.default_rng(9)
    net, X = memory(rng)
    for other in (copy.copy(net), copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert other == net
        assert repr(other) == "ModernHopfield(12, beta=2.0): 9 learned"
        np.testing.assert_array_equal(other.patterns(), X)
        np.testing.assert_array_equal(other.recall(X).pattern, net.recall(X).pattern)
        other.learn(X[0])
        assert other != net
    assert pickle.loads(pickle.dumps(ModernHopfield(3))) == ModernHopfield(3)
    assert net != ModernHopfield(12)
    assert net != 3
    assert net.nbytes >= 4 * X.size


def test_modern_refuses_bad_input_in_one_line() -> None:
    net: Any = ModernHopfield(4)
    with pytest.raises(ValueError, match="no pattern was learned"):
        net.recall(np.ones(4))
    net.learn(np.ones((2, 4)))
    one = np.ones(4)
    loose: Any = ModernHopfield
    cases: list[tuple[type[Exception], Callable[[], object], str]] = [
        (ValueError, lambda: ModernHopfield(0), "n_units is 0"),
        (ValueError, lambda: ModernHopfield(4, 0), "beta is 0.0"),
        (ValueError, lambda: ModernHopfield(4, 1e39), "beta is 1e39"),
        (TypeError, lambda: loose(4, "1"), "beta is a str"),
        (TypeError, lambda: net.learn([[1, 2, 3, 4]]), "X is of dtype int64"),
        (ValueError, lambda: net.learn(np.ones((2, 3))), "X has vectors of 3 numbers, allowed 4"),
        (ValueError, lambda: net.learn(np.ones((1, 2, 4))), "X has 3 axes"),
        (ValueError, lambda: net.learn([[1.0, 1, 1, 1], [1, 1, np.inf, 1]]), r"X\[1, 2\] is inf"),
        (ValueError, lambda: net.learn(one * 1e38), "X has a squared norm"),
        (ValueError, lambda: net.recall([one, one * 1e38]), r"cues\[1\] has a squared norm"),
        (ValueError, lambda: net.recall(one, state_tolerance=-1.0), "state_tolerance is -1.0"),
        (ValueError, lambda: net.recall(one, weights_tolerance=np.nan), "weights_tolerance is NaN"),
        (ValueError, lambda: net.recall(one, max_steps=0), "max_steps is 0, allowed 1 to"),
        (TypeError, lambda: net.recall(one, max_steps=1.5), "max_steps"),
        (ValueError, lambda: net.recall([one, one], threads=-1), "threads is -1, allowed 0 to"),
        (
            ValueError,
            lambda: net.recall(one, state_tolerance=None, weights_tolerance=None, max_steps=None),
            "allowed two of them at most",
        ),
    ]
    for error, call, text in cases:
        with pytest.raises(error, match=text) as caught:
            call()
        assert "\n" not in str(caught.value)
    assert net.n_learned == 2
