"""Searches for the nearest of many binary rows: N rows of packed bits, each with the same number of ones.

With equal numbers of ones, the largest overlap (AND and popcount) and the smallest Hamming distance are the same rows,
so programs of either kind can be held to the same answer.
"""

import json
import pathlib
import time
from dataclasses import dataclass, replace
from importlib.metadata import version

import faiss
import numkong
import numpy as np
import simsimd
from numba import njit, types
from numba.extending import intrinsic
from usearch.index import Index, MetricKind, ScalarKind

from programs import COMPILED

BATCH = 100


@dataclass(frozen=True)
class Store:
    name: str
    rows: int
    bits: int
    ones: int


STORES = [Store("search_100k_1024", 100_000, 1_024, 102), Store("search_1m_256", 1_000_000, 256, 26)]


def small(store):
    """The same with a twentieth of the rows."""
    rows = store.rows // 20
    return replace(store, name=f"search_{rows // 1_000}k_{store.bits}", rows=rows)


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
    exact = True
    # Seconds to build it, where it was not built now.
    build_s = None

    def bytes(self):
        """Bytes of rows and index."""
        raise NotImplementedError

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

    def bytes(self):
        return self.index.ntotal * self.index.code_size

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

    def bytes(self):
        return self.words.nbytes

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

    def bytes(self):
        return self.rows.nbytes

    def single(self, query):
        return self.batch(query[None])[0]

    def pieces(self, queries):
        """The first row of each piece, and distances to all of it."""
        for first in range(0, len(self.rows), self.piece):
            piece = self.rows[first : first + self.piece]
            distances = np.asarray(simsimd.cdist(queries.view(np.uint8), piece, "hamming", dtype="bin8"))
            yield first, distances.reshape(len(queries), len(piece))

    def batch(self, queries):
        best, at = np.full(len(queries), np.inf), np.zeros(len(queries), np.int64)
        for first, distances in self.pieces(queries):
            rows = distances.argmin(axis=1)
            nearest = distances[np.arange(len(queries)), rows]
            closer = nearest < best
            best[closer], at[closer] = nearest[closer], first + rows[closer]
        return at


class NumkongHamming(SimsimdHamming):
    """NumKong, what simsimd became: Hamming distances to rows that were packed beforehand; the smallest by numpy."""

    name = "numkong"

    def __init__(self, store, rows):
        rows = rows.view(np.uint8)
        # Rows that nothing else owns: it takes plain arrays only.
        pieces = [np.array(rows[first : first + self.piece]) for first in range(0, len(rows), self.piece)]
        self.packed = [numkong.hammings_pack(piece, dtype="uint1") for piece in pieces]

    def bytes(self):
        return sum(piece.nbytes for piece in self.packed)

    def pieces(self, queries):
        queries = np.array(queries.view(np.uint8))
        for number, piece in enumerate(self.packed):
            yield number * self.piece, np.asarray(numkong.hammings_packed(queries, piece))


def usearch_index(store, neighbours, building):
    kinds = {"metric": MetricKind.Hamming, "dtype": ScalarKind.B1}
    return Index(ndim=store.bits, connectivity=neighbours, expansion_add=building, **kinds)


class UsearchExact(Search):
    """usearch's index, asked for exact answers: Hamming distances to all rows.

    Its graph, which such a search leaves aside, is the least there can be. The function that searches rows without an index gives
    the same answers and takes two (in batches) to nine times as long.
    """

    name = "usearch"

    def __init__(self, store, rows):
        self.index = usearch_index(store, 2, 1)
        self.index.add(np.arange(len(rows)), rows.view(np.uint8), threads=1)

    def bytes(self):
        return self.index.serialized_length

    def search(self, queries):
        return self.index.search(queries.view(np.uint8), 1, exact=True, threads=1).keys

    def single(self, query):
        return self.search(query)[0]

    def batch(self, queries):
        return self.search(queries)[:, 0]


class Graph(Search):
    """A graph of neighbours (HNSW): approximate, so that its answers are counted and not checked.

    A graph takes minutes to hours to build. It is kept in target/peers-graphs, with the seconds that building took.
    """

    exact = False
    neighbours, building = 16, 64
    # How many candidates a search keeps: the least that reach the recall, or the most.
    widths = [16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096]
    recall = 0.95

    def __init__(self, store, rows):
        folder = pathlib.Path(__file__).resolve().parents[2] / "target" / "peers-graphs"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}-{version(self.package)}-{store.name}-{self.neighbours}-{self.building}"
        about = path.with_name(path.name + ".json")
        self.empty(store)
        if about.exists():
            self.read(path)
            self.build_s = json.loads(about.read_text())["build_s"]
        else:
            start = time.perf_counter()
            self.add(rows.view(np.uint8))
            self.build_s = round(time.perf_counter() - start, 1)
            self.write(path)
            # Last: a graph that was cut short is built again.
            about.write_text(json.dumps({"build_s": self.build_s}))

    def choose(self, equal, queries):
        """Takes the least width that reaches the recall; yields each that was tried, with what `equal` says of its answers."""
        for width in self.widths:
            self.widen(width)
            share = equal(self.batch(queries))
            yield width, share
            if share >= self.recall:
                return


class FaissGraph(Graph):
    """FAISS's binary HNSW index."""

    name, package = "faiss_hnsw", "faiss-cpu"

    def empty(self, store):
        faiss.omp_set_num_threads(1)
        self.index = faiss.IndexBinaryHNSW(store.bits, self.neighbours)
        self.index.hnsw.efConstruction = self.building

    def add(self, rows):
        self.index.add(rows)

    def read(self, path):
        self.index = faiss.read_index_binary(str(path))

    def write(self, path):
        faiss.write_index_binary(self.index, str(path))

    def bytes(self):
        return faiss.serialize_index_binary(self.index).nbytes

    def widen(self, width):
        self.index.hnsw.efSearch = width

    single, batch = Faiss.single, Faiss.batch


class UsearchGraph(Graph):
    """usearch's own index, an HNSW graph."""

    name, package = "usearch_hnsw", "usearch"

    def empty(self, store):
        self.index = usearch_index(store, self.neighbours, self.building)

    def add(self, rows):
        self.index.add(np.arange(len(rows)), rows, threads=1)

    def read(self, path):
        self.index.load(path)

    def write(self, path):
        self.index.save(path)

    def bytes(self):
        return self.index.serialized_length

    def widen(self, width):
        self.index.expansion_search = width

    def search(self, queries):
        return self.index.search(queries.view(np.uint8), 1, threads=1).keys

    single, batch = UsearchExact.single, UsearchExact.batch


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

    def bytes(self):
        return self.rows.nbytes

    def single(self, query):
        return self.batch(query[None])[0]

    def batch(self, queries):
        self.search(self.rows, queries, self.counts, self.best, self.at)
        return self.at[: len(queries)]


SEARCHES = [
    Faiss,
    UsearchExact,
    NumpyPopcount,
    SimsimdHamming,
    NumkongHamming,
    NumbaPopcount,
    FaissGraph,
    UsearchGraph,
]
