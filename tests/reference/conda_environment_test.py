#!/usr/bin/env python3
"""Compares what envlift reads of whole environment.yml files with what conda's readers of their parts read: ruamel.yaml the
file, py-rattler the MatchSpecs, packaging the requirements for pip."""
import datetime
import re
import urllib.parse

import comparison

comparison.owners("conda")
import conda_specs  # noqa: E402
from packaging.requirements import InvalidRequirement  # noqa: E402
from ruamel.yaml import YAML, YAMLError  # noqa: E402

NAMES = ["numpy", "r-base", "_libgcc_mutex", "libstdcxx-ng", "ruamel.yaml", "Pillow", "7zip", "x", "scipy"]
FOREIGN = ["pywin32", "ucrt", "libcxx", "vs2015_runtime"]
VERSIONS = ["", "", "=1.2", "==1.2.3", ">=1.2,<2", " 1.2.*", ">=1|<0.9", "=1.2=py311*", "=1.2.3=h1234567_0", " =1.10 py38_0",
            "[version='>=1.2',build=*_cuda]", "[md5=" + "ab" * 16 + "]", "!=1.2", "~=1.2.3", " >= 1.2", "[build_number='>=2']"]
CHANNELS = ["conda-forge", "bioconda", "defaults", "https://conda.example.com/a", "nodefaults", "pytorch/label/nightly"]
PIP = ["requests", "Flask", "zope.interface", "a_b", "backports.zoneinfo"]
SPECIFIERS = ["", ">=1.0", "==2.*", "~=1.4.2", "!=1,<3", "[socks]", "[B_c,a]>=2", " @ https://example.com/a-1.0.tar.gz"]
MARKERS = ["", "", " ; python_version < '3.11'", " ; sys_platform == 'win32'", " ; platform_machine == \"aarch64\"",
           " ; python_version >= '3.10' and os_name == 'posix'"]
VARIABLES = ["A: b", "B: '1.10'", "C: x y", "D_1: \"a\\tb\"", "E: https://example.com/#x", "F: 12", "G:", "H: true", "I: no", "J: 010",
             "K: 0o17", "L: 1e3", "M: 3.10", "N: -0x1F", "O: 1_000", "P: ~", "Q: .inf", "R: .5e3", "S: 1e22", "T: 0.00001", "U: '010'",
             "V: +5", "W: 1:30", "X: 0b11", "Y: y", "Z: 2026-01-31"]
SECTIONS = {"name", "channels", "dependencies", "variables", "prefix", "platforms", "category", "pip-repositories",
            "allow-pypi-requests"}
SUBDIRS = {"x86_64": "linux-64", "arm64": "linux-aarch64"}
BUILDS_REMOVED = "EL0216"
CHANNEL = re.compile(r"(https?://)?(?!\w*!?\w*://)[A-Za-z0-9_][\w.~/%+=&!?:@-]*", re.ASCII)
VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
LETTERS = "[]{}='\"*|,<>!~:; #&%@-.a1\t"


def spelled(rng, text):
    """A text as YAML; plain only where that is the same text."""
    style = rng.choice(["plain", "plain", "plain", "single", "double"])
    if style == "single":
        return "'" + text.replace("'", "''") + "'"
    if style == "double" or "[" in text or ": " in text or " #" in text or text[0] in "*&!|>%@`'\"{":
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text


def requirement(rng):
    return rng.choice(PIP) + rng.choice(SPECIFIERS) + rng.choice(MARKERS)


def pip_lines(rng, indent):
    items = [spelled(rng, requirement(rng)) for _ in range(rng.randint(1, 4))]
    if rng.random() < 0.15:
        return [f"{indent}- pip: [" + ", ".join(f'"{one.strip(chr(34))}"' for one in items if "'" not in one and "\\" not in one) + "]"]
    return [f"{indent}- pip:", *(f"{indent}{rng.choice(['  ', '  ', '    '])[:2]}- {one}" for one in items)]


def dependency_lines(rng):
    indent = rng.choice(["  ", "  ", "", "    "])
    lines = []
    for name in rng.sample(NAMES, rng.randint(1, 5)) + rng.sample(FOREIGN, rng.choice([0, 0, 0, 1])):
        channel = rng.choice(["", "", "", "", rng.choice(conda_specs.CHANNELS)])
        lines.append(f"{indent}- {spelled(rng, channel + name + rng.choice(VERSIONS))}" + rng.choice(["", "", "", "  # why"]))
    lines += [f"{indent}- pip"] * (rng.random() < 0.6)
    rng.shuffle(lines)
    for _ in range(rng.choice([0, 1, 1, 1, 2])):
        lines += pip_lines(rng, indent)
    return ["dependencies:", *lines]


