"""Builds the lab's conda channels.

Usage: build.py CPYTHON-FOLDER... --wheels DIR --libraries DIR --out DIR

OUT/conda-forge holds everything; OUT/pkgs/main is the `defaults`-like second channel, with the
few packages of MAIN in it as hard links."""

import argparse
import asyncio
import os
import re
import shutil
import sys
import zipfile
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename
from rattler.index import index_fs

import tables
from archive import PLACEHOLDER, Package, content_hash, write_package
from wheels import wheel_package

MAIN = {"pip", "setuptools", "wheel", "numpy", "six", "pytz", "python-dateutil", "python-tzdata"}

# What conda-forge's python asks for, as far as the lab has it; the packages made of Debian's
# libraries are added.
PYTHON_DEPENDS = ["__glibc >=2.17,<3.0.a0", "tzdata"]

ACTIVATE = """# Sourced by `conda activate`; the values are as awkward as published packages have them.
export PROJ_DATA="${CONDA_PREFIX}/share/proj"
export PROJ_NETWORK=ON
export ENVLIFT_LAB_TITLE="it's the lab's \\"own\\" value"
export ENVLIFT_LAB_FLAGS='-O2  -DNAME=$HOME'
export ENVLIFT_LAB_PYTHONS="$(ls "${CONDA_PREFIX}/bin" | grep -c '^python3')"
"""
DEACTIVATE = "unset PROJ_DATA PROJ_NETWORK ENVLIFT_LAB_TITLE ENVLIFT_LAB_FLAGS ENVLIFT_LAB_PYTHONS\n"

# Run once after the package is linked: what it writes is in no list of files, like the caches of
# fonts, image loaders and desktop files.
POST_LINK = """#!/bin/sh
set -e
cd "$PREFIX/share/envlift-lab"
ls loaders >loaders.cache
ln -s loaders.cache current.cache
mkdir -p state/empty
printf '%s\\n' "$PREFIX" >state/prefix
chmod 0600 state/prefix
printf '#!/bin/sh\\necho generated\\n' >"$PREFIX/bin/envlift-lab-generated"
chmod 0755 "$PREFIX/bin/envlift-lab-generated"
"""

# Debian's OpenSSL looks for certificates in a folder of Debian's, conda's in the environment. The
# prefix that envlift makes is as long as what it replaces.
DEBIAN_SSL, CONDA_SSL = b"/usr/lib/ssl", b"/opt/env/ssl"


def upstream_version(debian: str) -> str:
    """The version without Debian's epoch, revision and repacking marks."""
    return re.sub(r"[.+]dfsg.*$", "", debian.strip().split(":")[-1].rsplit("-", 1)[0])


def replace_prefix(tree: Path, prefix: str) -> None:
    """Puts conda's placeholder in place of the prefix that text files were installed with."""
    for path in tree.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes()
        if prefix.encode() in data and b"\0" not in data:
            path.write_bytes(data.replace(prefix.encode(), PLACEHOLDER.encode()))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


