"""The launcher in a real shell: activation, library path, the mapped bootstrap."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from support import fill  # noqa: E402

SHELLS = [shell for shell in ("/bin/dash", "/bin/bash", "/bin/sh") if shutil.which(shell)]
SHOW = "import json, os, sys; print(json.dumps([sys.argv, dict(os.environ)]))"


class Launcher(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.prefix = pathlib.Path(folder.name)
        (self.prefix / "show.py").write_text(SHOW, encoding="utf-8")

    def run_launcher(self, shell, arguments, drop=True, **environment):
        script = self.prefix / "launcher.sh"
        script.write_text(fill("launcher.sh.mustache",
                               {"prefix": str(self.prefix), "base_lib": "/var/lang/lib", "interpreter": sys.executable},
                               {"drop_base_libraries": drop}), encoding="utf-8")
        done = subprocess.run([shell, script, *arguments], env={"PATH": "/usr/bin:/bin", **environment},
                              capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def test_base_libraries_are_dropped_and_the_functions_own_stay(self):
        for shell in SHELLS:
            with self.subTest(shell):
                base = "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"
                _, environment = self.run_launcher(shell, [self.prefix / "show.py"], LD_LIBRARY_PATH=base)
                self.assertEqual(environment["LD_LIBRARY_PATH"], "/var/task:/var/task/lib:/opt/lib")
                _, environment = self.run_launcher(shell, [self.prefix / "show.py"], LD_LIBRARY_PATH="/var/lang/lib:")
                self.assertNotIn("LD_LIBRARY_PATH", environment)
                _, environment = self.run_launcher(shell, [self.prefix / "show.py"], drop=False, LD_LIBRARY_PATH=base)
                self.assertEqual(environment["LD_LIBRARY_PATH"], base)

    def test_the_functions_configuration_wins_over_the_activation(self):
        (self.prefix / "activate.env").write_text(
            '[ -n "${PROJ_DATA+set}" ] || export PROJ_DATA=\'/opt/it\'\\\'\'s here\'\n', encoding="utf-8")
        for shell in SHELLS:
            with self.subTest(shell):
                _, environment = self.run_launcher(shell, [self.prefix / "show.py"])
                self.assertEqual(environment["PROJ_DATA"], "/opt/it's here")
                _, environment = self.run_launcher(shell, [self.prefix / "show.py"], PROJ_DATA="mine")
                self.assertEqual(environment["PROJ_DATA"], "mine")
                self.assertTrue(environment["PATH"].startswith(f"{self.prefix}/bin:"))

    def test_the_bases_bootstrap_is_mapped_to_ours(self):
        for shell in SHELLS:
            with self.subTest(shell):
                script = self.prefix / "argv.sh"
                script.write_text('#!/bin/sh\nfor a in "$@"; do echo "[$a]"; done\n', encoding="utf-8")
                script.chmod(0o755)
                text = fill("launcher.sh.mustache", {"prefix": str(self.prefix), "base_lib": "/x", "interpreter": str(script)},
                            {"drop_base_libraries": True})
                done = subprocess.run([shell, "-c", text, "python3.11", "/var/runtime/bootstrap.py", "a b"],
                                      capture_output=True, text=True, check=True)
                self.assertEqual(done.stdout, "[/opt/envlift/bootstrap.py]\n[a b]\n")
                done = subprocess.run([shell, "-c", text, "python3", "-c", "print(1)"], capture_output=True, text=True, check=True)
                self.assertEqual(done.stdout, "[-c]\n[print(1)]\n")


if __name__ == "__main__":
    unittest.main()
