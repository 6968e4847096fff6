"""Studies of retention."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from slotless._experiments import Dictionary, Progress, Told, dataset, dictionary, finished, frame, kept, labels
from slotless._slotless import RetentionRun, run_retention
from slotless._types import FilePath, Patterns

#: Columns of the curves that are no measures.
KEYS = ("condition", "network", "data", "cue", "baseline", "age", "trials", "samples", "trials_a_sample")


def retention(
    spec: FilePath | Mapping[str, Any] | None = None,
    /,
    *,
    patterns: Patterns | FilePath | None = None,
    lures: Patterns | FilePath | None = None,
    cues: Patterns | FilePath | None = None,
    lure_cues: Patterns | FilePath | None = None,
    similarity: ArrayLike | FilePath | None = None,
    threads: int = 0,
    progress: bool | Progress = False,
    **keywords: Any,
) -> Retention:
    """Study what networks retain: learn streams of patterns, and recall them by age.

    A trial is a fresh network that learns ``burn_in`` patterns and then ``learned`` ones, each once;
    then it is asked for the latter with parts of them, and for as many patterns that it never learned.
    The same trials as those of ``slotless memory run`` and ``sweep``, bit for bit, on any number of
    threads.

    Parameters
    ----------
    spec : path, str or dict, optional
        Networks, data and protocol: a file of TOML as ``slotless memory run --print-spec`` writes one,
        its text (of several lines), or its tables. Beside one, only rows and keywords of the protocol
        and of the run are taken.
    patterns : array_like, shape (n_patterns, n_i), or path, optional
        Patterns of one's own: 0 and 1, -1 and 1, packed, sparse, or a file. The first
        ``burn_in + learned`` are learned, in a new random order every trial unless ``order="file"``; as
        many after them as are tested are never learned.
    lures : array_like, shape (n_lures, n_i), or path, optional
        Never-learned patterns of one's own, in place of further rows of ``patterns``.
    cues, lure_cues : array_like, or path, optional
        What cues are drawn from in place of the patterns and of the lures, a row for each.
    similarity : array_like of float, shape (n_patterns, n_patterns), or path, optional
        Shares of ones that patterns have in common, 0 to 1, with 1 on the diagonal: patterns are made
        that overlap so.
    threads : int, default 0
        Threads that compute; 0 for one per core, or as many as fit into memory. They change no result.
    progress : bool or callable, default False
        Whether a line on stderr says how far it is; or what is called twice a second with trials done,
        all trials, and seconds left (None where they are not known yet).
    **keywords
        Parameters of networks (:func:`slotless.parameters`): a value, or a list of them for a sweep, of
        which every combination is a condition. Further keywords: of the network ``name``,
        ``preprocess`` (units, share, active units) and ``matched`` (whether the 1-winner network of as
        many weights is run, too); of the data ``data`` ("random", "tree", "correlated", "drift",
        "pairs", "sequence", "similarity" or "file"), ``steps``, ``categories``, ``prototypes``,
        ``power``, ``context``, ``lists``, ``length``, ``order``, ``levels`` and ``target``; of the
        protocol ``burn_in``, ``learned``, ``cue`` (levels, shares of a pattern's ones), ``added``,
        ``flipped``, ``jitter``, ``counted`` ("content" for bits), ``recall_steps``, ``cueing``
        ("chain") and ``intrusions`` ("counted"); of the run ``trials`` and ``seed``. Unless told
        otherwise the paper's: random patterns, 3000 burn-in, 1000 learned, cues 1 and .5, 100 trials,
        seed 1.

    Returns
    -------
    Retention
        Arrays of conditions, cue levels and ages.

    Raises
    ------
    TypeError
        For a keyword that there is not, and values of other types.
    ValueError
        For a value out of its range; its text says which and what is allowed.
    MemoryError
        For a study that does not fit into memory; nothing is run then.
    KeyboardInterrupt
        Within a second of Ctrl-C.

    Examples
    --------
    >>> from slotless import retention
    >>> sizes = {"n_i": 100, "n_h": 200, "s": 10, "f": 0.2, "k": 10}
    >>> study = retention(**sizes, eps=0.5, burn_in=50, learned=20, trials=4)
    >>> study.accuracy.shape  # conditions, cue levels, ages
    (1, 2, 20)
    >>> bool(study.accuracy[0, 0, 0] > 0.9)
    True
    >>> study
    Retention(1 condition, 2 cue levels, 20 ages, 4 trials, seed 1)
    """
    given = dict(spec) if isinstance(spec, Mapping) else spec
    if spec is None and patterns is None:
        rows = {"lures": lures, "cues": cues, "lure_cues": lure_cues, "order": keywords.get("order")}
        for name, value in rows.items():
            if value is not None:
                raise ValueError(f"{name} is given without patterns, which it belongs to")
    keywords |= {"patterns": patterns, "lures": lures, "cues": cues, "lure_cues": lure_cues}
    keywords["similarity"] = similarity
    with Told(progress, "retention") as call:
        return Retention(finished(run_retention(given, keywords, threads), call))


class Retention:
    """What a study of retention measured; :func:`slotless.retention` makes one.

    Arrays have an axis of conditions and one of cue levels first, also where there is but one; an age
    comes last, and entry 0 of it is age 1, the pattern learned last. Measures are those of the
    command's table, which ``curves`` has all of; they are not to be written to, so take a ``copy`` to
    change one.

    Examples
    --------
    >>> from slotless import retention
    >>> sweep = retention(n_i=60, n_h=[40, 80], s=6, f=0.2, k=5, burn_in=5, learned=10, trials=4, cue=0.5)
    >>> sweep.networks
    ['K-winner MHN, n_h = 40', 'K-winner MHN, n_h = 80']
    >>> sweep.dprime.shape  # conditions, cue levels, baselines, ages
    (2, 1, 1, 10)
    """

    def __init__(self, run: RetentionRun) -> None:
        self._run = run

    @property
    def conditions(self) -> list[str]:
        """Names of the conditions in files."""
        return [names[0] for names in self._run.names]

    @property
    def networks(self) -> list[str]:
        """Names of their networks, with what is swept."""
        return [names[1] for names in self._run.names]

    @property
    def data(self) -> list[str]:
        """What patterns they learned, in words."""
        return [names[2] for names in self._run.names]

    @property
    def cues(self) -> NDArray[np.float64]:
        """Cue levels, shares of a pattern's ones, 0 to 1; shape (n_cues,)."""
        return np.array(self._run.cues)

    @property
    def sets(self) -> list[str]:
        """Sets of patterns that were tested: real (learned), pseudo, and of structured data unstructured."""
        return list(self._run.sets)

    @property
    def baselines(self) -> list[str]:
        """The sets of never-learned patterns that learned ones are compared with."""
        return self.sets[1:]

    @property
    def ages(self) -> NDArray[np.int64]:
        """Ages in patterns, from 1; shape (n_ages,)."""
        return np.arange(1, self._run.n_ages + 1)

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
        """The spec in TOML: ``retention(study.spec)`` runs it again, own rows of arrays given once more."""
        return self._run.spec

    @property
    def seconds(self) -> float:
        """How long the trials took, in seconds."""
        return self._run.seconds

    @property
    def network_seeds(self) -> NDArray[np.uint64]:
        """Seeds of the trials' networks; shape (n_conditions, n_trials).

        A :class:`slotless.KWinner` of the condition's sizes with such a seed, which learns that trial's
        patterns, is that trial's network, bit for bit.
        """
        return self._run.network_seeds()

    @cached_property
    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """Every trial: the arrays of the command's ``.npz`` by their names, trials x ages."""
        return MappingProxyType({name: kept(array) for name, array in self._run.arrays().items()})

    @cached_property
    def overlap(self) -> NDArray[np.uint32]:
        """Ones that answers share with their patterns; shape (n_conditions, n_cues, n_sets, n_trials, n_ages)."""
        return self._stacked("overlap")

    @cached_property
    def score(self) -> NDArray[np.uint64]:
        """Match scores of cues, in raw weights; shape (n_conditions, n_cues, n_sets, n_trials, n_ages)."""
        return self._stacked("score")

    def _stacked(self, what: str) -> NDArray[Any]:
        run = self._run
        return kept(
            np.array(
                [
                    [[self.arrays[f"{condition}_{cue}_{kind}_{what}"] for kind in run.sets] for cue in run.cue_names]
                    for condition in self.conditions
                ]
            )
        )

    @cached_property
    def trial_accuracy(self) -> NDArray[np.float64]:
        """Accuracy of every trial: overlap over a pattern's ones; shape of ``overlap``."""
        return kept(self._run.shares("accuracy"))

    @cached_property
    def trial_familiarity(self) -> NDArray[np.float64]:
        """Match scores as shares of the largest that a cue could have; shape of ``overlap``."""
        return kept(self._run.shares("familiarity"))

    @cached_property
    def _columns(self) -> dict[str, Any]:
        columns = self._run.columns("curves")
        return {name: kept(column) if isinstance(column, np.ndarray) else column for name, column in columns.items()}

    @cached_property
    def curves(self) -> Mapping[str, NDArray[np.float64]]:
        """Every measure by its name in the command's table; shape (n_conditions, n_cues, n_baselines, n_ages).

        NaN where one is not defined or was not counted. :meth:`describe` says what a name means.
        """
        run = self._run
        shape = (len(run.names), len(run.cues), len(run.sets) - 1, run.n_ages)
        measures = {name: column for name, column in self._columns.items() if name not in KEYS}
        return MappingProxyType({name: kept(column.reshape(shape)) for name, column in measures.items()})

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """Accuracy of learned patterns, mean over trials, 0 to 1; shape (n_conditions, n_cues, n_ages)."""
        return self.curves["accuracy"][:, :, 0]

    @property
    def accuracy_se(self) -> NDArray[np.float64]:
        """Standard error of ``accuracy`` over trials, NaN for one trial; shape (n_conditions, n_cues, n_ages)."""
        return self.curves["accuracy_se"][:, :, 0]

    @property
    def baseline(self) -> NDArray[np.float64]:
        """Accuracy of never-learned patterns, mean over trials; shape (n_conditions, n_cues, n_baselines,
        n_ages).
        """
        return self.curves["baseline_accuracy"]

    @property
    def raw_difference(self) -> NDArray[np.float64]:
        """Accuracy of learned less of never-learned patterns; shape (n_conditions, n_cues, n_baselines,
        n_ages).
        """
        return self.curves["raw_difference"]

    @property
    def dprime(self) -> NDArray[np.float64]:
        """Sensitivity d', paired by trial, mean over samples; shape (n_conditions, n_cues, n_baselines,
        n_ages).
        """
        return self.curves["dprime"]

    @property
    def auc(self) -> NDArray[np.float64]:
        """Area under the ROC curve, mean over samples; shape (n_conditions, n_cues, n_baselines, n_ages)."""
        return self.curves["auc"]

    @property
    def recognition_bits(self) -> NDArray[np.float64]:
        """Bits of the match score about learned or not; shape (n_conditions, n_cues, n_baselines, n_ages)."""
        return self.curves["recognition_bits"]

    @property
    def content_bits(self) -> NDArray[np.float64]:
        """Bits about units outside the cue, NaN unless ``counted="content"``; shape (n_conditions, n_cues,
        n_ages).
        """
        return self.curves["content_bits"][:, :, 0]

    @staticmethod
    def _dictionary() -> Dictionary:
        return dictionary(RetentionRun.dictionary())

    def describe(self, name: str) -> str:
        """What a measure is, and its unit.

        Parameters
        ----------
        name : str
            A name of ``curves``.

        Returns
        -------
        str

        Raises
        ------
        KeyError
            For a name that there is not.
        """
        unit, definition = self._dictionary()[name]
        return f"{definition} ({unit})" if unit else definition

    def to_pandas(self, table: str = "curves") -> Any:
        """The command's table as one of pandas.

        Parameters
        ----------
        table : {"curves", "summary"}, default "curves"
            A row per condition, cue level, baseline and age; or one per condition and cue level, with what
            is swept.

        Returns
        -------
        pandas.DataFrame
        """
        return frame(self._columns if table == "curves" else self._run.columns(table))

    def to_xarray(self) -> Any:
        """All measures, overlaps and scores with their axes by name.

        Returns
        -------
        xarray.Dataset
            Dimensions ``condition`` (networks, with what is swept), ``cue``, ``baseline``, ``set``,
            ``trial`` and ``age`` with their values; every variable has ``long_name`` and ``units``.
        """
        known = self._dictionary()
        measures = ("condition", "cue", "baseline", "age")
        alone = {"accuracy", "accuracy_se", "content_bits", "content_bits_se", "content_bits_by_units", "storage_bits"}
        alone |= {"recalled", "intrusions", "spurious"}
        variables: dict[str, Any] = {}
        for name, values in self.curves.items():
            if name in alone:
                variables[name] = (("condition", "cue", "age"), values[:, :, 0], known.attrs(name))
            else:
                variables[name] = (measures, values, known.attrs(name))
        trials = ("condition", "cue", "set", "trial", "age")
        for name in ("overlap", "score"):
            attrs = known.attrs(f"{{condition}}_{{cue}}_{{set}}_{name}")
            variables[name] = (trials, getattr(self, name), attrs)
        coordinates: dict[str, Any] = {
            "condition": ("condition", labels(self.networks, self.data), {"long_name": "What the condition is"}),
            "file": ("condition", self.conditions, known.attrs("condition")),
            "network": ("condition", self.networks, known.attrs("network")),
            "cue": ("cue", self.cues, known.attrs("cue")),
            "baseline": ("baseline", self.baselines, known.attrs("baseline")),
            "set": ("set", self.sets),
            "trial": ("trial", np.arange(self.n_trials)),
            "age": ("age", self.ages, known.attrs("age")),
        }
        return dataset(variables, coordinates, {"spec": self.spec, "seed": str(self.seed)})

    def save(self, folder: FilePath) -> None:
        """Write the files of ``slotless memory run``, or of a sweep: table, arrays, pictures and manifest.

        Parameters
        ----------
        folder : str, bytes or os.PathLike
            Folder, made where there is none; files of the same names are replaced.

        Raises
        ------
        OSError
            For a folder that cannot be written.
        """
        self._run.save(folder)

    def __repr__(self) -> str:
        conditions, cues = len(self._run.names), len(self._run.cues)
        some = f"{conditions} condition{'s' * (conditions > 1)}, {cues} cue level{'s' * (cues > 1)}"
        trials = f"{self.n_trials} trial{'s' * (self.n_trials > 1)}"
        return f"Retention({some}, {self._run.n_ages} ages, {trials}, seed {self.seed})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Retention) and self._run == other._run

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[Retention], tuple[RetentionRun]]:
        return Retention, (self._run,)
