"""Removes what cannot be needed at run time. Whole distributions with their .pth files, never halves; what is not
certain stays. conda-meta stays as it was: audits and locks read what was installed from it."""
import glob
import os
import re
import shutil

import build_elf
from build_common import library, say, site_packages
from build_keep import Kept
from build_records import conda_packages, distributions, recorded_files

# What only builds or documents, by the kind that `keep` calls it.
FOLDERS = {"headers": ("include", "share/aclocal", "lib/pkgconfig", "lib/cmake", "compiler_compat"),
           "docs": ("share/man", "share/doc", "share/info", "share/gtk-doc", "man", "ssl/man")}
CACHES = ("pkgs",)   # conda's
# As the official Python images leave them out, plus what needs a screen.
STANDARD_LIBRARY = ("test", "idlelib", "turtledemo", "ensurepip", "lib2to3/tests", "tkinter/test", "distutils/tests",
                    "unittest/test", "ctypes/test", "sqlite3/test", "config-*")
FILES = {"archives": re.compile(r"lib.*\.l?a$"),                  # static and libtool libraries
         "headers": re.compile(r".*\.(pyx|pxd|pxi)$"),            # Cython's
         "maps": re.compile(r".*\.(js|css)\.map$")}              # of minified scripts
# Packages whose `tests` are large and never imported by the rest. Not a rule for all: astropy, numexpr and tables
# import theirs at start.
TESTED = ("dask", "distributed", "geopandas", "matplotlib", "mpl_toolkits", "networkx", "numba", "numpy", "pandas",
          "pyarrow", "scipy", "shapely", "skimage", "sklearn", "statsmodels", "sympy", "xarray")
# Compiled for a package's own tests. numpy's other ones stay: numpy 1.26 imports `_multiarray_tests` at start.
TEST_MODULES = {"numpy": ("core/_simd.*.so", "_core/_simd.*.so")}
# How lazy_loader's users, and those that carry a copy of it, name the stub beside a module.
READS_STUB = b"attach_stub"
# Looks for the interpreter's library by name.
FINDS_LIBPYTHON = "find-libpython"
# Nothing installs on a read-only root. Each goes only when nothing that stays requires it. setuptools stays:
# packages import pkg_resources without requiring it.
INSTALLERS = ("pip", "wheel")


