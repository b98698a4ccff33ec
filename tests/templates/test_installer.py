"""Fetching, checking and running the conda installer."""
import hashlib
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import unittest
from unittest import mock

from support import BuildCase, make_base, write

import build_installer
from build_common import Exit, Failed


class Answers(http.server.BaseHTTPRequestHandler):
    """Plays the server's list of (status, body, length) answers, the last one for ever."""

    def do_GET(self):
        answers = self.server.answers
        status, body, length = answers.pop(0) if len(answers) > 1 else answers[0]
        self.server.requests += 1
        self.send_response(status)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class DownloadTest(BuildCase):
    def setUp(self):
        super().setUp()
        self.server = self.enter(http.server.HTTPServer(("127.0.0.1", 0), Answers))
        self.server.requests = 0
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.shutdown)
        self.sleep = self.enter(mock.patch("time.sleep"))
        self.path = self.root / "installer.sh"

    def download(self, *answers):
        self.server.answers = list(answers)
        url = f"http://127.0.0.1:{self.server.server_port}/installer.sh"
        self.output_of(build_installer.download, url, str(self.path))

    def test_a_passing_fault_is_tried_again_ever_later(self):
        self.download((503, b"", 0), (200, b"abc", 9), (200, b"#!/bin/sh\n", 10))
        self.assertEqual(self.path.read_text(), "#!/bin/sh\n")
        self.assertEqual([call[0][0] for call in self.sleep.call_args_list], [2, 4])

    def test_a_lasting_fault_is_transient(self):
        with self.assertRaises(Failed) as caught:
            self.download((500, b"", 0))
        self.assertEqual(caught.exception.status, Exit.TRANSIENT)
        self.assertEqual(self.server.requests, build_installer.ATTEMPTS)

    def test_a_refusal_is_final(self):
        with self.assertRaises(Failed) as caught:
            self.download((404, b"", 0))
        self.assertEqual(caught.exception.status, Exit.DOWNLOAD)
        self.assertEqual(self.server.requests, 1)
        self.assertIn("cannot be downloaded from http://127.0.0.1", str(caught.exception))

    def test_a_file_that_is_not_there_is_final(self):
        with self.assertRaises(Failed) as caught:
            build_installer.download("file:///nowhere/installer.sh", str(self.path))
        self.assertEqual(caught.exception.status, Exit.DOWNLOAD)


INSTALLER = """#!/bin/sh
echo "$0" | grep '\\.sh$' >/dev/null || exit 1
mkdir -p "$3"
{ echo "$@"; echo "HOME=$HOME"; echo "LD=${LD_LIBRARY_PATH-unset}"; } >"$3/seen"
"""


class InstallTest(BuildCase):
    def setUp(self):
        super().setUp()
        make_base(self.root / "lang")
        self.installer = write(self.root / "miniconda.sh", INSTALLER)
        self.conda = self.root / "conda"

    def install(self, sha256):
        write(self.scripts / "installer.json", json.dumps(
            {"kind": "miniconda", "url": self.installer.as_uri(), "sha256": sha256, "prefix": str(self.conda)}))
        return self.run_step("installer", LD_LIBRARY_PATH=os.environ.get("LD_LIBRARY_PATH", "/nowhere"))

    def test_it_is_run_in_batch_mode_without_the_base_libraries(self):
        process = self.install(hashlib.sha256(INSTALLER.encode()).hexdigest().upper())
        self.assertEqual(process.returncode, 0, process.stdout)
        arguments, home, libraries = (self.conda / "seen").read_text().splitlines()
        self.assertEqual(arguments, f"-b -p {self.conda}")
        self.assertEqual(libraries, "LD=unset")
        self.assertFalse(os.path.exists(home[len("HOME="):]))
        self.assertRegex(process.stdout, r"envlift: installing conda \.\.\. \d+\.\d s\n")

    def test_another_file_is_never_run(self):
        process = self.install("0" * 64)
        self.assertEqual(process.returncode, Exit.CHECKSUM)
        self.assertRegex(process.stdout.splitlines()[-1],
                         r"envlift: error: the installer's SHA-256 is [0-9a-f]{64}, not 0{64}")
        self.assertFalse(self.conda.exists())

    def test_its_failure_is_named(self):
        self.installer.write_text("exit 3\n")
        process = self.install(hashlib.sha256(b"exit 3\n").hexdigest())
        self.assertEqual(process.returncode, Exit.INSTALLER)
        self.assertEqual(process.stdout.splitlines()[-1], "envlift: error: the conda installer failed (exit 3)")


class StandInTest(BuildCase):
    """The stand-ins for awk and ldd, in the pipelines of the published installers' header."""

    def setUp(self):
        super().setUp()
        self.tools = self.root / "tools"
        shutil.copy(build_installer.__file__.replace("build_installer", "build_tools"), self.scripts)
        with mock.patch("shutil.which", lambda name: None):
            build_installer.write_stand_ins(str(self.tools))

    def shell(self, line, **variables):
        """Runs a line with the stand-ins before the machine's tools."""
        return subprocess.run(["sh", "-c", line], env={"PATH": f"{self.tools}:{os.environ['PATH']}", **variables},
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, check=False)

    def test_the_glibc_version_is_the_machine_s(self):
        expected = os.confstr("CS_GNU_LIBC_VERSION").split()[-1]
        process = self.shell("ldd --version | awk 'NR==1{print $NF}'")
        self.assertEqual(process.stdout, expected + "\n", process.stderr)

    def test_the_free_disk_space_is_the_fourth_column(self):
        process = self.shell(f"df -Pk {self.root} | tail -n 1 | awk '{{print $4}}'")
        self.assertTrue(0 < int(process.stdout) <= shutil.disk_usage(self.root).total // 1024, process)

    def test_a_substitution(self):
        process = self.shell(r"""printf 'musl libc 1.2.3.\nVersion 9.\n' | awk 'NR==1{ sub(/\.$/, ""); print $NF}'""")
        self.assertEqual(process.stdout, "1.2.3\n", process.stderr)

    def test_what_it_cannot_is_refused(self):
        process = self.shell("echo 1 | awk '{ s += $1 } END { print s }'")
        self.assertEqual((process.returncode, process.stdout), (1, ""))
        self.assertIn("stand-in", process.stderr)

    def test_they_start_although_the_installer_unset_the_library_path(self):
        with mock.patch("shutil.which", lambda name: None), \
                mock.patch.dict(os.environ, LD_LIBRARY_PATH="/var/lang/lib"):
            build_installer.write_stand_ins(str(self.tools))
        for tool in build_installer.STAND_INS:
            self.assertIn("LD_LIBRARY_PATH=/var/lang/lib exec " + sys.executable, (self.tools / tool).read_text())

    def test_tools_that_are_there_are_not_replaced(self):
        empty = self.root / "none"
        with mock.patch("shutil.which", lambda name: "/usr/bin/" + name):
            build_installer.write_stand_ins(str(empty))
        self.assertEqual(os.listdir(empty), [])


if __name__ == "__main__":
    unittest.main()
