"""The estimator: scikit-learn's own checks, and what a memory adds to them."""

from __future__ import annotations

import doctest
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")

from sklearn.base import clone
from sklearn.datasets import load_iris, make_blobs
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import estimator_checks_generator

import slotless.sklearn
from slotless import Ring
from slotless.sklearn import MemoryClassifier

MODELS = [MemoryClassifier(n_hidden=1000), MemoryClassifier("ring", n_slots=200)]
CHECKS = [(*one, model.memory) for model in MODELS for one in estimator_checks_generator(model)]


@pytest.mark.parametrize(
    ("estimator", "check"),
    [one[:2] for one in CHECKS],
    ids=[f"{memory}-{check.func.__name__}-{number}" for number, (_, check, memory) in enumerate(CHECKS)],
)
def test_scikit_learns_checks(estimator: Any, check: Any) -> None:
    check(estimator)


def test_parts_make_the_whole_and_seeds_decide() -> None:
    X, y = make_blobs(200, 4, centers=3, random_state=3)
    whole = MemoryClassifier(random_state=5).fit(X, y)
    parts = MemoryClassifier(random_state=5).partial_fit(X[:150], y[:150], classes=[0, 1, 2])
    # Between which values the units of a feature stand is of the first batch.
    assert not np.array_equal(parts._most, whole._most) or not np.array_equal(parts._least, whole._least)
    again = MemoryClassifier(random_state=5).fit(X[:150], y[:150])
    assert again.memory_ == parts.memory_
    parts.partial_fit(X[150:], y[150:])
    assert parts.n_samples_seen_ == parts.memory_.n_learned == 200
    assert whole.memory_ == clone(whole).fit(X, y).memory_
    assert whole.memory_ != MemoryClassifier(random_state=6).fit(X, y).memory_
    assert make_pipeline(StandardScaler(), MemoryClassifier(random_state=0)).fit(X, y).score(X, y) > 0.95


def test_a_ring_is_the_nearest_of_what_it_keeps() -> None:
    X, y = load_iris(return_X_y=True)
    model = MemoryClassifier("ring", n_slots=75).fit(X[::2], y[::2])
    assert (model.predict(X[::2]) == y[::2]).all()
    few = MemoryClassifier("ring", n_slots=9, random_state=0).fit(X, y)
    # Sorted by class, and still of each class as many.
    assert isinstance(few.memory_, Ring)
    assert sorted(few.memory_.classes) == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    kept = few.memory_.patterns()
    overlaps = few._cues(X).astype(int) @ kept.T.astype(int)
    best = overlaps == overlaps.max(axis=1, keepdims=True)
    assert (few.predict(X) == few.memory_.classes[best.argmax(axis=1)]).all()
    codes: Any = few.transform(X)
    assert (codes.sum(axis=1) == 1).all()
    assert (few.predict(X) == few.memory_.classes[codes.argmax(axis=1)]).all()
    assert len(few.get_feature_names_out()) == 9


def test_codes_are_the_winners() -> None:
    X, y = load_iris(return_X_y=True)
    model = MemoryClassifier(random_state=0).fit(X, y)
    codes: Any = model.transform(X)
    assert codes.shape == (150, 2000)
    assert (codes.sum(axis=1) == model.n_winners).all()
    assert len(model.get_feature_names_out()) == 2000


def test_settings_are_refused_by_name() -> None:
    X, y = load_iris(return_X_y=True)
    for settings, line in [
        ({"width": 32}, r"width is 32, allowed 1 to 31 \(n_levels - 1\)"),
        ({"n_label": 0}, "n_label is 0, allowed from 1"),
        ({"fan_in": 1.5}, "fan_in is 1.5, allowed above 0 to 1"),
        ({"rate": 0.0}, "rate is 0, allowed"),
        ({"n_winners": 3000}, "n_winners is 3000"),
        ({"weights": "u9"}, 'weights is "u9"'),
        ({"memory": "heap"}, 'memory is .heap., allowed "kwinner", "ring"'),
        ({"memory": "ring", "n_slots": 0}, "0"),
    ]:
        with pytest.raises(ValueError, match=line):
            MemoryClassifier(**settings).fit(X, y)  # type: ignore[arg-type]
    model = MemoryClassifier().partial_fit(X, y, classes=[0, 1, 2])
    with pytest.raises(ValueError, match=r"y has the label 7, allowed: \[0 1 2\]"):
        model.partial_fit(X[:1], [7])
    with pytest.raises(ValueError, match=r"classes are \[0 1\], and were \[0 1 2\] on the first call"):
        model.partial_fit(X[:1], y[:1], classes=[0, 1])


def test_examples_run() -> None:
    assert doctest.testmod(slotless.sklearn).failed == 0
