#!/usr/bin/env python3
"""`envlift push` to ECR: moto's server is ECR's interface, and Debian's docker-registry, whose password is the one that the
token carries, the registry behind it. Planted secrets may be in nothing that anybody can see."""
import base64
import http.server
import json
import os
import pathlib
import random
import sys
import tempfile
import threading
import time
import unittest

import comparison

comparison.owners("aws")
import boto3  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402
from support import envlift, registry, stored_image  # noqa: E402

if not registry.is_there():
    envlift.skip("docker-registry is not installed (scripts/install-deps --test)")

SECRET, TOKEN = "canary/of+the/secret", "canaryOfTheToken"
ECR_HOST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"


class Watcher(threading.Thread):
    """What every process of this machine shows of itself in /proc while it runs: its words and its variables."""

    def __init__(self, ours):
        super().__init__(daemon=True)
        self.ours, self.seen, self.stopped = ours, set(), threading.Event()

    def run(self):
        while not self.stopped.is_set():
            for name in os.listdir("/proc"):
                if name.isdigit():
                    self.look(name)
            time.sleep(0.001)

    def look(self, pid):
        try:
            words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
            self.seen.add(words)
            parent = pathlib.Path(f"/proc/{pid}/stat").read_bytes().rsplit(b")", 1)[1].split()[1]
            if pathlib.Path(f"/proc/{parent.decode()}/exe").samefile(self.ours):
                self.seen.add(pathlib.Path(f"/proc/{pid}/environ").read_bytes())
        except OSError:
            pass   # it has ended

    def end(self):
        self.stopped.set()
        self.join()
        return self.seen


class Refusal(http.server.BaseHTTPRequestHandler):
    """Answers all requests the same."""

    def do_GET(self):
        self.server.requests.append(self.path)
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_):
        pass


def refusal(case, status, code):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusal)
    server.status, server.body, server.requests = status, json.dumps({"__type": code, "message": "no"}).encode(), []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    case.addCleanup(server.shutdown)
    server.url = f"http://127.0.0.1:{server.server_address[1]}"
    return server


