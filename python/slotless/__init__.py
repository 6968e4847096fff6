"""Associative memory in connection weights instead of slots.

K-winner modern Hopfield networks and their relatives, with numpy in and out: the same bits as on a microcontroller.
"""

from slotless._results import Descended, Identity, Recalled, Retrieved
from slotless._sentences import Answer, Found, Item, Sentences
from slotless._slotless import (
    RESULTS_VERSION,
    DenseHopfield,
    Hopfield,
    KWinner,
    ModernHopfield,
    __version__,
    attention,
)

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
    "Recalled",
    "Retrieved",
    "Sentences",
    "__version__",
    "attention",
]
