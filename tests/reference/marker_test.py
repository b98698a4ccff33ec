#!/usr/bin/env python3
"""Compares the truth of environment markers on Lambda with that of `packaging`, for each Python and architecture."""
import comparison

comparison.owners("pip")
from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName  # noqa: E402

VALUES = {
    "python_version": ["3.9", "3.10", "3.11", "3.14", "3", "3.10.*", "2.7", "3.9,3.10", "4", "3.11a1"],
    "python_full_version": ["3.9.0", "3.10", "3.12.*", "3.8.99", "4.0.0", "3.9.0rc1", "3"],
    "sys_platform": ["linux", "win32", "darwin", "linux2", "Linux", "lin", ""],
    "platform_system": ["Linux", "Windows", "Darwin", "linux", "Lin"],
    "platform_machine": ["x86_64", "aarch64", "arm64", "AMD64", "x86", "aarch64 x86_64"],
    "os_name": ["posix", "nt", "java", "pos"],
    "implementation_name": ["cpython", "pypy", "cp"],
    "platform_python_implementation": ["CPython", "PyPy", "Jython", "cpython"],
    "implementation_version": ["3.9", "3.10", "4", "3.1", "2.7.18"],
    "extra": ["test", "", "a_b"],
}
OLD_NAMES = {"os.name": "os_name", "sys.platform": "sys_platform", "platform.machine": "platform_machine",
             "platform.python_implementation": "platform_python_implementation", "python_implementation":
             "platform_python_implementation"}
PATCHES = ("0", "4", "5", "9", "10", "39")   # digits of the values above among them
OPERATORS = ["==", "!=", "<", "<=", ">", ">=", "~=", "in", "not in", "==="]


def comparison_text(rng):
    name = rng.choice(list(VALUES))
    value = rng.choice(VALUES[name])
    if rng.random() < 0.05:
        name = rng.choice([old for old, new in OLD_NAMES.items() if new == name] or [name])
    if rng.random() < 0.05:
        value = rng.choice(VALUES[rng.choice(list(VALUES))])
    quote = rng.choice("'\"")
    sides = [name, quote + value + quote]
    if rng.random() < 0.2:
        sides.reverse()
    space = rng.choice([" ", " ", "  "])
    return space.join([sides[0], rng.choice(OPERATORS), sides[1]])


def marker(rng, depth=0):
    if depth == 2 or rng.random() < 0.5:
        return comparison_text(rng)
    parts = [marker(rng, depth + 1) for _ in range(rng.choice([2, 2, 3]))]
    text = parts[0] + "".join(f" {rng.choice(['and', 'or'])} {part}" for part in parts[1:])
    return f"({text})" if rng.random() < 0.4 else text


def generate(rng):
    text = marker(rng)
    if rng.random() < 0.1:
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(["", "(", ")", "'", " ", "=", "and"]) + text[at + 1:]
    return text


def truth(text, python, arch):
    """True, False, or "unsure" where patch releases differ; None where pip refuses."""
    try:
        parsed = Marker(text)
        # The patch release is the image's; pip decides there what depends on it.
        found = {parsed.evaluate(comparison.marker_environment(python, arch, patch)) for patch in PATCHES}
    except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName):
        return None
    return found.pop() if len(found) == 1 else "unsure"


def ours(answer):
    if comparison.error_codes(answer):
        return None
    if any(one["code"] == "EL0317" for one in answer["findings"]):
        return "unsure"
    return bool(answer["pip"])


def compare_target(run, cases, python, arch):
    lines = [f"p{number} ; {text}" for number, text in cases]
    answers = comparison.inspect_requirements(lines, "--python", python, "--arch", arch)
    for (number, text), answer in zip(cases, answers):
        run.judge(number, text, ours(answer), truth(text, python, arch), f"Python {python} on {arch}")


def main():
    run = comparison.Comparison(count=1500)
    cases = run.cases(generate)
    for python, arch in comparison.targets():
        compare_target(run, cases, python, arch)
    run.finish()


if __name__ == "__main__":
    main()
