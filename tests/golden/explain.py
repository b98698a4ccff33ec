"""What `envlift explain` prints of a code, against tests/golden/explain-CODE.txt."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from golden.compare import Golden  # noqa: E402
from support import envlift  # noqa: E402


def main(code):
    golden = Golden()
    process = envlift.run("explain", code)
    if process.returncode != 0 or process.stderr:
        sys.exit(f"explain {code}: exit {process.returncode}, stderr {process.stderr}")
    golden.check(pathlib.Path(__file__).parent / f"explain-{code}.txt", process.stdout)
    golden.end()


main("EL0203")
