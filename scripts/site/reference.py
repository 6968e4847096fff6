"""The pages of the Python reference, made from what the package in python/slotless has. Nothing of it is imported."""

import logging
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
        r"hopfield|classical|dense|modern|attention|attend|identi|energy|descen|retrieved",
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
# What stands in place of a module for a module.
MODULE = "module"
REST = ("more", "More", "What else the package has.")


def names(root: pathlib.Path, log: logging.Logger) -> list[tuple[str, str]]:
    """What the package offers by its name, in its own order, each with the module that it is from; then its modules.

    Nothing where there is no package. What a module or its stubs should have and have not is left out, with a warning.
    """
    folder = root / "python"
    if not (folder / PACKAGE / "__init__.py").is_file():
        return []
    package = griffe.load(PACKAGE, search_paths=[folder], allow_inspection=False)
    if not isinstance(package, griffe.Module):
        return []
    found = [str(name) for name in package.exports or package.members if not str(name).startswith("_")]
    modules = [name for name in package.modules if not name.startswith("_") and name not in found]
    out = []
    for name in found:
        one = package.members.get(name)
        if isinstance(one, griffe.Alias):
            module = one.target_path.split(".")[-2]
            try:
                _ = one.final_target
            except griffe.AliasResolutionError:
                log.warning("python/%s: %s is not in the source or stubs of %s", PACKAGE, name, module)
            else:
                out.append((name, module))
        else:
            out.append((name, ""))
    return out + [(name, MODULE) for name in sorted(modules)]


def group(name: str, module: str) -> str:
    """The page that a name goes to: by itself, or else by the module that it is from."""
    for text in (name, module):
        for key, _, _, pattern in GROUPS:
            if re.search(pattern, text, re.I):
                return key
    return REST[0]


def pages(found: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(Path in the repository, title, Markdown) of each page, in the order of the menu; a module has its own."""
    out: list[tuple[str, str, str]] = []
    about = {key: (title, text) for key, title, text, _ in GROUPS}
    about[REST[0]] = REST[1:]
    for key in (*ORDER, REST[0]):
        mine = [name for name, module in found if module != MODULE and group(name, module) == key]
        if mine:
            # Those that a page is named for stand before what their module has beside them.
            mine.sort(key=lambda name: group(name, "") != key)
            title, text = about[key]
            directives = "\n".join(f"::: {PACKAGE}.{name}\n" for name in mine)
            out.append((f"docs/python/{key}.md", title, f"# {title}\n\n{text}\n\n{directives}"))
    for name, module in found:
        if module == MODULE:
            title = f"{PACKAGE}.{name}"
            options = "    options:\n      show_root_heading: false\n      show_root_toc_entry: false\n"
            out.append((f"docs/python/module-{name}.md", title, f"# {title}\n\n::: {title}\n{options}"))
    return out
