"""A sample's environment, plan, Dockerfile and findings against samples/<case>/expected/."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from golden.compare import Golden  # noqa: E402
from support import envlift  # noqa: E402


def main(sample):
    golden = Golden()
    folder = envlift.SAMPLES / sample
    shown = folder.relative_to(envlift.ROOT)   # as typed: places in the findings begin with it
    inspected = envlift.run("inspect", "--json", shown)
    plan = envlift.run("plan", "--json", shown)
    dockerfile = envlift.run("render", shown)
    for process in (inspected, plan, dockerfile):
        if process.returncode != 0:
            print(process.stderr)
            sys.exit(f"{sample}: exit {process.returncode}")
    golden.check(folder / "expected/environment.json", inspected.stdout)
    golden.check(folder / "expected/plan.json", plan.stdout)
    golden.check(folder / "expected/Dockerfile", dockerfile.stdout)
    golden.check(folder / "expected/diagnostics.txt", plan.stderr)
    golden.end()


main(sys.argv[1])
