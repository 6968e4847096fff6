from typing import Any, Literal, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slotless._results import (
    Advantage,
    Content,
    Descended,
    Event,
    ExponentialFit,
    FromSlot,
    OneWinner,
    Parameter,
    Recalled,
    Recognised,
    Remembered,
    Retrieved,
    SlotFound,
    Triple,
)
from slotless._types import Bytes, FilePath, Patterns

__all__ = [
    "RESULTS_VERSION",
    "DenseHopfield",
    "Grow",
    "HeteroMHN",
    "Hopfield",
    "Job",
    "KWinner",
    "Means",
    "ModernHopfield",
    "Recency",
    "RetentionRun",
    "Ring",
    "SampleRing",
    "SentenceStore",
    "TrainingRun",
    "__version__",
    "advantage",
    "attention",
    "auc",
    "auc_to_dprime",
    "content_bits",
    "dprime",
    "fit_exponential",
    "one_winner_accuracy",
    "over_samples",
    "parameters",
    "raw_difference",
    "recognition_bits",
    "run_retention",
    "run_training",
    "survival",
]

__version__: str
RESULTS_VERSION: int

@final
class KWinner:
    """A K-winner modern Hopfield network: one-shot, continual memory of fixed size.

    A pattern of ``n_visible`` units with about ``n_active`` ones is learned at once: the ``n_winners``
    hidden units whose weights match it best move their weights towards it,
    ``W[h, j] += rate * (x[j] - W[h, j])`` for every visible unit ``j`` that ``h`` is wired to. Recall
    finds the winners of a cue and turns on the ``n_active`` visible units with the largest sums of
    their weights. Weights are integers of 1 to 16 bits, and every result is that of the library on a
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
    Patterns and cues are arrays of a row each, or of one axis for one of them: bool, integers, float32
    or float64 of 0 and 1; packed, 32 units a ``uint32`` or 8 a ``uint8``
    (``numpy.packbits(X, axis=1, bitorder="little")``); or sparse rows of scipy. Answers come in the
    format of the cues. Packed ``uint32`` in one piece is read without a copy, so do not write to it
    while a call in another thread reads it. Calls let other threads run; those on one network wait for
    each other. Ctrl-C ends a long call; what was learned until then stays.

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
        seed: int = 0,
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
            How well each pattern was known before it was learned: its match score as a share of the largest
            that it could have, 0 to 1.

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
            The only visible units that are answered with: of pairs ``[a, b]`` those of ``b`` are recalled
            from a cue in ``a``.
        code : {"binary", "graded"}, default "binary"
            Winners count alike, or each by how far it is above the best unit that did not win.

        Returns
        -------
        Recalled
            ``pattern``, shape and format of the cues, and ``score``, float64: the sum of the winners'
            potentials as a share of the largest that a cue of as many ones could have, 0 to 1. The network
            does not change.
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
            A sparse array of scipy that has all ``fan_in`` weights of each hidden unit, also those that are
            0; or an array of numpy with 0 where a hidden unit is not wired to a visible one.

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
    def from_bytes(cls, snapshot: Bytes) -> KWinner:
        """The network of a snapshot.

        Parameters
        ----------
        snapshot : bytes, bytearray or memoryview
            What :meth:`to_bytes` gave, or the content of a file of :meth:`save`, of
            ``slotless snapshot save`` or of a device.

        Raises
        ------
        ValueError
            For bytes that are no snapshot of a K-winner network, or that were changed.
        """
    def save(self, path: FilePath) -> None:
        """Write the network to a file: the snapshot that devices open in place. It is whole or not there.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File to write; one that is there is replaced.
        """
    @classmethod
    def load(cls, path: FilePath) -> KWinner:
        """The network of a file.

        Parameters
        ----------
        path : str, bytes or os.PathLike
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
        """Bytes of the network's state on a device: weights, masks of random wiring, and a counter. This
        machine's layout takes more.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> KWinner: ...
    def __deepcopy__(self, _memo: Any, /) -> KWinner: ...
    def __reduce__(self) -> tuple[Any, tuple[bytes]]: ...

@final
class Hopfield:
    """A classical Hopfield network: patterns of -1 and 1 in symmetric weights.

    Storing adds ``s s^T`` to the weights, but for the diagonal (Hebb's rule), so ``W`` is an integer,
    the sum over all that were stored. Recall updates one unit at a time: it takes the sign of its field
    ``W[i] @ s - b[i]``, and keeps its value where that is 0. No update raises the energy
    ``-s W s / 2 + b s``, so that recall ends in a fixed point (Hopfield 1982). About ``0.138 n_units``
    random patterns are kept.

    Parameters
    ----------
    n_units : int
        Units, N, the length of a pattern; 1 to 2**20.
    seed : int, default 0
        The order in which units are updated, 0 to 2**64 - 1.

    Raises
    ------
    ValueError
        For sizes out of range.

    Notes
    -----
    Patterns and cues are arrays of a row each, or of one axis for one of them: bool, integers, float32
    or float64 of -1 and 1 or of 0 and 1; packed, 32 units a ``uint32`` or 8 a ``uint8``; or sparse rows
    of scipy. 0 is the same as -1. Answers come in the format of the cues: int8 of -1 and 1 for cues
    with a -1, bool for those of 0 and 1.

    Weights are laid out at the first call that needs them after patterns were stored: ``N^2`` bytes for
    up to 127 patterns, twice that for up to 32,767, then four times. Calls let other threads run;
    Ctrl-C ends a long one.

    Examples
    --------
    >>> import numpy as np
    >>> from slotless import Hopfield
    >>> rng = np.random.default_rng(1)
    >>> X = rng.choice([-1, 1], size=(5, 100))
    >>> net = Hopfield(100)
    >>> net.learn(X)
    >>> cue = X[2] * np.where(np.arange(100) < 20, -1, 1)  # 20 units flipped
    >>> recalled = net.recall(cue)
    >>> bool((recalled.pattern == X[2]).all()), recalled.ended
    (True, 'fixed-point')
    """
    def __new__(cls, n_units: int, seed: int = 0) -> Hopfield: ...
    def learn(self, X: Patterns) -> None:
        """Learn patterns, a row each, at once. One that is learned twice weighs twice.

        Parameters
        ----------
        X : array_like, shape (n_patterns, n_units) or (n_units,)
            Patterns of -1 and 1, or of 0 and 1.

        Raises
        ------
        ValueError
            For arrays of other shapes or values, and for more than ``2**30 / n_units`` patterns in all;
            nothing is learned then.
        """
    def recall(
        self,
        cues: Patterns,
        *,
        order: Literal["sweeps", "random"] = "sweeps",
        patience: int | None = None,
        max_updates: int | None = None,
        energy_floor: int | None = None,
        stop_at_stored: bool = False,
        run: int = 0,
    ) -> Descended:
        """Recall from cues: updates of one unit at a time, until a rule ends them. The first that holds does.

        Parameters
        ----------
        cues : array_like, shape (n_cues, n_units) or (n_units,)
            States to start from.
        order : {"sweeps", "random"}, default "sweeps"
            All units in a random order, and again in another, until a whole sweep changes nothing; or units
            drawn at random with replacement.
        patience : int, optional
            End once so many updates in a row have changed nothing. In random order n_units unless told.
        max_updates : int, optional
            End after so many updates. In random order 10 n_units unless told.
        energy_floor : int, optional
            End once the energy is this low.
        stop_at_stored : bool, default False
            End once the state is a stored pattern.
        run : int, default 0
            Each number has an order of its own, which depends on the cue and the seed alone.

        Returns
        -------
        Descended
            ``pattern``, shape and format of the cues; ``energy``, int64; ``n_updates`` and ``n_flips``,
            uint64; and ``ended``: "fixed-point", "patience", "stored", "energy-floor" or "max-updates". The
            network does not change.
        """
    def energy(self, states: Patterns) -> Any:
        """Energies of states, ``-s W s / 2 + b s``.

        Parameters
        ----------
        states : array_like, shape (n_states, n_units) or (n_units,)
            States of -1 and 1, or of 0 and 1.

        Returns
        -------
        ndarray of int64, shape (n_states,), or int
        """
    def identify(self, states: Patterns, *, tolerance: int = 0) -> Any:
        """What states are: a stored pattern, an inverted one, the majority of three, five or seven of them
        with signs (a mixture), or none of these (spurious). The first of these that differs in no more than
        ``tolerance`` units is named. Mixtures are looked for among the patterns with the largest overlaps:
        in networks of a hundred units or so, where those of others come close, one of five or seven is now
        and then taken for spurious.

        Parameters
        ----------
        states : array_like, shape (n_states, n_units) or (n_units,)
            States of -1 and 1, or of 0 and 1.
        tolerance : int, default 0
            Units in which a state may differ from what it is called.

        Returns
        -------
        list of Identity, or Identity
            ``kind``: "stored", "inverted", "mixture" or "spurious"; ``patterns``, the numbers of the
            patterns that it is made of; ``signs``, 1 or -1 each; ``distance``, units in which the state
            differs from that, or from the nearest pattern.
        """
    def patterns(self) -> NDArray[np.bool_]:
        """The patterns stored.

        Returns
        -------
        ndarray of bool, shape (n_stored, n_units)
            A copy.
        """
    def fields(self, states: Patterns) -> NDArray[np.int32]:
        """Fields of states, ``W s - b``.

        Parameters
        ----------
        states : array_like, shape (n_states, n_units) or (n_units,)
            States of -1 and 1, or of 0 and 1.

        Returns
        -------
        ndarray of int32, shape (n_states, n_units) or (n_units,)
        """
    def weights(self) -> NDArray[np.int32]:
        """The weights, an integer each: the sum of ``s s^T`` of the patterns stored, 0 on the diagonal.

        Returns
        -------
        ndarray of int32, shape (n_units, n_units)
            A copy.
        """
    def to_bytes(self) -> bytes:
        """The network as bytes: the file that :meth:`save` writes.

        Returns
        -------
        bytes
            A ``.npz`` of numpy.
        """
    @classmethod
    def from_bytes(cls, snapshot: Bytes) -> Hopfield:
        """The network of a file's bytes.

        Parameters
        ----------
        snapshot : bytes, bytearray or memoryview
            What :meth:`to_bytes` gave, or the content of a file of :meth:`save`.

        Raises
        ------
        ValueError
            For bytes that are not those of such a network, or that were changed.
        """
    def save(self, path: FilePath) -> None:
        """Write the network to a file, which numpy reads as ``.npz``. It is whole or not there.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File to write, of any name; one that is there is replaced.
        """
    @classmethod
    def load(cls, path: FilePath) -> Hopfield:
        """The network of a file.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File of :meth:`save`.

        Raises
        ------
        OSError
            For a file that cannot be read.
        ValueError
            For one that is not of such a network, or that was changed.
        """
    def set_thresholds(self, thresholds: ArrayLike | None) -> None:
        """Set the thresholds of the units: above 0 one keeps its unit at -1.

        Parameters
        ----------
        thresholds : array_like of int, shape (n_units,), or None
            In units of the integer weights, -2**30 to 2**30; None for none.
        """
    @property
    def thresholds(self) -> NDArray[np.int32]:
        """The thresholds of the units; int32, shape (n_units,)."""
    @property
    def n_units(self) -> int:
        """Units."""
    @property
    def n_learned(self) -> int:
        """Patterns learned."""
    @property
    def seed(self) -> int:
        """The seed."""
    @property
    def nbytes(self) -> int:
        """Bytes of the patterns, the thresholds and, once they were needed, the weights."""
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Hopfield: ...
    def __deepcopy__(self, _memo: Any, /) -> Hopfield: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __setstate__(self, state: Any, /) -> None: ...

@final
class DenseHopfield:
    """A dense associative memory: a Hopfield network whose energy is a power of the overlaps.

    The energy of a state of -1 and 1 is ``-sum_k F(xi_k s)`` over the stored patterns ``xi_k``, with
    ``F(z) = z**degree``. Recall updates one unit at a time, to the value with the lower energy; where
    both are equal it stays. The larger the degree, the more patterns are kept: about
    ``n_units**(degree - 1)`` times a factor that falls with it (Krotov and Hopfield 2016). A degree of
    2 is the classical network, but for its diagonal.

    Parameters
    ----------
    n_units : int
        Units, N, the length of a pattern; 1 to 2**20.
    degree : int, default 3
        The power, from 1. ``n_units**degree`` times the patterns must be below 2**125.
    separation : {"power", "rectified"}, default "power"
        ``z**degree``, or 0 where ``z`` is below 0.
    seed : int, default 0
        The order in which units are updated, 0 to 2**64 - 1.

    Raises
    ------
    ValueError
        For sizes out of range, and degrees whose energies would not fit.

    Notes
    -----
    Patterns, cues and answers are as those of :class:`Hopfield`. Energies are exact: int64, or Python's
    integers in an array of objects where they may take more than 62 bits. An update costs two powers
    for each pattern.

    Examples
    --------
    >>> import numpy as np
    >>> from slotless import DenseHopfield
    >>> rng = np.random.default_rng(1)
    >>> X = rng.choice([-1, 1], size=(200, 64))
    >>> net = DenseHopfield(64, degree=8)
    >>> net.learn(X)
    >>> cue = X[7] * np.where(np.arange(64) < 10, -1, 1)  # 10 units flipped
    >>> bool((net.recall(cue).pattern == X[7]).all())
    True
    """
    def __new__(
        cls,
        n_units: int,
        degree: int = 3,
        separation: Literal["power", "rectified"] = "power",
        seed: int = 0,
    ) -> DenseHopfield: ...
    def learn(self, X: Patterns) -> None:
        """Learn patterns, a row each, at once.

        Parameters
        ----------
        X : array_like, shape (n_patterns, n_units) or (n_units,)
            Patterns of -1 and 1, or of 0 and 1.

        Raises
        ------
        ValueError
            For arrays of other shapes or values, and where energies would not fit 125 bits; nothing is
            learned then.
        """
    def recall(
        self,
        cues: Patterns,
        *,
        order: Literal["sweeps", "random"] = "sweeps",
        patience: int | None = None,
        max_updates: int | None = None,
        energy_floor: int | None = None,
        stop_at_stored: bool = False,
        run: int = 0,
    ) -> Descended:
        """Recall from cues: updates of one unit at a time, until a rule ends them. The first that holds does.

        Parameters
        ----------
        cues : array_like, shape (n_cues, n_units) or (n_units,)
            States to start from.
        order : {"sweeps", "random"}, default "sweeps"
            All units in a random order, and again in another, until a whole sweep changes nothing; or units
            drawn at random with replacement.
        patience : int, optional
            End once so many updates in a row have changed nothing. In random order n_units unless told.
        max_updates : int, optional
            End after so many updates. In random order 10 n_units unless told.
        energy_floor : int, optional
            End once the energy is this low.
        stop_at_stored : bool, default False
            End once the state is a stored pattern.
        run : int, default 0
            Each number has an order of its own, which depends on the cue and the seed alone.

        Returns
        -------
        Descended
            ``pattern``, shape and format of the cues; ``energy``, exact integers; ``n_updates`` and
            ``n_flips``, uint64; and ``ended``: "fixed-point", "patience", "stored", "energy-floor" or
            "max-updates". The memory does not change.
        """
    def energy(self, states: Patterns) -> Any:
        """Energies of states, ``-sum_k F(xi_k s)``.

        Parameters
        ----------
        states : array_like, shape (n_states, n_units) or (n_units,)
            States of -1 and 1, or of 0 and 1.

        Returns
        -------
        ndarray of int64 or object, shape (n_states,), or int
            Exact.
        """
    def identify(self, states: Patterns, *, tolerance: int = 0) -> Any:
        """What states are, as :meth:`Hopfield.identify` has it.

        Parameters
        ----------
        states : array_like, shape (n_states, n_units) or (n_units,)
            States of -1 and 1, or of 0 and 1.
        tolerance : int, default 0
            Units in which a state may differ from what it is called.

        Returns
        -------
        list of Identity, or Identity
        """
    def patterns(self) -> NDArray[np.bool_]:
        """The patterns stored.

        Returns
        -------
        ndarray of bool, shape (n_stored, n_units)
            A copy.
        """
    def to_bytes(self) -> bytes:
        """The memory as bytes: the file that :meth:`save` writes.

        Returns
        -------
        bytes
            A ``.npz`` of numpy.
        """
    @classmethod
    def from_bytes(cls, snapshot: Bytes) -> DenseHopfield:
        """The memory of a file's bytes.

        Parameters
        ----------
        snapshot : bytes, bytearray or memoryview
            What :meth:`to_bytes` gave, or the content of a file of :meth:`save`.

        Raises
        ------
        ValueError
            For bytes that are not those of such a memory, or that were changed.
        """
    def save(self, path: FilePath) -> None:
        """Write the memory to a file, which numpy reads as ``.npz``. It is whole or not there.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File to write, of any name; one that is there is replaced.
        """
    @classmethod
    def load(cls, path: FilePath) -> DenseHopfield:
        """The memory of a file.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File of :meth:`save`.

        Raises
        ------
        OSError
            For a file that cannot be read.
        ValueError
            For one that is not of such a memory, or that was changed.
        """
    @property
    def n_units(self) -> int:
        """Units."""
    @property
    def degree(self) -> int:
        """The power of the overlaps."""
    @property
    def separation(self) -> Literal["power", "rectified"]:
        """The separation function, "power" or "rectified"."""
    @property
    def n_learned(self) -> int:
        """Patterns learned."""
    @property
    def seed(self) -> int:
        """The seed."""
    @property
    def nbytes(self) -> int:
        """Bytes of the patterns."""
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> DenseHopfield: ...
    def __deepcopy__(self, _memo: Any, /) -> DenseHopfield: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __setstate__(self, state: Any, /) -> None: ...

@final
class ModernHopfield:
    """A modern Hopfield network: real vectors, recalled as their softmax mean.

    A step takes a state ``s`` to ``X.T @ softmax(beta * X @ s)``, ``X`` being the stored patterns, a
    row each; recall repeats it until the state rests. With a large ``beta`` that is the most alike
    pattern, with a small one a mean of many (Ramsauer et al. 2021). No step raises the energy
    ``-logsumexp(beta * X @ s) / beta + s @ s / 2 + log(n_learned) / beta + M**2 / 2``, ``M`` being the
    largest norm of a pattern.

    Parameters
    ----------
    n_units : int
        Numbers of a pattern; 1 to 2**28.
    beta : float, default 1.0
        Inverse temperature: finite and above 0, as float32.

    Raises
    ------
    ValueError
        For values out of range.

    Notes
    -----
    Patterns and cues are arrays of float32 or float64, a row each, or of one axis for one of them;
    other types are refused. All is computed in float32, to which float64 is rounded, and answers are
    float32: the same bits on every machine. Squared norms are below 8.5e37. Calls let other threads
    run; Ctrl-C ends a long one.

    Examples
    --------
    >>> import numpy as np
    >>> from slotless import ModernHopfield
    >>> rng = np.random.default_rng(1)
    >>> X = rng.normal(size=(50, 16))
    >>> net = ModernHopfield(16, beta=8.0)
    >>> net.learn(X)
    >>> recalled = net.recall(X[3] + 0.3 * rng.normal(size=16))
    >>> int(recalled.weights.argmax()), bool(np.allclose(recalled.pattern, X[3], atol=1e-3))
    (3, True)
    """
    def __new__(cls, n_units: int, beta: float = 1.0) -> ModernHopfield: ...
    def learn(self, X: ArrayLike) -> None:
        """Learn patterns, a row each, at once.

        Parameters
        ----------
        X : array_like of float32 or float64, shape (n_patterns, n_units) or (n_units,)
            Patterns.

        Raises
        ------
        TypeError
            For arrays of other types.
        ValueError
            For other shapes, NaN, infinities and patterns that are too long; nothing is learned then.
        """
    def recall(
        self,
        cues: ArrayLike,
        *,
        state_tolerance: float | None = 1e-6,
        weights_tolerance: float | None = 1e-8,
        max_steps: int | None = 1000,
        threads: int | None = None,
    ) -> Retrieved:
        """Recall from cues: steps until a rule ends them. The first that holds does.

        Parameters
        ----------
        cues : array_like of float32 or float64, shape (n_cues, n_units) or (n_units,)
            States to start from.
        state_tolerance : float or None, default 1e-6
            End once a step moves the state by no more than this times its norm or 1, whichever is larger.
        weights_tolerance : float or None, default 1e-8
            End once the magnitudes of the weights' changes add up to no more than this.
        max_steps : int or None, default 1000
            End after so many steps.
        threads : int, optional
            Threads that compute, at most; 0 or None for one per core. Few cues take one. Results do
            not depend on it.

        Returns
        -------
        Retrieved
            ``pattern``, float32, shape of the cues: the last state; ``weights``, float32, shape (n_cues,
            n_learned) or (n_learned,): the softmax weights that made it; ``n_steps``, uint32; ``ended``:
            "state", "weights" or "max-steps".
        """
    def energy(self, states: ArrayLike) -> Any:
        """Energies of states, 0 at least but for rounding.

        Parameters
        ----------
        states : array_like of float32 or float64, shape (n_states, n_units) or (n_units,)
            States.

        Returns
        -------
        ndarray of float32, shape (n_states,), or float
        """
    def similarities(self, states: ArrayLike) -> NDArray[np.float32]:
        """Similarities of states with the stored patterns, ``states @ X.T``.

        Parameters
        ----------
        states : array_like of float32 or float64, shape (n_states, n_units) or (n_units,)
            States.

        Returns
        -------
        ndarray of float32, shape (n_states, n_learned) or (n_learned,)
        """
    def patterns(self) -> NDArray[np.float32]:
        """The patterns stored.

        Returns
        -------
        ndarray of float32, shape (n_learned, n_units)
            A copy.
        """
    def to_bytes(self) -> bytes:
        """The network as bytes: the file that :meth:`save` writes.

        Returns
        -------
        bytes
            A ``.npz`` of numpy.
        """
    @classmethod
    def from_bytes(cls, snapshot: Bytes) -> ModernHopfield:
        """The network of a file's bytes.

        Parameters
        ----------
        snapshot : bytes, bytearray or memoryview
            What :meth:`to_bytes` gave, or the content of a file of :meth:`save`.

        Raises
        ------
        ValueError
            For bytes that are not those of such a network, or that were changed.
        """
    def save(self, path: FilePath) -> None:
        """Write the network to a file, which numpy reads as ``.npz``. It is whole or not there.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File to write, of any name; one that is there is replaced.
        """
    @classmethod
    def load(cls, path: FilePath) -> ModernHopfield:
        """The network of a file.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File of :meth:`save`.

        Raises
        ------
        OSError
            For a file that cannot be read.
        ValueError
            For one that is not of such a network, or that was changed.
        """
    @property
    def n_units(self) -> int:
        """Numbers of a pattern."""
    @property
    def beta(self) -> float:
        """The inverse temperature, as float32 has it."""
    @property
    def n_learned(self) -> int:
        """Patterns learned."""
    @property
    def nbytes(self) -> int:
        """Bytes of the patterns and, once they were needed, of one or two copies of them that are laid out for
        speed.
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> ModernHopfield: ...
    def __deepcopy__(self, _memo: Any, /) -> ModernHopfield: ...
    def __reduce__(self) -> tuple[Any, ...]: ...
    def __setstate__(self, state: Any, /) -> None: ...

def attention(
    q: ArrayLike,
    k: ArrayLike,
    v: ArrayLike,
    beta: float | None = None,
    mask: ArrayLike | Literal["causal", "causal-at-end"] | None = None,
    *,
    unseen: Literal["zeros", "refused"] = "zeros",
    return_weights: bool = False,
    threads: int | None = None,
) -> Any:
    """Scaled dot-product attention: for each query the mean of the values under the softmax of
    ``beta * q @ k.T``.

    A step of a modern Hopfield network with the queries for states and the keys for patterns, and
    values to read (Ramsauer et al. 2021). The leading axes are batches and heads, and broadcast.

    Parameters
    ----------
    q : array_like of float32 or float64, shape (..., L, d)
        Queries.
    k : array_like of float32 or float64, shape (..., S, d)
        Keys, S and d from 1.
    v : array_like of float32 or float64, shape (..., S, e)
        Values.
    beta : float, optional
        Inverse temperature, finite and above 0; ``1 / sqrt(d)`` unless told.
    mask : ndarray of bool, shape (..., L, S), or {"causal", "causal-at-end"}, optional
        True where a query sees a key; either of the last axes may be 1, and leading axes broadcast.
        "causal": query ``i`` sees keys 0 to ``i``. "causal-at-end": it sees keys 0 to ``i + S - L``, as
        where the keys of earlier queries were kept. Masks of numbers that are added are not supported.
    unseen : {"zeros", "refused"}, default "zeros"
        A query that sees no key has an output of zeros, or is a ValueError.
    return_weights : bool, default False
        Give the softmax weights, too.
    threads : int, optional
        Threads that compute, at most; 0 or None for one per core. Small calls take one. Results do not
        depend on it.

    Returns
    -------
    ndarray of float32, shape (..., L, e)
        Outputs; with ``return_weights`` a tuple of them and the weights, shape (..., L, S).

    Raises
    ------
    TypeError
        For arrays and masks of other types.
    ValueError
        For shapes that do not go together, NaN, infinities, and vectors with a squared norm of 8.5e37
        or more.

    Notes
    -----
    All is computed in float32, to which float64 is rounded: the same bits on every machine. It costs
    ``L * S * (d + e)`` multiplications a head, and no room for ``L * S`` weights unless they are asked
    for. Ctrl-C ends a long call.

    Examples
    --------
    >>> import numpy as np
    >>> from slotless import attention
    >>> rng = np.random.default_rng(1)
    >>> q, k, v = rng.normal(size=(3, 2, 8, 10, 16))  # a batch of 2, 8 heads, 10 tokens
    >>> out = attention(q, k, v, mask="causal")
    >>> out.shape, bool((out[..., 0, :] == v[..., 0, :].astype("float32")).all())
    ((2, 8, 10, 16), True)
    """

@final
class Recency:
    """A memory of recency levels: one-shot memory of fixed size that knows how old what it recalls is.

    Every event, a pattern that is learned, is written into one of ``n_rows`` rows in turn: the cells of
    its ones get level 0, those that were set before are a level older, and beyond the last level they
    are empty. A cue is compared with each of the last ``n_rows * n_levels`` events, and the one with
    the largest score is recalled; what newer events have taken of it is said to be unknown. Integers
    alone, with the bits of the library on a microcontroller.

    Parameters
    ----------
    n_visible : int
        Visible units, the length of a pattern; 1 to 2**20.
    n_rows : int, optional
        Rows; as many as fit into ``size`` where that is given.
    n_levels : int, optional
        Levels, 1 to 255; 5 unless told.
    window : int, optional
        How many of the last events are to be kept, in place of ``n_levels``: the fewest levels that do.
        With ``size`` the fewest levels with which so many bytes hold the window, and rows for it.
    n_active : int, optional
        The most ones of a recalled pattern; a tenth of ``n_visible`` unless told. Patterns may have up
        to ``cap`` ones.
    cap : int, optional
        The most cells that are set in a row; from the other sizes unless told.
    miss : int, optional
        What a one of the cue counts against an event that cannot have had it, in 1/16 nat, 1 to 1024;
        96 (6 nats) unless told. The less, the more wrong ones a cue may have.
    size : int, optional
        Bytes of the state, in place of ``n_rows``.

    Raises
    ------
    ValueError
        For sizes that do not go together; its text says which and what is allowed.
    MemoryError
        For a memory that does not fit.

    Notes
    -----
    Patterns and cues are as those of :class:`KWinner`, and answers come in the format of the cues.
    Ctrl-C ends a long call; what was learned until then stays.

    Examples
    --------
    >>> import numpy as np
    >>> from slotless import Recency
    >>> rng = np.random.default_rng(1)
    >>> X = np.zeros((300, 256), bool)
    >>> for row in X:
    ...     row[rng.choice(256, 20, replace=False)] = True
    >>> memory = Recency(256, n_active=20, window=200, size=8192)
    >>> memory.learn(X)
    >>> half = X & (np.cumsum(X, axis=1) <= 10)
    >>> recalled = memory.recall(half[-100])
    >>> int((recalled.pattern & X[-100]).sum()), recalled.age
    (20, 100)
    """
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
    def learn(self, X: Patterns) -> None:
        """Learn patterns, a row each, in order: each once, an event each.

        Parameters
        ----------
        X : array_like, shape (n_patterns, n_visible) or (n_visible,)
            Patterns of 1 to ``cap`` ones.

        Raises
        ------
        ValueError
            For arrays of other shapes or values, and for patterns without a one or with too many; nothing
            is learned then.
        """
    def recall(self, cues: Patterns) -> Remembered:
        """Recall the events that cues belong to.

        Parameters
        ----------
        cues : array_like, shape (n_cues, n_visible) or (n_visible,)
            Cues, such as parts of patterns that were learned.

        Returns
        -------
        Remembered
            ``pattern``, ``members`` and ``unknown``, shape and format of the cues; ``score``, float64, a
            share of the largest that each cue could have; ``age``, uint64, 1 for the last event. The memory
            does not change.
        """
    def find(self, cues: Patterns, *, but: ArrayLike | None = None) -> Event:
        """Find the events that cues belong to, without their patterns.

        Parameters
        ----------
        cues : array_like, shape (n_cues, n_visible) or (n_visible,)
            Cues.
        but : array_like of int, shape (n_cues,), or int, optional
            Ages of events that are left out, 0 for none: with those of the best ones, the next best are
            found.

        Returns
        -------
        Event
            ``score`` and ``most``, int32, in 1/16 nat; ``age``, uint64, 0 where there is none; ``row`` and
            ``level``, uint32.
        """
    def to_bytes(self) -> bytes:
        """The snapshot of the memory: the file that :meth:`save` writes and that a device opens in place.

        Returns
        -------
        bytes
        """
    @classmethod
    def from_bytes(cls, snapshot: Bytes) -> Recency:
        """The memory of a snapshot.

        Parameters
        ----------
        snapshot : bytes, bytearray or memoryview
            What :meth:`to_bytes` gave, or the content of a file of :meth:`save` or of a device.

        Raises
        ------
        ValueError
            For bytes that are no snapshot of such a memory, or that were changed.
        """
    def save(self, path: FilePath) -> None:
        """Write the memory to a file: the snapshot that devices open in place. It is whole or not there.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File to write; one that is there is replaced.
        """
    @classmethod
    def load(cls, path: FilePath) -> Recency:
        """The memory of a file.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File of :meth:`save` or of a device.

        Raises
        ------
        OSError
            For a file that cannot be read.
        ValueError
            For one that is no snapshot of such a memory, or that was changed.
        """
    @property
    def n_visible(self) -> int:
        """Visible units."""
    @property
    def n_rows(self) -> int:
        """Rows."""
    @property
    def n_levels(self) -> int:
        """Levels."""
    @property
    def window(self) -> int:
        """How many of the last events are in the memory: ``n_rows * n_levels``."""
    @property
    def n_active(self) -> int:
        """The most ones of a recalled pattern."""
    @property
    def cap(self) -> int:
        """The most cells that are set in a row."""
    @property
    def hit(self) -> int:
        """What a one of the cue counts for the event at whose level it is, in 1/16 nat."""
    @property
    def miss(self) -> int:
        """What a one that the event cannot have had counts against it, in 1/16 nat."""
    @property
    def n_learned(self) -> int:
        """Events learned so far."""
    @property
    def nbytes(self) -> int:
        """Bytes of the memory's state on a device. This machine's layout takes more, a byte and a bit a cell."""
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Recency: ...
    def __deepcopy__(self, _memo: Any, /) -> Recency: ...
    def __reduce__(self) -> tuple[Any, tuple[bytes]]: ...

@final
class Grow:
    """A recogniser that grows: labels for samples of 8-bit features in fixed bytes, the one to begin with.

    Every sample is an item of four bits a feature until all ``n_items`` are taken. Then the nearest item
    of the sample's class moves towards it, a nearest item of another class that is too near moves away, and
    items that bring errors give way (learning vector quantisation: Kohonen 1990, "Improved versions of
    learning vector quantization", LVQ2.1). New labels may come at any time, up to 16. The threshold
    between known and unknown is set on what is learned, so that one sample in twenty would have been
    unknown. Integers alone, with the bits of the library on a microcontroller.

    Parameters
    ----------
    n_features : int
        Features of a sample, 1 to 1024.
    n_items : int, optional
        Items, 1 to 65535.
    size : int, optional
        Bytes of the state, in place of ``n_items``: as many items as fit.
    fading : int, default 0
        How fast what has proved useful is no longer taken as such, 0 (never) to 15, for streams in which
        classes move into each other's place.
    seed : int, default 0
        Of the random rounding of items that move; 0 to 2**64 - 1.

    Raises
    ------
    ValueError
        For sizes out of range; its text says which and what is allowed.
    MemoryError
        For a memory that does not fit.

    Notes
    -----
    Bring each feature's range to 0 to 255, the same way for learning and recognition: floats are refused.
    Distances weigh all features alike, and what differs by less than 16 may not differ at all. The order of
    samples matters. Ctrl-C ends a long call; what was learned until then stays.

    Examples
    --------
    >>> import numpy as np
    >>> from slotless import Grow
    >>> rng = np.random.default_rng(1)
    >>> centres = np.array([[40, 200, 40, 200], [120, 120, 200, 250]])
    >>> y = np.arange(200) % 2
    >>> X = (centres[y] + rng.integers(-30, 31, (200, 4))).clip(0, 255).astype(np.uint8)
    >>> gestures = Grow(4, size=256)
    >>> outcomes = gestures.learn(X, y)
    >>> found = gestures.recognise([[50, 190, 45, 210], [250, 10, 250, 10]])
    >>> found.label.tolist(), found.unknown.tolist()
    ([0, 1], [False, True])
    """
    def __new__(
        cls,
        n_features: int,
        n_items: int | None = None,
        *,
        size: int | None = None,
        fading: int = 0,
        seed: int = 0,
    ) -> Grow: ...
    @property
    def n_items(self) -> int:
        """Items."""
    @property
    def n_kept(self) -> int:
        """Items in use."""
    @property
    def fading(self) -> int:
        """How fast usefulness fades."""
    @property
    def seed(self) -> int:
        """The seed."""
    def items_of(self, label: int) -> int:
        """Items of a class.

        Parameters
        ----------
        label : int
            Its label, 0 to 15.

        Returns
        -------
        int
        """
    def learn(self, X: ArrayLike, y: ArrayLike) -> Any:
        """Learn samples of classes, new or known, a row each, in order.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features) or (n_features,)
            Samples: uint8, or other integers from 0 to 255.
        y : array_like of int, shape (n_samples,), or int
            The label of each sample, or of all: 0 to ``n_labels - 1``.

        Returns
        -------
        ndarray of str, shape (n_samples,), or str
            What each would have been recognised as before it was learned: "right", its own class was
            the nearest; "wrong", another one was as near or nearer; "new", nothing of its class was in
            memory.

        Raises
        ------
        TypeError
            For samples or labels that are no integers.
        ValueError
            For arrays of other shapes or values. Nothing is learned then.
        """
    def recognise(self, X: ArrayLike) -> Recognised:
        """Recognise samples. The recogniser does not change.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features) or (n_features,)
            Samples: uint8, or other integers from 0 to 255.

        Returns
        -------
        Recognised
            ``label``, int64, ``unknown``, bool, ``distance``, ``runner_up``, ``margin`` and ``score``,
            int64; -1 for what there is not.

        Raises
        ------
        TypeError
            For samples that are no integers.
        ValueError
            For arrays of other shapes or values.
        """
    def to_bytes(self) -> bytes:
        """The snapshot of the recogniser: the file that :meth:`save` writes and that a device opens in
        place.

        Returns
        -------
        bytes
        """
    @classmethod
    def from_bytes(cls, snapshot: Bytes) -> Grow:
        """The recogniser of a snapshot.

        Parameters
        ----------
        snapshot : bytes, bytearray or memoryview
            What :meth:`to_bytes` gave, or the content of a file of :meth:`save` or of a device.

        Raises
        ------
        ValueError
            For bytes that are no snapshot of such a recogniser, or that were changed.
        """
    def save(self, path: FilePath) -> None:
        """Write the recogniser to a file: the snapshot that devices open in place. It is whole or not
        there.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File to write; one that is there is replaced.
        """
    @classmethod
    def load(cls, path: FilePath) -> Grow:
        """The recogniser of a file.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File of :meth:`save` or of a device.

        Raises
        ------
        OSError
            For a file that cannot be read.
        ValueError
            For one that is no snapshot of such a recogniser, or that was changed.
        """
    @property
    def n_features(self) -> int:
        """Features of a sample."""
    @property
    def n_labels(self) -> int:
        """Labels: they are below this."""
    @property
    def threshold(self) -> int | None:
        """The score above which a sample is unknown, set on what was learned; None before there is one."""
    @property
    def nbytes(self) -> int:
        """Bytes of the state, here as on a device."""
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Grow: ...
    def __deepcopy__(self, _memo: Any, /) -> Grow: ...
    def __reduce__(self) -> tuple[Any, tuple[bytes]]: ...

@final
class SampleRing:
    """A ring of samples with their labels, whose nearest one says what a sample is.

    What an engineer would write first, better than :class:`Grow` where classes move into each other's place.
    Labels are below 16. The threshold between known and unknown is set on what is learned, so that one sample
    in twenty would have been unknown. Integers alone, with the bits of the library on a microcontroller,
    where it is ``recogniser::Ring`` and ``slotless_samples``.

    Parameters
    ----------
    n_features : int
        Features of a sample, 1 to 1024.
    n_items : int, optional
        Samples that are kept, 1 to 65535.
    replacement : {"fifo", "reservoir", "balanced"}, default "fifo"
        Which sample gives its place to a new one once all are taken: the oldest; one drawn at random or
        none, so that what is kept is a fair sample of all there were (Vitter's algorithm R); the oldest of
        the class that has most.
    bits : int, optional
        Thermometer codes of so many bits a feature, 1 to 16, whose distance is the number of bits that differ;
        unless told the high four bits of each feature, whose distance is a sum of squared differences.
    size : int, optional
        Bytes of the state, in place of ``n_items``: as many samples as fit.
    seed : int, default 0
        Draws of "reservoir"; 0 to 2**64 - 1.

    Raises
    ------
    ValueError
        For sizes out of range; its text says which and what is allowed.
    MemoryError
        For a memory that does not fit.

    Notes
    -----
    Samples are as those of :class:`Grow`. Ctrl-C ends a long call; what was learned until then stays.

    Examples
    --------
    >>> from slotless import SampleRing
    >>> ring = SampleRing(2, 3, "balanced")
    >>> ring.learn([[10, 200], [12, 190], [200, 10], [14, 180]], [0, 0, 1, 0])
    array(['new', 'right', 'new', 'right'], dtype='<U5')
    >>> found = ring.recognise([190, 20])
    >>> found.label, found.distance, found.runner_up
    (1, 2, 0)
    >>> ring.n_learned, ring.n_kept, ring.items_of(1)
    (4, 3, 1)
    """
    def __new__(
        cls,
        n_features: int,
        n_items: int | None = None,
        replacement: Literal["fifo", "reservoir", "balanced"] = "fifo",
        *,
        bits: int | None = None,
        size: int | None = None,
        seed: int = 0,
    ) -> SampleRing: ...
    @property
    def n_items(self) -> int:
        """Samples that are kept at most."""
    @property
    def n_kept(self) -> int:
        """Samples that are there."""
    @property
    def n_learned(self) -> int:
        """Samples learned so far, with those that are no longer there."""
    @property
    def replacement(self) -> Literal["fifo", "reservoir", "balanced"]:
        """Which sample gives its place, "fifo", "reservoir" or "balanced"."""
    @property
    def bits(self) -> int | None:
        """Bits of a feature's thermometer code; None where its high four bits are kept."""
    @property
    def seed(self) -> int:
        """The seed; 0 unless replacement is "reservoir"."""
    def items_of(self, label: int) -> int:
        """Samples of a class that are there.

        Parameters
        ----------
        label : int
            Its label, 0 to 15.

        Returns
        -------
        int
        """
    def learn(self, X: ArrayLike, y: ArrayLike) -> Any:
        """Learn samples of classes, new or known, a row each, in order.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features) or (n_features,)
            Samples: uint8, or other integers from 0 to 255.
        y : array_like of int, shape (n_samples,), or int
            The label of each sample, or of all: 0 to ``n_labels - 1``.

        Returns
        -------
        ndarray of str, shape (n_samples,), or str
            What each would have been recognised as before it was learned: "right", its own class was
            the nearest; "wrong", another one was as near or nearer; "new", nothing of its class was in
            memory.

        Raises
        ------
        TypeError
            For samples or labels that are no integers.
        ValueError
            For arrays of other shapes or values. Nothing is learned then.
        """
    def recognise(self, X: ArrayLike) -> Recognised:
        """Recognise samples. The recogniser does not change.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features) or (n_features,)
            Samples: uint8, or other integers from 0 to 255.

        Returns
        -------
        Recognised
            ``label``, int64, ``unknown``, bool, ``distance``, ``runner_up``, ``margin`` and ``score``,
            int64; -1 for what there is not.

        Raises
        ------
        TypeError
            For samples that are no integers.
        ValueError
            For arrays of other shapes or values.
        """
    def to_bytes(self) -> bytes:
        """The snapshot of the recogniser: the file that :meth:`save` writes and that a device opens in
        place.

        Returns
        -------
        bytes
        """
    @classmethod
    def from_bytes(cls, snapshot: Bytes) -> SampleRing:
        """The recogniser of a snapshot.

        Parameters
        ----------
        snapshot : bytes, bytearray or memoryview
            What :meth:`to_bytes` gave, or the content of a file of :meth:`save` or of a device.

        Raises
        ------
        ValueError
            For bytes that are no snapshot of such a recogniser, or that were changed.
        """
    def save(self, path: FilePath) -> None:
        """Write the recogniser to a file: the snapshot that devices open in place. It is whole or not
        there.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File to write; one that is there is replaced.
        """
    @classmethod
    def load(cls, path: FilePath) -> SampleRing:
        """The recogniser of a file.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File of :meth:`save` or of a device.

        Raises
        ------
        OSError
            For a file that cannot be read.
        ValueError
            For one that is no snapshot of such a recogniser, or that was changed.
        """
    @property
    def n_features(self) -> int:
        """Features of a sample."""
    @property
    def n_labels(self) -> int:
        """Labels: they are below this."""
    @property
    def threshold(self) -> int | None:
        """The score above which a sample is unknown, set on what was learned; None before there is one."""
    @property
    def nbytes(self) -> int:
        """Bytes of the state, here as on a device."""
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> SampleRing: ...
    def __deepcopy__(self, _memo: Any, /) -> SampleRing: ...
    def __reduce__(self) -> tuple[Any, tuple[bytes]]: ...

@final
class Means:
    """A mean a class: for little memory, few samples, and classes that are one cluster.

    Means have 16 bits a feature. The first ``window`` samples of a class weigh alike, from then on each new
    one weighs as much as that share. The threshold between known and unknown is set on what is learned, so
    that one sample in twenty would have been unknown. Integers alone, with the bits of the library on a
    microcontroller.

    Parameters
    ----------
    n_features : int
        Features of a sample, 1 to 1024.
    n_labels : int
        Labels, 1 to 16.
    window : int, default 256
        Samples that a mean reaches back, 1 to 256.

    Raises
    ------
    ValueError
        For sizes out of range; its text says which and what is allowed.

    Notes
    -----
    Samples are as those of :class:`Grow`, but compared with all of their bits: distances are 256 times those
    of :class:`Grow`, and scores in the same units. Ctrl-C ends a long call; what was learned until then stays.

    Examples
    --------
    >>> from slotless import Means
    >>> means = Means(2, 2)
    >>> means.learn([[10, 200], [30, 180], [200, 10]], [0, 0, 1])
    array(['new', 'right', 'new'], dtype='<U5')
    >>> found = means.recognise([20, 191])
    >>> found.label, found.distance, means.samples_of(0), means.nbytes
    (0, 1, 2, 16)
    """
    def __new__(cls, n_features: int, n_labels: int, *, window: int = 256) -> Means: ...
    @property
    def window(self) -> int:
        """Samples that a mean reaches back."""
    def samples_of(self, label: int) -> int:
        """Samples of a class that its mean is of, up to ``window``.

        Parameters
        ----------
        label : int
            Its label, 0 to ``n_labels - 1``.

        Returns
        -------
        int
        """
    def learn(self, X: ArrayLike, y: ArrayLike) -> Any:
        """Learn samples of classes, new or known, a row each, in order.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features) or (n_features,)
            Samples: uint8, or other integers from 0 to 255.
        y : array_like of int, shape (n_samples,), or int
            The label of each sample, or of all: 0 to ``n_labels - 1``.

        Returns
        -------
        ndarray of str, shape (n_samples,), or str
            What each would have been recognised as before it was learned: "right", its own class was
            the nearest; "wrong", another one was as near or nearer; "new", nothing of its class was in
            memory.

        Raises
        ------
        TypeError
            For samples or labels that are no integers.
        ValueError
            For arrays of other shapes or values. Nothing is learned then.
        """
    def recognise(self, X: ArrayLike) -> Recognised:
        """Recognise samples. The recogniser does not change.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features) or (n_features,)
            Samples: uint8, or other integers from 0 to 255.

        Returns
        -------
        Recognised
            ``label``, int64, ``unknown``, bool, ``distance``, ``runner_up``, ``margin`` and ``score``,
            int64; -1 for what there is not.

        Raises
        ------
        TypeError
            For samples that are no integers.
        ValueError
            For arrays of other shapes or values.
        """
    def to_bytes(self) -> bytes:
        """The snapshot of the recogniser: the file that :meth:`save` writes and that a device opens in
        place.

        Returns
        -------
        bytes
        """
    @classmethod
    def from_bytes(cls, snapshot: Bytes) -> Means:
        """The recogniser of a snapshot.

        Parameters
        ----------
        snapshot : bytes, bytearray or memoryview
            What :meth:`to_bytes` gave, or the content of a file of :meth:`save` or of a device.

        Raises
        ------
        ValueError
            For bytes that are no snapshot of such a recogniser, or that were changed.
        """
    def save(self, path: FilePath) -> None:
        """Write the recogniser to a file: the snapshot that devices open in place. It is whole or not
        there.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File to write; one that is there is replaced.
        """
    @classmethod
    def load(cls, path: FilePath) -> Means:
        """The recogniser of a file.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File of :meth:`save` or of a device.

        Raises
        ------
        OSError
            For a file that cannot be read.
        ValueError
            For one that is no snapshot of such a recogniser, or that was changed.
        """
    @property
    def n_features(self) -> int:
        """Features of a sample."""
    @property
    def n_labels(self) -> int:
        """Labels: they are below this."""
    @property
    def threshold(self) -> int | None:
        """The score above which a sample is unknown, set on what was learned; None before there is one."""
    @property
    def nbytes(self) -> int:
        """Bytes of the state, here as on a device."""
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Means: ...
    def __deepcopy__(self, _memo: Any, /) -> Means: ...
    def __reduce__(self) -> tuple[Any, tuple[bytes]]: ...

@final
class Ring:
    """A memory of slots: what an engineer would take, and what memories in weights are held against.

    A slot holds one pattern until another takes its place; from a cue the pattern with the largest
    overlap is recalled. Of equal ones the newest is taken where patterns are replaced in turn, else
    that in the lowest slot.

    Parameters
    ----------
    n_visible : int
        Visible units, the length of a pattern; 1 to 2**20.
    n_slots : int, optional
        Slots; given but for "rice".
    replacement : {"fifo", "random", "reservoir", "balanced"}, default "fifo"
        Which slot a pattern goes to once all are taken: that of the oldest; one drawn at random; one at
        random or none, so that what is kept is a fair sample of all there were (Vitter's algorithm R);
        or one of the class with the most slots.
    coding : {"plain", "rice", "sketch"}, default "plain"
        Patterns as they are; as Rice codes of the gaps between their ones, in a ring of ``size`` bytes;
        or 64 bits of each, for :meth:`find` alone. The latter two are replaced in turn.
    n_classes : int, optional
        Classes of patterns, 1 to 256; for "balanced".
    n_active : int, optional
        Ones of a pattern, for which codes are shortest and sketches best; for "rice" and "sketch".
    size : int, optional
        Bytes of codes, a multiple of 4; for "rice".
    seed : int, default 0
        Draws of slots, and sketches; 0 to 2**64 - 1.

    Raises
    ------
    ValueError
        For sizes out of range, and for arguments that the coding and replacement do not take.
    MemoryError
        For a memory that does not fit.

    Notes
    -----
    Patterns and cues are as those of :class:`KWinner`, and answers come in the format of the cues.
    Ctrl-C ends a long call; what was learned until then stays.

    Examples
    --------
    >>> import numpy as np
    >>> from slotless import Ring
    >>> X = np.eye(8, dtype=bool) | np.eye(8, k=1, dtype=bool)
    >>> ring = Ring(8, 4)
    >>> ring.learn(X)
    >>> ring.recall(X[6]).pattern.astype(int)
    array([0, 0, 0, 0, 0, 0, 1, 1])
    >>> found = ring.find(X[[7, 1]])
    >>> found.overlap, found.age  # the second is no longer there
    (array([1, 0]), array([1, 1]))
    """
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
        seed: int = 0,
    ) -> Ring: ...
    def learn(self, X: Patterns, *, classes: ArrayLike | None = None) -> None:
        """Learn patterns, a row each, in order.

        Parameters
        ----------
        X : array_like, shape (n_patterns, n_visible) or (n_visible,)
            Patterns, each with a one at least.
        classes : array_like of int, shape (n_patterns,), or int, optional
            The class of each pattern, 0 to ``n_classes - 1``; 0 unless told. For "balanced".

        Raises
        ------
        ValueError
            For arrays of other shapes or values, patterns without a one, and codes longer than the ring;
            nothing is learned then.
        """
    def recall(self, cues: Patterns) -> FromSlot:
        """Recall the patterns with the largest overlaps.

        Parameters
        ----------
        cues : array_like, shape (n_cues, n_visible) or (n_visible,)
            Cues, such as parts of patterns that were learned.

        Returns
        -------
        FromSlot
            ``pattern``, shape and format of the cues; ``score``, float64, the overlap as a share of each
            cue's ones; ``slot``, int64, -1 in an empty memory.

        Raises
        ------
        ValueError
            For arrays of other shapes or values, and of sketches, which hold no patterns.
        """
    def find(self, cues: Patterns) -> SlotFound:
        """Find the patterns with the largest overlaps, and the next.

        Parameters
        ----------
        cues : array_like, shape (n_cues, n_visible) or (n_visible,)
            Cues.

        Returns
        -------
        SlotFound
            ``overlap`` of the best, ``most`` that it could be, its ``slot`` and ``age``, ``next_overlap``
            and ``next_slot`` of the best of all others; int64. Of codes the slot is the number in the ring,
            the oldest being 0.
        """
    def patterns(self) -> NDArray[np.bool_]:
        """The patterns that are kept: slot by slot, or of codes the oldest first.

        Returns
        -------
        ndarray of bool, shape (n_kept, n_visible)
            A copy.

        Raises
        ------
        ValueError
            Of sketches, which hold no patterns.
        """
    def to_bytes(self) -> bytes:
        """The snapshot of the memory: the file that :meth:`save` writes and that a device opens in place.

        Returns
        -------
        bytes
        """
    @classmethod
    def from_bytes(cls, snapshot: Bytes) -> Ring:
        """The memory of a snapshot.

        Parameters
        ----------
        snapshot : bytes, bytearray or memoryview
            What :meth:`to_bytes` gave, or the content of a file of :meth:`save` or of a device.

        Raises
        ------
        ValueError
            For bytes that are no snapshot of a memory of slots, or that were changed.
        """
    def save(self, path: FilePath) -> None:
        """Write the memory to a file: the snapshot that devices open in place. It is whole or not there.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File to write; one that is there is replaced.
        """
    @classmethod
    def load(cls, path: FilePath) -> Ring:
        """The memory of a file.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File of :meth:`save` or of a device.

        Raises
        ------
        OSError
            For a file that cannot be read.
        ValueError
            For one that is no snapshot of a memory of slots, or that was changed.
        """
    @property
    def classes(self) -> NDArray[np.int64]:
        """The classes of the patterns that are kept, slot by slot; int64, shape (n_kept,): 0 unless
        replacement is "balanced".
        """
    @property
    def n_visible(self) -> int:
        """Visible units."""
    @property
    def n_slots(self) -> int | None:
        """Slots; None of "rice", where their number depends on the codes."""
    @property
    def replacement(self) -> Literal["fifo", "random", "reservoir", "balanced"]:
        """Which slot a pattern goes to, "fifo", "random", "reservoir" or "balanced"."""
    @property
    def coding(self) -> Literal["plain", "rice", "sketch"]:
        """How patterns are kept, "plain", "rice" or "sketch"."""
    @property
    def n_classes(self) -> int | None:
        """Classes of patterns; None unless replacement is "balanced"."""
    @property
    def seed(self) -> int:
        """The seed."""
    @property
    def n_learned(self) -> int:
        """Patterns learned so far, with those that are no longer there."""
    @property
    def n_kept(self) -> int:
        """Patterns that are there."""
    @property
    def nbytes(self) -> int:
        """Bytes of the state, here as on a device."""
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> Ring: ...
    def __deepcopy__(self, _memo: Any, /) -> Ring: ...
    def __reduce__(self) -> tuple[Any, tuple[bytes]]: ...

