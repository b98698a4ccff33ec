"""Makes identical shared objects relative symbolic links to the first of them: wheels hold no links, so that one
library lies under each of its names.

glibc loads a file once, whatever path it is opened by, and what the file finds beside itself ($ORIGIN, dladdr) it then
finds beside the path that came first. So files of one folder become one, and files of several folders only when
- both have the same name: the loader takes the first one loaded for either already,
- each library that they need and look for below $ORIGIN is one and the same file for both, and
- they do not ask the loader for their own path (dladdr).
Python's extension modules stay apart: two modules of one file would share their variables.
"""
import hashlib
import os

import build_elf
from build_common import say
from build_keep import Kept

SMALLEST_BYTES = 64 * 1024
ORIGIN = ("$ORIGIN", "${ORIGIN}")
# In the file's strings: an extension module's entry point; who asks for the path that it was loaded from.
MODULE, ASKS_FOR_PATH = b"PyInit_", b"\0dladdr"


def candidates(prefix, kept):
    """{size: [path, in order]} of the shared objects that are files of their own."""
    found = {}
    for root, _, names in os.walk(prefix):
        for path in (os.path.join(root, name) for name in names if name.endswith(".so") or ".so." in name):
            size = os.lstat(path).st_size
            if size >= SMALLEST_BYTES and os.path.isfile(path) and not os.path.islink(path) and path not in kept:
                found.setdefault(size, []).append(path)
    return {size: sorted(paths) for size, paths in found.items() if len(paths) > 1}


def identical(paths):
    """The groups of paths, in order, whose files have the same bytes."""
    groups = {}
    for path in paths:
        with open(path, "rb") as file:
            groups.setdefault(hashlib.sha256(file.read()).digest(), []).append(path)
    return [group for group in groups.values() if len(group) > 1]


def beside(path, dynamic):
    """{needed library: the file that the loader finds below $ORIGIN, or None}; the system's are not looked for."""
    folder = os.path.dirname(path)
    search = [part for text in dynamic[build_elf.RUNPATH] or dynamic[build_elf.RPATH] for part in text.split(":")]
    own = []
    for part in search:
        if any(word in part for word in ORIGIN):
            for word in ORIGIN:
                part = part.replace(word, folder)
            own.append(part)
    found = {}
    for name in dynamic[build_elf.NEEDED]:
        places = (os.path.join(part, name) for part in own)
        found[name] = next((os.path.realpath(place) for place in places if os.path.exists(place)), None)
    return found


def is_same_for_loader(first, other, data):
    """Whether the loader does the same with the second path after it became a link to the first."""
    if os.path.dirname(first) == os.path.dirname(other):
        return True
    if os.path.basename(first) != os.path.basename(other) or ASKS_FOR_PATH in data:
        return False
    dynamic = build_elf.dynamic(data, build_elf.read(data))
    return beside(first, dynamic) == beside(other, dynamic)


def link(first, other):
    new = other + ".envlift"
    os.symlink(os.path.relpath(first, os.path.dirname(other)), new)
    os.replace(new, other)


def merge(group):
    """Links what can be linked of a group; returns the paths that became links."""
    with open(group[0], "rb") as file:
        data = file.read()
    try:
        build_elf.read(data)
    except build_elf.NotElf:
        return []
    if MODULE in data:
        return []
    linked, targets = [], []
    for path in group:
        target = next((one for one in targets if is_same_for_loader(one, path, data)), None)
        if target is None:
            targets.append(path)
        elif not os.path.samefile(target, path):
            link(target, path)
            linked.append(path)
    return linked


def main(config):
    """Links the identical shared objects of the prefix. A round may make the neighbours of others the same."""
    kept = Kept(config)
    if kept.kind("duplicates"):
        return
    count = saved = 0
    while True:
        linked = {path: size for size, paths in sorted(candidates(config["prefix"], kept).items())
                  for group in identical(paths) for path in merge(group)}
        if not linked:
            break
        count, saved = count + len(linked), saved + sum(linked.values())
    if count:
        say(f"{count} shared objects became links to identical ones: {saved / 1e6:.1f} MB")
