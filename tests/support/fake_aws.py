"""A server on loopback that plays STS, single sign-on, a container's endpoint and an instance's metadata. The access key
that each gives says how it was asked for."""
import html
import http.server
import json
import re
import threading
import urllib.parse

EXPIRATION = "2099-01-01T00:00:00Z"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        if path == "/federation/credentials":
            self.single_sign_on({key: values[0] for key, values in urllib.parse.parse_qs(query).items()})
        elif path == "/container":
            self.send_json(200, self.keys(f"container.{self.headers.get('Authorization', '')}"))
        elif self.headers.get("X-aws-ec2-metadata-token") != "imds-token":
            self.send_text(401, "")
        elif path.endswith("/iam/security-credentials/"):
            self.send_text(200, "the-role")
        elif path.endswith("/iam/security-credentials/the-role"):
            self.send_json(200, self.keys("instance.the-role"))
        elif path.endswith("/placement/region"):
            self.send_text(200, "ap-south-2")
        else:
            self.send_text(404, "")

    def do_PUT(self):
        is_asked = self.path == "/latest/api/token" and self.headers.get("X-aws-ec2-metadata-token-ttl-seconds")
        self.send_text(200 if is_asked else 400, "imds-token")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {key: values[0] for key, values in urllib.parse.parse_qs(body).items()}
        caller = re.search(r"Credential=([^/]*)/", self.headers.get("Authorization", ""))
        session = form["RoleSessionName"] if form["RoleSessionName"].startswith("mine") else ""
        words = [form["Action"], form["RoleArn"].rpartition("/")[2], session, form.get("ExternalId", ""),
                 form.get("DurationSeconds", ""), form.get("WebIdentityToken", ""), caller[1] if caller else ""]
        fields = self.keys(".".join(words))
        fields["SessionToken"] = fields.pop("Token")
        xml = "".join(f"<{key}>{html.escape(value)}</{key}>" for key, value in fields.items())
        kind = form["Action"]
        self.send_text(200, f'<{kind}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{kind}Result><Credentials>'
                            f"{xml}</Credentials></{kind}Result></{kind}Response>", "text/xml")

    def single_sign_on(self, query):
        token = self.headers.get("x-amz-sso_bearer_token", "")
        if token == "revoked":
            self.send_json(401, {"message": "Session token not found or invalid"}, "UnauthorizedException")
            return
        name = f"sso.{query['account_id']}.{query['role_name']}.{token}"
        self.send_json(200, {"roleCredentials": {"accessKeyId": name, "secretAccessKey": "s", "sessionToken": "t",
                                                 "expiration": 4070908800000}})

    @staticmethod
    def keys(name):
        return {"AccessKeyId": name, "SecretAccessKey": "fake/secret+key", "Token": "fake/token==", "Expiration": EXPIRATION}

    def send_json(self, status, value, error=""):
        self.send_text(status, json.dumps(value), "application/json", error)

    def send_text(self, status, text, kind="text/plain", error=""):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


class FakeAws(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()
