#!/usr/bin/env python3
"""Compares what envlift reads of poetry.lock with `poetry export`, for each Python, architecture, group and extra, with the
groups that `poetry install` takes by default but for those of development; and the same lock as older poetry wrote it (2.0
and 1.1, without groups and markers).

A FILE is a poetry.lock of version 2.1 beside its pyproject.toml."""
import re
import shutil
import tomllib

import comparison
import locked_projects

comparison.owners("poetry")
from cleo.io.buffered_io import BufferedIO  # noqa: E402
from packaging.utils import canonicalize_name  # noqa: E402
from poetry.factory import Factory  # noqa: E402
from poetry_plugin_export.exporter import Exporter  # noqa: E402

NOT_FOR_TARGET = {"EL0413", "EL0414"}
OLDER = ("2.0", "1.1")
DEVELOPMENT = {"dev", "docs"}   # of the groups' names here


def generate(rng):
    """(pyproject.toml, poetry.lock of version 2.1 with a place for the project's hash)"""
    made = locked_projects.project(rng)
    for package in made["packages"]:   # poetry writes markers of what leads to a package; then there is none of its own
        package["needs"] = [(name, "") for name, _ in package["needs"]]
    for kind in ("groups", "extras"):
        made[kind] = {name: [(one, "") for one, _ in needs] for name, needs in made[kind].items()}
    made["main"] = [(name, "") for name, _ in made["main"]]
    if "docs" in made["groups"]:
        made["groups"][rng.choice(["docs", "Web_app"])] = made["groups"].pop("docs")
    made["optional"] = {name for name in made["groups"] if rng.random() < 0.3}
    made["is_pep_735"] = rng.random() < 0.4
    return pyproject(made), lock(made, reach(made))


def reach(made):
    """{package: the groups that lead to it}"""
    needs = {one["name"]: [name for name, _ in one["needs"]] for one in made["packages"]}
    groups = {"main": made["main"] + [one for rows in made["extras"].values() for one in rows], **made["groups"]}
    reached = {name: [] for name in needs}
    for group, rows in groups.items():
        waiting = [name for name, _ in rows]
        while waiting:
            name = waiting.pop()
            if group not in reached[name]:
                reached[name].append(group)
                waiting += needs[name]
    return reached


def pyproject(made):
    optional = {name for rows in made["extras"].values() for name, _ in rows} - {name for name, _ in made["main"]}
    lines = ["[tool.poetry]", "name = 'demo'", "version = '0.1'", "package-mode = false", "", "[tool.poetry.dependencies]",
             "python = '>=3.9'"]
    lines += [f"{name} = '*'" for name, _ in made["main"]]
    lines += [f"{name} = {{ version = '*', optional = true }}" for name in sorted(optional)]
    lines += ["", "[tool.poetry.extras]"]
    lines += [f"{extra} = {locked_projects.quoted(name for name, _ in rows)}" for extra, rows in made["extras"].items()]
    if made["is_pep_735"]:
        lines += ["", "[dependency-groups]"]
        lines += [f"{group} = {locked_projects.quoted(name for name, _ in rows)}" for group, rows in made["groups"].items()]
    for group, rows in made["groups"].items():
        lines += ["", f"[tool.poetry.group.{group}]", "optional = true"] * (group in made["optional"])
        if not made["is_pep_735"]:
            lines += ["", f"[tool.poetry.group.{group}.dependencies]", *(f"{name} = '*'" for name, _ in rows)]
    return "\n".join(lines) + "\n"


def lock(made, reached):
    main = reach({**made, "extras": {}, "groups": {}})
    by_extra = {extra: reach({**made, "main": rows, "extras": {}, "groups": {}}) for extra, rows in made["extras"].items()}
    lines = []
    for package in made["packages"]:
        name = package["name"]
        if not reached[name]:
            continue
        is_optional = "main" in reached[name] and not main[name]
        extras = " or ".join(f'extra == \\"{extra}\\"' for extra in by_extra if by_extra[extra][name])
        lines += ["[[package]]", f'name = "{name}"', f'version = "{package["version"]}"', 'description = ""',
                  f"optional = {str(is_optional and reached[name] == ['main']).lower()}",
                  f'python-versions = "{package["python"]}"', f"groups = {list(reached[name])}".replace("'", '"')]
        if is_optional and reached[name] == ["main"]:
            lines.append(f'markers = "{extras}"')
        elif is_optional:
            others = ", ".join(f'{group} = "python_version >= \\"3.9\\""' for group in reached[name] if group != "main")
            lines.append(f'markers = {{main = "{extras}", {others}}}')
        files = [*package["wheels"], *([package["sdist"]] if package["sdist"] else [])]
        lines += ["files = ["] + [f'    {{file = "{one.name}", hash = "sha256:{one.digest}"}},' for one in files] + ["]", ""]
        if package["needs"]:
            lines += ["[package.dependencies]", *(f'{other} = "*"' for other, _ in package["needs"]), ""]
    lines += ["[extras]"] if made["extras"] else []
    lines += [f"{extra} = {[name for name, _ in rows]}".replace("'", '"') for extra, rows in made["extras"].items()]
    return "\n".join([*lines, "", "[metadata]", 'lock-version = "2.1"', 'python-versions = ">=3.9"',
                      'content-hash = "CONTENT-HASH"']) + "\n"


