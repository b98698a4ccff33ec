"""Strips symbol tables and debug information off programs and shared objects, as `strip --strip-unneeded` does; no
base has a `strip`, and the real one lays files out anew, which those that patchelf wrote do not survive.

Here every page that is loaded stays as it is, at the same address: what is cut out lies behind the last of them or is
whole pages between two, a multiple of the alignment of all segments. Then the headers say where things lie, and a table
of the sections that are left is written at the end. A file of which anything else is not understood stays as it is.
"""
import os
import re
import shutil
import struct

import build_elf
from build_common import in_processes, say
from build_keep import Kept
from build_records import update_records

# The sections that GNU strip takes; .comment, .gnu_debuglink and notes stay.
STRIPPED = re.compile(rb"\.symtab$|\.symtab_shndx$|\.strtab$|\.debug|\.zdebug|\.gnu\.debuglto_|\.gnu\.linkonce\.wi\."
                      rb"|\.stab|\.line$|\.gdb_index$")
# OpenSSL's fips.so holds its checksum in a file of settings.
NEVER = re.compile(r".*\.(debug|ko|o|a|bc)$|.*fips.*\.so")
# What checks itself reads a checksum beside the file: NSS's .chk, libgcrypt's .hmac.
CHECKSUMS = (".{}.hmac", "{}.hmac", "{stem}.chk")
TABLE_ALIGNMENT = 8
SHARES = 64   # of the files: some are a hundred times as large as others
PAGE = {62: 0x1000, 183: 0x10000}


def dropped_sections(elf):
    """The indices of the sections that go: none that is loaded, none that one which stays refers to."""
    dropped = {index for index, one in enumerate(elf.sections)
               if STRIPPED.match(one.name) and not one.flags & build_elf.ALLOCATED}
    while True:
        used = {index for place, one in enumerate(elf.sections) if place not in dropped
                for index in build_elf.links(one)}
        if not dropped & used:
            break
        dropped -= used
    staying = [one for index, one in enumerate(elf.sections) if index not in dropped]
    if elf.names_index in dropped | used or any(one.type == build_elf.SYMBOLS for one in staying):
        return set()   # symbols name sections by their index, also those that would go
    return dropped


def range_of(section):
    return section.offset, section.offset + (0 if section.type in (0, build_elf.NO_BITS) else section.size)


def staying_ranges(elf, dropped):
    """[start, end] of what must stay, in order and without overlaps. The sections' names and table are written anew."""
    program = elf.segment_table
    ranges = [(0, build_elf.HEADER.size), (program, program + len(elf.segments) * build_elf.SEGMENT.size)]
    ranges += [(one.offset, one.offset + one.file_size) for one in elf.segments]
    ranges += [range_of(one) for index, one in enumerate(elf.sections)
               if index not in dropped and index != elf.names_index]
    merged = []
    for start, end in sorted(one for one in ranges if one[0] < one[1]):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return merged


