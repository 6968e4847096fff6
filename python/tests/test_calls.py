"""Long calls: Ctrl-C, threads, forks, and memory that is not there."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from slotless import KWinner

LONG = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # A shell has it ignored in the background.
import numpy as np
from slotless import KWinner
net = KWinner(512, 1024, 512, 50, 50, 0.5)
X = np.zeros((2_000_000, 16), np.uint32)
X[:, 3] = 0xFFFFFFFF
print("ready", flush=True)
try:
    {call}
except KeyboardInterrupt:
    print("interrupted", net.n_learned, flush=True)
"""


@pytest.mark.parametrize("call", ["net.learn(X)", "net.recall(X)", "net.hidden(X)"])
def test_ctrl_c_ends_a_long_call(call: str) -> None:
    with subprocess.Popen([sys.executable, "-c", LONG.format(call=call)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        said, learned = process.communicate(timeout=60)[0].split()
    assert said == "interrupted"
    # What was learned stays, and it was not all.
    assert (0 < int(learned) < 2_000_000) == ("learn" in call)


def test_other_threads_run_meanwhile_and_calls_on_one_network_wait() -> None:
    net = KWinner(256, 512, 256, 20, 26, 0.5)
    X = np.zeros((3000, 8), np.uint32)
    X[:, 1] = 0x0F0F0F0F
    threads = [threading.Thread(target=net.learn, args=(X,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    turns = 0
    while any(thread.is_alive() for thread in threads):
        turns += 1
        assert net.n_hidden == 512
    assert turns > 0
    assert net.n_learned == 9000
    alone = KWinner(256, 512, 256, 20, 26, 0.5)
    alone.learn(np.concatenate([X] * 3))
    assert alone == net


def test_a_forked_child_goes_on() -> None:
    net = KWinner(256, 512, 256, 20, 26, 0.5)
    X = np.eye(256, dtype=bool)
    net.learn(X)
    child = os.fork() if sys.version_info < (3, 12) else _fork_quietly()
    if child == 0:
        net.learn(X)
        os._exit(0 if net.n_learned == 512 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert net.n_learned == 256


def _fork_quietly() -> int:
    import warnings

    with warnings.catch_warnings():
        # Python 3.12 warns of forks of processes with threads.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def test_memory_that_is_not_there_is_an_error() -> None:
    code = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
import numpy as np
from slotless import KWinner
for make in (lambda: KWinner(60_000, 60_000, 60_000, 5, 5, 0.5),
             lambda: KWinner(64, 1 << 20, 1, 1, 1, 0.5).potentials(np.zeros((1000, 2), np.uint32))):
    try:
        make()
    except MemoryError as error:
        print(error)
"""
    assert resource.getrlimit(resource.RLIMIT_AS)[1] == resource.RLIM_INFINITY
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("the network takes about ")
    assert lines[1].startswith("the answer takes about 4.2 GB, and there are ")


@pytest.mark.parametrize("call", ["net.learn(X)", "retention(trials=1000)", "attention(q, q, q)"])
def test_the_interpreter_ends_while_a_thread_computes(call: str) -> None:
    code = f"""
import threading, time
import numpy as np
from slotless import KWinner, attention, retention
net = KWinner(512, 1024, 512, 50, 50, 0.5)
X = np.zeros((2_000_000, 16), np.uint32)
X[:, 3] = 0xFFFFFFFF
q = np.zeros((4, 8, 4096, 64), np.float32)
threading.Thread(target=lambda: {call}, daemon=True).start()
time.sleep(0.3)
print("ends")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ends\n", "")


@pytest.mark.parametrize("tell", ["progress", "True"])
def test_the_interpreter_ends_while_progress_is_told(tell: str) -> None:
    """The thread ends within the callback, or within the wait for trials: no frame of Rust may be below the former."""
    code = f"""
import sys, threading
from slotless import retention
sys.stderr = open("/dev/null", "w")
told = threading.Event()
def progress(*how):
    told.set()
    while True:
        pass
threading.Thread(target=lambda: retention(trials=1000, progress={tell}), daemon=True).start()
told.wait(1.5)
print("ends", flush=True)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "ends\n", "")


def test_calls_of_several_threads_take_turns() -> None:
    """A thread of many long calls leaves others their turns."""
    net = KWinner(256, 512, 256, 20, 26, 0.5)
    X = np.full((2000, 8), 0x0F0F0F0F, np.uint32)
    stop = threading.Event()

    def learn() -> None:
        while not stop.is_set():
            net.learn(X)

    thread = threading.Thread(target=learn)
    thread.start()
    try:
        seen = {net.n_learned for _ in range(20)}
    finally:
        stop.set()
        thread.join()
    # Between calls, never within one.
    assert all(learned % 2000 == 0 for learned in seen)
