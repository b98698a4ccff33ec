#!/usr/bin/env python3
"""Compares what envlift reads of conda-lock.yml with what conda-lock renders of it, and with what envlift reads of that
rendered list."""
import logging
import pathlib
import re

import comparison
import conda_packages

comparison.owners("conda")
from conda_lock.conda_lock import render_lockfile_for_platform  # noqa: E402
from conda_lock.lockfile import parse_conda_lock_file  # noqa: E402

SUBDIRS = {"linux-64": "x86_64", "linux-aarch64": "arm64"}
NOT_FOR_PLATFORM = "EL0240"
LAXER = "optional\n  Field required"   # what old conda-lock did not write, and nobody needs
CATEGORIES = ["main", "main", "main", "dev", "docs"]


def generate(rng):
    platforms = sorted(rng.sample(conda_packages.SUBDIRS, rng.randint(1, 3)))
    lines = ["version: 1", "metadata:", "  content_hash:"]
    lines += [f"    {subdir}: {conda_packages.hexadecimal(rng, 64)}" for subdir in platforms]
    lines += ["  channels:", "  - url: conda-forge", "    used_env_vars: []", "  platforms:"]
    lines += [f"  - {subdir}" for subdir in platforms] + ["  sources:", "  - environment.yml", "package:"]
    for subdir in platforms:
        for manager, packages in (("conda", conda_packages.some(rng, subdir)), ("pip", conda_packages.some_wheels(rng))):
            for package in packages:
                lines += package_lines(rng, package, manager, subdir)
    return "\n".join(lines) + "\n"


def package_lines(rng, package, manager, subdir):
    lines = [f"- name: {package['name']}", f"  version: '{package['version']}'",
             f"  manager: {manager}", f"  platform: {subdir}", "  dependencies:", "    python: '>=3.9'",
             f"  url: {package['url']}", "  hash:"]
    lines += [f"    md5: {package['md5']}"] if manager == "conda" else []
    lines += [f"    sha256: {package['sha256']}", f"  category: {rng.choice(CATEGORIES)}", "  optional: false"]
    return lines


def rendered(run, path, where, text, lock, subdir, groups):
    lines = render_lockfile_for_platform(lockfile=lock, include_dev_dependencies="dev" in groups, extras=groups,
                                         kind="explicit", platform=subdir)
    arch = SUBDIRS[subdir]
    whole = comparison.inspect(path, "--arch", arch, *comparison.words("--group", sorted(groups)))
    listed_path = path.with_name(f"conda-{subdir}.lock")
    listed_path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    listed = comparison.inspect(listed_path, "--arch", arch)
    listed_path.unlink()
    conda, pip = conda_packages.rows(whole)
    listed_conda, listed_pip = conda_packages.rows(listed)
    urls = {line for line in lines if line.startswith("http")}
    names = {comparison.normal(re.split(r" @|==", line[len("# pip "):])[0]) for line in lines if line.startswith("# pip ")}
    ours = [sorted(f"{url}#{md5}" for _, url, md5, _ in conda), sorted(name for name, _ in pip)]
    also = [sorted(f"{url}#{md5}" for _, url, md5, _ in listed_conda), sorted(name for name, _ in listed_pip)]
    run.judge(where, text, ours, [sorted(urls), sorted(names)], f"{subdir} {groups} {whole.codes}")
    run.judge(where, text, also, [sorted(urls), sorted(names)], f"the rendered list, {subdir} {groups} {listed.codes}")


def compare_file(run, path, where, text=""):
    try:
        lock = parse_conda_lock_file(path)
    except Exception as error:   # whatever conda-lock raises, it does not read the file
        if LAXER in str(error):
            run.deviate("a lock of old conda-lock, without `optional`")
            return
        run.judge(where, text, bool(comparison.inspect(path).codes), True, f"{type(error).__name__}: {error}"[:200])
        return
    categories = {one for package in lock.package for one in package.categories} - {"main"}
    for subdir, arch in SUBDIRS.items():
        if subdir not in lock.metadata.platforms:
            codes = comparison.inspect(path, "--arch", arch).codes
            run.judge(where, text, NOT_FOR_PLATFORM in codes, True, f"{subdir} {codes}")
            continue
        for groups in [set(), categories] if categories else [set()]:
            rendered(run, path, where, text, lock, subdir, groups)


def main():
    logging.disable()   # of conda-lock, which warns about pip
    run = comparison.Comparison(count=60)
    with comparison.folder() as place:
        path = place / "conda-lock.yml"
        given = [(file, pathlib.Path(file).read_text(encoding="utf-8")) for file in run.files]
        for where, text in given or run.cases(generate):
            path.write_text(text, encoding="utf-8")
            compare_file(run, path, where, text)
    run.finish()


if __name__ == "__main__":
    main()