def holes(elf, dropped, size):
    """[(start, end)] of what is cut out: whole pages that nothing touches, and the end of the file."""
    page = PAGE[elf.machine]
    unit = max([page] + [one.align for one in elf.segments if one.type == build_elf.LOAD])
    ranges = staying_ranges(elf, dropped)
    found = []
    for (_, end), (start, _) in zip(ranges, ranges[1:]):
        end = -(-end // page) * page
        length = (start // page * page - end) // unit * unit
        if length > 0 and any(range_of(elf.sections[index])[0] < end + length and range_of(elf.sections[index])[1] > end
                              for index in dropped):
            found.append((end, end + length))
    return found + [(ranges[-1][1], size)]


def former_table(data, elf):
    """The range of the table that patchelf left behind the names when it wrote another."""
    start = end = -(-range_of(elf.sections[elf.names_index])[1] // TABLE_ALIGNMENT) * TABLE_ALIGNMENT
    while end + build_elf.SECTION.size <= min(len(data), start + 2 * len(elf.sections) * build_elf.SECTION.size):
        one = build_elf.Section(*build_elf.SECTION.unpack_from(data, end))
        if one.offset > len(data) or one.link >= 2 * len(elf.sections) or one.align & (one.align - 1):
            break
        end += build_elf.SECTION.size
    return start, end


def is_known(data, elf, dropped, cut):
    """Whether nothing but sections that go, the names, the table and zeros is cut out: other bytes are a payload."""
    rest = bytearray(data)
    sections = [range_of(elf.sections[index]) for index in (*dropped, elf.names_index)]
    table = elf.section_table, elf.section_table + len(elf.sections) * build_elf.SECTION.size
    for start, end in [*sections, table, former_table(data, elf)]:
        rest[start:end] = bytes(end - start)
    return not any(rest[start:end].strip(b"\0") for start, end in cut)


def stripped(data):
    """The file without what is not loaded; None when it has nothing of the kind, or is not sure to survive it."""
    try:
        elf = build_elf.read(data)
    except build_elf.NotElf:
        return None
    dropped = dropped_sections(elf)
    aligned = all(one.align & (one.align - 1) == 0 for one in elf.segments)
    if not dropped or not aligned or data[described_size(elf):].strip(b"\0"):
        return None
    cut = holes(elf, dropped, len(data))
    if not is_known(data, elf, dropped, cut):
        return None
    result = rewritten(data, elf, dropped, cut)
    return result if len(result) < len(data) else None


def described_size(elf):
    """The end of the last thing that the headers describe; patchelf appends a zero. What is there besides is found by
    its distance from the end."""
    return max([elf.section_table + len(elf.sections) * build_elf.SECTION.size,
                *(one.offset + one.file_size for one in elf.segments), *(range_of(one)[1] for one in elf.sections)])


def rewritten(data, elf, dropped, cut):
    def moved(offset):
        return offset - sum(end - start for start, end in cut[:-1] if end <= offset)

    body, position = bytearray(), 0
    for start, end in cut:
        body += data[position:start]
        position = end
    for index, one in enumerate(elf.segments):
        build_elf.SEGMENT.pack_into(body, moved(elf.segment_table) + index * build_elf.SEGMENT.size,
                                    *one._replace(offset=moved(one.offset)))
    tail = sections_at(len(body), body, elf, dropped, moved)
    return bytes(body) + tail


def sections_at(start, body, elf, dropped, moved):
    """The names and the table of the sections, which lie at `start`; says so in the file's header. A section before one
    that is loaded leaves an empty row: the dynamic symbols name sections by their index."""
    loaded = max(index for index, one in enumerate(elf.sections) if one.flags & build_elf.ALLOCATED)
    staying = [index for index in range(len(elf.sections)) if index <= loaded or index not in dropped]
    place = {index: new for new, index in enumerate(staying)}
    names, rows = b"\0", []
    for one in (elf.sections[index] for index in staying if index not in dropped):
        names += b"" if b"\0" + one.name + b"\0" in names else one.name + b"\0"
    for index in staying:
        one = elf.sections[index]
        if index in dropped:
            rows.append(bytes(build_elf.SECTION.size))
            continue
        if index == elf.names_index:
            one = one._replace(offset=start, size=len(names))
        else:
            one = one._replace(offset=moved(one.offset), link=place[one.link],
                               info=place[one.info] if len(build_elf.links(one)) > 1 else one.info)
        rows.append(build_elf.SECTION.pack(names.index(b"\0" + one.name + b"\0") + 1 if one.name else 0, *one[1:]))
    names += bytes(-(start + len(names)) % TABLE_ALIGNMENT)
    struct.pack_into("<Q", body, 32, moved(elf.segment_table))                     # e_phoff
    struct.pack_into("<Q", body, 40, start + len(names))                           # e_shoff
    struct.pack_into("<HH", body, 60, len(rows), place[elf.names_index])           # e_shnum, e_shstrndx
    return names + b"".join(rows)


def checks_itself(path):
    folder, name = os.path.split(path)
    stem = name.partition(".so")[0]
    return any(os.path.exists(os.path.join(folder, form.format(name, stem=stem))) for form in CHECKSUMS)


def candidates(prefix, kept):
    """The regular files, the names of one file together, in order."""
    files = {}
    for root, folders, names in os.walk(prefix):
        folders.sort()
        for path in (os.path.join(root, name) for name in sorted(names) if not NEVER.match(name)):
            status = os.lstat(path)
            if os.path.islink(path) or not os.path.isfile(path) or status.st_size < build_elf.HEADER.size:
                continue
            files.setdefault((status.st_dev, status.st_ino), []).append(path)
    return [paths for paths in files.values() if not any(path in kept for path in paths)]


def replace(paths, data):
    """Puts the data in the place of the file: mode, times and attributes stay, and so do its names."""
    first = paths[0]
    for path in paths:
        new = path + ".envlift"
        if path == first:
            with open(new, "wb") as file:
                file.write(data)
            shutil.copystat(path, new)
        else:
            os.link(first, new)
        os.replace(new, path)


def strip(files):
    """Strips files, each of them a list of its names; returns [(a file's names, bytes saved)] of those that changed."""
    changed = []
    for paths in files:
        data = build_elf.contents(paths[0])
        smaller = None if data is None or any(map(checks_itself, paths)) else stripped(data)
        if smaller is not None:
            replace(paths, smaller)
            changed.append((paths, len(data) - len(smaller)))
    return changed


def main(config):
    """Strips the prefix."""
    files = candidates(config["prefix"], Kept(config))
    shares = in_processes(strip, [files[first::SHARES] for first in range(SHARES)])
    changed = [path for share in shares for paths, _ in share for path in paths]
    saved = sum(one for share in shares for _, one in share)
    update_records(config, changed)
    say(f"stripped {len(changed)} programs and shared objects: {saved / 1e6:.1f} MB of symbols and debug information")
