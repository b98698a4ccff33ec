#!/usr/bin/env python3
"""Compares what envlift reads of conda's lists of packages, explicit ones (`@EXPLICIT`, CEP 23) and those of `conda list
--export`, with what their rules say: CEP 23's expression for a line, py-rattler for the parts of a file's name and for specs."""
import re

import comparison
import conda_packages

comparison.owners("conda")
import conda_specs  # noqa: E402
from packaging.requirements import InvalidRequirement, Requirement  # noqa: E402
from packaging.utils import canonicalize_name, parse_wheel_filename  # noqa: E402
from packaging.version import InvalidVersion  # noqa: E402
from packaging.version import Version as PipVersion  # noqa: E402
from rattler import Version  # noqa: E402

# CEP 23: what stands behind `#` is a hash; a URL ends in its package's name.
LINE = re.compile(r"(?P<url>[^\s#]+?/(?P<file>[^/\s#]+)(?P<ending>\.tar\.bz2|\.conda))(#(?P<md5>[0-9a-f]{32})"
                  r"|#(sha256:)?(?P<sha256>[0-9a-f]{64}))?")
EXPORT = re.compile(r"(?P<name>[^=\s<>!~;\[@,/-][^=\s<>!~;\[@,/]*)=(?P<version>[^=\s<>!~;\[@,/]+)=(?P<build>[^=\s<>!~;\[@,/]+)")
SUBDIRS = {"linux-64": "x86_64", "linux-aarch64": "arm64"}
FOREIGN = ["ucrt", "vs2015_runtime", "libcxx", "pywin32"]
LETTERS = "#=:/.-_ a1@~*"
BUILDS_REMOVED = "EL0216"


def explicit(rng):
    subdir = rng.choice(list(SUBDIRS))
    lines = ["# This file may be used to create an environment using:", "# $ conda create --name <env> --file <this file>"]
    lines += [f"# platform: {subdir}"] * (rng.random() < 0.7) + ["@EXPLICIT"]
    for package in conda_packages.some(rng, subdir):
        lines.append(package["url"] + rng.choice(["", f"#{package['md5']}", f"#{package['md5']}", f"#{package['sha256']}",
                                                  f"#sha256:{package['sha256']}"]))
    lines += [f"# pip {one['name']} @ {one['url']}#sha256={one['sha256']}" for one in conda_packages.some_wheels(rng)]
    return lines


def exported(rng):
    subdir = rng.choice(list(SUBDIRS))
    lines = ["# This file may be used to create an environment using:", "# $ conda create --name <env> --file <this file>"]
    lines += [f"# platform: {subdir}"] * (rng.random() < 0.7)
    packages = conda_packages.some(rng, subdir)
    lines += [f"{one['name']}={one['version']}={one['build']}" for one in packages]
    lines += [f"{one['name']}={one['version']}=pypi_0" for one in conda_packages.some_wheels(rng)]
    lines += [f"{one}=1.0=h1234567_0" for one in rng.sample(FOREIGN, rng.choice([0, 0, 0, 1]))]
    return lines


def generate(rng):
    text = "\n".join(rng.choice([explicit, exported])(rng)) + "\n"
    text = comparison.mutated(rng, text, LETTERS) if rng.random() < 0.35 else text
    return text.replace("\n", rng.choice(["\n", "\n", "\r\n"])), rng.choice(list(SUBDIRS))


class Refused(Exception):
    """Why the rules do not take the file."""


def check_platform(lines, subdir):
    for line in lines:
        named = re.fullmatch(r"#\s*platform:\s*(\S+)\s*", line.strip())
        if named and named[1] not in (subdir, "noarch"):
            raise Refused(f"the list is for {named[1]}")


def explicit_rows(lines, subdir):
    """({(name, URL, MD5, SHA-256)}, {(requirement's name, hash)})"""
    check_platform(lines, subdir)
    conda, pip = set(), set()
    for line in map(str.strip, lines):
        if line.startswith("# pip "):
            pip.add(pip_row(line[len("# pip "):]))
        elif line and not line.startswith("#") and line != "@EXPLICIT":
            conda.add(explicit_row(line, subdir))
    names = [row[0] for row in conda]
    if len(set(names)) < len(names):
        raise Refused("two builds of one package")
    return conda, pip


def pip_row(text):
    """As conda-lock writes it: `NAME @ URL#sha256=HASH`."""
    what, mark, digest = text.partition("#sha256=")
    requirement = Requirement(what)
    wheel = what.rpartition("/")[2]
    if mark and not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise Refused(f"no SHA-256: {digest}")
    if requirement.url and not re.match(r"https?://[^/]+/", requirement.url):
        raise Refused(f"no URL: {requirement.url}")
    if requirement.url and (not wheel.endswith("-py3-none-any.whl") or parse_wheel_filename(wheel)[0] != canonicalize_name(requirement.name)):
        raise Refused(f"a wheel of another name: {what}")
    return comparison.normal(requirement.name), f"sha256:{digest}" if digest else ""


