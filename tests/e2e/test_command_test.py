"""`envlift test`: a handler for each of Lambda's rules that breaks it, each with its verdict, code and cure; suites on a
pool of containers; and nothing left behind whatever ends the run."""
import functools
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402
from support.docker import client, docker, labelled_containers  # noqa: E402
from support.lab import lab_environment  # noqa: E402

TAG = "envlift-test/rules:latest"
BARE = "envlift-test/rules-without-emulator:latest"
FILES = {
    "rules.py": '''
import ctypes, json, multiprocessing, os, subprocess, sys, threading, time
from multiprocessing import shared_memory

def ok(event, context):
    print("event", event)
    return {"event": event, "pid": os.getpid()}

def facts(event, context):
    return {"uid": os.getuid(), "tmp": os.statvfs("/tmp").f_bavail > 0, "cpus": os.cpu_count(),
            "shm": os.path.exists("/dev/shm"), "env": dict(os.environ), "arn": context.invoked_function_arn,
            "status": open("/proc/self/status").read(), "limits": open("/proc/self/limits").read(),
            "client": context.client_context and context.client_context.custom}

def writes(event, context): open("/var/task/out.csv", "w")
def touches(event, context): sys.exit(subprocess.run(["touch", "/opt/cache"]).returncode)
def lock(event, context): multiprocessing.Lock()
def shares(event, context): shared_memory.SharedMemory(create=True, size=1)
def chowns(event, context):
    open("/tmp/mine", "w").close()
    os.chown("/tmp/mine", 0, 0)
def files(event, context): return len([open("/dev/null") for _ in range(2000)])
def threads(event, context):
    for _ in range(2000): threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
def memory(event, context):
    kept = []
    while True: kept.append(os.urandom(1 << 20) * 16)
def fills_tmp(event, context):
    with open("/tmp/cache", "wb") as file: os.posix_fallocate(file.fileno(), 0, event["MB"] << 20)
    return "filled"
def fills_tmp_and_cleans_up(event, context):
    with open("/tmp/cache", "wb") as file: os.posix_fallocate(file.fileno(), 0, 540 << 20)
    time.sleep(0.3)
    os.remove("/tmp/cache")
    return "filled once"
def sleeps(event, context):
    time.sleep(event["s"])
    return "slept"
def too_large(event, context): return "x" * (7 << 20)
def a_set(event, context): return {1, 2}
def a_number_that_json_has_not(event, context): return {"mean": float("nan")}
def tells_its_id(event, context): return {"id": context.aws_request_id, "body": json.dumps({"by": [context.aws_request_id]})}
def childs_memory(event, context):
    return subprocess.run([sys.executable, "-c", "kept = [b'x' * (1 << 20) for _ in range(1000)]"]).returncode
def raises(event, context): raise ValueError("the input has no rows")
def raises_behind_a_long_line(event, context):
    print("x" * 100_000, end="")
    raise ValueError("the input has no rows")
def raises_in_silence(event, context):
    sys.stdout = sys.stderr = open(os.devnull, "w")
    raise ValueError("the input has no rows")
def hands_on_an_error(event, context): return {"errorType": "Runtime.ExitError", "errorMessage": "x", "stackTrace": []}
def binds(event, context):
    import socket
    socket.socket().bind(("127.0.0.1", 80))
def crashes(event, context): ctypes.string_at(0)
def exits(event, context): os._exit(3)
def writes_much(event, context):
    for _ in range(event["n"]): os.write(1, b"x" * event["size"] + b"\\n")
    return "written"
def writes_bytes(event, context):
    os.write(1, b"caf\\xe9 \\x1b[31mred\\x1b[0m\\n")
    raise ValueError("after bytes")
''',
    "slow.py": "import time\ntime.sleep(30)\ndef handler(event, context): return 1\n",
    "leaves.py": "import sys\nsys.exit(7)\n",
    "broken.py": "import absent_module\ndef handler(event, context): return 1\n",
    "writes_at_import.py": "open('/var/task/cache.bin', 'w')\ndef handler(event, context): return 1\n",
    "requirements.txt": "tabulate==0.9.0\n",
    "envlift.yaml": f'handler: rules.ok\npython: "3.11"\ntag: {TAG}\n',
}
# handler, event, verdict, code, words of the cause, words of the cure
RULES = [
    ("rules.writes", {}, "handler_error", "EL1013", "/var/task/out.csv", "/tmp"),
    ("rules.touches", {}, "crashed", "EL1013", "/opt/cache", "/tmp"),
    ("writes_at_import.handler", {}, "import_error", "EL1013", "/var/task/cache.bin", "/tmp"),
    ("rules.lock", {}, "handler_error", "EL1014", "/dev/shm", "threads"),
    ("rules.shares", {}, "handler_error", "EL1014", "/dev/shm", "threads"),
    ("rules.chowns", {}, "handler_error", "EL1015", "/tmp/mine", "capabilities"),
    ("rules.files", {}, "handler_error", "EL1016", "1,024", "close"),
    ("rules.threads", {}, "crashed|handler_error", "EL1016", "1,024", "close"),   # or the emulator's own thread is one too many
    ("rules.memory", {}, "out_of_memory", "EL1012", "256 MB", "--memory"),
    ("rules.childs_memory", {}, "out_of_memory", "EL1012", "answered all the same", "--memory"),
    ("rules.fills_tmp", {"MB": 540}, "storage_exceeded", "EL1010", "512 MB", "--ephemeral-storage"),
    ("rules.fills_tmp_and_cleans_up", {}, "storage_exceeded", "EL1010", "had 540 MB", "--ephemeral-storage"),
    ("rules.sleeps", {"s": 20}, "timeout", "EL1005", "after 3.00 seconds", "--timeout"),
    ("rules.too_large", {}, "response_too_large", "EL1007", "6 MB", "S3"),
    ("rules.a_set", {}, "bad_json", "EL1002", "JSON", "return dict"),
    ("rules.a_number_that_json_has_not", {}, "ok", "EL1021", "has no NaN", "null"),
    ("rules.raises", {}, "handler_error", "EL1001", "the input has no rows", "traceback"),
    ("rules.raises_behind_a_long_line", {}, "handler_error", "EL1001", "the input has no rows", "traceback"),
    ("rules.raises_in_silence", {}, "handler_error", "EL1001", "the input has no rows", "traceback"),
    ("rules.hands_on_an_error", {}, "ok", "", "", ""),
    ("rules.binds", {}, "handler_error", "EL1015", "Permission denied", "Lambda's user"),
    ("rules.crashes", {}, "crashed", "EL1006", "segmentation fault", "native"),
    ("rules.exits", {}, "crashed", "EL1006", "exit status 3", "exits"),
    ("rules.absent", {}, "import_error", "EL1003", "absent", "setting handler"),
    ("broken.handler", {}, "import_error", "EL1003", "absent_module", "environment file"),
    ("leaves.handler", {}, "init_error", "EL1004", "exit status 7", "exits at import"),
    ("slow.handler", {}, "init_timeout", "EL1011", "after 10 s", "importtime"),
    ("rules.ok", {"a": 1}, "ok", "", "", ""),
]
VOLUMES = ("volume", "ls", "--quiet")


