"""The folder `events` of a project: what `envlift up` and `envlift test --watch` make of it."""
import json
import os
import pathlib
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift, projects  # noqa: E402
from support.docker import docker  # noqa: E402
from support.lab import lab_environment  # noqa: E402

TAG = "envlift-test/events:latest"
HANDLER = "def handler(event, context):\n    return {'twice': 2 * event.get('n', 0)}\n"
CASES = """cases:
  - {name: one, event: {n: 1}, expect: {answer: {twice: 2}}}
  - {name: two, event: {n: 2}, expect: {answer: {twice: 4}}}
"""


class Project(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = projects.write_project(pathlib.Path(folder.name) / "project",
                                             {"requirements.txt": "tabulate==0.9.0\n", "app.py": HANDLER})
        (self.folder / "events").mkdir()
        (self.folder / "events/numbers.yaml").write_text(CASES, encoding="utf-8")

    def tearDown(self):
        self.assertEqual(self.containers(), [])

    @staticmethod
    def containers():
        return docker("ps", "--all", "--quiet", "--filter", f"ancestor={TAG}").stdout.split()


class Up(Project):
    def up(self, *options):
        return envlift.run("up", self.folder, "--tag", TAG, *options, timeout=600, **lab_environment())

    def test_the_cases_decide(self):
        done = self.up()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("2 of 2 cases are met", done.stdout)
        (self.folder / "app.py").write_text(HANDLER.replace("2 *", "3 *"), encoding="utf-8")
        done = self.up("--push", "--registry", "127.0.0.1:1", "--plain-http", "--repository", "never/asked")
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("/twice: expected 2, got 3", done.stdout)
        self.assertIn("0 of 2 cases are met", done.stdout)
        (self.folder / "event.json").write_text('{"n": 5}', encoding="utf-8")
        done = self.up("--event", self.folder / "event.json")
        self.assertEqual((done.returncode, json.loads(done.stdout)), (0, {"twice": 15}), done.stderr)


class Watch(Project):
    """A run that goes on, and what it says."""

    def setUp(self):
        super().setUp()
        self.lines = queue.Queue()
        environment = envlift.clean_environment(**lab_environment(), TMPDIR=self.folder.parent)
        self.process = subprocess.Popen([envlift.binary(), "test", self.folder, "--tag", TAG, "--watch"], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
        self.addCleanup(self.process.stdout.close)
        self.addCleanup(self.process.kill)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip())

    def round(self):
        """What is said until it waits again."""
        said = []
        while not said or not said[-1].startswith("watching"):
            said.append(self.lines.get(timeout=300))
        return "\n".join(said)

    def end(self, number):
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        self.assertEqual(self.containers(), [])
        self.assertEqual([name for name in os.listdir(self.folder.parent) if name.startswith("envlift-")], [])
        return code

    def test_a_change_is_asked_again_and_only_what_it_affects(self):
        (self.folder / "events/more.json").write_text('{"n": 3}', encoding="utf-8")
        self.assertIn("3 of 3 cases are met", self.round())
        image = self.image()
        (self.folder / "app.py").write_text(HANDLER.replace("2 *", "3 *"), encoding="utf-8")
        said = self.round()
        self.assertIn("changed: app.py\n", said)
        self.assertIn("/twice: expected 2, got 3", said)
        self.assertIn("1 of 3 cases are met", said)
        (self.folder / "events/numbers.yaml").write_text(CASES.replace("twice: 2", "twice: 3"), encoding="utf-8")
        self.assertIn("1 of 2 cases are met", self.round())
        (self.folder / "app.py").write_text("def other(event, context):\n    return 1\n", encoding="utf-8")
        while "EL0503" not in self.lines.get(timeout=60):
            pass
        self.assertEqual(self.image(), image)   # nothing was built
        (self.folder / "app.py").write_text(HANDLER, encoding="utf-8")
        self.assertIn("2 of 3 cases are met", self.round())
        (self.folder / "requirements.txt").write_text("tabulate==0.8.10\n", encoding="utf-8")
        self.assertIn("the image is built again", self.round())
        self.assertNotEqual(self.image(), image)
        self.assertEqual(self.end(signal.SIGINT), 130)

    def test_a_signal_in_the_midst_of_a_case_leaves_nothing(self):
        self.round()
        slow = HANDLER.replace("    return", "    import time; time.sleep(20)\n    return")
        (self.folder / "app.py").write_text(slow, encoding="utf-8")
        while not self.containers():
            pass
        self.assertEqual(self.end(signal.SIGTERM), 143)

    @staticmethod
    def image():
        return docker("image", "inspect", "--format", "{{.Id}}", TAG).stdout


class Context(Project):
    def test_a_client_context_and_an_identity_arrive(self):
        (self.folder / "app.py").write_text("""def handler(event, context):
    return {"client": context.client_context.custom, "identity": context.identity.cognito_identity_id}
""", encoding="utf-8")
        (self.folder / "events/numbers.yaml").write_text("""cases:
  - name: both
    context: {client: {custom: {a: "1"}}, identity: {cognitoIdentityId: "eu-central-1:4711"}}
    expect: {answer: {client: {a: "1"}, identity: "eu-central-1:4711"}}
""", encoding="utf-8")
        done = envlift.run("test", self.folder, "--tag", TAG, "--json", timeout=600, **lab_environment())
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)


if __name__ == "__main__":
    unittest.main()
