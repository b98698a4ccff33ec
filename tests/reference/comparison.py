"""What the comparisons of envlift's readers with the tools that own the formats share.

A script names its owners (`owners("pip")`), which are installed once from PyPI into the user's cache folder; compares
generated cases, or the files it is given; and ends with exit code 1 where one differs, 77 where PyPI is not reached.

  NAME_test.py [--seed N] [--count N] [--case N] [FILE...]
"""
import argparse
import collections
import contextlib
import fcntl
import hashlib
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

# Owners that fit into one virtual environment share it.
PINS = {
    "aws": ("boto3==1.44.5", "botocore==1.44.5", "moto[server]==5.2.5"),
    "pip": ("packaging==26.3", "pip==26.3", "poetry-core==2.5.0", "setuptools==84.2.1"),
    "conda": ("conda-lock==4.0.3", "packaging==26.3", "py-rattler==0.28.0", "ruamel.yaml==0.19.1"),
    "lockers": ("packaging==26.3", "pipenv==2026.10.3", "uv==0.13.8"),
    "poetry": ("packaging==26.3", "poetry==2.5.1", "poetry-plugin-export==1.10.1"),
    "powertools": ("aws-lambda-powertools[parser]==3.37.0",),
    "sboms": ("cyclonedx-python-lib[json-validation]==11.12.0", "jsonschema==4.26.0", "license-expression==30.4.4",
              "packageurl-python==0.17.6", "spdx-tools==0.8.5"),
    "reports": ("jsonschema==4.26.0", "junitparser==5.0.3", "ruamel.yaml==0.19.1"),
    "wheels": ("numpy==2.4.6", "packaging==26.3", "pandas==3.1.1", "scipy==1.17.1"),
}
NO_NETWORK = re.compile(r"Retrying \(Retry|Connection(Error| refused| reset)|Temporary failure in name resolution|"
                        r"ReadTimeout|ProxyError|SSLError")
PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
ARCHES = {"x86_64": "x86_64", "arm64": "aarch64"}   # envlift's word, and platform_machine
MOST_SHOWN = 20
CASES_IN_A_FILE = 50   # fewer than the findings that envlift lists of one file


def owners(name):
    """Goes on in a virtual environment that holds the owners."""
    if sys.version_info < (3, 11):
        envlift.skip("the owners of the formats need Python 3.11")
    python = installed(PINS[name]) / "bin/python"
    if pathlib.Path(sys.executable) != python:
        os.execv(python, [str(python), "-W", "ignore", *sys.argv])


