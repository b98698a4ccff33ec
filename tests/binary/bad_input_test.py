"""Bad input: each gives a finding with its place and a hint, exit 1, within a second and 200 MB, and writes no file."""
import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

MEBIBYTE = 1 << 20
HANDLER = "def lambda_handler(event, context):\n    return 1\n"
GOOD = "channels: [conda-forge, nodefaults]\ndependencies:\n  - python=3.11\n"

# name, file name, bytes, has a line
CASES = [
    ("empty", "environment.yml", b"", False),
    ("comments only", "environment.yml", b"# nothing\n", False),
    ("not YAML", "environment.yml", b"name: [unclosed\ndependencies: {\n", True),
    ("a list where a map is due", "environment.yml", b"- numpy\n- pandas\n", True),
    ("a scalar document", "environment.yml", b"numpy==1\npandas==2\n", True),
    ("duplicate keys", "environment.yml", b"dependencies:\n  - numpy\ndependencies:\n  - pandas\n", True),
    ("unknown section in dependencies", "environment.yml", b"dependencies:\n  - npm:\n      - left-pad\n", True),
    ("dependencies missing", "environment.yml", b"name: x\nchannels: [conda-forge]\n", False),
    ("bad MatchSpec", "environment.yml", b"dependencies:\n  - numpy==\n", True),
    ("MatchSpec with a newline", "environment.yml", b'dependencies:\n  - "numpy\\nRUN evil"\n', True),
    ("MatchSpec with a command", "environment.yml", b"dependencies:\n  - numpy=$(id)\n", True),
    ("MatchSpec with a quote", "environment.yml", b"dependencies:\n  - numpy\"\n", True),
    ("channel with a command", "environment.yml", b"channels: ['$(id)']\ndependencies:\n  - numpy\n", True),
    ("channel with a newline", "environment.yml", b'channels: ["a\\nb"]\ndependencies:\n  - numpy\n', True),
    ("variable with a newline", "environment.yml", b'dependencies: [python]\nvariables:\n  A_B: "x\\ny"\n', True),
    ("pip is a single value", "environment.yml", b"dependencies:\n  - pip: pandas==2.0\n", True),
    ("bad requirement in pip section", "environment.yml", b"dependencies:\n  - pip:\n      - pandas=>2\n", True),
    ("conda pin in pip section", "environment.yml", b"dependencies:\n  - pip:\n      - jedi=0.17.0=py38_0\n", True),
    ("tab indentation", "environment.yml", b"dependencies:\n\t- numpy\n", True),
    ("invalid UTF-8", "environment.yml", b"name: caf\xe9\ndependencies:\n  - numpy\n", True),
    ("NUL byte", "environment.yml", b"dependencies:\n  - num\x00py\n", True),
    ("too large", "environment.yml", b"# " + b"x" * (MEBIBYTE + 10) + b"\n", False),
    ("cyclic alias", "environment.yml", b"dependencies: &a\n  - *a\n", True),
    ("alias bomb", "environment.yml", b"a: &a [x,x,x,x,x,x,x,x,x]\n" + b"".join(
        b"%c: &%c [%s]\n" % (98 + i, 98 + i, b",".join([b"*%c" % (97 + i)] * 9)) for i in range(9)), True),
    ("deep flow nesting", "environment.yml", b"dependencies: " + b"[" * 100000, True),
    ("deep block nesting", "environment.yml", b"".join(b" " * i + b"- \n" for i in range(400)), True),
    ("unterminated quote", "environment.yml", b"name: 'abc\ndependencies:\n  - numpy\n", True),
    ("two documents", "environment.yml", GOOD.encode() + b"---\nname: other\n", True),
    ("bad requirement", "requirements.txt", b"pandas=>2\n", True),
    ("unknown option", "requirements.txt", b"--index-ulr https://x/simple\n", True),
    ("missing nested file", "requirements.txt", b"-r other.txt\n", True),
    ("file including itself", "requirements.txt", b"-r requirements.txt\n", True),
    ("short hash", "requirements.txt", b"requests==2.32.3 --hash=sha256:abc\n", True),
    ("hash on one only", "requirements.txt", b"requests==2.32.3 --hash=sha256:" + b"a" * 64 + b"\nidna==3.10\n", True),
    ("requirement with a command", "requirements.txt", b"numpy==$(id)\n", True),
    ("requirements with NUL", "requirements.txt", b"num\x00py\n", True),
    ("requirements not UTF-8", "requirements.txt", b"numpy # caf\xe9\n", True),
    ("one long line", "requirements.txt", b"x" * (50 * MEBIBYTE) + b"\n", True),
    ("many bad lines", "requirements.txt", b"pandas=>2\n" * 100_000, True),
    ("one line of bad entries", "environment.yml", b"dependencies: [" + b"a==, " * 40_000 + b"]\n", True),
    ("credentials in an index", "requirements.txt", b"--index-url https://s3cret@host/simple\nnumpy\n", True),
]


