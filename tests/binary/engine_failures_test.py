"""Engine failures, replayed: distinct codes, the cause in one line, the cure in the next, the engine's last lines."""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

FAKE = envlift.ROOT / "tests/fake-bin"
VERSION = json.dumps({"Client": {"Version": "20.10.24"}, "Server": {"Version": "20.10.24", "Arch": "amd64"}})
NEW_CLIENT = json.dumps({"Client": {"Version": "28.2.2"}, "Server": {"Version": "20.10.24", "Arch": "amd64"}})
GOOD = {"argv": "version", "exit": 0, "stdout": VERSION}
IMAGE = json.dumps([{"Id": "sha256:" + "a" * 64, "Size": 5, "Architecture": "amd64", "Config": {}}])
STEP = '#7 [builder  3/9] RUN ["/var/lang/bin/python3.11", "/build/envlift/build.py", "environment"]\n'


def failing_build(*output):
    return [GOOD, {"argv": "build", "exit": 1, "stderr": STEP + "".join(f"#7 0.5 {line}\n" for line in output) +
                   "#7 ERROR: executor failed running [...]: exit code: 1\n"}]


# name, transcripts, command, exit code, code, words of the cause
CASES = [
    ("daemon down", [{"argv": "version", "exit": 1, "stdout": '{"Client":{"Version":"20.10.24"},"Server":null}',
                      "stderr": "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n"}],
     "invoke x", 3, "EL0802", "does not run"),
    ("no permission", [{"argv": "version", "exit": 1, "stderr": "Got permission denied while trying to connect to the Docker "
                        "daemon socket at unix:///var/run/docker.sock: connect: permission denied\n"}], "invoke x", 3, "EL0803", "may not use"),
    ("no such host", [{"argv": "version", "exit": 1, "stderr": "error during connect: Get \"http://nowhere:2375\": dial tcp: lookup nowhere: no such host\n"}],
     "invoke x", 3, "EL0805", "nowhere"),
    ("unknown context", [{"argv": "version", "exit": 1, "stderr": 'unable to resolve docker endpoint: context "x": context not found\n'}],
     "invoke x", 3, "EL0805", "context not found"),
    ("client without BuildKit", [{"argv": "version", "exit": 0, "stdout": NEW_CLIENT},
                                 {"argv": "buildx version", "exit": 1, "stderr": "docker: unknown command: docker buildx\n"}],
     "build", 3, "EL0804", "buildx"),
    ("no such image", [GOOD, {"argv": "run", "exit": 125, "stderr": "docker: Error: No such image: x:latest\n"}], "invoke x", 1, "EL0806", "no image x"),
    ("port taken", [GOOD, {"argv": "run", "exit": 125, "stderr": "docker: Error response from daemon: driver failed programming external "
                    "connectivity: Error starting userland proxy: listen tcp4 127.0.0.1:9000: bind: address already in use.\n"}],
     "invoke x", 3, "EL0808", "port is taken"),
    ("image that dies at init", [GOOD, {"argv": "run", "exit": 0, "stdout": "c0ffee\n"}, {"argv": "port", "exit": 1, "stderr": "Error: No public port\n"},
                                 {"argv": "inspect", "exit": 0, "stdout": '{"Running":false,"ExitCode":142,"OOMKilled":false}'},
                                 {"argv": "logs", "exit": 0, "stderr": "entrypoint requires the handler name to be the first argument\n"},
                                 {"argv": "rm --force --volumes c0ffee", "exit": 0}],
     "invoke x", 5, "EL1004", "exit 142"),
    ("slim of a Dockerfile", [GOOD], "build samples/pandas-conda --dockerfile --slim trace", 1, "EL0917", "a Dockerfile holds the whole environment"),
    ("build step", failing_build("something broke"), "build", 4, "EL0901", ""),
    ("conda package missing", failing_build("PackagesNotFoundInChannelsError: The following packages are not available from current channels:", "  - nopkg"),
     "build", 4, "EL0904", "`nopkg` is in none of the channels"),
    ("conda packages contradict", failing_build("LibMambaUnsatisfiableError: Encountered problems while solving:",
                                                "  - package a-1 requires b >=2, but none of the providers can be installed"),
     "build", 4, "EL0905", "package a-1 requires b >=2"),
    ("terms of service", failing_build("CondaToSNonInteractiveError: Terms of Service have not been accepted"), "build", 4, "EL0906", "terms of service"),
    ("pip hashes", failing_build("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."), "build", 4, "EL0907", "hash"),
    ("pip finds nothing", failing_build("ERROR: No matching distribution found for nopkg==9"), "build", 4, "EL0908", "nopkg==9"),
    ("disk full", failing_build("OSError: [Errno 28] No space left on device"), "build", 4, "EL0903", "full"),
    ("network", failing_build("CondaHTTPError: HTTP 000 CONNECTION FAILED for url <http://x>"), "build", 75, "EL0910", "CondaHTTPError"),
    ("the builder's own words", failing_build("envlift: error: the installer's SHA-256 is abc, not def: http://x"), "build", 4, "EL0907", "SHA-256 is abc"),
    ("base not reached", [GOOD, {"argv": "build", "exit": 1, "stderr": "failed to solve with frontend dockerfile.v0: failed to create LLB definition: "
                          "failed to do request: Head https://public.ecr.aws/v2/lambda/python/manifests/3.11: dial tcp: lookup public.ecr.aws: no such host\n"}],
     "build", 75, "EL0902", "registry is not reached"),
]


