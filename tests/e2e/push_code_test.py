"""`envlift push` of images that envlift has put together: from the engine, without one, and after an edit of the code."""
import gzip
import json
import os
import pathlib
import secrets
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift, images, registry  # noqa: E402
from support.docker import docker  # noqa: E402
from support.faulty_proxy import FaultyProxy  # noqa: E402
from support.lab import lab_environment  # noqa: E402

SAMPLE = envlift.SAMPLES / "requests-pip"
LOGIN = ("robot", "pass:word")
NO_ENGINE = {"ENVLIFT_ENGINE": "/nonexistent/docker"}


class PushCode(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.lab = lab_environment()
        if not registry.is_there():
            envlift.skip("docker-registry is not installed (scripts/install-deps --test)")
        cls.registry = registry.Registry(LOGIN)
        cls.addClassCleanup(cls.registry.close)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="envlift-push-code-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.project = self.folder / "project"
        shutil.copytree(SAMPLE, self.project, ignore=shutil.ignore_patterns("expected", "README.md", "expect.json"))
        self.tag = f"envlift-test/push-{secrets.token_hex(4)}:latest"
        self.addCleanup(docker, "rmi", "--force", self.tag, check=False)
        (self.folder / "home").mkdir()

    def envlift(self, *arguments, host=None, **environment):
        config = registry.docker_config(self.folder, host or self.registry.host, LOGIN)
        done = envlift.run(*arguments, timeout=600, HOME=self.folder / "home", DOCKER_CONFIG=config,
                           **{**self.lab, **environment})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def push(self, what, host=None, repository="fn", **environment):
        host = host or self.registry.host
        done = self.envlift("push", what, "--registry", host, "--plain-http", "--repository", repository, "--json", host=host,
                            **environment)
        answer = json.loads(done.stdout)
        answer["manifest"] = self.registry.image(answer["reference"].replace(host, self.registry.host))
        config = answer["manifest"]["config"]["digest"]
        answer["config"] = json.loads(self.registry.get(f"{repository}/blobs/{config}")[2])
        return answer

    def build(self):
        self.envlift("build", self.project, "--tag", self.tag)

    def edit(self, text):
        handler = next(path for path in self.project.glob("*.py"))
        handler.write_text(handler.read_text(encoding="utf-8") + f"\n# {text}\n", encoding="utf-8")

    def test_an_edit_is_pushed_without_an_engine_as_a_build_would_push_it(self):
        self.build()
        first = self.push(self.tag)
        inspected = json.loads(docker("image", "inspect", self.tag).stdout)[0]
        self.assertEqual(first["config"]["rootfs"]["diff_ids"], inspected["RootFS"]["Layers"])
        self.edit("edited")
        proxy = FaultyProxy(self.registry.host, LOGIN)
        self.addCleanup(proxy.close)
        # The proxy is another host to envlift; it has to know what is there.
        self.push(self.tag, host=proxy.host)
        proxy.bytes = 0
        edited = self.push(self.project, host=proxy.host, **NO_ENGINE)
        self.assertLess(proxy.bytes, 64 * 1024)
        self.assertEqual([one["state"] for one in edited["layers"]].count("sent"), 1)
        self.assertEqual(edited["layers"][:-1], [{**one, "state": "there"} for one in first["layers"][:-1]])
        self.build()
        built = self.push(self.tag, repository="by-build")
        self.assertEqual([one["digest"] for one in built["layers"]], [one["digest"] for one in edited["layers"]])
        self.assertEqual({**built["config"], "created": ""}, {**edited["config"], "created": ""})
        self.assertEqual(built["digest"], edited["digest"])   # the time of the first assembly is remembered

    def test_the_edited_image_answers_when_it_is_pulled(self):
        self.build()
        self.push(self.tag, repository="pulled")
        self.edit("pulled")
        reference = self.push(self.project, repository="pulled", **NO_ENGINE)["reference"]
        config = registry.docker_config(self.folder, self.registry.host, LOGIN)
        docker("--config", config, "pull", reference)
        self.addCleanup(docker, "rmi", "--force", reference, check=False)
        with images.running(reference) as function:
            answer = function.invoke(json.loads((SAMPLE / "event.json").read_text(encoding="utf-8")) if (SAMPLE / "event.json").exists() else {})
        self.assertNotIn("errorMessage", answer if isinstance(answer, dict) else {})

    def test_without_an_engine_the_tag_is_the_image_that_was_built_here(self):
        self.build()
        with_engine = self.push(self.tag, repository="with")
        without = self.push(self.tag, repository="without", **NO_ENGINE)
        self.assertEqual(without["digest"], with_engine["digest"])

    def test_the_engine_pushes_where_it_is_asked_to(self):
        self.build()
        config = registry.docker_config(self.folder, self.registry.host, LOGIN)
        words = ("push", self.tag, "--engine-push", "--registry", self.registry.host, "--repository", "by-engine", "--tag", "v1")
        done = envlift.run(*words, HOME=self.folder / "home", DOCKER_CONFIG=config, timeout=600, **self.lab)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.registry.image(done.stdout.strip())
        self.assertNotEqual(docker("image", "inspect", f"{self.registry.host}/by-engine:v1", check=False).returncode, 0)
        (config / "config.json").write_text("{}", encoding="utf-8")
        done = envlift.run(*words, HOME=self.folder / "home", DOCKER_CONFIG=config, timeout=600, **self.lab,
                           AWS_EC2_METADATA_DISABLED="true")
        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertIn("[EL1417]", done.stderr)
        done = envlift.run(*words, HOME=self.folder / "home", DOCKER_CONFIG=config, timeout=600, **self.lab, AWS_PROFILE="nosuch")
        self.assertEqual(done.returncode, 6, done.stderr)
        self.assertIn("[EL1304]", done.stderr)

    def test_layers_that_were_removed_here_are_split_once_more(self):
        self.build()
        before = docker("image", "inspect", "--format", "{{.Id}}", self.tag).stdout
        docker("rmi", "--force", self.tag)
        removed = sorted((self.folder / "home/.cache/envlift/layers").glob("*.tar"))[::2]
        for path in removed:
            path.unlink()
        self.build()
        self.assertEqual(docker("image", "inspect", "--format", "{{.Id}}", self.tag).stdout, before)
        self.assertTrue(all(path.exists() for path in removed))

    def test_layers_are_those_of_the_engine(self):
        self.build()
        pushed = self.push(self.tag, repository="layers")
        for layer in pushed["layers"][-3:]:
            packed = self.registry.get(f"layers/blobs/{layer['digest']}")[2]
            self.assertEqual(registry.digest_of(gzip.decompress(packed)), layer["diff_id"])

    def test_what_cannot_be_done_without_an_engine_says_so(self):
        config = registry.docker_config(self.folder, self.registry.host, LOGIN)
        done = envlift.run("push", self.project, "--registry", self.registry.host, "--plain-http", "--repository", "never",
                           HOME=self.folder / "home", DOCKER_CONFIG=config, **self.lab, **NO_ENGINE)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("[EL1413]", done.stderr)
        settings = self.project / "envlift.yaml"
        settings.write_text(settings.read_text(encoding="utf-8").replace("code: app.py\n", ""), encoding="utf-8")
        self.build()
        (self.project / "large.py").write_text("x = '" + "y" * 100_000 + "'\n", encoding="utf-8")
        done = envlift.run("push", self.project, "--registry", self.registry.host, "--plain-http", "--repository", "never",
                           HOME=self.folder / "home", DOCKER_CONFIG=config, **self.lab, **NO_ENGINE)
        self.assertIn("[EL1413]", done.stderr)
        self.assertIn("64 KB", done.stderr)

    def test_up_pushes_what_has_answered(self):
        config = registry.docker_config(self.folder, self.registry.host, LOGIN)
        done = envlift.run("up", self.project, "--tag", self.tag, "--push", "--registry", self.registry.host, "--plain-http",
                           "--repository", "up", timeout=600, HOME=self.folder / "home", DOCKER_CONFIG=config, **self.lab)
        self.assertEqual(done.returncode, 0, done.stderr)
        reference = done.stdout.splitlines()[-1]
        self.assertTrue(reference.startswith(f"{self.registry.host}/up@sha256:"), done.stdout)
        self.registry.image(reference)


if __name__ == "__main__":
    unittest.main()
