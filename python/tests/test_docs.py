"""Docstrings: every public name has one, and their examples run."""

from __future__ import annotations

import doctest
import inspect

import pytest

import slotless

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
