#!/usr/bin/env python3
"""Compares the requirements that envlift makes of poetry's constraints with poetry-core's own."""
import itertools

import comparison

comparison.owners("pip")
from packaging.specifiers import SpecifierSet  # noqa: E402
from packaging.version import Version as PepVersion  # noqa: E402
from poetry.core.constraints.version import Version, parse_constraint  # noqa: E402

NO_PEP_440_FORM = "EL0343"
VERSIONS = [".".join(map(str, parts)) for size in (1, 2, 3) for parts in itertools.product(range(4), repeat=size)]
VERSIONS += ["1.2.post1", "10.0", "1.2.3.4", "1!2.0", "4.0", "4"]
# Before the first version of a wildcard lie pre-releases, of which poetry and PEP 440 think differently.
GRID = [(text, PepVersion(text), Version.parse(text)) for text in VERSIONS]


def generate(rng):
    version = ".".join(str(rng.choice([0, 0, 1, 2, 3])) for _ in range(rng.randint(1, 3)))
    full = version + rng.choice([""] * 8 + ["a1", "rc2", ".post1", ".dev3"])
    operator = rng.choice(["^", "~", "~=", ">=", "<", "<=", ">", "==", "=", "", "!="])
    atom = operator + rng.choice(["", "", " "]) + full
    if rng.random() < 0.15:
        atom = rng.choice(["", "==", "!="]) + version + ".*"
    more = rng.random()
    if more < 0.25:
        return atom + rng.choice([",", ", ", " "]) + generate(rng)
    if more < 0.35:
        return atom + rng.choice([" || ", "|", "||"]) + generate(rng)
    return atom


def inspect_constraints(texts):
    """[(specifier or None, error codes)] of constraints."""
    answers = []
    with comparison.folder() as place:
        for begin in range(0, len(texts), comparison.CASES_IN_A_FILE):
            part = texts[begin:begin + comparison.CASES_IN_A_FILE]
            path = place / "pyproject.toml"
            rows = "".join(f'p{number} = "{text}"\n' for number, text in enumerate(part))
            path.write_text(f"[tool.poetry.dependencies]\n{rows}", encoding="utf-8")
            found = comparison.inspect(path)
            named = {one["name"]: one["requirement"][len(one["name"]):] for one in found.pip}
            codes = {}
            for one in found.errors:
                codes.setdefault(one["line"] - 2, set()).add(one["code"])
            answers += [(named.get(f"p{number}"), codes.get(number, set())) for number in range(len(part))]
    return answers


def compare(run, number, text, specifier, codes):
    try:
        due = parse_constraint(text)
    except ValueError:
        due = None
    if due is not None and NO_PEP_440_FORM in codes:
        run.deviate("a constraint that PEP 440 has no form for is refused")
        return
    if due is None or specifier is None:
        run.judge(number, text, specifier, due and str(due), f"{codes or ''}")
        return
    ours = SpecifierSet(specifier)
    wrong = [shown for shown, pep, poetry in GRID if ours.contains(pep, prereleases=True) != due.allows(poetry)]
    if wrong and "!=" in text and all(PepVersion(one).is_postrelease for one in wrong):
        run.deviate("poetry takes `!=1.2` apart into `<1.2` and `>1.2`, which 1.2.post1 is not")
        return
    run.judge(number, text, f"{specifier}, which differs for {wrong[:6]}" if wrong else "", str(due) if wrong else "")


def main():
    run = comparison.Comparison(count=3000)
    cases = run.cases(generate)
    for (number, text), (specifier, codes) in zip(cases, inspect_constraints([text for _, text in cases])):
        compare(run, number, text, specifier, codes)
    run.finish()


if __name__ == "__main__":
    main()
