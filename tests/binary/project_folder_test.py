"""What leaves the project's folder, and what `render -o` does with a folder that is there already."""
import hashlib
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

HANDLER = "def lambda_handler(event, context):\n    return 1\n"
PYPROJECT = "[project]\nname = 'p'\nversion = '1'\n"


def tree(folder):
    """Path and bytes of every file below the folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


class ProjectCase(unittest.TestCase):
    def project(self, **files):
        """A folder `project` in a folder of its own, with a handler and the files."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.outside = pathlib.Path(folder.name)
        root = self.outside / "project"
        self.write(root, {"handler.py": HANDLER, "requirements.txt": "idna==3.10\n"})
        self.write(root, files)
        return root

    def write(self, root, files):
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def render(self, root, *arguments, code=0, cwd=None, **environment):
        process = envlift.run("render", root, *arguments, cwd=cwd or root, **environment)
        self.assertEqual(process.returncode, code, process.stderr)
        return process.stderr

    def code_of(self, root, *arguments):
        """The files of the code layer."""
        out = self.outside / "out"
        self.render(root, "-o", out, *arguments)
        return sorted(tree(out / "code")) if (out / "code").exists() else []


class ContextFolder(ProjectCase):
    def test_a_failing_render_leaves_the_old_context(self):
        root = self.project(**{"pkg/pyproject.toml": PYPROJECT, "pkg/a.py": ""})
        (root / "requirements.txt").write_text("./pkg\n", encoding="utf-8")
        self.render(root, "-o", "out")
        before = tree(root / "out")
        self.assertIn(".envlift-context", before)
        (root / "handler.py").write_text(HANDLER + "# changed\n", encoding="utf-8")
        templates = self.outside / "templates"
        templates.mkdir()
        (templates / "Dockerfile.mustache").write_text("{{no_such_key}}", encoding="utf-8")
        self.render(root, "-o", "out", "--templates", templates, code=1)
        self.assertEqual(tree(root / "out"), before)

    def test_a_file_that_cannot_be_copied_leaves_the_old_context(self):
        root = self.project()
        out = self.outside.joinpath("old", *["o" * 200] * 3)
        self.render(root, "-o", out)
        before = tree(out)
        # Short enough for the project and too long for the context (PATH_MAX), so that copying fails midway.
        self.write(root, {"/".join(["d" * 200] * 18): "1"})
        err = self.render(root, "-o", out, code=1)
        self.assertIn("error[EL0120]", err)
        self.assertEqual(tree(out), before)
        self.assertEqual(sorted(os.listdir(out)), sorted({name.split("/")[0] for name in before}))
        new = out.parent / ("n" * 200)
        self.render(root, "-o", new, code=1)
        self.assertFalse(new.exists())

    def test_a_context_as_it_was_written_is_replaced(self):
        root = self.project(extra="1")
        self.render(root, "-o", "out")
        (root / "extra").unlink()
        self.render(root, "-o", "out")
        self.assertNotIn("code/extra", tree(root / "out"))
        self.assertEqual([name for name in os.listdir(root / "out") if name.startswith(".envlift-")],
                         [".envlift-context"])

    def test_the_mark_lists_the_files_as_sha256sum_does(self):
        root = self.project()
        self.render(root, "-o", "out")
        files = tree(root / "out")
        lines = files.pop(".envlift-context").decode().splitlines()[1:]
        self.assertEqual(sorted(lines), sorted(f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in files.items()))

    def test_changes_by_hand_are_not_lost(self):
        for change in ("Dockerfile", "notes.txt", "code/.git/config"):
            with self.subTest(change):
                root = self.project()
                self.render(root, "-o", "out")
                path = root / "out" / change
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("mine\n", encoding="utf-8")
                before = tree(root / "out")
                err = self.render(root, "-o", "out", code=1)
                self.assertIn("error[EL0121]", err)
                self.assertIn(f"out/{change}", err)
                self.assertIn("--force", err)
                self.assertEqual(tree(root / "out"), before)
                self.render(root, "-o", "out", "--force")
                self.assertNotEqual(tree(root / "out").get(change), b"mine\n")

    def test_a_link_put_into_a_context_is_a_change(self):
        root = self.project()
        self.render(root, "-o", "out")
        (root / "out/link").symlink_to(self.outside)
        self.assertIn("out/link", self.render(root, "-o", "out", code=1))

    def test_a_folder_of_others_is_refused_even_by_force(self):
        root = self.project()
        (root / "mine").mkdir()
        (root / "mine/file").write_text("1", encoding="utf-8")
        for flags in ([], ["--force"]):
            self.assertIn("error[EL0121]", self.render(root, "-o", "mine", *flags, code=1))
        self.assertEqual(tree(root / "mine"), {"file": b"1"})

    def test_the_current_folder_stays_the_same_folder(self):
        root = self.project()
        here = self.outside / "here"
        here.mkdir()
        inode = here.stat().st_ino
        for _ in range(2):
            self.render(root, "-o", ".", cwd=here)
        self.assertEqual(here.stat().st_ino, inode)
        self.assertTrue((here / "Dockerfile").is_file())

    def test_a_context_is_no_code_by_whatever_way(self):
        root = self.project(**{"pyproject.toml": PYPROJECT})
        (root / "requirements.txt").write_text("-e .\n", encoding="utf-8")
        (root / "link").symlink_to("real/out")
        (root / "deep").symlink_to("real/out/code")
        (root / "real/out").mkdir(parents=True)
        for _ in range(2):
            self.render(root, "-o", "link")
            files = tree(root / "real/out")
            self.assertEqual([name for name in files if name.count("handler.py")],
                             ["code/handler.py", "environment/local/1/handler.py"])
            self.assertEqual([name for name in files if name.endswith("Dockerfile")], ["Dockerfile"])


