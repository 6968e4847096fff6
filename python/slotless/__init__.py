"""Associative memory in connection weights instead of slots.

K-winner modern Hopfield networks and their relatives, with numpy in and out: the same bits as on a microcontroller.
"""

from slotless import measures as measures
from slotless._results import Descended, Identity, Parameter, Recalled, Retrieved
from slotless._retention import Retention, retention
from slotless._sentences import Answer, Found, Item, Sentences
from slotless._slotless import (
    RESULTS_VERSION,
    DenseHopfield,
    Hopfield,
    KWinner,
    ModernHopfield,
    __version__,
    attention,
    parameters,
)
from slotless._train import Training, train

__all__ = [
    "RESULTS_VERSION",
    "Answer",
    "DenseHopfield",
    "Descended",
    "Found",
    "Hopfield",
    "Identity",
    "Item",
    "KWinner",
    "ModernHopfield",
    "Parameter",
    "Recalled",
    "Retention",
    "Retrieved",
    "Sentences",
    "Training",
    "__version__",
    "attention",
    "parameters",
    "retention",
    "train",
]
