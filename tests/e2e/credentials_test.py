"""Private indexes and channels: the build gets in, and nothing that stays knows the password.

A server of the test asks for a user and a password. Every case has URLs of its own: a build's cache does not look at
secrets, so that one with a wrong password would find the layers of one with the right one.
"""
import base64
import json
import pathlib
import secrets
import subprocess
import sys
import tarfile
import tempfile
import unittest
import urllib.parse
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402
from support.docker import client, docker  # noqa: E402
from support.lab import lab_channels, lab_environment, lab_python  # noqa: E402
from support.private_server import USER, PrivateServer  # noqa: E402
from support.projects import write_project  # noqa: E402

HANDLER = '''
import tabulate

def handler(event, context):
    return tabulate.tabulate([["lifted"]], tablefmt="plain")
'''


def decompressed(stream):
    """The bytes of a layer: engines save them as tar or as gzip of one."""
    data = stream.read()
    return zlib.decompress(data, 31) if data[:2] == b"\x1f\x8b" else data


def saved_files(tag):
    """(name, bytes) of all that `docker save` writes, layers unpacked from their compression."""
    with subprocess.Popen([client(), "save", tag], stdout=subprocess.PIPE) as process:
        with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
            for member in archive:
                if member.isfile():
                    yield member.name, decompressed(archive.extractfile(member))
    assert process.returncode == 0, "docker save failed"


class Credentials(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = lab_environment()
        cls.password = "pw-" + secrets.token_hex(8)
        plain = f"{USER}:{cls.password}"
        # As it is, as curl and pip send it, and as a URL writes it.
        cls.spellings = [cls.password.encode(), base64.b64encode(plain.encode()),
                         base64.b64encode(cls.password.encode()), urllib.parse.quote(plain, safe="").encode()]
        cls.wheels = tempfile.TemporaryDirectory(prefix="envlift-wheels-")
        cls.addClassCleanup(cls.wheels.cleanup)
        subprocess.run([lab_python(), "-m", "pip", "download", "--quiet", "--no-deps", "--dest", cls.wheels.name,
                        "tabulate==0.9.0"], check=True, timeout=120)
        cls.server = PrivateServer(cls.password, cls.wheels.name, lab_channels())
        cls.server.start()
        cls.addClassCleanup(cls.server.stop)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="envlift-credentials-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.home = self.folder / "home"
        self.home.mkdir()
        self.case = secrets.token_hex(4)
        self.tag = f"envlift-test/private-{self.case}:latest"
        self.addCleanup(docker, "rmi", "--force", self.tag, check=False)

    def project(self, name, text):
        return write_project(self.folder / "project", {name: text, "app.py": HANDLER})

    def place(self, password=None):
        """HOST:PORT/CASE, with the login before it where there is a password."""
        login = f"{USER}:{password}@" if password else ""
        return f"{login}{self.server.place}/{self.case}"

    def netrc(self, password):
        path = self.folder / "netrc"
        path.write_text(f"machine 127.0.0.1 login {USER} password {password}\n", encoding="utf-8")
        return path

    def envlift(self, *arguments):
        return envlift.run(*arguments, timeout=600, HOME=self.home, **self.lab)

    def up(self, project, *options):
        """Lifts the project, and looks for the password in everything that is left."""
        done = self.envlift("up", project, "--tag", self.tag, *options)
        self.assertEqual((done.returncode, done.stdout), (0, '"lifted"\n'), done.stderr)
        context = self.folder / "context"
        rendered = self.envlift("render", project, "-o", context, "--tag", self.tag, *options)
        self.assertEqual(rendered.returncode, 0, rendered.stderr)
        talk = {"stdout": done.stdout, "stderr": done.stderr, "render": rendered.stdout + rendered.stderr,
                "history": docker("history", "--no-trunc", self.tag).stdout,
                "inspect": docker("inspect", self.tag).stdout}
        for name, text in talk.items():
            self.check_clean(name, text.encode())
        self.check_folders(context, self.home)
        found_code = False
        for name, data in saved_files(self.tag):
            self.check_clean(name, data)
            found_code = found_code or HANDLER.encode() in data
        self.assertTrue(found_code, "the saved image's files were not looked into")

    def check_folders(self, *folders):
        for folder in folders:
            files = [path for path in folder.rglob("*") if path.is_file()]
            self.assertTrue(files, folder)
            for path in files:
                self.check_clean(path, path.read_bytes())

    def check_clean(self, name, data):
        for spelling in self.spellings:
            self.assertNotIn(spelling, data, name)

    def check_refused(self, project, password, *options):
        done = self.envlift("build", project, *options)
        self.assertEqual((done.returncode, done.stdout), (4, ""), done.stderr)
        self.assertIn("error[EL0916]: ", done.stderr)
        first = done.stderr.split("error[EL0916]: ")[1].splitlines()[0]
        self.assertIn(self.server.place, first)
        self.assertRegex(done.stderr, "hint: .*netrc")
        self.assertNotIn(password, done.stderr)
        for path in (path for path in self.home.rglob("*") if path.is_file()):
            self.assertNotIn(password.encode(), path.read_bytes(), path)

    def test_index_in_a_requirements_file(self):
        self.up(self.project("requirements.txt",
                             f"--index-url http://{self.place(self.password)}/simple\ntabulate==0.9.0\n"))

    def environment_file(self, password):
        return (f"channels:\n  - http://{self.place(password)}/conda-forge\n  - nodefaults\ndependencies:\n"
                f"  - python=3.11\n  - pip\n  - pip:\n    - --index-url http://{self.place(password)}/simple\n"
                "    - tabulate==0.9.0\n")

    def test_channel_and_index_in_an_environment_file(self):
        self.up(self.project("environment.yml", self.environment_file(self.password)))

    def test_netrc_of_one_s_own(self):
        self.up(self.project("requirements.txt", f"--index-url http://{self.place()}/simple\ntabulate==0.9.0\n"),
                "--netrc", self.netrc(self.password))

    def test_lock_of_a_private_channel(self):
        script = envlift.ROOT / "tests/support/lock_in_lab.py"
        subprocess.run([lab_python(), script, f"{lab_channels()}/conda-forge", self.folder, "python=3.11"],
                       check=True, timeout=120)
        records = json.loads((self.folder / "records.json").read_text(encoding="utf-8"))
        lines = [f"{one['url']}#{one['md5']}".replace(lab_channels(), f"http://{self.place(self.password)}")
                 for one in records]
        pip = f"# pip tabulate @ http://{self.place(self.password)}/files/tabulate-0.9.0-py3-none-any.whl"
        self.up(self.project("conda-linux-64.lock", "\n".join(["@EXPLICIT", *lines, pip, ""])))

    def test_wrong_password_for_an_index(self):
        text = f"--index-url http://{self.place('wrong-1')}/simple\ntabulate\n"
        self.check_refused(self.project("requirements.txt", text), "wrong-1")

    def test_wrong_password_for_a_channel(self):
        self.check_refused(self.project("environment.yml", self.environment_file("wrong-2")), "wrong-2")

    def test_wrong_password_in_a_netrc(self):
        text = f"@EXPLICIT\nhttp://{self.place()}/conda-forge/noarch/idna-3.10-pyhd8ed1ab_0.conda\n"
        python = f"http://{self.place()}/conda-forge/linux-64/python-3.11.2-h0_0.conda\n"
        self.check_refused(self.project("conda-linux-64.lock", text + python), "wrong-3",
                           "--netrc", self.netrc("wrong-3"))


if __name__ == "__main__":
    unittest.main()
