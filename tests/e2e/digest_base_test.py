"""A base image that is pinned by its digest: pulled from a registry, built on, and found again."""
import json
import pathlib
import secrets
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift, registry  # noqa: E402
from support.docker import docker  # noqa: E402
from support.lab import lab_environment  # noqa: E402

if not registry.is_there():
    envlift.skip("docker-registry is not installed (scripts/install-deps --test)")

LAB_BASE = "envlift-lab/lambda-python:3.11"
HANDLER = "import packaging\n\n\ndef handler(event, context):\n    return packaging.__name__\n"


class DigestBase(unittest.TestCase):
    def setUp(self):
        self.lab = lab_environment()
        self.registry = registry.Registry()
        self.addCleanup(self.registry.close)
        folder = tempfile.TemporaryDirectory(prefix="envlift-digest-")
        self.addCleanup(folder.cleanup)
        self.project = pathlib.Path(folder.name)
        (self.project / "requirements.txt").write_text("packaging\n", encoding="utf-8")
        (self.project / "app.py").write_text(HANDLER, encoding="utf-8")
        self.tag = f"envlift-test/digest-{secrets.token_hex(4)}:latest"
        self.addCleanup(docker, "rmi", "--force", self.tag, check=False)

    def pinned(self):
        """The lab's base by its digest in the registry; the engine does not know it by that name."""
        pushed = f"{self.registry.host}/lambda/python:3.11"
        docker("tag", LAB_BASE, pushed)
        docker("push", "--quiet", pushed)
        digests = json.loads(docker("image", "inspect", "--format", "{{json .RepoDigests}}", pushed).stdout)
        docker("rmi", pushed)
        return next(one for one in digests if one.startswith(self.registry.host))

    def test_a_base_by_its_digest_is_pulled_and_built_on(self):
        base = self.pinned()
        self.assertIn("@sha256:", base)
        self.assertNotEqual(docker("image", "inspect", base, check=False).returncode, 0)
        self.addCleanup(docker, "rmi", "--force", base, check=False)
        arguments = (self.project, "--python", "3.11", "--handler", "app.handler", "--base", base, "--tag", self.tag)
        done = envlift.run("build", *arguments, timeout=900, **self.lab)
        self.assertEqual(done.returncode, 0, done.stderr)
        layers = [json.loads(docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", image).stdout)
                  for image in (LAB_BASE, self.tag)]
        self.assertEqual(layers[1][:len(layers[0])], layers[0])
        answer = envlift.run("invoke", self.tag, timeout=300, **self.lab)
        self.assertEqual((answer.returncode, answer.stdout.strip()), (0, '"packaging"'), answer.stderr)
        again = envlift.run("build", *arguments, timeout=900, **self.lab)
        self.assertEqual(again.stdout, done.stdout, again.stderr)

    def test_a_digest_that_the_registry_has_not_is_told(self):
        base = f"{self.registry.host}/lambda/python@sha256:{'0' * 64}"
        done = envlift.run("build", self.project, "--python", "3.11", "--handler", "app.handler", "--base", base,
                           "--tag", self.tag, timeout=300, **self.lab)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(base, done.stderr)


if __name__ == "__main__":
    unittest.main()
