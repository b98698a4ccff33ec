"""Where things lie: places that an editor opens from the working folder, settings files, logs, temporary folders."""
import json
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

FAKE = envlift.ROOT / "tests/fake-bin"
BAD = "channels: [conda-forge, nodefaults]\ndependencies:\n  - numpy==\n"
HANDLER = "def handler(event, context):\n    return 1\n"


class Places(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.project = self.root / "sub/project"
        self.project.mkdir(parents=True)
        (self.project / "environment.yml").write_text(BAD, encoding="utf-8")
        (self.project / "app.py").write_text(HANDLER, encoding="utf-8")

    def plan(self, path, *flags, cwd=None, **environment):
        return envlift.run("plan", *([path] if path else []), *flags, cwd=cwd or self.root, **environment)

    def test_places_open_from_the_working_folder(self):
        for cwd, path, shown in (
                (self.root, "sub/project", "sub/project/environment.yml"),
                (self.root, "sub/project/", "sub/project/environment.yml"),
                (self.root, "./sub/project", "./sub/project/environment.yml"),
                (self.root, "sub/project/environment.yml", "sub/project/environment.yml"),
                (self.root / "sub", "../sub/project", "../sub/project/environment.yml"),
                (self.project, "", "environment.yml"),
                (self.project, ".", "environment.yml"),
                (self.project, "environment.yml", "environment.yml"),
                (self.root, str(self.project), f"{self.project}/environment.yml")):
            with self.subTest(path=path):
                self.assertIn(f"--> {shown}:3:", self.plan(path, cwd=cwd).stderr)
                short = self.plan(path, "--message-format", "short", cwd=cwd).stderr
                self.assertTrue(short.startswith(f"{shown}:3:"), short)
                self.assertTrue((cwd / shown).is_file())

    def test_json_places_start_from_the_working_folder_too(self):
        done = self.plan("sub/project", "--message-format", "json")
        self.assertEqual(json.loads(done.stderr.splitlines()[0])["file"], "sub/project/environment.yml")

    def test_what_lies_elsewhere_keeps_its_place(self):
        (self.root / "user.yaml").write_text("frob: 1\n", encoding="utf-8")
        err = self.plan("sub/project", "--arch", "vax", ENVLIFT_CONFIG="user.yaml", ENVLIFT_MEMORY="x").stderr
        self.assertIn("--> --arch\n", err)
        self.assertIn("--> ENVLIFT_MEMORY\n", err)
        self.assertIn(f"--> {self.root}/user.yaml:1:1\n", err)
        self.assertIn("--> absent\n", self.plan("absent").stderr)
        (self.root / "empty").mkdir()
        self.assertIn("--> empty/\n", self.plan("empty").stderr)

    def test_no_user_file(self):
        (self.project / "environment.yml").write_text(BAD.replace("==", "=2"), encoding="utf-8")
        (self.root / ".config/envlift").mkdir(parents=True)
        (self.root / ".config/envlift/config.yaml").write_text("frob: 1\n", encoding="utf-8")
        self.assertIn("frob", self.plan("sub/project", HOME=self.root).stderr)
        for nothing in ({"HOME": self.root, "ENVLIFT_CONFIG": "/dev/null"}, {"HOME": None}):
            done = self.plan("sub/project", **nothing)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def build(self, **environment):
        """A build whose first step fails, so that the log is named."""
        (self.project / "environment.yml").unlink(missing_ok=True)
        (self.project / "requirements.txt").write_text("tabulate==0.9.0\n", encoding="utf-8")
        transcripts = self.root / "transcripts"
        shutil.rmtree(transcripts, ignore_errors=True)
        shutil.copytree(FAKE / "transcripts/build-step-fails", transcripts)
        if not (self.root / "bin").is_dir():
            (self.root / "bin").mkdir()
            (self.root / "bin/docker").symlink_to(FAKE / "docker")
            (self.root / "bin/python3").symlink_to(sys.executable)
        return envlift.run("build", self.project, PATH=f"{self.root}/bin", ENVLIFT_FAKE_DOCKER=transcripts,
                           **{"TMPDIR": self.root, **environment})

    def log_of(self, done):
        lines = [line for line in done.stderr.splitlines() if line.startswith("full log: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        return pathlib.Path(lines[0].removeprefix("full log: "))

    def test_the_log_lies_where_it_is_said(self):
        for environment, folder in (({"HOME": self.root}, ".cache/envlift/logs"),
                                    ({"XDG_CACHE_HOME": self.root / "cache", "HOME": None}, "cache/envlift/logs"),
                                    ({"HOME": None}, f"envlift-{os.geteuid()}/logs")):
            log = self.log_of(self.build(**environment))
            self.assertEqual(log.parent, self.root / folder)
            self.assertIn("nopkg-envlift", log.read_text(encoding="utf-8"))
        self.assertEqual((self.root / f"envlift-{os.geteuid()}").stat().st_mode & 0o777, 0o700)

    def test_a_folder_that_others_may_write_to_takes_no_log(self):
        (self.root / f"envlift-{os.geteuid()}").mkdir()
        (self.root / f"envlift-{os.geteuid()}").chmod(0o777)
        done = self.build(HOME=None)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertNotIn("full log", done.stderr)

    def test_a_bad_temporary_folder(self):
        done = self.build(TMPDIR=self.root / "absent")
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertIn(f"error[EL0120]: the temporary folder {self.root}/absent: No such file", done.stderr)
        self.assertIn("hint: set TMPDIR to a folder", done.stderr)


if __name__ == "__main__":
    unittest.main()