def installed(pins):
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "envlift/reference"
    cache.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(" ".join((sys.version, *pins)).encode()).hexdigest()[:16]
    place, done = cache / key, cache / key / "installed"
    if done.exists():
        return place
    with (cache / f"{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)   # ctest runs several scripts at once
        if not done.exists():
            install(place, pins)
            done.write_text("\n".join(pins) + "\n")
    return place


def install(place, pins):
    shutil.rmtree(place, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    pip = [str(place / "bin/python"), "-m", "pip", "--disable-pip-version-check"]
    run = subprocess.run([*pip, "install", "--quiet", "--retries", "1", "--timeout", "20", *pins], capture_output=True,
                         text=True, check=False)
    if run.returncode != 0 and NO_NETWORK.search(run.stderr):
        envlift.skip(f"PyPI is not reached, so {', '.join(pins)} cannot be installed")
    if run.returncode != 0:
        sys.exit(f"{', '.join(pins)} cannot be installed:\n{run.stderr[-2000:]}")


class Found:
    """What `envlift inspect --json` says."""

    def __init__(self, run):
        if run.returncode < 0 or not run.stdout.strip():
            raise AssertionError(f"{run.args}: exit {run.returncode}\n{run.stderr[-2000:]}")
        self.data = json.loads(run.stdout)
        self.errors = [one for one in self.data["findings"] if one["severity"] == "error"]
        self.codes = {one["code"] for one in self.errors}

    def __getattr__(self, name):
        return self.data[name]

    def dropped_names(self):
        return {one["name"] for one in self.data["dropped"]}


def inspect(path, *options):
    """Of a file, from its folder."""
    path = pathlib.Path(path).resolve()
    return Found(envlift.run("inspect", "--json", "--environment", path.name, *options, ".", cwd=path.parent))


def words(option, values):
    return [word for value in values for word in (option, value)]


def marker_environment(python, arch, patch="39"):
    """Of Lambda's Linux."""
    return {
        "os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_release": "",
        "platform_version": "", "platform_machine": ARCHES[arch], "platform_python_implementation": "CPython",
        "implementation_name": "cpython", "implementation_version": f"{python}.{patch}", "python_version": python,
        "python_full_version": f"{python}.{patch}", "extra": "",
    }


def targets():
    return [(python, arch) for python in PYTHONS for arch in ARCHES]


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def exported(text, folder, with_extras=False):
    """[(what is installed, its marker or None, its hashes)] of a requirements file that a locker printed."""
    from packaging.requirements import Requirement

    rows = []
    for line in text.replace("\\\n", " ").splitlines():
        line = line.strip()
        if not line or line.startswith(("#", "-i ", "--")):
            continue
        hashes = set(re.findall(r"--hash=(\S+)", line))
        line = re.sub(r"\s*--hash=\S+", "", line).removeprefix("-e ")
        if line == "." or line.startswith(("./", "../", "file:")) or " @ file:" in line:
            what, _, marker = line.partition(";")
            _, is_url, path = what.partition("file://")
            what = os.path.relpath(path.strip(), folder) if is_url else os.path.normpath(what.strip())
            rows.append((what, Requirement(f"x;{marker}").marker if marker else None, hashes))
            continue
        if line.startswith("git+") and " @ " not in line:
            line = re.sub(r"^(\S+?)#egg=([^&\s]+)&?", lambda found: f"{found[2]} @ {found[1]}#", line).replace("# ", " ")
        one = Requirement(line.removesuffix("#"))
        if with_extras:
            what = str(Requirement(re.sub(r"\s*;.*", "", line.removesuffix("#"))))
            rows.append((what, one.marker, hashes))
            continue
        what = f"{normal(one.name)} @ {one.url}" if one.url else f"{normal(one.name)}{one.specifier}"
        rows.append((what, one.marker, hashes))
    return rows


def wanted(rows, python, arch, found, extra=""):
    """{what: hashes} of exported rows on a target. What only some patch releases of Python need is installed."""
    def at(patch):
        environment = marker_environment(python, arch, patch) | {"extra": extra}
        return {what: hashes for what, marker, hashes in rows if marker is None or marker.evaluate(environment)}

    newest, oldest = at("39"), at("0")
    return newest | oldest if found.keys() == (newest | oldest).keys() else newest


def asked(texts):
    """[(what is installed, its marker or None, its hashes)] of requirements, as wanted() takes them. Raises
    InvalidRequirement."""
    from packaging.requirements import Requirement

    parsed = [Requirement(text) for text in texts]
    return [(plain(one), one.marker, set()) for one in parsed]


def plain(requirement):
    """A requirement without its marker, its name and extras in their one form."""
    extras = ",".join(sorted(normal(extra) for extra in requirement.extras))
    name = normal(requirement.name) + (f"[{extras}]" if extras else "")
    return f"{name} @ {requirement.url}" if requirement.url else f"{name}{requirement.specifier}"


def plain_rows(found):
    """{what: hashes} of inspected requirements, as asked() writes them."""
    from packaging.requirements import Requirement

    return {one.get("path") or plain(Requirement(one["requirement"])): set(one.get("hashes", [])) for one in found.pip}


def pip_rows(found):
    """{what: hashes} of inspected requirements, as wanted() has them."""
    return {one.get("path") or one["requirement"]: set(one.get("hashes", [])) for one in found.pip}


def mutated(rng, text, letters):
    """A text with one to three edits: of characters, and of whole lines."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        lines = text.split("\n")
        at, line = rng.randrange(len(text) + 1), rng.randrange(len(lines))
        edit = rng.random()
        if edit < 0.3:
            text = text[:at] + text[at + 1:]
        elif edit < 0.65:
            text = text[:at] + rng.choice(letters) + text[at:]
        else:
            lines[line:line + 1] = rng.choice([[], lines[line:line + 1] * 2, ["  " + lines[line]], [lines[line][2:]],
                                               lines[line:line + 2][::-1]])
            text = "\n".join(lines)
    return text


class Comparison:
    """Counts, and prints what differs with what provokes it."""

    def __init__(self, count):
        parser = argparse.ArgumentParser()
        parser.add_argument("files", nargs="*", type=pathlib.Path, metavar="FILE",
                            help="files to compare instead of generated cases")
        parser.add_argument("--seed", default="1")
        parser.add_argument("--count", type=int, default=count)
        parser.add_argument("--case", type=int, help="the number of the one case to compare")
        self.arguments = parser.parse_args()
        self.files = [path.resolve() for path in self.arguments.files]
        self.agreed = self.different = 0
        self.deviations = collections.Counter()

    def cases(self, generate, salt=""):
        """[(number, generated case)]; a case depends on the seed and its number alone."""
        given = self.arguments
        numbers = range(given.count) if given.case is None else [given.case]
        return [(number, generate(random.Random(f"{given.seed}.{number}{salt}"))) for number in numbers]

    def agree(self, count=1):
        self.agreed += count

    def deviate(self, reason):
        """A difference that is meant."""
        self.deviations[reason] += 1

    def differ(self, where, text, what):
        """`where` is the number of a case or a path."""
        self.different += 1
        if self.different > MOST_SHOWN:
            return
        if isinstance(where, int):
            print(f"case {where}: {what}\n  {sys.argv[0]} --seed {self.arguments.seed} --case {where}")
            print("".join(f"  | {line}\n" for line in str(text).splitlines()[:60]))
        else:
            print(f"{where}: {what}")

    def judge(self, where, text, ours, theirs, note=""):
        if ours == theirs:
            self.agree()
        else:
            self.differ(where, text, f"{note}\n  owner:   {theirs}\n  envlift: {ours}".strip())

    def finish(self):
        if self.different > MOST_SHOWN:
            print(f"{self.different - MOST_SHOWN} more differ")
        for reason, count in self.deviations.most_common():
            print(f"{count} meant: {reason}")
        print(f"{self.agreed} agree, {sum(self.deviations.values())} differ as meant, {self.different} differ")
        sys.exit(1 if self.different else 0)


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory(prefix="envlift-reference-") as place:
        yield pathlib.Path(place)


def inspect_requirements(texts, *options):
    """Inspects texts of requirements in one run: [{"pip", "dropped", "constraints", "pip_options", "findings": rows}],
    one a text."""
    with folder() as place:
        starts = []
        for begin in range(0, len(texts), CASES_IN_A_FILE):
            name, lines = f"part{begin}.txt", 1
            with (place / name).open("w", encoding="utf-8", newline="") as file:
                for text in texts[begin:begin + CASES_IN_A_FILE]:
                    starts.append((name, lines))
                    file.write(f"{text}\n\n")
                    lines += text.count("\n") + 2
        names = dict.fromkeys(name for name, _ in starts)
        (place / "requirements.txt").write_text("".join(f"-r {name}\n" for name in names))
        found = inspect(place / "requirements.txt", *options)
    rows = {name: [] for name in names}
    for kind in ("pip", "dropped", "constraints", "pip_options", "findings"):
        for row in found.data[kind]:
            rows.get(row.get("file"), []).append((row.get("line", 0), kind, row))
    return split_at(starts, rows)


def split_at(starts, rows):
    answers = []
    for number, (name, first) in enumerate(starts):
        following = starts[number + 1] if number + 1 < len(starts) else (None, 0)
        end = following[1] if following[0] == name else sys.maxsize
        answer = collections.defaultdict(list)
        for line, kind, row in rows[name]:
            if first <= line < end:
                answer[kind].append(row)
        answers.append(answer)
    return answers


def error_codes(answer):
    return sorted({one["code"] for one in answer["findings"] if one["severity"] == "error"})
