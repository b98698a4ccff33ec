#!/usr/bin/env python3
"""Compares the signatures that envlift's requests arrive with on a server with those that botocore makes of the same
requests: of the headers and bodies as they arrived."""
import http.server
import json
import threading

import comparison

comparison.owners("aws")
import aws_probe  # noqa: E402
from botocore.auth import SigV4Auth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402

KEY = "AKIDEXAMPLE"
LETTERS = "abcXYZ0189-_=+/ ~!\"{}:,é漢\u2028\n\t"
VALUES = "abcXYZ0189-_=+/.;,"


class Recorder(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, self.headers.items(), body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


def text(rng, letters, most):
    return "".join(rng.choice(letters) for _ in range(rng.randint(1, most)))


def generate(rng):
    size = rng.choice([0, 1, 100, 5000, 200_000])
    headers = {"Content-Type": rng.choice(["application/x-amz-json-1.1", "application/x-www-form-urlencoded; charset=utf-8"]),
               "X-Amz-Target": f"AmazonEC2ContainerRegistry_V20150921.{text(rng, 'abcXYZ', 20)}"}
    return {"secret": text(rng, VALUES + ":@%", 60), "token": text(rng, VALUES, 1500) if rng.random() < 0.6 else "",
            "task": {"task": "call", "service": rng.choice(["ecr", "sts"]), "body": text(rng, LETTERS, size) if size else "",
                     "region": rng.choice(["us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1"]),
                     "headers": [f"{name}: {value}" for name, value in headers.items() if rng.random() < 0.9]}}


def signed_names(authorization):
    return authorization.split("SignedHeaders=")[1].split(",")[0].split(";")


def theirs(case, url, path, headers, body):
    headers = dict(headers)
    names = signed_names(headers["Authorization"])
    kept = {name: value for name, value in headers.items() if name.lower() in names}
    request = AWSRequest("POST", url + path, headers=kept, data=body)
    request.context["timestamp"] = headers["X-Amz-Date"]
    signer = SigV4Auth(Credentials(KEY, case["secret"], case["token"] or None), case["task"]["service"], case["task"]["region"])
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    scope = f"{KEY}/{headers['X-Amz-Date'][:8]}/{case['task']['region']}/{case['task']['service']}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={';'.join(sorted(names))}, Signature={signature}"


def judge(run, number, case, server, url):
    server.requests.clear()
    answer = aws_probe.ask([case["task"]], AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=case["secret"],
                           AWS_SESSION_TOKEN=case["token"], AWS_ENDPOINT_URL=url)[0]
    if "error" in answer or len(server.requests) != 1:
        run.differ(number, json.dumps(case), str(answer))
        return
    path, headers, body = server.requests[0]
    names = {name.lower() for name, _ in headers}
    must = {"host", "x-amz-date"} | ({"x-amz-target"} & names) | ({"x-amz-security-token"} if case["token"] else set())
    authorization = dict(headers)["Authorization"]
    if body.decode() != case["task"]["body"] or not must <= set(signed_names(authorization)):
        run.differ(number, json.dumps(case), f"the body or the signed headers: {headers}")
        return
    run.judge(number, json.dumps(case), authorization, theirs(case, url, path, headers, body))


def main():
    run = comparison.Comparison(count=150)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    server.requests = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for number, case in run.cases(generate):
        judge(run, number, case, server, f"http://127.0.0.1:{server.server_address[1]}")
    server.shutdown()
    run.finish()


if __name__ == "__main__":
    main()
