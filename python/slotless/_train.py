"""Training of transformers."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import cached_property
from string import ascii_lowercase
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from slotless._experiments import Dictionary, Progress, Told, dataset, dictionary, finished, frame, kept, labels
from slotless._slotless import TrainingRun, run_training
from slotless._types import FilePath


def train(
    spec: FilePath | Mapping[str, Any] | None = None,
    /,
    *,
    threads: int = 0,
    progress: bool | Progress = False,
    **keywords: Any,
) -> Training:
    """Train transformers whose attention lives in fast weights, or their baseline with slots, on the Case
    Sequence Task.

    A context is C different letters, each in lower or upper case; a query names one of them, and the
    answer is its case. The same trials as those of ``slotless transformer train`` and ``sweep``, bit
    for bit, on any number of threads (paper, section 3 and appendix B).

    Parameters
    ----------
    spec : path, str or dict, optional
        Models and training: a file of TOML as ``slotless transformer train --print-spec`` writes one,
        its text (of several lines), or its tables. Beside one, only keywords of the training and of the
        run are taken.
    threads : int, default 0
        Threads that compute; 0 for one per core, or as many as fit into memory. They change no result.
    progress : bool or callable, default False
        Whether a line on stderr says how far it is; or what is called twice a second with trials done,
        all trials, and seconds left (None where they are not known yet).
    **keywords
        Parameters of models and of their training (``slotless.parameters("train")``), such as ``model``
        ("baseline", "fixed", "mhn", "qk" or "hebbian"), ``winner_by``, ``letters``, ``n_h``, ``beta``,
        ``rate``, ``batches``, ``batch`` and ``data``: a value, or a list of them for a sweep. Further
        keywords: ``name``, ``freeze`` (matrices that stay as they start: "q", "k", "v"), ``published``
        (whether the seven models of the paper are trained), ``checkpoints`` (iterations after which
        weights are kept, too), ``final_window``, ``trials`` and ``seed``. What is left out has its
        published value: L = C = 4, 5000 batches of 64 sequences, 10 trials, seed 1.

    Returns
    -------
    Training
        Curves and weights.

    Raises
    ------
    TypeError
        For a keyword that there is not, and values of other types.
    ValueError
        For a value out of its range; its text says which and what is allowed.
    MemoryError
        For a training that does not fit into memory; nothing is run then.
    KeyboardInterrupt
        Within a second of Ctrl-C.

    Warns
    -----
    RuntimeWarning
        Where a trial diverged: its curves end there, with NaN, and all others are whole.

    Examples
    --------
    >>> from slotless import train
    >>> run = train(model="qk", winner_by="projections", batches=400, trials=2)
    >>> run.accuracy.shape  # conditions, trials, iterations
    (1, 2, 400)
    >>> run.weights()["W_Q"].shape  # trials, N, 3 L
    (2, 50, 12)
    """
    given = dict(spec) if isinstance(spec, Mapping) else spec
    with Told(progress, "train") as call:
        training = Training(finished(run_training(given, keywords, threads), call))
    diverged = np.argwhere(training.diverged > 0)
    if len(diverged):
        condition, trial = (int(at) for at in diverged[0])
        at = training.diverged[condition, trial]
        line = (
            f"{training.models[condition]}, trial {trial} diverged at iteration {at}: its loss is no finite number "
            f"({len(diverged)} of {training.diverged.size} trials diverged); a smaller rate helps"
        )
        warnings.warn(line, RuntimeWarning, stacklevel=2)
    return training


class Training:
    """Curves and weights of transformers that were trained; :func:`slotless.train` makes one.

    Arrays have an axis of conditions first, also where there is but one. Entry 0 of an axis of
    iterations is the first batch.
    """

    def __init__(self, run: TrainingRun) -> None:
        self._run = run

    @property
    def conditions(self) -> list[str]:
        """Names of the conditions in files."""
        return [names[0] for names in self._run.names]

    @property
    def models(self) -> list[str]:
        """Names of their models, with what is swept."""
        return [names[1] for names in self._run.names]

    @property
    def batches(self) -> NDArray[np.int64]:
        """Batches that each condition was trained with: its iterations; shape (n_conditions,)."""
        return np.array([names[2] for names in self._run.names])

    @property
    def n_trials(self) -> int:
        """Trials of each condition."""
        return self._run.n_trials

    @property
    def seed(self) -> int:
        """The seed of all streams."""
        return self._run.seed

    @property
    def spec(self) -> str:
        """The spec in TOML: ``train(run.spec)`` trains once more."""
        return self._run.spec

    @property
    def seconds(self) -> float:
        """How long the trials took, in seconds."""
        return self._run.seconds

    @cached_property
    def arrays(self) -> Mapping[str, NDArray[np.float32]]:
        """Every trial: the arrays of the command's ``.npz`` by their names, trials x iterations."""
        return MappingProxyType({name: kept(array) for name, array in self._run.arrays().items()})

    @cached_property
    def accuracy(self) -> NDArray[np.float32]:
        """Share of a batch answered correctly, NaN after divergence; shape (n_conditions, n_trials,
        n_iterations).

        Where conditions differ in their batches, the shorter ones end with NaN.
        """
        return kept(self._run.curves("accuracy"))

    @cached_property
    def loss(self) -> NDArray[np.float32]:
        """Sum of squared errors over the size of a batch; shape and NaN as of ``accuracy``."""
        return kept(self._run.curves("loss"))

    @cached_property
    def diverged(self) -> NDArray[np.uint32]:
        """Iterations, from 1, whose loss was no finite number, 0 where all were; shape (n_conditions,
        n_trials).
        """
        return kept(self._run.diverged())

    def checkpoints(self, condition: int = 0) -> list[int]:
        """Iterations after which the weights of a condition were kept, the last one among them.

        Parameters
        ----------
        condition : int, default 0
            Number of the condition.

        Returns
        -------
        list of int
        """
        return self._run.kept(condition)

    def tokens(self, condition: int = 0) -> list[str]:
        """Names of the tokens of a condition, which are columns of its weights.

        Parameters
        ----------
        condition : int, default 0
            Number of the condition.

        Returns
        -------
        list of str
            L lowercase letters, L uppercase ones and L queries: "a", "A" and "a?". Letters behind the
            alphabet are numbered: "a27".

        Raises
        ------
        ValueError
            For a condition that there is not.
        """
        known = len(self._run.letters)
        if not 0 <= condition < known:
            raise ValueError(f"condition is {condition}, allowed 0 to {known - 1}")
        count = self._run.letters[condition]
        lower = [ascii_lowercase[at] if at < len(ascii_lowercase) else f"a{at + 1}" for at in range(count)]
        return lower + [name.upper() for name in lower] + [f"{name}?" for name in lower]

    def weights(self, condition: int = 0, iteration: int | None = None) -> dict[str, NDArray[np.float32]]:
        """Slow weights of all trials of a condition: what the command's files of weights have.

        Parameters
        ----------
        condition : int, default 0
            Number of the condition.
        iteration : int, optional
            Iterations of training before: one of ``checkpoints(condition)``, the last unless told
            otherwise.

        Returns
        -------
        dict of str to ndarray of float32
            ``W_Q`` and ``W_K``, shape (n_trials, N, 3 L), and ``W_V``, shape (n_trials, 2, 3 L): columns
            are those of ``tokens(condition)``. NaN for trials that diverged before.

        Raises
        ------
        ValueError
            For a condition that there is not, and iterations without weights.
        """
        if iteration is None:
            iteration = self._run.kept(condition)[-1]
        return self._run.weights(condition, iteration)

    @staticmethod
    def _dictionary() -> Dictionary:
        return dictionary(TrainingRun.dictionary())

    def to_pandas(self, table: Literal["curves", "statistics", "summary"] = "curves") -> Any:
        """The command's tables as ones of pandas.

        Parameters
        ----------
        table : {"curves", "statistics", "summary"}, default "curves"
            A row per condition and iteration: median, mean and quartiles over trials; a row per trial: how
            it ended, and statistics of its weights; or a row per condition, with its parameters.

        Returns
        -------
        pandas.DataFrame
        """
        return frame(self._run.columns(table))

    def to_xarray(self) -> Any:
        """Accuracy and loss with their axes by name.

        Returns
        -------
        xarray.Dataset
            Dimensions ``condition`` (models, with what is swept), ``trial`` and ``iteration`` (from 1);
            variables have ``long_name`` and ``units``.
        """
        known = self._dictionary()
        axes = ("condition", "trial", "iteration")
        variables: dict[str, Any] = {
            name: (axes, values, known.attrs(f"{{condition}}_{name}"))
            for name, values in (("accuracy", self.accuracy), ("loss", self.loss))
        }
        coordinates: dict[str, Any] = {
            "condition": ("condition", labels(self.models), {"long_name": "What the condition is"}),
            "file": ("condition", self.conditions, known.attrs("condition")),
            "model": ("condition", self.models, known.attrs("model")),
            "trial": ("trial", np.arange(self.n_trials)),
            "iteration": ("iteration", np.arange(1, self.accuracy.shape[2] + 1), known.attrs("iteration")),
        }
        return dataset(variables, coordinates, {"spec": self.spec, "seed": str(self.seed)})

    def save(self, folder: FilePath) -> None:
        """Write the files of ``slotless transformer train``, or of a sweep: tables, arrays, pictures, weights
        and manifest.

        Parameters
        ----------
        folder : str, bytes or os.PathLike
            Folder, made where there is none; files of the same names are replaced.

        Raises
        ------
        OSError
            For a folder that cannot be written.

        Warns
        -----
        RuntimeWarning
            For weights that are no finite numbers, which have no file.
        """
        for line in self._run.save(folder):
            warnings.warn(line, RuntimeWarning, stacklevel=2)

    def __repr__(self) -> str:
        conditions = len(self._run.names)
        some = f"{conditions} condition{'s' * (conditions > 1)}"
        trials = f"{self.n_trials} trial{'s' * (self.n_trials > 1)}"
        return f"Training({some}, {trials}, {max(self.batches)} iterations, seed {self.seed})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Training) and self._run == other._run

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[Training], tuple[TrainingRun]]:
        return Training, (self._run,)
