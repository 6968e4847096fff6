"""What holds for all classes and functions: names, defaults, what errors name, files, and docstrings."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import slotless
from slotless import (
    DenseHopfield,
    HeteroMHN,
    Hopfield,
    KWinner,
    ModernHopfield,
    Recency,
    Ring,
    Sentences,
    attention,
    measures,
    parameters,
    retention,
    train,
)

X = np.eye(8, dtype=bool) | np.eye(8, k=1, dtype=bool)
REALS = np.random.default_rng(1).normal(size=(3, 4)).astype(np.float32)


def of_all() -> list[tuple[Any, tuple[Any, ...]]]:
    """Each memory, and what it learns."""
    return [
        (KWinner(8, 16, 8, 2, 2, 0.5), (X,)),
        (Recency(8, 3), (X[:, :8] & (np.arange(8) < 7),)),
        (Ring(8, 4), (X,)),
        (Hopfield(8), (X,)),
        (DenseHopfield(8), (X,)),
        (ModernHopfield(4), (REALS,)),
        (HeteroMHN(4, 4, 4, 6), (REALS, REALS, REALS)),
    ]


def learned() -> list[Any]:
    """Memories that have learned something."""
    memories = []
    for memory, rows in of_all():
        patterns = [row[row.any(axis=1)] for row in rows]
        memory.learn(*patterns)
        assert memory.n_learned == len(patterns[0])
        memories.append(memory)
    return memories


@pytest.mark.parametrize("number", range(7))
def test_one_set_of_names_serves_all_memories(number: int, tmp_path: Path) -> None:
    memory = learned()[number]
    kind, content = type(memory), memory.to_bytes()
    assert repr(memory).endswith(f": {memory.n_learned} learned")
    for given in (content, bytearray(content), memoryview(content), np.frombuffer(content, np.uint8)):
        other = kind.from_bytes(given)
        assert other == memory
        assert repr(other) == repr(memory)
        assert other.to_bytes() == content
    path = tmp_path / "memory"
    for name in (path, str(path), os.fsencode(path)):
        memory.save(name)
        assert path.read_bytes() == content
        assert kind.load(name) == memory
        path.unlink()
    with pytest.raises(FileNotFoundError) as missing:
        kind.load(path)
    assert missing.value.filename == str(path)
    with pytest.raises(FileNotFoundError):
        memory.save(tmp_path / "no" / "folder")
    with pytest.raises(TypeError, match="snapshot is a str, allowed: bytes, bytearray or memoryview"):
        kind.from_bytes("text")
    with pytest.raises(TypeError, match=r"path is a int, allowed: str, bytes or os\.PathLike"):
        kind.load(3)
    with pytest.raises(ValueError, match="path is '', which names no file"):
        memory.save("")
    # A bit of each byte, and each end: nothing but an error of the value.
    whole = len(content)
    for at in range(0, whole, max(whole // 60, 1)):
        wrong = bytearray(content)
        wrong[at] ^= 1 << at % 8
        try:
            other = kind.from_bytes(wrong)
        except (ValueError, MemoryError):
            continue
        # Of a zip some bytes mean nothing.
        assert other == memory
    for cut in (0, 1, whole // 2, whole - 1):
        with pytest.raises(ValueError, match=r"\S"):
            kind.from_bytes(content[:cut])
    others = [of for of in learned() if type(of) is not kind]
    for other in others:
        with pytest.raises(ValueError, match=r"\S"):
            kind.from_bytes(other.to_bytes())
    path.write_bytes(content[:-1])
    with pytest.raises(ValueError, match=r"memory: \S"):
        kind.load(path)


def test_files_without_a_snapshot_are_read_by_numpy(tmp_path: Path) -> None:
    net = Hopfield(8, seed=3)
    net.set_thresholds(np.arange(8))
    net.learn(X)
    net.save(tmp_path / "net.npz")
    with np.load(tmp_path / "net.npz") as arrays:
        rows = np.unpackbits(arrays["words"].view(np.uint8), bitorder="little").reshape(-1, 32)[:, :8]
        np.testing.assert_array_equal(rows, X)
        np.testing.assert_array_equal(arrays["thresholds"], np.arange(8))
        assert arrays["settings"].tolist() == [1, 1, 0, 8, 0, 8, 8, 3]
    modern = ModernHopfield(4, beta=0.5)
    assert ModernHopfield.from_bytes(modern.to_bytes()) == modern
    modern.learn(REALS)
    modern.save(tmp_path / "modern")
    with np.load(tmp_path / "modern") as arrays:
        np.testing.assert_array_equal(arrays["vectors"].reshape(3, 4), REALS)
        assert arrays["numbers"].tolist() == [0.5]
    # Settings that no network has.
    settings = np.array([1, 1, 0, 1, 0, 0, 8, 3], np.uint64)
    for place, value in ((0, 2), (1, 2), (3, 2), (6, 0), (6, 1 << 40), (6, 3)):
        wrong = settings.copy()
        wrong[place] = value
        np.savez(tmp_path / "wrong.npz", settings=wrong, words=np.array([0xFF], np.uint32))
        with pytest.raises(ValueError, match=r"wrong\.npz: "):
            Hopfield.load(tmp_path / "wrong.npz")


def public() -> list[tuple[str, Callable[..., Any]]]:
    """Classes, methods and functions, each with its name."""
    found: list[tuple[str, Callable[..., Any]]] = [
        (name, getattr(slotless, name)) for name in ("attention", "parameters", "retention", "train")
    ]
    found += [(name, getattr(measures, name)) for name in measures.__all__]
    for memory, _ in of_all():
        kind = type(memory)
        found.append((kind.__name__, kind))
        found += [
            (f"{kind.__name__}.{name}", getattr(kind, name))
            for name in vars(kind)
            if not name.startswith("_") and callable(getattr(kind, name))
        ]
    return found


def test_what_is_documented_as_a_default_is_one() -> None:
    checked = 0
    for name, item in public():
        shown = inspect.signature(item).parameters
        said: dict[str, str] = {}
        for line in inspect.getdoc(item).splitlines():  # type: ignore[union-attr]
            if " : " in line and ", default " in line:
                names, rest = line.split(" : ", 1)
                said |= {one: rest.split(", default ")[1] for one in names.split(", ")}
        for parameter, default in said.items():
            found = shown[parameter].default
            assert str(found) == default.strip('"') or float(found) == float(default), (name, parameter)
            checked += 1
    assert checked > 30


def test_docstrings_are_no_wider_than_100_columns() -> None:
    for name, item in public():
        documented: list[object] = [item]
        if inspect.isclass(item):
            documented += [part for part in vars(item).values() if inspect.isgetsetdescriptor(part)]
        for one in documented:
            for line in (inspect.getdoc(one) or "").splitlines():
                assert len(line) <= 100, (name, line)


CALLS: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (
        KWinner,
        {"n_visible": 8, "n_hidden": 16, "fan_in": 8, "n_winners": 2, "n_active": 2, "rate": 0.5, "weights": "u8"}
        | {"wiring": "random", "seed": 1, "rounding": "nearest", "assignment": "competitive"},
    ),
    (KWinner(8, 16, 8, 2, 2, 0.5).recall, {"cues": X, "n_active": 2, "units": slice(0, 4), "code": "binary"}),
    (KWinner(8, 16, 8, 2, 2, 0.5).weights, {"form": "dense"}),
    (Recency, {"n_visible": 8, "n_rows": 3, "n_levels": 2, "n_active": 2, "cap": 6, "miss": 5}),
    (Recency, {"n_visible": 8, "size": 100, "window": 4}),
    (Ring, {"n_visible": 8, "n_slots": 3, "replacement": "balanced", "n_classes": 2, "seed": 1}),
    (Ring, {"n_visible": 8, "coding": "rice", "n_active": 2, "size": 8}),
    (Hopfield, {"n_units": 8, "seed": 1}),
    (DenseHopfield, {"n_units": 8, "degree": 3, "separation": "power", "seed": 1}),
    (ModernHopfield, {"n_units": 4, "beta": 1.0}),
    (
        HeteroMHN,
        {"n_key": 4, "n_value": 4, "n_item": 4, "n_hidden": 8, "n_winners": 2, "allocation": "projected"}
        | {"n_projected": 2, "strength": 1.0, "seed": 1},
    ),
    (
        attention,
        {"q": REALS, "k": REALS, "v": REALS, "beta": 1.0, "mask": "causal", "unseen": "zeros", "return_weights": False}
        | {"threads": 1},
    ),
    (measures.dprime, {"learned": [1.0, 2], "baseline": [0.0, 2], "form": "paired"}),
    (
        measures.over_samples,
        {"learned": [1.0, 2], "baseline": [0.0, 2], "measure": "dprime", "samples": 1, "trials_each": 2},
    ),
    (measures.advantage, {"first": REALS, "second": REALS, "level": 0.9, "deviation": "sample"}),
    (measures.survival, {"n_hidden": 4, "ages": 1}),
    (measures.one_winner_accuracy, {"n_visible": 4, "n_hidden": 4, "n_active": 1, "cue": 1.0, "ages": 1}),
    (measures.fit_exponential, {"raw_difference": [0.5, 0.4, 0.3], "max_age": 3}),
    (parameters, {"of": "train"}),
]


def hopfields() -> list[tuple[Callable[..., Any], dict[str, Any]]]:
    """Recalls of networks that have learned something."""
    dense, classical, modern = DenseHopfield(8), Hopfield(8), ModernHopfield(4)
    dense.learn(X)
    classical.learn(X)
    modern.learn(REALS)
    rules = {"order": "random", "patience": 3, "max_updates": 9, "energy_floor": -4, "stop_at_stored": True, "run": 1}
    return [
        (dense.recall, {"cues": X, **rules}),
        (classical.recall, {"cues": X, **rules}),
        (classical.identify, {"states": X, "tolerance": 1}),
        (modern.recall, {"cues": REALS, "state_tolerance": 0.1, "weights_tolerance": 0.1, "max_steps": 5}),
    ]


@pytest.mark.parametrize(("call", "arguments"), CALLS + hopfields())
def test_errors_of_type_begin_with_the_argument(call: Callable[..., Any], arguments: dict[str, Any]) -> None:
    call(**arguments)
    for name in arguments:
        with pytest.raises(TypeError) as caught:
            call(**{**arguments, name: object()})
        assert str(caught.value).startswith((f"{name} is ", f"{name}: ")), str(caught.value)
        assert "\n" not in str(caught.value)


def test_other_values_are_named_too() -> None:
    net = KWinner(8, 16, 8, 2, 2, 0.5)
    others: list[Any] = [None, [], {}]
    for given in others:
        with pytest.raises(TypeError, match=r"^weights is a \w+, allowed: \"u1\", \"u2\", \"u4\", \"u8\", \"u16\"$"):
            KWinner(8, 16, 8, 2, 2, 0.5, given)
    with pytest.raises(TypeError, match=r"^seed is a NoneType, allowed: a whole number$"):
        Hopfield(8, seed=None)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^n_units is a number of very many digits, allowed 1 to 1048576$"):
        Hopfield(10**5000)
    with pytest.raises(ValueError, match=r"^rate is 1\d+, allowed up to 1\.79\d+e308 \(float\)$"):
        KWinner(8, 16, 8, 2, 2, 10**400)
    with pytest.raises(ValueError, match=r"cues is no array: .*inhomogeneous"):
        net.recall([[1, 0], [1]])
    with pytest.raises(ValueError, match="weights is no text in UTF-8"):
        KWinner(8, 16, 8, 2, 2, 0.5, "\ud800")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="units is a int, allowed: a slice or range of units 0 to 8"):
        net.recall(X, units=3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"units is range\(0, 9\), allowed a slice or range of units 0 to 8"):
        net.recall(X, units=range(9))
    with pytest.raises(ValueError, match=r"^degree is 126, allowed 1 to 41 \(n_units\*\*degree is below 2\*\*125\)$"):
        DenseHopfield(8, 126)


def test_bytes_are_packed_units() -> None:
    net = KWinner(8, 16, 8, 2, 2, 0.5)
    net.learn(X)
    packed = np.packbits(X[3], bitorder="little")
    expected = net.recall(packed).pattern
    for given in (bytes(packed), bytearray(packed), memoryview(packed)):
        np.testing.assert_array_equal(net.recall(given).pattern, expected)
    with pytest.raises(ValueError, match="cues has 3 columns of uint8, allowed 8"):
        net.recall(b"abc")
    with pytest.raises(TypeError, match="cues is of dtype uint8, allowed: float32 or float64"):
        ModernHopfield(4).recall(b"abcd")


def test_rates_are_shown_as_they_were_given() -> None:
    for rate in (0.3, 0.1, 1.0, 0.5, 1 / 3, 0.0123, 2**-16, 1e-5):
        net = KWinner(8, 16, 8, 2, 2, rate)
        shown = repr(net).split("rate=")[1].split(",")[0]
        assert len(shown) <= 7
        assert eval(repr(net).split(": ")[0], {"KWinner": KWinner}) == net
        if rate in (0.3, 0.1, 0.5, 0.0123):
            assert shown == str(rate)


def test_attention_says_where() -> None:
    q, k, v = np.random.default_rng(2).normal(size=(3, 2, 3, 4, 5)).astype(np.float32)
    for number, name in enumerate("qkv"):
        arrays = [q.copy(), k.copy(), v.copy()]
        arrays[number][1, 2, 3] = 1e19
        with pytest.raises(ValueError, match=rf"^{name}\[1, 2, 3\] has a squared norm of 8\.5\S+e37 or more"):
            attention(*arrays)
    # Of an array that broadcasts its own place.
    wrong = k[:1, 1:2].copy()
    wrong[0, 0, 2] = 1e19
    with pytest.raises(ValueError, match=r"^k\[0, 0, 2\] has a squared norm"):
        attention(q, wrong, v[:1, 1:2])
    mask = np.ones((2, 3, 4, 4), bool)
    mask[1, 0, 2] = False
    with pytest.raises(ValueError, match=r"^query\[1, 0, 2\] sees no key: all are masked"):
        attention(q, k, v, mask=mask, unseen="refused")


@pytest.mark.parametrize("name", ["patterns", "similarity", "spec"])
def test_a_file_that_is_not_there_is_an_error_of_the_system(name: str, tmp_path: Path) -> None:
    path = tmp_path / "none.npy"
    for given in (path, str(path), os.fsencode(path)):
        of_name: dict[str, Any] = {name: given}
        with pytest.raises(FileNotFoundError) as missing:
            retention(given) if name == "spec" else retention(trials=1, **of_name)
        assert missing.value.filename == str(path)
    rows = np.eye(8, dtype=np.uint8)
    np.save(tmp_path / "rows.npy", rows)
    held = tmp_path / "rows.npy"
    small: dict[str, Any] = {"f": 0.5, "k": 1, "burn_in": 1, "learned": 2, "trials": 1, "patterns": held}
    every: list[dict[str, Any]] = [{"lures": path}, {"lures": held, "cues": path, "lure_cues": held}]
    for files in every:
        with pytest.raises(FileNotFoundError) as missing:
            retention(**small, **files)
        assert missing.value.filename == str(path)


def test_folders_may_be_bytes(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path / "memory")
    with Sentences(folder, mode="a") as memory:
        memory.add("a", "b", vectors=np.eye(2, 4))
        assert memory.folder == str(tmp_path / "memory")
    with Sentences(folder, mode="r") as memory:
        assert len(memory) == 1
    with pytest.raises(TypeError, match=r"folder is a int, allowed: str, bytes or os\.PathLike"):
        Sentences(3)  # type: ignore[arg-type]
    run = train(letters=2, n=8, n_h=8, batches=3, trials=1)
    run.save(os.fsencode(tmp_path / "train"))
    assert (tmp_path / "train" / "manifest.json").exists()
    assert run.tokens() == ["a", "b", "A", "B", "a?", "b?"]
    assert len(run.tokens()) == run.weights()["W_Q"].shape[2]
    with pytest.raises(ValueError, match="condition is 1, allowed 0 to 0"):
        run.tokens(1)


def test_conditions_of_data_sets_have_names_for_people() -> None:
    pytest.importorskip("xarray")
    small: dict[str, Any] = {"n_i": 60, "s": 6, "f": 0.2, "k": 5, "burn_in": 5, "learned": 4, "trials": 2, "cue": 0.5}
    study = retention(n_h=[40, 80], **small)
    data = study.to_xarray()
    assert data.condition.values.tolist() == ["K-winner MHN, n_h = 40", "K-winner MHN, n_h = 80"]
    assert data.file.values.tolist() == study.conditions
    assert data.accuracy.sel(condition="K-winner MHN, n_h = 80").shape == (1, 4)
    trees = retention(n_h=40, data="tree", b=[1, 2], **small).to_xarray()
    assert len(set(trees.condition.values.tolist())) == 2
    run = train(letters=2, n=8, n_h=[8, 9], batches=3, trials=1).to_xarray()
    assert run.condition.values.tolist() == run.model.values.tolist()
