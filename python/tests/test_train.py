"""Training of transformers: against the definition, against the command, and what is refused."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tables

from slotless import Training, parameters, train

COMMAND = os.environ.get("SLOTLESS_COMMAND")


def small(**more: Any) -> Training:
    return train(**{"letters": 2, "n": 8, "n_h": 8, "batches": 30, "trials": 3, **more})


def answers(weights: dict[str, np.ndarray[Any, Any]], trial: int) -> tuple[float, float]:
    """Accuracy and loss of the baseline on all sequences of two letters in alphabetical order (equation 3)."""
    q, k, v = (weights[name][trial].astype(float) for name in ("W_Q", "W_K", "W_V"))
    correct, losses = 0, []
    for cases in ((0, 0), (0, 1), (1, 0), (1, 1)):
        # Tokens: a, b, A, B, then the queries.
        context = [letter + 2 * case for letter, case in enumerate(cases)]
        for asked in (0, 1):
            query = q[:, 4 + asked]
            logits = np.array([query @ k[:, token] for token in context])
            attention = np.exp(logits - logits.max())
            attention /= attention.sum()
            answer = sum(share * v[:, token] for share, token in zip(attention, context, strict=True))
            target = np.eye(2)[cases[asked]]
            correct += int(np.argmax(answer) == np.argmax(target))
            losses.append(((answer - target) ** 2).sum())
    return correct / 8, float(np.mean(losses))


def test_curves_are_those_of_the_weights_on_the_way() -> None:
    run = small(model="baseline", n_h=None, data="toy", batches=200, rate=0.02, checkpoints=[0, 50, 199])
    assert run.checkpoints() == [0, 50, 199, 200]
    for iteration in (0, 50, 199):
        weights = run.weights(iteration=iteration)
        assert weights["W_Q"].shape == weights["W_K"].shape == (3, 8, 6)
        assert weights["W_V"].shape == (3, 2, 6)
        for trial in range(3):
            accuracy, loss = answers(weights, trial)
            assert run.accuracy[0, trial, iteration] == accuracy
            assert run.loss[0, trial, iteration] == pytest.approx(loss, rel=1e-4)
    assert (run.loss[0, :, -1] < run.loss[0, :, 0]).all()
    assert run.weights()["W_V"].dtype == run.loss.dtype == np.float32


def test_threads_change_nothing_and_seeds_do() -> None:
    one = small(threads=1)
    assert one == small(threads=2) == small()
    high = small(seed=2**64 - 1)
    assert high.seed == 2**64 - 1
    assert high != one
    assert (high.loss != one.loss).any()
    assert train(high.spec) == high
    assert small(freeze="v") != one
    weights = small(freeze=["q", "k"], checkpoints=[0])
    for name in ("W_Q", "W_K"):
        np.testing.assert_array_equal(weights.weights(iteration=0)[name], weights.weights()[name])


def test_a_sweep_has_a_condition_for_each_combination() -> None:
    run = small(n_h=[8, 16], batches=[10, 30], checkpoints=[5], trials=2)
    assert run.accuracy.shape == run.loss.shape == (4, 2, 30)
    assert list(run.batches) == [10, 30, 10, 30]
    assert np.isnan(run.loss[0, :, 10:]).all()
    assert np.isfinite(run.loss[1]).all()
    alone = small(n_h=16, trials=2)
    np.testing.assert_array_equal(run.loss[3], alone.loss[0])
    np.testing.assert_array_equal(run.weights(3)["W_K"], alone.weights()["W_K"])
    assert list(run.arrays) == [f"{name}_{what}" for name in run.conditions for what in ("accuracy", "loss")]
    assert repr(run) == "Training(4 conditions, 2 trials, 30 iterations, seed 1)"
    published = train(published=True, batches=5, trials=1)
    assert published.models[0] == "baseline"
    assert len(published.models) == 7
    for other in (pickle.loads(pickle.dumps(run)), pickle.loads(pickle.dumps(published))):
        assert other in (run, published)


def test_what_diverges_is_told(tmp_path: Path) -> None:
    with pytest.warns(RuntimeWarning, match="diverged at iteration .* a smaller rate helps"):
        run = small(model="baseline", n_h=None, rate=10.0)
    at = run.diverged[0]
    assert (at > 0).all()
    for trial, iteration in enumerate(at):
        assert np.isfinite(run.loss[0, trial, : iteration - 1]).all()
        assert np.isnan(run.loss[0, trial, iteration - 1 :]).all()
    assert np.isnan(run.weights()["W_Q"]).all()
    assert pickle.loads(pickle.dumps(run)) == run
    run.save(tmp_path)
    assert (tmp_path / "train.csv").exists()


def test_tables_are_those_of_the_files(tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    run = small(n_h=[8, 16], checkpoints=[5])
    run.save(tmp_path)
    for table, name in (("curves", "sweep"), ("statistics", "sweep_statistics"), ("summary", "sweep_summary")):
        tables.check(run.to_pandas(table), tmp_path / f"{name}.csv")  # type: ignore[arg-type]
    with np.load(tmp_path / "sweep.npz") as npz:
        for name, array in run.arrays.items():
            np.testing.assert_array_equal(npz[name], array)
    for trial in range(3):
        for end, iteration in (("", 30), ("_iteration5", 5)):
            with np.load(tmp_path / "weights" / f"{run.conditions[1]}_trial{trial}{end}.npz") as npz:
                for name, array in run.weights(1, iteration).items():
                    np.testing.assert_array_equal(npz[name], array[trial])


def test_xarray_has_names_and_units() -> None:
    pytest.importorskip("xarray")
    run = small()
    data = run.to_xarray()
    assert float(data.loss.sel(condition=run.models[0], trial=2, iteration=30)) == run.loss[0, 2, 29]
    assert data.accuracy.attrs["units"] == "share"


@pytest.mark.skipif(COMMAND is None, reason="SLOTLESS_COMMAND names no built command")
def test_the_command_has_the_same(tmp_path: Path) -> None:
    run = train(model="mhn", n_h=[16, 24], letters=3, batches=40, trials=2, seed=2**63 + 1, checkpoints=[10])
    flags = "--model mhn --n-h 16,24 --letters 3 --batches 40 --trials 2 --seed 9223372036854775809 --checkpoints 10"
    assert COMMAND is not None
    command = [COMMAND, "transformer", "sweep", *flags.split(), "--out", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    run.save(tmp_path / "saved")
    files = [*tmp_path.glob("sweep*"), *tmp_path.glob("weights/*")]
    assert len(files) > 20
    for path in files:
        saved = tmp_path / "saved" / path.relative_to(tmp_path)
        assert saved.read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize(
    ("keywords", "error", "line"),
    [
        ({"layers": 3}, TypeError, 'unexpected keyword argument "layers", allowed: model'),
        ({"n_h": 1}, ValueError, "n_h is 1, allowed 2 to 65536"),
        ({"beta": float("inf")}, ValueError, "beta is inf, allowed finite numbers"),
        ({"model": "slots"}, ValueError, 'model is "slots", allowed one of baseline'),
        ({"freeze": "x"}, ValueError, r"freeze\[0\] is \"x\", allowed one of "),
        ({"checkpoints": [30]}, ValueError, "checkpoints is "),
        ({"checkpoints": 3}, ValueError, "checkpoints is 3, allowed a list"),
        ({"published": True, "model": "qk"}, ValueError, 'model is "qk", allowed none beside'),
        ({"data": "toy", "batch": 3}, ValueError, "batch is 3, allowed none but for data random"),
        ({"trials": 0}, ValueError, "trials is 0, allowed from 1"),
        ({"trials": 2**32 - 1}, MemoryError, "trials is 4294967295, allowed up to"),
    ],
)
def test_what_is_not_allowed_is_refused(keywords: dict[str, Any], error: type[Exception], line: str) -> None:
    with pytest.raises(error, match=line):
        small(**keywords)


def test_what_was_not_kept_is_refused() -> None:
    run = small(checkpoints=[3])
    with pytest.raises(ValueError, match=r"iteration is 4, allowed \[3, 30\]"):
        run.weights(iteration=4)
    with pytest.raises(ValueError, match="condition is 1, allowed 0 to 0"):
        run.weights(1)
    with pytest.raises(ValueError, match="model is described by the spec already"):
        train(run.spec, model="qk")
    assert train(run.spec, trials=1, batches=20).accuracy.shape == (1, 1, 20)
    assert "hidden_winners" in [one.name for one in parameters("train")]


def test_ctrl_c_ends_a_training() -> None:
    code = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell has it ignored in the background.
from slotless import train
print("ready", flush=True)
try:
    train(trials=10_000, batches=100_000)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=60)[0] == "interrupted\n"
