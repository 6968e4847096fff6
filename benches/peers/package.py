"""Times the Python package against other packages for Python: storing and recalling, attention in batches; see README.md.

All runs in one process on one thread, ours and the peers in turns. Each row's answers are compared first, and a program whose
answers are wrong ends the run with exit code 1. Prints Markdown, and writes the times to --out as JSON.
"""

import os
import sys

import machine

for name in ("OMP", "MKL", "OPENBLAS", "NUMBA", "BLIS", "VECLIB_MAXIMUM"):
    os.environ[name + "_NUM_THREADS"] = "1"
MACHINE = machine.describe()
machine.hold(MACHINE["best"], MACHINE["best"])

import argparse
import importlib
import json
import pathlib
import statistics
import time
from importlib.metadata import version

import numpy as np
import slotless
from programs import NETWORKS, PROGRAMS

SEED = 20_260


def have(name):
    """A package, if it is there."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def refuse(what):
    """Ends the run: a program's answers are wrong."""
    print(what, file=sys.stderr)
    sys.exit(1)


class Row:
    """What is timed: an operation, how many items a call has, and the programs' calls."""

    def __init__(self, operation, items):
        self.operation, self.items, self.calls = operation, items, {}

    def add(self, program, call, items=None):
        """`call` is timed; it goes through `items` of them, where that is not as many as ours."""
        self.calls[program] = (call, items or self.items)

    def time(self, repetitions):
        """The least and the median microseconds of each program per item, in turns."""
        times = {program: [] for program in self.calls}
        for turn in range(repetitions + 1):
            for program, (call, items) in self.calls.items():
                start = time.perf_counter()
                call()
                if turn:  # The first warms up.
                    times[program].append((time.perf_counter() - start) * 1e6 / items)
        return {program: (min(all_times), statistics.median(all_times)) for program, all_times in times.items()}


