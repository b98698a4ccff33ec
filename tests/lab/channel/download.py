"""Downloads the wheels of tables/packages.txt into OUT/<minor>/, with pip.

Usage: download.py OUT"""

import subprocess
import sys
from pathlib import Path

import tables

PLATFORMS = ["manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64"]


def pip_download(minor: str, requirements: list[str], platforms: list[str], target: Path) -> bool:
    """One pip call; False when a wheel is missing for this minor."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--implementation", "cp", "--python-version", minor, "-d", str(target)]
    command += [word for platform in platforms for word in ("--platform", platform)]
    return subprocess.run(command + requirements, check=False).returncode == 0


def rounds(rows: list[tables.WheelRow]) -> list[list[str]]:
    """The rows as lists in which no project stands twice: pip takes one version a call."""
    result: list[dict[str, str]] = []
    for row in rows:
        free = next((group for group in result if row.pypi not in group), None)
        if free is None:
            free = {}
            result.append(free)
        free[row.pypi] = f"{row.pypi}=={row.version}"
    return [list(group.values()) for group in result]


def download(minor: str, target: Path) -> None:
    rows = tables.wheel_rows()
    for is_noarch in (False, True):
        platforms = ["any"] if is_noarch else PLATFORMS
        for group in rounds([row for row in rows if bool(row.build) == is_noarch]):
            if pip_download(minor, group, platforms, target):
                continue
            for requirement in group:
                if not pip_download(minor, [requirement], platforms, target):
                    print(f"{requirement}: no wheel for Python {minor}, left out", file=sys.stderr)


if __name__ == "__main__":
    for each in tables.minors():
        download(each, Path(sys.argv[1]) / each)
