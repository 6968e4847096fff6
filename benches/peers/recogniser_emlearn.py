"""emlearn's nearest neighbours and forests on the tables of recogniser.py, at equal bytes; see README.md.

recogniser_emlearn.py FOLDER WORK: the tables of FOLDER; what is compiled goes to WORK. The neighbours are emlearn's C, compiled for this
machine, with one neighbour: samples are added in the order of the stream until memory is full, as on a device; an item takes 2 d
bytes of 16-bit features, 2 of label and 8 of the distances that a question sorts. A forest is trained on this machine by
scikit-learn on all samples learned at once, converted by emlearn and run by emlearn's C; a node takes 8 bytes, a tree 4, a leaf 1. Of
12 settings that fit, the one best on a quarter of what is learned, held out. Divisions are random, of each class the same share, ten
for neighbours and five for forests. With arm-none-eabi-gcc the sizes of the code, too, and with QEMU the
instructions of a recognition.
"""

import argparse
import ctypes
import math
import os
import pathlib
import shutil
import statistics
import subprocess
from importlib.metadata import version

import emlearn
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

SIZES = (1024, 4096, 16384)
TREES, LEAVES = (3, 10, 30), (8, 16, 32, 64)
HEADERS = pathlib.Path(emlearn.__file__).parent
ROOT = pathlib.Path(__file__).resolve().parents[2]
NEIGHBOURS = """
#define EML_NEIGHBORS_MAX_CLASSES 16
#include <eml_neighbors.h>
/* Adds samples until it is full, and names others. */
int run(int16_t features, int16_t most, const int16_t *learned, const int16_t *labels, int count, const int16_t *tested, int tests,
    int16_t *data, int16_t *kept, EmlNeighborsDistanceItem *distances, int16_t *found)
{
    EmlNeighborsModel model = { features, 0, most, data, kept, 1 };
    for (int i = 0; i < count; i++) {
        if (eml_neighbors_add_item(&model, learned + i * features, features, labels[i]) != EmlOk) break;
    }
    for (int i = 0; i < tests; i++) {
        if (eml_neighbors_predict(&model, tested + i * features, features, distances, most, found + i) != EmlOk) return 1;
    }
    return 0;
}
"""
FOREST = "#define EML_TREES_REGRESSION_ENABLE 0\n#include <eml_trees.h>\n"


def pointer(array):
    """What C takes."""
    return array.ctypes.data_as(ctypes.c_void_p)


class Neighbours:
    """emlearn's C for this machine."""

    def __init__(self, work):
        source, library = work / "neighbours.c", work / "neighbours.so"
        source.write_text(NEIGHBOURS)
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", f"-I{HEADERS}", "-o", library, source], check=True)
        self.run = ctypes.CDLL(str(library)).run

    def accuracy(self, learned, labels, tested, truth, size):
        """The share named rightly; nothing where no item fits."""
        features = learned.shape[1]
        most = size // (2 * features + 2 + 8)
        if most == 0:
            return None
        learned, tested, labels = (np.ascontiguousarray(one, np.int16) for one in (learned, tested, labels))
        data, kept = np.zeros(most * features, np.int16), np.zeros(most, np.int16)
        distances, found = np.zeros(8 * most, np.uint8), np.zeros(len(tested), np.int16)
        arrays = [pointer(one) for one in (learned, labels)]
        rest = [pointer(one) for one in (data, kept, distances, found)]
        if self.run(features, most, *arrays, len(learned), pointer(tested), len(tested), *rest) != 0:
            raise RuntimeError("emlearn's neighbours gave an error")
        return float(np.mean(found == truth))


def forest(trees, leaves, learned, labels, seed):
    """A forest of scikit-learn, and the bytes that emlearn has for it: of nodes, roots and one leaf a class."""
    model = RandomForestClassifier(trees, max_leaf_nodes=leaves, random_state=seed).fit(learned, labels)
    nodes = sum(int((one.tree_.children_left >= 0).sum()) for one in model.estimators_)
    return model, 8 * nodes + 4 * trees + len(model.classes_)


