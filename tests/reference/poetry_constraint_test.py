#!/usr/bin/env python3
"""Compares the requirements that envlift makes of poetry's constraints with poetry-core's own.

Usage: ENVLIFT=build/dev/envlift poetry_constraint_test.py [COUNT]. Needs poetry-core; exits 77 without it.
"""
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile

try:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version as PepVersion
    from poetry.core.constraints.version import Version, parse_constraint
except ImportError:
    sys.exit(77)

ENVLIFT = os.environ.get("ENVLIFT", "build/dev/envlift")
VERSIONS = [".".join(map(str, parts)) for size in (1, 2, 3) for parts in itertools.product(range(5), repeat=size)]
VERSIONS += ["1.2a1", "1.2.post1", "2.0rc1", "1!2.0", "10.0", "1.2.3.4"]


def random_constraint(rng):
    version = ".".join(str(rng.choice([0, 0, 1, 2, 3])) for _ in range(rng.randint(1, 3)))
    version += rng.choice([""] * 8 + ["a1", "rc2", ".post1", ".dev3"])
    atom = rng.choice(["^", "~", "~=", ">=", "<", "<=", ">", "==", "=", "", "!="]) + rng.choice(["", "", " "]) + version
    if rng.random() < 0.15:
        atom = rng.choice(["", "==", "!="]) + version.split("a")[0].split("r")[0].split(".p")[0].split(".d")[0] + ".*"
    more = rng.random()
    if more < 0.25:
        return atom + rng.choice([",", ", ", " "]) + random_constraint(rng)
    if more < 0.35:
        return atom + rng.choice([" || ", "|", "||"]) + random_constraint(rng)
    return atom


def main():
    rng = random.Random(7)
    texts = sorted({random_constraint(rng) for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)})
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/pyproject.toml", "w") as file:
            file.write("[tool.poetry.dependencies]\n")
            file.writelines(f'p{i} = "{text}"\n' for i, text in enumerate(texts))
        answer = subprocess.run([ENVLIFT, "inspect", "--json", folder], capture_output=True, text=True).stdout
    data = json.loads(answer)
    found = {package["name"]: package.get("specifier", "") or package["requirement"][len(package["name"]):]
             for package in data["pip"]}
    refused = {finding["line"] - 2: finding["code"] for finding in data["findings"] if finding["severity"] == "error"}
    faults = 0
    for i, text in enumerate(texts):
        try:
            due = parse_constraint(text)
        except ValueError:
            due = None
        specifier = found.get(f"p{i}")
        if (due is None) != (specifier is None) and refused.get(i) != "EL0343":
            faults += 1
            print(f"{text!r}: poetry {due}, envlift {specifier} {refused.get(i)}")
            continue
        if due is None or specifier is None:
            continue
        wrong = []
        for version in VERSIONS:
            is_pre = PepVersion(version).is_prerelease
            mine = SpecifierSet(specifier).contains(version, prereleases=True)
            # Before the first version of a wildcard lie pre-releases, of which poetry and PEP 440 think alike only
            # where they are not asked about.
            if mine != due.allows(Version.parse(version)) and not is_pre:
                wrong.append(version)
        if wrong:
            faults += 1
            print(f"{text!r}: poetry {due}, envlift {specifier!r}: {wrong[:6]}")
    print(len(texts), "constraints, refused as having no PEP 440 form:",
          sum(code == "EL0343" for code in refused.values()), "faults:", faults)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