def generate(rng):
    channels = rng.sample(CHANNELS, rng.choice([0, 1, 2, 3]))
    sections = [dependency_lines(rng)]
    sections += [["name: " + rng.choice(["demo", "a-b", "'1.0'", "x_y"])]] * (rng.random() < 0.7)
    sections += [["channels: [" + ", ".join(channels) + "]"] if rng.random() < 0.3 else
                 ["channels:", *(f"  - {spelled(rng, one)}" for one in channels)]] * (rng.random() < 0.8)
    sections += [["variables:", *(f"  {one}" for one in rng.sample(VARIABLES, rng.randint(1, 3)))]] * (rng.random() < 0.3)
    sections += [["prefix: /home/me/conda/envs/demo"]] * (rng.random() < 0.2)
    rng.shuffle(sections)
    lines = rng.choice([[], [], ["# an environment"], ["---"]])
    for section in sections:
        lines += section + rng.choice([[], [], [""], ["# next"]])
    text = "\n".join(lines) + rng.choice(["\n", "\n", ""])
    if rng.random() < 0.4:
        text = comparison.mutated(rng, text, LETTERS)
    ended = text.replace("\n", rng.choice(["\n", "\n", "\n", "\r\n"]))
    encoding = rng.choice(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16"])
    return text, ended.encode(encoding), rng.choice(comparison.targets())


class Refused(Exception):
    """Why an owner does not read the file."""


def owner_says(data):
    """{conda, pip} as CEP 24 has them."""
    if not isinstance(data, dict) or not isinstance(data.get("dependencies", ""), (list, type(None))):
        raise Refused("no list of dependencies")
    conda, pip = [], []
    for item in data["dependencies"] or []:   # conda: env.py, Dependencies.parse
        if isinstance(item, dict):
            if set(item) != {"pip"}:
                raise Refused(f"sub-section {set(item)}")
            pip = item["pip"]   # the later one replaces the earlier one
            continue
        row = conda_specs.matched(item) if isinstance(item, str) else None
        if row is None:
            raise Refused(f"no MatchSpec: {item!r}")
        conda.append(row)
    return conda, pip_of(pip)


def pip_of(items):
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(one, str) for one in items):
        raise Refused(f"no list of requirements: {items!r}"[:200])
    try:
        return comparison.asked(items)
    except InvalidRequirement as error:
        raise Refused(f"no requirement: {error}") from error


def texts(value):
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def pip_items(data):
    items = [one["pip"] for one in data["dependencies"] or [] if isinstance(one, dict)]
    return texts(items[-1]) if items else []


def urls(data):
    return [url for what, _, _ in pip_of(pip_items(data)) if (url := what.partition(" @ ")[2])]


def keys(data):
    if isinstance(data, dict):
        yield from data
    for value in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from keys(value)


def channels_of(data):
    channels = data.get("channels") or []
    return [channels] if isinstance(channels, str) else texts(channels)


# What envlift refuses and conda does not: code -> (what is true of the file then, why).
STRICTER = {
    "EL0205": (lambda data, _: set(data) - SECTIONS, "an unknown section, which conda warns of (CEP 24)"),
    "EL0202": (lambda data, _: not isinstance(data.get("channels") or [], list) or not isinstance(data.get("variables") or {}, dict),
               "channels that are no list, or variables that are no map (CEP 24)"),
    "EL0206": (lambda data, _: any(conda_specs.deviation(one, None, ["EL0206"]) for one in texts(data["dependencies"])),
               "a MatchSpec that the CEPs forbid"),
    "EL0207": (lambda data, _: any(not CHANNEL.fullmatch(one) for one in channels_of(data)),
               "a channel with characters that no name or URL has, or on this machine's disk"),
    "EL0209": (lambda data, _: any(not VARIABLE.fullmatch(str(one)) for one in data.get("variables") or {}),
               "a variable that no environment can have"),
    "EL0210": (lambda data, _: "\n" in str(data.get("prefix")) or any(isinstance(one, (dict, list, datetime.date)) for one in (data.get("variables") or {}).values()),
               "a variable whose value is no text (CEP 24) or a date, which conda cannot write as JSON, or a prefix of two lines"),
    "EL0212": (lambda data, _: set(str(data.get("name"))) & set("/:# '\"`$\\"), "a name that CEP 24 forbids"),
    "EL0115": (lambda data, _: any(not isinstance(key, str) for key in keys(data)), "a key that is no text"),
    "EL0225": (lambda data, _: any(re.search(r"[\0-\x1f\x7f]", one) for one in pip_items(data)), "a control character in a requirement"),
    "EL0309": (lambda data, _: any(not urllib.parse.urlsplit(url).scheme for url in urls(data)),
               "a direct reference that is no URL"),
    "EL0218": (lambda data, subdir: {row[7] for row in map(conda_specs.matched, texts(data["dependencies"]))}
               - {None, "noarch", subdir}, "a package of another platform, which is not there to install"),
}


