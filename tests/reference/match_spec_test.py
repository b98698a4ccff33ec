#!/usr/bin/env python3
"""Compares what envlift reads of MatchSpecs with what py-rattler reads: whether one is refused, and which packages it
matches."""
import comparison

comparison.owners("conda")
from conda_specs import BUILDS, CHANNELS, KEYS, NAMES, VERSIONS, deviation, matched  # noqa: E402

LETTERS = "[]='\"*|,<>!~: ;#()&@^$.-_+a1/"


def versions(rng):
    def one():
        op = rng.choice(["", "=", "==", ">=", "<", "<=", ">", "!=", "~=", "=", ">="])
        return op + rng.choice(["", "", "", " "]) + rng.choice(VERSIONS) + rng.choice(["", "", "", ".*", "*"])
    text = one()
    for _ in range(rng.choice([0, 0, 0, 1, 1, 2])):
        text += rng.choice([",", ",", "|", ", ", " | "]) + one()
    return text


def generate(rng):
    text = rng.choice(["", "", "", "", rng.choice(CHANNELS)]) + rng.choice(NAMES) + str(rng.randrange(10 ** 6))
    form = rng.random()
    if form < 0.4:
        text += rng.choice(["", " ", " "]) + versions(rng) + rng.choice(["", "", " " + rng.choice(BUILDS)])
    elif form < 0.55:
        text += f"={rng.choice(VERSIONS)}" + rng.choice(["", "=" + rng.choice(BUILDS), "=" + rng.choice(BUILDS)])
    elif form < 0.85:
        quote = rng.choice("'\"")
        keys = [f"version={quote}{versions(rng)}{quote}"] * (rng.random() < 0.7)
        keys += [f"build={quote}{rng.choice(BUILDS)}{quote}"] * (rng.random() < 0.4)
        keys += rng.sample(KEYS, rng.choice([0, 0, 1, 2]))
        text += rng.choice(["[", "[", " ["]) + rng.choice([",", ", "]).join(keys) + "]"
    for _ in range(rng.choice([0, 0, 0, 1])):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(["", rng.choice(LETTERS)]) + text[at + rng.choice([0, 1]):]
    return text.strip() or "x"


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def inspect_specs(specs):
    """[(the spec as envlift writes it or None, error codes)] of texts, in one file."""
    parts = []
    with comparison.folder() as place:
        for begin in range(0, len(specs), comparison.CASES_IN_A_FILE):
            part = specs[begin:begin + comparison.CASES_IN_A_FILE]
            path = place / "environment.yml"
            lines = "".join(f"  - {quoted(text)}\n" for text in part)
            path.write_text(f"channels: [conda-forge]\ndependencies:\n{lines}", encoding="utf-8")
            found = comparison.inspect(path)
            rows = {one["line"]: one["spec"] for one in found.conda}
            rows |= {one["line"]: one["name"] for one in found.dropped}
            codes = {}
            for one in found.errors:
                codes.setdefault(one["line"], set()).add(one["code"])
            parts += [(rows.get(line), sorted(codes.get(line, ()))) for line in range(3, 3 + len(part))]
    return parts


def compare_cases(run):
    cases = run.cases(generate)
    for (number, text), (written, codes) in zip(cases, inspect_specs([text for _, text in cases])):
        ours, theirs = matched(written) if written and not codes else None, matched(text)
        reason = "" if ours == theirs else deviation(text, written, codes)
        if reason:
            run.deviate(reason)
        else:
            run.judge(number, text, ours, theirs, f"{written} {codes}")


def main():
    run = comparison.Comparison(count=5000)
    compare_cases(run)
    run.finish()


if __name__ == "__main__":
    main()
