#!/usr/bin/env python3
"""Reads every #include of src/ and compares it with edges.txt.

Usage: include_rules.py [ROOT]     ROOT is the repository; by default the one this file lies in.
Exit code 1 and one line an offender when a rule is broken.
"""

import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# Libraries that a header may show: they are vocabulary, and cheap to compile.
HEADER_LIBRARIES = {"fmt", "tl"}
# Headers that are a library's door for the files of their folder: a tree of our own beside the library's would double
# the memory that a large lock file takes.
DOORS = {"input/toml.hpp": "toml++", "sys/curl.hpp": "curl"}
# Libraries that work on memory alone; the only ones for folders that do no I/O.
PURE_LIBRARIES = HEADER_LIBRARIES | {"yaml.h", "nlohmann", "kainjow", "mustache.hpp", "toml++", "archive.h", "archive_entry.h", "gelf.h", "libelf.h", "elf.h",
                                     "zlib.h", "zstd.h", "boost/regex.hpp"}
# Standard headers through which a program reaches the world or stops being deterministic.
WORLDLY_STANDARD = {
    "chrono", "condition_variable", "csetjmp", "csignal", "cstdio", "ctime", "filesystem", "fstream", "future",
    "iostream", "mutex", "random", "syncstream", "thread",
}


class Rules:
    """edges.txt as sets."""

    def __init__(self, text):
        self.edges, self.public, self.pure, self.world = {}, {}, set(), set()
        for line in text.splitlines():
            line = line.split("#", 1)[0].strip()
            if line:
                self._read(line)

    def _read(self, line):
        name, _, words = line.partition(":")
        values = set(words.split())
        if name == "pure":
            self.pure = values
        elif name == "world":
            self.world = values
        elif name.startswith("public "):
            self.public[name.split()[1]] = values
        else:
            self.edges[name] = values


def cycle_in(edges):
    """A cycle of the graph as a list of folders; None when there is none."""
    done, path = set(), []

    def visit(folder):
        if folder in path:
            return path[path.index(folder):] + [folder]
        if folder in done:
            return None
        path.append(folder)
        for target in sorted(edges.get(folder, ())):
            found = visit(target)
            if found:
                return found
        path.pop()
        done.add(folder)
        return None

    for start in sorted(edges):
        found = visit(start)
        if found:
            return found
    return None


def folder_of(source, src):
    parts = source.relative_to(src).parts
    return parts[0] if len(parts) > 1 else source.stem


def check_own(source, folder, header, src, rules):
    """A quoted include: a header of src/, by its path from there."""
    if not (src / header).is_file():
        return None if header.startswith("generated/") else f"no such header: {header}"
    target, _, name = header.partition("/")
    if target == folder:
        return None
    if target not in rules.edges.get(folder, ()):
        return f"{folder} must not include {target} ({header})"
    if name != f"{target}.hpp" and name not in rules.public.get(target, ()):
        return f"{header} is private to {target}"
    return None


def check_foreign(source, folder, header, rules):
    """An include in angle brackets: the standard library, the system or a third party."""
    if "/" not in header and "." not in header:
        if folder in rules.pure and header in WORLDLY_STANDARD:
            return f"{folder} does no I/O: <{header}>"
        return None
    library = header.split("/", 1)[0]
    is_system = (header.endswith(".h") and library in {header, "sys", "netinet", "arpa", "linux"}
                 and library not in PURE_LIBRARIES)
    if is_system:
        return None if folder in rules.world else f"system headers are for {', '.join(sorted(rules.world))}: <{header}>"
    is_door = DOORS.get(f"{folder}/{source.name}") == library
    if source.suffix == ".hpp" and library not in HEADER_LIBRARIES and not is_door:
        return f"third-party headers belong in .cpp files: <{header}>"
    if folder in rules.pure and not PURE_LIBRARIES & {library, header}:
        return f"{folder} does no I/O: <{header}>"
    return None


def offenders(root, rules):
    src = root / "src"
    for source in sorted(p for p in src.rglob("*") if p.suffix in {".cpp", ".hpp"}):
        folder = folder_of(source, src)
        if folder not in rules.edges:
            yield f"{source.relative_to(root)}:1: the folder {folder} has no line in edges.txt"
            continue
        for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            header = match[2]
            if match[1] == '"':
                problem = check_own(source, folder, header, src, rules)
            else:
                problem = check_foreign(source, folder, header, rules)
            if problem:
                yield f"{source.relative_to(root)}:{number}: {problem}"


def main():
    here = Path(__file__).resolve()
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else here.parents[2]
    rules = Rules((root / "tests/architecture/edges.txt").read_text(encoding="utf-8"))
    found = list(offenders(root, rules))
    cycle = cycle_in(rules.edges)
    if cycle:
        found.append("edges.txt: a cycle: " + " -> ".join(cycle))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
