#!/usr/bin/env python3
"""Registers, shared memory and occupancy of the CUDA kernels, as ptxas has them for the PTX that the program carries.

usage: scripts/ptxas.py [--check | --bless] PTXAS

Prints the table of docs/cuda.md; --bless puts it there, --check fails if it differs, or if a kernel spills registers.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "cuda.md"
START, END = "<!-- ptxas -->\n", "<!-- end of ptxas -->\n"
# Of a multiprocessor: registers, threads, blocks, shared bytes, shared bytes that each block takes beside its own.
ARCHITECTURES = {
    "sm_75": (65536, 1024, 16, 64 << 10, 0),
    "sm_80": (65536, 2048, 32, 164 << 10, 1 << 10),
    "sm_90": (65536, 2048, 32, 228 << 10, 1 << 10),
}
# Threads of a block, where they are not 256, as the backend launches it.
THREADS = {"masks": 64, "patterns": 64, "cues": 64, "uses": 64, "large_winners": 1024, "train_memory": 128, "train_slots": 128}
# Dynamic shared memory at the paper's sizes (n_i 1,000, n_h 2,000, k 50): 4 bytes for each word of a pattern, potential,
# winner and, in recall, sum. Of a transformer with W_K through the module by key (N 50, n_h 16, L and C 4, 64 sequences), what
# the backend's plan gives: weights, products, and room of 8 teams.
DYNAMIC = {
    ("kwinner", "learn"): 4 * (32 + 2000 + 50),
    ("kwinner", "recall"): 4 * (32 + 2000 + 50 + 1000),
    ("transformer", "train_memory"): 41632,
}


def kernels(ptxas, ptx, architecture):
    """(kernel, registers, static shared bytes, spilled bytes) of a file."""
    command = [ptxas, "-v", f"-arch={architecture}", "-o", "/dev/null", ptx]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    name = spilled = None
    for line in said.splitlines():
        if found := re.search(r"Compiling entry function '(\w+)'", line):
            name = found[1]
        elif found := re.search(r"(\d+) bytes spill stores, (\d+) bytes spill loads", line):
            spilled = int(found[1]) + int(found[2])
        elif found := re.search(r"Used (\d+) registers", line):
            shared = re.search(r"(\d+) bytes smem", line)
            yield name, int(found[1]), int(shared[1]) if shared else 0, spilled


def occupancy(architecture, threads, registers, shared):
    """Share of a multiprocessor's threads that blocks of a kernel fill."""
    registers_there, most_threads, most_blocks, shared_there, beside = ARCHITECTURES[architecture]
    warps = -(-threads // 32)
    # Registers are given to warps, 256 at a time.
    each = warps * (-(-registers * 32 // 256) * 256)
    blocks = min(registers_there // each, most_threads // threads, most_blocks)
    if shared + beside:
        blocks = min(blocks, shared_there // (shared + beside))
    return 100 * blocks * threads // most_threads


def table(ptxas):
    lines = ["| kernel | threads | " + " | ".join(ARCHITECTURES) + " | shared bytes |", "|---|--:|" + "--:|" * 4]
    spills = []
    for ptx in sorted((ROOT / "host/kernels/src/cuda/ptx").glob("*.ptx")):
        rows = {}
        for architecture in ARCHITECTURES:
            for name, registers, shared, spilled in kernels(ptxas, ptx, architecture):
                if spilled:
                    spills.append(f"{ptx.stem}: {name} spills {spilled} bytes on {architecture}")
                rows.setdefault(name, {})[architecture] = (registers, shared)
        for name, row in sorted(rows.items()):
            threads = THREADS.get(name, THREADS.get((ptx.stem, name), 256))
            dynamic = DYNAMIC.get((ptx.stem.split("_")[0], name), 0)
            cells = []
            for architecture, (registers, shared) in row.items():
                cells.append(f"{registers}, {occupancy(architecture, threads, registers, shared + dynamic)} %")
            # One number for all: the most.
            static = max(shared for _, shared in row.values())
            bytes_ = f"{static:,} + {dynamic:,}" if dynamic else f"{static:,}"
            lines.append(f"| `{ptx.stem}`: `{name}` | {threads} | " + " | ".join(cells) + f" | {bytes_} |")
    return "\n".join(lines) + "\n", spills


def main():
    arguments = sys.argv[1:]
    action = arguments.pop(0) if arguments and arguments[0] in ("--check", "--bless") else None
    if len(arguments) != 1:
        sys.exit(__doc__.strip())
    text, spills = table(arguments[0])
    for line in spills:
        print(line, file=sys.stderr)
    if action is None:
        print(text, end="")
    else:
        docs = DOCS.read_text()
        before, rest = docs.split(START)
        old, after = rest.split(END)
        if action == "--bless":
            DOCS.write_text(before + START + text + END + after)
        elif old != text:
            sys.exit("docs/cuda.md has another table than scripts/ptxas.py: run it with --bless")
        else:
            print(f"registers of {text.count(chr(10)) - 2} kernels are those of docs/cuda.md, none spills")
    sys.exit(1 if spills else 0)


main()