class Builder:
    """Stages trees below WORK and writes packages into the channel."""

    def __init__(self, channel: Path, work: Path, libraries: Path, wheels: Path):
        self.channel, self.work, self.libraries, self.wheels = channel, work, libraries, wheels
        self.names: set[str] = set()

    def add(self, package: Package) -> None:
        path = write_package(package, self.channel)
        if package.tree:
            shutil.rmtree(package.tree)
        self.names.add(package.name)
        print(path.name, flush=True)

    def stage(self, name: str) -> Path:
        tree = self.work / name
        shutil.rmtree(tree, ignore_errors=True)
        tree.mkdir(parents=True)
        return tree

    def stage_library(self, folder: Path) -> Path:
        """The tree of a package that a folder of Debian's libraries becomes."""
        tree = self.stage(folder.name)
        shutil.copytree(folder / "lib", tree / "lib", symlinks=True)
        for path in tree.glob("lib/libcrypto.so.3"):
            path.write_bytes(path.read_bytes().replace(DEBIAN_SSL, CONDA_SSL))
        return tree

    def library_packages(self) -> list[str]:
        """One package per `env` row; returns the specs that `python` depends on."""
        specs = []
        for folder in sorted((self.libraries / "env").iterdir()):
            version = upstream_version(next(folder.glob("*.version")).read_text())
            tree = self.stage_library(folder)
            depends = ["__glibc >=2.17,<3.0.a0"] + (["ca-certificates"] if folder.name == "openssl" else [])
            build = f"h{content_hash(folder.name, version, CONDA_SSL.decode())}_0"
            self.add(Package(folder.name, version, build, tree, depends=depends))
            specs.append(f"{folder.name} >={version}")
            if folder.name == "liblzma":
                build = f"h{content_hash('xz', version)}_0"
                self.add(
                    Package(
                        "xz",
                        version,
                        build,
                        depends=[f"liblzma {version}"],
                        summary="All of xz; here the library.",
                    )
                )
        return specs

    def python(self, cpython: Path, libraries: list[str]) -> None:
        """CPython itself and python_abi, which ties compiled packages to a minor."""
        config = next((cpython / "lang" / "include").iterdir()) / "patchlevel.h"
        version = re.search(r'PY_VERSION\s+"([\d.]+)"', config.read_text())[1]
        minor = version.rsplit(".", 1)[0]
        compact = minor.replace(".", "")
        tree = self.stage(f"python-{minor}")
        shutil.copytree(cpython / "lang", tree, symlinks=True, dirs_exist_ok=True)
        shutil.copy2(cpython / "static", tree / "bin" / f"python{minor}")
        write(
            tree / "lib" / f"python{minor}" / "site-packages" / "README.txt",
            "Third-party modules lie here.\n",
        )
        replace_prefix(tree, "/var/lang")
        self.add(
            Package(
                "python",
                version,
                f"h{content_hash(version)}_0_cpython",
                tree,
                depends=sorted(PYTHON_DEPENDS + libraries),
                constrains=[f"python_abi {minor}.* *_cp{compact}"],
                license="Python-2.0",
            )
        )
        abi = Package(
            "python_abi",
            minor,
            f"0_cp{compact}",
            subdir="noarch",
            noarch="generic",
            constrains=[f"python {minor}.*"],
        )
        self.add(abi)

    def data_packages(self) -> None:
        """tzdata and ca-certificates, out of the wheels that carry the same data."""
        any_minor = self.wheels / tables.minors()[0]
        tree = self.stage("tzdata")
        wheel = next(any_minor.glob("tzdata-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith("tzdata/zoneinfo/") and not name.endswith((".py", "/")):
                    target = tree / "share" / name.removeprefix("tzdata/")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.read(name))
        release = "{}{}".format(
            parse_wheel_filename(wheel.name)[1].major,
            "abcdefgh"[parse_wheel_filename(wheel.name)[1].minor - 1],
        )
        self.add(
            Package("tzdata", release, f"h{content_hash(release)}_0", tree, subdir="noarch", noarch="generic")
        )
        tree = self.stage("ca-certificates")
        wheel = next(any_minor.glob("certifi-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            write(tree / "ssl" / "cacert.pem", archive.read("certifi/cacert.pem").decode())
        (tree / "ssl" / "cert.pem").symlink_to("cacert.pem")
        version = str(parse_wheel_filename(wheel.name)[1])
        self.add(Package("ca-certificates", version, f"h{content_hash(version)}_0", tree))

    def activate_package(self) -> None:
        """A package with activation scripts, of which published ones have many."""
        tree = self.stage("activate")
        write(tree / "etc/conda/activate.d/envlift-lab.sh", ACTIVATE)
        write(tree / "etc/conda/deactivate.d/envlift-lab.sh", DEACTIVATE)
        write(tree / "share/proj/proj.ini", "[general]\n")
        self.add(
            Package(
                "envlift-lab-activate",
                "1.0",
                f"h{content_hash(ACTIVATE)}_0",
                tree,
                summary="Activation scripts for tests.",
            )
        )

    def post_link_package(self) -> None:
        """A package whose post-link script generates files."""
        tree = self.stage("post-link")
        script = tree / "bin/.envlift-lab-post-link-post-link.sh"
        write(script, POST_LINK)
        script.chmod(0o755)
        for name in ("png", "svg"):
            write(tree / f"share/envlift-lab/loaders/{name}.conf", f"loader {name}\n")
        self.add(
            Package(
                "envlift-lab-post-link",
                "1.0",
                f"h{content_hash(POST_LINK)}_0",
                tree,
                summary="A post-link script for tests.",
            )
        )

    def wheel_packages(self) -> None:
        """Everything of tables/packages.txt, and `matplotlib`, which is a name for its base."""
        rows = tables.wheel_rows()
        conda_names = {canonicalize_name(row.pypi): row.conda for row in rows}
        builds = {(canonicalize_name(row.pypi), row.version): row.build for row in rows}
        done = set()
        for minor in tables.minors():
            for path in sorted((self.wheels / minor).glob("*.whl")):
                name, version, *_ = parse_wheel_filename(path.name)
                conda = conda_names[name]
                if path.name in done:
                    continue
                done.add(path.name)
                package = wheel_package(
                    path, conda, minor, conda_names, self.work / "wheel", builds[name, str(version)]
                )
                self.add(package)
                if conda == "matplotlib-base":
                    self.add(
                        Package(
                            "matplotlib",
                            package.version,
                            package.build,
                            depends=[f"matplotlib-base {package.version}"],
                        )
                    )


def link_main(source: Path, target: Path, always: set[str]) -> None:
    """The second channel: hard links to the packages that it has."""
    for path in sorted(source.glob("*/*.conda")):
        if path.name.rsplit("-", 2)[0] in MAIN | always:
            (target / path.parent.name).mkdir(parents=True, exist_ok=True)
            os.link(path, target / path.parent.name / path.name)


async def index(channel: Path) -> None:
    # Without shards: a second solve over a kept cache fails on the server's 304 for them.
    (channel / "noarch").mkdir(parents=True, exist_ok=True)
    await index_fs(channel, write_zst=True, write_shards=False, force=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cpython", nargs="+", type=Path)
    for option in ("--wheels", "--libraries", "--out"):
        parser.add_argument(option, required=True, type=Path)
    options = parser.parse_args()
    channel, work = options.out / "conda-forge", options.out / ".work"
    builder = Builder(channel, work, options.libraries, options.wheels)
    libraries = builder.library_packages()
    for cpython in options.cpython:
        builder.python(cpython, libraries)
    builder.data_packages()
    always = set(builder.names)
    builder.activate_package()
    builder.post_link_package()
    builder.wheel_packages()
    shutil.rmtree(work)
    link_main(channel, options.out / "pkgs" / "main", always)
    for each in (channel, options.out / "pkgs" / "main"):
        asyncio.run(index(each))
    sys.stdout.flush()
    # py-rattler's threads abort the process at interpreter exit now and then.
    os._exit(0)


if __name__ == "__main__":
    main()