@final
class HeteroMHN:
    """A hetero-associative modern Hopfield network with fast weights: triples of a key, a value and an
    item.

    A triple is learned at once into the ``n_winners`` hidden units with the largest potentials: their
    weights become the triple, ``W_KH[h] = key``, ``W_HV[h] = value``, ``W_HI[h] = item``. From a query
    are recalled the value ``a @ W_HV`` and the item ``a @ W_HI`` of the hidden activities
    ``a = softmax(beta * W_KH @ query)``. With one winner it stands for the context of a transformer:
    attention without slots.

    Parameters
    ----------
    n_key, n_value, n_item : int
        Numbers of a key, of a value and of an item; from 1.
    n_hidden : int
        Hidden units; from 1.
    n_winners : int, default 1
        Hidden units that take a triple, 1 to ``n_hidden``.
    allocation : {"key", "projected", "item"}, default "key"
        What potentials are: ``W_KH @ key``; the same and ``strength * item[i]`` for hidden unit ``i``
        of the first ``n_projected`` (and so on for each further winner); or ``W_IH @ item``, with
        weights that become the item.
    n_projected : int, optional
        Entries of an item that are projected, 1 to ``n_item``; for "projected", all of them unless
        told.
    strength : float, default 1.0
        Weight of a projection, finite.
    seed : int, default 0
        Start weights, 0 to 2**64 - 1: uniform in [0, 1), ``W_KH`` in [0, 1/2) or, unless the key alone
        allocates, 0.

    Raises
    ------
    ValueError
        For sizes that do not go together.
    MemoryError
        For a network that does not fit into memory.

    Notes
    -----
    Keys, values, items and queries are arrays of float32 or float64, a row each, or of one axis for one
    of them. All is computed in float32, to which float64 is rounded, and answers are float32: the same
    bits as on a microcontroller. Ctrl-C ends a long call; what was learned until then stays.

    Examples
    --------
    >>> import numpy as np
    >>> from slotless import HeteroMHN
    >>> rng = np.random.default_rng(1)
    >>> keys, values = rng.normal(size=(10, 32)), rng.normal(size=(10, 4))
    >>> items = np.eye(10)
    >>> net = HeteroMHN(32, 4, 10, 20, allocation="projected", strength=1000.0)
    >>> net.learn(keys, values, items).ravel()
    array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], dtype=uint32)
    >>> recalled = net.recall(keys[3], beta=2.0)
    >>> int(recalled.item.argmax()), bool(np.allclose(recalled.value, values[3], atol=1e-3))
    (3, True)
    """
    def __new__(
        cls,
        n_key: int,
        n_value: int,
        n_item: int,
        n_hidden: int,
        n_winners: int = 1,
        allocation: Literal["key", "projected", "item"] = "key",
        *,
        n_projected: int | None = None,
        strength: float = 1.0,
        seed: int = 0,
    ) -> HeteroMHN: ...
    def learn(self, keys: ArrayLike, values: ArrayLike, items: ArrayLike) -> NDArray[np.uint32]:
        """Learn triples, one after the other.

        Parameters
        ----------
        keys : array_like of float32 or float64, shape (n_triples, n_key) or (n_key,)
        values : array_like of float32 or float64, shape (n_triples, n_value) or (n_value,)
        items : array_like of float32 or float64, shape (n_triples, n_item) or (n_item,)

        Returns
        -------
        ndarray of uint32, shape (n_triples, n_winners) or (n_winners,)
            The hidden units that took each triple, ascending.

        Raises
        ------
        TypeError
            For arrays of other types.
        ValueError
            For other shapes, NaN, infinities, and triples of which all that allocates is 0; nothing is
            learned then.
        """
    def recall(self, queries: ArrayLike, beta: float = 1.0) -> Triple:
        """Recall from queries.

        Parameters
        ----------
        queries : array_like of float32 or float64, shape (n_queries, n_key) or (n_key,)
            Queries.
        beta : float, default 1.0
            Inverse temperature, finite and above 0.

        Returns
        -------
        Triple
            ``value``, ``item`` and ``hidden``, the activities; float32. The network does not change.
        """
    def to_bytes(self) -> bytes:
        """The network as bytes: the file that :meth:`save` writes.

        Returns
        -------
        bytes
            A ``.npz`` of numpy.
        """
    @classmethod
    def from_bytes(cls, snapshot: Bytes) -> HeteroMHN:
        """The network of a file's bytes.

        Parameters
        ----------
        snapshot : bytes, bytearray or memoryview
            What :meth:`to_bytes` gave, or the content of a file of :meth:`save`.

        Raises
        ------
        ValueError
            For bytes that are not those of such a network, or that were changed.
        """
    def save(self, path: FilePath) -> None:
        """Write the network to a file, which numpy reads as ``.npz``. It is whole or not there.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File to write, of any name; one that is there is replaced.
        """
    @classmethod
    def load(cls, path: FilePath) -> HeteroMHN:
        """The network of a file.

        Parameters
        ----------
        path : str, bytes or os.PathLike
            File of :meth:`save`.

        Raises
        ------
        OSError
            For a file that cannot be read.
        ValueError
            For one that is not of such a network, or that was changed.
        """
    def reset(self) -> None:
        """Forget everything: start weights as in a new network."""
    @property
    def key_weights(self) -> NDArray[np.float32]:
        """Weights from keys to hidden units, ``W_KH``; float32, shape (n_hidden, n_key), a copy."""
    @property
    def value_weights(self) -> NDArray[np.float32]:
        """Weights from hidden units to values, ``W_HV``; float32, shape (n_hidden, n_value), a copy."""
    @property
    def item_weights(self) -> NDArray[np.float32]:
        """Weights from hidden units to items, ``W_HI``; float32, shape (n_hidden, n_item), a copy."""
    @property
    def input_weights(self) -> NDArray[np.float32] | None:
        """Weights from items to hidden units, ``W_IH``; float32, shape (n_hidden, n_item), a copy; None unless
        the item allocates.
        """
    @property
    def n_key(self) -> int:
        """Numbers of a key."""
    @property
    def n_value(self) -> int:
        """Numbers of a value."""
    @property
    def n_item(self) -> int:
        """Numbers of an item."""
    @property
    def n_hidden(self) -> int:
        """Hidden units."""
    @property
    def n_winners(self) -> int:
        """Hidden units that take a triple."""
    @property
    def allocation(self) -> Literal["key", "projected", "item"]:
        """What chooses the hidden units, "key", "projected" or "item"."""
    @property
    def n_projected(self) -> int | None:
        """Entries of an item that are projected; None unless projections allocate."""
    @property
    def strength(self) -> float | None:
        """Weight of a projection; None unless projections allocate."""
    @property
    def seed(self) -> int:
        """The seed."""
    @property
    def n_learned(self) -> int:
        """Triples learned since the start."""
    @property
    def nbytes(self) -> int:
        """Bytes of the weights."""
    def __eq__(self, other: object, /) -> bool: ...
    def __copy__(self) -> HeteroMHN: ...
    def __deepcopy__(self, _memo: Any, /) -> HeteroMHN: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

