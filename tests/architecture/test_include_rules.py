#!/usr/bin/env python3
"""include_rules.py against small trees that break one rule each."""

import tempfile
import unittest
from pathlib import Path

import include_rules

EDGES = """
main: b
a:
b: a
public a: model.hpp
pure: a
world: b
"""

FILES = {"a/a.hpp": "", "a/model.hpp": "", "a/detail.hpp": "", "b/b.hpp": ""}


def found(path, include, edges=EDGES):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in {**FILES, path: f"#include {include}\n"}.items():
            file = root / "src" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return list(include_rules.offenders(root, include_rules.Rules(edges)))


class IncludeRules(unittest.TestCase):
    def assert_allowed(self, path, include):
        self.assertEqual(found(path, include), [])

    def assert_refused(self, path, include, words):
        lines = found(path, include)
        self.assertEqual(len(lines), 1, lines)
        self.assertTrue(lines[0].startswith(f"src/{path}:1: "), lines)
        self.assertIn(words, lines[0])

    def test_edges(self):
        self.assert_allowed("b/x.cpp", '"a/a.hpp"')
        self.assert_refused("a/x.cpp", '"b/b.hpp"', "a must not include b")
        self.assert_refused("main.cpp", '"a/a.hpp"', "main must not include a")

    def test_private_headers(self):
        self.assert_allowed("b/x.cpp", '"a/model.hpp"')
        self.assert_allowed("a/x.cpp", '"a/detail.hpp"')
        self.assert_refused("b/x.cpp", '"a/detail.hpp"', "private to a")

    def test_third_party_headers(self):
        self.assert_allowed("b/x.hpp", "<tl/expected.hpp>")
        self.assert_allowed("b/x.cpp", "<curl/curl.h>")
        self.assert_refused("b/x.hpp", "<CLI/CLI.hpp>", "belong in .cpp files")

    def test_pure_folders(self):
        self.assert_allowed("a/x.cpp", "<yaml.h>")
        self.assert_allowed("a/x.cpp", "<vector>")
        self.assert_allowed("a/x.cpp", "<boost/regex.hpp>")
        self.assert_refused("a/x.cpp", "<boost/process.hpp>", "no I/O")
        self.assert_refused("a/x.cpp", "<fstream>", "no I/O")
        self.assert_refused("a/x.cpp", "<curl/curl.h>", "no I/O")

    def test_system_headers(self):
        self.assert_allowed("b/x.cpp", "<sys/wait.h>")
        self.assert_refused("a/x.cpp", "<unistd.h>", "system headers are for b")

    def test_unknown_folder_and_header(self):
        self.assert_refused("c/x.cpp", "<vector>", "no line in edges.txt")
        self.assert_refused("a/x.cpp", '"a/none.hpp"', "no such header")

    def test_cycles(self):
        self.assertIsNone(include_rules.cycle_in({"a": set(), "b": {"a"}}))
        self.assertEqual(include_rules.cycle_in({"a": {"b"}, "b": {"a"}}), ["a", "b", "a"])


if __name__ == "__main__":
    unittest.main()
