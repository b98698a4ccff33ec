"""What `invoke` makes of events, answers and logs: a fake docker names the port of an emulator played here."""
import http.server
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

FAKE = envlift.ROOT / "tests/fake-bin"
VERSION = json.dumps({"Client": {"Version": "20.10.24"}, "Server": {"Version": "20.10.24", "Arch": "amd64"}})
INVOCATION = "/2015-03-31/functions/function/invocations"
REPORT = "END RequestId: 1\nREPORT RequestId: 1\tDuration: 1.00 ms\n"
NOT_UP = "21 Nov 2026 06:06:37,433 [ERROR] (rapid) Init failed error=Runtime exited with error: exit status 7 InvokeID=\n"


def raised(kind, message):
    return json.dumps({"errorMessage": message, "errorType": kind, "requestId": "1", "stackTrace": []})


# name, the emulator's status and body, the log, exit code's diagnostic, words of the cause, words of the cure
OUTCOMES = [
    ("handler raises", 200, raised("ValueError", "no rows"), "[ERROR] ValueError: no rows\n" + REPORT,
     "EL1001", "the handler raised ValueError: no rows", "traceback"),
    ("answer that is no JSON", 200, raised("Runtime.MarshalError", "Unable to marshal response: set"), REPORT,
     "EL1002", "the answer is not JSON", "return dict"),
    ("event that the runtime cannot read", 200, raised("Runtime.UnmarshalError", "Unable to unmarshal input"), REPORT,
     "EL1002", "the runtime cannot read the event", "send JSON"),
    ("package missing", 200, raised("Runtime.ImportModuleError", "Unable to import module 'app': No module named 'pandas'"), REPORT,
     "EL1003", "No module named 'pandas'", "add the package"),
    ("handler missing", 200, raised("Runtime.HandlerNotFound", "Handler 'x' missing on module 'app'"), REPORT,
     "EL1003", "missing on module", "setting handler"),
    ("runtime ends at init", 502, "", NOT_UP + "(rapid) Reset initiated: x\n", "EL1004", "exit status 7", "exits at import"),
    ("timeout", 200, "Task timed out after 3.00 seconds", REPORT, "EL1005", "timed out after 3.00 seconds", "--timeout"),
    ("runtime ends in the invocation", 200, raised("Runtime.ExitError", "RequestId: 1 Error: Runtime exited with error: signal: killed"),
     "(rapid) Reset initiated: x\n", "EL1006", "signal: killed", "--memory"),
    ("answer too large", 200, raised("Function.ResponseSizeTooLarge", "Response payload size exceeded"), REPORT,
     "EL1007", "over Lambda's 6 MB", "S3"),
    ("an answer of HTTP alone", 500, "oops", REPORT, "EL1008", "HTTP 500", "docker run"),
]


