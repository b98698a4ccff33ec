#!/usr/bin/env python3
"""Compares PEP 440 with `packaging`: whether a set of specifiers holds a version, and with it the order of versions.

envlift shows both where it says that a pin and a range contradict each other."""
import comparison

comparison.owners("pip")
from packaging.requirements import InvalidRequirement, Requirement  # noqa: E402
from packaging.version import InvalidVersion, Version  # noqa: E402

CONTRADICTION = "EL0314"


def version(rng):
    text = ".".join(str(rng.choice([0, 0, 1, 1, 2, 10])) for _ in range(rng.choice([1, 2, 2, 3, 3, 4])))
    text = rng.choice(["", "", "", "", "", "", "1!", "0!", "v"]) + text
    text += rng.choice([""] * 8 + ["a1", "b0", "rc1", ".alpha2", "-beta", "c3", "_pre1", ".RC.2"])
    text += rng.choice([""] * 10 + [".post1", "-1", ".rev2", "post", ".post0"])
    text += rng.choice([""] * 10 + [".dev0", "dev1", "-dev", ".DEV3"])
    return text + rng.choice([""] * 10 + ["+cpu", "+cu.1", "+1", "+ubuntu-1", "+A_b"])


def clause(rng):
    op = rng.choice(["==", "!=", "<", "<=", ">", ">=", "~=", "==="])
    text = version(rng)
    if op in ("==", "!=") and rng.random() < 0.35:
        text = text.split("+")[0] + ".*"
    if op not in ("==", "!=", "===") and rng.random() < 0.9:
        text = text.split("+")[0]
    return op + rng.choice(["", " "]) + text


def generate(rng):
    clauses = ",".join(clause(rng) for _ in range(rng.choice([1, 1, 1, 2, 3])))
    return version(rng), clauses


def holds(pin, clauses):
    """None where one of both is not PEP 440."""
    try:
        return Requirement(f"p {clauses}").specifier.contains(Version(pin), prereleases=True)
    except (InvalidRequirement, InvalidVersion):
        return None


def ours(answer):
    codes = comparison.error_codes(answer)
    if set(codes) - {CONTRADICTION}:
        return None
    return not codes


def both_ways(pin, clauses):
    """A pin with a local version and one without agree when one holds the other, as pip takes them."""
    found = holds(pin, clauses)
    parts = clauses.replace(" ", "").split(",")
    if found is False and len(parts) == 1 and parts[0].startswith("==") and not parts[0].endswith(".*"):
        return holds(parts[0].lstrip("="), f"=={pin}")
    return found


def main():
    run = comparison.Comparison(count=6000)
    cases = run.cases(generate)
    answers = comparison.inspect_requirements([f"p{number}=={pin}\np{number} {clauses}"
                                               for number, (pin, clauses) in cases])
    for (number, (pin, clauses)), answer in zip(cases, answers):
        run.judge(number, f"{pin} in {clauses}", ours(answer), both_ways(pin, clauses),
                  " ".join(comparison.error_codes(answer)))
    run.finish()


if __name__ == "__main__":
    main()