def explicit_row(line, subdir):
    found = LINE.fullmatch(line)
    if found is None or not re.match(r"https?://[^/]+/", found["url"]):
        raise Refused(f"no URL of a package: {line!r}")
    if found["url"].split("/")[-2] not in (subdir, "noarch"):
        raise Refused(f"a package of another platform: {line!r}")
    parts = found["file"].rsplit("-", 2)
    if len(parts) != 3 or not all(parts) or not re.fullmatch(r"[\w.+]+", parts[2]) or not conda_specs.LEGAL_NAME.fullmatch(parts[0].lower()):
        raise Refused(f"not named NAME-VERSION-BUILD: {line!r}")
    try:
        Version(parts[1])
    except Exception as error:   # py-rattler's own has no common base
        raise Refused(str(error)) from error
    return parts[0].lower(), found["url"], found["md5"], found["sha256"]


def export_rows(lines):
    """({(name, version, build)}, {requirement of pip})"""
    conda, pip = set(), set()
    for line in lines:
        line = re.sub(r" #.*", "", line).strip()
        if not line or line.startswith("#"):
            continue
        found = EXPORT.fullmatch(line)
        if found and found["build"] in ("pypi_0", "<pip>"):
            pip.add(comparison.plain(Requirement(f"{found['name']}=={PipVersion(found['version'])}")))
        elif conda_specs.matched(line) is None:
            raise Refused(f"no MatchSpec: {line!r}")
        else:
            conda.add(str(conda_specs.matched(line)))
    return conda, pip


def judge_explicit(run, where, text, found, lines, subdir):
    try:
        due = explicit_rows(lines, subdir)
    except Exception as why:   # of the rules here, of packaging and of py-rattler
        run.judge(where, text, bool(found.codes), True, f"{type(why).__name__}: {why} {sorted(found.codes)}")
        return
    conda, pip = conda_packages.rows(found)
    ours = conda, {(name, "".join(hashes)) for name, hashes in pip}
    run.judge(where, text, ours if not found.codes else sorted(found.codes), due, f"{subdir} {sorted(found.codes)}")


def judge_export(run, where, text, found, lines):
    try:
        conda, pip = export_rows(lines)
    except (Refused, InvalidRequirement, InvalidVersion) as why:
        run.judge(where, text, bool(found.codes), True, f"{why} {sorted(found.codes)}")
        return
    written = [line for line in lines if not line.startswith("#")]
    if found.codes == {"EL0206"} and any(conda_specs.deviation(line.strip(), None, ["EL0206"]) for line in written if line.strip()):
        run.deviate("a MatchSpec that the CEPs forbid")
        return
    if found.codes == {"EL0104"} and not conda and not pip:
        run.deviate("a list without a package")
        return
    dropped = found.dropped_names()
    has_builds = BUILDS_REMOVED not in {one["code"] for one in found.findings}
    def parts(row):
        return row if has_builds else re.sub(r"\], .*", "]", row)
    ours = {parts(str(conda_specs.matched(one["spec"]))) for one in found.conda}, set(comparison.plain_rows(found))
    due = {parts(row) for row in conda if re.match(r"\('([^']*)'", row)[1] not in dropped & set(FOREIGN)}, pip
    if ours != due and all(matched_otherwise(line.strip(), found) for line in written if line.strip()):
        run.deviate("a MatchSpec that the two read apart, as match_spec_test.py has it")
        return
    run.judge(where, text, ours if not found.codes else sorted(found.codes), due, f"{sorted(found.codes)}")


def is_list(lines):
    """Whether conda's own comment stands before the first spec, or that has the form of `conda list --export`."""
    words = [line.strip() for line in lines if line.strip()]
    first = next((at for at, line in enumerate(words) if not line.startswith("#")), len(words))
    is_said = any("conda create --name" in line for line in words[:first])
    return first < len(words) and (is_said or bool(EXPORT.fullmatch(words[first])))


def matched_otherwise(line, found):
    """Whether a line is read as py-rattler reads it, or otherwise on purpose."""
    specs = [one["spec"] for one in found.conda]
    return (EXPORT.fullmatch(line) or conda_specs.matched(line) in map(conda_specs.matched, specs)
            or any(conda_specs.deviation(line, spec) for spec in specs))


def compare(run, path, where, text, subdir):
    found = comparison.inspect(path, "--arch", SUBDIRS[subdir])
    lines = re.split(r"\r\n|\n|\r", text)
    formats = [one["format"] for one in found.sources]
    if any(line.strip() == "@EXPLICIT" for line in lines):
        judge_explicit(run, where, text, found, lines, subdir)
    elif formats != ["conda-list"] or not is_list(lines):
        run.judge(where, text, formats == ["conda-list"], is_list(lines), f"read as {formats}")
    elif any("://" in line for line in lines if not line.startswith("#")):
        run.deviate("the URL of a package among specs keeps its hash, which py-rattler passes over")
    else:
        judge_export(run, where, text, found, lines)


def main():
    run = comparison.Comparison(count=500)
    for file in run.files:
        for subdir in SUBDIRS:
            compare(run, file, file, file.read_text(encoding="utf-8"), subdir)
    with comparison.folder() as place:
        path = place / "packages.txt"
        for number, (text, subdir) in [] if run.files else run.cases(generate):
            path.write_text(text, encoding="utf-8", newline="")
            compare(run, path, number, text, subdir)
    run.finish()


if __name__ == "__main__":
    main()
