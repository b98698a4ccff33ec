"""pip in the environment: the base's own where the environment has none, and the virtual environment that a native
image runs."""
import contextlib
import glob
import hashlib
import importlib.util
import os
import platform
import re
import subprocess
import sys
import urllib.parse

import build_installed
from build_common import (BUILD, CACHE, Exit, Failed, base_interpreter, child_environment, interpreter,
                          interpreter_libraries, run, say, site_packages, timed)
from build_records import distributions

PLAIN_VERSION = re.compile(r"[0-9][0-9A-Za-z.!+_-]*")
# In pip's log only: on the screen an index that refuses pip is one that has nothing.
REFUSED = re.compile(r"Could not fetch URL (\S+): (401|403) ")


def command(config):
    """pip for the environment, as the start of an argv. Python by the name that conda calls it by: the first lines of
    scripts name it, and are then the same whoever calls pip."""
    python = os.path.join(config["prefix"], "bin", "python")
    if os.path.exists(os.path.join(site_packages(config), "pip", "__main__.py")):
        folder = bytecode_folder(config)
        return [python, *(["-X", f"pycache_prefix={folder}"] if folder else []), "-m", "pip"]
    # The base's pip run by the environment's Python: this file makes pip alone importable (pip 22.3 and later),
    # so that none of the base's other packages satisfies a requirement.
    pip = importlib.util.find_spec("pip")
    runner = os.path.join(os.path.dirname(pip.origin), "__pip-runner__.py") if pip else ""
    if not os.path.exists(runner):
        raise Failed("the base image has no pip, or one older than 22.3", Exit.PIP)
    return [python, runner]


def bytecode_folder(config):
    """Where pip's bytecode is kept for the next build, if the package that brought pip has none: compiling itself takes
    pip longer than an installation. None elsewhere. Python compares times and sizes of sources, which two versions may
    share: so the folder is named by what pip and Python are."""
    packages = glob.escape(site_packages(config))
    records = sorted(glob.glob(os.path.join(packages, "pip-*.dist-info", "RECORD")))
    if not records or os.path.isdir(os.path.join(site_packages(config), "pip", "__pycache__")):
        return None
    pythons = glob.glob(os.path.join(glob.escape(config["prefix"]), "conda-meta", f"python-{config['python']}.*.json"))
    named = hashlib.sha256(repr([sys.version, *sorted(map(os.path.basename, pythons))]).encode())
    for record in records:
        with open(record, "rb") as file:
            named.update(file.read())
    return os.path.join(CACHE, "pip-bytecode", named.hexdigest())


def keeping_bytecode(config):
    """The change to child_environment with which a run of pip writes its bytecode there. Runs that build packages only
    read it: what they compile is their own."""
    return {"PYTHONDONTWRITEBYTECODE": None} if bytecode_folder(config) else {}


def refusal(log):
    """The cause that pip's log gives when an index refused it, or None."""
    try:
        with open(log, encoding="utf-8", errors="replace") as file:
            found = next(filter(None, map(REFUSED.search, file)), None)
    except OSError:
        return None
    if found is None:
        return None
    host = urllib.parse.urlsplit(found[1]).netloc.rpartition("@")[2]
    return f"{host} refuses the credentials: HTTP {found[2]} for {found[1]}"


@contextlib.contextmanager
def refusals_named():
    """Gives a log for PIP_LOG; what fails within then names the index that refused pip."""
    log = os.path.join(BUILD, "pip.log")
    try:
        yield log
    except Failed as failure:
        raise Failed(refusal(log) or str(failure), failure.status) from None
    finally:
        if os.path.exists(log):
            os.remove(log)


def install(config, arguments, cause, status, **changes):
    with refusals_named() as log:
        run([*command(config), "install", "--no-compile", "--no-warn-script-location", *arguments], cause, status,
            cwd=os.path.join(BUILD, "environment"), PIP_LOG=log, PIP_REPORT=build_installed.next_report(),
            **interpreter_libraries(config), **changes)


def make_virtual_environment(config):
    """A prefix that the base's Python takes as its own: sys.executable, subprocesses and scripts then all see the
    environment, and .pth files work. It is entered through the name that the base's Python keeps in the image."""
    kept = os.path.join(config["base_bin"], f"base-python{config['python']}")
    if not os.path.lexists(kept):
        os.symlink(base_interpreter(config), kept)
    programs = os.path.join(config["prefix"], "bin")
    os.makedirs(programs, exist_ok=True)
    os.makedirs(site_packages(config), exist_ok=True)
    os.symlink(kept, interpreter(config))
    for name in ("python3", "python"):
        os.symlink(f"python{config['python']}", os.path.join(programs, name))
    write_virtual_environment(config, sees_base=False)


def write_virtual_environment(config, sees_base):
    """pyvenv.cfg. The base's packages are out of sight while pip works, and come last at run time."""
    with open(os.path.join(config["prefix"], "pyvenv.cfg"), "w", encoding="utf-8") as file:
        file.write(f"home = {config['base_bin']}\n"
                   f"include-system-site-packages = {'true' if sees_base else 'false'}\n"
                   f"version = {platform.python_version()}\n")


def install_requirements(config):
    """Installs the requirements into the prefix; Failed when pip cannot. What a lock names is all there is: pip does
    not look at dependencies."""
    locked = ["--no-deps"] if config["pip"]["locked"] else []
    with timed("installing the requirements with pip"):
        for file in config["pip"]["files"]:
            install(config, [*locked, "-r", file], "pip could not install the requirements", Exit.PIP)


def write_constraints(config, path):
    """What is installed, as constraints: a further install may add packages but change none."""
    with open(path, "w", encoding="utf-8") as file:
        for one in distributions(site_packages(config)).values():
            if PLAIN_VERSION.fullmatch(one.version):
                file.write(f"{one.name}=={one.version}\n")


def install_client(config):
    """The runtime interface client goes into the environment: the version that the user chose, or ours. From a wheel
    only: a source build needs a compiler that the base has not."""
    chosen = distributions(site_packages(config)).get("awslambdaric")
    if chosen:
        say(f"the environment brings awslambdaric {chosen.version}: it stays")
        return
    constraints = os.path.join(BUILD, "installed.txt")
    write_constraints(config, constraints)
    with timed(f"installing {config['runtime_client']}"):
        install(config, ["--only-binary", ":all:", "-c", constraints, config["runtime_client"]],
                f"{config['runtime_client']} cannot be installed beside what the environment pins",
                Exit.CLIENT_INSTALL, **keeping_bytecode(config))


@contextlib.contextmanager
def conflicts_warned_of(config):
    """pip's own check of the environment, as what stands within runs; conda's solver does not know what pip installed
    later."""
    environment = child_environment(**keeping_bytecode(config), **interpreter_libraries(config))
    process = subprocess.Popen([*command(config), "check"], env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, universal_newlines=True)
    try:
        yield
    finally:
        said, _ = process.communicate()
        for line in said.splitlines() if process.returncode != 0 else ():
            say(f"warning: pip check: {line}")
