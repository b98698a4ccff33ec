#!/usr/bin/env python3
"""Compares what envlift reads of setup.cfg with what setuptools reads: the requirements that apply on Lambda."""
import os

import comparison

comparison.owners("pip")
from packaging.requirements import InvalidRequirement, Requirement  # noqa: E402
from setuptools.config.setupcfg import read_configuration  # noqa: E402

PYTHON = "3.13"
NAMES = ["requests", "Flask", "zope.interface", "a_b", "numpy", "x"]
SPECIFIERS = ["", ">=1.0", "==2.*", "~=1.4.2", "!=1,<3", " >= 2 , < 4", "=1", ">=1.0.*"]
MARKERS = ["", "; python_version < '3.11'", " ; sys_platform == 'win32'", "; extra == 'y'", "; os_name == \"posix\""]
EXTRAS = ["", "[socks]", "[a,b]"]
# A contradiction is for the installer to find; setuptools only reads.
NOT_READ = {"EL0314"}


def requirement(rng):
    return rng.choice(NAMES) + rng.choice(EXTRAS) + rng.choice(SPECIFIERS[:6] * 4 + SPECIFIERS) + rng.choice(MARKERS)


def generate(rng):
    items = [requirement(rng) for _ in range(rng.randint(1, 4))]
    lines = []
    for item in items:
        lines += rng.choices([[], ["    # comment"], [""], ["; also one"]], [8, 1, 1, 1])[0] + ["    " + item]
    is_one_line = rng.random() < 0.3
    value = " " + "; ".join(items) + rng.choice(["", ";"]) if is_one_line else "\n" + "\n".join(lines)
    key = rng.choice(["install_requires =", "install_requires:", "install_requires ="])
    python = rng.choice(["", "python_requires = >=3.9\n", "python_requires= >=3.9, !=3.10.*\n"])
    comment = rng.choice(["", "# x", ""])
    return (f"[metadata]\nname = demo\n{comment}\n[options]\n{python}{key}{value}\n\n"
            "[options.extras_require]\nt = pytest\n")


def setuptools_says(path):
    environment = comparison.marker_environment(PYTHON, "x86_64", "0")
    before = os.getcwd()
    os.chdir(path.parent)   # `file:` and `find:` look there
    try:
        texts = read_configuration(str(path)).get("options", {}).get("install_requires", [])
        parsed = [Requirement(text) for text in texts]
        return sorted(str(one) for one in parsed if one.marker is None or one.marker.evaluate(environment))
    except InvalidRequirement:
        return None
    except Exception:   # whatever setuptools raises, it does not install
        return None
    finally:
        os.chdir(before)


def compare_file(run, path, where, text=""):
    theirs = setuptools_says(path)
    found = comparison.inspect(path, "--python", PYTHON)
    if theirs is not None and found.codes and found.codes <= NOT_READ:
        run.agree()
        return
    if theirs == [] and found.codes == {"EL0108"}:
        run.deviate("a setup.cfg without requirements is no environment file")
        return
    ours = None if found.codes else sorted(str(Requirement(one["requirement"])) for one in found.pip)
    run.judge(where, text, ours, theirs, " ".join(sorted(found.codes)))


def main():
    run = comparison.Comparison(count=500)
    for file in run.files:
        compare_file(run, file, file)
    with comparison.folder() as place:
        for number, text in [] if run.files else run.cases(generate):
            path = place / "setup.cfg"
            path.write_text(text, encoding="utf-8")
            compare_file(run, path, number, text)
    run.finish()


if __name__ == "__main__":
    main()
