"""Byte-compiling, and the modes of files."""
import importlib.util
import json
import os
import pathlib
import stat
import subprocess
import sys
import unittest

from support import TEMPLATES, BuildCase, make_base, write

import build_pip
from build_common import make_readable

UNCHECKED, CHECKED = 1, 3   # PEP 552: the flags of a pyc


class CompileTest(BuildCase):
    def compile(self, mode, folder, *run_time, **variables):
        argv = [sys.executable, "-S", TEMPLATES / "build_compile.py", mode, folder, *run_time]
        process = subprocess.run(argv, check=True, stdout=subprocess.PIPE, universal_newlines=True,
                                 env={**os.environ, "PYTHONHASHSEED": "0", **variables})
        return process.stdout

    def flags(self, path):
        return int.from_bytes(pathlib.Path(importlib.util.cache_from_source(str(path))).read_bytes()[4:8], "little")

    def test_an_environment(self):
        deep = self.root.joinpath("lib", *"abcdefghijklmnop", "deep.py")
        broken = write(self.root / "lib" / "broken.py", "print 'two'\n")
        write(deep, "X = 1\n")
        self.assertEqual(self.compile("unchecked", self.root / "lib"), "")
        self.assertEqual(self.flags(deep), UNCHECKED)
        self.assertFalse(os.path.exists(importlib.util.cache_from_source(str(broken))))

    def pycs(self, folder):
        return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.pyc"))}

    def test_the_same_source_gives_the_same_bytes(self):
        """Whatever is beside it, and however many CPUs there are."""
        folder = self.root / "lib"
        # unicodedata has functions of these names; sets of one process may share what another's do not.
        source = ("import bidirectional\nx = bidirectional.mirrored\n"
                  "def f(x):\n    return x in {'alpha_x', 'beta_x'}\n"
                  "def g(x):\n    return x in {'alpha_x', 'beta_x'}\n")
        write(folder / "single.py", source)
        write(folder / "package" / "__init__.py", source)
        write(folder / "package" / "module.py", source)
        self.compile("unchecked", folder)
        alone = self.pycs(folder)
        for number in range(20):
            write(folder / f"a{number}" / "__init__.py", "alpha_x = beta_x = '\\N{BULLET}'\n")
            write(folder / f"a{number}.py", "alpha_x = beta_x = '\\N{BULLET}'\n")
        for cpus in (1, 5):
            code = ("import os, runpy, sys; os.cpu_count = lambda: %d; sys.argv[1:] = ['unchecked', %r]\n"
                    "sys.path.insert(0, %r)\nrunpy.run_path(%r, run_name='__main__')"
                    % (cpus, str(folder), str(TEMPLATES), str(TEMPLATES / "build_compile.py")))
            subprocess.run([sys.executable, "-S", "-c", code], check=True, env={**os.environ, "PYTHONHASHSEED": "0"})
            pycs = self.pycs(folder)
            self.assertEqual({name: pycs[name] for name in alone}, alone)

    def compile_anew(self, folder, **variables):
        """The pycs of a folder that had none."""
        for path in folder.rglob("*.pyc"):
            path.unlink()
        self.compile("unchecked", folder, **variables)
        return self.pycs(folder)

    def test_what_was_compiled_before_is_taken(self):
        folder, kept = self.root / "lib", self.root / "kept"
        kept.mkdir()
        write(folder / "package" / "__init__.py", "paths = sources = key = {'compiler', 'folder'}\n")
        module = write(folder / "package" / "module.py", "import marshal\nX = {'alpha_x', 'beta_x'}\n")
        write(folder / "single.py", "take = 1\n")
        write(folder / "broken.py", "print 'two'\n")
        without = self.compile_anew(folder)
        self.assertEqual(self.compile_anew(folder, ENVLIFT_BYTECODE_CACHE=str(kept)), without)
        entries = {path: path.stat().st_mtime_ns for path in kept.iterdir()}
        self.assertEqual(len(entries), 3)
        self.assertEqual(self.compile_anew(folder, ENVLIFT_BYTECODE_CACHE=str(kept)), without)
        self.assertEqual({path: path.stat().st_mtime_ns for path in kept.iterdir()}, entries)
        write(module, "X = 2\n")
        changed = self.compile_anew(folder, ENVLIFT_BYTECODE_CACHE=str(kept))
        self.assertEqual(len(list(kept.iterdir())), 4)
        self.assertEqual(changed, self.compile_anew(folder))
        self.assertNotEqual(changed, without)
        self.compile_anew(folder, ENVLIFT_BYTECODE_CACHE=str(kept), PYTHONNODEBUGRANGES="1")
        self.assertEqual(len(list(kept.iterdir())), 7)

    def test_an_entry_that_cannot_be_read_is_written_anew(self):
        folder, kept = self.root / "lib", self.root / "kept"
        kept.mkdir()
        write(folder / "single.py", "X = 1\n")
        without = self.compile_anew(folder, ENVLIFT_BYTECODE_CACHE=str(kept))
        entry = next(kept.iterdir())
        for damage in (b"", entry.read_bytes()[:-3], b"i\0\0\0\0", b"?"):
            entry.write_bytes(damage)
            self.assertEqual(self.compile_anew(folder, ENVLIFT_BYTECODE_CACHE=str(kept)), without)
            self.assertGreater(entry.stat().st_size, 10)

    def test_a_link_to_nothing_is_no_source(self):
        write(self.root / "lib" / "good" / "__init__.py", "X = 1\n")
        (self.root / "lib" / "bad.py").symlink_to("nowhere")
        self.compile("unchecked", self.root / "lib")
        self.assertEqual(len(self.pycs(self.root / "lib")), 1)

    def test_code_names_what_does_not_compile(self):
        good = write(self.root / "code" / "good.py", "import os\n\nX = 1\n")
        write(self.root / "code" / "pkg" / "broken.py", "x = 1\nprint 'two'\n")
        (self.root / "code" / "null.py").write_bytes(b"x = '\0'\n")
        output = self.compile("checked", self.root / "code", "/var/task")
        self.assertRegex(output, r"(?m)^envlift: warning: pkg/broken\.py:2: ")
        self.assertRegex(output, r"(?m)^envlift: warning: null\.py:1: ")
        self.assertEqual(len(output.splitlines()), 2)
        self.assertEqual(self.flags(good), CHECKED)
        self.assertIn(b"/var/task/good.py", pathlib.Path(importlib.util.cache_from_source(str(good))).read_bytes())

    def test_an_edited_handler_never_answers_with_old_code(self):
        path = write(self.root / "code" / "edited.py", "X = 'old'\n")
        self.compile("checked", path.parent)
        stamp = path.stat().st_mtime
        path.write_text("X = 'new'\n")
        os.utime(path, (stamp, stamp))
        answer = subprocess.check_output([sys.executable, "-c", "import edited; print(edited.X)"], cwd=path.parent)
        self.assertEqual(answer, b"new\n")


