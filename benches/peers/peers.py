"""Times Python programs for the operations that this repository's own benchmarks time; see README.md."""

import os
import sys

import machine

# One thread each and the instructions asked for, set before anything that reads it is imported.
for name in ("OMP", "MKL", "OPENBLAS", "NUMBA", "BLIS", "VECLIB_MAXIMUM"):
    os.environ[name + "_NUM_THREADS"] = "1"
MACHINE = machine.describe()
ISA = machine.asked(sys.argv) or MACHINE["best"]
machine.hold(ISA, MACHINE["best"])
if ISA == "avx512":
    import llvmlite.binding

    # LLVM makes vectors of 256 bits for some processors that have more; the whole ones are a fifth faster in most rows.
    os.environ["NUMBA_CPU_FEATURES"] = llvmlite.binding.get_host_cpu_features().flatten() + ",-prefer-256-bit"

import argparse
import csv
import gc
import importlib
import json
import pathlib
import platform
import statistics
import subprocess
import tempfile
import time
from dataclasses import replace
from importlib.metadata import version

import numpy as np

import held
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
# Curves of training are compared over this many trials, in windows of this many iterations.
TRIALS = 30
WINDOW = 500
# How often ours are timed, with a share of the peers' repetitions after each.
TURNS = 3
# The modern Hopfield networks of `slotless bench modern`: units and memories.
MODERN = {"modern_1000": (1_000, 100), "modern_4000": (4_000, 500), "modern_20000": (384, 20_000)}
MEMORIES = ["recall_1000", "recall_20000"]

# Work of others on this machine while it is timed.
LOAD = os.getloadavg()[0]

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
        # What is known of each index: seconds to build, bytes, recall.
        self.indexes = []

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


