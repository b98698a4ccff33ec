"""Runs src/aws through the test program envlift-aws-probe."""
import json
import os
import subprocess

from support import envlift


def ask(tasks, **environment):
    """The answers to tasks, in one process: {"answer": …} or {"error": {"code", "message", …}} each."""
    path = os.environ.get("ENVLIFT_AWS_PROBE", str(envlift.ROOT / "build/dev/tests/envlift-aws-probe"))
    run = subprocess.run([path], input="".join(json.dumps(task) + "\n" for task in tasks), capture_output=True,
                         encoding="utf-8", env=envlift.clean_environment(**environment), timeout=300, check=False)
    if run.returncode != 0:
        raise AssertionError(f"exit {run.returncode}: {run.stderr[-2000:]}")
    return [json.loads(line) for line in run.stdout.splitlines()]
