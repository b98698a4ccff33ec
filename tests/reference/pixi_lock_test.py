#!/usr/bin/env python3
"""Compares what envlift reads of locks with what their owners read: py-rattler for pixi.lock, conda-lock for
conda-lock.yml and its renderings.

usage: conda_locks.py ENVLIFT FILE...      (needs py-rattler and conda-lock; a FILE is any of their locks)
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ARCHES = {"linux-64": "x86_64", "linux-aarch64": "arm64"}


def inspect(envlift, path, *options):
    run = subprocess.run([envlift, "inspect", "--json", *options, path.name], cwd=path.parent, capture_output=True,
                         text=True, check=False)
    if run.returncode < 0 or not run.stdout.strip():
        raise AssertionError(f"{path}: exit {run.returncode}: {run.stderr[-400:]}")
    return json.loads(run.stdout)


def codes(found):
    return sorted({one["code"] for one in found["findings"] if one["severity"] == "error"})


def ours(found):
    conda = {(one["name"], one["url"], one.get("md5"), one.get("sha256")) for one in found["conda"]}
    pip = {(one.get("name", ""), tuple(one.get("hashes", []))) for one in found["pip"]}
    return conda, pip


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def digest(package, kind):
    try:
        found = getattr(package.hashes, kind)
    except AttributeError:   # py-rattler's word for none
        return None
    return found.hex() if found else None


def rattler_says(path, environment, subdir):
    import rattler

    lock = rattler.LockFile.from_path(path)
    found = lock.environment(environment)
    platforms = [one for one in found.platforms() if str(one.subdir) == subdir]
    platform = next((one for one in platforms if one.name == subdir), platforms[0] if platforms else None)
    if platform is None:
        return None
    conda, pip, sources = set(), set(), 0
    for package in found.packages(platform) or []:
        md5, sha256 = digest(package, "md5"), digest(package, "sha256")
        if isinstance(package, rattler.PypiLockedPackage):
            pip.add((normal(package.name), (f"sha256:{sha256}",) if sha256 else ()))
        elif package.location.endswith((".conda", ".tar.bz2")) and package.location.startswith("http"):
            conda.add((package.name, package.location, md5, sha256))
        else:
            sources += 1
    return conda, pip, sources


def compare_pixi(envlift, path):
    import rattler

    count = 0
    for environment, _ in rattler.LockFile.from_path(path).environments():
        for subdir, arch in ARCHES.items():
            said = rattler_says(path, environment, subdir)
            found = inspect(envlift, path, "--arch", arch, "--pixi-environment", environment)
            if said is None:
                assert "EL0240" in codes(found), (path, environment, subdir, codes(found))
                continue
            conda, pip = ours(found)
            assert bool(said[2]) == ("EL0246" in codes(found)), (path, environment, subdir, codes(found))
            assert conda == said[0], (path, environment, subdir, conda ^ said[0])
            unread = {"EL0307", "EL0308", "EL0309", "EL0310", "EL0413"} & set(codes(found))
            dropped = {one["name"] for one in found["dropped"]}
            assert pip <= said[1] and (unread or {one[0] for one in said[1] - pip} <= dropped), (path, pip ^ said[1])
            count += 1
    return count


def compare_conda_lock(envlift, path):
    from conda_lock.conda_lock import render_lockfile_for_platform
    from conda_lock.lockfile import parse_conda_lock_file

    count = 0
    lock = parse_conda_lock_file(path)
    categories = {one for package in lock.package for one in package.categories} - {"main"}
    for subdir, arch in ARCHES.items():
        if subdir not in lock.metadata.platforms:
            assert "EL0240" in codes(inspect(envlift, path, "--arch", arch))
            continue
        for groups in [set(), categories]:
            lines = render_lockfile_for_platform(lockfile=lock, include_dev_dependencies="dev" in groups, extras=groups,
                                                 kind="explicit", platform=subdir)
            options = [word for group in sorted(groups) for word in ("--group", group)]
            whole, whole_pip = ours(inspect(envlift, path, "--arch", arch, *options))
            with tempfile.TemporaryDirectory() as folder:
                rendered = pathlib.Path(folder) / f"conda-{subdir}.lock"
                rendered.write_text("\n".join(lines) + "\n")
                listed, listed_pip = ours(inspect(envlift, rendered, "--arch", arch))
            assert {one[:3] for one in whole} == {one[:3] for one in listed}, (path, subdir)
            assert {one[0] for one in whole_pip} == {one[0] for one in listed_pip}, (path, subdir)
            said = {line for line in lines if line.startswith("http")}
            assert {f"{url}#{md5}" for _, url, md5, _ in whole} == said, (path, subdir)
            count += 1
    return count


def main():
    envlift, *files = sys.argv[1:]
    for file in files:
        path = pathlib.Path(file).resolve()
        text = path.read_text()
        is_pixi = "\nenvironments:" in text or re.search(r"^version: [23]$", text, re.M)
        if is_pixi and "\nenvironments:" not in text:
            copy = pathlib.Path(tempfile.mkdtemp()) / "pixi.lock"   # only its name tells it from conda-lock's
            copy.write_text(text)
            path = copy
        count = (compare_pixi if is_pixi else compare_conda_lock)(envlift, path)
        print(f"{file}: {count} compared")


if __name__ == "__main__":
    main()
