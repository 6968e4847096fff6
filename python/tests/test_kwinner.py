"""KWinner: the library's bits, arrays of every kind, and what is refused."""

from __future__ import annotations

import copy
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from reference import SEED, VECTORS, Stream, digest, pack, part, sample, state_of, vectors, words

from slotless import KWinner


def patterns(count: int, units: int = 100, ones: int = 10, seed: int = 0) -> NDArray[np.bool_]:
    rng = np.random.default_rng(seed)
    out = np.zeros((count, units), bool)
    for row in out:
        row[rng.choice(units, ones, replace=False)] = True
    return out


def small(**changes: Any) -> KWinner:
    settings = {"fan_in": 40, "n_winners": 5, "n_active": 10, "rate": 0.5, "seed": 3} | changes
    return KWinner(settings.pop("n_visible", 100), settings.pop("n_hidden", 60), **settings)


@pytest.mark.parametrize(
    ("name", "weights", "rounding", "assignment", "n_hidden"),
    [
        ("u8-nearest", "u8", "nearest", "competitive", 100),
        ("u8-stochastic", "u8", "stochastic", "competitive", 100),
        ("u16-nearest", "u16", "nearest", "competitive", 100),
        ("u4-stochastic", "u4", "stochastic", "competitive", 100),
        ("u1-stochastic", "u1", "stochastic", "competitive", 100),
        ("u8-nearest-random-k", "u8", "nearest", "random-k", 100),
        ("u8-nearest-structured-128", "u8", "nearest", "competitive", 128),
        ("u4-stochastic-structured-101", "u4", "stochastic", "competitive", 101),
    ],
)
def test_known_answers(name: str, weights: Any, rounding: Any, assignment: Any, n_hidden: int) -> None:
    net = KWinner(
        200,
        n_hidden,
        24,
        7,
        20,
        19_661 / 65_536,
        weights,
        "structured" if "structured" in name else "random",
        SEED,
        rounding=rounding,
        assignment=assignment,
    )
    X = np.stack([sample(200, 20, Stream(1, 256, 0, number)) for number in range(200)])
    most = 7 * net.weight_max * 20

    def raw(scores: NDArray[np.float64], ones: int) -> NDArray[np.float64]:
        return np.rint(scores * most * ones / 20)

    taken = list(words(*raw(net.learn(X), 20)))
    with pytest.raises(ValueError, match="without a one"):
        net.learn(np.zeros(200, bool))
    numbers = range(199, 149, -1)
    cues = np.stack([part(X[number], 10, Stream(1, 256, 1, number)) for number in numbers])
    recalled = net.recall(cues)
    for winners, pattern, score in zip(net.hidden(cues), recalled.pattern, raw(recalled.score, 10), strict=True):
        taken += words(winners, pattern, score)
    assert digest([*taken, *state_of(net.to_bytes())]) == vectors("kwinner")[name]


def test_a_learning_step_is_the_contracts() -> None:
    for weights in ("u4", "u8", "u16"):
        net = small(weights=weights, rate=0.3)
        full, eps = net.weight_max, 19_661
        net.learn(patterns(20))
        x = patterns(1, seed=9)[0]
        before = net.weights("dense").astype(np.int64)
        wired = wiring_of(net)
        winners = net.hidden(x)
        assert (np.sort(net.potentials(x))[::-1][:5] == np.sort(net.potentials(x)[winners])[::-1]).all()
        assert (before @ x == net.potentials(x)).all()
        net.learn(x)
        up = before + (eps * (full - before) + 2**15 >> 16)
        down = before - (eps * before + 2**15 >> 16)
        expected = before.copy()
        expected[winners] = np.where(wired[winners], np.where(x, up[winners], down[winners]), 0)
        assert (net.weights("dense") == expected).all()


def wiring_of(net: KWinner) -> NDArray[np.bool_]:
    sparse = pytest.importorskip("scipy.sparse")
    weights = net.weights()
    assert isinstance(weights, sparse.csr_array)
    assert weights.nnz == net.n_hidden * net.fan_in
    ones = sparse.csr_array((np.ones(weights.nnz, bool), weights.indices, weights.indptr), weights.shape)
    dense: NDArray[np.bool_] = ones.toarray()
    assert (weights.toarray() == net.weights("dense")).all()
    return dense


