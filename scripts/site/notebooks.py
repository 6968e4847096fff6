"""A notebook (.ipynb) as Markdown: cells in their order, and what they printed and drew, if the notebook has it."""

import base64
import dataclasses
import json
import pathlib
import re
from typing import Any

from repository import fenced

# Colours of a terminal.
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
PICTURES = {"image/png": "png", "image/jpeg": "jpg", "image/svg+xml": "svg"}


class NotebookError(ValueError):
    """What is no notebook."""


@dataclasses.dataclass(frozen=True)
class Rendered:
    """A notebook as Markdown, and its pictures: name to content."""

    markdown: str
    pictures: dict[str, bytes]
    executed: bool


def joined(text: object) -> str:
    """A text of a notebook, which may be in one piece or in lines."""
    if isinstance(text, list):
        return "".join(str(line) for line in text)
    return "" if text is None else str(text)


def output(one: dict[str, Any], name: str, pictures: dict[str, bytes]) -> str:
    """The Markdown of one output; its picture goes to `pictures`, by a name that begins with `name`."""
    kind = one.get("output_type")
    if kind == "stream":
        return fenced(ESCAPES.sub("", joined(one.get("text"))), "text")
    if kind == "error":
        lines = "\n".join(str(line) for line in one.get("traceback", []))
        return fenced(ESCAPES.sub("", lines), "text")
    data = one.get("data", {})
    for media, ending in PICTURES.items():
        if media in data:
            content = joined(data[media])
            file = f"{name}-{len(pictures) + 1}.{ending}"
            pictures[file] = content.encode() if ending == "svg" else base64.b64decode(content)
            return f"![Output]({file})\n"
    html = joined(data.get("text/html"))
    # Tables of pandas. Anything else in HTML may bring scripts along: its plain text is shown.
    if table := re.search(r"<table.*</table>", html, re.S):
        body = re.sub(r"\n\s*\n", "\n", table[0])
        return f'<div class="output">\n{body}\n</div>\n'
    if "text/markdown" in data:
        return joined(data["text/markdown"]).rstrip() + "\n"
    return fenced(joined(data.get("text/plain")), "text") if "text/plain" in data else ""


def render(path: pathlib.Path) -> Rendered:
    """The notebook at a path, of format 4."""
    try:
        notebook = json.loads(path.read_text("utf-8"))
        cells = notebook["cells"]
        if notebook["nbformat"] != 4:
            raise NotebookError(f"{path}: nbformat {notebook['nbformat']}, expected 4")
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise NotebookError(f"{path}: not a notebook: {error!r}") from error
    language = notebook.get("metadata", {}).get("kernelspec", {}).get("language", "python")
    pictures: dict[str, bytes] = {}
    parts: list[str] = []
    executed = False
    for cell in cells:
        source = joined(cell.get("source"))
        if cell.get("cell_type") != "code":
            parts.append(source.rstrip() + "\n")
            continue
        if source.strip():
            parts.append(fenced(source, language))
        for one in cell.get("outputs", []):
            executed = True
            parts.append(output(one, path.stem, pictures))
    if not any(part.startswith("# ") for part in parts):
        parts.insert(0, f"# {path.stem.replace('_', ' ').replace('-', ' ').capitalize()}\n")
    return Rendered("\n".join(part for part in parts if part), pictures, executed)
