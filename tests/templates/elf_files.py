"""ELF files for the tests, made by the compiler that builds envlift."""
import ctypes
import os
import pathlib
import shutil
import struct
import subprocess
import unittest

import support  # noqa: F401 (it puts the templates on the path)

import build_elf

COMPILER = shutil.which(os.environ.get("CC", "cc"))
SOURCE = ("int table[20000] = {1, 2, 3};\nstatic int hidden(int x) { return x + table[2]; }\n"
          "int answer(void) { return hidden(39); }\n")
# Pages of symbols.
LONG = SOURCE + "".join(f"int function_{number}(int x) {{ return x * {number}; }}\n" for number in range(1500))
needs_compiler = unittest.skipUnless(COMPILER, "there is no C compiler")


def compile_c(path, source=SOURCE, *flags, kind="-shared"):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([COMPILER, "-g", "-x", "c", "-", kind, "-fPIC", "-o", str(path), *flags], check=True,
                   input=source, universal_newlines=True)
    return path


def loaded_pages(data):
    """[(address, flags, bytes)] of what is mapped, whole pages of the file."""
    elf = build_elf.read(data)
    found = []
    for one in elf.segments:
        if one.type == build_elf.LOAD and one.file_size:
            start = one.offset // 4096 * 4096
            found.append((one.address - one.offset + start, one.flags, data[start:one.offset + one.file_size]))
    return found


def same_loaded(test, one, other):
    """Fails unless the same is mapped at the same addresses; the headers, in the first page, say where in the file."""
    headers = 64 + 56 * len(build_elf.read(one).segments)
    first, second = ([(address, flags, data[headers:] if data.startswith(b"\x7fELF") else data)
                      for address, flags, data in loaded_pages(each)] for each in (one, other))
    test.assertEqual([page[:2] for page in first], [page[:2] for page in second])
    test.assertTrue(first == second)


def with_segment_at_end(data, content):
    """As patchelf does it: another loaded segment behind all sections, in the place of PT_GNU_STACK's header."""
    elf = build_elf.read(data)
    index = next(index for index, one in enumerate(elf.segments) if one.type == 0x6474e551)
    address = max(one.address + one.memory_size for one in elf.segments) // 0x10000 * 0x10000 + 0x10000
    result = bytearray(data + bytes(-len(data) % 0x1000))
    segment = build_elf.Segment(build_elf.LOAD, 6, len(result), address, address, len(content), len(content), 0x1000)
    rest = [one for place, one in enumerate(elf.segments) if place != index]
    last = max(place for place, one in enumerate(rest) if one.type == build_elf.LOAD) + 1
    for place, one in enumerate(rest[:last] + [segment] + rest[last:]):
        build_elf.SEGMENT.pack_into(result, elf.segment_table + place * build_elf.SEGMENT.size, *one)
    return bytes(result + content) + b"\0"


def answer(path):
    return ctypes.CDLL(str(path)).answer()


def with_field(data, offset, layout, value):
    result = bytearray(data)
    struct.pack_into(layout, result, offset, value)
    return bytes(result)