@functools.cache
def lab():
    return lab_environment()


def write_project(folder):
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")


def setUpModule():
    lab()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_project(folder)
        built = envlift.run("build", folder, timeout=900, **lab())
        assert built.returncode == 0, built.stderr
    dockerfile = f"FROM {TAG}\nUSER root\nRUN rm -f /usr/local/bin/aws-lambda-rie\n"
    subprocess.run([client(), "build", "--quiet", "--tag", BARE, "-"], input=dockerfile, text=True, check=True,
                   capture_output=True, env={**os.environ, "DOCKER_BUILDKIT": "0"})


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.before = set(docker(*VOLUMES).stdout.split())

    def tearDown(self):
        self.assertEqual(labelled_containers(), [])
        self.assertEqual(set(docker(*VOLUMES).stdout.split()) - self.before, set())

    def suite(self, *cases):
        path = self.folder / "suite.json"
        path.write_text(json.dumps({"cases": list(cases)}), encoding="utf-8")
        return path

    def ask(self, *arguments, image=TAG, **options):
        done = envlift.run("test", "--image", image, *arguments, "--json", **options, **lab())
        return done, json.loads(done.stdout) if done.stdout else None

    def one(self, handler, event, *arguments, **options):
        path = self.folder / "event.json"
        path.write_text(json.dumps(event), encoding="utf-8")
        done, run = self.ask("--handler", handler, "--event", path, *arguments, **options)
        self.assertIsNotNone(run, done.stderr)
        return done, run["cases"][0]


