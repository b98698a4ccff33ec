"""Debian's docker-registry on a loopback port, over a folder of its own; with a user and a password where they are given."""
import base64
import contextlib
import ctypes
import hashlib
import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

MANIFESTS = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"


def is_there():
    return shutil.which("docker-registry") is not None


class Registry:
    """`host` is its HOST:PORT."""

    def __init__(self, login=None):
        self.folder = tempfile.TemporaryDirectory(prefix="envlift-registry-")
        self.login = login
        root = pathlib.Path(self.folder.name)
        self.data = root / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.host = "127.0.0.1:%d" % probe.getsockname()[1]
        config = {"version": 0.1, "log": {"level": "error"}, "http": {"addr": self.host},
                  "storage": {"filesystem": {"rootdirectory": str(self.data)}, "delete": {"enabled": True}}}
        if login:
            (root / "htpasswd").write_text(f"{login[0]}:{bcrypt(login[1])}\n", encoding="utf-8")
            config["auth"] = {"htpasswd": {"realm": "registry", "path": str(root / "htpasswd")}}
        (root / "config.json").write_text(json.dumps(config), encoding="utf-8")
        self.process = subprocess.Popen(["docker-registry", "serve", root / "config.json"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.wait()

    def wait(self):
        host, port = self.host.split(":")
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError("docker-registry does not listen")

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def get(self, path, method="GET"):
        """(status, headers, body) of a path below /v2/."""
        request = urllib.request.Request(f"http://{self.host}/v2/{path}", headers={"Accept": MANIFESTS}, method=method)
        if self.login:
            pair = base64.b64encode(":".join(self.login).encode()).decode()
            request.add_header("Authorization", f"Basic {pair}")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def bytes(self):
        return sum(path.stat().st_size for path in self.data.rglob("data") if path.is_file())

    def image(self, reference):
        """The manifest of HOST/REPOSITORY@DIGEST or :TAG as an object, every one of its blobs pulled and summed."""
        rest = reference.split("/", 1)[1]
        name, tag = rest.split("@") if "@" in rest else rest.rsplit(":", 1)
        status, _, text = self.get(f"{name}/manifests/{tag}")
        assert status == 200, (status, text)
        if tag.startswith("sha256:"):
            assert digest_of(text) == tag, tag
        manifest = json.loads(text)
        for blob in [manifest["config"], *manifest["layers"]]:
            status, _, content = self.get(f"{name}/blobs/{blob['digest']}")
            assert status == 200, (status, blob)
            assert len(content) == blob["size"] and digest_of(content) == blob["digest"], blob
        return manifest

    def corrupt_files(self):
        """What lies in the registry's folder under a digest that is not its own."""
        blobs = self.data / "docker/registry/v2/blobs/sha256"
        return [path.parent.name for path in blobs.glob("*/*/data")
                if hashlib.sha256(path.read_bytes()).hexdigest() != path.parent.name]


def digest_of(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def bcrypt(password):
    """As htpasswd -B writes it; Debian's libcrypt knows the form."""
    library = ctypes.CDLL("libcrypt.so.1")
    library.crypt.restype = ctypes.c_char_p
    return library.crypt(password.encode(), b"$2y$04$uFECPmyNbS0xiMgoS7AYU.").decode()


def docker_config(folder, host, login):
    """Writes docker's configuration with that login; returns its folder."""
    pair = base64.b64encode(":".join(login).encode()).decode()
    path = pathlib.Path(folder) / "docker-config"
    path.mkdir(exist_ok=True)
    (path / "config.json").write_text(json.dumps({"auths": {host: {"auth": pair}}}), encoding="utf-8")
    return path
