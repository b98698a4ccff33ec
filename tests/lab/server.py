"""Serves a folder on loopback: the lab's conda channels and its installer.

Usage: server.py FOLDER PORT STATE

Takes PORT, or any free one where that is taken, and writes "PID PORT" to STATE when it listens.
"""

import http.server
import os
import sys
from functools import partial
from pathlib import Path

# Answers who serves here, so that a recorded server is told from a stranger on its port.
IDENTITY = "/envlift-lab"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Files only, with connections kept open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path != IDENTITY:
            super().do_GET()
            return
        body = os.fsencode(self.directory) + b"\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code, message=None, explain=None):
        """With the status's standard words, as channel servers answer."""
        super().send_error(code, None, explain)


class Server(http.server.ThreadingHTTPServer):
    # A client that opens many connections at once is not to be refused.
    request_queue_size = 128
    daemon_threads = True


def listen(folder: str, port: int) -> Server:
    handler = partial(Handler, directory=folder)
    try:
        return Server(("127.0.0.1", port), handler)
    except OSError:
        return Server(("127.0.0.1", 0), handler)


def main() -> None:
    folder, port, state = sys.argv[1:]
    server = listen(folder, int(port))
    fresh = Path(f"{state}.new")
    fresh.write_text(f"{os.getpid()} {server.server_address[1]}\n")
    fresh.rename(state)
    server.serve_forever()


if __name__ == "__main__":
    main()
