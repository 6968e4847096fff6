"""The streams of random numbers and the digests of the golden vectors, written from the documentation of the library.

The vectors are in ``tests/vectors`` of the repository, each file saying what its digests take in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

VECTORS = Path(__file__).parents[2] / "tests" / "vectors"
M32 = 0xFFFFFFFF
M64 = 0xFFFFFFFFFFFFFFFF
DATA = 256
SEED = 0x0123456789ABCDEF


def vectors(name: str) -> dict[str, int]:
    """The golden vectors of a file: name and value."""
    path = VECTORS / f"{name}.txt"
    if not path.is_file():
        pytest.skip("no golden vectors beside an installed package")
    lines = (line.split("#")[0].strip() for line in path.read_text().splitlines())
    return {name.strip(): int(value, 16) for name, _, value in (line.partition("=") for line in lines if line)}


class Key:
    """A keyed counter hash of 32 bits."""

    def __init__(self, a: int, b: int) -> None:
        self.a, self.b = a, b

    @classmethod
    def new(cls, seed: int, purpose: int) -> Key:
        return cls(seed & M32, seed >> 32).derive(purpose)

    def at(self, index: int) -> int:
        x = index ^ self.a
        x = (x ^ (x >> 16)) * 0x7FEB352D & M32
        x = ((x ^ (x >> 15)) + self.b) * 0x846CA68B & M32
        return x ^ (x >> 16)

    def derive(self, index: int) -> Key:
        a = self.at(index)
        return Key(a, Key(a ^ self.b, self.a).at(index ^ M32))


class Stream:
    """PCG32 (XSH RR) of a (seed, purpose, trial, number)."""

    def __init__(self, seed: int, purpose: int, trial: int, number: int) -> None:
        key = Key.new(seed, purpose).derive(trial).derive(number)
        low, high = key.derive(0), key.derive(1)
        self.increment = ((high.a << 32 | high.b) << 1 | 1) & M64
        self.state = ((low.a << 32 | low.b) + self.increment) & M64
        self.step()

    def step(self) -> None:
        self.state = (self.state * 6364136223846793005 + self.increment) & M64

    def word(self) -> int:
        state = self.state
        self.step()
        turn, x = state >> 59, ((state >> 18 ^ state) >> 27) & M32
        return (x >> turn | x << (32 - turn)) & M32

    def below(self, n: int) -> int:
        wide = self.word() * n
        if wide & M32 < n:
            while wide & M32 < (1 << 32) % n:
                wide = self.word() * n
        return wide >> 32


def sample(n: int, k: int, stream: Stream) -> NDArray[np.bool_]:
    """k of n units."""
    invert = k > n // 2
    chosen: set[int] = set()
    for last in range(n - (n - k if invert else k), n):
        drawn = stream.below(last + 1)
        chosen.add(last if drawn in chosen else drawn)
    out = np.zeros(n, bool)
    out[sorted(chosen)] = True
    return np.asarray(~out if invert else out)


def part(pattern: NDArray[np.bool_], keep: int, stream: Stream) -> NDArray[np.bool_]:
    """``keep`` of a pattern's ones."""
    out = np.zeros_like(pattern)
    left = int(pattern.sum())
    if keep >= left:
        return np.array(pattern)
    for unit in np.flatnonzero(pattern):
        if keep == 0:
            break
        if stream.below(left) < keep:
            out[unit] = True
            keep -= 1
        left -= 1
    return out


def pack(units: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Units of the last axis as words of 32."""
    units = np.asarray(units, bool)
    padded = np.zeros((*units.shape[:-1], -(-units.shape[-1] // 32) * 32), bool)
    padded[..., : units.shape[-1]] = units
    return np.packbits(padded, axis=-1, bitorder="little").view("<u4")


def words(*values: object) -> Iterator[int]:
    """Words of numbers and arrays, in order."""
    for value in values:
        if isinstance(value, np.ndarray) and value.dtype == np.bool_:
            yield from pack(value).ravel().tolist()
        elif isinstance(value, np.ndarray):
            yield from np.ascontiguousarray(value).view(np.uint32).ravel().tolist()
        else:
            yield int(value) & M32  # type: ignore[call-overload]


def digest(values: Iterable[int]) -> int:
    """64-bit FNV-1a over the little-endian bytes of words."""
    state = 0xCBF29CE484222325
    for word in values:
        for byte in word.to_bytes(4, "little"):
            state = (state ^ byte) * 0x100000001B3 & M64
    return state


def state_of(snapshot: bytes) -> list[int]:
    """The words of a snapshot's state, as the format has them."""
    every = np.frombuffer(snapshot, "<u4")
    assert snapshot[:8] == b"slotless"
    parameters, sections = int(every[6]), int(every[7])
    start = -(-(8 + parameters + 3 * sections) // 8) * 8
    assert int(every[5]) == len(every)
    return [int(word) for word in every[start:-1]]