class Project:
    """A project folder, a folder of transcripts, and a PATH on which the fake docker stands first."""

    def __init__(self, case, transcripts):
        self.folder = tempfile.TemporaryDirectory()
        case.addCleanup(self.folder.cleanup)
        root = pathlib.Path(self.folder.name)
        self.project, self.transcripts = root / "project", root / "transcripts"
        self.project.mkdir()
        self.transcripts.mkdir()
        (self.project / "requirements.txt").write_text("tabulate==0.9.0\n", encoding="utf-8")
        (self.project / "app.py").write_text("def handler(event, context):\n    return 1\n", encoding="utf-8")
        for number, transcript in enumerate(transcripts):
            (self.transcripts / f"{number:03}.json").write_text(json.dumps(transcript), encoding="utf-8")
        # The fake alone: no real engine of this machine may answer.
        (root / "bin").mkdir()
        (root / "bin/docker").symlink_to(FAKE / "docker")
        (root / "bin/python3").symlink_to(sys.executable)
        self.environment = {"PATH": f"{root}/bin", "ENVLIFT_FAKE_DOCKER": str(self.transcripts),
                            "TMPDIR": str(root)}

    def arguments(self, command):
        return [*command.split(), *([] if " " in command else [str(self.project)])]

    def run(self, command):
        return envlift.run(*self.arguments(command), **self.environment)

    def calls(self):
        return (self.transcripts / "calls.log").read_text(encoding="utf-8").splitlines()

    def left_behind(self):
        return [path.name for path in pathlib.Path(self.folder.name).glob("envlift-*")]


