"""`envlift up` of a sample in the lab: built and invoked for real, the answer alone on stdout."""
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402
from support.lab import lab_environment  # noqa: E402


def main(sample):
    folder = envlift.SAMPLES / sample
    expected = json.loads((folder / "expect.json").read_text(encoding="utf-8"))
    process = envlift.run("up", folder, "--tag", f"envlift-test/{sample}", timeout=1100, **lab_environment())
    sys.stdout.write(process.stderr)
    assert process.returncode == 0, f"exit {process.returncode}"
    assert json.loads(process.stdout) == expected["answer"], process.stdout
    for line in expected.get("log", []):
        assert line in process.stderr, f"no {line!r} in the log"


main(sys.argv[1])
