#!/usr/bin/env python3
"""Compares what envlift reads of a Pipfile with what pipenv reads: its categories with names, versions, extras, repositories,
hashes, and where their markers hold; its sources; its Python."""
import io
import re
import tomllib

import comparison

comparison.owners("lockers")
from packaging.markers import InvalidMarker, Marker  # noqa: E402
from packaging.requirements import InvalidRequirement, Requirement  # noqa: E402
from pipenv.exceptions import PipenvException  # noqa: E402
from pipenv.patched.pip._internal.exceptions import PipError  # noqa: E402
from pipenv.utils.dependencies import install_req_from_pipfile, translate_markers  # noqa: E402
from pipenv.vendor.plette import Pipfile  # noqa: E402
from pipenv.vendor.plette.models.base import DataValidationError  # noqa: E402
from pipenv.vendor.tomlkit.exceptions import TOMLKitError  # noqa: E402

NAMES = ["requests", "Flask", '"zope.interface"', "a_b", "numpy", "x", '"backports.zoneinfo"', "PyYAML"]
VERSIONS = ["*", "*", ">=1.0", "==1.4.2", "~=1.4", "2.0", "!=1.1,<9", " >= 1 ", "(>=1)", "==2.*"]
MARKERS = ["python_version < '3.11'", "sys_platform == 'win32'", "platform_machine == 'aarch64' or python_version >= '3.12'",
           "python_full_version >= '3.10.2' and os_name == 'posix'"]
KEYS = ["sys_platform = \"== 'win32'\"", "python_version = \"< '3.12'\"", "os_name = \"== 'nt'\"", "platform_machine = \"== 'x86_64'\""]
PLACES = ['git = "https://example.com/a/demo.git"', 'git = "https://example.com/a/demo.git", ref = "v1.0"',
          'git = "https://example.com/a/demo.git", ref = "0123456", subdirectory = "sub/dir"',
          'git = "https://example.com/a/demo.git@v2"', 'file = "https://example.com/demo-1.0.tar.gz"']
SOURCES = ['[[source]]\nurl = "https://pypi.org/simple"\nverify_ssl = true\nname = "pypi"',
           '[[source]]\nname = "own"\nurl = "https://e.com/simple"\nverify_ssl = false']
CATEGORIES = ["packages", "dev-packages", "docs", "Test_All"]
LETTERS = "[]{}='\"*,<>!~:; #@-.a1\t\\"
UNKNOWN_KEY = "EL0356"
# What envlift refuses and pipenv's reader does not: code -> (what is true of the file, why).
STRICTER = {
    "EL0104": (lambda data, rows: not data, "an empty file"),
    "EL0119": (lambda data, rows: not_of_kind(data), "a value of another kind than pipenv writes"),
    "EL0301": (lambda data, rows: any("===" in row or not re.fullmatch(r"[a-z0-9-]+", re.split(r"[^\w.-]", row)[0]) or ";" in row
                                      for row in rows) or "\\t" in str(data) or str(data).count("(") != str(data).count(")"),
               "no requirement: pipenv strips parentheses, and makes `===` of a version that begins with `=`"),
    "EL0303": (lambda data, rows: any(not re.match(r"https?://[^/]+", one["url"]) for one in data.get("source", [])),
               "a source that is no URL"),
    "EL0306": (lambda data, rows: any(re.search(r"//[^/]*@", row) for row in rows), "credentials in a URL"),
    "EL0309": (lambda data, rows: any(not re.search(r" @ (git\+)?https?://[^/:@]+/", row) for row in rows if " @ " in row),
               "a place that is no URL"),
    "EL0358": (lambda data, rows: "'hashes'" in str(data), "hashes, which pipenv passes over and envlift does not"),
    "EL0410": (lambda data, rows: True, "a category that is not there, which pipenv takes for an empty one"),
}


def entry(rng):
    if rng.random() < 0.55:
        return f'"{rng.choice(VERSIONS)}"'
    if rng.random() < 0.25:
        keys = [rng.choice(PLACES)]
    else:
        keys = [f'version = "{rng.choice(VERSIONS)}"']
        keys += ['hashes = ["sha256:' + "ab" * 32 + '"]'] * (rng.random() < 0.15)
    keys += ["no_binary = true"] * (rng.random() < 0.1)
    keys += ['extras = ["socks", "B_c"]'] * (rng.random() < 0.3)
    keys += [f'markers = "{rng.choice(MARKERS)}"'] if rng.random() < 0.3 else rng.sample(KEYS, rng.choice([0, 0, 1, 2]))
    rng.shuffle(keys)
    return "{" + ", ".join(keys) + "}"


def generate(rng):
    sections = rng.sample(SOURCES, rng.choice([0, 1, 1, 2]))
    categories = [name for name in CATEGORIES if rng.random() < 0.6]
    names = rng.sample(NAMES, len(NAMES))   # a name in one category alone
    for name in categories:
        taken, names = names[:2], names[2:]
        sections.append("\n".join([f"[{name}]", *(f"{one} = {entry(rng)}{rng.choice(['', '', '  # why'])}" for one in taken)]))
    python = rng.choice(comparison.PYTHONS)
    sections += [f'[requires]\npython_version = "{python}"'] * (rng.random() < 0.5)
    sections += rng.choice([[], ["[pipenv]\nallow_prereleases = true"], ['[scripts]\nrun = "python main.py"']])
    rng.shuffle(sections)
    text = "\n\n".join(sections) + "\n"
    if rng.random() < 0.35:
        text = comparison.mutated(rng, text, LETTERS)
    return text, [rng.choice(categories)] if categories and rng.random() < 0.7 else [], (python, rng.choice(list(comparison.ARCHES)))