def limited(*arguments, cwd):
    """Runs envlift; returns what it did, its CPU seconds (a busy machine does not stretch them) and its peak memory
    in bytes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen([envlift.binary(), *arguments], cwd=cwd, stdin=subprocess.DEVNULL, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace",
                               env=envlift.clean_environment())
    out, err = process.communicate(timeout=120)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return process.returncode, out, err, seconds, after.ru_maxrss * 1024


class BadInput(unittest.TestCase):
    def project(self, name, data):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name)
        (path / name).write_bytes(data)
        (path / "handler.py").write_text(HANDLER, encoding="utf-8")
        return path

    def test_inputs(self):
        for title, name, data, has_line in CASES:
            with self.subTest(title):
                folder = self.project(name, data)
                before = sorted(folder.rglob("*"))
                code, out, err, seconds, peak = limited("render", ".", "-o", "context", cwd=folder)
                self.assertEqual(code, 1, err)
                self.assertEqual(out, "")
                self.assertRegex(err, r"error\[EL\d{4}\]: ")
                self.assertIn("hint: ", err)
                self.assertNotIn("s3cret", err)
                if has_line:
                    self.assertRegex(err, rf"--> {name}:\d+:\d+")
                self.assertEqual(sorted(folder.rglob("*")), before, "a file was written")
                self.assertLess(peak, 200 * MEBIBYTE)
                # A guard against hangs and quadratic readers, far above what it takes.
                self.assertLess(seconds, 10)

    def test_inspect_prints_the_object_even_with_errors(self):
        for title, name, data, _ in CASES:
            with self.subTest(title):
                code, out, _, _, _ = limited("inspect", "--json", name, cwd=self.project(name, data))
                self.assertEqual(code, 1)
                answer = json.loads(out)
                self.assertEqual(answer["schema"], 1)
                self.assertTrue(any(f["severity"] == "error" for f in answer["findings"]))
                self.assertNotIn("s3cret", out)

    def test_findings_of_a_file_are_counted_when_they_are_too_many_to_list(self):
        data = b"pandas=>2\n" * 150 + b"numpy==$(id)\n"
        code, _, err, _, _ = limited("inspect", ".", cwd=self.project("requirements.txt", data))
        self.assertEqual(code, 1)
        self.assertEqual(err.count("error[EL0301]"), 100)
        self.assertIn("note[EL0123]: and 51 more errors like these in requirements.txt", err)

    def test_a_large_lock_is_read_in_memory_of_its_order(self):
        data = b"".join(b"pkg-%d==1.0 --hash=sha256:%064x\n" % (i, i) for i in range(60_000))
        code, out, err, seconds, _ = limited("inspect", ".", cwd=self.project("requirements.txt", data))
        self.assertEqual((code, err), (0, ""))
        self.assertIn("pip (60000)", out)
        self.assertLess(seconds, 10)

    def test_missing_file(self):
        code, out, err, _, _ = limited("inspect", "absent.yml", cwd=self.project("x.txt", b""))
        self.assertEqual((code, out), (1, ""))
        self.assertIn("absent.yml", err)
        self.assertIn("hint: ", err)

    def handler_case(self, handler, source, expected_code):
        folder = self.project("environment.yml", GOOD.encode())
        (folder / "app.py").write_text(source, encoding="utf-8")
        code, _, err, _, _ = limited("render", ".", "--handler", handler, cwd=folder)
        self.assertEqual(code, expected_code, err)
        return err

    def test_handlers(self):
        self.assertIn("EL05", self.handler_case("missing.handler", HANDLER, 1))
        self.assertIn("lambda_handler", self.handler_case("app.lambda_handlr", HANDLER, 1))
        self.assertIn("warning", self.handler_case("app.handler", "from lib import *\n", 0))
        self.assertEqual(self.handler_case("app.lambda_handler", HANDLER, 0), "")
        self.assertIn("error[EL0603]", self.handler_case("app.x\nRUN evil", HANDLER, 2))
        for nasty in ("app.$(id)", 'app."x"', "app"):
            self.assertIn("error[EL0", self.handler_case(nasty, HANDLER, 1))

    def test_a_context_inside_the_project_is_no_code(self):
        folder = self.project("environment.yml", GOOD.encode())
        for _ in range(3):
            code, _, err, _, _ = limited("render", ".", "-o", "out", cwd=folder)
            self.assertEqual(code, 0, err)
            self.assertEqual([path.name for path in (folder / "out/code").iterdir()], ["handler.py"])

    def test_a_dry_run_of_invoke_starts_nothing(self):
        code, out, err, _, _ = limited("invoke", "envlift-test/none:none", "--dry-run", cwd=self.project("x.txt", b""))
        self.assertEqual((code, out), (0, ""), err)
        self.assertIn("would start envlift-test/none:none", err)

    def test_python_without_a_base(self):
        text = "channels: [conda-forge, nodefaults]\ndependencies:\n  - python=3.6\n"
        folder = self.project("environment.yml", text.encode())
        code, _, err, _, _ = limited("inspect", ".", cwd=folder)
        self.assertEqual(code, 0)
        self.assertIn("warning[EL07", err)
        code, out, err, _, _ = limited("plan", ".", cwd=folder)
        self.assertEqual((code, out), (1, ""))
        self.assertRegex(err, r"error\[EL07\d\d\]")

    def test_readable_encodings_are_no_errors(self):
        for data in (GOOD.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + GOOD.encode(), GOOD.encode("utf-16"),
                     GOOD.encode("utf-16-le")):
            code, out, err, _, _ = limited("inspect", "--json", ".", cwd=self.project("environment.yml", data))
            self.assertEqual(code, 0, err)
            self.assertEqual([p["name"] for p in json.loads(out)["conda"]], ["python"])


if __name__ == "__main__":
    unittest.main()
