"""What `envlift test` does when the engine goes, and when its disk is full: an engine of its own on a small disk."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import test_command_test as rules  # noqa: E402
from support import envlift  # noqa: E402
from support.docker import client, docker  # noqa: E402
from support.lab import lab_environment  # noqa: E402

BRIDGE = "envlift-faults"
DISK_MB = 900


def run(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True)


class Engine:
    """A daemon with a data folder, a socket and a bridge of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {"DOCKER_HOST": f"unix://{folder}/socket"}
        self.daemon = None

    def start(self):
        for _ in range(3):   # containerd is given 15 s, and a loaded machine takes longer
            if self.is_started():
                return
            self.end()
        raise AssertionError((self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:])

    def is_started(self):
        log = open(self.folder / "log", "ab")   # the daemon's; closed with it
        self.daemon = subprocess.Popen(
            ["dockerd", "--data-root", self.folder / "disk", "--exec-root", self.folder / "exec", "--pidfile",
             self.folder / "pid", "--host", f"unix://{self.folder}/socket", "--bridge", BRIDGE, "--iptables=false"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        log.close()
        while self.daemon.poll() is None:
            if docker("version", check=False, **self.environment).returncode == 0:
                return True
            time.sleep(0.1)
        return False

    def end(self, number=signal.SIGTERM):
        self.daemon.send_signal(number)
        self.daemon.wait(timeout=60)
        for name in ("pid", "socket"):
            (self.folder / name).unlink(missing_ok=True)

    def docker(self, *words):
        return docker(*words, **self.environment).stdout

    def left(self):
        return self.docker("ps", "--all", "--quiet").split(), self.docker("volume", "ls", "--quiet").split()


@contextlib.contextmanager
def small_disk(folder):
    disk = folder / "disk"
    disk.mkdir()
    run("truncate", "--size", f"{DISK_MB}M", str(folder / "image"))
    run("mkfs.ext4", "-q", "-m", "0", str(folder / "image"))
    run("mount", "-o", "loop", str(folder / "image"), str(disk))
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    run("ip", "address", "add", "172.31.78.1/24", "dev", BRIDGE)
    run("ip", "link", "set", BRIDGE, "up")
    try:
        yield
    finally:
        subprocess.run(["ip", "link", "delete", BRIDGE], check=False)
        subprocess.run(["umount", "--lazy", str(disk)], check=False)


class EngineFaults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            envlift.skip("an engine of one's own needs root")
        rules.setUpModule()
        held = contextlib.ExitStack()
        cls.addClassCleanup(held.close)
        cls.folder = pathlib.Path(held.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        held.enter_context(small_disk(cls.folder))
        cls.engine = Engine(cls.folder)
        cls.engine.start()
        held.callback(lambda: cls.engine.end())
        with subprocess.Popen([client(), "save", rules.TAG], stdout=subprocess.PIPE) as saved:
            subprocess.run([client(), "load"], stdin=saved.stdout, check=True, capture_output=True,
                           env={**os.environ, **cls.engine.environment})

    def suite(self, *cases):
        path = self.folder / "suite.json"
        path.write_text(json.dumps({"cases": list(cases)}), encoding="utf-8")
        return path

    def settings(self):
        return {**lab_environment(), **self.engine.environment}

    def ask(self, *arguments):
        return envlift.run("test", "--image", rules.TAG, "--json", *arguments, **self.settings())

    def test_an_engine_that_goes_ends_the_run_and_keeps_its_results(self):
        suite = self.suite({"name": "first", "event": {}}, {"name": "second", "handler": "rules.sleeps", "event": {"s": 8}},
                           {"name": "third", "handler": "rules.facts", "event": {}})
        with subprocess.Popen([envlift.binary(), "test", "--image", rules.TAG, "--suite", suite, "--json"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=envlift.clean_environment(**self.settings())) as process:
            while len(self.engine.left()[0]) == 0 or "rules.sleeps" not in self.engine.docker(
                    "ps", "--no-trunc", "--format", "{{.Command}}"):
                time.sleep(0.1)
            time.sleep(1)
            self.engine.end(signal.SIGKILL)
            out, err = process.communicate(timeout=120)
        self.engine.start()
        found = {one["name"]: one["verdict"] for one in json.loads(out)["cases"]}
        self.assertEqual((process.returncode, found["first"]), (3, "ok"), err)
        self.assertIn("engine_error", found.values())
        self.assertIn("error[EL0802]", err)
        self.assertEqual(self.ask().returncode, 0)
        self.assertEqual(self.engine.left(), ([], []))

    def test_a_full_disk_is_the_engines_fault_and_leaves_nothing(self):
        event = self.folder / "event.json"
        event.write_text(json.dumps({"MB": DISK_MB}), encoding="utf-8")
        done = self.ask("--handler", "rules.fills_tmp", "--event", event, "--ephemeral-storage", "10240")
        one = json.loads(done.stdout)["cases"][0]
        self.assertEqual((one["verdict"], one["code"]), ("engine_error", "EL0903"), one)
        self.assertEqual(self.engine.left(), ([], []))


if __name__ == "__main__":
    unittest.main()