class Pruning:
    """Removes what the user does not keep."""

    def __init__(self, config):
        self.config = config
        self.prefix = config["prefix"]
        self.kept = Kept(config)

    def remove(self, path):
        """Removes a file, or a folder but for the files that are kept in it. Links are not followed."""
        if os.path.isdir(path) and not os.path.islink(path):
            if not self.kept.patterns:
                shutil.rmtree(path)
                return
            for name in os.listdir(path):
                self.remove(os.path.join(path, name))
            if not os.listdir(path):
                os.rmdir(path)
        elif os.path.lexists(path) and path not in self.kept:
            os.unlink(path)

    def remove_empty_folders(self, folders, top):
        """Removes the folders that hold nothing but caches, and their parents likewise, up to `top`."""
        for folder in sorted(folders, key=len, reverse=True):
            while folder.startswith(top + os.sep) and os.path.isdir(folder):
                if set(os.listdir(folder)) - {"__pycache__"}:
                    break
                shutil.rmtree(folder)
                folder = os.path.dirname(folder)

    def distribution(self, distribution):
        """Removes every file that pip or conda recorded: scripts and .pth files, too."""
        files = set(recorded_files(distribution))
        for package in conda_packages(self.prefix):
            if package.name == distribution.name.lower():
                files |= package.files
        for path in files:
            if path.startswith(self.prefix + os.sep):
                self.remove(path)
        packages = os.path.dirname(distribution.folder)
        self.remove_empty_folders({os.path.dirname(path) for path in files}, packages)

    def installers(self):
        known = distributions(site_packages(self.config))
        for name in INSTALLERS:
            one = known.get(name)
            needed = any(name in other.requires for key, other in known.items() if key not in INSTALLERS)
            if one and not needed and recorded_files(one):
                self.distribution(one)
                say(f"left out {one.name} {one.version}: nothing installs at run time")

    def folders(self):
        for kind, folders in FOLDERS.items():
            for folder in () if self.kept.kind(kind) else folders:
                self.remove(os.path.join(self.prefix, folder))

    def standard_library(self):
        for pattern in STANDARD_LIBRARY:
            for folder in glob.glob(os.path.join(glob.escape(library(self.config)), pattern)):
                self.remove(folder)

    def tests(self):
        for package in TESTED:
            if self.kept.kind(f"tests:{package}"):
                continue
            for root, folders, _ in os.walk(os.path.join(site_packages(self.config), package)):
                if "tests" in folders:
                    self.remove(os.path.join(root, "tests"))
                    folders.remove("tests")
            for pattern in TEST_MODULES.get(package, ()):
                for path in glob.glob(os.path.join(glob.escape(site_packages(self.config)), package, pattern)):
                    self.remove(path)

    def stubs(self):
        """Type stubs of modules that are there: no program but a lazy loader reads them. Stubs without their module are
        data, as jedi's and mypy's."""
        for root, _, files in os.walk(library(self.config)):
            modules = {name.partition(".")[0]: name for name in files if name.endswith((".py", ".so"))}
            for name in files:
                module = modules.get(name[:-len(".pyi")]) if name.endswith(".pyi") else None
                if module and not reads_stub(os.path.join(root, module)):
                    self.remove(os.path.join(root, name))

    def libpython(self):
        """The interpreter as a library, for programs that embed it: conda's own interpreter has it linked in."""
        libraries = glob.glob(os.path.join(glob.escape(self.prefix), "lib", "libpython*.so*"))
        if not libraries or FINDS_LIBPYTHON in distributions(site_packages(self.config)):
            return
        names = {os.path.basename(path) for path in libraries}
        others = (path for path in regular_files(self.prefix) if os.path.basename(path) not in names)
        if any(names & build_elf.needed_by(path) for path in others):
            return
        for path in libraries:
            self.remove(path)

    def files(self):
        """Single files by their names."""
        forms = [form for kind, form in FILES.items() if not self.kept.kind(kind)]
        for root, _, files in os.walk(self.prefix):
            for name in files:
                if any(form.match(name) for form in forms):
                    self.remove(os.path.join(root, name))

    def all(self):
        self.folders()
        if not self.kept.kind("stdlib"):
            self.standard_library()
        if not self.kept.kind("installers"):
            self.installers()
        if not self.kept.kind("tests"):
            self.tests()
        if not self.kept.kind("stubs"):
            self.stubs()
        if not self.kept.kind("libpython"):
            self.libpython()
        self.files()
        for name in self.kept.idle_tests(TESTED):
            say(f"warning: `keep` names {name}, whose tests are not left out")


def reads_stub(module):
    """Whether the module is written in Python and may read the stub beside it."""
    if not module.endswith(".py"):
        return False
    with open(module, "rb") as file:
        return READS_STUB in file.read()


def regular_files(prefix):
    for root, _, files in os.walk(prefix):
        for path in (os.path.join(root, name) for name in files):
            if os.path.isfile(path) and not os.path.islink(path):
                yield path


def remove_caches(prefix):
    """What was downloaded; and all bytecode caches, which the compile step writes anew."""
    for folder in (os.path.join(prefix, name) for name in CACHES):
        if os.path.isdir(folder) and not os.path.islink(folder):
            shutil.rmtree(folder)
    for root, folders, _ in os.walk(prefix):
        if "__pycache__" in folders:
            shutil.rmtree(os.path.join(root, "__pycache__"))
            folders.remove("__pycache__")


def main(config):
    """Prunes the prefix."""
    for pattern in Kept(config).idle_patterns():
        say(f"warning: `keep` names {pattern}, and the environment has no such file")
    remove_caches(config["prefix"])
    if config["prune"]:
        Pruning(config).all()