class Ours:
    """The times of this repository's program: of each row the least of all runs, and the median of their medians."""

    columns = ["network", "weights", "operation", "backend", "min_us", "median_us", "bytes"]

    def __init__(self, program, quick):
        self.program, self.quick = program, quick
        self.runs = {}

    def output(self, *arguments):
        run = subprocess.run([self.program, *arguments], stdout=subprocess.PIPE, text=True, check=False)
        if run.returncode:
            sys.exit(f"{self.program} {' '.join(arguments)}: exit code {run.returncode}")
        return run.stdout

    def time(self, name):
        quick = ["--quick"] if self.quick else []
        for row in csv.DictReader(self.output("bench", name, "--isa", ISA, "--csv", "-", *quick).splitlines()):
            case = tuple(row[column] for column in self.columns[:4])
            self.runs.setdefault(case, []).append(row)

    def write(self, path):
        with open(path, "w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            for case, runs in self.runs.items():
                least = min(float(run["min_us"]) for run in runs)
                median = statistics.median(float(run["median_us"]) for run in runs)
                writer.writerow([*case, f"{least:.4f}", f"{median:.4f}", runs[0]["network_bytes"]])


def turns(ours, name, repetitions):
    """Times ours and gives how many repetitions of the peers follow, in turns, so that a busy minute meets both alike."""
    if not ours:
        yield repetitions
        return
    for _ in range(TURNS):
        ours.time(name)
        yield -(-repetitions // TURNS)


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


def run_network(network, only, quick, results, ours):
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

    operations = ("learn", "recall")
    times = {(operation, program.name): [] for operation in operations for program in chosen}
    for repetitions in turns(ours, network.name, 5 if quick else 21):
        for operation in operations:
            for program in chosen:
                program.load(trained)
            works = [work(program, operation) for program in chosen]
            for program, some in zip(chosen, interleaved(works, repetitions)):
                times[operation, program.name] += some
    for (operation, name), all_times in times.items():
        results.add(name, network.name, operation, all_times)


def built(made, store, rows):
    start = time.perf_counter()
    search = made(store, rows)
    if search.build_s is None:
        search.build_s = round(time.perf_counter() - start, 3)
    return search


def run_search(store, chosen, quick, results, ours):
    if not chosen:
        return
    rows, queries = searches.make(store, np.random.default_rng(SEED))
    chosen = [built(made, store, rows) for made in chosen]

    def overlaps(found):
        return np.bitwise_count(rows[np.asarray(found)] & queries).sum(axis=1)

    best = np.array([np.bitwise_count(rows & query).sum(axis=1).max() for query in queries])

    def equal(found):
        return float(np.mean(overlaps(np.asarray(found).astype(np.int64)) == best))

    for search in chosen:
        about = {"program": search.name, "network": store.name}
        share, width = 1.0, ""
        if not search.exact:
            for width, share in search.choose(equal, queries):
                say(kind="recall", **about, width=width, recall_at_1=share)
        index = {"build_s": search.build_s, "bytes": search.bytes(), "recall_at_1": share, "width": width}
        say(kind="index", **about, **index)
        results.indexes.append({**about, **index})
        if not search.exact:
            continue
        for operation, found in (
            ("single", [search.single(query) for query in queries]),
            ("batch", search.batch(queries)),
        ):
            check(equal(found) == 1, **about, operation=operation, equal_answers=equal(found))

    def single(search):
        count = 4 if quick else 10

        def repeat(number):
            some = [queries[(number * count + query) % len(queries)] for query in range(count)]
            return timed(lambda: [search.single(query) for query in some]) / count

        return repeat

    def batch(search):
        return lambda _: timed(search.batch, queries) / len(queries)

    times = {(operation, search.name): [] for operation in ("single", "batch") for search in chosen}
    for repetitions in turns(ours, store.name, 5 if quick else 15):
        for operation, of, count in (("single", single, repetitions), ("batch", batch, -(-repetitions // 2))):
            for search in chosen:
                # Not interleaved: each has its own copy of the rows, and they would drive each other out of the cache.
                times[operation, search.name] += interleaved([of(search)], count)[0]
    for (operation, name), all_times in times.items():
        results.add(name, store.name, operation, all_times)


def run_searches(only, quick, results, ours, torchhd):
    made = searches.SEARCHES + ([torchhd.Nearest] if torchhd else [])
    chosen = [one for one in made if only in (None, one.name)]
    exact, graphs = [one for one in chosen if one.exact], [one for one in chosen if not one.exact]
    for store in searches.STORES:
        if quick:
            run_search(store, exact, quick, results, ours)
            # A twentieth of the rows, under a name that says so.
            run_search(searches.small(store), graphs, quick, results, None)
        else:
            run_search(store, exact + graphs, quick, results, ours)


def run_modern(program, quick, results, ours):
    """The crate `hopfield`: its program checks its answers and prints the time of each round."""
    for network, sizes in MODERN.items():
        times = {}
        for _ in turns(ours, network, 1):
            arguments = [program, *map(str, sizes), "0.1" if quick else "1"]
            run = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=False)
            check(run.returncode == 0, program="hopfield", network=network, exit_code=run.returncode)
            for line in run.stdout.splitlines():
                layout, microseconds = line.split()
                times.setdefault(layout, []).append(float(microseconds))
        for layout, all_times in times.items():
            results.add(f"hopfield/{layout}", network, "step", all_times)


def optional(name, package):
    """A module that needs PyTorch, or why there is none."""
    try:
        return importlib.import_module(name), ""
    # A PyTorch with CUDA, without CUDA's libraries, raises the other two.
    except (ImportError, OSError, ValueError) as error:
        return None, f"{package} cannot be imported: {error}".splitlines()[0]


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


def check_curves(ours):
    """Accuracy and loss in the course of training, of our program and of the numba peer: the same work has the same curves.

    Means over trials in windows of iterations; five standard errors of their difference, for each of the 140 that are compared.
    The baseline with rates 30 % too high is 18 away.
    """
    with tempfile.TemporaryDirectory() as folder:
        ours.output("transformer", "train", "--published", "--trials", str(TRIALS), "--out", folder)
        raw = np.load(pathlib.Path(folder) / "train.npz")
        # Accuracy and loss of each model, in the order of the list here.
        curves = [(name, np.asarray(raw[name], float)) for name in raw.files]
    for number, settings in enumerate(mhn_transformers.MODELS):
        programs = [NumbaTransformer(settings, [SEED, trial]) for trial in range(TRIALS)]
        found = [program.iterate(ITERATIONS) for program in programs]
        line, ok = {}, True
        for of, name in enumerate(("accuracy", "loss")):
            known, curve = curves[2 * number + of]
            own = windows(curve)
            ok = ok and known.endswith(name)
            peer = windows(np.array([run[of] for run in found], float))
            error = np.sqrt((own.var(axis=0, ddof=1) + peer.var(axis=0, ddof=1)) / TRIALS)
            difference = np.abs(own.mean(axis=0) - peer.mean(axis=0))
            line[name + "_difference"] = round(float(difference.max()), 5)
            ok = ok and bool(np.all(difference <= 5 * error + 1e-4))
        check(ok, program="numba", network=settings.name, compared="curves of ours", **line)


def windows(curves):
    return curves.reshape(len(curves), -1, WINDOW).mean(axis=2)


def run_transformers(only, quick, results, module, ours):
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
        times = [[] for _ in programs]
        for repetitions in turns(ours, settings.name, 5 if quick else 21):
            for all_times, some in zip(times, interleaved(works, repetitions)):
                all_times += some
        for program, all_times in zip(programs, times):
            results.add(program.name, settings.name, "iteration", all_times)


def arguments():
    names = [made.name.partition("/")[0] for made in PROGRAMS + searches.SEARCHES]
    names = list(dict.fromkeys([*names, "torch", "torchhd", "hopfield"]))
    target = pathlib.Path(__file__).resolve().parents[2] / "target"
    parser = argparse.ArgumentParser(description="Times peers; JSON lines on stdout, and DIR/peers.csv.")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter repetitions, the same checks")
    parser.add_argument("--out", metavar="DIR", type=pathlib.Path, default=target, help="default: target")
    parser.add_argument("--only", metavar="NAME", choices=names, help="one program: " + ", ".join(names))
    parser.add_argument("--isa", choices=["portable", "avx2", "avx512", "neon"], help="default: the best there is")
    parser.add_argument("--ours", metavar="PROGRAM", help="slotless, timed in turns with the peers: DIR/ours.csv")
    parser.add_argument("--hopfield", metavar="PROGRAM", help="of hopfield/, built; without it that crate is left out")
    options = parser.parse_args()
    sets = ["portable", "avx2", "avx512"]
    has = sets[: sets.index(MACHINE["best"]) + 1] if MACHINE["best"] in sets else ["portable", MACHINE["best"]]
    if ISA not in has:
        parser.error(f"instructions '{ISA}', allowed on this machine: {', '.join(has)}")
    return options


def main():
    options = arguments()
    only, quick = options.only, options.quick
    # What needs PyTorch, and what there is none of.
    torch, torchhd, missing = None, None, {}
    if only in (None, "numba", "torch"):
        torch, why = optional("mhn_transformers_torch", "torch")
        missing |= {"torch": why} if why else {}
    if only in (None, "torchhd"):
        torchhd, why = optional("searches_torchhd", "torchhd")
        missing |= {"torchhd": why} if why else {}
    if only in (None, "hopfield") and not options.hopfield:
        missing["hopfield"] = "no program given: --hopfield"
    if only in missing:
        print(missing[only], file=sys.stderr)
        return 3
    packages = ["faiss-cpu", "llvmlite", "numba", "numkong", "numpy", "scipy", "simsimd", "usearch"]
    packages += ["torch"] * bool(torch) + ["torch-hd"] * bool(torchhd)
    versions = {package: version(package) for package in packages}
    if options.hopfield:
        versions["hopfield"] = crate("hopfield")
    say(kind="versions", python=platform.python_version(), machine=platform.machine(), **versions)
    used, free = held.hold(ISA, MACHINE["best"])
    if torch:
        used["torch"] = torch.torch.backends.cpu.get_cpu_capability()
    say(kind="instructions", isa=ISA, used=used, not_held=free)
    for program, why in missing.items():
        say(kind="left_out", program=program, why=why)

    results, ours = Results(), Ours(options.ours, quick) if options.ours else None
    for network in NETWORKS:
        run_network(network, only, quick, results, ours)
    run_searches(only, quick, results, ours, torchhd)
    if options.hopfield and only in (None, "hopfield"):
        run_modern(options.hopfield, quick, results, ours)
    if only in (None, "numba", "torch"):
        if ours:
            check_curves(ours)
        run_transformers(only, quick, results, torch, ours)
    if ours and only is None:
        for memory in MEMORIES:
            # No peer has them, so that there are no turns to take.
            for _ in range(1 if quick else TURNS):
                ours.time(memory)
    if failures:
        # No CSV: times of a program with wrong answers are of no use.
        print(f'{failures} checks failed: see the lines with "ok": false', file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    results.write(options.out / "peers.csv")
    if ours:
        ours.write(options.out / "ours.csv")
    about = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "quick": quick,
        "isa": ISA,
        "machine": MACHINE,
        "python": platform.python_version(),
        "versions": versions,
        "used": used,
        "not_held": free,
        "left_out": missing,
        "load": [round(load, 2) for load in (LOAD, os.getloadavg()[0])],
        "indexes": results.indexes,
    }
    (options.out / "peers.json").write_text(json.dumps(about, indent=1) + "\n")
    return 0


def crate(name):
    """The version that hopfield/Cargo.lock pins."""
    lock = (pathlib.Path(__file__).resolve().parent / "hopfield" / "Cargo.lock").read_text()
    return lock.partition(f'name = "{name}"\nversion = "')[2].partition('"')[0]


if __name__ == "__main__":
    sys.exit(main())
