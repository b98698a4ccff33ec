"""The envlift.yaml of the current folder, for commands without a project; and a PATH that moves the project."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402


class FolderSettings(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def run_here(self, *arguments, cwd=None):
        return envlift.run(*arguments, cwd=cwd or self.root, PATH=self.root)

    def test_invoke_reads_the_folders_settings(self):
        (self.root / "envlift.yaml").write_text("timeout: 99\nhandler: app.of_the_project\n", encoding="utf-8")
        done = self.run_here("invoke", "x", "--dry-run")
        self.assertEqual(done.stderr, "would start x (1024 MB, 99 s), send it an event of 2 bytes and print its answer\n")
        done = self.run_here("invoke", "x", "--dry-run", "--timeout", "5", "--handler", "a.b")
        self.assertIn("x with the handler a.b (1024 MB, 5 s)", done.stderr)

    def test_doctor_reads_those_of_its_path(self):
        (self.root / "sub").mkdir()
        (self.root / "sub/envlift.yaml").write_text("engine: no-such-docker\n", encoding="utf-8")
        for arguments, cwd in ((["doctor", "sub"], self.root), (["doctor"], self.root / "sub")):
            done = self.run_here(*arguments, cwd=cwd)
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn("there is no no-such-docker on PATH", done.stdout)
        (self.root / "sub/envlift.yaml").write_text("enginee: x\n", encoding="utf-8")
        done = self.run_here("doctor", "sub")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn(" --> sub/envlift.yaml:1:1\n", done.stderr)

    def test_a_file_in_a_folder_below_the_code(self):
        (self.root / "nm/envs").mkdir(parents=True)
        (self.root / "nm/app.py").write_text("def handler(event, context):\n    return 1\n", encoding="utf-8")
        (self.root / "nm/envs/lambda.yml").write_text("channels: [conda-forge]\ndependencies: [python=3.11]\n", encoding="utf-8")
        for cwd, path, flags, line in (
                ("", "nm/envs/lambda.yml", [], "envlift plan nm --environment envs/lambda.yml"),
                ("nm", "envs/lambda.yml", [], "envlift plan . --environment envs/lambda.yml"),
                ("nm/envs", "lambda.yml", [], "envlift plan .. --environment envs/lambda.yml"),
                ("", "nm/envs/lambda.yml", ["--handler", "app.handler"],
                 "envlift plan nm --environment envs/lambda.yml --handler app.handler")):
            with self.subTest(cwd=cwd, path=path, flags=flags):
                done = self.run_here("plan", path, *flags, cwd=self.root / cwd)
                self.assertEqual(done.returncode, 1)
                self.assertIn(f"hint: take the folder with the code as project: `{line}`\n", done.stderr)
                again = self.run_here(*line.split()[1:], cwd=self.root / cwd)
                self.assertEqual(again.returncode, 0, again.stderr)

    def test_no_hint_where_no_code_lies_above(self):
        (self.root / "envs").mkdir()
        (self.root / "envs/lambda.yml").write_text("channels: [conda-forge]\ndependencies: [python=3.11]\n", encoding="utf-8")
        done = self.run_here("plan", "envs/lambda.yml")
        self.assertIn("hint: name the function with --handler MODULE.NAME", done.stderr)


if __name__ == "__main__":
    unittest.main()
