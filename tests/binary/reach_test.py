"""scripts/lib/reach.sh: a server that refuses is not reached, a registry that asks for a token is."""
import http.server
import pathlib
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

STATUS = {"/v2/": 401, "/private": 401, "/refused/v2/": 403, "/refused": 403, "/there": 200, "/moved": 302}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(STATUS.get(self.path, 404))
        if self.path == "/moved":
            self.send_header("Location", "/there")
        self.end_headers()

    def log_message(self, *_):
        pass


class Reach(unittest.TestCase):
    def test_what_counts_as_reached(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        for path, reached in {"/v2/": 0, "/private": 1, "/refused/v2/": 1, "/refused": 1, "/there": 0, "/moved": 0, "/no": 1}.items():
            with self.subTest(path):
                script = f"source {envlift.ROOT}/scripts/lib/reach.sh && reaches http://127.0.0.1:{server.server_port}{path}"
                done = subprocess.run(["bash", "-c", script], check=False, timeout=30,
                                      env=envlift.clean_environment(no_proxy="*", http_proxy=None))
                self.assertEqual(done.returncode, reached)

    def test_quickstart_asks_for_all_that_it_downloads(self):
        text = (envlift.ROOT / "scripts/quickstart").read_text(encoding="utf-8")
        for url in ("https://public.ecr.aws/v2/", "https://conda.anaconda.org/conda-forge/", "https://repo.anaconda.com/miniconda/"):
            self.assertIn(f"reaches {url}", text)


if __name__ == "__main__":
    unittest.main()