class Emulator:
    """Listens on loopback; every POST gets the same answer."""

    def __init__(self, status, body):
        emulator = self
        self.events = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, code, text):
                self.send_response(code)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

            def do_GET(self):
                self.answer(404, "404 page not found")

            def do_POST(self):
                emulator.events.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer(status, body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def port(self):
        return self.server.server_address[1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class InvokeOutcomes(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "bin").mkdir()
        (self.root / "bin/docker").symlink_to(FAKE / "docker")
        (self.root / "bin/python3").symlink_to(sys.executable)

    def environment(self, transcripts):
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.root))
        for number, transcript in enumerate(transcripts):
            (folder / f"{number:03}.json").write_text(json.dumps(transcript), encoding="utf-8")
        return {"PATH": f"{self.root}/bin", "ENVLIFT_FAKE_DOCKER": str(folder), "TMPDIR": str(self.root)}

    def emulator(self, status, body, *logs):
        emulator = Emulator(status, body)
        self.addCleanup(emulator.close)
        transcripts = [
            {"argv": "version", "exit": 0, "stdout": VERSION},
            {"argv": "run", "exit": 0, "stdout": "c0ffee\n"},
            {"argv": "port c0ffee", "exit": 0, "stdout": f"127.0.0.1:{emulator.port()}\n"},
            {"argv": "inspect", "exit": 0, "stdout": '{"Running":true,"ExitCode":0,"OOMKilled":false}'},
            *logs, {"argv": "rm --force --volumes c0ffee", "exit": 0}]
        return emulator, self.environment(transcripts)

    def test_each_outcome_has_its_code_cause_and_cure(self):
        for name, status, body, log, code, cause, cure in OUTCOMES:
            with self.subTest(name):
                _, environment = self.emulator(status, body, {"argv": "logs", "exit": 0, "stdout": log})
                done = envlift.run("invoke", "x:1", **environment)
                self.assertEqual((done.returncode, done.stdout), (5, ""), done.stderr)
                lines = done.stderr.splitlines()
                at = next(i for i, line in enumerate(lines) if line.startswith("error["))
                self.assertTrue(lines[at].startswith(f"error[{code}]: "), done.stderr)
                self.assertIn(cause, lines[at])
                self.assertTrue(lines[at + 1].startswith("hint: "), done.stderr)
                self.assertIn(cure, lines[at + 1])
                self.assertNotRegex(done.stderr, r"\b[a-z]+_(error|json|large)\b")   # no words of the program's own

    def test_an_answer_is_told_with_a_sentence_and_given_alone(self):
        emulator, environment = self.emulator(200, '{"a": 1}', {"argv": "logs", "exit": 0, "stdout": REPORT})
        event = self.root / "event.json"
        event.write_text('{"rows": 3}\n', encoding="utf-8")
        done = envlift.run("invoke", "x:1", "--event", event, **environment)
        self.assertEqual((done.returncode, done.stdout), (0, '{"a": 1}\n'), done.stderr)
        self.assertIn("invoking the function: answered (", done.stderr)
        self.assertEqual(emulator.events, ['{"rows": 3}\n'])

    def test_an_init_that_lambda_would_end_is_a_failure(self):
        for milliseconds, ends in [("9900.5", False), ("12345.6", True)]:
            log = f"21 Nov 2026 06:06:37,433 [INFO] (rapid) INIT REPORT(durationMs: {milliseconds})\n" + REPORT
            _, environment = self.emulator(200, "1", {"argv": "logs", "exit": 0, "stdout": log})
            done = envlift.run("invoke", "x:1", **environment)
            self.assertEqual((done.returncode, done.stdout), (5, "") if ends else (0, "1\n"), done.stderr)
            self.assertEqual("error[EL1011]: the init took 12.3 s here, and Lambda ends it after 10 s" in done.stderr,
                             ends, done.stderr)
            self.assertEqual("warning[EL1017]: the init took 9.9 s at a whole vCPU; at the share of 1024 MB it takes up "
                             "to 17 s" in done.stderr, not ends, done.stderr)

    def test_an_engine_that_does_not_tell_the_limits_is_told_of(self):
        _, environment = self.emulator(200, "1", {"argv": "logs", "exit": 0, "stdout": REPORT})
        done = envlift.run("invoke", "x:1", **environment)
        self.assertIn("warning[EL1018]: the sandbox is not Lambda's: read_only_root unknown in place of true (the engine "
                      "does not tell what the container has), ", done.stderr)
        off = envlift.run("invoke", "x:1", "--sandbox", "off", **environment)
        self.assertNotIn("EL1018", off.stderr)

    def test_an_event_that_is_no_json_starts_nothing(self):
        environment = self.environment([])   # any call of docker would be noted
        (self.root / "event.json").write_text("{\n  'rows': 3\n}\n", encoding="utf-8")
        done = envlift.run("invoke", "x:1", "--event", "event.json", cwd=self.root, **environment)
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertTrue(done.stderr.startswith("error[EL1002]: the event is not JSON: "), done.stderr)
        self.assertIn(" --> event.json:2:3\n", done.stderr)
        self.assertIn("2 |   'rows': 3\n", done.stderr)
        self.assertIn("hint: write names and texts in double quotes", done.stderr)
        stdin = envlift.run("invoke", "x:1", "--event", "-", stdin="rows", **environment)
        self.assertIn(" --> <stdin>:1:1\n", stdin.stderr)
        self.assertFalse((pathlib.Path(environment["ENVLIFT_FAKE_DOCKER"]) / "calls.log").exists())

    def test_serve_shows_the_functions_log_as_it_comes(self):
        follow = {"argv": "logs --follow c0ffee", "exit": 0, "sleep": 2,
                  "stderr": "START RequestId: 1 Version: $LATEST\nrows: 3\n" + REPORT}
        emulator, environment = self.emulator(200, '{"a": 1}', follow)
        with subprocess.Popen([envlift.binary(), "invoke", "x:1", "--serve", "--port", str(self.free_port())],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=envlift.clean_environment(**environment)) as server:
            seen = []
            reader = threading.Thread(target=lambda: seen.extend(iter(server.stderr.readline, "")))
            reader.start()
            answer = self.post(server.args[-1])
            for _ in range(100):
                if "rows: 3\n" in seen:
                    break
                time.sleep(0.05)
            server.send_signal(signal.SIGINT)
            self.assertEqual(server.wait(timeout=20), 130)
            reader.join()
            self.assertEqual(server.stdout.read(), "")
        self.assertEqual((answer, emulator.events), ('{"a": 1}', ["{}"]))
        self.assertIn("rows: 3\n", seen)
        self.assertFalse([line for line in seen if "RequestId" in line], seen)

    def post(self, port):
        for _ in range(100):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{INVOCATION}", data=b"{}", timeout=10) as answer:
                    return answer.read().decode()
            except OSError:
                time.sleep(0.05)
        return None

    @staticmethod
    def free_port():
        with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
            return server.server_address[1]


if __name__ == "__main__":
    unittest.main()
