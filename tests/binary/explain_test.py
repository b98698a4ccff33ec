"""`envlift explain`: every code, however it is spelled, and words that are none."""
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402


class Explain(unittest.TestCase):
    def test_all_codes_are_listed_and_documented(self):
        done = envlift.run("explain")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        codes = [line.split()[0] for line in done.stdout.splitlines()]
        page = (envlift.ROOT / "docs/diagnostics.md").read_text(encoding="utf-8")
        self.assertEqual(codes, re.findall(r"^## (EL\d{4})$", page, re.MULTILINE))
        self.assertGreater(len(codes), 100)
        for code in codes[::20]:
            done = envlift.run("explain", code)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, rf"^(error|warning|note)\[{code}\]: ")
            self.assertIn("\nwhat to do\n", done.stdout)

    def test_spellings(self):
        whole = envlift.run("explain", "EL0203").stdout
        for word in ("el0203", "0203", "203"):
            self.assertEqual(envlift.run("explain", word).stdout, whole)

    def test_words_that_are_no_code(self):
        for word, hint in (("EL0299", "near it: `EL0209`"), ("el02033", "near it: `EL0203`"),
                           ("E" * 500, "`envlift explain` lists all codes"), ("", ""), ("\x1b[31m", "lists all codes")):
            with self.subTest(word):
                done = envlift.run("explain", *([word] if word else ["EL0101", "more"]))
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertTrue(done.stderr.startswith("error: "))
                self.assertNotIn("\x1b", done.stderr)
                if word:
                    self.assertIn(hint, done.stderr)


if __name__ == "__main__":
    unittest.main()
