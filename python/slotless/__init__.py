"""Associative memory in connection weights instead of slots.

K-winner modern Hopfield networks and their relatives, with numpy in and out: the same bits as on a microcontroller.
"""

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
from slotless._sentences import Answer, Found, Item, Sentences
from slotless._slotless import (
    RESULTS_VERSION,
    DenseHopfield,
    HeteroMHN,
    Hopfield,
    KWinner,
    ModernHopfield,
    Recency,
    Ring,
    __version__,
    attention,
)

__all__ = [
    "RESULTS_VERSION",
    "Answer",
    "DenseHopfield",
    "Descended",
    "Event",
    "Found",
    "FromSlot",
    "HeteroMHN",
    "Hopfield",
    "Identity",
    "Item",
    "KWinner",
    "ModernHopfield",
    "Recalled",
    "Recency",
    "Remembered",
    "Retrieved",
    "Ring",
    "Sentences",
    "SlotFound",
    "Triple",
    "__version__",
    "attention",
]
