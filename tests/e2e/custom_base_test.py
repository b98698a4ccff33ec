"""The strategy `custom`: an environment on a base that knows nothing of Lambda, with an older user and another Python."""
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift  # noqa: E402
from support.docker import docker  # noqa: E402
from support.lab import lab_environment  # noqa: E402

BASE = "envlift-test/custom-base"
TAG = "envlift-test/custom"
LAB = "envlift-lab/lambda-python:3.13"
# Of the lab's base remains a Linux with glibc and a Python of its own.
CLEAN = """
import os, shutil
shutil.move("/var/lang", "/usr/local/python")
with open("/usr/local/bin/python3", "w") as file:
    file.write("#!/bin/sh\\nLD_LIBRARY_PATH=/usr/local/python/lib exec /usr/local/python/bin/python3.13 \\"$@\\"\\n")
os.chmod("/usr/local/bin/python3", 0o755)
for path in ("/lambda-entrypoint.sh", "/usr/local/bin/aws-lambda-rie", "/clean.py"):
    os.unlink(path)
for path in ("/var/runtime", "/var/task"):
    shutil.rmtree(path, ignore_errors=True)
"""
DOCKERFILE = f"""FROM {LAB} AS plain
COPY clean.py /
RUN ["/var/lang/bin/python3", "/clean.py"]
FROM scratch
COPY --from=plain / /
ENV PATH=/usr/local/bin:/usr/bin:/bin
USER 1000
"""
HANDLER = """
import os, sys, tabulate

def handler(event, context):
    return {"python": sys.executable, "folder": os.getcwd(), "table": tabulate.tabulate([[event["n"]]])}
"""


def write(folder, files):
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


class Custom(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.lab = lab_environment()
        folder = tempfile.TemporaryDirectory(prefix="envlift-custom-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        write(cls.folder / "base", {"Dockerfile": DOCKERFILE, "clean.py": CLEAN})
        docker("build", "--tag", BASE, str(cls.folder / "base"), DOCKER_BUILDKIT="1")
        made = docker("create", LAB, "app.handler").stdout.strip()
        docker("cp", f"{made}:/usr/local/bin/aws-lambda-rie", str(cls.folder / "emulator"))
        docker("rm", made)
        cls.addClassCleanup(docker, "rmi", "--force", BASE, TAG, TAG + "-dockerfile")

    def setUp(self):
        self.project = self.folder / "project"
        write(self.project, {
            "requirements.txt": "tabulate==0.9.0\n", "app.py": HANDLER, "event.json": '{"n": 7}',
            "envlift.yaml": f"strategy: custom\nbase: {BASE}\npython: \"3.11\"\nhandler: app.handler\n"
                            f"emulator:\n  path: {self.folder / 'emulator'}\n"})

    def envlift(self, *words, exit_code=0):
        done = envlift.run(*words, timeout=900, **self.lab)
        self.assertEqual(done.returncode, exit_code, done.stdout + done.stderr)
        return done

    def test_it_answers_in_both_forms_and_nothing_is_wrong_with_it(self):
        event = str(self.project / "event.json")
        answers = [self.envlift("up", self.project, "--tag", TAG, "--event", event).stdout]
        self.envlift("build", self.project, "--tag", TAG + "-dockerfile", "--dockerfile")
        answers.append(self.envlift("invoke", TAG + "-dockerfile", "--event", event, "--emulator-path",
                                    self.folder / "emulator").stdout)
        for answer in answers:
            self.assertEqual(json.loads(answer.splitlines()[-1]),
                             {"python": "/opt/env/bin/python3.11", "folder": "/var/task", "table": "-\n7\n-"})
        for tag in (TAG, TAG + "-dockerfile"):
            findings = json.loads(self.envlift("audit", tag, "--json").stdout)["findings"]
            self.assertEqual([one for one in findings if one["severity"] != "note"], [])

    def test_a_base_with_musl_is_refused(self):
        write(self.folder / "musl", {"Dockerfile": f"FROM {BASE}\nCOPY ld-musl-x86_64.so.1 /lib/\n",
                                             "ld-musl-x86_64.so.1": ""})
        docker("build", "--tag", BASE + "-musl", str(self.folder / "musl"), DOCKER_BUILDKIT="1")
        self.addCleanup(docker, "rmi", "--force", BASE + "-musl")
        done = self.envlift("build", self.project, "--base", BASE + "-musl", "--tag", TAG, exit_code=4)
        self.assertIn("the base image has musl", done.stderr)


if __name__ == "__main__":
    unittest.main()
