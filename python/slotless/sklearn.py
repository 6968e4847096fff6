"""Estimators for scikit-learn, which this module needs: ``pip install scikit-learn``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets, unique_labels
from sklearn.utils.validation import check_is_fitted, validate_data

from slotless._slotless import KWinner, Ring

__all__ = ["MemoryClassifier"]


class MemoryClassifier(ClassifierMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier that learns each sample once, as a pattern with its label, and recalls the label.

    Each feature becomes ``n_levels`` units of which ``width`` neighbours are on, where its value stands
    between the features' least and largest of the first batch. A :class:`slotless.KWinner` network of
    fixed size learns samples with ``n_label`` units of their class, one after the other, and what it
    learned long ago fades; a label is recalled from the features' units: the class most of whose units
    come back. A :class:`slotless.Ring` keeps ``n_slots`` samples as they are, of each class as many as
    it can, and gives the label of the one with the largest overlap: the baseline to hold a network
    against.

    Parameters
    ----------
    memory : {"kwinner", "ring"}, default "kwinner"
        What learns.
    n_hidden : int, default 2000
        Hidden units of the network.
    n_winners : int, default 20
        Hidden units that learn and recall.
    fan_in : float, default 0.5
        Share of all units that each hidden unit is wired to, above 0 to 1.
    rate : float, default 0.5
        Learning rate, above 0 to 1.
    n_levels : int, default 32
        Units of a feature.
    width : int, default 8
        How many of them are on, below ``n_levels``.
    n_label : int, default 16
        Units of a class.
    weights : {"u1", "u2", "u4", "u8", "u16"}, default "u8"
        Bits of a weight.
    n_slots : int, default 1000
        Samples that the ring keeps.
    random_state : int, RandomState instance or None, default None
        Where the memory's seed comes from.

    Attributes
    ----------
    classes_ : ndarray, shape (n_classes,)
        The labels.
    n_features_in_ : int
        Features of a sample.
    memory_ : KWinner or Ring
        The memory; it can be saved for a device.
    n_samples_seen_ : int
        Samples learned.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from slotless.sklearn import MemoryClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MemoryClassifier(random_state=0).fit(X[::2], y[::2])
    >>> model.score(X[1::2], y[1::2]) > 0.9
    True
    """

    def __init__(
        self,
        memory: str = "kwinner",
        *,
        n_hidden: int = 2000,
        n_winners: int = 20,
        fan_in: float = 0.5,
        rate: float = 0.5,
        n_levels: int = 32,
        width: int = 8,
        n_label: int = 16,
        weights: str = "u8",
        n_slots: int = 1000,
        random_state: Any = None,
    ) -> None:
        self.memory = memory
        self.n_hidden = n_hidden
        self.n_winners = n_winners
        self.fan_in = fan_in
        self.rate = rate
        self.n_levels = n_levels
        self.width = width
        self.n_label = n_label
        self.weights = weights
        self.n_slots = n_slots
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike) -> MemoryClassifier:
        """Learn samples with a new network, each once and in their order.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)
            Finite numbers.
        y : array_like, shape (n_samples,)
            Labels.

        Returns
        -------
        MemoryClassifier
            Itself.
        """
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        self._begin(rows, unique_labels(labels))
        return self._learn(rows, labels)

    def partial_fit(self, X: ArrayLike, y: ArrayLike, classes: ArrayLike | None = None) -> MemoryClassifier:
        """Learn further samples, each once and in their order.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)
            Finite numbers; those of the first call say between which values the units of a feature stand.
        y : array_like, shape (n_samples,)
            Labels.
        classes : array_like, shape (n_classes,), optional
            All labels there will be; needed in the first call.

        Returns
        -------
        MemoryClassifier
            Itself.
        """
        first = not hasattr(self, "memory_")
        if first and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        rows, labels = validate_data(self, X, y, dtype=np.float64, reset=first)
        check_classification_targets(labels)
        if first:
            self._begin(rows, unique_labels(classes))
        elif classes is not None and not np.array_equal(self.classes_, unique_labels(classes)):
            raise ValueError(f"classes are {unique_labels(classes)}, and were {self.classes_} on the first call")
        return self._learn(rows, labels)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Recall the label of each sample.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,)
        """
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        if isinstance(self.memory_, Ring):
            slots = self.memory_.recall(self._cues(rows)).slot
            return np.asarray(self.classes_[self.memory_.classes[slots]])
        recalled = self.memory_.recall(self._cues(rows), units=slice(self._n_units, None), n_active=self.n_label)
        counts = recalled.pattern[:, self._n_units :].reshape(len(rows), len(self.classes_), self.n_label).sum(axis=2)
        return np.asarray(self.classes_[counts.argmax(axis=1)])

    def transform(self, X: ArrayLike) -> NDArray[np.bool_]:
        """Codes of samples, as features of another model: which hidden units win, or which slot matches best.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)

        Returns
        -------
        ndarray of bool, shape (n_samples, n_hidden) or (n_samples, n_slots)
        """
        check_is_fitted(self)
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        cues = self._cues(rows)
        if isinstance(self.memory_, Ring):
            places = self.memory_.recall(cues).slot[:, None]
        else:
            places = self.memory_.hidden(cues).astype(np.intp)
        codes = np.zeros((len(rows), self._n_codes()), bool)
        np.put_along_axis(codes, places, True, axis=1)
        return codes

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Names of hidden units or slots, for what follows in a pipeline."""
        check_is_fitted(self)
        return np.array([f"memoryclassifier{unit}" for unit in range(self._n_codes())], dtype=object)

    def _n_codes(self) -> int:
        return self.n_slots if isinstance(self.memory_, Ring) else self.memory_.n_hidden

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # Codes are bool whatever the samples are.
        tags.transformer_tags.preserves_dtype = []
        return tags

    def _begin(self, rows: NDArray[np.float64], classes: NDArray[Any]) -> None:
        if not 0 < self.width < self.n_levels:
            raise ValueError(f"width is {self.width}, allowed 1 to {self.n_levels - 1} (n_levels - 1)")
        if self.n_label < 1:
            raise ValueError(f"n_label is {self.n_label}, allowed from 1")
        if not 0 < self.fan_in <= 1:
            raise ValueError(f"fan_in is {self.fan_in}, allowed above 0 to 1")
        if self.memory not in ("kwinner", "ring"):
            raise ValueError(f'memory is {self.memory!r}, allowed "kwinner", "ring"')
        units = rows.shape[1] * self.n_levels
        visible = units + len(classes) * self.n_label
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        self.memory_: KWinner | Ring
        if self.memory == "ring":
            self.memory_ = Ring(units, self.n_slots, "balanced", n_classes=len(classes), seed=seed)
        else:
            self.memory_ = KWinner(
                visible,
                self.n_hidden,
                max(round(self.fan_in * visible), 1),
                self.n_winners,
                rows.shape[1] * self.width + self.n_label,
                self.rate,
                self.weights,  # type: ignore[arg-type]
                seed=seed,
            )
        self.classes_ = classes
        self.n_samples_seen_ = 0
        self._n_units = units
        self._least = rows.min(axis=0)
        self._most = rows.max(axis=0)

    def _learn(self, rows: NDArray[np.float64], labels: NDArray[Any]) -> MemoryClassifier:
        at = np.searchsorted(self.classes_, labels)
        known = at < len(self.classes_)
        known[known] = self.classes_[at[known]] == labels[known]
        if not known.all():
            raise ValueError(f"y has the label {labels[~known][0]}, allowed: {self.classes_}")
        patterns = self._cues(rows)
        if isinstance(self.memory_, Ring):
            self.memory_.learn(patterns, classes=at)
            self.n_samples_seen_ += len(rows)
            return self
        parts = patterns[:, self._n_units :].reshape(len(rows), len(self.classes_), self.n_label)
        parts[np.arange(len(rows)), at] = True
        self.memory_.learn(patterns)
        self.n_samples_seen_ += len(rows)
        return self

    def _cues(self, rows: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Features as units, and no unit of a class."""
        # Halves, since the difference of two numbers may be larger than any.
        least, most = self._least / 2, self._most / 2
        share = (rows / 2 - least) / np.where(most > least, most - least, 1)
        first = np.rint(np.clip(share, 0, 1) * (self.n_levels - self.width)).astype(np.intp)
        level = np.arange(self.n_levels)
        on = (level >= first[..., None]) & (level < first[..., None] + self.width)
        patterns = np.zeros((len(rows), self.memory_.n_visible), bool)
        patterns[:, : self._n_units] = on.reshape(len(rows), -1)
        return patterns
