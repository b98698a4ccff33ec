"""What is said on stderr, and what is not, on a machine whose first docker cannot build."""
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

FAKE = envlift.ROOT / "tests/fake-bin"
SECOND = "note[EL0403]: environment.yml is taken; requirements.txt is not read"


class Talk(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.project = self.root / "project"
        self.project.mkdir()
        (self.project / "requirements.txt").write_text("tabulate==0.9.0\n", encoding="utf-8")
        (self.project / "app.py").write_text("def handler(event, context):\n    return 1\n", encoding="utf-8")

    def test_the_other_environment_file_is_named_once(self):
        (self.project / "environment.yml").write_text(
            "channels: [conda-forge, nodefaults]\ndependencies:\n  - python=3.11\n", encoding="utf-8")
        for command in (["inspect"], ["plan"], ["build", "--dry-run"], ["up", "--dry-run"]):
            with self.subTest(command):
                done = envlift.run(*command, self.project)
                self.assertEqual((done.returncode, done.stderr.count(SECOND)), (0, 1), done.stderr)
                self.assertNotIn("EL0403", envlift.run(*command, "-q", self.project).stderr)
        self.assertEqual(envlift.run("render", self.project).stderr, "")

    def test_a_suite_is_read_for_slim_trace_and_else_told_to_be_idle(self):
        suite = self.root / "more.yaml"
        suite.write_text("cases: 7\n", encoding="utf-8")
        for command in ("build", "up"):
            with self.subTest(command):
                idle = envlift.run(command, "--dry-run", self.project, "--suite", suite)
                self.assertEqual(idle.returncode, 0, idle.stderr)
                self.assertIn("no case of --suite is asked", idle.stderr)
                read = envlift.run(command, "--dry-run", self.project, "--suite", suite, "--slim", "trace")
                self.assertEqual(read.returncode, 1, read.stderr)
                self.assertIn("more.yaml:1:", read.stderr)

    def replay(self, *arguments):
        transcripts = self.root / "transcripts"
        shutil.copytree(FAKE / "transcripts/build-step-fails", transcripts)
        (self.root / "bin").mkdir()
        (self.root / "bin/docker").symlink_to(FAKE / "docker")
        (self.root / "bin/python3").symlink_to(sys.executable)
        return envlift.run(*arguments, PATH=f"{self.root}/bin", ENVLIFT_FAKE_DOCKER=transcripts, TMPDIR=self.root).stderr

    def test_build_names_the_engine(self):
        self.assertEqual(self.replay("build", self.project).count("engine: "), 1)

    def test_up_names_the_engine_with_v_only(self):
        self.assertNotIn("engine: ", self.replay("up", self.project))

    def test_up_names_the_engine_with_v(self):
        self.assertEqual(self.replay("up", "-v", self.project).count("engine: "), 1)

    def next_steps(self, tag):
        image = json.dumps([{"Id": "sha256:" + "a" * 64, "Size": 5}])
        version = json.dumps({"Client": {"Version": "20.10.24"}, "Server": {"Version": "20.10.24", "Arch": "amd64"}})
        folder = self.root / "next"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for words, exit_code, out in (("version", 0, version), ("build", 0, ""), ("image", 0, image), ("history", 0, "1"),
                                      ("run", 125, "")):
            (folder / f"{words}.json").write_text(json.dumps({"argv": words, "exit": exit_code, "stdout": out}), encoding="utf-8")
        (self.root / "bin").mkdir(exist_ok=True)
        for name, target in (("docker", FAKE / "docker"), ("python3", sys.executable)):
            if not (self.root / "bin" / name).exists():
                (self.root / "bin" / name).symlink_to(target)
        said = envlift.run("up", self.project, "--tag", tag, PATH=f"{self.root}/bin", ENVLIFT_FAKE_DOCKER=folder).stderr
        lines = said.splitlines()
        begin = lines.index("next, to copy:") + 1
        return [line for line in lines[begin:] if line.startswith("  ") and "invoking" not in line]

    def test_up_ends_with_three_lines_to_copy(self):
        ecr = "1234.dkr.ecr.eu-west-1.amazonaws.com"
        for tag, push in (("foo", "envlift push foo --repository foo --create-repository"),
                          ("foo:1.2", "envlift push foo:1.2 --repository foo --create-repository"),
                          ("team/foo:1.2", "envlift push team/foo:1.2 --repository team/foo --create-repository"),
                          ("localhost:5000/foo", "envlift push localhost:5000/foo --registry localhost:5000 --repository foo"),
                          ("localhost/foo:1", "envlift push localhost/foo:1 --registry localhost --repository foo --tag 1"),
                          (f"{ecr}/foo:v3", f"envlift push {ecr}/foo:v3 --registry {ecr} --repository foo --tag v3")):
            with self.subTest(tag):
                self.assertEqual(self.next_steps(tag), [
                    f"  docker run --rm -p 9000:8080 {tag}",
                    "  curl -d '{}' localhost:9000/2015-03-31/functions/function/invocations", "  " + push])

    def test_a_dry_run_says_every_step(self):
        (self.project / "event.json").write_text(json.dumps({"a": 1}), encoding="utf-8")
        done = envlift.run("up", "--dry-run", self.project)
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        build, start = done.stderr.splitlines()
        self.assertIn(" docker build ", build)
        self.assertEqual(start, "would start project:latest (1024 MB, 30 s), send it an event of 8 bytes and print its answer")
        (self.project / "events").mkdir()
        (self.project / "events/first.yaml").write_text("cases: [{name: a}, {name: b}]\n", encoding="utf-8")
        (self.project / "events/notes.txt").write_text("no cases\n", encoding="utf-8")
        for options, asked in (([], "would ask project:latest 2 cases on up to 1 container at once"),
                               (["--event", self.project / "event.json"], start)):
            done = envlift.run("up", "--dry-run", self.project, *options)
            self.assertEqual((done.returncode, done.stderr.splitlines()[1:]), (0, [asked]))
        done = envlift.run("invoke", "--dry-run", "image", "--handler", "a.b", "--memory", "512")
        self.assertEqual(done.stderr, "would start image with the handler a.b (512 MB, 30 s), send it an event of 2 bytes "
                                      "and print its answer\n")
        done = envlift.run("invoke", "--dry-run", "image", "--serve")
        self.assertEqual(done.stderr, "would start image and serve it on localhost:9000 until Ctrl-C\n")


if __name__ == "__main__":
    unittest.main()
