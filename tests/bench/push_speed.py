"""A push beside `docker push` and `skopeo copy`, to a registry on a loopback port; what an edit of the code costs; and the
memory that a large image takes.

usage: push_speed.py ENVLIFT LAB_SETTINGS [RUNS]

Every contender pushes the image of samples/pandas-conda into an empty registry, in turns; for "cold" envlift has packed nothing,
and for "first" it has to take the base's layers out of the engine too. Nothing here is a test.
"""
import contextlib
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import registry, stored_image  # noqa: E402
from support.docker import client, docker  # noqa: E402
from support.faulty_proxy import FaultyProxy  # noqa: E402

SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "samples/pandas-conda"
TAG = "envlift-bench/push-speed:latest"
LOGIN = ("AWS", "pass:word")
CACHED = ("packed", "packed-names", "pushed-manifests", "pushed-blobs")


def timed(argv, **environment):
    """(seconds, CPU seconds, peak MiB) of a command and its children."""
    begin = time.monotonic()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, **environment})
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, said
    return time.monotonic() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


class Bench:
    def __init__(self, binary, settings, folder):
        self.binary, self.folder = str(pathlib.Path(binary).resolve()), pathlib.Path(folder)
        self.home = self.folder / "home"
        self.home.mkdir()
        self.environment = {"ENVLIFT_CONFIG": settings, "HOME": str(self.home)}
        self.project = self.folder / "project"
        shutil.copytree(SAMPLE, self.project, ignore=shutil.ignore_patterns("expected", "README.md", "expect.json"))

    def envlift(self, *words, host=None):
        config = registry.docker_config(self.folder, host, LOGIN) if host else self.folder
        return timed([self.binary, *map(str, words)], DOCKER_CONFIG=str(config), **self.environment)

    def push(self, what, host, repository="fn"):
        return self.envlift("push", what, "--registry", host, "--plain-http", "--repository", repository, host=host)

    def forget(self, *names):
        for name in names:
            shutil.rmtree(self.home / ".cache/envlift" / name, ignore_errors=True)


def contenders(bench, server):
    """Each puts TAG into an empty registry."""
    config = registry.docker_config(bench.folder, server.host, LOGIN)
    target = f"{server.host}/fn:latest"

    def by_docker():
        docker("tag", TAG, target)
        taken = timed([client(), "--config", str(config), "push", target])
        docker("rmi", target)
        return taken

    def by_skopeo():
        return timed(["skopeo", "copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false", "--dest-authfile",
                      str(config / "config.json"), f"docker-daemon:{TAG}", f"docker://{target}"])

    def cold():
        bench.forget(*CACHED)
        return bench.push(TAG, server.host)

    def first():
        bench.forget("layers", "configs")
        return cold()

    def again():
        bench.forget("pushed-manifests", "pushed-blobs")
        return bench.push(TAG, server.host)
    return {"docker push": by_docker, "skopeo copy": by_skopeo, "envlift, first": first, "envlift, cold": cold, "envlift, again": again}


def compare(bench, runs):
    rows = {}
    for _ in range(runs):
        for name in ("docker push", "skopeo copy", "envlift, first", "envlift, cold", "envlift, again"):
            server = registry.Registry(LOGIN)
            with contextlib.closing(server):
                rows.setdefault(name, []).append((*contenders(bench, server)[name](), server.bytes() / 1e6))
    for name, taken in rows.items():
        seconds, cpu, peak, size = (statistics.median(one[column] for one in taken) for column in range(4))
        print(f"{name:<16} {seconds:7.2f} s  CPU of the client {cpu:6.2f} s  peak {peak:6.1f} MiB  {size:7.2f} MB there", flush=True)


def edits(bench, runs):
    server = registry.Registry(LOGIN)
    with contextlib.closing(server):
        proxy = FaultyProxy(server.host, LOGIN)
        bench.push(TAG, proxy.host)
        seconds, sent = [], []
        for number in range(runs):
            with open(bench.project / "example.py", "a", encoding="utf-8") as file:
                file.write(f"# edit {number}\n")
            before = proxy.bytes
            seconds.append(bench.push(f"{bench.project}", proxy.host)[0])
            sent.append(proxy.bytes - before)
        proxy.close()
        for number in range(runs):
            with open(bench.project / "example.py", "a", encoding="utf-8") as file:
                file.write(f"# direct edit {number}\n")
            if number == 0:
                bench.push(TAG, server.host)
            seconds[number] = bench.push(f"{bench.project}", server.host)[0]
        print(f"code edited      {statistics.median(seconds):7.3f} s  {max(sent) / 1e3:.1f} KB sent, headers included", flush=True)


def write_large(path):
    noise = random.Random(2).randbytes(1 << 20)
    stored_image.archive(path, [{f"opt/{layer}-{part}": noise * 64 + bytes([layer, part]) for part in range(8)} for layer in range(4)],
                         Entrypoint=["/lambda-entrypoint.sh"], Cmd=["app.handler"])


def large(bench):
    """A 2 GB image out of an archive, which another process writes: a child's peak memory begins at its parent's."""
    path = bench.folder / "large.tar"
    subprocess.run([sys.executable, __file__, "--write", path], check=True)
    server = registry.Registry(LOGIN)
    with contextlib.closing(server):
        seconds, _, peak = bench.push(f"docker-archive:{path}", server.host, "large")
        print(f"2 GB image       {seconds:7.2f} s  peak {peak:6.1f} MiB", flush=True)
    path.unlink()


def main(binary, settings, runs="3"):
    if binary == "--write":
        return write_large(settings)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(binary, settings, folder)
        bench.envlift("build", bench.project, "--tag", TAG)
        compare(bench, int(runs))
        edits(bench, int(runs))
        large(bench)
        docker("rmi", TAG)


main(*sys.argv[1:])
