"""A loopback proxy before a registry that fails as networks and registries do, by chance but repeatably.

usage: faulty_proxy.py REGISTRY_HOST SEED RATE   (prints its HOST:PORT; for a look by hand)
"""
import base64
import collections
import http.client
import http.server
import json
import random
import socket
import struct
import sys
import threading
import time
import urllib.parse

FAULTS = ("429", "500", "503", "reset_before", "reset_mid_body", "reset_kept", "reset_after", "fault_after", "slow", "wrong_digest",
          "flipped_byte", "expired")
PIECE = 64 * 1024
HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "host", "content-length"}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do(self):
        proxy = self.server.proxy
        proxy.seen(self)
        if self.path.startswith("/token"):
            return self.give_token()
        if not proxy.accepts(self.headers.get("Authorization", "")):
            return self.unauthorized()
        if self.command == "GET" and self.session() in proxy.kept:
            return self.tell_kept()
        fault = proxy.next_fault()
        return getattr(self, f"fail_{fault}")() if fault else self.forward()

    do_GET = do_HEAD = do_PUT = do_POST = do_PATCH = do_DELETE = do

    # --- Faults ---

    def fail_429(self):
        self.read_body()
        self.answer(429, {"Retry-After": "0"}, b'{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}')

    def fail_500(self):
        self.read_body()
        self.answer(500, {}, b"oops")

    def fail_503(self):
        self.answer(503, {"Connection": "close"}, b"")
        self.reset()   # without a look at the body

    def fail_reset_before(self):
        self.reset()

    def fail_reset_mid_body(self):
        upstream = self.send_upstream(limit=self.length() // 2)
        upstream.close()
        self.reset()

    def fail_reset_kept(self):
        """As registries do that keep what came before the reset; Debian's forgets the session."""
        if self.command == "PATCH" and self.session() not in self.server.proxy.kept:
            self.server.proxy.kept[self.session()] = self.rfile.read(self.length() // 2)
            self.server.proxy.bytes += self.length() // 2
        self.reset()

    def fail_reset_after(self):
        self.ask_upstream()
        self.reset()

    def fail_fault_after(self):
        self.ask_upstream()
        self.answer(502, {}, b"bad gateway")

    def fail_slow(self):
        self.forward(pause=0.01)

    def fail_wrong_digest(self):
        self.forward(digest="sha256:" + "0" * 64)

    def fail_flipped_byte(self):
        self.forward(flip=True)

    def fail_expired(self):
        self.server.proxy.expire()
        self.read_body()
        self.unauthorized()

    # --- What works ---

    def forward(self, pause=0, digest=None, flip=False):
        response, body = self.ask_upstream(pause=pause, flip=flip and self.command in ("PATCH", "PUT"))
        headers = {name: value.replace(self.server.proxy.registry, self.server.proxy.host)
                   for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP}
        if digest and "Docker-Content-Digest" in headers:
            headers["Docker-Content-Digest"] = digest
        self.answer(response.status, headers, body, response.getheader("Content-Length"))

    def ask_upstream(self, **how):
        upstream = self.send_upstream(**how)
        response = upstream.getresponse()
        body = response.read()
        upstream.close()
        return response, body

    def session(self):
        return self.path.partition("?")[0]

    def tell_kept(self):
        kept = len(self.server.proxy.kept[self.session()])
        self.answer(204, {"Location": self.path, "Range": f"0-{kept - 1}"}, b"")

    def send_upstream(self, limit=None, pause=0, flip=False):
        proxy = self.server.proxy
        kept = proxy.kept.pop(self.session(), b"") if self.command == "PATCH" else b""
        if kept:
            assert self.headers["Content-Range"].startswith(f"{len(kept)}-"), "it does not go on where it stood"
        upstream = http.client.HTTPConnection(proxy.registry, timeout=60)
        upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        upstream.putheader("Host", proxy.host)
        for name, value in self.headers.items():
            if name.lower() not in HOP_BY_HOP | {"authorization", "content-range"}:
                upstream.putheader(name, value)
        upstream.putheader("Authorization", proxy.registry_authorization)
        if self.command in ("PUT", "POST", "PATCH"):
            upstream.putheader("Content-Length", str(len(kept) + self.length()))
        upstream.endheaders(kept or None)
        left = self.length() if limit is None else limit
        while left > 0:
            piece = self.rfile.read(min(left, PIECE))
            if not piece:
                break
            left -= len(piece)
            proxy.bytes += len(piece)
            if flip:
                piece, flip = bytes([piece[0] ^ 1]) + piece[1:], False
            upstream.send(piece)
            time.sleep(pause)
        return upstream

    def give_token(self):
        proxy = self.server.proxy
        if proxy.identity:
            query = urllib.parse.parse_qs(self.rfile.read(self.length()).decode())
            is_known = query.get("grant_type") == ["refresh_token"] and query.get("refresh_token") == [proxy.identity]
        else:
            query = urllib.parse.parse_qs(urllib.parse.urlparse(self.path).query)
            is_known = self.headers.get("Authorization") == proxy.login_authorization
        if not is_known or not query.get("scope"):
            return self.answer(401, {}, b'{"errors":[{"code":"UNAUTHORIZED","message":"who are you?"}]}')
        name = "access_token" if proxy.identity else "token"
        return self.answer(200, {"Content-Type": "application/json"}, json.dumps({name: proxy.new_token()}).encode())

    def unauthorized(self):
        self.answer(401, {"WWW-Authenticate": self.server.proxy.challenge(), "Connection": "close"},
                    b'{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}')
        self.close_connection = True

    def answer(self, status, headers, body, length=None):
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", length if length and self.command == "HEAD" else str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def length(self):
        return int(self.headers.get("Content-Length") or 0)

    def read_body(self):
        self.rfile.read(self.length())

    def reset(self):
        """Ends the connection as a crashed host does."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.shutdown(socket.SHUT_RD)
        self.rfile.close()
        self.wfile.close()
        self.connection.close()

    def handle(self):
        try:
            super().handle()
        except (OSError, ValueError, http.client.HTTPException):
            pass   # the connection is gone, as it was to be

    def finish(self):
        try:
            super().finish()
        except (OSError, ValueError):
            pass

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


class FaultyProxy:
    """Before `registry` (HOST:PORT, which takes `login`). `rate` of the requests fail, or the faults of `script` come first,
    one a request (None: none). With `bearer`, requests need a token of /token, which `login` gets, or `identity`, a refresh
    token, where there is one."""

    def __init__(self, registry, login, rate=0.0, seed=0, script=(), bearer=False, identity="", faults=FAULTS):
        self.registry = registry
        self.registry_authorization = self.login_authorization = basic(login)
        self.rate, self.random, self.script, self.faults = rate, random.Random(seed), collections.deque(script), faults
        self.bearer, self.identity = bearer, identity
        self.tokens = set()
        self.requests = []
        self.kept = {}   # session -> bytes
        self.bytes = 0
        self.counts = collections.Counter()
        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.proxy = self
        self.host = "127.0.0.1:%d" % self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def seen(self, request):
        with self.lock:
            self.requests.append((request.command, request.path))
            self.bytes += len(request.requestline) + sum(len(name) + len(value) + 4 for name, value in request.headers.items())

    def next_fault(self):
        with self.lock:
            fault = self.script.popleft() if self.script else None
            if fault is None and self.random.random() < self.rate:
                fault = self.random.choice(self.faults)
            self.counts[fault] += 1
            return fault

    def accepts(self, authorization):
        with self.lock:
            return authorization in ({f"Bearer {token}" for token in self.tokens} if self.bearer else {self.login_authorization})

    def new_token(self):
        with self.lock:
            token = f"token-{self.random.getrandbits(64):x}"
            self.tokens.add(token)
            return token

    def expire(self):
        with self.lock:
            self.tokens.clear()

    def challenge(self):
        return f'Bearer realm="http://{self.host}/token",service="test"' if self.bearer else 'Basic realm="registry"'


def basic(login):
    return "Basic " + base64.b64encode(":".join(login).encode()).decode()


if __name__ == "__main__":
    running = FaultyProxy(sys.argv[1], ("", ""), seed=int(sys.argv[2]), rate=float(sys.argv[3]))
    print(running.host, flush=True)
    threading.Event().wait()
