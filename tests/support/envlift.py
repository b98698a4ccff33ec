"""Runs the built program for tests, away from the settings of whoever runs them."""
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
SKIPPED = 77


def skip(reason):
    """Ends the test as skipped; ctest shows the reason."""
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def binary():
    return os.environ.get("ENVLIFT", str(ROOT / "build/dev/envlift"))


def clean_environment(**changes):
    """Ours without ENVLIFT_*, AWS_* and with an empty home, so that no user's settings leak in; None unsets a variable.
    No instance's metadata are asked for."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ENVLIFT", "AWS_"))}
    environment["HOME"] = empty_home()
    environment["AWS_EC2_METADATA_DISABLED"] = "true"
    environment.pop("XDG_CACHE_HOME", None)
    environment.pop("XDG_CONFIG_HOME", None)
    environment.update({name: str(value) for name, value in changes.items()})
    return {name: value for name, value in environment.items() if changes.get(name, "") is not None}


_home = None


def empty_home():
    global _home
    if _home is None:
        _home = tempfile.TemporaryDirectory(prefix="envlift-home-")
    return _home.name


def run(*arguments, cwd=ROOT, stdin="", timeout=120, **environment):
    """The finished process: returncode, stdout and stderr as text (bytes that are no UTF-8 replaced)."""
    return subprocess.run(
        [binary(), *map(str, arguments)], cwd=cwd, input=stdin, timeout=timeout, capture_output=True,
        encoding="utf-8", errors="replace", env=clean_environment(**environment), check=False)