class EngineFailures(unittest.TestCase):
    def test_each_failure_has_its_code_cause_and_cure(self):
        for name, transcripts, command, exit_code, code, words in CASES:
            with self.subTest(name):
                project = Project(self, transcripts)
                done = project.run(command)
                self.assertEqual((done.returncode, done.stdout), (exit_code, ""), done.stderr)
                lines = done.stderr.splitlines()
                cause = next(i for i, line in enumerate(lines) if line.startswith("error["))
                self.assertTrue(lines[cause].startswith(f"error[{code}]: "), done.stderr)
                self.assertIn(words, lines[cause])
                self.assertTrue(lines[cause + 1].startswith("hint: "), done.stderr)
                self.assertEqual(project.left_behind(), [])

    def test_no_docker_at_all(self):
        with tempfile.TemporaryDirectory() as empty:
            done = envlift.run("invoke", "x", PATH=empty)
        self.assertEqual(done.returncode, 3)
        self.assertIn("error[EL0801]", done.stderr)

    def test_a_daemon_that_docker_host_names_is_named(self):
        project = Project(self, CASES[0][1])
        project.environment["DOCKER_HOST"] = "tcp://build.example:2375"
        done = project.run("invoke x")
        self.assertIn("error[EL0802]: no docker daemon answers at tcp://build.example:2375, which DOCKER_HOST names\n", done.stderr)
        self.assertIn("  Cannot connect to the Docker daemon at ", done.stderr)

    def test_the_last_lines_of_a_failing_step_are_shown_and_the_log_is_named(self):
        done = Project(self, failing_build(*[f"line {n}" for n in range(40)])).run("build")
        self.assertIn("line 39", done.stderr)
        self.assertNotIn("line 3\n", done.stderr)
        self.assertEqual(done.stderr.count("full log: "), 1)

    def test_a_verbose_run_names_its_log_at_the_start(self):
        project = Project(self, failing_build("line 1"))
        done = project.run(f"build -v {project.project}")
        self.assertLess(done.stderr.index("full log: "), done.stderr.index("line 1"))

    def test_a_missing_package_is_shown_at_the_users_line(self):
        project = Project(self, failing_build("PackagesNotFoundError: The following packages are not available from current channels:",
                                              "  - nosuchthing=2.1"))
        (project.project / "requirements.txt").unlink()
        (project.project / "environment.yml").write_text(
            "channels: [conda-forge]\ndependencies:\n  - python=3.11\n  - nosuchthing=2.1\n", encoding="utf-8")
        done = project.run("build")
        self.assertRegex(done.stderr, r"error\[EL0904\]: `nosuchthing=2\.1` is in none of the channels\n --> /.*/project/environment\.yml:4:5\n")
        self.assertIn("4 |   - nosuchthing=2.1\n", done.stderr)
        pip = Project(self, failing_build("ERROR: No matching distribution found for Tabulate==0.9.0")).run("build")
        self.assertRegex(pip.stderr, r" --> /.*/project/requirements\.txt:1:1\n")

    def test_a_container_that_died_is_removed(self):
        transcripts = next(case[1] for case in CASES if case[0] == "image that dies at init")
        project = Project(self, transcripts)
        project.run("invoke x")
        self.assertIn("rm --force --volumes c0ffee", project.calls())

    def test_an_interrupt_ends_a_stubborn_client_and_leaves_nothing(self):
        for number, exit_code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(number):
                project = Project(self, [GOOD, {"argv": "build", "exit": 0, "sleep": 60, "stubborn": True, "stderr": STEP}])
                process = subprocess.Popen([envlift.binary(), "build", str(project.project)], stdout=subprocess.PIPE,
                                           stderr=subprocess.PIPE, env=envlift.clean_environment(**project.environment))
                for _ in range(100):
                    if (project.transcripts / "calls.log").exists() and any(call.startswith("build") for call in project.calls()):
                        break
                    time.sleep(0.05)
                time.sleep(0.3)
                process.send_signal(number)
                _, said = process.communicate(timeout=20)
                self.assertEqual(process.returncode, exit_code)
                self.assertIn(b"error[EL0811]: interrupted\n", said)
                self.assertEqual(project.left_behind(), [])
                self.assertEqual(subprocess.run(["pgrep", "-f", str(project.transcripts.parent)], check=False,
                                                capture_output=True, text=True).stdout, "")

    def test_a_flood_of_output_does_not_hang_or_grow(self):
        flood = "#7 0.5 " + "x" * 200 + "\n"
        project = Project(self, [GOOD, {"argv": "build", "exit": 1, "stdout": flood * 100_000, "stderr": STEP + flood * 100_000}])
        self.assertEqual(project.run("build").returncode, 4)


if __name__ == "__main__":
    unittest.main()
