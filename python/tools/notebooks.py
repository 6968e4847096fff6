"""The notebooks of docs/notebooks: runs them, and holds what lies in the repository to be without outputs."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "notebooks"
#: All that a notebook says of itself; editors add versions, and what they had open.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
STRIP = "python/tools/notebooks.py --strip"
#: Seconds that a cell may take.
LIMIT = 300


class NotebookError(Exception):
    """A notebook that cannot be read, or does not run: a line."""


def read(path: Path) -> dict[str, Any]:
    """The notebook at a path, of format 4."""
    try:
        book = json.loads(path.read_text("utf-8"))
        if book["nbformat"] != 4 or not all(isinstance(cell["cell_type"], str) for cell in book["cells"]):
            raise NotebookError(f"{path.name}: no notebook of format 4")
    except (ValueError, KeyError, TypeError) as error:
        raise NotebookError(f"{path.name}: no notebook: {error!r}") from None
    assert isinstance(book, dict)
    return book


def stripped(book: dict[str, Any]) -> str:
    """The notebook's text without outputs, counts and the metadata of editors; cells are numbered."""
    cells = []
    for number, cell in enumerate(book["cells"], 1):
        source = cell["source"]
        text = source if isinstance(source, str) else "".join(source)
        kept = {"cell_type": cell["cell_type"], "id": f"{number:02}", "metadata": {}, "source": text.splitlines(True)}
        if cell["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        cells.append(dict(sorted(kept.items())))
    bare = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(bare, indent=1, ensure_ascii=False) + "\n"


def what_differs(path: Path) -> list[str]:
    """What a notebook has that the repository's have not, a line each."""
    book = read(path)
    lines = []
    for number, cell in enumerate(book["cells"], 1):
        if cell.get("outputs") or cell.get("execution_count") is not None:
            lines.append(f"{path.name}: cell {number} has outputs, which {STRIP} takes away")
    if not lines and stripped(book) != path.read_text("utf-8"):
        lines.append(f"{path.name}: its metadata are an editor's, which {STRIP} takes away")
    return lines


def strip(path: Path) -> bool:
    """Write a notebook without its outputs; whether that changed it."""
    text = stripped(read(path))
    if text == path.read_text("utf-8"):
        return False
    partial = path.with_suffix(".partial")
    partial.write_text(text, "utf-8")
    partial.replace(path)
    return True


def warned(book: Any) -> str | None:
    """The first thing that a notebook wrote to stderr, with its cell; a notebook is to run without warnings."""
    for number, cell in enumerate(book.cells, 1):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                return f"cell {number} wrote to stderr: {output.text.strip().splitlines()[0]}"
    return None


def run(path: Path, out: Path) -> float:
    """Run a notebook from top to bottom in its folder and write it with its outputs; how long it took, in seconds."""
    # Not needed for what --check and --strip do.
    nbformat: Any = import_module("nbformat")
    nbclient: Any = import_module("nbclient")
    errors: Any = import_module("nbclient.exceptions")

    book = nbformat.read(path, as_version=4)
    started = time.monotonic()
    begun = [0]
    client = nbclient.NotebookClient(
        book,
        timeout=LIMIT,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=lambda cell, cell_index: begun.append(cell_index + 1),
    )
    manager = client.create_kernel_manager()
    failed = None
    try:
        with tempfile.TemporaryDirectory() as sockets:
            # Through sockets in the file system: no port is open.
            manager.transport, manager.ip = "ipc", f"{sockets}/kernel"
            client.execute()
    except errors.CellExecutionError as error:
        failed = f"cell {begun[-1]}: {error.ename}: {error.evalue}"
    except (errors.CellTimeoutError, errors.DeadKernelError) as error:
        failed = f"cell {begun[-1]}: {str(error).strip().splitlines()[0]}"
    out.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, out / path.name)
    if failed := failed or warned(book):
        raise NotebookError(f"{path.name}, {failed}")
    return time.monotonic() - started


def main() -> int:
    """The command."""
    about = (
        "Runs the notebooks and writes them with their outputs; before, holds that those of the repository have none."
    )
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("notebooks", nargs="*", type=Path, help="files [default: docs/notebooks/*.ipynb]")
    parser.add_argument("--out", type=Path, default=ROOT / "target/python/notebooks", help="folder of what was run")
    parser.add_argument("--check", action="store_true", help="run nothing: are they stripped?")
    parser.add_argument("--strip", action="store_true", help="run nothing: write them without outputs")
    given = parser.parse_args()
    # Pictures and warnings as they are without anybody's own settings.
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    os.environ.pop("PYTHONWARNINGS", None)
    paths = given.notebooks or sorted(FOLDER.glob("*.ipynb"))
    wrong = []
    for path in paths:
        try:
            if given.strip:
                print(f"{path.name}{'' if strip(path) else ' was'} stripped")
                continue
            differs = what_differs(path)
            wrong += differs
            if not given.check and not differs:
                print(f"{path.name}: {run(path, given.out):.0f} s", flush=True)
        except (NotebookError, OSError) as error:
            wrong.append(str(error))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
