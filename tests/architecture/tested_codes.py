#!/usr/bin/env python3
"""Every code of the list is asserted somewhere: in an expected file of a sample, or in a test.

Usage: tested_codes.py [ROOT]     exit code 1 and one line a code when one is missing.

A comment or a docstring that names a code asserts nothing; so in tests only quoted or bracketed codes count.
"""
import re
import sys
from pathlib import Path

LISTS = "src/diag/codes*.cpp"
# Codes that no test can reach, each with its reason. A code that has a test does not belong here.
WITHOUT_TEST = {}

ROW = re.compile(r'^\s*\{"(EL\d{4})", ', re.MULTILINE)
IN_EXPECTED = re.compile(r"\[(EL\d{4})\]|\"code\": ?\"(EL\d{4})\"")
IN_TEST = re.compile(r"[\"'\[ ](EL\d{4})(?=[\"'\] :])")
COMMENT = re.compile(r'^\s*(//|#|""").*$', re.MULTILINE)


def listed_codes(root):
    return [code for path in sorted(root.glob(LISTS)) for code in ROW.findall(path.read_text(encoding="utf-8"))]


def asserted_codes(root):
    codes = set()
    for path in (root / "samples").rglob("expected/*"):
        for groups in IN_EXPECTED.findall(path.read_text(encoding="utf-8")):
            codes.update(filter(None, groups))
    for path in (root / "tests").rglob("*_test.*"):
        codes.update(IN_TEST.findall(COMMENT.sub("", path.read_text(encoding="utf-8"))))
    return codes


def offences(root, allowed):
    listed, asserted = listed_codes(root), asserted_codes(root)
    yield from (["no code is listed: the lists are elsewhere"] if not listed else [])
    yield from (f"{LISTS}: {code} is in no expected file and in no test" for code in listed
                if code not in asserted and code not in allowed)
    yield from (f"{code} has a test, and is excused from having one" for code in allowed if code in asserted)
    yield from (f"{code} is excused, and not in the list" for code in allowed if code not in listed)


def main():
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    found = list(offences(root, WITHOUT_TEST))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
