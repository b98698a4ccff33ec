"""The docker client that engine tests look over envlift's shoulder with."""
import functools
import os
import subprocess

from support import envlift


@functools.cache
def client():
    """A client that can do BuildKit builds, found as the scripts find it."""
    script = f"source {envlift.ROOT}/scripts/lib/engine.sh && find_docker"
    found = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return found.stdout.strip()


def docker(*arguments, check=True, timeout=600, **environment):
    process = subprocess.run([client(), *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                             check=False, env={**os.environ, **environment})
    if check and process.returncode != 0:
        raise AssertionError(f"docker {arguments}: exit {process.returncode}\n{process.stderr}")
    return process


def labelled_containers():
    return docker("ps", "--all", "--quiet", "--filter", "label=envlift").stdout.split()
