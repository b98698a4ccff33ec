#!/usr/bin/env python3
"""Compares what envlift reads of setup.cfg with the metadata that setuptools writes for it: the requirements of the project
and of its extras that apply on Lambda."""
import configparser
import contextlib
import io
import logging
import os
import re

import comparison

comparison.owners("pip")
from packaging.metadata import Metadata  # noqa: E402
from packaging.requirements import Requirement  # noqa: E402
from setuptools.dist import Distribution  # noqa: E402

NAMES = ["requests", "Flask", "zope.interface", "a_b", "numpy", "x"]
SPECIFIERS = ["", ">=1.0", "==2.*", "~=1.4.2", "!=1,<3", " >= 2 , < 4", "=1", ">=1.0.*"]
MARKERS = ["", "; python_version < '3.11'", " ; sys_platform == 'win32'", "; extra == 'y'", "; os_name == \"posix\""]
EXTRA_NAMES = ["t", "Docs_all", "x-y", "x_y"]
LETTERS = "[]{}='\"*,<>!~:; #@-.a1\t\\"
EXTRAS = ["", "[socks]", "[a,b]"]
# A contradiction is for the installer to find; setuptools only reads.
NOT_READ = {"EL0314"}


def requirement(rng):
    return rng.choice(NAMES) + rng.choice(EXTRAS) + rng.choice(SPECIFIERS[:6] * 4 + SPECIFIERS) + rng.choice(MARKERS)


def value(rng, is_main=True):
    """The value of a key: on its line, or in the lines below."""
    items = [requirement(rng) for _ in range(rng.randint(1, 4))]
    lines = []
    for item in items:
        lines += rng.choices([[], ["    # comment"], [""], ["; also one"]], [8, 1, 1, 1])[0] + ["    " + item]
    is_one_line = rng.random() < 0.3 and (is_main or not any(";" in one for one in items))
    return " " + "; ".join(items) + rng.choice(["", ";"]) if is_one_line else "\n" + "\n".join(lines)


def generate(rng):
    key = rng.choice(["install_requires =", "install_requires:", "install-requires ="])
    python = rng.choice(["", "python_requires = >=3.9\n", "python_requires= >=3.9, !=3.10.50\n"])
    comment = rng.choice(["", "# x", ""])
    extras = rng.sample(EXTRA_NAMES, rng.randint(1, 3))
    lists = "".join(f"{name} ={value(rng, False)}\n" for name in extras)
    own = f"all = demo[{rng.choice(extras)}]\n" if rng.random() < 0.3 else ""
    asked = rng.choice([*extras, "all"] if own else extras) if rng.random() < 0.6 else ""
    text = (f"[metadata]\nname = demo\nversion = 1.0\n{comment}\n[options]\n{python}{key}{value(rng)}\n\n"
            f"[options.extras_require]\n{lists}{own}")
    return text if rng.random() < 0.8 else comparison.mutated(rng, text, LETTERS), asked, rng.choice(comparison.targets())


def without_others(path, extra):
    """Writes the file again without the extras that are not asked for."""
    file = configparser.RawConfigParser()
    file.optionxform = str
    file.read(path, encoding="utf-8")
    own = file.get("options.extras_require", extra, fallback="") if extra else ""
    kept = {comparison.normal(one) for one in [extra, *re.findall(r"demo\[(.*)\]", own)]}
    for name in list(file["options.extras_require"]) if file.has_section("options.extras_require") else []:
        if comparison.normal(name) not in kept:
            file.remove_option("options.extras_require", name)
    with path.open("w", encoding="utf-8") as out:
        file.write(out)


def setuptools_says(path):
    """[(what, its marker, no hashes)] of the metadata, None where setuptools writes none."""
    before = os.getcwd()
    os.chdir(path.parent)   # `file:` looks there
    try:
        project = Distribution()
        project.parse_config_files([path.name])
        file = io.StringIO()
        project.metadata.write_pkg_file(file)
        data = Metadata.from_email(file.getvalue(), validate=False)
        return data.name, [(comparison.plain(one), one.marker, set()) for one in data.requires_dist or []]
    except BaseException:   # whatever setuptools raises, and it raises much, it does not install
        return None
    finally:
        os.chdir(before)


def wanted(rows, own_name, extra, target, found):
    """As pip takes them of the metadata; an extra may name the project with others of its extras."""
    due, seen, todo = {}, set(), [extra, ""]
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        due |= comparison.wanted(rows, *target, found, extra=one)
        for what in [what for what in due if comparison.normal(Requirement(what).name) == own_name]:
            todo += [comparison.normal(other) for other in Requirement(what).extras]
            del due[what]
    return due


def compare_file(run, path, where, text, extra, target):
    python, arch = target
    theirs = setuptools_says(path)
    found = comparison.inspect(path, "--python", python, "--arch", arch, *comparison.words("--extra", [extra] if extra else []))
    ours = None if found.codes else comparison.plain_rows(found)
    if theirs is None and ours is not None:
        path = path.with_name("asked.cfg")
        path.write_text(text or where.read_text(encoding="utf-8"), encoding="utf-8")
        with contextlib.suppress(configparser.Error):
            without_others(path, extra)
        asked = setuptools_says(path)
        if asked is not None and ours == wanted(asked[1], comparison.normal(asked[0] or ""), comparison.normal(extra), target, ours):
            run.deviate("what is wrong in an extra that is not asked for")
            return
    due = theirs and wanted(theirs[1], comparison.normal(theirs[0] or ""), comparison.normal(extra), target, ours or {})
    if due is not None and found.codes and found.codes <= NOT_READ:
        run.agree()
    elif not due and found.codes == {"EL0108"}:
        run.deviate("a setup.cfg of other tools, without a project, is no environment file")
    elif theirs and found.codes == {"EL0411"} and not any(f"extra == \"{comparison.normal(extra)}\"" in str(row[1]) for row in theirs[1]):
        run.deviate("an extra that is not there, of which pip warns")
    else:
        run.judge(where, text, ours, due, f"{extra} {target} {sorted(found.codes)}")


def main():
    logging.disable()   # setuptools warns of what it drops
    run = comparison.Comparison(count=500)
    for file in run.files:
        for target in comparison.targets():
            compare_file(run, file, file, "", "", target)
    with comparison.folder() as place:
        path = place / "setup.cfg"
        for number, (text, extra, target) in [] if run.files else run.cases(generate):
            path.write_text(text, encoding="utf-8")
            compare_file(run, path, number, text, extra, target)
    run.finish()


if __name__ == "__main__":
    main()
