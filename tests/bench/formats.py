"""`envlift inspect --json` on locks of 100 to 50,000 packages: CPU time, peak memory, growth. Beside it, where it is
installed, what a user has today for the same file.

usage: formats.py ENVLIFT [--tools FOLDER] [--packages N,N,…] [KIND…]
       (a release build; FOLDER has programs such as uv, pipenv, conda-lock: the bin of a virtual environment)
"""
import argparse
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

RUNS = 3
SIZES = (100, 1_000, 5_000, 50_000)
SLOWEST_SECONDS = 120


# --- Files, as their tools write them ----------------------------------------------------------------

def sha256(*words):
    return hashlib.sha256("-".join(map(str, words)).encode()).hexdigest()


def md5(*words):
    return hashlib.md5("-".join(map(str, words)).encode()).hexdigest()


def version_of(number):
    return f"1.{number % 40}.{number % 7}"


def conda_file(number, subdir):
    build = "py311_0" if number else "h0000000_0_cpython"
    name = f"package-{number}" if number else "python"
    version = version_of(number) if number else "3.11.5"
    return name, version, build, f"https://conda.anaconda.org/conda-forge/{subdir}/{name}-{version}-{build}.conda"


def wheel(number):
    name = f"package_{number}"
    url = f"https://files.pythonhosted.org/packages/ab/cd/{sha256(number)[:60]}/{name}-{version_of(number)}"
    return f"{url}-py3-none-any.whl"