def packed(units, visible):
    """Lists of units as packed words."""
    rows = np.zeros((len(units), -(-visible // 32) * 32), bool)
    np.put_along_axis(rows, units, True, axis=1)
    return np.packbits(rows, axis=1, bitorder="little").view(np.uint32)


def kwinner(network, count):
    """A network of K winners: learning and recalling a pattern."""
    rng = np.random.default_rng(SEED)
    trained = 3 * count
    shape = (trained, network.active)
    patterns = np.sort(rng.permuted(np.tile(np.arange(network.visible), (trained, 1)), axis=1)[:, : shape[1]], axis=1)
    wiring = np.sort(
        rng.permuted(np.tile(np.arange(network.visible), (network.hidden, 1)), axis=1)[:, : network.fan_in], axis=1
    )
    ours = slotless.KWinner(
        network.visible, network.hidden, network.fan_in, network.winners, network.active, network.rate, seed=1
    )
    words = packed(patterns, network.visible)
    bools = np.zeros((trained, network.visible), bool)
    np.put_along_axis(bools, patterns, True, axis=1)
    ours.learn(words)
    last = slice(trained - count, trained)
    found = ours.recall(words[trained - 10 :]).pattern
    accuracy = np.bitwise_count(found & words[trained - 10 :]).sum() / (10 * network.active)
    if network.winners > 1 and abs(accuracy - network.accuracy) > 0.06:
        refuse(f"{network.name}: slotless recalls {accuracy:.3f} of the last ten, expected about {network.accuracy}")
    rows = {what: Row(f"{network.name}: {what} a pattern", count) for what in ("learn", "recall")}
    rows["learn"].add("slotless", lambda: ours.learn(words[last]))
    rows["recall"].add("slotless", lambda: ours.recall(words[last]))
    rows["learn"].add("slotless, bool", lambda: ours.learn(bools[last]))
    rows["recall"].add("slotless, bool", lambda: ours.recall(bools[last]))
    few = words[trained - 200 :]
    rows["learn"].add("slotless, a call each", lambda: [ours.learn(row) for row in few], 200)
    rows["recall"].add("slotless, a call each", lambda: [ours.recall(row) for row in few], 200)
    for program in PROGRAMS:
        if program.name == "numpy":
            continue  # The same equations with full sorts: numpy_winners is the faster one.
        peer = program(network, wiring, patterns)
        peer.load(rng.random((network.hidden, network.fan_in)).astype(np.float32))
        items = min(program.block, count)
        first = trained - items
        rows["learn"].add(program.name, lambda peer=peer, first=first: peer.learn_range(first, trained), items)
        rows["recall"].add(program.name, lambda peer=peer, first=first: peer.recall_range(first, trained), items)
    return list(rows.values())


def hopfield(units, stored, cues):
    """A classical network: storing patterns, recalling from a tenth of wrong units until nothing flips."""
    rng = np.random.default_rng(SEED)
    X = rng.choice(np.array([-1, 1], np.int8), size=(stored, units))
    noise = np.where(rng.random((cues, units)) < 0.1, -1, 1).astype(np.int8)
    noisy = X[np.arange(cues) % stored] * noise
    expected = X[np.arange(cues) % stored]
    store = Row(f"Hopfield, {units} units: store {stored} patterns, all of them", 1)
    recall = Row(f"Hopfield, {units} units, {stored} patterns: recall from 10% wrong units", cues)

    def ours():
        net = slotless.Hopfield(units)
        net.learn(X)
        net.energy(X[0])  # Lays the weights out.
        return net

    net = ours()
    if not (net.recall(noisy).pattern == expected).all():
        refuse("Hopfield: slotless does not recall what was stored")
    store.add("slotless", ours)
    recall.add("slotless", lambda: net.recall(noisy))
    real = X.astype(np.float32)

    def weights():
        made = real.T @ real
        np.fill_diagonal(made, 0)
        return made

    made = weights()
    store.add("numpy", weights)

    def synchronous():
        # All units at once and all cues in a product: another dynamics than a unit at a time, and the fastest in numpy.
        states = noisy.astype(np.float32)
        while True:
            after = np.where(states @ made >= 0, np.float32(1), np.float32(-1))
            if (after == states).all():
                return after
            states = after

    if not (synchronous() == expected).all():
        refuse("Hopfield: numpy does not recall what was stored")
    recall.add("numpy, all units at once", synchronous)
    if peer := have("hopfieldnetwork"):
        other = peer.HopfieldNetwork(units)
        for pattern in X[: min(stored, 20)]:
            other.train_pattern(pattern.astype(np.int64))
        few = min(cues, 4)

        def asynchronous():
            for cue, right in zip(noisy[:few], expected[:few], strict=True):
                other.set_initial_neurons_state(cue.astype(np.int64))
                other.update_neurons(1, mode="async", run_max=True)
                if not np.array_equal(other.S, right):
                    refuse("hopfieldnetwork does not recall what was stored")

        recall.add("hopfieldnetwork, 20 patterns", asynchronous, few)
    if peer := have("hopfieldkit"):
        kit = peer.HopfieldNetwork(units)
        store.add("hopfieldkit", lambda: kit.fit(X))
        kit.fit(X)
        few = min(cues, 4)

        def passes():
            for cue, right in zip(noisy[:few], expected[:few], strict=True):
                if not np.array_equal(kit.recall(cue, seed=1), right):
                    refuse("hopfieldkit does not recall what was stored")

        recall.add("hopfieldkit", passes, few)
    return [store, recall]


def softmax(scores):
    """Along the last axis."""
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return scores / scores.sum(axis=-1, keepdims=True)


def modern(units, stored, cues):
    """A modern network: one step from each cue."""
    rng = np.random.default_rng(SEED)
    X = rng.normal(size=(stored, units)).astype(np.float32)
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    noisy = X[:cues] + 0.05 * rng.normal(size=(cues, units)).astype(np.float32)
    net = slotless.ModernHopfield(units, beta=20.0)
    net.learn(X)
    row = Row(f"modern Hopfield, {stored} patterns of {units} numbers: a step from a cue", cues)

    def numpy():
        return softmax(np.float32(20) * (noisy @ X.T)) @ X

    expected = numpy()
    found = net.recall(noisy, max_steps=1, threads=1).pattern
    if not np.allclose(found, expected, rtol=1e-4, atol=1e-5):
        refuse("modern Hopfield: slotless and numpy differ")
    row.add("slotless", lambda: net.recall(noisy, max_steps=1, threads=1))
    row.add("numpy", numpy)
    if torch := have("torch"):
        torch.set_num_threads(1)
        q, k = torch.from_numpy(noisy), torch.from_numpy(X)
        row.add("torch", lambda: torch.softmax(20 * (q @ k.T), dim=-1) @ k)
    return [row]


def attention(batch, heads, length, width):
    """Attention in batches of heads, masked by time or not."""
    rng = np.random.default_rng(SEED)
    q, k, v = (rng.normal(size=(batch, heads, length, width)).astype(np.float32) for _ in range(3))
    size = f"{batch} x {heads} heads, {length} tokens of {width} numbers"
    rows = []
    torch = have("torch")
    for mask, name in ((None, ""), ("causal", ", causal")):
        row = Row(f"attention{name}, {size}: a call", 1)
        upper = np.triu(np.full((length, length), -np.inf, np.float32), 1) if mask else np.float32(0)

        def numpy(upper=upper):
            return softmax(q @ k.swapaxes(-1, -2) / np.float32(np.sqrt(width)) + upper) @ v

        found = slotless.attention(q, k, v, mask=mask, threads=1)
        if not np.allclose(found, numpy(), rtol=1e-4, atol=1e-5):
            refuse("attention: slotless and numpy differ")
        row.add("slotless", lambda mask=mask: slotless.attention(q, k, v, mask=mask, threads=1))
        row.add("numpy", numpy)
        if torch:
            torch.set_num_threads(1)
            parts = [torch.from_numpy(part) for part in (q, k, v)]
            sdpa = torch.nn.functional.scaled_dot_product_attention
            exact = sdpa(*(part.double() for part in parts), is_causal=mask is not None).numpy()
            if not np.allclose(found, exact, rtol=0, atol=1e-6):
                refuse("attention: slotless and torch in double precision differ by more than 1e-6")
            row.add("torch", lambda mask=mask, parts=parts: sdpa(*parts, is_causal=mask is not None))
        rows.append(row)
    return rows


def nearest(stored, units, cues):
    """The most similar of stored binary rows, by a memory of slots."""
    if not hasattr(slotless, "Ring"):
        return []
    rng = np.random.default_rng(SEED)
    X = rng.random((stored, units)) < 0.1
    half = X[:cues] & (rng.random((cues, units)) < 0.5)
    ring = slotless.Ring(units, stored)
    ring.learn(X)
    store = Row(f"{stored} slots of {units} bits: store a pattern", stored)
    row = Row(f"{stored} slots of {units} bits: recall from half of the ones", cues)
    words, cue_words = (packed_rows(rows) for rows in (X, half))
    # A few ones may be those of several rows; what is recalled has all of them.
    if not (ring.recall(cue_words).pattern & cue_words == cue_words).all():
        refuse("slots: slotless does not recall what has the largest overlap")
    store.add("slotless", lambda: ring.learn(words))
    row.add("slotless", lambda: ring.recall(cue_words))
    real, real_cues = X.astype(np.float32), half.astype(np.float32)
    row.add("numpy", lambda: X[(real_cues @ real.T).argmax(axis=1)])
    store.add("numpy", lambda: X.astype(np.float32))
    torch, torchhd = have("torch"), have("torchhd")
    if torchhd:
        torch.set_num_threads(1)
        memory = torchhd.MAPTensor(torch.from_numpy(real))
        questions = torchhd.MAPTensor(torch.from_numpy(real_cues))
        found = torchhd.dot_similarity(questions, memory).argmax(dim=1)
        if not (X[found.numpy()] & half == half).all():
            refuse("slots: torchhd does not find what has the largest overlap")
        row.add("torchhd", lambda: torchhd.dot_similarity(questions, memory).argmax(dim=1))
    return [store, row]


def packed_rows(rows):
    """Bools as packed words."""
    room = np.zeros((len(rows), -(-rows.shape[1] // 32) * 32), bool)
    room[:, : rows.shape[1]] = rows
    return np.packbits(room, axis=1, bitorder="little").view(np.uint32)


def figure(microseconds):
    """A time, to three figures."""
    return f"{microseconds:.3g}" if microseconds < 1000 else f"{microseconds:,.0f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes, few repetitions: that all works, no measurement")
    parser.add_argument("--out", type=pathlib.Path, help="JSON file of the times")
    options = parser.parse_args()
    quick = options.quick
    load = os.getloadavg()[0]
    rows = []
    for network in NETWORKS[::2]:
        rows += kwinner(network, 100 if quick else 1000)
    rows += hopfield(*((200, 10, 4) if quick else (1000, 50, 100)))
    rows += modern(*((64, 100, 10) if quick else (384, 10_000, 100)))
    rows += attention(*((2, 2, 16, 8) if quick else (8, 8, 128, 64)))
    rows += nearest(*((200, 128, 10) if quick else (10_000, 1024, 100)))
    about = f"{MACHINE['processor']}, {MACHINE['best']}, {'virtual, ' * MACHINE['virtual']}one thread"
    packages = ("slotless", "numpy", "scipy", "numba", "torch", "torch-hd", "hopfieldnetwork", "hopfieldkit")
    versions = []
    for name in packages:
        try:
            versions.append(f"{name} {version(name)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"no {name}")
    print(f"{about}, load {load:.1f}; Python {sys.version.split()[0]}; {', '.join(versions)}.")
    print("Least microseconds; in brackets how many times ours.\n\n| operation | program | least | median |\n|---|---|---:|---:|")
    kept = []
    for row in rows:
        times = row.time(2 if quick else 15)
        base = times["slotless"][0]
        for program, (least, median) in times.items():
            ratio = "" if program == "slotless" else f" ({least / base:.3g}x)"
            print(f"| {row.operation} | {program} | {figure(least)}{ratio} | {figure(median)} |", flush=True)
            kept.append({"operation": row.operation, "program": program, "least_us": least, "median_us": median})
    if options.out:
        options.out.write_text(json.dumps({"machine": about, "versions": versions, "rows": kept}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
