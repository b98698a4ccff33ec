"""`envlift render`: instructions (callgrind, stable), wall time and peak memory of the whole process.

usage: render.py ENVLIFT     (a release build; needs valgrind)
"""
import hashlib
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
RUNS = 25


def large_requirements(folder):
    """2,000 pinned requirements with a hash each, as pip-compile writes them."""
    lines = []
    for number in range(1000):
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        lines.append(f"package-{number}==1.{number}.0 \\\n    --hash=sha256:{digest}\n")
    (folder / "requirements.txt").write_text("".join(lines), encoding="utf-8")
    (folder / "handler.py").write_text("def handler(event, context):\n    return 1\n", encoding="utf-8")


def instructions(command):
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", *command],
                                 capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", process.stderr).group(1))


def measure(command):
    """Median wall milliseconds and peak megabytes of the process."""
    times, peak = [], 0
    for _ in range(RUNS):
        begin = time.perf_counter()
        pid = os.spawnvpe(os.P_NOWAIT, command[0], command, os.environ)
        _, status, usage = os.wait4(pid, 0)
        times.append((time.perf_counter() - begin) * 1000)
        peak = max(peak, usage.ru_maxrss / 1000)
        if status != 0:
            sys.exit(f"{command}: status {status}")
    return statistics.median(times), peak


def main(envlift):
    os.environ["HOME"] = tempfile.mkdtemp()
    with tempfile.TemporaryDirectory() as name:
        large = pathlib.Path(name) / "large"
        large.mkdir()
        large_requirements(large)
        rows = [("the seed's environment", ROOT / "samples/pandas-conda"), ("2,000 lines with hashes", large)]
        print(f"{'render of':<26} {'wall ms':>8} {'peak MB':>8} {'instructions':>14}")
        for number, (title, folder) in enumerate(rows):
            command = [envlift, "render", str(folder), "-o", f"{name}/context{number}", "-q"]
            with open(os.devnull, "w", encoding="utf-8") as null:
                os.dup2(null.fileno(), 2)
                saved = os.dup(1)
                os.dup2(null.fileno(), 1)
                wall, peak = measure(command)
                os.dup2(saved, 1)
            print(f"{title:<26} {wall:>8.1f} {peak:>8.1f} {instructions(command):>14,}", flush=True)


main(sys.argv[1])
