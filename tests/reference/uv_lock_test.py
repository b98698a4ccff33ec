#!/usr/bin/env python3
"""Compares what envlift reads of uv.lock with `uv export --frozen`, for each Python, architecture, group and extra.

A FILE is a uv.lock beside its pyproject.toml; without one, a project is made up that asks for the lock's roots."""
import pathlib
import subprocess
import sys
import tomllib

import comparison
import locked_projects

comparison.owners("lockers")

UV = str(pathlib.Path(sys.prefix) / "bin/uv")
NOT_FOR_TARGET = {"EL0413", "EL0414"}


def inline(name, marker, extra=""):
    return f"{{ name = '{name}'" + (f", {extra}" if extra else "") + (f", marker = '{marker}'" if marker else "") + " }"


def rows(needs):
    return "[" + ", ".join(inline(name, marker) for name, marker in needs) + "]"


def specified(needs, extra=""):
    """requires-dist, as uv writes it."""
    def marker(text):
        return f'({text}) and extra == "{extra}"' if extra and text else f'extra == "{extra}"' if extra else text
    return [inline(name, marker(text)) for name, text in needs]


def generate(rng):
    """(pyproject.toml, uv.lock)"""
    made = locked_projects.project(rng)
    return pyproject(made), lock(made)


def pyproject(made):
    texts = {kind: [locked_projects.requirement(*one) for one in needs] for kind, needs in
             [("main", made["main"]), *made["groups"].items(), *made["extras"].items()]}
    lines = ["[project]", "name = 'demo'", "version = '0.1'", "requires-python = '>=3.9'",
             f"dependencies = {locked_projects.quoted(texts['main'])}"]
    lines += ["[project.optional-dependencies]"]
    lines += [f"{extra} = {locked_projects.quoted(texts[extra])}" for extra in made["extras"]]
    lines += ["[dependency-groups]"]
    return "\n".join(lines + [f"{group} = {locked_projects.quoted(texts[group])}" for group in made["groups"]]) + "\n"


def lock(made):
    lines = ["version = 1", "revision = 3", 'requires-python = ">=3.9"', "", "[[package]]", 'name = "demo"',
             'version = "0.1"', 'source = { virtual = "." }', f"dependencies = {rows(made['main'])}"]
    for table, key in (("optional-dependencies", "extras"), ("dev-dependencies", "groups")):
        lines += ["", f"[package.{table}]"] if made[key] else []
        lines += [f"{name} = {rows(needs)}" for name, needs in made[key].items()]
    wanted = specified(made["main"]) + [text for extra, needs in made["extras"].items() for text in specified(needs, extra)]
    lines += ["", "[package.metadata]", f"requires-dist = [{', '.join(wanted)}]"]
    lines += [f"provides-extras = {locked_projects.quoted(made['extras'])}"] if made["extras"] else []
    lines += ["", "[package.metadata.requires-dev]"] if made["groups"] else []
    lines += [f"{group} = [{', '.join(specified(needs))}]" for group, needs in made["groups"].items()]
    for package in made["packages"]:
        lines += ["", "[[package]]", f'name = "{package["name"]}"', f'version = "{package["version"]}"',
                  'source = { registry = "https://pypi.org/simple" }']
        lines += [f"dependencies = {rows(package['needs'])}"] if package["needs"] else []
        lines += [f"sdist = {file(package['sdist'])}"] if package["sdist"] else []
        lines += [f"wheels = [{', '.join(map(file, package['wheels']))}]"]
    return "\n".join(lines) + "\n"


def file(one):
    return f'{{ url = "{one.url}", hash = "sha256:{one.digest}", size = 12345 }}'


def uv_says(folder, groups, extras):
    command = [UV, "export", "--offline", "--frozen", "--no-header", "--no-annotate", "--no-default-groups",
               "--no-emit-project", "--format", "requirements.txt", "--project", str(folder), "--quiet",
               "--no-managed-python", *comparison.words("--group", groups), *comparison.words("--extra", extras)]
    answer = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    return (comparison.exported(answer.stdout, folder) if answer.returncode == 0 else None), answer.stderr


def compare_choice(run, path, where, text, groups, extras):
    exported, why = uv_says(path.parent, groups, extras)
    options = [*comparison.words("--group", groups), *comparison.words("--extra", extras)]
    if exported is None:
        run.judge(where, text, bool(comparison.inspect(path, *options).codes), True, why[-300:])
        return
    for python, arch in comparison.targets():
        found = comparison.inspect(path, "--python", python, "--arch", arch, *options)
        if found.codes and found.codes <= NOT_FOR_TARGET:
            run.deviate(f"{', '.join(sorted(found.codes))}: no file or no Python for the target, which uv finds out later")
            continue
        ours = comparison.pip_rows(found)
        due = comparison.wanted(exported, python, arch, ours)
        wrong = {what for what in due.keys() & ours.keys() if not ours[what] <= due[what] or (due[what] and not ours[what])}
        run.judge(where, text, (sorted(ours), wrong, set()), (sorted(due), set(), found.codes), f"{python} {arch} {groups} {extras}")


def compare_file(run, path, where, text=""):
    try:
        packages = tomllib.loads(path.read_text(encoding="utf-8")).get("package", [])
    except tomllib.TOMLDecodeError:
        packages = []
    roots = [one for one in packages if "." in one.get("source", {}).values()]
    metadata = roots[0].get("metadata", {}) if roots else {}
    for groups, extras in locked_projects.choices(metadata.get("requires-dev", {}), metadata.get("provides-extras", [])):
        compare_choice(run, path, where, text, groups, extras)


def project_of(lock_text):
    """A pyproject.toml for a lock that is found alone."""
    try:
        packages = tomllib.loads(lock_text).get("package", [])
    except tomllib.TOMLDecodeError:
        packages = []
    roots = [one["name"] for one in packages if "." in one.get("source", {}).values()]
    return f"[project]\nname = '{roots[0] if roots else 'demo'}'\nversion = '0'\nrequires-python = '>=3.9'\n"


def compare_given(run, given):
    if given.with_name("pyproject.toml").exists():
        compare_file(run, given, given)
        return
    with comparison.folder() as place:
        text = given.read_text(encoding="utf-8")
        (place / "pyproject.toml").write_text(project_of(text), encoding="utf-8")
        (place / "uv.lock").write_text(text, encoding="utf-8")
        compare_file(run, place / "uv.lock", given)


def main():
    run = comparison.Comparison(count=12)
    for given in run.files:
        compare_given(run, given)
    with comparison.folder() as place:
        path = place / "uv.lock"
        for number, (project, text) in [] if run.files else run.cases(generate):
            (place / "pyproject.toml").write_text(project, encoding="utf-8")
            path.write_text(text, encoding="utf-8")
            compare_file(run, path, number, f"{project}\n{text}")
    run.finish()


if __name__ == "__main__":
    main()
