"""What MkDocs is told beyond mkdocs.yml.

Pages from the whole repository, notebooks, the Python reference, Rust's documentation.
"""

import logging
import os
import pathlib
import re
import shutil
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page as SitePage

import gallery
import notebooks
import reference
from repository import Page, Repository, place

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOTEBOOKS = "docs/notebooks"
# Notebooks with what they printed and drew, where they have been run.
EXECUTED = "target/python/notebooks"
RUST = "docs/rust.md"
# Where cargo puts its documentation, and where the site has it.
RUSTDOC = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "doc"
RUST_SITE = "rust"
# The page on the page in web/, the line of it that is its first station, where scripts/page.sh builds it, and where the
# site has it.
PAGE = "docs/page.md"
STATION = "<!-- station 1 -->"
BUILT_PAGE = ROOT / "target" / "page"
PAGE_SITE = "fade"
# Files beside this one that pages load.
OWN = ("site.css", "iframe-worker.js")
# Pages beside which there is no menu to show.
ALONE = ("README.md", gallery.PAGE, RUST)
# What mkdocs.yml calls the first page of a part.
GUIDE = "Guide"
# Where the site has the gallery's large pictures.
LARGE = "gallery/large"


# MkDocs counts warnings of its loggers, and takes them for errors where it is strict.
LOG = logging.getLogger("mkdocs.hooks.slotless")


class Site:
    """The pages of one build."""

    def __init__(self, root: pathlib.Path) -> None:
        self.repository = Repository(root)
        self.pages: dict[str, Page] = {}
        self.reference: list[tuple[str, str, str]] = []
        self.served = False


site = Site(ROOT)


def sources(nav: Any) -> list[str]:
    """The pages that a menu names."""
    if isinstance(nav, str):
        return [nav]
    parts = nav.values() if isinstance(nav, dict) else nav or []
    return [source for part in parts for source in sources(part)]


def titles(nav: Any, above: str = "") -> dict[str, str]:
    """The titles that a menu gives to pages; a guide has that of what it is below."""
    if isinstance(nav, list):
        return {source: title for one in nav for source, title in titles(one, above).items()}
    if not isinstance(nav, dict):
        return {}
    out: dict[str, str] = {}
    for title, what in nav.items():
        if isinstance(what, str):
            out[what] = above if title == GUIDE else title
        else:
            out |= titles(what, title)
    return out


def below(nav: list[Any], title: str) -> list[Any]:
    """The list of pages that the menu has below a title."""
    for one in nav:
        if isinstance(one, dict) and isinstance(one.get(title), list):
            found: list[Any] = one[title]
            return found
    raise ValueError(f"mkdocs.yml: nav has no list {title}")


def add(
    files: Files,
    config: MkDocsConfig,
    source: str,
    place: str,
    content: str | bytes | pathlib.Path,
) -> None:
    """Gives the site a page or file: its name for links, its place, and what is in it or where that lies."""
    if isinstance(content, pathlib.Path):
        file = File.generated(config, source, abs_src_path=str(content))
    else:
        file = File.generated(config, source, content=content)
    file.dest_uri = place
    files.append(file)


def notebook_pages() -> tuple[dict[str, Page], dict[str, bytes]]:
    """A page for each notebook, by the notebook's path, and their pictures by theirs."""
    pages: dict[str, Page] = {}
    pictures: dict[str, bytes] = {}
    for path in sorted((ROOT / NOTEBOOKS).glob("*.ipynb")):
        run = ROOT / EXECUTED / path.name
        rendered = notebooks.render(run if run.is_file() else path)
        title, newline, text = rendered.markdown.partition("\n")
        how = "" if rendered.executed else " It was not run for this site: what it prints and draws is not shown."
        notebook, source = f"{NOTEBOOKS}/{path.name}", f"{NOTEBOOKS}/{path.stem}.md"
        note = f"\nThis is the notebook `{notebook}`.{how}\n"
        pages[notebook] = Page(source, place(source), title + newline + note + text)
        pictures |= {f"{NOTEBOOKS}/{name}": content for name, content in rendered.pictures.items()}
    return pages, pictures


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The theme's files, and every page by its path in the repository."""
    docs = pathlib.Path(config.docs_dir)
    for file in list(files):
        if file.src_dir is not None and pathlib.Path(file.src_dir) == docs:
            files.remove(file)
    site.repository.made, pictures = notebook_pages()
    made = [Page(path, place(path), text) for path, _, text in site.reference]
    made += site.repository.made.values()
    known = {page.source for page in made}
    named = [source for source in sources(config.nav) if source not in known]
    all_docs = [f"docs/{path.name}" for path in sorted(docs.glob("*.md"))]
    site.pages = site.repository.closure([*made, *named, *all_docs])
    for page in site.pages.values():
        content = ROOT / page.source if page.text is None else page.text
        add(files, config, page.source, page.site, content)
    for source, picture in pictures.items():
        add(files, config, source, place(source), picture)
    for name, path in large_pictures().items():
        add(files, config, f"docs/{LARGE}/{name}.png", f"{LARGE}/{name}.png", path)
    for name in OWN:
        add(files, config, name, name, ROOT / "scripts/site" / name)
    return files


