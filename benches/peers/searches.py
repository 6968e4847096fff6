"""Searches for the nearest of many binary rows: N rows of packed bits, each with the same number of ones.

With equal numbers of ones, the largest overlap (AND and popcount) and the smallest Hamming distance are the same rows,
so programs of either kind can be held to the same answer.
"""

from dataclasses import dataclass

import faiss
import numpy as np
import simsimd
from numba import njit, types
from numba.extending import intrinsic

from programs import COMPILED

BATCH = 100


@dataclass(frozen=True)
class Store:
    name: str
    rows: int
    bits: int
    ones: int


STORES = [Store("search_100k_1024", 100_000, 1_024, 102), Store("search_1m_256", 1_000_000, 256, 26)]


def make(store, rng):
    """Random rows, and queries that are rows with half of the ones cleared; all as 64-bit words."""

    def pack(units):
        bits = np.zeros((len(units), store.bits), np.uint8)
        np.put_along_axis(bits, units, 1, axis=1)
        return np.packbits(bits, axis=1).view(np.uint64)

    rows = np.empty((store.rows, store.bits // 64), np.uint64)
    queries = np.empty((BATCH, store.bits // 64), np.uint64)
    step = 10_000  # As floats, all rows at once would take a gigabyte.
    for first in range(0, store.rows, step):
        draws = rng.random((min(step, store.rows - first), store.bits), dtype=np.float32)
        units = np.argpartition(draws, store.ones, axis=1)[:, : store.ones]
        rows[first : first + step] = pack(units)
        if first == 0:
            queries[:] = pack(units[:BATCH, : store.ones // 2])
    # In any order, but not at the start of the rows.
    return rows[rng.permutation(store.rows)], queries


class Search:
    """Both operations answer with the best row of each query."""

    name = ""

    def single(self, query):
        """One query, alone."""
        raise NotImplementedError

    def batch(self, queries):
        return [self.single(query) for query in queries]


class Faiss(Search):
    """FAISS's exhaustive binary index, Hamming distance."""

    name = "faiss"

    def __init__(self, store, rows):
        faiss.omp_set_num_threads(1)
        self.index = faiss.IndexBinaryFlat(store.bits)
        self.index.add(rows.view(np.uint8))

    def single(self, query):
        return self.index.search(query.view(np.uint8)[None], 1)[1][0, 0]

    def batch(self, queries):
        return self.index.search(queries.view(np.uint8), 1)[1][:, 0]


class NumpyPopcount(Search):
    """numpy's bitwise_count, word by word over pieces that stay in the cache."""

    name = "numpy_popcount"
    piece = 16_384

    def __init__(self, store, rows):
        self.words = np.ascontiguousarray(rows.T)

    def single(self, query):
        best, at = -1, 0
        for first in range(0, self.words.shape[1], self.piece):
            piece = self.words[:, first : first + self.piece]
            overlaps = np.bitwise_count(piece[0] & query[0]).astype(np.uint16)
            for word in range(1, len(query)):
                overlaps += np.bitwise_count(piece[word] & query[word])
            row = overlaps.argmax()
            if overlaps[row] > best:
                best, at = int(overlaps[row]), first + row
        return at


class SimsimdHamming(Search):
    """simsimd's Hamming distances of packed bits, in pieces; the smallest by numpy."""

    name = "simsimd"
    piece = 16_384

    def __init__(self, store, rows):
        self.rows = rows.view(np.uint8)

    def single(self, query):
        return self.batch(query[None])[0]

    def batch(self, queries):
        best, at = np.full(len(queries), np.inf), np.zeros(len(queries), np.int64)
        for first in range(0, len(self.rows), self.piece):
            piece = self.rows[first : first + self.piece]
            distances = np.asarray(simsimd.cdist(queries.view(np.uint8), piece, "hamming", dtype="bin8"))
            distances = distances.reshape(len(queries), len(piece))
            rows = distances.argmin(axis=1)
            nearest = distances[np.arange(len(queries)), rows]
            closer = nearest < best
            best[closer], at[closer] = nearest[closer], first + rows[closer]
        return at


@intrinsic
def popcount(_context, _word):
    """The processor's count of ones, which numba has no name for."""

    def generate(_target, builder, _signature, arguments):
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


def compiled_search(words, piece):
    # The number of words is a constant of the loop, so that it is unrolled.
    @njit(**COMPILED)
    def search(rows, queries, counts, best, at):
        best[:] = 0
        # A piece of rows stays in the cache for all queries of a batch.
        for number in range(rows.shape[0]):
            for query in range(queries.shape[0]):
                for row in range(piece):
                    count = np.uint64(0)
                    for word in range(words):
                        count += popcount(rows[number, word, row] & queries[query, word])
                    counts[row] = count
                most = np.uint64(0)
                for row in range(piece):
                    most = max(most, counts[row])
                if most > best[query]:
                    best[query] = most
                    for row in range(piece):
                        if counts[row] == most:
                            at[query] = number * piece + row
                            break

    return search


class NumbaPopcount(Search):
    """Compiled AND and popcount, word by word over pieces of rows, so that a vector holds one word of eight rows."""

    name = "numba_popcount"

    def __init__(self, store, rows):
        words = store.bits // 64
        # 32 KiB of rows: smaller pieces slow single queries, whose rows come from memory, larger ones batches.
        self.piece = 32_768 // store.bits * 8
        padded = np.zeros((-(-len(rows) // self.piece) * self.piece, words), np.uint64)
        padded[: len(rows)] = rows
        self.rows = np.ascontiguousarray(padded.reshape(-1, self.piece, words).transpose(0, 2, 1))
        self.counts = np.zeros(self.piece, np.uint64)
        self.best, self.at = np.zeros(BATCH, np.uint64), np.zeros(BATCH, np.int64)
        self.search = compiled_search(words, self.piece)

    def single(self, query):
        return self.batch(query[None])[0]

    def batch(self, queries):
        self.search(self.rows, queries, self.counts, self.best, self.at)
        return self.at[: len(queries)]


SEARCHES = [Faiss, NumpyPopcount, SimsimdHamming, NumbaPopcount]