_Found = tuple[int, str, str, float, float | None, float, float]
_Answer = tuple[_Found | None, list[_Found], float | None]
_Known = tuple[int | None, list[tuple[str, str]]]
_Which = tuple[list[tuple[str, str]], int | None, int | None]
_Item = tuple[int, str, list[str], int | None, int | None, _Known]
_Version = tuple[int | None, str, list[str], _Known]

@final
class SentenceStore:
    """A memory of sentences in a folder: `slotless.Sentences` without its encoder."""
    @staticmethod
    def is_at(folder: FilePath) -> bool:
        """Whether a folder holds a memory."""
    @staticmethod
    def open(folder: FilePath, mode: str, wait: float | None) -> SentenceStore:
        """Opens the memory of a folder: mode "r" or "a"."""
    @staticmethod
    def create(folder: FilePath, dim: int, words: int, wait: float | None) -> SentenceStore:
        """Makes a memory in a folder: vectors of so many numbers, 0 for none, and words of so many bits, 0
        for none.
        """
    def add(
        self, targets: list[str], cues: list[list[str]], vectors: ArrayLike | None, known: list[_Known]
    ) -> list[int]:
        """Stores items; rows of vectors belong to cue, target, further cues, item after item, or to cues
        alone. Gives their numbers.
        """
    def add_cues(self, id: int, cues: list[str], vectors: ArrayLike | None) -> None:
        """Stores further cues of an item, a row of vectors each."""
    def update(
        self, id: int, target: str | None, cues: list[str], vectors: ArrayLike | None, known: _Known | None
    ) -> None:
        """Gives an item another target, other cues, or both, and says what is known of it; rows of vectors
        belong to the target, if one is given, and the cues, or to the cues alone.
        """
    def known(self, id: int) -> _Known:
        """What is known of an item beside its texts: when it happened, and tags."""
    def has_target_vector(self, id: int) -> bool:
        """Whether an item's target has a vector."""
    def forget(self, ids: list[int]) -> None:
        """Forgets items."""
    def history(self, id: int) -> list[_Version]:
        """What an item was and is, the oldest first: since when, target, cues, and what else was known."""
    def with_key(self, key: str, namespace: str | None) -> int | None:
        """The item of a key in a namespace, or in none."""
    def compact(self, keep_history: bool) -> int:
        """Writes the log anew without what was forgotten, nor what items were before they were updated, unless
        that is kept; gives how many bytes shorter it is.
        """
    def ask(
        self, texts: list[str] | None, vectors: ArrayLike | None, which: _Which, how: dict[str, Any]
    ) -> list[_Answer]:
        """Asks with texts, vectors (a row each), or both."""
    def chain(self, text: str | None, vector: ArrayLike | None, hops: int, how: dict[str, Any]) -> list[_Answer]:
        """Asks on with each answer's target as the next question; a target without a vector is asked with by
        its words.
        """
    def calibrate(
        self, questions: list[str] | None, answerable: list[bool], vectors: ArrayLike | None, refuse: float
    ) -> dict[str, dict[str, Any]]:
        """Learns from questions which ones are answered, or from the memory itself where there are none; gives
        what that errs, and keeps it.
        """
    def remove_calibration(self) -> bool:
        """Removes what was learned of answers; says whether there was something."""
    def item(self, id: int) -> _Item:
        """An item."""
    def items(self, first: int, count: int, which: _Which) -> list[_Item]:
        """Up to `count` items from this number on, of those that are meant."""
    def ids_of(self, which: _Which) -> list[int]:
        """Numbers of the items that are meant."""
    def vectors(self, id: int) -> tuple[NDArray[np.float32] | None, NDArray[np.float32]]:
        """The vectors of an item: its target's, if it has one, and its cues', a row each."""
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

