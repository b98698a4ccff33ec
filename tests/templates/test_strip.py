"""Stripping: what is loaded stays where it is, and what is not understood stays whole."""
import os
import random
import shutil
import stat
import subprocess
import unittest

from elf_files import (LONG, SOURCE, answer, compile_c, needs_compiler, same_loaded, with_field,
                       with_segment_at_end)
from support import BuildCase, write

import build_elf
import build_strip


@needs_compiler
class StrippedTest(BuildCase):
    def setUp(self):
        super().setUp()
        self.file = compile_c(self.root / "made" / "libx.so", LONG)
        self.data = self.file.read_bytes()

    def names(self, data):
        return [one.name for one in build_elf.read(data).sections]

    def test_a_shared_object(self):
        result = build_strip.stripped(self.data)
        same_loaded(self, result, self.data)
        left = self.names(result)
        self.assertFalse([name for name in left if name.startswith(b".debug") or name in (b".symtab", b".strtab")])
        self.assertLessEqual({b".text", b".dynsym", b".comment", b".shstrtab"}, set(left))
        (self.root / "stripped.so").write_bytes(result)
        self.assertEqual(answer(self.root / "stripped.so"), 42)
        self.assertIsNone(build_strip.stripped(result))

    def test_a_program(self):
        program = compile_c(self.root / "program", SOURCE + "int main(void) { return answer(); }\n", kind="-pie")
        program.write_bytes(build_strip.stripped(program.read_bytes()))
        self.assertEqual(subprocess.call([str(program)]), 42)

    @unittest.skipUnless(shutil.which("strip"), "there is no strip")
    def test_it_is_as_small_as_gnu_strip_makes_it(self):
        subprocess.run(["strip", "--strip-unneeded", "-o", str(self.root / "gnu.so"), str(self.file)], check=True)
        size = (self.root / "gnu.so").stat().st_size
        self.assertLess(abs(len(build_strip.stripped(self.data)) - size), size * 0.02)

    @unittest.skipUnless(shutil.which("readelf"), "there is no readelf")
    def test_readelf_has_nothing_to_say(self):
        for data in (self.data, with_segment_at_end(self.data, b"X" * 5000)):
            (self.root / "x.so").write_bytes(build_strip.stripped(data))
            process = subprocess.run(["readelf", "-aW", str(self.root / "x.so")], stdout=subprocess.DEVNULL,
                                     stderr=subprocess.PIPE, check=True)
            self.assertEqual(process.stderr, b"")

    def test_a_loaded_segment_behind_the_symbols(self):
        """As patchelf writes it; GNU strip breaks such files."""
        content = bytes(range(256)) * 20
        patched = with_segment_at_end(self.data, content)
        (self.root / "patched.so").write_bytes(patched)
        self.assertEqual(answer(self.root / "patched.so"), 42)
        result = build_strip.stripped(patched)
        self.assertLess(len(result), len(build_strip.stripped(self.data)) + len(content) + 3 * 4096)
        same_loaded(self, result, patched)
        (self.root / "result.so").write_bytes(result)
        self.assertEqual(answer(self.root / "result.so"), 42)
        self.assertIsNone(build_strip.stripped(result))

    def test_pages_of_64_kb_on_arm64(self):
        result = build_strip.stripped(with_field(with_segment_at_end(self.data, b"X" * 100), 18, "<H", 183))
        offset = max(one.offset for one in build_elf.read(result).segments)
        moved = len(self.data) + -len(self.data) % 0x1000 - offset
        self.assertEqual((moved > 0, moved % 0x10000), (True, 0))

    def test_what_is_not_ours_stays(self):
        cases = {
            "a payload": self.data + b"payload",
            "a payload before the table": self.payload_in_a_gap(),
            "32 bits": with_field(self.data, 4, "B", 1),
            "big-endian": with_field(self.data, 5, "B", 2),
            "an object file": with_field(self.data, 16, "<H", 1),
            "another machine": with_field(self.data, 18, "<H", 190),
            "another system": with_field(self.data, 7, "B", 9),
            "no sections": with_field(with_field(self.data, 60, "<H", 0), 40, "<Q", 0),
            "no segments": with_field(self.data, 56, "<H", 0),
            "names elsewhere": with_field(self.data, 62, "<H", 0xffff),
            "an odd table": with_field(self.data, 58, "<H", 40),
            "a text": b"\x7fELF\x02\x01\x01 is the start of an ELF file\n",
            "an archive": b"!<arch>\n" + self.data,
        }
        for name, data in cases.items():
            with self.subTest(name):
                self.assertIsNone(build_strip.stripped(data))

    def payload_in_a_gap(self):
        """The table of sections moved back, and other bytes in between."""
        elf = build_elf.read(self.data)
        table = self.data[elf.section_table:]
        data = self.data[:elf.section_table] + b"P" * 4096 + table
        return with_field(data, 40, "<Q", elf.section_table + 4096)

    def test_broken_files_stay_or_remain_readable(self):
        for size in range(0, len(self.data), 997):
            self.assertIsNone(build_strip.stripped(self.data[:size]))
        draw = random.Random(1)
        for _ in range(150):
            data = bytearray(self.data)
            table = build_elf.read(self.data).section_table
            for _ in range(draw.randint(1, 3)):
                place = draw.choice([draw.randrange(64), draw.randrange(64, 64 + 56 * 11),
                                     draw.randrange(table, len(data))])
                data[place] = draw.choice([0, 1, 0xff, draw.randrange(256)])
            result = build_strip.stripped(bytes(data))
            if result is not None:
                same_loaded(self, result, bytes(data))


