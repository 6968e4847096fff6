from collections.abc import Callable
from os import PathLike
from typing import Any, Literal, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slotless._results import Advantage, Content, ExponentialFit, OneWinner, Parameter, Recalled
from slotless._types import Patterns

__all__ = [
    "RESULTS_VERSION",
    "DenseHopfield",
    "Hopfield",
    "KWinner",
    "ModernHopfield",
    "RetentionRun",
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
    def save(self, folder: str | PathLike[str]) -> None:
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
        """Accuracy or loss: conditions x trials x iterations, NaN after divergence and beyond a condition's last iteration."""
    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """The arrays of the command's ``.npz`` by their names."""
    def kept(self, condition: int) -> list[int]:
        """Iterations before which the weights of a condition were kept: checkpoints, and the last."""
    def weights(self, condition: int, iteration: int) -> dict[str, NDArray[np.float32]]:
        """Weights after so many iterations by their names: trials x rows x tokens, NaN for trials that diverged before."""
    def columns(self, table: str) -> dict[str, Any]:
        """The columns of a table of the command: "curves", "statistics" or "summary"."""
    @staticmethod
    def dictionary() -> list[tuple[str, str, str]]:
        """Name, unit and definition of columns and arrays."""
    def save(self, folder: str | PathLike[str]) -> list[str]:
        """Writes the files of the command into a folder; gives its warnings."""
    def __eq__(self, other: object, /) -> bool: ...
    def __reduce__(self) -> tuple[Any, tuple[str, list[list[bytes]], int, float]]: ...
    @classmethod
    def restored(cls, spec: str, records: list[list[bytes]], threads: int, seconds: float) -> TrainingRun:
        """What was pickled."""

def run_retention(
    spec: object, keywords: dict[str, Any], threads: int, progress: Callable[[int, int, float | None], object] | None
) -> RetentionRun:
    """Runs a study; ``slotless.retention`` is what a user calls."""

def run_training(
    spec: object, keywords: dict[str, Any], threads: int, progress: Callable[[int, int, float | None], object] | None
) -> TrainingRun:
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
        Each with its name, symbol in the paper, meaning, unit, allowed values and default; a text that it has not is empty.

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

    Paired, the form of the paper's section 2: ``mean(d) / std(d)`` of the differences ``d = learned - baseline``, paired by
    trial. Classical: ``(mean(learned) - mean(baseline)) / sqrt((var(learned) + var(baseline)) / 2)``. Deviations are over n.

    Parameters
    ----------
    learned, baseline : array_like of float, shape (n_trials, n_ages) or (n_trials,)
        Scores of learned patterns and of never-learned ones; a row of both is of one trial.
    form : {"paired", "classical"}, default "paired"
        Which standard deviation it is measured in.

    Returns
    -------
    ndarray of float64, shape (n_ages,), or float
        d' of each age; 0 where neither mean nor deviation is more than rounding, NaN where the deviation alone is not.

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
    """Area under the ROC curve: how often a learned pattern's score is above a baseline one's, ties counting half.

    ``U / (n1 n2)`` with the U of Mann and Whitney, counted in whole numbers.

    Parameters
    ----------
    learned, baseline : array_like of float, shape (n_trials, n_ages) or (n_trials,)
        Scores of learned patterns and of never-learned ones; they may differ in their numbers of trials.

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
    """An area under the ROC curve on the scale of d': ``sqrt(2) * ppf(auc)``, with the quantiles ``ppf`` of the normal
    distribution and areas clipped to 0.0001 and 0.9999.

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
    """At which ages one network is better than another: one-tailed t tests over samples in both directions (paper, section 2).

    ``t = mean(d) / (std(d) / sqrt(n))`` of the differences ``d = first - second``, samples paired by number, against Student's
    quantile of ``level`` with ``n - 1`` degrees of freedom. Samples where either is NaN are left out.

    Parameters
    ----------
    first, second : array_like of float, shape (n_samples, n_ages)
        A measure of both networks in each sample, such as of :func:`over_samples`; from 2 samples, NaN where it is not defined.
    level : float, default 0.99
        Level of each test, above 0.5 and below 1.
    deviation : {"population", "sample"}, default "population"
        Deviation over n, the authors', which rejects a little too often (1.27 % of 10 equal samples, not 1 %); or over n - 1,
        the exact test.

    Returns
    -------
    Advantage
        Arrays of shape (n_ages,): ``better``, int8: 1 where the first is significantly better, -1 where the second is, else 0;
        ``difference``, the mean of d; ``t``, infinite where d has no spread but a mean; ``critical``; and ``pairs``, the samples
        that were compared. NaN where there are fewer than two.

    Raises
    ------
    ValueError
        For tables of two shapes, fewer than 2 samples, infinities, and levels out of their range.
    """
def recognition_bits(learned: ArrayLike, baseline: ArrayLike) -> Any:
    """Bits that match scores say about whether a pattern was learned, 1 at the most.

    ``1/2 E_old[log2(2 P(c|old) / S)] + 1/2 E_new[log2(2 P(c|new) / S)]``, ``S = P(c|old) + P(c|new)``, over classes c of scores
    by their rank among those of never-learned patterns. The probabilities come from the other trials, of learned patterns from
    those of about the same age: a lower bound in the mean.

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

    A pattern has R ones among the U units outside its cue; an answer puts these units into classes b, ``n_b`` of them, ``q_b`` of
    which are ones. Unit by unit content is ``log2 binom(U, R) + sum_b (q_b log2 p_b + (n_b - q_b) log2(1 - p_b))``, by counts
    that less ``log2 P(R)``; ``p_b = (Q + 1/2) / (N + 1)`` comes from the other trials, three quarters of it from all of them
    and one quarter from single ones. Both are lower bounds.

    Parameters
    ----------
    counts : array_like of int, shape (n_trials, n_ages * n_classes * 2)
        For each age and class units outside the cue, and ones among them: an array ``..._classes`` of a study.
    n_classes : int
        Classes, from 1.

    Returns
    -------
    Content
        Arrays of shape (n_ages,) of float64, in bits, mean over trials: ``bits``, the larger bound; ``by_units``; ``by_counts``;
        and ``standard_error`` over trials.

    Raises
    ------
    ValueError
        For counts of another shape, negative ones, and more ones than units.
    """

def fit_exponential(raw_difference: ArrayLike, max_age: int | None = None) -> ExponentialFit:
    """Exponential forgetting: ``C * exp(-a * age)`` fitted as a line to the logarithm of the raw difference (paper, section 2).

    Parameters
    ----------
    raw_difference : array_like of float, shape (n_ages,)
        Raw differences at ages 1, 2, ...; ages without one above 0 are left out.
    max_age : int, optional
        Ages that are fitted, up to n_ages; all of them unless told otherwise.

    Returns
    -------
    ExponentialFit
        ``amplitude`` C and ``rate`` a per pattern; ``r_squared``, the share of the variance that the line explains, NaN where
        nothing varies; ``ages_used`` and ``ages_dropped``.

    Raises
    ------
    ValueError
        For fewer than 3 ages with a difference above 0, NaN and infinities.
    """

def survival(n_hidden: int, ages: ArrayLike) -> Any:
    """How likely a pattern of some age is still there in a network with one winner: ``(1 - 1/n_hidden)**(age - 1)`` (Theorem 1).

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
        ``accuracy`` at each age, shape of ``ages``, and ``baseline``, a float: that of patterns never learned. Asymptotic: at 1000
        visible, 100 hidden units and 100 ones the baseline is .191, and .176 is measured.

    Raises
    ------
    ValueError
        For sizes, cues and ages out of their ranges.
    """