def best_forests(learned, labels, tested, truth, seed):
    """The accuracy for each size, by emlearn's C."""
    part = train_test_split(learned, labels, test_size=0.25, random_state=seed, stratify=labels)
    settings = []
    for trees in TREES:
        for leaves in LEAVES:
            tried, _ = forest(trees, leaves, part[0], part[2], seed)
            whole, size = forest(trees, leaves, learned, labels, seed)
            settings.append((float(np.mean(tried.predict(part[1]) == part[3])), -size, whole))
    found = []
    for most in SIZES:
        fits = [one for one in settings if -one[1] <= most]
        if not fits:
            found.append(None)
            continue
        _, size, whole = max(fits, key=lambda one: one[:2])
        converted = emlearn.convert(whole, method="loadable", dtype="int16_t", leaf_bits=0)
        nodes, roots, leaf_values = converted.forest_
        if 8 * len(nodes) + 4 * len(roots) + len(leaf_values) > -size:
            raise RuntimeError("emlearn's forest is larger than was counted")
        found.append(float(np.mean(converted.predict(tested) == truth)))
    return found


def cell(values):
    """Mean and standard error."""
    if not values or None in values:
        return "-"
    return f"{statistics.mean(values):.3f} ({statistics.pstdev(values) / math.sqrt(len(values)):.3f})"


def shots(labels, count):
    """The first so many of each class."""
    seen = {}
    kept = []
    for at, label in enumerate(labels):
        seen[label] = seen.get(label, 0) + 1
        if seen[label] <= count:
            kept.append(at)
    return kept


def measure(path, neighbours):
    """The rows of a table."""
    table = np.loadtxt(path, delimiter=",", dtype=np.int16)
    samples, labels = table[:, :-1], table[:, -1]
    train = 1000 if path.stem == "digits" else len(table) * 6 // 10
    cells = {(kind, size): [] for kind in ("1 shot", "5 shots", "stream", "sorted", "forest") for size in SIZES}
    for seed in range(10):
        learned, tested, own, truth = train_test_split(samples, labels, train_size=train, random_state=seed, stratify=labels)
        order = np.random.default_rng(seed).permutation(int(labels.max()) + 1)
        streams = {
            "1 shot": shots(own, 1),
            "5 shots": shots(own, 5),
            "stream": np.arange(train),
            "sorted": np.argsort(order[own], kind="stable"),
        }
        for kind, stream in streams.items():
            for size in SIZES:
                cells[kind, size].append(neighbours.accuracy(learned[stream], own[stream], tested, truth, size))
        if seed < 5:
            for size, accuracy in zip(SIZES, best_forests(learned, own, tested, truth, seed), strict=True):
                cells["forest", size].append(accuracy)
    for size in SIZES:
        row = [cell(cells[kind, size]) for kind in ("1 shot", "5 shots", "stream", "sorted", "forest")]
        print(f"| {path.stem} | {size:,} | {' | '.join(row)} |", flush=True)


