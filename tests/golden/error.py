"""A bad input's diagnostics against samples/errors/<case>/expected/diagnostics.txt; exit 1, nothing on stdout."""
import pathlib
import shlex
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from golden.compare import Golden  # noqa: E402
from support import envlift  # noqa: E402


def main(sample):
    golden = Golden()
    folder = envlift.SAMPLES / "errors" / sample
    arguments = shlex.split((folder / "command.txt").read_text(encoding="utf-8"))
    process = envlift.run(*arguments, cwd=folder)
    if process.returncode != 1 or process.stdout:
        sys.exit(f"{sample}: exit {process.returncode}, stdout {process.stdout!r}, stderr {process.stderr}")
    golden.check(folder / "expected/diagnostics.txt", process.stderr)
    golden.end()


main(sys.argv[1])
