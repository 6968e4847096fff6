"""Every public name has a docstring; examples of docstrings and of the guide run; notebooks lie without outputs."""

from __future__ import annotations

import doctest
import importlib.util
import inspect
import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import slotless

ROOT = Path(__file__).resolve().parents[2]
OWN = [name for name in slotless.__all__ if not name.isupper() and not name.startswith("_")]


def test_examples_run() -> None:
    finder = doctest.DocTestFinder()
    tests = [test for name in OWN for test in finder.find(getattr(slotless, name), name) if test.examples]
    assert tests
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    for test in tests:
        runner.run(test)
    assert runner.summarize().failed == 0


@pytest.mark.parametrize("name", OWN)
def test_everything_public_is_documented(name: str) -> None:
    item = getattr(slotless, name)
    assert inspect.getdoc(item)
    assert item.__module__.partition(".")[0] == "slotless"
    if inspect.isclass(item):
        for part, value in vars(item).items():
            own = (
                callable(value)
                or isinstance(value, property | classmethod | staticmethod)
                or inspect.isgetsetdescriptor(value)
            )
            if own and not part.startswith("_"):
                assert inspect.getdoc(getattr(item, part)), f"{name}.{part}"


@pytest.mark.parametrize("page", ["docs/python.md", "python/README.md"])
def test_code_of_pages_runs(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where they write files
    text = (ROOT / page).read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.S | re.M)
    assert blocks
    for needed in ("pandas", "xarray"):
        if f"to_{needed}()" in "".join(blocks):
            pytest.importorskip(needed)
    names: dict[str, Any] = {}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"{page}, block {number}", "exec"), names)


@pytest.fixture(scope="module")
def notebooks() -> ModuleType:
    """The tool that runs notebooks."""
    spec = importlib.util.spec_from_file_location("notebooks", ROOT / "python/tools/notebooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_notebooks_are_stripped(notebooks: ModuleType) -> None:
    paths = sorted(notebooks.FOLDER.glob("*.ipynb"))
    assert [path.stem for path in paths] == ["attention", "continual", "figure4", "sentences"]
    assert [line for path in paths for line in notebooks.what_differs(path)] == []


def test_stripping(notebooks: ModuleType, tmp_path: Path) -> None:
    markdown = {"cell_type": "markdown", "id": "x", "metadata": {"tags": ["a"]}, "source": ["# Title\n", "text"]}
    output = {"output_type": "stream", "name": "stdout", "text": "2\n"}
    code = {"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": [output], "source": "print(2)"}
    metadata = {"kernelspec": {"name": "of-mine"}, "language_info": {"version": "3.13.0"}}
    path = tmp_path / "one.ipynb"

    def write(*cells: dict[str, Any]) -> None:
        path.write_text(json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))

    write(markdown, code)
    assert notebooks.what_differs(path) == [
        "one.ipynb: cell 2 has outputs, which python/tools/notebooks.py --strip takes away"
    ]
    write(markdown)
    (line,) = notebooks.what_differs(path)
    assert "metadata" in line

    write(markdown, code)
    assert notebooks.strip(path)
    assert notebooks.what_differs(path) == []
    assert not notebooks.strip(path)
    book = json.loads(path.read_text())
    assert ["".join(cell["source"]) for cell in book["cells"]] == ["# Title\ntext", "print(2)"]
    assert book["cells"][1]["outputs"] == []
    assert book["metadata"]["kernelspec"]["name"] == "python3"


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"nbformat": 3, "cells": []}', '{"nbformat": 4, "cells": [{}]}'])
def test_what_is_no_notebook(notebooks: ModuleType, tmp_path: Path, text: str) -> None:
    path = tmp_path / "one.ipynb"
    path.write_text(text)
    with pytest.raises(notebooks.NotebookError, match=r"one\.ipynb: no notebook"):
        notebooks.read(path)