class ModesTest(BuildCase):
    def test_others_can_read_and_nothing_else_changes(self):
        tree = self.root / "tree"
        modes = {"private": 0o600, "script": 0o700, "public": 0o644, "group": 0o640}
        for name, mode in modes.items():
            write(tree / "folder" / name, "", mode)
        (tree / "folder").chmod(0o700)
        (tree / "folder" / "link").symlink_to("/nowhere")
        make_readable(str(tree))
        after = {name: stat.S_IMODE((tree / "folder" / name).stat().st_mode) for name in modes}
        self.assertEqual(after, {"private": 0o604, "script": 0o705, "public": 0o644, "group": 0o644})
        self.assertEqual(stat.S_IMODE((tree / "folder").stat().st_mode), 0o705)


class CodeStepTest(BuildCase):
    def test_the_step(self):
        make_base(self.root / "lang")
        build_pip.make_virtual_environment(self.config)
        handler = write(self.build / "code" / "handler.py", "X = 1\n", 0o600)
        write(self.build / "code" / "old.py", "exec 'x'\n")
        process = self.run_step("code")
        self.assertEqual(process.returncode, 0, process.stdout)
        self.assertIn("envlift: warning: old.py:1: ", process.stdout)
        self.assertEqual(stat.S_IMODE(handler.stat().st_mode), 0o604)
        pyc = pathlib.Path(importlib.util.cache_from_source(str(handler)))
        self.assertEqual(stat.S_IMODE(pyc.stat().st_mode) & 0o004, 0o004)


class StepsTest(BuildCase):
    def test_usage(self):
        make_base(self.root / "lang")
        process = self.run_step("everything")
        self.assertEqual(process.returncode, 2)
        self.assertEqual(process.stdout, "usage: build.py installer | environment | finish | layers | code\n")

    def test_what_nobody_foresaw_is_one_line_too(self):
        make_base(self.root / "lang")
        write(self.scripts / "installer.json", json.dumps({"no": "url"}))
        process = self.run_step("installer")
        self.assertEqual(process.returncode, 70)
        self.assertEqual(process.stdout.splitlines()[-1], "envlift: error: the step installer stopped: KeyError: 'url'")
        self.assertIn("Traceback", process.stdout)


if __name__ == "__main__":
    unittest.main()
