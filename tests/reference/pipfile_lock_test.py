#!/usr/bin/env python3
"""Compares what envlift reads of Pipfile.lock with what `pipenv requirements` prints of it."""
import json
import os
import subprocess
import sys

import comparison

comparison.owners("lockers")

PYTHON = "3.13"
NAMES = ["requests", "flask", "zope.interface", "a_b", "numpy", "x", "python-dateutil", "ruamel-yaml"]


def generate(rng):
    entries = {}
    for name in rng.sample(NAMES, rng.randint(2, 8)):
        kind = rng.random()
        entry = {"version": rng.choice(["==1.0", "==2.0.post1", "*"]), "hashes": ["sha256:" + "ab" * 32]}
        if kind < 0.2:
            entry = {"git": "https://example.com/a/b.git", "ref": "0" * 40}
            if rng.random() < 0.5:
                entry["subdirectory"] = "sub"
        if rng.random() < 0.4:
            entry["extras"] = ["a", "b"]
        if kind >= 0.2 and rng.random() < 0.4:
            entry["markers"] = rng.choice(["python_version < '3.11'", "sys_platform == 'linux'", "os_name == 'nt'"])
        entries[name] = entry
    meta = {"hash": {"sha256": "0" * 64}, "pipfile-spec": 6, "requires": {},
            "sources": [{"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}]}
    return json.dumps({"_meta": meta, "default": entries, "develop": {"pytest": {"version": "==8.0"}}}, indent=4)


def pipenv_says(folder):
    """[(requirement, marker, hashes)], or nothing where pipenv fails."""
    environment = {**os.environ, "PIPENV_IGNORE_VIRTUALENVS": "1", "HOME": str(folder), "PIPENV_NOSPIN": "1"}
    run = subprocess.run([sys.executable, "-m", "pipenv", "requirements", "--hash"], cwd=folder, capture_output=True,
                         text=True, check=False, env=environment)
    return comparison.exported(run.stdout, folder, with_extras=True) if run.returncode == 0 else None


def compare_lock(run, folder, text, where):
    (folder / "Pipfile").write_text("[packages]\n", encoding="utf-8")
    (folder / "Pipfile.lock").write_text(text, encoding="utf-8")
    rows = pipenv_says(folder)
    found = comparison.inspect(folder / "Pipfile.lock", "--python", PYTHON)
    if rows is None or found.codes:
        run.judge(where, text, bool(found.codes), rows is None, " ".join(sorted(found.codes)))
        return
    due = comparison.wanted(rows, PYTHON, "x86_64", {})
    due.pop(".", None)   # the project itself, whose code is the function's
    ours = {what.partition(";")[0].rstrip(): hashes for what, hashes in comparison.pip_rows(found).items()}
    run.judge(where, text, plain(ours), plain(due))


def plain(rows):
    return sorted((what, tuple(sorted(hashes))) for what, hashes in rows.items())


def main():
    run = comparison.Comparison(count=14)
    with comparison.folder() as place:
        given = [(file, file.read_text(encoding="utf-8")) for file in run.files]
        for where, text in given or run.cases(generate):
            compare_lock(run, place, text, where)
    run.finish()


if __name__ == "__main__":
    main()
