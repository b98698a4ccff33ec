#!/usr/bin/env python3
"""Compares `envlift inspect --json` of uv.lock files with `uv export --frozen`.

Usage: ENVLIFT=build/dev/envlift UV=uv uv_lock_test.py FOLDER... (each with pyproject.toml and uv.lock).
Needs `packaging`. Exits 77 where uv or packaging is missing.
"""
import itertools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

try:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name
except ImportError:
    sys.exit(77)

ENVLIFT = os.environ.get("ENVLIFT", "build/dev/envlift")
UV = os.environ.get("UV") or shutil.which("uv")


def exported(folder, groups, extras):
    """{(name, what is installed): hashes} with markers, as uv exports them."""
    command = [UV, "export", "--offline", "--frozen", "--no-header", "--no-annotate", "--no-default-groups",
               "--no-emit-project", "--format", "requirements.txt", "--project", str(folder)]
    command += [word for group in groups for word in ("--group", group)]
    command += [word for extra in extras for word in ("--extra", extra)]
    text = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout
    rows = []
    for line in text.replace("\\\n", " ").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        hashes = set(re.findall(r"--hash=(\S+)", line))
        line = re.sub(r"\s*--hash=\S+", "", line)
        if line.startswith(("-e ", "./", "../")):
            path, _, marker = line.removeprefix("-e ").partition(";")
            rows.append((path.strip(), Requirement("x" + (";" + marker if marker else "")).marker, hashes))
            continue
        requirement = Requirement(line)
        name = canonicalize_name(requirement.name)
        what = f"{name} @ {requirement.url}" if requirement.url else f"{name}{requirement.specifier}"
        rows.append((what, requirement.marker, hashes))
    return rows


def expected(rows, python, arch, patch="39"):
    environment = {
        "os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_release": "",
        "platform_version": "", "platform_machine": "aarch64" if arch == "arm64" else "x86_64",
        "platform_python_implementation": "CPython", "implementation_name": "cpython",
        "implementation_version": f"{python}.{patch}", "python_version": python, "python_full_version": f"{python}.{patch}",
    }
    return {what: hashes for what, marker, hashes in rows if marker is None or marker.evaluate(environment)}


def ours(folder, python, arch, groups, extras):
    command = [ENVLIFT, "inspect", "--json", "--environment", "uv.lock", "--python", python, "--arch", arch, str(folder)]
    command += [word for group in groups for word in ("--group", group)]
    command += [word for extra in extras for word in ("--extra", extra)]
    answer = subprocess.run(command, capture_output=True, text=True)
    data = json.loads(answer.stdout)
    errors = [finding for finding in data["findings"] if finding["severity"] == "error"]
    rows = {}
    for package in data["pip"]:
        what = package.get("path") or package["requirement"]
        rows[what] = set(package.get("hashes", []))
    return rows, errors


def compare(folder, groups, extras):
    rows = exported(folder, groups, extras)
    faults = 0
    for python, arch in itertools.product(["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"], ["x86_64", "arm64"]):
        due = {what.removeprefix("./"): hashes for what, hashes in expected(rows, python, arch).items()}
        oldest = {what.removeprefix("./"): hashes for what, hashes in expected(rows, python, arch, "0").items()}
        found, errors = ours(folder, python, arch, groups, extras)
        if found.keys() == (due | oldest).keys():   # what only some patch releases need is installed
            due |= oldest
        codes = {error["code"] for error in errors}
        if codes & {"EL0414", "EL0413"}:
            print(f"{folder.name} {python} {arch} {groups} {extras}: {sorted(codes)}")
            continue
        bad_hashes = [what for what in due.keys() & found.keys() if not found[what] <= due[what]]
        bad_hashes += [what for what in due.keys() & found.keys() if due[what] and not found[what]]
        if due.keys() != found.keys() or bad_hashes or errors:
            faults += 1
            print(f"{folder.name} {python} {arch} {groups} {extras}: missing {sorted(due.keys() - found.keys())}, "
                  f"too much {sorted(found.keys() - due.keys())}, hashes {bad_hashes}, {sorted(codes)}")
    return faults


def main():
    if not UV:
        sys.exit(77)
    faults = 0
    for folder in (pathlib.Path(name).resolve() for name in sys.argv[1:]):
        lock = tomllib.loads((folder / "uv.lock").read_text())
        roots = [package for package in lock["package"] if "." in package["source"].values()]
        metadata = roots[0].get("metadata", {}) if roots else {}
        extras = metadata.get("provides-extras", [])
        groups = list(metadata.get("requires-dev", {}))
        for asked in [([], [])] + [([group], []) for group in groups] + [([], [extra]) for extra in extras]:
            faults += compare(folder, *asked)
    print("faults:", faults)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
