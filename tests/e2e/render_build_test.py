"""`render -o` writes a context that a plain `docker build` accepts, and the README's curl line answers."""
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402
from support.docker import client, docker  # noqa: E402
from support.images import INVOCATIONS, post  # noqa: E402
from support.lab import lab_environment  # noqa: E402

TAG = "envlift-test/rendered:latest"


class RenderBuild(unittest.TestCase):
    def test_the_printed_line_builds_and_curl_answers(self):
        with tempfile.TemporaryDirectory() as folder:
            context = pathlib.Path(folder) / "context"
            sample = envlift.SAMPLES / "conda-with-pip-section"
            rendered = envlift.run("render", sample, "-o", context, "--tag", TAG, **lab_environment())
            self.assertEqual(rendered.returncode, 0, rendered.stderr)
            self.assertEqual(rendered.stdout.count("\n"), 1)
            # Pasted as a user would, but with the client that this machine can build with.
            line = rendered.stdout.strip().replace(" docker build ", f" {shlex.quote(client())} build ", 1)
            built = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, timeout=1000)
            self.assertEqual(built.returncode, 0, built.stderr)
            again = envlift.run("render", sample, "-o", context, "--tag", TAG, **lab_environment())
            self.assertEqual((again.returncode, again.stdout), (0, rendered.stdout))
        container = docker("run", "--detach", "--rm", "--publish", "127.0.0.1:9000:8080", TAG).stdout.strip()
        try:
            answer = post(f"http://127.0.0.1:9000{INVOCATIONS}", b'{"n": 7}')
            self.assertEqual(json.loads(answer)["table"], "7")
        finally:
            docker("rm", "--force", container)


if __name__ == "__main__":
    unittest.main()
