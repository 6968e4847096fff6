"""torchhd's nearest neighbour, in PyTorch; optional, as all that needs it."""

import numpy as np
import torch
import torchhd

from searches import Search

torch.set_num_threads(1)


def vectors(words):
    bits = np.unpackbits(words.view(np.uint8), axis=-1)
    return torch.from_numpy(bits).to(torch.float32).as_subclass(torchhd.MAPTensor)


class Nearest(Search):
    """The most similar of hypervectors in memory: ones and zeros as floats, whose products are overlaps.

    They are multiply-add-permute vectors to torchhd, whose `cleanup` is this with the norms of all rows for each query. Binary
    spatter codes, a byte a bit, take 20 to 35 times as long a query (`hamming_similarity`), and in batches a byte for each bit of
    each row and query.
    """

    name = "torchhd"
    piece = 65_536

    def __init__(self, store, rows):
        self.pieces = [vectors(rows[first : first + self.piece]) for first in range(0, len(rows), self.piece)]

    def bytes(self):
        return sum(piece.nbytes for piece in self.pieces)

    def single(self, query):
        return self.batch(query[None])[0]

    def batch(self, queries):
        best, at, first = torch.full((len(queries),), -1.0), torch.zeros(len(queries), dtype=torch.int64), 0
        queries = vectors(queries)
        for piece in self.pieces:
            overlaps = torchhd.dot_similarity(queries, piece).as_subclass(torch.Tensor)
            values, rows = overlaps.max(dim=-1)
            closer = values > best
            best, at = torch.where(closer, values, best), torch.where(closer, rows + first, at)
            first += len(piece)
        return at.numpy()
