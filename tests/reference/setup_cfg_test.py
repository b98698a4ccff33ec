#!/usr/bin/env python3
"""Compares what envlift reads of setup.cfg and Pipfile.lock with what their owners read: setuptools and pipenv, on
generated files.

usage: setup_and_pipenv.py ENVLIFT [COUNT]      (needs setuptools, pipenv and packaging)
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import warnings

from packaging.requirements import InvalidRequirement, Requirement
from setuptools.config.setupcfg import read_configuration

NAMES = ["requests", "Flask", "zope.interface", "a_b", "numpy", "x"]
SPECIFIERS = ["", ">=1.0", "==2.*", "~=1.4.2", "!=1,<3", " >= 2 , < 4"]
MARKERS = ["", "; python_version < '3.11'", " ; sys_platform == 'win32'", "; extra == 'y'", "; os_name == \"posix\""]
EXTRAS = ["", "[socks]", "[a,b]"]
TARGET = {"python_version": "3.13", "python_full_version": "3.13.0", "sys_platform": "linux", "os_name": "posix",
          "platform_system": "Linux", "platform_machine": "x86_64", "extra": ""}


def inspect(envlift, folder, name):
    run = subprocess.run([envlift, "inspect", "--json", name], cwd=folder, capture_output=True, text=True, check=False)
    found = json.loads(run.stdout)
    return found, sorted({one["code"] for one in found["findings"] if one["severity"] == "error"})


def requirement(rng):
    return rng.choice(NAMES) + rng.choice(EXTRAS) + rng.choice(SPECIFIERS) + rng.choice(MARKERS)


def wanted(texts):
    """The requirements that apply on Lambda, as `packaging` prints them; nothing when one is none."""
    try:
        parsed = [Requirement(text) for text in texts]
    except InvalidRequirement:
        return None
    return sorted(str(one) for one in parsed if one.marker is None or one.marker.evaluate(TARGET))


def setup_cfg(rng):
    items = [requirement(rng) for _ in range(rng.randint(1, 4))]
    lines = []
    for item in items:
        lines += rng.choices([[], ["    # comment"], [""], ["; also one"]], [8, 1, 1, 1])[0] + ["    " + item]
    one_line = rng.random() < 0.3
    value = " " + "; ".join(items) + rng.choice(["", ";"]) if one_line else "\n" + "\n".join(lines)
    key = rng.choice(["install_requires =", "install_requires:", "install_requires ="])
    python = rng.choice(["", "python_requires = >=3.9\n", "python_requires= >=3.9, !=3.10.*\n"])
    return f"[metadata]\nname = demo\n{rng.choice(['', '# x', ''])}\n[options]\n{python}{key}{value}\n\n[options.extras_require]\nt = pytest\n"


def check_setup_cfg(envlift, folder, rng):
    text = setup_cfg(rng)
    path = pathlib.Path(folder) / "setup.cfg"
    path.write_text(text, encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            theirs = wanted(read_configuration(str(path))["options"]["install_requires"])
        except Exception:  # whatever setuptools raises, it does not install
            theirs = None
    found, errors = inspect(envlift, folder, "setup.cfg")
    ours = None if errors else sorted(one["requirement"] for one in found["pip"])
    # A contradiction is for the installer to find; setuptools only reads.
    if ours != theirs and errors != ["EL0314"]:
        return f"setup.cfg\n{text}\nsetuptools: {theirs}\nenvlift: {ours} {errors}"
    return ""


def pipfile_lock(rng):
    entries = {}
    for name in rng.sample(NAMES, rng.randint(1, 4)):
        kind = rng.random()
        entry = {"version": rng.choice(["==1.0", "==2.0.post1", "*"]), "hashes": ["sha256:" + "ab" * 32]}
        if kind < 0.2:
            entry = {"git": "https://example.com/a/b.git", "ref": "0" * 40, "subdirectory": "sub"}
        if rng.random() < 0.4:
            entry["extras"] = ["a", "b"]
        if kind >= 0.2 and rng.random() < 0.4:
            entry["markers"] = rng.choice(["python_version < '3.11'", "sys_platform == 'linux'", "os_name == 'nt'"])
        entries[name] = entry
    meta = {"hash": {"sha256": "0" * 64}, "pipfile-spec": 6, "requires": {},
            "sources": [{"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}]}
    return json.dumps({"_meta": meta, "default": entries, "develop": {"pytest": {"version": "==8.0"}}}, indent=4)


def check_pipfile_lock(envlift, folder, rng):
    text = pipfile_lock(rng)
    (pathlib.Path(folder) / "Pipfile").write_text("[packages]\n", encoding="utf-8")
    (pathlib.Path(folder) / "Pipfile.lock").write_text(text, encoding="utf-8")
    environment = {**os.environ, "PIPENV_IGNORE_VIRTUALENVS": "1", "HOME": folder}
    run = subprocess.run([sys.executable, "-m", "pipenv", "requirements", "--hash"], cwd=folder, capture_output=True,
                         text=True, check=False, env=environment)
    lines = [line for line in run.stdout.splitlines() if line and not line.startswith("-i ")]
    theirs = wanted(line.split(" --hash=")[0] for line in lines)
    hashed = sum("--hash=" in line for line in lines)
    found, errors = inspect(envlift, folder, "Pipfile.lock")
    ours = None if errors else sorted(one["requirement"] for one in found["pip"])
    with_hash = sum(bool(one.get("hashes")) for one in found["pip"])
    if ours != theirs or with_hash > hashed:
        return f"Pipfile.lock\n{text}\npipenv: {theirs}\nenvlift: {ours} {errors}"
    return ""


def main(envlift, count="200"):
    rng = random.Random(1)
    different = []
    for check, times in ((check_setup_cfg, int(count)), (check_pipfile_lock, int(count) // 10)):
        for _ in range(times):
            with tempfile.TemporaryDirectory() as folder:
                different.append(check(envlift, folder, rng))
    different = [one for one in different if one]
    print("\n\n".join(different[:5]))
    print(f"{int(count) + int(count) // 10 - len(different)} passed, {len(different)} failed")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(str(pathlib.Path(sys.argv[1]).resolve()), *sys.argv[2:]))
