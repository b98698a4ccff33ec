"""`envlift lock`: a build out of the lock, in another folder and with no cache, makes the same layers, bit for bit."""
import hashlib
import json
import pathlib
import secrets
import shutil
import sys
import tarfile
import tempfile
import threading
import unittest
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402
from support.docker import docker  # noqa: E402
from support.lab import lab_environment  # noqa: E402
from support.projects import write_project  # noqa: E402
from support.wheels import make_wheel  # noqa: E402

CONDA = """channels: [conda-forge, nodefaults]
dependencies:
  - python=3.11
  - requests
  - pip:
    - tabulate<0.9
    - flask
variables:
  GREETING: it's "quoted"
"""
HANDLER = '''
import os

def handler(event, context):
    return os.environ.get("GREETING", "none")
'''


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def sums(tar):
    """{name: sum of the entry's head and bytes} of a layer's tar."""
    with tarfile.open(tar) as archive:
        return {one.name: (one.mode, one.linkname, hashlib.sha256(
                    archive.extractfile(one).read() if one.isreg() else b"").hexdigest()) for one in archive}


class Lock(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.lab = lab_environment()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="envlift-lock-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def project(self, name, text):
        return write_project(self.folder / "first", {name: text, "app.py": HANDLER})

    def envlift(self, home, *arguments):
        (self.folder / home).mkdir(exist_ok=True)
        done = envlift.run(*arguments, timeout=600, HOME=self.folder / home, **self.lab)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def tag(self):
        tag = f"envlift-test/lock-{secrets.token_hex(4)}:latest"
        self.addCleanup(docker, "rmi", "--force", tag, check=False)
        return tag

    def built(self, home, project, *options):
        """{layer's name: diffID} of the environment in the image that is built of the project."""
        tag = self.tag()
        self.envlift(home, "build", project, "--tag", tag, *options)
        [index] = (self.folder / home / ".cache/envlift/environments").iterdir()
        layers = {row["name"]: row["diff_id"] for row in json.loads(index.read_text())["layers"]}
        image = json.loads(docker("inspect", tag).stdout)[0]["RootFS"]["Layers"]
        self.assertEqual([one for one in image if one in layers.values()], list(layers.values()))
        return layers

    def differing_files(self, layers):
        """{layer's name: names of the entries that differ between the two caches}."""
        caches = [self.folder / home / ".cache/envlift/layers" for home in ("home-1", "home-2")]
        names = sorted(set(layers[0]) | set(layers[1]))
        found = {}
        for name in (name for name in names if layers[0].get(name) != layers[1].get(name)):
            first, second = [sums(cache / (one[name].split(":")[1] + ".tar")) if name in one else {}
                             for cache, one in zip(caches, layers)]
            found[name] = sorted(path for path in set(first) | set(second) if first.get(path) != second.get(path))
        return found

    def lock_and_build(self, name, text, lock):
        """Locks and builds one folder, and builds a copy that has the lock beside the loose file."""
        first = self.project(name, text)
        done = self.envlift("home-1", "lock", first)
        self.assertEqual(done.stdout, f"{first}/{lock}\n")
        self.assertEqual((first / name).read_text(encoding="utf-8"), text)
        self.assertNotIn("takes another file", done.stderr)
        before = self.built("home-1", first, "--environment", name)
        second = self.folder / "second"
        shutil.copytree(first, second)
        after = self.built("home-2", second, "--no-cache")
        self.assertEqual(self.differing_files((before, after)), {})
        self.assertEqual(before, after)
        return (first / lock).read_text(encoding="utf-8"), second

    def test_conda_with_pip(self):
        text, second = self.lock_and_build("environment.yml", CONDA, "conda-lock.yml")
        self.assertIn('- name: "awslambdaric"', text)
        done = self.envlift("home-2", "up", second, "--tag", self.tag())
        self.assertEqual(json.loads(done.stdout), 'it\'s "quoted"')
        context = self.folder / "context"
        self.envlift("home-2", "render", second, "-o", context)
        self.assertTrue((context / "environment/explicit.txt").exists())

    def test_pip_alone(self):
        text, second = self.lock_and_build("requirements.txt", "requests\n", "pylock.toml")
        self.assertIn('name = "awslambdaric"', text)
        again = self.envlift("home-2", "lock", second)
        self.assertIn("is a lock already", again.stderr)
        self.assertEqual((second / "pylock.toml").read_text(encoding="utf-8"), text)

    def test_an_index_of_one_s_own_and_a_local_wheel(self):
        """What came from an index is no direct reference when the lock names its URL."""
        wheels = self.folder / "wheels"
        make_wheel(wheels / "simple" / "indexed-by-envlift", "indexed_by_envlift", "1.0", {"indexed.py": ""})
        (wheels / "simple/indexed-by-envlift/index.html").write_text(
            '<a href="indexed_by_envlift-1.0-py3-none-any.whl">indexed_by_envlift-1.0-py3-none-any.whl</a>')
        with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(wheels))) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            place = f"http://127.0.0.1:{server.server_address[1]}/simple"
            make_wheel(self.folder / "mine", "mine", "1.0", {"mine.py": ""})
            project = self.project
            self.project = lambda name, text: self.with_wheel(project(name, text))
            text, _ = self.lock_and_build(
                "requirements.txt", f"--extra-index-url {place}/\nindexed-by-envlift\n./wheels/mine-1.0-py3-none-any.whl\n",
                "pylock.toml")
            server.shutdown()
        self.assertIn(f'{place}/indexed-by-envlift/indexed_by_envlift-1.0-py3-none-any.whl', text)
        self.assertIn('path = "wheels/mine-1.0-py3-none-any.whl"', text)

    def with_wheel(self, project):
        shutil.copytree(self.folder / "mine", project / "wheels")
        return project


if __name__ == "__main__":
    unittest.main()
