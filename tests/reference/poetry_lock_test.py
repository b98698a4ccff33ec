#!/usr/bin/env python3
"""Compares `envlift inspect --json` of poetry.lock files with `poetry export`, and the same locks as older
poetry wrote them (lock-version 2.0 and 1.1, without groups) with the answer to the new ones.

Usage: ENVLIFT=build/dev/envlift POETRY=poetry poetry_lock_test.py FOLDER... (each with pyproject.toml and
poetry.lock 2.1). Needs `packaging` and poetry with its export plugin. Exits 77 where poetry is missing.
"""
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib

from uv_lock_test import ENVLIFT, expected

try:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name
except ImportError:
    sys.exit(77)

POETRY = os.environ.get("POETRY") or shutil.which("poetry")
PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]


def exported(folder, groups, extras):
    command = [POETRY, "export", "--format", "requirements.txt", "--project", str(folder)]
    command += [word for group in groups for word in ("--with", group)]
    command += [word for extra in extras for word in ("--extras", extra)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = []
    for line in text.replace("\\\n", " ").splitlines():
        line = line.strip()
        if not line or line.startswith(("#", "--")):
            continue
        hashes = set(re.findall(r"--hash=(\S+)", line))
        line = re.sub(r"\s*--hash=\S+", "", line).removeprefix("-e ")
        if line.startswith("file:") or " @ file:" in line:
            path, _, marker = line.partition(" ;")
            path = os.path.relpath(path.partition("file://")[2], folder)
            rows.append((path, Requirement("x" + (";" + marker if marker else "")).marker, hashes))
            continue
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        what = f"{name} @ {requirement.url}" if requirement.url else f"{name}{requirement.specifier}"
        rows.append((what, requirement.marker, hashes))
    return rows


def ours(folder, python, arch, groups, extras):
    command = [ENVLIFT, "inspect", "--json", "--environment", "poetry.lock", "--python", python, "--arch", arch, str(folder)]
    command += [word for group in groups for word in ("--group", group)]
    command += [word for extra in extras for word in ("--extra", extra)]
    data = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
    codes = {finding["code"] for finding in data["findings"] if finding["severity"] == "error"}
    return {package.get("path") or package["requirement"]: set(package.get("hashes", [])) for package in data["pip"]}, codes


def as_older(folder, version, place):
    """The folder with its lock as poetry 1.8 (2.0) or 1.4 (1.1) would have written it."""
    shutil.copytree(folder, place, dirs_exist_ok=True)
    text = (folder / "poetry.lock").read_text()
    lock = tomllib.loads(text)
    text = re.sub(r'^(groups|markers) = .*\n', "", text, flags=re.M)
    text = text.replace('lock-version = "2.1"', f'lock-version = "{version}"')
    if version.startswith("1"):
        text = re.sub(r'^files = \[\n(?:    .*\n)*\]\n', "", text, flags=re.M)
        text = re.sub(r'^files = \[\]\n', "", text, flags=re.M)
        text += "\n[metadata.files]\n"
        names = {package["name"] for package in lock["package"]}
        for name in sorted(names):
            files = [file for package in lock["package"] if package["name"] == name for file in package["files"]]
            rows = ", ".join(f'{{file = "{file["file"]}", hash = "{file["hash"]}"}}' for file in files)
            text += f'"{name}" = [{rows}]\n'
    (pathlib.Path(place) / "poetry.lock").write_text(text)
    return pathlib.Path(place)


def compare(folder, rows, groups, extras, what):
    faults = 0
    for python, arch in itertools.product(PYTHONS, ["x86_64", "arm64"]):
        due = expected(rows, python, arch)
        oldest = expected(rows, python, arch, "0")
        found, codes = ours(folder, python, arch, groups, extras)
        if codes & {"EL0414", "EL0413"}:
            print(f"{what} {python} {arch} {groups} {extras}: {sorted(codes)}")
            continue
        if found.keys() == (due | oldest).keys():
            due |= oldest
        bad = [name for name in due.keys() & found.keys() if not found[name] <= due[name] and not what.endswith("1.1")]
        if due.keys() != found.keys() or bad or codes:
            faults += 1
            print(f"{what} {python} {arch} {groups} {extras}: missing {sorted(due.keys() - found.keys())}, "
                  f"too much {sorted(found.keys() - due.keys())}, hashes {bad}, {sorted(codes)}")
    return faults


def main():
    if not POETRY:
        sys.exit(77)
    faults = 0
    for folder in (pathlib.Path(name).resolve() for name in sys.argv[1:]):
        lock = tomllib.loads((folder / "poetry.lock").read_text())
        groups = sorted({group for package in lock["package"] for group in package["groups"]} - {"main"})
        for asked in [([], [])] + [([group], []) for group in groups] + [([], [extra]) for extra in lock.get("extras", {})]:
            rows = exported(folder, *asked)
            faults += compare(folder, rows, *asked, f"{folder.name} 2.1")
            for version in ["2.0", "1.1"]:
                with tempfile.TemporaryDirectory() as place:
                    older = as_older(folder, version, place)
                    faults += compare(older, rows, *asked, f"{folder.name} {version}")
    print("faults:", faults)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
