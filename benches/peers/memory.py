"""A memory of sentences beside indexes of vectors: what a question takes, opening, building, and RAM.

Items as conversations have them: cues of words drawn by the counts of a text, vectors of length 1 about the centres of topics, sessions of twenty
items, a few speakers. Questions have words and the vector of an item, both in part. The memory is asked by the command, words and vectors both, and
what the command takes with one question is taken off; indexes have the vectors alone. One thread each. Answers of exact indexes are checked.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

import faiss
import numpy as np
from usearch.index import Index, MetricKind, ScalarKind

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIDTH = 384
WORDS = 12
ASKED = 8
SPEAKERS = ["Ann", "Ben", "Carla", "Dmitri"]


def words_of(paths):
    """Words of some texts and how often they come."""
    counts = collections.Counter()
    for path in paths:
        counts.update(re.findall(r"[^\W\d_]+", path.read_text(encoding="utf-8").lower()))
    if not counts:
        sys.exit("no word in the text")
    words = np.array(list(counts))
    shares = np.array(list(counts.values()), float)
    return words, shares / shares.sum()


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Items:
    """Items and questions of a size, the same for each run."""

    def __init__(self, count, questions, vocabulary):
        rng = np.random.default_rng(count)
        words, shares = vocabulary
        centres = unit(rng.standard_normal((max(count // 50, 10), WIDTH), np.float32))
        self.vectors = np.empty((count, WIDTH), np.float32)
        for first in range(0, count, 50_000):
            some = slice(first, min(first + 50_000, count))
            own = centres[rng.integers(len(centres), size=some.stop - first)]
            noise = rng.standard_normal((some.stop - first, WIDTH), np.float32) / WIDTH**0.5
            self.vectors[some] = unit(own + 0.8 * noise)
        self.cues = words[rng.choice(len(words), (count, WORDS), p=shares)]
        self.speakers = rng.integers(len(SPEAKERS), size=count)
        meant = rng.integers(count, size=questions)
        noise = rng.standard_normal((questions, WIDTH), np.float32) / WIDTH**0.5
        self.asked = unit(self.vectors[meant] + 0.5 * noise)
        others = words[rng.choice(len(words), (questions, ASKED - ASKED // 2), p=shares)]
        asked = np.concatenate([self.cues[meant, : ASKED // 2], others], axis=1)
        self.questions = [" ".join(one) for one in asked]

    def write(self, folder):
        """Vectors and texts, as the command takes them."""
        np.save(folder / "cues.npy", self.vectors)
        with open(folder / "items.jsonl", "w", encoding="utf-8") as lines:
            for at, (cue, speaker) in enumerate(zip(self.cues, self.speakers)):
                item = {"cue": " ".join(cue), "target": f"answer {at}", "speaker": SPEAKERS[speaker], "session": str(at // 20)}
                lines.write(json.dumps(item) + "\n")
        np.save(folder / "asked.npy", self.asked)
        np.save(folder / "first.npy", self.asked[:1])


class Command:
    """slotless recall."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.environment = os.environ | {"RAYON_NUM_THREADS": "1"}

    def run(self, *arguments, text=""):
        """Seconds; `ram` are then the bytes that it had at most."""
        command = [self.program, "recall", *arguments, "--memory", str(self.folder / "memory")]
        with tempfile.TemporaryFile("w+") as asked, tempfile.TemporaryFile("w+") as errors:
            asked.write(text)
            asked.seek(0)
            start = time.perf_counter()
            process = subprocess.Popen(command, stdin=asked, stdout=subprocess.DEVNULL, stderr=errors, env=self.environment)
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            errors.seek(0)
            if process.returncode != 0:
                sys.exit(f"{' '.join(command)}\n{errors.read()}")
        self.ram = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return seconds

    def add(self, batch):
        shutil.rmtree(self.folder / "memory", ignore_errors=True)
        files = ["--jsonl", str(self.folder / "items.jsonl"), "--vectors", str(self.folder / "cues.npy")]
        return self.run("add", *files, "--batch", str(batch))

    def ask(self, questions, vectors):
        options = ["--vectors", str(self.folder / vectors)] if vectors else ["--words-only"]
        return self.run("ask", "-", *options, "--threshold", "0", text="".join(one + "\n" for one in questions))


def fastest(times, what):
    return min(what() for _ in range(times))


def a_question(index, asked, times):
    def all_of_them():
        start = time.perf_counter()
        for question in asked:
            index(question[None])
        return time.perf_counter() - start

    return fastest(times, all_of_them) / len(asked)


