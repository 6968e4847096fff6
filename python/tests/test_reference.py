"""The streams of the tests are those of the library."""

from __future__ import annotations

import numpy as np
from reference import M32, SEED, Key, Stream, part, sample, vectors


def test_streams_are_those_of_the_known_answers() -> None:
    known = vectors("kwinner")
    key = Key.new(SEED, 256)
    assert key.at(0) == known["key-at-0"]
    assert key.at(M32) == known["key-at-max"]
    assert key.derive(7).at(0) == known["key-derive-7-at-0"]
    draws = Stream(SEED, 256, 2, 3)
    assert [draws.word(), draws.word()] == [known["stream-word-0"], known["stream-word-1"]]
    draws = Stream(SEED, 256, 2, 3)
    digits = [draws.below(10) for _ in range(16)]
    assert int("".join(map(str, digits)), 16) == known["below-10-16-times"]
    for name, ones in [("sample-5-of-40", 5), ("sample-35-of-40", 35)]:
        drawn = sample(40, ones, Stream(SEED, 256, 2, 3))
        assert sum(1 << int(bit) for bit in np.flatnonzero(drawn)) == known[name]
    few = sample(40, 5, Stream(SEED, 256, 2, 3))
    kept = part(few, 2, Stream(SEED, 256, 2, 3))
    assert sum(1 << int(bit) for bit in np.flatnonzero(kept)) == known["cue-2-of-sample-5"]
