"""A server on loopback that asks for a user and a password: a pip index of a folder's wheels, and another server's
conda channels. Each test has its own first folder in the URLs, so that no build finds another's layers in the cache."""
import base64
import http.server
import pathlib
import re
import threading
import urllib.error
import urllib.request

USER = "ci-robot"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(with_body=True)

    def do_HEAD(self):
        self.answer(with_body=False)

    def answer(self, with_body):
        status, kind, body = self.found()
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", 'Basic realm="private"')
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def found(self):
        """Status, type and body; what is asked for is /CASE/simple/NAME/, /CASE/files/WHEEL or /CASE/CHANNEL/…"""
        if self.headers.get("Authorization") != self.server.expected:
            return 401, "text/plain", b"who are you?"
        _, _, rest = self.path.lstrip("/").partition("/")
        kind, _, name = rest.partition("/")
        if kind == "simple":
            return self.simple_page(name.strip("/"))
        if kind == "files":
            path = self.server.wheels / pathlib.PurePosixPath(name).name
            return (200, "application/octet-stream", path.read_bytes()) if path.is_file() else (404, "text/plain", b"")
        return self.passed_on(rest)

    def simple_page(self, name):
        """PEP 503's page of one project."""
        def project(wheel):
            return re.sub(r"[-_.]+", "-", wheel.name.partition("-")[0]).lower()
        links = "".join(f'<a href="../../files/{wheel.name}">{wheel.name}</a>\n'
                        for wheel in sorted(self.server.wheels.glob("*.whl")) if project(wheel) == name)
        return (200, "text/html", links.encode()) if links else (404, "text/plain", b"")

    def passed_on(self, path):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.server.channels}/{path}", timeout=60) as answer:
                return 200, "application/octet-stream", answer.read()
        except urllib.error.HTTPError as error:
            return error.code, "text/plain", b""

    def log_message(self, *_):
        pass


class PrivateServer(http.server.ThreadingHTTPServer):
    """`place` is its HOST:PORT."""
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, password, wheels, channels):
        super().__init__(("127.0.0.1", 0), Handler)
        self.expected = "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode()
        self.wheels = pathlib.Path(wheels)
        self.channels = channels
        self.place = f"127.0.0.1:{self.server_address[1]}"

    def start(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self):
        self.shutdown()
        self.server_close()
