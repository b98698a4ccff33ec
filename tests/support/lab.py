"""The lab for engine tests; scripts/test brings it up and names its settings file."""
import os

from support import envlift


def lab_environment():
    settings = os.environ.get("ENVLIFT_LAB_SETTINGS")
    if not settings:
        if os.environ.get("CI"):
            raise SystemExit("CI must run engine tests: ENVLIFT_LAB_SETTINGS is not set")
        envlift.skip("no lab (scripts/test brings it up; ENVLIFT_LAB_SETTINGS names its settings file)")
    return {"ENVLIFT_CONFIG": settings}
