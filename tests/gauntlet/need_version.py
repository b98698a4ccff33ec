"""Makes an ELF file ask for another version of a symbol, as if it had been built on a newer system.

usage: need_version.py FILE FROM TO      (names of one length: GLIBC_2.14 GLIBC_2.39)
"""
import pathlib
import struct
import sys


def elf_hash(name):
    """The hash by which the loader compares version names (gABI)."""
    value = 0
    for byte in name.encode():
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ (high >> 24)) & ~high & 0xFFFFFFFF
    return value


def main(path, old, new):
    assert len(old) == len(new)
    path = pathlib.Path(path)
    data = path.read_bytes()
    for before, after in [(old.encode() + b"\0", new.encode() + b"\0"),
                          (struct.pack("<I", elf_hash(old)), struct.pack("<I", elf_hash(new)))]:
        assert before in data, before
        data = data.replace(before, after)
    path.write_bytes(data)


main(*sys.argv[1:])
