"""Associative memory in connection weights instead of slots.

K-winner modern Hopfield networks and their relatives, with numpy in and out: the same bits as on a microcontroller.
"""

from slotless import measures as measures
from slotless._results import Parameter, Recalled
from slotless._retention import Retention, retention
from slotless._slotless import RESULTS_VERSION, KWinner, __version__, parameters
from slotless._train import Training, train

__all__ = [
    "RESULTS_VERSION",
    "KWinner",
    "Parameter",
    "Recalled",
    "Retention",
    "Training",
    "__version__",
    "parameters",
    "retention",
    "train",
]
