"""The streams of the tests are those of the library."""

from __future__ import annotations

from itertools import islice

import contract
import numpy as np

SEED = 0x0123456789ABCDEF


def test_streams_are_those_of_the_known_answers() -> None:
    known = contract.known_answers("kwinner")
    key = contract.key_of(SEED, 256)
    assert contract.at(key, 0) == known["key-at-0"]
    assert contract.at(key, contract.M32) == known["key-at-max"]
    assert contract.at(contract.derive(key, 7), 0) == known["key-derive-7-at-0"]
    assert contract.digest_under(key, [1, 2, 3]) == known["key-digest-1-2-3"]
    draws = contract.stream(SEED, 256, 2, 3)
    assert list(islice(draws, 2)) == [known["stream-word-0"], known["stream-word-1"]]
    for name, ones in [("sample-5-of-40", 5), ("sample-35-of-40", 35)]:
        drawn = contract.sample(40, ones, contract.stream(SEED, 256, 2, 3))
        assert sum(1 << int(bit) for bit in np.flatnonzero(drawn)) == known[name]
    few = contract.sample(40, 5, contract.stream(SEED, 256, 2, 3))
    kept = contract.cue(few, 2, contract.stream(SEED, 256, 2, 3))
    assert sum(1 << int(bit) for bit in np.flatnonzero(kept)) == known["cue-2-of-sample-5"]
