"""Files that the build mounts as secrets: a missing one is bad input, found before the engine is asked."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402


class SecretFiles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = pathlib.Path(folder.name)
        (self.project / "requirements.txt").write_text("tabulate==0.9.0\n", encoding="utf-8")
        (self.project / "app.py").write_text("def handler(event, context):\n    return 1\n", encoding="utf-8")

    def run_here(self, *arguments):
        # Without a docker on PATH: were the engine asked, the exit code would be 3.
        return envlift.run(*arguments, cwd=self.project, PATH=self.project)

    def test_each_command_refuses_each_setting(self):
        for command in ("plan", "render", "build", "up"):
            for key in ("ca-bundle", "pip-config", "condarc", "netrc"):
                with self.subTest(command=command, key=key):
                    done = self.run_here(command, f"--{key}", "nothing-here")
                    self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
                    self.assertIn(f"error[EL0101]: `{key.replace('-', '_')}`: nothing-here: no such file\n --> --{key}\n", done.stderr)

    def test_a_folder_is_no_file_and_the_place_is_the_settings(self):
        (self.project / "envlift.yaml").write_text("netrc: .\n", encoding="utf-8")
        done = self.run_here("build")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("error[EL0102]: `netrc`: ", done.stderr)
        self.assertIn(" --> envlift.yaml:1:", done.stderr)
        self.assertIn("hint: correct the setting `netrc`", done.stderr)

    def test_a_file_that_is_there_will_do(self):
        (self.project / "my.netrc").write_text("", encoding="utf-8")
        self.assertEqual(self.run_here("plan", "--netrc", "my.netrc").returncode, 0)

    def test_doctor_names_it(self):
        done = self.run_here("doctor", "--condarc", "nothing-here")
        self.assertRegex(done.stdout, r"FAILED +condarc +`condarc`: nothing-here: no such file; correct")
        self.assertEqual(done.returncode, 3)

    def test_render_says_what_a_builder_must_give(self):
        (self.project / "requirements.txt").write_text(
            "--index-url https://ada:s3cret@pypi.example.com/simple\ntabulate==0.9.0\n", encoding="utf-8")
        done = self.run_here("render", "-o", "out")
        self.assertIn("--secret id=netrc,src=NETRC ", done.stdout)
        self.assertIn("warning[EL0405]: the credentials for pypi.example.com stay out of the build context", done.stderr)
        self.assertIn("`machine pypi.example.com login USER password PASSWORD`", done.stderr)
        self.assertIn("--netrc FILE", done.stderr)
        (self.project / "my.netrc").write_text("machine other.example\n  login a password b\n", encoding="utf-8")
        done = self.run_here("render", "-o", "out", "--netrc", "my.netrc")
        self.assertIn("--secret id=netrc,src=my.netrc ", done.stdout)
        self.assertIn("to my.netrc\n", done.stderr)
        (self.project / "my.netrc").write_text("machine\tpypi.example.com login a\npassword b\n", encoding="utf-8")
        done = self.run_here("render", "-o", "out", "--netrc", "my.netrc")
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
