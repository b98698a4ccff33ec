"""The lab for engine tests; scripts/test brings it up and names its settings file."""
import os
import pathlib

from support import envlift


def lab_environment():
    settings = os.environ.get("ENVLIFT_LAB_SETTINGS")
    if not settings:
        if os.environ.get("CI"):
            raise SystemExit("CI must run engine tests: ENVLIFT_LAB_SETTINGS is not set")
        envlift.skip("no lab (scripts/test brings it up; ENVLIFT_LAB_SETTINGS names its settings file)")
    return {"ENVLIFT_CONFIG": settings}


def lab_folder():
    """The lab's cache folder, where its settings file lies."""
    return pathlib.Path(lab_environment()["ENVLIFT_CONFIG"]).parent


def lab_python():
    """The Python of the lab's own tools, py-rattler among them; the one that was used last."""
    return max(lab_folder().glob("tools-*/venv/bin/python"), key=lambda path: path.parents[2].stat().st_mtime)


def lab_channels():
    """The URL that the lab serves its channels below."""
    for line in pathlib.Path(lab_environment()["ENVLIFT_CONFIG"]).read_text(encoding="utf-8").splitlines():
        if line.startswith("channel_alias: "):
            return line.split()[1]
    raise AssertionError("the lab's settings name no channel_alias")
