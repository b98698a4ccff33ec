"""Splits what ships into layers, one for each package, that any build of the same input makes the same.

A layer is a tar with sorted entries, fixed times and its parent folders: a changed package changes one layer, and
registries and engines keep the others. /build/layers holds the tars under the SHA-256 of their bytes (the image's
diffIDs), but for those that known-layers.json beside this file names, and index.json, which names all of them in the
image's order, and what was installed for a lock.
"""
import collections
import hashlib
import json
import os
import re
import stat
import tarfile

from build_common import BUILD, configuration, in_processes, say, site_packages, timed
from build_records import conda_packages, distributions, recorded_files

# 1980-01-02: zip archives, which programs make of what they find, know no earlier day in any time zone.
TIME = 315619200
# An engine takes 127 layers at most, and each costs at every start and in every manifest that is pushed: packages of
# this size have a layer of their own, the rest shares a fixed number by the hash of their names.
ALONE_BYTES = 512 * 1024
MOST_ALONE = 24
SHARED = 8
BLOCK = 1 << 20   # of a file that is read

Package = collections.namedtuple("Package", "kind name version")
CACHED = re.compile(r"(.*/)__pycache__/([^/]+?)\.[^./]+(?:\.opt-\d)?\.pyc$")


def built(*names):
    """A path in the build's folder: root/ holds what lies over the base, layers/ what this step writes."""
    return os.path.join(BUILD, *names)


def source_of(path):
    """The .py file of a pyc; any other path as it is."""
    match = CACHED.match(path)
    return f"{match[1]}{match[2]}.py" if match else path


def owners(config):
    """{absolute path: Package} of every file that conda or pip wrote down. What pip put over conda's is pip's."""
    found = {}
    for record in conda_packages(config["prefix"]):
        package = Package("conda", record.name, record.version)
        found[record.path] = package
        found.update(dict.fromkeys(record.files, package))
    for one in distributions(site_packages(config)).values():
        if os.path.join(one.folder, "METADATA") not in found:
            found.update(dict.fromkeys(recorded_files(one), Package("pip", one.name, one.version)))
    return found


def files_of(folder):
    """The paths of everything below a folder but of the folders that hold something."""
    for root, folders, files in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(root, name))]
        for name in files + links:
            yield os.path.join(root, name)
        if not folders and not files:
            yield root


def group(config):
    """[(name of the layer, packages, paths)] in the image's order: what changes together lies together."""
    known = owners(config)
    paths = collections.defaultdict(list)
    for path in files_of(config["prefix"]):
        paths[known.get(source_of(path))].append(path)
    unowned = paths.pop(None, [])
    sizes = {package: sum(os.lstat(path).st_size for path in theirs) for package, theirs in paths.items()}
    large = sorted((one for one in sizes if sizes[one] >= ALONE_BYTES), key=lambda one: (-sizes[one], one))[:MOST_ALONE]
    shared = [[] for _ in range(SHARED)]
    for package in sorted(set(paths) - set(large)):
        shared[hashlib.sha256(package.name.encode()).digest()[0] % SHARED].append(package)
    groups = [(f"{one.name} {one.version}", [one]) for one in sorted(large)]
    groups += [(f"small packages {number + 1}", some) for number, some in enumerate(shared) if some]
    layers = [(name, packages, [path for package in packages for path in paths[package]]) for name, packages in groups]
    return layers + [("of no package", [], unowned)] if unowned else layers


def entry_of(path, source):
    """The tar entry of a file, link or folder, whose mode is the only thing kept of this build."""
    status = os.lstat(source)
    entry = tarfile.TarInfo(path.lstrip("/"))
    entry.mode = stat.S_IMODE(status.st_mode)
    entry.mtime = TIME
    if stat.S_ISLNK(status.st_mode):
        entry.type, entry.linkname, entry.mode = tarfile.SYMTYPE, os.readlink(source), 0o777
    elif stat.S_ISDIR(status.st_mode):
        entry.type = tarfile.DIRTYPE
    else:
        entry.size = status.st_size
    return entry


def parents(path):
    """/a/b/c: /a, /a/b."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(2, len(parts))]


class Summed:
    """A stream of bytes that knows their SHA-256 and their number, and writes them into a file if there is one."""

    def __init__(self, file=None):
        self.file = file
        self.sum = hashlib.sha256()
        self.size = 0

    def write(self, data):
        self.sum.update(data)
        self.size += len(data)
        if self.file:
            self.file.write(data)
        return len(data)

    def tell(self):
        return self.size


def parent_sources(files):
    """{folder in the image: folder here} of everything above the files: Lambda's loader refuses layers without them.
    The base's folders keep their modes; those that are links there stay links."""
    folders = {folder for path in files for folder in parents(path)}
    return {folder: folder if os.path.isdir(folder) else built("root") + folder for folder in folders
            if not os.path.islink(folder)}


def write_tar(files, stream):
    """Writes {path in the image: file here} as a tar; returns the stream."""
    sources = {**parent_sources(files), **files}
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT, copybufsize=BLOCK) as archive:
        for path in sorted(sources):
            entry = entry_of(path, sources[path])
            if entry.isreg():
                with open(sources[path], "rb") as file:
                    archive.addfile(entry, file)
            else:
                archive.addfile(entry)
    return stream


def write_layer(files, known):
    """Writes {path in the image: file here} as a layer, but for a known one; returns its row of the index without name
    and packages."""
    summed = write_tar(files, Summed()) if known else None
    if summed is None or summed.sum.hexdigest() not in known:
        unnamed = built("layers", f"{os.getpid()}.part")
        with open(unnamed, "wb") as file:
            summed = write_tar(files, Summed(file))
        os.rename(unnamed, built("layers", f"{summed.sum.hexdigest()}.tar"))
    return {"diff_id": f"sha256:{summed.sum.hexdigest()}", "bytes": summed.size}


def root_files():
    """{path in the image: file here} of what lies over the base."""
    root = built("root")
    return {path[len(root):]: path for path in files_of(root)}


def rows_of(config):
    """The rows of the index. The largest layers are written first: no process waits for another at the end."""
    known = set(configuration("known-layers.json"))
    layers = [(name, packages, {path: path for path in paths}) for name, packages, paths in group(config)]
    layers.append(("launcher", [], root_files()))
    sizes = [sum(os.lstat(path).st_size for path in files.values()) for _, _, files in layers]
    order = sorted(range(len(layers)), key=lambda index: -sizes[index])
    written = dict(zip(order, in_processes(lambda index: write_layer(layers[index][2], known), order)))
    return [{"name": name, **written[index], "packages": [package._asdict() for package in packages]}
            for index, (name, packages, _) in enumerate(layers)]


def main():
    config = configuration("environment.json")
    os.makedirs(built("layers"), exist_ok=True)
    with timed("splitting into layers"):
        rows = rows_of(config)
    with open(built("installed.json"), encoding="utf-8") as file:
        installed = json.load(file)
    with open(built("layers", "index.json"), "w", encoding="utf-8") as file:
        json.dump({"schema": 1, "layers": rows, "installed": installed}, file, indent=1)
    say(f"{len(rows)} layers of {sum(row['bytes'] for row in rows) / 1e6:.1f} MB")
