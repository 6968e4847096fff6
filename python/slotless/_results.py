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


class Descended(NamedTuple):
    """What a Hopfield network recalls from cues, one unit at a time.

    Attributes
    ----------
    pattern : ndarray
        The last states, in shape and format of the cues.
    energy : ndarray of int64 or object, or int
        Their energies, exact.
    n_updates : ndarray of uint64, or int
        Updates made.
    n_flips : ndarray of uint64, or int
        Those that flipped their unit.
    ended : ndarray of str, or str
        What ended them: "fixed-point", "patience", "stored", "energy-floor" or "max-updates".
    """

    pattern: NDArray[Any]
    energy: Any
    n_updates: Any
    n_flips: Any
    ended: Any


class Identity(NamedTuple):
    """What a state is, seen from the stored patterns.

    Attributes
    ----------
    kind : str
        "stored", "inverted", "mixture" (of 3, 5 or 7) or "spurious".
    patterns : tuple of int
        Numbers of the patterns that it is made of, those with the largest overlaps first; none of a
        spurious one.
    signs : tuple of int
        1 or -1 for each.
    distance : int
        Units in which the state differs from that; of a spurious one, from the nearest pattern or its
        inverse.
    """

    kind: str
    patterns: tuple[int, ...]
    signs: tuple[int, ...]
    distance: int


class Retrieved(NamedTuple):
    """What a modern Hopfield network recalls from cues.

    Attributes
    ----------
    pattern : ndarray of float32
        The last states, in the shape of the cues.
    weights : ndarray of float32
        Softmax weights of the stored patterns in them.
    n_steps : ndarray of uint32, or int
        Steps made.
    ended : ndarray of str, or str
        What ended them: "state", "weights" or "max-steps".
    """

    pattern: NDArray[Any]
    weights: NDArray[Any]
    n_steps: Any
    ended: Any


class Remembered(NamedTuple):
    """What a memory of recency levels recalls from cues.

    Attributes
    ----------
    pattern : ndarray
        Patterns, in shape and format of the cues: members, and of the unknown units the likeliest.
    members : ndarray
        Units that are ones of the event's pattern, in the same shape and format.
    unknown : ndarray
        Units whose cells newer events have taken.
    score : ndarray of float64, or float
        The event's score as a share of the largest that the cue could have, 0 to 1.
    age : ndarray of uint64, or int
        How long ago it was learned, in events: 1 for the last; 0 in an empty memory.
    """

    pattern: NDArray[Any]
    members: NDArray[Any]
    unknown: NDArray[Any]
    score: Any
    age: Any


class Event(NamedTuple):
    """The event of a memory of recency levels that a cue belongs to.

    Attributes
    ----------
    score : ndarray of int32, or int
        Its score, in 1/16 nat.
    most : ndarray of int32, or int
        The largest score that a cue with as many ones could have.
    age : ndarray of uint64, or int
        How long ago it was learned, in events: 1 for the last; 0 where there is none.
    row : ndarray of uint32, or int
        The row that holds it.
    level : ndarray of uint32, or int
        Its level there, 0 the newest.
    """

    score: Any
    most: Any
    age: Any
    row: Any
    level: Any


class FromSlot(NamedTuple):
    """What a memory of slots recalls from cues.

    Attributes
    ----------
    pattern : ndarray
        The patterns with the largest overlaps, in shape and format of the cues; of an empty memory
        zeros.
    score : ndarray of float64, or float
        The overlap as a share of the cue's ones, 0 to 1.
    slot : ndarray of int64, or int
        The pattern's slot; -1 in an empty memory.
    """

    pattern: NDArray[Any]
    score: Any
    slot: Any


class SlotFound(NamedTuple):
    """The stored patterns that match cues best.

    Attributes
    ----------
    overlap : ndarray of int64, or int
        Ones that cue and best pattern share; of sketches their bits.
    most : ndarray of int64, or int
        The most that could be.
    slot : ndarray of int64, or int
        The slot of the best; -1 in an empty memory.
    age : ndarray of int64, or int
        How long ago it was learned, in patterns, 1 for the last; 0 where patterns are not replaced in
        turn.
    next_overlap : ndarray of int64, or int
        The largest overlap of all others; -1 without others.
    next_slot : ndarray of int64, or int
        Its slot; -1 without others.
    """

    overlap: Any
    most: Any
    slot: Any
    age: Any
    next_overlap: Any
    next_slot: Any


class Recognised(NamedTuple):
    """What samples were recognised as.

    Attributes
    ----------
    label : ndarray of int64, or int
        Labels of the nearest classes; -1 where nothing was learned.
    unknown : ndarray of bool, or bool
        Whether the score is above the threshold, as it was for one in twenty of the samples learned. Where
        there is no threshold yet, no sample is unknown; where nothing was learned, all are.
    distance : ndarray of int64, or int
        How far the nearest class is, in sums of squared differences: of 4-bit features, of means of 8-bit
        ones, of thermometer codes numbers of bits that differ; -1 where nothing was learned.
    runner_up : ndarray of int64, or int
        Labels of the nearest of all other classes; -1 without others.
    margin : ndarray of int64, or int
        How much farther those are than the nearest; -1 without others.
    score : ndarray of int64, or int
        How strange the samples are: large if nothing is near, and if two classes are equally so. With the
        distances d of the nearest class and r of the next ``256 * d**2 // (r + 1)``, of one class alone
        ``256 * d``; of means, whose distances are 256 times as large, without the factor. -1 where nothing
        was learned.
    """

    label: Any
    unknown: Any
    distance: Any
    runner_up: Any
    margin: Any
    score: Any


class Triple(NamedTuple):
    """What a hetero-associative network recalls from queries.

    Attributes
    ----------
    value : ndarray of float32, shape (n_queries, n_value) or (n_value,)
        Values.
    item : ndarray of float32, shape (n_queries, n_item) or (n_item,)
        Reinstated items.
    hidden : ndarray of float32, shape (n_queries, n_hidden) or (n_hidden,)
        Activities of the hidden units, which sum to 1.
    """

    value: NDArray[Any]
    item: NDArray[Any]
    hidden: NDArray[Any]


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
