"""Holds the modules of a crate against a plan of rooms, for scripts/layers.sh.

Standard input has a line a folder, `FOLDER: ROOMS`, the rooms from the ground up; a room uses those before it, and rooms
between commas do not use each other. Prints each import that goes against it, and each circle that a folder within a room is
part of. With --self-test, runs cases that must be found.
"""

import pathlib
import re
import sys

# What is no code: comments, strings, characters (not lifetimes).
BLANK = re.compile(
    r'//[^\n]*|/\*.*?\*/|\bb?r(#*)".*?"\1|b?"(?:\\.|[^"\\])*"|b?\'(?:\\[^\n]{1,10}?|[^\\\'\n])\'', re.S
)
TOKEN = re.compile(r"[A-Za-z_$][A-Za-z_0-9$]*|::|->|=>|[^\sA-Za-z_$]")
NAME = re.compile(r"[A-Za-z_]")
STARTS = ("crate", "super", "self")


def tokens(text):
    """(Token, line) of the code."""
    text = BLANK.sub(lambda found: " " + "\n" * found[0].count("\n"), text)
    out, line, at = [], 1, 0
    for found in TOKEN.finditer(text):
        line += text.count("\n", at, found.start())
        at = found.start()
        out.append((found[0], line))
    return out


def closing(words, at):
    """Index of the bracket that closes the one at `at`."""
    depth = 0
    for i in range(at, len(words)):
        depth += (words[i][0] in "([{") - (words[i][0] in ")]}")
        if depth == 0:
            return i
    return len(words) - 1


def item_end(words, at):
    """Index of the last token of the item that begins at `at`, attributes and all."""
    while at + 1 < len(words) and words[at][0] == "#" and words[at + 1][0] == "[":
        at = closing(words, at + 1) + 1
    used = at < len(words) and words[at][0] == "use"
    while at < len(words):
        word = words[at][0]
        if word == ";":
            return at
        if word in "([{":
            at = closing(words, at)
            if word == "{" and not used:
                return at
        at += 1
    return len(words) - 1


def paths(words, at, before):
    """Paths of the tree that begins at `at`, each as (names, line), and where it ends."""
    names, line = list(before), words[at][1]
    while at < len(words):
        word = words[at][0]
        if word == "{":
            end, out, at = closing(words, at), [], at + 1
            while at < end:
                if NAME.match(words[at][0]) or words[at][0] in "{*":
                    found, at = paths(words, at, names)
                    out += found
                else:
                    at += 1
            return out, end + 1
        names.append(word)
        line = words[at][1]
        at += 1
        if at + 1 < len(words) and words[at][0] == "::" and (NAME.match(words[at + 1][0]) or words[at + 1][0] in "{*"):
            at += 1
            continue
        if at + 1 < len(words) and words[at][0] == "as":
            at += 2
        return [(names, line)], at
    return [(names, line)], at


def imports(module, text):
    """(Path, line) of each path of the crate that a file of this module names, in code that is no test's."""
    words, here, depths, depth, at = tokens(text), list(module), [], 0, 0
    while at < len(words):
        word, _ = words[at]
        if [one for one, _ in words[at : at + 7]] == ["#", "[", "cfg", "(", "test", ")", "]"]:
            at = item_end(words, at) + 1
            continue
        if word == "mod" and at + 2 < len(words) and words[at + 2][0] == "{":
            here.append(words[at + 1][0])
            depths.append(depth)
            depth += 1
            at += 3
            continue
        if word == "{":
            depth += 1
        elif word == "}":
            depth -= 1
            if depths and depths[-1] == depth:
                depths.pop()
                here.pop()
        elif word in STARTS and words[at - 1][0] not in ("::", ".") and at + 1 < len(words) and words[at + 1][0] == "::":
            found, at = paths(words, at, [])
            for names, line in found:
                base = [] if names[0] == "crate" else list(here)
                rest = names[1:] if names[0] in ("crate", "self") else names
                while rest and rest[0] == "super":
                    base, rest = base[:-1], rest[1:]
                whole = base + rest
                if whole:
                    yield whole, line
            continue
        at += 1


def front(text, rooms):
    """The module that the front page of a crate or a folder has each name from."""
    words, home = tokens(text), {}
    for at, (word, _) in enumerate(words):
        if word == "use":
            for names, _ in paths(words, at + 1, [])[0]:
                names = [name for name in names if name not in STARTS]
                if len(names) > 1 and names[0] in rooms:
                    home[names[-1]] = names[0]
    return home


