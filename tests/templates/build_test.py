"""The builder's steps on small trees: pruning, activation, download checks, redaction, code."""
import http.server
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import support  # noqa: E402,F401

import build_activation  # noqa: E402
import build_code  # noqa: E402
import build_environment  # noqa: E402
import build_installer  # noqa: E402
import build_prune  # noqa: E402
from build_common import Failed  # noqa: E402

MINOR = f"{sys.version_info.major}.{sys.version_info.minor}"


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.prefix = pathlib.Path(folder.name)
        self.packages = self.prefix / f"lib/python{MINOR}/site-packages"
        self.packages.mkdir(parents=True)
        self.config = {"prefix": str(self.prefix), "python": MINOR, "strategy": "swap", "variables": {},
                       "base_bin": "/var/lang/bin", "base_lib": "/var/lang/lib"}

    def write(self, relative, text=""):
        path = self.prefix / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def distribution(self, name, files, requires=()):
        info = f"{name}-1.0.dist-info"
        for file in files:
            self.write(self.packages / file, "x = 1\n")
        self.write(self.packages / info / "METADATA", f"Name: {name}\n" + "".join(f"Requires-Dist: {r}\n" for r in requires))
        self.write(self.packages / info / "RECORD", "".join(f"{file},,\n" for file in [*files, f"{info}/METADATA", f"{info}/RECORD"]))


