"""Measures: against their equations, and what is refused."""

from __future__ import annotations

import doctest
import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from slotless import measures, retention
from slotless.measures import (
    advantage,
    auc,
    auc_to_dprime,
    content_bits,
    dprime,
    fit_exponential,
    one_winner_accuracy,
    over_samples,
    raw_difference,
    recognition_bits,
    survival,
)

RNG = np.random.default_rng(7)
REAL = RNG.integers(0, 30, (40, 9)) / 30
BASE = RNG.integers(0, 25, (40, 9)) / 30


def test_dprime_is_its_equation() -> None:
    d = REAL - BASE
    np.testing.assert_allclose(dprime(REAL, BASE), d.mean(axis=0) / d.std(axis=0), rtol=1e-12)
    pooled = np.sqrt((REAL.var(axis=0) + BASE.var(axis=0)) / 2)
    np.testing.assert_allclose(dprime(REAL, BASE, form="classical"), d.mean(axis=0) / pooled, rtol=1e-12)
    np.testing.assert_allclose(raw_difference(REAL, BASE), d.mean(axis=0), rtol=1e-12)
    for form in (np.asfortranarray, lambda a: a.astype(">f8"), np.ndarray.tolist, lambda a: np.repeat(a, 2, 0)[::2]):
        np.testing.assert_array_equal(dprime(form(REAL), form(BASE)), dprime(REAL, BASE))
    one = dprime(REAL[:, 0], BASE[:, 0])
    assert isinstance(one, float)
    assert one == dprime(REAL, BASE)[0]
    # Nothing that tells apart is 0; a difference without a deviation has no value.
    assert dprime([0.3] * 7, [0.3] * 7) == 0
    assert math.isnan(dprime([0.3] * 7, [0.2] * 7))
    assert dprime([1, 0], [False, True]) == 0


def test_auc_is_that_of_all_pairs() -> None:
    wins = (REAL[:, None] > BASE[None]) + 0.5 * (REAL[:, None] == BASE[None])
    np.testing.assert_allclose(auc(REAL, BASE), wins.mean(axis=(0, 1)), rtol=1e-15)
    # Other numbers of trials.
    np.testing.assert_allclose(auc(REAL, BASE[:10]), wins[:, :10].mean(axis=(0, 1)), rtol=1e-15)
    sklearn = pytest.importorskip("sklearn.metrics")
    for age in range(9):
        labels = np.repeat([1, 0], 40)
        expected = sklearn.roc_auc_score(labels, np.concatenate([REAL[:, age], BASE[:, age]]))
        assert auc(REAL[:, age], BASE[:, age]) == pytest.approx(expected, rel=1e-12)
    stats = pytest.importorskip("scipy.stats")
    areas = np.linspace(0, 1, 101)
    expected = math.sqrt(2) * stats.norm.ppf(np.clip(areas, 1e-4, 1 - 1e-4))
    np.testing.assert_allclose(auc_to_dprime(areas), expected, rtol=1e-11, atol=1e-14)
    assert auc_to_dprime(0.5) == 0


def test_samples_are_stretches_of_trials() -> None:
    for name, measure in (("dprime", dprime), ("raw-difference", raw_difference), ("auc", auc)):
        values = over_samples(REAL, BASE, name, samples=3, trials_each=12)  # type: ignore[arg-type]
        for sample in range(3):
            part = slice(12 * sample, 12 * sample + 12)
            np.testing.assert_array_equal(values[sample], measure(REAL[part], BASE[part]))
    assert over_samples(REAL[:, 0], BASE[:, 0], samples=2).shape == (2,)
    areas = over_samples(REAL, BASE, "auc", samples=2)
    np.testing.assert_array_equal(over_samples(REAL, BASE, "auc-dprime", samples=2)[1], auc_to_dprime(areas[1]))
    with pytest.raises(ValueError, match=r"samples is 10, allowed up to 2 \(of 20 trials_each in 40 trials\)"):
        over_samples(REAL, BASE)


def test_an_advantage_is_that_of_t_tests() -> None:
    stats = pytest.importorskip("scipy.stats")
    first, second = RNG.normal(0.3, 1, (10, 40)), RNG.normal(0, 1, (10, 40))
    found = advantage(first, second, level=0.9, deviation="sample")
    t = stats.ttest_rel(first, second)
    np.testing.assert_allclose(found.t, t.statistic, rtol=1e-9)
    np.testing.assert_allclose(found.critical, stats.t.ppf(0.9, 9), rtol=1e-9)
    np.testing.assert_allclose(found.difference, (first - second).mean(axis=0), rtol=1e-9)
    p = stats.ttest_rel(first, second, alternative="greater").pvalue
    np.testing.assert_array_equal(found.better, (p < 0.1).astype(int) - (p > 0.9))
    assert set(found.better) == {-1, 0, 1}
    wide = advantage(first, second, level=0.9)
    np.testing.assert_allclose(wide.t, t.statistic * math.sqrt(10 / 9), rtol=1e-9)
    # Without a value, without a pair of values, and without a spread.
    one = advantage([[1, math.nan, 2], [2, math.nan, 2], [4, 3, 2]], [[0, 1, 1], [0, 1, 1], [math.nan, 1, 1]])
    np.testing.assert_array_equal(one.pairs, [2, 1, 3])
    assert np.isnan(one.t[1])
    assert np.isnan(one.critical[1])
    assert one.t[2] == math.inf
    assert list(one.better) == [0, 0, 1]


