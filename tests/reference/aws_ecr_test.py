#!/usr/bin/env python3
"""Runs envlift's client of ECR against moto's server, and looks at what it did with boto3. A proxy in between throttles,
fails and lies about the time; no secret may be in what envlift prints."""
import base64
import email.utils
import http.server
import json
import pathlib
import subprocess
import sys
import threading
import time
import unittest
import urllib.error
import urllib.request

import comparison

comparison.owners("aws")
import aws_probe  # noqa: E402
import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402
from support import envlift  # noqa: E402

SECRET, TOKEN = "canary/of+the/secret", "canaryOfTheToken"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN,
        "AWS_REGION": "eu-central-1"}
MANIFEST = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                       "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 1, "digest": "sha256:" + "1" * 64},
                       "layers": []})


class Fault:
    def __init__(self, status, code="", message="", date=None, times=1):
        self.status, self.times = status, times
        self.body = json.dumps({"__type": f"com.amazonaws.x#{code}", "message": message}).encode() if code else b"<html>"
        self.date = date


class Proxy(http.server.BaseHTTPRequestHandler):
    """Gives the faults of the test, and then moto's answers."""
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.dates.append(self.headers["X-Amz-Date"])
        if self.server.faults:
            fault = self.server.faults[0]
            fault.times -= 1
            self.server.faults = self.server.faults[0 if fault.times else 1:]
            self.answer(fault.status, fault.body, fault.date)
            return
        request = urllib.request.Request(self.server.target, body, dict(self.headers.items()))
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
                self.answer(answer.status, answer.read())
        except urllib.error.HTTPError as error:
            self.answer(error.code, error.read())

    def answer(self, status, body, date=None):
        self.send_response_only(status)
        self.send_header("Date", date or self.date_time_string())
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def start_proxy(target):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.target, server.faults, server.dates, server.daemon_threads = target, [], [], True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    return server


