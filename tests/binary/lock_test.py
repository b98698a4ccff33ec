"""`envlift lock`: where the lock goes, what it must not replace, and what it says; the engine is a replayed one."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift, fake_build  # noqa: E402
from support.fake_build import PYTHON, WHEEL  # noqa: E402

ENVIRONMENT = "channels: [conda-forge, nodefaults]\ndependencies: [python=3.11, pip, pip: [tabulate]]\n"


class Lock(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="envlift-lock-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.project = self.folder / "project"
        self.transcripts = self.folder / "transcripts"
        for one in (self.project, self.transcripts, self.folder / "home"):
            one.mkdir()
        self.write("requirements.txt", "tabulate\n")
        self.write("envlift.yaml", 'python: "3.11"\n')   # and no handler: a lock needs none

    def write(self, name, text):
        (self.project / name).write_text(text, encoding="utf-8")

    def read(self, name):
        return (self.project / name).read_text(encoding="utf-8")

    def install(self, pip=(WHEEL,), conda=(), **more):
        """What the builder answers that it installed."""
        fake_build.write_transcripts(self.transcripts, conda, pip, **more)

    def lock(self, *arguments, path="project"):
        return envlift.run("lock", path, *arguments, cwd=self.folder, HOME=self.folder / "home",
                           **fake_build.variables(self.transcripts))

    def check_locked(self, name, *arguments, path="project"):
        done = self.lock(*arguments, path=path)
        self.assertEqual((done.returncode, done.stdout), (0, f"{name}\n"), done.stderr)
        return done

    def check_refused(self, code, exit_code, *arguments):
        before = sorted(self.project.iterdir())
        done = self.lock(*arguments)
        self.assertEqual((done.returncode, done.stdout), (exit_code, ""), done.stderr)
        self.assertIn(f"error[{code}]" if code else "error: ", done.stderr)
        self.assertIn("hint: ", done.stderr)
        self.assertEqual(sorted(self.project.iterdir()), before)
        return done

    def test_a_lock_beside_the_file_that_was_locked(self):
        self.install()
        done = self.check_locked("project/pylock.toml")
        self.assertIn("locked 1 package of pip\n", done.stderr)
        self.assertNotIn("takes another file", done.stderr)
        self.assertEqual(self.read("requirements.txt"), "tabulate\n")
        self.assertIn(WHEEL["url"], self.read("pylock.toml"))

    def test_a_lock_of_ours_is_replaced_and_not_made_of_itself(self):
        self.install()
        self.check_locked("project/pylock.toml")
        done = self.check_locked("project/pylock.toml")
        self.assertIn("project/pylock.toml is a lock already: there is nothing to be done", done.stderr)
        self.assertIn("to lock project/requirements.txt anew: envlift lock project/requirements.txt --no-cache", done.stderr)
        self.install([{**WHEEL, "version": "0.9.1"}])
        self.check_locked("project/pylock.toml", "--no-cache", path="project/requirements.txt")
        self.assertIn('version = "0.9.1"', self.read("pylock.toml"))

    def test_what_was_built_is_not_built_again(self):
        self.install()
        self.check_locked("project/pylock.toml")
        self.install([])
        self.check_locked("project/pylock.toml", path="project/requirements.txt")
        self.assertIn('name = "tabulate"', self.read("pylock.toml"))

    def test_a_file_of_somebody_else_stays(self):
        self.install()
        self.write("pylock.other.toml", "mine")
        output = self.project / "pylock.other.toml"
        done = self.check_refused("EL1201", 1, "-o", output, "--environment", "requirements.txt")
        self.assertIn("--force", done.stderr)
        self.assertEqual(self.read("pylock.other.toml"), "mine")
        self.check_locked(output, "-o", output, "--force", "--environment", "requirements.txt")

    def test_a_name_that_no_reader_knows(self):
        self.check_refused("EL1205", 2, "-o", self.project / "requirements.lock")
        self.write("environment.yml", ENVIRONMENT)
        self.check_refused("EL1205", 2, "-o", self.project / "pylock.toml")

    def test_a_lock_elsewhere_is_not_what_the_folder_s_build_takes(self):
        self.install()
        done = self.check_locked(self.folder / "pylock.toml", "-o", self.folder / "pylock.toml")
        self.assertIn("takes another file", done.stderr)

    def test_conda_and_an_old_pip(self):
        self.write("environment.yml", ENVIRONMENT)
        self.install([{"name": "tabulate", "version": "0.9.0"}], [PYTHON])
        done = self.check_locked("project/conda-lock.yml")
        self.assertIn("warning[EL1204]: 1 package locked without a hash: tabulate", done.stderr)
        self.assertIn("locked 1 package of conda, 1 of pip", done.stderr)

    def test_a_package_without_a_place(self):
        self.install([{"name": "tabulate", "version": "0.9.0"}])
        self.check_refused("EL1202", 1)

    def test_a_record_of_another_form(self):
        self.install(installed={})
        self.check_refused("EL1203", 4)

    def test_credentials_stay_out(self):
        self.write("requirements.txt", "--index-url https://ada:pw-0123@host.example/simple\ntabulate\n")
        self.install([{**WHEEL, "url": "https://host.example/simple/tabulate-0.9.0-py3-none-any.whl"}])
        done = self.check_locked("project/pylock.toml")
        self.assertIn("the lock holds no credentials: name a netrc with those for host.example by --netrc", done.stderr)
        self.assertNotIn("pw-0123", self.read("pylock.toml") + done.stderr)

    def test_a_dry_run_writes_nothing(self):
        self.check_locked("project/pylock.toml", "--dry-run")
        self.assertFalse((self.project / "pylock.toml").exists())


if __name__ == "__main__":
    unittest.main()
