"""Long calls of the memories beside the K-winner network: Ctrl-C ends them, and a fork may follow one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings

import numpy as np
import pytest

from slotless import attention

LONG = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell has it ignored in the background.
import time
import numpy as np
from slotless import *
rng = np.random.default_rng(0)
{setup}
print("ready", flush=True)
try:
    {call}
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""

CALLS = [
    ("q = np.ones((400, 2000, 64), np.float32)", "attention(q, q, q)"),
    (
        "net = Hopfield(2000); net.learn(rng.random((100, 2000)) < 0.5)",
        "net.recall(np.zeros((100_000, 63), np.uint32))",
    ),
    # A single recall that never rests.
    (
        "net = Hopfield(64); net.learn(np.ones(64))",
        "net.recall(np.ones(64), order='random', patience=1 << 62, max_updates=1 << 62)",
    ),
    (
        "net = DenseHopfield(64); net.learn(np.ones(64))",
        "net.recall(np.ones(64), order='random', patience=1 << 62, max_updates=1 << 62)",
    ),
    (
        "net = ModernHopfield(64); net.learn(rng.random((5000, 64)))",
        "net.recall(rng.random(64), state_tolerance=None, weights_tolerance=None, max_steps=1 << 31)",
    ),
    (
        "net = ModernHopfield(64); net.learn(rng.random((5000, 64)))",
        "net.recall(rng.random((9, 64)), state_tolerance=None, weights_tolerance=None, max_steps=1 << 31)",
    ),
    ("net = Recency(512, 500); X = np.zeros((4_000_000, 16), np.uint32); X[:, 3] = 255", "net.learn(X)"),
    ("net = Ring(512, 5000); net.learn(np.eye(512)); X = np.zeros((4_000_000, 16), np.uint32)", "net.find(X)"),
    ("net = HeteroMHN(64, 64, 64, 500); X = np.ones((200_000, 64), np.float32)", "net.learn(X, X, X)"),
    # Weights are laid out, all of them before the first update.
    ("net = Hopfield(20_000); net.learn(rng.random((500, 20_000)) < 0.5)", "net.recall(np.ones(20_000, bool))"),
    # An update takes long: many patterns.
    (
        "net = DenseHopfield(4096); net.learn(np.zeros((200_000, 128), np.uint32))",
        "net.recall(np.zeros(128, np.uint32))",
    ),
    # What cannot be told to end is left behind.
    ("from slotless.measures import auc; X = rng.random((100, 60_000))", "[auc(X, X) for _ in range(99)]"),
    ("", "KWinner(20_000, 20_000, 10_000, 5, 5, 0.5)"),
    # Another thread has the network, or is about to: on a busy machine the first of these calls may come before it.
    (
        "import threading; net = Recency(512, 500); X = np.zeros((4_000_000, 16), np.uint32); X[:, 3] = 255; "
        "threading.Thread(target=net.learn, args=(X,), daemon=True).start(); time.sleep(0.2)",
        "all(net.n_learned >= 0 for _ in iter(int, 1))",
    ),
]


@pytest.mark.parametrize(("setup", "call"), CALLS)
def test_ctrl_c_ends_a_long_call(setup: str, call: str) -> None:
    program = LONG.format(setup=setup, call=call)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"
        process.kill()


def test_attention_of_several_threads_after_a_fork() -> None:
    q = np.random.default_rng(0).normal(size=(4, 256, 32)).astype(np.float32)
    expected = attention(q, q, q, threads=2)
    with warnings.catch_warnings():
        # Other libraries have threads.
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        same = bool((attention(q, q, q, threads=2) == expected).all())
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