class Refused(Exception):
    """Why pipenv does not read the file."""


def row(name, value):
    """(what, its marker, its hashes)"""
    install, _, _ = install_req_from_pipfile(name, value)
    extras = ",".join(sorted(comparison.normal(one) for one in value.get("extras", []))) if hasattr(value, "keys") else ""
    if install.link:
        # pipenv writes an empty `@` where there is no `ref`, and the extras behind the URL.
        url = re.sub(r"\[[^]]*\]", "", install.link.url)
        url = re.sub(r"@(?=#|$)", "", url)
        what = comparison.normal(name) + (f"[{extras}]" if extras else "") + f" @ {url}"
    else:
        what = comparison.plain(Requirement(str(install.req)))
    return what, marker(value), set()   # pipenv's lock has hashes of the index alone (resolver.py, collect_hashes)


def marker(value):
    """translate_markers() goes into the lock; it passes over `os_name`, which is written as the others."""
    if not hasattr(value, "keys"):
        return None
    found = [str(translate_markers(dict(value)).get("markers", ""))]
    found += [f"os_name {value['os_name']}"] if "os_name" in value else []
    return Marker(" and ".join(f"({one})" for one in found if one)) if any(found) else None


def owner_says(text, asked):
    try:
        pipfile = Pipfile.load(io.StringIO(text))
        data = pipfile._data.unwrap()
        names = list(dict.fromkeys(["packages", *asked]))
        rows = [row(name, value) for category in names for name, value in data.get(category, {}).items()]
        return data, rows
    except (TOMLKitError, DataValidationError, PipenvException, PipError, InvalidRequirement, InvalidMarker, ValueError, TypeError,
            AttributeError, KeyError, AssertionError) as error:
        raise Refused(f"{type(error).__name__}: {error}"[:300]) from error


def not_of_kind(data):
    python = data.get("requires", {})
    if any(not isinstance(one, (dict, list)) for one in data.values()) or not isinstance(python, dict):
        return True
    return (any(not re.fullmatch(r"\d+(\.\d+)*", str(one)) for one in python.values())
            or any(not re.fullmatch(r"[^\s'#\\]+", one["url"]) for one in data.get("source", [])))


def options_of(text, data):
    """pip's options for the sources, as pipenv's prepare_pip_source_args() writes them; PyPI alone is pip's own default."""
    found = []
    if "source" not in tomllib.loads(text):
        return found
    for number, source in enumerate(data.get("source", [])):
        found.append(("--index-url " if number == 0 else "--extra-index-url ") + source["url"])
        if not source.get("verify_ssl", True):
            found.append("--trusted-host " + re.sub(r"https?://([^/]+).*", r"\1", source["url"]))
    return found


def laxer(why, codes):
    if "Unrecognized" in why and UNKNOWN_KEY in codes:
        return "a key that pipenv has not, of which envlift warns"
    return "a source without `name` or `verify_ssl`, which tell nothing to pip" if re.search(r"field: (name|verify_ssl)$", why) else ""


def is_toml(text):
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def stricter(found, data, rows):
    rules = [STRICTER.get(code) for code in sorted(found.codes)]
    return rules[0][1] if all(rules) and all(is_so(data, rows) for is_so, _ in rules) else ""


def compare(run, path, where, text, asked, target):
    python, arch = target
    found = comparison.inspect(path, "--python", python, "--arch", arch, *comparison.words("--group", asked))
    try:
        data, rows = owner_says(text, asked)
    except Refused as why:
        reason = "" if found.codes else laxer(str(why), {one["code"] for one in found.findings})
        if reason:
            run.deviate(reason)
        else:
            run.judge(where, text, bool(found.codes), True, f"{why} {asked} {sorted(found.codes)}")
        return
    if found.codes == {"EL0116"} and not is_toml(text):
        run.deviate("a tab within a bare key, which tomlkit takes and TOML (tomllib) does not")
        return
    ours = comparison.plain_rows(found)
    due = comparison.wanted(rows, python, arch, ours)
    if found.codes and (reason := stricter(found, tomllib.loads(text), [what for what, _, _ in rows])):
        run.deviate(reason)
    elif found.codes:
        run.differ(where, text, f"{asked} {target} envlift refuses: {[(one['code'], one.get('line'), one['message']) for one in found.errors]}")
    else:
        options = [" ".join((one["option"], one["value"])) for one in found.pip_options if one["option"] not in ("--pre", "--no-binary")]
        run.judge(where, text, (ours, options), (due, options_of(text, data)), f"{asked} {target}")


def main():
    run = comparison.Comparison(count=600)
    with comparison.folder() as place:
        path = place / "Pipfile"
        for file in run.files:
            path.write_bytes(file.read_bytes())
            for target in comparison.targets():
                compare(run, path, file, path.read_text(encoding="utf-8"), [], target)
        for number, (text, asked, target) in [] if run.files else run.cases(generate):
            path.write_text(text, encoding="utf-8", newline="")
            compare(run, path, number, text, asked, target)
    run.finish()


if __name__ == "__main__":
    main()
