"""What pruning takes, and above all what it leaves."""
import os
import unittest

from support import MINOR, BuildCase, write

import build_prune
from elf_files import compile_c, needs_compiler


class PruneTest(BuildCase):
    def prune(self):
        self.packages.mkdir(parents=True, exist_ok=True)
        return self.output_of(build_prune.main, self.config)

    def left(self):
        return {os.path.relpath(os.path.join(root, name), self.prefix)
                for root, _, files in os.walk(self.prefix) for name in files}

    def in_packages(self, *paths):
        return {f"lib/python{MINOR}/site-packages/{path}" for path in paths}

    def install_pip(self):
        """pip as conda installs it: its scripts stand in conda's record only."""
        self.distribution("pip", "24.2", files=["pip/__init__.py", "pip/_vendor/certifi/cacert.pem", "pip-hook.pth"])
        write(self.packages / "pip" / "__pycache__" / "__init__.pyc")
        write(self.prefix / "bin" / "pip")
        self.conda_record("pip", ["bin/pip"])

    def test_pip_goes_whole(self):
        self.install_pip()
        self.distribution("other", "1", files=["other.py"])
        self.assertIn("left out pip 24.2", self.prune())
        self.assertEqual(self.left(), {"conda-meta/pip-1-0.json"} | self.in_packages(
            "other.py", "other-1.dist-info/METADATA", "other-1.dist-info/RECORD"))
        self.assertFalse((self.packages / "pip").exists())

    def test_pip_stays_where_it_is_required(self):
        self.install_pip()
        self.distribution("other", "1", files=["other.py"], requires=["pip>=21"])
        before = self.left()
        self.prune()
        self.assertEqual(self.left(), {path for path in before if "__pycache__" not in path})

    def test_a_requirement_behind_an_extra_keeps_nothing(self):
        self.install_pip()
        self.distribution("other", "1", files=["other.py"], requires=["pip ; extra == 'test'"])
        self.prune()
        self.assertFalse((self.packages / "pip").exists())

    def test_a_folder_with_another_s_files_stays(self):
        self.distribution("wheel", "1", files=["shared/wheel.py"])
        write(self.packages / "shared" / "theirs.py")
        self.prune()
        self.assertEqual(self.left(), self.in_packages("shared/theirs.py"))

    def test_setuptools_stays(self):
        self.distribution("setuptools", "70", files=["pkg_resources/__init__.py", "distutils-precedence.pth"])
        before = self.left()
        self.prune()
        self.assertEqual(self.left(), before)

    def test_tests_of_known_packages_only(self):
        for package in ("numpy", "numpy/linalg", "tables", "mine"):
            write(self.packages / package / "tests" / "test_it.py")
        write(self.packages / "tests" / "__init__.py")
        write(self.packages / "numpy" / "testing" / "__init__.py")
        self.prune()
        self.assertEqual(self.left(), self.in_packages("tables/tests/test_it.py", "mine/tests/test_it.py",
                                                       "tests/__init__.py", "numpy/testing/__init__.py"))

    def test_build_files_go_and_run_time_files_stay(self):
        gone = ["include/x.h", "pkgs/a/b", "share/man/man1/x.1", "lib/libx.a", "lib/pkgconfig/x.pc",
                f"lib/python{MINOR}/test/test_os.py", f"lib/python{MINOR}/config-{MINOR}-x86_64/Makefile"]
        stay = ["lib/libx.so.1", "share/proj/proj.db", "conda-meta/a.json", "ssl/cacert.pem", "bin/tool", "data/x.a",
                f"lib/python{MINOR}/unittest/mock.py"]
        for path in gone + stay:
            write(self.prefix / path)
        for path in ("x.pyx", "x.pxd", "x.py", "x.so", "only_bytecode.pyc", "__pycache__/x.pyc", "app.js",
                     "app.js.map"):
            write(self.packages / "x" / path)
        self.prune()
        self.assertEqual(self.left(), set(stay) | self.in_packages("x/x.py", "x/x.so", "x/only_bytecode.pyc", "x/app.js"))

    def test_stubs_go_but_those_that_are_read(self):
        gone = ("x/__init__.pyi", "x/plain.pyi", "x/compiled.pyi")
        stay = ("lazy/__init__.pyi", "jedi/typeshed/os.pyi", "x/py.typed")
        for path in (*gone, *stay, "x/__init__.py", "x/plain.py", "x/compiled.cpython-311-x86_64-linux-gnu.so"):
            write(self.packages / path)
        write(self.packages / "lazy" / "__init__.py", "__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)")
        before = self.left()
        self.prune()
        self.assertEqual(before - self.left(), self.in_packages(*gone))

    def test_compiled_tests_of_numpy(self):
        for name in ("_simd", "_multiarray_tests", "_multiarray_umath"):
            write(self.packages / "numpy" / "_core" / f"{name}.cpython-311-x86_64-linux-gnu.so")
        self.keep("tests:numpy")
        before = self.left()
        self.prune()
        self.assertEqual(self.left(), before)
        self.keep()
        self.prune()
        self.assertEqual(before - self.left(), self.in_packages("numpy/_core/_simd.cpython-311-x86_64-linux-gnu.so"))

    @needs_compiler
    def test_libpython_goes_where_nothing_needs_it(self):
        libraries = self.libpython()
        compile_c(self.prefix / "lib" / "libother.so")
        self.prune()
        self.assertEqual(libraries & self.left(), set())
        self.assertIn("lib/libother.so", self.left())

    @needs_compiler
    def test_libpython_stays_where_a_program_needs_it(self):
        libraries = self.libpython()
        compile_c(self.prefix / "bin" / "embeds", "int answer(void); int main(void) { return answer(); }",
                  f"-L{self.prefix}/lib", f"-lpython{MINOR}", kind="-pie")
        self.prune()
        self.assertEqual(libraries - self.left(), set())

    @needs_compiler
    def test_libpython_stays_where_it_is_looked_for(self):
        libraries = self.libpython()
        self.distribution("find_libpython", "0.4", files=["find_libpython/__init__.py"])
        self.prune()
        self.assertEqual(libraries - self.left(), set())

    def libpython(self):
        """The library as conda installs it, with its links."""
        name = f"libpython{MINOR}.so"
        compile_c(self.prefix / "lib" / f"{name}.1.0", "int answer(void) { return 42; }", f"-Wl,-soname,{name}.1.0")
        (self.prefix / "lib" / name).symlink_to(f"{name}.1.0")
        return {f"lib/{name}", f"lib/{name}.1.0"}

    def keep(self, *what):
        self.config["keep"] = list(what)

    def test_kinds_that_are_kept(self):
        paths = ["include/x.h", "lib/cmake/x.cmake", "share/doc/x", "lib/libx.a", f"lib/python{MINOR}/test/test_os.py",
                 f"lib/libpython{MINOR}.so.1.0"]
        for path in paths:
            write(self.prefix / path)
        for path in ("x/x.pxd", "x/x.js.map", "x/x.py", "x/x.pyi"):
            write(self.packages / path)
        self.install_pip()
        before = self.left()
        self.keep("headers", "docs", "archives", "stdlib", "maps", "installers", "stubs", "libpython")
        self.assertEqual(self.prune(), "")
        self.assertEqual(self.left(), {path for path in before if "__pycache__" not in path})

    def test_tests_of_one_package_are_kept(self):
        for package in ("numpy", "pandas"):
            write(self.packages / package / "tests" / "test_it.py")
        self.keep("tests:numpy", "tests:mine")
        self.assertIn("warning: `keep` names tests:mine, whose tests are not left out", self.prune())
        self.assertEqual(self.left(), self.in_packages("numpy/tests/test_it.py"))

    def test_tests_of_all_are_kept(self):
        for package in ("numpy", "pandas"):
            write(self.packages / package / "tests" / "test_it.py")
        self.keep("tests")
        self.prune()
        self.assertEqual(len(self.left()), 2)

    def test_patterns_of_paths_are_kept(self):
        for path in ("share/doc/a/b/keep.txt", "share/doc/a/gone.txt", "share/man/one/x", "include/x.h", "lib/liba.a"):
            write(self.prefix / path)
        write(self.packages / "numpy" / "tests" / "data" / "x.npy")
        write(self.packages / "numpy" / "tests" / "test_x.py")
        self.keep("share/doc/**/keep.*", "share/man", "**/numpy/tests/d?ta/", "lib/lib[ab].a", "nothing/*")
        output = self.prune()
        self.assertIn("warning: `keep` names nothing/*, and the environment has no such file", output)
        self.assertEqual(output.count("warning"), 1)
        self.assertEqual(self.left(), {"share/doc/a/b/keep.txt", "share/man/one/x", "lib/liba.a"}
                         | self.in_packages("numpy/tests/data/x.npy"))
        self.assertFalse((self.prefix / "include").exists())

    def test_nothing_is_pruned_but_caches(self):
        self.config["prune"] = False
        self.install_pip()
        for path in ("include/x.h", "share/man/x", "lib/liba.a", "pkgs/a/b"):
            write(self.prefix / path)
        before = self.left()
        self.prune()
        self.assertEqual(before - self.left(), {"pkgs/a/b"} | self.in_packages("pip/__pycache__/__init__.pyc"))

    def test_links_are_removed_not_followed(self):
        kept = write(self.root / "kept" / "file")
        (self.prefix / "share").mkdir(parents=True)
        (self.prefix / "share" / "man").symlink_to(kept.parent)
        self.prune()
        self.assertTrue(kept.exists())
        self.assertFalse((self.prefix / "share" / "man").is_symlink())


if __name__ == "__main__":
    unittest.main()
