"""Images looked at from outside of envlift: run by the engine alone, and taken apart into files."""
import contextlib
import hashlib
import json
import subprocess
import tarfile
import time
import urllib.error
import urllib.request

from support.docker import client, docker

INVOCATIONS = "/2015-03-31/functions/function/invocations"
# Lambda's sandbox as far as the engine makes it: without /dev/shm, too.
SANDBOX = ("--read-only", "--tmpfs", "/tmp:rw,mode=1777,size=512m", "--user", "993:990", "--ipc", "none",
           "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--ulimit", "nofile=1024:1024",
           "--pids-limit", "1024")
# The engine writes these into every container.
ENGINES = {".dockerenv", "etc/hostname", "etc/hosts", "etc/resolv.conf", "etc/mtab"}
ENGINES_FOLDERS = ("dev/", "proc/", "sys/")


def post(url, body):
    """The answer to one event; waits until the container listens."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=120) as answer:
                return answer.read()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise AssertionError("the container never answered")


class Function:
    """A running container with a function in it."""

    def __init__(self, container):
        self.container = container
        self.place = docker("port", container, "8080/tcp").stdout.split()[0]

    def invoke(self, event):
        return json.loads(post(f"http://{self.place}{INVOCATIONS}", json.dumps(event).encode()))

    def log(self):
        said = docker("logs", self.container)
        return said.stdout + said.stderr


@contextlib.contextmanager
def running(image, *options):
    """A Function of an image, gone at the end."""
    container = docker("run", "--detach", "--publish", "127.0.0.1::8080", *SANDBOX, *options, image).stdout.strip()
    try:
        yield Function(container)
    finally:
        docker("rm", "--force", container)


def tree(image):
    """{path: (kind, mode, owner, link, SHA-256)} of an image's files, without the bytecode of the function's code:
    small code ships without."""
    container = docker("create", image).stdout.strip()
    try:
        with subprocess.Popen([client(), "export", container], stdout=subprocess.PIPE) as process:
            with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
                found = {entry.name: described(archive, entry) for entry in archive if is_compared(entry.name)}
            assert process.wait() == 0
    finally:
        docker("rm", "--force", container)
    return found


def is_compared(path):
    return not (path in ENGINES or path.startswith(ENGINES_FOLDERS)
                or path.startswith("var/task/") and "__pycache__" in path)


def described(archive, entry):
    digest = hashlib.sha256(archive.extractfile(entry).read()).hexdigest() if entry.isreg() else ""
    return (entry.type.decode(), oct(entry.mode), entry.uid, entry.gid, entry.linkname, digest)
