"""Random streams of the library, written in plain Python from the text of its contract (`core/src/contract.rs`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

M32, M64 = 2**32 - 1, 2**64 - 1
Key = tuple[int, int]

VECTORS = Path(__file__).parents[2] / "tests" / "vectors"


def known_answers(name: str) -> dict[str, int]:
    """Names and numbers of a file of ``tests/vectors``."""
    lines = (VECTORS / f"{name}.txt").read_text().splitlines()
    pairs = (line.split(" = ") for line in lines if line and not line.startswith("#"))
    return {name: int(number, 16) for name, number in pairs}


def at(key: Key, i: int) -> int:
    """Draw ``i`` of a key."""
    x = i ^ key[0]
    x = (x ^ x >> 16) * 0x7FEB352D & M32
    x = ((x ^ x >> 15) + key[1]) * 0x846CA68B & M32
    return x ^ x >> 16


def derive(key: Key, i: int) -> Key:
    """The key that a key gives by a word."""
    q = at(key, i)
    return q, at((q ^ key[1], key[0]), M32 - i)


def key_of(seed: int, *words: int) -> Key:
    """The key of a seed, a purpose and what follows."""
    key = (seed & M32, seed >> 32)
    for word in words:
        key = derive(key, word)
    return key


def digest_under(key: Key, words: Iterable[int]) -> int:
    """The digest of words under a key."""
    d = 0
    for word in words:
        d = at(key, d ^ word)
    return d


def stream(seed: int, purpose: int, trial: int, number: int) -> Iterator[int]:
    """The words of a stream: PCG XSH RR 64/32."""
    key = key_of(seed, purpose, trial, number)

    def part(i: int) -> int:
        a, b = derive(key, i)
        return a << 32 | b

    increment = (part(1) << 1 | 1) & M64
    state = ((part(0) + increment) * 6364136223846793005 + increment) & M64
    while True:
        word = ((state >> 18 ^ state) >> 27) & M32
        turn = state >> 59
        yield (word >> turn | word << (32 - turn)) & M32
        state = (state * 6364136223846793005 + increment) & M64


def below(words: Iterator[int], n: int) -> int:
    """A number below ``n``."""
    wide = next(words) * n
    while wide % 2**32 < 2**32 % n:
        wide = next(words) * n
    return wide >> 32


def sample(n: int, k: int, words: Iterator[int]) -> NDArray[np.bool_]:
    """k of n bits."""
    d = n - k if k > n // 2 else k
    bits: NDArray[np.bool_] = np.zeros(n, bool)
    for last in range(n - d, n):
        drawn = below(words, last + 1)
        bits[last if bits[drawn] else drawn] = True
    if k > n // 2:
        np.logical_not(bits, out=bits)
    return bits


def cue(pattern: NDArray[np.bool_], keep: int, words: Iterator[int]) -> NDArray[np.bool_]:
    """``keep`` of a pattern's ones."""
    left = int(pattern.sum())
    if keep >= left:
        return np.copy(pattern)
    kept, wanted = np.zeros_like(pattern), keep
    for index in np.flatnonzero(pattern):
        if wanted == 0:
            break
        if below(words, left) < wanted:
            kept[index] = True
            wanted -= 1
        left -= 1
    return kept


def words_of(patterns: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Rows packed into words of 32 bits."""
    width = -(-patterns.shape[-1] // 32)
    room = np.zeros((*patterns.shape[:-1], width * 32), bool)
    room[..., : patterns.shape[-1]] = patterns
    words: NDArray[np.uint32] = np.packbits(room, axis=-1, bitorder="little").view("<u4").astype(np.uint32)
    return words


def fnv(words: Iterable[int], digest: int = 0xCBF29CE484222325) -> int:
    """FNV-1a of 64 bits over the bytes of words."""
    for word in words:
        for byte in int(word).to_bytes(4, "little"):
            digest = (digest ^ byte) * 0x100000001B3 & M64
    return digest
