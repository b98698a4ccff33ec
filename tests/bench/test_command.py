"""What `envlift test` and `invoke` cost over bare docker, and whether anything is left behind.

usage: test_command.py ENVLIFT LAB_SETTINGS [SAM]

In one run, in turns: a warm invocation by envlift, and by an HTTP client on the emulator of a bare `docker run`; a cold test
of one event, and `docker run`, one request, `docker rm`; and `sam local invoke` on the same image, by SAM (the command of
PyPI's aws-sam-cli) or the one on PATH; where it is missing or fails, why. Then 200 cases on 4 containers, and 1,000
invocations. With BEFORE in the environment, another envlift, a cold test by that one too. Nothing here is a test.
"""
import http.client
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import projects  # noqa: E402
from support.docker import client, docker, labelled_containers  # noqa: E402

TAG = "envlift-bench/test-command:latest"
FILES = {"app.py": '''
import time

def handler(event, context):
    time.sleep(event.get("s", 0))
    return event
'''}
INVOKE = "/2015-03-31/functions/function/invocations"
ROUNDS = int(os.environ.get("ROUNDS", "5"))
BEFORE = os.environ.get("BEFORE")
FEW, MANY = 10, 1010   # invocations of a run; what the difference takes is warm, and the noise of starting is shared by 1,000


class Bench:
    def __init__(self, binary, settings, folder):
        self.binary, self.folder = str(pathlib.Path(binary).resolve()), pathlib.Path(folder)
        self.temporary = self.folder / "tmp"   # of envlift alone, so that what it leaves can be counted
        self.temporary.mkdir()
        self.environment = {**os.environ, "ENVLIFT_CONFIG": settings, "TMPDIR": str(self.temporary)}

    def envlift(self, *words, check=True, binary=None):
        """(seconds, stdout) of a run."""
        begin = time.monotonic()
        words = [binary or self.binary, *map(str, words), "--engine", client()]   # which the bare runs have too
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0 or not check, done.stderr
        return time.monotonic() - begin, done.stdout

    def suite(self, name, *cases):
        path = self.folder / name
        path.write_text(json.dumps({"cases": list(cases)}), encoding="utf-8")
        return path


class Bare:
    """A container as a user starts one by hand, and a client that keeps its connection."""

    def __enter__(self):
        self.name = docker("run", "--detach", "--publish", "127.0.0.1::8080", TAG).stdout.strip()
        port = int(docker("port", self.name, "8080/tcp").stdout.split(":")[-1])
        self.connection = http.client.HTTPConnection("127.0.0.1", port)
        while True:
            try:
                self.connection.request("GET", "/")
                self.connection.getresponse().read()
                return self
            except OSError:
                self.connection.close()
                time.sleep(0.01)

    def invoke(self):
        self.connection.request("POST", INVOKE, body="{}")
        return self.connection.getresponse().read()

    def __exit__(self, *_):
        self.connection.close()
        docker("rm", "--force", self.name)


def warm(bench):
    """Milliseconds of a warm invocation by each: of envlift, the difference of a long and a short run, so that all it does
    for an event is in it, and not the container's start; and what its own clock says."""
    few = bench.suite("few.json", {"name": "a", "event": {}, "repeat": FEW})
    many = bench.suite("many.json", {"name": "a", "event": {}, "repeat": MANY})
    rows = {"bare": [], "envlift": [], "envlift's own clock": []}
    for _ in range(ROUNDS):
        short, _ = bench.envlift("test", "--image", TAG, "--suite", few)
        long, _ = bench.envlift("test", "--image", TAG, "--suite", many)
        rows["envlift"].append((long - short) / (MANY - FEW) * 1000)
        with Bare() as bare:
            bare.invoke()
            begin = time.monotonic()
            for _ in range(MANY - FEW):
                bare.invoke()
            rows["bare"].append((time.monotonic() - begin) / (MANY - FEW) * 1000)
        _, out = bench.envlift("invoke", TAG, "--load", MANY - FEW, "--json")
        rows["envlift's own clock"].append(json.loads(out)["latency_ms"]["warm"]["p50"])
    return rows


class NoSam(Exception):
    """Why `sam local invoke` has no figure."""