def test_rates_of_units_are_for_one_call() -> None:
    X = patterns(30)
    alike, as_ever = small(rate=0.25), small(rate=0.5)
    assert (alike.learn(X, rates=np.full(60, 0.5)) == as_ever.learn(X)).all()
    assert (alike.weights("dense") == as_ever.weights("dense")).all()
    alike.learn(X)
    as_ever.learn(X, rates=[0.25] * 60)
    assert (alike.weights("dense") == as_ever.weights("dense")).all()
    for rates, line in [
        ([0.5] * 59, r"rates are 59, allowed 60 \(n_hidden\)"),
        ([0.5] * 59 + [2.0], r"rates\[59\] is 2, allowed 1/131072 to 1"),
        ([0.5] * 59 + [np.nan], r"rates\[59\] is NaN"),
    ]:
        before = alike.to_bytes()
        with pytest.raises(ValueError, match=line):
            alike.learn(X, rates=rates)
        assert alike.to_bytes() == before
    with pytest.raises(TypeError, match="rates"):
        alike.learn(X, rates=["a"] * 60)


def test_recall_of_parts_and_of_other_numbers_of_ones() -> None:
    net, X = small(rate=1.0), patterns(10)
    net.learn(X)
    whole = net.recall(X)
    assert (whole.pattern.sum(axis=1) == 10).all()
    assert (net.recall(X, n_active=3).pattern.sum(axis=1) == 3).all()
    for units in (slice(50, None), range(50, 100), slice(-50, 100)):
        part = net.recall(X, units=units, n_active=4).pattern
        assert (part.sum(axis=1) == 4).all()
        assert not part[:, :50].any()
    assert (net.recall(X, code="graded").pattern.sum(axis=1) == 10).all()
    for arguments, line in [
        ({"n_active": 0}, "n_active is 0, allowed 1 to 100"),
        ({"n_active": 101}, "n_active is 101, allowed 1 to 100"),
        ({"n_active": 5, "units": slice(0, 4)}, "n_active is 5, allowed 1 to 4"),
        ({"units": slice(0, 100, 2)}, "units is slice"),
        ({"units": range(0, 101)}, r"units is range\(0, 101\)"),
        ({"code": "grey"}, 'code is "grey", allowed "binary", "graded"'),
    ]:
        with pytest.raises(ValueError, match=line):
            net.recall(X, **arguments)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="units is a int, allowed: a slice or range"):
        net.recall(X, units=7)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="n_active is a float, allowed: a whole number"):
        net.recall(X, n_active=2.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("units", [1, 31, 32, 33, 64, 100])
def test_every_kind_of_array_is_the_same_pattern(units: int) -> None:
    net = KWinner(units, 20, units, 3, max(units // 4, 1), 0.5, seed=1)
    X = patterns(70, units, max(units // 4, 1))
    net.learn(X)
    expected, scores = net.recall(X)
    assert expected.dtype == bool
    assert expected.shape == X.shape
    for kind in ("i1", "i2", "i4", "i8", "u1", "u2", "u8", "f4", "f8", ">i4", ">f8", ">u2"):
        pattern, score = net.recall(X.astype(kind))
        assert pattern.dtype == bool
        assert (pattern == expected).all()
        assert (score == scores).all()
    strided = np.zeros((140, units * 3), bool)
    strided[::2, ::3] = X
    shifted = np.zeros(X.size * 4 + 1, np.uint8)[1:].view("i4").reshape(X.shape)
    shifted[:] = X
    for same in (strided[::2, ::3], np.asfortranarray(X), X[::-1][::-1], X.tolist(), shifted):
        assert (net.recall(same).pattern == expected).all()
    words = pack(X)
    pattern = net.recall(words).pattern
    if units > 1:
        assert pattern.dtype == np.uint32
        assert (pattern == pack(expected)).all()
        assert (net.recall(words.astype(">u4")).pattern == pack(expected)).all()
        bytes_ = np.packbits(X, axis=1, bitorder="little")
        assert (net.recall(bytes_).pattern == np.packbits(expected, axis=1, bitorder="little")).all()
    one = net.recall(X[3])
    assert one.pattern.shape == (units,)
    assert isinstance(one.score, float)
    assert (one.pattern == expected[3]).all()
    assert one.score == scores[3]
    nothing = net.recall(X[:0])
    assert nothing.pattern.shape == (0, units)
    assert nothing.score.shape == (0,)


def test_sparse_rows() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    net, X = small(), patterns(12)
    assert (net.learn(sparse.csr_array(X)) == small().learn(X)).all()
    expected = net.recall(X).pattern
    for form in (sparse.csr_array, sparse.csc_array, sparse.coo_array, sparse.lil_array, sparse.csr_matrix):
        for kind in (bool, "i4", "f4"):
            assert (net.recall(form(X.astype(kind))).pattern == expected).all()
    twice = sparse.csr_array((np.ones(2), np.array([4, 4]), np.array([0, 2])), shape=(1, 100))
    for bad, line in [
        (sparse.csr_array(X * 2.0), r"cues\[0, \d+\] is 2, allowed 0 and 1"),
        (twice, r"cues\[0, 4\] is 2, allowed 0 and 1"),
        (sparse.csr_array(X[:, :50]), r"cues has 50 columns, allowed 100 \(units\)"),
        (sparse.csr_array(np.where(X, np.nan, 0)), "is NaN"),
    ]:
        with pytest.raises(ValueError, match=line):
            net.recall(bad)


def test_what_is_no_pattern_is_refused_by_name() -> None:
    net, X = small(), patterns(4)
    net.learn(X)
    before = net.to_bytes()
    wild = pack(X)
    wild[2, 3] |= 1 << 31
    for bad, line in [
        (X[:, :99], r"has 99 columns of bool, allowed 100 \(units\), or packed 4 of uint32 or 13 of uint8"),
        (X[None], r"has 3 axes, allowed 1 \(a pattern\) or 2"),
        (np.float64(1), "has 0 axes"),
        (X * 2, r"\[0, \d+\] is 2, allowed 0 and 1"),
        (X * -1, r"\[0, \d+\] is -1, allowed 0 and 1"),
        (np.full((1, 100), np.nan), r"\[0, 0\] is NaN"),
        (np.full((1, 100), np.inf), r"\[0, 0\] is inf"),
        (wild, r"\[2\]: a bit at or beyond 100"),
    ]:
        with pytest.raises(ValueError, match=line):
            net.recall(bad)
        with pytest.raises(ValueError, match=line):
            net.learn(bad)
    for kind in ("c16", "f2", "U1", "O", "M8[s]"):
        with pytest.raises(TypeError, match="cues is of dtype"):
            net.recall(X.astype("i8").astype(kind))
    masked = np.ma.masked_array(X, mask=X)
    with pytest.raises(TypeError, match="X is a masked array, allowed: arrays without a mask"):
        net.learn(masked)
    with pytest.raises(ValueError, match=r"X\[2\] is a pattern without a one"):
        net.learn(np.concatenate([X[:2], np.zeros((1, 100))]))
    assert net.to_bytes() == before


def test_sizes_that_are_refused() -> None:
    refused: list[tuple[dict[str, Any], str]] = [
        ({"n_visible": 0}, "n_visible is 0, allowed 1 to 4294967295"),
        ({"n_hidden": 0}, "n_hidden is 0, allowed 1 to 4294967295"),
        ({"n_visible": -1}, "n_visible is -1, allowed 1 to 4294967295"),
        ({"n_hidden": 2**32}, "n_hidden is 4294967296, allowed 1 to 4294967295"),
        ({"fan_in": 101}, r"fan_in is 101, allowed 1 to 100 \(n_visible\)"),
        ({"n_winners": 61}, r"n_winners is 61, allowed 1 to 60 \(n_hidden\)"),
        ({"n_winners": -1}, r"n_winners is -1, allowed 1 to 60 \(n_hidden\)"),
        ({"n_active": 0}, r"n_active is 0, allowed 1 to 100 \(n_visible\)"),
        ({"rate": 0}, "rate is 0, allowed 1/131072 to 1"),
        ({"rate": 1.0001}, "rate is 1.0001, allowed"),
        ({"rate": np.nan}, "rate is NaN, allowed"),
        ({"weights": "u3"}, 'weights is "u3", allowed "u1", "u2", "u4", "u8", "u16"'),
        ({"wiring": "any"}, 'wiring is "any", allowed'),
        ({"seed": -1}, "seed is -1, allowed 0 to 18446744073709551615"),
        ({"seed": 2**64}, "seed is 18446744073709551616, allowed"),
        (
            {"wiring": "structured", "n_visible": 1000, "n_hidden": 60, "fan_in": 100},
            r"n_hidden is 60, allowed \d+, the nearest that wiring \"structured\" takes",
        ),
        (
            {"weights": "u16", "n_visible": 70_000, "fan_in": 70_000},
            r"fan_in is 70000, allowed 1 to 65537 \(sums of weights \"u16\" have 32 bits\)",
        ),
    ]
    for changes, line in refused:
        with pytest.raises(ValueError, match=line):
            small(**changes)
    refused = [
        ({"n_hidden": 2.5}, "n_hidden is a float, allowed: a whole number"),
        ({"rate": "fast"}, "rate is a str, allowed: a number"),
        ({"seed": 1.0}, "seed is a float, allowed: a whole number"),
    ]
    for changes, line in refused:
        with pytest.raises(TypeError, match=line):
            small(**changes)
    with pytest.raises(MemoryError, match=r"the network takes about .* and there are"):
        KWinner(2_000_000, 2_000_000, 60_000, 10, 10, 0.5)
    assert small(seed=2**64 - 1).seed == 2**64 - 1
    assert small(rate=np.float32(0.5), n_visible=np.int16(100)).n_visible == 100


def test_large_answers_are_refused_before_they_are_made() -> None:
    net = KWinner(64, 2**20, 1, 1, 1, 0.5)
    cues = np.broadcast_to(np.zeros(2, np.uint32), (10**6, 2))
    with pytest.raises(MemoryError, match=r"the answer takes about 4\.2 TB, and there are"):
        net.potentials(cues)


def test_files_pickles_and_copies(tmp_path: Path) -> None:
    changes: dict[str, Any]
    for changes in ({}, {"wiring": "structured", "n_hidden": 61}, {"weights": "u16"}, {"fan_in": 100}):
        net = small(**changes)
        net.learn(patterns(20))
        net.save(tmp_path / "net.slot")
        again = KWinner.load(str(tmp_path / "net.slot"))
        for other in (again, pickle.loads(pickle.dumps(net)), copy.copy(net), copy.deepcopy(net)):
            assert other == net
            assert repr(other) == repr(net)
            assert other.n_learned == 20
            x = patterns(1, seed=5)
            assert other.learn(x) == copy.copy(net).learn(x)
            assert other != net
        assert (tmp_path / "net.slot").read_bytes() == net.to_bytes()
        assert net != small(**changes, rate=0.25)
        assert net != 3
    content = bytearray(net.to_bytes())
    content[-9] ^= 1
    (tmp_path / "wrong.slot").write_bytes(content)
    for damaged in (bytes(content), b"", b"SLOTLESS", content[:-4], struct.pack("<I", 7) * 50):
        with pytest.raises(ValueError, match=r"\w"):
            KWinner.from_bytes(bytes(damaged))
    with pytest.raises(ValueError, match=r"wrong\.slot: .*CRC"):
        KWinner.load(tmp_path / "wrong.slot")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        KWinner.load(tmp_path / "nowhere.slot")
    with pytest.raises(IsADirectoryError):
        net.save(tmp_path)
    with pytest.raises(FileNotFoundError):
        net.save(tmp_path / "no" / "folder.slot")
    with pytest.raises(TypeError, match=r"path is a int, allowed: str, bytes or os\.PathLike"):
        net.save(3)  # type: ignore[arg-type]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["net.slot", "wrong.slot"]


def test_it_says_what_it_is() -> None:
    net = small(rounding="stochastic", assignment="random-k")
    text = repr(net)
    assert text.endswith(": 0 learned")
    again = eval(text.split(": ")[0], {"KWinner": KWinner})
    assert again == net
    assert net.weight_max == 255
    assert net.rate == 0.5
    # Weights, masks of 100 units in words, and the counter.
    assert net.nbytes == 60 * 40 + 60 * 16 + 8
    with pytest.raises(AttributeError):
        net.seed = 4  # type: ignore[misc]
    with pytest.raises(TypeError):
        hash(net)


def test_a_network_trained_here_is_the_one_in_the_firmware() -> None:
    """The bytes that a Cortex-M0 recalls from in flash: the command of firmware/data/README.md, in Python."""
    image = (VECTORS.parents[1] / "firmware" / "data" / "trained.slot").read_bytes()
    net = KWinner(128, 256, 64, 8, 16, 0.5, "u4", "structured", 1, rounding="stochastic")
    net.learn(np.stack([sample(128, 16, Stream(1, 256, 0, number)) for number in range(300)]))
    assert net.to_bytes() == image
    assert KWinner.from_bytes(image) == net
    # The device learns ten more and says the check of what it then is.
    net.learn(np.stack([sample(128, 16, Stream(1, 256, 0, number)) for number in range(300, 310)]))
    said = (VECTORS.parents[1] / "firmware" / "src" / "bin" / "from_flash.out").read_text().split()[-1]
    assert int.from_bytes(net.to_bytes()[-4:], "little") == int(said, 16)