class Rules(Folder):
    def test_each_broken_rule_has_its_verdict_code_cause_and_cure(self):
        cases = [{"name": f"{number} {handler}", "handler": handler, "event": event}
                 for number, (handler, event, *_) in enumerate(RULES)]
        done, run = self.ask("--suite", self.suite(*cases), "--memory", "256", "--timeout", "3", "--jobs", "2",
                             timeout=400)
        self.assertEqual(done.returncode, 5, done.stderr)
        found = {one["name"]: one for one in run["cases"]}
        for case, (_, _, verdict, code, cause, cure) in zip(cases, RULES):
            with self.subTest(case["name"]):
                one = found[case["name"]]
                self.assertIn(one["verdict"], verdict.split("|"), one)
                self.assertEqual(one["code"], code, one)
                self.assertIn(cause, one["message"])
                self.assertIn(cure, one["hint"])

    def test_the_sandbox_is_lambdas(self):
        done, run = self.ask("--handler", "rules.facts", "--memory", "512")
        self.assertEqual(done.returncode, 0, done.stderr)
        facts = run["cases"][0]["answer"]
        self.assertEqual((facts["uid"], facts["shm"]), (9930, False))
        self.assertIn("CapEff:\t0000000000000000", facts["status"])
        self.assertIn("NoNewPrivs:\t1", facts["status"])
        self.assertRegex(facts["limits"], r"Max open files\s+1024\s+1024")
        expected = {"TZ": ":UTC", "AWS_REGION": "us-east-1", "AWS_LAMBDA_FUNCTION_NAME": "envlift",
                    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
                    "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/envlift", "_HANDLER": "rules.facts",
                    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "LAMBDA_TASK_ROOT": "/var/task"}
        self.assertEqual({**facts["env"], **expected}, facts["env"])
        self.assertEqual(facts["env"].get("AWS_ACCESS_KEY_ID", ""), "")
        refused = {name for name, limit in run["sandbox"].items() if not limit["applied"]}
        self.assertEqual(refused - {"remaining_time_s"}, set(), run["sandbox"])
        self.assertEqual(run["sandbox"]["vcpus"]["value"], 0.2894)

    def test_a_share_above_the_machines_cores_is_clamped_and_told(self):
        _, run = self.ask("--memory", "10240")
        cores = int(docker("info", "--format", "{{.NCPU}}").stdout)
        share = run["sandbox"]["vcpus"]
        if cores < 5:
            self.assertEqual((share["value"], share["asked"], share["applied"]), (cores, 5.789, False))
            self.assertIn(f"has {cores} of them", share["why"])

    def test_without_the_sandbox_what_works_elsewhere_works(self):
        self.assertEqual(self.one("rules.lock", {}, "--sandbox", "off")[1]["verdict"], "ok")
        done, _ = self.one("rules.writes", {}, "--sandbox", "off")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_tmp_in_memory_cannot_be_filled_further(self):
        _, one = self.one("rules.fills_tmp", {"MB": 540}, "--sandbox", "tmpfs", "--memory", "2048")
        self.assertEqual((one["verdict"], one["code"]), ("storage_exceeded", "EL1010"))
        self.assertIn("No space left on device", one["message"])

    def test_a_clients_context_arrives(self):
        cases = [{"name": "client", "handler": "rules.facts", "event": {}, "context": {"client": {"custom": {"a": "1"}}}}]
        done, run = self.ask("--suite", self.suite(*cases))
        self.assertEqual((done.returncode, run["cases"][0]["answer"]["client"]), (0, {"a": "1"}), done.stderr)

    def test_fake_credentials_only_when_asked(self):
        _, one = self.one("rules.facts", {}, "--fake-credentials")
        self.assertEqual(one["answer"]["env"]["AWS_ACCESS_KEY_ID"], "AKIAIOSFODNN7EXAMPLE")

    def test_an_image_without_an_emulator_is_tested_with_one_that_is_named(self):
        done, one = self.one("rules.ok", {}, image=BARE)
        self.assertEqual((done.returncode, one["verdict"], one["code"]), (5, "engine_error", "EL1009"), done.stderr)
        container = docker("create", TAG).stdout.strip()
        self.addCleanup(docker, "rm", "--force", container)
        emulator = self.folder / "rie"
        docker("cp", f"{container}:/usr/local/bin/aws-lambda-rie", emulator)
        docker("rm", "--force", container)
        done, one = self.one("rules.ok", {"a": 1}, "--emulator-path", emulator, image=BARE)
        self.assertEqual((done.returncode, one["answer"]["event"]), (0, {"a": 1}), done.stderr)

    def test_bytes_and_floods_of_output_break_nothing(self):
        done, one = self.one("rules.writes_bytes", {})
        self.assertEqual((done.returncode, one["code"]), (5, "EL1001"), done.stderr)
        text = envlift.run("test", "--image", TAG, "--handler", "rules.writes_bytes", **lab())
        self.assertIn("red", text.stdout)
        self.assertNotIn("\x1b[31m", text.stdout)
        for event in ({"n": 10, "size": 3_000_000}, {"n": 60_000, "size": 1000}):
            done, one = self.one("rules.writes_much", event, "--timeout", "60")
            self.assertEqual((done.returncode, one["verdict"]), (0, "ok"), done.stderr)


