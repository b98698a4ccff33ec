"""What the builder's steps share: their configuration, child processes, secrets, talk."""
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.dirname(HERE)
SECRETS = os.environ.get("ENVLIFT_SECRETS", "/run/secrets")
CACHE = "/var/cache/envlift"


class Failed(Exception):
    """A step that cannot go on; its text is the cause in one line, for the user."""

    def __init__(self, cause, status=1):
        super().__init__(cause)
        self.status = status


def say(text):
    print(f"envlift: {text}", flush=True)


class timed:
    """Says what begins, and how long it took."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        say(self.what)
        self.begin = time.monotonic()

    def __exit__(self, kind, *_):
        if kind is None:
            say(f"{self.what}: done in {time.monotonic() - self.begin:.1f} s")


def configuration(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return json.load(file)


def secret(name):
    """The path of a secret mount, or None when the build has none of that name."""
    path = os.path.join(SECRETS, name)
    return path if os.path.exists(path) else None


def child_environment(**changes):
    """Ours for children: without the base's library path (its OpenSSL would be loaded by every tool) and Python
    settings, with the CA bundle where one was mounted."""
    environment = dict(os.environ)
    for name in ("LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME"):
        environment.pop(name, None)
    bundle = secret("ca_bundle")
    if bundle:
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "CONDA_SSL_VERIFY"):
            environment[name] = bundle
    pip_config = secret("pip_config")
    if pip_config:
        environment["PIP_CONFIG_FILE"] = pip_config
    environment.update(HOME="/tmp", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1", PIP_ROOT_USER_ACTION="ignore",
                       PIP_CACHE_DIR=os.path.join(CACHE, "pip"), PYTHONDONTWRITEBYTECODE="1")
    environment.update(changes)
    return environment


def run(argv, cause, cwd=None, **changes):
    """Runs a program with its output shown; Failed(cause) when it does not succeed."""
    sys.stdout.flush()
    status = subprocess.call(argv, cwd=cwd, env=child_environment(**changes))
    if status != 0:
        raise Failed(f"{cause} (exit {status})")


def output(argv, cause, **changes):
    """The stdout of a program."""
    process = subprocess.run(argv, env=child_environment(**changes), stdout=subprocess.PIPE, universal_newlines=True,
                             check=False)
    if process.returncode != 0:
        raise Failed(f"{cause} (exit {process.returncode})")
    return process.stdout


def base_python(config):
    """The base's own interpreter, by its real path: in the final image its usual names are the launcher."""
    return os.path.realpath(os.path.join(config["base_bin"], f"python{config['python']}"))


def run_time_python(config):
    """How the image will start Python: the environment's interpreter, or the base's with its libraries."""
    if config["strategy"] == "swap":
        return [os.path.join(config["prefix"], "bin", f"python{config['python']}")], {}
    return [base_python(config)], {"LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", config["base_lib"])}


def site_packages(config):
    return os.path.join(config["prefix"], "lib", f"python{config['python']}", "site-packages")
