"""Puts the docstrings of the compiled module into its stubs, where editors and the reference find them.

``python tools/stubs.py`` writes ``slotless/_slotless.pyi``; ``--check`` says whether it would change. Signatures are
written there by hand, and mypy's stubtest holds them against the module.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import sys
from pathlib import Path

from slotless import _slotless

STUBS = Path(__file__).parent.parent / "slotless" / "_slotless.pyi"


def docstring_of(owner: object, name: str) -> str | None:
    """The docstring that an attribute has at run time."""
    found = inspect.getattr_static(owner, name, None)
    found = getattr(found, "__func__", found)
    text = getattr(found, "__doc__", None)
    return inspect.cleandoc(text) if isinstance(text, str) and not name.startswith("__") else None


def quoted(text: str, indent: int) -> list[str]:
    """A docstring as lines of source."""
    margin = " " * indent
    prefix = 'r"""' if "\\" in text else '"""'
    lines = text.splitlines()
    if len(lines) == 1:
        return [f'{margin}{prefix}{text}"""']
    body = [f"{margin}{line}" if line else "" for line in lines[1:]]
    return [f"{margin}{prefix}{lines[0]}", *body, f'{margin}"""']


def documented(source: str) -> str:
    """The stubs with today's docstrings."""
    tree = ast.parse(source)
    lines = source.splitlines()
    # From the last line up, so that numbers of lines stay right.
    for owner, node in reversed(list(defined(tree))):
        name = node.name
        runtime = getattr(_slotless, name) if owner is None else getattr(_slotless, owner)
        text = runtime.__doc__ and inspect.cleandoc(runtime.__doc__) if owner is None else docstring_of(runtime, name)
        first = node.body[0]
        value = first.value if isinstance(first, ast.Expr) else None
        told = isinstance(value, ast.Constant) and isinstance(value.value, str)
        decorators = getattr(first, "decorator_list", [])
        start = min([first.lineno, *(one.lineno for one in decorators)])
        indent = node.col_offset + 4
        new = quoted(text, indent) if text else []
        if told:
            assert first.end_lineno is not None
            lines[first.lineno - 1 : first.end_lineno] = new
            if not new and len(node.body) == 1:
                lines[first.lineno - 1 : first.lineno - 1] = [" " * indent + "..."]
        elif new:
            at = start - 1
            # Of a class the first may be a method of one line, which is not its own.
            if value is not None and lines[at].rstrip().endswith(": ..."):
                lines[at] = lines[at].rstrip()[: -len(" ...")]
                lines[at + 1 : at + 1] = new
            else:
                lines[at:at] = new
    return "\n".join(lines) + "\n"


def defined(tree: ast.Module) -> list[tuple[str | None, ast.ClassDef | ast.FunctionDef]]:
    """Classes, functions and methods in the order of their first statements, each with its class."""
    found: list[tuple[str | None, ast.ClassDef | ast.FunctionDef]] = []
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.append((None, node))
        if isinstance(node, ast.ClassDef):
            found += [(node.name, part) for part in node.body if isinstance(part, ast.FunctionDef)]
    return found


def main() -> int:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if the stubs would change")
    check = parser.parse_args().check
    before = STUBS.read_text()
    after = documented(before)
    # Empty lines are the formatter's.
    if check and [line for line in before.splitlines() if line] != [line for line in after.splitlines() if line]:
        print(f"{STUBS.name} has not the docstrings of the module: run tools/stubs.py", file=sys.stderr)
        return 1
    if not check:
        STUBS.write_text(after)
    return 0


if __name__ == "__main__":
    sys.exit(main())
