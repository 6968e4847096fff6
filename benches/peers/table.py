#!/usr/bin/env python3
"""The table of a machine, as Markdown on stdout: benches/peers/table.py [DIR]

DIR (target) has what `peers.py --ours` left: peers.csv, ours.csv and peers.json. Needs nothing but Python's library.
"""

import argparse
import datetime
import json
import pathlib
import sys

import compare

NAMES = {"avx512": "AVX-512", "avx2": "AVX2", "neon": "NEON", "portable": "portable"}


def title(about):
    """Date, processor, instructions and caches: what a table is worth nothing without."""
    date = datetime.date.fromisoformat(about["date"])
    machine = about["machine"]
    isa, best = NAMES[about["isa"]], NAMES[machine["best"]]
    held = "" if isa == best else f" (of {best})"
    cores = f"{machine['cores']} core" + "s" * (machine["cores"] != 1)
    parts = [f"{date.day} {date:%B %Y}", machine["processor"], cores, isa + held, *machine["caches"]]
    return "# " + ", ".join(parts)


def circumstances(about):
    machine, versions = about["machine"], about["versions"]
    before, after = about["load"]
    quick = "**A quick run, which shows that all works and is no measurement.** " if about["quick"] else ""
    lines = [
        f"{quick}{'A virtual machine' if machine['virtual'] else 'A machine'} with "
        f"{' '.join(machine['flags']) or 'no flags known'}. Load {before} before, {after} after (1 is this run). "
        "One thread each; least times, microseconds; in brackets, how many times ours a peer takes.",
        "",
        f"Python {about['python']}, " + ", ".join(f"{name} {number}" for name, number in versions.items()) + ".",
        "",
        "Instructions that programs use: " + "; ".join(f"{name}: {used}" for name, used in about["used"].items()) + ".",
    ]
    if about["not_held"]:
        lines += ["", "Not held to them, and perhaps the faster for it: " + ", ".join(about["not_held"]) + "."]
    if about["left_out"]:
        left = "; ".join(f"{name} ({why})" for name, why in about["left_out"].items())
        lines += ["", f"Left out: {left}."]
    return lines


def indexes(rows, ours):
    """What an index costs: ours first, whose seconds are a row of its times."""
    lines = ["| search | program | build, s | MB | recall@1 | width |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    for row in ours:
        if row["operation"] == "keeping":
            seconds, size = float(row["min_us"]) / 1e6, float(row["bytes"]) / 1e6
            lines.append(f"| {row['network']} | ours | {seconds:.2f} | {size:.1f} | 1 | |")
    for row in rows:
        cells = [row["network"], row["program"], f"{row['build_s']:.2f}", f"{row['bytes'] / 1e6:.1f}"]
        cells += [f"{row['recall_at_1']:.3g}", str(row["width"])]
        lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return lines if len(lines) > 2 else []


def ours_alone(ours, peers):
    """Rows of ours that no peer has: memories of sentences."""
    known = {row["network"] for row in peers}
    rows = [row for row in ours if row["network"] not in known]
    if not rows:
        return []
    lines = ["| network | operation | least | median |", "| --- | --- | ---: | ---: |"]
    for row in rows:
        times = " | ".join(compare.figure(float(row[column])) for column in ("min_us", "median_us"))
        lines.append(f"| {row['network']} | {row['operation']} | {times} |")
    return lines


def report(about, peers, ours):
    """All lines; `peers` and `ours` are rows of the CSVs."""
    parts = [[title(about)], circumstances(about)]
    notes = {
        (row["network"], row["program"]): f"recall {row['recall_at_1']:.3g}" for row in about["indexes"] if row["width"]
    }
    parts += compare.tables(peers, ours, base="u8", time="min_us", notes=notes)
    parts += [indexes(about["indexes"], ours), ours_alone(ours, peers)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def main():
    target = pathlib.Path(__file__).resolve().parents[2] / "target"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", nargs="?", type=pathlib.Path, default=target)
    folder = parser.parse_args().folder
    try:
        about = json.loads((folder / "peers.json").read_text())
    except (OSError, json.JSONDecodeError) as error:
        sys.exit(f"{folder / 'peers.json'}: {error}")
    peers = compare.read(folder / "peers.csv", ["program", "network", "operation", "min_us"])
    ours = compare.read(folder / "ours.csv", ["network", "weights", "operation", "backend", "min_us", "median_us", "bytes"])
    print(report(about, peers, ours))
    return 0


if __name__ == "__main__":
    sys.exit(main())
