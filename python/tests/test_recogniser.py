"""Recognisers against nearest neighbours and means in plain numpy, and the golden vectors."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from reference import SEED, Key, digest, state_of, vectors, words

from slotless import Grow, Means, Recency, Recognised, SampleRing

Recogniser: TypeAlias = Grow | SampleRing | Means
Bytes = NDArray[np.uint8]
OUTCOMES = {"new": 0, "right": 1, "wrong": 2}


def golden_samples() -> tuple[Bytes, NDArray[np.int64]]:
    """The samples of the golden vectors, as the library's documentation has them."""
    y = np.arange(360) % 5
    centres = [Key.new(1, 256).derive(int(label)) for label in y]
    around = [Key.new(1, 257).derive(p) for p in range(360)]
    X = [
        [(centre.at(j) & 255) + near.at(j) % 128 - 64 for j in range(20)]
        for centre, near in zip(centres, around, strict=True)
    ]
    return np.array(X).clip(0, 255).astype(np.uint8), y


GOLDEN: list[tuple[str, Callable[[], Recogniser]]] = [
    ("grow", lambda: Grow(20, 24, seed=SEED)),
    ("grow-fading", lambda: Grow(20, 24, seed=SEED, fading=4)),
    ("ring-fifo", lambda: SampleRing(20, 24)),
    ("ring-reservoir", lambda: SampleRing(20, 24, "reservoir", seed=SEED)),
    ("ring-balanced", lambda: SampleRing(20, 24, "balanced")),
    ("ring-thermometer", lambda: SampleRing(20, 24, "balanced", bits=3)),
    ("means", lambda: Means(20, 5, window=16)),
]
SNAPSHOTS = {"grow": "grow-snapshot", "ring-reservoir": "ring-snapshot", "means": "means-snapshot"}


@pytest.mark.parametrize(("name", "make"), GOLDEN, ids=[name for name, _ in GOLDEN])
def test_golden_vectors(name: str, make: Callable[[], Recogniser]) -> None:
    X, y = golden_samples()
    recogniser = make()
    said: list[int] = [OUTCOMES[outcome] for outcome in recogniser.learn(X[:300], y[:300])]
    found = recogniser.recognise(X[300:])
    assert isinstance(found, Recognised)
    assert recogniser.threshold is not None
    assert (found.unknown == (found.score > recogniser.threshold)).all()
    for label, unknown, distance, other, margin, score in zip(*found, strict=True):
        said += [label, distance, other, distance + margin, score, unknown]
    snapshot = recogniser.to_bytes()
    assert digest(words(*said, *state_of(snapshot))) == vectors("recogniser")[name]
    assert recogniser.nbytes == 4 * len(state_of(snapshot))
    if name in SNAPSHOTS:
        assert digest(words(np.frombuffer(snapshot, "<u4"))) == vectors("recogniser")[SNAPSHOTS[name]]


def digits(rng: np.random.Generator, n: int, centres: NDArray[np.int64]) -> tuple[Bytes, NDArray[np.int64]]:
    """Samples around centres, one a class."""
    y = rng.integers(0, len(centres), n)
    return (centres[y] + rng.normal(0, 60, (n, centres.shape[1]))).clip(0, 255).astype(np.uint8), y


