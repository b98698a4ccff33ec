#!/usr/bin/env python3
"""Compares what envlift reads of pyproject.toml (PEP 621, PEP 735) with what tomllib and packaging read: the requirements of
the project, of its extras and of its dependency groups, and where their markers hold."""
import re
import tomllib

import comparison

comparison.owners("pip")
from packaging.dependency_groups import DependencyGroupResolver  # noqa: E402
from packaging.errors import ExceptionGroup  # noqa: E402
from packaging.requirements import InvalidRequirement, Requirement  # noqa: E402
from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: E402

NAMES = ["requests", "Flask", "zope.interface", "a_b", "numpy", "x", "backports.zoneinfo"]
SPECIFIERS = ["", "", ">=1.0", ">=1,<9", "~=1.4", "!=1.1", "[socks]", "[B_c,a]>=1", " @ https://example.com/a-1.0.tar.gz", "(>=1)"]
MARKERS = ["", "", "", "; python_version < '3.11'", " ; sys_platform == 'win32'", "; platform_machine == 'aarch64'",
           " ; python_full_version >= '3.10.2' and os_name == 'posix'", "; extra == 'x'"]
PARTS = ["dev", "Test_All", "docs", "cli.tools"]
LETTERS = "[]{}='\"*,<>!~:; #@-.a1\t\\"
# What envlift refuses and tomllib and packaging read: code -> (what is true of the file and what it asks for, why).
STRICTER = {
    "EL0119": (lambda data, rows: not_strings(data), "a value of another kind than PEP 621 has"),
    "EL0309": (lambda data, rows: any(" @ " in row and not re.match(r"https?://[^/:]+/.*(\.whl|\.zip|\.tar\.\w+)$", row.partition(" @ ")[2])
                                      for row in rows), "a direct reference that is no URL of an archive"),
    "EL0310": (lambda data, rows: any(row.endswith(".whl") for row in rows), "a wheel of another name or platform"),
    "EL0314": (lambda data, rows: len({re.split(r"[^\w-]", row)[0] for row in rows}) < len(rows),
               "versions of one package that exclude each other, which the installer would find"),
}


def requirement(rng):
    return rng.choice(NAMES) + rng.choice(SPECIFIERS) + rng.choice(MARKERS)


def quoted(rng, text):
    return "'" + text + "'" if "'" not in text and rng.random() < 0.5 else '"' + text + '"'


def array(rng, items):
    if rng.random() < 0.4:
        return "[" + ", ".join(items) + rng.choice(["", ","]) * bool(items) + "]"
    return "[\n" + "".join(f"    {one},{rng.choice(['', '', '  # why'])}\n" for one in items) + "]"


def requirements(rng, most):
    return [quoted(rng, requirement(rng)) for _ in range(rng.randint(0, most))]


def group(rng, names):
    items = requirements(rng, 3)
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        other = rng.choice([*names, *names, "nowhere"] if rng.random() < 0.2 else names)
        items.insert(rng.randint(0, len(items)), f'{{include-group = "{rng.choice([other, other.lower().replace("_", "-")])}"}}')
    return items


def generate(rng):
    lines = ["[project]", rng.choice(['name = "Demo.App"', "name = 'demo-app'"]), 'version = "1.0"']
    lines += [f'requires-python = "{rng.choice([">=3.9", ">=3.9,!=3.9.1", "~=3.9", ""])}"'] * (rng.random() < 0.5)
    lines += ["dependencies = " + array(rng, requirements(rng, 4))] * (rng.random() < 0.9)
    extras, groups = rng.sample(PARTS, rng.choice([0, 1, 2])), rng.sample(PARTS, rng.choice([0, 1, 2, 3]))
    if extras:
        lines += rng.choice([[], [""]]) + ["[project.optional-dependencies]"]
        for name in extras:
            own = [quoted(rng, f"demo_app[{rng.choice(extras)}]")] * (rng.random() < 0.2)
            lines.append(f'{quoted(rng, name)} = ' + array(rng, requirements(rng, 3) + own))
    if groups:
        lines += ["", "[dependency-groups]"]
        lines += [f"{quoted(rng, name)} = " + array(rng, group(rng, groups[:at + 1] if rng.random() < 0.1 else groups[:at] or ["x"]
                                                                if at else ["dev"]) if at else requirements(rng, 3))
                  for at, name in enumerate(groups)]
    lines += rng.choice([[], ["", "[tool.black]", "line-length = 100"]])
    text = "\n".join(lines) + "\n"
    if rng.random() < 0.35:
        text = comparison.mutated(rng, text, LETTERS)
    ask = [rng.choice(extras)] if extras and rng.random() < 0.6 else [], [rng.choice(groups)] if groups and rng.random() < 0.7 else []
    return text, ask, rng.choice(comparison.targets())


