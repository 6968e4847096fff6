"""Memories of recency levels and of slots against their rules in plain Python, and the golden vectors."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from reference import DATA, SEED, Stream, digest, pack, part, sample, state_of, vectors, words

from slotless import Event, FromSlot, KWinner, Recency, Remembered, Ring, SlotFound

Bits = NDArray[np.bool_]


class Rules:
    """Recency levels as their contract says, event numbers in cells."""

    def __init__(self, n: int, rows: int, levels: int, s: int, cap: int, hit: int, miss: int) -> None:
        self.n, self.rows, self.levels, self.s, self.cap = n, rows, levels, s, cap
        self.hit, self.miss = hit, miss
        self.cells: list[dict[int, int]] = [{} for _ in range(rows)]
        self.events = 0
        turn = 2654435769 * n >> 32
        while n > 1 and math.gcd(turn, n) != 1:
            turn += 1
        self.turn = turn if n > 1 else 0

    def cell(self, unit: int, event: int) -> int:
        return (unit + self.turn * (event // self.rows)) % self.n

    def learn(self, pattern: Bits) -> None:
        event, row = self.events, self.cells[self.events % self.rows]
        oldest = event // self.rows - self.levels
        for cell in [cell for cell, held in row.items() if held // self.rows <= oldest]:
            del row[cell]
        for unit in np.flatnonzero(pattern):
            row[self.cell(int(unit), event)] = event
        while len(row) > self.cap:
            del row[min(row, key=lambda cell: (row[cell], cell))]
        self.events += 1

    def held(self, event: int) -> list[int]:
        row = self.cells[event % self.rows]
        return [row.get(self.cell(unit, event), -1) for unit in range(self.n)]

    def score(self, event: int, cue: Bits) -> int:
        held = [event_of for event_of, one in zip(self.held(event), cue, strict=True) if one]
        hits, others = sum(h == event for h in held), sum(h < event for h in held)
        return self.hit * hits - self.miss * others

    def best(self, cue: Bits, but: int = 0) -> int:
        window = range(max(0, self.events - self.rows * self.levels), self.events)
        ages = [event for event in window if self.events - event != but]
        return max(ages, key=lambda event: (self.score(event, cue), event))

    def recall(self, cue: Bits) -> tuple[int, Bits, Bits, Bits]:
        event = self.best(cue)
        held = self.held(event)
        members = [unit for unit in range(self.n) if held[unit] == event]
        unknown = [unit for unit in range(self.n) if held[unit] > event]
        newer = {held[unit] for unit in unknown}
        shares = {one: np.mean([cue[unit] for unit in unknown if held[unit] == one]) for one in newer}
        order = sorted(newer, key=lambda one: (-shares[one], one))
        filled = members + [unit for one in order for unit in unknown if held[unit] == one]
        sets = [np.isin(np.arange(self.n), chosen) for chosen in (filled[: self.s], members, unknown)]
        return event, sets[0], sets[1], sets[2]


@pytest.mark.parametrize(
    ("n", "options"),
    [
        (40, {"n_rows": 5}),
        (33, {"n_rows": 4, "n_levels": 7, "cap": 20, "n_active": 5}),
        (64, {"n_rows": 3, "n_levels": 1, "miss": 10}),
        (50, {"n_rows": 6, "window": 17}),
        (60, {"size": 300, "window": 40, "n_active": 4}),
        (60, {"size": 300, "n_levels": 3}),
    ],
)
def test_recency_follows_its_rules(n: int, options: dict[str, Any]) -> None:
    rng = np.random.default_rng(n)
    memory = Recency(n, **options)
    rules = Rules(n, memory.n_rows, memory.n_levels, memory.n_active, memory.cap, memory.hit, memory.miss)
    assert memory.window == memory.n_rows * memory.n_levels
    assert memory.hit == max(1, round(16 * math.log(n / memory.n_active)))
    X = np.array([sample(n, int(rng.integers(1, min(memory.cap, 8) + 1)), Stream(n, DATA, 0, e)) for e in range(90)])
    memory.learn(X[:50])
    memory.learn(X[50:])
    for pattern in X:
        rules.learn(pattern)
    assert memory.n_learned == 90
    cues = np.concatenate([X[-40:] & (rng.random((40, n)) < 0.7), rng.random((5, n)) < 0.1])
    recalled, found = memory.recall(cues), memory.find(cues)
    second = memory.find(cues, but=found.age)
    assert isinstance(recalled, Remembered)
    assert isinstance(found, Event)
    for at, cue in enumerate(cues):
        event, pattern, members, unknown = rules.recall(cue)
        sets = (pattern, members, unknown)
        for own, expected in zip((recalled.pattern, recalled.members, recalled.unknown), sets, strict=True):
            np.testing.assert_array_equal(own[at], expected)
        assert recalled.age[at] == found.age[at] == 90 - event
        assert found.score[at] == rules.score(event, cue)
        assert found.row[at] == event % memory.n_rows
        assert found.most[at] == memory.hit * cue.sum()
        share = max(0, found.score[at]) / found.most[at] if cue.any() else 0
        assert recalled.score[at] == share
        other = rules.best(cue, but=90 - event)
        assert (second.age[at], second.score[at]) == (90 - other, rules.score(other, cue))
    one = memory.recall(cues[3])
    assert (one.age, one.score) == (recalled.age[3], recalled.score[3])
    assert isinstance(one.age, int)
    np.testing.assert_array_equal(memory.recall(pack(cues)).pattern, pack(recalled.pattern))
    assert memory.find(cues[0], but=int(found.age[0])).age == second.age[0]


def test_an_empty_memory_knows_nothing() -> None:
    memory = Recency(20, 3)
    found = memory.recall(np.ones(20))
    assert not found.pattern.any()
    assert (found.score, found.age) == (0.0, 0)
    assert memory.find(np.ones(20)) == Event(0, 0, 0, 0, 0)
    assert memory.recall(np.ones((0, 20))).pattern.shape == (0, 20)
    ring = Ring(20, 3)
    assert ring.find(np.ones(20)) == SlotFound(0, 0, -1, 0, -1, -1)
    none = ring.recall(np.ones(20))
    assert not none.pattern.any()
    assert (none.score, none.slot) == (0.0, -1)
    assert ring.patterns().shape == (0, 20)


def drawn(p: int) -> Bits:
    return sample(200, 20, Stream(1, DATA, 0, p))


def half(pattern: Bits, p: int) -> Bits:
    return part(pattern, 10, Stream(1, DATA, 1, p))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("recency-1", {"n_levels": 1}),
        ("recency-3", {"n_levels": 3}),
        ("recency-5", {"window": 35}),
        ("recency-5-cap-70", {"n_levels": 5, "cap": 70}),
        ("recency-8", {"n_levels": 8}),
        ("recency-11", {"n_levels": 11}),
    ],
)
def test_golden_vectors_of_recency(name: str, options: dict[str, Any]) -> None:
    X = [drawn(p) | part(drawn(p - 1), 16, Stream(1, DATA, 6, p)) if p % 5 == 4 else drawn(p) for p in range(200)]
    memory = Recency(200, 7, n_active=20, **options)
    memory.learn(X)
    cues = np.array([half(X[p], p) for p in range(199, 139, -1)])
    recalled, found = memory.recall(cues), memory.find(cues)
    other = memory.find(cues, but=found.age)
    taken: list[int] = []
    for at in range(60):
        taken += words(recalled.pattern[at], recalled.members[at], recalled.unknown[at])
        taken += words(found.score[at], found.age[at], found.row[at], found.level[at])
        if other.age[at]:
            taken += words(other.score[at], other.age[at])
    assert digest([*taken, *state_of(memory.to_bytes())]) == vectors("recency")[name]


GOLDEN_RINGS: list[tuple[str, dict[str, Any]]] = [
    ("slots-fifo", {"n_slots": 20}),
    ("slots-random", {"n_slots": 20, "replacement": "random", "seed": SEED}),
    ("slots-reservoir", {"n_slots": 20, "replacement": "reservoir", "seed": SEED}),
    ("slots-balanced", {"n_slots": 20, "replacement": "balanced", "n_classes": 3, "seed": SEED}),
    ("sketches", {"n_slots": 60, "coding": "sketch", "n_active": 20, "seed": SEED}),
    ("coded", {"coding": "rice", "n_active": 20, "size": 520}),
]


def golden_ring(options: dict[str, Any]) -> tuple[Ring, list[Bits]]:
    X = [drawn(p) if p % 7 != 3 else sample(200, 1 + p % 40, Stream(1, DATA, 0, p)) for p in range(200)]
    ring = Ring(200, **options)
    if ring.n_classes:
        ring.learn(X, classes=[2 if p % 10 == 9 else p % 10 in (7, 8) for p in range(200)])
    else:
        ring.learn(X)
    return ring, X


@pytest.mark.parametrize(("name", "options"), GOLDEN_RINGS)
def test_golden_vectors_of_rings(name: str, options: dict[str, Any]) -> None:
    ring, X = golden_ring(options)
    taken: list[int] = []
    for p in range(199, 149, -1):
        cue = half(X[p], p)
        found = ring.find(cue)
        taken += words(found.overlap, found.most, found.slot, found.next_overlap, found.most, found.next_slot)
        if name != "sketches":
            taken += words(ring.recall(cue).pattern)
    assert digest([*taken, *state_of(ring.to_bytes())]) == vectors("ring")[name]


def test_a_ring_keeps_the_last_patterns() -> None:
    rng = np.random.default_rng(1)
    X = rng.random((30, 45)) < 0.2
    X[:, 0] = True
    every: list[dict[str, Any]] = [{"n_slots": 7}, {"coding": "rice", "n_active": 9, "size": 44}]
    for options in every:
        ring = Ring(45, **options)
        ring.learn(X)
        kept = ring.n_kept
        assert ring.n_learned == 30
        assert ring.nbytes >= 44
        oldest_first = sorted(map(bytes, ring.patterns()))
        assert oldest_first == sorted(map(bytes, X[30 - kept :]))
        cues = X & (rng.random(X.shape) < 0.8)
        found, recalled = ring.find(cues), ring.recall(cues)
        assert isinstance(found, SlotFound)
        assert isinstance(recalled, FromSlot)
        overlaps = cues.astype(int) @ X[30 - kept :].T.astype(int)
        newest = kept - 1 - overlaps[:, ::-1].argmax(axis=1)
        np.testing.assert_array_equal(found.overlap, overlaps.max(axis=1))
        np.testing.assert_array_equal(found.next_overlap, np.sort(overlaps, axis=1)[:, -2])
        np.testing.assert_array_equal(found.age, kept - newest)
        np.testing.assert_array_equal(recalled.pattern, X[30 - kept :][newest])
        np.testing.assert_array_equal(recalled.slot, found.slot)
        np.testing.assert_allclose(recalled.score, found.overlap / np.maximum(1, cues.sum(axis=1)))
        assert not ring.classes.any()


def test_a_reservoir_is_a_sample_and_classes_are_balanced() -> None:
    X = np.eye(120, dtype=bool)
    ring = Ring(120, 10, "reservoir", seed=5)
    ring.learn(X)
    slots = list(range(10))
    for t in range(10, 120):
        stream, mask = Stream(5, 11, 0, t), (1 << t.bit_length()) - 1
        while True:
            # 64 bits at a time, the low word first.
            place = (stream.word() | stream.word() << 32) & mask
            if place < t + 1:
                break
        if place < 10:
            slots[place] = t
    np.testing.assert_array_equal(ring.patterns().argmax(axis=1), slots)
    balanced = Ring(120, 12, "balanced", n_classes=3)
    balanced.learn(X[:100], classes=0)
    balanced.learn(X[100:], classes=np.arange(20) % 2 + 1)
    assert np.bincount(balanced.classes).tolist() == [4, 4, 4]
    assert balanced.patterns().sum() == 12


def memories() -> Iterator[Ring | Recency]:
    for _, options in GOLDEN_RINGS:
        yield golden_ring(options)[0]
    memory = Recency(70, 9, n_active=6)
    memory.learn(np.array([sample(70, 6, Stream(2, DATA, 0, p)) for p in range(50)]))
    yield memory
    yield Recency(3, 1)


def test_snapshots_copies_and_pickles_are_equal(tmp_path: Path) -> None:
    for at, memory in enumerate(memories()):
        kind: Any = type(memory)
        path = tmp_path / f"{at}.slot"
        memory.save(path)
        assert path.read_bytes() == memory.to_bytes()
        others = [
            kind.load(str(path)),
            kind.from_bytes(memory.to_bytes()),
            copy.copy(memory),
            copy.deepcopy(memory),
            pickle.loads(pickle.dumps(memory)),
        ]
        pattern = np.arange(memory.n_visible) < 2
        for other in others:
            assert other == memory
            assert repr(other) == repr(memory)
            assert other.to_bytes() == memory.to_bytes()
            other.learn(pattern)
            assert other != memory
        assert len({other.to_bytes() for other in others}) == 1
        assert memory != 1
        broken = bytearray(memory.to_bytes())
        broken[-6] ^= 1
        for bad in (bytes(broken), b"", b"slotless", memory.to_bytes()[:-4], bytes(64)):
            with pytest.raises(ValueError, match=r"\S"):
                kind.from_bytes(bad)
        path.write_bytes(broken)
        with pytest.raises(ValueError, match=f"{at}.slot: "):
            kind.load(path)
        with pytest.raises(ValueError, match=r"\S"):
            (Ring if kind is Recency else Recency).from_bytes(memory.to_bytes())
        with pytest.raises(FileNotFoundError):
            kind.load(tmp_path / "none")
    network = KWinner(8, 4, 4, 1, 2, 0.5)
    for other_kind in (Ring, Recency):
        with pytest.raises(ValueError, match=r"\S"):
            other_kind.from_bytes(network.to_bytes())


def test_bad_input_is_refused_in_one_line() -> None:
    loose_recency: Any = Recency
    loose_ring: Any = Ring
    memory, ring = Recency(20, 3, cap=6, n_active=4), Ring(20, 2)
    rice, sketch = Ring(20, coding="rice", n_active=4, size=4), Ring(20, 2, coding="sketch", n_active=4)
    balanced = Ring(20, 2, "balanced", n_classes=2)
    one = np.arange(20) < 3
    cases: list[tuple[type[Exception], Callable[[], object], str]] = [
        (ValueError, lambda: Recency(0, 3), "n_visible is 0, allowed 1 to 1048576"),
        (ValueError, lambda: Recency(20), "one of n_rows and size must be given, neither is"),
        (ValueError, lambda: Recency(20, 3, size=80), "both are"),
        (ValueError, lambda: Recency(20, 3, 2, window=9), "n_levels and window"),
        (
            ValueError,
            lambda: Recency(20, 3, window=1 << 40),
            r"window is 1099511627776, allowed 1 to 765 \(255 levels of n_rows\)",
        ),
        (ValueError, lambda: Recency(20, 3, 256), "n_levels is 256, allowed 1 to 255"),
        (ValueError, lambda: Recency(20, size=3), r"size is 3, allowed from \d+ \(a row's bytes\)"),
        (ValueError, lambda: Recency(20, size=-3), r"size is -3, allowed from \d+ \(a row's bytes\)"),
        (
            ValueError,
            lambda: Recency(20, size=64, window=100_000),
            r"window is 100000, allowed 1 to \d+ \(of 64 bytes, size\)",
        ),
        (ValueError, lambda: Recency(20, 3, miss=0), "miss is 0, allowed 1 to 1024"),
        (ValueError, lambda: Recency(20, 3, n_active=21), r"n_active is 21, allowed 1 to 20 \(n_visible\)"),
        (
            ValueError,
            lambda: Recency(20, 3, n_active=9, cap=8),
            r"cap is 8, allowed 9 \(n_active\) to 20 \(n_visible\)",
        ),
        (ValueError, lambda: Recency(20, 1 << 31), r"n_rows is 2147483648, allowed 1 to \d+ \(2 GiB of state\)"),
        (TypeError, lambda: loose_recency(20, 3.0), "n_rows is a float"),
        (ValueError, lambda: Recency(20, -1), "n_rows is -1, allowed from 1"),
        (ValueError, lambda: memory.learn([one, np.zeros(20)]), r"X\[1\] has 0 ones, allowed 1 to 6"),
        (ValueError, lambda: memory.learn(np.ones(20)), "X has 20 ones"),
        (ValueError, lambda: memory.learn(np.ones(21)), "21 columns"),
        (ValueError, lambda: memory.find([one, one], but=[1]), "but are 1 ages, allowed 2"),
        (ValueError, lambda: memory.find(one, but=-1), "but is -1"),
        (TypeError, lambda: memory.find([one], but=[0.5]), "but is of dtype float64"),
        (ValueError, lambda: memory.recall(one * 2), r"cues\[0\] is 2, allowed 0 and 1"),
        (ValueError, lambda: Ring(20, 0), r"n_slots is 0, allowed 1 to \d+ \(2 GiB of state\)"),
        (ValueError, lambda: Ring(20, -1), r"n_slots is -1, allowed 1 to \d+ \(2 GiB of state\)"),
        (ValueError, lambda: Ring(20), 'coding "plain" takes n_slots, none is given'),
        (ValueError, lambda: loose_ring(20, 2, "lru"), '"fifo", "random", "reservoir", "balanced"'),
        (ValueError, lambda: loose_ring(20, 2, coding="zip"), '"plain", "rice", "sketch"'),
        (ValueError, lambda: Ring(20, 2, "balanced"), "takes n_classes"),
        (ValueError, lambda: Ring(20, 2, "balanced", n_classes=257), "n_classes is 257, allowed 1 to 256"),
        (ValueError, lambda: Ring(20, 2, n_classes=2), 'n_classes is given, allowed only without replacement "fifo"'),
        (ValueError, lambda: Ring(20, 2, size=8), 'size is given, allowed only without coding "plain"'),
        (ValueError, lambda: Ring(20, 2, coding="rice", n_active=3, size=8), "n_slots is given"),
        (
            ValueError,
            lambda: Ring(20, coding="rice", n_active=3, size=7),
            "size is 7, allowed multiples of 4, 4 to 268435456",
        ),
        (ValueError, lambda: Ring(20, 2, "random", "sketch", n_active=3), 'allowed "fifo" with coding "sketch"'),
        (
            ValueError,
            lambda: Ring(20, 2, coding="sketch", n_active=21),
            r"n_active is 21, allowed 1 to 20 \(n_visible\)",
        ),
        (ValueError, lambda: ring.learn([one, np.zeros(20)]), r"X\[1\] is a pattern without a one"),
        (ValueError, lambda: ring.learn(one, classes=0), "classes are given"),
        (ValueError, lambda: balanced.learn(one, classes=2), "classes is 2, allowed 0 to 1"),
        (ValueError, lambda: balanced.learn([one, one], classes=[0, 2]), r"classes\[1\] is 2, allowed 0 to 1"),
        (ValueError, lambda: balanced.learn([one, one], classes=[0]), "classes are 1, allowed 2"),
        (
            ValueError,
            lambda: rice.learn([one, np.ones(20)]),
            r"X\[1\] has a code of \d+ bits, allowed up to 32 \(8 size\)",
        ),
        (ValueError, lambda: sketch.recall(one), "use find"),
        (ValueError, sketch.patterns, "no patterns"),
    ]
    for error, call, text in cases:
        with pytest.raises(error, match=text) as caught:
            call()
        assert "\n" not in str(caught.value)
    for untouched in (memory, ring, rice, sketch, balanced):
        assert untouched.n_learned == 0
