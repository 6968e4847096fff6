"""Which files of the repository are pages of the site, and how links between them are written there.

A page is a Markdown file of the repository, by its path. What its links lead to is brought in: Markdown as it is, a
file of code as a page that shows it, a folder as its README.md or a page with its names, a picture as a file.
"""

import dataclasses
import pathlib
import posixpath
import re
from collections.abc import Callable, Iterable

IMAGES = (".png", ".svg", ".jpg", ".gif")
# What the names of Pygments' lexers are for endings that differ from them.
LEXERS = {
    ".cu": "cuda",
    ".h": "c",
    ".md": "markdown",
    ".mplstyle": "ini",
    ".py": "python",
    ".pyi": "python",
    ".rs": "rust",
    ".sh": "sh",
    ".toml": "toml",
    ".yml": "yaml",
}
# A file of code above this length is no page to read.
MOST_BYTES = 200_000

# The target of a link or picture, within the text of a page.
TARGET = re.compile(r"\]\(\s*<?([^)\s>]+)>?((?:\s+\"[^\"]*\")?\s*)\)")
# A link whose text is a file's name.
NAMED = re.compile(r"\[([\w./-]+\.md)\]\(([^)#\s]+)(#[^)\s]*)?\)")
# Code, in which nothing is a link: blocks between fences, and spans of one line or of a paragraph's.
CODE = re.compile(
    r"^(?P<fence> *(?:`{3,}|~{3,}))[^\n]*\n.*?(?:^(?P=fence)[`~]* *$|\Z)"
    r"|(?P<tick>`+)(?!`)(?:(?!\n\n).)+?(?<!`)(?P=tick)(?!`)",
    re.S | re.M,
)


@dataclasses.dataclass(frozen=True)
class Page:
    """A file that the site has: its path in the repository (a Markdown page's ends in .md) and in the site.

    `text` is the Markdown of a page that no file has, and None where the file is what its path says.
    """

    source: str
    site: str
    text: str | None = None


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """The text, changed wherever it is no code."""
    out, at = [], 0
    for code in CODE.finditer(text):
        out += [change(text[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*out, change(text[at:])])


def targets(text: str) -> list[str]:
    """What links and pictures of a page lead to, in their order."""
    found: list[str] = []

    def note(part: str) -> str:
        found.extend(target[1] for target in TARGET.finditer(part))
        return part

    outside_code(text, note)
    return found


def inside(page: str, target: str) -> tuple[str, str] | None:
    """The path in the repository that a target of a page names, and its anchor; None for what leads elsewhere."""
    if re.match(r"[a-z][a-z0-9+.-]*:|//|/", target, re.I):
        return None
    path, _, anchor = target.partition("#")
    if not path:
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
    return None if path.startswith("..") else (path, anchor)


def place(path: str) -> str:
    """Where a page or picture lies in the site: docs/ at the top, everything else by its path."""
    path = path.removeprefix("docs/")
    if not path.endswith(".md"):
        return path
    folder, name = posixpath.split(path)
    if name == "README.md":
        return posixpath.join(folder, "index.html")
    return posixpath.join(folder, name.removesuffix(".md").lower() + ".html")


def fenced(text: str, language: str) -> str:
    """A block of code, whatever fences stand in it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    newline = "" if text.endswith("\n") else "\n"
    return f"{fence}{language}\n{text}{newline}{fence}\n"


class Repository:
    """The files of the repository below `root`, seen as pages.

    `made` has pages that are made of files, such as those of notebooks, by the files' paths.
    """

    def __init__(self, root: pathlib.Path, made: dict[str, Page] | None = None) -> None:
        self.root = root
        self.made = made or {}

    def page(self, path: str) -> Page | None:
        """The page or picture that shows what lies at a path of the repository; None if nothing does."""
        if path in self.made:
            return self.made[path]
        file = self.root / path
        if file.is_dir():
            if (file / "README.md").is_file():
                return self.page(posixpath.join(path, "README.md"))
            return self._folder(path)
        if not file.is_file():
            return None
        if path.endswith((".md", *IMAGES)):
            return Page(path, place(path))
        return self._code(path)

    def _folder(self, path: str) -> Page:
        """A folder without a README.md: the names in it."""
        lines = [f"# {path}/", ""]
        for one in sorted((self.root / path).iterdir()):
            if one.name.startswith((".", "__pycache__")) or one.name == "target":
                continue
            name = one.name + "/" * one.is_dir()
            lines.append(f"* [{name}]({one.name})" if one.suffix == ".md" else f"* `{name}`")
        return Page(f"{path}/FOLDER.md", f"source/{path}/index.html", "\n".join(lines) + "\n")

    def _code(self, path: str) -> Page:
        """A file that is no Markdown: a page with its text."""
        data = (self.root / path).read_bytes()
        name = posixpath.basename(path)
        title = f"# {name}\n\n`{path}`\n\n"
        if len(data) > MOST_BYTES or b"\0" in data:
            text = f"{title}A file of {len(data):,} bytes, which the repository has.\n"
        else:
            suffix = pathlib.PurePath(path).suffix
            language = LEXERS.get(suffix, "text")
            text = title + fenced(data.decode("utf-8", "replace"), language)
        return Page(f"{path}.md", f"source/{path}.html", text)

    def text(self, page: Page) -> str:
        """The Markdown of a page; nothing of a picture."""
        if page.text is not None:
            return page.text
        if page.source.endswith(IMAGES):
            return ""
        return (self.root / page.source).read_text("utf-8")

    def closure(self, roots: Iterable[Page | str]) -> dict[str, Page]:
        """The pages of `roots` and all that links from them lead to, by their source.

        A target that is not there is left to MkDocs, which says so.
        """
        pages: dict[str, Page] = {}
        waiting: list[Page] = []
        for root in roots:
            page = self.page(root) if isinstance(root, str) else root
            if page is None:
                raise FileNotFoundError(f"no file {root}, which the site begins with")
            waiting.append(page)
        while waiting:
            page = waiting.pop()
            if page.source in pages:
                continue
            pages[page.source] = page
            for target in targets(self.text(page)):
                found = inside(page.source, target)
                linked = self.page(found[0]) if found else None
                if linked is not None and linked.source not in pages:
                    waiting.append(linked)
        return pages

    def linked(self, source: str, text: str, pages: dict[str, Page]) -> str:
        """The text of a page with its links as the site has them: to the page that shows a file or folder."""

        def change(target: re.Match[str]) -> str:
            found = inside(source, target[1])
            page = self.page(found[0]) if found else None
            if found is None or page is None or page.source not in pages:
                return target[0]
            path = posixpath.relpath(page.source, posixpath.dirname(source) or ".")
            # A line of code has no anchor of its own in the site.
            anchor = f"#{found[1]}" if found[1] and not page.site.startswith("source/") else ""
            return f"]({path}{anchor}{target[2].rstrip()})"

        return outside_code(text, lambda part: TARGET.sub(change, part))

    def titled(self, source: str, text: str, titles: dict[str, str]) -> str:
        """The text of a page with a page's title where a link has its file's name, as it has in the repository."""

        def change(link: re.Match[str]) -> str:
            found = inside(source, link[2])
            title = titles.get(found[0]) if found and link[1] == link[2] else None
            return f"[{title}]({link[2]}{link[3] or ''})" if title else link[0]

        return outside_code(text, lambda part: NAMED.sub(change, part))
