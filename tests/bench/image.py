"""pandas-conda by envlift beside the naive recipe, same lab, same run: bytes over the base, cold init, build time.

usage: image.py ENVLIFT LAB_SETTINGS [ROUNDS]
Cold init is the time from the first request to its answer less a warm one's, in a container with one CPU share;
contenders alternate, and the ratio is the median of the rounds' ratios. The emulator's own figures mean nothing here.
"""
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
from support.docker import docker  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SAMPLE = HERE.parents[1] / "samples/pandas-conda"
TAGS = {"naive": "envlift-bench/naive", "envlift": "envlift-bench/envlift"}


def setting(text, key):
    return re.search(rf"^\s*{key}:\s*\"?([^\"\n]+)\"?\s*$", text, re.MULTILINE).group(1)


def build_naive(settings):
    text = pathlib.Path(settings).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for source in (HERE / "naive/Dockerfile", SAMPLE / "environment.yml", SAMPLE / "example.py"):
            (pathlib.Path(folder) / source.name).write_bytes(source.read_bytes())
        begin = time.monotonic()
        docker("build", "--no-cache", "--network", "host", "--tag", TAGS["naive"],
               "--secret", f"id=ca_bundle,src={setting(text, 'ca_bundle')}",
               "--build-arg", f"BASE={setting(text, 'base').replace('{python}', '3.11')}",
               "--build-arg", f"INSTALLER_URL={setting(text, 'url')}",
               "--build-arg", f"CHANNEL_ALIAS={setting(text, 'channel_alias')}", folder, DOCKER_BUILDKIT="1")
        return time.monotonic() - begin


def build_envlift(binary, settings):
    docker("builder", "prune", "--all", "--force")
    begin = time.monotonic()
    subprocess.run([binary, "build", str(SAMPLE), "--tag", TAGS["envlift"]], check=True, capture_output=True,
                   env={"ENVLIFT_CONFIG": settings, "PATH": "/usr/bin:/bin", "HOME": tempfile.mkdtemp()})
    return time.monotonic() - begin


def size(reference):
    return int(docker("image", "inspect", "--format", "{{.Size}}", reference).stdout)


def post(port):
    url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
    begin = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(url, data=b"{}"), timeout=120) as answer:
        assert json.load(answer) == "Hello World"
    return time.perf_counter() - begin


def wait_until_listening(port):
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)


def cold_init(tag):
    container = docker("run", "--detach", "--read-only", "--tmpfs", "/tmp", "--cpus", "1", "--label", "envlift",
                       "--publish", "127.0.0.1::8080", tag).stdout.strip()
    try:
        port = docker("port", container, "8080").stdout.split(":")[-1].strip()
        wait_until_listening(port)
        return post(port) - post(port)
    finally:
        docker("rm", "--force", container)


def main(binary, settings, rounds=7):
    seconds = {"naive": build_naive(settings), "envlift": build_envlift(binary, settings)}
    base = size(setting(pathlib.Path(settings).read_text(encoding="utf-8"), "base").replace("{python}", "3.11"))
    over = {name: size(tag) - base for name, tag in TAGS.items()}
    inits = {name: [] for name in TAGS}
    for number in range(int(rounds)):
        for name in sorted(TAGS, reverse=number % 2 == 1):
            inits[name].append(cold_init(TAGS[name]))
    ratio = statistics.median(e / n for e, n in zip(inits["envlift"], inits["naive"]))
    for name in TAGS:
        print(f"{name:<8} {over[name] / 1e6:8.1f} MB over the base   cold init {statistics.median(inits[name]):6.2f} s"
              f"   build {seconds[name]:6.1f} s")
    print(f"ratio    {over['envlift'] / over['naive']:8.2f}                    {ratio:16.2f}     "
          f"{seconds['envlift'] / seconds['naive']:12.2f}")


main(*sys.argv[1:])