def modules_of(files):
    """The module of each file that is no test's, as names."""
    modules = {}
    for path in sorted(files):
        parts = path[: -len(".rs")].split("/")
        if path in ("lib.rs", "main.rs") or "tests" in parts:
            continue
        if parts[-1] == "mod":
            parts.pop()
        modules[path] = parts
    return modules


def circles(folder, files):
    """Lines for the modules of a folder within a room that use each other in a circle, where one of them is a folder itself.
    Files that do are one thing in several files."""
    modules = modules_of(files)
    text = {tuple(parts): files[path] for path, parts in modules.items()}
    inner, homes, uses = {}, {}, {}
    for parts in map(tuple, modules.values()):
        for length in range(1, len(parts)):
            inner.setdefault(parts[:length], set()).add(parts[length])
    for parent, children in inner.items():
        homes[parent] = front(text.get(parent, ""), children)
    for path, parts in modules.items():
        for target, line in imports(parts, files[path]):
            for length in range(1, min(len(parts), len(target))):
                parent = tuple(parts[:length])
                name = homes[parent].get(target[length], target[length])
                if tuple(target[:length]) == parent and name in inner[parent] and name != parts[length]:
                    place = f"{folder}/{path}:{line}"
                    uses.setdefault(parent, {}).setdefault(parts[length], {}).setdefault(name, place)
    out = []
    for parent, steps in sorted(uses.items()):
        for start in sorted(one for one in steps if parent + (one,) in inner):
            # The shortest way from the folder back to it.
            ways, seen = [[start]], set()
            while ways:
                way = ways.pop(0)
                for name in sorted(steps.get(way[-1], {})):
                    if name == start:
                        names = " -> ".join([*way, start])
                        places = ", ".join(steps[a][b] for a, b in zip(way, [*way[1:], start]))
                        out.append(f"{folder}/{'/'.join(parent)}: a circle of rooms, {names} ({places})")
                        ways = []
                        break
                    if name not in seen:
                        seen.add(name)
                        ways.append([*way, name])
    return out


def against(folder, plan, files):
    """Lines for what goes against the plan; `files` are the texts by their paths below the folder."""
    level, out, seen = {}, [], set()
    for height, names in enumerate(plan.split()):
        for name in names.split(","):
            level[name] = height
    modules = modules_of(files)
    rooms = {parts[0] for parts in modules.values()}
    home = front(files.get("lib.rs", files.get("main.rs", "")), rooms)
    for path, parts in modules.items():
        room, lines = parts[0], files[path].split("\n")
        found = {(line, home.get(target[0], target[0])) for target, line in imports(parts, files[path])}
        for line, target in sorted(found):
            if target == room or target not in rooms:
                continue
            said = f"{folder}/{path}:{line}: {lines[line - 1].strip()}"
            for name in (room, target):
                if name not in level:
                    seen.add(name)
                    out.append(f"{said} (room {name} is not in the plan)")
            if room in level and target in level and level[target] >= level[room]:
                out.append(f"{said} ({room} may not use {target})")
    out += [f"{folder}/{name}: room {name} is not in the plan" for name in sorted(rooms - set(level) - seen)]
    out += [f"{folder}: the plan's room {name} is not there" for name in sorted(set(level) - rooms)]
    return out


