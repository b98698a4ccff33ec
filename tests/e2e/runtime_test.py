"""What runs in the image is the environment: its interpreter, packages, libraries, certificates, variables and
generated files, in each Python of the lab and for conda, conda with pip, and pip alone, and on bases without a Python.

usage: runtime_test.py [MINOR [unittest's words]]
"""
import contextlib
import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from support import envlift, images  # noqa: E402
from support.docker import docker  # noqa: E402
from support.lab import lab_environment  # noqa: E402

FOLDER = pathlib.Path(__file__).resolve().parent / "runtime"
MINOR = "3.11"
PYTHON_BASE_KINDS = ("conda", "conda-pip", "pip")
OS_KINDS = ("os-conda", "os-pip")
KINDS = PYTHON_BASE_KINDS + OS_KINDS
CONDA_KINDS = ("conda", "conda-pip", "os-conda")
CONDA = """name: runtime
channels: [conda-forge, nodefaults]
dependencies:
  - python={minor}
  - numpy
  - pandas
  - requests
  - certifi
  - matplotlib-base
  - joblib
  - envlift-lab-activate
  - envlift-lab-post-link
variables:
  RUNTIME_TITLE: it's "quoted" $HOME
"""
CONDA_PIP = """name: runtime
channels: [conda-forge, nodefaults]
dependencies:
  - python={minor}
  - numpy
  - pip
  - envlift-lab-activate
  - envlift-lab-post-link
  - pip:
      - requests==2.32.3
      - certifi==2024.8.30
      - jmespath==1.0.0
      - six==1.16.0
      - joblib==1.4.2
"""
PIP = """requests==2.32.3
certifi==2024.8.30
python-dateutil==2.8.2
jmespath==1.0.0
six==1.16.0
matplotlib==3.9.2
joblib==1.4.2
"""
INPUTS = {"conda": ("environment.yml", CONDA), "conda-pip": ("environment.yml", CONDA_PIP),
          "pip": ("requirements.txt", PIP), "os-conda": ("environment.yml", CONDA), "os-pip": ("requirements.txt", PIP)}
# The base's client is told from the environment's by its place alone: both are the newest.
SHARED = {"conda": {"awslambdaric", "python-dateutil", "six", "urllib3"},
          "conda-pip": {"awslambdaric", "jmespath", "six", "urllib3"},
          "pip": {"awslambdaric", "jmespath", "python-dateutil", "six", "urllib3"}}
CERTIFICATES = """[req]
distinguished_name = name
prompt = no
[name]
CN = overridden
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
subjectAltName = DNS:localhost
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""
# Trusts one more authority wherever the environment looks, as an organisation's own image would.
TRUST = ("import certifi, ssl, sys; own = open(sys.argv[1]).read(); "
         "[open(file, 'a').write(own) for file in {ssl.get_default_verify_paths().cafile, certifi.where()} if file]")


def tag(kind, form=""):
    return f"envlift-test/runtime-{MINOR}-{kind}{form}:latest"


def project(kind):
    """The folder of a project, removed at the end of the run."""
    folder = tempfile.TemporaryDirectory(prefix="envlift-runtime-")
    unittest.addModuleCleanup(folder.cleanup)
    name, text = INPUTS[kind]
    path = pathlib.Path(folder.name)
    (path / name).write_text(text.format(minor=MINOR), encoding="utf-8")
    settings = "handler: facts.handler\n" + (f'python: "{MINOR}"\n' if text is PIP else "")
    settings += "strategy: os-only\n" if kind in OS_KINDS else ""
    (path / "envlift.yaml").write_text(settings, encoding="utf-8")
    shutil.copy(FOLDER / "facts.py", path)
    for name, mode in (("data/table.csv", 0o600), ("data/run.sh", 0o700), ("package/__init__.py", 0o644)):
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text(f"# {name}\n", encoding="utf-8")
        (path / name).chmod(mode)
    (path / "data/current.csv").symlink_to("table.csv")
    return path


def build(kind, *options, form=""):
    built = envlift.run("build", project(kind), "--tag", tag(kind, form), *options, timeout=1000, **lab_environment())
    assert built.returncode == 0, built.stderr
    return tag(kind, form)


@functools.cache
def image(kind):
    return build(kind)


@functools.cache
def dockerfile_image(kind):
    return build(kind, "--dockerfile", form="-dockerfile")


@functools.cache
def facts(image_tag):
    """The handler's answer."""
    with images.running(image_tag) as function:
        return function.invoke({"server": certificates()[1]})