class Pool(Folder):
    def test_warm_between_cases_cold_where_asked_and_in_order(self):
        cases = [{"name": f"case {number}", "event": {"n": number}, "cold": number == 3} for number in range(6)]
        done, run = self.ask("--suite", self.suite(*cases))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([one["name"] for one in run["cases"]], [one["name"] for one in cases])
        self.assertEqual([one["answer"]["event"]["n"] for one in run["cases"]], list(range(6)))
        self.assertEqual([one["init_ms"] > 0 for one in run["cases"]], [True, False, False, True, False, False])

    def test_jobs_run_at_once_and_dead_containers_are_replaced(self):
        cases = [{"name": str(number), "handler": "rules.sleeps", "event": {"s": 2}} for number in range(4)]
        cases[1] = {"name": "1", "handler": "rules.exits", "event": {}, "expect": {"verdict": "crashed"}}
        begin = time.monotonic()
        done, run = self.ask("--suite", self.suite(*cases), "--jobs", "4")
        self.assertEqual((done.returncode, len(run["cases"])), (0, 4), done.stderr)
        self.assertLess(time.monotonic() - begin, 30)

    def test_what_was_observed_is_recorded_as_a_suite_that_is_met(self):
        recorded, junit = self.folder / "recorded.yaml", self.folder / "junit.xml"
        cases = [{"name": "a set", "handler": "rules.a_set", "event": {}},
                 {"name": "raises", "handler": "rules.raises", "event": {}},
                 {"name": "tells its ID", "handler": "rules.tells_its_id", "event": {}}]
        done, _ = self.ask("--suite", self.suite(*cases), "--record", recorded, "--junit", junit)
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("<failure", junit.read_text(encoding="utf-8"))
        again, run = self.ask("--suite", recorded)
        self.assertEqual((again.returncode, len(run["cases"])), (0, 3), again.stderr + recorded.read_text())

    def test_a_project_is_built_and_asked_its_events(self):
        write_project(self.folder)
        (self.folder / "events").mkdir()
        (self.folder / "events/first.json").write_text('{"a": 1}', encoding="utf-8")
        (self.folder / "events/more.yaml").write_text(
            "cases:\n  - {name: wrong, event: {a: 2}, expect: {answer: {subset: {event: {a: 3}}}}}\n", encoding="utf-8")
        done = envlift.run("test", self.folder, timeout=600, GITHUB_ACTIONS="true", **lab())
        self.assertEqual(done.returncode, 5, done.stderr)
        self.assertIn("1 of 2 cases are met", done.stdout)
        self.assertIn("::error file=", done.stdout)


