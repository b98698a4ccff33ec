"""The `pip:` section, run the way conda runs it: one temporary requirements file beside the
environment file, one call of the environment's own pip."""

import os
import subprocess
import tempfile
from pathlib import Path

from .errors import CondaError


def install(requirements: list[str], environment_file: Path, prefix: Path) -> None:
    """Raises CondaError when pip fails; its output has gone to stdout by then."""
    folder = environment_file.parent
    with tempfile.NamedTemporaryFile(
        "w", prefix="condaenv.", suffix=".requirements.txt", dir=folder, delete=False
    ) as file:
        file.write("\n".join(requirements))
    command = [
        str(prefix / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "-U",
        "-r",
        file.name,
        "--exists-action=b",
    ]
    print("Installing pip dependencies: ...working... Ran pip subprocess with arguments:", flush=True)
    print(repr(command), flush=True)
    print("Pip subprocess output:", flush=True)
    environment = dict(os.environ, CONDA_PREFIX=str(prefix), CONDA_DEFAULT_ENV=str(prefix))
    environment["PATH"] = f"{prefix / 'bin'}:{environment.get('PATH', '')}"
    try:
        status = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
    finally:
        os.unlink(file.name)
    if status != 0:
        print("failed", flush=True)
        raise CondaError("CondaEnvException", "Pip failed")
    print("done", flush=True)
