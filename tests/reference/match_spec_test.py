#!/usr/bin/env python3
"""Compares what envlift reads of MatchSpecs, and of environment.yml files, with what py-rattler reads: whether one is
refused, and which packages it matches. Versions are ordered by conda's rules there."""
import pathlib
import re

import comparison

comparison.owners("conda")
from rattler import MatchSpec, Version, VersionSpec  # noqa: E402
from rattler.exceptions import InvalidMatchSpecError  # noqa: E402
from ruamel.yaml import YAML, YAMLError  # noqa: E402

NAMES = ["numpy", "python", "r-base", "_libgcc_mutex", "libstdcxx-ng", "ruamel.yaml", "Pillow", "7zip", "x"]
VERSIONS = ["1", "1.2", "1.2.3", "2023.1", "1.0.post1", "1.1.1w", "2.0rc1", "1!2.0", "3.0_2", "1.2dev", "1.10", "0"]
BUILDS = ["*", "py311*", "*_cuda", "h1234567_0", "py38_0", "0", "*cpu*", "*_openblas"]
CHANNELS = ["conda-forge::", "conda-forge/linux-64::", "https://conda.example.com/a::", "bioconda::", "defaults::"]
KEYS = ["build_number=3", "build_number='>=2'", "md5=" + "ab" * 16, "sha256=" + "ab" * 32, "subdir=linux-64",
        "channel=conda-forge", "fn='x-1.0-0.conda'", "license=MIT", "file_name=x.conda"]
GRID = VERSIONS + ["1.2.0", "1.2.5", "1.3", "2", "2.0", "2.0.1", "0.9", "1.2a1", "1.20", "10", "2!1", "3.0_3", "1.2.3.4"]
GRID_BUILDS = ["py311h1_0", "h1234567_0", "py38_0", "0", "1_cpu_x", "x_openblas", "a_cuda"]
LETTERS = "[]='\"*|,<>!~: ;#()&@^$.-_+a1/"
STRICTER = {"EL0208": "credentials in a channel", "EL0218": "a platform that conda has not",
            "EL0219": "a channel that cannot be told"}
LEGAL = re.compile(r"[\w.*+]*|\^.*\$")   # a build string
FUZZY = re.compile(r"(?<![=<>!~])=\s*[\w.!*]+ +\S")


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


def matched(text):
    """What the spec matches, in words that can be compared; None where it is refused."""
    try:
        spec = MatchSpec(text, strict=False)
    except InvalidMatchSpecError:
        return None
    name = str(spec.name.normalized if hasattr(spec.name, "normalized") else spec.name)
    found = VersionSpec(spec.version) if spec.version else None
    held = [text for text in GRID if found is None or found.matches(Version(text))]
    channel = spec.channel.name if spec.channel else None
    return name, held, spec.build, spec.build_number, digest(spec.md5), digest(spec.sha256), channel, spec.subdir, spec.file_name


def digest(value):
    return value.hex() if value else None


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
        reason = "" if ours == theirs else deviation(text, ours, theirs, codes)
        if reason:
            run.deviate(reason)
        else:
            run.judge(number, text, ours, theirs, f"{written} {codes}")


def deviation(text, ours, theirs, codes):
    """Why the two differ where that is meant, else an empty text."""
    if re.search(r"=\s*$|\w= +['\"]|['\"]\w|\d-(=|$| )", text):
        return "what conda passes over without a word"
    if theirs is None:
        unspaced = re.sub(r"(?<=[=<>~'\"]) +| +(?=[|,])|(?<=[|,]) +", "", text)
        return "spaces in a version, which conda passes over" if ours == matched(unspaced) else ""
    if ours is None:
        if re.search(r" \*\w", text):
            return "the word behind the name is a version to conda, though it begins as a build"
        odd = not LEGAL.fullmatch(theirs[2] or "") or not re.fullmatch(r"[a-z0-9_][\w.*-]*", theirs[0])
        odd = odd or re.search(r"[^\w.:/-]", text.partition("::")[0] if "::" in text else "")
        return "characters that no name, channel and build string has" if odd else STRICTER.get("".join(codes), "")
    if not LEGAL.fullmatch(theirs[2] or ""):
        return "characters that no name, channel and build string has"
    if FUZZY.search(text) and set(theirs[1]) <= set(ours[1]):
        return "`name =1.2 build` is fuzzy, as CEP 29 has it"
    return "`==1.*` is 1.* to py-rattler and 1 to conda" if re.search(r"==\s*[\w.!]+\*", text) else ""


def owner_of_file(path):
    """What the file's specs match; None where it is no environment file."""
    try:
        data = YAML(typ="safe", pure=True).load(path.read_bytes())
        return [matched(text) for text in data["dependencies"] or [] if isinstance(text, str)]
    except (YAMLError, KeyError, TypeError, UnicodeDecodeError, ValueError):
        return None


def compare_file(run, path):
    found = comparison.inspect(path)
    theirs = owner_of_file(path)
    if theirs is None or None in theirs or found.errors:
        refused = theirs is None or None in theirs
        run.judge(path, "", sorted(found.codes) or False, sorted(found.codes) or False if refused else False)
        return
    dropped = found.dropped_names()
    ours = [matched(one["spec"]) for one in found.conda]
    run.judge(path, "", sorted(map(str, ours)), sorted(str(one) for one in theirs if one in ours or one[0] not in dropped))


def main():
    run = comparison.Comparison(count=5000)
    for path in run.files:
        compare_file(run, pathlib.Path(path))
    if not run.files:
        compare_cases(run)
    run.finish()


if __name__ == "__main__":
    main()