class PushToEcr(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        cls.moto.start()
        cls.addClassCleanup(cls.moto.stop)
        host, port = cls.moto.get_host_and_port()
        cls.endpoint = f"http://{host}:{port}"
        cls.boto = boto3.client("ecr", region_name="eu-central-1", endpoint_url=cls.endpoint,
                                aws_access_key_id="a", aws_secret_access_key="b")
        given = cls.boto.get_authorization_token()["authorizationData"][0]["authorizationToken"]
        cls.login = tuple(base64.b64decode(given).decode().split(":", 1))
        cls.registry = registry.Registry(cls.login)
        cls.addClassCleanup(cls.registry.close)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="envlift-push-ecr-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "home").mkdir()
        stored_image.archive(self.folder / "image.tar", [{"opt/data": random.Random(7).randbytes(2_000_000)}],
                             Entrypoint=["/lambda-entrypoint.sh"], Cmd=["app.handler"])

    def push(self, *arguments, exit_code=0, named=True, **environment):
        place = ("--registry", self.registry.host, "--plain-http") if named else ()
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN,
                "AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL_ECR": self.endpoint, "AWS_EC2_METADATA_DISABLED": "true",
                "HOME": self.folder / "home", "DOCKER_CONFIG": self.folder / "no-docker"}
        done = envlift.run("push", f"docker-archive:{self.folder / 'image.tar'}", *place, *arguments, **(keys | environment))
        self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        return done

    def test_a_repository_is_made_and_the_image_lands_in_it(self):
        (self.folder / "policy.json").write_text(json.dumps({"rules": [{
            "rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 3},
            "action": {"type": "expire"}}]}), encoding="utf-8")
        done = self.push("--repository", "made/here", "--create-repository", "--allow-lambda", "--lifecycle-policy",
                         self.folder / "policy.json", "--encryption", "KMS", "--kms-key", "alias/images", "--repository-tag",
                         "team=data", "--repository-tag", "note=a=b", "--json")
        self.registry.image(json.loads(done.stdout)["reference"])
        there = self.boto.describe_repositories(repositoryNames=["made/here"])["repositories"][0]
        self.assertEqual(there["imageTagMutability"], "IMMUTABLE")
        self.assertTrue(there["imageScanningConfiguration"]["scanOnPush"])
        self.assertEqual(there["encryptionConfiguration"], {"encryptionType": "KMS", "kmsKey": "alias/images"})
        tags = self.boto.list_tags_for_resource(resourceArn=there["repositoryArn"])["tags"]
        self.assertEqual({tag["Key"]: tag["Value"] for tag in tags}, {"team": "data", "note": "a=b"})
        self.assertIn("lambda.amazonaws.com", self.boto.get_repository_policy(repositoryName="made/here")["policyText"])
        self.assertIn("imageCountMoreThan", self.boto.get_lifecycle_policy(repositoryName="made/here")["lifecyclePolicyText"])
        self.push("--repository", "made/here", "--create-repository")   # it is there

    def test_a_repository_that_is_missing_is_said_before_anything_is_sent(self):
        done = self.push("--repository", "missing", named=False, exit_code=6)
        self.assertIn("[EL1405]", done.stderr)
        self.assertIn("--create-repository", done.stderr)

    def test_without_a_registry_the_host_is_ecrs(self):
        self.boto.create_repository(repositoryName="real")
        done = self.push("--repository", "real", named=False, exit_code=75, HTTPS_PROXY="http://127.0.0.1:1")
        self.assertIn(f"the registry {ECR_HOST} was not reached", done.stderr)

    def test_a_registry_of_another_region_is_refused(self):
        done = self.push("--repository", "a", "--registry", ECR_HOST, "--region", "us-east-1", named=False, exit_code=2)
        self.assertIn("[EL1414]", done.stderr)

    def test_what_a_repository_cannot_be_made_with_is_refused(self):
        for words in (["--kms-key", "alias/images"], ["--repository-tag", "team"], ["--repository-tag", "=data"]):
            done = self.push("--repository", "never", "--create-repository", *words, exit_code=2)
            self.assertIn("[EL1414]", done.stderr)
        self.assertIn("--create-repository", self.push("--repository", "never", "--encryption", "KMS", exit_code=2).stderr)

    def push_without_keys(self, config="", exit_code=6, **environment):
        (self.folder / "config").write_text(config, encoding="utf-8")
        return self.push("--repository", "unknown", exit_code=exit_code, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="",
                         AWS_SESSION_TOKEN="", AWS_CONFIG_FILE=self.folder / "config", **environment).stderr

    def test_credentials_that_are_configured_and_fail_say_why(self):
        role = "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/r\n"
        for code, config in (("EL1304", ""), ("EL1307", "[profile dev]\ncredential_process = false\n"),
                             ("EL1308", role + "source_profile = dev\nmfa_serial = arn:aws:iam::1:mfa/me\n"),
                             ("EL1306", role + "source_profile = dev\n")):
            said = self.push_without_keys(config, AWS_PROFILE="dev")
            self.assertIn(f"[{code}]", said)
            self.assertIn(f"docker has no login for {self.registry.host}", said)
            self.assertNotIn("EL1403", said)
        denied = refusal(self, 403, "AccessDenied")
        keys = "source_profile = keys\n[profile keys]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n"
        said = self.push_without_keys(role + keys, AWS_PROFILE="dev", AWS_ENDPOINT_URL_STS=denied.url)
        self.assertIn("[EL1312]", said)
        self.assertEqual(len(denied.requests), 1)

    def test_an_endpoint_that_refuses_is_asked_once(self):
        container = refusal(self, 403, "AccessDenied")
        self.assertIn("[EL1307]", self.push_without_keys(AWS_CONTAINER_CREDENTIALS_FULL_URI=container.url + "/role"))
        self.assertEqual(len(container.requests), 1)

    def test_ecr_that_is_busy_is_asked_five_times_in_all(self):
        busy = refusal(self, 400, "ThrottlingException")
        done = self.push("--repository", "busy", exit_code=75, AWS_ENDPOINT_URL_ECR=busy.url)
        self.assertIn("[EL1314]", done.stderr)
        self.assertEqual(len(busy.requests), 5)

    def test_without_any_credentials_both_ways_to_log_in_are_named(self):
        said = self.push_without_keys()
        for words in ("[EL1403]", f"docker login {self.registry.host}", "AWS_PROFILE"):
            self.assertIn(words, said)

    def test_a_registry_for_everybody_needs_no_credentials(self):
        everybodys = registry.Registry()
        self.addCleanup(everybodys.close)
        for profile in ("", "nosuch"):
            done = self.push("--repository", "open", "--registry", everybodys.host, "--plain-http", named=False, AWS_PROFILE=profile,
                             AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
            everybodys.image(done.stdout.splitlines()[-1])

    def test_no_secret_is_shown_or_written(self):
        encoded = base64.b64encode(":".join(self.login).encode()).decode()
        watcher = Watcher(pathlib.Path(envlift.binary()))
        watcher.start()
        done = [self.push("--repository", "canary", "--create-repository", "--json", "-v", "--message-format", "json",
                          ENVLIFT_RECORD=self.folder / "record"),
                self.push("--repository", "missing", "-v", named=False, exit_code=6),
                self.push("--repository", "canary", "-v", AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", exit_code=6)]
        shown = watcher.end()
        texts = [text.encode() for one in done for text in (one.stdout, one.stderr)]
        texts += [path.read_bytes() for path in self.folder.rglob("*") if path.is_file() and path.name != "image.tar"]
        self.assertTrue(any(b"push" in words for words in shown))
        # moto's password is a word of its own documentation; with its user it is none.
        for canary in (SECRET, TOKEN, encoded, ":".join(self.login)):
            for text in [*texts, *shown]:
                self.assertNotIn(canary.encode(), text)


if __name__ == "__main__":
    unittest.main()