def peers(items, folder, quick, graphs):
    """Name, seconds a question, seconds to open what was built, bytes, and the share of right first answers."""
    faiss.omp_set_num_threads(1)
    exact = None
    makers = [
        ("FAISS flat", faiss.IndexFlatIP(WIDTH)),
        ("FAISS, 8 bits", faiss.IndexScalarQuantizer(WIDTH, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)),
        ("FAISS HNSW, 8 bits", faiss.IndexHNSWSQ(WIDTH, faiss.ScalarQuantizer.QT_8bit, 16, faiss.METRIC_INNER_PRODUCT)),
    ]
    times = 1 if quick else 3
    for name, index in makers:
        is_graph = "HNSW" in name
        if is_graph and not graphs:
            continue
        path = folder / (name.replace(" ", "-").replace(",", "") + ".index")
        start = time.perf_counter()
        if is_graph:
            index.hnsw.efConstruction = 64
            faiss.omp_set_num_threads(os.cpu_count() or 1)
        index.train(items.vectors[:100_000])
        index.add(items.vectors)
        built = time.perf_counter() - start
        faiss.omp_set_num_threads(1)
        faiss.write_index(index, str(path))
        del index
        start = time.perf_counter()
        index = faiss.read_index(str(path))
        opened = time.perf_counter() - start
        if is_graph:
            index.hnsw.efSearch = 64
        seconds = a_question(lambda one: index.search(one, 10), items.asked, times)
        found = index.search(items.asked, 1)[1][:, 0]
        exact = found if exact is None else exact
        yield name, seconds, opened, built, path.stat().st_size, float((found == exact).mean())
        path.unlink()
    if not graphs:
        return
    # It takes so long to build that it is kept.
    path = folder / "usearch.index"
    about = folder / "usearch.json"
    index = Index(ndim=WIDTH, metric=MetricKind.IP, dtype=ScalarKind.I8, connectivity=16, expansion_add=64, expansion_search=64)
    if not about.exists():
        start = time.perf_counter()
        index.add(np.arange(len(items.vectors)), items.vectors, threads=os.cpu_count() or 1)
        built = time.perf_counter() - start
        index.save(str(path))
        about.write_text(json.dumps({"built": built}))
    start = time.perf_counter()
    index.load(str(path))
    opened = time.perf_counter() - start
    seconds = a_question(lambda one: index.search(one, 10, threads=1), items.asked, times)
    found = index.search(items.asked, 1, threads=1).keys[:, 0]
    built = json.loads(about.read_text())["built"]
    yield "usearch HNSW, 8 bits", seconds, opened, built, path.stat().st_size, float((found == exact).mean())


def measure(program, items, folder, questions, quick, graphs):
    """What is measured of the memory and of each peer, as it comes."""
    items.write(folder)
    command = Command(program, folder)
    added = command.add(4_096 if len(items.cues) > 100_000 else 256)
    times = 1 if quick else 5
    for name, all_vectors, first in [("slotless recall", "asked.npy", "first.npy"), ("slotless recall, words alone", None, None)]:
        one = fastest(times, lambda: command.ask(items.questions[:1], first))
        every = fastest(times, lambda: command.ask(items.questions, all_vectors))
        seconds = (every - one) / (questions - 1)
        yield name, seconds, one, added, command.ram, None
    yield from peers(items, folder, quick, graphs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, nargs="+", default=[5_882, 20_000, 1_000_000], help="sizes [default: %(default)s]")
    parser.add_argument("--questions", type=int, default=200, help="how many are asked, from 2 on [default: %(default)s]")
    parser.add_argument("--text", type=pathlib.Path, nargs="+", help="files whose words are counted [default: this repository's documentation]")
    parser.add_argument("--program", default=str(ROOT / "target/release/slotless"), help="[default: %(default)s]")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "target/peers-memory", help="[default: %(default)s]")
    parser.add_argument("--no-graphs", dest="graphs", action="store_false", help="without graphs of neighbours, which take long to build")
    parser.add_argument("--quick", action="store_true", help="each once: that all works, no measurement")
    options = parser.parse_args()
    if options.questions < 2 or min(options.items) < 100:
        parser.error("--questions takes 2 or more, --items 100 or more")
    vocabulary = words_of(options.text or sorted((ROOT / "docs").glob("*.md")))
    print(f"{len(vocabulary[0])} words; a question's time is of {options.questions}, built on {os.cpu_count()} cores\n")
    for count in options.items:
        folder = options.out / str(count)
        folder.mkdir(parents=True, exist_ok=True)
        items = Items(count, options.questions, vocabulary)
        print(f"{count:,} items\n\n| | a question, ms | open, s | build, s | MB | first answers as exact ones |\n|---|---|---|---|---|---|", flush=True)
        for name, seconds, opened, built, size, right in measure(
            options.program, items, folder, options.questions, options.quick, options.graphs
        ):
            share = "" if right is None else f"{right:.3f}"
            print(f"| {name} | {1e3 * seconds:.3g} | {opened:.3g} | {built:.3g} | {size / 1e6:.0f} | {share} |", flush=True)
        print()


if __name__ == "__main__":
    main()
