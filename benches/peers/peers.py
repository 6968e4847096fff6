"""Times Python programs for the operations that this repository's own benchmarks time; see README.md."""

import os

# One thread each, set before anything that reads it is imported; and BLAS as it chooses for itself.
for name in ("OMP", "MKL", "OPENBLAS", "NUMBA", "BLIS", "VECLIB_MAXIMUM"):
    os.environ[name + "_NUM_THREADS"] = "1"
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

import argparse
import csv
import gc
import json
import pathlib
import platform
import statistics
import sys
import time
from dataclasses import replace
from importlib.metadata import version

import numpy as np

import mhn_transformers
import searches
from mhn_transformers import BATCH, NumbaTransformer
from programs import NETWORKS, PROGRAMS, NumpyWinners

TRAINED = 3_000
CYCLED = 1_000
CHECKED = 200
SEED = 20_260
AGREEMENT = 0.999
ITERATIONS = 5_000
FINAL = 1_000

failures = 0


def say(**line):
    print(json.dumps(line), flush=True)


def check(ok, **line):
    """Reports a check; a failed one decides the exit code, but the rest still runs."""
    global failures
    failures += not ok
    say(kind="check", ok=bool(ok), **line)


def timed(function, *arguments):
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def interleaved(works, repetitions):
    """Microseconds of every repetition, one of each work after another, so that a busy minute meets all of them alike.

    A work is a function of the repetition's number that returns seconds per step. Its first repetition is not counted.
    """
    gc.collect()
    gc.disable()
    times = [[] for _ in works]
    for repetition in range(repetitions + 1):
        for work, out in zip(works, times):
            out.append(1e6 * work(repetition))
    gc.enable()
    return [out[1:] for out in times]


class Results:
    """Rows of the CSV, with the faster of a program's layouts (`name/layout`) for each operation."""

    columns = ["program", "network", "operation", "min_us", "median_us", "repetitions"]

    def __init__(self):
        self.rows = {}

    def add(self, program, network, operation, times):
        program, _, layout = program.partition("/")
        row = {
            "program": program,
            "network": network,
            "operation": operation,
            "min_us": round(min(times), 3),
            "median_us": round(statistics.median(times), 3),
            "repetitions": len(times),
        }
        say(kind="time", **row, **({"layout": layout} if layout else {}))
        known = self.rows.setdefault((network, operation, program), row)
        if row["min_us"] < known["min_us"]:
            self.rows[network, operation, program] = row

    def write(self, path):
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, self.columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows.values())


def streams(network):
    """Wiring, start weights and patterns, from separate streams: wiring that knows the patterns changes the accuracy."""
    wiring_rng, weights_rng, patterns_rng = (np.random.default_rng(s) for s in np.random.SeedSequence(SEED).spawn(3))

    def draw(rng, rows, count):
        return np.sort(np.array([rng.permutation(network.visible)[:count] for _ in range(rows)]), axis=1)

    wiring = draw(wiring_rng, network.hidden, network.fan_in)
    weights = weights_rng.random(wiring.shape, dtype=np.float32)
    return wiring, weights, draw(patterns_rng, TRAINED + CHECKED, network.active)


def answers(program, weights, first):
    """Winners of CHECKED steps of learning; recalls of the last ten patterns after every ten steps, and their accuracy."""
    program.load(weights)
    winners, recalls, overlaps = [], [], []
    for start in range(first, first + CHECKED, 10):
        winners += [set(map(int, row)) for row in program.learn_range(start, start + 10)]
        recalled = [set(map(int, row)) for row in program.recall_range(start, start + 10)]
        recalls += recalled
        overlaps += [len(row & set(pattern)) for row, pattern in zip(recalled, program.patterns[start:].tolist())]
    return winners, recalls, sum(overlaps) / len(overlaps) / program.network.active


def agreement(found, expected):
    return sum(len(a & b) for a, b in zip(found, expected)) / sum(map(len, expected))