@functools.cache
def certificates():
    """(an authority's certificate, a server's chain and key), made for this run."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "certificates.cnf").write_text(CERTIFICATES, encoding="utf-8")
        common = ["openssl", "req", "-x509", "-config", "certificates.cnf", "-newkey", "ec", "-pkeyopt",
                  "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        for extensions, name, signer in (("authority", "ca", []),
                                         ("server", "server", ["-CA", "ca.pem", "-CAkey", "ca.key"])):
            subprocess.run([*common, "-extensions", extensions, "-keyout", f"{name}.key", "-out", f"{name}.pem",
                            "-subj", f"/CN=envlift's {name}", *signer], cwd=folder, check=True, capture_output=True)
        read = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    return read["ca.pem"], read["server.pem"] + read["server.key"]


@functools.cache
def extended(kind):
    """The image with what users add to it: an authority to trust, a wrapper, an extension."""
    with tempfile.TemporaryDirectory() as name:
        context = pathlib.Path(name)
        (context / "ca.pem").write_text(certificates()[0], encoding="utf-8")
        for file in ("wrapper", "extension"):
            shutil.copy(FOLDER / file, context)
        lines = [f"FROM {image(kind)}", "COPY ca.pem wrapper /opt/", "COPY extension /opt/extensions/tally",
                 "RUN " + json.dumps(["/var/lang/bin/python3", "-c", TRUST, "/opt/ca.pem"])]
        (context / "Dockerfile").write_text("\n".join(lines) + "\n", encoding="utf-8")
        docker("build", "--tag", tag(kind, "-extended"), context, DOCKER_BUILDKIT="1")
    return tag(kind, "-extended")


class Runtime(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        lab_environment()   # ends the run as skipped where there is no lab

    @contextlib.contextmanager
    def facts_of(self, kind):
        with self.subTest(f"{MINOR} {kind}"):
            yield facts(image(kind))

    def test_the_interpreter_is_the_environments(self):
        for kind in KINDS:
            with self.facts_of(kind) as found:
                python = found["interpreter"]
                self.assertEqual((python["executable"], python["prefix"]), (f"/opt/env/bin/python{MINOR}", "/opt/env"))
                self.assertEqual(python["version"].rpartition(".")[0], MINOR)
                home = "/var/lang" if kind == "pip" else "/opt/env"
                self.assertTrue(python["standard_library"].startswith(home), python)
                self.assertIsNone(python["variables"]["PYTHONPATH"])
                if kind != "pip":
                    self.assertNotIn("/var/lang/lib", python["variables"]["LD_LIBRARY_PATH"].split(":"))

    def test_children_are_the_environments_by_every_name(self):
        for kind in KINDS:
            with self.facts_of(kind) as found:
                for name in ("executable", "python3", "python", "base"):
                    executable, prefix, urllib3, file = json.loads(found[name])
                    self.assertTrue(executable.startswith("/opt/env/bin/python"), executable)
                    self.assertEqual((prefix, urllib3.partition(".")[0]), ("/opt/env", "2"))
                    self.assertTrue(file.startswith("/opt/env/"), file)

    def test_the_environments_distributions_win(self):
        for kind in PYTHON_BASE_KINDS:
            with self.facts_of(kind) as found:
                shared = found["distributions"]["shared"]
                self.assertLessEqual(SHARED[kind], shared.keys())
                for name, one in shared.items():
                    self.assertEqual(one["found"], one["own"], name)
                    self.assertTrue(one["files"], name)
                    for module, file in one["files"].items():
                        self.assertTrue(file.startswith(f"/opt/env/lib/python{MINOR}/"), (name, module, file))
                self.assertNotEqual(shared["urllib3"]["own"], shared["urllib3"]["base"])
                self.assertIn("runtime_client", shared["awslambdaric"]["files"])
                self.assertIn("boto3", found["distributions"]["only_base"])

    def test_a_base_without_python_brings_no_distribution(self):
        for kind in OS_KINDS:
            with self.facts_of(kind) as found:
                self.assertEqual((found["distributions"]["shared"], found["distributions"]["only_base"]), ({}, []))

    def test_libraries_are_the_interpreters(self):
        for kind in KINDS:
            with self.facts_of(kind) as found:
                paths = found["libraries"]["paths"]
                self.assertEqual(set(paths), {"ssl", "crypto", "sqlite3", "lzma"})
                own = "/var/lang/lib/" if kind == "pip" else "/opt/env/lib/"
                self.assertEqual([path for path in paths.values() if not path.startswith(own)], [])
        base, conda = (facts(image(kind))["libraries"] for kind in ("pip", "conda"))
        self.assertNotEqual((base["openssl"], base["sqlite"]), (conda["openssl"], conda["sqlite"]))

    def test_certificates_are_the_environments(self):
        for kind in KINDS:
            with self.facts_of(kind) as found:
                trust = found["trust"]
                self.assertTrue(trust["certifi_file"].startswith("/opt/env/"), trust)
                if kind != "pip":
                    self.assertEqual(trust["cafile"], "/opt/env/ssl/cert.pem")
                for client in ("default", "certifi", "requests"):
                    self.assertIn("CERTIFICATE_VERIFY_FAILED", trust[client])

    def test_an_added_authority_is_trusted(self):
        for kind in KINDS:
            with self.subTest(f"{MINOR} {kind}"):
                trust = facts(extended(kind))["trust"]
                self.assertEqual((trust["certifi"], trust["requests"]), ("ok", "ok"), trust)
                if kind != "pip":
                    self.assertEqual(trust["default"], "ok", trust)

    def test_a_configured_certificate_file_wins(self):
        for kind in KINDS:
            with self.subTest(f"{MINOR} {kind}"):
                event = {"server": certificates()[1]}
                with images.running(extended(kind), "--env", "SSL_CERT_FILE=/opt/ca.pem") as function:
                    trust = function.invoke(event)["trust"]
                self.assertEqual((trust["cafile"], trust["default"]), ("/opt/ca.pem", "ok"), trust)

    def test_the_activation_is_in_force(self):
        for kind in CONDA_KINDS:
            with self.facts_of(kind) as found:
                expected = {"CONDA_PREFIX": "/opt/env", "PROJ_DATA": "/opt/env/share/proj", "PROJ_NETWORK": "ON",
                            "ENVLIFT_LAB_TITLE": "it's the lab's \"own\" value",
                            "ENVLIFT_LAB_FLAGS": "-O2  -DNAME=$HOME"}
                if kind != "conda-pip":
                    expected["RUNTIME_TITLE"] = "it's \"quoted\" $HOME"
                self.assertEqual({**found["variables"], **expected}, found["variables"])
                self.assertRegex(found["variables"]["ENVLIFT_LAB_PYTHONS"], r"^[1-9]$")

    def test_the_configuration_wins_over_the_activation(self):
        with images.running(image("conda"), "--env", "PROJ_NETWORK=OFF", "--env", "MPLCONFIGDIR=/tmp/mine") as function:
            found = function.invoke({})
        self.assertEqual((found["variables"]["PROJ_NETWORK"], found["plots"][0]), ("OFF", "/tmp/mine"))

    def test_caches_have_a_writable_place(self):
        for kind in KINDS:
            with self.facts_of(kind) as found:
                refused = {name: words for name, (_, words) in found["writable"].items() if words != "written"}
                self.assertEqual(list(refused), ["environment"], refused)
                self.assertIn("Read-only file system", refused["environment"])
                self.assertRegex(found["cache"], "^/tmp/")
                if kind != "conda-pip":
                    self.assertEqual(found["plots"], ["/tmp/matplotlib", "/tmp/matplotlib", 1])

    def test_processes_work_where_lambda_lets_them(self):
        for kind in KINDS:
            with self.facts_of(kind) as found:
                parallel = found["parallel"]
                for method in ("fork", "spawn"):
                    self.assertEqual(parallel[method], [f"/opt/env/bin/python{MINOR}", "/opt/env"])
                for name in ("lock", "pool"):
                    self.assertRegex(parallel[name], r"^(OSError|FileNotFoundError|PermissionError): \[Errno \d+\] ")
                self.assertEqual(parallel["joblib"], [1, 2])

    def test_what_only_builds_need_is_absent(self):
        for kind in KINDS:
            with self.facts_of(kind) as found:
                self.assertEqual(found["leftovers"], {"programs": [], "folders": [], "packages": []})

    def test_what_no_package_owns_arrives(self):
        for kind in CONDA_KINDS:
            for built in (image, dockerfile_image):
                with self.subTest(f"{MINOR} {kind} {built.__name__}"):
                    self.assertEqual(facts(built(kind))["generated"], {
                        "cache": "png.conf\nsvg.conf\n", "link": "loaders.cache", "folder": True,
                        "prefix": "/opt/env\n", "program": "generated\n"})

    def test_both_forms_are_one_image(self):
        for kind in ("conda-pip", "os-conda"):
            with self.subTest(f"{MINOR} {kind}"):
                self.check_forms([image(kind), dockerfile_image(kind)])

    def check_forms(self, forms):
        settings = [json.loads(docker("image", "inspect", form).stdout)[0]["Config"] for form in forms]
        for key in ("Env", "Entrypoint", "Cmd", "WorkingDir", "User"):
            self.assertEqual(settings[0][key], settings[1][key], key)
        assembled, whole = map(images.tree, forms)
        self.assertEqual(sorted(assembled.keys() ^ whole.keys()), [])
        self.assertEqual([(path, entry, whole[path]) for path, entry in assembled.items() if entry != whole[path]], [])
        answers = [{**facts(form), "trust": None} for form in forms]
        self.assertEqual(answers[0], answers[1])

    def test_a_wrapper_works(self):
        for kind in KINDS:
            with self.subTest(f"{MINOR} {kind}"):
                with images.running(extended(kind), "--env", "AWS_LAMBDA_EXEC_WRAPPER=/opt/wrapper") as function:
                    python = function.invoke({})["interpreter"]
                self.assertEqual(python["variables"]["WRAPPED"], "/var/runtime/bootstrap.py")
                self.assertTrue(python["dev_mode"])
                self.assertFalse(facts(image(kind))["interpreter"]["dev_mode"])
                self.assertEqual(python["executable"], f"/opt/env/bin/python{MINOR}")
                self.assertEqual(python["path"][0], "/var/task")

    def test_an_extension_starts(self):
        for kind in KINDS:
            with self.subTest(f"{MINOR} {kind}"):
                with images.running(extended(kind)) as function:
                    function.invoke({})
                    log = function.log()
                self.assertRegex(log, re.compile(r"^tally: registered with /opt/env/bin/python", re.M))
                self.assertIn("tally: INVOKE", log)
                self.assertRegex(log, r"External agent tally \(\S+\) registered, subscribed to \[INVOKE SHUTDOWN\]")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        MINOR = sys.argv.pop(1)
    unittest.main()
