#!/usr/bin/env python3
"""Compares what envlift reads of requirements files with what pip reads: whether a line is refused, and what of it is
installed on Lambda (name, extras, versions, URL, hashes)."""
import contextlib
import io
import pathlib
import re

import comparison

comparison.owners("pip")
from packaging.requirements import InvalidRequirement, Requirement  # noqa: E402
from pip._internal.network.session import PipSession  # noqa: E402
from pip._internal.req.constructors import install_req_from_parsed_requirement  # noqa: E402
from pip._internal.req.req_file import parse_requirements  # noqa: E402

PYTHON = "3.11"
SESSION = PipSession()
NAMES = ["requests", "Flask", "zope.interface", "a_b", "A--b", "numpy", "x", "ruamel.yaml.clib", "9lives", "backports_zoneinfo"]
VERSIONS = ["1", "1.0", "2.3.4", "1!2.0", "1.0+cpu", "2.0a1", "3.0rc2", "4.post1", "5.dev0", "1.0.0-1", "v1.2",
            "2023.10.05", "1.0.alpha.1", "1.2.3.4.5", "0"]
MARKERS = ["python_version < '3.11'", 'python_version>="3.8"', "sys_platform == 'win32'", "os_name == \"posix\"",
           "platform_machine != 'aarch64' and python_version in '3.10, 3.11'", "extra == 'y'",
           "(python_full_version >= '3.9.1' or os_name == 'nt') and implementation_name == 'cpython'",
           "python_version not in \"2.7\"", "'linux' in sys_platform", "platform_system=='Linux'"]
URLS = ["https://example.com/a/demo-1.0-py3-none-any.whl", "https://example.com/demo-1.0.tar.gz",
        "git+https://example.com/a/demo.git@v1.0", "git+https://example.com/a/demo", "http://example.com/d.zip",
        "git+ssh://git@example.com/a/demo.git@0123456", "hg+https://example.com/demo@tip",
        "https://example.com/a%20b/demo-2.0.zip"]
FRAGMENTS = ["", "", "#egg=demo", "#egg=demo&subdirectory=sub/dir", "#subdirectory=pkg", "#egg=demo[a,b]",
             "#sha256=" + "ab" * 32, "#egg=de_Mo"]
OPTIONS = ["--index-url https://example.com/simple", "-i https://example.com/simple", "--extra-index-url=https://e.com/s",
           "--pre", "--no-binary :all:", "--only-binary=numpy,pandas", "-f https://example.com/wheels", "--prefer-binary",
           "--no-index", "--require-hashes", "--trusted-host example.com", "--use-feature=fast-deps", "--find-links x",
           "--unknown", "-z", "--index-ur https://example.com/simple", "--format columns", "-q"]
LETTERS = "#;@[](){}=<>~!,.*+-_ \t\\'\"$ab10/:|&%^\u00e9"
# What a file is refused for, not one of its lines: here many cases are one file.
OF_WHOLE_FILE = {"EL0312", "EL0314"}
# What envlift refuses and pip does not, as (code, what the text holds, why).
STRICTER = [(code, re.compile(pattern, re.M), reason) for code, pattern, reason in [
    ("EL0301", "", "an option that a build in a container cannot honour"),
    ("EL0302", r"#|--hash=\S+\s\w|^\s*-|--\s", "words that pip takes as part of an option before them, or passes over"),
    ("EL0303", r"^\s*--hash|--find-links|^\s*(-[if]|--(extra-)?index-u)", "a hash without its requirement, an index that is neither URL nor folder"),
    ("EL0308", "", "a local path that is not there"),
    ("EL0309", "", "a source that the image has no tool for, or a name that is not its #egg="),
    ("EL0310", r"\.whl", "a wheel of another name or platform"),
    ("EL0311", "--hash", "a digest that is not one: pip finds out when it has downloaded"),
]]
# What pip 26 refuses and envlift does not, as (pip's words, why).
LAXER = [("InvalidEggFragment", "older images have a pip that takes extras in #egg="),
         ("use-feature: invalid choice", "the features depend on the version of pip, and none changes what is installed"),
         ("Invalid IPv6 URL", "the host of a URL is looked at when it is fetched"),
         ("Expected a marker variable or quoted string", "a `;` in a URL is part of it"),
         ("It looks like a path", "a path with a false marker is not looked for")]


def specifiers(rng):
    def one():
        op = rng.choice(["==", ">=", "<=", "<", ">", "!=", "~=", "===", "==", ">="])
        version = rng.choice(VERSIONS) + (".*" if op in ("==", "!=") and rng.random() < 0.2 else "")
        return op + rng.choice(["", "", " "]) + version
    count = rng.choice([0, 1, 1, 1, 2, 3])
    text = rng.choice([",", ", ", " , "]).join(one() for _ in range(count))
    return f"({text})" if text and rng.random() < 0.05 else text


