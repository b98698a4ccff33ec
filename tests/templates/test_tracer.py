"""The tracer: which lines it writes, and that subprocesses write theirs."""
import subprocess
import sys
import unittest

from support import TEMPLATES, BuildCase, write

MARK = "envlift-trace: "


class TracerTest(BuildCase):
    def traced(self, code):
        """The names that a Python with the tracer writes."""
        start = f"exec(compile(open({str(TEMPLATES / 'tracer.py')!r}).read(), 'tracer', 'exec'))\n"
        done = subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, check=True, cwd=self.root)
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


if __name__ == "__main__":
    unittest.main()