def sizes(work):
    """Bytes of the code for Cortex-M, where there is a compiler."""
    if not shutil.which("arm-none-eabi-gcc"):
        print("\nno arm-none-eabi-gcc: no sizes")
        return
    print("\n| code of emlearn, `-Os`, linked with what it needs of libgcc and newlib | M0 | M4 |\n|---|---:|---:|")
    # A program of its function alone, less an empty one.
    programs = {
        "nothing": "int main(void) { return 0; }",
        "neighbours: add and predict": NEIGHBOURS
        + "int16_t a[8]; EmlNeighborsDistanceItem e[8]; volatile int16_t o; volatile int n;\n"
        "int main(void) { int16_t f; int r = run(n, n, a, a, n, a, n, a, a, e, &f); o = f; return r; }",
        "forest: predict, its model not counted": FOREST + "EmlTrees forest; int16_t a[8]; volatile int n;\n"
        "int main(void) { return eml_trees_predict(&forest, a, n); }",
    }
    empty = {}
    for name, source in programs.items():
        (work / "sized.c").write_text(source)
        row = []
        for core in ("cortex-m0", "cortex-m4"):
            flags = [f"-mcpu={core}", "-mthumb", "-Os", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections"]
            libraries = ["--specs=nosys.specs", "--specs=nano.specs", "-Wl,--no-warnings"]
            command = [
                "arm-none-eabi-gcc",
                *flags,
                f"-I{HEADERS}",
                "-o",
                work / "sized.elf",
                work / "sized.c",
                "-lm",
                *libraries,
            ]
            subprocess.run(command, check=True, capture_output=True)
            text = subprocess.run(["arm-none-eabi-size", work / "sized.elf"], check=True, capture_output=True, text=True).stdout
            flash = sum(map(int, text.splitlines()[1].split()[:2]))
            row.append(flash - empty.setdefault(core, flash))
        if name != "nothing":
            print(f"| {name} | {row[0]:,} | {row[1]:,} |")


def instructions(work, tables):
    """Instructions of a recognition at 64 features, where there is QEMU."""
    qemu = shutil.which("qemu-system-arm") or shutil.which(ROOT / "target" / "tools" / "qemu" / "qemu-system-arm")
    digits = [path for path in tables if path.stem == "digits"]
    if not qemu or not digits or not shutil.which("arm-none-eabi-gcc"):
        print("\nno arm-none-eabi-gcc, or no qemu-system-arm (scripts/install-qemu.sh): no instructions")
        return
    table = np.loadtxt(digits[0], delimiter=",", dtype=np.int16)[:1000]
    model = RandomForestClassifier(10, max_leaf_nodes=32, random_state=1).fit(table[:, :-1], table[:, -1])
    print("\n| instructions of a recognition, 64 features, `-O2` | M0 | M4 |\n|---|---:|---:|")
    here = pathlib.Path(__file__).resolve().parent / "emlearn"
    counted = []
    for method in ("loadable", "inline"):
        emlearn.convert(model, method=method, dtype="int16_t", leaf_bits=0).save(file=work / "forest.h", name="forest")
        for core in ("cortex-m0", "cortex-m4"):
            flags = [f"-mcpu={core}", "-mthumb", "-O2", "-w", "-ffreestanding", "-nostartfiles", "-T", here / "count.ld"]
            command = ["arm-none-eabi-gcc", *flags, f"-I{HEADERS}", f"-I{work}", "-o", work / "count.elf", here / "count.c"]
            libraries = ["--specs=nano.specs", "--specs=nosys.specs", "-lm"]
            subprocess.run([*command, *libraries], check=True)
            # The code of an M0 runs on an M4, which has SysTick in this QEMU.
            machine = ["-M", "mps2-an386", "-icount", "shift=0", "-nographic"]
            run = [qemu, *machine, "-semihosting-config", "enable=on,target=native", "-kernel", work / "count.elf"]
            out = subprocess.run(run, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60)
            counted.append([f"{int(number):,}" for number in (out.stdout + out.stderr).split()])
    print(f"| neighbours, 29 items | {counted[0][0]} | {counted[1][0]} |")
    print(f"| forest of 10 trees of 32 leaves, its nodes in a table | {counted[0][1]} | {counted[1][1]} |")
    print(f"| the same as code | {counted[2][1]} | {counted[3][1]} |")


def main():
    """Prints all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    neighbours = Neighbours(args.work.resolve())
    # emlearn leaves files in tmp/ where it runs.
    tables = sorted(args.folder.resolve().glob("*.csv"))
    os.chdir(args.work)
    print(f"emlearn {version('emlearn')}, scikit-learn {version('scikit-learn')}\n")
    print(
        "| data set | bytes | neighbours, 1 shot | 5 shots | stream | sorted | forest, trained on a host |\n|---|---:|---|---|---|---|---|"
    )
    for path in tables:
        measure(path, neighbours)
    sizes(pathlib.Path.cwd())
    instructions(pathlib.Path.cwd(), tables)


if __name__ == "__main__":
    main()
