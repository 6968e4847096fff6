#!/usr/bin/env python3
"""Compares the peers' times with ours: benches/peers/compare.py target/peers.csv OURS.csv

OURS.csv has the columns network,weights,operation,backend,min_us,median_us. Writes Markdown tables: a row for each
network and operation, our times in columns by width of the weights, then each peer's time and how many times ours it is.
Times are microseconds per step. Needs nothing but Python's library.
"""

import argparse
import csv
import sys


def read(path, columns):
    with open(path, newline="") as file:
        reader = csv.DictReader(file)
        missing = [column for column in columns if column not in (reader.fieldnames or [])]
        if missing:
            sys.exit(f"{path}: no column {', '.join(missing)}")
        rows = list(reader)
    if not rows:
        sys.exit(f"{path}: no rows")
    return rows


def ordered(values):
    return list(dict.fromkeys(values))


def figure(value):
    """Three digits, without an exponent, grouped."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(programs, cases, ours, base, notes):
    """Lines of a Markdown table. `cases` and `ours` have times by (network, operation), then by program, by width.

    `notes` has what stands beside a program's times of a network, by (network, program).
    """
    widths = sorted({width for case in cases for width in ours.get(case, ())}, key=lambda width: (len(width), width))
    backends = {backend for case in cases for _, backend in ours.get(case, {}).values()}

    head = ["network", "operation", *(f"ours, {width}" for width in widths), *programs]
    lines = [f"| {' | '.join(head)} |", f"| --- | --- |{' ---: |' * (len(head) - 2)}"]
    for case, row in cases.items():
        own = ours.get(case, {})
        cells = list(case)
        for width in widths:
            found, backend = own.get(width, (None, ""))
            # Which backend was the fastest, where the table has several.
            label = f" ({backend})" if len(backends) > 1 else ""
            cells.append(f"**{figure(found)}**{label}" if found else "")
        reference = own.get(base) or next((own[width] for width in widths if width in own), None)
        for program in programs:
            beside = [f"{figure(row[program] / reference[0])}x"] if reference else []
            beside += [notes[case[0], program]] if (case[0], program) in notes else []
            cells.append(figure(row[program]) + (f" ({', '.join(beside)})" if beside else ""))
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def tables(peer_rows, our_rows, base, time, backend=None, notes=None):
    """A table for each set of peers: those of the searches know nothing of networks.

    Peers' rows, in their order; ours has parts of operations too, which no peer times.
    """
    peers, ours = {}, {}
    for row in peer_rows:
        peers.setdefault((row["network"], row["operation"]), {})[row["program"]] = float(row[time])
    for row in our_rows:
        if backend in (None, row["backend"]):
            widths = ours.setdefault((row["network"], row["operation"]), {})
            found = (float(row[time]), row["backend"])
            widths[row["weights"]] = min(widths.get(row["weights"], found), found)
    found = []
    for programs in ordered(tuple(row) for row in peers.values()):
        cases = {case: row for case, row in peers.items() if tuple(row) == programs}
        found.append(table(programs, cases, ours, base, notes or {}))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peers", help="CSV of run.sh")
    parser.add_argument("ours", help="CSV of this repository's program")
    parser.add_argument("--backend", help="ours: only this backend; else the fastest of each row")
    parser.add_argument("--base", default="u8", help="the weights that ratios refer to (u8), where a row has them")
    parser.add_argument("--median", action="store_true", help="medians; else minima")
    options = parser.parse_args()

    time = "median_us" if options.median else "min_us"
    peers = read(options.peers, ["program", "network", "operation", time])
    ours = read(options.ours, ["network", "weights", "operation", "backend", time])
    if options.backend and not any(row["backend"] == options.backend for row in ours):
        sys.exit(f"{options.ours}: no rows of backend {options.backend}")
    found = tables(peers, ours, options.base, time, options.backend)
    print("\n\n".join("\n".join(lines) for lines in found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
