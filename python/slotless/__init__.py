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
    "DenseHopfield",
    "Descended",
    "Event",
    "FromSlot",
    "HeteroMHN",
    "Hopfield",
    "Identity",
    "KWinner",
    "ModernHopfield",
    "Recalled",
    "Recency",
    "Remembered",
    "Retrieved",
    "Ring",
    "SlotFound",
    "Triple",
    "__version__",
    "attention",
]