def run_network(network, only, quick, results):
    wiring, start_weights, patterns = streams(network)
    chosen = [made(network, wiring, patterns) for made in PROGRAMS if only in (None, made.name.partition("/")[0])]
    if not chosen:
        return
    reference = NumpyWinners(network, wiring, patterns)
    points = {"start": (start_weights, 0)}
    # All start their times from the same trained weights, so that the slow ones need not be trained less.
    reference.load(start_weights)
    reference.learn_range(0, TRAINED)
    trained = np.take_along_axis(reference.weights, wiring, axis=1).astype(np.float32)
    points["trained"] = (trained, TRAINED)
    for point, (weights, first) in points.items():
        expected = answers(reference, weights, first)
        for program in chosen:
            found = answers(program, weights, first)
            line = {"program": program.name, "network": network.name, "weights": point}
            winners, recalls = agreement(found[0], expected[0]), agreement(found[1], expected[1])
            ok = winners >= AGREEMENT and recalls >= AGREEMENT
            if point == "trained":
                line["accuracy"] = round(found[2], 4)
                ok = ok and abs(found[2] - network.accuracy) <= network.tolerance
            check(ok, **line, equal_winners=round(winners, 5), equal_recalls=round(recalls, 5))

    def work(program, operation):
        block = program.block // 5 if quick else program.block
        run = {"learn": program.learn_range, "recall": program.recall_range}[operation]

        def repeat(number):
            first = TRAINED - CYCLED + number * block % CYCLED
            return timed(run, first, first + block) / block

        return repeat

    for operation in ("learn", "recall"):
        for program in chosen:
            program.load(trained)
        works = [work(program, operation) for program in chosen]
        for program, times in zip(chosen, interleaved(works, 5 if quick else 21)):
            results.add(program.name, network.name, operation, times)


def run_search(store, only, quick, results):
    chosen = [made for made in searches.SEARCHES if only in (None, made.name)]
    if not chosen:
        return
    rows, queries = searches.make(store, np.random.default_rng(SEED))
    chosen = [made(store, rows) for made in chosen]

    def overlaps(found):
        return np.bitwise_count(rows[np.asarray(found)] & queries).sum(axis=1)

    best = np.array([max(np.bitwise_count(rows & query).sum(axis=1)) for query in queries])
    for search in chosen:
        for operation, found in (
            ("single", [search.single(query) for query in queries]),
            ("batch", search.batch(queries)),
        ):
            equal = float(np.mean(overlaps(found) == best))
            check(equal == 1, program=search.name, network=store.name, operation=operation, equal_answers=equal)

    def single(search):
        count = 4 if quick else 10

        def repeat(number):
            some = [queries[(number * count + query) % len(queries)] for query in range(count)]
            return timed(lambda: [search.single(query) for query in some]) / count

        return repeat

    def batch(search):
        return lambda _: timed(search.batch, queries) / len(queries)

    for operation, of, repetitions in (("single", single, 5 if quick else 15), ("batch", batch, 2 if quick else 7)):
        for search in chosen:
            # Not interleaved: each has its own copy of the rows, and they would drive each other out of the cache.
            (times,) = interleaved([of(search)], repetitions)
            results.add(search.name, store.name, operation, times)


def torch_program():
    """The module of the PyTorch peer, or why there is none."""
    try:
        import mhn_transformers_torch
    # A PyTorch with CUDA, without CUDA's libraries, raises the other two.
    except (ImportError, OSError, ValueError) as error:
        return None, f"torch cannot be imported: {error}".splitlines()[0]
    return mhn_transformers_torch, ""


def changes(program, before):
    return [new - old for new, old in zip(program.weights(), before)]


