"""ELF files as far as the finish reads them: 64 bits, little-endian, programs and shared objects of Lambda's two
architectures. Everything else is no ELF file here."""
import collections
import mmap
import struct

Section = collections.namedtuple("Section", "name type flags address offset size link info align entry_size")
Segment = collections.namedtuple("Segment", "type flags offset address physical file_size memory_size align")
Elf = collections.namedtuple("Elf", "machine segment_table section_table names_index sections segments")

HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
SECTION = struct.Struct("<IIQQQQIIQQ")
SEGMENT = struct.Struct("<IIQQQQQQ")
DYNAMIC = struct.Struct("<qQ")

EXECUTABLE, SHARED = 2, 3                            # e_type
MACHINES = (62, 183)                                 # x86-64, AArch64
SYSTEM_V, LINUX = 0, 3                               # EI_OSABI
SYMBOLS, STRINGS, RELOCATIONS, NO_BITS = 2, 3, (4, 9), 8     # sh_type
ALLOCATED, INFO_IS_SECTION = 0x2, 0x40               # sh_flags
LOAD, DYNAMIC_TABLE = 1, 2                           # p_type
NEEDED, STRING_TABLE, STRING_SIZE, RPATH, RUNPATH = 1, 5, 10, 15, 29   # d_tag
START = b"\x7fELF\x02\x01\x01"
SOURCES = (".py", ".pyi")


class NotElf(ValueError):
    """A file of another kind, or a broken one."""


def contents(path):
    """The bytes of what begins as an ELF file; None for every other file, of which only the beginning is read, and
    nothing of Python's sources, half of an environment's files."""
    if path.endswith(SOURCES):
        return None
    with open(path, "rb") as file:
        start = file.read(len(START))
        return start + file.read() if start == START else None


def needed_by(path):
    """The shared objects that the file asks the loader for, of which only the headers are read."""
    if path.endswith(SOURCES):
        return set()
    with open(path, "rb") as file:
        if file.read(len(START)) != START:
            return set()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            try:
                return set(dynamic(data, read(data))[NEEDED])
            except NotElf:
                return set()


def text_at(data, offset):
    end = data.find(b"\0", offset)
    if offset >= len(data) or end < 0:
        raise NotElf("a name outside of its table")
    return bytes(data[offset:end])


def table(layout, data, offset, count):
    if offset + count * layout.size > len(data):
        raise NotElf("a table beyond the end")
    return [layout.unpack_from(data, offset + index * layout.size) for index in range(count)]


def read(data):
    """The headers of the file; NotElf for what is none of ours and for what does not hold what it says."""
    if len(data) < HEADER.size or data[:len(START)] != START or data[7] not in (SYSTEM_V, LINUX):
        raise NotElf("another kind of file")
    (_, kind, machine, _, _, segment_table, section_table, _, _, segment_size, segments, section_size, sections,
     names_index) = HEADER.unpack_from(data)
    if kind not in (EXECUTABLE, SHARED) or machine not in MACHINES:
        raise NotElf("neither a program nor a shared object of Lambda's architectures")
    if segment_size != SEGMENT.size or segments == 0 or (sections and section_size != SECTION.size):
        raise NotElf("a table of an unknown form")
    program = [Segment(*fields) for fields in table(SEGMENT, data, segment_table, segments)]
    rows = table(SECTION, data, section_table, sections)
    for offset, size in ([(one.offset, one.file_size) for one in program]
                         + [(row[4], row[5]) for row in rows if row[1] not in (0, NO_BITS)]):
        if offset + size > len(data):
            raise NotElf("cut short")
    return Elf(machine, segment_table, section_table, names_index, named(data, rows, names_index), program)


def named(data, rows, names_index):
    if not rows:
        return []
    if not 0 < names_index < len(rows):
        raise NotElf("no names of sections")
    offset, size = rows[names_index][4:6]
    names = data[offset:offset + size]
    found = [Section(text_at(names, row[0]), *row[1:]) for row in rows]
    if any(index >= len(found) for one in found for index in links(one)):
        raise NotElf("a link to no section")
    return found


def links(section):
    """The indices of the sections that this one refers to."""
    found = [section.link]
    if section.flags & INFO_IS_SECTION or section.type in RELOCATIONS:
        found.append(section.info)
    return found


def file_offset(elf, address):
    for one in elf.segments:
        if one.type == LOAD and one.address <= address < one.address + one.file_size:
            return one.offset + address - one.address
    raise NotElf("an address in no segment")


def dynamic(data, elf):
    """{d_tag: [text]} of DT_NEEDED, DT_RPATH and DT_RUNPATH."""
    found = {NEEDED: [], RPATH: [], RUNPATH: []}
    rows = [row for one in elf.segments if one.type == DYNAMIC_TABLE
            for row in table(DYNAMIC, data, one.offset, one.file_size // DYNAMIC.size)]
    numbers = dict(reversed(rows))
    if STRING_TABLE not in numbers:
        return found
    start = file_offset(elf, numbers[STRING_TABLE])
    strings = data[start:start + numbers.get(STRING_SIZE, 0)]
    for tag, value in rows:
        if tag == 0:
            break
        if tag in found:
            found[tag].append(text_at(strings, value).decode("utf-8", "surrogateescape"))
    return found
