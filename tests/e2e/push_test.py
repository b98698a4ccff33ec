"""`envlift push` against Debian's docker-registry: what arrives, with and without faults on the way."""
import gzip
import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "gauntlet"))
import oci_layout  # noqa: E402
from support import envlift, registry, stored_image  # noqa: E402
from support.faulty_proxy import FaultyProxy  # noqa: E402

if not registry.is_there():
    envlift.skip("docker-registry is not installed (scripts/install-deps --test)")

LOGIN = ("AWS", "canary-" + "p4ss:w0rd" * 3)
FAULTED_PUSHES = int(os.environ.get("ENVLIFT_FAULTED_PUSHES", "50"))


def image(path, seed, sizes=(3_000_000, 1_500_000, 40_000), **config):
    """docker's archive of an image whose layers do not pack well."""
    noise = random.Random(seed)
    layers = [{f"opt/data{number}": noise.randbytes(size)} for number, size in enumerate(sizes)]
    stored_image.archive(path, [*layers, {"var/task/app.py": b"def handler(event, context): return 1\n"}],
                         **{"Entrypoint": ["/lambda-entrypoint.sh"], "Cmd": ["app.handler"], **config})
    return f"docker-archive:{path}"


class Case(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.registry = registry.Registry(LOGIN)
        cls.addClassCleanup(cls.registry.close)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="envlift-push-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.home = self.folder / "home"
        self.home.mkdir()

    def push(self, what, *arguments, host=None, login=LOGIN, exit_code=0, **environment):
        host = host or self.registry.host
        config = registry.docker_config(self.folder, host, login)
        done = envlift.run("push", what, "--registry", host, "--plain-http", *arguments, HOME=self.home,
                           DOCKER_CONFIG=config, **environment)
        if exit_code is not None:
            self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        return done

    def proxy(self, **options):
        made = FaultyProxy(self.registry.host, LOGIN, **options)
        self.addCleanup(made.close)
        return made


class Pushes(Case):
    def test_the_last_line_is_the_digest_reference_and_all_of_the_image_is_there(self):
        what = image(self.folder / "image.tar", 1)
        done = self.push(what, "--repository", "team/first", "--tag", "v1", "--tag", "v1.2", "--digest-file", self.folder / "digest")
        reference = done.stdout.splitlines()[-1]
        manifest = self.registry.image(reference)
        self.assertEqual(len(manifest["layers"]), 4)
        self.assertEqual({one["mediaType"] for one in manifest["layers"]}, {"application/vnd.docker.image.rootfs.diff.tar.gzip"})
        digest = reference.split("@")[1]
        self.assertEqual((self.folder / "digest").read_text(encoding="utf-8"), digest + "\n")
        for tag in ("v1", "v1.2"):
            self.assertEqual(self.registry.get(f"team/first/manifests/{tag}")[1]["Docker-Content-Digest"], digest)
        config = json.loads(self.registry.get(f"team/first/blobs/{manifest['config']['digest']}")[2])
        unpacked = ["sha256:" + hashlib.sha256(gzip.decompress(self.registry.get(f"team/first/blobs/{one['digest']}")[2])).hexdigest()
                    for one in manifest["layers"]]
        self.assertEqual(unpacked, config["rootfs"]["diff_ids"])

    def test_the_default_tag_is_of_the_content_and_latest_is_nobodys(self):
        done = self.push(image(self.folder / "image.tar", 2), "--repository", "tags", "--json")
        answer = json.loads(done.stdout)
        self.assertEqual(answer["tags"], ["sha256-" + answer["digest"][7:19]])
        self.assertEqual(self.registry.get("tags/manifests/latest")[0], 404)
        self.assertEqual(answer["reference"], f"{self.registry.host}/tags@{answer['digest']}")
        self.assertEqual([one["state"] for one in answer["layers"]], ["sent"] * 4)

    def test_a_second_push_sends_no_blob_and_another_repository_gets_them_mounted(self):
        what = image(self.folder / "image.tar", 3)
        first = json.loads(self.push(what, "--repository", "one", "--json").stdout)
        proxy = self.proxy()
        again = json.loads(self.push(what, "--repository", "one", "--json", host=proxy.host).stdout)
        self.assertEqual((again["digest"], again["sent_bytes"]), (first["digest"], 0))
        self.assertEqual([path for method, path in proxy.requests if method in ("POST", "PATCH")], [])
        other = json.loads(self.push(what, "--repository", "two", "--json").stdout)
        self.assertEqual([one["state"] for one in other["layers"]], ["mounted"] * 4)
        self.assertEqual(other["sent_bytes"], 0)
        self.registry.image(other["reference"])

    def test_the_same_image_is_packed_the_same_without_a_cache(self):
        what = image(self.folder / "image.tar", 4)
        first = self.push(what, "--repository", "same").stdout
        self.home = self.folder / "other-home"
        self.home.mkdir()
        self.assertEqual(self.push(what, "--repository", "same").stdout, first)

    def test_an_oci_layout_that_lambda_takes_keeps_its_digest(self):
        layout = oci_layout.Layout(self.folder / "layout")
        made = layout.image(oci_layout.tar_of({"var/task/app.py": "x = 1\n"}), oci_layout.GZIP_LAYER)
        layout.end(made)
        done = self.push(f"oci:{self.folder / 'layout'}", "--repository", "layout")
        self.assertTrue(done.stdout.endswith("@" + made["digest"] + "\n"), done.stdout)
        self.registry.image(done.stdout.strip())

    def test_layers_that_lambda_refuses_are_packed_anew(self):
        layout = oci_layout.Layout(self.folder / "layout")
        made = layout.image(oci_layout.tar_of({"var/task/app.py": "x = 1\n"}), oci_layout.PLAIN_LAYER)
        layout.end(made, layout.attestation(made))
        done = self.push(f"oci:{self.folder / 'layout'}", "--repository", "plain")
        manifest = self.registry.image(done.stdout.strip())
        self.assertEqual(manifest["mediaType"], "application/vnd.docker.distribution.manifest.v2+json")

    def test_an_image_without_an_entry_point_is_not_sent(self):
        done = self.push(image(self.folder / "image.tar", 5, Entrypoint=[], Cmd=[]), "--repository", "bad", exit_code=6)
        self.assertIn("[EL1411]", done.stderr)
        self.assertIn("EL1131", done.stderr)
        self.assertEqual(self.registry.get("bad/tags/list")[0], 404)

    def test_an_image_of_another_architecture_than_the_settings_is_not_sent(self):
        done = self.push(image(self.folder / "image.tar", 5), "--repository", "arm", "--arch", "arm64", exit_code=6)
        self.assertIn("[EL1412]", done.stderr)

    def test_files_that_cannot_be_written_are_told_before_anything_is_sent(self):
        what = image(self.folder / "image.tar", 6, sizes=())
        for words in (["--digest-file", self.folder / "none/digest"], ["--sbom", "spdx", self.folder / "none/sbom.json"],
                      ["--digest-file", self.home]):
            done = self.push(what, "--repository", "early", *words, exit_code=1)
            self.assertIn("[EL0120]", done.stderr)
        self.assertEqual(self.registry.get("early/tags/list")[0], 404)

    def test_the_tag_of_git_is_there_or_missed(self):
        what = image(self.folder / "image.tar", 6, sizes=())
        work = self.folder / "work"
        work.mkdir()
        done = self.push(what, "--repository", "described", "--push-tag", "git", cwd=work, exit_code=2)
        self.assertIn("[EL1415]", done.stderr)
        for words in (["init", "-q"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "a"],
                      ["tag", "v1.2"]):
            subprocess.run(["git", "-C", work, *words], check=True, env=envlift.clean_environment())
        self.push(what, "--repository", "described", "--push-tag", "git", cwd=work)
        self.assertEqual(json.loads(self.registry.get("described/tags/list")[2])["tags"], ["v1.2"])

    def test_a_layout_of_another_architecture_than_the_settings_is_not_sent(self):
        layout = oci_layout.Layout(self.folder / "layout")
        tar = oci_layout.tar_of({"var/task/app.py": "def handler(event, context): return 1\n"})
        layout.end(layout.image(tar, oci_layout.GZIP_LAYER, platform={"architecture": "arm64", "os": "linux"}))
        for arch in ([], ["--arch", "x86_64"]):
            done = self.push(f"oci:{self.folder / 'layout'}", "--repository", "arm", *arch, exit_code=6)
            self.assertIn("[EL1412]", done.stderr)
            self.assertIn("--arch arm64", done.stderr)
        self.assertIn("type=oci", self.push(f"oci:{self.home}", "--repository", "arm", exit_code=1).stderr)

    def test_what_is_missing_or_wrong_on_the_command_line(self):
        what = image(self.folder / "image.tar", 6, sizes=())
        self.assertIn("[EL1414]", self.push(what, exit_code=2).stderr)
        self.assertIn("[EL1415]", self.push(what, "--repository", "a", "--tag", "v1/2", exit_code=2).stderr)
        self.assertIn("[EL0603]", self.push(what, "--repository", "Upper", exit_code=2).stderr)
        done = self.push(what, "--repository", "a", login=("AWS", "wrong"), exit_code=6)
        self.assertIn("[EL1403]", done.stderr)

    def test_a_credential_helper_is_asked(self):
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        helper = bin_folder / "docker-credential-canary"
        answer = json.dumps({"ServerURL": self.registry.host, "Username": LOGIN[0], "Secret": LOGIN[1]})
        helper.write_text(f"#!/bin/sh\nread host\n[ \"$host\" = {self.registry.host} ] && [ \"$1\" = get ] && echo '{answer}'\n", encoding="utf-8")
        helper.chmod(0o755)
        config = self.folder / "helper-config"
        config.mkdir()
        (config / "config.json").write_text(json.dumps({"credHelpers": {self.registry.host: "canary"}}), encoding="utf-8")
        what = image(self.folder / "image.tar", 7, sizes=())
        arguments = ("push", what, "--registry", self.registry.host, "--plain-http", "--repository", "helper")
        environment = {"HOME": self.home, "DOCKER_CONFIG": config, "PATH": f"{bin_folder}:{os.environ['PATH']}"}
        self.assertEqual(envlift.run(*arguments, **environment).returncode, 0)
        helper.write_text("#!/bin/sh\necho no luck >&2\nexit 1\n", encoding="utf-8")
        done = envlift.run(*arguments, **environment)
        self.assertEqual(done.returncode, 6)
        self.assertIn("[EL1416]", done.stderr)

    def test_a_registry_without_tls_is_named_as_one(self):
        for login in (None, LOGIN):
            plain = self.registry if login else registry.Registry()
            if not login:
                self.addCleanup(plain.close)
            done = envlift.run("push", image(self.folder / "image.tar", 9, sizes=()), "--registry", plain.host, "--repository", "tls",
                               HOME=self.home, DOCKER_CONFIG=registry.docker_config(self.folder, plain.host, LOGIN))
            self.assertEqual(done.returncode, 6, done.stderr)
            self.assertIn("[EL1401]", done.stderr)
            self.assertIn("--plain-http", done.stderr)

    def test_an_identity_token_of_docker_is_exchanged_for_a_token(self):
        proxy = self.proxy(bearer=True, identity="refresh/canary+")
        config = self.folder / "identity-config"
        config.mkdir()
        (config / "config.json").write_text(json.dumps({"auths": {proxy.host: {
            "auth": "MDAwMDAwMDA6", "identitytoken": "refresh/canary+"}}}), encoding="utf-8")
        done = envlift.run("push", image(self.folder / "image.tar", 7, sizes=()), "--registry", proxy.host, "--plain-http",
                           "--repository", "identity", "-v", HOME=self.home, DOCKER_CONFIG=config)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.registry.image(done.stdout.strip().replace(proxy.host, self.registry.host))
        self.assertNotIn("canary", done.stdout + done.stderr)

    def test_the_password_is_in_nothing_that_was_written(self):
        record = self.folder / "record"
        done = self.push(image(self.folder / "image.tar", 8), "--repository", "canary", "--json", "-v", ENVLIFT_RECORD=record)
        config = self.folder / "docker-config/config.json"
        encoded = json.loads(config.read_text(encoding="utf-8"))["auths"][self.registry.host]["auth"]
        written = [path.read_bytes() for path in self.folder.rglob("*") if path.is_file() and path != config]
        self.assertTrue(written)
        for text in [done.stdout.encode(), done.stderr.encode(), *written]:
            for canary in (LOGIN[1].encode(), encoded.encode()):
                self.assertNotIn(canary, text)


class Faults(Case):
    def faulted(self, script, bearer=False, exit_code=0, sizes=(3_000_000,)):
        proxy = self.proxy(script=script, bearer=bearer)
        what = image(self.folder / "image.tar", 20, sizes=sizes)
        return proxy, self.push(what, "--repository", "faults-" + self.id().rsplit("_", 1)[1], host=proxy.host, exit_code=exit_code)

    def test_a_reset_blob_goes_on_where_it_stood(self):
        proxy = self.proxy()
        what = image(self.folder / "image.tar", 21, sizes=(30_000_000,))
        halves = []

        def one_reset():
            fault = None
            with proxy.lock:
                command = proxy.requests[-1][0]
            if command == "PATCH" and not halves:
                halves.append(True)
                fault = "reset_kept"
            return fault
        proxy.next_fault = one_reset
        done = json.loads(self.push(what, "--repository", "resumed", "--json", host=proxy.host).stdout)
        self.assertEqual(len(halves), 1)
        self.assertLess(proxy.bytes, 1.1 * done["sent_bytes"])
        self.registry.image(done["reference"].replace(proxy.host, self.registry.host))

    def test_a_token_that_runs_out_is_renewed(self):
        proxy, done = self.faulted([None, "expired", None, None, "expired", "expired"], bearer=True)
        self.registry.image(done.stdout.strip().replace(proxy.host, self.registry.host))
        self.assertGreaterEqual(sum(path.startswith("/token") for _, path in proxy.requests), 3)

    def test_a_registry_that_fails_for_good_ends_with_75(self):
        _, done = self.faulted(["500"] * 200, exit_code=75)
        self.assertIn("[EL1402]", done.stderr)

    def test_bytes_that_change_on_the_way_end_with_75_and_are_not_kept(self):
        _, done = self.faulted(["flipped_byte"] * 200, exit_code=75)
        self.assertIn("[EL1408]", done.stderr)
        self.assertEqual(self.registry.corrupt_files(), [])

    def test_nobody_listens(self):
        done = self.push(image(self.folder / "image.tar", 22, sizes=()), "--repository", "a", host="127.0.0.1:1", exit_code=75)
        self.assertIn("[EL1401]", done.stderr)

    def test_many_faulted_pushes_complete_or_say_why(self):
        completed = 0
        for seed in range(FAULTED_PUSHES):
            with self.subTest(seed=seed):
                completed += self.one_faulted_push(seed)
        self.assertGreater(completed, FAULTED_PUSHES * 0.5)
        self.assertEqual(self.registry.corrupt_files(), [])

    def one_faulted_push(self, seed):
        """Whether it completed; what it says either way must be true."""
        what = image(self.folder / "image.tar", seed % 5)
        self.home = self.folder / f"home-{seed % 7}"
        self.home.mkdir(exist_ok=True)
        proxy = FaultyProxy(self.registry.host, LOGIN, rate=0.3, seed=seed, bearer=seed % 2 == 0)
        try:
            done = self.push(what, "--repository", f"many/{seed}", host=proxy.host, exit_code=None)
        finally:
            proxy.close()
        if done.returncode == 0:
            self.registry.image(done.stdout.strip().replace(proxy.host, self.registry.host))
            return 1
        self.assertIn(done.returncode, (6, 75), done.stderr)
        self.assertRegex(done.stderr, r"\[EL14\d\d\]")
        return 0


if __name__ == "__main__":
    unittest.main()
