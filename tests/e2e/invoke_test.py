"""`envlift invoke` tells the emulator's outcomes apart, serves curl, and leaves no container behind."""
import concurrent.futures
import json
import pathlib
import signal
import subprocess
import sys
import time
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402
from support.docker import docker, labelled_containers  # noqa: E402
from support.lab import lab_environment  # noqa: E402
from support.projects import build_image  # noqa: E402

TAG = "envlift-test/outcomes:latest"
HANDLERS = '''
import os, sys, time

def ok(event, context):
    print("an event of", len(event), "members")
    return {"event": event, "user": "\\u00e9"}

def raises(event, context):
    raise ValueError("the input has no rows")

def sleeps(event, context):
    time.sleep(30)

def dies(event, context):
    os._exit(3)

def returns_error_shape(event, context):
    return {"errorMessage": "mine", "errorType": "Mine"}

def not_json(event, context):
    return {1, 2}

def too_large(event, context):
    return "x" * (7 * 1024 * 1024)

def fills_tmp(event, context):
    with open("/tmp/cache", "wb") as file:
        for _ in range(event["MB"]):
            file.write(bytes(1 << 20))
    return "filled"
'''


class Invoke(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = lab_environment()
        build_image(TAG, {"outcomes.py": HANDLERS,
                          "broken.py": "import absent_module\n\ndef handler(e, c):\n    return 1\n",
                          "leaves.py": "import sys\nsys.exit(7)\n\ndef handler(e, c):\n    return 1\n"},
                    "outcomes.ok", cls.lab)

    def invoke(self, *arguments, **options):
        return envlift.run("invoke", TAG, *arguments, **options, **self.lab)

    def test_answer_alone_on_stdout(self):
        done = self.invoke("--event", "-", stdin='{"a": [1, "\\u00e9"]}')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout), {"event": {"a": [1, "é"]}, "user": "é"})

    def test_tmp_holds_what_lambdas_holds(self):
        def filled(megabytes, *options):
            return self.invoke("--handler", "outcomes.fills_tmp", "--event", "-", *options,
                               stdin=json.dumps({"MB": megabytes}))
        self.assertEqual(filled(400).stdout, '"filled"\n')
        over = filled(540)
        self.assertEqual((over.returncode, over.stdout), (5, ""), over.stderr)
        # Looked at while it writes: it may be ended before it has written all.
        self.assertRegex(over.stderr, r"error\[EL1010\]: the function had 5[1-4]\d MB of files, and Lambda's /tmp has 512 MB")
        self.assertEqual(filled(540, "--ephemeral-storage", "600").stdout, '"filled"\n')

    def test_failures_are_told_apart(self):
        codes = set()
        for handler, words in [
            ("outcomes.raises", "the input has no rows"), ("outcomes.not_json", "JSON"),
            ("outcomes.too_large", "6 MB"), ("outcomes.dies", "exit"), ("broken.handler", "absent_module"),
            ("outcomes.absent", "absent"), ("leaves.handler", ""),
        ]:
            with self.subTest(handler):
                done = self.invoke("--handler", handler)
                self.assertEqual((done.returncode, done.stdout), (5, ""), done.stderr)
                self.assertIn(words, done.stderr)
                self.assertIn("hint: ", done.stderr)
                codes.add(done.stderr.split("error[")[1][:6])
        timed_out = self.invoke("--handler", "outcomes.sleeps", "--timeout", "2")
        self.assertEqual(timed_out.returncode, 5)
        codes.add(timed_out.stderr.split("error[")[1][:6])
        self.assertGreaterEqual(len(codes), 6, codes)
        self.assertEqual(labelled_containers(), [])

    def test_an_answer_shaped_like_an_error_is_an_answer(self):
        done = self.invoke("--handler", "outcomes.returns_error_shape")
        self.assertEqual((done.returncode, json.loads(done.stdout)["errorType"]), (0, "Mine"), done.stderr)

    def test_no_such_image(self):
        done = envlift.run("invoke", "envlift-test/absent:none", **self.lab)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"error\[EL\d{4}\]")

    def test_serve_queues_requests_and_cleans_up(self):
        with subprocess.Popen([envlift.binary(), "invoke", TAG, "--serve", "--port", "9321"], stderr=subprocess.PIPE,
                              env=envlift.clean_environment(**self.lab)) as server:
            try:
                self.serve_two_at_once()
            finally:
                server.send_signal(signal.SIGINT)
                _, said = server.communicate(timeout=30)
        self.assertEqual(server.returncode, 130)
        self.assertEqual(said.count(b"an event of 1 members\n"), 6, said)
        self.assertEqual(labelled_containers(), [])

    def serve_two_at_once(self):
        url = "http://127.0.0.1:9321/2015-03-31/functions/function/invocations"

        def post(number):
            for _ in range(100):
                try:
                    request = urllib.request.Request(url, data=json.dumps({"n": number}).encode())
                    with urllib.request.urlopen(request, timeout=60) as answer:
                        return json.load(answer)["event"]["n"]
                except ConnectionError:
                    time.sleep(0.2)
                except urllib.error.URLError:
                    time.sleep(0.2)
            return None

        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            self.assertEqual(list(pool.map(post, range(6))), list(range(6)))

    def test_interrupt_during_an_invocation_removes_the_container(self):
        with subprocess.Popen([envlift.binary(), "invoke", TAG, "--handler", "outcomes.sleeps", "--timeout", "60"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=envlift.clean_environment(**self.lab)) as process:
            for _ in range(200):
                if labelled_containers():
                    break
                time.sleep(0.1)
            time.sleep(1)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=30)
        self.assertEqual(process.returncode, 143)
        self.assertEqual(labelled_containers(), [])
        self.assertEqual(docker("ps", "--quiet", "--filter", f"ancestor={TAG}").stdout, "")


if __name__ == "__main__":
    unittest.main()