def cold(bench, sam):
    """Milliseconds of one event on a container of its own, from nothing to nothing left; and why sam has none, "" where it
    has."""
    reason = "" if sam else "no command is named, and none is on PATH (pip install aws-sam-cli)"
    event = bench.folder / "event.json"
    event.write_text("{}", encoding="utf-8")
    rows = {"bare": [], "envlift, no sandbox": [], "envlift": []}
    for _ in range(ROUNDS):
        begin = time.monotonic()
        with Bare() as bare:
            bare.invoke()
        rows["bare"].append((time.monotonic() - begin) * 1000)
        rows["envlift, no sandbox"].append(bench.envlift("test", "--image", TAG, "--event", event, "--sandbox", "off")[0] * 1000)
        rows["envlift"].append(bench.envlift("test", "--image", TAG, "--event", event)[0] * 1000)
        if BEFORE:
            rows.setdefault("envlift before", []).append(
                bench.envlift("test", "--image", TAG, "--event", event, binary=BEFORE)[0] * 1000)
        try:
            if not reason:
                rows.setdefault("sam local invoke", []).append(by_sam(bench, sam, event))
        except NoSam as failure:
            reason = str(failure)
    # sam's own form of the image
    for image in docker("image", "ls", "--quiet", "--filter", f"reference={TAG.split(':')[0]}:rapid-*").stdout.split():
        docker("image", "rm", image)
    return rows, reason


def by_sam(bench, sam, event):
    template = bench.folder / "template.yaml"
    template.write_text("AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources:\n"
                        "  Function:\n    Type: AWS::Serverless::Function\n    Properties: {PackageType: Image, "
                        f"ImageUri: '{TAG}', MemorySize: 1024, Timeout: 30}}\n", encoding="utf-8")
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1", "DOCKER_HOST": docker_host()}
    begin = time.monotonic()
    done = subprocess.run([sam, "local", "invoke", "Function", "--template", template, "--event", event, "--skip-pull-image"],
                          env=environment, capture_output=True, text=True, check=False)
    lines = (done.stderr + done.stdout).strip().splitlines() or ["it said nothing"]
    if done.returncode != 0 or lines[-1].strip() != "{}":   # the event, which the function answers
        raise NoSam(f"exit {done.returncode}: {lines[-1]}")
    return (time.monotonic() - begin) * 1000


def docker_host():
    return os.environ.get("DOCKER_HOST") or docker("context", "inspect", "--format", "{{.Endpoints.docker.Host}}").stdout.strip()


def pooled(bench):
    """200 cases of a tenth of a second on 4 containers."""
    suite = bench.suite("pool.json", *({"name": str(i), "event": {"s": 0.1}} for i in range(200)))
    seconds, out = bench.envlift("test", "--image", TAG, "--suite", suite, "--jobs", "4", "--json")
    return seconds, sum(one["duration_ms"] for one in json.loads(out)["cases"]) / 1000


def things(bench):
    return len(labelled_containers()), len(docker("volume", "ls", "--quiet").stdout.split()), len(list(bench.temporary.iterdir()))


def leaks(bench):
    """What 1,000 invocations leave, and the most descriptors that envlift had open while they ran."""
    before = things(bench)
    process = subprocess.Popen([bench.binary, "invoke", TAG, "--load", "1000", "--concurrency", "4", "--json"],
                               env=bench.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    opened = []
    while process.poll() is None:
        try:
            opened.append(len(os.listdir(f"/proc/{process.pid}/fd")))
        except FileNotFoundError:
            break
        time.sleep(0.2)
    verdicts = json.loads(process.stdout.read())["verdicts"]
    half = len(opened) // 2
    return verdicts, before, things(bench), max(opened[:half], default=0), max(opened[half:], default=0)


def show(title, rows):
    print(title)
    for name, values in rows.items():
        if not values:
            continue
        print(f"  {name:<22} median {statistics.median(values):8.1f} ms   least {min(values):8.1f} ms   "
              f"over bare {statistics.median(values) - statistics.median(rows['bare']):8.1f} ms", flush=True)


def main():
    binary, settings = sys.argv[1:3]
    os.environ["ENVLIFT"] = binary   # for support.envlift
    sam = sys.argv[3] if len(sys.argv) > 3 else shutil.which("sam")
    projects.build_image(TAG, FILES, "app.handler", {"ENVLIFT_CONFIG": settings})
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(binary, settings, folder)
        print("load of the machine:", *os.getloadavg(), "client:", client())
        show("one warm invocation", warm(bench))
        rows, reason = cold(bench, sam)
        show("one cold test", rows)
        if reason:
            print("  sam local invoke       was not measured:", reason)
        seconds, handlers = pooled(bench)
        print(f"200 cases on 4 containers: {seconds:.2f} s; their handlers {handlers:.2f} s, a fourth of it {handlers / 4:.2f} s")
        verdicts, before, after, early, late = leaks(bench)
        print(f"1,000 invocations: {verdicts}; containers, volumes, folders before {before}, after {after}; "
              f"descriptors at most {early} in the first half, {late} in the second")


if __name__ == "__main__":
    main()
