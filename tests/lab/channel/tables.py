"""The lab's tables (tests/lab/tables), read."""

import dataclasses
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "tables"


@dataclasses.dataclass(frozen=True)
class WheelRow:
    """A conda package made of a wheel: conda's name, PyPI's name and the version, and conda-forge's
    build string where the package is `noarch` there."""

    conda: str
    pypi: str
    version: str
    build: str = ""


def rows(name: str) -> list[list[str]]:
    """The words of each line of a table, without comments and blank lines."""
    lines = (line.split("#")[0].split() for line in (FOLDER / f"{name}.txt").read_text().splitlines())
    return [words for words in lines if words]


def wheel_rows() -> list[WheelRow]:
    """tables/packages.txt"""
    return [WheelRow(conda, *wheel.split("=="), *build) for conda, wheel, *build in rows("packages")]


def minors() -> list[str]:
    """The CPython minors of tables/cpython.txt."""
    return [row[0] for row in rows("cpython")]
