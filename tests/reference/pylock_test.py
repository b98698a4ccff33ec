#!/usr/bin/env python3
"""Compares what envlift reads of pylock.toml with what `packaging.pylock` selects, for each Python and architecture."""
import tomllib

import comparison
import locked_projects

comparison.owners("pip")
from packaging.pylock import PackageSdist, PackageWheel, Pylock, PylockSelectError, PylockValidationError  # noqa: E402
from packaging.tags import compatible_tags, cpython_tags  # noqa: E402

# Markers that the patch release of Python decides, which only the image tells.
UNSURE = {"EL0317", "EL0351"}

# What `packaging` refuses and no installation needs.
LAXER = ("is not normalized", "expected datetime")


def generate(rng):
    lines = ['lock-version = "1.0"', 'created-by = "test"', f'requires-python = "{rng.choice([">=3.9", ">=3.10", "<4"])}"']
    for package in locked_projects.packages(rng):
        lines += ["", "[[packages]]", f'name = "{package["name"]}"', f'version = "{package["version"]}"']
        lines += [f"marker = '{package['marker']}'"] if package["marker"] else []
        lines += [f'requires-python = "{package["python"]}"'] if rng.random() < 0.2 else []
        if package["sdist"]:
            lines.append(f"sdist = {{ name = '{package['sdist'].name}', url = '{package['sdist'].url}', "
                         f"hashes = {{ sha256 = '{package['sdist'].digest}' }} }}")
        wheels = ", ".join(f"{{ name = '{file.name}', url = '{file.url}', hashes = {{ sha256 = '{file.digest}' }} }}"
                           for file in package["wheels"])
        lines += [f"wheels = [{wheels}]"] if wheels else []
    return "\n".join(lines) + "\n"


def tags_of(python, machine):
    version = tuple(map(int, python.split(".")))
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(60, 4, -1)]
    platforms += [f"{old}_{machine}" for old in ("manylinux2014", "manylinux2010", "manylinux1", "linux")]
    interpreter = f"cp{version[0]}{version[1]}"
    return [*cpython_tags(version, [interpreter], platforms), *compatible_tags(version, interpreter, platforms)]


def selected(lock, python, arch):
    """{name: the hash of the file that is taken, or None}; a text where nothing can be selected."""
    environment = comparison.marker_environment(python, arch)
    environment.pop("extra")
    try:
        rows = {}
        for package, source in lock.select(environment=environment, tags=tags_of(python, comparison.ARCHES[arch])):
            has_file = isinstance(source, (PackageWheel, PackageSdist))
            rows[package.name] = dict(source.hashes).get("sha256") if has_file else None
        return rows
    except PylockSelectError as error:
        return str(error)


def compare_target(run, path, where, text, lock, python, arch):
    due = selected(lock, python, arch)
    found = comparison.inspect(path, "--python", python, "--arch", arch)
    if isinstance(due, str) or found.codes:
        run.judge(where, text, bool(found.codes), isinstance(due, str), f"{python} {arch} {found.codes} {due}"[:300])
        return
    ours = {one["name"]: one.get("hashes", []) for one in found.pip}
    project = {row["name"] for row in found.dropped if "itself" in row["reason"]}
    missing = due.keys() - ours.keys() - project
    more = set() if UNSURE & {one["code"] for one in found.findings} else ours.keys() - due.keys()
    wrong = {name for name, digest in due.items() if digest and name in ours and f"sha256:{digest}" not in ours[name]}
    run.judge(where, text, (missing, more, wrong), (set(), set(), set()), f"{python} {arch}: missing, too much, hashes")


def compare_file(run, path, where, text=""):
    try:
        lock = Pylock.from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, PylockValidationError) as error:
        codes = comparison.inspect(path).codes
        if not codes and any(words in str(error) for words in LAXER):
            run.deviate("a name or a time in another spelling")
            return
        run.judge(where, text, bool(codes), True, f"{error}"[:200])
        return
    for python, arch in comparison.targets():
        compare_target(run, path, where, text, lock, python, arch)


def main():
    run = comparison.Comparison(count=40)
    for file in run.files:
        compare_file(run, file, file)
    with comparison.folder() as place:
        path = place / "pylock.toml"
        for number, text in [] if run.files else run.cases(generate):
            path.write_text(text, encoding="utf-8")
            compare_file(run, path, number, text)
    run.finish()


if __name__ == "__main__":
    main()
