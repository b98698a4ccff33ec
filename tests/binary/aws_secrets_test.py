"""doctor finds AWS credentials and tells nothing of them: not in its output, not in its errors, not in what it writes."""
import os
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402
from support.fake_aws import FakeAws  # noqa: E402

CANARY = "cAnArY/of+the=secret"


class AwsSecrets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = FakeAws()

    @classmethod
    def tearDownClass(cls):
        cls.server.shutdown()
        cls.server.server_close()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = pathlib.Path(folder.name)
        (self.home / ".aws").mkdir()

    def doctor(self, config="", **variables):
        """Its lines about AWS; all that it wrote anywhere is searched for the canary."""
        (self.home / ".aws/config").write_text(config, encoding="utf-8")
        there = {path: path.read_bytes() for path in self.home.rglob("*") if path.is_file()}
        done = envlift.run("doctor", "-v", cwd=self.home, HOME=self.home, PATH="/nothing", ENVLIFT_RECORD=self.home / "record",
                           AWS_ENDPOINT_URL=self.server.url, **variables)
        written = {path: path.read_bytes() for path in self.home.rglob("*") if path.is_file() and path not in there}
        for name, text in [("stdout", done.stdout), ("stderr", done.stderr), *((path, str(text)) for path, text in written.items())]:
            self.assertNotIn(CANARY, text, name)
        return "".join(line + "\n" for line in done.stdout.splitlines() if line[9:].startswith(("credentials", "region")))

    def test_of_the_variables(self):
        self.assertEqual(self.doctor(AWS_ACCESS_KEY_ID="ID", AWS_SECRET_ACCESS_KEY=CANARY, AWS_SESSION_TOKEN=CANARY,
                                     AWS_REGION="eu-central-1"),
                         "ok       credentials AWS: the variable AWS_ACCESS_KEY_ID\n"
                         "ok       region      eu-central-1 of AWS_REGION\n")

    def test_of_a_role_that_a_profile_calls(self):
        said = self.doctor(f"[default]\nregion = eu-central-1\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = keys\n"
                           f"[profile keys]\naws_access_key_id = ID\naws_secret_access_key = {CANARY}\n")
        self.assertRegex(said, r"^ok       credentials AWS: the role of the profile `default`, for \d+ minutes more\n"
                               r"ok       region      eu-central-1 of the profile `default`\n$")

    def test_of_a_program_that_is_recorded_otherwise(self):
        program = self.home / "keys"
        program.write_text(f'#!/bin/sh\necho \'{{"Version": 1, "AccessKeyId": "ID", "SecretAccessKey": "{CANARY}"}}\'\n', encoding="utf-8")
        os.chmod(program, 0o755)
        said = self.doctor(f"[default]\ncredential_process = {program}\n")
        self.assertEqual(said, "ok       credentials AWS: the credential_process of the profile `default`\n"
                               "warning  region      no AWS region is set; set AWS_REGION, or `region` in the AWS profile\n")

    def test_of_an_instance(self):
        said = self.doctor(AWS_EC2_METADATA_DISABLED="false", AWS_EC2_METADATA_SERVICE_ENDPOINT=self.server.url)
        self.assertRegex(said, r"ok       credentials AWS: the instance's role `the-role`, for \d+ minutes more\n"
                               r"ok       region      ap-south-2 of the instance's metadata\n")

    def test_a_file_that_cannot_be_read(self):
        self.assertIn("warning  credentials ~/.aws/config cannot be read as a file of AWS profiles; correct its line 3",
                      self.doctor(f"[default]\nkey = {CANARY}\nkey = {CANARY}\n"))

    def test_without_any(self):
        self.assertEqual(self.doctor(),
                         "unknown  credentials no AWS credentials were found; only a push to ECR needs them\n"
                         "unknown  region      no AWS region is set; only a push to ECR needs one\n")


if __name__ == "__main__":
    unittest.main()
