#!/usr/bin/env python3
"""No file that people read and change is longer than 500 lines.

Usage: file_sizes.py [ROOT]     exit code 1 and one line an offender when there is one.
"""

import sys
from pathlib import Path

MOST_LINES = 500
FOLDERS = ("src", "tests", "templates", "scripts", "cmake")
SUFFIXES = {".cpp", ".hpp", ".py", ".sh", ".cmake", ".mustache"}
# Expected output and inputs of tests are as long as they are.
DATA_FOLDERS = {"expected", "corpus", "samples", "data"}


def counted(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            relative = path.relative_to(root)
            if path.is_file() and path.suffix in SUFFIXES and not DATA_FOLDERS.intersection(relative.parts):
                yield relative, path.read_text(encoding="utf-8").count("\n")


def main():
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    found = [(path, lines) for path, lines in counted(root) if lines > MOST_LINES]
    for path, lines in found:
        print(f"{path}:1: {lines} lines, {MOST_LINES} are allowed: split it by concept")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
