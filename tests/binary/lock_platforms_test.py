"""Of a lock for several platforms, --arch takes the rows of the image's, each with its hash, and no other."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

FORGE = "https://conda.anaconda.org/conda-forge/"
WHEEL_HASH = "--hash=sha256:024ca478df22e9340661486f85298cff5f6dcdba14f3813e8830015b9ed1948f"


class LockPlatforms(unittest.TestCase):
    def explicit_list(self, sample, arch):
        """URL and hash of every package that conda will be given."""
        with tempfile.TemporaryDirectory() as name:
            context = pathlib.Path(name, "context")
            done = envlift.run("render", envlift.SAMPLES / sample, "--arch", arch, "-o", context)
            self.assertEqual(done.returncode, 0, done.stderr)
            head, *lines = (context / "environment/explicit.txt").read_text(encoding="utf-8").splitlines()
            pip = (context / "environment/requirements.txt").read_text(encoding="utf-8")
        self.assertEqual(head, "@EXPLICIT")
        self.assertIn(WHEEL_HASH, pip)
        return dict(line.split("#") for line in lines)

    def test_rows_of_the_architecture(self):
        for arch, platform in (("x86_64", "linux-64"), ("arm64", "linux-aarch64")):
            lists = {}
            rendered = (envlift.SAMPLES / f"conda-lock-rendered/conda-{platform}.lock").read_text(encoding="utf-8")
            expected = dict(line.split("#") for line in rendered.splitlines() if line.startswith(FORGE))
            for sample in ("conda-lock", "conda-lock-rendered", "pixi-lock"):
                with self.subTest(sample=sample, arch=arch):
                    lists[sample] = self.explicit_list(sample, arch)
                    self.assertEqual(set(lists[sample]), set(expected))
                    subdirs = {url[len(FORGE):].partition("/")[0] for url in lists[sample]}
                    self.assertEqual(subdirs, {platform, "noarch"})
            self.assertEqual(lists["conda-lock-rendered"], expected)
            self.assertEqual(lists["conda-lock"], lists["pixi-lock"])
            self.assertEqual({len(checksum) for checksum in lists["conda-lock"].values()}, {64})


if __name__ == "__main__":
    unittest.main()
