#!/usr/bin/env python3
"""Compares what envlift reads of requirements files with what pip reads: whether a line is refused, and what of it is
installed on Lambda (name, extras, versions, URL, hashes)."""
import contextlib
import hashlib
import io
import pathlib
import re
import shlex

import comparison

comparison.owners("pip")
from packaging.requirements import InvalidRequirement, Requirement  # noqa: E402
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename  # noqa: E402
from pip._internal.network.session import PipSession  # noqa: E402
from pip._internal.req.constructors import install_req_from_parsed_requirement  # noqa: E402
from pip._internal.req.req_file import break_args_options, parse_requirements, preprocess  # noqa: E402
from pip._internal.req.req_file import build_parser as PARSER  # noqa: E402

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
# What pip fetches within a build: neither ssh nor hg, for which the image has no key and no client.
FETCHED = re.compile(r"(git\+)?https?://[\w.:%~-]+(/[\w.~%/@+:=,&!*'()?$-]*)?(#[\w.~%/@+:=,&!*'()?$\[\]-]*)?", re.ASCII)
EMPTY_MARKER = re.compile(r";\s*(--|\s#|$)", re.M)
NO_SPACE = re.compile(r"@\s*\S+://\S*;")
INDEX = re.compile(r"https?://[^/]+/?[^\s<>]*")


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


class Read:
    """The lines of a file as pip's own parser takes them apart, whatever their markers say."""

    def __init__(self, path):
        self.options, self.left_over, self.requirements = [], [], []
        for _, line in preprocess(path.read_text(encoding="utf-8")):
            arguments, options = break_args_options(line)
            with contextlib.suppress(Exception), contextlib.redirect_stderr(io.StringIO()):
                found, left_over = PARSER().parse_args(shlex.split(options))
                self.options.append((arguments, found))
                self.left_over += left_over
        with contextlib.suppress(Exception):
            self.requirements = [install_req_from_parsed_requirement(one) for one in parse_requirements(str(path), SESSION)]

    def hashes(self):
        return [one.split(":", 1) for _, found in self.options for kind in (found.hashes or {}).items()
                for one in (f"{kind[0]}:{digest}" for digest in kind[1])]

    def indexes(self):
        found = [getattr(options, name, None) for _, options in self.options for name in ("index_url", "extra_index_urls", "find_links")]
        return [url for value in found if value for url in ([value] if isinstance(value, str) else value)]

    def links(self):
        return [(one.name, one.link) for one in self.requirements if one.link]


def is_digest(kind, digest):
    return len(digest) == 2 * hashlib.new(kind).digest_size and re.fullmatch("[0-9a-f]*", digest.lower())


def is_other_wheel(name, link):
    if not link.filename.endswith(".whl"):
        return False
    try:
        found = parse_wheel_filename(link.filename)[0]
    except InvalidWheelFilename:
        return True
    egg = link.egg_fragment or found
    return found != canonicalize_name(name or found) or found != canonicalize_name(egg) or not re.fullmatch(r"[\w.+-]+", link.filename)


# What envlift refuses and pip does not: code -> (what pip's own parser says then, why).
STRICTER = {
    "EL0301": (lambda text, read: NO_SPACE.search(text) or EMPTY_MARKER.search(text) or re.search(r";.*\\", text),
               "a marker that PEP 508 has not: none behind `;`, one with a backslash, or one right behind a URL, where pip splits"),
    "EL0302": (lambda text, read: read.left_over, "words behind options, which pip passes over"),
    "EL0303": (lambda text, read: any(not INDEX.fullmatch(url) for url in read.indexes())
               or any(found.hashes and not arguments for arguments, found in read.options),
               "an index that is neither URL nor folder, or a hash without its requirement, which pip passes over"),
    "EL0306": (lambda text, read: any("@" in link.netloc and not link.netloc.startswith("git@") for _, link in read.links())
               or any("@" in url for url in read.indexes()),
               "credentials in a URL"),
    "EL0307": (lambda text, read: "\\" in text, "a backslash, which means another thing in each tool that reads the line"),
    "EL0308": (lambda text, read: any(link.is_file for _, link in read.links()), "a path that is not there"),
    "EL0309": (lambda text, read: NO_SPACE.search(text) or any(not FETCHED.fullmatch(link.url) for _, link in read.links()),
               "a URL that cannot be fetched within a build"),
    "EL0310": (lambda text, read: any(is_other_wheel(name, link) for name, link in read.links()), "a wheel of another name"),
    "EL0311": (lambda text, read: any(not is_digest(*one) for one in read.hashes()),
               "a digest that is not one: pip finds out when it has downloaded"),
}
# What pip 26 refuses and envlift does not: (pip's words, what is true of the text, why).
LAXER = [
    ("InvalidEggFragment", r"#\S*egg=\S*\[", "older images have a pip that takes extras in #egg="),
    ("use-feature: invalid choice", r"--use-feature", "the features depend on the version of pip, and none changes what is installed"),
    ("Invalid IPv6 URL", r"://[^/]*[\[\]]", "the host of a URL is looked at when it is fetched"),
    ("Expected a marker variable or quoted string", r"://\S*;\S", "a `;` in a URL is part of it"),
    ("Expected semicolon", r"[/\\].*;", "a path with a false marker is not looked for"),
    ("It looks like a path", r"/.*;", "a path with a false marker is not looked for"),
]


def deviation(text, theirs, why, codes, path):
    if theirs is None:
        reasons = [reason for words, pattern, reason in LAXER if words in why and re.search(pattern, text) and not codes]
        return next(iter(reasons), "")
    read = Read(path)
    rules = [STRICTER.get(code) for code in codes]
    # Every code needs a reason of its own; a refused line may have several.
    return rules[0][1] if rules and all(rules) and all(is_so(text, read) for is_so, _ in rules) else ""


def judge(run, where, text, answer, owner, path):
    theirs, why = owner
    codes = [code for code in comparison.error_codes(answer) if code not in OF_WHOLE_FILE]
    ours = None if codes else our_rows(answer["pip"])
    reason = "" if ours == theirs else deviation(text, theirs, why, codes, path)
    if reason:
        run.deviate(reason)
        return
    run.judge(where, text, ours, theirs, f"{why} {codes}")


def compare_cases(run):
    cases = run.cases(generate)
    answers = comparison.inspect_requirements([text for _, text in cases], "--python", PYTHON)
    with comparison.folder() as place:
        path = place / "requirements.txt"
        for (number, text), answer in zip(cases, answers):
            path.write_text(f"{text}\n\n", encoding="utf-8", newline="")
            judge(run, number, text, answer, pip_says(path), path)


def compare_file(run, path):
    found = comparison.inspect(path, "--python", PYTHON)
    answer = {"pip": found.pip, "findings": found.findings}
    judge(run, path, "", answer, pip_says(path), path)


def main():
    run = comparison.Comparison(count=4000)
    for path in run.files:
        compare_file(run, pathlib.Path(path))
    if not run.files:
        compare_cases(run)
    run.finish()


if __name__ == "__main__":
    main()
