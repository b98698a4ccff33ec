"""Identical shared objects: what becomes a link, and what the loader would tell apart."""
import os
import shutil
import unittest

from elf_files import SOURCE, answer, compile_c, needs_compiler
from support import BuildCase, write

import build_duplicates


@needs_compiler
class DuplicatesTest(BuildCase):
    def setUp(self):
        super().setUp()
        self.lib = self.prefix / "lib"

    def merge(self, *keep):
        self.config["keep"] = list(keep)
        return self.output_of(build_duplicates.main, self.config)

    def copies(self, *names, source=SOURCE, flags=()):
        first = compile_c(self.lib / names[0], source, *flags)
        for name in names[1:]:
            (self.lib / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(first, self.lib / name)

    def links(self):
        return {os.path.relpath(os.path.join(root, name), self.lib): os.readlink(os.path.join(root, name))
                for root, _, files in os.walk(self.lib) for name in files
                if os.path.islink(os.path.join(root, name))}

    def test_names_of_one_library_in_one_folder(self):
        self.copies("p/libx.so", "p/libx.so.1", "p/libx.so.1.2")
        self.assertIn("2 shared objects became links to identical ones: 0.2 MB", self.merge())
        self.assertEqual(self.links(), {"p/libx.so.1": "libx.so", "p/libx.so.1.2": "libx.so"})
        self.assertEqual(answer(self.lib / "p" / "libx.so.1.2"), 42)
        self.assertEqual(self.merge(), "")

    def test_one_name_in_two_folders(self):
        self.copies("a/libx-1f.so", "b/c/libx-1f.so", "d/liby.so")
        self.merge()
        self.assertEqual(self.links(), {"b/c/libx-1f.so": "../../a/libx-1f.so"})
        self.assertEqual(answer(self.lib / "b" / "c" / "libx-1f.so"), 42)

    def needing(self, folder):
        """libuser.so of the folder, which needs the folder's libx.so and finds it by $ORIGIN."""
        path = compile_c(self.lib / folder / "libuser.so", "int answer(void); int table[20000] = {1};\n"
                         "int twice(void) { return 2 * answer(); }\n", f"-L{self.lib / folder}", "-lx",
                         "-Wl,-rpath,$ORIGIN", "-Wl,--build-id=none")
        return path

    def test_libraries_that_find_different_ones_beside_them(self):
        compile_c(self.lib / "a" / "libx.so")
        compile_c(self.lib / "b" / "libx.so", SOURCE.replace("39", "40"))
        shutil.copy(self.needing("a"), self.lib / "b" / "libuser.so")
        self.merge()
        self.assertEqual(self.links(), {})

    def test_a_library_that_finds_what_it_needs_in_one_folder_only(self):
        compile_c(self.lib / "a" / "libx.so")
        (self.lib / "b").mkdir()
        shutil.copy(self.needing("a"), self.lib / "b" / "libuser.so")
        self.merge()
        self.assertEqual(self.links(), {})

    def test_libraries_whose_neighbours_become_one(self):
        self.copies("a/libx.so", "b/libx.so")
        shutil.copy(self.needing("a"), self.lib / "b" / "libuser.so")
        self.merge()
        self.assertEqual(self.links(), {"b/libx.so": "../a/libx.so", "b/libuser.so": "../a/libuser.so"})

    def test_who_asks_for_its_own_path(self):
        source = ("#define _GNU_SOURCE\n#include <dlfcn.h>\n" + SOURCE
                  + "int where(void) { Dl_info info; return dladdr((void *)table, &info); }\n")
        self.copies("a/libx.so", "b/libx.so", source=source)
        self.merge()
        self.assertEqual(self.links(), {})

    def test_what_is_not_touched(self):
        self.copies("small/libx.so", "small/liby.so", source="int x;\n")
        self.copies("module/a.so", "module/b.so", source=SOURCE + "int PyInit_a(void) { return 0; }\n")
        write(self.lib / "text" / "a.so", "x" * 100000)
        write(self.lib / "text" / "b.so", "x" * 100000)
        self.copies("program/a", "program/b")
        self.merge()
        self.assertEqual(self.links(), {})

    def test_the_switches(self):
        self.copies("p/libx.so", "p/libx.so.1")
        self.merge("duplicates")
        self.merge("lib/p/libx.so.1")
        self.assertEqual(self.links(), {})

    def test_records_stay_right(self):
        self.distribution("mine", "1", files=["mine/libx.so", "mine/libx.so.1"])
        compile_c(self.packages / "mine" / "libx.so")
        shutil.copy(self.packages / "mine" / "libx.so", self.packages / "mine" / "libx.so.1")
        record = self.packages / "mine-1.dist-info" / "RECORD"
        before = record.read_text()
        self.merge()
        self.assertTrue((self.packages / "mine" / "libx.so.1").is_symlink())
        self.assertEqual(record.read_text(), before)


if __name__ == "__main__":
    unittest.main()