def requirement(rng):
    extras = rng.choice(["", "", "", "[socks]", "[a, B_c]", "[ a ]", "[]", "[a,]"])
    name = rng.choice(NAMES) + str(rng.randrange(10 ** 6))
    text = name + rng.choice(["", "", " "]) + extras + rng.choice(["", " "]) + specifiers(rng)
    if rng.random() < 0.12:
        text = name + extras + rng.choice([" @ ", "@", " @"]) + rng.choice(URLS) + rng.choice(FRAGMENTS)
    if rng.random() < 0.3:
        text += rng.choice([" ; ", ";", " ;"]) + rng.choice(MARKERS)
    for _ in range(rng.choice([0, 0, 0, 0, 1, 2])):
        text += rng.choice([" ", " \\\n    ", "  \\\n"]) + "--hash=" + rng.choice(["sha256:" + "ab" * 32] * 4 + ["sha512:" + "0f" * 64, "md5:" + "ab" * 16, "sha384:" + "c" * 96])
    return text


def statement(rng):
    kind = rng.random()
    if kind < 0.08:
        text = rng.choice(["", "-e ", "--editable=", "--editable "]) + rng.choice(URLS) + rng.choice(FRAGMENTS)
    elif kind < 0.14:
        text = rng.choice(OPTIONS)
    else:
        text = requirement(rng)
    text = rng.choice(["", "", "", "", " ", "\t"]) + text
    return text + rng.choice(["", "", "", " # why", "  #", "#no comment", " \\", "\t# x"])


def mutated(rng, text):
    for _ in range(rng.choice([1, 1, 2])):
        at = rng.randrange(len(text) + 1)
        edit = rng.random()
        if edit < 0.35:
            text = text[:at] + text[at + 1:]
        elif edit < 0.8:
            text = text[:at] + rng.choice(LETTERS) + text[at:]
        else:
            text = text[:at] + text[at:at + 4] + text[at:]
    return text


def generate(rng):
    text = statement(rng)
    return mutated(rng, text) if rng.random() < 0.35 else text


def row(name, text, url, hashes, is_editable):
    """One requirement, in words that both have."""
    try:
        parsed = Requirement(text)
    except InvalidRequirement:
        parsed = None
    if url or parsed is None or parsed.url:
        extras = parsed.extras if parsed else []
        return normal_url(url or (parsed.url if parsed else text)), sorted(extras), is_editable, sorted(hashes)
    return comparison.normal(name), sorted(map(comparison.normal, parsed.extras)), str(parsed.specifier), sorted(hashes)


def normal_url(url):
    return re.sub(r"(?<=egg=)[^&]*", lambda found: comparison.normal(found[0]), url)


def pip_says(path):
    with contextlib.redirect_stderr(io.StringIO()):   # the usage of its options
        return pip_rows(path)


def pip_rows(path):
    """(rows that are installed, "") or (None, why not)."""
    environment = comparison.marker_environment(PYTHON, "x86_64", "0")
    rows = []
    try:
        for parsed in parse_requirements(str(path), SESSION):
            one = install_req_from_parsed_requirement(parsed)
            if parsed.constraint or (one.markers and not one.markers.evaluate(environment)):
                continue
            hashes = [f"{kind}:{digest}" for kind, digests in one.hash_options.items() for digest in digests]
            url = one.link.url if one.link else ""
            rows.append(row(one.name, str(one.req or ""), url, hashes, bool(one.editable)))
    except Exception as error:   # whatever pip raises, it does not install
        return None, f"{type(error).__name__}: {error}"
    return sorted(rows, key=str), ""


def our_rows(packages):
    return sorted((row(one.get("name", ""), one["requirement"], one.get("url", ""), one.get("hashes", []),
                       one.get("editable", False)) for one in packages), key=str)


def deviation(text, theirs, why, codes):
    if theirs is not None and codes:
        # Every code needs a reason of its own; a refused line may have several.
        found = [[reason for code, pattern, reason in STRICTER if code == one and pattern.search(text)] for one in codes]
        reasons = found[0] if all(found) else []
    else:
        reasons = [reason for words, reason in LAXER if words in why and not codes]
    return next(iter(reasons), "")


def judge(run, where, text, answer, owner):
    theirs, why = owner
    codes = [code for code in comparison.error_codes(answer) if code not in OF_WHOLE_FILE]
    reason = deviation(text, theirs, why, codes)
    if reason:
        run.deviate(reason)
        return
    ours = None if codes else our_rows(answer["pip"])
    run.judge(where, text, ours, theirs, f"{why} {codes}")


def compare_cases(run):
    cases = run.cases(generate)
    answers = comparison.inspect_requirements([text for _, text in cases], "--python", PYTHON)
    with comparison.folder() as place:
        path = place / "requirements.txt"
        for (number, text), answer in zip(cases, answers):
            path.write_text(f"{text}\n\n", encoding="utf-8", newline="")
            judge(run, number, text, answer, pip_says(path))


def compare_file(run, path):
    found = comparison.inspect(path, "--python", PYTHON)
    answer = {"pip": found.pip, "findings": found.findings}
    judge(run, path, "", answer, pip_says(path))


def main():
    run = comparison.Comparison(count=4000)
    for path in run.files:
        compare_file(run, pathlib.Path(path))
    if not run.files:
        compare_cases(run)
    run.finish()


if __name__ == "__main__":
    main()