class Prune(Tree):
    def test_an_installer_goes_whole_and_what_needs_it_keeps_it(self):
        self.distribution("pip", ["pip/__init__.py", "pip/__pycache__/__init__.cpython-311.pyc"])
        self.distribution("wheel", ["wheel/__init__.py", "wheel.pth"])
        self.distribution("needy", ["needy/__init__.py"], requires=["wheel>=0.3"])
        build_prune.main(self.config)
        names = {path.name for path in self.packages.iterdir()}
        self.assertEqual(names, {"wheel", "wheel.pth", "wheel-1.0.dist-info", "needy", "needy-1.0.dist-info"})

    def test_a_requirement_behind_an_extra_keeps_nothing(self):
        self.distribution("pip", ["pip/__init__.py"])
        self.distribution("other", ["other/__init__.py"], requires=['pip ; extra == "test"'])
        build_prune.main(self.config)
        self.assertFalse((self.packages / "pip").exists())

    def test_tests_headers_and_archives_go_stubs_and_data_stay(self):
        self.distribution("lib", ["lib/__init__.py", "lib/tests/__init__.py", "lib/tests/test_a.py", "lib/stub.pyi", "lib/x.pxd"])
        self.write("include/x.h")
        self.write("lib/libx.a")
        self.write("lib/libx.so")
        self.write("conda-meta/lib-1.0-0.json", "{}")
        build_prune.main(self.config)
        left = {str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*") if path.is_file()}
        base = f"lib/python{MINOR}/site-packages/lib"
        self.assertEqual({name for name in left if "dist-info" not in name},
                         {f"{base}/__init__.py", f"{base}/stub.pyi", "lib/libx.so", "conda-meta/lib-1.0-0.json"})

    def test_a_folder_named_tests_that_is_no_package_stays(self):
        self.write(self.packages / "data/tests/table.csv")
        build_prune.main(self.config)
        self.assertTrue((self.packages / "data/tests/table.csv").exists())


class Activation(Tree):
    def frozen(self):
        build_activation.main(self.config)
        shell = subprocess.run(["sh", "-c", f". {self.prefix}/activate.env; env -0"], env={"PATH": os.environ["PATH"]},
                               capture_output=True, check=True)
        return dict(entry.split("=", 1) for entry in shell.stdout.decode().split("\0") if "=" in entry)

    def test_scripts_run_once_and_their_variables_are_frozen(self):
        (self.prefix / "bin").mkdir()
        (self.prefix / f"bin/python{MINOR}").symlink_to(sys.executable)
        self.write("etc/conda/activate.d/a.sh", 'export PROJ_DATA="$CONDA_PREFIX/share/it\'s proj"\necho noise\n')
        self.write("conda-meta/state", json.dumps({"env_vars": {"FROM_STATE": "1"}}))
        self.config["variables"] = {"GREETING": 'say "hi" to $USER'}
        variables = self.frozen()
        self.assertEqual(variables["PROJ_DATA"], f"{self.prefix}/share/it's proj")
        self.assertEqual(variables["FROM_STATE"], "1")
        self.assertEqual(variables["GREETING"], 'say "hi" to $USER')

    def test_caches_go_below_tmp_for_packages_that_are_there(self):
        (self.packages / "matplotlib").mkdir()
        variables = self.frozen()
        self.assertEqual(variables["MPLCONFIGDIR"], "/tmp/matplotlib")
        self.assertNotIn("NUMBA_CACHE_DIR", variables)


class Records(Tree):
    def test_credentials_are_taken_out_of_what_ships(self):
        self.write("conda-meta/history", "# cmd: conda create https://ada:s3cret@host/c\n# https://x/t/ab-12345678/y\n")
        info = self.packages / "a-1.0.dist-info/direct_url.json"
        self.write(info, json.dumps({"url": "https://u:s3cret@host/a.zip"}))
        build_environment.redact_records(self.config)
        self.assertNotIn("s3cret", (self.prefix / "conda-meta/history").read_text(encoding="utf-8") + info.read_text(encoding="utf-8"))
        self.assertNotIn("ab-12345678", (self.prefix / "conda-meta/history").read_text(encoding="utf-8"))
        self.assertEqual(json.loads(info.read_text(encoding="utf-8"))["url"], "https://host/a.zip")


class Download(unittest.TestCase):
    def serve(self, answers):
        """A server that answers with these statuses in turn, then 200."""
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                status = answers.pop(0) if answers else 200
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"installer" if status == 200 else b"")

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/x.sh"

    def test_transient_failures_are_tried_again_and_others_not(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(build_installer.time, "sleep"):
            path = os.path.join(folder, "x.sh")
            build_installer.download(self.serve([503, 500]), path)
            self.assertEqual(pathlib.Path(path).read_bytes(), b"installer")
            with self.assertRaisesRegex(Failed, "404") as caught:
                build_installer.download(self.serve([404]), path)
            self.assertEqual(caught.exception.status, 1)
            with self.assertRaises(Failed) as caught:
                build_installer.download(self.serve([503] * 9), path)
            self.assertEqual(caught.exception.status, 75)

    def test_the_stand_in_for_awk_prints_fields(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.object(build_installer.shutil, "which", return_value=None):
            build_installer.shims(folder)
            for program, expected in (("NR==1{print $NF}", "2.34\n"), ("{print $1}", "ldd\nCopyright\n")):
                done = subprocess.run([os.path.join(folder, "awk"), program], input="ldd (GNU libc) 2.34\nCopyright x\n",
                                      capture_output=True, text=True, check=True)
                self.assertEqual(done.stdout, expected)


class Code(Tree):
    def test_an_edited_handler_never_answers_with_old_code(self):
        build = self.prefix / "build"
        handler = self.write("build/code/handler.py", "X = 1\n")
        self.write("build/code/broken.py", "def (\n")
        self.config["strategy"] = "native"
        with mock.patch.object(build_code, "configuration", return_value=self.config), \
                mock.patch.object(build_code, "BUILD", str(build)), \
                mock.patch.object(build_code, "run_time_python", return_value=([sys.executable], {})):
            build_code.main()
        pyc = pathlib.Path(importlib.util.cache_from_source(str(handler)))
        self.assertEqual(int.from_bytes(pyc.read_bytes()[4:8], "little"), 0b11, "not a checked hash-based pyc")
        self.assertEqual(handler.stat().st_mode & 0o444, 0o444)


if __name__ == "__main__":
    unittest.main()
