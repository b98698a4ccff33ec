"""Compares an output with its expected file, or blesses it."""
import difflib
import os
import pathlib
import sys

BLESS = os.environ.get("BLESS") == "1"


class Golden:
    def __init__(self):
        self.failures = 0

    def check(self, path: pathlib.Path, actual: str):
        if BLESS:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8")
            return
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        if expected == actual and path.exists():
            return
        self.failures += 1
        print(f"{path} differs (scripts/bless rewrites it; review the diff):")
        sys.stdout.writelines(difflib.unified_diff(
            expected.splitlines(True), actual.splitlines(True), "expected", "actual"))

    def end(self):
        sys.exit(1 if self.failures else 0)