def self_test():
    """Runs `against` on crates of a few lines; each must give what is beside it."""
    above = "(low may not use high)"
    cases = [
        ("use crate::high;", above),
        ("use crate::high::{a, b};", above),
        ("use super::high;", above),
        ("use super::{a, high};", above),
        ("use super::{\n    a,\n    high::{b, c},\n};", above),
        ("use crate::{\n    a,\n    high as b,\n};", above),
        ("use crate::{self, high};", above),
        ("use {core::fmt, crate::high};", above),
        ("fn f() { super::high::f() }", above),
        ("mod inner {\n    use super::super::high;\n}", above),
        ("mod inner {\n    fn f() {}\n}\nuse super::high;", above),
        ("#[cfg(test)]\nmod tests;\nuse crate::high;", above),
        ("#[cfg(test)]\nuse crate::{high};\nfn f() {}", None),
        ("#[cfg(test)]\nmod tests {\n    use crate::high;\n}", None),
        ("// use crate::high;\nconst A: &str = \"use crate::high;\";", None),
        ("mod high {}\nuse self::high;", None),
        ("mod inner {\n    use super::high;\n}", None),
        ("use elsewhere::crate_::high;", None),
        ("use crate::other;", "(room other is not in the plan)"),
        ("use crate::Name;", None),
        ("use crate::{Name, Shown};", above),
    ]
    failed = 0
    for text, wanted in cases:
        door = "mod low;\npub use high::{Shown, b::c};\nuse crate::high;"
        files = {"lib.rs": door, "low.rs": text, "high/mod.rs": "use crate::low;"}
        if "other" in text:
            files["other/inner.rs"] = ""
        for path in ("low.rs", "low/mod.rs"):
            moved = {path if name == "low.rs" else name: one for name, one in files.items()}
            found = against("src", "low high", moved)
            if [wanted] != [wanted for one in found if wanted and one.endswith(wanted)] and (wanted or found):
                failed = 1
                print(f"self-test: {text!r} in {path}, expected {wanted}, found {found}")
    whole = [
        ("low high", {"low.rs": "", "high/a.rs": "use super::super::low;"}, 0),
        ("low high", {"low/a.rs": "use super::super::high;", "high/a.rs": ""}, 1),
        ("low high", {"low/a.rs": "use super::{high};", "high/a.rs": "", "low/high.rs": ""}, 0),
        ("low,high", {"low.rs": "", "high.rs": "use crate::low;"}, 1),
        ("low", {"low.rs": "", "high.rs": ""}, 1),
        ("low", {"low.rs": "", "high.rs": "use crate::low;"}, 1),
        ("low high", {"low.rs": ""}, 1),
    ]
    for plan, files, wanted in whole:
        found = against("src", plan, files)
        if len(found) != wanted:
            failed = 1
            print(f"self-test: {files} by {plan}, expected {wanted} lines, found {found}")
    rings = [
        ({"a/b/mod.rs": "use super::c::C;", "a/b/d.rs": "", "a/c.rs": "use crate::a::b;"}, 1),
        ({"a/b/d.rs": "use crate::a::c;", "a/b/mod.rs": "", "a/c.rs": "use super::e;", "a/e.rs": "use super::b::d;"}, 1),
        ({"a/b/d.rs": "use crate::a::C;", "a/b/mod.rs": "", "a/c.rs": "use super::b::d;", "a/mod.rs": "pub use c::C;"}, 1),
        ({"x/a/b/d.rs": "use super::super::c;", "x/a/b/mod.rs": "", "x/a/c.rs": "use super::b;"}, 1),
        ({"a/b/d.rs": "use super::super::c;", "a/b/mod.rs": "", "a/c/e.rs": "use crate::a::b;"}, 2),
        ({"a/b.rs": "use super::c;", "a/c.rs": "use super::b;"}, 0),
        ({"a/b/d.rs": "use super::super::c;", "a/b/mod.rs": "", "a/c.rs": ""}, 0),
        ({"a/b/d.rs": "use super::e;", "a/b/e.rs": "use super::d;", "a/c.rs": "use super::b;"}, 0),
        ({"a/b/tests.rs": "use super::super::c;", "a/b/mod.rs": "", "a/c.rs": "use super::b;"}, 0),
        ({"a/b/tests.rs": "", "a/b/mod.rs": "use super::c;", "a/c.rs": "use super::b;"}, 0),
        ({"a/b/d.rs": "use super::super::C;", "a/b/mod.rs": "", "a/c.rs": "use super::b;", "a/mod.rs": "pub struct C;"}, 0),
    ]
    for files, wanted in rings:
        found = circles("src", files)
        if len(found) != wanted:
            failed = 1
            print(f"self-test: {files}, expected {wanted} circles, found {found}")
    return failed


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    failed = 0
    for entry in sys.stdin.read().split("\n"):
        if not entry.strip():
            continue
        folder, _, plan = entry.partition(":")
        root = pathlib.Path(folder)
        files = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in root.rglob("*.rs")}
        for line in against(folder, plan, files) + circles(folder, files):
            failed = 1
            print(line)
    return failed


if __name__ == "__main__":
    sys.exit(main())
