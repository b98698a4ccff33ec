"""Writes .conda packages: a zip of metadata.json and two zstd-compressed tars, one with the
package's files and one with its info/ folder (conda's package format 2)."""

import dataclasses
import hashlib
import io
import json
import os
import tarfile
import zipfile
from pathlib import Path

import zstandard

# Stands in the files for the prefix that a package is installed to. conda's builders use a long
# one too, so that a longer prefix fits where it replaces bytes of a binary.
PLACEHOLDER = "/opt/envlift_lab_prefix" + "_placehold" * 20

# One moment for every file and record: the same input gives the same bytes.
TIMESTAMP = 1704067200

# Larger files are data or machine code without a prefix in them.
LARGEST_TEXT = 2_000_000


@dataclasses.dataclass
class Package:
    """One conda package: its index record and the tree that holds its files."""

    name: str
    version: str
    build: str
    tree: Path | None = None
    subdir: str = "linux-64"
    depends: list[str] = dataclasses.field(default_factory=list)
    constrains: list[str] = dataclasses.field(default_factory=list)
    noarch: str | None = None
    entry_points: list[str] = dataclasses.field(default_factory=list)
    license: str = ""
    summary: str = ""

    @property
    def stem(self) -> str:
        return f"{self.name}-{self.version}-{self.build}"

    def index(self) -> dict:
        """The record that a channel's repodata repeats (info/index.json)."""
        record = {
            "arch": None if self.noarch else "x86_64",
            "build": self.build,
            "build_number": 0,
            "constrains": self.constrains,
            "depends": self.depends,
            "license": self.license,
            "name": self.name,
            "platform": None if self.noarch else "linux",
            "subdir": self.subdir,
            "timestamp": TIMESTAMP * 1000,
            "version": self.version,
        }
        if self.noarch:
            record["noarch"] = self.noarch
        return record


def content_hash(*things: str) -> str:
    """Seven hex digits for a build string, as conda's builders put there."""
    return hashlib.sha256("\n".join(things).encode()).hexdigest()[:7]


def files_below(tree: Path) -> list[Path]:
    """Every file and link below a folder, sorted, relative to it."""
    found = []
    for folder, folders, files in os.walk(tree):
        here = Path(folder)
        found += [(here / name).relative_to(tree) for name in files]
        found += [(here / name).relative_to(tree) for name in folders if (here / name).is_symlink()]
    return sorted(found, key=str)


def path_entry(tree: Path, relative: Path) -> dict:
    """One entry of info/paths.json, with the placeholder where the file holds it."""
    path = tree / relative
    if path.is_symlink():
        data = path.read_bytes() if path.is_file() else b""
        return {
            "_path": str(relative),
            "path_type": "softlink",
            "sha256": hashlib.sha256(data).hexdigest(),
            "size_in_bytes": len(data),
        }
    data = path.read_bytes()
    entry = {
        "_path": str(relative),
        "path_type": "hardlink",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size_in_bytes": len(data),
    }
    if len(data) < LARGEST_TEXT and PLACEHOLDER.encode() in data:
        entry |= {"prefix_placeholder": PLACEHOLDER, "file_mode": "text"}
    return entry


def info_files(package: Package, paths: list[dict]) -> dict[str, bytes]:
    """The files of the info/ folder."""
    documents = {
        "index.json": package.index(),
        "paths.json": {"paths": paths, "paths_version": 1},
        "about.json": {"license": package.license, "summary": package.summary},
    }
    if package.noarch == "python":
        documents["link.json"] = {
            "noarch": {"type": "python", "entry_points": package.entry_points},
            "package_metadata_version": 1,
        }
    texts = {
        f"info/{name}": json.dumps(value, indent=2, sort_keys=True) + "\n"
        for name, value in documents.items()
    }
    texts["info/files"] = "".join(entry["_path"] + "\n" for entry in paths)
    return {name: text.encode() for name, text in sorted(texts.items())}


def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
    """Takes the builder's user and clock out of a tar member."""
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mtime = TIMESTAMP
    return info


def compressed_tar(add) -> bytes:
    """A zstd-compressed tar of what ADD puts into it."""
    buffer = io.BytesIO()
    compressor = zstandard.ZstdCompressor(level=3, threads=-1)
    with compressor.stream_writer(buffer, closefd=False) as stream:
        with tarfile.open(fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT) as tar:
            add(tar)
    return buffer.getvalue()


def add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    info = plain(tarfile.TarInfo(name))
    info.size = len(data)
    info.mode = 0o644
    tar.addfile(info, io.BytesIO(data))


def write_package(package: Package, channel: Path) -> Path:
    """Writes CHANNEL/SUBDIR/NAME-VERSION-BUILD.conda and returns its path."""
    relatives = files_below(package.tree) if package.tree else []
    paths = [path_entry(package.tree, relative) for relative in relatives]

    def add_content(tar: tarfile.TarFile) -> None:
        for relative in relatives:
            tar.add(package.tree / relative, arcname=str(relative), recursive=False, filter=plain)

    def add_info(tar: tarfile.TarFile) -> None:
        for name, data in info_files(package, paths).items():
            add_bytes(tar, name, data)

    target = channel / package.subdir / f"{package.stem}.conda"
    target.parent.mkdir(parents=True, exist_ok=True)
    members = {
        "metadata.json": json.dumps({"conda_pkg_format_version": 2}).encode(),
        f"pkg-{package.stem}.tar.zst": compressed_tar(add_content),
        f"info-{package.stem}.tar.zst": compressed_tar(add_info),
    }
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
    return target