@needs_compiler
class StripEnvironmentTest(BuildCase):
    def strip(self, *keep):
        self.config["keep"] = list(keep)
        return self.output_of(build_strip.main, self.config)

    def test_files_keep_modes_links_and_times(self):
        path = compile_c(self.prefix / "lib" / "libx.so.1")
        path.chmod(0o555)
        os.utime(path, (1000, 1000))
        (self.prefix / "lib" / "libx.so").symlink_to("libx.so.1")
        os.link(path, self.prefix / "lib" / "liby.so")
        size = path.stat().st_size
        self.assertIn("stripped 2 programs and shared objects: ", self.strip())
        status = path.stat()
        self.assertLess(status.st_size, size)
        self.assertEqual((stat.S_IMODE(status.st_mode), status.st_mtime), (0o555, 1000))
        self.assertTrue((self.prefix / "lib" / "libx.so").is_symlink())
        self.assertTrue(os.path.samefile(path, self.prefix / "lib" / "liby.so"))
        self.assertEqual(sorted(os.listdir(self.prefix / "lib")), ["libx.so", "libx.so.1", "liby.so"])
        self.assertEqual(answer(path), 42)
        inode = status.st_ino
        self.assertIn("stripped 0 ", self.strip())
        self.assertEqual(path.stat().st_ino, inode)

    def test_what_stays(self):
        names = ("lib/x.debug", "lib/x.o", "lib/x.ko", "lib/libfips.so", "lib/libsoftokn3.so", "lib/libgcrypt.so.20",
                 "keep/libx.so")
        for name in names:
            compile_c(self.prefix / name)
        write(self.prefix / "lib" / "libsoftokn3.chk")
        write(self.prefix / "lib" / ".libgcrypt.so.20.hmac")
        self.assertIn("stripped 0 ", self.strip("keep/*"))
        self.assertIn("stripped 1 ", self.strip())

    def test_records_stay_right(self):
        self.distribution("mine", "1", files=["mine/x.so", "mine/y.py"])
        compile_c(self.packages / "mine" / "x.so")
        self.strip()
        rows = (self.packages / "mine-1.dist-info" / "RECORD").read_text().splitlines()
        size = (self.packages / "mine" / "x.so").stat().st_size
        self.assertRegex(rows[0], r"^mine/x\.so,sha256=[\w-]{43},%d$" % size)
        self.assertEqual(rows[1], "mine/y.py,,")

    def test_the_same_twice(self):
        for folder in ("a", "b"):
            compile_c(self.prefix / folder / "libx.so")
        first = (self.prefix / "a" / "libx.so").read_bytes()
        self.assertEqual(build_strip.stripped(first), build_strip.stripped(first))


if __name__ == "__main__":
    unittest.main()
