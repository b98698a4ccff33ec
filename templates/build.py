"""Builds the environment inside the builder stage; run by the base image's own Python, standard library only.

usage: build.py installer | environment | finish | layers | code

The steps read installer.json and environment.json beside this file and say what they do, one line each. A failure
ends with `envlift: error: CAUSE` and an exit status of its own (build_common.Exit), which envlift turns into a
diagnostic.
"""
import sys
import traceback

import build_code
import build_environment
import build_finish
import build_installer
import build_layers
from build_common import Exit, Failed, say

STEPS = {
    "installer": build_installer.main,
    "environment": build_environment.main,
    "finish": build_finish.main,
    "layers": build_layers.main,
    "code": build_code.main,
}


def main(arguments):
    """Runs one step; returns the exit status."""
    if len(arguments) != 1 or arguments[0] not in STEPS:
        print(f"usage: build.py {' | '.join(STEPS)}", file=sys.stderr)
        return Exit.USAGE
    try:
        STEPS[arguments[0]]()
    except Failed as failure:
        say(f"error: {failure}")
        return failure.status
    except Exception as error:   # a full disk, a base without something that every base has, our own mistake
        traceback.print_exc()
        sys.stderr.flush()
        say(f"error: the step {arguments[0]} stopped: {type(error).__name__}: {error}")
        return Exit.BUG
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
