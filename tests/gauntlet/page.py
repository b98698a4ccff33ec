"""Writes docs/gauntlet.md out of the cases, or compares it with them (BLESS=1 writes).

usage: page.py
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cases  # noqa: E402
from golden.compare import Golden  # noqa: E402
from support import envlift  # noqa: E402

PAGE = envlift.ROOT / "docs/gauntlet.md"
HEAD = """# The gauntlet

<!-- Made from tests/gauntlet by tests/gauntlet/page.py; a test compares the two. -->

The 25 failures that are met most when Python environments become Lambda images, and what envlift does about each.
Every row that is covered is a test (`ctest -L engine -R gauntlet`) of two halves: an image that was made without envlift
shows the failure, and envlift either *prevents* it (the image that it builds of the same input answers) or *names* it
(a code, with cause and cure). Images run as in Lambda: a user without rights, a read-only file system but for `/tmp`, no
shared memory, the emulator of AWS in front. The base images are the lab's (tests/lab); nothing was run in AWS.

"""


def link(code):
    return f"[{code}](diagnostics.md#{code.lower()})"


def links(case):
    return ", ".join(link(code) for code in case["codes"]) or "–"


def table(covered, others):
    yield "| row | failure | envlift | codes |"
    yield "|---|---|---|---|"
    rows = [(case["row"], case["title"], case["answer"], links(case)) for case in covered]
    rows += [(one["row"], one["title"], "not covered", "–") for one in others]
    for row in sorted(rows):
        yield "| {} | {} | {} | {} |".format(*row)


def commands(case):
    """The commands that name it; what they are given is the reader's own."""
    words = {"{image}": "IMAGE", "oci:{written}": "oci:FOLDER", "{project}": "PROJECT", "{base}": "BASE"}
    return ["envlift " + " ".join(words.get(word, word) for word in named["command"]) for named in case.get("named", [])]


def said(case):
    return " … ".join(f"`` {text.strip()} ``" if "`" in text else f"`{text.strip()}`" for text in case["unguarded"]["says"])


def section(case):
    yield f"## {case['row']}. {case['title']}"
    yield ""
    yield f"*In Lambda.* {case['in_lambda']}"
    yield ""
    yield f"*Without envlift* the test observes {said(case)}." + " ".join(["", *filter(None, [case["unguarded"].get("note")])])
    yield ""
    answer = ""
    if case["answer"] == "prevented":
        answer = f" Its image of the same input answers `{json.dumps(case['guarded']['answer'])}`."
    yield f"*envlift: {case['answer']}.* {case['envlift']}{answer}"
    yield ""
    for code, command in zip(codes_by_command(case), commands(case)):
        yield f"- `{command}`: {code}"
    if case.get("named"):
        yield ""


def codes_by_command(case):
    return [", ".join(link(code) for code in named["codes"]) for named in case.get("named", [])]


def page():
    covered = [cases.case(name) for name in cases.names()]
    others = json.loads((cases.HERE / "not_covered.json").read_text(encoding="utf-8"))
    rows = [one["row"] for one in [*covered, *others]]
    assert sorted(rows) == list(range(1, 26)), f"rows that are missing or twice: {rows}"
    lines = [*table(covered, others), ""]
    for case in covered:
        lines += section(case)
    lines += ["## Not covered", ""]
    lines += [f"- {one['row']}. {one['title']}: {one['reason']}" for one in others]
    return HEAD + "\n".join(lines) + "\n"


def main():
    golden = Golden()
    golden.check(PAGE, page())
    golden.end()


main()
