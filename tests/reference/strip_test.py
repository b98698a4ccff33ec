#!/usr/bin/env python3
"""Compares what the builder strips off the shared objects of real wheels with GNU strip, and loads them afterwards;
four of them GNU strip breaks."""
import ctypes
import pathlib
import shutil
import subprocess
import sys
import tempfile

import comparison

comparison.owners("wheels")
from support import envlift  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "templates"))
import build_duplicates  # noqa: E402
import build_strip  # noqa: E402

BROKEN_BY_GNU = ("libscipy_openblas", "libgfortran")
WORK = """
import numpy, pandas, scipy.linalg, scipy.optimize
matrix = numpy.arange(16.0).reshape(4, 4) + numpy.eye(4)
assert scipy.linalg.svdvals(matrix).shape == numpy.linalg.inv(matrix)[0].shape
assert scipy.optimize.brentq(lambda x: x * x - 2, 0, 2) > 1.41
assert pandas.DataFrame(matrix).sum().sum() == 124
"""


def shared_objects(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()
                  and path.open("rb").read(4) == b"\x7fELF")


def gnu_size(path, folder):
    subprocess.run(["strip", "--strip-unneeded", "-o", folder / "gnu", path], check=True, stderr=subprocess.DEVNULL)
    return (folder / "gnu").stat().st_size


def main():
    if shutil.which("strip") is None:
        envlift.skip("there is no strip")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        packages = folder / "env/lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
        shutil.copytree(next(pathlib.Path(sys.prefix).glob("lib/python*/site-packages")), packages)
        gnu = sum(gnu_size(path, folder) for path in shared_objects(packages)
                  if not path.name.startswith(BROKEN_BY_GNU))
        before = sum(path.stat().st_size for path in shared_objects(packages))
        config = {"prefix": str(folder / "env"), "python": "{}.{}".format(*sys.version_info), "keep": []}
        build_strip.main(config)
        files = shared_objects(packages)
        ours = sum(path.stat().st_size for path in files if not path.name.startswith(BROKEN_BY_GNU))
        print(f"{len(files)} files: {before} bytes, GNU strip {gnu}, envlift {ours}")
        assert ours < gnu * 1.02, "more than 2 % larger than GNU strip's"
        inodes = [path.stat().st_ino for path in files]
        build_strip.main(config)
        assert inodes == [path.stat().st_ino for path in files], "a second run changed files"
        build_duplicates.main(config)
        subprocess.run([sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(packages)!r})\n{WORK}"],
                       check=True)
        for path in files:
            ctypes.CDLL(str(path))


if __name__ == "__main__":
    main()
