"""The bootstrap: import order, what subprocesses inherit, the call of the client."""
import http.server
import json
import os
import subprocess
import sys
import threading
import unittest

from support import MINOR, BuildCase, render, write

CLIENT = """import json, os, sys


def main(arguments):
    print(json.dumps({"arguments": arguments, "path": sys.path, "exported": os.environ.get("PYTHONPATH")}))
"""


class Api(http.server.BaseHTTPRequestHandler):
    """The runtime API, as far as an initialization error needs it."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, self.headers["Lambda-Runtime-Function-Error-Type"], json.loads(body)))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class BootstrapTest(BuildCase):
    def setUp(self):
        super().setUp()
        self.task, self.runtime, self.lang = (self.root / name for name in ("task", "runtime", "lang"))
        self.base = self.lang / f"python{MINOR}" / "site-packages"
        for folder in (self.task, self.runtime, self.base):
            folder.mkdir(parents=True)
        self.bootstrap = write(self.root / "opt" / "bootstrap.py", render(
            "bootstrap.py.mustache", prefix=str(self.root / "env"), base_lib=str(self.lang), python=MINOR))
        self.client = write(self.root / "env" / "awslambdaric" / "__main__.py", CLIENT)
        # The environment's own entries, as its site module leaves them.
        write(self.root / "site" / "sitecustomize.py", f"import sys\nsys.path.append({str(self.root / 'env')!r})\n")

    def start(self, **variables):
        inherited = [str(self.root / "site"), *filter(None, [variables.pop("PYTHONPATH", None)])]
        environment = {"PATH": os.environ["PATH"], "_HANDLER": "app.handler", "LAMBDA_TASK_ROOT": str(self.task),
                       "LAMBDA_RUNTIME_DIR": str(self.runtime), "PYTHONPATH": os.pathsep.join(inherited), **variables}
        return subprocess.run([sys.executable, str(self.bootstrap)], env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True, check=False)

    def told(self, **variables):
        process = self.start(**variables)
        self.assertEqual((process.returncode, process.stderr), (0, ""))
        return json.loads(process.stdout)

    def test_the_client_is_called_with_the_handler(self):
        self.assertEqual(self.told()["arguments"], [str(self.task), "app.handler"])

    def test_import_order(self):
        self.runtime.joinpath("boto3.py").touch()
        path = self.told()["path"]
        self.assertEqual(path[0], str(self.task))
        self.assertEqual(path[-2:], [str(self.runtime), str(self.base)])
        self.assertLess(path.index(os.path.dirname(os.__file__)), path.index(str(self.root / "env")))
        self.assertFalse({"", str(self.bootstrap.parent)} & set(path))
        self.assertEqual(len(path), len(set(path)))

    def test_a_base_s_pythonpath_neither_comes_first_nor_is_inherited(self):
        told = self.told(PYTHONPATH=f"{self.runtime}:{self.base}")
        self.assertEqual(told["path"][-2:], [str(self.runtime), str(self.base)])
        self.assertEqual(told["exported"], str(self.root / "site"))

    def test_the_function_s_pythonpath_follows_the_code(self):
        told = self.told(PYTHONPATH=f"/mine:{self.runtime}")
        self.assertEqual(told["path"][:3], [str(self.task), str(self.root / "site"), "/mine"])
        self.assertEqual(told["exported"], f"{self.root / 'site'}:/mine")

    def test_pth_files_of_the_code(self):
        write(self.task / "local.pth", "vendored\nimport sys; sys.loaded = True\n")
        (self.task / "vendored").mkdir()
        self.assertEqual(self.told()["path"][:2], [str(self.task), str(self.task / "vendored")])

    def test_no_client(self):
        self.client.unlink()
        server = self.enter(http.server.HTTPServer(("127.0.0.1", 0), Api))
        server.seen = []
        threading.Thread(target=server.handle_request, daemon=True).start()
        process = self.start(AWS_LAMBDA_RUNTIME_API=f"127.0.0.1:{server.server_port}")
        self.assertEqual(process.returncode, 1)
        cause = "the runtime interface client cannot be imported: No module named 'awslambdaric"
        self.assertIn(f"envlift: {cause}", process.stderr)
        (path, kind, answer), = server.seen
        self.assertEqual((path, kind), ("/2018-06-01/runtime/init/error", "Runtime.ImportModuleError"))
        self.assertIn(cause, answer["errorMessage"])

    def test_no_client_and_no_api(self):
        self.client.unlink()
        process = self.start()
        self.assertEqual(process.returncode, 1)
        self.assertEqual(len(process.stderr.splitlines()), 1)
        self.assertIn("cannot be imported", process.stderr)

    def test_no_handler(self):
        process = self.start(_HANDLER="x")
        self.assertEqual(process.returncode, 0)
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(self.root / "site")}
        process = subprocess.run([sys.executable, str(self.bootstrap)], env=environment, stderr=subprocess.PIPE,
                                 universal_newlines=True, check=False)
        self.assertEqual((process.returncode, process.stderr),
                         (1, "envlift: the variable _HANDLER is not set: the handler is unknown\n"))


if __name__ == "__main__":
    unittest.main()
