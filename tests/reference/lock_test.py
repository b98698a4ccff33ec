#!/usr/bin/env python3
"""The locks that `envlift lock` writes, read by conda-lock and by packaging: the packages, places and hashes of the
builder's record."""
import pathlib
import sys
import tempfile
import tomllib
import unittest

import comparison

comparison.owners("conda")
from conda_lock.conda_lock import render_lockfile_for_platform  # noqa: E402
from conda_lock.lockfile import parse_conda_lock_file  # noqa: E402
from packaging.pylock import Pylock  # noqa: E402

from support import envlift, fake_build  # noqa: E402
from support.fake_build import PYTHON, WHEEL  # noqa: E402

OPENSSL = {**PYTHON, "name": "openssl", "depends": [], "url": PYTHON["url"].replace("python", "openssl"), "md5": "1" * 32}
PRIVATE = {**WHEEL, "name": "private", "url": "https://host.example/private-0.9.0-py3-none-any.whl"}
NAMED = {**PRIVATE, "name": "named", "url": "https://host.example/named-0.9.0.tar.gz", "direct": True}
SOURCE = {**WHEEL, "name": "source", "url": "https://files.pythonhosted.org/packages/aa/source-0.9.0.tar.gz"}
CLONED = {"name": "cloned", "version": "1", "url": "https://host.example/cloned.git", "direct": True, "hashes": {},
          "vcs": "git", "commit": "c" * 40, "subdirectory": "python"}
UNKNOWN = {"name": "unknown", "version": "1.0"}
PIP = [WHEEL, PRIVATE, NAMED, SOURCE, CLONED]


class Locks(unittest.TestCase):
    def locked(self, name, text, lock, conda, pip):
        """The path of the lock that is made of a loose file."""
        folder = tempfile.TemporaryDirectory(prefix="envlift-lock-")
        self.addCleanup(folder.cleanup)
        place = pathlib.Path(folder.name)
        (place / name).write_text(text, encoding="utf-8")
        (place / "transcripts").mkdir()
        fake_build.write_transcripts(place / "transcripts", conda, pip)
        done = envlift.run("lock", place, "--python", "3.11", HOME=place,
                           **fake_build.variables(place / "transcripts"))
        self.assertEqual(done.returncode, 0, done.stderr)
        return place / lock

    def test_conda_lock_reads_it(self):
        path = self.locked("environment.yml", "channels: [conda-forge]\ndependencies: [python=3.11]\n"
                           "variables: {A: 'it''s # \"b\"'}\n", "conda-lock.yml", [PYTHON, OPENSSL], [*PIP, UNKNOWN])
        lock = parse_conda_lock_file(path)
        self.assertEqual({(one.manager, one.name, one.version) for one in lock.package},
                         {("conda", one["name"], one["version"]) for one in (PYTHON, OPENSSL)}
                         | {("pip", one["name"], one["version"]) for one in (*PIP, UNKNOWN)})
        self.assertEqual(lock.metadata.custom_metadata, {"envlift.variable.A": "it's # \"b\""})
        lines = render_lockfile_for_platform(lockfile=lock, include_dev_dependencies=False, extras=set(),
                                             kind="explicit", platform="linux-64")
        self.assertEqual([one for one in lines if one.startswith("https:")],
                         [f"{one['url']}#{one['md5']}" for one in (OPENSSL, PYTHON)])
        [line] = [one for one in lines if one.startswith("# pip tabulate ")]
        self.assertIn(WHEEL["url"], line)
        self.assertIn("d" * 64, line)

    def test_packaging_reads_it(self):
        path = self.locked("requirements.txt", "tabulate\n", "pylock.toml", [], PIP)
        lock = Pylock.from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
        lock.validate()
        found = {str(one.name): one for one in lock.packages}
        self.assertEqual({name: str(one.version) for name, one in found.items()},
                         {one["name"]: one["version"] for one in PIP})
        self.assertEqual([found[one["name"]].wheels[0].url for one in (WHEEL, PRIVATE)], [WHEEL["url"], PRIVATE["url"]])
        self.assertEqual(found["tabulate"].wheels[0].hashes, WHEEL["hashes"])
        self.assertEqual((found["named"].archive.url, found["source"].sdist.url), (NAMED["url"], SOURCE["url"]))
        self.assertEqual((found["cloned"].vcs.commit_id, found["cloned"].vcs.subdirectory), ("c" * 40, "python"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
