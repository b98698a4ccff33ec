"""Reads environment.yml as `conda env create` does."""

import dataclasses
import sys
from pathlib import Path

import yaml

from .errors import CondaError

KNOWN = {"name", "prefix", "channels", "dependencies", "variables"}


@dataclasses.dataclass
class EnvironmentFile:
    """What an environment file asks for."""

    path: Path
    channels: list[str]
    specs: list[str]
    pip: list[str]
    variables: dict[str, str]


def load(path: Path) -> dict:
    if not path.is_file():
        raise CondaError("EnvironmentFileNotFound", f"'{path}' file not found")
    try:
        data = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        raise CondaError("CondaValueError", f"'{path}' is not a valid YAML file: {error}") from error
    if not isinstance(data, dict):
        raise CondaError("EnvironmentFileEmpty", f"'{path}' is empty")
    unknown = sorted(set(data) - KNOWN)
    if unknown:
        listed = "\n".join(f" - {key}" for key in unknown)
        print(
            f"\nEnvironmentSectionNotValid: The following sections on '{path}' are invalid "
            f"and will be ignored:\n{listed}\n",
            file=sys.stderr,
        )
    return data


def read(path: Path) -> EnvironmentFile:
    """The file, with `pip` added to the specs where it has a pip section without it."""
    data = load(path)
    specs: list[str] = []
    pip: list[str] = []
    for entry in data.get("dependencies") or []:
        if isinstance(entry, dict):
            unknown = sorted(set(entry) - {"pip"})
            if unknown:
                raise CondaError("InvalidInstaller", f"Unable to install package for {unknown[0]}.")
            pip += [str(each) for each in entry["pip"] or []]
        else:
            specs.append(str(entry))
    if pip and not any(spec.split("::")[-1].strip().startswith("pip") for spec in specs):
        print(
            "Warning: you have pip-installed dependencies in your environment file, but you do not list "
            "pip itself as one of your conda dependencies.  Conda may not use the correct pip to install "
            "your packages, and they may end up in the wrong place.  Please add an explicit pip "
            "dependency.  I'm adding one for you, but still nagging you.",
            file=sys.stderr,
        )
        specs.append("pip")
    variables = {str(key): str(value) for key, value in (data.get("variables") or {}).items()}
    return EnvironmentFile(
        path.resolve(), [str(each) for each in data.get("channels") or []], specs, pip, variables
    )
