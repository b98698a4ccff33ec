"""Builds the environment inside the builder stage; run by the base image's own Python, standard library only.

usage: build.py installer | environment | finish | code

The steps read installer.json and environment.json beside this file and say what they do, one line each. A failure
ends with `envlift: error: CAUSE`, which envlift turns into a diagnostic.
"""
import sys

import build_code
import build_environment
import build_finish
import build_installer
from build_common import Failed, say

STEPS = {
    "installer": build_installer.main,
    "environment": build_environment.main,
    "finish": build_finish.main,
    "code": build_code.main,
}


def main(arguments):
    if len(arguments) != 1 or arguments[0] not in STEPS:
        sys.exit(f"usage: build.py {' | '.join(STEPS)}")
    try:
        STEPS[arguments[0]]()
    except Failed as failure:
        say(f"error: {failure}")
        return failure.status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
