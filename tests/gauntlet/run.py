"""One case of the gauntlet (cases.py): the failure is shown without envlift, then prevented or named by it.

usage: run.py CASE
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cases  # noqa: E402
import lambda_like  # noqa: E402
from support import envlift  # noqa: E402
from support.docker import docker  # noqa: E402
from support.lab import lab_environment  # noqa: E402

PYTHON = "3.11"   # one that the lab has
CONDA_IMAGE = "envlift-test/gauntlet-conda"
# The layers that one case's environment was written into are another's with the same environment.
CACHE = envlift.ROOT / ".cache/gauntlet"
ENVIRONMENTS = {"conda": "conda/environment.yml", "pip": "pip/requirements.txt"}
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


class Lab:
    def __init__(self):
        self.variables = lab_environment()
        self.text = pathlib.Path(self.variables["ENVLIFT_CONFIG"]).read_text(encoding="utf-8")

    def setting(self, key, otherwise=None):
        found = re.search(rf"^\s*{key}:\s*\"?([^\"\n]+)\"?\s*$", self.text, re.MULTILINE)
        return found.group(1) if found else otherwise

    def base(self):
        return self.setting("base").replace("{python}", PYTHON)

    def minimal(self):
        """The base without tools; its name is the lab's own (tests/lab/lib/image.sh)."""
        return self.base().replace("/lambda-python:", "/lambda-python-minimal:")

    def build(self, tag, folder, *arguments):
        """An image as anybody would build it, with the lab's addresses for the public ones."""
        return docker("build", "--network", "host", "--tag", tag,
                      "--secret", f"id=ca_bundle,src={self.setting('ca_bundle', SYSTEM_CERTIFICATES)}",
                      "--build-arg", f"BASE={self.base()}", "--build-arg", f"MINIMAL={self.minimal()}",
                      "--build-arg", f"CHANNEL_ALIAS={self.setting('channel_alias')}",
                      "--build-arg", f"INSTALLER_URL={self.setting('url')}", *arguments, folder, check=False,
                      DOCKER_BUILDKIT="1", BUILDKIT_PROGRESS="plain")


def complain(what, output):
    sys.exit(f"{what}\n--- its output:\n{output}")


def expect_texts(texts, output, who):
    for text in texts:
        if text not in output:
            complain(f"{who} does not say: {text}", output)


class Run:
    def __init__(self, name, folder):
        self.name = name
        self.case = cases.case(name)
        self.files = cases.HERE / name
        self.work = folder
        self.lab = Lab()
        self.unguarded = f"envlift-test/gauntlet-{name}"
        self.guarded = f"{self.unguarded}-by-envlift"
        self.written = folder / "written"

    def envlift(self, *arguments):
        return envlift.run(*arguments, timeout=900, cwd=self.work, XDG_CACHE_HOME=CACHE, **self.lab.variables)

    # Without envlift

    def show_failure(self):
        shown = self.case["unguarded"]
        output = self.output_without_envlift(shown)
        expect_texts(shown["says"], output, "the image without envlift")

    def output_without_envlift(self, shown):
        if "script" in shown:
            return self.run_script(shown["script"])
        built = self.build_unguarded(shown)
        if shown.get("build") == "fails":
            return built.stderr + built.stdout if built.returncode != 0 else complain("the build did not fail", built.stderr)
        if built.returncode != 0:
            complain("the image without envlift cannot be built", built.stderr)
        if "run" in shown:
            program, *arguments = shown["run"]
            done = docker("run", "--rm", "--entrypoint", program, self.unguarded, *arguments, check=False)
            return done.stdout + done.stderr
        return lambda_like.invoke(self.unguarded, self.event()).said

    def build_unguarded(self, shown):
        arguments = []
        if shown.get("conda"):
            built = self.lab.build(CONDA_IMAGE, cases.HERE / "conda")
            if built.returncode != 0:
                complain("the common conda image cannot be built", built.stderr)
            arguments = ["--build-arg", f"CONDA={CONDA_IMAGE}"]
        folder = self.work / "unguarded"
        shutil.copytree(self.files / "unguarded", folder)
        if (self.files / "project").is_dir():
            shutil.copytree(self.files / "project", folder / "project")
        for shared in shown.get("with", []):
            shutil.copy(cases.HERE / shared, folder)
        return self.lab.build(self.unguarded, folder, *arguments)

    def run_script(self, script):
        done = subprocess.run([sys.executable, self.files / script, self.written], capture_output=True, text=True,
                              timeout=300, check=False, cwd=self.work)
        if done.returncode != 0:
            complain(f"{script} failed", done.stderr)
        return done.stdout

    def event(self):
        return json.dumps(self.case.get("event", {}))

    # With it

    def project(self):
        folder = self.work / "project"
        if not folder.exists() and (self.files / "project").is_dir():
            shutil.copytree(self.files / "project", folder)
            guarded = self.case.get("guarded", {})
            if "environment" in guarded:
                shutil.copy(cases.HERE / ENVIRONMENTS[guarded["environment"]], folder)
            for path, mode in guarded.get("modes", {}).items():
                os.chmod(folder / path, int(mode, 8))
        return folder

    def show_prevented(self):
        guarded = self.case["guarded"]
        arguments = [self.filled(word) for word in guarded.get("arguments", [])]
        built = self.envlift("build", self.project(), "--tag", self.guarded, *arguments)
        if built.returncode != 0:
            complain("envlift's build failed", built.stderr)
        got = lambda_like.invoke(self.guarded, self.event())
        if got.answer != guarded["answer"]:
            complain(f"envlift's image answers {got.answer!r}, not {guarded['answer']!r}", got.said)

    def filled(self, word):
        return (word.replace("{image}", self.unguarded).replace("{guarded}", self.guarded)
                .replace("{written}", str(self.written)).replace("{project}", str(self.project()))
                .replace("{base}", self.lab.base()).replace("{minimal}", self.lab.minimal()))

    def show_named(self):
        for named in self.case.get("named", []):
            words = [self.filled(word) for word in named["command"]]
            done = self.envlift(*words)
            who = f"envlift {' '.join(words)}"
            output = done.stdout + done.stderr
            expect_texts([f"[{code}]" for code in named["codes"]], output, who)
            expect_texts(named.get("says", []), output, who)
            if named["codes"] and "hint: " not in output:
                complain(f"{who} names no cure", output)


def main(name):
    with tempfile.TemporaryDirectory(prefix="envlift-gauntlet-") as folder:
        run = Run(name, pathlib.Path(folder))
        run.show_failure()
        if "guarded" in run.case and "answer" in run.case["guarded"]:
            run.show_prevented()
        elif run.case["answer"] == "prevented":
            complain("the case says prevented, and has no answer of envlift's image", "")
        run.show_named()
        named = {code for one in run.case.get("named", []) for code in one["codes"]}
        if named != set(run.case["codes"]):
            complain(f"the case's codes are {run.case['codes']}, and its commands have {sorted(named)}", "")


main(*sys.argv[1:])
