"""Tables of files, held against tables of pandas."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np


def check(frame: Any, path: Path) -> None:
    """The columns of a file are those of the table, number by number; an empty cell is NaN."""
    with path.open(newline="") as file:
        header, *rows = csv.reader(file)
    assert list(frame) == header
    assert len(frame) == len(rows)
    for number, name in enumerate(header):
        cells = [row[number] for row in rows]
        if frame[name].dtype.kind in "if":
            numbers = [float(cell) if cell else np.nan for cell in cells]
            np.testing.assert_array_equal(frame[name], numbers, err_msg=name)
        else:
            assert list(frame[name]) == cells, name
