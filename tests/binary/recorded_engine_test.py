"""Transcripts that ENVLIFT_RECORD wrote of real engines (tests/fake-bin/transcripts), replayed: code, cause, cure.

To record one: ENVLIFT_RECORD=FOLDER envlift …; then shorten each "argv" to the words that every run has in common.
"""
import pathlib
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

FAKE = envlift.ROOT / "tests/fake-bin"

# folder: command, exit code, the error's line, whether a container was started
CASES = {
    "api-mismatch": ("invoke", 3, "error[EL0812]: client version 1.50 is too new. Maximum supported API version is 1.41", False),
    "base-not-reached": ("build", 75, "error[EL0902]: the base image's registry is not reached", False),
    "build-step-fails": ("build", 4, "error[EL0908]: No matching distribution found for nopkg-envlift==9", False),
    "conda-package-missing": ("build", 4, "error[EL0904]: `nosuchthing=2.1`, `scikit-lern` are in none of the channels", False),
    "daemon-down": ("invoke", 3, "error[EL0802]: the docker daemon does not run", False),
    "dies-at-init": ("invoke", 5, "error[EL1004]: the container ended (exit 142) before the first invocation", True),
    "entry-point-missing": ("invoke", 3, 'exec: "/nope": stat /nope: no such file or directory', False),
    "no-buildx": ("build", 3, "it cannot do BuildKit without the buildx plug-in", False),
    "no-emulator": ("invoke", 5, "error[EL1009]: the image has no runtime interface emulator", True),
}


class RecordedEngine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "bin").mkdir()
        (self.root / "bin/docker").symlink_to(FAKE / "docker")   # no real engine may answer
        (self.root / "bin/python3").symlink_to(sys.executable)
        (self.root / "project").mkdir()
        (self.root / "project/requirements.txt").write_text("tabulate==0.9.0\n", encoding="utf-8")
        (self.root / "project/app.py").write_text("def handler(event, context):\n    return 1\n", encoding="utf-8")

    def replay(self, case, command):
        transcripts = self.root / case
        shutil.copytree(FAKE / "transcripts" / case, transcripts)
        argument = "test:latest" if command == "invoke" else self.root / "project"
        done = envlift.run(command, argument, PATH=f"{self.root}/bin",
                           ENVLIFT_FAKE_DOCKER=transcripts, TMPDIR=self.root)
        return done, (transcripts / "calls.log").read_text(encoding="utf-8").splitlines()

    def test_each_recording_is_understood(self):
        self.assertEqual(sorted(CASES), sorted(path.name for path in (FAKE / "transcripts").iterdir()))
        for case, (command, code, words, starts_container) in CASES.items():
            with self.subTest(case):
                done, calls = self.replay(case, command)
                self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
                lines = done.stderr.splitlines()
                at = next(i for i, line in enumerate(lines) if line.startswith("error["))
                self.assertIn(words, lines[at])
                self.assertTrue(lines[at + 1].startswith("hint: "), done.stderr)
                if starts_container:
                    self.assertTrue(any(call.startswith("rm --force ") for call in calls), calls)


if __name__ == "__main__":
    unittest.main()
