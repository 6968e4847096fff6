"""The gallery, docs/gallery.md: every figure of the program, with its picture, a line and the command that makes it.

That it has every figure there is, a test of the laboratory holds; what is held here is the page in itself.
"""

import dataclasses
import pathlib
import re

PAGE = "docs/gallery.md"
# The small pictures that the repository has, as the page names them.
SMALL = "gallery"
# Where scripts/docs.sh gallery draws, a folder per command: at the figures' own size, and with --quick.
DRAWN = "target/gallery"
QUICK = "target/gallery-quick"
# What a small picture may take.
MOST_BYTES = 60_000
PICTURE = re.compile(r"!\[[^\]]*\]\(gallery/([a-z0-9_-]+)\.png\)")


@dataclasses.dataclass(frozen=True)
class Figure:
    """A picture of the gallery: its name, its title, and the command that draws it."""

    name: str
    title: str
    command: str

    @property
    def run(self) -> str:
        """The folder of its run below `DRAWN`: the words of the command up to its options."""
        words = re.sub(r"^slotless (?:reproduce )?| --.*", "", self.command)
        return words.replace(" ", "-")


def sections(text: str) -> list[str]:
    """The parts of the page that have a figure each."""
    return [part for part in re.split(r"^(?=##+ )", text, flags=re.M) if part.startswith("### ")]


def figures(text: str) -> list[Figure]:
    """The figures of the page; those without a picture or a command are left out (`problems` names them)."""
    out = []
    for section in sections(text):
        picture, command = PICTURE.search(section), re.search(r"^slotless .*$", section, re.M)
        if picture and command:
            title = section.partition("\n")[0].removeprefix("### ")
            out.append(Figure(picture[1], title, command[0]))
    return out


def problems(root: pathlib.Path) -> list[str]:
    """What is wrong with the page and its pictures, a line each."""
    text = (root / PAGE).read_text("utf-8")
    found = figures(text)
    out = []
    if len(found) < len(sections(text)):
        out.append(
            f"{PAGE}: {len(sections(text))} headings, {len(found)} of them with a picture of {SMALL}/ and a command"
        )
    names = [one.name for one in found]
    out += [f"{PAGE}: {name} more than once" for name in sorted({name for name in names if names.count(name) > 1})]
    for one in found:
        # A figure's pictures bear its name, alone or with more behind it.
        if "reproduce" in one.command and re.split("[_-]", one.name)[: len(re.split("[_-]", one.run))] != re.split(
            "[_-]", one.run
        ):
            out.append(f"{PAGE}: {one.title} shows {one.name}, which `{one.command}` does not draw")
    shown = {f"{name}.png" for name in names}
    for path in sorted((root / "docs" / SMALL).iterdir()):
        if path.name not in shown:
            out.append(f"docs/{SMALL}/{path.name}: a picture that the gallery does not show")
        if path.stat().st_size > MOST_BYTES:
            out.append(f"docs/{SMALL}/{path.name}: {path.stat().st_size} bytes, {MOST_BYTES} at most")
    return out


def whole(root: pathlib.Path, figure: Figure) -> pathlib.Path | None:
    """The large picture of a figure at its own size: one that the repository has, or as it was drawn here."""
    return first(root / "docs" / f"{figure.name}.png", root / DRAWN / figure.run / f"{figure.name}.png")


def large(root: pathlib.Path, figure: Figure) -> pathlib.Path | None:
    """The largest picture of a figure that there is: at its own size, or else a quick one."""
    return whole(root, figure) or first(root / QUICK / figure.run / f"{figure.name}.png")


def first(*paths: pathlib.Path) -> pathlib.Path | None:
    """The first of these that is there."""
    return next((path for path in paths if path.is_file()), None)


def grid(text: str, larger: dict[str, str]) -> str:
    """The page with the figures of a part side by side.

    Each picture is a link to the large one that `larger` has by its name.
    """

    def link(picture: re.Match[str]) -> str:
        target = larger.get(picture[1])
        return f"[{picture[0]}]({target})" if target else picture[0]

    out: list[str] = []
    for part in re.split(r"^(?=## )", text, flags=re.M):
        head, *rest = re.split(r"^(?=### )", part, flags=re.M)
        out.append(head)
        if not rest:
            continue
        out.append('<div class="gallery" markdown>\n\n')
        for section in rest:
            # The site has all large pictures in one place, those of the repository, too.
            section = re.sub(r"\[(!\[[^\]]*\]\([^)]*\))\]\([^)]*\)", r"\1", section)
            section = PICTURE.sub(link, section).rstrip()
            out.append(f'<div class="figure" markdown>\n\n{section}\n\n</div>\n\n')
        out.append("</div>\n\n")
    return "".join(out)
