"""Removes what cannot be needed at run time. Whole distributions with their .pth files, never halves; what is not
certain stays. conda-meta stays as it was: audits and locks read what was installed from it."""
import glob
import os
import re
import shutil

from build_common import library, say, site_packages
from build_records import conda_packages, distributions, recorded_files

# What only builds or documents: headers, package-config, man pages. `pkgs` is conda's cache.
FOLDERS = ("include", "pkgs", "share/man", "share/doc", "share/info", "share/gtk-doc", "share/aclocal", "lib/pkgconfig",
           "lib/cmake", "compiler_compat", "man", "ssl/man")
# As the official Python images leave them out, plus what needs a screen.
STANDARD_LIBRARY = ("test", "idlelib", "turtledemo", "ensurepip", "lib2to3/tests", "tkinter/test", "distutils/tests",
                    "unittest/test", "ctypes/test", "sqlite3/test", "config-*")
# Static and libtool libraries, Cython's sources, maps of minified scripts. Not .pyi: lazy_loader reads them.
FILES = re.compile(r"lib.*\.l?a$|.*\.(pyx|pxd|pxi|js\.map|css\.map)$")
# Packages whose `tests` are large and never imported by the rest. Not a rule for all: astropy, numexpr and tables
# import theirs at start.
TESTED = ("dask", "distributed", "geopandas", "matplotlib", "mpl_toolkits", "networkx", "numba", "numpy", "pandas",
          "pyarrow", "scipy", "shapely", "skimage", "sklearn", "statsmodels", "sympy", "xarray")
# Nothing installs on a read-only root. Each goes only when nothing that stays requires it. setuptools stays:
# packages import pkg_resources without requiring it.
INSTALLERS = ("pip", "wheel")


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def remove_empty_folders(folders, top):
    """Removes the folders that hold nothing but caches, and their parents likewise, up to `top`."""
    for folder in sorted(folders, key=len, reverse=True):
        while folder.startswith(top + os.sep) and os.path.isdir(folder):
            if set(os.listdir(folder)) - {"__pycache__"}:
                break
            shutil.rmtree(folder)
            folder = os.path.dirname(folder)


def remove_distribution(prefix, distribution):
    """Removes every file that pip or conda recorded: scripts and .pth files, too."""
    files = set(recorded_files(distribution))
    for package in conda_packages(prefix):
        if package.name == distribution.name.lower():
            files |= package.files
    for path in files:
        if path.startswith(prefix + os.sep):
            remove(path)
    packages = os.path.dirname(distribution.folder)
    remove_empty_folders({os.path.dirname(path) for path in files}, packages)


def prune_installers(config):
    known = distributions(site_packages(config))
    for name in INSTALLERS:
        one = known.get(name)
        needed = any(name in other.requires for key, other in known.items() if key not in INSTALLERS)
        if one and not needed and recorded_files(one):
            remove_distribution(config["prefix"], one)
            say(f"left out {one.name} {one.version}: nothing installs at run time")


def prune_tests(packages):
    for package in TESTED:
        for root, folders, _ in os.walk(os.path.join(packages, package)):
            if "tests" in folders:
                shutil.rmtree(os.path.join(root, "tests"))
                folders.remove("tests")


def prune_files(prefix):
    """Single files by their names; and all bytecode caches, which the compile step writes anew."""
    for root, folders, files in os.walk(prefix):
        if "__pycache__" in folders:
            shutil.rmtree(os.path.join(root, "__pycache__"))
            folders.remove("__pycache__")
        for name in files:
            if FILES.match(name):
                os.unlink(os.path.join(root, name))


def main(config):
    """Prunes the prefix."""
    for folder in FOLDERS:
        remove(os.path.join(config["prefix"], folder))
    for pattern in STANDARD_LIBRARY:
        for folder in glob.glob(os.path.join(glob.escape(library(config)), pattern)):
            remove(folder)
    prune_installers(config)
    prune_tests(site_packages(config))
    prune_files(config["prefix"])
