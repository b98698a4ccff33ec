#!/usr/bin/env python3
"""Compares what envlift reads of pixi.lock with what py-rattler reads: per environment and platform the conda packages
with their URLs and hashes, and the requirements for pip."""
import shutil

import comparison
import conda_packages

comparison.owners("conda")
import rattler  # noqa: E402

SUBDIRS = {"linux-64": "x86_64", "linux-aarch64": "arm64"}
NOT_FOR_PLATFORM, FROM_SOURCE = "EL0240", "EL0246"
# Requirements that no image can install, or that are of another Python.
NOT_INSTALLED = {"EL0307", "EL0308", "EL0309", "EL0310", "EL0413"}


def generate(rng):
    """A lock of version 6."""
    packages, pip, environments = {}, {}, []
    for name in rng.choice([["default"], ["default", "test"], ["default", "py311", "cuda"]]):
        lines = [f"  {name}:", "    channels:", "    - url: https://conda.anaconda.org/conda-forge/", "    indexes:",
                 "    - https://pypi.org/simple", "    packages:"]
        for subdir in sorted(rng.sample(conda_packages.SUBDIRS, rng.randint(1, 3))):
            lines.append(f"      {subdir}:")
            for package in conda_packages.some(rng, subdir):
                packages[package["url"]] = package
                lines.append(f"      - conda: {package['url']}")
            for package in conda_packages.some_wheels(rng):
                pip[package["url"]] = package
                lines.append(f"      - pypi: {package['url']}")
        environments += lines
    rows = []
    for url, package in sorted(packages.items()):
        rows += [f"- conda: {url}"]
        rows += [f"  {kind}: {package[kind]}" for kind in ("sha256", "md5") if rng.random() < 0.9]
        rows += ["  depends:", "  - python >=3.11", "  - __glibc >=2.17,<3.0.a0"] if rng.random() < 0.5 else []
        rows += rng.choice([[], ["  license: MIT", "  size: 12345", "  timestamp: 1700000000000"]])
    for url, package in sorted(pip.items()):
        rows += [f"- pypi: {url}", f"  name: {package['name']}", f"  version: '{package['version']}'"]
        rows += [f"  sha256: {package['sha256']}"] if rng.random() < 0.9 else []
        rows += rng.choice([[], ["  requires_dist:", "  - idna>=2 ; extra == 'x'"]])
        rows += rng.choice([[], ["  requires_python: '>=3.8'"]])
    return "\n".join(["version: 6", "environments:", *environments, "packages:", *rows]) + "\n"


def digest(package, kind):
    try:
        found = getattr(package.hashes, kind)
    except AttributeError:   # py-rattler's word for none
        return None
    return found.hex() if found else None


def rattler_says(lock, name, subdir):
    """(conda packages, requirements, whether one is built from source) or None."""
    environment = lock.environment(name)
    platforms = [one for one in environment.platforms() if str(one.subdir) == subdir]
    platform = next((one for one in platforms if one.name == subdir), platforms[0] if platforms else None)
    if platform is None:
        return None
    conda, pip, has_source = set(), set(), False
    for package in environment.packages(platform) or []:
        md5, sha256 = digest(package, "md5"), digest(package, "sha256")
        if isinstance(package, rattler.PypiLockedPackage):
            pip.add((comparison.normal(package.name), (f"sha256:{sha256}",) if sha256 else ()))
        elif package.location.endswith((".conda", ".tar.bz2")) and package.location.startswith("http"):
            conda.add((package.name, package.location, md5, sha256))
        else:
            has_source = True
    return conda, pip, has_source


def judge(run, where, text, found, due, note):
    if due is None:
        run.judge(where, text, NOT_FOR_PLATFORM in found.codes, True, f"{note} {sorted(found.codes)}")
        return
    conda, pip = conda_packages.rows(found)
    missing = {name for name, _ in due[1] - pip} - found.dropped_names()
    if found.codes & NOT_INSTALLED:
        missing = set()
    ours = (conda, FROM_SOURCE in found.codes, pip - due[1], missing)
    theirs = (due[0], due[2], set(), set())
    if ours == theirs:
        run.agree()
    else:
        run.differ(where, text, f"{note}: conda {sorted(map(str, conda ^ due[0]))[:4]}, from source {due[2]}, "
                                f"pip {sorted(map(str, pip ^ due[1]))[:4]}, {sorted(found.codes)}")


def compare_file(run, path, where, text=""):
    try:
        lock = rattler.LockFile.from_path(path)
    except Exception as error:   # py-rattler raises what it wraps
        codes = sorted(comparison.inspect(path).codes)
        run.judge(where, text, bool(codes), True, f"{type(error).__name__}: {error}"[:200])
        return
    for name, _ in lock.environments():
        for subdir, arch in SUBDIRS.items():
            found = comparison.inspect(path, "--arch", arch, "--pixi-environment", name)
            judge(run, where, text, found, rattler_says(lock, name, subdir), f"{name} {subdir}")


def main():
    run = comparison.Comparison(count=150)
    with comparison.folder() as place:
        path = place / "pixi.lock"   # only its name tells some versions from conda-lock's
        for file in run.files:
            shutil.copy(file, path)
            compare_file(run, path, file)
        for number, text in [] if run.files else run.cases(generate):
            path.write_text(text, encoding="utf-8")
            compare_file(run, path, number, text)
    run.finish()


if __name__ == "__main__":
    main()
