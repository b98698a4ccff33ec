"""Removes what cannot be needed at run time. Whole distributions with their .pth files, never halves; a rule that is
not certain is not here."""
import glob
import os
import re
import shutil
from email.parser import HeaderParser

from build_common import say, site_packages

# What only builds or documents: headers, static libraries, package-config, man pages. conda-meta stays, because
# audits read it.
FOLDERS = ["include", "pkgs", "share/man", "share/doc", "share/info", "share/gtk-doc", "share/aclocal", "lib/pkgconfig",
           "lib/cmake", "compiler_compat", "man", "ssl/man"]
STANDARD_LIBRARY = ["test", "idlelib", "turtledemo", "ensurepip", "lib2to3/tests", "tkinter/test", "distutils/tests",
                    "unittest/test", "ctypes/test", "sqlite3/test"]
FILES = re.compile(r"\.(a|la|pyx|pxd|pxi|js\.map|css\.map)$")   # not .pyi: lazy_loader reads it at run time
TESTS = ("tests", "test")
# Installers: nothing installs at run time on a read-only root. Each goes only when nothing that stays requires it;
# setuptools stays, because packages import pkg_resources without saying so.
INSTALLERS = ["pip", "wheel"]


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def distributions(packages):
    """{normalised name: dist-info folder}."""
    found = {}
    for folder in glob.glob(os.path.join(packages, "*.dist-info")):
        name = os.path.basename(folder).rsplit("-", 1)[0].split("-")[0]
        found[re.sub(r"[-_.]+", "-", name).lower()] = folder
    return found


def requirements(dist_info):
    """Names that a distribution requires without an extra being asked for."""
    try:
        with open(os.path.join(dist_info, "METADATA"), encoding="utf-8", errors="replace") as file:
            headers = HeaderParser().parse(file)
    except OSError:
        return set()
    names = set()
    for line in headers.get_all("Requires-Dist", []):
        requirement, _, marker = line.partition(";")
        if "extra" not in marker:
            match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
            names.add(re.sub(r"[-_.]+", "-", match[1]).lower() if match else "")
    return names


def remove_distribution(prefix, packages, dist_info):
    """Every file that RECORD names, then the folders that are left empty, caches and .pth files included."""
    with open(os.path.join(dist_info, "RECORD"), encoding="utf-8") as file:
        paths = [line.rsplit(",", 2)[0].strip('"') for line in file if line.strip()]
    for relative in paths:
        path = os.path.normpath(os.path.join(packages, relative))
        if path.startswith(prefix + os.sep):
            remove(path)
    tops = {relative.split("/")[0] for relative in paths if "/" in relative}
    for top in tops - {"..", "."}:
        folder = os.path.join(packages, top)
        # Caches and empty folders are what is left of a whole distribution; another's files stay.
        if all(name.endswith(".pyc") for _, _, files in os.walk(folder) for name in files):
            remove(folder)


def prune_installers(prefix, packages):
    known = distributions(packages)
    for name in INSTALLERS:
        needed_by = [other for other, info in known.items() if other not in INSTALLERS and name in requirements(info)]
        if name in known and not needed_by and os.path.exists(os.path.join(known[name], "RECORD")):
            remove_distribution(prefix, packages, known.pop(name))
            say(f"left out {name}: nothing installs at run time")


def prune_tests(packages):
    """`tests` folders inside packages. Those that are imported from outside themselves stay (numpy.testing is not
    named `tests`); a top-level package named tests is somebody's mistake and not ours to judge."""
    for root, folders, _ in os.walk(packages):
        if root == packages or root.endswith(".dist-info"):
            continue
        for name in [folder for folder in folders if folder in TESTS]:
            if os.path.exists(os.path.join(root, "__init__.py")):
                shutil.rmtree(os.path.join(root, name))
                folders.remove(name)


def main(config):
    prefix, packages = config["prefix"], site_packages(config)
    for folder in FOLDERS:
        remove(os.path.join(prefix, folder))
    library = os.path.dirname(packages)
    if config["strategy"] == "swap":
        for folder in STANDARD_LIBRARY:
            remove(os.path.join(library, folder))
        for folder in glob.glob(os.path.join(library, "config-*")):
            remove(folder)
    prune_installers(prefix, packages)
    prune_tests(packages)
    for root, folders, files in os.walk(prefix):
        if "__pycache__" in folders:
            shutil.rmtree(os.path.join(root, "__pycache__"))
            folders.remove("__pycache__")
        for name in files:
            if FILES.search(name) or (name.endswith(".pyc") and root.startswith(library)):
                remove(os.path.join(root, name))
