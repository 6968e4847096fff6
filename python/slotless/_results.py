"""What calls give."""

from __future__ import annotations

from typing import Any, NamedTuple

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
