from os import PathLike
from typing import Any, Literal, final, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slotless._results import (
    Descended,
    Event,
    FromSlot,
    Identity,
    Recalled,
    Remembered,
    Retrieved,
    SlotFound,
    Triple,
)
from slotless._types import Patterns

__all__ = [
    "RESULTS_VERSION",
    "DenseHopfield",
    "HeteroMHN",
    "Hopfield",
    "KWinner",
    "ModernHopfield",
    "Recency",
    "Ring",
    "SentenceStore",
    "__version__",
    "attention",
]

__version__: str
RESULTS_VERSION: int

@final
class KWinner:
    """A K-winner modern Hopfield network: one-shot, continual memory of fixed size.

    A pattern of ``n_visible`` units with about ``n_active`` ones is learned at once: the ``n_winners`` hidden units whose
    weights match it best move their weights towards it, ``W[h, j] += rate * (x[j] - W[h, j])`` for every visible unit ``j``
    that ``h`` is wired to. Recall finds the winners of a cue and turns on the ``n_active`` visible units with the largest
    sums of their weights. Weights are integers of 1 to 16 bits, and every result is that of the library on a
    microcontroller, bit for bit.

    Parameters
    ----------
    n_visible : int
        Visible units, the length of a pattern; from 1.
    n_hidden : int
        Hidden units; from 1.
    fan_in : int
        Visible units that each hidden unit is wired to, 1 to ``n_visible``.
    n_winners : int
        Hidden units that learn and recall, 1 to ``n_hidden``.
    n_active : int
        Ones of a recalled pattern, 1 to ``n_visible``.
    rate : float
        Learning rate, above 0 to 1; taken as the nearest multiple of 1/65536.
    weights : {"u1", "u2", "u4", "u8", "u16"}, default "u8"
        Bits of a weight.
    wiring : {"random", "structured"}, default "random"
        Drawn at random and kept as masks, or computed from the unit's number.
    seed : int, default 0
        Wiring, start weights and what is drawn later, 0 to 2**64 - 1.
    rounding : {"nearest", "stochastic"}, default "nearest"
        How a learning step is rounded to weights.
    assignment : {"competitive", "random-k"}, default "competitive"
        Who learns: the best matching hidden units, or any.

    Raises
    ------
    ValueError
        For sizes that do not go together; its text says which and what is allowed.
    MemoryError
        For a network that does not fit into memory.

    Notes
    -----
    Patterns and cues are arrays of a row each, or of one axis for one of them: bool, integers, float32 or float64 of 0 and 1;
    packed, 32 units a ``uint32`` or 8 a ``uint8`` (``numpy.packbits(X, axis=1, bitorder="little")``); or sparse rows of scipy.
    Answers come in the format of the cues. Packed ``uint32`` in one piece is read without a copy, so do not write to it while a
    call in another thread reads it. Calls let other threads run; those on one network wait for each other. Ctrl-C ends a long
    call; what was learned until then stays.

    Examples
    --------
    >>> import numpy as np
    >>> from slotless import KWinner
    >>> rng = np.random.default_rng(1)
    >>> X = np.zeros((200, 256), bool)
    >>> for row in X:
    ...     row[rng.choice(256, 26, replace=False)] = True
    >>> net = KWinner(256, 1000, fan_in=128, n_winners=20, n_active=26, rate=0.5)
    >>> familiarity = net.learn(X)
    >>> half = X & (np.cumsum(X, axis=1) <= 13)
    >>> pattern, score = net.recall(half[-10:])
    >>> (pattern & X[-10:]).sum(axis=1)
    array([26, 26, 26, 26, 26, 26, 26, 26, 25, 26])
    """
    def __new__(
        cls,
        n_visible: int,
        n_hidden: int,
        fan_in: int,
        n_winners: int,
        n_active: int,
        rate: float,
        weights: Literal["u1", "u2", "u4", "u8", "u16"] = "u8",
        wiring: Literal["random", "structured"] = "random",
        seed: int | None = None,
        *,
        rounding: Literal["nearest", "stochastic"] = "nearest",
        assignment: Literal["competitive", "random-k"] = "competitive",
    ) -> KWinner: ...
    def learn(self, X: Patterns, *, rates: ArrayLike | None = None) -> Any:
        """Learn patterns, a row each, in order: each once.

        Parameters
        ----------
        X : array_like, shape (n_patterns, n_visible) or (n_visible,)
            Patterns, each with a one at least.
        rates : array_like of float, shape (n_hidden,), optional
            Learning rates of the hidden units for this call, each above 0 to 1, in place of ``rate``.

        Returns
        -------
        ndarray of float64, shape (n_patterns,), or float
            How well each pattern was known before it was learned: its match score as a share of the largest that it could
            have, 0 to 1.

        Raises
        ------
        ValueError
            For arrays of other shapes or values, and for a pattern without a one; nothing is learned then.
        """
    def recall(
        self,
        cues: Patterns,
        *,
        n_active: int | None = None,
        units: slice | range | None = None,
        code: Literal["binary", "graded"] = "binary",
    ) -> Recalled:
        """Recall patterns from cues.

        Parameters
        ----------
        cues : array_like, shape (n_cues, n_visible) or (n_visible,)
            Cues, such as parts of patterns that were learned.
        n_active : int, optional
            Ones of each answer, in place of the network's.
        units : slice or range, optional
            The only visible units that are answered with: of pairs ``[a, b]`` those of ``b`` are recalled from a cue in ``a``.
        code : {"binary", "graded"}, default "binary"
            Winners count alike, or each by how far it is above the best unit that did not win.

        Returns
        -------
        Recalled
            ``pattern``, shape and format of the cues, and ``score``, float64: the sum of the winners' potentials as a share of
            the largest that a cue of as many ones could have, 0 to 1. The network does not change.
        """
    def hidden(self, cues: Patterns) -> NDArray[np.uint32]:
        """Hidden codes of cues: which hidden units win.

        Parameters
        ----------
        cues : array_like, shape (n_cues, n_visible) or (n_visible,)
            Cues.

        Returns
        -------
        ndarray of uint32, shape (n_cues, n_winners) or (n_winners,)
            The winners of each cue, ascending, counted from 0.
        """
    def potentials(self, cues: Patterns) -> NDArray[np.uint32]:
        """Potentials of all hidden units: the sums of their weights to a cue's ones.

        Parameters
        ----------
        cues : array_like, shape (n_cues, n_visible) or (n_visible,)
            Cues.

        Returns
        -------
        ndarray of uint32, shape (n_cues, n_hidden) or (n_hidden,)
            Sums of raw weights, in units of ``1 / weight_max``.
        """
    def weights(self, form: Literal["csr", "dense"] = "csr") -> Any:
        """The weights from visible to hidden units.

        Parameters
        ----------
        form : {"csr", "dense"}, default "csr"
            A sparse array of scipy that has all ``fan_in`` weights of each hidden unit, also those that are 0; or an array of
            numpy with 0 where a hidden unit is not wired to a visible one.

        Returns
        -------
        scipy.sparse.csr_array or ndarray, shape (n_hidden, n_visible)
            Raw weights, uint8 or uint16, in units of ``1 / weight_max``; a copy.

        Raises
        ------
        ImportError
            For ``"csr"`` without scipy.
        """
    def to_bytes(self) -> bytes:
        """The snapshot of the network: the file that :meth:`save` writes and that a device opens in place.

        Returns
        -------
        bytes
        """
    @classmethod
    def from_bytes(cls, snapshot: bytes) -> KWinner:
        """The network of a snapshot.

        Parameters
        ----------
        snapshot : bytes
            What :meth:`to_bytes` gave, or the content of a file of :meth:`save`, of ``slotless snapshot save`` or of a device.

        Raises
        ------
        ValueError
            For bytes that are no snapshot of a K-winner network, or that were changed.
        """
    def save(self, path: str | PathLike[str]) -> None:
        """Write the network to a file: the snapshot that devices open in place. It is whole or not there.

        Parameters
        ----------
        path : str or os.PathLike
            File to write; one that is there is replaced.
        """
    @classmethod
    def load(cls, path: str | PathLike[str]) -> KWinner:
        """The network of a file.

        Parameters
        ----------
        path : str or os.PathLike
            File of :meth:`save`, of ``slotless snapshot save`` or of a device.

        Raises
        ------
        OSError
            For a file that cannot be read.
        ValueError
            For one that is no snapshot of a K-winner network, or that was changed.
        """
    @property
    def n_visible(self) -> int:
        """Visible units."""
    @property
    def n_hidden(self) -> int:
        """Hidden units."""
    @property
    def fan_in(self) -> int:
        """Visible units that each hidden unit is wired to."""
    @property
    def n_winners(self) -> int:
        """Hidden units that learn and recall."""
    @property
    def n_active(self) -> int:
        """Ones of a recalled pattern."""
    @property
    def rate(self) -> float:
        """Learning rate: the multiple of 1/65536 that is used."""
    @property
    def weight_max(self) -> int:
        """The raw weight that stands for 1: ``2**bits - 1``."""
    @property
    def weight_type(self) -> Literal["u1", "u2", "u4", "u8", "u16"]:
        """The width of weights: "u1" to "u16"."""
    @property
    def wiring(self) -> Literal["random", "structured"]:
        """How hidden units are wired, "random" or "structured"."""
    @property
    def rounding(self) -> Literal["nearest", "stochastic"]:
        """How learning steps are rounded, "nearest" or "stochastic"."""
    @property
    def assignment(self) -> Literal["competitive", "random-k"]:
        """Who learns, "competitive" or "random-k"."""
    @property
    def seed(self) -> int:
        """The seed."""
    @property
    def n_learned(self) -> int:
        """Patterns learned so far."""
    @property
    def nbytes(self) -> int:
        """Bytes of the network's state on a device: weights, masks of random wiring, and a counter. This machine's layout takes
        more.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> KWinner: ...
    def __deepcopy__(self, _memo: Any, /) -> KWinner: ...
    def __reduce__(self) -> tuple[Any, tuple[bytes]]: ...

@final
class Hopfield:
    def __new__(cls, n_units: int, seed: int | None = None) -> Hopfield: ...
    def store(self, X: Patterns) -> None: ...
    def recall(
        self,
        cues: Patterns,
        *,
        order: Literal["sweeps", "random"] = "sweeps",
        patience: int | None = None,
        max_updates: int | None = None,
        energy_floor: int | None = None,
        stop_at_stored: bool = False,
        run: int | None = None,
    ) -> Descended: ...
    def energy(self, states: Patterns) -> Any: ...
    def identify(self, states: Patterns, *, tolerance: int | None = None) -> list[Identity] | Identity: ...
    def patterns(self) -> NDArray[np.bool_]: ...
    def fields(self, states: Patterns) -> NDArray[np.int32]: ...
    def weights(self) -> NDArray[np.int32]: ...
    def set_thresholds(self, thresholds: ArrayLike | None) -> None: ...
    @property
    def thresholds(self) -> NDArray[np.int32]: ...
    @property
    def n_units(self) -> int: ...
    @property
    def n_stored(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def nbytes(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Hopfield: ...
    def __deepcopy__(self, _memo: Any, /) -> Hopfield: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __setstate__(self, state: Any, /) -> None: ...

@final
class DenseHopfield:
    def __new__(
        cls,
        n_units: int,
        degree: int | None = None,
        separation: Literal["power", "rectified"] = "power",
        seed: int | None = None,
    ) -> DenseHopfield: ...
    def store(self, X: Patterns) -> None: ...
    def recall(
        self,
        cues: Patterns,
        *,
        order: Literal["sweeps", "random"] = "sweeps",
        patience: int | None = None,
        max_updates: int | None = None,
        energy_floor: int | None = None,
        stop_at_stored: bool = False,
        run: int | None = None,
    ) -> Descended: ...
    def energy(self, states: Patterns) -> Any: ...
    def identify(self, states: Patterns, *, tolerance: int | None = None) -> list[Identity] | Identity: ...
    def patterns(self) -> NDArray[np.bool_]: ...
    @property
    def n_units(self) -> int: ...
    @property
    def degree(self) -> int: ...
    @property
    def separation(self) -> Literal["power", "rectified"]: ...
    @property
    def n_stored(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def nbytes(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> DenseHopfield: ...
    def __deepcopy__(self, _memo: Any, /) -> DenseHopfield: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __setstate__(self, state: Any, /) -> None: ...

@final
class ModernHopfield:
    def __new__(cls, n_units: int, beta: float | None = None) -> ModernHopfield: ...
    def store(self, X: ArrayLike) -> None: ...
    def recall(
        self,
        cues: ArrayLike,
        *,
        state_tolerance: float | None = 1e-6,
        weights_tolerance: float | None = 1e-8,
        max_steps: int | None = 1000,
    ) -> Retrieved: ...
    def energy(self, states: ArrayLike) -> Any: ...
    def similarities(self, states: ArrayLike) -> NDArray[np.float32]: ...
    def patterns(self) -> NDArray[np.float32]: ...
    @property
    def n_units(self) -> int: ...
    @property
    def beta(self) -> float: ...
    @property
    def n_stored(self) -> int: ...
    @property
    def nbytes(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> ModernHopfield: ...
    def __deepcopy__(self, _memo: Any, /) -> ModernHopfield: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __setstate__(self, state: Any, /) -> None: ...

@overload
def attention(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    beta: float | None = None,
    mask: ArrayLike | Literal["causal", "causal-at-end"] | None = None,
    *,
    unseen: Literal["zeros", "refused"] = "zeros",
    return_weights: Literal[False] = False,
    threads: int | None = None,
) -> NDArray[np.float32]: ...
@overload
def attention(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    beta: float | None = None,
    mask: ArrayLike | Literal["causal", "causal-at-end"] | None = None,
    *,
    unseen: Literal["zeros", "refused"] = "zeros",
    return_weights: Literal[True],
    threads: int | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]: ...

@final
class Recency:
    def __new__(
        cls,
        n_visible: int,
        n_rows: int | None = None,
        n_levels: int | None = None,
        *,
        window: int | None = None,
        n_active: int | None = None,
        cap: int | None = None,
        miss: int | None = None,
        size: int | None = None,
    ) -> Recency: ...
    def learn(self, X: Patterns) -> None: ...
    def recall(self, cues: Patterns) -> Remembered: ...
    def find(self, cues: Patterns, *, but: ArrayLike | None = None) -> Event: ...
    def to_bytes(self) -> bytes: ...
    @classmethod
    def from_bytes(cls, snapshot: bytes) -> Recency: ...
    def save(self, path: str | PathLike[str]) -> None: ...
    @classmethod
    def load(cls, path: str | PathLike[str]) -> Recency: ...
    @property
    def n_visible(self) -> int: ...
    @property
    def n_rows(self) -> int: ...
    @property
    def n_levels(self) -> int: ...
    @property
    def window(self) -> int: ...
    @property
    def n_active(self) -> int: ...
    @property
    def cap(self) -> int: ...
    @property
    def hit(self) -> int: ...
    @property
    def miss(self) -> int: ...
    @property
    def n_learned(self) -> int: ...
    @property
    def nbytes(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Recency: ...
    def __deepcopy__(self, _memo: Any, /) -> Recency: ...
    def __reduce__(self) -> tuple[Any, tuple[bytes]]: ...

@final
class Ring:
    def __new__(
        cls,
        n_visible: int,
        n_slots: int | None = None,
        replacement: Literal["fifo", "random", "reservoir", "balanced"] = "fifo",
        coding: Literal["plain", "rice", "sketch"] = "plain",
        *,
        n_classes: int | None = None,
        n_active: int | None = None,
        size: int | None = None,
        seed: int | None = None,
    ) -> Ring: ...
    def learn(self, X: Patterns, *, classes: ArrayLike | None = None) -> None: ...
    def recall(self, cues: Patterns) -> FromSlot: ...
    def find(self, cues: Patterns) -> SlotFound: ...
    def patterns(self) -> NDArray[np.bool_]: ...
    def to_bytes(self) -> bytes: ...
    @classmethod
    def from_bytes(cls, snapshot: bytes) -> Ring: ...
    def save(self, path: str | PathLike[str]) -> None: ...
    @classmethod
    def load(cls, path: str | PathLike[str]) -> Ring: ...
    @property
    def classes(self) -> NDArray[np.int64]: ...
    @property
    def n_visible(self) -> int: ...
    @property
    def n_slots(self) -> int | None: ...
    @property
    def replacement(self) -> Literal["fifo", "random", "reservoir", "balanced"]: ...
    @property
    def coding(self) -> Literal["plain", "rice", "sketch"]: ...
    @property
    def n_classes(self) -> int | None: ...
    @property
    def seed(self) -> int: ...
    @property
    def n_learned(self) -> int: ...
    @property
    def n_kept(self) -> int: ...
    @property
    def nbytes(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Ring: ...
    def __deepcopy__(self, _memo: Any, /) -> Ring: ...
    def __reduce__(self) -> tuple[Any, tuple[bytes]]: ...

@final
class HeteroMHN:
    def __new__(
        cls,
        n_key: int,
        n_value: int,
        n_item: int,
        n_hidden: int,
        n_winners: int | None = None,
        allocation: Literal["key", "projected", "item"] = "key",
        *,
        n_projected: int | None = None,
        strength: float | None = None,
        seed: int | None = None,
    ) -> HeteroMHN: ...
    def load(self, keys: ArrayLike, values: ArrayLike, items: ArrayLike) -> NDArray[np.uint32]: ...
    def recall(self, queries: ArrayLike, beta: float | None = None) -> Triple: ...
    def reset(self) -> None: ...
    @property
    def key_weights(self) -> NDArray[np.float32]: ...
    @property
    def value_weights(self) -> NDArray[np.float32]: ...
    @property
    def item_weights(self) -> NDArray[np.float32]: ...
    @property
    def input_weights(self) -> NDArray[np.float32] | None: ...
    @property
    def n_key(self) -> int: ...
    @property
    def n_value(self) -> int: ...
    @property
    def n_item(self) -> int: ...
    @property
    def n_hidden(self) -> int: ...
    @property
    def n_winners(self) -> int: ...
    @property
    def allocation(self) -> Literal["key", "projected", "item"]: ...
    @property
    def n_projected(self) -> int | None: ...
    @property
    def strength(self) -> float | None: ...
    @property
    def seed(self) -> int: ...
    @property
    def n_loaded(self) -> int: ...
    @property
    def nbytes(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> HeteroMHN: ...
    def __deepcopy__(self, _memo: Any, /) -> HeteroMHN: ...
    @staticmethod
    def _restored(
        sizes: list[int],
        allocation: str,
        projected: tuple[int, float] | None,
        seed: int,
        loaded: int,
        words: bytes,
    ) -> HeteroMHN: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

_Found = tuple[int, str, str, float, int, float]
_Answer = tuple[_Found | None, list[_Found]]
_Item = tuple[int, str, list[str], int | None, int | None]

@final
class SentenceStore:
    """A memory of sentences in a folder: `slotless.Sentences` without its encoder."""
    @staticmethod
    def is_at(folder: str | PathLike[str]) -> bool:
        """Whether a folder holds a memory."""
    @staticmethod
    def open(folder: str | PathLike[str], mode: str, wait: float | None) -> SentenceStore:
        """Opens the memory of a folder: mode "r" or "a"."""
    @staticmethod
    def create(
        folder: str | PathLike[str],
        dim: int,
        units: int,
        active: int,
        projection: str,
        seed: int,
        wait: float | None,
    ) -> SentenceStore:
        """Makes a memory in a folder."""
    def add(self, targets: list[str], cues: list[list[str]], vectors: ArrayLike) -> list[int]:
        """Stores items; rows of vectors belong to cue, target, further cues, item after item. Gives their numbers."""
    def add_cues(self, id: int, cues: list[str], vectors: ArrayLike) -> None:
        """Stores further cues of an item, a row of vectors each."""
    def update(self, id: int, target: str | None, cues: list[str], vectors: ArrayLike) -> None:
        """Gives an item another target, other cues, or both; rows of vectors belong to the target, if one is given, and the cues."""
    def forget(self, ids: list[int]) -> None:
        """Forgets items."""
    def compact(self) -> int:
        """Writes the log anew without what was forgotten; gives how many bytes shorter it is."""
    def ask(
        self,
        vectors: ArrayLike,
        top: int,
        threshold: float,
        nearest: int,
        active: int | None,
        beta: float,
    ) -> list[_Answer]:
        """Asks with vectors, a row each."""
    def chain(
        self,
        vector: ArrayLike,
        hops: int,
        top: int,
        threshold: float,
        nearest: int,
        active: int | None,
        beta: float,
    ) -> list[_Answer]:
        """Asks on with each answer's target as the next question."""
    def item(self, id: int) -> _Item:
        """An item."""
    def items(self, first: int, count: int) -> list[_Item]:
        """Up to `count` items from this number on."""
    def vectors(self, id: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The vectors of an item: its target's, and its cues', a row each."""
    def with_cue(self, text: str) -> list[int]:
        """Numbers of the items that have this text as a cue."""
    def verify(self) -> list[str]:
        """Reads all of the memory; gives what is damaged, a line each."""
    def warnings(self) -> list[str]:
        """What was left out or aside when the memory was opened, a line each."""
    def stats(self) -> dict[str, Any]:
        """Sizes of the memory."""
    def settings(self) -> dict[str, Any]:
        """Settings that the memory was made with."""
    def count(self) -> int:
        """Items that are stored."""
    def close(self) -> None:
        """Lets the memory go, and its lock."""
    def is_closed(self) -> bool:
        """Whether it was closed."""