def check_step(settings, module, only):
    """One batch, with the same data and start weights for both programs, and for automatic differentiation."""
    rng = np.random.default_rng(SEED)
    batch, weights = mhn_transformers.given_batch(settings, rng), settings.starting(rng)
    if only in (None, "torch") and settings.form == "consistent":
        error = module.largest_gradient_error(settings, batch)
        check(error <= 1e-9, program="torch", network=settings.name, gradient_error=float(f"{error:.1e}"))
    if only in (None, "numba"):
        # Rates of 1, so that rounding of weights is small against their changes.
        settings = replace(settings, rate_query=1.0, rate_key=1.0, rate_value=1.0)
        expected = module.TorchTransformer(settings, 0, weights)
        expected.give(*batch[3:])
        right, _ = expected.step(*(module.torch.tensor(part) for part in batch[:3]))
        found = NumbaTransformer(settings, 0)
        found.load(*weights)
        found.give(batch)
        shares, _ = found.iterate(1)
        error = max(
            float(np.abs(new - old).max() / (np.abs(old).max() or 1))
            for new, old in zip(changes(found, weights), changes(expected, weights))
        )
        ok = error <= 1e-4 and round(shares[0] * BATCH) == int(right)
        check(ok, program="numba", network=settings.name, difference_from_torch=float(f"{error:.1e}"))


def run_transformers(only, quick, results, module):
    if module:
        for settings in mhn_transformers.MODELS + mhn_transformers.CHECKED_TOO:
            check_step(settings, module, only)

    for settings in mhn_transformers.MODELS:
        programs = []
        if only in (None, "numba"):
            programs.append(NumbaTransformer(settings, SEED))
        if only in (None, "torch") and module:
            weights = settings.starting(np.random.default_rng(SEED))
            programs.append(module.TorchTransformer(settings, SEED, weights))
        for program in programs:
            shares, _ = program.iterate(ITERATIONS)
            accuracy = float(shares[-FINAL:].mean())
            expected, tolerance = mhn_transformers.ACCURACIES[settings.name]
            ok = abs(accuracy - expected) <= tolerance
            check(ok, program=program.name, network=settings.name, accuracy=round(accuracy, 4))

        def work(program):
            block = program.block // 5 if quick else program.block
            return lambda _: timed(program.iterate, block) / block

        works = [work(program) for program in programs]
        for program, times in zip(programs, interleaved(works, 5 if quick else 21)):
            results.add(program.name, settings.name, "iteration", times)


def main():
    names = list(dict.fromkeys(made.name.partition("/")[0] for made in PROGRAMS + searches.SEARCHES))
    names.append("torch")
    target = pathlib.Path(__file__).resolve().parents[2] / "target"
    parser = argparse.ArgumentParser(description="Times Python peers; JSON lines on stdout, and DIR/peers.csv.")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter repetitions, the same checks")
    parser.add_argument("--out", metavar="DIR", type=pathlib.Path, default=target, help="default: target")
    parser.add_argument("--only", metavar="NAME", choices=names, help="one program: " + ", ".join(names))
    options = parser.parse_args()

    module, missing = torch_program() if options.only in (None, "numba", "torch") else (None, "")
    if options.only == "torch" and missing:
        print(missing, file=sys.stderr)
        return 3
    packages = ["faiss-cpu", "llvmlite", "numba", "numpy", "scipy", "simsimd"]
    if module:
        packages.append("torch")
    say(
        kind="versions",
        python=platform.python_version(),
        machine=platform.machine(),
        **{package: version(package) for package in packages},
    )
    results = Results()
    for network in NETWORKS:
        run_network(network, options.only, options.quick, results)
    for store in searches.STORES:
        run_search(store, options.only, options.quick, results)
    if options.only in (None, "numba", "torch"):
        if missing:
            say(kind="left_out", program="torch", why=missing)
        run_transformers(options.only, options.quick, results, module)
    if failures:
        # No CSV: times of a program with wrong answers are of no use.
        print(f'{failures} checks failed: see the lines with "ok": false', file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    results.write(options.out / "peers.csv")
    return 0


if __name__ == "__main__":
    sys.exit(main())