class CodeLayer(ProjectCase):
    def test_what_the_environment_reads_or_installs_stays_out(self):
        root = self.project(**{
            "requirements.txt": "-r reqs/more.txt\n-c reqs/limits.txt\n-e ./pkg\n./dist/idna-3.10-py3-none-any.whl\n",
            "reqs/more.txt": "certifi\n", "reqs/limits.txt": "certifi<2026\n", "reqs/dev.txt": "pytest\n",
            "pkg/pyproject.toml": PYPROJECT, "pkg/p.py": "", "dist/idna-3.10-py3-none-any.whl": "", "dist/keep.csv": "",
            "conda-lock.yml": "{}", "uv.lock": "", "requirements-dev.txt": "", "pylock.dev.toml": "",
            "pyproject.toml": PYPROJECT, "sub/requirements.txt": "data"})
        self.assertEqual(self.code_of(root),
                         ["dist/keep.csv", "handler.py", "pyproject.toml", "reqs/dev.txt", "sub/requirements.txt"])

    def test_a_local_project_with_the_handler_is_code_too(self):
        files = {"requirements.txt": "-e ./service\n", "service/pyproject.toml": PYPROJECT, "service/__init__.py": "",
                 "service/api.py": HANDLER}
        self.assertIn("service/api.py", self.code_of(self.project(**files), "--handler", "service.api.lambda_handler"))
        root = self.project(**files)
        self.assertEqual(self.code_of(root), ["handler.py"])
        root = self.project(**files)
        self.assertIn("api.py", self.code_of(root, "--code", "./service/", "--handler", "api.lambda_handler"))

    def test_a_local_project_keeps_the_files_that_its_build_reads(self):
        root = self.project(**{"requirements.txt": "./pkg\n", "pkg/setup.py": "", "pkg/requirements.txt": "idna\n"})
        self.code_of(root)
        self.assertIn("environment/local/1/requirements.txt", tree(self.outside / "out"))