class Faults(Folder):
    """Whatever ends the run: nothing of ours stays, and the results so far are there."""

    def ended_by(self, number):
        cases = [{"name": "first", "event": {}},
                 {"name": "second", "handler": "rules.sleeps", "event": {"s": 60}}]
        with subprocess.Popen([envlift.binary(), "test", "--image", TAG, "--suite", self.suite(*cases), "--json",
                               "--timeout", "90"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=envlift.clean_environment(**lab())) as process:
            for _ in range(300):
                if any("rules.sleeps" in docker("inspect", "--format", "{{.Args}}", one, check=False).stdout
                       for one in labelled_containers()):
                    break
                time.sleep(0.1)
            time.sleep(1)
            process.send_signal(number)
            out, _ = process.communicate(timeout=60)
        return process.returncode, out

    def test_signals_keep_the_results_so_far(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(code):
                returned, out = self.ended_by(number)
                self.assertEqual(returned, code)
                self.assertEqual([one["name"] for one in json.loads(out)["cases"]], ["first"])
                self.assertEqual(labelled_containers(), [])

    def test_what_a_killed_run_left_is_swept_by_the_next(self):
        self.assertEqual(self.ended_by(signal.SIGKILL), (-signal.SIGKILL, ""))
        self.assertEqual(len(labelled_containers()), 1)
        done, _ = self.ask()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(labelled_containers(), [])

    def test_a_killed_runs_temporary_folder_is_swept_and_others_are_not(self):
        with subprocess.Popen(["sleep", "60"]) as process:
            stat = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8")
            boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8")[:8]
            numbers = os.readlink("/proc/self/ns/pid").strip("pid:[]")
            mark = f"{boot}-{numbers}-{process.pid}-{stat.rsplit(')', 1)[1].split()[19]}"
            folder = self.folder / f"envlift-{mark}-abcdef"
            other = self.folder / "envlift-home"
            folder.mkdir()
            other.mkdir()
            self.ask(TMPDIR=self.folder)
            self.assertTrue(folder.exists())
            process.kill()
            process.wait()
            self.ask(TMPDIR=self.folder)
        self.assertFalse(folder.exists())
        self.assertTrue(other.exists())

    def test_a_container_that_somebody_removes_is_told_and_the_next_case_has_another(self):
        cases = [{"name": "removed", "handler": "rules.sleeps", "event": {"s": 30}}, {"name": "next", "event": {}}]
        with subprocess.Popen([envlift.binary(), "test", "--image", TAG, "--suite", self.suite(*cases), "--json",
                               "--timeout", "60"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=envlift.clean_environment(**lab())) as process:
            while not labelled_containers():
                time.sleep(0.1)
            time.sleep(2)
            docker("rm", "--force", *labelled_containers())
            out, err = process.communicate(timeout=60)
        run = json.loads(out)
        removed, following = run["cases"]
        self.assertEqual((removed["verdict"], removed["code"]), ("engine_error", "EL0814"), err)
        self.assertEqual(following["verdict"], "ok", err)
        self.assertNotIn("unknown", [limit["value"] for limit in run["sandbox"].values()])

    def test_outputs_go_into_links_pipes_and_devices(self):
        event, target, link, pipe = (self.folder / name for name in ("event.json", "target.xml", "link.xml", "pipe"))
        event.write_text("{}", encoding="utf-8")
        link.symlink_to(target)
        os.mkfifo(pipe)
        with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True) as reader:
            done, _ = self.ask("--event", event, "--junit", link, "--record", pipe)
            recorded, _ = reader.communicate(timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(link.is_symlink())
        self.assertIn("<testsuite", target.read_text(encoding="utf-8"))
        self.assertEqual(len(json.loads(recorded)["cases"]), 1)
        self.assertTrue(pipe.is_fifo())
        done, _ = self.ask("--event", event, "--junit", "/dev/stderr")
        self.assertIn("<testsuite", done.stderr)

    def test_an_event_can_come_through_a_pipe(self):
        for arguments in (("invoke", TAG), ("test", "--image", TAG, "--json")):
            read, end = os.pipe()
            with os.fdopen(end, "wb") as pipe:
                pipe.write(b'\xef\xbb\xbf{"a": 1}')
            done = subprocess.run([envlift.binary(), *arguments, "--handler", "rules.ok", "--event", f"/dev/fd/{read}"],
                                  pass_fds=(read,), capture_output=True, text=True, check=False,
                                  env=envlift.clean_environment(**lab()))
            os.close(read)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn('"a": 1', done.stdout)

    def test_a_running_neighbours_containers_stay(self):
        with subprocess.Popen([envlift.binary(), "invoke", TAG, "--handler", "rules.sleeps", "--event", "-"],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              env=envlift.clean_environment(**lab())) as neighbour:
            neighbour.stdin.write('{"s": 8}')
            neighbour.stdin.close()
            neighbour.stdin = None
            while not labelled_containers():
                time.sleep(0.1)
            self.ask()
            out, _ = neighbour.communicate(timeout=60)
        self.assertEqual(out, '"slept"\n')


if __name__ == "__main__":
    unittest.main()
