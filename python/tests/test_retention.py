"""Studies of retention: against a loop over networks, against the command, and what is refused."""

from __future__ import annotations

import copy
import csv
import os
import pickle
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tables
from numpy.typing import NDArray

from slotless import KWinner, Retention, parameters, retention

SMALL: dict[str, Any] = {
    "n_i": 80,
    "n_h": 119,
    "s": 8,
    "f": 0.25,
    "k": 6,
    "eps": 0.4,
    "burn_in": 20,
    "learned": 12,
    "trials": 4,
}
COMMAND = os.environ.get("SLOTLESS_COMMAND")


def rows_of(count: int, units: int, ones: int, seed: int = 1) -> NDArray[np.bool_]:
    rng = np.random.default_rng(seed)
    return np.argsort(rng.random((count, units)), axis=1) < ones


def small(**more: Any) -> Retention:
    return retention(**{**SMALL, **more})


def own(**more: Any) -> Retention:
    """A study of rows in their order."""
    sizes = {name: value for name, value in SMALL.items() if name not in ("n_i", "s")}
    return retention(**{**sizes, "order": "file", **more})


# -- results


@pytest.mark.parametrize(("weights", "rounding"), [("u1", "stochastic"), ("u8", "stochastic"), ("u16", "nearest")])
@pytest.mark.parametrize("wiring", ["random", "structured"])
def test_trials_are_those_of_a_loop_over_networks(weights: Any, rounding: Any, wiring: Any) -> None:
    X = rows_of(44, 80, 8)
    lures, halves = rows_of(20, 80, 8, 2), X & (np.cumsum(X, axis=1) <= 4)
    half_lures = lures & (np.cumsum(lures, axis=1) <= 4)
    study = own(
        patterns=X,
        lures=lures,
        cues=halves,
        lure_cues=half_lures,
        cue=1,
        weights=weights,
        wiring=wiring,
        rounding=rounding,
        trials=2,
        seed=5,
    )
    assert study.overlap.shape == study.score.shape == (1, 1, 2, 2, 12)
    for trial in range(2):
        seed = int(study.network_seeds[0, trial])
        net = KWinner(80, 119, 20, 6, 8, 0.4, weights, wiring, seed, rounding=rounding)
        net.learn(X[:32])
        # Of both the last has age 1: learned 20 to 31, and lures 0 to 11.
        for number, (asked, cues) in enumerate(((X[20:32], halves[20:32]), (lures[:12], half_lures[:12]))):
            answers, shares = net.recall(cues[::-1])
            overlaps = (answers & asked[::-1]).sum(axis=1)
            np.testing.assert_array_equal(study.overlap[0, 0, number, trial], overlaps)
            np.testing.assert_array_equal(study.trial_familiarity[0, 0, number, trial], shares)
            np.testing.assert_array_equal(study.trial_accuracy[0, 0, number, trial], overlaps / 8)


