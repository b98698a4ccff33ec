"""`envlift audit` on real images: nothing is said of a good one, and each fault of a broken one is named."""
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402
from support.docker import docker  # noqa: E402
from support.lab import lab_environment  # noqa: E402
from support.projects import build_image, write_project  # noqa: E402

GOOD = "envlift-test/audited:latest"
# What is done to the good image, and the code that names it.
FAULTS = [
    ('ENTRYPOINT ["/nowhere/start"]\nCMD ["app.handler"]', "EL1131"),
    ('ENTRYPOINT ["lambda-entrypoint.sh"]\nCMD ["app.handler"]', "EL1131"),   # docker resets CMD with ENTRYPOINT
    ('CMD ["absent.handler"]', "EL0502"),
    ('CMD ["python", "app.handler"]', "EL1133"),
    ("COPY --chmod=600 plain.txt /var/task/data.txt", "EL1142"),
    ("COPY secret.txt /var/task/settings.ini", "EL1145"),
    ("ENV TOKEN=ghp_012345678901234567890123456789abcdEF", "EL1146"),
    ("COPY plain.txt /var/lang/bin/python3.11", "EL1121"),
    ('RUN ["/opt/env/bin/python3.11", "-c", "import os; os.symlink(\'/nowhere\', \'/var/task/link\')"]', "EL1144"),
]
SECRET = "[default]\naws_access_key_id = AKIAQ4GTYFPXKLMNOBCD\naws_secret_access_key = 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\n"


class Audit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = lab_environment()
        build_image(GOOD, {"app.py": "def handler(event, context):\n    return 1\n"}, "app.handler", cls.lab)

    def audit(self, image, *arguments):
        done = envlift.run("audit", image, "--json", *arguments, timeout=300, **self.lab)
        return done, json.loads(done.stdout)["findings"]

    def test_nothing_is_said_of_a_good_image(self):
        done, findings = self.audit(GOOD)
        self.assertEqual((done.returncode, {one["severity"] for one in findings} - {"note"}), (0, set()), findings)

    def test_an_archive_is_audited_without_an_engine(self):
        with tempfile.TemporaryDirectory() as name:
            file = pathlib.Path(name) / "image.tar"
            docker("save", "--output", file, GOOD)
            done = envlift.run("audit", f"docker-archive:{file}", "--json", PATH="/nowhere", timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(json.loads(done.stdout)["findings"], self.audit(GOOD)[1])
            file.write_bytes(file.read_bytes()[:5_000_000])
            cut = envlift.run("audit", f"docker-archive:{file}", "--json", timeout=300)
            self.assertEqual(cut.returncode, 5, cut.stderr)
            self.assertEqual([one["code"] for one in json.loads(cut.stdout)["findings"]], ["EL1101"])

    def test_a_report_says_what_each_layer_is(self):
        with tempfile.TemporaryDirectory() as name:
            page = pathlib.Path(name) / "page.html"
            done = envlift.run("report", GOOD, "-o", page, timeout=300, **self.lab)
            self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)
            text = page.read_text(encoding="utf-8")
            data = json.loads(text.split('id="data">')[1].split("</script>")[0])
        pushed = [layer["pushed_again"] for layer in data["layers"]]
        self.assertEqual(pushed[0], "when the base image is updated")
        self.assertEqual(pushed[-2:], ["when envlift or the base changes", "with every edit of your code"])
        self.assertIn("tabulate", {piece["name"] for piece in data["pieces"]})
        visible = sum(layer["bytes"] - layer["hidden"] for layer in data["layers"])
        self.assertEqual(sum(piece["bytes"] for piece in data["pieces"]), visible)

    def test_faults_are_named(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "plain.txt").write_text("plain\n", encoding="utf-8")
            (folder / "secret.txt").write_text(SECRET, encoding="utf-8")
            for number, (line, code) in enumerate(FAULTS):
                with self.subTest(line):
                    tag = f"envlift-test/fault-{number}"
                    (folder / "Dockerfile").write_text(f"FROM {GOOD}\n{line}\n", encoding="utf-8")
                    docker("build", "--tag", tag, folder, DOCKER_BUILDKIT="1")
                    done, findings = self.audit(tag)
                    found = [one for one in findings if one["severity"] != "note"]
                    self.assertEqual({one["code"] for one in found}, {code}, found)
                    is_error = found[0]["severity"] == "error"
                    self.assertEqual(done.returncode, 5 if is_error else 0)
                    self.assertTrue(all(one["hint"] for one in found), found)
                    self.assertNotIn("k7Zq2mX9", done.stdout + done.stderr)
                    self.assertNotIn("ghp_0123", done.stdout + done.stderr)

    def test_a_baseline_accepts(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "Dockerfile").write_text(f'FROM {GOOD}\nENTRYPOINT ["/nowhere/start"]\n', encoding="utf-8")
            docker("build", "--tag", "envlift-test/fault-accepted", folder, DOCKER_BUILDKIT="1")
            (folder / "accepted.yaml").write_text("accepted:\n  - code: EL1131\n    reason: on purpose\n", encoding="utf-8")
            done, findings = self.audit("envlift-test/fault-accepted", "--baseline", folder / "accepted.yaml")
            self.assertEqual((done.returncode, [one for one in findings if one["severity"] == "error"]), (0, []))

    def test_up_accepts_what_a_baseline_does(self):
        with tempfile.TemporaryDirectory() as name:
            project = write_project(pathlib.Path(name) / "project", {
                "app.py": "def handler(event, context):\n    return 1\n", "settings.ini": SECRET,
                "requirements.txt": "tabulate==0.9.0\n"})
            accepted = pathlib.Path(name) / "accepted.yaml"
            accepted.write_text("accepted: [{code: EL1145, path: /var/task/settings.ini}, {code: EL1144}]\n", encoding="utf-8")
            up = ["up", project, "--tag", "envlift-test/accepted:latest"]
            refused = envlift.run(*up, timeout=900, **self.lab)
            self.assertEqual(refused.returncode, 5, refused.stderr)
            self.assertIn("EL1145", refused.stderr)
            done = envlift.run(*up, "--baseline", accepted, timeout=900, **self.lab)
            self.assertEqual((done.returncode, done.stdout.strip()), (0, "1"), done.stderr)
            self.assertIn("note[EL1154]", done.stderr)


if __name__ == "__main__":
    unittest.main()
