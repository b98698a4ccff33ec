"""Installs the environment and the runtime interface client into the prefix, and checks what was installed."""
import glob
import os
import subprocess
import sys

import build_conda
import build_installed
import build_pip
import build_records
from build_common import (Exit, Failed, child_environment, configuration, interpreter, interpreter_libraries, say,
                          site_packages)

OLDEST_PYTHON = (3, 8)   # of a base that is not AWS's
# The client catches the ImportError of its native part and fails at the first poll, far from the cause: so that part
# is imported by itself first. Versions 2, 3 and 4 all have it beside the package.
IMPORT_CLIENT = "import runtime_client, awslambdaric.__main__"


def check_base_python(config):
    """The base's Python must be the one that was planned with: its bootstrap starts python3.X by that name. That of a
    base that is not AWS's only runs the builder."""
    found = "{}.{}".format(*sys.version_info)
    if config["strategy"] == "custom":
        if sys.version_info < OLDEST_PYTHON:
            raise Failed(f"the base image has Python {found}, the builder needs 3.8", Exit.PYTHON)
    elif found != config["python"]:
        raise Failed(f"the base image has Python {found}, the environment needs {config['python']}", Exit.PYTHON)


def check_python(config):
    """The environment must have the base's minor: the swap replaces python3.X by a Python of the same name."""
    if os.path.exists(interpreter(config)):
        return
    pattern = os.path.join(glob.escape(config["prefix"]), "bin", "python3.*[0-9]")
    others = sorted(os.path.basename(path) for path in glob.glob(pattern))
    raise Failed(f"the environment has {' and '.join(others) or 'no Python'}, the base image runs python"
                 f"{config['python']}", Exit.PYTHON)


def check_client(config):
    """Imports the client's native part once, with the interpreter that Lambda will start."""
    process = subprocess.run([interpreter(config), "-c", IMPORT_CLIENT], stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, universal_newlines=True, check=False,
                             env=child_environment(**interpreter_libraries(config)))
    if process.returncode != 0:
        print(process.stdout, end="", flush=True)
        last = (process.stdout.strip().splitlines() or [f"exit {process.returncode}"])[-1]
        raise Failed(f"the runtime interface client cannot be imported: {last}", Exit.CLIENT_IMPORT)
    client = build_records.distributions(site_packages(config)).get("awslambdaric")
    say(f"awslambdaric {client.version if client else ''} loads")


def main():
    config = configuration("environment.json")
    check_base_python(config)
    if config["conda"]:
        build_conda.create(config)
    else:
        build_pip.make_virtual_environment(config)
    check_python(config)
    if config["pip"]:
        build_pip.install_requirements(config)
    build_pip.install_client(config)
    with build_pip.conflicts_warned_of(config):
        check_client(config)
        build_records.warn_of_replaced_files(config)
    build_installed.main(config)
    build_records.redact(config)
