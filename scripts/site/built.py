"""Checks a built site: every link, picture and anchor of its pages, what they load, and what was not understood.

python3 built.py SITE prints a line for each thing that is wrong, and exits 1 if there is one; with --external it
lists the links that lead elsewhere, which are not followed. Pages below rust/ are rustdoc's, which checks them itself;
links to them are followed.
"""

import collections
import html.parser
import pathlib
import re
import sys
import urllib.parse

# Attributes that a browser follows by itself: what they name is loaded.
LOADS = {
    "img": ("src", "srcset"),
    "script": ("src",),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src",),
    "audio": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "input": ("src",),
    "use": ("href",),
}
# Of <link>, those that load. Others (canonical, next, prev) name pages.
LOADING_RELS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest"}
ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.I)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
IN_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
# What begins a line of a list, table or heading, and was left as words: Markdown that is not what was meant.
LEFT = re.compile(r"^\s*(?:[*+-] |\d+\. |\|.*\|\s*$|#{1,6} |:::)")


class Reader(html.parser.HTMLParser):
    """What a page refers to, loads and has as anchors."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.left: list[str] = []
        self.style = False
        self.paragraph = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if values.get(name)}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        for name in LOADS.get(tag, ()):
            if name in values:
                # Of a srcset, the address before each width.
                parts = values[name].split(",") if name == "srcset" else [values[name]]
                self.loads += [part.split()[0] for part in parts if part.strip()]
        if tag == "link" and set(values.get("rel", "").split()) & LOADING_RELS:
            self.loads.append(values.get("href", ""))
        if "style" in values:
            self.loads += addresses(values["style"])
        self.style = tag == "style"
        if tag == "p":
            self.paragraph = 1
        elif tag in ("code", "pre"):
            self.paragraph = 0

    def handle_endtag(self, tag: str) -> None:
        if tag == "style":
            self.style = False
        elif tag == "p":
            self.paragraph = 0

    def handle_data(self, data: str) -> None:
        if self.style:
            self.loads += addresses(data)
        if self.paragraph:
            lines = data.split("\n")
            # The first line is the paragraph's own only at its beginning; the others begin lines of Markdown.
            begins = lines if self.paragraph == 1 else lines[1:]
            self.left += [line.strip() for line in begins if LEFT.match(line)]
            self.paragraph = 2


def addresses(style: str) -> list[str]:
    """What a style sheet loads."""
    return [one or other for one, other in IN_STYLE.findall(style)]


class Built:
    """A built site, whose pages are read once."""

    def __init__(self, root: pathlib.Path) -> None:
        self.root = root.resolve()
        self.read: dict[pathlib.Path, Reader] = {}

    def pages(self) -> list[pathlib.Path]:
        """The pages but for rustdoc's."""
        rust = self.root / "rust"
        return sorted(page for page in self.root.rglob("*.html") if not page.is_relative_to(rust))

    def reader(self, page: pathlib.Path) -> Reader:
        """What a page has."""
        if page not in self.read:
            reader = Reader()
            reader.feed(page.read_text("utf-8"))
            reader.close()
            self.read[page] = reader
        return self.read[page]

    def wrong(self, page: pathlib.Path, target: str) -> str | None:
        """What is wrong with a target within the site; None if it is there."""
        parts = urllib.parse.urlsplit(target)
        path = urllib.parse.unquote(parts.path)
        base = self.root if path.startswith("/") else page.parent
        file = (base / path.lstrip("/")).resolve() if path else page
        if not file.is_relative_to(self.root):
            return "leads out of the site"
        if file.is_dir():
            file /= "index.html"
        if not file.is_file():
            return "is not there"
        anchor = urllib.parse.unquote(parts.fragment)
        if anchor and file.suffix == ".html" and anchor not in self.reader(file).anchors:
            return "has no such anchor"
        return None

    def problems(self) -> list[str]:
        """All that is wrong, a line each."""
        out: list[str] = []
        pages = self.pages()
        if not pages:
            return [f"{self.root}: no pages"]
        for page in pages:
            name, reader = page.relative_to(self.root).as_posix(), self.reader(page)
            for target in reader.loads:
                if target.startswith("data:"):
                    continue
                if SCHEME.match(target) or ELSEWHERE.match(target):
                    out.append(f"{name}: loads {target} from elsewhere")
                elif wrong := self.wrong(page, target):
                    out.append(f"{name}: {target}, which it loads, {wrong}")
            for target in reader.links:
                if not SCHEME.match(target) and not ELSEWHERE.match(target) and (wrong := self.wrong(page, target)):
                    out.append(f"{name}: {target} {wrong}")
            out += [f"{name}: not understood as a list, table or heading: {line[:100]}" for line in reader.left]
        for sheet in sorted(self.root.rglob("*.css")):
            if sheet.is_relative_to(self.root / "rust"):
                continue
            for target in addresses(sheet.read_text("utf-8")):
                if ELSEWHERE.match(target):
                    out.append(f"{sheet.relative_to(self.root).as_posix()}: loads {target} from elsewhere")
        return out

    def external(self) -> dict[str, int]:
        """Links that lead elsewhere, and on how many pages each stands."""
        counts: collections.Counter[str] = collections.Counter()
        for page in self.pages():
            counts.update({target for target in self.reader(page).links if ELSEWHERE.match(target)})
        return dict(sorted(counts.items()))


def main(arguments: list[str]) -> int:
    """The exit code."""
    list_external = "--external" in arguments
    folders = [one for one in arguments if one != "--external"]
    if len(folders) != 1 or not pathlib.Path(folders[0]).is_dir():
        print(f"usage: built.py [--external] SITE, a folder; got {' '.join(arguments) or 'nothing'}", file=sys.stderr)
        return 2
    built = Built(pathlib.Path(folders[0]))
    problems = built.problems()
    for line in problems:
        print(line)
    external = built.external()
    for target, count in external.items():
        if list_external:
            print(f"elsewhere, on {count} pages: {target}")
    links = sum(len(built.reader(page).links) + len(built.reader(page).loads) for page in built.pages())
    counts = f"{len(built.pages())} pages, {links} links and loads, {len(external)} addresses elsewhere"
    print(f"{counts}; {len(problems)} wrong")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
