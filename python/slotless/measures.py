"""Measures of memory on arrays: those of the studies.

Scores of learned patterns and of never-learned ones are arrays of trials x ages, or of trials
alone: overlaps, accuracies, match scores. All are pure functions with the same bits on every
machine.
"""

from slotless._results import Advantage, Content, ExponentialFit, OneWinner
from slotless._slotless import (
    advantage,
    auc,
    auc_to_dprime,
    content_bits,
    dprime,
    fit_exponential,
    one_winner_accuracy,
    over_samples,
    raw_difference,
    recognition_bits,
    survival,
)

__all__ = [
    "Advantage",
    "Content",
    "ExponentialFit",
    "OneWinner",
    "advantage",
    "auc",
    "auc_to_dprime",
    "content_bits",
    "dprime",
    "fit_exponential",
    "one_winner_accuracy",
    "over_samples",
    "raw_difference",
    "recognition_bits",
    "survival",
]
