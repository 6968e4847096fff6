"""Associative memory in connection weights instead of slots.

K-winner modern Hopfield networks and their relatives, with numpy in and out: the same bits as on a
microcontroller.
"""

from slotless import measures as measures
from slotless._results import (
    Descended,
    Event,
    FromSlot,
    Identity,
    Parameter,
    Recalled,
    Recognised,
    Remembered,
    Retrieved,
    SlotFound,
    Triple,
)
from slotless._retention import Retention, retention
from slotless._sentences import Answer, Found, Item, Sentences, Version
from slotless._slotless import (
    RESULTS_VERSION,
    DenseHopfield,
    Grow,
    HeteroMHN,
    Hopfield,
    KWinner,
    Means,
    ModernHopfield,
    Recency,
    Ring,
    SampleRing,
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
    "Event",
    "Found",
    "FromSlot",
    "Grow",
    "HeteroMHN",
    "Hopfield",
    "Identity",
    "Item",
    "KWinner",
    "Means",
    "ModernHopfield",
    "Parameter",
    "Recalled",
    "Recency",
    "Recognised",
    "Remembered",
    "Retention",
    "Retrieved",
    "Ring",
    "SampleRing",
    "Sentences",
    "SlotFound",
    "Training",
    "Triple",
    "Version",
    "__version__",
    "attention",
    "parameters",
    "retention",
    "train",
]
