"""Splits what ships into layers, one for each package, that any build of the same input makes the same.

A layer is a tar with sorted entries, fixed times and its parent folders: a changed package changes one layer, and
registries and engines keep the others. /build/layers holds the tars under the SHA-256 of their bytes (the image's
diffIDs) and index.json, which names them in the image's order, and what was installed for a lock.
"""
import collections
import hashlib
import json
import os
import re
import stat
import tarfile

from build_common import BUILD, configuration, say, site_packages, timed
from build_records import conda_packages, distributions, recorded_files

# 1980-01-02: zip archives, which programs make of what they find, know no earlier day in any time zone.
TIME = 315619200
# An engine takes 127 layers at most, and each costs at every start and in every manifest that is pushed: packages of
# this size have a layer of their own, the rest shares a fixed number by the hash of their names.
ALONE_BYTES = 512 * 1024
MOST_ALONE = 24
SHARED = 8

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


class SummedFile:
    """A new file that is written once, and the SHA-256 of its bytes."""

    def __init__(self, path):
        self.file = open(path, "wb")
        self.sum = hashlib.sha256()

    def write(self, data):
        self.sum.update(data)
        return self.file.write(data)

    def tell(self):
        return self.file.tell()


def parent_sources(files):
    """{folder in the image: folder here} of everything above the files: Lambda's loader refuses layers without them.
    The base's folders keep their modes; those that are links there stay links."""
    folders = {folder for path in files for folder in parents(path)}
    return {folder: folder if os.path.isdir(folder) else built("root") + folder for folder in folders
            if not os.path.islink(folder)}


def write_layer(files):
    """Writes {path in the image: file here} as a tar; returns its row of the index without name and packages."""
    sources = {**parent_sources(files), **files}
    unnamed = built("layers", "layer.part")
    summed = SummedFile(unnamed)
    with summed.file, tarfile.open(fileobj=summed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(sources):
            entry = entry_of(path, sources[path])
            if entry.isreg():
                with open(sources[path], "rb") as file:
                    archive.addfile(entry, file)
            else:
                archive.addfile(entry)
    digest = summed.sum.hexdigest()
    path = built("layers", f"{digest}.tar")
    os.rename(unnamed, path)
    return {"diff_id": f"sha256:{digest}", "bytes": os.path.getsize(path)}


def root_files():
    """{path in the image: file here} of what lies over the base."""
    root = built("root")
    return {path[len(root):]: path for path in files_of(root)}


def main():
    config = configuration("environment.json")
    os.makedirs(built("layers"), exist_ok=True)
    rows = []
    with timed("splitting into layers"):
        for name, packages, paths in group(config):
            row = write_layer({path: path for path in paths})
            rows.append({"name": name, **row, "packages": [package._asdict() for package in packages]})
        rows.append({"name": "launcher", **write_layer(root_files()), "packages": []})
    with open(built("installed.json"), encoding="utf-8") as file:
        installed = json.load(file)
    with open(built("layers", "index.json"), "w", encoding="utf-8") as file:
        json.dump({"schema": 1, "layers": rows, "installed": installed}, file, indent=1)
    say(f"{len(rows)} layers of {sum(row['bytes'] for row in rows) / 1e6:.1f} MB")