def test_a_ring_with_room_for_all_is_the_nearest_neighbour_of_numpy() -> None:
    rng = np.random.default_rng(3)
    centres = rng.integers(0, 256, (10, 37))
    X, y = digits(rng, 200, centres)
    T, _ = digits(rng, 60, centres)
    ring = SampleRing(37, 200)
    outcomes = ring.learn(X, y)
    found = ring.recognise(T)
    fours = X.astype(int) >> 4
    D = ((fours[None] - (T.astype(int) >> 4)[:, None]) ** 2).sum(axis=2)
    by_class = np.stack([D[:, y == label].min(axis=1) for label in range(10)], axis=1)
    order = np.sort(by_class, axis=1)
    assert (found.distance == order[:, 0]).all()
    assert (found.margin == order[:, 1] - order[:, 0]).all()
    assert (by_class[np.arange(60), found.label] == order[:, 0]).all()
    assert (by_class[np.arange(60), found.runner_up] == order[:, 1]).all()
    assert (found.label != found.runner_up).all()
    assert (found.score == 256 * order[:, 0] ** 2 // (order[:, 1] + 1)).all()
    # What each sample would have been recognised as before it was learned.
    own = ((fours[:, None] - fours[None]) ** 2).sum(axis=2)
    for p in range(200):
        same, others = own[p, :p][y[:p] == y[p]], own[p, :p][y[:p] != y[p]]
        right = "new" if not len(same) else "right" if same.min() < others.min(initial=1 << 30) else "wrong"
        assert outcomes[p] == right
    assert (ring.n_learned, ring.n_kept) == (200, 200)
    assert [ring.items_of(label) for label in range(16)] == np.bincount(y, minlength=16).tolist()


def test_a_recogniser_that_grows_is_as_good_as_the_nearest_neighbour_of_all() -> None:
    rng = np.random.default_rng(4)
    centres = rng.integers(0, 256, (10, 64))
    X, y = digits(rng, 1500, centres)
    T, right = digits(rng, 300, centres)
    D = (X.astype(int) ** 2).sum(axis=1) - 2 * T.astype(int) @ X.astype(int).T
    nearest = np.mean(y[D.argmin(axis=1)] == right)
    grow = Grow(64, size=1024)
    grow.learn(X, y)
    assert grow.nbytes <= 1024
    assert grow.n_kept == grow.n_items < 40
    found = grow.recognise(T)
    assert np.mean(found.label == right) > nearest - 0.05 > 0.5
    # One sample in twenty is called unknown, and what is like none of them.
    assert found.unknown.mean() < 0.2
    assert grow.recognise(255 - T).unknown.mean() > 0.8


def test_means_are_running_means() -> None:
    rng = np.random.default_rng(5)
    means, window = Means(9, 3, window=8), 8
    X, y = rng.integers(0, 256, (60, 9), np.uint8), np.arange(60) % 3
    means.learn(X, y)
    expected = np.zeros((3, 9))
    for count, (sample, label) in enumerate(zip(X, y, strict=True)):
        seen = min(count // 3 + 1, window)
        expected[label] += (sample - expected[label]) / seen
    found = means.recognise(X)
    D = ((expected[None] - X[:, None].astype(float)) ** 2).sum(axis=2)
    # Means are whole numbers there, at most half of one and some rounding away.
    bound = 9 * 0.6**2 + 2 * 0.6 * 3 * np.sqrt(D.min(axis=1))
    assert (np.abs(found.distance - D.min(axis=1)) <= bound).all()
    assert [means.samples_of(label) for label in range(3)] == [8, 8, 8]


def test_an_empty_recogniser_knows_nothing() -> None:
    for recogniser in (Grow(3, 2), SampleRing(3, 2), Means(3, 2)):
        assert recogniser.recognise([1, 2, 3]) == Recognised(-1, True, -1, -1, -1, -1)
        assert recogniser.threshold is None
        found = recogniser.recognise(np.zeros((0, 3), np.uint8))
        assert [field.shape for field in found] == [(0,)] * 6
        assert recogniser.learn(np.zeros((0, 3), np.uint8), []).shape == (0,)
        # Of one class there is no other, and without a threshold nothing is unknown.
        assert recogniser.learn([1, 2, 3], 1) == "new"
        assert recogniser.recognise([1, 2, 3]) == Recognised(1, False, 0, -1, -1, 0)
        assert (found.label.dtype, found.unknown.dtype, found.score.dtype) == (np.int64, np.bool_, np.int64)


def test_the_order_of_a_stream_matters_and_the_number_of_calls_does_not() -> None:
    X, y = golden_samples()
    for _, make in GOLDEN:
        whole, one_by_one, reversed_ = make(), make(), make()
        outcomes = whole.learn(X, y)
        assert list(outcomes) == [one_by_one.learn(sample, int(label)) for sample, label in zip(X, y, strict=True)]
        assert whole == one_by_one
        reversed_.learn(X[::-1], y[::-1])
        assert whole != reversed_
        single = whole.recognise(X[7])
        assert tuple(single) == tuple(field[7] for field in whole.recognise(X))


def test_samples_may_be_any_array_of_whole_numbers() -> None:
    X, y = golden_samples()
    expected = SampleRing(20, 30)
    expected.learn(X, y)
    wide = np.zeros((360, 41), ">i4")
    wide[:, 1::2] = X
    others: list[Any] = [X.astype(kind) for kind in ("u2", ">u4", "i2", "i8", "u8")]
    others += [X.tolist(), np.asfortranarray(X), wide[:, 1::2], list(X)]
    for other in others:
        ring = SampleRing(20, 30)
        ring.learn(other, y.astype(">i2"))
        assert ring == expected
        assert (ring.recognise(other).distance == expected.recognise(X).distance).all()
    signed = np.full((1, 20), 5, np.int8)
    assert (expected.recognise(signed).score == expected.recognise(np.full((1, 20), 5)).score).all()
    assert expected.recognise(bytes(range(20))) == expected.recognise(np.arange(20))
    one = SampleRing(20, 30)
    one.learn(X, 3)
    assert one.items_of(3) == 30


@pytest.mark.parametrize("make", [make for _, make in GOLDEN], ids=[name for name, _ in GOLDEN])
def test_snapshots_copies_and_pickles_are_equal(make: Callable[[], Any], tmp_path: Path) -> None:
    X, y = golden_samples()
    recogniser = make()
    assert recogniser == make()
    recogniser.learn(X[:100], y[:100])
    assert recogniser != make()
    assert recogniser != 1
    kind, path = type(recogniser), tmp_path / "taught.slot"
    recogniser.save(path)
    snapshot = recogniser.to_bytes()
    assert path.read_bytes() == snapshot
    others = [
        kind.load(str(path)),
        kind.from_bytes(bytearray(snapshot)),
        copy.copy(recogniser),
        copy.deepcopy(recogniser),
        pickle.loads(pickle.dumps(recogniser)),
    ]
    recogniser.learn(X[100:], y[100:])
    for other in others:
        assert other != recogniser
        assert other.to_bytes() == snapshot
        other.learn(X[100:], y[100:])
        assert other == recogniser
        assert repr(other) == repr(recogniser)
    broken = bytearray(snapshot)
    broken[-6] ^= 1
    for bad in (bytes(broken), b"", snapshot[:-4], bytes(64)):
        with pytest.raises(ValueError, match=r"\S"):
            kind.from_bytes(bad)
    path.write_bytes(broken)
    with pytest.raises(ValueError, match=r"taught\.slot: "):
        kind.load(path)
    with pytest.raises(FileNotFoundError):
        kind.load(tmp_path / "none")
    for other_kind in {Grow, SampleRing, Means, Recency} - {kind}:
        with pytest.raises(ValueError, match="expected"):
            other_kind.from_bytes(snapshot)  # type: ignore[attr-defined]


def test_sizes_and_names() -> None:
    assert (Grow(64, size=4096).n_items, Grow(64, size=4099).nbytes) == (120, 4092)
    assert SampleRing(64, size=4096).nbytes <= 4096
    assert Grow(1, size=1 << 70).n_items == SampleRing(1, size=1 << 70).n_items == 65535
    assert repr(Grow(4, 2, fading=3)) == "Grow(4, 2, fading=3, seed=0): 0 items in use"
    seed = (1 << 64) - 1
    ring = SampleRing(4, 2, "reservoir", bits=5, seed=seed)
    assert repr(ring) == f'SampleRing(4, 2, replacement="reservoir", bits=5, seed={seed}): 0 learned'
    assert (ring.replacement, ring.bits, ring.seed) == ("reservoir", 5, seed)
    assert (SampleRing(4, 2, seed=9).seed, SampleRing(4, 2).bits, ring.n_items) == (0, None, 2)
    assert repr(Means(4, 3)) == "Means(4, 3, window=256): 0 classes known"
    assert (Grow(4, 2, seed=7).seed, Grow(4, 2, fading=15).fading, Grow(1024, 1).n_features) == (7, 15, 1024)
    assert (Grow(1, 65535).n_items, Means(4, 16, window=1).window, Means(4, 3).n_labels) == (65535, 1, 3)
    assert (SampleRing(4, 2, bits=16).bits, Grow(4, 2).n_labels) == (16, 16)


def test_bad_input_is_refused_in_one_line() -> None:
    grow, ring, means = Grow(3, 5), SampleRing(3, 5), Means(3, 2)
    loose: Any = grow
    loose_ring: Any = SampleRing
    one = np.array([1, 2, 3], np.uint8)
    nan = np.array([[1, np.nan, 3]])
    cases: list[tuple[type[Exception], Callable[[], object], str]] = [
        (ValueError, lambda: Grow(0, 5), "n_features is 0, allowed 1 to 1024"),
        (ValueError, lambda: Grow(1025, 5), "n_features is 1025, allowed 1 to 1024"),
        (ValueError, lambda: Grow(3, 0), "n_items is 0, allowed 1 to 65535"),
        (ValueError, lambda: SampleRing(3, 65536), "n_items is 65536, allowed 1 to 65535"),
        (ValueError, lambda: Grow(3, -1), "n_items is -1, allowed 1 to 65535"),
        (ValueError, lambda: Grow(3), "one of n_items and size must be given, neither is"),
        (ValueError, lambda: SampleRing(3, 5, size=80), "one of n_items and size must be given, both are"),
        (ValueError, lambda: Grow(3, size=23), r"size is 23, allowed from 24 \(an item's bytes\)"),
        (ValueError, lambda: SampleRing(3, size=-1), r"size is -1, allowed from 24 \(an item's bytes\)"),
        (TypeError, lambda: Grow(3, size=80.0), "size is a float"),  # type: ignore[arg-type]
        (ValueError, lambda: Grow(3, 5, fading=16), "fading is 16, allowed 0 to 15"),
        (ValueError, lambda: Grow(3, 5, seed=-1), "seed is -1, allowed 0 to 18446744073709551615"),
        (ValueError, lambda: loose_ring(3, 5, "lru"), '"fifo", "reservoir", "balanced"'),
        (TypeError, lambda: loose_ring(3, 5, 1), "replacement is a int"),
        (ValueError, lambda: SampleRing(3, 5, bits=0), "bits is 0, allowed 1 to 16"),
        (ValueError, lambda: SampleRing(3, 5, bits=17), "bits is 17, allowed 1 to 16"),
        (ValueError, lambda: Means(3, 0), "n_labels is 0, allowed 1 to 16"),
        (ValueError, lambda: Means(3, 17), "n_labels is 17, allowed 1 to 16"),
        (ValueError, lambda: Means(3, 2, window=257), "window is 257, allowed 1 to 256"),
        (ValueError, lambda: Means(3, 2, window=0), "window is 0, allowed 1 to 256"),
        (ValueError, lambda: grow.learn([1, 2], 0), r"X has 2 features, allowed 3 \(n_features\)"),
        (ValueError, lambda: grow.learn(np.zeros((2, 2, 3), int), 0), "X has 3 axes, allowed 1"),
        (ValueError, lambda: grow.learn(7, 0), "X has 0 axes"),
        (ValueError, lambda: grow.learn([one, [1, 256, 3]], 0), r"X\[1, 1\] is 256, allowed 0 to 255"),
        (ValueError, lambda: ring.recognise([1, 2, -3]), r"X\[2\] is -3, allowed 0 to 255"),
        (ValueError, lambda: means.recognise(np.array([1, 1 << 63, 3], "u8")), r"X\[1\] is 9223372036854775808"),
        (TypeError, lambda: grow.learn(nan, 0), "X is of dtype float64, allowed: uint8.*range to 0 to 255"),
        (TypeError, lambda: ring.recognise(np.array([1, 2, 3], "f4")), "X is of dtype float32.*range to 0 to 255"),
        (TypeError, lambda: means.recognise(one > 1), "X is of dtype bool, allowed: uint8"),
        (TypeError, lambda: means.recognise(np.ma.masked_array(one)), "X is a masked array"),
        (TypeError, lambda: loose.recognise(None), "X is a NoneType, allowed: uint8"),
        (TypeError, lambda: loose.recognise("abc"), "X "),
        (ValueError, lambda: loose.recognise([one, [1]]), "X is no array"),
        (ValueError, lambda: grow.learn(one, 16), "y is 16, allowed 0 to 15"),
        (ValueError, lambda: means.learn(one, 2), "y is 2, allowed 0 to 1"),
        (ValueError, lambda: ring.learn([one, one], [0, 16]), r"y\[1\] is 16, allowed 0 to 15"),
        (ValueError, lambda: ring.learn([one, one], [0, -1]), r"y\[1\] is -1, allowed 0 to 15"),
        (ValueError, lambda: ring.learn([one, one], [0]), "y are 1 labels, allowed 2 as samples"),
        (ValueError, lambda: ring.learn([one, one], [[0, 1]]), "y has 2 axes, allowed 1"),
        (TypeError, lambda: ring.learn([one, one], [0.0, 1.0]), "y is of dtype float64, allowed: integers"),
        (TypeError, lambda: ring.learn(one, 1.0), "y is a float, allowed: a whole number"),
        (ValueError, lambda: grow.items_of(16), "label is 16, allowed 0 to 15"),
        (ValueError, lambda: means.samples_of(2), "label is 2, allowed 0 to 1"),
        (TypeError, lambda: loose.from_bytes(3), "snapshot is a int"),
    ]
    for error, call, text in cases:
        with pytest.raises(error, match=text) as caught:
            call()
        assert "\n" not in str(caught.value)
    for untouched in (grow, ring, means):
        assert untouched.recognise(one).label == -1