def stricter(found, data, arch):
    reasons = []
    for code in sorted(found.codes):
        is_so, reason = STRICTER.get(code, (None, ""))
        if is_so is None or not is_so(data, SUBDIRS[arch]):
            return ""
        reasons.append(reason)
    return reasons[0]


def laxer(found, content, data):
    """Why envlift reads what an owner does not, else an empty text."""
    if data is None:
        mended = re.sub(rb"[ \t]*\t[ \t]*", b" ", content)
        return "a tab between words, which YAML 1.2 has as space (s-white) and ruamel.yaml refuses" if parsed(mended) else ""
    if not isinstance(data, dict):
        return ""
    written = {one["line"]: one["spec"] for one in found.conda}
    specs = [one for one in texts(data.get("dependencies")) if conda_specs.matched(one) is None]
    reasons = [next(filter(None, (conda_specs.deviation(one, spec) for spec in written.values())), "") for one in specs]
    return reasons[0] if reasons and all(reasons) else ""


def parsed(content):
    try:
        return YAML(typ="safe", pure=True).load(content)
    except (YAMLError, ValueError):
        return None


def rows(specs, with_builds):
    return sorted({str(row if with_builds else (*row[:2], None, *row[3:])) for row in specs})


def otherwise(found, data):
    """Why the two read a spec apart, else an empty text."""
    written = [one["spec"] for one in found.conda]
    ours = [conda_specs.matched(one) for one in written]
    apart = [one for one in texts(data["dependencies"]) if conda_specs.matched(one) not in ours]
    reasons = [next(filter(None, (conda_specs.deviation(one, spec) for spec in written)), "") for one in apart
               if conda_specs.matched(one)[0] not in FOREIGN]
    return reasons[0] if reasons and all(reasons) else ""


def judge(run, where, text, found, data, theirs, target):
    findings = {one["code"] for one in found.findings}
    has_builds = BUILDS_REMOVED not in findings
    pip = comparison.plain_rows(found)
    due_conda = [row for row in theirs[0] if row[0] not in FOREIGN]
    channels = list(dict.fromkeys(one for one in channels_of(data) if one != "nodefaults"))
    variables = {key: str(value) for key, value in (data.get("variables") or {}).items() if value is not None}
    due = {"name": data.get("name"), "channels": channels, "variables": variables, "conda": rows(due_conda, has_builds),
           "pip": comparison.wanted(theirs[1], *target, pip)}
    ours = {"name": found.data.get("name"), "channels": found.channels, "variables": found.variables,
            "conda": rows([conda_specs.matched(one["spec"]) for one in found.conda], has_builds), "pip": pip}
    wrong = [key for key in due if ours[key] != due[key]]
    if wrong == ["conda"] and (reason := otherwise(found, data)):
        run.deviate(reason)
        return
    run.judge(where, text, {key: ours[key] for key in wrong}, {key: due[key] for key in wrong}, f"{wrong} {target}")
    if not has_builds and not any(row[0] in FOREIGN for row in theirs[0]):
        run.differ(where, text, "builds are removed without a package of another platform")


def compare(run, path, where, text, target):
    python, arch = target
    found = comparison.inspect(path, "--python", python, "--arch", arch)
    data = None
    try:
        data = YAML(typ="safe", pure=True).load(path.read_bytes())
        theirs = owner_says(data)
    except (YAMLError, ValueError, Refused) as why:
        if not found.codes and (reason := laxer(found, path.read_bytes(), data)):
            run.deviate(reason)
        else:
            run.judge(where, text, bool(found.codes), True, f"{type(why).__name__}: {why}"[:300] + f" {sorted(found.codes)}")
        return
    if not found.codes:
        judge(run, where, text, found, data, theirs, target)
    elif reason := stricter(found, data, arch):
        run.deviate(reason)
    else:
        run.differ(where, text, f"envlift refuses: {[(one['code'], one.get('line'), one['message']) for one in found.errors]}")


def main():
    run = comparison.Comparison(count=800)
    for file in run.files:
        for target in comparison.targets():
            compare(run, file, file, "", target)
    with comparison.folder() as place:
        path = place / "environment.yml"
        for number, (text, content, target) in [] if run.files else run.cases(generate):
            path.write_bytes(content)
            compare(run, path, number, text, target)
    run.finish()


if __name__ == "__main__":
    main()