class Refused(Exception):
    """Why the owners do not read the file."""


def listed(value):
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refused(f"no array of strings: {value!r}"[:200])
    return value


def owner_says(data, extras, groups, environment):
    """[(what, its marker, no hashes)] that is asked for."""
    project = data.get("project", {})
    try:
        SpecifierSet(project.get("requires-python", ""))
        texts = list(listed(project.get("dependencies", [])))
        texts += of_extras(project, texts, extras, environment)
        resolver = DependencyGroupResolver(data.get("dependency-groups", {}))
        texts += [str(one) for name in groups for one in resolver.resolve(name)]
        own = comparison.normal(project.get("name", ""))
        return comparison.asked([one for one in texts if comparison.normal(Requirement(one).name) != own])
    except (InvalidRequirement, InvalidSpecifier, ExceptionGroup, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Refused(f"{type(error).__name__}: {error}"[:300]) from error


def of_extras(project, texts, asked, environment):
    """The lists of extras, and of those that the project's own name asks for in them."""
    there = {comparison.normal(name): listed(value) for name, value in project.get("optional-dependencies", {}).items()}
    todo, done, found = [comparison.normal(one) for one in asked], set(), []
    todo += own_extras(project, texts, environment)
    while todo:
        name = todo.pop()
        if name not in done:
            done.add(name)
            found += there[name]
            todo += own_extras(project, there[name], environment)
    return found


def own_extras(project, texts, environment):
    own = [one for one in map(Requirement, texts) if comparison.normal(one.name) == comparison.normal(project.get("name", ""))]
    return [comparison.normal(extra) for one in own if one.marker is None or one.marker.evaluate(environment) for extra in one.extras]


def not_strings(data):
    project = data.get("project", {})
    return not isinstance(project.get("name", ""), str) or not isinstance(project.get("requires-python", ""), str)


def stricter(found, data, rows):
    rules = [STRICTER.get(code) for code in sorted(found.codes)]
    return rules[0][1] if all(rules) and all(is_so(data, rows) for is_so, _ in rules) else ""


def is_no_environment(data):
    return "project" not in data and "dependency-groups" not in data


def compare(run, path, where, text, ask, target):
    extras, groups = ask
    python, arch = target
    found = comparison.inspect(path, "--python", python, "--arch", arch, *comparison.words("--extra", extras),
                               *comparison.words("--group", groups))
    try:
        data = tomllib.loads(path.read_bytes().decode())
        rows = owner_says(data, extras, groups, comparison.marker_environment(python, arch))
    except (ValueError, Refused) as why:
        run.judge(where, text, bool(found.codes), True, f"{type(why).__name__}: {why} {ask} {sorted(found.codes)}")
        return
    ours = comparison.plain_rows(found)
    due = comparison.wanted(rows, python, arch, ours)
    if not found.codes:
        run.judge(where, text, ours, due, f"{ask} {target}")
    elif reason := stricter(found, data, due):
        run.deviate(reason)
    elif is_no_environment(data) and found.codes == {"EL0108"}:
        run.deviate("a pyproject.toml without dependencies is no environment file")
    else:
        run.differ(where, text, f"{ask} {target} envlift refuses: {[(one['code'], one.get('line'), one['message']) for one in found.errors]}")


def main():
    run = comparison.Comparison(count=900)
    for file in run.files:
        for target in comparison.targets():
            compare(run, file, file, "", ([], []), target)
    with comparison.folder() as place:
        path = place / "pyproject.toml"
        for number, (text, ask, target) in [] if run.files else run.cases(generate):
            path.write_text(text, encoding="utf-8", newline="")
            compare(run, path, number, text, ask, target)
    run.finish()


if __name__ == "__main__":
    main()
