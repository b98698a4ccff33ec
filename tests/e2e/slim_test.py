"""`--slim trace`: the events decide what stays; the slimmed image answers them as the whole one does, or is none."""
import json
import pathlib
import secrets
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402
from support.docker import docker  # noqa: E402
from support.lab import lab_environment  # noqa: E402

HANDLER = '''import os
import subprocess
import sys


def handler(event, context):
    if event.get("version"):
        import packaging.version   # lazily: only the second event comes here
        return packaging.version.Version(event["version"]).major
    if event.get("hidden"):
        done = subprocess.run([sys.executable, "-c", "import packaging.tags; print('found')"], capture_output=True, text=True)
        return done.stdout.strip() or done.stderr.strip().splitlines()[-1]
    if event.get("writes"):
        open("/opt/written", "w").close()
    if event.get("chance"):
        # As a set whose order decides: Python's hashes are others in every process.
        if next(iter({"markers", "utils"})) == "markers":
            import packaging.markers
        else:
            import packaging.utils
        return os.urandom(4).hex()
    return "hello"
'''
SITE = "/opt/env/lib/python3.11/site-packages"


class Slim(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = lab_environment()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="envlift-slim-")
        self.addCleanup(folder.cleanup)
        self.project = pathlib.Path(folder.name)
        (self.project / "requirements.txt").write_text("packaging\n", encoding="utf-8")
        (self.project / "app.py").write_text(HANDLER, encoding="utf-8")
        (self.project / "events").mkdir()
        self.tag = f"envlift-test/slim-{secrets.token_hex(4)}:latest"
        self.addCleanup(docker, "rmi", "--force", self.tag, check=False)

    def event(self, name, **event):
        (self.project / "events" / f"{name}.json").write_text(json.dumps(event), encoding="utf-8")

    def build(self, *arguments):
        return envlift.run("build", self.project, "--python", "3.11", "--handler", "app.handler", "--tag", self.tag, *arguments,
                           timeout=900, **self.lab)

    def built(self, *arguments):
        done = self.build(*arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        return int(done.stdout.split()[2])

    def invoke(self, **event):
        path = self.project / "one.json"
        path.write_text(json.dumps(event), encoding="utf-8")
        done = envlift.run("invoke", self.tag, "--event", path, timeout=300, **self.lab)
        return done.stdout.strip() or done.stderr

    def has(self, path):
        return docker("run", "--rm", "--entrypoint", "/bin/sh", self.tag, "-c", f"test -e {path}", check=False).returncode == 0

    def test_what_only_one_of_the_events_opens_stays_and_the_rest_goes(self):
        whole = self.built()
        self.event("a-plain")
        self.event("b-version", version="7.1")
        slim = self.built("--slim", "trace")
        self.assertLess(slim, whole - 300_000)
        self.assertEqual(self.invoke(), '"hello"')
        self.assertEqual(self.invoke(version="7.1"), "7")
        self.assertTrue(self.has(f"{SITE}/packaging/version.py"))
        self.assertFalse(self.has(f"{SITE}/packaging/tags.py"))
        self.assertFalse(self.has(f"{SITE}/envlift_trace.py"))
        audited = envlift.run("audit", self.tag, timeout=300, **self.lab)
        self.assertEqual(audited.returncode, 0, audited.stdout + audited.stderr)
        self.assertNotIn("EL1148", audited.stdout)   # sources were reduced on purpose

    def test_the_events_of_suites_are_traced(self):
        (self.project / "events" / "own.yaml").write_text(
            "cases:\n  - name: versions\n    event: {version: '7.1'}\n    expect: {answer: 7}\n", encoding="utf-8")
        self.built("--slim", "trace")
        self.assertTrue(self.has(f"{SITE}/packaging/version.py"))
        self.assertFalse(self.has(f"{SITE}/packaging/markers.py"))
        more = self.project / "more.yaml"
        more.write_text("cases:\n  - name: by chance\n    event: {chance: true}\n", encoding="utf-8")
        self.built("--slim", "trace", "--suite", more)
        self.assertTrue(self.has(f"{SITE}/packaging/version.py"))
        self.assertTrue(self.has(f"{SITE}/packaging/markers.py"))

    def test_what_is_opened_by_chance_does_not_decide(self):
        self.event("chance", chance=True)
        done = self.build("--slim", "trace")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("`chance` has another answer each time", done.stderr)
        self.assertNotIn("EL0919", done.stderr)
        self.assertTrue(self.has(f"{SITE}/packaging/markers.py"))
        self.assertTrue(self.has(f"{SITE}/packaging/utils.py"))
        self.assertFalse(self.has(f"{SITE}/packaging/metadata.py"))
        again = self.build("--slim", "trace")
        self.assertEqual(again.stdout, done.stdout)

    def test_the_whole_image_is_kept_for_what_the_tracer_cannot_see(self):
        self.event("hidden", hidden=True)
        done = self.build("--slim", "trace")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning[EL0919]", done.stderr)
        self.assertIn(f"left out: {SITE}/packaging", done.stderr)
        self.assertIn("--keep 'lib/python3.11/site-packages/packaging", done.stderr)
        self.assertEqual(self.invoke(hidden=True), '"found"')   # the whole image is kept
        self.assertTrue(self.has(f"{SITE}/packaging/tags.py"))
        self.built("--slim", "trace", "--keep", "lib/python3.11/**")
        self.assertEqual(self.invoke(hidden=True), '"found"')

    def test_nothing_is_left_out_where_the_whole_image_fails_an_event(self):
        (self.project / "events" / "wrong.yaml").write_text(
            "cases:\n  - name: other\n    event: {}\n    expect: {answer: bye}\n", encoding="utf-8")
        done = self.build("--slim", "trace")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("EL0918", done.stderr)
        self.assertEqual(self.invoke(), '"hello"')

    def test_events_are_asked_read_only_whatever_the_sandbox_is(self):
        (self.project / "envlift.yaml").write_text("sandbox: off\n", encoding="utf-8")
        self.event("writes", writes=True)
        done = self.build("--slim", "trace")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("EL0918", done.stderr)
        self.assertIn("Read-only", done.stderr)

    def test_a_dockerfile_cannot_be_slimmed(self):
        done = self.build("--slim", "trace", "--dockerfile")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("EL0917", done.stderr)
        self.assertIn("--dockerfile", done.stderr)


if __name__ == "__main__":
    unittest.main()
