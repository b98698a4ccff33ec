"""The full log of a run: where it is named, and what it holds."""
import json
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

FAKE = envlift.ROOT / "tests/fake-bin"
MISSING = "--index-url https://ada:s3cret@pypi.example.com/simple\ntabulate==0.9.0\n"
VERSION = {"argv": "version", "exit": 0,
           "stdout": json.dumps({"Client": {"Version": "20.10.24"}, "Server": {"Version": "20.10.24", "Arch": "amd64"}})}


class Log(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "bin").mkdir()
        (self.root / "bin/docker").symlink_to(FAKE / "docker")
        (self.root / "bin/python3").symlink_to(sys.executable)
        self.project = self.root / "project"
        self.project.mkdir()
        (self.project / "requirements.txt").write_text(MISSING, encoding="utf-8")
        (self.project / "app.py").write_text("def handler(event, context):\n    return 1\n", encoding="utf-8")

    def run_with(self, transcripts, *arguments):
        folder = self.root / "transcripts"
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(transcripts, str):
            shutil.copytree(FAKE / "transcripts" / transcripts, folder)
        else:
            folder.mkdir()
            for number, one in enumerate(transcripts):
                (folder / f"{number:03}.json").write_text(json.dumps(one), encoding="utf-8")
        return envlift.run(*arguments, PATH=f"{self.root}/bin", ENVLIFT_FAKE_DOCKER=folder, TMPDIR=self.root,
                           HOME=self.root)

    def log_of(self, done):
        last = done.stderr.splitlines()[-1]
        self.assertTrue(last.startswith("full log: "), done.stderr)
        return pathlib.Path(last.removeprefix("full log: ")).read_text(encoding="utf-8")

    def test_every_failure_from_the_engine_on_ends_with_the_log(self):
        for transcripts, command, code in (("daemon-down", "invoke", 3), ("no-buildx", "build", 3),
                                           ("build-step-fails", "build", 4), ("dies-at-init", "invoke", 5),
                                           ("base-not-reached", "build", 75)):
            with self.subTest(transcripts):
                done = self.run_with(transcripts, command, "test:latest" if command == "invoke" else self.project)
                self.assertEqual(done.returncode, code, done.stderr)
                log = self.log_of(done)
                self.assertIn("bin/docker version --format '{{json .}}'\n", log)
                self.assertNotIn("s3cret", log)
                error = next(line for line in done.stderr.splitlines() if line.startswith("error["))
                self.assertIn(error, log)

    def test_bad_input_names_no_log(self):
        (self.project / "requirements.txt").write_text("tabulate==\n", encoding="utf-8")
        done = self.run_with("daemon-down", "build", self.project)
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("full log", done.stderr)
        self.assertFalse((self.root / ".cache").exists())

    def test_a_build_is_told_whole(self):
        output = ["#5 [1/2] FROM x\n", "#5 CACHED\n", "#6 [2/2] RUN z\n", "#6 0.1 one\n", "#6 DONE 0.2s\n", "a warning of the client\n"]
        image = {"argv": "image inspect", "exit": 0, "stdout": json.dumps([{"Id": "sha256:" + "a" * 64, "Size": 5}])}
        run_fails = {"argv": "run", "exit": 125, "stderr": "docker: no such thing\n"}
        history = {"argv": "history", "exit": 0, "stdout": "1\n"}
        done = self.run_with([VERSION, {"argv": "build", "exit": 0, "stderr": "".join(output)}, image, history, run_fails],
                             "up", self.project)
        self.assertEqual(done.returncode, 3, done.stderr)
        log = self.log_of(done)
        for words in (f"up {self.project}", "warning[EL0405]", "DOCKER_BUILDKIT=1", "id=netrc,src=", "[1/2] FROM x", "cached",
                      "one", "a warning of the client", "image inspect project:latest", "history ", "run --pull never",
                      "exit 125", "docker: no such thing", "image project:latest: 5"):
            self.assertIn(words, log)

    def test_the_result_stands_in_the_log(self):
        image = {"argv": "image inspect", "exit": 0, "stdout": json.dumps([{"Id": "sha256:" + "a" * 64, "Size": 5}])}
        history = {"argv": "history", "exit": 0, "stdout": "1\n"}
        done = self.run_with([VERSION, {"argv": "build", "exit": 0}, image, history], "build", self.project)
        self.assertEqual(done.returncode, 0, done.stderr)
        log = next((self.root / ".cache/envlift/logs").iterdir()).read_text(encoding="utf-8")
        self.assertIn("result: " + done.stdout, log)

    def test_json_names_the_log_in_the_error(self):
        done = self.run_with("daemon-down", "invoke", "test:latest", "--message-format", "json")
        error = json.loads(done.stderr.splitlines()[-1])
        self.assertEqual(error["code"], "EL0802")
        self.assertTrue(pathlib.Path(error["log"]).is_file())


if __name__ == "__main__":
    unittest.main()
