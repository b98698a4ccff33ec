"""Turns PyPI wheels into conda packages: pure ones with `noarch: python`, the others for
linux-64 and one CPython minor."""

import configparser
import email.parser
import re
import shutil
import zipfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename

from archive import PLACEHOLDER, Package, content_hash

SCRIPT = """#!{prefix}/bin/python
# -*- coding: utf-8 -*-
import re
import sys

from {module} import {attribute}

if __name__ == "__main__":
    sys.argv[0] = re.sub(r"(-script\\.pyw?|\\.exe)?$", "", sys.argv[0])
    sys.exit({function}())
"""


class Wheel:
    """An opened wheel: its metadata and the way its files go into a tree."""

    def __init__(self, path: Path):
        self.archive = zipfile.ZipFile(path)
        self.name, self.version, _, self.tags = parse_wheel_filename(path.name)
        self.pure = all(tag.platform == "any" for tag in self.tags)
        names = self.archive.namelist()
        self.dist_info = next(
            name.split("/")[0] for name in names if name.split("/")[0].endswith(".dist-info")
        )
        self.metadata = email.parser.HeaderParser().parsestr(self.read("METADATA"))

    def read(self, name: str) -> str:
        """A file of the dist-info folder, empty when it is not there."""
        try:
            return self.archive.read(f"{self.dist_info}/{name}").decode()
        except KeyError:
            return ""

    def console_scripts(self) -> dict[str, str]:
        """Script name -> module:function."""
        parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
        parser.optionxform = str
        parser.read_string(self.read("entry_points.txt"))
        return dict(parser["console_scripts"]) if parser.has_section("console_scripts") else {}

    def glibc(self) -> str:
        """The lowest glibc that one of the wheel's platform tags promises to run on."""
        legacy = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}
        floors = []
        for tag in self.tags:
            modern = re.match(r"manylinux_(\d+)_(\d+)_", tag.platform)
            floors.append((int(modern[1]), int(modern[2])) if modern else legacy[tag.platform.split("_")[0]])
        return "{}.{}".format(*min(floors))

    def extract(self, prefix: Path, site: Path, scripts: Path) -> None:
        """Unpacks as an installer would; below PREFIX, SITE is site-packages, SCRIPTS the folder
        for the scripts that come as files."""
        for member in self.archive.infolist():
            if member.is_dir():
                continue
            target = self.target(member.filename, prefix, site, scripts)
            target.parent.mkdir(parents=True, exist_ok=True)
            data = self.archive.read(member)
            if target.parent == scripts:
                data = re.sub(rb"^#!python\w*", f"#!{PLACEHOLDER}/bin/python".encode(), data)
            target.write_bytes(data)
            executable = member.external_attr >> 16 & 0o111 or target.parent == scripts
            target.chmod(0o755 if executable else 0o644)
        (site / self.dist_info / "INSTALLER").write_text("conda\n")

    @staticmethod
    def target(name: str, prefix: Path, site: Path, scripts: Path) -> Path:
        """Where a wheel's member goes: `X.data/KIND/...` names its own place."""
        parts = name.split("/")
        if not parts[0].endswith(".data"):
            return site / name
        places = {"scripts": scripts, "data": prefix, "headers": prefix / "include"}
        return places.get(parts[1], site) / "/".join(parts[2:])


def marker_environment(minor: str) -> dict[str, str]:
    """What markers see in an environment of this CPython minor on Linux."""
    return {
        "extra": "",
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"{minor}.0",
        "python_version": minor,
        "sys_platform": "linux",
    }


def conda_spec(specifiers: SpecifierSet) -> str:
    """A PEP 440 specifier set as conda writes it: `>=1.26.0,<3`."""
    return ",".join(sorted((str(each) for each in specifiers), key=lambda text: (text[0] == "<", text)))


def requirements(wheel: Wheel, minor: str, conda_names: dict[str, str]) -> list[str]:
    """The wheel's Requires-Dist, without extras, as conda's depends."""
    found = set()
    for text in wheel.metadata.get_all("Requires-Dist") or []:
        requirement = Requirement(text)
        if requirement.marker and not requirement.marker.evaluate(marker_environment(minor)):
            continue
        name = canonicalize_name(requirement.name)
        found.add(f"{conda_names.get(name, name)} {conda_spec(requirement.specifier)}".strip())
    return sorted(found)


def write_script(path: Path, reference: str) -> None:
    """A console script as conda's builders write it."""
    module, function = (part.strip() for part in reference.split("[")[0].split(":"))
    path.parent.mkdir(parents=True, exist_ok=True)
    attribute = function.split(".")[0]
    path.write_text(SCRIPT.format(prefix=PLACEHOLDER, module=module, attribute=attribute, function=function))
    path.chmod(0o755)


def write_record(tree: Path, site: Path, dist_info: str) -> None:
    """RECORD names the files where the package puts them."""
    files = sorted(path for path in tree.rglob("*") if path.is_file() or path.is_symlink())
    ups = "../" * len(site.relative_to(tree).parts)
    lines = []
    for path in files:
        inside = path.is_relative_to(site)
        lines.append(str(path.relative_to(site)) if inside else ups + str(path.relative_to(tree)))
    (site / dist_info / "RECORD").write_text("".join(f"{line},,\n" for line in lines))


def wheel_package(
    path: Path, conda_name: str, minor: str, conda_names: dict[str, str], tree: Path, build: str = ""
) -> Package:
    """Unpacks a wheel into TREE and describes it as a conda package, with conda-forge's BUILD if it has one."""
    shutil.rmtree(tree, ignore_errors=True)
    wheel = Wheel(path)
    depends = requirements(wheel, minor, conda_names)
    compiled = minor.replace(".", "")
    common = dict(
        name=conda_name,
        version=str(wheel.version),
        tree=tree,
        license=(wheel.metadata.get("License") or "").split("\n")[0][:60],
        summary=wheel.metadata.get("Summary") or "",
    )
    if wheel.pure:
        site = tree / "site-packages"
        wheel.extract(tree, site, tree / "python-scripts")
        write_record(tree, site, wheel.dist_info)
        python = conda_spec(SpecifierSet(wheel.metadata.get("Requires-Python") or ""))
        return Package(
            **common,
            subdir="noarch",
            noarch="python",
            build=build or f"pyh{content_hash(path.name, *depends)}_0",
            depends=sorted([f"python {python}".strip(), *depends]),
            entry_points=[f"{name} = {target}" for name, target in sorted(wheel.console_scripts().items())],
        )
    site = tree / "lib" / f"python{minor}" / "site-packages"
    wheel.extract(tree, site, tree / "bin")
    for name, reference in wheel.console_scripts().items():
        write_script(tree / "bin" / name, reference)
    write_record(tree, site, wheel.dist_info)
    major, number = minor.split(".")
    depends += [
        f"__glibc >={wheel.glibc()},<3.0.a0",
        f"python >={minor},<{major}.{int(number) + 1}.0a0",
        f"python_abi {minor}.* *_cp{compiled}",
    ]
    return Package(
        **common, build=f"py{compiled}h{content_hash(path.name, *depends)}_0", depends=sorted(depends)
    )
