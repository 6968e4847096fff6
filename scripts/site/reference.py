"""The pages of the Python reference, made from what the package in python/slotless has. Nothing of it is imported."""

import pathlib
import re

import griffe

PACKAGE = "slotless"
# Page, title, what it says, and the names that go there; the first that fits takes a name.
GROUPS = (
    (
        "sentences",
        "Sentences",
        "A memory of sentences in a folder.",
        r"sentence|encoder|embed",
    ),
    (
        "transformers",
        "Fast weights and transformers",
        "The hetero-associative memory of fast weights, and the transformers whose attention lives in it.",
        r"hetero|transformer",
    ),
    (
        "hopfield",
        "Hopfield networks and attention",
        "Classical, dense and modern networks; attention as one step of a modern one.",
        r"hopfield|classical|dense|modern|attention|attend|identify|energy",
    ),
    (
        "experiments",
        "Experiments",
        "Retention of streams of patterns, and what is measured of answers.",
        r"experiment|retention|measure|accuracy|content|recognition|auc|sensitivity|dprime|d_prime|information|run|bench|reproduce|theory",
    ),
    (
        "memories",
        "Memories",
        "Memories that learn a pattern once and let old ones fade.",
        r"kwinner|recency|ring|recall|memory|memories|pattern|cue|snapshot|load|weight|overlap|sample|bits",
    ),
)
ORDER = ("memories", "hopfield", "transformers", "experiments", "sentences")
REST = ("more", "More", "What else the package has.")


def names(root: pathlib.Path) -> list[str]:
    """What the package offers by its name, in its own order; nothing where there is no package."""
    folder = root / "python"
    if not (folder / PACKAGE / "__init__.py").is_file():
        return []
    package = griffe.load(PACKAGE, search_paths=[folder], allow_inspection=False)
    if not isinstance(package, griffe.Module):
        return []
    if package.exports is not None:
        return [str(name) for name in package.exports]
    return [name for name, one in package.members.items() if not name.startswith("_") and one.is_public]


def group(name: str) -> str:
    """The page that a name goes to."""
    for key, _, _, pattern in GROUPS:
        if re.search(pattern, name, re.I):
            return key
    return REST[0]


def pages(found: list[str]) -> list[tuple[str, str, str]]:
    """(Path in the repository, title, Markdown) of each page, in the order of the menu."""
    out: list[tuple[str, str, str]] = []
    about = {key: (title, text) for key, title, text, _ in GROUPS}
    about[REST[0]] = REST[1:]
    for key in (*ORDER, REST[0]):
        mine = [name for name in found if group(name) == key and not re.fullmatch("__.*__", name)]
        if mine:
            title, text = about[key]
            directives = "\n".join(f"::: {PACKAGE}.{name}\n" for name in mine)
            out.append((f"docs/python/{key}.md", title, f"# {title}\n\n{text}\n\n{directives}"))
    return out
