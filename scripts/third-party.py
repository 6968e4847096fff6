#!/usr/bin/env python3
"""The licences of what is compiled into a package of ours, as one text: what a wheel or a program has to be handed on with.

usage: scripts/third-party.py [--manifest-path CARGO_TOML] [--features LIST] [--target TRIPLE] PACKAGE

Prints each text once, under the crates that it is of, and the licence of the fonts where they are drawn with. Reads what cargo has
downloaded. Where a crate comes without a text its licence's own stands, with its authors. Exit code 1, with a line for each, where
that is none of those known here.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("LICENSE", "LICENCE", "COPYING", "UNLICENSE", "NOTICE", "COPYRIGHT")
FONTS = ROOT / "host" / "draw" / "font" / "LICENSE"
HEAD = """What {package} {version} is compiled with, beside its own code (MIT OR Apache-2.0).

Rust's standard library is under MIT OR Apache-2.0 (https://github.com/rust-lang/rust), and what unwinds the stack in wheels for
Linux, LLVM's libunwind, under Apache-2.0 WITH LLVM-exception (https://github.com/llvm/llvm-project).
"""


def metadata(manifest, features, target):
    """What cargo knows of the packages and of which uses which."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--manifest-path", str(manifest)]
    command += ["--filter-platform", target]
    if features:
        command += ["--features", features]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def linked(found, package):
    """The packages that the named one is compiled of, itself first: no build scripts, macros' own crates or tests."""
    packages = {each["id"]: each for each in found["packages"]}
    nodes = {each["id"]: each for each in found["resolve"]["nodes"]}
    roots = [each["id"] for each in found["packages"] if each["name"] == package]
    if not roots:
        sys.exit(f"no package {package} in the workspace")
    seen, waiting = [], roots[:1]
    while waiting:
        identity = waiting.pop()
        if identity in seen:
            continue
        seen.append(identity)
        for each in nodes[identity]["deps"]:
            macro = any("proc-macro" in target["kind"] for target in packages[each["pkg"]]["targets"])
            if not macro and any(kind["kind"] is None for kind in each["dep_kinds"]):
                waiting.append(each["pkg"])
    return [packages[identity] for identity in seen]


def texts(package):
    """The texts of its licences: those that lie beside its manifest, or in a folder there."""
    folder = Path(package["manifest_path"]).parent
    files = sorted(file for file in folder.iterdir() if file.name.upper().startswith(NAMES))
    files = [part for file in files for part in (sorted(file.iterdir()) if file.is_dir() else [file])]
    found = [file.read_text(encoding="utf-8", errors="replace").strip() for file in files if file.suffix != ".rs"]
    if not found and "Apache-2.0" in package["license"]:
        found = [(ROOT / "LICENSE-APACHE").read_text(encoding="utf-8").strip()]
    elif not found and package["license"] == "MIT":
        # Ours, without whose it is.
        ours = (ROOT / "LICENSE-MIT").read_text(encoding="utf-8").strip()
        authors = ", ".join(package["authors"]) or f"the authors of {package['name']}"
        found = ["\n".join(f"Copyright (c) {authors}" if line.startswith("Copyright") else line for line in ours.splitlines())]
    return found


def host():
    """The triple of this machine."""
    lines = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout.splitlines()
    return next(line.removeprefix("host: ") for line in lines if line.startswith("host: "))


def main():
    """Prints the text."""
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("--manifest-path", default=ROOT / "Cargo.toml")
    parser.add_argument("--features")
    parser.add_argument("--target", default=None)
    parser.add_argument("package")
    arguments = parser.parse_args()
    found = metadata(arguments.manifest_path, arguments.features, arguments.target or host())
    packages = linked(found, arguments.package)
    ours = {each["id"] for each in packages if each["source"] is None}
    sections, wrong = {}, []
    for package in sorted(packages, key=lambda each: (each["name"], each["version"])):
        if package["id"] in ours:
            continue
        of_it = texts(package)
        if not of_it:
            wrong.append(f"{package['name']} {package['version']} ({package['license']}) has no text of its licence")
        title = f"{package['name']} {package['version']}: {package['license']}"
        for text in of_it:
            # The same text in other lines is the same text.
            sections.setdefault(" ".join(text.split()), (text, []))[1].append(title)
    if any(each["name"] == "slotless-draw" for each in packages):
        sections["fonts"] = (FONTS.read_text(encoding="utf-8").strip(), ["DejaVu Sans and DejaVu Sans Bold, in pictures"])
    if wrong:
        sys.exit("\n".join(wrong))
    print(HEAD.format(package=arguments.package, version=packages[0]["version"]))
    for text, titles in sorted(sections.values(), key=lambda each: each[1]):
        print("=" * 100, *dict.fromkeys(titles), "-" * 100, text, sep="\n", end="\n\n")


if __name__ == "__main__":
    main()
