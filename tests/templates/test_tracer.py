"""The tracer: which lines it writes, and that subprocesses write theirs."""
import subprocess
import sys
import unittest

from support import TEMPLATES, BuildCase, write

MARK = "envlift-trace: "


class TracerTest(BuildCase):
    def traced(self, code, ends_well=True):
        """The names that a Python with the tracer writes."""
        start = f"exec(compile(open({str(TEMPLATES / 'tracer.py')!r}).read(), 'tracer', 'exec'))\n"
        done = subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, check=ends_well, cwd=self.root)
        return [line[len(MARK):] for line in done.stderr.splitlines() if line.startswith(MARK)]

    def test_files_are_told_once_by_their_path_and_where_it_leads(self):
        write(self.root / "data.txt", "text")
        (self.root / "link.txt").symlink_to("data.txt")
        names = self.traced("for _ in range(2): open('link.txt').close()")
        root = str(self.root.resolve())
        self.assertEqual([name for name in names if name.startswith(root)], [f"{root}/data.txt", f"{root}/link.txt"])

    def test_modules_that_were_there_before_and_extensions_are_told(self):
        names = self.traced("import _ctypes, json")
        self.assertTrue(any("/os." in name for name in names), names)
        self.assertTrue(any("/json/" in name for name in names), names)

    def test_a_library_that_ctypes_is_asked_for_is_told_by_its_name(self):
        names = self.traced("import ctypes\ntry: ctypes.CDLL('libnone.so.7')\nexcept OSError: pass")
        self.assertIn("libnone.so.7", names)

    def test_what_a_traceback_opens_where_python_ends_is_not_told(self):
        write(self.root / "source.txt", "text")
        names = self.traced("sys.excepthook = lambda *_: open('source.txt')\nraise ValueError", ends_well=False)
        self.assertTrue(names)
        self.assertEqual([name for name in names if name.endswith("source.txt")], [])


if __name__ == "__main__":
    unittest.main()
