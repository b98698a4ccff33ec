"""The folder `events` of a project: what `envlift up` and `envlift test` make of it."""
import json
import pathlib
import sys
import tempfile
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


class Context(Project):
    def test_a_client_context_arrives_and_an_identity_is_told_as_not_applied(self):
        (self.folder / "app.py").write_text("""def handler(event, context):
    return {"client": context.client_context.custom, "identity": context.identity.cognito_identity_id}
""", encoding="utf-8")
        (self.folder / "events/numbers.yaml").write_text("""cases:
  - name: both
    context: {client: {custom: {a: "1"}}, identity: {cognitoIdentityId: "eu-central-1:4711"}}
    expect: {answer: {client: {a: "1"}, identity: null}}
""", encoding="utf-8")
        done = envlift.run("test", self.folder, "--tag", TAG, "--json", timeout=600, **lab_environment())
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        identity = json.loads(done.stdout)["sandbox"]["identity"]
        self.assertEqual((identity["asked"], identity["value"], identity["applied"]), ("that of 1 case", "none", False))
        self.assertIn("Cognito", identity["why"])


if __name__ == "__main__":
    unittest.main()
