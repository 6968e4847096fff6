"""Associative memory in connection weights instead of slots.

K-winner modern Hopfield networks and their relatives, with numpy in and out: the same bits as on a microcontroller.
"""

from slotless._results import Recalled
from slotless._sentences import Answer, Found, Item, Sentences
from slotless._slotless import RESULTS_VERSION, KWinner, __version__

__all__ = ["RESULTS_VERSION", "Answer", "Found", "Item", "KWinner", "Recalled", "Sentences", "__version__"]