class Ecr(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        cls.moto.start()
        host, port = cls.moto.get_host_and_port()
        cls.proxy = start_proxy(f"http://{host}:{port}")
        cls.boto = boto3.client("ecr", region_name="eu-central-1", endpoint_url=f"http://{host}:{port}",
                                aws_access_key_id="a", aws_secret_access_key="b")

    @classmethod
    def tearDownClass(cls):
        cls.moto.stop()
        cls.proxy.shutdown()

    def setUp(self):
        self.proxy.faults = []
        self.proxy.dates.clear()

    def ecr(self, action, *faults, **more):
        self.proxy.faults = list(faults)
        task = {"task": "ecr", "action": action} | more
        return aws_probe.ask([task], AWS_ENDPOINT_URL_ECR=self.proxy.url, **KEYS)[0]

    def good(self, action, **more):
        answer = self.ecr(action, **more)
        self.assertIn("answer", answer)
        return answer["answer"]

    def error(self, *faults, action="login", **more):
        answer = self.ecr(action, *faults, **more)
        self.assertIn("error", answer)
        for secret in (SECRET, TOKEN):
            self.assertNotIn(secret, json.dumps(answer))
        return answer["error"]

    def test_login(self):
        login = self.good("login")
        self.assertEqual((login["host"], login["username"]), ("123456789012.dkr.ecr.eu-central-1.amazonaws.com", "AWS"))
        due = self.boto.get_authorization_token()["authorizationData"][0]
        self.assertEqual(login["password"], password_of(due["authorizationToken"]))
        self.assertEqual(login["expires"], due["expiresAt"].timestamp())

    def test_a_repository_is_made_as_it_is_wanted(self):
        self.assertIsNone(self.good("describe", repository="made/here"))
        made = self.good("create", repository="made/here", tags={"team": "a&b", "ü": "x"}, encryption="KMS",
                         kms_key="arn:aws:kms:eu-central-1:123456789012:key/1")
        self.assertEqual(made, {"name": "made/here", "account": "123456789012", "immutable_tags": True,
                                "uri": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/made/here"})
        self.assertEqual(self.good("describe", repository="made/here"), made)
        there = self.boto.describe_repositories(repositoryNames=["made/here"])["repositories"][0]
        self.assertEqual(there["imageTagMutability"], "IMMUTABLE")
        self.assertTrue(there["imageScanningConfiguration"]["scanOnPush"])
        self.assertEqual(there["encryptionConfiguration"],
                         {"encryptionType": "KMS", "kmsKey": "arn:aws:kms:eu-central-1:123456789012:key/1"})
        tags = self.boto.list_tags_for_resource(resourceArn=there["repositoryArn"])["tags"]
        self.assertEqual({one["Key"]: one["Value"] for one in tags}, {"team": "a&b", "ü": "x"})
        self.assertEqual(self.good("create", repository="made/here"), made)   # another client was first

    def test_a_repository_with_mutable_tags_and_without_scans(self):
        self.assertFalse(self.good("create", repository="loose", scan_on_push=False, immutable_tags=False)["immutable_tags"])
        there = self.boto.describe_repositories(repositoryNames=["loose"])["repositories"][0]
        self.assertFalse(there["imageScanningConfiguration"]["scanOnPush"])

    def test_a_lifecycle_policy(self):
        self.boto.create_repository(repositoryName="aging")
        policy = {"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed",
                                                              "countUnit": "days", "countNumber": 14}, "action": {"type": "expire"}}]}
        self.good("lifecycle", repository="aging", policy=json.dumps(policy))
        self.assertEqual(json.loads(self.boto.get_lifecycle_policy(repositoryName="aging")["lifecyclePolicyText"]), policy)
        self.assertEqual(self.error(action="lifecycle", repository="aging", policy="{}")["code"], "EL1317")
        self.assertEqual(self.error(action="lifecycle", repository="nowhere", policy=json.dumps(policy))["code"], "EL1316")

    def test_lambda_may_pull_and_others_keep_what_they_may(self):
        self.boto.create_repository(repositoryName="pulled")
        other = {"Sid": "Other", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": ["ecr:*"]}
        self.boto.set_repository_policy(repositoryName="pulled", policyText=json.dumps({"Version": "2012-10-17", "Statement": other}))
        for _ in range(2):
            self.good("allow_lambda", repository="pulled")
        statements = json.loads(self.boto.get_repository_policy(repositoryName="pulled")["policyText"])["Statement"]
        self.assertEqual([one["Sid"] for one in statements], ["Other", "LambdaECRImageRetrievalPolicy"])
        self.assertEqual(statements[0], other)
        self.assertEqual(statements[1]["Condition"]["StringLike"],
                         {"aws:sourceArn": "arn:aws:lambda:eu-central-1:123456789012:function:*"})
        self.boto.create_repository(repositoryName="bare")
        self.good("allow_lambda", repository="bare")

    def test_an_image_by_its_tag(self):
        self.boto.create_repository(repositoryName="images")
        put = self.boto.put_image(repositoryName="images", imageManifest=MANIFEST, imageTag="v1")["image"]["imageId"]
        self.assertEqual(self.good("image", repository="images", tag="v1")["digest"], put["imageDigest"])
        self.assertIsNone(self.good("image", repository="images", tag="v2"))
        self.assertEqual(self.error(action="image", repository="nowhere", tag="v1")["code"], "EL1316")

    def test_what_is_retried_and_for_how_long(self):
        for fault in (Fault(400, "ThrottlingException", times=4), Fault(500, times=4), Fault(503, "ServerException", times=2)):
            self.assertIn("answer", self.ecr("login", fault))
        for fault in (Fault(400, "ThrottlingException", times=9), Fault(502, times=9)):
            self.proxy.dates.clear()
            error = self.error(fault)
            self.assertEqual((error["code"], error["exit"], len(self.proxy.dates)), ("EL1314", 75, 5))

    def test_the_clock_is_corrected_once(self):
        there = time.time() + 3600
        fault = Fault(400, "InvalidSignatureException", "Signature expired", email.utils.formatdate(there, usegmt=True))
        self.assertIn("answer", self.ecr("login", fault))
        first, second = self.proxy.dates
        self.assertGreater(time.mktime(time.strptime(second, "%Y%m%dT%H%M%SZ")) - time.mktime(time.strptime(first, "%Y%m%dT%H%M%SZ")), 3500)
        self.proxy.dates.clear()
        fault = Fault(400, "InvalidSignatureException", "Signature expired", email.utils.formatdate(there, usegmt=True), times=9)
        self.assertEqual((self.error(fault)["code"], len(self.proxy.dates)), ("EL1311", 2))

    def test_errors_have_codes_and_cures(self):
        canonical = f"The canonical string should have been 'POST x-amz-security-token:{TOKEN}'"
        for status, code, message, due in (
                (400, "ExpiredTokenException", "The security token included in the request is expired", "EL1310"),
                (400, "UnrecognizedClientException", "The security token included in the request is invalid.", "EL1311"),
                (403, "InvalidSignatureException", canonical, "EL1311"),
                (400, "RequestExpired", "Request has expired", "EL1313"),
                (400, "AccessDeniedException", "User: arn:aws:iam::1:user/x is not authorized", "EL1312"),
                (400, "InvalidParameterException", "bad", "EL1317"), (418, "", "", "EL1317")):
            error = self.error(Fault(status, code, message, times=9))
            self.assertEqual((error["code"], error["exit"]), (due, 6), error)
            self.assertTrue(error["hint"])
        denied = self.error(Fault(400, "AccessDeniedException", "User x is not authorized"))
        self.assertIn("ecr:GetAuthorizationToken", denied["message"])
        self.assertIn("allow ecr:GetAuthorizationToken", denied["hint"])
        self.assertEqual(self.error(Fault(200))["code"], "EL1315")

    def test_nobody_there(self):
        answer = aws_probe.ask([{"task": "ecr", "action": "login"}], AWS_ENDPOINT_URL="http://127.0.0.1:9", **KEYS)[0]["error"]
        self.assertEqual((answer["code"], answer["exit"]), ("EL1314", 75))

    def test_roles_of_real_sts(self):
        config = pathlib.Path(comparison.tempfile.mkdtemp(prefix="envlift-aws-")) / "config"
        self.addCleanup(comparison.shutil.rmtree, config.parent)
        config.write_text("[profile caller]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n"
                          "[profile deploy]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = caller\n"
                          "external_id = a b&c\nregion = eu-central-1\n")
        answer = aws_probe.ask([{"task": "credentials", "profile": "deploy"}], AWS_CONFIG_FILE=config,
                               AWS_ENDPOINT_URL=self.proxy.target)[0]["answer"]
        self.assertTrue(answer["access_key"].startswith("ASIA"), answer)
        self.assertTrue(answer["token"])
        done = subprocess.run([envlift.binary(), "doctor"], cwd=config.parent, capture_output=True, text=True, check=False,
                              env=envlift.clean_environment(AWS_CONFIG_FILE=config, AWS_PROFILE="deploy", PATH="/nothing",
                                                            AWS_ENDPOINT_URL=self.proxy.target))
        self.assertRegex(done.stdout, r"ok       credentials AWS: the role of the profile `deploy`, for \d+ minutes more\n")
        self.assertIn("ok       region      eu-central-1 of the profile `deploy`", done.stdout)


def password_of(token):
    return base64.b64decode(token).decode().partition(":")[2]


if __name__ == "__main__":
    sys.exit(unittest.main(verbosity=0))
