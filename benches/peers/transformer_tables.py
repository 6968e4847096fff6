#!/usr/bin/env python3
"""Trains a MHN-transformer with the numba peer and prints what the paper's tables S1 to S3 report, as JSON.

target/peers/bin/python benches/peers/transformer_tables.py tf_qk --trials 30 --hidden 8 --loading item

Starts from the published hyperparameters of a model; options change them. Per trial, after the last iteration: mean and range
(largest minus smallest) on and off the diagonal of three blocks, upper-lower keys (W_K^T W_K, rows upper, columns lower),
query x lower and query x upper (W_Q^T W_K); W_V's mean right minus mean wrong entry; and accuracy and loss over the last
iterations. Then means and standard deviations (n - 1) over trials.
"""

import argparse
import json
import os
import pathlib
import sys
from dataclasses import asdict, fields, replace

os.environ["NUMBA_NUM_THREADS"] = "1"

import numpy as np

from mhn_transformers import FORMS, LOADINGS, MODELS, VALUES, NumbaTransformer, statistics


def trial(settings, seed, number, iterations, window):
    program = NumbaTransformer(settings, [seed, number])
    accuracies, losses = program.iterate(iterations)
    found = statistics(*program.weights(), settings.letters)
    found["accuracy"] = float(accuracies[-window:].mean())
    found["loss"] = float(losses[-window:].mean(dtype=np.float64))
    return found


def main():
    names = [settings.name for settings in MODELS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=names)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--iterations", type=int, default=5_000)
    parser.add_argument("--final-window", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", metavar="FILE", type=pathlib.Path, help="instead of stdout")
    group = parser.add_argument_group("hyperparameters")
    choices = {"loading": LOADINGS, "values": VALUES, "form": FORMS}
    changeable = [field for field in fields(MODELS[0]) if field.name not in ("name", "model")]
    for field in changeable:
        option = "--" + field.name.replace("_", "-")
        group.add_argument(option, type=field.type, choices=choices.get(field.name))
    group.add_argument("--keys", choices=["hebbian"], help="how W_K learns, instead of the model's own way")
    options = parser.parse_args()

    changes = {field.name: getattr(options, field.name) for field in changeable}
    changes["model"] = options.keys
    settings = replace(
        MODELS[names.index(options.model)], **{name: to for name, to in changes.items() if to is not None}
    )
    wrong = settings.wrong() or (
        min(options.trials, options.iterations, options.final_window) < 1 and "trials, iterations and window must be positive"
    )
    if wrong:
        parser.error(wrong)

    trials = [
        trial(settings, options.seed, number, options.iterations, options.final_window) for number in range(options.trials)
    ]
    for number, found in enumerate(trials):
        if not all(map(np.isfinite, found.values())):
            sys.exit(f"trial {number} diverged: smaller rates, or fewer iterations")
    columns = {name: [found[name] for found in trials] for name in trials[0]}
    report = {
        "settings": asdict(settings),
        "iterations": options.iterations,
        "final_window": options.final_window,
        "seed": options.seed,
        "mean": {name: float(np.mean(column)) for name, column in columns.items()},
        "sd": {name: float(np.std(column, ddof=1)) if len(trials) > 1 else None for name, column in columns.items()},
        "trials": trials,
    }
    text = json.dumps(report, indent=1) + "\n"
    if options.out:
        options.out.write_text(text)
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
