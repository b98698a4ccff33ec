#!/usr/bin/env python3
"""Compares `envlift inspect --json` of pylock.toml files with `packaging.pylock`.

Usage: ENVLIFT=build/dev/envlift pylock_test.py FILE... Needs packaging 26.1 or later; exits 77 without it.
"""
import itertools
import json
import os
import pathlib
import subprocess
import sys
import tomllib

try:
    from packaging.pylock import PackageSdist, PackageWheel, Pylock, PylockSelectError
    from packaging.tags import compatible_tags, cpython_tags
    Pylock.select
except (ImportError, AttributeError):
    sys.exit(77)

ENVLIFT = os.environ.get("ENVLIFT", "build/dev/envlift")
PYTHONS = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]


def tags_of(python, machine):
    version = tuple(map(int, python.split(".")))
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(60, 4, -1)]
    platforms += [f"{old}_{machine}" for old in ("manylinux2014", "manylinux2010", "manylinux1", "linux")]
    interpreter = f"cp{version[0]}{version[1]}"
    return [*cpython_tags(version, [interpreter], platforms), *compatible_tags(version, interpreter, platforms)]


def selected(lock, python, arch):
    """{name==version: the hash of the file that is taken, or None}; a text where nothing can be selected."""
    machine = "aarch64" if arch == "arm64" else "x86_64"
    environment = {
        "os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_release": "",
        "platform_version": "", "platform_machine": machine, "platform_python_implementation": "CPython",
        "implementation_name": "cpython", "implementation_version": f"{python}.39", "python_version": python,
        "python_full_version": f"{python}.39",
    }
    try:
        rows = {}
        for package, source in lock.select(environment=environment, tags=tags_of(python, machine)):
            has_file = isinstance(source, (PackageWheel, PackageSdist))
            rows[package.name] = (str(package.version), dict(source.hashes).get("sha256") if has_file else None)
        return rows
    except PylockSelectError as error:
        return str(error)


def main():
    faults = 0
    for path in (pathlib.Path(name).resolve() for name in sys.argv[1:]):
        lock = Pylock.from_dict(tomllib.loads(path.read_text()))
        for python, arch in itertools.product(PYTHONS, ["x86_64", "arm64"]):
            due = selected(lock, python, arch)
            command = [ENVLIFT, "inspect", "--json", "--environment", path.name, "--python", python, "--arch", arch,
                       str(path.parent)]
            data = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
            codes = sorted({finding["code"] for finding in data["findings"] if finding["severity"] == "error"})
            unsure = {finding["code"] for finding in data["findings"]} & {"EL0317", "EL0351"}
            if isinstance(due, str) or codes:
                if not (isinstance(due, str) and codes):
                    faults += 1
                    print(f"{path.parent.name} {python} {arch}: {due if isinstance(due, str) else 'selected'}, {codes}")
                continue
            found = {package["name"]: package for package in data["pip"]}
            missing = due.keys() - found.keys() - {row["name"] for row in data["dropped"] if "itself" in row["reason"]}
            more = set() if unsure else found.keys() - due.keys()
            wrong = [name for name, (_, digest) in due.items()
                     if digest and name in found and f"sha256:{digest}" not in found[name].get("hashes", [])]
            if missing or more or wrong:
                faults += 1
                print(f"{path.parent.name} {python} {arch}: missing {missing}, too much {more}, hashes {wrong}")
    print("faults:", faults)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