@final
class Job:
    """Trials that run. `slotless/_experiments.py` waits for them and calls what tells of progress: no
    frame of this library is below that call, so that a thread may end in it, as those do that Python
    does not wait for.
    """
    def wait(self) -> bool:
        """Whether it is done, now or within a twentieth of a second."""
    def progress(self) -> tuple[int, int, float | None] | None:
        """Trials done, all trials, and seconds left, None where they are not known; None before there are
        trials.
        """
    def stop(self) -> None:
        """Ends it, or leaves it behind: work that does not hear of it ends by itself."""
    def result(self) -> tuple[Any, list[str]]:
        """What it has come to, once it is done: the run, and a line for each warning."""

@final
class RetentionRun:
    """A study that was run. The class ``slotless.Retention`` is what a user sees of it."""

    @property
    def spec(self) -> str:
        """The spec in TOML, with the hashes of own rows."""
    @property
    def seed(self) -> int: ...
    @property
    def n_trials(self) -> int: ...
    @property
    def n_ages(self) -> int: ...
    @property
    def cues(self) -> list[float]: ...
    @property
    def cue_names(self) -> list[str]:
        """Names of the cue levels in those of arrays."""
    @property
    def sets(self) -> list[str]: ...
    @property
    def names(self) -> list[tuple[str, str, str]]:
        """Names of the conditions in files, of their networks, and of their data."""
    @property
    def threads(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    def network_seeds(self) -> NDArray[np.uint64]:
        """Seeds of the networks: conditions x trials."""
    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays of the command's ``.npz`` by their names."""
    def shares(self, what: str) -> NDArray[np.float64]:
        """Shares of every trial: conditions x cues x sets x trials x ages."""
    def columns(self, table: str) -> dict[str, Any]:
        """The columns of a table of the command: "curves" or "summary"."""
    @staticmethod
    def dictionary() -> list[tuple[str, str, str]]:
        """Name, unit and definition of columns and arrays."""
    def save(self, folder: FilePath) -> None:
        """Writes the files of the command into a folder."""
    def __eq__(self, other: object, /) -> bool: ...
    def __reduce__(self) -> tuple[Any, tuple[str, bytes, list[int], int, float]]: ...
    @classmethod
    def restored(cls, spec: str, bytes: bytes, seeds: list[int], threads: int, seconds: float) -> RetentionRun:
        """What was pickled."""

@final
class TrainingRun:
    """A training that was run. The class ``slotless.Training`` is what a user sees of it."""

    @property
    def spec(self) -> str:
        """The spec in TOML."""
    @property
    def seed(self) -> int: ...
    @property
    def n_trials(self) -> int: ...
    @property
    def names(self) -> list[tuple[str, str, int]]:
        """Names of the conditions in files and of their models, and their numbers of batches."""
    @property
    def threads(self) -> int: ...
    @property
    def seconds(self) -> float: ...
    def diverged(self) -> NDArray[np.uint32]:
        """Iterations at which trials diverged, 0 where they did not: conditions x trials."""
    def curves(self, what: str) -> NDArray[np.float32]:
        """Accuracy or loss: conditions x trials x iterations, NaN after divergence and beyond a condition's
        last iteration.
        """
    @property
    def letters(self) -> list[int]:
        """Letters of the models' tokens: of each condition."""
    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """The arrays of the command's ``.npz`` by their names."""
    def kept(self, condition: int) -> list[int]:
        """Iterations before which the weights of a condition were kept: checkpoints, and the last."""
    def weights(self, condition: int, iteration: int) -> dict[str, NDArray[np.float32]]:
        """Weights after so many iterations by their names: trials x rows x tokens, NaN for trials that
        diverged before.
        """
    def columns(self, table: str) -> dict[str, Any]:
        """The columns of a table of the command: "curves", "statistics" or "summary"."""
    @staticmethod
    def dictionary() -> list[tuple[str, str, str]]:
        """Name, unit and definition of columns and arrays."""
    def save(self, folder: FilePath) -> list[str]:
        """Writes the files of the command into a folder; gives its warnings."""
    def __eq__(self, other: object, /) -> bool: ...
    def __reduce__(self) -> tuple[Any, tuple[str, list[list[bytes]], int, float]]: ...
    @classmethod
    def restored(cls, spec: str, records: list[list[bytes]], threads: int, seconds: float) -> TrainingRun:
        """What was pickled."""

def run_retention(spec: object, keywords: dict[str, Any], threads: int) -> Job:
    """Runs a study; ``slotless.retention`` is what a user calls."""

def run_training(spec: object, keywords: dict[str, Any], threads: int) -> Job:
    """Trains models; ``slotless.train`` is what a user calls."""

def parameters(of: Literal["retention", "train"]) -> list[Parameter]:
    """The declared parameters of a study's networks, or of a training's models.

    Parameters
    ----------
    of : {"retention", "train"}
        The function that takes them as keywords.

    Returns
    -------
    list of Parameter
        Each with its name, symbol in the paper, meaning, unit, allowed values and default; a text that
        it has not is empty.

    Examples
    --------
    >>> from slotless import parameters
    >>> [one.name for one in parameters("retention")][:4]
    ['memory', 'n_i', 'n_h', 's']
    >>> parameters("train")[4].allowed
    '1 to 65536'
    """

def dprime(learned: ArrayLike, baseline: ArrayLike, *, form: Literal["paired", "classical"] = "paired") -> Any:
    """Sensitivity d': how far learned patterns stand out from a baseline, in standard deviations.

    Paired, the form of the paper's section 2: ``mean(d) / std(d)`` of the differences
    ``d = learned - baseline``, paired by trial. Classical:
    ``(mean(learned) - mean(baseline)) / sqrt((var(learned) + var(baseline)) / 2)``. Deviations are over
    n.

    Parameters
    ----------
    learned, baseline : array_like of float, shape (n_trials, n_ages) or (n_trials,)
        Scores of learned patterns and of never-learned ones; a row of both is of one trial.
    form : {"paired", "classical"}, default "paired"
        Which standard deviation it is measured in.

    Returns
    -------
    ndarray of float64, shape (n_ages,), or float
        d' of each age; 0 where neither mean nor deviation is more than rounding, NaN where the
        deviation alone is not.

    Raises
    ------
    ValueError
        For tables of two shapes, and for NaN and infinities.

    Examples
    --------
    >>> from slotless.measures import dprime
    >>> dprime([1.0, 0.5], [0.5, 0.5])
    1.0
    """

def raw_difference(learned: ArrayLike, baseline: ArrayLike) -> Any:
    """Raw difference: the mean over trials of ``learned - baseline`` (paper, section 2).

    Parameters
    ----------
    learned, baseline : array_like of float, shape (n_trials, n_ages) or (n_trials,)
        Scores of learned patterns and of never-learned ones; a row of both is of one trial.

    Returns
    -------
    ndarray of float64, shape (n_ages,), or float
        The difference at each age, in the scores' unit.

    Raises
    ------
    ValueError
        For tables of two shapes, and for NaN and infinities.

    Examples
    --------
    >>> from slotless.measures import raw_difference
    >>> raw_difference([1.0, 0.5], [0.5, 0.5])
    0.25
    """

def auc(learned: ArrayLike, baseline: ArrayLike) -> Any:
    """Area under the ROC curve: how often a learned pattern's score is above a baseline one's, ties
    counting half.

    ``U / (n1 n2)`` with the U of Mann and Whitney, counted in whole numbers.

    Parameters
    ----------
    learned, baseline : array_like of float, shape (n_trials, n_ages) or (n_trials,)
        Scores of learned patterns and of never-learned ones; they may differ in their numbers of
        trials.

    Returns
    -------
    ndarray of float64, shape (n_ages,), or float
        The area at each age, 0 to 1; 0.5 is chance.

    Raises
    ------
    ValueError
        For no trial, other numbers of ages, NaN and infinities.

    Examples
    --------
    >>> from slotless.measures import auc
    >>> auc([1.0, 2.0], [1.0, 0.0])
    0.875
    """

def auc_to_dprime(auc: ArrayLike) -> Any:
    """An area under the ROC curve on the scale of d': ``sqrt(2) * ppf(auc)``, with the quantiles ``ppf``
    of the normal distribution and areas clipped to 0.0001 and 0.9999.

    Parameters
    ----------
    auc : array_like of float, shape (n,) or ()
        Areas, 0 to 1.

    Returns
    -------
    ndarray of float64, shape (n,), or float
        -5.26 to 5.26. For two normal distributions of one variance it is the classical d'.

    Raises
    ------
    ValueError
        For areas out of 0 to 1, and NaN.

    Examples
    --------
    >>> from slotless.measures import auc_to_dprime
    >>> auc_to_dprime(0.5)
    0.0
    """

def over_samples(
    learned: ArrayLike,
    baseline: ArrayLike,
    measure: Literal["dprime", "dprime-classical", "raw-difference", "auc", "auc-dprime"] = "dprime",
    *,
    samples: int = 10,
    trials_each: int = 20,
) -> NDArray[np.float64]:
    """A measure inside each of several samples of trials, as the paper has it.

    Parameters
    ----------
    learned, baseline : array_like of float, shape (n_trials, n_ages) or (n_trials,)
        Scores of learned patterns and of never-learned ones; a row of both is of one trial.
    measure : {"dprime", "dprime-classical", "raw-difference", "auc", "auc-dprime"}, default "dprime"
        What is measured in each sample.
    samples : int, default 10
        Samples, from 1: the first ``trials_each`` trials, as many after them, and so on.
    trials_each : int, default 20
        Trials of a sample, from 1.

    Returns
    -------
    ndarray of float64, shape (samples, n_ages) or (samples,)
        The measure in each sample at each age; NaN where it is not defined.

    Raises
    ------
    ValueError
        For tables of two shapes, fewer trials than the samples take, NaN and infinities.
    """

def advantage(
    first: ArrayLike,
    second: ArrayLike,
    *,
    level: float = 0.99,
    deviation: Literal["population", "sample"] = "population",
) -> Advantage:
    """At which ages one network is better than another: one-tailed t tests over samples in both directions
    (paper, section 2).

    ``t = mean(d) / (std(d) / sqrt(n))`` of the differences ``d = first - second``, samples paired by
    number, against Student's quantile of ``level`` with ``n - 1`` degrees of freedom. Samples where
    either is NaN are left out.

    Parameters
    ----------
    first, second : array_like of float, shape (n_samples, n_ages)
        A measure of both networks in each sample, such as of :func:`over_samples`; from 2 samples, NaN
        where it is not defined.
    level : float, default 0.99
        Level of each test, above 0.5 and below 1.
    deviation : {"population", "sample"}, default "population"
        Deviation over n, the authors', which rejects a little too often (1.27 % of 10 equal samples,
        not 1 %); or over n - 1, the exact test.

    Returns
    -------
    Advantage
        Arrays of shape (n_ages,): ``better``, int8: 1 where the first is significantly better, -1 where
        the second is, else 0; ``difference``, the mean of d; ``t``, infinite where d has no spread but
        a mean; ``critical``; and ``pairs``, the samples that were compared. NaN where there are fewer
        than two.

    Raises
    ------
    ValueError
        For tables of two shapes, fewer than 2 samples, infinities, and levels out of their range.
    """

def recognition_bits(learned: ArrayLike, baseline: ArrayLike) -> Any:
    """Bits that match scores say about whether a pattern was learned, 1 at the most.

    ``1/2 E_old[log2(2 P(c|old) / S)] + 1/2 E_new[log2(2 P(c|new) / S)]``, ``S = P(c|old) + P(c|new)``,
    over classes c of scores by their rank among those of never-learned patterns. The probabilities come
    from the other trials, of learned patterns from those of about the same age: a lower bound in the
    mean.

    Parameters
    ----------
    learned, baseline : array_like of float, shape (n_trials, n_ages)
        Match scores of learned patterns and of never-learned ones.

    Returns
    -------
    ndarray of float64, shape (n_ages,)
        Bits at each age; 0 or a little less where nothing is known, and 0 for one trial.

    Raises
    ------
    ValueError
        For tables of two shapes, and for NaN and infinities.
    """

def content_bits(counts: ArrayLike, n_classes: int) -> Content:
    """Content: how many bits answers say about the units of a pattern that were not in its cue.

    A pattern has R ones among the U units outside its cue; an answer puts these units into classes b,
    ``n_b`` of them, ``q_b`` of which are ones. Unit by unit content is
    ``log2 binom(U, R) + sum_b (q_b log2 p_b + (n_b - q_b) log2(1 - p_b))``, by counts that less
    ``log2 P(R)``; ``p_b = (Q + 1/2) / (N + 1)`` comes from the other trials, three quarters of it from
    all of them and one quarter from single ones. Both are lower bounds.

    Parameters
    ----------
    counts : array_like of int, shape (n_trials, n_ages * n_classes * 2)
        For each age and class units outside the cue, and ones among them: an array ``..._classes`` of a
        study.
    n_classes : int
        Classes, from 1.

    Returns
    -------
    Content
        Arrays of shape (n_ages,) of float64, in bits, mean over trials: ``bits``, the larger bound;
        ``by_units``; ``by_counts``; and ``standard_error`` over trials.

    Raises
    ------
    ValueError
        For counts of another shape, negative ones, and more ones than units.
    """

def fit_exponential(raw_difference: ArrayLike, max_age: int | None = None) -> ExponentialFit:
    """Exponential forgetting: ``C * exp(-a * age)`` fitted as a line to the logarithm of the raw
    difference (paper, section 2).

    Parameters
    ----------
    raw_difference : array_like of float, shape (n_ages,)
        Raw differences at ages 1, 2, ...; ages without one above 0 are left out.
    max_age : int, optional
        Ages that are fitted, up to n_ages; all of them unless told otherwise.

    Returns
    -------
    ExponentialFit
        ``amplitude`` C and ``rate`` a per pattern; ``r_squared``, the share of the variance that the
        line explains, NaN where nothing varies; ``ages_used`` and ``ages_dropped``.

    Raises
    ------
    ValueError
        For fewer than 3 ages with a difference above 0, NaN and infinities.
    """

def survival(n_hidden: int, ages: ArrayLike) -> Any:
    """How likely a pattern of some age is still there in a network with one winner:
    ``(1 - 1/n_hidden)**(age - 1)`` (Theorem 1).

    Parameters
    ----------
    n_hidden : int
        Hidden units; from 1.
    ages : array_like of int, shape (n,) or ()
        Ages, from 1: that of the pattern learned last.

    Returns
    -------
    ndarray of float64, shape (n,), or float

    Raises
    ------
    ValueError
        For no hidden unit, and ages below 1.

    Examples
    --------
    >>> from slotless.measures import survival
    >>> survival(2, [1, 2, 3])
    array([1.  , 0.5 , 0.25])
    """

def one_winner_accuracy(n_visible: int, n_hidden: int, n_active: int, cue: float, ages: ArrayLike) -> OneWinner:
    """Accuracy of the network with one winner by Theorem 1: ``p + survival * (1 - p)`` with the baseline
    ``p = s/n + sqrt(2 (c/n) (1 - s/n) ln n_hidden)``, 1 at the most, of s ones in n units.

    Parameters
    ----------
    n_visible, n_hidden, n_active : int
        Visible units, hidden units, ones of a pattern.
    cue : float
        Share of a pattern's ones in its cue, above 0 to 1.
    ages : array_like of int, shape (n,) or ()
        Ages, from 1: that of the pattern learned last.

    Returns
    -------
    OneWinner
        ``accuracy`` at each age, shape of ``ages``, and ``baseline``, a float: that of patterns never
        learned. Asymptotic: at 1000 visible, 100 hidden units and 100 ones the baseline is .191, and
        .176 is measured.

    Raises
    ------
    ValueError
        For sizes, cues and ages out of their ranges.
    """
