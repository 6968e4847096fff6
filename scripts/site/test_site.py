"""Tests of the scripts that make the site: scripts/docs.sh check runs them."""

import base64
import json
import logging
import pathlib
import re
import tempfile
import unittest
from typing import Any

import griffe

import built
import gallery
import hook
import notebooks
import reading
import reference
import repository
from repository import Repository, inside, place, targets

ROOT = pathlib.Path(__file__).resolve().parents[2]
LOG = logging.getLogger("test")


def written(folder: str, files: dict[str, str]) -> pathlib.Path:
    """A folder with these files."""
    root = pathlib.Path(folder)
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    return root


class Links(unittest.TestCase):
    """Which links a page has, and what becomes of them."""

    def test_code_has_no_links(self) -> None:
        text = (
            '[a](one.md) `[b](two.md)` ``x ` [c](three.md)`` and [d](four.md#here "title")\n\n'
            "```md\n[e](five.md)\n```\n\n````text\n```\n[f](six.md)\n````\n"
            "a lone ` and [two\nlines](seven.md), [![g](g.png)](eight.md)\n"
        )
        self.assertEqual(targets(text), ["one.md", "four.md#here", "seven.md", "g.png", "eight.md"])

    def test_targets_are_paths_of_the_repository(self) -> None:
        self.assertEqual(inside("docs/a.md", "../core/src/lib.rs"), ("core/src/lib.rs", ""))
        self.assertEqual(inside("README.md", "docs/b.md#c"), ("docs/b.md", "c"))
        for elsewhere in (
            "https://example.org/x.md",
            "//example.org",
            "mailto:a@example.org",
            "#here",
            "/abs.md",
            "../../x.md",
        ):
            self.assertIsNone(inside("docs/a.md", elsewhere), elsewhere)

    def test_places(self) -> None:
        for path, where in {
            "README.md": "index.html",
            "CHANGELOG.md": "changelog.html",
            "docs/data.md": "data.html",
            "docs/fig4.png": "fig4.png",
            "docs/matplotlib/README.md": "matplotlib/index.html",
            "host/lab/data/README.md": "host/lab/data/index.html",
        }.items():
            self.assertEqual(place(path), where)

    def test_what_links_lead_to_comes_along(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = written(
                folder,
                {
                    "README.md": "# Home\n\n[guide](docs/guide.md#part) ![p](docs/p.png) [gone](docs/gone.md)\n",
                    "docs/p.png": "",
                    "docs/guide.md": "# Guide\n\n[code](../src/a.rs#L3) [data](../data) [with](../with)\n",
                    "docs/alone.md": "# Alone\n",
                    "src/a.rs": "fn a() {}\n/// ```\n/// ```\n",
                    "data/x.csv": "1\n",
                    "data/notes.md": "# Notes\n\n[back](../README.md)\n",
                    "with/README.md": "# With\n",
                },
            )
            pages = Repository(root).closure(["README.md"])
            self.assertEqual(
                {page.source: page.site for page in pages.values()},
                {
                    "README.md": "index.html",
                    "docs/p.png": "p.png",
                    "docs/guide.md": "guide.html",
                    "src/a.rs.md": "source/src/a.rs.html",
                    "data/FOLDER.md": "source/data/index.html",
                    "data/notes.md": "data/notes.html",
                    "with/README.md": "with/index.html",
                },
            )
            shown = pages["src/a.rs.md"].text or ""
            self.assertIn("````rust\nfn a() {}\n", shown)
            guide = (root / "docs/guide.md").read_text("utf-8")
            self.assertEqual(
                Repository(root).linked("docs/guide.md", guide, pages),
                "# Guide\n\n[code](../src/a.rs.md) [data](../data/FOLDER.md) [with](../with/README.md)\n",
            )
            # What is not there stays as it is, for MkDocs to name.
            home = (root / "README.md").read_text("utf-8")
            self.assertEqual(Repository(root).linked("README.md", home, pages), home)
            with self.assertRaises(FileNotFoundError):
                Repository(root).closure(["docs/gone.md"])

    def test_a_notebook_is_its_page(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = written(folder, {"docs/a.md": "[n](n/one.ipynb#part)\n", "docs/n/one.ipynb": "{}"})
            made = {"docs/n/one.ipynb": repository.Page("docs/n/one.md", "n/one.html", "# One\n")}
            pages = Repository(root, made).closure(["docs/a.md"])
            self.assertEqual(sorted(pages), ["docs/a.md", "docs/n/one.md"])
            linked = Repository(root, made).linked("docs/a.md", "[n](n/one.ipynb#part)\n", pages)
            self.assertEqual(linked, "[n](n/one.md#part)\n")

    def test_a_file_too_long_is_named_alone(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = written(folder, {"long.csv": "1\n" * repository.MOST_BYTES, "binary.bin": "a\0b"})
            for name in ("long.csv", "binary.bin"):
                page = Repository(root).page(name)
                assert page is not None and page.text is not None
                self.assertLess(len(page.text), 200)

    def test_a_name_of_a_file_gives_way_to_a_title(self) -> None:
        text = "[data.md](data.md#x) [data](data.md) `[data.md](data.md)` [data.md](other.md)"
        self.assertEqual(
            Repository(ROOT).titled("docs/a.md", text, {"docs/data.md": "Data"}),
            "[Data](data.md#x) [data](data.md) `[data.md](data.md)` [data.md](other.md)",
        )


class Gallery(unittest.TestCase):
    """The page of figures."""

    def test_the_page_is_in_order(self) -> None:
        self.assertEqual(gallery.problems(ROOT), [])

    def test_what_is_wrong_is_found(self) -> None:
        good = "### A\n\n![A](gallery/a.png)\n\nOne.\n\n```sh\nslotless reproduce a\n```\n"
        cases = {
            good: 0,
            good + good: 1,
            good.replace("reproduce a", "reproduce b"): 1,
            good.replace("gallery/", ""): 2,
            good.replace("slotless", "other"): 2,
        }
        for text, count in cases.items():
            with tempfile.TemporaryDirectory() as folder:
                root = written(folder, {gallery.PAGE: "# G\n\n## Part\n\n" + text, "docs/gallery/a.png": "x"})
                self.assertEqual(len(gallery.problems(root)), count, text)
        with tempfile.TemporaryDirectory() as folder:
            root = written(folder, {gallery.PAGE: good, "docs/gallery/a.png": "x" * (gallery.MOST_BYTES + 1)})
            self.assertIn("bytes", gallery.problems(root)[0])

    def test_the_grid_links_to_large_pictures(self) -> None:
        text = (
            "# G\n\nWords.\n\n## Part\n\n### A\n\n[![A](gallery/a.png)](a.png)\n\n```sh\nslotless reproduce a\n```\n\n"
            "### B\n\n![B](gallery/b.png)\n\n## Words alone\n\nMore.\n"
        )
        grid = gallery.grid(text, {"a": "gallery/large/a.png"})
        self.assertIn("[![A](gallery/a.png)](gallery/large/a.png)", grid)
        self.assertIn("\n![B](gallery/b.png)\n", grid)
        self.assertEqual((grid.count("<div"), grid.count("</div>")), (3, 3))
        # Nothing is lost but the links that were replaced.
        for line in text.splitlines():
            self.assertIn(line.removeprefix("[").removesuffix("](a.png)"), grid)

    def test_the_large_picture_is_the_best_there_is(self) -> None:
        figure = gallery.Figure("a_b", "A", "slotless reproduce a")
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            self.assertIsNone(gallery.large(root, figure))
            quick, own, kept = "target/gallery-quick/a/a_b.png", "target/gallery/a/a_b.png", "docs/a_b.png"
            for path, small in ((quick, None), (own, own), (kept, kept)):
                written(folder, {path: "x"})
                self.assertEqual(gallery.large(root, figure), root / path)
                self.assertEqual(gallery.whole(root, figure), root / small if small else None)

    def test_runs(self) -> None:
        for command, run in {
            "slotless reproduce hopfield-time": "hopfield-time",
            "slotless hopfield recall": "hopfield-recall",
            "slotless memory sweep --wiring random,structured": "memory-sweep",
        }.items():
            self.assertEqual(gallery.Figure("x", "X", command).run, run)


class Fading(unittest.TestCase):
    """The page on the page in web/."""

    def test_its_station_is_there_where_it_is_built(self) -> None:
        text = (ROOT / hook.PAGE).read_text("utf-8")
        self.assertEqual(text.count(hook.STATION), 1)
        with tempfile.TemporaryDirectory() as folder:
            built_page = pathlib.Path(folder)
            without = hook.page_shown(text, built_page)
            self.assertIn("scripts/docs.sh --page", without)
            self.assertNotIn("<iframe", without)
            written(folder, {"index.html": ""})
            shown = hook.page_shown(text, built_page)
            self.assertIn('src="fade/index.html?only=fade&amp;play=0"', shown)
            self.assertNotIn(hook.STATION, shown)


class Notebooks(unittest.TestCase):
    """Notebooks as Markdown."""

    def rendered(self, notebook: Any) -> notebooks.Rendered:
        """Of a notebook as it lies in a file."""
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "two_words.ipynb"
            path.write_text(notebook if isinstance(notebook, str) else json.dumps(notebook), "utf-8")
            return notebooks.render(path)

    def test_cells_and_outputs(self) -> None:
        outputs = [
            {"output_type": "stream", "name": "stdout", "text": ["a\x1b[31m\n", "b\n"]},
            {"output_type": "display_data", "data": {"image/png": base64.b64encode(b"picture").decode()}},
            {
                "output_type": "execute_result",
                "data": {
                    "text/html": ["<div><script>x</script><table>\n\n<tr></tr></table></div>"],
                    "text/plain": "no",
                },
            },
            {"output_type": "execute_result", "data": {"text/html": "<b>x</b>", "text/plain": "plain"}},
        ]
        cells = [
            {"cell_type": "markdown", "source": ["# Title\n", "\n", "Words."]},
            {"cell_type": "code", "source": "x = '```'", "outputs": outputs},
            {"cell_type": "code", "source": "", "outputs": []},
        ]
        rendered = self.rendered({"nbformat": 4, "metadata": {}, "cells": cells})
        self.assertEqual(
            rendered.markdown,
            "# Title\n\nWords.\n\n````python\nx = '```'\n````\n\n```text\na\nb\n```\n\n![Output](two_words-1.png)\n\n"
            '<div class="output">\n<table>\n<tr></tr></table>\n</div>\n\n```text\nplain\n```\n',
        )
        self.assertEqual(rendered.pictures, {"two_words-1.png": b"picture"})
        self.assertTrue(rendered.executed)

    def test_without_outputs_and_title(self) -> None:
        cells = [{"cell_type": "code", "source": "# words\n1", "outputs": []}]
        rendered = self.rendered({"nbformat": 4, "cells": cells})
        self.assertEqual(rendered.markdown, "# Two words\n\n```python\n# words\n1\n```\n")
        self.assertFalse(rendered.executed)

    def test_what_is_no_notebook(self) -> None:
        for wrong in ("", "{", "[]", "{}", '{"nbformat": 3, "cells": []}', "1"):
            with self.assertRaises(notebooks.NotebookError, msg=wrong):
                self.rendered(wrong)


class Reference(unittest.TestCase):
    """The pages of the Python reference."""

    def test_no_package_no_pages(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(reference.names(pathlib.Path(folder), LOG), [])
        self.assertEqual(reference.pages([]), [])

    def test_every_name_has_one_place(self) -> None:
        names = ["Gone", "KWinner", "Answer", "Sentences", "attention", "odd", "__version__"]
        init = "from slotless._slotless import Gone, KWinner\nfrom slotless._sentences import Answer, Sentences\n"
        stub, classes = "class KWinner: ...\n", "class Answer: ...\n\n\nclass Sentences: ...\n"
        files = {
            "__init__.py": f"{init}__all__ = {names}\n",
            "_slotless.pyi": stub,
            "_sentences.py": classes,
            "extra.py": "",
        }
        with tempfile.TemporaryDirectory() as folder:
            root = written(folder, {f"python/slotless/{name}": text for name, text in files.items()})
            with self.assertLogs(LOG, "WARNING") as warnings:
                found = reference.names(root, LOG)
        self.assertEqual(len(warnings.output), 1)
        self.assertIn("Gone is not in the source or stubs of _slotless", warnings.output[0])
        self.assertEqual([name for name, _ in found], [*names[1:-1], "extra"])
        pages = {title: text for _, title, text in reference.pages(found)}
        self.assertEqual(
            {title: re.findall(r"^::: slotless\.(\w+)$", text, re.M) for title, text in pages.items()},
            {
                "Memories": ["KWinner"],
                "Hopfield networks and attention": ["attention"],
                "Sentences": ["Sentences", "Answer"],
                "More": ["odd"],
                "slotless.extra": ["extra"],
            },
        )

    def test_names_are_links(self) -> None:
        text = "A :class:`slotless.KWinner`, :func:`~slotless.attention`, :class:`dict`."
        self.assertEqual(
            reading.ROLE.sub(reading.link, text),
            "A [`KWinner`][slotless.KWinner], [`attention`][slotless.attention], `dict`.",
        )

    def test_classes_are_read_as_they_are_made(self) -> None:
        stub = '''from typing import Literal

class KWinner:
    """A network.

    Parameters
    ----------
    size : int
        Units.
    weights : {"u1", "u8"}, default "u8"
        Bits.
    """

    def __new__(cls, size: int, weights: str = "u8") -> KWinner: ...
'''
        with tempfile.TemporaryDirectory() as folder:
            written(folder, {"sample/__init__.py": "", "sample/net.pyi": stub})
            package = griffe.load("sample", search_paths=[folder], extensions=griffe.load_extensions(reading.Reading))
            network = package["net.KWinner"]
            self.assertEqual([one.name for one in network.parameters][1:], ["size", "weights"])
            (section,) = [one for one in network.docstring.parse("numpy") if one.kind.value == "parameters"]
        self.assertEqual([one.default for one in section.value], [None, '"u8"'])
        self.assertEqual(str(section.value[1].annotation), "Literal['u1', 'u8']")


class Checked(unittest.TestCase):
    """What the check of a built site finds."""

    PAGE = '<html><head><link rel="stylesheet" href="s.css"></head><body><p id="here">words</p>{}</body></html>'

    def found(self, body: str, **files: str) -> list[str]:
        """The problems of a site with a page of this body."""
        with tempfile.TemporaryDirectory() as folder:
            site = {
                "index.html": self.PAGE.format(body),
                "s.css": "p { color: red }",
                "sub/page.html": self.PAGE.replace("s.css", "../s.css"),
            }
            site |= {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
            return built.Built(written(folder, site)).problems()

    def test_a_good_site(self) -> None:
        links = ("sub/page.html#here", "#here", "https://example.org")
        good = "".join(f'<a href="{link}">a</a>' for link in links) + '<img src="data:image/png;base64,">'
        self.assertEqual(self.found(good), [])

    def test_each_wrong_thing_is_named(self) -> None:
        for body in (
            '<a href="gone.html">a</a>',
            '<a href="sub/page.html#gone">a</a>',
            '<a href="#gone">a</a>',
            '<a href="../out.html">a</a>',
            '<a href="sub">a</a>',
            '<img src="gone.png">',
            '<img src="https://example.org/x.png">',
            '<img srcset="s.css 1x, gone.png 2x">',
            '<script src="//example.org/x.js"></script>',
            '<link rel="preconnect" href="https://example.org">',
            "<style>@import 'https://example.org/x.css'</style>",
            "<style>p { background: url(http://example.org/x.png) }</style>",
            '<p style="background: url(http://example.org/x.png)">a</p>',
            "<p>words:\n* a list without an empty line</p>",
            "<p>words:\n| a | table |</p>",
            "<p>::: slotless.KWinner</p>",
        ):
            self.assertEqual(len(self.found(body)), 1, body)
        self.assertEqual(len(self.found("", x_css="@import 'https://example.org/x.css';")), 1)

    def test_what_only_looks_wrong(self) -> None:
        for body in ("<p>2 * 3 <em>and</em> - 4</p>", "<p>see <code>\n* x</code>\nmore</p>", "<pre>* a\n| b |</pre>"):
            self.assertEqual(self.found(body), [], body)

    def test_rustdoc_is_linked_and_not_read(self) -> None:
        rust = {"rust__index_html": '<a href="gone.html">a</a>'}
        self.assertEqual(self.found('<a href="rust/index.html">a</a>', **rust), [])
        self.assertEqual(len(self.found('<a href="rust/gone.html">a</a>', **rust)), 1)

    def test_a_folder_without_pages(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(len(built.Built(pathlib.Path(folder)).problems()), 1)


class Menu(unittest.TestCase):
    """Every page of docs/ can be come to."""

    def test_every_page_is_in_the_menu(self) -> None:
        menu = (ROOT / "mkdocs.yml").read_text("utf-8")
        for path in sorted((ROOT / "docs").glob("*.md")):
            self.assertRegex(menu, rf"[ :]docs/{path.name}\n", path.name)


if __name__ == "__main__":
    unittest.main()