def test_content_is_its_equation() -> None:
    """Two trials, two classes: equations 1 to 3 of the documentation by hand."""
    n, q = np.array([[10, 30], [12, 28]]), np.array([[7, 3], [8, 1]])
    counts = np.stack([n, q], axis=2).reshape(2, 4)
    found = content_bits(counts, 2)

    def log2_binom(a: int, b: int) -> float:
        return math.log2(math.comb(a, b))

    def totals(trial: int, p: list[float]) -> float:
        """How likely as many ones are in all."""
        ways = np.ones(1)
        for size, share in zip(n[trial], p, strict=True):
            some = [math.comb(size, k) * share**k * (1 - share) ** (size - k) for k in range(size + 1)]
            ways = np.convolve(ways, some)
        return float(ways[q[trial].sum()])

    units, by_counts = [], []
    for trial, other in ((0, 1), (1, 0)):
        # Of one other trial "all others" and "one other" are the same.
        p = [(q[other, b] + 0.5) / (n[other, b] + 1) for b in range(2)]
        code = sum(q[trial, b] * math.log2(p[b]) + (n[trial, b] - q[trial, b]) * math.log2(1 - p[b]) for b in range(2))
        first = log2_binom(int(n[trial].sum()), int(q[trial].sum()))
        units.append(first + code)
        by_counts.append(first + code + math.log2(0.75 / totals(trial, p) + 0.25))
    assert found.by_units[0] == pytest.approx(np.mean(units), rel=1e-9)
    assert found.by_counts[0] == pytest.approx(np.mean(by_counts), rel=1e-6)
    assert found.bits[0] == max(found.by_units[0], found.by_counts[0])
    better = max(units, by_counts, key=np.mean)
    assert found.standard_error[0] == pytest.approx(np.std(better, ddof=1) / math.sqrt(2), rel=1e-6)


