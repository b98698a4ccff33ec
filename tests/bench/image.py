"""How fast the images of push.py start: the naive recipe's, the hand-made one's and envlift's, in turns.

usage: image.py ENVLIFT LAB_SETTINGS [medium|large] [ROUNDS] [VCPUS]

The init is the emulator's own figure of the log (INIT REPORT durationMs; that of the REPORT line means nothing), in a fresh
read-only container with a /tmp, of a user whom the image does not know. `naive, no pycs` is the naive image whose bytecode is
not valid, as after a copy that does not keep times. Ratios are medians of the rounds' ratios; the first one is A/A: envlift
beside itself. Nothing here is a test.
"""
import contextlib
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from push import Envlift, Project, Recipe  # noqa: E402
from support.docker import client, docker  # noqa: E402

STALE = "envlift-bench/naive-without-pycs:latest"


def make_stale(tag):
    """The naive image with sources that are newer than their pycs."""
    dockerfile = f"FROM {tag}\nUSER root\nRUN find /opt/conda-env -name '*.py' -exec touch -d 2001-01-01 {{}} +\n"
    subprocess.run([client(), "build", "--quiet", "--tag", STALE, "-"], input=dockerfile, text=True, check=True,
                   capture_output=True)


def ask(port, path="2015-03-31/functions/function/invocations", data=b"{}"):
    with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/{path}", data=data), timeout=120) as answer:
        return json.load(answer)


def wait_until_listening(port):
    for _ in range(200):
        with contextlib.suppress(OSError):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
            except urllib.error.HTTPError:
                return
        time.sleep(0.05)


def init_ms(tag, vcpus):
    container = docker("run", "--detach", "--read-only", "--tmpfs", "/tmp", "--user", "9930:9900", "--cpus", vcpus, "--label", "envlift",
                       "--publish", "127.0.0.1::8080", tag).stdout.strip()
    try:
        port = docker("port", container, "8080").stdout.split(":")[-1].strip()
        wait_until_listening(port)
        assert ask(port) == "Hello World"
        log = subprocess.run([client(), "logs", container], capture_output=True, text=True, check=True)
        return float(re.search(r"INIT REPORT\(durationMs: ([\d.]+)", log.stdout + log.stderr)[1])
    finally:
        docker("rm", "--force", container)


def main(binary, settings_file, which="medium", rounds="9", vcpus="1"):
    text = pathlib.Path(settings_file).read_text(encoding="utf-8")

    def settings(key):
        return re.search(rf"^\s*{key}:\s*\"?([^\"\n]+)\"?\s*$", text, re.MULTILINE).group(1)

    built = {"naive": Recipe("naive", settings), "hand-made": Recipe("handmade", settings), "envlift": Envlift(binary, settings_file)}
    for one in built.values():
        with tempfile.TemporaryDirectory() as folder:
            one.build(Project(folder, which))
    tags = {name: one.tag for name, one in built.items()}
    make_stale(tags["naive"])
    tags |= {"naive, no pycs": STALE, "envlift again": tags["envlift"]}
    found = {name: [] for name in tags}
    for number in range(int(rounds) + 1):
        for name in sorted(tags, reverse=number % 2 == 1):
            found[name].append(init_ms(tags[name], vcpus))
    for taken in found.values():
        del taken[0]   # files that no cache has yet
    for name, taken in found.items():
        ratio = statistics.median(e / other for e, other in zip(found["envlift"], taken))
        print(f"{name:<16} init {statistics.median(taken):8.1f} ms   least {min(taken):8.1f}   envlift / it {ratio:6.3f}")


main(*sys.argv[1:])