def conda_lock(count):
    subdirs = ("linux-64", "osx-arm64", "win-64")
    yield "version: 1\nmetadata:\n  content_hash:\n" + "".join(f"    {one}: {sha256(one)}\n" for one in subdirs)
    yield "  channels:\n  - url: conda-forge\n    used_env_vars: []\n  platforms:\n"
    yield "".join(f"  - {one}\n" for one in subdirs) + "  sources:\n  - environment.yml\npackage:\n"
    for number in range(count):
        subdir = subdirs[number % 3]
        name, version, _, url = conda_file(number // 3, subdir)
        yield (f"- name: {name}\n  version: {version}\n  manager: conda\n  platform: {subdir}\n  dependencies:\n"
               f"    libgcc: '>=13'\n    python: '>=3.11,<3.12.0a0'\n  url: {url}\n  hash:\n    md5: {md5(number)}\n"
               f"    sha256: {sha256(number)}\n  category: main\n  optional: false\n")


def pixi_lock(count):
    yield "version: 6\nenvironments:\n  default:\n    channels:\n    - url: https://conda.anaconda.org/conda-forge/\n"
    yield "    packages:\n      linux-64:\n"
    files = [conda_file(number, "linux-64") for number in range(count)]
    for _, _, _, url in files:
        yield f"      - conda: {url}\n"
    yield "packages:\n"
    for number, (_, _, _, url) in enumerate(files):
        yield (f"- conda: {url}\n  sha256: {sha256(number)}\n  md5: {md5(number)}\n  depends:\n  - libgcc >=13\n"
               f"  - python >=3.11,<3.12.0a0\n  license: MIT\n  size: {10_000 + number}\n  timestamp: 1700000000000\n")


def conda_explicit(count):
    yield "# platform: linux-64\n@EXPLICIT\n"
    for number in range(count):
        yield f"{conda_file(number, 'linux-64')[3]}#{md5(number)}\n"


def requirements(count):
    for number in range(count):
        yield (f"package-{number}=={version_of(number)} ; python_version >= \"3.9\" \\\n"
               f"    --hash=sha256:{sha256(number)} \\\n    --hash=sha256:{sha256(number, 'sdist')}\n")


def pipfile_lock(count):
    entries = {f"package-{number}": {
        "hashes": [f"sha256:{sha256(number)}", f"sha256:{sha256(number, 'sdist')}"], "index": "pypi",
        "markers": "python_version >= '3.9'", "version": f"=={version_of(number)}"} for number in range(count)}
    source = {"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": True}
    meta = {"hash": {"sha256": sha256()}, "pipfile-spec": 6, "requires": {"python_version": "3.11"},
            "sources": [source]}
    yield json.dumps({"_meta": meta, "default": entries, "develop": {}}, indent=4)


def uv_lock(count):
    yield 'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n\n'
    yield '[[package]]\nname = "app"\nversion = "0.1.0"\nsource = { virtual = "." }\ndependencies = [\n'
    yield "".join(f'    {{ name = "package-{number}" }},\n' for number in range(count)) + "]\n"
    for number in range(count):
        file = wheel(number)
        yield (f'\n[[package]]\nname = "package-{number}"\nversion = "{version_of(number)}"\n'
               f'source = {{ registry = "https://pypi.org/simple" }}\n'
               f'sdist = {{ url = "{file[:-17]}.tar.gz", hash = "sha256:{sha256(number, "sdist")}", size = 12345 }}\n'
               f'wheels = [\n    {{ url = "{file}", hash = "sha256:{sha256(number)}", size = 12345 }},\n]\n')


def uv_project(count):
    listed = "".join(f'    "package-{number}",\n' for number in range(count))
    return f'[project]\nname = "app"\nversion = "0.1.0"\nrequires-python = ">=3.11"\ndependencies = [\n{listed}]\n'


def poetry_lock(count):
    for number in range(count):
        yield (f'[[package]]\nname = "package-{number}"\nversion = "{version_of(number)}"\ndescription = "A package"\n'
               f'optional = false\npython-versions = ">=3.9"\ngroups = ["main"]\nfiles = [\n'
               f'    {{file = "package_{number}-{version_of(number)}-py3-none-any.whl", hash = "sha256:{sha256(number)}"}},\n'
               f'    {{file = "package_{number}-{version_of(number)}.tar.gz", hash = "sha256:{sha256(number, "sdist")}"}},\n'
               "]\n\n")
    yield f'[metadata]\nlock-version = "2.1"\npython-versions = ">=3.11"\ncontent-hash = "{sha256()}"\n'


def pylock(count):
    yield 'lock-version = "1.0"\ncreated-by = "uv"\nrequires-python = ">=3.11"\n'
    for number in range(count):
        yield (f'\n[[packages]]\nname = "package-{number}"\nversion = "{version_of(number)}"\n'
               f'index = "https://pypi.org/simple"\n'
               f'wheels = [{{ url = "{wheel(number)}", size = 12345, hashes = {{ sha256 = "{sha256(number)}" }} }}]\n')


# KIND: (file name, text in parts, {other file: its text}, what a user has today). A new format is one row.
PIP_PARSE = ("from pip._internal.network.session import PipSession as S;"
             "from pip._internal.req.req_file import parse_requirements as p;"
             "from pip._internal.req.constructors import install_req_from_parsed_requirement as i;"
             "[i(x) for x in p('requirements.txt', S())]")
KINDS = {
    "conda-lock": ("conda-lock.yml", conda_lock, None,
                   ["conda-lock", "render", "--kind", "explicit", "--platform", "linux-64", "conda-lock.yml"]),
    "pixi-lock": ("pixi.lock", pixi_lock, None,
                  ["python3", "-c", "import rattler; list(rattler.LockFile.from_path('pixi.lock').environments())"]),
    "conda-explicit": ("conda-linux-64.lock", conda_explicit, None, None),
    "pip-requirements": ("requirements.txt", requirements, None, ["python3", "-c", PIP_PARSE]),
    "pipfile-lock": ("Pipfile.lock", pipfile_lock, ("Pipfile", lambda count: "[packages]\n"),
                     ["pipenv", "requirements", "--hash"]),
    "uv-lock": ("uv.lock", uv_lock, ("pyproject.toml", uv_project), ["uv", "export", "--frozen", "--offline", "--quiet"]),
    "poetry-lock": ("poetry.lock", poetry_lock, None, None),
    "pylock": ("pylock.toml", pylock, None, None),
}


# --- Measuring -----------------------------------------------------------------------------------------

def run_once(command, folder):
    """CPU milliseconds, peak megabytes and exit code of the process and its children."""
    script = ("import resource,subprocess,sys;"
              "code=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL,"
              f"stdin=subprocess.DEVNULL,timeout={SLOWEST_SECONDS}).returncode;"
              "u=resource.getrusage(resource.RUSAGE_CHILDREN);print((u.ru_utime+u.ru_stime)*1000,u.ru_maxrss/1024,code)")
    run = subprocess.run([sys.executable, "-c", script, *command], cwd=folder, capture_output=True, text=True,
                         check=False)
    if run.returncode != 0:
        return None
    milliseconds, megabytes, code = run.stdout.split()
    return float(milliseconds), float(megabytes), int(code)


def measure(command, folder, runs):
    results = [run_once(command, folder) for _ in range(runs)]
    if None in results:
        return None
    return min(one[0] for one in results), max(one[1] for one in results), results[0][2]


def is_read(envlift, name, folder):
    run = subprocess.run([envlift, "inspect", "--json", name], cwd=folder, capture_output=True, text=True, check=False)
    findings = json.loads(run.stdout or '{"findings": []}')["findings"]
    errors = [f"{one['code']}: {one['message']}" for one in findings if one["severity"] == "error"]
    return errors


def today(command, folder, tools):
    """The CPU milliseconds of the user's tool as text; "" without one."""
    if command is None:
        return ""
    program = shutil.which(command[0], path=tools)
    if program is None:
        return ""
    result = measure([program, *command[1:]], folder, 1)
    if result is None:
        return f"{command[0]}: over {SLOWEST_SECONDS} s"
    label = "pip's parser" if command[-1] == PIP_PARSE else "py-rattler" if "rattler" in command[-1] else command[0]
    return f"{label}: {result[0]:,.0f} ms, {result[1]:,.0f} MB" if result[2] == 0 else f"{label}: failed"


def bench(kind, sizes, envlift, tools):
    name, text, beside, command = KINDS[kind]
    before = None
    for count in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name
            path.write_text("".join(text(count)), encoding="utf-8")
            if beside:
                (pathlib.Path(folder) / beside[0]).write_text(beside[1](count), encoding="utf-8")
            if errors := is_read(envlift, name, folder):
                print(f"{kind:<17} not read: {errors[0]}", flush=True)
                return
            size = path.stat().st_size / 2**20
            milliseconds, megabytes, _ = measure([envlift, "inspect", "--json", name], folder, RUNS)
            growth = f"{milliseconds / before[0] / (size / before[1]):.2f}" if before else ""
            before = (milliseconds, size)
            print(f"{kind:<17} {count:>8,} {size:>8.2f} {milliseconds:>9.1f} {megabytes:>8.1f} {megabytes / size:>8.1f} "
                  f"{growth:>7}  {today(command, folder, tools)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("envlift")
    parser.add_argument("--tools", default="")
    parser.add_argument("--packages", default=",".join(map(str, SIZES)))
    parser.add_argument("kinds", nargs="*", metavar="KIND")
    options = parser.parse_intermixed_args()
    envlift = str(pathlib.Path(options.envlift).resolve())
    os.environ["HOME"] = tempfile.mkdtemp()
    tools = os.pathsep.join([options.tools, os.environ["PATH"]]) if options.tools else os.environ["PATH"]
    if unknown := set(options.kinds) - set(KINDS):
        parser.error(f"no such kind: {', '.join(sorted(unknown))}; there are: {', '.join(KINDS)}")
    # Growth: how much more time a byte takes than in the row before; 1 is linear.
    print(f"{'format':<17} {'packages':>8} {'MiB':>8} {'CPU ms':>9} {'peak MiB':>8} {'x file':>8} {'growth':>7}  today")
    for kind in options.kinds or KINDS:
        bench(kind, [int(one) for one in options.packages.split(",")], envlift, tools)


main()