def large_pictures() -> dict[str, pathlib.Path]:
    """The gallery's large pictures that there are, by name."""
    figures = gallery.figures((ROOT / gallery.PAGE).read_text("utf-8"))
    return {one.name: path for one in figures if (path := gallery.large(ROOT, one))}


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The menu, with the reference and the notebooks that there are."""
    menu = below(config.nav or [], "Python")
    menu[:] = [one for one in menu if not (isinstance(one, dict) and set(one) & {"Reference", "Notebooks"})]
    site.reference = reference.pages(reference.names(ROOT, LOG))
    if made := [{title: path} for path, title, _ in site.reference]:
        menu.append({"Reference": made})
    if found := sorted((ROOT / NOTEBOOKS).glob("*.ipynb")):
        menu.append({"Notebooks": [f"{NOTEBOOKS}/{path.stem}.md" for path in found]})
    return config


def crates_linked(text: str) -> str:
    """The page on Rust with its crates' front pages in cargo's documentation, where that is built."""

    def link(found: re.Match[str]) -> str:
        front = f"{RUST_SITE}/{found[1].replace('-', '_')}/index.html"
        there = (RUSTDOC / front.removeprefix(f"{RUST_SITE}/")).is_file()
        # Not as Markdown: these are no pages that MkDocs knows.
        return f'<a href="{front}"><code>{found[1]}</code></a>' if there else found[0]

    return re.sub(r"\[`(slotless[a-z-]*)`\]\([^)]*\)", link, text)


def page_shown(text: str, page: pathlib.Path = BUILT_PAGE) -> str:
    """The page on the page with its first station, where that is built."""
    if not (page / "index.html").is_file():
        without = "It is not part of this build of the site: `scripts/docs.sh --page` makes it so."
        return text.replace(STATION, without)
    link = f'<a class="md-button" href="{PAGE_SITE}/index.html">Open the page</a>'
    address = f"{PAGE_SITE}/index.html?only=fade&amp;play=0"
    frame = f'<iframe class="station" title="Draw and fade" loading="lazy" src="{address}"></iframe>'
    return text.replace(STATION, f"{link}\n\n{frame}")


def on_page_markdown(markdown: str, page: SitePage, config: MkDocsConfig, files: Files) -> str:
    """Links as the site has them; the gallery side by side."""
    source = page.file.src_uri
    if source in ALONE or page.file.dest_uri.startswith("source/"):
        page.meta["hide"] = ["navigation"]
    if page.file.dest_uri.startswith("source/"):
        page.meta["search"] = {"exclude": True}
    if source == RUST:
        markdown = crates_linked(markdown)
    if source == PAGE:
        markdown = page_shown(markdown)
    if source == gallery.PAGE:
        markdown = gallery.grid(markdown, {name: f"{LARGE}/{name}.png" for name in large_pictures()})
    markdown = site.repository.titled(source, markdown, titles(config.nav))
    return site.repository.linked(source, markdown, site.pages)


def on_startup(command: str, dirty: bool) -> None:
    """Whether the site is served from here, or to be taken elsewhere."""
    site.served = command == "serve"


def on_post_build(config: MkDocsConfig) -> None:
    """The page below fade/ and cargo's documentation below rust/, where they are built."""
    if (BUILT_PAGE / "index.html").is_file():
        shutil.copytree(BUILT_PAGE, pathlib.Path(config.site_dir) / PAGE_SITE, dirs_exist_ok=True)
    target = pathlib.Path(config.site_dir) / RUST_SITE
    if not (RUSTDOC / "slotless_core" / "index.html").is_file() or target.is_symlink():
        return
    if site.served:
        # Not copied for every change of a page.
        target.symlink_to(RUSTDOC)
    else:
        shutil.copytree(RUSTDOC, target)