def default_groups(project):
    """As poetry's GroupCommand.non_optional_groups has them, without those of development."""
    groups = project.package._dependency_groups.values()
    return {canonicalize_name(group.name) for group in groups if not group.is_optional()} - DEVELOPMENT


def poetry_says(folder, groups, extras):
    project = Factory().create_poetry(folder)
    exporter = Exporter(project, BufferedIO())
    exporter.only_groups(["main", *map(canonicalize_name, groups), *default_groups(project)])
    exporter.with_extras([canonicalize_name(extra) for extra in extras])
    exporter.export("requirements.txt", folder, "exported.txt")
    exported = folder / "exported.txt"
    text = exported.read_text(encoding="utf-8")
    exported.unlink()
    return comparison.exported(text, folder)


def as_older(text, version):
    """The lock as poetry 1.8 (2.0) or 1.4 (1.1) would have written it."""
    packages = tomllib.loads(text)["package"]
    text = re.sub(r"^(groups|markers) = .*\n", "", text, flags=re.M)
    text = text.replace('lock-version = "2.1"', f'lock-version = "{version}"')
    if version == "2.0":
        return text
    text = re.sub(r"^files = \[\n(?:    .*\n)*\]\n", "", text, flags=re.M)
    text = re.sub(r"^files = \[\]\n", "", text, flags=re.M) + "\n[metadata.files]\n"
    for name in sorted({package["name"] for package in packages}):
        files = [file for package in packages if package["name"] == name for file in package["files"]]
        rows = ", ".join(f'{{file = "{file["file"]}", hash = "{file["hash"]}"}}' for file in files)
        text += f'"{name}" = [{rows}]\n'
    return text


def compare_version(run, folder, where, text, exported, choice, version):
    groups, extras = choice
    options = [*comparison.words("--group", groups), *comparison.words("--extra", extras)]
    for python, arch in comparison.targets():
        found = comparison.inspect(folder / "poetry.lock", "--python", python, "--arch", arch, *options)
        if found.codes and found.codes <= NOT_FOR_TARGET:
            run.deviate(f"{', '.join(sorted(found.codes))}: no file or no Python for the target, which poetry finds out later")
            continue
        ours = comparison.pip_rows(found)
        due = comparison.wanted(exported, python, arch, ours)
        # Lock 1.1 has the files of all versions of a package in one list.
        wrong = {what for what in due.keys() & ours.keys() if not ours[what] <= due[what] and version != "1.1"}
        run.judge(where, text, (sorted(ours), wrong, found.codes), (sorted(due), set(), set()),
                  f"{version} {python} {arch} {groups} {extras}")


def compare_folder(run, folder, where, text, project):
    (folder / "pyproject.toml").write_text(project, encoding="utf-8")
    path = folder / "poetry.lock"
    path.write_text(text, encoding="utf-8")
    if "CONTENT-HASH" in text:
        text = text.replace("CONTENT-HASH", Factory().create_poetry(folder).locker._get_content_hash())
    locked = tomllib.loads(text)
    groups = sorted({group for package in locked["package"] for group in package["groups"]} - {"main"})
    for choice in locked_projects.choices(groups, locked.get("extras", {})):
        path.write_text(text, encoding="utf-8")
        exported = poetry_says(folder, *choice)
        compare_version(run, folder, where, f"{project}\n{text}", exported, choice, "2.1")
        for version in [] if "[dependency-groups]" in project else OLDER:   # poetry 1 did not read them
            path.write_text(as_older(text, version), encoding="utf-8")
            compare_version(run, folder, where, f"{project}\n{text}", exported, choice, version)


def compare_given(run, given):
    project = given.with_name("pyproject.toml")
    text = given.read_text(encoding="utf-8")
    if not project.exists() or 'lock-version = "2.1"' not in text:
        run.deviate("a lock without its pyproject.toml, or of an older version, which poetry cannot export")
        return
    with comparison.folder() as place:
        shutil.copytree(given.parent, place / "project")   # with the packages of its folder
        compare_folder(run, place / "project", given, text, project.read_text(encoding="utf-8"))


def main():
    run = comparison.Comparison(count=6)
    for given in run.files:
        compare_given(run, given)
    with comparison.folder() as place:
        for number, (project, text) in [] if run.files else run.cases(generate):
            compare_folder(run, place, number, text, project)
    run.finish()


if __name__ == "__main__":
    main()