def test_measures_of_a_study_are_its_own() -> None:
    study = retention(n_i=60, n_h=80, s=6, f=0.25, k=5, burn_in=10, learned=15, trials=6, cue=0.5, counted="content")
    real, pseudo = study.trial_accuracy[0, 0, 0], study.trial_accuracy[0, 0, 1]
    np.testing.assert_array_equal(over_samples(real, pseudo, samples=2, trials_each=3).shape, (2, 15))
    familiarity = study.trial_familiarity[0, 0]
    np.testing.assert_array_equal(recognition_bits(familiarity[0], familiarity[1]), study.recognition_bits[0, 0, 0])
    counts = study.arrays[f"{study.conditions[0]}_cue50_real_classes"]
    found = content_bits(counts, counts.shape[1] // (2 * 15))
    np.testing.assert_array_equal(found.bits, study.content_bits[0, 0])
    np.testing.assert_array_equal(found.standard_error, study.curves["content_bits_se"][0, 0, 0])


def test_recognition_has_its_limits() -> None:
    new = RNG.integers(0, 100, (20, 30))
    known = recognition_bits(new + 1000, new)
    assert ((known > 0.9) & (known < 1)).all()
    assert abs(recognition_bits(RNG.integers(0, 100, (20, 30)), new).mean()) < 0.1
    np.testing.assert_array_equal(recognition_bits(new[:1] + 1000, new[:1]), 0)


def test_fits_and_theory_are_closed_forms() -> None:
    curve = 0.8 * np.exp(-0.03 * np.arange(1, 101))
    fit = fit_exponential(curve)
    assert fit.amplitude == pytest.approx(0.8, rel=1e-12)
    assert fit.rate == pytest.approx(0.03, rel=1e-12)
    assert fit.r_squared == pytest.approx(1)
    assert (fit.ages_used, fit.ages_dropped) == (100, 0)
    curve[50:] = -1
    assert fit_exponential(curve, 60)[3:] == (50, 10)
    noisy = 0.8 * np.exp(-0.03 * np.arange(1, 101) + RNG.normal(0, 0.1, 100))
    slope, start = np.polyfit(np.arange(1, 101), np.log(noisy), 1)
    found = fit_exponential(noisy)
    assert found.rate == pytest.approx(-slope)
    assert found.amplitude == pytest.approx(math.exp(start))
    ages = np.array([1, 2, 10, 1000])
    np.testing.assert_allclose(survival(100, ages), 0.99 ** (ages - 1.0), rtol=1e-12)
    theory = one_winner_accuracy(1000, 100, 100, 1.0, ages)
    p = 0.1 + math.sqrt(2 * (1 / 1000) * 0.9 * math.log(100))
    assert theory.baseline == pytest.approx(p, rel=1e-12)
    np.testing.assert_allclose(theory.accuracy, p + 0.99 ** (ages - 1.0) * (1 - p), rtol=1e-12)
    assert one_winner_accuracy(1000, 100, 100, 1.0, 1).accuracy == pytest.approx(1)
    assert survival(1, 2) == 0


@pytest.mark.parametrize(
    ("call", "error", "line"),
    [
        (lambda: dprime([[1, 2]], [[1, 2, 3]]), ValueError, r"baseline is of 1 x 3 \(trials, ages\), allowed 1 x 2"),
        (lambda: dprime([[1.0]], [1.0]), ValueError, "baseline is of 1 x 1"),
        (lambda: dprime([1, math.nan], [1, 2]), ValueError, r"learned\[1\] is NaN, allowed finite numbers"),
        (lambda: auc([[1, 2]], [[1, math.inf]]), ValueError, r"baseline\[0, 1\] is inf"),
        (lambda: auc([], [1]), ValueError, "learned has 0 trials of 1 ages, allowed from 1 of each"),
        (lambda: auc([[1, 2]], [[1]]), ValueError, "baseline has 1 ages, allowed 2"),
        (lambda: dprime([], []), ValueError, "learned has 0 trials of 1 ages, allowed from 1"),
        (lambda: dprime(np.zeros((2, 2, 2)), np.zeros((2, 2, 2))), ValueError, "learned has 3 axes"),
        (lambda: dprime(["a"], ["b"]), TypeError, "learned: could not convert"),
        (lambda: dprime([1], [1], form="x"), ValueError, 'form is "x", allowed "paired", "classical"'),  # type: ignore[arg-type]
        (lambda: auc_to_dprime([0.5, 1.5]), ValueError, r"auc\[1\] is 1.5, allowed 0 to 1"),
        (lambda: auc_to_dprime(math.nan), ValueError, "auc is NaN"),
        (lambda: over_samples([1], [1], samples=0), ValueError, "samples is 0, allowed 1 to"),
        (lambda: advantage([[1.0]], [[1.0]]), ValueError, "first has 1 samples of 1 ages, allowed from 2 samples"),
        (lambda: advantage(REAL, BASE[:3]), ValueError, "second has 3 samples of"),
        (lambda: advantage(REAL, BASE, level=0.5), ValueError, "level is 0.5, allowed above 0.5 and below 1"),
        (
            lambda: advantage([[math.inf], [1]], [[1], [1]]),
            ValueError,
            r"first\[0, 0\] is inf, allowed finite numbers up to 1e100, and NaN",
        ),
        (lambda: content_bits([[1, 2]], 1), ValueError, r"counts\[0, 1\] is 2, allowed 0 to 1 \(the units before it\)"),
        (
            lambda: content_bits([[2, 1]], 3),
            ValueError,
            r"counts has 1 trials of 2 columns, .* multiples of 6 columns \(2 n_classes\)",
        ),
        (lambda: content_bits([[2, -1]], 1), ValueError, r"counts\[0, 1\] is -1, allowed whole numbers from 0"),
        (lambda: content_bits([2, 1], 1), ValueError, "counts has 1 axes, allowed 2"),
        (lambda: content_bits([[2, 1]], 0), ValueError, "n_classes is 0, allowed 1 to"),
        (lambda: fit_exponential([1, 0, 0, 0]), ValueError, "raw_difference has 1 ages above 0, allowed from 3"),
        (lambda: fit_exponential([1, 1, 1], 4), ValueError, "max_age is 4, allowed 1 to 3"),
        (lambda: survival(0, 1), ValueError, "n_hidden is 0, allowed 1 to"),
        (lambda: survival(3, [1, 0]), ValueError, r"ages\[1\] is 0, allowed whole numbers from 1"),
        (lambda: survival(3, 1.5), ValueError, "ages is 1.5"),
        (lambda: one_winner_accuracy(10, 5, 11, 1, 1), ValueError, r"n_active is 11, allowed 1 to 10 \(n_visible\)"),
        (lambda: one_winner_accuracy(10, 5, 5, 0, 1), ValueError, "cue is 0.0, allowed above 0 to 1"),
    ],
)
def test_what_is_not_allowed_is_refused(call: Callable[[], Any], error: type[Exception], line: str) -> None:
    with pytest.raises(error, match=line):
        call()


def test_examples_run_and_all_is_documented() -> None:
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    for name in measures.__all__:
        item = getattr(measures, name)
        assert inspect.getdoc(item)
        for test in finder.find(item, name):
            runner.run(test)
    assert runner.summarize().failed == 0
    assert runner.summarize().attempted > 5


def test_large_counts_are_refused() -> None:
    with pytest.raises(ValueError, match=r"counts\[0, 0\] is 1000000000, allowed whole numbers from 0 to 4194304"):
        measures.content_bits(np.array([[10**9, 10]] * 3), 1)
