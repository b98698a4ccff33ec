#!/usr/bin/env python3
"""tested_codes.py against small trees."""

import tempfile
import unittest
from pathlib import Path

import tested_codes

CODES = '    {"EL0101", error, "the file does not exist"},\n    {"EL0802", error, "the daemon does not answer"},\n'


def found(files, allowed=()):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in {"src/diag/codes.cpp": CODES, **files}.items():
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return list(tested_codes.offences(root, dict.fromkeys(allowed, "a reason")))


EXPECTED = {"samples/errors/x/expected/diagnostics.txt": "error[EL0101]: x\n"}


class TestedCodes(unittest.TestCase):
    def test_expected_files_and_tests_count(self):
        for test in ('CHECK(error.code == "EL0802");', 'self.assertIn("error[EL0802]: x", err)', 'Texts{"EL0802 1:2"}'):
            self.assertEqual(found({**EXPECTED, "tests/unit/x_test.cpp": test + "\n"}), [])

    def test_a_new_code_without_a_test_is_named(self):
        self.assertEqual(found(EXPECTED), ["src/diag/codes*.cpp: EL0802 is in no expected file and in no test"])

    def test_a_comment_asserts_nothing(self):
        for comment in ("// error[EL0802] is another matter", "  # not \"EL0802\"", '"""About EL0802 alone."""'):
            self.assertEqual(len(found({**EXPECTED, "tests/unit/x_test.py": comment + "\n"})), 1)

    def test_an_excuse_must_be_needed(self):
        self.assertEqual(found(EXPECTED, ["EL0802"]), [])
        self.assertEqual(found(EXPECTED, ["EL0802", "EL0101"]), ["EL0101 has a test, and is excused from having one"])
        self.assertEqual(found(EXPECTED, ["EL0802", "EL0999"]), ["EL0999 is excused, and not in the list"])


if __name__ == "__main__":
    unittest.main()