def test_measures_are_those_of_the_trials() -> None:
    study = small(trials=40, cue=[1, 0.5])
    real, pseudo = study.trial_accuracy[0, :, 0], study.trial_accuracy[0, :, 1]
    np.testing.assert_allclose(study.accuracy[0], real.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(study.accuracy_se[0], real.std(axis=1) / np.sqrt(40), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(study.baseline[0, :, 0], pseudo.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(study.raw_difference[0, :, 0], (real - pseudo).mean(axis=1), atol=1e-12)
    # Two samples of 20 trials.
    differences = (real - pseudo).reshape(2, 2, 20, 12)
    with np.errstate(divide="ignore", invalid="ignore"):
        dprime = (differences.mean(axis=2) / differences.std(axis=2)).mean(axis=1)
    defined = np.isfinite(dprime)
    assert defined.any()
    np.testing.assert_allclose(study.dprime[0, :, 0][defined], dprime[defined], rtol=1e-9, atol=1e-12)
    wins = (real[:, :, None, :] > pseudo[:, None, :, :]) + 0.5 * (real[:, :, None, :] == pseudo[:, None, :, :])
    halves = [wins[:, 20 * i : 20 * i + 20, 20 * i : 20 * i + 20].mean(axis=(1, 2)) for i in range(2)]
    np.testing.assert_allclose(study.auc[0, :, 0], np.mean(halves, axis=0), rtol=1e-12)
    assert study.accuracy[0, 0, 0] > 0.8 > study.baseline[0, 0, 0, 0] + 0.1
    assert np.isnan(study.content_bits).all()


def test_threads_change_nothing_and_seeds_do() -> None:
    one = small(threads=1)
    assert one == small(threads=2) == small()
    np.testing.assert_array_equal(one.overlap, small(threads=3).overlap)
    high = small(seed=2**64 - 1)
    assert high.seed == 2**64 - 1
    assert high != one
    assert (high.overlap != one.overlap).any()
    assert high != small(seed=2**63)
    assert retention(high.spec) == high


def test_a_sweep_has_a_condition_for_each_combination() -> None:
    study = small(n_h=[60, 119], weights=["u8", "u16"], cue=[1, 0.5], counted="content", trials=3)
    assert study.networks == [
        f"K-winner MHN, n_h = {n_h}, weights = {weights}" for n_h in (60, 119) for weights in ("u8", "u16")
    ]
    assert study.accuracy.shape == (4, 2, 12)
    assert study.dprime.shape == (4, 2, 1, 12)
    assert np.isfinite(study.content_bits).all()
    alone = small(n_h=119, weights="u16", cue=[1, 0.5], counted="content", trials=3)
    np.testing.assert_array_equal(study.overlap[3], alone.overlap[0])
    np.testing.assert_array_equal(study.content_bits[3], alone.content_bits[0])
    more = small(data="tree", b=[2, 4], matched=True)
    assert more.baselines == ["pseudo", "unstructured"]
    assert more.conditions == ["k_winner_mhn_b_2_tree2", "k_winner_mhn_b_4_tree4", "matched_1_winner_mhn_tree2"]
    assert more.baseline.shape == (3, 2, 2, 12)


def test_numbers_of_numpy_are_taken() -> None:
    study = small(n_h=[60, 119], eps=0.5, cue=[1, 0.5], matched=True)
    numbers = {"eps": np.float32(0.5), "cue": np.array([1, 0.5]), "matched": np.True_, "trials": np.int64(4)}
    assert small(n_h=np.array([60, 119], np.uint16), **numbers) == study
    assert small(n_h=(60, 119), **{**numbers, "eps": np.array(0.5), "matched": True}) == study


def test_own_rows_come_in_every_form(tmp_path: Path) -> None:
    X = rows_of(44, 80, 8)
    study = own(patterns=X)
    np.save(tmp_path / "rows.npy", X)
    words = np.packbits(np.pad(X, ((0, 0), (0, 16))), axis=1, bitorder="little").view("<u4").astype(np.uint32)
    forms = [
        X.astype(float),
        np.where(X, 1, -1),
        X.tolist(),
        np.asfortranarray(X),
        tmp_path / "rows.npy",
        str(tmp_path / "rows.npy"),
    ]
    for form in forms:
        again = own(patterns=form)
        np.testing.assert_array_equal(again.overlap, study.overlap)
    np.testing.assert_array_equal(own(patterns=words, n_i=80).overlap, study.overlap)
    assert 'path = "patterns.npy"' in study.spec
    # Rows in a spec's place, if they are the same.
    assert retention(study.spec, patterns=X) == study
    with pytest.raises(ValueError, match="SHA-256"):
        retention(study.spec, patterns=rows_of(44, 80, 8, 3))
    shuffled = own(patterns=X, order="shuffled")
    assert (shuffled.overlap != study.overlap).any()
    np.testing.assert_array_equal(study.arrays["k_winner_mhn_file_ones_real"], 8)


def test_similarities_come_as_an_array_or_a_file(tmp_path: Path) -> None:
    matrix = np.full((44, 44), 0.3)
    np.fill_diagonal(matrix, 1)
    study = small(similarity=matrix)
    np.save(tmp_path / "matrix.npy", matrix)
    again = small(similarity=tmp_path / "matrix.npy")
    np.testing.assert_array_equal(study.overlap, again.overlap)
    assert retention(study.spec, similarity=matrix.tolist()) == study
    # Patterns of 8 ones that are so alike that 2.4 are the same, where by chance .8 would be.
    similarity = study.arrays[f"{study.conditions[0]}_similarity"]
    assert abs(similarity[:, 0].mean() - 0.3) < 0.05
    matrix[3, 2] = 0.5
    for wrong, line in (
        (matrix, "similarity: row 4, column 3 is 0.5, allowed 0.3"),
        (matrix[:3], "similarity has 3 rows and 44 columns"),
        (matrix[0], "similarity has 1 axes, allowed 2"),
        (np.eye(5), "5 rows, expected at least 44"),
    ):
        with pytest.raises(ValueError, match=line):
            small(similarity=wrong)
    with pytest.raises(ValueError, match="similarity is data, and the spec has no file"):
        retention(small().spec, similarity=np.eye(44))


def test_specs_come_as_files_texts_and_tables(tmp_path: Path) -> None:
    study = small(trials=2)
    path = tmp_path / "spec.toml"
    path.write_text(study.spec)
    network = {name: SMALL[name] for name in ("n_i", "n_h", "s", "f", "k", "eps")}
    table = {
        "trials": 2,
        "network": [{"name": "K-winner MHN", **network}],
        "protocol": {"burn_in": 20, "learned": 12},
        "data": {"kind": "random"},
    }
    for spec in (path, str(path), study.spec, table):
        assert retention(spec) == study
    assert retention(path, trials=3, seed=2, cue=0.5) == small(trials=3, seed=2, cue=0.5)
    with pytest.raises(ValueError, match="n_h is described by the spec already"):
        retention(path, n_h=10)
    with pytest.raises(FileNotFoundError):
        retention(tmp_path / "none.toml")
    path.write_text("seed = 1\nnetworks = []\n")
    with pytest.raises(ValueError, match=r"spec\.toml, line 2: unknown field `networks`"):
        retention(path)
    with pytest.raises(ValueError, match="spec lacks network"):
        retention({})
    with pytest.raises(TypeError, match="spec is a int"):
        retention(3)  # type: ignore[arg-type]


def test_studies_are_copied_and_pickled() -> None:
    X = rows_of(44, 80, 8)
    for study in (small(n_h=[60, 119], counted="content", eps=0.1), own(patterns=X, intrusions="counted")):
        for other in (pickle.loads(pickle.dumps(study)), copy.copy(study), copy.deepcopy(study)):
            assert other == study
            assert other.spec == study.spec
            assert repr(other) == repr(study)
            np.testing.assert_array_equal(other.network_seeds, study.network_seeds)
            for name, array in study.arrays.items():
                np.testing.assert_array_equal(other.arrays[name], array)
    assert repr(small(trials=1)) == "Retention(1 condition, 2 cue levels, 12 ages, 1 trial, seed 1)"
    assert study != 3


# -- tables and files


def test_tables_are_those_of_the_files(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    study = small(n_h=[60, 119], data="tree", b=3)
    study.save(tmp_path)
    for table, name in (("curves", "sweep.csv"), ("summary", "sweep_summary.csv")):
        tables.check(study.to_pandas(table), tmp_path / name)
    with np.load(tmp_path / "sweep.npz") as npz:
        assert set(npz) == {*study.arrays, "dictionary"}
        for name, array in study.arrays.items():
            np.testing.assert_array_equal(npz[name], array)
            assert npz[name].dtype == array.dtype
    assert (tmp_path / "sweep.svg").exists()
    with pytest.raises(ValueError, match='table is "x", allowed "curves", "summary"'):
        study.to_pandas("x")
    with pytest.raises(ValueError, match="a file, expected a folder"):
        study.save(tmp_path / "sweep.csv")


def test_xarray_has_names_and_units() -> None:
    pytest.importorskip("xarray")
    study = small(n_h=[60, 119], cue=[1, 0.5])
    data = study.to_xarray()
    one = data.dprime.sel(cue=0.5, baseline="pseudo", age=3).isel(condition=1)
    assert float(one) == study.dprime[1, 1, 0, 2]
    assert data.accuracy.dims == ("condition", "cue", "age")
    assert data.accuracy.attrs["units"] == "share"
    assert data.overlap.dims == ("condition", "cue", "set", "trial", "age")
    assert data.age.attrs["units"] == "patterns"
    assert study.describe("accuracy").endswith("(share)")
    with pytest.raises(KeyError):
        study.describe("none")


@pytest.mark.skipif(COMMAND is None, reason="SLOTLESS_COMMAND names no built command")
@pytest.mark.parametrize(
    ("flags", "keywords"),
    [
        ("run", {}),
        (
            "run --weights u8 --matched --content --seed 18446744073709551615",
            {"weights": "u8", "matched": True, "counted": "content", "seed": 2**64 - 1},
        ),
        ("sweep --eps 0.1,0.3 --data tree --b 3", {"eps": [0.1, 0.3], "data": "tree", "b": 3}),
        (
            "run --data sequence --length 4 --chain --intrusions",
            {"data": "sequence", "length": 4, "cueing": "chain", "intrusions": "counted"},
        ),
    ],
)
def test_the_command_has_the_same(tmp_path: Path, flags: str, keywords: dict[str, Any]) -> None:
    kind, _, more = flags.partition(" ")
    sizes = {**SMALL, **keywords}
    if kind == "sweep":
        sizes["eps"] = keywords["eps"]
    study = retention(**sizes)
    own = [f"--{name.replace('_', '-')}={value}" for name, value in SMALL.items() if name not in keywords]
    assert COMMAND is not None
    done = [COMMAND, "memory", kind, *own, *more.split(), "--out", str(tmp_path)]
    subprocess.run(done, check=True, capture_output=True, timeout=120)
    with np.load(tmp_path / f"{kind}.npz") as npz:
        assert set(npz) == {*study.arrays, "dictionary"}
        for name, array in study.arrays.items():
            np.testing.assert_array_equal(npz[name], array)
            assert npz[name].dtype == array.dtype
    with open(tmp_path / f"{kind}.csv", newline="") as file:
        accuracies = [float(row["accuracy"]) for row in csv.DictReader(file)]
    columns = study.accuracy[:, :, None].repeat(len(study.baselines), axis=2)
    np.testing.assert_array_equal(columns.ravel(), accuracies)
    # What is saved here is what the command writes, but for the times and what the program says of itself.
    study.save(tmp_path / "saved")
    for path in sorted(tmp_path.glob(f"{kind}*")):
        assert (tmp_path / "saved" / path.name).read_bytes() == path.read_bytes(), path.name


# -- what is refused


@pytest.mark.parametrize(
    ("keywords", "error", "line"),
    [
        ({"learnt": 3}, TypeError, 'unexpected keyword argument "learnt", allowed: memory, n_i'),
        ({"n_h": -1}, ValueError, "n_h is -1, allowed a whole number, 0 to 4294967295"),
        ({"n_h": 2**70}, ValueError, "n_h is 1180591620717411303424, allowed up to"),
        ({"n_h": 1.5}, ValueError, "n_h is 1.5, allowed a whole number"),
        ({"n_h": b"x"}, ValueError, 'n_h is "x", allowed a number'),
        ({"n_h": object()}, TypeError, "n_h is a object, allowed"),
        ({"eps": float("nan")}, ValueError, "eps is NaN, allowed finite numbers"),
        ({"eps": [0.1, float("inf")]}, ValueError, "eps is inf, allowed finite numbers"),
        ({"eps": 0}, ValueError, "eps is 0, allowed above 0 to 1"),
        ({"eps": []}, ValueError, r"eps is \[\], allowed one value or more"),
        ({"weights": "u3"}, ValueError, 'weights is "u3", allowed one of u1'),
        ({"data": "trees"}, ValueError, 'data is "trees", allowed one of random, tree, '),
        ({"data": "tree"}, ValueError, 'data "tree" takes b, none is given'),
        ({"data": "pairs", "context": [0.1, 0.2]}, ValueError, r"context is \[0.1,0.2\], allowed a number"),
        ({"matched": 1}, ValueError, "matched is 1, allowed true or false"),
        ({"trials": -1}, ValueError, "trials is -1, allowed a whole number, 0 to 4294967295"),
        ({"cue": 2}, ValueError, "cue is 2, allowed 0 to 1"),
        ({"trials": 0}, ValueError, "trials is 0, allowed from 1"),
        ({"seed": -1}, ValueError, "seed is -1, allowed a whole number, 0 to 18446744073709551615"),
        ({"threads": -1}, ValueError, "threads is -1, allowed"),
        ({"threads": 10**9}, ValueError, "threads is 1000000000, allowed 0"),
        ({"threads": "2"}, TypeError, "threads is a str"),
        ({"progress": 3}, TypeError, "progress is a int, allowed: a bool or a callable"),
        ({"similarity": "none.npy"}, FileNotFoundError, r"none\.npy"),
        ({"trials": 2**32 - 1}, MemoryError, "trials is 4294967295, allowed up to"),
    ],
)
def test_what_is_not_allowed_is_refused(keywords: dict[str, Any], error: type[Exception], line: str) -> None:
    with pytest.raises(error, match=line):
        small(**keywords)


@pytest.mark.parametrize(
    ("rows", "error", "line"),
    [
        (np.zeros((44, 80), bool), ValueError, r"patterns\[0\] is a pattern without a one"),
        (np.full((44, 80), 2), ValueError, r"patterns\[0, 0\] is 2, allowed 0 and 1"),
        (np.full((44, 80), np.nan), ValueError, r"patterns\[0, 0\] is NaN"),
        (np.ones(80, bool), ValueError, "patterns has 1 axes, allowed 2"),
        (np.ones((0, 80), bool), ValueError, "no pattern in it"),
        (np.ones((31, 80), bool), ValueError, "31 rows, expected at least 44"),
        (np.ones((44, 80), complex), TypeError, "patterns is of dtype complex128"),
        (3, ValueError, "patterns has 0 axes"),
    ],
)
def test_rows_that_are_none_are_refused(rows: Any, error: type[Exception], line: str) -> None:
    with pytest.raises(error, match=line):
        own(patterns=rows)


def test_rows_that_do_not_fit_are_refused() -> None:
    X = rows_of(44, 80, 8)
    for more, line in (
        ({"lures": X[:, :70]}, "lures has 70 columns"),
        ({"lures": X[:5]}, "5 rows, expected at least 12"),
        ({"cues": X[:40]}, "40 rows, expected 44: a cue for each pattern"),
        ({"lures": X, "cues": X}, "missing lure_cues"),
        ({"n_i": 100}, "patterns has 80 columns"),
        ({"data": "random"}, "patterns is "),
    ):
        with pytest.raises(ValueError, match=line):
            own(patterns=X, **more)
    with pytest.raises(ValueError, match="lures is data, and the spec has no file of that name"):
        retention(own(patterns=X).spec, patterns=X, lures=X)
    with pytest.raises(ValueError, match="patterns is data, and the spec has no file"):
        retention(small().spec, patterns=X)
    with pytest.warns(UserWarning, match="44 of the 44 lures are patterns, too"):
        own(patterns=X, lures=X)


def test_memory_that_is_not_there_is_an_error() -> None:
    code = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from slotless import retention, train
for call in (lambda: retention(n_i=10_000, n_h=400_000, s=5, f=1.0, trials=1),
             lambda: retention(learned=40_000_000, trials=1),
             lambda: train(batches=2_000_000_000, trials=1)):
    try:
        call()
    except MemoryError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    names = [
        line.partition(", allowed what fits into memory: a trial takes about ")[0] for line in done.stdout.splitlines()
    ]
    assert names == ["n_h is 400000", "learned is 40000000", "batches is 2000000000"]


def test_parameters_are_the_declared_ones() -> None:
    declared = {one.name: one for one in parameters("retention")}
    assert declared["k"].default == "50"
    assert declared["weights"].allowed.startswith("u1, u2")
    assert declared["n_h"].symbol == "n_h"
    # Each is a keyword: with nothing it is left out.
    assert small(**dict.fromkeys(set(declared) - set(SMALL))) == small()
    with pytest.raises(ValueError, match='of is "x", allowed "retention", "train"'):
        parameters("x")  # type: ignore[arg-type]


# -- long calls


def test_progress_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[int, int, float | None]] = []
    small(progress=lambda *how: told.append(how))
    assert told[-1] == (4, 4, 0.0)
    small(progress=True)
    assert capsys.readouterr().err.endswith("retention: 4 of 4 trials\n")

    def stop(done: int, total: int, left: float | None) -> None:
        raise RuntimeError("enough")

    start = time.monotonic()
    with pytest.raises(RuntimeError, match="enough"):
        retention(trials=10_000, progress=stop)
    assert time.monotonic() - start < 60


def test_ctrl_c_ends_a_study() -> None:
    code = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell has it ignored in the background.
from slotless import retention
print("ready", flush=True)
try:
    retention(trials=10_000)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60)[0] == "interrupted\n"
    assert process.returncode == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_forked_child_runs_studies_too() -> None:
    study = small()
    with warnings.catch_warnings():
        # Python 3.12 warns of forks of processes with threads.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        signal.alarm(60)
        os._exit(0 if small() == study else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_rows_beside_patterns_alone_are_refused() -> None:
    for name, value in [("lures", np.eye(4)), ("cues", np.eye(4)), ("lure_cues", np.eye(4)), ("order", "file")]:
        with pytest.raises(ValueError, match=f"{name} is given without patterns, which it belongs to"):
            retention(**{name: value})  # type: ignore[arg-type]


def test_what_was_measured_is_not_written_to() -> None:
    study = retention(n_i=60, n_h=40, s=6, f=0.2, k=5, burn_in=5, learned=4, trials=2)
    for array in (study.accuracy, study.overlap, study.trial_accuracy, study.curves["dprime"]):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    data = pytest.importorskip("xarray") and study.to_xarray()
    data["accuracy"][...] = 0
    assert (study.accuracy > 0).any()