class Links(ProjectCase):
    def test_links_within_the_project_are_followed(self):
        root = self.project(**{"shared/lib/a.py": "A = 1\n", "app/handler.py": HANDLER})
        (root / "app/lib").symlink_to("../shared/lib")
        (root / "app/b.py").symlink_to(root / "shared/lib/a.py")
        self.assertEqual(self.code_of(root, "--code", "app"), ["b.py", "handler.py", "lib/a.py"])
        self.assertEqual((self.outside / "out/code/b.py").read_text(encoding="utf-8"), "A = 1\n")

    def test_links_that_leave_it_or_dangle_are_left_out_with_a_warning(self):
        root = self.project()
        self.write(self.outside, {"secret/key.txt": "k3y"})
        links = {"key.txt": "../secret/key.txt", "secrets": str(self.outside / "secret"), "gone": "nowhere", "self": "self"}
        for name, target in links.items():
            (root / name).symlink_to(target)
        err = self.render(root, "-o", self.outside / "out")
        self.assertEqual(sorted(tree(self.outside / "out/code")), ["handler.py"])
        self.assertEqual(err.count("warning[EL0513]"), len(links))
        for name, target in links.items():
            self.assertIn(f"the link {name} leads to {target}", err)
        self.assertIn("hint: copy", err)

    def test_links_in_circles_end(self):
        root = self.project(**{"a/x.py": "", "b/y.py": ""})
        (root / "a/b").symlink_to("../b")
        (root / "b/a").symlink_to("../a")
        (root / "a/up").symlink_to("..")
        self.assertEqual(self.code_of(root), ["a/b/y.py", "a/x.py", "b/a/x.py", "b/y.py", "handler.py"])

    def test_a_project_reached_by_a_link_is_whole(self):
        root = self.project(**{"lib/a.py": ""})
        (root / "again").symlink_to("lib")
        (self.outside / "way").symlink_to(root)
        self.assertEqual(self.code_of(self.outside / "way"), ["again/a.py", "handler.py", "lib/a.py"])

    def test_environment_files_do_not_leave_the_project_by_a_link(self):
        root = self.project()
        self.write(self.outside, {"more.txt": "certifi\n", "pkg/pyproject.toml": PYPROJECT, "a-1-py3-none-any.whl": "",
                                  "app/handler.py": HANDLER})
        (root / "requirements.txt").unlink()
        (root / "requirements.txt").symlink_to("../more.txt")
        self.assertIn("error[EL0109]", self.render(root, code=1))
        (root / "requirements.txt").unlink()
        (root / "linked").symlink_to("../more.txt")
        self.write(root, {"requirements.txt": "-r linked\n"})
        self.assertIn("outside of the project", self.render(root, code=1))
        for name in ("pkg", "a-1-py3-none-any.whl"):
            (root / name).symlink_to(self.outside / name)
            self.write(root, {"requirements.txt": f"./{name}\n"})
            self.assertIn("error[EL0109]", self.render(root, code=1))
        (root / "app").symlink_to(self.outside / "app")
        self.write(root, {"requirements.txt": "certifi\n"})
        self.assertIn("error[EL0109]", self.render(root, "--code", "app", code=1))

    def test_links_of_a_local_project_keep_the_rule(self):
        root = self.project(**{"requirements.txt": "./pkg\n", "pkg/pyproject.toml": PYPROJECT, "shared/a.py": ""})
        (root / "pkg/shared").symlink_to("../shared")
        (root / "pkg/host").symlink_to("/etc/hostname")
        err = self.render(root, "-o", self.outside / "out")
        self.assertIn("the link pkg/host leads to /etc/hostname", err)
        files = tree(self.outside / "out/environment/local/1")
        self.assertIn("shared/a.py", files)
        self.assertNotIn("host", files)


class BaseInEffect(ProjectCase):
    def test_a_wheel_is_compared_with_the_glibc_of_the_base_that_is_taken(self):
        wheel = "a-1-cp311-cp311-manylinux_2_39_x86_64.whl"
        root = self.project(**{"requirements.txt": f"./{wheel}\n", wheel: "", "envlift.yaml": 'python: "3.11"\n'})
        self.assertIn("built for glibc 2.39, and the image has 2.26", self.inspect(root, code=1))
        for base in ("mirror.example/lambda/python:3.11", "mirror.example/lambda/python:{python}"):
            self.write(root, {"envlift.yaml": f'python: "3.11"\nbase: "{base}"\n'})
            self.assertIn("error[EL0310]", self.inspect(root, code=1))
        self.write(root, {"envlift.yaml": 'python: "3.11"\nbase: registry.example/python-on-debian:3.11\n'})
        self.inspect(root)

    def inspect(self, root, code=0):
        process = envlift.run("inspect", root, cwd=root)
        self.assertEqual(process.returncode, code, process.stderr)
        return process.stderr


if __name__ == "__main__":
    unittest.main()
