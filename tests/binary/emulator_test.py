"""`doctor --fetch` brings the emulator that the settings name, and nothing else."""
import hashlib
import http.server
import pathlib
import sys
import tempfile
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402

EMULATOR = b"\x7fELF an emulator"
SHA256 = hashlib.sha256(EMULATOR).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path == "/rie"
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(EMULATOR) if found else 0))
        self.end_headers()
        if found:
            self.wfile.write(EMULATOR)

    def log_message(self, *_):
        pass


class Fetch(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.cache = pathlib.Path(folder.name) / "cache"
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def fetch(self, name, sha256):
        return envlift.run("doctor", "--fetch", "--engine", "absent-docker", "--base", "127.0.0.1:9/x", "--emulator-url",
                           f"http://127.0.0.1:{self.server.server_address[1]}/{name}", "--emulator-sha256", sha256,
                           XDG_CACHE_HOME=self.cache)

    def test_the_file_is_kept_by_its_hash_and_can_be_run(self):
        for _ in range(2):   # the second time from the cache
            done = self.fetch("rie", SHA256)
            self.assertIn(f"the emulator is at {self.cache}/envlift/emulator/{SHA256}\n", done.stderr)
        kept = self.cache / "envlift/emulator" / SHA256
        self.assertEqual((kept.read_bytes(), kept.stat().st_mode & 0o555), (EMULATOR, 0o555))

    def test_another_file_is_not_kept(self):
        done = self.fetch("rie", "0" * 64)
        self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
        self.assertIn(f"error[EL0907]: the emulator's SHA-256 is {SHA256}", done.stderr)
        self.assertFalse((self.cache / "envlift/emulator").exists())

    def test_a_server_that_has_it_not(self):
        done = self.fetch("absent", SHA256)
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertIn("error[EL0910]: ", done.stderr)
        self.assertIn("HTTP 404", done.stderr)

    def test_no_url(self):
        done = envlift.run("doctor", "--fetch")
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertIn("no emulator is named", done.stderr)


if __name__ == "__main__":
    unittest.main()
