"""A native image's environment from start to finish, without a network: wheels made here, a base made here."""
import http.server
import importlib.util
import os
import pathlib
import shutil
import stat
import subprocess
import threading
import unittest
from unittest import mock

from support import MINOR, BuildCase, make_base, make_client_wheel, make_wheel, render, write

import build_common
import build_environment
import build_finish
import build_pip
from build_common import Exit, Failed


MINE = """import simplejson


def main():
    print('mine runs')
"""
SHOW = """import os, subprocess, sys, simplejson
print(simplejson.base, os.environ['MINE'], sys.prefix, flush=True)
subprocess.run([sys.executable, '-c', 'import simplejson; print(simplejson.base)'])
subprocess.run(['minetool'])
"""


class Refusing(http.server.BaseHTTPRequestHandler):
    """An index that lets nobody in."""

    def do_GET(self):
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="private"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@unittest.skipUnless(importlib.util.find_spec("pip"), "this Python has no pip, which every base image has")
class EnvironmentTest(BuildCase):
    def setUp(self):
        super().setUp()
        make_base(self.root / "lang")
        self.wheels = self.root / "wheels"
        make_wheel(self.wheels, "simplejson", "3.20", {"simplejson/__init__.py": "base = False\n"})
        make_wheel(self.wheels, "simplejson", "4.0", {"simplejson/__init__.py": "base = False\n"})
        make_client_wheel(self.wheels)
        make_wheel(self.build / "environment" / "local", "mine", "1", {"mine.py": MINE}, requires=["simplejson"],
                   scripts=["minetool = mine:main"])
        self.write_requirements("simplejson==3.20\n./local/mine-1-py3-none-any.whl\n")
        write(self.scripts / "launcher.sh", render(
            "launcher.sh.mustache", prefix=str(self.prefix), base_lib=self.config["base_lib"],
            drop_base_libraries=False, interpreter=str(self.prefix / "bin" / f"python{MINOR}")))
        write(self.scripts / "bootstrap.py", render(
            "bootstrap.py.mustache", prefix=str(self.prefix), base_lib=self.config["base_lib"], python=MINOR))

    def write_requirements(self, text):
        write(self.build / "environment" / "requirements.txt", text)

    def step(self, name, status=0):
        process = self.run_step(name, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(self.wheels))
        self.assertEqual(process.returncode, status, process.stdout)
        return process.stdout

    def versions(self):
        return {path.name for path in self.packages.glob("*.dist-info")}

    def test_requirements_are_met_by_the_environment_not_by_the_base(self):
        output = self.step("environment")
        self.assertEqual(self.versions(), {"simplejson-3.20.dist-info", "mine-1.dist-info",
                                           "awslambdaric-4.2.2.dist-info"})
        self.assertRegex(output, r"(?m)^envlift: installing awslambdaric==4\.2\.2 \.\.\. \d+\.\d s$")
        self.assertIn("envlift: awslambdaric 4.2.2 loads\n", output)
        self.assertNotIn("warning", output.lower())

    def test_the_user_s_client_stays(self):
        make_client_wheel(self.wheels, "3.1.1")
        self.write_requirements("awslambdaric==3.1.1\n")
        self.assertIn("envlift: the environment brings awslambdaric 3.1.1: it stays", self.step("environment"))
        self.assertIn("awslambdaric-3.1.1.dist-info", self.versions())

    def test_an_index_that_refuses_the_credentials_is_named(self):
        self.write_requirements("simplejson==3.20\n")
        with http.server.HTTPServer(("127.0.0.1", 0), Refusing) as index:
            threading.Thread(target=index.serve_forever, daemon=True).start()
            place = f"127.0.0.1:{index.server_address[1]}"
            process = self.run_step("environment", PIP_INDEX_URL=f"http://ci:pw1@{place}/simple", NO_PROXY="127.0.0.1")
            index.shutdown()
        self.assertEqual(process.returncode, Exit.PIP, process.stdout)
        self.assertIn(f"envlift: error: {place} refuses the credentials: HTTP 401 for http://", process.stdout)
        self.assertNotIn("pw1", process.stdout)
        self.assertFalse((self.build / "pip.log").exists())

    def test_a_pinned_package_is_never_changed_for_the_client(self):
        make_wheel(self.wheels, "simplejson", "2.0", {"simplejson/__init__.py": ""})
        self.write_requirements("simplejson==2.0\n")
        output = self.step("environment", Exit.CLIENT_INSTALL)
        self.assertIn("envlift: error: awslambdaric==4.2.2 cannot be installed beside what the environment pins",
                      output)
        self.assertEqual(self.versions(), {"simplejson-2.0.dist-info"})

    def test_hashes_do_not_refuse_the_client(self):
        wheel = self.wheels / "simplejson-3.20-py3-none-any.whl"
        digest = subprocess.check_output(["sha256sum", str(wheel)]).split()[0].decode()
        self.write_requirements(f"simplejson==3.20 --hash=sha256:{digest}\n")
        self.step("environment")
        self.write_requirements(f"simplejson==3.20 --hash=sha256:{'0' * 64}\n")
        shutil.rmtree(self.prefix)
        self.assertIn("do not match the hashes", self.step("environment", Exit.PIP).lower())

    def test_a_lock_is_installed_as_it_is_written(self):
        make_wheel(self.wheels, "needy", "1", {"needy/__init__.py": ""}, requires=["absent>=2"])
        self.config["pip"] = {"files": ["requirements.txt", "unhashed.txt"], "locked": True}
        self.write_requirements("simplejson==3.20\n")
        write(self.build / "environment" / "unhashed.txt", "needy==1\n")
        output = self.step("environment")
        self.assertIn("needy-1.dist-info", self.versions())
        self.assertIn("envlift: warning: pip check: needy 1 requires absent", output)

    def test_a_native_part_that_does_not_load_is_named(self):
        make_client_wheel(self.wheels, native="raise ImportError('libcurl.so.4: cannot open shared object file')\n")
        output = self.step("environment", Exit.CLIENT_IMPORT)
        self.assertEqual(output.splitlines()[-1], "envlift: error: the runtime interface client cannot be imported: "
                                                  "ImportError: libcurl.so.4: cannot open shared object file")

    def test_conflicts_are_warnings(self):
        self.step("environment")
        self.distribution("broken", "1", requires=["simplejson>9"])

        def check():
            with build_pip.conflicts_warned_of(self.config):
                pass
        self.assertIn("warning: pip check: broken 1 has requirement simplejson>9", self.output_of(check))

    def test_the_bytecode_of_an_environment_s_pip_is_kept_outside_of_it(self):
        pip = pathlib.Path(importlib.util.find_spec("pip").origin).parent
        shutil.copytree(pip, self.packages / "pip", ignore=shutil.ignore_patterns("__pycache__"))
        self.distribution("pip", "24.0")
        self.step("environment")
        [folder] = (self.root / "cache" / "pip-bytecode").iterdir()
        self.assertTrue(list(folder.rglob("pip/_internal/**/*.pyc")))
        self.assertFalse(list((self.packages / "pip").rglob("*.pyc")))
        self.distribution("pip", "24.0", files=["pip/another.py"])
        self.assertNotEqual(build_pip.bytecode_folder(self.config), str(folder))
        (self.packages / "pip" / "__pycache__").mkdir()
        self.assertIsNone(build_pip.bytecode_folder(self.config))

    def test_another_minor_is_refused(self):
        self.config["python"] = "3.99"
        output = self.step("environment", Exit.PYTHON)
        self.assertIn(f"envlift: error: the base image has Python {MINOR}, the environment needs 3.99", output)

    def test_finished_it_starts(self):
        self.step("environment")
        self.config["variables"] = {"MINE": "it's"}
        self.assertIn("envlift: the environment is 0.", self.step("finish"))
        launcher = self.build / "root" / self.config["base_bin"].lstrip("/") / f"python{MINOR}"
        names = {path.name for path in launcher.parent.iterdir()}
        self.assertEqual(names, {f"python{MINOR}", "python3", "python", f"base-python{MINOR}"})
        self.assertEqual(stat.S_IMODE(launcher.stat().st_mode), 0o755)
        self.assertFalse((launcher.parent / f"base-python{MINOR}").is_symlink())
        self.assertTrue((self.build / "root" / "opt" / "envlift" / "bootstrap.py").is_file())
        output = subprocess.check_output([launcher, "-c", SHOW], env={"PATH": "/usr/bin:/bin"})
        self.assertEqual(output.decode().splitlines(), [f"False it's {self.prefix}", "False", "mine runs"])

    def test_a_base_without_python_gets_a_runtime(self):
        for name in ("launcher.sh", "bootstrap.py", "runtime.sh"):
            write(self.scripts / name, name)
        config = {**self.config, "strategy": "os-only"}
        build_finish.lay_out_root(config)
        root = self.build / "root"
        programs = self.config["base_bin"].lstrip("/")
        files = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
        self.assertEqual(files, {"var/runtime/bootstrap", "opt/envlift/bootstrap.py",
                                 *(f"{programs}/{name}" for name in (f"python{MINOR}", "python3", "python"))})
        runtime = root / "var" / "runtime" / "bootstrap"
        self.assertEqual((runtime.read_text(encoding="utf-8"), stat.S_IMODE(runtime.stat().st_mode)),
                         ("runtime.sh", 0o755))

    def test_a_base_that_is_not_aws_gets_an_entry_script_too(self):
        for name in ("launcher.sh", "bootstrap.py", "runtime.sh", "entrypoint.sh"):
            write(self.scripts / name, name)
        build_finish.lay_out_root({**self.config, "strategy": "custom"})
        entry = self.build / "root" / "lambda-entrypoint.sh"
        self.assertEqual((entry.read_text(encoding="utf-8"), stat.S_IMODE(entry.stat().st_mode)), ("entrypoint.sh", 0o755))
        self.assertTrue((self.build / "root" / "var" / "runtime" / "bootstrap").is_file())

    def test_the_python_of_such_a_base_may_be_another_but_not_too_old(self):
        config = {**self.config, "strategy": "custom", "python": "3.99"}
        build_environment.check_base_python(config)
        with mock.patch.object(build_environment.sys, "version_info", (3, 7, 17)):
            with self.assertRaisesRegex(Failed, "the base image has Python 3.7, the builder needs 3.8"):
                build_environment.check_base_python(config)
        with self.assertRaisesRegex(Failed, "the environment needs 3.99"):
            build_environment.check_base_python({**config, "strategy": "swap"})

    def test_finished_it_reads_no_source(self):
        self.step("environment")
        self.step("finish")
        pycs = [pathlib.Path(importlib.util.cache_from_source(str(path))) for path in self.packages.rglob("*.py")]
        self.assertTrue(pycs)
        self.assertEqual({int.from_bytes(path.read_bytes()[4:8], "little") for path in pycs}, {1})

    def test_what_does_not_start_is_not_shipped(self):
        self.step("environment")
        write(self.packages / "broken.pth", "import nothing_of_that_name\n")
        (self.packages / "simplejson" / "__init__.py").write_text("raise ImportError('gone')\n")
        output = self.step("finish", Exit.START)
        self.assertIn("No module named 'nothing_of_that_name'", output)
        self.assertEqual(output.splitlines()[-1],
                         "envlift: error: the finished environment does not start: ImportError: gone")


class PythonTest(BuildCase):
    def test_an_environment_of_another_minor_cannot_be_swapped_in(self):
        write(self.prefix / "bin" / "python3.99")
        with self.assertRaises(Failed) as caught:
            build_environment.check_python(self.config)
        self.assertEqual(str(caught.exception), f"the environment has python3.99, the base image runs python{MINOR}")
        self.assertEqual(caught.exception.status, Exit.PYTHON)


class NetrcTest(BuildCase):
    def test_git_finds_it_in_the_home_folder(self):
        netrc = write(self.secrets / "netrc", "machine host login me password s3cret\n")
        for _ in range(2):
            environment = build_common.child_environment()
            self.assertEqual(environment["NETRC"], str(netrc))
            self.assertEqual(os.readlink(os.path.join(environment["HOME"], ".netrc")), str(netrc))

    def test_without_one_there_is_no_link(self):
        environment = build_common.child_environment()
        self.assertNotIn("NETRC", environment)
        self.assertFalse(os.path.lexists(os.path.join(environment["HOME"], ".netrc")))


if __name__ == "__main__":
    unittest.main()
