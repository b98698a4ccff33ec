"""What the tests of the templates share: the templates' modules, a build folder, wheels, a base image's Python."""
import contextlib
import csv
import importlib.util
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from unittest import mock

TEMPLATES = pathlib.Path(os.environ.get("ENVLIFT_TEMPLATES",
                                        pathlib.Path(__file__).resolve().parents[2] / "templates"))
MINOR = "{}.{}".format(*sys.version_info)
sys.path.insert(0, str(TEMPLATES))
sys.dont_write_bytecode = True

SWITCHES = {"prune": True, "keep": [], "strip": True, "debug_ranges": False}   # finish.json without settings
SHELLS = [path for path in map(shutil.which, ("dash", "bash")) if path]


def render(name, **keys):
    """A mustache template filled: values, and sections by booleans. Every key must be of use."""
    text = (TEMPLATES / name).read_text()
    for key, value in keys.items():
        if isinstance(value, bool):
            section = re.compile(r"\{\{#%s\}\}\n(.*?)\{\{/%s\}\}\n" % (key, key), re.S)
            text, count = section.subn(r"\1" if value else "", text)
        else:
            count = text.count("{{" + key + "}}")
            text = text.replace("{{" + key + "}}", value)
        assert count, key
    assert "{{" not in text
    return text


def write(path, text="", mode=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if mode is not None:
        path.chmod(mode)
    return path


def make_wheel(folder, name, version, files, requires=(), scripts=()):
    """A wheel of these files ({path: text}); returns its path."""
    info = f"{name}-{version}.dist-info"
    files = {**files,
             f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
                                 + "".join(f"Requires-Dist: {one}\n" for one in requires),
             f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
    if scripts:
        files[f"{info}/entry_points.txt"] = "[console_scripts]\n" + "".join(f"{one}\n" for one in scripts)
    record = io.StringIO()
    csv.writer(record, lineterminator="\n").writerows([path, "", ""] for path in [*files, f"{info}/RECORD"])
    path = pathlib.Path(folder) / f"{name}-{version}-py3-none-any.whl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in {**files, f"{info}/RECORD": record.getvalue()}.items():
            archive.writestr(member, text)
    return path


def make_client_wheel(folder, version="4.2.2", native="", requires=("simplejson>=3.20",)):
    """A runtime interface client as far as the builder looks at it."""
    return make_wheel(folder, "awslambdaric", version, {
        "runtime_client.py": native, "awslambdaric/__init__.py": "",
        "awslambdaric/lambda_runtime_client.py": "import simplejson\n",
        "awslambdaric/__main__.py": "from . import lambda_runtime_client\n",
    }, requires=requires)


def make_base(folder):
    """A base image's Python of its own prefix, out of the one that runs the tests: standard library and pip linked,
    site-packages with one package that an environment must not see. Returns the bin folder."""
    real = pathlib.Path(os.__file__).parent
    packages = folder / "lib" / f"python{MINOR}" / "site-packages"
    packages.mkdir(parents=True)
    for entry in real.iterdir():
        if entry.name not in ("site-packages", "dist-packages"):
            (packages.parent / entry.name).symlink_to(entry)
    pip = importlib.util.find_spec("pip")
    if pip is not None:
        (packages / "pip").symlink_to(pathlib.Path(pip.origin).parent)
    write(packages / "simplejson" / "__init__.py", "base = True\n")
    write(packages / "simplejson-1.0.dist-info" / "METADATA", "Metadata-Version: 2.1\nName: simplejson\nVersion: 1.0\n")
    (folder / "bin").mkdir()
    (folder / "bin" / f"python{MINOR}").symlink_to(os.path.realpath(sys.executable))
    return folder / "bin"


class BuildCase(unittest.TestCase):
    """A test with a build folder: self.build is /build, self.config the environment.json of a native image and
    its finish.json."""

    def setUp(self):
        self.root = pathlib.Path(self.enter(tempfile.TemporaryDirectory()))
        self.build = self.root / "build"
        self.scripts = self.build / "envlift"
        self.scripts.mkdir(parents=True)
        (self.build / "environment").mkdir()
        self.prefix = self.root / "env"
        self.secrets = self.root / "secrets"
        self.config = {"strategy": "native", "python": MINOR, "prefix": str(self.prefix), "conda": None,
                       "pip": {"files": ["requirements.txt"], "locked": False}, "runtime_client": "awslambdaric==4.2.2",
                       "channel_alias": None, "default_channels": [], "accept_tos": [], "variables": {},
                       "base_bin": str(self.root / "lang" / "bin"), "base_lib": str(self.root / "lang" / "lib"),
                       **SWITCHES}
        for module in [module for name, module in sys.modules.items() if name.startswith("build_")]:
            for name, value in (("HERE", self.scripts), ("BUILD", self.build), ("SECRETS", self.secrets),
                                ("CACHE", self.root / "cache")):
                if hasattr(module, name):
                    self.enter(mock.patch.object(module, name, str(value)))

    def enter(self, context):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        return stack.enter_context(context)

    @property
    def packages(self):
        return self.prefix / "lib" / f"python{MINOR}" / "site-packages"

    def distribution(self, name, version, files=(), requires=(), text=""):
        """An installed distribution with a RECORD of its files (relative to site-packages)."""
        info = f"{name}-{version}.dist-info"
        write(self.packages / info / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
              + "".join(f"Requires-Dist: {one}\n" for one in requires))
        for path in files:
            write(self.packages / path, text)
        recorded = [*files, f"{info}/METADATA", f"{info}/RECORD"]
        write(self.packages / info / "RECORD", "".join(f"{path},,\n" for path in recorded))

    def conda_record(self, name, files, version="1"):
        write(self.prefix / "conda-meta" / f"{name}-{version}-0.json",
              json.dumps({"name": name, "version": version, "files": files}))

    def output_of(self, function, *arguments):
        """What a function says."""
        with contextlib.redirect_stdout(io.StringIO()) as stdout:
            function(*arguments)
        return stdout.getvalue()

    def run_step(self, step, **variables):
        """Runs build.py as the Dockerfile does; returns the finished process."""
        for path in TEMPLATES.glob("build*.py"):
            shutil.copy(path, self.scripts)
        write(self.scripts / "environment.json", json.dumps({name: value for name, value in self.config.items()
                                                             if name not in SWITCHES}))
        write(self.scripts / "finish.json", json.dumps({name: self.config[name] for name in SWITCHES}))
        environment = {"PATH": os.environ["PATH"], "ENVLIFT_BUILD_SECRETS": str(self.secrets),
                       "ENVLIFT_BUILD_CACHE": str(self.root / "cache"), **variables}
        argv = [str(self.root / "lang" / "bin" / f"python{MINOR}"), str(self.scripts / "build.py"), step]
        return subprocess.run(argv, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              universal_newlines=True, check=False)
