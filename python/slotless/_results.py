"""What calls give."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Recalled(NamedTuple):
    """What a memory recalls from cues.

    Attributes
    ----------
    pattern : ndarray
        Patterns, in shape and format of the cues.
    score : ndarray of float64 or float
        How well each cue matched, 0 to 1.
    """

    pattern: NDArray[Any]
    score: Any


class Content(NamedTuple):
    """Bits that answers say about the units of a pattern that were not in its cue, by age.

    Attributes
    ----------
    bits : ndarray of float64, shape (n_ages,)
        The larger of the two bounds.
    by_units : ndarray of float64, shape (n_ages,)
        The bound that goes unit by unit.
    by_counts : ndarray of float64, shape (n_ages,)
        The bound with the number of ones known.
    standard_error : ndarray of float64, shape (n_ages,)
        Over trials, of the larger one.
    """

    bits: NDArray[np.float64]
    by_units: NDArray[np.float64]
    by_counts: NDArray[np.float64]
    standard_error: NDArray[np.float64]


class Advantage(NamedTuple):
    """At which ages one network is better than another.

    Attributes
    ----------
    better : ndarray of int8, shape (n_ages,)
        1 where the first is significantly better, -1 where the second is, else 0.
    difference : ndarray of float64, shape (n_ages,)
        Mean over samples, first less second.
    t : ndarray of float64, shape (n_ages,)
        The statistic.
    critical : ndarray of float64, shape (n_ages,)
        What it is held against.
    pairs : ndarray of uint32, shape (n_ages,)
        Samples in which both were defined.
    """

    better: NDArray[np.int8]
    difference: NDArray[np.float64]
    t: NDArray[np.float64]
    critical: NDArray[np.float64]
    pairs: NDArray[np.uint32]


class ExponentialFit(NamedTuple):
    """A raw difference of ``amplitude * exp(-rate * age)``.

    Attributes
    ----------
    amplitude : float
        Its value at age 0.
    rate : float
        Rate of forgetting per pattern.
    r_squared : float
        Share of the logarithm's variance that the line explains, 0 to 1; NaN where nothing varies.
    ages_used : int
        Ages that were fitted.
    ages_dropped : int
        Ages left out, without a difference above 0.
    """

    amplitude: float
    rate: float
    r_squared: float
    ages_used: int
    ages_dropped: int


class OneWinner(NamedTuple):
    """What Theorem 1 says of a network with one winner.

    Attributes
    ----------
    accuracy : ndarray of float64 or float
        Accuracy at each age.
    baseline : float
        Accuracy of patterns that were never learned.
    """

    accuracy: Any
    baseline: float


class Parameter(NamedTuple):
    """A parameter as it is declared.

    Attributes
    ----------
    name : str
        The keyword.
    symbol : str
        Its symbol in the paper.
    meaning : str
        What it is.
    unit : str
        What it counts.
    allowed : str
        Values that it takes.
    default : str
        What it is unless told otherwise.
    """

    name: str
    symbol: str
    meaning: str
    unit: str
    allowed: str
    default: str
